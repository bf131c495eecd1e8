//! Finds rows that only moved up or down, as when a list scrolls. In: the rows shown and wanted, as hashes. Out: the
//! one shift that saves most, if any saves enough. A wrong guess costs bytes, never correctness: the screen shifts its
//! picture of the terminal by the same rule and then writes what still differs.

/// Rows `top..=bottom` move up by `by`, or down when it is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    pub top: usize,
    pub bottom: usize,
    pub by: isize,
}

/// A shift must spare at least so many rows.
const WORTH: isize = 3;

/// The best shift from `shown` to `next` (one hash a row, same length), if it is worth it.
#[must_use]
pub fn best(shown: &[u64], next: &[u64]) -> Option<Shift> {
    let height = isize::try_from(shown.len().min(next.len())).ok()?;
    let changed = shown.iter().zip(next).filter(|(a, b)| a != b).count();
    if changed <= WORTH.unsigned_abs() {
        return None;
    }
    (1 - height..height)
        .filter(|by| *by != 0)
        .filter_map(|by| gain(shown, next, by))
        .max_by_key(|(gain, shift)| (*gain, -shift.by.abs()))
        .filter(|(gain, _)| *gain >= WORTH)
        .map(|(_, shift)| shift)
}

/// Rows spared less rows spoiled by shifting by `by`, over the stretch where that is most.
fn gain(shown: &[u64], next: &[u64], by: isize) -> Option<(isize, Shift)> {
    let right = |row: usize| row.checked_add_signed(by).and_then(|from| shown.get(from)) == next.get(row);
    let was_right = |row: usize| shown.get(row) == next.get(row);
    let worth = |row: usize| match (right(row), was_right(row)) {
        (true, false) => 1,
        (false, true) => -1,
        _ => 0,
    };
    let lines = by.unsigned_abs();
    let rows = if by > 0 { 0..next.len().saturating_sub(lines) } else { lines..next.len() };
    // The stretch with the largest sum (Kadane).
    let (mut start, mut sum) = (rows.start, 0);
    let mut best: Option<(isize, usize, usize)> = None;
    for row in rows {
        if sum <= 0 {
            (start, sum) = (row, 0);
        }
        sum += worth(row);
        if sum > 0 && best.is_none_or(|(most, ..)| sum > most) {
            best = Some((sum, start, row));
        }
    }
    let (sum, first, last) = best?;
    let (top, bottom, blank) = if by > 0 {
        (first, last + lines, last + 1..=last + lines)
    } else {
        (first - lines, last, first - lines..=first - 1)
    };
    let spoiled = isize::try_from(blank.filter(|row| was_right(*row)).count()).ok()?;
    Some((sum - spoiled, Shift { top, bottom, by }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_between_header_and_footer_scrolls_alone() {
        let shown = [1, 10, 11, 12, 13, 14, 15, 2];
        assert_eq!(best(&shown, &[1, 11, 12, 13, 14, 15, 16, 2]), Some(Shift { top: 1, bottom: 6, by: 1 }));
        assert_eq!(best(&shown, &[1, 8, 9, 10, 11, 12, 13, 2]), Some(Shift { top: 1, bottom: 6, by: -2 }));
    }

    #[test]
    fn a_row_that_differs_in_the_middle_is_no_hindrance() {
        // The selected line's mark moves along.
        let shown = [1, 10, 11, 12, 13, 14, 99, 2];
        assert_eq!(best(&shown, &[1, 11, 12, 13, 14, 15, 98, 2]), Some(Shift { top: 1, bottom: 5, by: 1 }));
    }

    #[test]
    fn few_changes_and_other_pages_are_left_alone() {
        assert_eq!(best(&[1, 2, 3, 4, 5], &[1, 9, 8, 4, 5]), None);
        assert_eq!(best(&[1, 2, 3, 4, 5, 6], &[11, 12, 13, 14, 15, 16]), None);
        assert_eq!(best(&[], &[]), None);
        // Blank rows are alike wherever they are.
        assert_eq!(best(&[1, 0, 0, 0, 0, 2, 3, 4], &[5, 0, 0, 0, 0, 6, 7, 8]), None);
    }
}
