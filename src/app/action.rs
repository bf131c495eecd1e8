//! The one table of actions: help, palette, hints, configuration and documentation all come from it.

/// Where an action applies. The innermost context that binds a chord wins; `Global` is the outermost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Everywhere but in a text input.
    Global,
    Overview,
    Findings,
    Detail,
    /// The raw JSON of a finding.
    Raw,
    /// What a finding was before.
    Versions,
    Controls,
    Sources,
    /// What is new, worse, back and gone since the mark.
    Since,
    /// The sheet that chooses columns.
    Columns,
    /// A line of text is being edited: the filter, the palette, a search.
    Input,
    Palette,
    Help,
    /// The menu of what can be copied.
    Copy,
}

impl Context {
    pub const ALL: [Self; 14] = [
        Self::Global,
        Self::Overview,
        Self::Findings,
        Self::Detail,
        Self::Raw,
        Self::Versions,
        Self::Controls,
        Self::Sources,
        Self::Since,
        Self::Columns,
        Self::Input,
        Self::Palette,
        Self::Help,
        Self::Copy,
    ];

    /// The heading in the help, and the table name in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Overview => "overview",
            Self::Findings => "findings",
            Self::Detail => "detail",
            Self::Raw => "raw",
            Self::Versions => "versions",
            Self::Controls => "controls",
            Self::Sources => "sources",
            Self::Since => "since",
            Self::Columns => "columns",
            Self::Input => "input",
            Self::Palette => "palette",
            Self::Help => "help",
            Self::Copy => "copy",
        }
    }
}

macro_rules! actions {
    ($($variant:ident, $name:literal, $context:ident, [$($chord:literal),*], $hint:literal, $doc:literal;)+) => {
        /// Something a key can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $(#[doc = $doc] $variant,)+ }

        impl Action {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the configuration and the palette.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)+ } }

            /// The action of this name, in any case.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.name().eq_ignore_ascii_case(name))
            }

            /// Where it applies.
            #[must_use]
            pub const fn context(self) -> Context { match self { $(Self::$variant => Context::$context,)+ } }

            /// The default chords, in the notation of the configuration: `j`, `Ctrl-d`, `Enter`, `G`.
            #[must_use]
            pub const fn chords(self) -> &'static [&'static str] { match self { $(Self::$variant => &[$($chord),*],)+ } }

            /// One or two words for the footer; empty when it never shows there.
            #[must_use]
            pub const fn hint(self) -> &'static str { match self { $(Self::$variant => $hint,)+ } }

            /// One line for the help and the palette.
            #[must_use]
            pub const fn doc(self) -> &'static str { match self { $(Self::$variant => $doc,)+ } }
        }
    };
}

actions! {
    // variant, name, context, default chords, hint, doc
    ShowOverview, "overview", Global, ["1"], "overview", "Go to the overview";
    ShowFindings, "findings", Global, ["2"], "findings", "Go to the list of findings";
    ShowControls, "controls", Global, ["3"], "controls", "Go to the security standards and their controls";
    ShowSources, "sources", Global, ["4"], "sources", "Go to the sources: what answered, what did not, and why";
    ShowSince, "since", Global, ["5"], "since", "Go to what is new, worse, back and gone since the mark";
    Down, "down", Global, ["j", "Down"], "", "Move down one line";
    Up, "up", Global, ["k", "Up"], "", "Move up one line";
    First, "first", Global, ["g", "Home"], "", "Go to the first line";
    Last, "last", Global, ["G", "End"], "", "Go to the last line";
    HalfPageDown, "half-page-down", Global, ["Ctrl-d"], "", "Move down half a page";
    HalfPageUp, "half-page-up", Global, ["Ctrl-u"], "", "Move up half a page";
    PageDown, "page-down", Global, ["PageDown", "Space"], "", "Move down a page";
    PageUp, "page-up", Global, ["PageUp"], "", "Move up a page";
    Left, "left", Global, ["h", "Left"], "", "Move left, or to the one before";
    Right, "right", Global, ["l", "Right"], "", "Move right, or to the next";
    Open, "open", Global, ["Enter"], "open", "Open what is selected";
    Back, "back", Global, ["Esc"], "back", "Go back to where you were";
    Leave, "leave", Global, ["q"], "", "Go back; from the overview, quit";
    NextPanel, "next-panel", Global, ["Tab"], "next panel", "Go to the next panel";
    PreviousPanel, "previous-panel", Global, ["BackTab"], "", "Go to the panel before";
    Filter, "filter", Global, ["/"], "filter", "Filter the findings as you type";
    Palette, "palette", Global, [":"], "palette", "Find and run any action by name";
    Help, "help", Global, ["?"], "all keys", "Show all keys";
    Refresh, "refresh", Global, ["r"], "refresh", "Ask the sources for what has changed";
    MarkLooked, "mark-looked", Global, ["m"], "looked", "Set the mark: from now on, since means since this moment";
    Copy, "copy", Global, ["y"], "copy", "Choose what to copy of what is selected; twice: its id";
    ConsoleLink, "console-link", Global, ["o"], "console", "Show the link to the AWS console for what is selected";
    Export, "export", Global, ["e"], "export", "Write the list, or the finding on the screen, to a file";
    RawJson, "raw-json", Global, ["J"], "raw JSON", "Show the finding's raw JSON";
    Views, "views", Global, ["v"], "views", "Open one of the saved views";
    Kin, "kin", Global, ["K"], "kin", "Show what shares its resource, control, type or account";
    Redraw, "redraw", Global, ["Ctrl-l"], "", "Draw the whole screen again";
    Suspend, "suspend", Global, ["Ctrl-z"], "", "Suspend yagura; fg brings it back";
    Quit, "quit", Global, ["Q", "Ctrl-c"], "quit", "Quit";

    Sort, "sort", Findings, ["s"], "sort", "Sort by the next column";
    SortReverse, "sort-reverse", Findings, ["S"], "", "Reverse the order";
    GroupBy, "group-by", Findings, ["b"], "group", "Group the findings, by one key or by two";
    OnlyThese, "only-these", Findings, ["f"], "only these", "List the findings of this group alone, as a filter";
    Columns, "columns", Findings, ["C"], "columns", "Choose the columns, their order and their widths";
    ClearFilter, "clear-filter", Findings, ["x"], "clear", "Clear the filter";

    NextFinding, "next-finding", Detail, ["n", "]"], "next", "Go to the next finding of the list";
    PreviousFinding, "previous-finding", Detail, ["p", "["], "previous", "Go to the finding before";
    ToggleFold, "toggle-fold", Detail, ["Tab"], "fold", "Fold or unfold the section";
    Versions, "versions", Detail, ["V"], "versions", "Show what the finding was before, and what changed";

    RawFold, "raw-fold", Raw, ["Enter", "Tab"], "fold", "Fold or unfold the value";
    RawSearch, "raw-search", Raw, ["/"], "search", "Search in the JSON";
    RawNextMatch, "raw-next-match", Raw, ["n"], "next match", "Go to the next match";
    RawPreviousMatch, "raw-previous-match", Raw, ["N"], "", "Go to the match before";
    RawNextRecord, "raw-next-record", Raw, ["]"], "", "Go to the finding's next record";
    RawPreviousRecord, "raw-previous-record", Raw, ["["], "", "Go to the finding's record before";
    RawCopy, "raw-copy", Raw, ["y"], "copy JSON", "Copy the raw JSON";

    OtherMark, "other-mark", Since, ["M"], "other mark", "Change between your mark and that of yagura's last end";
    CompareFrom, "compare-from", Versions, ["Space"], "compare", "Compare from this version to the newer one";
    AskHistory, "ask-history", Versions, ["H"], "ask AWS", "Ask Security Hub for its own history of the finding";
    NextRecord, "next-record", Versions, ["Tab"], "next record", "Go to the next record of the finding";

    NextStandard, "next-standard", Controls, ["]", "Tab"], "next standard", "Go to the next standard";
    PreviousStandard, "previous-standard", Controls, ["[", "BackTab"], "", "Go to the standard before";
    CompareStandards, "compare-standards", Controls, ["c"], "compare", "Compare two versions of the benchmark";

    CopyId, "copy-id", Copy, ["y"], "", "Copy the id, in one line";
    CopyArn, "copy-arn", Copy, ["a"], "", "Copy the ARN of its resource";
    CopyResource, "copy-resource", Copy, ["r"], "", "Copy the name of its resource";
    CopyIp, "copy-ip", Copy, ["i"], "", "Copy the IP addresses of its actors";
    CopyCommand, "copy-command", Copy, ["c"], "", "Copy the AWS CLI command that shows it";
    CopyMarkdown, "copy-markdown", Copy, ["m"], "", "Copy a summary in Markdown";
    CopyJson, "copy-json", Copy, ["J"], "", "Copy the raw JSON, on one line";

    ColumnToggle, "column-toggle", Columns, ["Space"], "show or hide", "Show or hide the column";
    ColumnLeft, "column-left", Columns, ["<", "H"], "left", "Move the column to the left";
    ColumnRight, "column-right", Columns, [">", "L"], "right", "Move the column to the right";
    ColumnWider, "column-wider", Columns, ["+", "="], "wider", "Make the column wider";
    ColumnNarrower, "column-narrower", Columns, ["-"], "narrower", "Make the column narrower";
    ColumnsReset, "columns-reset", Columns, ["0"], "as configured", "The columns as the configuration gives them";

    Accept, "accept", Input, ["Enter"], "apply", "Keep what was typed";
    Cancel, "cancel", Input, ["Esc", "Ctrl-c"], "cancel", "Leave the line as it was";
    Complete, "complete", Input, ["Tab"], "complete", "Complete the word, again: the next; or the format";
}
