//! Where the parts of a JSON text are: one pass over it, sixteen bytes at a time.
//!
//! In: text. Out: the places of its braces, brackets, colons and commas outside of strings, of the quotes that open and
//! close strings, and of the first letter of whatever else stands there. Between them is nothing to look at but white
//! space and the insides of strings and of those others, so that a reader steps from mark to mark: most of a finding is
//! passed over. The way is simdjson's (Langdale and
//! Lemire, "Parsing gigabytes of JSON per second", VLDB Journal 28, 2019, section 3.1).

use wide::u8x16;

use super::Broken;

/// Letters looked at together: a bit each.
const BLOCK: usize = 64;

/// The marks of one text.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Ascending. After an opening quote comes its closing one.
    pub(super) places: Vec<u32>,
    /// Where backslashes begin an escape, ascending.
    pub(super) escapes: Vec<u32>,
}

/// What a block leaves to the next.
#[derive(Default)]
struct Carry {
    /// All bits: it ended inside of a string.
    string: u64,
    /// 1: its last letter was a backslash that escapes the next.
    escape: u64,
    /// 1: its last letter was of neither a string, a structure nor white space.
    other: u64,
}

impl Marks {
    /// Marks a text anew. What is no JSON for a reason that is seen here (a string that does not end, a control
    /// character) is an error; the rest is for the reader to find.
    pub(super) fn mark(&mut self, text: &str) -> Result<(), Broken> {
        self.places.clear();
        self.escapes.clear();
        // Places are counted in 32 bits.
        u32::try_from(text.len()).map_err(|_| Broken)?;
        let (blocks, rest) = text.as_bytes().as_chunks::<BLOCK>();
        let (mut carry, mut start, mut found) = (Carry::default(), 0, [0; BLOCK]);
        for block in blocks {
            let count = self.block(block, start, &mut carry, &mut found)?;
            self.places.extend_from_slice(&found[..count]);
            start += 64;
        }
        if !rest.is_empty() {
            let mut block = [b' '; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            let count = self.block(&block, start, &mut carry, &mut found)?;
            self.places.extend_from_slice(&found[..count]);
        }
        if carry.string == 0 { Ok(()) } else { Err(Broken) }
    }

    /// The marks of one block, into the beginning of `found`; how many they are.
    #[inline]
    fn block(
        &mut self,
        block: &[u8; BLOCK],
        start: u32,
        carry: &mut Carry,
        found: &mut [u32; BLOCK],
    ) -> Result<usize, Broken> {
        let bits = Bits::of(block);
        let escaped = if bits.backslash | carry.escape == 0 { 0 } else { self.escaped(bits.backslash, start, carry) };
        let quotes = bits.quote & !escaped;
        // From each opening quote on, up to before the closing one.
        let inside = parities(quotes) ^ carry.string;
        carry.string = if inside >> 63 == 0 { 0 } else { u64::MAX };
        if bits.control & inside != 0 || (bits.control != 0 && !only_breaks(block, bits.control)) {
            return Err(Broken);
        }
        let structure = bits.structure & !inside;
        let other = !(structure | bits.space | bits.control | inside | quotes);
        let first = other & !(other << 1 | carry.other);
        carry.other = other >> 63;
        let (mut marks, mut count) = (structure | quotes | first, 0);
        while marks != 0 {
            found[count % BLOCK] = start + marks.trailing_zeros();
            count += 1;
            marks &= marks - 1;
        }
        Ok(count)
    }

    /// The letters after a backslash that is not itself after one.
    #[inline(never)]
    fn escaped(&mut self, backslash: u64, start: u32, carry: &mut Carry) -> u64 {
        let mut escaped = carry.escape;
        carry.escape = 0;
        let mut left = backslash & !escaped;
        while left != 0 {
            let at = left.trailing_zeros();
            self.escapes.push(start + at);
            if at == 63 {
                carry.escape = 1;
                break;
            }
            escaped |= 2 << at;
            left &= !(3 << at);
        }
        escaped
    }
}

/// Which letters of a block are what, a bit each.
struct Bits {
    quote: u64,
    backslash: u64,
    /// Below U+0020.
    control: u64,
    space: u64,
    /// `{}[]:,`
    structure: u64,
}

impl Bits {
    #[inline]
    fn of(block: &[u8; BLOCK]) -> Self {
        let mut bits = Self { quote: 0, backslash: 0, control: 0, space: 0, structure: 0 };
        let (lanes, _) = block.as_chunks::<16>();
        for (at, lane) in lanes.iter().enumerate() {
            let lane = u8x16::new(*lane);
            let is = |letter: u8| lane.simd_eq(u8x16::splat(letter));
            // A bracket and a brace of one side differ in this bit alone.
            let braced = lane | u8x16::splat(0x20);
            let brace = |letter: u8| braced.simd_eq(u8x16::splat(letter));
            let put = |found: u8x16| u64::from(found.to_bitmask()) << (16 * at);
            bits.quote |= put(is(b'"'));
            bits.backslash |= put(is(b'\\'));
            bits.control |= put(lane.min(u8x16::splat(0x1f)).simd_eq(lane));
            bits.space |= put(is(b' '));
            bits.structure |= put(brace(b'{') | brace(b'}') | is(b':') | is(b','));
        }
        bits
    }
}

/// For each place whether an odd number of bits is set up to it.
#[inline]
const fn parities(mut bits: u64) -> u64 {
    let mut shift = 1;
    while shift < 64 {
        bits ^= bits << shift;
        shift *= 2;
    }
    bits
}

/// Are these letters tabs and ends of lines: the control characters that may stand between the parts.
#[cold]
fn only_breaks(block: &[u8; BLOCK], mut control: u64) -> bool {
    while control != 0 {
        if !matches!(block[control.trailing_zeros() as usize], b'\t' | b'\n' | b'\r') {
            return false;
        }
        control &= control - 1;
    }
    true
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn marked(text: &str) -> String {
        let mut marks = Marks::default();
        marks.mark(text).unwrap();
        marks.places.iter().map(|place| char::from(text.as_bytes()[*place as usize])).collect()
    }

    #[test]
    fn strings_hide_what_is_in_them_wherever_blocks_meet() {
        for pad in 0..140 {
            let text = format!(r#"{}{{"a,b":[1.5, true,"\\","\"{{",null]}} "#, " ".repeat(pad));
            assert_eq!(marked(&text), r#"{"":[1,t,"","",n]}"#, "{pad}");
        }
        let backslashes = format!("[\"{}\"]", r"\\".repeat(200));
        assert_eq!(marked(&backslashes), "[\"\"]");
    }

    #[test]
    fn open_strings_and_control_characters_are_refused() {
        for text in ["\"", r#"["\"]"#, "[\"\n\"]", "[\u{b}]", &format!("[\"{}", "x".repeat(200))] {
            assert!(Marks::default().mark(text).is_err(), "{text:?}");
        }
        assert_eq!(marked("[\r\n\t1 ]"), "[1]");
    }
}
