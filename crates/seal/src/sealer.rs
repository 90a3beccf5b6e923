//! The envelope.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    digest,
};
use kernel::{Ids, Secret, TenantId};
use uuid::Uuid;
use zeroize::Zeroize as _;

use crate::Error;

/// Where a sealed value lives; it opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    column: &'static str,
    tenant: TenantId,
    row: Uuid,
}

impl Context {
    /// The place: `column` is `table.column`, `row` the identifier of the row.
    pub const fn new(column: &'static str, tenant: TenantId, row: Uuid) -> Self {
        Self { column, tenant, row }
    }

    /// The column's name, a zero byte, and two identifiers of fixed length: no two places read alike.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.column.as_bytes().to_vec();
        bytes.push(0);
        bytes.extend_from_slice(self.tenant.uuid().as_bytes());
        bytes.extend_from_slice(self.row.as_bytes());
        bytes
    }
}

/// Names a key without telling it: the start of a hash of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; KEY_ID]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// A key-encryption key.
#[derive(Debug, Clone)]
pub struct Key(Secret<[u8; KEY]>);

impl Key {
    /// A new one.
    pub fn generate(ids: &Ids) -> Self {
        Self(Secret::new(ids.secret_bytes()))
    }

    /// One that is already there.
    pub const fn new(bytes: [u8; KEY]) -> Self {
        Self(Secret::new(bytes))
    }

    pub(crate) const fn bytes(&self) -> &[u8; KEY] {
        self.0.expose()
    }

    /// Its name.
    pub fn id(&self) -> KeyId {
        let mut hash = digest::Context::new(&digest::SHA256);
        hash.update(b"liaison seal key id 1");
        hash.update(self.bytes());
        let mut id = [0; KEY_ID];
        for (to, from) in id.iter_mut().zip(hash.finish().as_ref()) {
            *to = *from;
        }
        KeyId(id)
    }
}

/// Seals and opens; cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    keys: Arc<[(KeyId, Key)]>,
    current: (KeyId, Key),
    ids: Ids,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("current", &self.current.0).finish_non_exhaustive()
    }
}

impl Sealer {
    /// A sealer that seals with the first key and opens with any.
    ///
    /// # Errors
    /// [`Error::NoKey`].
    pub fn new(keys: Vec<Key>, ids: Ids) -> Result<Self, Error> {
        let keys: Vec<_> = keys.into_iter().map(|key| (key.id(), key)).collect();
        let current = keys.first().cloned().ok_or(Error::NoKey)?;
        Ok(Self { keys: keys.into(), current, ids })
    }

    /// The name of the key that new values are sealed with.
    pub const fn key_id(&self) -> KeyId {
        self.current.0
    }

    /// Seals `plain` for one place.
    ///
    /// # Errors
    /// [`Error::Cipher`].
    pub fn seal(&self, context: &Context, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let data_key = Key::generate(&self.ids);
        let mut sealed = self.wrap(&data_key)?;
        sealed.extend(self.encrypt(&data_key, &context.bytes(), plain)?);
        Ok(sealed)
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// [`Error::WrongKey`] when the value names another key, [`Error::Damaged`] for everything else.
    pub fn open(&self, context: &Context, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Error> {
        let (_, data_key, value) = self.unwrap(sealed)?;
        decrypt(&data_key, &context.bytes(), value)
    }

    /// The same value under the current key; `None` when it is already.
    ///
    /// # Errors
    /// As [`Sealer::open`].
    pub fn rewrap(&self, sealed: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let (id, data_key, value) = self.unwrap(sealed)?;
        if id == self.key_id() {
            return Ok(None);
        }
        let mut anew = self.wrap(&data_key)?;
        anew.extend_from_slice(value);
        Ok(Some(anew))
    }

    fn wrap(&self, data_key: &Key) -> Result<Vec<u8>, Error> {
        let (id, key) = &self.current;
        let mut header = vec![VERSION];
        header.extend_from_slice(&id.0);
        let wrapped = self.encrypt(key, &header, data_key.bytes())?;
        header.extend(wrapped);
        Ok(header)
    }

    fn unwrap<'a>(&self, sealed: &'a [u8]) -> Result<(KeyId, Key, &'a [u8]), Error> {
        let (header, rest) = sealed.split_at_checked(1 + KEY_ID).ok_or(Error::Damaged)?;
        let (wrapped, value) = rest.split_at_checked(NONCE + KEY + TAG).ok_or(Error::Damaged)?;
        let [VERSION, name @ ..] = header else { return Err(Error::Damaged) };
        let needed = KeyId(name.try_into().map_err(|_length| Error::Damaged)?);
        let present = self.key_id();
        let found = self.keys.iter().find(|(id, _)| *id == needed);
        let (id, key) = found.ok_or(Error::WrongKey { needed, present })?;
        let bytes = decrypt(key, header, wrapped)?;
        let bytes = bytes.expose().as_slice().try_into().map_err(|_length| Error::Damaged)?;
        Ok((*id, Key::new(bytes), value))
    }

    fn encrypt(&self, key: &Key, associated: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE] = self.ids.secret_bytes();
        let mut text = Vec::with_capacity(plain.len() + TAG);
        text.extend_from_slice(plain);
        let sealing = cipher(key)?;
        let nonce_again = Nonce::assume_unique_for_key(nonce);
        let outcome =
            sealing.seal_in_place_append_tag(nonce_again, Aad::from(associated), &mut text);
        if outcome.is_err() {
            text.zeroize();
            return Err(Error::Cipher);
        }
        let mut sealed = nonce.to_vec();
        sealed.append(&mut text);
        Ok(sealed)
    }
}

fn decrypt(key: &Key, associated: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, Error> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE>().ok_or(Error::Damaged)?;
    let mut text = text.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let length = match cipher(key)?.open_in_place(nonce, Aad::from(associated), &mut text) {
        Ok(plain) => plain.len(),
        Err(_unspecified) => return Err(Error::Damaged),
    };
    text.truncate(length);
    Ok(Secret::new(text))
}

fn cipher(key: &Key) -> Result<LessSafeKey, Error> {
    let unbound =
        UnboundKey::new(&AES_256_GCM, key.bytes()).map_err(|_unspecified| Error::Cipher)?;
    Ok(LessSafeKey::new(unbound))
}

/// The first byte of what we seal.
const VERSION: u8 = 1;
/// Bytes of a key's name.
const KEY_ID: usize = 8;
/// Bytes of an AES-256 key.
const KEY: usize = 32;
/// Bytes of a nonce (NIST SP 800-38D §5.2.1.1).
const NONCE: usize = 12;
/// Bytes of a tag.
const TAG: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn with_seed(seed: u64) -> (Sealer, Ids) {
        let ids = Ids::seeded(seed);
        (Sealer::new(vec![Key::generate(&ids)], ids.clone()).unwrap(), ids)
    }

    fn place(ids: &Ids) -> Context {
        Context::new("providers.client_secret", ids.fresh(), ids.fresh())
    }

    #[test]
    fn a_sealed_value_opens_in_its_place_only() {
        let (by, ids) = with_seed(1);
        let here = place(&ids);
        let sealed = by.seal(&here, b"secret").unwrap();
        assert_eq!(by.open(&here, &sealed).unwrap().expose(), b"secret");
        for there in [
            Context { column: "totp_secrets.secret", ..here },
            Context { tenant: ids.fresh(), ..here },
            Context { row: ids.fresh(), ..here },
        ] {
            assert!(matches!(by.open(&there, &sealed), Err(Error::Damaged)));
        }
    }

    #[test]
    fn the_plain_text_is_not_in_the_sealed_bytes_and_no_two_are_alike() {
        let (by, ids) = with_seed(2);
        let here = place(&ids);
        let (a, b) = (by.seal(&here, b"secret").unwrap(), by.seal(&here, b"secret").unwrap());
        assert_ne!(a, b);
        assert!(!a.windows(6).any(|w| w == b"secret"));
    }

    #[test]
    fn another_key_is_refused_by_name() {
        let (ours, ids) = with_seed(3);
        let (theirs, _) = with_seed(4);
        let here = place(&ids);
        let sealed = theirs.seal(&here, b"secret").unwrap();
        let Err(Error::WrongKey { needed, present }) = ours.open(&here, &sealed) else {
            panic!("opened with the wrong key");
        };
        assert_eq!((needed, present), (theirs.key_id(), ours.key_id()));
    }

    #[test]
    fn every_changed_or_missing_byte_is_noticed() {
        let (by, ids) = with_seed(5);
        let here = place(&ids);
        let sealed = by.seal(&here, b"secret").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(by.open(&here, &changed).is_err(), "byte {at}");
            assert!(by.open(&here, &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn after_a_rotation_old_values_open_and_are_wrapped_anew() {
        let ids = Ids::seeded(6);
        let (old, new) = (Key::generate(&ids), Key::generate(&ids));
        let before = Sealer::new(vec![old.clone()], ids.clone()).unwrap();
        let between = Sealer::new(vec![new.clone(), old], ids.clone()).unwrap();
        let after = Sealer::new(vec![new], ids.clone()).unwrap();
        let here = place(&ids);
        let sealed = before.seal(&here, b"secret").unwrap();
        let anew = between.rewrap(&sealed).unwrap().unwrap();
        assert_eq!(after.open(&here, &anew).unwrap().expose(), b"secret");
        assert!(after.open(&here, &sealed).is_err());
        assert!(between.rewrap(&anew).unwrap().is_none());
    }
}
