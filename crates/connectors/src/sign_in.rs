//! Signing in to a connection: a browser goes to the provider and comes back, and calls get their token.
//!
//! Who began a sign-in finishes it, in the same session where it was begun in one; what the browser brings back
//! counts once and for ten minutes. Tokens are sealed with the connection's other secrets.

mod settings;
mod token;

use aws_lc_rs::digest;
use jiff::SignedDuration;
use kernel::{ConnectionId, Factor, Permission, Scope, Secret, UserId};
use oauth::{Callback, Grant, Proof, TokenSet, Wishes};
use seal::Context;
use serde_json::{Value, json};
use url::Url;

use self::settings::Way;
use crate::{
    Connectors, Error, Result,
    connection::{Connection, Opened, State},
    connections::Granted,
    definition::Compiled,
    invoke::Live,
    store::connections::{AttemptRow, insert_attempt, take_attempt},
};

/// How a connection comes by its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInKind {
    /// It needs none.
    None,
    /// A person signs in at the provider.
    Person,
    /// The application itself.
    Application,
    /// The caller's own token is exchanged, without a dialog.
    OnBehalfOf,
}

/// What is remembered of a sign-in until the browser comes back.
struct Remembered {
    proof: Proof,
    /// The session that began it; none when a token of the person did.
    session: Option<String>,
}

/// How a connection with these values would come by its token.
///
/// # Errors
/// [`Error::SignIn`] where the connector's sign-in is not set up, such as a placeholder that its publisher left.
pub(crate) fn sign_in_kind(
    live: &Live,
    compiled: &Compiled,
    set: Option<&str>,
    values: &[(String, Secret<String>)],
) -> Result<SignInKind> {
    let Some(way) = Way::of(live, compiled, set, values)? else {
        return Ok(SignInKind::None);
    };
    way.application.check()?;
    Ok(way.kind())
}

impl Connectors {
    /// Sends a person to the provider of a connection, for the first time or again; the address for the browser.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::ConnectionNotFound`], [`Error::PolicyViolation`],
    /// [`Error::SignIn`] where the sign-in is not set up, [`Error::Store`].
    pub async fn begin_sign_in(&self, scope: &Scope, id: ConnectionId) -> Result<Url> {
        scope.require(Permission::ConnectionUse)?;
        let (user, opened) = self.for_sign_in(scope, id).await?;
        let way = self.way(scope, &opened).await?;
        if way.application.grant() != Grant::AuthorizationCode {
            let reason = "nobody signs in: the application itself is let in";
            return Err(oauth::Error::Settings { reason }.into());
        }
        let proof = self.flows.draw();
        let back = self.sign_in_address()?;
        let url = self.flows.begin(&way.application, &back, Wishes::default(), &proof)?;
        let now = self.clock.now();
        let session = scope.credential().filter(|_| scope.factor() != Factor::None);
        let plain = json!({
            "state": proof.state.expose(), "nonce": proof.nonce.expose(),
            "verifier": proof.verifier.expose(), "session": session.map(|id| id.to_string()),
        });
        let plain = Secret::new(plain.to_string());
        let attempt: kernel::ConnectionAttemptId = self.ids.fresh();
        let place = Context::new(COLUMN, scope.tenant(), attempt.uuid());
        let row = AttemptRow {
            id: attempt,
            connection: id,
            user,
            state_hash: hash(proof.state.expose()),
            sealed: self.sealer.seal(&place, plain.expose().as_bytes())?,
            created_at: now,
            expires_at: now + LIFE,
        };
        self.db.write(scope, move |tx| insert_attempt(tx, &row).map_err(Error::Store)).await?;
        Ok(url)
    }

    /// Takes a person back from the provider; the connection can be used from now on.
    ///
    /// # Errors
    /// [`Error::Attempt`] when the sign-in is over, was used or is somebody else's, [`Error::SignIn`] when the
    /// provider refused, [`Error::PolicyViolation`], [`Error::Changed`], [`Error::Store`].
    pub async fn finish_sign_in(&self, scope: &Scope, callback: Callback) -> Result<Connection> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        if callback.state.len() > MAX_STATE {
            return Err(Error::Attempt);
        }
        let state = hash(&callback.state);
        let taken = self.db.write(scope, move |tx| take_attempt(tx, &state).map_err(Error::Store));
        let row = taken.await?.ok_or(Error::Attempt)?;
        if row.user != user || row.expires_at <= self.clock.now() {
            return Err(Error::Attempt);
        }
        let place = Context::new(COLUMN, scope.tenant(), row.id.uuid());
        let plain = self.sealer.open(&place, &row.sealed)?;
        let remembered = Remembered::read(plain.expose()).ok_or(seal::Error::Damaged)?;
        let session = scope.credential().map(|id| id.to_string());
        if remembered.session.is_some() && remembered.session != session {
            return Err(Error::Attempt);
        }
        let (_, opened) = self.for_sign_in(scope, row.connection).await?;
        let way = self.way(scope, &opened).await?;
        let back = self.sign_in_address()?;
        let asked = self.flows.redeem(&way.application, &back, &callback, &remembered.proof);
        let tokens = Box::pin(asked).await?;
        self.tokens.forget_connection(scope.tenant(), row.connection.uuid());
        self.keep_sign_in(scope, row.connection, &tokens).await
    }

    /// Stores what a sign-in granted, whatever else happens to the row meanwhile: a rename, a call that marks it
    /// broken, a refresh of the tokens that are on their way out. Only who revokes it is faster for good.
    async fn keep_sign_in(
        &self,
        scope: &Scope,
        id: ConnectionId,
        tokens: &TokenSet,
    ) -> Result<Connection> {
        let text = tokens.to_text();
        for _ in 0..TRIES {
            let opened = self.load_connection(scope, id).await?;
            may_sign_in(scope, &opened.connection)?;
            let granted = Granted {
                text: Some(&text),
                expires_at: ends_at(tokens),
                state: State::Connected,
                reason: None,
            };
            match self.save_tokens(scope, &opened, granted).await {
                Err(Error::Changed) => {}
                outcome => return outcome,
            }
        }
        Err(Error::Changed)
    }

    /// A connection that the caller may sign in to: it is theirs, or shared and they look after connectors.
    async fn for_sign_in(
        &self,
        scope: &Scope,
        id: ConnectionId,
    ) -> Result<(UserId, std::sync::Arc<Opened>)> {
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let opened = self.own_connection(scope, id).await?;
        may_sign_in(scope, &opened.connection)?;
        Ok((user, opened))
    }

    async fn way(&self, scope: &Scope, opened: &Opened) -> Result<Way> {
        let connection = &opened.connection;
        let live = self.live(scope, connection.connector).await?;
        self.check_connection(scope, connection.connector, Some(connection.id)).await?;
        let compiled = self.compiled_version(scope, connection.connector, live.number).await?;
        Way::of_connection(&live, &compiled, opened)?
            .ok_or_else(|| oauth::Error::Missing { setting: "oAuthSettings" }.into())
    }

    /// Where providers send browsers back to; makers register it with their applications.
    ///
    /// # Errors
    /// [`Error::SignIn`] when the hub's own address is none.
    pub fn sign_in_address(&self) -> Result<Url> {
        let reason = "the hub's own address is no web address";
        self.public_url
            .join("connections/sign-in")
            .map_err(|_source| oauth::Error::Settings { reason }.into())
    }
}

/// Whether the caller may sign in to a connection that they may change.
fn may_sign_in(scope: &Scope, connection: &Connection) -> Result<()> {
    let id = connection.id;
    // What others own speaks for them, and not for the one who looks after the connector.
    if !connection.shared && (connection.owner.is_none() || connection.owner != scope.user()) {
        return Err(Error::ConnectionNotFound { connection: id });
    }
    if connection.state == State::Revoked {
        return Err(Error::ConnectionRevoked { connection: id });
    }
    Ok(())
}

impl Remembered {
    fn read(plain: &[u8]) -> Option<Self> {
        let json: Value = serde_json::from_slice(plain).ok()?;
        let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        let secret = |name: &str| text(name).map(Secret::new);
        let proof = Proof {
            state: secret("state")?,
            nonce: secret("nonce")?,
            verifier: secret("verifier")?,
        };
        Some(Self { proof, session: text("session") })
    }
}

/// When a person has to sign in again, where that can be told.
fn ends_at(tokens: &TokenSet) -> Option<jiff::Timestamp> {
    if tokens.refresh_token.is_some() { tokens.refresh_expires_at } else { tokens.expires_at }
}

/// What a sign-in under way is found by.
pub(crate) fn hash(state: &str) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, state.as_bytes()).as_ref());
    out
}

/// How long a person may take at the provider; our own choice.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// How often a row may change under the hands of who stores a sign-in.
const TRIES: u32 = 20;
/// Ours has 43 characters.
const MAX_STATE: usize = 200;
/// The sealed column.
const COLUMN: &str = "api_connection_attempts.sealed";
