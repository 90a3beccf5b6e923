//! The hash that file services give: quickXorHash, 160 bits.

/// Each byte is laid over the sum 11 bits further than the one before; the length over its end.
pub fn quick_xor(bytes: &[u8]) -> Vec<u8> {
    let mut sum = [0_u8; 20];
    let mut lay = |place: usize, bits: u16| {
        for (offset, part) in bits.to_le_bytes().into_iter().enumerate() {
            if let Some(own) = sum.get_mut((place + offset) % 20) {
                *own ^= part;
            }
        }
    };
    for (index, byte) in bytes.iter().enumerate() {
        let bit = index * 11 % 160;
        let (place, shift) = (bit / 8, bit % 8);
        lay(place, u16::from(*byte) << shift);
    }
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes();
    for (own, part) in sum.iter_mut().skip(12).zip(length) {
        *own ^= part;
    }
    sum.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_has_an_empty_sum_and_one_byte_stands_at_the_start() {
        assert_eq!(quick_xor(b""), vec![0; 20]);
        let mut one = vec![0; 20];
        one[0] = b'J';
        one[12] = 1;
        assert_eq!(quick_xor(b"J"), one);
    }
}
