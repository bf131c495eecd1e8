//! Which columns a list of findings shows, in which order and how wide: the user's own choice.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::Column;
use super::nearest::nearest;

/// A column, and its width where the user set one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ColumnChoice {
    pub column: Column,
    /// In cells.
    pub width: Option<u16>,
}

/// The columns from left to right: at least one, each once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Columns(Vec<ColumnChoice>);

/// What is wrong with a choice of columns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    #[error("there is no column '{given}'{}", .nearest.map_or_else(
        || format!("; there are {}", Column::ALL.map(Column::name).join(", ")),
        |near| format!("; did you mean '{near}'?"),
    ))]
    Column { given: String, nearest: Option<&'static str> },
    #[error("'{given}' is no width: a number of cells from {} to {}", Columns::WIDTHS.start(), Columns::WIDTHS.end())]
    Width { given: String },
    #[error("the column '{}' stands there twice", .0.name())]
    Twice(Column),
    #[error("at least one column is needed")]
    None,
}

impl Columns {
    /// Widths that a user can set.
    pub const WIDTHS: RangeInclusive<u16> = 3..=200;

    /// These columns.
    ///
    /// # Errors
    /// When there are none, or one of them stands there twice.
    pub fn new(choices: Vec<ColumnChoice>) -> Result<Self, ColumnsError> {
        for (at, choice) in choices.iter().enumerate() {
            if choices.iter().take(at).any(|other| other.column == choice.column) {
                return Err(ColumnsError::Twice(choice.column));
            }
        }
        if choices.is_empty() { Err(ColumnsError::None) } else { Ok(Self(choices)) }
    }

    /// Reads `title:40`, `age`, ...
    ///
    /// # Errors
    /// The first mistake in them.
    pub fn read<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, ColumnsError> {
        Self::new(texts.into_iter().map(str::parse).collect::<Result<_, _>>()?)
    }

    /// From left to right.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = ColumnChoice> + '_ {
        self.0.iter().copied()
    }

    #[must_use]
    pub fn get(&self, column: Column) -> Option<ColumnChoice> {
        self.iter().find(|choice| choice.column == column)
    }

    /// The columns that everybody starts with: they make room for each other by importance.
    #[must_use]
    pub fn is_standard(&self) -> bool {
        *self == Self::default()
    }

    /// Shows a column, behind the others, or hides it. The last one stays: false.
    pub fn toggle(&mut self, column: Column) -> bool {
        if self.get(column).is_none() {
            self.0.push(ColumnChoice { column, width: None });
        } else if self.0.len() > 1 {
            self.0.retain(|choice| choice.column != column);
        } else {
            return false;
        }
        true
    }

    /// Moves a column left (negative) or right.
    pub fn shift(&mut self, column: Column, by: isize) {
        let Some(at) = self.0.iter().position(|choice| choice.column == column) else { return };
        let to = at.saturating_add_signed(by).min(self.0.len() - 1);
        let choice = self.0.remove(at);
        self.0.insert(to, choice);
    }

    /// Sets a column's width, within what a user can set.
    pub fn resize(&mut self, column: Column, width: u16) {
        for choice in self.0.iter_mut().filter(|choice| choice.column == column) {
            choice.width = Some(width.clamp(*Self::WIDTHS.start(), *Self::WIDTHS.end()));
        }
    }
}

impl Default for Columns {
    fn default() -> Self {
        Self(Column::SHOWN.map(|column| ColumnChoice { column, width: None }).to_vec())
    }
}

impl fmt::Display for ColumnChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.column.name())?;
        self.width.map_or(Ok(()), |width| write!(f, ":{width}"))
    }
}

impl FromStr for ColumnChoice {
    type Err = ColumnsError;

    fn from_str(text: &str) -> Result<Self, ColumnsError> {
        let (name, width) = text.split_once(':').map_or((text, None), |(name, width)| (name, Some(width)));
        let column = Column::parse(name.trim()).ok_or_else(|| ColumnsError::Column {
            given: name.trim().to_owned(),
            nearest: nearest(name.trim(), Column::ALL.map(Column::name)),
        })?;
        let read = |width: &str| width.trim().parse().ok().filter(|width| Columns::WIDTHS.contains(width));
        let width = width.map(|text| read(text).ok_or_else(|| ColumnsError::Width { given: text.trim().to_owned() }));
        Ok(Self { column, width: width.transpose()? })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn shown(columns: &Columns) -> String {
        columns.iter().map(|choice| choice.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn columns_are_shown_hidden_moved_and_sized() {
        let mut columns = Columns::read(["title:40", "age"]).unwrap();
        assert!(columns.toggle(Column::Region));
        columns.shift(Column::Region, -1);
        columns.resize(Column::Age, 1);
        assert_eq!(shown(&columns), "title:40 region age:3");
        columns.shift(Column::Title, 9);
        assert_eq!(shown(&columns), "region age:3 title:40");
        columns.shift(Column::Region, -1);
        assert!(columns.toggle(Column::Region) && columns.toggle(Column::Age));
        assert!(!columns.toggle(Column::Title), "the last one stays");
        assert_eq!(shown(&columns), "title:40");
    }

    #[test]
    fn a_choice_reads_as_it_prints_and_mistakes_say_what_was_meant() {
        for column in Column::ALL {
            for width in [None, Some(3), Some(200)] {
                let choice = ColumnChoice { column, width };
                assert_eq!(choice.to_string().parse(), Ok(choice));
            }
        }
        let said = |texts: &[&str]| Columns::read(texts.iter().copied()).unwrap_err().to_string();
        assert_eq!(said(&["age", "titel"]), "there is no column 'titel'; did you mean 'title'?");
        assert_eq!(said(&["age:2"]), "'2' is no width: a number of cells from 3 to 200");
        assert_eq!(said(&["age", "age:9"]), "the column 'age' stands there twice");
        assert_eq!(said(&[]), "at least one column is needed");
    }
}
