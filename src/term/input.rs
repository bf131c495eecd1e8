//! A thread that reads. In: what the user types, clicks and pastes. Out: events, in order, all that are there at once.
//! Key releases and pointer motion are dropped; a paste is one event. The window's size does not come this way: the
//! loop hears SIGWINCH itself, from before the first frame, and asks for the size once however many came.

use std::io;
use std::thread;

use crossterm::event::{self, Event, KeyEvent, KeyEventKind, MouseEvent, MouseEventKind};
use tokio::sync::mpsc;

/// One thing the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Key(KeyEvent),
    /// A button or the wheel, never mere motion.
    Mouse(MouseEvent),
    Paste(String),
}

/// What the thread has read.
#[derive(Debug)]
pub struct Inputs {
    from: mpsc::Receiver<io::Result<Input>>,
}

/// Events kept while the loop is busy; past that the terminal's own buffer holds them.
const KEPT: usize = 1024;

impl Inputs {
    /// Starts the thread. It ends with the process: nothing can interrupt a read from a terminal.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start() -> io::Result<Self> {
        let (to, from) = mpsc::channel(KEPT);
        thread::Builder::new().name("input".to_owned()).spawn(move || {
            loop {
                let read = event::read();
                let over = read.is_err();
                let wanted = read.map(wanted).transpose();
                if wanted.is_some_and(|input| to.blocking_send(input).is_err()) || over {
                    break;
                }
            }
        })?;
        Ok(Self { from })
    }

    /// Waits for input and gives all there is. Safe to drop while waiting.
    ///
    /// # Errors
    /// When the terminal can be read no more.
    pub async fn next(&mut self) -> io::Result<Vec<Input>> {
        let first = self.from.recv().await.unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()))?;
        let mut all = vec![first];
        while let Ok(next) = self.from.try_recv() {
            match next {
                Ok(input) => all.push(input),
                // Told at the next call, by the closed channel; what came before it still counts.
                Err(error) => {
                    tracing::warn!("input ended: {error}");
                    self.from.close();
                }
            }
        }
        Ok(all)
    }
}

fn wanted(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) => (key.kind != KeyEventKind::Release).then_some(Input::Key(key)),
        Event::Mouse(mouse) => {
            (!matches!(mouse.kind, MouseEventKind::Moved | MouseEventKind::Drag(_))).then_some(Input::Mouse(mouse))
        }
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(..) | Event::FocusGained | Event::FocusLost => None,
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    fn key(letter: char) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)
    }

    #[test]
    fn releases_sizes_and_focus_are_nothing() {
        let release = KeyEvent { kind: KeyEventKind::Release, ..key('a') };
        assert_eq!(wanted(Event::Key(release)), None);
        assert_eq!(wanted(Event::FocusGained), None);
        assert_eq!(wanted(Event::Resize(80, 24)), None);
        assert_eq!(wanted(Event::Paste("a\nb".to_owned())), Some(Input::Paste("a\nb".to_owned())));
    }
}
