//! Inputs derived from others: the saved ones with bits flipped, parts cut, repeated or exchanged, and words inserted.

use std::path::{Path, PathBuf};

use proptest::prelude::{BoxedStrategy, Strategy, any, prop, prop_oneof};
use proptest::sample::Index;

/// The longest derived input, in bytes: as long as cargo-fuzz makes them.
const BYTES_MAX: usize = 4_096;

/// A change of an input.
#[derive(Clone, Debug)]
enum Change {
    /// One bit is flipped.
    Flip { at: Index, bit: u8 },
    /// One byte is replaced.
    Put { at: Index, byte: u8 },
    /// These bytes are removed.
    Cut { from: Index, n: usize },
    /// Everything after this is removed.
    End { at: Index },
    /// These bytes are repeated.
    Repeat { from: Index, n: usize, times: usize },
    /// A part of another input is inserted.
    Splice { at: Index, other: Index, from: Index, n: usize },
    /// A word of the dictionary is inserted.
    Word { at: Index, word: Index },
}

/// The inputs for attacking a target.
#[derive(Debug)]
pub struct Arsenal {
    /// The saved inputs, by the names of their files.
    pub saved: Vec<(String, Vec<u8>)>,
    words: Vec<Vec<u8>>,
}

impl Arsenal {
    /// The arsenal of a target.
    pub fn of(target: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join("inputs").join(target))
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        let read = |path: PathBuf| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())
        };
        let saved = files.into_iter().map(read).collect();
        let words = std::fs::read_to_string(folder.join(format!("dictionaries/{target}.dict")));
        Self { saved, words: words.map_or_else(|_| Vec::new(), |text| words_of(&text)) }
    }

    /// Inputs: mostly saved ones with some changes, sometimes any bytes.
    pub fn inputs(&self) -> BoxedStrategy<Vec<u8>> {
        let saved: Vec<Vec<u8>> = self.saved.iter().map(|(_, bytes)| bytes.clone()).collect();
        let words = self.words.clone();
        let changed =
            (any::<Index>(), prop::collection::vec(change(), 1..12)).prop_map(move |(seed, changes)| {
                let mut bytes = seed.get(&saved).clone();
                for change in changes {
                    apply(&change, &mut bytes, &saved, &words);
                    bytes.truncate(BYTES_MAX);
                }
                bytes
            });
        prop_oneof![9 => changed, 1 => prop::collection::vec(any::<u8>(), 0..200)].boxed()
    }
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        2 => (at(), 0..8_u8).prop_map(|(at, bit)| Change::Flip { at, bit }),
        2 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Put { at, byte }),
        2 => (at(), 1..40_usize).prop_map(|(from, n)| Change::Cut { from, n }),
        1 => at().prop_map(|at| Change::End { at }),
        1 => (at(), 1..20_usize, 2..40_usize).prop_map(|(from, n, times)| Change::Repeat { from, n, times }),
        3 => (at(), at(), at(), 1..80_usize)
            .prop_map(|(at, other, from, n)| Change::Splice { at, other, from, n }),
        4 => (at(), at()).prop_map(|(at, word)| Change::Word { at, word }),
    ]
}

fn apply(change: &Change, bytes: &mut Vec<u8>, saved: &[Vec<u8>], words: &[Vec<u8>]) {
    let place = |at: &Index, n: usize| at.index(n.max(1)).min(n);
    let part = |bytes: &[u8], from: &Index, n: usize| -> Vec<u8> {
        let from = place(from, bytes.len());
        bytes[from..bytes.len().min(from + n)].to_vec()
    };
    let n_bytes = bytes.len();
    match change {
        Change::Flip { at, bit } => {
            if let Some(byte) = bytes.get_mut(place(at, n_bytes)) {
                *byte ^= 1 << bit;
            }
        }
        Change::Put { at, byte } => {
            if let Some(old) = bytes.get_mut(place(at, n_bytes)) {
                *old = *byte;
            }
        }
        Change::Cut { from, n } => {
            let from = place(from, n_bytes);
            bytes.drain(from..n_bytes.min(from + n));
        }
        Change::End { at } => bytes.truncate(place(at, n_bytes)),
        Change::Repeat { from, n, times } => {
            insert(bytes, from, &part(bytes, from, *n).repeat(*times));
        }
        Change::Splice { at, other, from, n } => {
            insert(bytes, at, &part(other.get::<Vec<u8>>(saved), from, *n));
        }
        Change::Word { at, word } if !words.is_empty() => insert(bytes, at, word.get::<Vec<u8>>(words)),
        Change::Word { .. } => {}
    }
}

fn insert(bytes: &mut Vec<u8>, at: &Index, new: &[u8]) {
    let at = at.index(bytes.len() + 1);
    bytes.splice(at..at, new.iter().copied());
}

/// The words of a dictionary in libFuzzer's format: one per line in quotes, `\xNN` for a byte, `#` for a comment.
fn words_of(text: &str) -> Vec<Vec<u8>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(unescaped(line.split_once('"')?.1.strip_suffix('"')?))).collect()
}

fn unescaped(word: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = word.as_bytes();
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'\\', [b'x', high, low, after @ ..]) => {
                let digits = String::from_utf8(vec![*high, *low]).unwrap();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap());
                after
            }
            (b'\\', [c, after @ ..]) => {
                bytes.push(*c);
                after
            }
            _ => {
                bytes.push(*first);
                after
            }
        };
    }
    bytes
}
