//! One-time passwords of authenticator apps (RFC 6238): SHA-1, six digits, thirty seconds.

use aws_lc_rs::hmac;
use db::{Result as StoreResult, Tx};
use jiff::Timestamp;
use kernel::{Factor, Scope, Secret, UserId};
use qrcode::render::svg;
use url::Url;

use crate::{
    Error, Identity, Result,
    audit::Change,
    factors::{raise_session, recovery},
    users,
};

/// What a person needs to set up an authenticator app. Shown once.
#[derive(Debug)]
pub struct TotpEnrolment {
    /// The secret for typing, in base 32.
    pub secret: Secret<String>,
    /// The `otpauth:` address.
    pub uri: Secret<String>,
    /// The address as a QR code, an SVG document.
    pub qr: Secret<String>,
}

impl Identity {
    /// Begins to enrol an authenticator app; it counts once [`Identity::confirm_totp`] has seen a code.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::SecondFactorNeeded`], [`Error::Enrolled`] when there is one already,
    /// [`Error::Store`], [`Error::Seal`].
    pub async fn begin_totp(&self, scope: &Scope) -> Result<TotpEnrolment> {
        let user = self.own_factors(scope).await?;
        let account = self.user(scope, user).await?.user_name;
        let secret = Secret::new(self.ids.secret_bytes::<SECRET>());
        let sealed = self.sealer.seal(&place(scope, user), secret.expose())?;
        let now = self.clock.now();
        let stored = self.db.write(scope, move |tx| store(tx, user, &sealed, now)).await?;
        if stored == 0 {
            return Err(Error::Enrolled);
        }
        let host = self.public_url.host_str().unwrap_or("Liaison").to_owned();
        Ok(enrolment(secret.expose(), &host, &account))
    }

    /// Confirms the app with its first code. Answers recovery codes, which are shown once.
    ///
    /// # Errors
    /// [`Error::SecondFactor`] when the code is wrong, and as [`Identity::begin_totp`].
    pub async fn confirm_totp(&self, scope: &Scope, code: &str) -> Result<Vec<Secret<String>>> {
        let user = self.own_factors(scope).await?;
        let pending = self.db.read_one(scope, move |tx| lookup_pending(tx, user)).await?;
        let secret = self.sealer.open(&place(scope, user), &pending.ok_or(Error::SecondFactor)?)?;
        let now = self.clock.now();
        let step = matching(secret.expose(), code, now).ok_or(Error::SecondFactor)?;
        let codes = recovery::draw(&self.ids);
        let hashes = recovery::hashes(user, &codes);
        self.db
            .write(scope, move |tx| {
                if !confirm(tx, user, step, now)? {
                    return Err(Error::SecondFactor);
                }
                recovery::replace(tx, user, &hashes)?;
                raise_session(tx, user, Factor::Totp, now)?;
                Ok(Change::new("second_factor.enrol_totp", "user", user).write(tx, now)?)
            })
            .await?;
        self.cache.forget(user.uuid());
        Ok(codes)
    }

    /// Removes one's own authenticator app.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::SecondFactorNeeded`], [`Error::Store`].
    pub async fn remove_totp(&self, scope: &Scope) -> Result<()> {
        let user = self.own_factors(scope).await?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                delete(tx, user)?;
                tx.notify(users::TOPIC, user.uuid(), 0);
                let change = Change::new("second_factor.remove_totp", "user", user);
                Ok::<_, Error>(change.write(tx, now)?)
            })
            .await?;
        self.cache.forget(user.uuid());
        Ok(())
    }

    /// Checks a code and marks its step as used.
    pub(crate) async fn use_totp(&self, scope: &Scope, user: UserId, code: &str) -> Result<()> {
        let found = self.db.read_one(scope, move |tx| lookup(tx, user)).await?;
        let totp = found.filter(|totp| totp.confirmed).ok_or(Error::SecondFactor)?;
        let secret = self.sealer.open(&place(scope, user), &totp.secret)?;
        let step = matching(secret.expose(), code, self.clock.now()).ok_or(Error::SecondFactor)?;
        let fresh = self.db.write(scope, move |tx| advance(tx, user, step)).await?;
        if fresh { Ok(()) } else { Err(Error::SecondFactor) }
    }
}

fn place(scope: &Scope, user: UserId) -> seal::Context {
    seal::Context::new("totp_secrets.secret", scope.tenant(), user.uuid())
}

fn enrolment(secret: &[u8], issuer: &str, account: &str) -> TotpEnrolment {
    let secret = base32(secret);
    let mut uri = Url::parse("otpauth://totp/").ok();
    if let Some(uri) = &mut uri {
        uri.set_path(&format!("/{issuer}:{account}"));
        uri.query_pairs_mut()
            .append_pair("secret", &secret)
            .append_pair("issuer", issuer)
            .append_pair("algorithm", "SHA1")
            .append_pair("digits", "6")
            .append_pair("period", "30");
    }
    let uri = uri.map(String::from).unwrap_or_default();
    let qr = qrcode::QrCode::new(&uri)
        .map(|code| code.render::<svg::Color<'_>>().min_dimensions(200, 200).build());
    TotpEnrolment {
        secret: Secret::new(secret),
        qr: Secret::new(qr.unwrap_or_default()),
        uri: Secret::new(uri),
    }
}

/// RFC 4648 §6, without padding, as apps expect it.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    for chunk in bytes.chunks(5) {
        let word = chunk.iter().fold(0_u64, |word, b| (word << 8) | u64::from(*b));
        let bits = chunk.len() * 8;
        let word = word << (40 - bits);
        for n in 0..bits.div_ceil(5) {
            let index = (word >> (35 - 5 * n)) & 31;
            let index = usize::try_from(index).unwrap_or_default();
            text.push(BASE32.get(index).map_or('A', |b| char::from(*b)));
        }
    }
    text
}

/// The step, within one of the present, whose code this is.
fn matching(secret: &[u8], typed: &str, now: Timestamp) -> Option<i64> {
    if typed.len() > LONGEST_TYPED {
        return None;
    }
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let present = now.as_second().div_euclid(PERIOD);
    // Every step is computed, whichever fits: the time tells nothing.
    let fits = |step: i64| {
        let code = code(secret, u64::try_from(step).unwrap_or_default());
        aws_lc_rs::constant_time::verify_slices_are_equal(code.as_bytes(), typed.as_bytes()).is_ok()
    };
    let [earlier, here, later] = [present - 1, present, present + 1].map(|step| (step, fits(step)));
    [here, earlier, later].into_iter().find(|(_, fits)| *fits).map(|(step, _)| step)
}

/// RFC 4226 §5.3.
fn code(secret: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let offset = tag.as_ref().last().map_or(0, |b| usize::from(b & 15));
    let four = tag.as_ref().get(offset..).and_then(|rest| rest.first_chunk::<4>());
    let number = four.map_or(0, |four| u32::from_be_bytes(*four) & 0x7fff_ffff);
    format!("{:06}", number % 1_000_000)
}

/// The stored secret of an authenticator app.
pub(crate) struct Totp {
    pub(crate) secret: Vec<u8>,
    pub(crate) confirmed: bool,
}

pub(crate) fn lookup(tx: &Tx<'_>, user: UserId) -> StoreResult<Option<Totp>> {
    const SQL: &str = "SELECT secret, confirmed_at IS NOT NULL FROM totp_secrets \
                       WHERE tenant_id = $1 AND user_id = $2";
    let read = |row: db::Row| Ok(Totp { secret: row.get(0)?, confirmed: row.get(1)? });
    tx.first(SQL, &[tx.tenant().into(), user.into()])?.map(read).transpose()
}

fn lookup_pending(tx: &Tx<'_>, user: UserId) -> StoreResult<Option<Vec<u8>>> {
    Ok(lookup(tx, user)?.filter(|totp| !totp.confirmed).map(|totp| totp.secret))
}

/// Begins anew, unless an app is enrolled: it must be removed first, so that it counts until then.
fn store(tx: &Tx<'_>, user: UserId, sealed: &[u8], now: Timestamp) -> StoreResult<u64> {
    const SQL: &str = "INSERT INTO totp_secrets (tenant_id, user_id, secret, last_step, \
                       created_at) VALUES ($1, $2, $3, 0, $4) \
                       ON CONFLICT (tenant_id, user_id) DO UPDATE SET secret = excluded.secret, \
                       last_step = 0, created_at = excluded.created_at \
                       WHERE totp_secrets.confirmed_at IS NULL";
    tx.execute(SQL, &[tx.tenant().into(), user.into(), sealed.into(), now.into()])
}

fn confirm(tx: &Tx<'_>, user: UserId, step: i64, now: Timestamp) -> StoreResult<bool> {
    const SQL: &str = "UPDATE totp_secrets SET confirmed_at = $4, last_step = $3 \
                       WHERE tenant_id = $1 AND user_id = $2 AND confirmed_at IS NULL";
    Ok(tx.execute(SQL, &[tx.tenant().into(), user.into(), step.into(), now.into()])? == 1)
}

/// Whether the step is later than every one that was used.
fn advance(tx: &Tx<'_>, user: UserId, step: i64) -> StoreResult<bool> {
    const SQL: &str = "UPDATE totp_secrets SET last_step = $3 \
                       WHERE tenant_id = $1 AND user_id = $2 AND last_step < $3";
    Ok(tx.execute(SQL, &[tx.tenant().into(), user.into(), step.into()])? == 1)
}

pub(crate) fn delete(tx: &Tx<'_>, user: UserId) -> StoreResult<u64> {
    const SQL: &str = "DELETE FROM totp_secrets WHERE tenant_id = $1 AND user_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), user.into()])
}

/// The code of an instant, as an app shows it.
#[cfg(test)]
pub(crate) fn code_at(secret: &[u8], at: Timestamp) -> String {
    code(secret, u64::try_from(at.as_second().div_euclid(PERIOD)).unwrap_or_default())
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Bytes of a secret (RFC 4226 §4, R6 recommends 160 bits).
const SECRET: usize = 20;
/// Seconds of a step (RFC 6238 §4.1).
const PERIOD: i64 = 30;
const LONGEST_TYPED: usize = 16;

#[cfg(test)]
mod tests {
    use kernel::Ids;

    use super::*;

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // Appendix B, the last six of the eight digits.
        let secret = b"12345678901234567890";
        for (second, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(secret, Timestamp::from_second(second).unwrap()), expected);
        }
    }

    #[test]
    fn base_32_is_that_of_rfc_4648() {
        for (plain, expected) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), expected);
        }
    }

    #[test]
    fn one_step_of_drift_is_let_pass_and_two_are_not() {
        let secret = Ids::seeded(1).secret_bytes::<20>();
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        for (drift, passes) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let at = Timestamp::from_second(1_800_000_000 + drift).unwrap();
            let code = code_at(&secret, at);
            assert_eq!(matching(&secret, &code, now).is_some(), passes, "{drift}");
        }
        for typed in ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", &"1".repeat(10_000)] {
            assert_eq!(matching(&secret, typed, now), None, "{typed}");
        }
    }

    #[test]
    fn the_address_names_issuer_and_account() {
        let made = enrolment(&[0; 20], "hub.example.org", "zoé@example.org");
        assert_eq!(
            made.uri.expose(),
            "otpauth://totp/hub.example.org:zo%C3%A9@example.org?secret=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
             &issuer=hub.example.org&algorithm=SHA1&digits=6&period=30"
        );
        assert!(made.qr.expose().contains("<svg"));
    }
}
