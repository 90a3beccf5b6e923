//! What authenticators and browsers send, read with bounds.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value;
use serde::Deserialize;

use crate::{Rejected, cose::PublicKey};

/// `PublicKeyCredential.toJSON()` after `navigator.credentials.create`; what is not needed is passed over.
#[derive(Debug, Clone, Deserialize)]
pub struct Registration {
    /// The authenticator's answer.
    pub response: RegistrationResponse,
}

/// `AuthenticatorAttestationResponse`, in base 64.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationResponse {
    /// The browser's part.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// The authenticator's part.
    pub attestation_object: String,
}

/// `PublicKeyCredential.toJSON()` after `navigator.credentials.get`; what is not needed is passed over.
#[derive(Debug, Clone, Deserialize)]
pub struct Assertion {
    /// The identifier of the passkey, in base 64.
    pub id: String,
    /// The authenticator's answer.
    pub response: AssertionResponse,
}

/// `AuthenticatorAssertionResponse`, in base 64.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssertionResponse {
    /// The browser's part.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// The authenticator's part.
    pub authenticator_data: String,
    /// Over both.
    pub signature: String,
    /// Whose passkey it is, when the authenticator keeps that.
    #[serde(default)]
    pub user_handle: Option<String>,
}

impl Assertion {
    /// The identifier of the passkey.
    ///
    /// # Errors
    /// [`Rejected::Malformed`].
    pub fn credential_id(&self) -> Result<Vec<u8>, Rejected> {
        let id = decode(&self.id)?;
        if id.is_empty() || id.len() > MAX_CREDENTIAL_ID {
            return Err(Rejected::Malformed("the credential id"));
        }
        Ok(id)
    }

    /// Whether the authenticator says nothing else than that it is this person's, under the handle that
    /// the passkey was made with.
    pub fn is_of(&self, user: &[u8]) -> bool {
        let handle = self.response.user_handle.as_deref().filter(|handle| !handle.is_empty());
        handle.is_none_or(|handle| decode(handle).is_ok_and(|h| h == user))
    }
}

/// The browser's part (§5.8.1).
#[derive(Debug, Deserialize)]
pub(crate) struct ClientData {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) challenge: String,
    pub(crate) origin: String,
    #[serde(rename = "crossOrigin", default)]
    pub(crate) cross_origin: bool,
}

impl ClientData {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Rejected> {
        serde_json::from_slice(bytes).map_err(|_source| Rejected::Malformed("clientDataJSON"))
    }
}

/// The authenticator's part (§6.1).
#[derive(Debug)]
pub(crate) struct AuthenticatorData {
    pub(crate) rp_id_hash: [u8; 32],
    pub(crate) flags: u8,
    pub(crate) sign_count: u32,
    pub(crate) made: Option<Made>,
}

/// The passkey that an authenticator has made (§6.5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its identifier.
    pub credential_id: Vec<u8>,
    /// The key as it came, in COSE form.
    pub public_key: Vec<u8>,
    /// The signature counter.
    pub sign_count: u32,
}

impl AuthenticatorData {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Rejected> {
        let wrong = || Rejected::Malformed("authenticatorData");
        let (rp_id_hash, rest) = bytes.split_first_chunk::<32>().ok_or_else(wrong)?;
        let (&flags, rest) = rest.split_first().ok_or_else(wrong)?;
        let (count, mut rest) = rest.split_first_chunk::<4>().ok_or_else(wrong)?;
        let sign_count = u32::from_be_bytes(*count);
        let mut made = None;
        if flags & ATTESTED != 0 {
            let (_model, after) = rest.split_first_chunk::<16>().ok_or_else(wrong)?;
            let (length, after) = after.split_first_chunk::<2>().ok_or_else(wrong)?;
            let length = usize::from(u16::from_be_bytes(*length));
            if length == 0 || length > MAX_CREDENTIAL_ID {
                return Err(wrong());
            }
            let (id, after) = after.split_at_checked(length).ok_or_else(wrong)?;
            let mut key = after;
            let value = cbor(&mut key)?;
            let (public_key, after) =
                after.split_at_checked(after.len() - key.len()).ok_or_else(wrong)?;
            PublicKey::read(&value)?;
            made = Some(Made {
                credential_id: id.to_vec(),
                public_key: public_key.to_vec(),
                sign_count,
            });
            rest = after;
        }
        if flags & EXTENSIONS != 0 && !matches!(cbor(&mut rest)?, Value::Map(_)) {
            return Err(wrong());
        }
        if !rest.is_empty() {
            return Err(wrong());
        }
        Ok(Self { rp_id_hash: *rp_id_hash, flags, sign_count, made })
    }

    /// §7.1 step 15 and 16: somebody was there, and was verified.
    pub(crate) const fn is_verified(&self) -> bool {
        self.flags & PRESENT != 0 && self.flags & VERIFIED != 0
    }
}

/// The attestation object (§6.5.4): the authenticator's part out of its envelope.
pub(crate) fn authenticator_data(attestation: &[u8]) -> Result<Vec<u8>, Rejected> {
    let wrong = || Rejected::Malformed("attestationObject");
    let mut rest = attestation;
    let Value::Map(fields) = cbor(&mut rest)? else { return Err(wrong()) };
    if !rest.is_empty() {
        return Err(wrong());
    }
    let field = |name: &str| {
        fields.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
    };
    let format = field("fmt").and_then(Value::as_text).ok_or_else(wrong)?;
    let statement = field("attStmt").and_then(Value::as_map).ok_or_else(wrong)?;
    // §8.7: with no attestation the statement is empty.
    if format == "none" && !statement.is_empty() {
        return Err(wrong());
    }
    field("authData").and_then(Value::as_bytes).cloned().ok_or_else(wrong)
}

/// One item of CBOR off the front; its depth is bounded, and so is its length by the input's.
pub(crate) fn cbor(bytes: &mut &[u8]) -> Result<Value, Rejected> {
    ciborium::de::from_reader_with_recursion_limit(bytes, MAX_DEPTH)
        .map_err(|_source| Rejected::Malformed("CBOR"))
}

/// Base 64 for URLs without padding, as `toJSON()` writes it.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, Rejected> {
    if text.len() > MAX_TEXT {
        return Err(Rejected::Malformed("too long"));
    }
    URL_SAFE_NO_PAD
        .decode(text.trim_end_matches('='))
        .map_err(|_source| Rejected::Malformed("base64"))
}

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const ATTESTED: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;
/// Longest identifier of a passkey (§4, Credential ID).
const MAX_CREDENTIAL_ID: usize = 1023;
/// Our own: attestation statements with chains of certificates stay below.
const MAX_TEXT: usize = 64 * 1024;
/// CTAP2 canonical CBOR nests at most four deep (CTAP 2.1 §8); a little room for attestation statements.
const MAX_DEPTH: usize = 8;
