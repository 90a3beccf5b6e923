//! A person signs in to the organisation's Teams, or an administrator agrees there for everybody: the browser goes to the
//! directory and comes back.
//!
//! Who began it finishes it, in the same session where it was begun in one; what the browser brings back counts once and
//! for ten minutes.

use aws_lc_rs::digest;
use jiff::SignedDuration;
use kernel::{Factor, Permission, Scope, Secret, UserId};
use oauth::{Callback, Proof, TokenSet, Wishes};
use seal::Context;
use serde_json::{Value as Json, json};
use url::Url;
use uuid::Uuid;

use super::{Account, MicrosoftTeams, SignInState, people::TOKENS, store};
use crate::{Error, Result, Which};

/// What the browser is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A person signs in.
    SignIn,
    /// An administrator agrees for everybody.
    Consent(Which),
}

impl Purpose {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Consent(Which::First) => "consent_first",
            Self::Consent(Which::Second) => "consent_second",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::SignIn, Self::Consent(Which::First), Self::Consent(Which::Second)]
            .into_iter()
            .find(|one| one.as_str() == text)
    }
}

/// What a browser brought back, as the edges have it.
#[derive(Debug, Default)]
pub struct BroughtBack {
    /// `state`.
    pub state: String,
    /// `code`.
    pub code: Option<Secret<String>>,
    /// `error`.
    pub error: Option<String>,
    /// `error_description`.
    pub description: Option<String>,
    /// `admin_consent`.
    pub admin_consent: Option<String>,
    /// `tenant`: the directory that an administrator agreed for.
    pub tenant: Option<String>,
}

/// What a browser came back from, and where it is to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// What it was sent for.
    pub purpose: Purpose,
    /// A page of the hub: where the person was before.
    pub next: Option<String>,
}

/// What is remembered until the browser comes back.
struct Remembered {
    proof: Proof,
    /// The session that began it; none when a token of the person did.
    session: Option<String>,
    next: Option<String>,
}

impl MicrosoftTeams {
    /// Where the directory sends browsers back to; it is registered with the application there.
    ///
    /// # Errors
    /// [`Error::SignIn`] when the hub's own address is none.
    pub fn sign_in_address(&self) -> Result<Url> {
        let reason = "the hub's own address is no web address";
        let joined = self.parts.public_url.join("workspace/sign-in/return");
        joined.map_err(|_source| oauth::Error::Settings { reason }.into())
    }

    /// Sends a person to the directory, for the first time or again; the address for the browser. What is asked for is what
    /// the tenant agreed to, and no more. `next` is a page of the hub to go on to.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::TeamsNotSet`], [`Error::SignIn`], [`Error::Store`].
    pub async fn begin_sign_in(&self, scope: &Scope, next: Option<&str>) -> Result<Url> {
        self.begin_sign_in_for(scope, &[], next).await
    }

    /// The same for more than Teams: `also` are delegated permissions that people may grant for themselves, such as
    /// `Mail.Read`.
    ///
    /// # Errors
    /// As [`MicrosoftTeams::begin_sign_in`].
    pub async fn begin_sign_in_for(
        &self,
        scope: &Scope,
        also: &[&str],
        next: Option<&str>,
    ) -> Result<Url> {
        scope.require(Permission::ConnectionUse)?;
        let kept = self.in_use(scope).await?.ok_or(Error::TeamsNotSet)?;
        let consents = self.parts.db.read(scope, crate::store::consents).await?;
        let mut scopes: Vec<&str> = Which::First.scopes().to_vec();
        if consents.iter().any(|consent| consent.which == Which::Second && consent.holds()) {
            scopes.extend(Which::Second.scopes());
        }
        scopes.extend(also);
        let application = self.organisation(scope, &kept)?.sign_in(&scopes)?;
        let proof = self.flows.draw();
        let back = self.sign_in_address()?;
        let mail = self.mail(scope).await?;
        let wishes = Wishes { login_hint: mail.as_deref(), ..Wishes::default() };
        let url = self.flows.begin(&application, &back, wishes, &proof)?;
        self.keep_attempt(scope, Purpose::SignIn, (&proof, next)).await?;
        Ok(url)
    }

    /// Sends an administrator to the directory to agree for everybody: to the scopes of one consent, exactly.
    ///
    /// # Errors
    /// [`Error::TenantAdministratorNeeded`], [`Error::PersonNeeded`], [`Error::TeamsNotSet`], [`Error::Store`].
    pub async fn begin_consent(
        &self,
        scope: &Scope,
        which: Which,
        next: Option<&str>,
    ) -> Result<Url> {
        scope
            .require(Permission::SettingsManage)
            .map_err(|_denied| Error::TenantAdministratorNeeded)?;
        let kept = self.in_use(scope).await?.ok_or(Error::TeamsNotSet)?;
        let proof = self.flows.draw();
        let back = self.sign_in_address()?;
        let organisation = self.organisation(scope, &kept)?;
        let url = organisation.admin_consent(which.scopes(), &back, proof.state.expose());
        let reason = "the address of the directory is none";
        let url = url.ok_or(oauth::Error::Settings { reason })?;
        self.keep_attempt(scope, Purpose::Consent(which), (&proof, next)).await?;
        Ok(url)
    }

    /// Takes a browser back. A sign-in is kept; that somebody agreed is the caller's to write down.
    ///
    /// # Errors
    /// [`Error::Attempt`] when it is over, was used or is somebody else's; [`Error::SignIn`], [`Error::TeamsNotSet`],
    /// [`Error::AnotherDirectory`], [`Error::Seal`], [`Error::Store`].
    pub async fn came_back(&self, scope: &Scope, back: BroughtBack) -> Result<Came> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let (purpose, remembered) = self.take(scope, user, &back.state).await?;
        let kept = self.in_use(scope).await?.ok_or(Error::TeamsNotSet)?;
        let came = Came { purpose, next: remembered.next };
        let callback = Callback {
            state: back.state,
            code: back.code,
            error: back.error,
            description: back.description,
            issuer: None,
        };
        if let Purpose::Consent(_) = purpose {
            let agreed = back.admin_consent.is_some_and(|word| word.eq_ignore_ascii_case("true"));
            if callback.error.is_some() || !agreed {
                return Err(oauth::Error::Declined.into());
            }
            let directory = back.tenant.and_then(|text| Uuid::try_parse(text.trim()).ok());
            if directory != Some(kept.teams.directory) {
                return Err(Error::AnotherDirectory);
            }
            return Ok(came);
        }
        let application = self.organisation(scope, &kept)?.sign_in(&[])?;
        let address = self.sign_in_address()?;
        let asked = self.flows.redeem(&application, &address, &callback, &remembered.proof);
        let tokens = Box::pin(asked).await?;
        self.keep_tokens(scope, (user, &kept), &tokens).await?;
        Ok(came)
    }

    /// Keeps a sign-in, after a first call as that person has shown who they are there.
    async fn keep_tokens(
        &self,
        scope: &Scope,
        (user, kept): (UserId, &store::Kept),
        tokens: &TokenSet,
    ) -> Result<()> {
        let graph = self.graph(scope, kept)?;
        let caller = graph::Caller::SignedIn { token: &tokens.access_token };
        let me = graph.get(caller, "/me?$select=id,displayName").await?;
        let text = |name: &str| {
            let text = me.get(name).and_then(Json::as_str).unwrap_or_default();
            text.chars().filter(|c| !c.is_control()).take(MAX_ACCOUNT).collect::<String>()
        };
        let (now, fresh) = (self.parts.clock.now(), self.parts.ids.fresh::<Uuid>());
        let there = self.parts.db.read_one(scope, move |tx| store::person(tx, user)).await?;
        let id = there.map_or(fresh, |there| there.id);
        let place = Context::new(TOKENS, scope.tenant(), id);
        let sealed = self.parts.sealer.seal(&place, tokens.to_text().expose().as_bytes())?;
        let account = Account {
            id: text("id"),
            name: text("displayName"),
            state: SignInState::Open,
            signed_in_at: now,
        };
        let signed =
            store::Signed { account, id, user, sealed: Some(sealed), claimed_at: None, changes: 0 };
        let write = move |tx: &db::Tx<'_>| -> Result<()> {
            // a row that came meanwhile would not open with what was sealed for another
            if store::person(tx, user)?.is_some_and(|there| there.id != id) {
                return Err(Error::Attempt);
            }
            store::put_person(tx, &signed, now)?;
            let subject = event_log::Subject::new("user", user);
            let after = Some(json!({ "account": signed.account.id }));
            super::audited(tx, ("linking.teams_sign_in", subject), (None, after), now)
        };
        self.parts.db.write(scope, write).await?;
        self.renewed.forget_connection(scope.tenant(), kept.teams.id);
        Ok(())
    }

    async fn mail(&self, scope: &Scope) -> Result<Option<String>> {
        let Some(user) = scope.user() else { return Ok(None) };
        let root = self.root(scope.tenant());
        let people = self.parts.identity.people(&root, &[user]).await?;
        Ok(people.into_iter().next().and_then(|person| person.address))
    }

    async fn keep_attempt(
        &self,
        scope: &Scope,
        purpose: Purpose,
        (proof, next): (&Proof, Option<&str>),
    ) -> Result<()> {
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let (id, now) = (self.parts.ids.fresh::<Uuid>(), self.parts.clock.now());
        let session = scope.credential().filter(|_| scope.factor() != Factor::None);
        let plain = json!({
            "state": proof.state.expose(), "nonce": proof.nonce.expose(),
            "verifier": proof.verifier.expose(), "session": session.map(|id| id.to_string()),
            "next": next.filter(|next| is_own_page(next)),
        });
        let plain = Secret::new(plain.to_string());
        let place = Context::new(ATTEMPT, scope.tenant(), id);
        let row = store::Attempt {
            id,
            user,
            purpose,
            state_hash: hash(proof.state.expose().as_bytes()),
            sealed: self.parts.sealer.seal(&place, plain.expose().as_bytes())?,
            expires_at: now + LIFE,
        };
        let write =
            move |tx: &db::Tx<'_>| store::insert_attempt(tx, &row, now).map_err(Error::Store);
        self.parts.db.write(scope, write).await?;
        Ok(())
    }

    /// What the browser came back for; it is gone afterwards.
    async fn take(
        &self,
        scope: &Scope,
        user: UserId,
        state: &str,
    ) -> Result<(Purpose, Remembered)> {
        if state.is_empty() || state.len() > MAX_STATE {
            return Err(Error::Attempt);
        }
        let state = hash(state.as_bytes());
        let take = move |tx: &db::Tx<'_>| store::take_attempt(tx, &state).map_err(Error::Store);
        let row = self.parts.db.write(scope, take).await?.ok_or(Error::Attempt)?;
        if row.user != user || row.expires_at <= self.parts.clock.now() {
            return Err(Error::Attempt);
        }
        let place = Context::new(ATTEMPT, scope.tenant(), row.id);
        let plain = self.parts.sealer.open(&place, &row.sealed)?;
        let remembered = Remembered::read(plain.expose()).ok_or(seal::Error::Damaged)?;
        let session = scope.credential().map(|id| id.to_string());
        if remembered.session.is_some() && remembered.session != session {
            return Err(Error::Attempt);
        }
        Ok((row.purpose, remembered))
    }
}

impl Remembered {
    fn read(plain: &[u8]) -> Option<Self> {
        let json: Json = serde_json::from_slice(plain).ok()?;
        let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
        let secret = |name: &str| text(name).map(Secret::new);
        let proof = Proof {
            state: secret("state")?,
            nonce: secret("nonce")?,
            verifier: secret("verifier")?,
        };
        Some(Self { proof, session: text("session"), next: text("next") })
    }
}

/// A path of the hub itself; nothing leads a browser elsewhere.
fn is_own_page(text: &str) -> bool {
    text.len() <= 2_000
        && text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains('\\')
        && !text.chars().any(char::is_control)
}

/// What something that is given in confidence is found by.
pub(crate) fn hash(text: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, text).as_ref());
    out
}

/// How long a person may take at the directory; our own choice.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Ours has 43 characters.
const MAX_STATE: usize = 200;
const MAX_ACCOUNT: usize = 200;
/// The sealed column.
const ATTEMPT: &str = "linking_teams_attempts.sealed";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_goes_on_within_the_hub_alone() {
        assert!(is_own_page("/records/1/account/2/collaborate?step=team"));
        for elsewhere in
            ["", "https://evil.test", "//evil.test", "/\\evil.test", "records", "/a\nb"]
        {
            assert!(!is_own_page(elsewhere), "{elsewhere:?}");
        }
    }

    #[test]
    fn purposes_are_read_as_they_are_written() {
        for one in
            [Purpose::SignIn, Purpose::Consent(Which::First), Purpose::Consent(Which::Second)]
        {
            assert_eq!(Purpose::parse(one.as_str()), Some(one));
        }
    }
}
