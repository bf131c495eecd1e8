//! The one gate between text from outside and the terminal.
//!
//! In: any text. Out: [`Safe`], one line that cannot do anything to a terminal but be read. Attackers choose user
//! agents, bucket keys, process names and domain names, so: ESC, C0, C1, DEL, bidirectional and zero-width characters,
//! line breaks, tags, variation selectors, private use, and graphemes that terminals measure differently become
//! visible marks. C0 and DEL show as their control picture (`␛`, `␊`); everything else as its number (`‹202E›`), a run
//! of the same as `‹200B×40›`, so that a flood stays short. Everything else passes unchanged, and borrowed.
//!
//! The marks are Unicode; [`crate::ui::widgets::ascii`] turns them into ASCII with the rest of the frame.

mod forbidden;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use ratatui::buffer::CellWidth;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use forbidden::{Class, class};

/// Combining marks a grapheme may carry: real scripts need three or four at most.
const MARKS_PER_GRAPHEME: usize = 4;
/// Cells one grapheme may fill: a Devanagari conjunct fills up to four.
const CELLS_PER_GRAPHEME: u16 = 4;

/// One line of text that cannot do anything to a terminal but be read. Only this module makes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Safe<'a>(Cow<'a, str>);

impl<'a> Safe<'a> {
    /// Passes `text` through the gate; borrows where there was nothing to mark.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        if is_plain_ascii(text) || is_clean(text) { Self(Cow::Borrowed(text)) } else { Self(Cow::Owned(mark(text))) }
    }

    /// Formats our own words around text from outside, and passes the whole through the gate:
    /// `Safe::of(format_args!("{name} ({account})"))`.
    #[must_use]
    pub fn of(arguments: fmt::Arguments<'_>) -> Safe<'static> {
        match arguments.as_str() {
            Some(fixed) => Safe::new(fixed),
            None => Safe::new(&arguments.to_string()).into_owned(),
        }
    }

    /// Text of several lines, one [`Safe`] a line. Breaks are LF, CR, CRLF, NEL, VT, FF, LS and PS.
    pub fn lines(text: &'a str) -> impl Iterator<Item = Self> {
        let mut rest = Some(text);
        std::iter::from_fn(move || {
            let text = rest?;
            let Some((at, found)) = text.char_indices().find(|(_, c)| is_line_break(*c)) else {
                rest = None;
                return Some(Self::new(text));
            };
            let (line, tail) = text.split_at(at);
            let tail = tail.strip_prefix("\r\n").or_else(|| tail.strip_prefix(found)).unwrap_or_default();
            rest = (!tail.is_empty()).then_some(tail);
            Some(Self::new(line))
        })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One cell a letter: printable ASCII and nothing else.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        is_plain_ascii(&self.0)
    }

    /// Cells that ratatui draws for it: grapheme by grapheme, as its buffer does.
    #[must_use]
    pub fn width(&self) -> usize {
        if self.is_plain() { self.0.len() } else { graphemes(&self.0).map(|(_, width)| usize::from(width)).sum() }
    }

    #[must_use]
    pub fn into_owned(self) -> Safe<'static> {
        Safe(Cow::Owned(self.0.into_owned()))
    }

    /// The same text without the ends' white space.
    #[must_use]
    pub fn trimmed(&self) -> Safe<'_> {
        Safe(Cow::Borrowed(self.0.trim()))
    }

    /// A span with this style: the way into ratatui.
    #[must_use]
    pub fn styled(self, style: impl Into<Style>) -> Span<'a> {
        Span::styled(self.0, style)
    }

    /// Keeps as many whole graphemes as fit in `cells`, and says how many cells they fill.
    #[must_use]
    pub fn head(&self, cells: usize) -> (Safe<'_>, usize) {
        let letters = self.0.len().min(cells);
        // What fits is looked at, however long the rest.
        let plain = self.0.get(..letters).filter(|head| is_plain_ascii(head));
        if let Some(head) = plain.filter(|_| self.0.as_bytes().get(letters).is_none_or(u8::is_ascii)) {
            return (Safe(Cow::Borrowed(head)), letters);
        }
        let (end, width) = fit(graphemes(&self.0), cells);
        (Safe(Cow::Borrowed(self.0.get(..end).unwrap_or_default())), width)
    }

    /// The same from the end.
    #[must_use]
    pub fn tail(&self, cells: usize) -> (Safe<'_>, usize) {
        let letters = self.0.len().min(cells);
        let (before, tail) = self.0.as_bytes().split_at(self.0.len() - letters);
        if before.last().is_none_or(u8::is_ascii)
            && let Some(tail) = str::from_utf8(tail).ok().filter(|tail| is_plain_ascii(tail))
        {
            return (Safe(Cow::Borrowed(tail)), letters);
        }
        let (length, width) = fit(graphemes(&self.0).rev(), cells);
        (Safe(Cow::Borrowed(self.0.get(self.0.len() - length..).unwrap_or_default())), width)
    }

    /// Breaks the line at spaces into lines of at most `cells`; a word that is longer is broken anywhere.
    #[must_use]
    pub fn wrap(&self, cells: usize) -> Vec<Safe<'_>> {
        let cells = cells.max(usize::from(CELLS_PER_GRAPHEME));
        let mut lines = Vec::new();
        let mut rest: &str = &self.0;
        loop {
            let (end, _) = fit(graphemes(rest), cells);
            if end == rest.len() {
                lines.push(Safe(Cow::Borrowed(rest)));
                return lines;
            }
            let (head, tail) = rest.split_at(end);
            let broken = if tail.starts_with(' ') { Some(end) } else { head.rfind(' ').filter(|at| *at > 0) };
            let (line, tail) = rest.split_at(broken.unwrap_or(end));
            lines.push(Safe(Cow::Borrowed(line.trim_end())));
            rest = if broken.is_some() { tail.trim_start() } else { tail };
            if rest.is_empty() {
                return lines;
            }
        }
    }
}

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Our own words need no gate. Text from outside is never `'static`.
impl From<&'static str> for Safe<'static> {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl<'a> From<Safe<'a>> for Span<'a> {
    fn from(safe: Safe<'a>) -> Self {
        Self::raw(safe.0)
    }
}

impl<'a> From<Safe<'a>> for Line<'a> {
    fn from(safe: Safe<'a>) -> Self {
        Self::from(Span::from(safe))
    }
}

/// How many bytes of the graphemes fit in `cells`, and how many cells they fill.
fn fit<'a>(graphemes: impl Iterator<Item = (&'a str, u16)>, cells: usize) -> (usize, usize) {
    let (mut bytes, mut filled) = (0, 0);
    for (grapheme, width) in graphemes {
        if filled + usize::from(width) > cells {
            break;
        }
        filled += usize::from(width);
        bytes += grapheme.len();
    }
    (bytes, filled)
}

fn graphemes(text: &str) -> impl DoubleEndedIterator<Item = (&str, u16)> {
    text.graphemes(true).map(|grapheme| (grapheme, grapheme.cell_width()))
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_plain_ascii(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn is_clean(text: &str) -> bool {
    text.chars().all(|c| class(c) == Class::Plain) && text.graphemes(true).all(is_honest)
}

/// Do terminals agree on how wide this grapheme is? They do when its width is the sum of its characters' widths,
/// it fills something, and it carries no flood of marks.
fn is_honest(grapheme: &str) -> bool {
    if grapheme.len() == 1 {
        return true;
    }
    let mut buffer = [0; 4];
    let mut sum = 0;
    let mut marks = 0;
    for c in grapheme.chars() {
        let width = c.encode_utf8(&mut buffer).cell_width();
        sum += width;
        marks += usize::from(width == 0);
    }
    let width = grapheme.cell_width();
    width > 0 && width == sum && width <= CELLS_PER_GRAPHEME && marks <= MARKS_PER_GRAPHEME
}

/// A character whose mark is still to be written, and how often it came in a row.
type Pending = Option<(char, usize)>;

fn mark(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut pending: Pending = None;
    for grapheme in text.graphemes(true) {
        if grapheme.chars().all(|c| class(c) == Class::Plain) && is_honest(grapheme) {
            flush(&mut out, &mut pending);
            push_apart(&mut out, grapheme);
        } else {
            take_apart(&mut out, &mut pending, grapheme);
        }
    }
    flush(&mut out, &mut pending);
    out
}

/// Writes a grapheme that may not pass whole: what can stand alone does, the rest is marked.
fn take_apart(out: &mut String, pending: &mut Pending, grapheme: &str) {
    let mut buffer = [0; 4];
    let mut first = true;
    for c in grapheme.chars() {
        let stands = class(c) == Class::Plain && c.encode_utf8(&mut buffer).cell_width() > 0 && (first || c.is_ascii());
        first = false;
        if stands {
            flush(out, pending);
            push_apart(out, c.encode_utf8(&mut buffer));
        } else if class(c) == Class::Control {
            flush(out, pending);
            out.push(picture(c));
        } else if let Some((last, times)) = pending
            && (*last == c || (is_tag(*last) && is_tag(c)))
        {
            *times += 1;
        } else {
            flush(out, pending);
            *pending = Some((c, 1));
        }
    }
}

/// Appends a grapheme so that it stays one: what would join with the text before it is named by number instead.
fn push_apart(out: &mut String, grapheme: &str) {
    let before = out.graphemes(true).next_back().map_or(0, str::len);
    let start = out.len();
    out.push_str(grapheme);
    if before > 0 && !grapheme.is_ascii() {
        let joined = out.get(start - before..).is_some_and(|end| end.graphemes(true).count() < 2);
        if joined {
            out.truncate(start);
            for c in grapheme.chars() {
                let _ = write!(out, "‹{:04X}›", c as u32);
            }
        }
    }
}

fn flush(out: &mut String, pending: &mut Pending) {
    let Some((c, times)) = pending.take() else { return };
    let number = c as u32;
    // Writing to a String cannot fail.
    let _ = match times {
        1 => write!(out, "‹{number:04X}›"),
        _ => write!(out, "‹{number:04X}×{times}›"),
    };
}

/// The control picture of a C0 character or DEL.
fn picture(c: char) -> char {
    if c == '\u{7f}' { '\u{2421}' } else { char::from_u32(0x2400 + c as u32).unwrap_or('\u{2426}') }
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0000}'..='\u{e007f}')
}
