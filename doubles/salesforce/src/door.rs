//! Who comes in: passwords, sessions, apps, tokens.

pub(crate) mod apps;
pub(crate) mod device;
pub(crate) mod identity;
mod jwt;
pub(crate) mod oauth;
pub(crate) mod openid;
pub(crate) mod soap;

use std::collections::{HashMap, HashSet};

use aws_lc_rs::rand;
use jiff::{Timestamp, ToSpan as _};

pub(crate) use apps::{App, Permitted, RefreshPolicy};

use crate::{
    org::{Org, text},
    rights::Caller,
};

/// How long a session lives unless it is used.
const SESSION_SECONDS: i64 = 2 * 60 * 60;
/// Wrong passwords before a user is locked out.
const MAX_FAILURES: u32 = 10;

/// Everything about coming in.
#[derive(Debug, Default)]
pub(crate) struct Door {
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) apps: Vec<App>,
    pub(crate) passwords: HashMap<String, Password>,
    codes: HashMap<String, Code>,
    devices: HashMap<String, device::Device>,
    pub(crate) signer: openid::Signer,
    pub(crate) refresh: HashMap<String, Refresh>,
    /// Consumer keys and the users who said yes to them.
    pub(crate) consents: HashSet<(String, String)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) user: String,
    /// The app behind it; none for a login with a password alone.
    pub(crate) app: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) until: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Password {
    pub(crate) password: String,
    pub(crate) token: String,
    pub(crate) failures: u32,
}

/// What an authorisation left behind, until it is fetched.
#[derive(Debug, Clone)]
struct Code {
    app: String,
    user: String,
    redirect: String,
    challenge: Option<String>,
    nonce: Option<String>,
    scopes: Vec<String>,
    until: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Refresh {
    pub(crate) app: String,
    pub(crate) user: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) until: Option<Timestamp>,
}

/// Why a login with a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Invalid,
    NeedsToken,
    LockedOut,
    ApiDisabled,
}

/// Letters nobody can guess.
pub(crate) fn secret(length: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    let mut bytes = vec![0; length];
    // Without randomness there are no secrets; all are alike then and no test would pass.
    rand::fill(&mut bytes).ok();
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 64)).copied().map_or('A', char::from);
    bytes.iter().map(letter).collect()
}

/// The user of a name.
pub(crate) fn user_of(org: &Org, name: &str) -> Option<String> {
    let is = |own: &str| own.eq_ignore_ascii_case(name);
    let mut users = org.rows("User");
    users.find(|(_, row)| text(row, "Username").is_some_and(is)).map(|(id, _)| id.clone())
}

/// Checks a name and a password with its token; `trusted` addresses need no token.
pub(crate) fn check_password(
    org: &mut Org,
    name: &str,
    given: &str,
    trusted: bool,
) -> Result<String, Refusal> {
    let user = user_of(org, name).ok_or(Refusal::Invalid)?;
    let caller = Caller::of(org, &user).ok_or(Refusal::Invalid)?;
    let known = org.door.passwords.get_mut(&user).ok_or(Refusal::Invalid)?;
    if known.failures >= MAX_FAILURES {
        return Err(Refusal::LockedOut);
    }
    let bare = given == known.password;
    if !bare && given != format!("{}{}", known.password, known.token) {
        known.failures += 1;
        return Err(Refusal::Invalid);
    }
    if bare && !trusted {
        return Err(Refusal::NeedsToken);
    }
    known.failures = 0;
    if caller.rights.api { Ok(user) } else { Err(Refusal::ApiDisabled) }
}

/// Who logs in with a browser: no login of the interface, so that whoever may not use that comes as far as the app.
pub(crate) fn check_browser(org: &mut Org, name: &str, given: &str) -> Option<String> {
    match check_password(org, name, given, true) {
        Ok(user) => Some(user),
        Err(Refusal::ApiDisabled) => user_of(org, name),
        Err(_) => None,
    }
}

/// Gives a user another password; the token stays.
pub(crate) fn set_password(org: &mut Org, user: &str, new: &str) {
    if let Some(known) = org.door.passwords.get_mut(user) {
        new.clone_into(&mut known.password);
    }
}

/// A new session and its id, which is the access token too.
pub(crate) fn open(org: &mut Org, user: &str, app: Option<&str>, scopes: &[String]) -> String {
    let organisation = org.id.get(..15).unwrap_or_default();
    let token = format!("{organisation}!AQ{}", secret(80));
    let until = later(org, SESSION_SECONDS);
    let app = app.map(str::to_owned);
    let session = Session { user: user.to_owned(), app, scopes: scopes.to_vec(), until };
    org.door.sessions.insert(token.clone(), session);
    token
}

fn later(org: &Org, seconds: i64) -> Timestamp {
    let now = org.now();
    now.checked_add(seconds.seconds()).unwrap_or(now)
}

/// The live session of a token; it lives on from now.
pub(crate) fn session(org: &mut Org, token: &str) -> Option<Session> {
    let now = org.now();
    let until = later(org, SESSION_SECONDS);
    let session = org.door.sessions.get_mut(token)?;
    if session.until < now {
        org.door.sessions.remove(token);
        return None;
    }
    session.until = until;
    Some(session.clone())
}
