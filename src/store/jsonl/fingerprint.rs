//! What a log is known by: a running hash of its records, whatever the file looks like around them.
//!
//! Hashed is each record without the white space between its values and with one line break behind it. So the same
//! records are the same log as lines, as an array, pretty-printed, gzipped, with `\r\n` or with a last line that does
//! not end; and a log that has grown begins with what it was.

use blake3::Hasher;

/// How many bytes are gathered before they are hashed: enough for the hash's widest step.
const GATHERED_BYTES: usize = 64 * 1024;

/// The running hash of a log's records.
#[derive(Clone, Debug, Default)]
pub struct Fingerprint {
    hasher: Hasher,
    gathered: Vec<u8>,
    n_hashed: u64,
    scan: Scan,
}

/// Where in a record the bytes so far have led.
#[derive(Clone, Copy, Debug, Default)]
struct Scan {
    is_in_string: bool,
    is_escaped: bool,
    depth: usize,
    depth_max: usize,
}

impl Fingerprint {
    /// Takes a piece of a record in.
    pub fn push(&mut self, piece: &[u8]) {
        self.scan.compact(piece, &mut self.gathered);
        if self.gathered.len() >= GATHERED_BYTES {
            self.hasher.update(&self.gathered);
            self.n_hashed += self.gathered.len() as u64;
            self.gathered.clear();
        }
    }

    /// Ends the record, and says how deep it was nested.
    pub fn end_record(&mut self) -> usize {
        self.gathered.push(b'\n');
        std::mem::take(&mut self.scan).depth_max
    }

    /// How many bytes were hashed.
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

/// JSON without the white space between its values.
pub fn compacted(json: &str, out: &mut Vec<u8>) {
    Scan::default().compact(json.as_bytes(), out);
}

/// How deep JSON is nested.
pub fn depth(json: &str) -> usize {
    let mut scan = Scan::default();
    scan.compact(json.as_bytes(), &mut Vec::with_capacity(json.len()));
    scan.depth_max
}

impl Scan {
    fn compact(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        let mut rest = piece;
        while let Some((first, after)) = rest.split_first() {
            if self.is_escaped {
                self.is_escaped = false;
                out.push(*first);
                rest = after;
                continue;
            }
            let is_in_string = self.is_in_string;
            let is_mark = |byte: &u8| match byte {
                b'"' => true,
                b'\\' => is_in_string,
                b' ' | b'\t' | b'\n' | b'\r' | b'{' | b'}' | b'[' | b']' => !is_in_string,
                _ => false,
            };
            let (plain, marked) = rest.split_at(rest.iter().position(is_mark).unwrap_or(rest.len()));
            out.extend_from_slice(plain);
            let Some((mark, after)) = marked.split_first() else { return };
            rest = after;
            match mark {
                b'"' => self.is_in_string = !self.is_in_string,
                b'\\' => self.is_escaped = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    self.depth_max = self.depth_max.max(self.depth);
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => continue,
            }
            out.push(*mark);
        }
    }
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
