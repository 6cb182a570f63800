//! Text in UTF-16, read as UTF-8.

use std::io::{self, Read};

/// Bytes read at once.
const READ_BYTES: usize = 64 * 1024;

/// The order of the two bytes of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    BigEndian,
    LittleEndian,
}

impl ByteOrder {
    /// The byte order of text in UTF-16 with this beginning: a byte order mark, or a bracket of JSON. `None` if it is
    /// not such text.
    pub fn of(beginning: &[u8]) -> Option<Self> {
        match beginning {
            [0xff, 0xfe, 0, 0, ..] | [b'{' | b'[', 0, 0, 0, ..] => None,
            [0xff, 0xfe, ..] | [b'{' | b'[', 0, ..] => Some(Self::LittleEndian),
            [0xfe, 0xff, ..] | [0, b'{' | b'[', ..] => Some(Self::BigEndian),
            _ => None,
        }
    }
}

/// Reads UTF-16 as UTF-8. Half of a surrogate pair becomes bytes that are not UTF-8, so that its line is not read as
/// another one.
pub(super) struct Utf16<R> {
    bytes: R,
    order: ByteOrder,
    /// The first byte of a unit whose second has not come.
    half: Option<u8>,
    /// The first unit of a pair whose second has not come.
    high: Option<u16>,
    text: Vec<u8>,
    /// How many bytes of the text were handed out.
    n_given: usize,
}

impl<R: Read> Utf16<R> {
    pub(super) fn new(bytes: R, order: ByteOrder) -> Self {
        Self { bytes, order, half: None, high: None, text: Vec::new(), n_given: 0 }
    }

    fn take(&mut self, byte: u8) {
        let Some(first) = self.half.take() else {
            self.half = Some(byte);
            return;
        };
        let unit = match self.order {
            ByteOrder::BigEndian => u16::from_be_bytes([first, byte]),
            ByteOrder::LittleEndian => u16::from_le_bytes([first, byte]),
        };
        let units = self.high.take().into_iter().chain([unit]);
        let mut decoded = char::decode_utf16(units).peekable();
        while let Some(next) = decoded.next() {
            match next {
                Ok(letter) => self.text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(lone) => match lone.unpaired_surrogate() {
                    high @ 0xd800..0xdc00 if decoded.peek().is_none() => self.high = Some(high),
                    lone => self.push_lone(lone),
                },
            }
        }
    }

    /// Appends half a pair in the way in which UTF-8 would write it, which it may not.
    fn push_lone(&mut self, unit: u16) {
        let [high, low] = unit.to_be_bytes();
        self.text.extend([0xe0 | high >> 4, 0x80 | (high & 0x0f) << 2 | low >> 6, 0x80 | low & 0x3f]);
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.n_given == self.text.len() {
            self.text.clear();
            self.n_given = 0;
            let mut bytes = [0; READ_BYTES];
            let n = self.bytes.read(&mut bytes)?;
            if n == 0 {
                return Ok(0);
            }
            bytes.iter().take(n).for_each(|byte| self.take(*byte));
        }
        let n = self.text.get(self.n_given..).unwrap_or_default().read(into)?;
        self.n_given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Gives out one byte at a time, and an end after each.
    struct Bytes(Cursor<Vec<u8>>, bool);

    impl Read for Bytes {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 { self.0.read(&mut into[..1]) } else { Ok(0) }
        }
    }

    fn decoded(units: &[u16], order: ByteOrder) -> Vec<u8> {
        let bytes: Vec<u8> = units
            .iter()
            .flat_map(|unit| match order {
                ByteOrder::BigEndian => unit.to_be_bytes(),
                ByteOrder::LittleEndian => unit.to_le_bytes(),
            })
            .collect();
        let mut whole = Vec::new();
        Utf16::new(Cursor::new(bytes.clone()), order).read_to_end(&mut whole).unwrap();
        let mut trickled = Vec::new();
        let mut text = Utf16::new(Bytes(Cursor::new(bytes.clone()), false), order);
        for _ in 0..2 * bytes.len() {
            text.read_to_end(&mut trickled).unwrap();
        }
        assert_eq!(trickled, whole, "the pieces matter");
        whole
    }

    #[test]
    fn every_letter_is_read_in_both_byte_orders() {
        let text = "\u{feff}{\"note\":\"žluťoučký 🐴 \u{10ffff}\"}\r\n";
        let units: Vec<u16> = text.encode_utf16().collect();
        for order in [ByteOrder::BigEndian, ByteOrder::LittleEndian] {
            assert_eq!(String::from_utf8(decoded(&units, order)).unwrap(), text);
        }
    }

    #[test]
    fn half_of_a_pair_is_not_utf8_and_what_is_around_it_stays() {
        for units in [&[0x61, 0xd83d, 0x62][..], &[0x61, 0xdc34, 0x62], &[0x61, 0xd83d, 0xd83d, 0xdc34, 0x62]]
        {
            let bytes = decoded(units, ByteOrder::LittleEndian);
            assert_eq!((bytes.first(), bytes.last()), (Some(&b'a'), Some(&b'b')), "{units:?}");
            assert!(String::from_utf8(bytes).is_err(), "{units:?}");
        }
    }

    #[test]
    fn text_in_utf16_is_known_by_its_mark_or_by_its_first_bracket() {
        use ByteOrder::{BigEndian, LittleEndian};
        for (beginning, order) in [
            (&b"\xff\xfea\0"[..], Some(LittleEndian)),
            (b"\xfe\xff\0a", Some(BigEndian)),
            (b"{\0\"\0", Some(LittleEndian)),
            (b"\0[\0{", Some(BigEndian)),
            (b"\xff\xfe\0\0", None),
            (b"{\0\0\0", None),
            (b"{\"a\"", None),
            (b"\xef\xbb\xbf{", None),
            (b"", None),
        ] {
            assert_eq!(ByteOrder::of(beginning), order, "{beginning:?}");
        }
    }
}
