//! What could stand where the cursor is: fields, then the values that exist now, with how many findings have them.

use std::ops::Range;

use super::evaluate::{facet_of, observable_of};
use super::expr::Flag;
use super::field::{self, FIELDS, Field, Kind};
use super::requirement;
use crate::model::StandardId;
use crate::store::{self, Snapshot};

/// At most this many are offered.
const MOST: usize = 20;

/// One thing that could stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What goes in place of the span, quoted where it must be.
    pub text: String,
    /// Findings that have the value; `None` for names of fields.
    pub count: Option<u64>,
    /// What the field is; empty for values.
    pub doc: &'static str,
}

/// What could stand at a place of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completions {
    /// The bytes of the text that a completion replaces.
    pub span: Range<usize>,
    pub items: Vec<Completion>,
}

/// Completes the word that the cursor (a byte of the text, on a character) stands behind.
#[must_use]
pub fn complete(text: &str, cursor: usize, snapshot: &Snapshot) -> Completions {
    let before = text.get(..cursor).unwrap_or(text);
    let start = before.rfind(|c: char| c.is_whitespace() || c == '(').map_or(0, |at| at + 1);
    let word = before.get(start..).unwrap_or_default();
    let term = word.trim_start_matches('-');
    let term_at = start + word.len() - term.len();
    match term.split_once([':', '=', '~']) {
        None => Completions { span: term_at..before.len(), items: names(term) },
        Some((name, values)) => {
            let value = values.rsplit(',').next().unwrap_or_default();
            let items = field::find(name).map_or_else(Vec::new, |spec| valued(spec.field, spec.kind, value, snapshot));
            Completions { span: before.len() - value.len()..before.len(), items }
        }
    }
}

fn names(begun: &str) -> Vec<Completion> {
    let begins = |name: &str| name.get(..begun.len()).is_some_and(|start| start.eq_ignore_ascii_case(begun));
    FIELDS
        .iter()
        .filter(|spec| begins(spec.name) || (!begun.is_empty() && spec.aliases.iter().any(|alias| begins(alias))))
        .map(|spec| Completion { text: format!("{}{}", spec.name, sign(spec.kind)), count: None, doc: spec.doc })
        .collect()
}

/// The operator that is most likely meant.
const fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::Age => "<",
        Kind::Number | Kind::Time => ">=",
        _ => ":",
    }
}

fn valued(field: Field, kind: Kind, begun: &str, snapshot: &Snapshot) -> Vec<Completion> {
    let fits = |value: &str| value.to_lowercase().contains(&begun.trim_matches('"').to_lowercase());
    let mut items: Vec<Completion> = match kind {
        Kind::Is => Flag::ALL.iter().map(|flag| (flag.name().to_owned(), None)).collect(),
        Kind::Flag => ["true", "false"].map(|word| (word.to_owned(), None)).to_vec(),
        Kind::Has => FIELDS.iter().filter(|spec| spec.can_be_had()).map(|spec| (spec.name.to_owned(), None)).collect(),
        _ => values(field, snapshot),
    }
    .into_iter()
    .filter(|(value, _)| fits(value))
    .map(|(value, count)| Completion { text: quoted(&value), count, doc: "" })
    .collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.count));
    items.truncate(MOST);
    items
}

/// The values that exist now.
fn values(field: Field, snapshot: &Snapshot) -> Vec<(String, Option<u64>)> {
    let counted = |facet| {
        let values = snapshot.values(facet).into_iter().filter(|(_, count)| *count > 0);
        values.map(|(value, count)| (value.to_owned(), Some(count))).collect::<Vec<_>>()
    };
    match field {
        Field::Account => counted(store::Field::Account),
        Field::AccountName => counted(store::Field::Account)
            .into_iter()
            .filter_map(|(account, count)| Some((snapshot.account_name(&account)?.to_owned(), count)))
            .collect(),
        Field::Standard => counted(store::Field::Standard)
            .into_iter()
            .map(|(id, count)| (StandardId(id.into()).short(), count))
            .collect(),
        Field::Requirement => requirements(snapshot),
        other => match observable_of(other) {
            Some(kind) => {
                let counts = snapshot.observed_counts(kind).into_iter();
                counts.map(|(value, count)| (value.to_owned(), Some(count))).collect()
            }
            None => facet_of(other).map(counted).unwrap_or_default(),
        },
    }
}

/// The requirements of every standard that findings count for, each behind its standard's name.
fn requirements(snapshot: &Snapshot) -> Vec<(String, Option<u64>)> {
    let mut all: Vec<(String, Option<u64>)> = Vec::new();
    for (standard, _) in snapshot.values(store::Field::Standard) {
        let short = StandardId(standard.into()).short();
        let named = snapshot.with(store::Field::Standard, standard);
        let mut numbered = requirement::numbered(snapshot, standard);
        numbered.retain(|(number, _)| !number.is_empty());
        numbered.sort();
        for same in numbered.chunk_by(|(a, _), (b, _)| a == b) {
            let controls = same.iter().map(|(_, control)| snapshot.with(store::Field::Control, control));
            let checked = controls.reduce(|all, one| all | one).unwrap_or_default();
            let count = checked.intersection_len(&named);
            let number = same.first().map_or("", |(number, _)| number);
            if count > 0 {
                all.push((format!("{short}/{number}"), Some(count)));
            }
        }
    }
    all
}

fn quoted(value: &str) -> String {
    super::Glob::whole(value).to_string()
}
