//! Calling the target, and doing what its answer says.

use db::Tx;
use egress::{Request, Response};
use identity::TokenClaims;
use jiff::Timestamp;
use kernel::Scope;
use serde_json::Value as Json;
use workspace::{CardUpdate, NewCard};

use crate::{
    CardActions, Cause, Error, Failure, Outcome, Result, Run, Sent, Told, View,
    answer::{self, Failed, Wish},
    begin::Begun,
    headers,
    request::{self, Draft},
    run::{clean, excerpt},
    store::{self, views},
};

impl CardActions {
    /// Calls the target and keeps what came of it.
    pub(crate) async fn call(&self, scope: &Scope, begun: Begun) -> Result<Run> {
        let Begun { mut run, draft, domains, max_card_bytes, turn } = begun;
        let wish = match self.send(scope, &mut run, &draft, &domains).await {
            Ok(response) => {
                run.http_status = Some(response.status.as_u16());
                run.answer = Some(told(&response));
                let wish = answer::read(run.kind, &response, max_card_bytes);
                if run.cause.is_own() { wish.and_then(answer::own) } else { wish }
            }
            Err((failure, error)) => {
                run.answer = Some(Told { error, ..Told::default() });
                Err((failure, None))
            }
        };
        let settled = self.settle(scope, run, wish).await;
        drop(turn);
        settled
    }

    async fn send(
        &self,
        scope: &Scope,
        run: &mut Run,
        draft: &Draft,
        domains: &[String],
    ) -> Result<Response, (Failure, Option<String>)> {
        let bytes = u64::try_from(draft.body.len()).unwrap_or(u64::MAX);
        run.request = Sent {
            url: clean(&draft.target, LONGEST_URL),
            headers: headers::kept(&draft.headers),
            body: excerpt(&draft.body),
            bytes,
        };
        let Some(url) = request::target(&draft.target, domains, &self.networks) else {
            return Err((Failure::Target, None));
        };
        run.request.url = clean(url.as_str(), LONGEST_URL);
        let claims = TokenClaims { audience: Draft::audience(&url), id: run.id.uuid() };
        let token = self.identity.sign_token(scope, &claims).await.map_err(|error| {
            let error: &dyn std::error::Error = &error;
            tracing::error!(error, "card_action.token_failed");
            (Failure::Lost, None)
        })?;
        let fields = draft.fields(run.id, token.expose()).ok_or((Failure::Target, None))?;
        run.request.headers = headers::kept(&fields);
        let wanted = Request {
            method: http::Method::POST,
            headers: fields,
            body: draft.body.clone(),
            follow: false,
            max_bytes: Some(self.settings.max_answer_bytes),
            timeout: Some(match run.cause {
                Cause::Shown => self.settings.refresh_timeout(),
                Cause::Press | Cause::Refresh => self.settings.timeout(),
            }),
            ..Request::get(url)
        };
        self.client.fetch(wanted).await.map_err(|error| {
            let failure = match &error {
                egress::Error::Timeout => Failure::Timeout,
                egress::Error::TooLarge { .. } => Failure::TooLarge,
                egress::Error::Refused { .. } | egress::Error::Network { .. } => Failure::Target,
                _ => Failure::Unreachable,
            };
            (failure, Some(clean(&chain(&error), 500)))
        })
    }

    /// Keeps the run, and changes the card if all went well, in one transaction.
    async fn settle(&self, scope: &Scope, mut run: Run, wish: Result<Wish, Failed>) -> Result<Run> {
        let at = self.clock.now();
        run.finished_at = Some(at);
        let wish = match wish {
            Ok(wish) => {
                run.outcome = Outcome::Done;
                run.said.clone_from(&wish.said);
                Some(wish)
            }
            Err((failure, said)) => {
                run.outcome = Outcome::Failed(failure);
                run.said = said;
                None
            }
        };
        let event = self.ids.fresh();
        if run.cause.is_own() {
            let card = wish.and_then(|wish| wish.own);
            return self.settle_own(scope, run, card.map(|card| (card, at))).await;
        }
        let update = wish.map(|wish| CardUpdate {
            message: run.message,
            by: run.user,
            at,
            status: wish.said,
            card: wish.card.map(|(content_type, body)| NewCard { event, content_type, body }),
        });
        let finished = self
            .db
            .write(scope, move |tx: &Tx<'_>| {
                let mut run = run.clone();
                if let Some(update) = &update {
                    match workspace::update_card(tx, update)? {
                        Some(version) if update.card.is_some() => run.version = Some(version),
                        Some(_) => {}
                        None => run.outcome = Outcome::Failed(Failure::Gone),
                    }
                }
                store::finish(tx, &run)?;
                Ok::<_, Error>(run)
            })
            .await?;
        tell(&finished);
        Ok(finished)
    }

    /// Keeps the run and the card that it made for its person, in one transaction.
    async fn settle_own(
        &self,
        scope: &Scope,
        run: Run,
        card: Option<(Json, Timestamp)>,
    ) -> Result<Run> {
        let view =
            card.map(|(card, made_at)| View { id: run.id, version: run.seen, card, made_at });
        let write = move |tx: &Tx<'_>| {
            if let Some(view) = &view {
                views::put(tx, (run.message, run.user), view)?;
            }
            store::finish(tx, &run)?;
            Ok::<_, Error>(run.clone())
        };
        let finished = self.db.write(scope, write).await?;
        tell(&finished);
        Ok(finished)
    }
}

fn tell(run: &Run) {
    tracing::info!(
        run.id = %run.id,
        run.kind = run.kind.as_str(),
        run.cause = run.cause.as_str(),
        outcome = run.outcome.as_str(),
        code = run.outcome.failure().map(|failure| failure.code().name()),
        status = run.http_status,
        duration_ms = run.duration_ms(),
        "card_action.ran"
    );
}

fn told(response: &Response) -> Told {
    Told {
        headers: headers::kept(&response.headers),
        body: excerpt(&response.body),
        bytes: u64::try_from(response.body.len()).unwrap_or(u64::MAX),
        error: None,
    }
}

/// The error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Characters of an address that are kept: our own choice.
const LONGEST_URL: usize = 2_048;
