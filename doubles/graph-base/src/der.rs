//! As much of DER as finds a public key.

/// A tag, its contents, the element whole, and what follows it.
type Element<'b> = (u8, &'b [u8], &'b [u8], &'b [u8]);

/// The contents and the whole of the first element, and what follows it.
fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let tag = *bytes.first()?;
    let first = usize::from(*bytes.get(1)?);
    let (length, head) = if first < 0x80 {
        (first, 2)
    } else {
        let count = first & 0x7f;
        let digits = bytes.get(2..2 + count)?;
        let length = digits.iter().try_fold(0_usize, |sum, digit| {
            sum.checked_mul(256)?.checked_add(usize::from(*digit))
        })?;
        (length, 2 + count)
    };
    let end = head.checked_add(length)?;
    Some((tag, bytes.get(head..end)?, bytes.get(..end)?, bytes.get(end..)?))
}

/// Modulus and exponent of an RSA public key, PKCS #1 or inside a `SubjectPublicKeyInfo`.
pub fn rsa_key(bytes: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (_, inner, ..) = element(bytes)?;
    let (tag, first, _, rest) = element(inner)?;
    if tag == 0x30 {
        let (_, bits, ..) = element(rest)?;
        return rsa_key(bits.get(1..)?);
    }
    let (_, second, ..) = element(rest)?;
    let plain = |number: &[u8]| number.iter().skip_while(|b| **b == 0).copied().collect();
    Some((plain(first), plain(second)))
}

/// The `SubjectPublicKeyInfo` of an X.509 certificate.
pub fn key_of_certificate(bytes: &[u8]) -> Option<Vec<u8>> {
    let (_, certificate, ..) = element(bytes)?;
    let (_, mut rest, ..) = element(certificate)?;
    // version (may be missing), serial number, algorithm, issuer, validity, subject
    let (tag, _, _, after) = element(rest)?;
    if tag == 0xa0 {
        rest = after;
    }
    for _ in 0..5 {
        let (.., after) = element(rest)?;
        rest = after;
    }
    let (_, _, whole, _) = element(rest)?;
    Some(whole.to_vec())
}

/// DER out of PEM or bare base64.
pub fn unwrap(text: &str) -> Option<Vec<u8>> {
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    crate::token::unbase64(&body)
}
