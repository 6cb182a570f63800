//! The fingerprint of a log: a running hash of its records, independent of the file around them.
//!
//! The hash covers each record without the white space between its values, followed by one line break. So the same
//! records have the same fingerprint as lines, as an array, pretty-printed, gzipped, with `\r\n` or without a final
//! line break; and the old log's records are a prefix of the grown log's.

use blake3::Hasher;

/// Bytes gathered before they are hashed: enough for the hash's widest step.
const GATHERED_BYTES: usize = 64 * 1024;

/// The running hash of a log's records.
#[derive(Clone, Debug, Default)]
pub struct Fingerprint {
    hasher: Hasher,
    gathered: Vec<u8>,
    n_hashed: u64,
    scan: Scan,
}

/// The state of the scan within a record.
#[derive(Clone, Copy, Debug, Default)]
struct Scan {
    is_in_string: bool,
    is_escaped: bool,
    depth: usize,
    depth_max: usize,
}

impl Fingerprint {
    /// Adds a piece of a record.
    pub fn push(&mut self, piece: &[u8]) {
        self.scan.compact(piece, &mut self.gathered);
        if self.gathered.len() >= GATHERED_BYTES {
            self.hasher.update(&self.gathered);
            self.n_hashed += self.gathered.len() as u64;
            self.gathered.clear();
        }
    }

    /// Ends the record and returns its nesting depth.
    pub fn end_record(&mut self) -> usize {
        self.gathered.push(b'\n');
        std::mem::take(&mut self.scan).depth_max
    }

    /// Number of bytes hashed.
    pub fn n_bytes(&self) -> u64 {
        self.n_hashed + self.gathered.len() as u64
    }

    /// The hash so far, in hexadecimal digits.
    pub fn hash(&self) -> String {
        let mut hasher = self.hasher.clone();
        hasher.update(&self.gathered);
        hasher.finalize().to_hex().to_string()
    }
}

/// Appends the JSON to `out` without the white space between its values.
pub fn compacted(json: &str, out: &mut Vec<u8>) {
    Scan::default().compact(json.as_bytes(), out);
}

/// The nesting depth of JSON.
pub fn depth(json: &str) -> usize {
    let mut scan = Scan::default();
    scan.compact(json.as_bytes(), &mut Vec::with_capacity(json.len()));
    scan.depth_max
}

impl Scan {
    /// Adds the piece without its white space. The bytes that are kept come in few long runs, mostly within strings,
    /// which are scanned eight bytes at a time.
    fn compact(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        let (mut kept_from, mut at) = (0, 0);
        loop {
            if self.is_in_string && !self.is_escaped {
                at += until_mark(piece.get(at..).unwrap_or_default());
            }
            let Some(byte) = piece.get(at) else { break };
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'"' => self.is_in_string = !self.is_in_string,
                // Only these two end a run within a string.
                _ if self.is_in_string => self.is_escaped = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    self.depth_max = self.depth_max.max(self.depth);
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b' ' | b'\t' | b'\n' | b'\r' => {
                    out.extend_from_slice(piece.get(kept_from..at).unwrap_or_default());
                    kept_from = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        out.extend_from_slice(piece.get(kept_from..).unwrap_or_default());
    }
}

/// The number of bytes before the first quote or backslash.
fn until_mark(text: &[u8]) -> usize {
    let is_mark = |byte: &u8| matches!(byte, b'"' | b'\\');
    let (words, rest) = text.as_chunks();
    for (n, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let marks = bytes_equal(word, b'"') | bytes_equal(word, b'\\');
        if marks != 0 {
            return n * size_of::<u64>() + marks.trailing_zeros() as usize / 8;
        }
    }
    let n_rest = rest.iter().position(is_mark).unwrap_or(rest.len());
    text.len() - rest.len() + n_rest
}

/// Sets the highest bit of each byte of `word` that equals `byte`. Bits above the lowest match may be wrong.
fn bytes_equal(word: u64, byte: u8) -> u64 {
    const LOWEST: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    let zero_where_equal = word ^ u64::from_le_bytes([byte; 8]);
    zero_where_equal.wrapping_sub(LOWEST) & !zero_where_equal & HIGHEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(pieces: &[&str]) -> (String, usize, u64) {
        let mut all = Fingerprint::default();
        for piece in pieces {
            all.push(piece.as_bytes());
        }
        let depth = all.end_record();
        (all.hash(), depth, all.n_bytes())
    }

    #[test]
    fn white_space_between_values_makes_no_difference_and_within_texts_it_does() {
        let plain = r#"{"a":[1,{"b":" x \" y\\"}],"c":2}"#;
        let spaced = "{ \"a\" : [ 1,\r\n\t{ \"b\": \" x \\\" y\\\\\" } ], \"c\": 2 }";
        assert_eq!(fingerprint(&[plain]), fingerprint(&[spaced]));
        assert_eq!(fingerprint(&[plain]).1, 3);
        assert_eq!(fingerprint(&[plain]).2, plain.len() as u64 + 1);
        assert_ne!(fingerprint(&[plain]).0, fingerprint(&[&plain.replace(" x ", "x ")]).0);
    }

    #[test]
    fn it_makes_no_difference_where_a_record_is_cut_in_pieces() {
        let text = r#"{ "a\"\\" : [ "b \" { c" , {} ] }"#;
        for at in 0..=text.len() {
            let (a, b) = text.split_at(at);
            assert_eq!(fingerprint(&[a, b]), fingerprint(&[text]), "{a} | {b}");
        }
    }

    #[test]
    fn the_end_of_a_text_is_found_wherever_it_is() {
        for n in 0..40 {
            for mark in ["\"", "\\"] {
                let text = format!(
                    "{}{mark}\"\\#!\u{1}\u{a2}",
                    "é#!]["[..].repeat(9).chars().take(n).collect::<String>()
                );
                let expected = text.find(['"', '\\']).unwrap();
                assert_eq!(until_mark(text.as_bytes()), expected, "{text}");
                assert_eq!(until_mark(&text.as_bytes()[..expected]), expected);
            }
        }
    }

    #[test]
    fn a_hash_does_not_depend_on_how_much_is_gathered() {
        let long = format!("[{}]", "12345678,".repeat(GATHERED_BYTES));
        let mut whole = Fingerprint::default();
        whole.push(long.as_bytes());
        let mut parts = Fingerprint::default();
        for part in long.as_bytes().chunks(1000) {
            parts.push(part);
        }
        assert_eq!((whole.hash(), whole.n_bytes()), (parts.hash(), parts.n_bytes()));
    }
}
