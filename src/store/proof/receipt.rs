//! Receipts: what a store had at a moment, in one line that anybody can keep.
//!
//! It names a link of the chain, with its hash. Anybody who has it can check later whether the store still has
//! everything that it had then, unchanged, even if somebody has rewritten the whole chain. The receipts that `receipt`
//! prints and the one in the file beside the store have the same form.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::domain::event::GlobalPosition;
use crate::domain::hash::ChainHash;

/// The length of every receipt in bytes, with the line's end. So a newer one overwrites the older one completely,
/// within one sector of any disk.
pub const RECEIPT_BYTES: usize = 214;

/// The beginning of every receipt; the number is the version of the form.
const BEGINNING: &str = "foldback-receipt 1";

/// A link of a store's chain, by the numbers of events and mappings up to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkPlace {
    /// The position of the newest event up to it.
    pub position: GlobalPosition,
    /// The number of the newest mapping up to it; 0 if there is none.
    pub mapping: u64,
}

impl fmt::Display for LinkPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mapping {
            0 => write!(f, "position {}", self.position),
            mapping => write!(f, "position {} and mapping {mapping}", self.position),
        }
    }
}

/// The statement that a store had this hash at a place of its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The UUID of the store.
    pub store: String,
    /// The link.
    pub place: LinkPlace,
    /// Its hash, which covers everything before it.
    pub hash: ChainHash,
}

impl Receipt {
    /// Parses a receipt, ignoring white space around it.
    ///
    /// # Errors
    /// Why the text is not a receipt.
    pub fn parse(text: &str) -> Result<Self, BadReceipt> {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let [
            "foldback-receipt",
            form,
            "store",
            store,
            "position",
            position,
            "mapping",
            mapping,
            "hash",
            hash,
            "check",
            check,
        ] = words.as_slice()
        else {
            return Err(BadReceipt::NoReceipt);
        };
        if *form != "1" {
            return Err(BadReceipt::OtherForm);
        }
        let number = |text: &str| text.parse().map_err(|_| BadReceipt::Damaged);
        let receipt = Self {
            store: (*store).to_owned(),
            place: LinkPlace { position: GlobalPosition::new(number(position)?), mapping: number(mapping)? },
            hash: ChainHash::parse(hash).ok_or(BadReceipt::Damaged)?,
        };
        // Any white space may separate the words.
        if check_of(&receipt.body()) == **check { Ok(receipt) } else { Err(BadReceipt::Damaged) }
    }
}

impl Receipt {
    /// The receipt without its checksum.
    fn body(&self) -> String {
        let Self { store, place: LinkPlace { position, mapping }, hash } = self;
        let position = position.number();
        format!("{BEGINNING} store {store} position {position:>20} mapping {mapping:>20} hash {hash}")
    }
}

/// The line, with its end: [`RECEIPT_BYTES`] if the store's id is a UUID.
impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body();
        writeln!(f, "{body} check {}", check_of(&body))
    }
}

/// The checksum of a receipt. It shows damage and is not a signature: anybody can compute it.
fn check_of(body: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(body).into();
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Why a text is not a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadReceipt {
    /// The text is something else.
    NoReceipt,
    /// It has another form, made by a newer foldback.
    OtherForm,
    /// Its checksum does not match.
    Damaged,
}

impl fmt::Display for BadReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoReceipt => "it is not a receipt of foldback",
            Self::OtherForm => "it is a receipt of another form than this foldback knows",
            Self::Damaged => "it is damaged: its checksum does not match",
        })
    }
}

impl std::error::Error for BadReceipt {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_receipt_reads_back_and_none_with_a_flipped_bit_does(
            position in 0..=u64::MAX / 2, mapping in 0..=u64::MAX, hash: [u8; 32], bit in 0..RECEIPT_BYTES * 8,
        ) {
            let receipt = Receipt {
                store: "018cc255-f215-7ca5-85e7-bb0f12278575".to_owned(),
                place: LinkPlace { position: GlobalPosition::new(position), mapping },
                hash: ChainHash(hash),
            };
            let mut bytes = receipt.to_string().into_bytes();
            prop_assert_eq!(bytes.len(), RECEIPT_BYTES);
            prop_assert_eq!(&Receipt::parse(&String::from_utf8_lossy(&bytes)), &Ok(receipt.clone()));
            bytes[bit / 8] ^= 1 << (bit % 8);
            let flipped = Receipt::parse(&String::from_utf8_lossy(&bytes));
            // White space between the words may be of any kind, and digits of the hash in any case.
            prop_assert!(flipped.is_err() || flipped == Ok(receipt));
        }
    }
}
