//! What can be chosen beside the theme: how many colours, which symbols.

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    #[default]
    True,
    Ansi256,
    Ansi16,
    /// None: `NO_COLOR`, or a terminal that has none.
    Mono,
}

/// Which symbols the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Symbols {
    #[default]
    Unicode,
    /// Bytes 0x20 to 0x7E alone.
    Ascii,
}
