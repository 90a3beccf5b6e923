//! Whose fault a refusal is.
//!
//! An API that answers 401, or the status that a policy of its package names, refuses somebody. A connection is marked
//! broken, and asks for its repair, only when it is its own credentials that were refused:
//!
//! 1. Not when the token was one of the caller, had on their behalf: the next caller brings another one.
//! 2. Not when the answer says `insufficient_scope` (RFC 6750 §3.1): the token is good, the operation is not for it.
//! 3. A personal connection is broken by anything else: it serves one person, who can repair it.
//! 4. A shared one serves everybody, so one refused operation is not enough. Where the package names an operation to
//!    test connections with, that one is asked, and its answer counts. Without one, a connection that an API has taken
//!    within the last minutes is left alone, and any other is broken.

use std::{pin::Pin, sync::Arc};

use connector_engine::Response;
use kernel::{Scope, Secret};
use oauth::TokenSet;

use super::{Answer, Call, Live};
use crate::{
    Connectors, Result,
    connection::{Opened, State},
    connections::{REFUSED, test_call},
    definition::Compiled,
    sign_in::{SignInKind, sign_in_kind},
};

/// Whether an answer says that the token is good but not for this (RFC 6750 §3.1, RFC 9470 §3).
pub(super) fn is_of_scope(response: &Response) -> bool {
    if response.status != 401 {
        return false;
    }
    response.headers.value("WWW-Authenticate").is_some_and(|challenge| {
        let challenge = challenge.to_ascii_lowercase();
        challenge.contains("insufficient_scope")
            || challenge.contains("insufficient_user_authentication")
    })
}

/// Whether the token that a call went out with was the caller's own, in exchange for the one they signed in with here.
pub(crate) fn is_on_behalf(live: &Live, compiled: &Compiled, opened: &Opened) -> bool {
    let set = opened.connection.parameter_set.as_deref();
    opened.secrets.tokens.is_none()
        && matches!(
            sign_in_kind(live, compiled, set, &opened.all_values()),
            Ok(SignInKind::OnBehalfOf)
        )
}

impl Connectors {
    /// Marks a connection broken if the refusal was of its own credentials.
    pub(super) async fn judge_refusal(
        &self,
        scope: &Scope,
        call: &Call,
        (live, compiled, opened): (&Live, &Compiled, &Arc<Opened>),
        token: Option<&Secret<String>>,
    ) -> Result<()> {
        let connection = &opened.connection;
        if is_on_behalf(live, compiled, opened) {
            return Ok(());
        }
        if connection.shared {
            let test = test_call(compiled, connection);
            match test.filter(|test| test.operation != call.operation) {
                Some(test) => {
                    // It comes here too when it is refused, and is judged then.
                    if let Err(error) = self.boxed(scope, test).await {
                        tracing::debug!(
                            connection.id = %connection.id,
                            error = &error as &dyn std::error::Error,
                            "a shared connection could not be tested"
                        );
                    }
                    return Ok(());
                }
                None if self.cache.was_taken((scope.tenant(), connection.id.uuid())) => {
                    return Ok(());
                }
                None => {}
            }
        }
        for _ in 0..TRIES {
            // The row may be newer than what the call began with: a token was renewed on the way.
            let now = self.load_connection(scope, connection.id).await?;
            let held =
                now.secrets.tokens.as_ref().and_then(|text| TokenSet::from_text(text.expose()));
            let is_newer =
                held.is_some_and(|held| token.is_some_and(|it| *it != held.access_token));
            if is_newer || now.connection.state != State::Connected {
                return Ok(());
            }
            if self.mark_broken(scope, &now, REFUSED).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A call inside a call.
    fn boxed<'a>(
        &'a self,
        scope: &'a Scope,
        call: Call,
    ) -> Pin<Box<dyn Future<Output = Result<Answer>> + Send + 'a>> {
        Box::pin(self.invoke(scope, call))
    }
}

/// How often a row may change under the hands of who marks it.
const TRIES: u32 = 5;
