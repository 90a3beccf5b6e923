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

/// The example of Web Authentication level 3 §16.2, ES256 without attestation. Its authenticator did not
/// verify the person.
mod example {
    pub(super) const REGISTRATION_CHALLENGE: &str =
        "00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130";
    pub(super) const REGISTRATION_CLIENT: &str = concat!(
        "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d50743455",
        "7878475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e22",
        "3a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c226578",
        "74726144617461223a22636c69656e74446174614a534f4e206d617920626520657874656e646564207769746820",
        "6164646974696f6e616c206669656c647320696e20746865206675747572652c207375636820617320746869733a",
        "20426b5165446a646354427258426941774a544c453551227d"
    );
    pub(super) const ATTESTATION: &str = concat!(
        "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4",
        "735ae7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2",
        "fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86",
        "ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed7",
        "3290af2e2664796b9220"
    );
    pub(super) const CREDENTIAL: &str =
        "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4";
    pub(super) const CLIENT: &str = concat!(
        "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c",
        "5455506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268",
        "747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d"
    );
    pub(super) const DATA: &str =
        "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000";
    pub(super) const SIGNATURE: &str = concat!(
        "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93",
        "538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87"
    );
}

fn hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16).unwrap()).unwrap();
    text.as_bytes().chunks(2).map(|pair| (digit(pair[0]) << 4) | digit(pair[1])).collect()
}

#[test]
fn the_example_of_the_specification_is_read_and_its_signature_holds() {
    let data = data::authenticator_data(&hex(example::ATTESTATION)).unwrap();
    let data = AuthenticatorData::parse(&data).unwrap();
    assert_eq!(data.rp_id_hash, digest::digest(&digest::SHA256, b"example.org").as_ref());
    let made = data.made.unwrap();
    assert_eq!(made.credential_id, hex(example::CREDENTIAL));
    let key = PublicKey::read(&data::cbor(&mut made.public_key.as_slice()).unwrap()).unwrap();
    let mut message = hex(example::DATA);
    message.extend(digest::digest(&digest::SHA256, &hex(example::CLIENT)).as_ref());
    assert_eq!(key.verify(&message, &hex(example::SIGNATURE)), Ok(()));
    message[0] ^= 1;
    assert_eq!(key.verify(&message, &hex(example::SIGNATURE)), Err(Rejected::Signature));
}

#[test]
fn who_was_not_verified_is_refused_even_with_the_example_of_the_specification() {
    let site = Site::new(&"https://example.org".parse().unwrap());
    let encode = |text| URL_SAFE_NO_PAD.encode(hex(text));
    let answer = Registration {
        response: data::RegistrationResponse {
            client_data_json: encode(example::REGISTRATION_CLIENT),
            attestation_object: encode(example::ATTESTATION),
        },
    };
    let challenge = encode(example::REGISTRATION_CHALLENGE);
    assert_eq!(site.register(&challenge, &answer).unwrap_err(), Rejected::NotVerified);
    assert_eq!(site.register("other", &answer).unwrap_err(), Rejected::Challenge);
    let elsewhere = Site::new(&"https://example.com".parse().unwrap());
    assert_eq!(elsewhere.register(&challenge, &answer).unwrap_err(), Rejected::Origin);
}
