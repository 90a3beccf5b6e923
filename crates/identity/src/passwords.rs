//! Passwords: what is accepted, and how they are kept.

use std::sync::{Arc, OnceLock};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};
use kernel::{FieldError, Ids, Secret};
use tokio::sync::Semaphore;

use crate::{Error, Result, Settings, text};

/// Hashes and checks, a few at a time, away from the threads that serve requests.
#[derive(Debug)]
pub(crate) struct Passwords {
    ids: Ids,
    turns: Arc<Semaphore>,
    min_length: usize,
    memory_kib: u32,
    /// A hash of nothing that anybody has, so that an unknown name takes as long as a wrong password.
    decoy: Arc<OnceLock<Option<String>>>,
}

impl Passwords {
    pub(crate) fn new(ids: Ids, settings: &Settings) -> Self {
        let at_once = usize::from(settings.password_checks_at_once.max(1));
        Self {
            ids,
            turns: Arc::new(Semaphore::new(at_once)),
            min_length: usize::from(settings.password_min_length).max(LEAST_LENGTH),
            memory_kib: settings.password_memory_kib,
            decoy: Arc::default(),
        }
    }

    /// Whether a new password is good enough: length, no well-known one, not a name of its owner.
    pub(crate) fn check(
        &self,
        pointer: &'static str,
        password: &Secret<String>,
        names: &[&str],
    ) -> Result<()> {
        let length = password.expose().chars().count();
        if length < self.min_length {
            let detail = format!("at least {} characters", self.min_length);
            let limit = i64::try_from(self.min_length).unwrap_or(i64::MAX);
            let error = FieldError::new(pointer, "password.too_short", detail).with_limit(limit);
            return Err(Error::Invalid(vec![error]));
        }
        if password.expose().len() > MAX_BYTES {
            let detail = format!("at most {MAX_BYTES} bytes");
            return Err(Error::field(pointer, "password.too_long", detail));
        }
        let plain = Secret::new(text::fold(password.expose()));
        if is_common(plain.expose()) {
            let detail = "one of the passwords that are tried first";
            return Err(Error::field(pointer, "password.common", detail));
        }
        let is_name = |name: &&str| {
            let name = text::fold(name);
            !name.is_empty() && strip(plain.expose(), &name).chars().count() < 4
        };
        if names.iter().any(is_name) {
            return Err(Error::field(pointer, "password.name", "little more than the own name"));
        }
        Ok(())
    }

    /// The hash in the PHC form.
    pub(crate) async fn hash(&self, password: Secret<String>) -> Result<String> {
        let salt: [u8; 16] = self.ids.secret_bytes();
        let memory = self.memory_kib;
        self.turn(move || hash(&password, &salt, memory)).await?
    }

    /// Whether the password is the one that was hashed. Without a hash it takes as long and says no.
    pub(crate) async fn is_right(
        &self,
        password: Secret<String>,
        hash: Option<String>,
    ) -> Result<bool> {
        let (decoy, memory) = (Arc::clone(&self.decoy), self.memory_kib);
        self.turn(move || {
            let nobody = || {
                decoy.get_or_init(|| {
                    self::hash(&Secret::new("nobody".to_owned()), &[0; 16], memory).ok()
                })
            };
            let text = hash.as_deref().or_else(|| nobody().as_deref()).unwrap_or_default();
            verify(&password, text) && hash.is_some()
        })
        .await
    }

    async fn turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let waiting = Arc::clone(&self.turns).acquire_owned();
        let turn =
            tokio::time::timeout(LONGEST_WAIT, waiting).await.map_err(|_elapsed| Error::Busy)?;
        let turn = turn.map_err(|_closed| Error::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let answer = work();
            drop(turn);
            answer
        });
        done.await.map_err(|_panicked| Error::Hashing)
    }
}

fn hash(password: &Secret<String>, salt: &[u8; 16], memory_kib: u32) -> Result<String> {
    let hashed: PasswordHash = argon2(memory_kib)
        .hash_password_with_salt(password.expose().as_bytes(), salt)
        .map_err(|_refused| Error::Hashing)?;
    Ok(hashed.to_string())
}

/// A hash says itself how much memory it took: what was hashed under another setting stays good.
fn verify(password: &Secret<String>, hash: &str) -> bool {
    let fits = password.expose().len() <= MAX_BYTES;
    let right = Argon2::default().verify_password(password.expose().as_bytes(), hash).is_ok();
    right && fits
}

/// Argon2id, two passes, one lane (OWASP's first choice).
fn argon2(memory_kib: u32) -> Argon2<'static> {
    let params = Params::new(memory_kib, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// `password` without `name`, as often as it occurs.
fn strip(password: &str, name: &str) -> String {
    password.replace(name, "")
}

fn is_common(password: &str) -> bool {
    let repeated = password.chars().all(|c| password.starts_with(c));
    let steps: Vec<i64> = password
        .chars()
        .zip(password.chars().skip(1))
        .map(|(a, b)| i64::from(u32::from(b)) - i64::from(u32::from(a)))
        .collect();
    let in_steps = steps.iter().all(|step| *step == 1) || steps.iter().all(|step| *step == -1);
    repeated
        || in_steps
        || COMMON.lines().any(|word| {
            !word.is_empty()
                && strip(password, word).chars().filter(|c| c.is_alphabetic()).count() < 3
                && password.contains(word)
        })
}

/// Words that are in most of the passwords that are tried first, one a line.
const COMMON: &str = include_str!("passwords/common.txt");
/// Longest password; long enough for a sentence, short enough to hash.
const MAX_BYTES: usize = 1024;
/// Below this a setting is not followed (NIST SP 800-63B §3.1.1.2).
const LEAST_LENGTH: usize = 8;
/// How long a sign-in waits for its turn.
const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(10);
