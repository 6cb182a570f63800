//! Receipts: what a store had at a moment, in one line that anybody can keep.
//!
//! It names a link of the chain, and the hash there. Whoever has it can tell later whether the store still has all that it
//! had then, unchanged, even where somebody made the whole chain anew. Of one kind are the receipts that `receipt` prints
//! and the one that stands in a file beside the store.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::domain::chain::ChainHash;
use crate::domain::event::GlobalPosition;

/// How many bytes every receipt has, the line's end included: so that a newer one overwrites the older one whole, within
/// one sector of any disk.
pub const RECEIPT_BYTES: usize = 214;

/// What every receipt begins with; the number is that of its form.
const BEGINNING: &str = "foldback-receipt 1";

/// A link of a store's chain: the one after so many positions and mappings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkPlace {
    /// The newest event up to it.
    pub position: GlobalPosition,
    /// The number of the newest mapping up to it; 0 before there is one.
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

/// That a store had, at a place of its chain, this hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The UUID of the store.
    pub store: String,
    /// The link.
    pub place: LinkPlace,
    /// Its hash, which vouches for all before it.
    pub hash: ChainHash,
}

impl Receipt {
    /// The receipt that this text is, blank space around it aside.
    ///
    /// # Errors
    /// Why it is none.
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
        // However many blanks there are between the words.
        if check_of(&receipt.said()) == **check { Ok(receipt) } else { Err(BadReceipt::Damaged) }
    }
}

impl Receipt {
    /// All of it but the check.
    fn said(&self) -> String {
        let Self { store, place: LinkPlace { position, mapping }, hash } = self;
        let position = position.number();
        format!("{BEGINNING} store {store} position {position:>20} mapping {mapping:>20} hash {hash}")
    }
}

/// The line, its end included: [`RECEIPT_BYTES`] for a store whose id is a UUID.
impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = self.said();
        writeln!(f, "{said} check {}", check_of(&said))
    }
}

/// What shows that a receipt is whole: not a seal, for anybody can make one.
fn check_of(said: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(said).into();
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Why a text is not a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadReceipt {
    /// It is something else.
    NoReceipt,
    /// It is one of another form, which a newer foldback has made.
    OtherForm,
    /// It was one, and a part of it is another now.
    Damaged,
}

impl fmt::Display for BadReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoReceipt => "it is not a receipt of foldback",
            Self::OtherForm => "it is a receipt of another form than this foldback knows",
            Self::Damaged => "it is damaged: its check does not fit what it says",
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
            // What stands between the words may be any blank space, and a digit of the hash of any size.
            prop_assert!(flipped.is_err() || flipped == Ok(receipt));
        }
    }
}
