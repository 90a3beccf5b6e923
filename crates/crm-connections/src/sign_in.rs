//! A seller signs in to a CRM: the browser goes there and comes back; and chooses, and disconnects.
//!
//! Who began a sign-in finishes it, in the same session where it was begun in one; what the browser brings back
//! counts once and for ten minutes.

use aws_lc_rs::digest;
use jiff::SignedDuration;
use kernel::{Coded as _, Factor, Permission, Scope, Secret, UserId};
use oauth::{Callback, Proof, TokenSet, Wishes};
use seal::Context;
use serde_json::{Value as Json, json};
use url::Url;
use uuid::Uuid;

use crate::{
    Connection, CrmConnections, CrmSystem, Error, Overview, Result, Session, State, SystemKind,
    refusal,
    service::Audited,
    store::{self, Attempt},
    system::is_instance,
};

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
    /// `iss`.
    pub issuer: Option<String>,
}

/// Who signed in, as the CRM says.
#[derive(Debug, Default)]
struct Account {
    instance: Option<Url>,
    organisation: Option<String>,
    id: Option<String>,
    name: Option<String>,
}

/// What is remembered of a sign-in until the browser comes back.
struct Remembered {
    proof: Proof,
    /// The session that began it; none when a token of the person did.
    session: Option<String>,
}

impl CrmConnections {
    /// The CRMs that a seller may use, each with their own connection to it and what stands in its way.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn mine(&self, scope: &Scope) -> Result<Vec<Overview>> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let read = move |tx: &db::Tx<'_>| {
            Ok::<_, Error>((store::systems(tx)?, store::of_person(tx, user)?))
        };
        let (systems, mut connections) = self.0.db.read(scope, read).await?;
        let by_itself = if connections.iter().any(|one| one.chosen) {
            None
        } else {
            self.by_itself(scope, &systems).await?
        };
        let mut all = Vec::with_capacity(systems.len());
        for system in systems.into_iter().filter(|system| system.enabled) {
            let at = connections.iter().position(|one| one.system == system.id);
            let connection = at.map(|at| connections.swap_remove(at));
            let blocked = self.blocked(scope, &system).await?;
            let is_chosen = connection.as_ref().is_some_and(|one| one.chosen);
            let chosen = is_chosen || by_itself == Some(system.id);
            all.push(Overview { system, connection, chosen, blocked });
        }
        Ok(all)
    }

    /// Sends a seller to a CRM elsewhere, for the first time or again; the address for the browser.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::SystemNotFound`], [`Error::Policy`], [`Error::SignIn`],
    /// [`Error::Store`].
    pub async fn begin_sign_in(&self, scope: &Scope, id: Uuid) -> Result<Url> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let system = self.offered(scope, id).await?;
        if system.kind == SystemKind::Embedded {
            let reason = "nobody signs in to an environment of the hub: it is used as it is";
            return Err(oauth::Error::Settings { reason }.into());
        }
        self.check_policy(scope, &system, None).await?;
        let application = self.application(scope, &system).await?;
        let proof = self.0.flows.draw();
        let back = self.sign_in_address()?;
        let url = self.0.flows.begin(&application, &back, Wishes::default(), &proof)?;
        let (attempt, now): (Uuid, _) = (self.0.ids.fresh(), self.0.clock.now());
        let session = scope.credential().filter(|_| scope.factor() != Factor::None);
        let plain = json!({
            "state": proof.state.expose(), "nonce": proof.nonce.expose(),
            "verifier": proof.verifier.expose(), "session": session.map(|id| id.to_string()),
        });
        let plain = Secret::new(plain.to_string());
        let place = Context::new(ATTEMPT, scope.tenant(), attempt);
        let row = Attempt {
            id: attempt,
            system: id,
            user,
            state_hash: hash(proof.state.expose()),
            sealed: self.0.sealer.seal(&place, plain.expose().as_bytes())?,
            created_at: now,
            expires_at: now + LIFE,
        };
        let write = move |tx: &db::Tx<'_>| store::insert_attempt(tx, &row).map_err(Error::Store);
        self.0.db.write(scope, write).await?;
        Ok(url)
    }

    /// Takes a seller back from the CRM; features use it from now on. The first seller of Salesforce has the product's own
    /// environment provisioned.
    ///
    /// # Errors
    /// [`Error::Attempt`] when the sign-in is over, was used or is somebody else's; every refusal of the CRM by what can
    /// be done about it; [`Error::Policy`], [`Error::NotProvisioned`], [`Error::Store`].
    pub async fn finish_sign_in(&self, scope: &Scope, callback: Callback) -> Result<Connection> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let (system, remembered) = self.take(scope, user, &callback).await?;
        let outcome =
            Box::pin(self.accept(scope, (user, &system), &callback, &remembered.proof)).await;
        if let Err(error) = &outcome {
            self.note_refused(scope, &system, error).await?;
        }
        outcome
    }

    /// The same with what an edge has of it.
    ///
    /// # Errors
    /// As [`CrmConnections::finish_sign_in`].
    pub async fn return_from_sign_in(
        &self,
        scope: &Scope,
        back: BroughtBack,
    ) -> Result<Connection> {
        let BroughtBack { state, code, error, description, issuer } = back;
        self.finish_sign_in(scope, Callback { state, code, error, description, issuer }).await
    }

    /// Has features use a CRM that the seller is connected to, or an environment of the hub.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::SystemNotFound`], [`Error::Needed`] where they have to sign in
    /// first, [`Error::Store`].
    pub async fn choose(&self, scope: &Scope, id: Uuid) -> Result<()> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let system = self.offered(scope, id).await?;
        let (fresh, now): (Uuid, _) = (self.0.ids.fresh(), self.0.clock.now());
        let is_here = system.kind == SystemKind::Embedded;
        self.0
            .db
            .write(scope, move |tx| {
                if is_here {
                    let new = connected((fresh, user, id), Account::default(), now);
                    store::keep(tx, &new, None)?;
                } else if store::opened(tx, user, id)?.is_none() {
                    return Err(Error::Needed);
                } else {
                    store::choose(tx, user, Some(id))?;
                }
                let (subject, action) = (("crm_system", id), "crm_connection.choose");
                Audited { action, subject, before: None, after: None, at: now }.write(tx)
            })
            .await
    }

    /// Ends a seller's connection: its tokens are forgotten here.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Needed`] when there is none, [`Error::Store`].
    pub async fn disconnect(&self, scope: &Scope, id: Uuid) -> Result<()> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let now = self.0.clock.now();
        let gone = self
            .0
            .db
            .write(scope, move |tx| {
                let gone = store::opened(tx, user, id)?.ok_or(Error::Needed)?.connection.id;
                store::delete_connection(tx, user, id)?;
                let (subject, action) = (("crm_connection", gone), "crm_connection.disconnect");
                let before = Some(json!({ "system": id }));
                Audited { action, subject, before, after: None, at: now }.write(tx)?;
                Ok::<_, Error>(gone)
            })
            .await?;
        self.0.tokens.forget_connection(scope.tenant(), gone);
        Ok(())
    }

    /// A CRM that sellers may use.
    async fn offered(&self, scope: &Scope, id: Uuid) -> Result<CrmSystem> {
        let system = self.known_system(scope, id).await?;
        if system.enabled { Ok(system) } else { Err(Error::SystemNotFound) }
    }

    /// What the browser came back for; it is gone afterwards.
    async fn take(
        &self,
        scope: &Scope,
        user: UserId,
        callback: &Callback,
    ) -> Result<(CrmSystem, Remembered)> {
        if callback.state.len() > MAX_STATE {
            return Err(Error::Attempt);
        }
        let state = hash(&callback.state);
        let take = move |tx: &db::Tx<'_>| store::take_attempt(tx, &state).map_err(Error::Store);
        let row = self.0.db.write(scope, take).await?.ok_or(Error::Attempt)?;
        if row.user != user || row.expires_at <= self.0.clock.now() {
            return Err(Error::Attempt);
        }
        let place = Context::new(ATTEMPT, scope.tenant(), row.id);
        let plain = self.0.sealer.open(&place, &row.sealed)?;
        let remembered = Remembered::read(plain.expose()).ok_or(seal::Error::Damaged)?;
        let session = scope.credential().map(|id| id.to_string());
        if remembered.session.is_some() && remembered.session != session {
            return Err(Error::Attempt);
        }
        Ok((self.offered(scope, row.system).await?, remembered))
    }

    async fn accept(
        &self,
        scope: &Scope,
        (user, system): (UserId, &CrmSystem),
        callback: &Callback,
        proof: &Proof,
    ) -> Result<Connection> {
        self.check_policy(scope, system, None).await?;
        if let Some(refused) = refusal::brought(system.kind, callback) {
            return Err(refused);
        }
        let application = self.application(scope, system).await?;
        let back = self.sign_in_address()?;
        let asked = self.0.flows.redeem(&application, &back, callback, proof);
        let tokens = Box::pin(asked).await.map_err(|error| refusal::read(system.kind, error))?;
        let mut account = self.account(system, &tokens)?;
        if system.kind == SystemKind::Salesforce {
            self.provision(scope).await?;
            // Only now there is an environment of the product's own whose policies count.
            self.check_policy(scope, system, None).await?;
        }
        account.name = self.probe(system, &account, &tokens).await?;
        self.keep(scope, (user, system), account, &tokens).await
    }

    /// Who signed in, and where their data is.
    fn account(&self, system: &CrmSystem, tokens: &TokenSet) -> Result<Account> {
        if system.kind == SystemKind::Dataverse {
            return Ok(Account { instance: system.address.clone(), ..Account::default() });
        }
        let place = tokens.instance.as_deref().and_then(|text| Url::parse(text).ok());
        let place = place.ok_or(Error::InstanceForeign)?;
        if !is_instance(&self.0.networks, &place) {
            return Err(Error::InstanceForeign);
        }
        // https://login.salesforce.com/id/{organisation}/{user}
        let identity = tokens.identity.as_deref().unwrap_or_default();
        let mut parts = identity.rsplit('/').filter(|part| is_record_id(part)).map(str::to_owned);
        let (id, organisation) = (parts.next(), parts.next());
        Ok(Account { instance: Some(place), organisation, id, name: None })
    }

    /// A first call as the seller: whether they may use the interface at all, and how they are called there.
    async fn probe(
        &self,
        system: &CrmSystem,
        account: &Account,
        tokens: &TokenSet,
    ) -> Result<Option<String>> {
        let Some(instance) = account.instance.clone() else { return Ok(None) };
        // what another seller was told is not taken for an answer to this one
        let user = account.id.clone().unwrap_or_else(|| self.0.ids.fresh::<Uuid>().to_string());
        let session = Session { instance, user, token: tokens.access_token.clone() };
        let own = |error| match refusal::probed(system.kind, error) {
            Some(refused) => Err(refused),
            None => Ok(None),
        };
        if system.kind == SystemKind::Dataverse {
            let crm = (self.0.adapters.dataverse)(session);
            return match crm.permissions("account").await {
                Ok(_) => Ok(None),
                Err(error) => own(error),
            };
        }
        let record = crm::RecordRef::new("User", session.user.clone());
        let crm = (self.0.adapters.salesforce)(session);
        match crm.read(&record, &["Username".to_owned()]).await {
            Ok(found) => Ok(found.values.get("Username").and_then(|value| match value {
                crm::Value::Text(text) => Some(text.chars().take(MAX_ACCOUNT).collect()),
                _ => None,
            })),
            Err(error) => own(error),
        }
    }

    async fn keep(
        &self,
        scope: &Scope,
        (user, system): (UserId, &CrmSystem),
        account: Account,
        tokens: &TokenSet,
    ) -> Result<Connection> {
        let (id, now) = (system.id, self.0.clock.now());
        let read = move |tx: &db::Tx<'_>| store::opened(tx, user, id);
        let there = self.0.db.read(scope, read).await?;
        let connection = there.map_or_else(|| self.0.ids.fresh(), |there| there.connection.id);
        let new = connected((connection, user, id), account, now);
        let place = Context::new(TOKENS, scope.tenant(), connection);
        let sealed = self.0.sealer.seal(&place, tokens.to_text().expose().as_bytes())?;
        let row = new.clone();
        let write = move |tx: &db::Tx<'_>| {
            // A row that came or went meanwhile would not open with what was sealed for another.
            let there = store::opened(tx, user, id)?.map(|there| there.connection.id);
            if there.is_some_and(|there| there != connection) {
                return Err(Error::Changed);
            }
            store::system(tx, id)?.ok_or(Error::SystemNotFound)?;
            store::keep(tx, &row, Some(&sealed))?;
            let after = json!({
                "system": id, "instance": row.instance, "organisation": row.organisation,
                "account": row.account,
            });
            let (subject, after) = (("crm_connection", connection), Some(after));
            let action = "crm_connection.sign_in";
            Audited { action, subject, before: None, after, at: now }.write(tx)
        };
        self.0.db.write(scope, write).await?;
        self.0.tokens.forget_connection(scope.tenant(), connection);
        Ok(new)
    }

    /// What a CRM refused stands in the audit, where administrators look.
    async fn note_refused(&self, scope: &Scope, system: &CrmSystem, error: &Error) -> Result<()> {
        let (id, now) = (system.id, self.0.clock.now());
        let said = match error {
            Error::SignIn(error) => error.words().map(|words| words.error.clone()),
            _ => None,
        };
        let after = json!({
            "code": error.code().name(), "protocol_code": error.protocol_code(), "said": said,
        });
        let write = move |tx: &db::Tx<'_>| {
            let (subject, after) = (("crm_system", id), Some(after.clone()));
            let action = "crm_connection.refuse";
            Audited { action, subject, before: None, after, at: now }.write(tx)
        };
        self.0.db.write(scope, write).await
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
        Some(Self { proof, session: text("session") })
    }
}

fn connected(
    (id, user, system): (Uuid, UserId, Uuid),
    account: Account,
    now: jiff::Timestamp,
) -> Connection {
    Connection {
        id,
        user,
        system,
        chosen: true,
        state: State::Connected,
        reason: None,
        instance: account.instance,
        organisation: account.organisation,
        account: account.id,
        account_name: account.name,
        changes: 0,
        connected_at: Some(now),
        created_at: now,
        updated_at: now,
    }
}

/// 15 or 18 letters and digits, as Salesforce writes ids.
fn is_record_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// What a sign-in under way is found by.
fn hash(state: &str) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, state.as_bytes()).as_ref());
    out
}

/// How long a person may take at the CRM; our own choice.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Ours has 43 characters.
const MAX_STATE: usize = 200;
const MAX_ACCOUNT: usize = 200;
/// The sealed columns.
const ATTEMPT: &str = "crm_attempts.sealed";
pub(crate) const TOKENS: &str = "crm_connections.sealed";
