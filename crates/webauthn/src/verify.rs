//! The two ceremonies of the specification: registration (§7.1) and authentication (§7.2).

use aws_lc_rs::{constant_time::verify_slices_are_equal, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};
use url::Url;

use crate::{
    Assertion, Made, Registration,
    cose::{self, PublicKey},
    data::{self, AuthenticatorData, ClientData},
};

/// Why a passkey's answer does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not the structure that the specification asks for.
    #[error("the answer is malformed: {0}")]
    Malformed(&'static str),
    /// Made for another site.
    #[error("the answer was made for another origin")]
    Origin,
    /// Not an answer to our challenge.
    #[error("the answer is not to this challenge")]
    Challenge,
    /// The authenticator did not verify the person.
    #[error("the person was not verified by the authenticator")]
    NotVerified,
    /// A key of a kind that is not accepted.
    #[error("the kind of key is not supported")]
    Algorithm,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature,
    /// The counter went back: the passkey may have been copied.
    #[error("the signature counter went back")]
    Counter,
}

/// The site that passkeys are made for: the relying party.
#[derive(Debug, Clone)]
pub struct Site {
    id: String,
    origin: String,
}

/// Whom a passkey is made for.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// Names the account to the authenticator, at most 64 bytes (§5.4.3).
    pub handle: &'a [u8],
    /// The account's name.
    pub name: &'a str,
    /// The person's name.
    pub display_name: &'a str,
}

/// A passkey that is kept.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// In COSE form, as [`Made`] gave it.
    pub public_key: &'a [u8],
    /// The signature counter of its last answer.
    pub sign_count: i64,
}

impl Site {
    /// The site at an address; passkeys are bound to its host.
    pub fn new(public_url: &Url) -> Self {
        Self {
            id: public_url.host_str().unwrap_or_default().to_owned(),
            origin: public_url.origin().ascii_serialization(),
        }
    }

    /// `PublicKeyCredentialCreationOptionsJSON` (§5.1.8); `known` are the identifiers of the person's passkeys.
    pub fn creation_options(&self, challenge: &str, person: Person<'_>, known: &[&[u8]]) -> Json {
        let kinds = [cose::EDDSA, cose::ES256, cose::RS256];
        json!({
            "rp": { "id": self.id, "name": "Liaison" },
            "user": {
                "id": URL_SAFE_NO_PAD.encode(person.handle),
                "name": person.name, "displayName": person.display_name,
            },
            "challenge": challenge,
            "pubKeyCredParams": kinds.map(|alg| json!({ "type": "public-key", "alg": alg })),
            "timeout": TIMEOUT_MS,
            "excludeCredentials": descriptors(known),
            "authenticatorSelection": {
                "residentKey": "preferred", "userVerification": "required",
            },
            "attestation": "none",
        })
    }

    /// `PublicKeyCredentialRequestOptionsJSON` (§5.5); `known` are the identifiers of passkeys that will do, none
    /// leaves it to the person.
    pub fn request_options(&self, challenge: &str, known: &[&[u8]]) -> Json {
        json!({
            "challenge": challenge, "timeout": TIMEOUT_MS, "rpId": self.id,
            "allowCredentials": descriptors(known), "userVerification": "required",
        })
    }

    /// §7.1, with attestation of the form `none`: nothing is believed of the authenticator's make.
    ///
    /// # Errors
    /// [`Rejected`].
    pub fn register(&self, challenge: &str, answer: &Registration) -> Result<Made, Rejected> {
        let client = data::decode(&answer.response.client_data_json)?;
        self.check_client(&ClientData::parse(&client)?, "webauthn.create", challenge)?;
        let attestation = data::decode(&answer.response.attestation_object)?;
        let bytes = data::authenticator_data(&attestation)?;
        let data = AuthenticatorData::parse(&bytes)?;
        self.check_authenticator(&data)?;
        data.made.ok_or(Rejected::Malformed("no credential"))
    }

    /// §7.2; the new signature counter.
    ///
    /// # Errors
    /// [`Rejected`].
    pub fn verify(
        &self,
        challenge: &str,
        answer: &Assertion,
        key: Key<'_>,
    ) -> Result<u32, Rejected> {
        let client = data::decode(&answer.response.client_data_json)?;
        self.check_client(&ClientData::parse(&client)?, "webauthn.get", challenge)?;
        let mut signed = data::decode(&answer.response.authenticator_data)?;
        let data = AuthenticatorData::parse(&signed)?;
        self.check_authenticator(&data)?;
        let mut stored = key.public_key;
        let public_key = PublicKey::read(&data::cbor(&mut stored)?)?;
        signed.extend_from_slice(digest::digest(&digest::SHA256, &client).as_ref());
        public_key.verify(&signed, &data::decode(&answer.response.signature)?)?;
        // §6.1.1: zero for ever, or always more than before.
        let is_counting = data.sign_count != 0 || key.sign_count != 0;
        if is_counting && i64::from(data.sign_count) <= key.sign_count {
            return Err(Rejected::Counter);
        }
        Ok(data.sign_count)
    }

    fn check_client(
        &self,
        client: &ClientData,
        kind: &str,
        challenge: &str,
    ) -> Result<(), Rejected> {
        if client.kind != kind {
            return Err(Rejected::Malformed("type"));
        }
        let given = client.challenge.as_bytes();
        if challenge.is_empty() || verify_slices_are_equal(given, challenge.as_bytes()).is_err() {
            return Err(Rejected::Challenge);
        }
        if client.origin != self.origin || client.cross_origin {
            return Err(Rejected::Origin);
        }
        Ok(())
    }

    fn check_authenticator(&self, data: &AuthenticatorData) -> Result<(), Rejected> {
        let ours = digest::digest(&digest::SHA256, self.id.as_bytes());
        if data.rp_id_hash != ours.as_ref() {
            return Err(Rejected::Origin);
        }
        if data.is_verified() { Ok(()) } else { Err(Rejected::NotVerified) }
    }
}

fn descriptors(known: &[&[u8]]) -> Vec<Json> {
    let descriptor =
        |key: &&[u8]| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(key) });
    known.iter().map(descriptor).collect()
}

/// How long the browser waits for the person.
const TIMEOUT_MS: u32 = 300_000;

#[cfg(test)]
mod tests;
