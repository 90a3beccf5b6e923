//! Recovery codes: ten, each good for one sign-in.

use db::{Result, Tx};
use jiff::Timestamp;
use kernel::{Ids, Secret, UserId};

use crate::secret::SecretHash;

/// Ten codes such as `k3mf-9x2c-h7qa-t4vz`, of 80 bits each.
pub(crate) fn draw(ids: &Ids) -> Vec<Secret<String>> {
    let code = |_| {
        let bytes = Secret::new(ids.secret_bytes::<CODE>());
        let letters = bytes.expose().iter().map(|byte| letter(*byte)).enumerate();
        let text = letters.fold(String::new(), |mut text, (n, letter)| {
            if n > 0 && n % 4 == 0 {
                text.push('-');
            }
            text.push(letter);
            text
        });
        Secret::new(text)
    };
    (0..CODES).map(code).collect()
}

fn letter(byte: u8) -> char {
    ALPHABET.get(usize::from(byte % 32)).map_or('x', |b| char::from(*b))
}

/// The hash of a code as a person may type it; `None` when it cannot be one.
pub(crate) fn hash(user: UserId, typed: &str) -> Option<SecretHash> {
    if typed.len() > LONGEST_TYPED {
        return None;
    }
    let code: String =
        typed.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| c.to_ascii_lowercase()).collect();
    let shaped = code.len() == CODE && code.bytes().all(|b| ALPHABET.contains(&b));
    // The account is part of it, so that equal hashes never tell of two accounts.
    shaped.then(|| SecretHash::of(format!("{user}:{code}").as_bytes()))
}

pub(crate) fn hashes(user: UserId, codes: &[Secret<String>]) -> Vec<SecretHash> {
    codes.iter().filter_map(|code| hash(user, code.expose())).collect()
}

pub(crate) fn replace(tx: &Tx<'_>, user: UserId, hashes: &[SecretHash]) -> Result<()> {
    const CLEAR: &str = "DELETE FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2";
    const SQL: &str =
        "INSERT INTO recovery_codes (tenant_id, user_id, code_hash) VALUES ($1, $2, $3)";
    tx.execute(CLEAR, &[tx.tenant().into(), user.into()])?;
    for hash in hashes {
        tx.execute(SQL, &[tx.tenant().into(), user.into(), hash.bytes().into()])?;
    }
    Ok(())
}

/// Uses a code up; whether it was there and unused.
pub(crate) fn spend(tx: &Tx<'_>, user: UserId, hash: &SecretHash, now: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE recovery_codes SET used_at = $4 WHERE tenant_id = $1 \
                       AND user_id = $2 AND code_hash = $3 AND used_at IS NULL";
    let params = [tx.tenant().into(), user.into(), hash.bytes().into(), now.into()];
    Ok(tx.execute(SQL, &params)? == 1)
}

pub(crate) fn left(tx: &Tx<'_>, user: UserId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM recovery_codes \
                       WHERE tenant_id = $1 AND user_id = $2 AND used_at IS NULL";
    let row = tx.first(SQL, &[tx.tenant().into(), user.into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// 32 letters and digits, without those that are taken for each other.
const ALPHABET: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz1";
const CODE: usize = 16;
const CODES: usize = 10;
const LONGEST_TYPED: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_without_care() {
        let ids = Ids::seeded(1);
        let user = ids.fresh();
        let codes = draw(&ids);
        assert_eq!(codes.len(), 10);
        let code = codes[0].expose();
        assert_eq!(code.len(), 19);
        let careless = code.to_uppercase().replace('-', " ");
        assert_eq!(hash(user, code), hash(user, &careless));
        assert!(hash(user, code).is_some());
        assert_ne!(hash(user, code), hash(ids.fresh(), code));
    }

    #[test]
    fn what_is_no_code_is_refused_unread() {
        let user = Ids::seeded(1).fresh();
        for typed in ["", "1234", "éééé-éééé-éééé-éééé", &"a".repeat(1000), "aaaa-aaaa-aaaa-aaa!"]
        {
            assert_eq!(hash(user, typed), None, "{typed}");
        }
    }
}
