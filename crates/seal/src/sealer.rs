//! The envelope.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    digest, hmac,
};
use kernel::{Ids, Secret, TenantId};
use uuid::Uuid;
use zeroize::Zeroize as _;

use crate::{Error, file::FileKeys};

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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// The keys of a sealer: new values are sealed with the first, and any of them opens.
#[derive(Clone)]
struct Ring {
    keys: Vec<(KeyId, Key)>,
    current: (KeyId, Key),
    /// The one that has been in use longest.
    oldest: Key,
}

impl Ring {
    /// Of keys in use, the current one first and the oldest last, and keys that are not used yet.
    fn new(used: Vec<Key>, next: Vec<Key>) -> Result<Self, Error> {
        let oldest = used.last().cloned().ok_or(Error::NoKey)?;
        let keys: Vec<_> = used.into_iter().chain(next).map(|key| (key.id(), key)).collect();
        let current = keys.first().cloned().ok_or(Error::NoKey)?;
        Ok(Self { keys, current, oldest })
    }

    fn find(&self, needed: KeyId) -> Option<&Key> {
        self.keys.iter().find(|(id, _)| *id == needed).map(|(_, key)| key)
    }
}

/// Seals and opens; cheap to clone, and all clones have the same keys at any time.
#[derive(Clone)]
pub struct Sealer {
    ring: Arc<RwLock<Arc<Ring>>>,
    ids: Ids,
    /// Where the keys are read again.
    file: Option<Arc<PathBuf>>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("current", &self.key_id()).finish_non_exhaustive()
    }
}

impl Sealer {
    /// A sealer that seals with the first key and opens with any.
    ///
    /// # Errors
    /// [`Error::NoKey`].
    pub fn new(keys: Vec<Key>, ids: Ids) -> Result<Self, Error> {
        let ring = Arc::new(RwLock::new(Arc::new(Ring::new(keys, Vec::new())?)));
        Ok(Self { ring, ids, file: None })
    }

    /// The same, with keys that come from a file and change with it.
    pub(crate) fn of_file(keys: FileKeys, ids: Ids, file: PathBuf) -> Result<Self, Error> {
        let ring = Arc::new(RwLock::new(Arc::new(Ring::new(keys.used, keys.next)?)));
        Ok(Self { ring, ids, file: Some(Arc::new(file)) })
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The name of the key that new values are sealed with.
    pub fn key_id(&self) -> KeyId {
        self.ring().current.0
    }

    /// The names of all keys, the current one first.
    pub fn key_ids(&self) -> Vec<KeyId> {
        self.ring().keys.iter().map(|(id, _)| *id).collect()
    }

    /// Reads the key file again, when the keys came from one; whether they changed. Blocks for a moment. With
    /// a file that cannot be read the keys stay as they are.
    ///
    /// # Errors
    /// [`Error::Exposed`], [`Error::Format`], [`Error::NoKey`], [`Error::File`].
    pub fn refresh(&self) -> Result<bool, Error> {
        let Some(file) = &self.file else { return Ok(false) };
        let keys = crate::KeyFile::read(file)?.into_keys();
        let fresh = Ring::new(keys.used, keys.next)?;
        let names = |ring: &Ring| ring.keys.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        if names(&ring) == names(&fresh) {
            return Ok(false);
        }
        *ring = Arc::new(fresh);
        Ok(true)
    }

    /// A secret of the hub's own, the same wherever these keys are, for one purpose. It follows the oldest key:
    /// taking a new one into use does not change it, retiring the old one does.
    pub fn derive(&self, purpose: &str) -> Secret<[u8; 32]> {
        let ring = self.ring();
        let key = hmac::Key::new(hmac::HMAC_SHA256, ring.oldest.bytes());
        let mut derived = [0; 32];
        for (to, from) in derived.iter_mut().zip(hmac::sign(&key, purpose.as_bytes()).as_ref()) {
            *to = *from;
        }
        Secret::new(derived)
    }

    /// The key that a value was sealed with, by what the value says; `None` when it is no sealed value.
    pub fn key_of(sealed: &[u8]) -> Option<KeyId> {
        let (header, _) = sealed.split_at_checked(1 + KEY_ID)?;
        let [VERSION, name @ ..] = header else { return None };
        name.try_into().ok().map(KeyId)
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
        let ring = self.ring();
        let (id, key) = &ring.current;
        let mut header = vec![VERSION];
        header.extend_from_slice(&id.0);
        let wrapped = self.encrypt(key, &header, data_key.bytes())?;
        header.extend(wrapped);
        Ok(header)
    }

    fn unwrap<'a>(&self, sealed: &'a [u8]) -> Result<(KeyId, Key, &'a [u8]), Error> {
        let needed = Self::key_of(sealed).ok_or(Error::Damaged)?;
        let (header, rest) = sealed.split_at_checked(1 + KEY_ID).ok_or(Error::Damaged)?;
        let (wrapped, value) = rest.split_at_checked(NONCE + KEY + TAG).ok_or(Error::Damaged)?;
        let mut ring = self.ring();
        // Another process may have taken a new key into use a moment ago.
        if ring.find(needed).is_none() && self.refresh()? {
            ring = self.ring();
        }
        let wrong = || Error::WrongKey { needed, present: ring.current.0 };
        let key = ring.find(needed).ok_or_else(wrong)?;
        let bytes = decrypt(key, header, wrapped)?;
        let bytes = bytes.expose().as_slice().try_into().map_err(|_length| Error::Damaged)?;
        Ok((needed, Key::new(bytes), value))
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
