//! The valid name that somebody most likely meant, for "did you mean" in queries and in the configuration.

/// The candidate nearest to `given`, if any is near enough to be worth a word: at most a third of its letters differ
/// (one of the short ones), or one begins with the other. Case does not matter. The first of equals wins.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    let allowed = (given.chars().count() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let name = candidate.to_lowercase();
        let mut distance = distance(&given, &name);
        if distance > allowed && given.len() >= 3 && (name.starts_with(&given) || given.starts_with(&name)) {
            distance = allowed;
        }
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Edits from one word to the other: a letter put in, left out, changed, or swapped with its neighbour counts one
/// (optimal string alignment).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in to.iter().enumerate() {
            let mut least =
                (above[column] + usize::from(letter != other)).min(above[column + 1] + 1).min(current[column] + 1);
            if column > 0 && row > 0 && previous == Some(other) && to[column - 1] == letter {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        previous = Some(letter);
        before = std::mem::replace(&mut above, current);
    }
    above[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_was_meant_and_nothing_far_fetched() {
        let fields = ["severity", "score", "account", "account_name", "region", "resource"];
        assert_eq!(nearest("sevrity", fields), Some("severity"));
        assert_eq!(nearest("REGOIN", fields), Some("region"));
        assert_eq!(nearest("acc", fields), Some("account"));
        assert_eq!(nearest("zebra", fields), None);
        assert_eq!(nearest("", fields), None);
    }

    #[test]
    fn a_swap_of_neighbours_is_one_edit() {
        assert_eq!(distance("regoin", "region"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
