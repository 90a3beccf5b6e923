//! Public keys in COSE form (RFC 9052, RFC 9053), and signatures by them.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use ciborium::Value;

use crate::Rejected;

/// A key of one of the three kinds that we ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// ES256 over P-256: the uncompressed point.
    P256([u8; 65]),
    /// RS256: modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
    /// `EdDSA` over Ed25519.
    Ed25519([u8; 32]),
}

impl PublicKey {
    /// Reads a `COSE_Key`.
    pub(crate) fn read(value: &Value) -> Result<Self, Rejected> {
        let fields = value.as_map().ok_or(Rejected::Malformed("COSE key"))?;
        let field = |label: i64| {
            let is_it =
                |key: &Value| key.as_integer().is_some_and(|n| i128::from(n) == label.into());
            fields.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
        };
        let number = |label: i64| {
            let integer = field(label).and_then(Value::as_integer);
            integer.and_then(|n| i64::try_from(i128::from(n)).ok())
        };
        let bytes = |label: i64| {
            field(label).and_then(Value::as_bytes).ok_or(Rejected::Malformed("COSE key"))
        };
        let fixed = |label: i64| -> Result<[u8; 32], Rejected> {
            let bytes = bytes(label)?.as_slice();
            bytes.try_into().map_err(|_length| Rejected::Malformed("COSE key"))
        };
        match (number(KTY), number(ALG), number(CRV)) {
            (Some(EC2), Some(ES256), Some(P_256)) => {
                let mut point = [4; 65];
                let halves = fixed(X)?.into_iter().chain(fixed(Y)?);
                point.iter_mut().skip(1).zip(halves).for_each(|(to, from)| *to = from);
                Ok(Self::P256(point))
            }
            (Some(OKP), Some(EDDSA), Some(ED_25519)) => Ok(Self::Ed25519(fixed(X)?)),
            // For RSA the labels -1 and -2 are modulus and exponent (RFC 8230 §4).
            (Some(RSA), Some(RS256), _) => {
                let (n, e) = (bytes(CRV)?, bytes(X)?);
                if n.len() > MAX_MODULUS || e.len() > 8 {
                    return Err(Rejected::Algorithm);
                }
                Ok(Self::Rsa(n.clone(), e.clone()))
            }
            _ => Err(Rejected::Algorithm),
        }
    }

    /// Whether `signature` is this key's over `message`.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Rejected> {
        let outcome = match self {
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::Ed25519(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(message, signature)
            }
            Self::Rsa(n, e) => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
        };
        outcome.map_err(|_unspecified| Rejected::Signature)
    }
}

pub(crate) const ES256: i64 = -7;
pub(crate) const EDDSA: i64 = -8;
pub(crate) const RS256: i64 = -257;
const KTY: i64 = 1;
const ALG: i64 = 3;
const CRV: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
const OKP: i64 = 1;
const EC2: i64 = 2;
const RSA: i64 = 3;
const P_256: i64 = 1;
const ED_25519: i64 = 6;
/// 8192 bits.
const MAX_MODULUS: usize = 1024;
