//! Hostile inputs for the readers; the ceremonies themselves are tested with a software authenticator.

use ciborium::cbor;

use super::*;

fn encode(value: &ciborium::Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

#[test]
fn a_deep_or_endless_item_of_cbor_is_refused() {
    let deep = vec![0x81; 100_000];
    // An array that claims 2^60 members, bytes that claim 2^60, a text without an end.
    let long = [0x9b, 0x10, 0, 0, 0, 0, 0, 0, 0];
    let wide = [0x5b, 0x10, 0, 0, 0, 0, 0, 0, 0];
    for hostile in [deep.as_slice(), &long, &wide, &[0x7f, 0x61], &[], &[0xff]] {
        assert!(data::cbor(&mut &*hostile).is_err());
    }
}

#[test]
fn an_attestation_object_is_exactly_one() {
    let object = |statement: ciborium::Value| {
        encode(&cbor!({"fmt" => "none", "attStmt" => statement, "authData" => ciborium::Value::Bytes(vec![1])}).unwrap())
    };
    let empty = ciborium::Value::Map(vec![]);
    assert_eq!(data::authenticator_data(&object(empty.clone())), Ok(vec![1]));
    let mut trailing = object(empty);
    trailing.push(0);
    assert!(data::authenticator_data(&trailing).is_err());
    assert!(data::authenticator_data(&object(cbor!({"x" => 1}).unwrap())).is_err());
    for other in [cbor!([]), cbor!({}), cbor!({"fmt" => "none"}), cbor!(1)] {
        assert!(data::authenticator_data(&encode(&other.unwrap())).is_err());
    }
}

#[test]
fn authenticator_data_is_read_to_its_end() {
    let mut plain = vec![0; 32];
    plain.push(0b101);
    plain.extend([0, 0, 0, 9]);
    assert_eq!(AuthenticatorData::parse(&plain).unwrap().sign_count, 9);
    for length in 0..plain.len() {
        assert!(AuthenticatorData::parse(&plain[..length]).is_err(), "{length}");
    }
    let mut trailing = plain.clone();
    trailing.push(0);
    assert!(AuthenticatorData::parse(&trailing).is_err());
    let mut extended = plain.clone();
    extended[32] |= 1 << 7;
    assert!(AuthenticatorData::parse(&extended).is_err());
    extended.extend(encode(&cbor!({"credProps" => {"rk" => true}}).unwrap()));
    assert!(AuthenticatorData::parse(&extended).is_ok());
    let mut attested = plain;
    attested[32] |= 1 << 6;
    attested.extend([0; 16]);
    attested.extend([0xff, 0xff]);
    assert!(AuthenticatorData::parse(&attested).is_err());
}

#[test]
fn a_key_of_another_kind_is_refused() {
    let bytes = |n: usize| ciborium::Value::Bytes(vec![7; n]);
    for (key, expected) in [
        (
            cbor!({1 => 2, 3 => -7, -1 => 1, -2 => bytes(31), -3 => bytes(32)}),
            Rejected::Malformed("COSE key"),
        ),
        (cbor!({1 => 2, 3 => -7, -1 => 1, -2 => bytes(32)}), Rejected::Malformed("COSE key")),
        (cbor!({1 => 2, 3 => -35, -1 => 2, -2 => bytes(48), -3 => bytes(48)}), Rejected::Algorithm),
        (cbor!({1 => 3, 3 => -257, -1 => bytes(5000), -2 => bytes(3)}), Rejected::Algorithm),
        (cbor!({1 => 3, 3 => -65535, -1 => bytes(256), -2 => bytes(3)}), Rejected::Algorithm),
        (cbor!({1 => 1, 3 => -8, -1 => 7, -2 => bytes(32)}), Rejected::Algorithm),
        (cbor!({}), Rejected::Algorithm),
        (cbor!([]), Rejected::Malformed("COSE key")),
    ] {
        assert_eq!(PublicKey::read(&key.unwrap()), Err(expected));
    }
}

#[test]
fn a_point_that_is_not_on_the_curve_verifies_nothing() {
    let bytes = ciborium::Value::Bytes(vec![7; 32]);
    let key = cbor!({1 => 2, 3 => -7, -1 => 1, -2 => bytes.clone(), -3 => bytes}).unwrap();
    let key = PublicKey::read(&key).unwrap();
    assert_eq!(key.verify(b"message", &[0x30, 0]), Err(Rejected::Signature));
}

#[test]
fn base_64_of_any_length_but_too_long_is_read() {
    assert_eq!(data::decode("AQID"), Ok(vec![1, 2, 3]));
    assert_eq!(data::decode("AQ=="), Ok(vec![1]));
    for bad in ["A", "AQ+/", "A Q", "é", &"A".repeat(100_000)] {
        assert!(data::decode(bad).is_err());
    }
}
