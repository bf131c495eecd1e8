//! A thread that sends. In: the bytes of one frame. Out: word that they have left. The loop draws again only after
//! that word, so a stalled link costs frames and never keys.

use std::io;
use std::sync::mpsc;
use std::thread;

use tokio::sync::mpsc as channel;

/// What became of what was sent.
#[derive(Debug)]
pub enum Left {
    /// So many bytes are the terminal's now.
    Sent(usize),
    /// The terminal is gone.
    Failed(io::Error),
}

/// Hands bytes to the thread.
#[derive(Debug)]
pub struct Writer {
    to: mpsc::Sender<Vec<u8>>,
}

impl Writer {
    /// Starts the thread on the terminal that [`super::guard`] holds.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start() -> io::Result<(Self, channel::UnboundedReceiver<Left>)> {
        Self::with(super::guard::send)
    }

    /// As [`Writer::start`], to anywhere; `send` is called once for what was handed over at once.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn with(
        mut send: impl FnMut(&[u8]) -> io::Result<()> + Send + 'static,
    ) -> io::Result<(Self, channel::UnboundedReceiver<Left>)> {
        let (to, from) = mpsc::channel::<Vec<u8>>();
        let (tell, left) = channel::unbounded_channel();
        thread::Builder::new().name("writer".to_owned()).spawn(move || {
            for bytes in from {
                let outcome = send(&bytes).map_or_else(Left::Failed, |()| Left::Sent(bytes.len()));
                let over = matches!(outcome, Left::Failed(_));
                if tell.send(outcome).is_err() || over {
                    break;
                }
            }
        })?;
        Ok((Self { to }, left))
    }

    /// Sends these bytes as one write, after those before. Answered by one [`Left`], unless the thread is over.
    pub fn send(&self, bytes: Vec<u8>) {
        // Over only after it said `Failed`, which ends the loop that calls this.
        let _ = self.to.send(bytes);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_one_write_and_its_leaving_is_told() {
        let (gate, open) = mpsc::channel();
        let (seen, sent) = mpsc::channel();
        let (writer, mut left) = Writer::with(move |bytes| {
            open.recv().unwrap();
            seen.send(bytes.to_vec()).unwrap();
            Ok(())
        })
        .unwrap();
        writer.send(b"frame".to_vec());
        assert!(left.try_recv().is_err(), "a stalled terminal has taken nothing yet");
        gate.send(()).unwrap();
        assert_eq!(sent.recv().unwrap(), b"frame");
        assert!(matches!(left.blocking_recv(), Some(Left::Sent(5))));
    }

    #[test]
    fn a_terminal_that_is_gone_is_told_once() {
        let (writer, mut left) = Writer::with(|_| Err(io::ErrorKind::BrokenPipe.into())).unwrap();
        writer.send(b"frame".to_vec());
        assert!(matches!(left.blocking_recv(), Some(Left::Failed(_))));
        writer.send(b"frame".to_vec());
        assert!(left.blocking_recv().is_none());
    }
}
