//! The sealing key under a passphrase.

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::{Ids, Secret};
use serde::{Deserialize, Serialize};

use crate::exit::{Exit, Failure, Result};

/// The text of a key file, encrypted with AES-256-GCM under a key that Argon2id makes of a passphrase.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LockedKey {
    /// Argon2id: memory in KiB.
    memory_kib: u32,
    /// Argon2id: passes.
    passes: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

impl LockedKey {
    /// Locks the text of a key file. Takes about a second on purpose.
    pub(crate) fn lock(
        text: &Secret<String>,
        passphrase: &Secret<String>,
        ids: &Ids,
    ) -> Result<Self> {
        if passphrase.expose().chars().count() < LEAST {
            let text = format!("the passphrase needs {LEAST} characters at least");
            return Err(Failure::new(Exit::Refused, text));
        }
        let (salt, nonce) = (ids.secret_bytes::<16>(), ids.secret_bytes::<12>());
        let key = derive(passphrase, &salt, MEMORY_KIB, PASSES)?;
        let mut bytes = text.expose().clone().into_bytes();
        let sealed = key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(WHAT),
            &mut bytes,
        );
        sealed.map_err(|_unspecified| damaged())?;
        Ok(Self {
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            salt: STANDARD.encode(salt),
            nonce: STANDARD.encode(nonce),
            sealed: STANDARD.encode(bytes),
        })
    }

    /// The text of the key file.
    pub(crate) fn unlock(&self, passphrase: &Secret<String>) -> Result<Secret<String>> {
        // A foreign archive must not make us use all memory.
        if self.memory_kib > 1 << 20 || self.passes > 64 {
            return Err(damaged());
        }
        let decode = |text: &str| STANDARD.decode(text).map_err(|_source| damaged());
        let nonce: [u8; 12] =
            decode(&self.nonce)?.try_into().map_err(|_length: Vec<u8>| damaged())?;
        let key = derive(passphrase, &decode(&self.salt)?, self.memory_kib, self.passes)?;
        let mut bytes = Secret::new(decode(&self.sealed)?).expose().clone();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let plain =
            key.open_in_place(nonce, Aad::from(WHAT), &mut bytes).map_err(|_unspecified| {
                Failure::new(Exit::Refused, "the passphrase does not open the key in the archive")
            })?;
        let text = String::from_utf8(plain.to_vec()).map_err(|_source| damaged())?;
        Ok(Secret::new(text))
    }
}

fn derive(
    passphrase: &Secret<String>,
    salt: &[u8],
    memory_kib: u32,
    passes: u32,
) -> Result<LessSafeKey> {
    let params = Params::new(memory_kib, passes, 1, Some(32)).map_err(|_source| damaged())?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut key = Secret::new(vec![0_u8; 32]).expose().clone();
    argon
        .hash_password_into(passphrase.expose().as_bytes(), salt, &mut key)
        .map_err(|_source| damaged())?;
    let key = UnboundKey::new(&AES_256_GCM, &key).map_err(|_unspecified| damaged())?;
    Ok(LessSafeKey::new(key))
}

fn damaged() -> Failure {
    Failure::new(Exit::Refused, "the key in the archive cannot be read")
}

/// Bound to what it is, so that nothing else opens as a key.
const WHAT: &[u8] = b"liaison sealing key 1";
/// 64 MiB and 3 passes: RFC 9106 §4, second recommended option.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// Fewest characters of a passphrase; our own choice.
const LEAST: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_passphrase_opens_the_key() {
        let secret = |text: &str| Secret::new(text.to_owned());
        let ids = Ids::seeded(1);
        let locked =
            LockedKey::lock(&secret("the key"), &secret("correct horse battery"), &ids).unwrap();
        let json = serde_json::to_string(&locked).unwrap();
        assert!(!json.contains("the key"));
        let read: LockedKey = serde_json::from_str(&json).unwrap();
        assert_eq!(read.unlock(&secret("correct horse battery")).unwrap().expose(), "the key");
        let refused = read.unlock(&secret("incorrect horse battery")).unwrap_err();
        assert_eq!(refused.exit(), Exit::Refused);
        let short = LockedKey::lock(&secret("k"), &secret("short"), &ids).unwrap_err();
        assert!(short.to_string().contains("12"));
        let greedy = LockedKey { memory_kib: u32::MAX, ..locked };
        assert!(greedy.unlock(&secret("correct horse battery")).is_err());
    }
}
