//! A checked query: every name known, every value read. It prints as text that parses to the same query.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::address::Block;
use super::field::Field;
use super::glob::Glob;
use super::path::{Held, Path};
use crate::model::Severity;
use crate::model::span::Span;

/// What the user asked for. The default matches every finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    pub expr: Option<Expr>,
}

impl Query {
    /// Whether some test in it is such a one, asked or denied.
    pub fn has(&self, such: impl Fn(&Test) -> bool) -> bool {
        self.expr.as_ref().is_some_and(|expr| expr.has(&such))
    }
}

/// Terms and how they are joined. Made by [`Expr::and`], [`Expr::or`] and [`Expr::negate`], so that one meaning has one
/// shape: no `And` within an `And`, no `Or` within an `Or`, no `Not` within a `Not`, and never one part alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Test(Test),
}

/// One question to one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// A bare word: some text field matches.
    Word(Glob),
    /// A field has a value that one of the patterns matches. For severities the value is the label.
    Text {
        field: Field,
        globs: Vec<Glob>,
    },
    /// The label compares so; a row with no label never does.
    Severity {
        compare: Compare,
        severity: Severity,
    },
    /// A number of the row compares so: the score, or one of its ports.
    Number {
        field: Field,
        bounds: Bounds,
    },
    /// An actor's address is in this block.
    Address(Block),
    /// A time compares so; a row with no such time never does.
    Time {
        field: Field,
        compare: Compare,
        when: When,
    },
    /// The field has a value.
    Has(Field),
    /// Something stands at a place of the raw record.
    Path {
        path: Path,
        held: Held,
    },
    Is(Flag),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Compare {
    /// Does this ordering of row to value satisfy it.
    #[must_use]
    pub const fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Equal => ordering.is_eq(),
            Self::AtLeast => ordering.is_ge(),
            Self::More => ordering.is_gt(),
        }
    }

    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => ":",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }
}

/// How a number must stand. A field may have several numbers: one of them must stand so, both ends told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounds {
    Compares(Compare, Number),
    /// Both ends inside.
    Between(Number, Number),
}

impl Bounds {
    #[must_use]
    pub fn hold(self, value: f64) -> bool {
        match self {
            Self::Compares(compare, number) => compare.holds(value.total_cmp(&number.0)),
            Self::Between(from, to) => value.total_cmp(&from.0).is_ge() && value.total_cmp(&to.0).is_le(),
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compares(compare, number) => write!(f, "{}{}", compare.sign(), number.0),
            Self::Between(from, to) => write!(f, ":{}..{}", from.0, to.0),
        }
    }
}

/// A finite number. Equal when it is bit for bit.
#[derive(Debug, Clone, Copy)]
pub struct Number(f64);

impl Number {
    /// Reads a decimal number; `None` when it is not one, or not finite.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number: &f64| number.is_finite()).map(Self)
    }

    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Number {}

/// A point in time, or how long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// Compared with the time that has passed since: `<24h` is less than 24 hours ago.
    Ago(Span),
    /// A whole day, in UTC.
    Day(Date),
    At(Timestamp),
}

impl When {
    /// Reads `24h`, `2026-11-01` or an RFC 3339 time.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(span) = Span::parse(text) {
            return Some(Self::Ago(span));
        }
        if text.len() == "2026-11-01".len() {
            return text.parse().ok().map(Self::Day);
        }
        text.to_ascii_uppercase().parse().ok().map(Self::At)
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ago(span) => span.fmt(f),
            Self::Day(day) => day.fmt(f),
            Self::At(time) => write!(f, "{time}"),
        }
    }
}

/// What `is:` can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flag {
    /// Active, neither resolved nor suppressed, and not a passed check.
    Open,
    /// Workflow NEW.
    New,
    Notified,
    Archived,
    Suppressed,
    Resolved,
    Failed,
    Passed,
    Sample,
    /// An attack sequence of `GuardDuty`'s Extended Threat Detection.
    Sequence,
    /// Open, and not there when the user last looked; every finding while there is no such mark.
    Unseen,
    /// Of a higher severity than when the user last looked; none while there is no such mark.
    Worse,
    /// Open again since the user last looked.
    Back,
    /// Open when the user last looked, and now archived, suppressed, resolved or passed.
    Closed,
}

impl Flag {
    pub const ALL: [Self; 14] = [
        Self::Open,
        Self::New,
        Self::Notified,
        Self::Archived,
        Self::Suppressed,
        Self::Resolved,
        Self::Failed,
        Self::Passed,
        Self::Sample,
        Self::Sequence,
        Self::Unseen,
        Self::Worse,
        Self::Back,
        Self::Closed,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::New => "new",
            Self::Notified => "notified",
            Self::Archived => "archived",
            Self::Suppressed => "suppressed",
            Self::Resolved => "resolved",
            Self::Failed => "failed",
            Self::Passed => "passed",
            Self::Sample => "sample",
            Self::Sequence => "sequence",
            Self::Unseen => "unseen",
            Self::Worse => "worse",
            Self::Back => "back",
            Self::Closed => "closed",
        }
    }
}

impl Expr {
    /// All of these. `None` when there are none.
    #[must_use]
    pub fn and(parts: Vec<Self>) -> Option<Self> {
        let flat = parts.into_iter().flat_map(|part| match part {
            Self::And(inner) => inner,
            other => vec![other],
        });
        one_or(flat.collect(), Self::And)
    }

    /// Any of these. `None` when there are none.
    #[must_use]
    pub fn or(parts: Vec<Self>) -> Option<Self> {
        let flat = parts.into_iter().flat_map(|part| match part {
            Self::Or(inner) => inner,
            other => vec![other],
        });
        one_or(flat.collect(), Self::Or)
    }

    /// Whether some test in it is such a one, asked or denied.
    pub fn has(&self, such: &impl Fn(&Test) -> bool) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.has(such)),
            Self::Not(inner) => inner.has(such),
            Self::Test(test) => such(test),
        }
    }

    /// Not this.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}

fn one_or(mut parts: Vec<Expr>, join: impl FnOnce(Vec<Expr>) -> Expr) -> Option<Expr> {
    if parts.len() > 1 { Some(join(parts)) } else { parts.pop() }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.as_ref().map_or(Ok(()), |expr| expr.fmt(f))
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(parts) => joined(f, parts, " OR ", |_| false),
            Self::And(parts) => joined(f, parts, " ", |part| matches!(part, Self::Or(_))),
            Self::Not(inner) if matches!(**inner, Self::Test(_)) => write!(f, "-{inner}"),
            Self::Not(inner) => write!(f, "-({inner})"),
            Self::Test(test) => test.fmt(f),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Expr], between: &str, wrap: impl Fn(&Expr) -> bool) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        if wrap(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(glob) => glob.inner().fmt(f),
            Self::Text { field, globs } => {
                // `=` asks for the whole, so that a pattern without stars is not taken for a part.
                write!(f, "{}=", field.spec().name)?;
                for (at, glob) in globs.iter().enumerate() {
                    write!(f, "{}{glob}", if at > 0 { "," } else { "" })?;
                }
                Ok(())
            }
            Self::Severity { compare, severity } => write!(f, "severity{}{severity}", compare.sign()),
            Self::Number { field, bounds } => write!(f, "{}{bounds}", field.spec().name),
            Self::Address(block) => write!(f, "{}:{block}", Field::ActorIp.spec().name),
            Self::Has(field) => write!(f, "has:{}", field.spec().name),
            Self::Path { path, held } => write!(f, "path:{path}{held}"),
            Self::Time { field, compare, when } => write!(f, "{}{}{when}", field.spec().name, compare.sign()),
            Self::Is(flag) => write!(f, "is:{}", flag.name()),
        }
    }
}
