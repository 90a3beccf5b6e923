//! Record ids: 15 characters whose case matters, or 18 with a checksum that carries the case.

/// What a value 0 to 31 becomes in the checksum.
const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The 18 characters of an id of 15 or 18; `None` when it is no id or its checksum is wrong.
pub fn full(id: &str) -> Option<String> {
    if !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    match id.len() {
        15 => Some(format!("{id}{}", checksum(id))),
        18 => {
            let (body, sum) = id.split_at_checked(15)?;
            let body = with_case(body, sum)?;
            let sum = checksum(&body);
            Some(format!("{body}{sum}"))
        }
        _ => None,
    }
}

/// For each block of five a bit per upper-case letter, the first character in the lowest bit.
fn checksum(id: &str) -> String {
    let value = |block: &[u8]| {
        let upper = block.iter().enumerate().filter(|(_, b)| b.is_ascii_uppercase());
        upper.fold(0_usize, |sum, (at, _)| sum | (1 << at))
    };
    let letter = |block: &[u8]| SUFFIX.get(value(block)).copied().map_or('A', char::from);
    id.as_bytes().chunks(5).map(letter).collect()
}

/// The case of 18 characters is in the last three: systems that lose the case of an id can still use it.
fn with_case(body: &str, sum: &str) -> Option<String> {
    let mut out = String::with_capacity(18);
    for (block, letter) in body.as_bytes().chunks(5).zip(sum.bytes()) {
        let value = SUFFIX.iter().position(|&own| own == letter.to_ascii_uppercase())?;
        for (at, byte) in block.iter().enumerate() {
            let upper = value & (1 << at) != 0;
            if upper && !byte.is_ascii_alphabetic() {
                return None;
            }
            let byte = if upper { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
            out.push(char::from(byte));
        }
    }
    Some(out)
}

/// The id of the `number`-th row of an object.
pub fn make(prefix: &str, number: u64) -> String {
    // Far enough from zero that upper and lower case both appear in the last places.
    let mut rest = number.wrapping_mul(7919).wrapping_add(2_718_281_828);
    let mut tail = Vec::new();
    for _place in 0..7 {
        let digit = usize::try_from(rest % 62).unwrap_or_default();
        tail.push(DIGITS.get(digit).copied().map_or('0', char::from));
        rest /= 62;
    }
    let tail: String = tail.into_iter().rev().collect();
    let body = format!("{prefix}Wn000{tail}");
    full(&body).unwrap_or(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_published_one() {
        // Worked examples of the algorithm: blocks read from the lowest bit.
        assert_eq!(full("001A0000006Vm9r").unwrap(), "001A0000006Vm9rIAC");
        assert_eq!(full("500000000000000").unwrap(), "500000000000000AAA");
        assert_eq!(full("0011q00000DE6Jm").unwrap().len(), 18);
    }

    #[test]
    fn both_lengths_are_one_id_and_case_comes_from_the_checksum() {
        let id = make("001", 42);
        assert_eq!(id.len(), 18);
        assert_eq!(full(id.split_at(15).0).unwrap(), id);
        assert_eq!(full(&id).unwrap(), id);
        assert_eq!(full(&id.to_ascii_lowercase()).unwrap(), id);
    }

    #[test]
    fn ids_differ_by_number_and_what_is_none_is_refused() {
        let all: std::collections::HashSet<_> = (0..10_000).map(|n| make("003", n)).collect();
        assert_eq!(all.len(), 10_000);
        for wrong in [
            "",
            "001",
            "001A0000006Vm9rI",
            "001A0000006Vm9rI!C",
            "000000000000000ZAA",
            "é01A0000006Vm9",
        ] {
            assert_eq!(full(wrong), None, "{wrong}");
        }
    }
}
