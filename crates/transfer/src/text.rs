//! From the bytes of a file to text: the encoding is found, whatever comes in whatever pieces.

use std::str::from_utf8;

use crate::Problem;

/// How the characters of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a mark.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// Windows-1252, which western spreadsheets write.
    Windows1252,
}

impl Encoding {
    /// What a file begins with tells it: a mark, or zeros at every other place, or bytes that no UTF-8 has.
    pub fn of(start: &[u8]) -> Self {
        match start {
            [0xef, 0xbb, 0xbf, ..] => return Self::Utf8,
            [0xff, 0xfe, ..] => return Self::Utf16Le,
            [0xfe, 0xff, ..] => return Self::Utf16Be,
            _ => {}
        }
        let sample = start.get(..4096).unwrap_or(start);
        let zeros =
            |first: usize| sample.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        if odd > sample.len() / 4 && odd > even * 4 {
            return Self::Utf16Le;
        }
        if even > sample.len() / 4 && even > odd * 4 {
            return Self::Utf16Be;
        }
        match from_utf8(start) {
            // what is cut off at the end may still be whole
            Err(error) if error.error_len().is_some() => Self::Windows1252,
            _ => Self::Utf8,
        }
    }
}

/// Turns bytes into text, piece by piece.
#[derive(Debug)]
pub struct Decoder {
    encoding: Encoding,
    /// Nothing but ASCII has come: UTF-8 is no more than a guess.
    guess: bool,
    begun: bool,
    /// Bytes that wait for the rest of their character.
    rest: Vec<u8>,
    /// The first half of a pair of UTF-16.
    high: Option<u16>,
}

impl Decoder {
    /// A decoder for a file that is written so.
    pub const fn new(encoding: Encoding) -> Self {
        Self { encoding, guess: true, begun: false, rest: Vec::new(), high: None }
    }

    /// The encoding, as far as it is known by now.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Takes a piece; its text is put behind what `out` holds.
    ///
    /// # Errors
    /// [`Problem::Encoding`] for bytes that are no text in UTF-8 or UTF-16.
    pub fn feed(&mut self, piece: &[u8], out: &mut String) -> Result<(), Problem> {
        let before = out.len();
        match self.encoding {
            Encoding::Utf8 => self.utf8(piece, out)?,
            Encoding::Windows1252 => out.extend(piece.iter().map(|byte| windows(*byte))),
            Encoding::Utf16Le | Encoding::Utf16Be => self.utf16(piece, out)?,
        }
        if !self.begun && out.len() > before {
            self.begun = true;
            if out.get(before..).is_some_and(|text| text.starts_with('\u{feff}')) {
                out.replace_range(before..before + '\u{feff}'.len_utf8(), "");
            }
        }
        Ok(())
    }

    /// Says that nothing more comes.
    ///
    /// # Errors
    /// [`Problem::Encoding`] when half a character is left.
    pub fn end(&mut self, out: &mut String) -> Result<(), Problem> {
        if self.high.is_some() || (!self.rest.is_empty() && !self.guess) {
            return Err(Problem::Encoding);
        }
        out.extend(std::mem::take(&mut self.rest).into_iter().map(windows));
        Ok(())
    }

    fn utf8(&mut self, piece: &[u8], out: &mut String) -> Result<(), Problem> {
        let joined;
        let mut bytes = piece;
        if !self.rest.is_empty() {
            let mut all = std::mem::take(&mut self.rest);
            all.extend_from_slice(piece);
            joined = all;
            bytes = &joined;
        }
        match from_utf8(bytes) {
            Ok(text) => {
                self.guess = self.guess && text.is_ascii();
                out.push_str(text);
            }
            Err(error) => {
                let (good, bad) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
                let good = from_utf8(good).unwrap_or_default();
                self.guess = self.guess && good.is_ascii();
                out.push_str(good);
                if error.error_len().is_none() {
                    bad.clone_into(&mut self.rest);
                } else if self.guess {
                    self.encoding = Encoding::Windows1252;
                    out.extend(bad.iter().map(|byte| windows(*byte)));
                } else {
                    return Err(Problem::Encoding);
                }
            }
        }
        Ok(())
    }

    fn utf16(&mut self, piece: &[u8], out: &mut String) -> Result<(), Problem> {
        let mut bytes = std::mem::take(&mut self.rest);
        bytes.extend_from_slice(piece);
        let mut pairs = bytes.chunks_exact(2);
        for pair in pairs.by_ref() {
            let &[first, second] = pair else { continue };
            let unit = match self.encoding {
                Encoding::Utf16Be => u16::from_be_bytes([first, second]),
                _ => u16::from_le_bytes([first, second]),
            };
            let units = match self.high.take() {
                Some(high) => [high, unit],
                None if (0xd800..0xdc00).contains(&unit) => {
                    self.high = Some(unit);
                    continue;
                }
                None => {
                    out.push(char::from_u32(u32::from(unit)).ok_or(Problem::Encoding)?);
                    continue;
                }
            };
            for one in char::decode_utf16(units) {
                out.push(one.map_err(|_half| Problem::Encoding)?);
            }
        }
        pairs.remainder().clone_into(&mut self.rest);
        self.guess = false;
        Ok(())
    }
}

/// A character of Windows-1252 (WHATWG Encoding, index windows-1252).
fn windows(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    let high = byte.checked_sub(0x80).and_then(|at| HIGH.get(usize::from(at)));
    high.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8], piece: usize) -> Result<(String, Encoding), Problem> {
        let mut decoder = Decoder::new(Encoding::of(bytes.get(..64).unwrap_or(bytes)));
        let mut out = String::new();
        for piece in bytes.chunks(piece) {
            decoder.feed(piece, &mut out)?;
        }
        decoder.end(&mut out)?;
        Ok((out, decoder.encoding()))
    }

    #[test]
    fn western_files_without_a_mark_are_read_also_when_the_first_accent_comes_late() {
        let late = [vec![b'a'; 200], b";caf\xe9 \x80".to_vec()].concat();
        let (text, encoding) = read(&late, 7).unwrap();
        assert!(text.ends_with(";café €"));
        assert_eq!(encoding, Encoding::Windows1252);
        assert_eq!(read(b"caf\xe9", 1).unwrap().0, "café");
    }

    #[test]
    fn damaged_utf8_is_refused_once_it_was_seen_to_be_utf8() {
        let late = ["é".as_bytes().to_vec(), vec![b'a'; 200], b"\xff".to_vec()].concat();
        assert_eq!(read(&late, 50), Err(Problem::Encoding));
        assert_eq!(read(b"\xff\xfe\x00\xd8", 1), Err(Problem::Encoding));
    }

    proptest! {
        #[test]
        fn every_text_comes_back_from_every_encoding_in_whatever_pieces(
            text in "\\PC{1,80}", piece in 1_usize..9,
        ) {
            prop_assume!(!text.starts_with('\u{feff}'));
            let mark = format!("\u{feff}{text}");
            prop_assert_eq!(&read(mark.as_bytes(), piece).unwrap().0, &text);
            let units: Vec<u16> = mark.encode_utf16().collect();
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            prop_assert_eq!(&read(&little, piece).unwrap().0, &text);
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            prop_assert_eq!(&read(&big, piece).unwrap().0, &text);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), piece in 1_usize..40) {
            let _ = read(&bytes, piece);
        }
    }
}
