//! The token of a call: kept, refreshed, the application's own, or exchanged for the caller's.

mod refresh;

use kernel::{Coded as _, Scope, Secret};
use oauth::{TokenKey, TokenSet};

use self::refresh::Refresh;
use super::{SignInKind, settings::Way};
use crate::{
    Connectors, Error, Result,
    connection::{Opened, State},
    definition::Compiled,
    invoke::Live,
};

impl Connectors {
    /// The token to call with; none where the connector has no sign-in. `refused` is a token that the API has
    /// just answered 401 to: another one is fetched.
    ///
    /// # Errors
    /// [`Error::ConnectionBroken`] when only a person can help, by signing in; [`Error::SignIn`] when the provider
    /// cannot be reached or the connector is not set up right; [`Error::Store`], [`Error::Seal`].
    pub(crate) async fn access_token(
        &self,
        scope: &Scope,
        (live, compiled): (&Live, &Compiled),
        opened: &Opened,
        refused: Option<&Secret<String>>,
    ) -> Result<Option<Secret<String>>> {
        let Some(way) = Way::of_connection(live, compiled, opened)? else { return Ok(None) };
        let token = match (&opened.secrets.tokens, way.kind()) {
            // Somebody signed in, be it to a connection that need not have asked.
            (Some(text), kind) if kind != SignInKind::Application => {
                let tokens = TokenSet::from_text(text.expose()).ok_or(seal::Error::Damaged)?;
                Box::pin(self.signed_in(scope, way, (opened, tokens), refused)).await?
            }
            (_, SignInKind::Application) => {
                let key = key(scope, opened, APPLICATION);
                let asked = self.flows.client_credentials(&way.application);
                self.kept(opened, key, refused, asked).await?
            }
            (_, SignInKind::OnBehalfOf) => {
                Box::pin(self.on_behalf_of(scope, way, opened, refused)).await?
            }
            _ => return Err(broken(opened, SIGN_IN)),
        };
        Ok(Some(token))
    }

    /// A token that a person's sign-in granted, refreshed when it is about to end.
    async fn signed_in(
        &self,
        scope: &Scope,
        way: Way,
        (opened, tokens): (&Opened, TokenSet),
        refused: Option<&Secret<String>>,
    ) -> Result<Secret<String>> {
        if tokens.is_fresh(self.clock.now()) && refused != Some(&tokens.access_token) {
            return Ok(tokens.access_token.clone());
        }
        if tokens.refresh_token.is_none() && tokens.is_fresh(self.clock.now()) {
            // Refused before its time: whether that is the connection's fault is for the call to judge.
            return Err(broken(opened, ENDED));
        }
        if tokens.refresh_token.is_none() {
            self.mark_broken(scope, opened, ENDED).await?;
            return Err(broken(opened, ENDED));
        }
        let refresh = Refresh {
            db: self.db.clone(),
            clock: std::sync::Arc::clone(&self.clock),
            sealer: self.sealer.clone(),
            flows: self.flows.clone(),
            scope: scope.clone(),
            application: way.application,
            back: self.sign_in_address()?,
            connection: opened.connection.id,
            refused: refused.cloned(),
        };
        let tracker = self.refreshing.clone();
        // A rotated token that is not stored is a connection that is lost: asked to the end, whoever waits.
        let asked = async move {
            let task = tracker.spawn(refresh.run());
            task.await.unwrap_or(Err(oauth::Error::Busy { retry_after: None }))
        };
        self.kept(opened, key(scope, opened, REFRESH), refused, asked).await
    }

    /// A token for the connector's audience in exchange for the caller's own.
    async fn on_behalf_of(
        &self,
        scope: &Scope,
        way: Way,
        opened: &Opened,
        refused: Option<&Secret<String>>,
    ) -> Result<Secret<String>> {
        let audience = way.application.silent_audience().unwrap_or_default().to_owned();
        let key = TokenKey { user: scope.user(), ..key(scope, opened, &audience) };
        let client = way.application.client_id()?;
        let to = way.application.exchange_address()?;
        let asked = async {
            let assertion = match self.identity.assertion(scope, &client, &to).await {
                Ok(Some(assertion)) => assertion,
                // Who has no token of their own, such as somebody with a password here, signs in to the
                // connection.
                Ok(None) => return Err(oauth::Error::State),
                Err(identity::Error::Provider(error)) => return Err(error),
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the caller's own token could not be had"
                    );
                    return Err(oauth::Error::Busy { retry_after: None });
                }
            };
            self.flows.on_behalf_of(&way.application, &assertion).await
        };
        match self.kept(opened, key, refused, asked).await {
            Err(Error::SignIn(error)) if error.code().name() == "authorization.state" => {
                Err(broken(opened, SIGN_IN))
            }
            outcome => outcome,
        }
    }

    /// The token of `key`, from memory or asked for, with what went wrong as callers know it.
    async fn kept(
        &self,
        opened: &Opened,
        key: TokenKey,
        refused: Option<&Secret<String>>,
        asked: impl Future<Output = Result<TokenSet, oauth::Error>> + Send,
    ) -> Result<Secret<String>> {
        if let Some(refused) = refused {
            self.tokens.forget(&key, refused).await;
        }
        match self.tokens.take(key, asked).await {
            Ok(tokens) => Ok(tokens.access_token.clone()),
            Err(error) if error.needs_sign_in() => Err(broken(opened, error.code().name())),
            Err(error) => Err(error.into()),
        }
    }
}

fn key(scope: &Scope, opened: &Opened, audience: &str) -> TokenKey {
    TokenKey {
        tenant: scope.tenant(),
        user: None,
        connection: opened.connection.id.uuid(),
        audience: audience.to_owned(),
    }
}

fn broken(opened: &Opened, reason: &'static str) -> Error {
    let connection = opened.connection.id;
    if opened.connection.state == State::Revoked {
        return Error::ConnectionRevoked { connection };
    }
    Error::ConnectionBroken { connection, reason: reason.to_owned() }
}

/// The audience of tokens of the application itself; no address looks like it.
const APPLICATION: &str = "\u{1}application";
/// The audience of refreshed tokens.
const REFRESH: &str = "\u{1}refresh";
/// Somebody has to sign in.
const SIGN_IN: &str = "authorization.interaction";
/// The sign-in is over.
const ENDED: &str = "authorization.ended";
