//! Searching all the text there is: every distinct text folded once, then looked through pile by pile on every core.
//!
//! A full pile of the store never changes, so what was folded of it serves every later snapshot. It costs about as much
//! memory as the text that has capital letters in it, and only once somebody searches.

use std::thread;

use super::fold::fold;
use super::glob::Matcher;
use crate::store::{Hits, Pile, Snapshot, Texts};

/// More threads than this share too little work each.
const THREADS: usize = 4;

/// Less text than this, in bytes, is not worth a thread.
const SHARE: usize = 1 << 20;

/// A pile whose texts are folded.
#[derive(Debug)]
enum Folded {
    /// As it lies: nothing in it had to be folded.
    AsItIs,
    Other {
        text: String,
        ends: Vec<u32>,
    },
}

impl Folded {
    fn of(pile: Pile<'_>) -> Self {
        if pile.text.is_ascii() {
            if !pile.text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                return Self::AsItIs;
            }
            return Self::Other { text: pile.text.to_ascii_lowercase(), ends: Vec::new() };
        }
        let (mut text, mut ends, mut start) = (String::with_capacity(pile.text.len()), Vec::new(), 0);
        for end in pile.ends {
            text.push_str(&fold(pile.text.get(start..*end as usize).unwrap_or_default()));
            ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
            start = *end as usize;
        }
        Self::Other { text, ends }
    }

    /// The folded text, and where each of its texts ends.
    fn read<'p>(&'p self, pile: Pile<'p>) -> (&'p str, &'p [u32]) {
        match self {
            Self::AsItIs => (pile.text, pile.ends),
            Self::Other { text, ends } if ends.is_empty() => (text, pile.ends),
            Self::Other { text, ends } => (text, ends),
        }
    }
}

/// The full piles that were searched before, folded.
#[derive(Debug, Default)]
pub(super) struct Library {
    /// By `Texts as usize`, then as the piles are.
    shelves: [Vec<Folded>; Texts::ALL.len()],
}

/// One pile to be looked through.
struct Task<'p> {
    texts: Texts,
    pile: Pile<'p>,
    folded: Source<'p>,
    /// Only these of its texts can match.
    among: Option<&'p [u64]>,
    /// Where the matching ones are marked.
    found: &'p mut [u64],
}

enum Source<'p> {
    Kept(&'p Folded),
    /// To be folded now.
    Fresh(Option<Folded>),
}

impl Library {
    /// Folds all text there is, so that the next search need not.
    pub(super) fn fold(&mut self, snapshot: &Snapshot) {
        self.pass(snapshot, &Texts::ALL, None, &mut Hits::none(snapshot), &|task| {
            task.read();
        });
    }

    /// Adds to `hits` the texts in these places that match; an empty text never does. `among`: only these can, or need
    /// be looked at.
    pub(super) fn search(
        &mut self,
        snapshot: &Snapshot,
        places: &[Texts],
        matcher: &Matcher,
        among: Option<&Hits>,
        hits: &mut Hits,
    ) {
        self.pass(snapshot, places, among, hits, &|task| task.run(matcher));
    }

    /// Goes through all piles in these places, and keeps what was folded.
    fn pass(
        &mut self,
        snapshot: &Snapshot,
        places: &[Texts],
        among: Option<&Hits>,
        hits: &mut Hits,
        run: &(impl Fn(&mut Task<'_>) + Sync),
    ) {
        let mut tasks = Vec::new();
        for (texts, found) in Texts::ALL.into_iter().zip(hits.piles_mut()).filter(|(texts, _)| places.contains(texts)) {
            let kept = self.shelves.get(texts as usize).map_or(&[][..], Vec::as_slice);
            let mut among = among.map(|among| among.piles(texts));
            for (at, (pile, found)) in snapshot.piles(texts).into_iter().zip(found).enumerate() {
                let folded = kept.get(at).map_or(Source::Fresh(None), Source::Kept);
                tasks.push(Task { texts, pile, folded, among: among.as_mut().and_then(Iterator::next), found });
            }
        }
        each(&mut tasks, run);
        let fresh: Vec<(Texts, Folded)> = tasks.into_iter().filter_map(Task::into_kept).collect();
        for (texts, folded) in fresh {
            if let Some(shelf) = self.shelves.get_mut(texts as usize) {
                shelf.push(folded);
            }
        }
    }
}

impl Task<'_> {
    fn run(&mut self, matcher: &Matcher) {
        let among = self.among;
        let (text, ends, found) = self.read();
        match among {
            Some(among) if among.iter().map(|word| word.count_ones()).sum::<u32>() < FEW_TEXTS => {
                pick(text, ends, among, matcher, found);
            }
            _ => find(text, ends, matcher, found),
        }
    }

    /// The folded text, where each of its texts ends, and where to mark those that match.
    fn read(&mut self) -> (&str, &[u32], &mut [u64]) {
        let folded = match &mut self.folded {
            Source::Kept(folded) => folded,
            Source::Fresh(folded) => &*folded.get_or_insert_with(|| Folded::of(self.pile)),
        };
        let (text, ends) = folded.read(self.pile);
        (text, ends, self.found)
    }

    /// What was folded, if it stays as it is.
    fn into_kept(self) -> Option<(Texts, Folded)> {
        match self.folded {
            Source::Fresh(Some(folded)) if self.pile.is_full => Some((self.texts, folded)),
            _ => None,
        }
    }
}

/// Runs all tasks, each core a share of the text.
fn each(tasks: &mut [Task<'_>], run: &(impl Fn(&mut Task<'_>) + Sync)) {
    let size = |task: &Task<'_>| task.pile.text.len();
    let total: usize = tasks.iter().map(size).sum();
    let threads = thread::available_parallelism().map_or(1, usize::from).clamp(1, THREADS);
    let share = (total / threads).max(SHARE);
    thread::scope(|scope| {
        let mut rest = tasks;
        loop {
            let mut taken = 0;
            let many = rest.iter().take_while(|task| {
                let fits = taken < share;
                taken += size(task);
                fits
            });
            let (mine, others) = rest.split_at_mut(many.count());
            rest = others;
            if rest.is_empty() {
                mine.iter_mut().for_each(run);
                break;
            }
            // Joined at the end of the scope, which passes a panic on.
            scope.spawn(move || mine.iter_mut().for_each(run));
        }
    });
}

/// Of a pile with fewer texts in question each is looked at by itself.
const FEW_TEXTS: u32 = 32;

/// Marks those texts of `among` that match.
fn pick(text: &str, ends: &[u32], among: &[u64], matcher: &Matcher, found: &mut [u64]) {
    for ((word, found), base) in among.iter().zip(found).zip((0usize..).step_by(64)) {
        let mut left = *word;
        while left != 0 {
            let bit = left.trailing_zeros();
            left &= left - 1;
            let at = base + bit as usize;
            let start = at.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| *end as usize);
            let text = ends.get(at).and_then(|end| text.get(start..*end as usize)).unwrap_or_default();
            if !text.is_empty() && matcher.matches_folded(text) {
                *found |= 1 << bit;
            }
        }
    }
}

/// Marks the texts of a pile that match.
fn find(text: &str, ends: &[u32], matcher: &Matcher, found: &mut [u64]) {
    let mut item = Item { text, ends, at: 0, start: 0 };
    while let Some(end) = item.seek(matcher) {
        let is_hit = matcher.is_part()
            || text.get(item.start..end).is_some_and(|text| !text.is_empty() && matcher.matches_folded(text));
        if is_hit && let Some(word) = found.get_mut(item.at / 64) {
            *word |= 1 << (item.at % 64);
        }
        item.start = end;
        item.at += 1;
    }
}

/// A place among the texts of a pile.
struct Item<'p> {
    text: &'p str,
    ends: &'p [u32],
    at: usize,
    start: usize,
}

impl Item<'_> {
    /// Goes on to the next text that has in it what every match has, and says where it ends.
    fn seek(&mut self, matcher: &Matcher) -> Option<usize> {
        loop {
            // Where the text under the eye is, before what is looked for has been seen.
            let Some(length) = matcher.longest() else { return self.ends.get(self.at).map(|end| *end as usize) };
            let seen = self.start + matcher.find_longest(self.text.as_bytes().get(self.start..)?)?;
            let mut end = *self.ends.get(self.at)? as usize;
            while end <= seen {
                self.start = end;
                self.at += 1;
                end = *self.ends.get(self.at)? as usize;
            }
            if seen + length <= end {
                return Some(end);
            }
            // It reaches into the next text: it is in neither.
            self.start = end;
            self.at += 1;
        }
    }
}
