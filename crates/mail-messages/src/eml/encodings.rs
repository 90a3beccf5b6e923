//! What parts are encoded in, read as clients read it: what is strictly wrong is read as far as it makes sense.

use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};

/// How a body is encoded (RFC 2045 §6; uuencode is older than it and still sent).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    AsItIs,
    Base64,
    QuotedPrintable,
    Uuencode,
}

impl Encoding {
    /// The encoding of that name.
    pub(super) fn named(name: &str) -> Self {
        let name = name.split(['(', ';']).next().unwrap_or_default();
        let name = name.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
        match name.as_str() {
            "base64" | "b64" => Self::Base64,
            "quoted-printable" | "quotedprintable" => Self::QuotedPrintable,
            "x-uuencode" | "uuencode" | "x-uue" | "uue" => Self::Uuencode,
            _ => Self::AsItIs,
        }
    }

    /// The bytes, and whether they were encoded as the name says.
    pub(super) fn decode(self, body: &[u8]) -> (Vec<u8>, bool) {
        match self {
            Self::AsItIs => (body.to_vec(), true),
            Self::Base64 => {
                base64_decode(body).map_or_else(|| lenient_base64(body), |is| (is, true))
            }
            Self::QuotedPrintable => quoted_printable_decode(body)
                .map_or_else(|| (lenient_quoted_printable(body), true), |is| (is, true)),
            Self::Uuencode => match uudecode(body) {
                Some(bytes) => (bytes, true),
                None => (body.to_vec(), false),
            },
        }
    }
}

/// Base64 with whatever stands between its characters; what lists put behind the end is left out. A text that is no
/// base64 at all stays what it is.
fn lenient_base64(body: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count, mut other, mut has_ended) = (0_u32, 0_u32, 0_usize, false);
    for line in body.split(|&byte| byte == b'\n') {
        let line = line.trim_ascii();
        let is_plain = line.iter().all(|&byte| sextet(byte).is_some() || byte == b'=');
        if has_ended && !is_plain {
            break;
        }
        for &byte in line {
            if byte == b'=' {
                has_ended = true;
                (bits, count) = (0, 0);
            } else if let Some(value) = sextet(byte) {
                bits = (bits << 6) | u32::from(value);
                count += 6;
                if count >= 8 {
                    count -= 8;
                    out.push(u8::try_from((bits >> count) & 0xFF).unwrap_or_default());
                }
            } else {
                other += 1;
            }
        }
    }
    if other * 20 > body.len() { (body.to_vec(), false) } else { (out, other == 0) }
}

const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Quoted-printable in which a sign of equality that encodes nothing is one (RFC 2045 §6.7, the note at its end).
fn lenient_quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let is_ended = line.ends_with(b"\n");
        let bare = line.trim_ascii_end();
        let (bare, goes_on) = match bare.strip_suffix(b"=") {
            Some(bare) => (bare, true),
            None => (bare, false),
        };
        let mut rest = bare;
        while let Some((&byte, behind)) = rest.split_first() {
            let pair = match behind {
                [high, low, ..] if byte == b'=' => hex(*high).zip(hex(*low)),
                _ => None,
            };
            if let Some((high, low)) = pair {
                out.push(high * 16 + low);
                rest = behind.get(2..).unwrap_or_default();
            } else {
                out.push(byte);
                rest = behind;
            }
        }
        if is_ended && !goes_on {
            out.extend_from_slice(b"\r\n");
        }
    }
    out
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// What stands between `begin` and `end` (POSIX uuencode); nothing where no `begin` stands.
fn uudecode(body: &[u8]) -> Option<Vec<u8>> {
    let mut lines = body.split(|&byte| byte == b'\n');
    lines.find(|line| line.starts_with(b"begin "))?;
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Some((&length, rest)) = line.split_first() else { continue };
        if line.starts_with(b"end") {
            break;
        }
        let value = |byte: u8| u32::from(byte.wrapping_sub(b' ') & 0x3F);
        let mut left = usize::from(length.wrapping_sub(b' ') & 0x3F);
        for four in rest.chunks(4) {
            let at = |index: usize| four.get(index).copied().map_or(0, value);
            let bits = (at(0) << 18) | (at(1) << 12) | (at(2) << 6) | at(3);
            let [_, three @ ..] = bits.to_be_bytes();
            let most = left.min(3);
            out.extend(three.iter().take(most));
            left -= most;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(encoding: Encoding, body: &str) -> (String, bool) {
        let (bytes, was_right) = encoding.decode(body.as_bytes());
        (String::from_utf8_lossy(&bytes).into_owned(), was_right)
    }

    #[test]
    fn what_is_encoded_a_little_wrong_is_read() {
        for (encoding, body, read) in [
            (Encoding::Base64, "SGVs\r\nbG8=\r\n", "Hello"),
            // without its end, cut within a group
            (Encoding::Base64, "SGVsbG8gd29ybG", "Hello worl"),
            // parts after each other
            (Encoding::Base64, "SGVsbG8=\r\nIHlvdQ==\r\n", "Hello you"),
            // what a list puts behind
            (
                Encoding::Base64,
                "SGVsbG8=\r\n_____________\r\nSales mailing list: www.x.example\r\n",
                "Hello",
            ),
            (
                Encoding::QuotedPrintable,
                "<meta content=\"x\"> caf=C3=A9 =\r\nnow",
                "<meta content=\"x\"> café now",
            ),
            (Encoding::QuotedPrintable, "1 = 1=\n<p>=e9", "1 = 1<p>\u{FFFD}"),
            (Encoding::Uuencode, "before\nbegin 644 a.txt\n#0V%T\n`\nend\nbehind", "Cat"),
        ] {
            assert_eq!(text(encoding, body).0, read, "{body}");
        }
        assert_eq!(
            text(Encoding::Base64, "This is no base64, but words."),
            ("This is no base64, but words.".to_owned(), false)
        );
        assert_eq!(
            text(Encoding::Uuencode, "nothing begins"),
            ("nothing begins".to_owned(), false)
        );
    }

    #[test]
    fn an_encoding_is_known_by_its_name() {
        for (name, encoding) in [
            ("BASE64", Encoding::Base64),
            (" \"quoted-printable\" ", Encoding::QuotedPrintable),
            ("base64 (as always)", Encoding::Base64),
            ("7bit", Encoding::AsItIs),
            ("x-uuencode", Encoding::Uuencode),
        ] {
            assert_eq!(Encoding::named(name), encoding, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded(body in prop::collection::vec(any::<u8>(), 0..400)) {
            for encoding in [Encoding::Base64, Encoding::QuotedPrintable, Encoding::Uuencode] {
                let (bytes, _) = encoding.decode(&body);
                prop_assert!(bytes.len() <= body.len() * 2 + 64);
            }
        }
    }
}
