//! Searching all the text there is: every distinct text folded once, then looked through pile by pile on every core.
//!
//! A full pile of the store never changes, so what was folded of it serves every later snapshot. It costs about as much
//! memory as the text that has capital letters in it, and only once somebody searches.

use std::thread;

use super::fold::fold;
use super::glob::Matcher;
use crate::store::{Hits, Pile, Snapshot, Sym, Texts};

/// More threads than this share too little work each.
const THREADS: usize = 4;

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
    titles: Vec<Folded>,
    descriptions: Vec<Folded>,
    resource_ids: Vec<Folded>,
    names: Vec<Folded>,
}

impl Library {
    const fn shelf(&mut self, texts: Texts) -> &mut Vec<Folded> {
        match texts {
            Texts::Titles => &mut self.titles,
            Texts::Descriptions => &mut self.descriptions,
            Texts::ResourceIds => &mut self.resource_ids,
            Texts::Names => &mut self.names,
        }
    }

    /// Adds to `hits` the texts that match; an empty text never does.
    pub(super) fn search(&mut self, snapshot: &Snapshot, texts: Texts, matcher: &Matcher, hits: &mut Hits) {
        let piles = snapshot.piles(texts);
        let kept = self.shelf(texts);
        let (old, new) = piles.split_at(kept.len().min(piles.len()));
        let folded = &kept[..old.len()];
        let found = shared(old, |at, pile| find(folded.get(at).unwrap_or(&Folded::AsItIs), pile, matcher));
        let fresh = shared(new, |_, pile| {
            let folded = Folded::of(pile);
            let found = find(&folded, pile, matcher);
            vec![(folded, found)]
        });
        for sym in found {
            hits.insert(texts, sym);
        }
        for (pile, (folded, found)) in new.iter().zip(fresh) {
            for sym in found {
                hits.insert(texts, sym);
            }
            if pile.is_full {
                kept.push(folded);
            }
        }
    }
}

/// What all piles give, in order, each core at its share.
fn shared<T: Send>(piles: &[Pile<'_>], of: impl Fn(usize, Pile<'_>) -> Vec<T> + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let share = piles.len().div_ceil(threads).max(16);
    let of = &of;
    let run = move |(first, share): (usize, &[Pile<'_>])| -> Vec<T> {
        share.iter().zip(first..).flat_map(|(pile, at)| of(at, *pile)).collect()
    };
    let mut shares = (0..piles.len()).step_by(share).zip(piles.chunks(share));
    let Some(mine) = shares.next() else { return Vec::new() };
    thread::scope(|scope| {
        let others: Vec<_> = shares.map(|share| scope.spawn(move || run(share))).collect();
        let mut all = run(mine);
        for other in others {
            match other.join() {
                Ok(more) => all.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

/// The texts of a pile that match.
fn find(folded: &Folded, pile: Pile<'_>, matcher: &Matcher) -> Vec<Sym> {
    let (text, ends) = folded.read(pile);
    let mut found = Vec::new();
    let mut item = Item { text, ends, at: 0, start: 0 };
    while let Some(end) = item.seek(matcher) {
        let is_hit = matcher.is_part()
            || text.get(item.start..end).is_some_and(|text| !text.is_empty() && matcher.matches_folded(text));
        if is_hit {
            found.push(Sym(pile.first.0 + u32::try_from(item.at).unwrap_or(u32::MAX)));
        }
        item.start = end;
        item.at += 1;
    }
    found
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
