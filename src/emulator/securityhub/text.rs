//! `StringFilter`s on one field: how several combine, and which must not stand together.
//!
//! Source: the service model's text on `StringFilter.Comparison`. Positive comparisons are joined by OR, negative ones
//! by AND, both kinds by AND. Case counts.

/// How one value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equals,
    Prefix,
    Contains,
    NotEquals,
    PrefixNotEquals,
    NotContains,
}

impl Comparison {
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "EQUALS" => Self::Equals,
            "PREFIX" => Self::Prefix,
            "CONTAINS" => Self::Contains,
            "NOT_EQUALS" => Self::NotEquals,
            "PREFIX_NOT_EQUALS" => Self::PrefixNotEquals,
            "NOT_CONTAINS" => Self::NotContains,
            _ => return None,
        })
    }

    const fn is_negative(self) -> bool {
        matches!(self, Self::NotEquals | Self::PrefixNotEquals | Self::NotContains)
    }

    fn holds(self, value: &str, wanted: &str) -> bool {
        match self {
            Self::Equals => value == wanted,
            Self::NotEquals => value != wanted,
            Self::Prefix => value.starts_with(wanted),
            Self::PrefixNotEquals => !value.starts_with(wanted),
            Self::Contains => value.contains(wanted),
            Self::NotContains => !value.contains(wanted),
        }
    }
}

/// All filters on one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextTest(Vec<(Comparison, String)>);

impl TextTest {
    /// Checks the documented rules on what may stand together.
    pub(crate) fn new(field: &str, filters: Vec<(Comparison, String)>) -> Result<Self, String> {
        use Comparison as C;
        let has = |c: C| filters.iter().any(|(comparison, _)| *comparison == c);
        let only = |c: C| filters.iter().all(|(comparison, _)| *comparison == c);
        if has(C::Equals) && (has(C::NotEquals) || has(C::PrefixNotEquals)) {
            return Err(format!("{field}: EQUALS cannot be combined with NOT_EQUALS or PREFIX_NOT_EQUALS"));
        }
        for (comparison, word) in [(C::Contains, "CONTAINS"), (C::NotContains, "NOT_CONTAINS")] {
            if has(comparison) && !only(comparison) {
                return Err(format!("{field}: {word} can only be combined with {word}"));
            }
        }
        Ok(Self(filters))
    }

    /// Whether a field with these values passes: one for a plain member, several for a list, none when absent.
    pub(crate) fn passes<'v>(&self, values: &(impl Iterator<Item = &'v str> + Clone)) -> bool {
        let positive = || self.0.iter().filter(|(c, _)| !c.is_negative());
        let negative = self.0.iter().filter(|(c, _)| c.is_negative());
        let some = positive().next().is_none()
            || values.clone().any(|value| positive().any(|(c, wanted)| c.holds(value, wanted)));
        some && negative.into_iter().all(|(c, wanted)| values.clone().all(|value| c.holds(value, wanted)))
    }

    pub(crate) fn passes_one(&self, value: &str) -> bool {
        self.passes(&std::iter::once(value))
    }

    pub(crate) fn passes_option(&self, value: Option<&str>) -> bool {
        self.passes(&value.into_iter())
    }

    /// The values, when every filter is EQUALS.
    pub(crate) fn exact(&self) -> Option<Vec<&str>> {
        self.0.iter().map(|(c, value)| (*c == Comparison::Equals).then_some(value.as_str())).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests say what they expect")]
mod tests {
    use super::*;
    use Comparison as C;

    fn test(filters: &[(C, &str)]) -> Result<TextTest, String> {
        TextTest::new("Title", filters.iter().map(|(c, v)| (*c, (*v).to_owned())).collect())
    }

    #[test]
    fn positives_are_or_and_negatives_are_and() {
        let either = test(&[(C::Equals, "a"), (C::Prefix, "b")]).unwrap();
        assert!(either.passes_one("a") && either.passes_one("bc") && !either.passes_one("c"));
        let neither = test(&[(C::NotEquals, "a"), (C::NotEquals, "b")]).unwrap();
        assert!(neither.passes_one("c") && !neither.passes_one("a") && neither.passes_option(None));
        let prefix_first = test(&[(C::Prefix, "aws"), (C::NotEquals, "aws-x")]).unwrap();
        assert!(prefix_first.passes_one("aws-y") && !prefix_first.passes_one("aws-x") && !prefix_first.passes_one("x"));
    }

    #[test]
    fn documented_mixtures_are_refused() {
        assert!(test(&[(C::Equals, "a"), (C::NotEquals, "b")]).is_err());
        assert!(test(&[(C::Equals, "a"), (C::PrefixNotEquals, "b")]).is_err());
        assert!(test(&[(C::Contains, "a"), (C::Prefix, "b")]).is_err());
        assert!(test(&[(C::NotContains, "a"), (C::NotContains, "b")]).is_ok());
    }
}
