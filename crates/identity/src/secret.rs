//! The texts that people and programs hold, and what of them is stored.

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Ids, Secret};

/// SHA-256 of a secret. The secrets are drawn with at least 128 bits, so that one round is enough: nobody
/// finds them by trying, and two of them are compared by an index and not byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash(pub(crate) [u8; 32]);

impl kernel::Key for SecretHash {
    fn write(&self, name: &mut kernel::Name) {
        name.push(&self.0);
    }
}

impl SecretHash {
    /// The hash of a secret as it is presented.
    pub fn of(secret: &[u8]) -> Self {
        let mut hash = [0; 32];
        let digest = digest::digest(&digest::SHA256, secret);
        for (to, from) in hash.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        Self(hash)
    }

    /// The hash as bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A secret of 256 bits for a cookie or a link: 43 letters, digits, `-` and `_`.
pub(crate) fn draw(ids: &Ids) -> Secret<String> {
    let bytes = Secret::new(ids.secret_bytes::<32>());
    Secret::new(URL_SAFE_NO_PAD.encode(bytes.expose()))
}

/// Whether `text` may be what [`draw`] gave, so that nothing else reaches the database.
pub(crate) fn is_drawn(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// A new API token: `lia_`, 43 characters of base 62 (256 bits), and the CRC-32 of all before in 6 more,
/// so that scanners of source code find it and tell it from a false alarm without asking us.
pub(crate) fn draw_token(ids: &Ids) -> Secret<String> {
    let mut token = String::with_capacity(TOKEN_LENGTH);
    token.push_str(TOKEN_PREFIX);
    while token.len() < TOKEN_LENGTH - CHECKSUM {
        let bytes = Secret::new(ids.secret_bytes::<64>());
        // 248 is the largest multiple of 62 in a byte: what is beyond would favour some characters.
        let fair = bytes.expose().iter().copied().filter(|byte| *byte < 248);
        token.extend(fair.take(TOKEN_LENGTH - CHECKSUM - token.len()).map(base62));
    }
    let sum = checksum(&token);
    token.push_str(&sum);
    Secret::new(token)
}

/// Whether `text` is shaped as a token and its checksum holds.
pub(crate) fn is_token(text: &str) -> bool {
    if text.len() != TOKEN_LENGTH || !text.is_ascii() || !text.starts_with(TOKEN_PREFIX) {
        return false;
    }
    let (body, sum) = text.split_at(TOKEN_LENGTH - CHECKSUM);
    body.bytes().skip(TOKEN_PREFIX.len()).all(|b| b.is_ascii_alphanumeric())
        && checksum(body) == sum
}

fn checksum(text: &str) -> String {
    let mut rest = crc32(text.as_bytes());
    let mut digits = ['0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = base62(u8::try_from(rest % 62).unwrap_or_default());
        rest /= 62;
    }
    digits.iter().collect()
}

fn base62(byte: u8) -> char {
    char::from(match byte % 62 {
        digit @ 0..10 => b'0' + digit,
        upper @ 10..36 => b'A' + upper - 10,
        lower => b'a' + lower - 36,
    })
}

/// CRC-32 as in ISO 3309, bit by bit: it runs once a request at most.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    })
}

const TOKEN_PREFIX: &str = "lia_";
const CHECKSUM: usize = 6;
const TOKEN_LENGTH: usize = TOKEN_PREFIX.len() + 43 + CHECKSUM;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_crc_32() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_token_is_recognised_and_a_slip_is_not() {
        let ids = Ids::seeded(1);
        let token = draw_token(&ids).expose().clone();
        assert!(is_token(&token), "{token}");
        for at in 0..token.len() {
            let mut slip = token.clone().into_bytes();
            slip[at] = if slip[at] == b'x' { b'y' } else { b'x' };
            assert!(!is_token(std::str::from_utf8(&slip).unwrap()), "at {at}");
        }
        assert_ne!(token, *draw_token(&ids).expose());
    }

    #[test]
    fn what_is_no_token_is_refused_unread() {
        for text in ["", "lia_", "lia_é", &"lia_".repeat(14), &"é".repeat(27), &"x".repeat(100_000)]
        {
            assert!(!is_token(text));
        }
        assert!(
            !is_drawn("") && !is_drawn(&"é".repeat(22)) && is_drawn(draw(&Ids::seeded(1)).expose())
        );
    }
}
