//! What differs between two versions of one record.

/// One thing that is not as it was. `None`: it was not there, or is not there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `Actor IP`, `Count`; or the place in the JSON: `Service.AdditionalInfo.Value`, `Resources[i-0abc].Tags.env`.
    pub what: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// All that differs: first in the terms of the reading, then what no such term says, by its place in the JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    pub fields: Vec<Change>,
    pub paths: Vec<Change>,
}

/// The times that move with every version: they tell little beside anything else.
const TIMES: [&str; 5] = ["Updated", "Last seen", "Processed", "Description", "Title"];

impl Changes {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.paths.is_empty()
    }

    /// The changes in one line, what tells most first: `Actor IP 198.51.100.7 → 203.0.113.9 · Count 12 → 40`.
    #[must_use]
    pub fn summary(&self) -> String {
        let telling = |change: &&Change| !TIMES.contains(&change.what.as_str());
        let mut parts: Vec<String> = self.fields.iter().filter(telling).map(Change::line).collect();
        if parts.is_empty() {
            parts.extend(self.paths.iter().chain(&self.fields).map(Change::line));
        }
        if parts.is_empty() {
            return "the same content".to_owned();
        }
        parts.join(" · ")
    }
}

impl Change {
    /// `Count 12 → 40`, `Note + seen by kim`, `Tag - old`.
    #[must_use]
    pub fn line(&self) -> String {
        let what = &self.what;
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => format!("{what} {old} → {new}"),
            (None, Some(new)) => format!("{what} + {new}"),
            (Some(old), None) => format!("{what} - {old}"),
            (None, None) => what.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(what: &str, old: &str, new: &str) -> Change {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Change { what: what.to_owned(), old: some(old), new: some(new) }
    }

    #[test]
    fn times_are_not_told_beside_what_tells_more() {
        let mut changes = Changes { fields: vec![change("Updated", "1", "2")], paths: Vec::new() };
        assert_eq!(changes.summary(), "Updated 1 → 2");
        changes.fields.insert(0, change("Count", "12", "40"));
        changes.fields.push(change("Note", "", "seen"));
        assert_eq!(changes.summary(), "Count 12 → 40 · Note + seen");
        assert_eq!(Changes::default().summary(), "the same content");
    }
}
