//! RSA keys: made, kept as PKCS #8, signing, and told as JSON Web Keys.

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Secret;

use crate::{Error, Result};

/// Both halves of a key.
#[derive(Debug)]
pub(super) struct Pair(KeyPair);

/// The public half, base64url.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Public {
    pub(super) modulus: String,
    pub(super) exponent: String,
}

impl Pair {
    /// A new key of 2,048 bits (RFC 7518 §3.3 asks for as many at least), as PKCS #8. Takes a while.
    pub(super) fn generate() -> Result<(Secret<Vec<u8>>, Public)> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_unspecified| Error::Busy)?;
        let public = public_of(pair.public_key().as_ref()).ok_or(Error::Busy)?;
        let der = pair.as_der().map_err(|_unspecified| Error::Busy)?;
        let der: &Pkcs8V1Der<'_> = &der;
        Ok((Secret::new(der.as_ref().to_vec()), public))
    }

    pub(super) fn read(pkcs8: &[u8]) -> Result<Self> {
        KeyPair::from_pkcs8(pkcs8).map(Self).map_err(|_rejected| seal::Error::Damaged.into())
    }

    /// PKCS #1 v1.5 with SHA-256: RS256.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        // this padding takes nothing from the source of randomness
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_unspecified| Error::Busy)?;
        Ok(signature)
    }
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017 §A.1.1): a sequence of two integers.
fn public_of(der: &[u8]) -> Option<Public> {
    let (sequence, _) = value(der, 0x30)?;
    let (modulus, rest) = value(sequence, 0x02)?;
    let (exponent, _) = value(rest, 0x02)?;
    let encode = |number: &[u8]| {
        let first = number.iter().position(|byte| *byte != 0).unwrap_or(0);
        URL_SAFE_NO_PAD.encode(number.get(first..).unwrap_or_default())
    };
    Some(Public { modulus: encode(modulus), exponent: encode(exponent) })
}

/// The value of the first element, which has to have this tag, and what follows it.
fn value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    if *first != tag {
        return None;
    }
    let (length, rest) = match *length {
        short @ 0..=0x7f => (usize::from(short), rest),
        long => {
            let (bytes, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let add = |sum: usize, byte: &u8| sum.checked_mul(256)?.checked_add((*byte).into());
            (bytes.iter().try_fold(0, add)?, rest)
        }
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_and_signs_what_its_public_half_verifies() {
        let (plain, public) = Pair::generate().unwrap();
        let pair = Pair::read(plain.expose()).unwrap();
        let signature = pair.sign(b"message").unwrap();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let (n, e) = (decode(&public.modulus), decode(&public.exponent));
        assert_eq!((n.len(), e.as_slice()), (256, &[1, 0, 1][..]));
        let key = aws_lc_rs::rsa::PublicKeyComponents { n: &n, e: &e };
        let algorithm = &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
        key.verify(algorithm, b"message", &signature).unwrap();
        assert!(key.verify(algorithm, b"another", &signature).is_err());
        assert!(Pair::read(b"nonsense").is_err());
    }

    #[test]
    fn damaged_der_is_no_key() {
        for der in
            [&[][..], &[0x30], &[0x30, 0x84, 1], &[0x30, 0x02, 0x02, 0x05], &[0x02, 0x01, 0x01]]
        {
            assert!(public_of(der).is_none(), "{der:?}");
        }
    }
}
