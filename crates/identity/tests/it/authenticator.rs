//! An authenticator in software, with the browser around it (Web Authentication §6 and §5.8).

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::AsDer as _,
    rand::SystemRandom,
    rsa::{KeySize, PrivateDecryptingKey},
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use ciborium::{Value, cbor};
use serde_json::{Value as Json, json};

pub(crate) enum Key {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

pub(crate) struct Authenticator {
    pub(crate) id: Vec<u8>,
    pub(crate) key: Key,
    pub(crate) count: u32,
    pub(crate) flags: u8,
    pub(crate) origin: String,
    pub(crate) rp_id: String,
    pub(crate) cross_origin: bool,
    pub(crate) user_handle: Option<String>,
}

pub(crate) const PRESENT_AND_VERIFIED: u8 = 0b101;

impl Authenticator {
    pub(crate) fn new(id: &[u8], key: Key) -> Self {
        Self {
            id: id.to_vec(),
            key,
            count: 1,
            flags: PRESENT_AND_VERIFIED,
            origin: "https://hub.example.org".to_owned(),
            rp_id: "hub.example.org".to_owned(),
            cross_origin: false,
            user_handle: None,
        }
    }

    pub(crate) fn p256(id: &[u8]) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Self::new(id, Key::P256(pair))
    }

    pub(crate) fn ed25519(id: &[u8]) -> Self {
        Self::new(id, Key::Ed25519(Ed25519KeyPair::generate().unwrap()))
    }

    pub(crate) fn rsa(id: &[u8]) -> Self {
        let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
        let der = private.as_der().unwrap();
        Self::new(id, Key::Rsa(RsaKeyPair::from_pkcs8(der.as_ref()).unwrap()))
    }

    fn cose(&self) -> Vec<u8> {
        let bytes = |b: &[u8]| Value::Bytes(b.to_vec());
        let value = match &self.key {
            Key::P256(pair) => {
                let point = pair.public_key().as_ref();
                cbor!({1 => 2, 3 => -7, -1 => 1, -2 => bytes(&point[1..33]), -3 => bytes(&point[33..])})
            }
            Key::Ed25519(pair) => {
                cbor!({1 => 1, 3 => -8, -1 => 6, -2 => bytes(pair.public_key().as_ref())})
            }
            Key::Rsa(pair) => {
                // RSAPublicKey (RFC 8017 A.1.1) of 2048 bits: two integers at fixed places.
                let der = pair.public_key().as_ref();
                let (n, e) = (der[9..265].to_vec(), der[267..].to_vec());
                cbor!({1 => 3, 3 => -257, -1 => bytes(&n), -2 => bytes(&e)})
            }
        };
        encode(&value.unwrap())
    }

    fn data(&self, made: bool) -> Vec<u8> {
        let mut data = digest(&SHA256, self.rp_id.as_bytes()).as_ref().to_vec();
        data.push(self.flags | if made { 1 << 6 } else { 0 });
        data.extend(self.count.to_be_bytes());
        if made {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
            data.extend(&self.id);
            data.extend(self.cose());
        }
        data
    }

    fn client(&self, kind: &str, challenge: &str) -> Vec<u8> {
        json!({
            "type": kind, "challenge": challenge, "origin": self.origin,
            "crossOrigin": self.cross_origin, "later": "members may be added",
        })
        .to_string()
        .into_bytes()
    }

    /// What `navigator.credentials.create` answers, as JSON.
    pub(crate) fn create(&self, options: &Json) -> Json {
        let data = self.data(true);
        let attestation = cbor!({
            "fmt" => "none", "attStmt" => {}, "authData" => Value::Bytes(data),
        });
        let client = self.client("webauthn.create", options["challenge"].as_str().unwrap());
        json!({
            "id": B64.encode(&self.id), "rawId": B64.encode(&self.id), "type": "public-key",
            "response": {
                "clientDataJSON": B64.encode(client),
                "attestationObject": B64.encode(encode(&attestation.unwrap())),
                "transports": ["internal"],
            },
            "clientExtensionResults": {},
        })
    }

    /// What `navigator.credentials.get` answers, as JSON.
    pub(crate) fn get(&mut self, options: &Json) -> Json {
        self.count += 1;
        self.get_without_counting(options)
    }

    /// The same from a device whose counter stands still.
    pub(crate) fn get_without_counting(&self, options: &Json) -> Json {
        let data = self.data(false);
        let client = self.client("webauthn.get", options["challenge"].as_str().unwrap());
        let mut message = data.clone();
        message.extend(digest(&SHA256, &client).as_ref());
        let random = SystemRandom::new();
        let signature = match &self.key {
            Key::P256(pair) => pair.sign(&random, &message).unwrap().as_ref().to_vec(),
            Key::Ed25519(pair) => pair.sign(&message).as_ref().to_vec(),
            Key::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature).unwrap();
                signature
            }
        };
        json!({
            "id": B64.encode(&self.id), "rawId": B64.encode(&self.id), "type": "public-key",
            "response": {
                "clientDataJSON": B64.encode(client), "authenticatorData": B64.encode(data),
                "signature": B64.encode(signature), "userHandle": self.user_handle,
            },
            "clientExtensionResults": {},
        })
    }
}

fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}
