//! Searching all the text there is: every distinct text folded once, then looked through pile by pile on every core.
//!
//! A full pile of the store never changes, so what was folded of it serves every later snapshot. It costs about as much
//! memory as the text that has capital letters in it, and only once somebody searches. What limits a search is how fast
//! memory is read: a pile that has not every pair of letters of the word is passed over unread.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

use roaring::RoaringBitmap;

use super::fold::fold;
use super::glob::{Literal, Matcher};
use super::pairs::{Pairs, Wanted};
use crate::store::{Hits, Pile, PileBits, Shown, Snapshot, Texts};

/// More threads than this share too little work each. Asked once: the system reads files to answer.
static THREADS: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, usize::from).clamp(1, 4));

/// Fewer piles than this are not worth a thread.
const SHARE: usize = 64;

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

/// A full pile that was searched before.
#[derive(Debug)]
struct Kept {
    folded: Folded,
    pairs: Pairs,
}

/// The full piles that were searched before.
#[derive(Debug, Default)]
pub(super) struct Library {
    /// By `Texts as usize`, then as the piles are; `None` where nothing was of the sort.
    shelves: [Vec<Option<Kept>>; Texts::ALL.len()],
    /// The version of the snapshot that was searched last.
    searched: Option<u64>,
    /// What its rows show, once it is searched again.
    shown: Option<Shown>,
}

/// One pile to be looked through.
struct Task<'p> {
    texts: Texts,
    /// Which of the piles.
    at: usize,
    pile: Pile<'p>,
    kept: Option<&'p Kept>,
    /// Only these of its texts can match.
    among: PileBits,
    /// Where the matching ones are marked.
    found: &'p mut [u64],
}

/// What was made of a pile on the way, to be kept: where it stands, and what it is.
type Fresh = (Texts, usize, Kept);

impl Library {
    /// Folds all text there is, so that the next search need not.
    pub(super) fn fold(&mut self, snapshot: &Snapshot) {
        self.searched = Some(snapshot.version());
        self.turn_to(snapshot);
        self.pass(snapshot, &Texts::ALL, None, &mut Hits::none(snapshot), None);
    }

    /// A search begins. Who searches once (while findings stream in, each snapshot is searched once) reads the store as
    /// it lies.
    pub(super) fn turn_to(&mut self, snapshot: &Snapshot) {
        let is_again = self.searched.replace(snapshot.version()) == Some(snapshot.version());
        self.shown = self.shown.take().filter(|shown| shown.is_of(snapshot));
        if is_again && self.shown.is_none() {
            self.shown = Some(Shown::of(snapshot));
        }
    }

    /// The texts that these rows show.
    pub(super) fn shown_by(&self, snapshot: &Snapshot, rows: &RoaringBitmap) -> Hits {
        let shown = self.shown.as_ref();
        shown.map_or_else(|| Hits::shown_by(snapshot, rows), |shown| shown.by(snapshot, rows))
    }

    /// The rows of `rows` that show one of these texts, of those that are kept in `places`.
    pub(super) fn with_hits(
        &self,
        snapshot: &Snapshot,
        hits: &Hits,
        places: &[Texts],
        rows: &RoaringBitmap,
    ) -> RoaringBitmap {
        let shown = self.shown.as_ref();
        shown.map_or_else(|| snapshot.with_hits(hits, places, rows), |shown| shown.with_hits(hits, places, rows))
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
        let wanted = Wanted::of(matcher);
        self.pass(snapshot, places, among, hits, Some((matcher, &wanted)));
    }

    /// Goes through all piles in these places, looks for something, and keeps what was folded. Each core takes some
    /// piles, and more when it is done: what a pile costs depends on what is found in it.
    fn pass(
        &mut self,
        snapshot: &Snapshot,
        places: &[Texts],
        among: Option<&Hits>,
        hits: &mut Hits,
        search: Option<(&Matcher, &Wanted)>,
    ) {
        let piles = hits.piles_mut();
        let all = Texts::ALL.into_iter().zip(piles).filter(|(texts, _)| places.contains(texts));
        let all: Vec<_> = all.collect();
        let threads = (all.iter().map(|(_, piles)| piles.len()).sum::<usize>() / SHARE).clamp(1, *THREADS);
        let shelves = &self.shelves;
        let tasks = all.into_iter().flat_map(|(texts, found)| {
            let kept = shelves.get(texts as usize).map_or(&[][..], Vec::as_slice);
            let mut others = among.map(|among| among.piles(texts));
            snapshot.piles(texts).zip(found).enumerate().filter_map(move |(at, (pile, found))| {
                let mut among = pile.used;
                if let Some(others) = others.as_mut().and_then(Iterator::next) {
                    among.iter_mut().zip(others).for_each(|(among, others)| *among &= others);
                }
                let is_asked = among.iter().any(|word| *word != 0);
                let kept = kept.get(at).and_then(Option::as_ref);
                is_asked.then_some(Task { texts, at, pile, kept, among, found })
            })
        });
        let mut tasks = tasks.peekable();
        // Of a word that grows, most is known.
        let threads = if tasks.peek().is_none() { 1 } else { threads };
        let queue = Mutex::new(tasks);
        let work = || {
            let (mut mine, mut fresh) = (Vec::with_capacity(TAKEN), Vec::new());
            loop {
                mine.extend(queue.lock().unwrap_or_else(PoisonError::into_inner).by_ref().take(TAKEN));
                if mine.is_empty() {
                    return fresh;
                }
                fresh.extend(mine.drain(..).filter_map(|task| task.run(search)));
            }
        };
        let fresh = thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut fresh = work();
            for other in others {
                match other.join() {
                    Ok(more) => fresh.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            fresh
        });
        for (texts, at, kept) in fresh {
            let Some(all) = self.shelves.get_mut(texts as usize) else { continue };
            if all.len() <= at {
                all.resize_with(at + 1, || None);
            }
            if let Some(place) = all.get_mut(at) {
                *place = Some(kept);
            }
        }
    }
}

impl Task<'_> {
    fn run(self, search: Option<(&Matcher, &Wanted)>) -> Option<Fresh> {
        if let Some(kept) = self.kept {
            if let Some((matcher, wanted)) = search
                && kept.pairs.have(wanted)
            {
                self.search(&kept.folded, matcher);
            }
            return None;
        }
        let (texts, at, pile) = (self.texts, self.at, self.pile);
        let folded = Folded::of(pile);
        if let Some((matcher, _)) = search {
            self.search(&folded, matcher);
        }
        pile.is_full.then(|| (texts, at, Kept { pairs: Pairs::of(folded.read(pile).0), folded }))
    }

    fn search(self, folded: &Folded, matcher: &Matcher) {
        let (text, ends) = folded.read(self.pile);
        match matcher.longest() {
            Some(literal) if self.among.iter().map(|word| word.count_ones()).sum::<u32>() >= FEW_TEXTS => {
                find(text, ends, literal, matcher, self.found);
            }
            _ => pick(text, ends, self.among, matcher, self.found),
        }
    }
}

/// So many piles are taken at once.
const TAKEN: usize = 8;

/// Of a pile with fewer texts in question each is looked at by itself.
const FEW_TEXTS: u32 = 128;

/// Marks those texts of `among` that match.
fn pick(text: &str, ends: &[u32], among: PileBits, matcher: &Matcher, found: &mut [u64]) {
    for ((mut left, found), base) in among.into_iter().zip(found).zip((0usize..).step_by(64)) {
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

/// Marks the texts of a pile that match; `literal` is in whatever does.
fn find(text: &str, ends: &[u32], literal: &Literal, matcher: &Matcher, found: &mut [u64]) {
    let (decides, length) = (matcher.is_part(), literal.len());
    let (mut at, mut start) = (0, 0);
    while let Some(seen) = text.as_bytes().get(start..).and_then(|rest| literal.find(rest)) {
        let seen = start + seen;
        // On to the text under the eye.
        let Some(end) = ends.get(at..).and_then(|ends| ends.iter().position(|end| *end as usize > seen)) else {
            return;
        };
        at += end;
        start = at.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| *end as usize);
        let Some(end) = ends.get(at).map(|end| *end as usize) else { return };
        // What reaches into the next text is in neither.
        let is_hit =
            seen + length <= end && (decides || text.get(start..end).is_some_and(|text| matcher.matches_folded(text)));
        if is_hit && let Some(word) = found.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
        start = end;
        at += 1;
    }
}
