//! One call of an operation: the same way for every caller.
//!
//! Policy, connection, request, guarded exchange, answer, log. The requests are made by `connector-engine`, a
//! machine that sends nothing; here it is driven over the guarded client, under one deadline.

mod answer;
mod choose;
mod exchange;
mod line;
mod refusal;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use connector_engine::{Options, Problem, Reason, Step};
use kernel::{
    ApiConnectorId, Coded as _, ConnectionId, EnvironmentId, FieldError, Permission, Scope,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Connectors, Error, Result, applications::Application, calls::Via, connection::Opened,
    policies::forbidden, policy::Subject,
};

use answer::answer;
pub use answer::{Answer, Body, Failed, PolicyStep, Rest, StepChange, Trace};
pub use exchange::Exchange;
use exchange::Road;
pub(crate) use line::Told;
use line::{Line, UnderWay};
pub(crate) use refusal::is_on_behalf;

/// What a call has to know of a connector's row.
#[derive(Debug)]
pub(crate) struct Live {
    /// The current version.
    pub(crate) number: i64,
    /// The address in its definition.
    pub(crate) address: String,
    pub(crate) name: String,
    pub(crate) environment: EnvironmentId,
    pub(crate) applications: Vec<Application>,
}

/// A call of an operation.
#[derive(Debug, Clone)]
pub struct Call {
    /// The connector.
    pub connector: ApiConnectorId,
    /// The operationId.
    pub operation: String,
    /// Values by parameter name; `body` is the body, a file is `{"filename", "content_type", "base64"}`.
    pub inputs: Map<String, Value>,
    /// What to call with. Unless given: the caller's own connection, else a shared one, else one that comes into
    /// being on behalf of the caller.
    pub connection: Option<ConnectionId>,
    /// The version of the connector; the current one unless given.
    pub version: Option<i64>,
    /// On which way it came.
    pub via: Via,
    /// For what it is made, such as an action.
    pub subject: Option<Uuid>,
    /// How long it may take; never more than the settings allow.
    pub deadline: Option<Duration>,
    /// How many pages of a list to fetch and join; 0 and 1 fetch the first alone.
    pub pages: usize,
    /// Where a webhook trigger shall send its events.
    pub callback_url: Option<String>,
    /// What the last poll of a trigger left.
    pub memory: Option<connector_engine::Memory>,
    /// Whether the exact requests are kept, secrets masked.
    pub trace: bool,
    /// How its requests are sent.
    pub manner: Manner,
}

/// How the requests of a call are sent, where the caller has a contract with the API beyond its definition.
#[derive(Debug, Clone, Default)]
pub struct Manner {
    /// Headers that every request carries, in the place of what the definition says of them.
    pub headers: Vec<(&'static str, String)>,
    /// Whether nothing is repeated after a pause that the API asks for.
    pub once: bool,
    /// Whether the body of an answer of success is passed on as it comes, where nothing has to look into it: it is then
    /// in [`Answer::rest`], and may be larger than what is held whole.
    pub stream: bool,
}

impl Call {
    /// A call without inputs, on the way of REST.
    pub fn new(connector: ApiConnectorId, operation: impl Into<String>) -> Self {
        Self {
            connector,
            operation: operation.into(),
            inputs: Map::new(),
            connection: None,
            version: None,
            via: Via::Rest,
            subject: None,
            deadline: None,
            pages: 1,
            callback_url: None,
            memory: None,
            trace: false,
            manner: Manner::default(),
        }
    }
}

impl Connectors {
    /// Calls an operation.
    ///
    /// # Errors
    /// Nothing usable came: [`Error::Denied`], [`Error::NotFound`], [`Error::OperationNotFound`],
    /// [`Error::Scripted`], [`Error::NotCallable`], [`Error::PolicyViolation`], [`Error::ConnectionNeeded`] and the
    /// other reasons of a connection, [`Error::Invalid`] with the inputs that are missing or do not fit,
    /// [`Error::Late`], [`Error::Outbound`], [`Error::SignIn`], [`Error::Busy`].
    pub async fn invoke(&self, scope: &Scope, call: Call) -> Result<Answer> {
        let mut told = Told::default();
        self.carry_out(scope, &call, &mut told).await
    }

    async fn carry_out(&self, scope: &Scope, call: &Call, told: &mut Told) -> Result<Answer> {
        scope.require(Permission::ActionUse)?;
        let begun = Instant::now();
        let at = self.clock.now();
        let _guard = UnderWay::enter(&self.counts.under_way, self.settings.calls_at_once)?;
        told.trace = call.trace.then(Trace::default);
        let mut line = Line { hub: self, scope, call, begun, at, told, is_written: false };
        let limit = call.deadline.unwrap_or(self.settings.call_timeout());
        let limit = limit.min(self.settings.call_timeout());
        // Everything is under the deadline: finding the connection, its token, every exchange.
        let went = Box::pin(self.go(scope, call, ((begun, limit), &mut *line.told)));
        let outcome = match tokio::time::timeout(limit, went).await {
            Ok(outcome) => outcome,
            Err(_late) => Err(exchange::late(limit)),
        };
        let duration = begun.elapsed();
        if let Some(trace) = line.told.trace.as_mut().filter(|_| outcome.is_err())
            && let Some(cut) = trace.exchanges.last_mut().filter(|it| it.duration.is_zero())
        {
            cut.duration = duration;
        }
        self.count(&outcome, duration);
        let status = outcome.as_ref().ok().map(|answer| answer.status).or(line.told.status);
        line.write(
            match &outcome {
                Ok(answer) if answer.status < 400 => "done",
                Ok(_) => "api_call.answered_failure",
                Err(error) => error.code().name(),
            },
            (status, duration),
        );
        drop(line);
        let mut answer = outcome?;
        answer.duration = duration;
        if let Some(trace) = told.trace.take() {
            answer.exchanges = trace.exchanges;
            answer.steps = trace.steps;
        }
        Ok(answer)
    }

    /// As [`Connectors::invoke`], for makers who try an operation that no action offers.
    ///
    /// # Errors
    /// As [`Connectors::invoke`].
    pub async fn try_operation(&self, scope: &Scope, call: Call) -> Result<Answer> {
        scope.require(Permission::ConnectorManage)?;
        Box::pin(self.invoke(scope, call)).await
    }

    /// As [`Connectors::try_operation`], with what was sent also where nothing usable came.
    ///
    /// # Errors
    /// As [`Connectors::invoke`], each with the trace.
    pub async fn try_traced(&self, scope: &Scope, call: Call) -> Result<Answer, Box<Failed>> {
        let mut told = Told::default();
        let went = async {
            scope.require(Permission::ConnectorManage)?;
            self.carry_out(scope, &Call { trace: true, ..call }, &mut told).await
        };
        let outcome = Box::pin(went).await;
        outcome.map_err(|error| {
            Box::new(Failed { error, trace: told.trace.take().unwrap_or_default() })
        })
    }

    async fn go(
        &self,
        scope: &Scope,
        call: &Call,
        ((begun, limit), told): ((Instant, Duration), &mut Told),
    ) -> Result<Answer> {
        let id = call.connector;
        let live = self.live(scope, id).await?;
        told.environment = Some(live.environment);
        told.version = call.version.unwrap_or(live.number);
        let policies = self.policies(scope).await?;
        let subject = Subject { connector: id, address: &live.address };
        if let Some(violation) = policies.judge(live.environment, subject, Some(&call.operation)) {
            told.refused = Some((violation.policy, violation.ground));
            return Err(forbidden(scope, &violation));
        }
        let compiled = self.compiled_version(scope, id, told.version).await?;
        let place = if call.manner.stream {
            Some(Arc::clone(&self.streams).try_acquire_owned().map_err(|_full| Error::Busy)?)
        } else {
            None
        };
        let opened = self.choose(scope, call, (&live, &compiled)).await?;
        told.connection = opened.as_ref().map(|opened| opened.connection.id);
        let token = match &opened {
            Some(opened) => self.access_token(scope, (&live, &compiled), opened, None).await?,
            None => None,
        };
        let connection = engine_connection(opened.as_deref(), token.as_ref());
        let options = Options {
            callback_url: call.callback_url.clone(),
            pages: call.pages,
            memory: call.memory.clone(),
            trace: call.trace,
            ..Options::default()
        };
        let package = compiled.package();
        let mut machine = connector_engine::Call::new(
            package,
            &call.operation,
            &connection,
            &call.inputs,
            options,
        )
        .map_err(|problem| refused(&problem))?;
        let mut road = Road {
            policies: (!policies.is_free(live.environment)).then_some(&*policies),
            environment: live.environment,
            connector: id,
            scope,
            begun,
            limit,
            once: call.manner.once,
            stream: false,
            rest: None,
        };
        let mut token = token;
        let mut refused_scope = false;
        let outcome = loop {
            match machine.step() {
                Step::Send(mut request) => {
                    for (name, value) in &call.manner.headers {
                        request.headers.set(name, value, connector_engine::Source::Operation);
                    }
                    road.stream = place.is_some() && machine.passes_on();
                    told.note_steps(package, &machine);
                    let response = self.send(&mut road, &request, (&machine, told)).await?;
                    refused_scope = refusal::is_of_scope(&response);
                    machine.answer(response).map_err(|problem| refused(&problem))?;
                }
                Step::Renew => {
                    let renewed = match (&opened, &token) {
                        // Another token would have the same rights.
                        (Some(opened), Some(old)) if !refused_scope => {
                            self.access_token(scope, (&live, &compiled), opened, Some(old)).await
                        }
                        _ => Ok(None),
                    };
                    match renewed {
                        Ok(Some(fresh)) => {
                            machine
                                .renewed(fresh.expose().clone())
                                .map_err(|problem| refused(&problem))?;
                            token = Some(fresh);
                        }
                        Ok(None) | Err(_) => machine.decline(),
                    }
                }
                Step::Done(outcome) => break outcome,
            }
        };
        if let Some(opened) = &opened {
            if outcome.sign_in_needed && !refused_scope {
                let used = (&*live, &*compiled, opened);
                self.judge_refusal(scope, call, used, token.as_ref()).await?;
            } else if opened.connection.shared && outcome.is_success() {
                self.cache.note_taken((scope.tenant(), opened.connection.id.uuid()));
            }
        }
        told.note_steps(package, &machine);
        let rest = road.rest.zip(place).map(|(rest, place)| Rest { rest, _place: place });
        Ok(Answer { rest, ..answer(*outcome, told) })
    }

    fn count(&self, outcome: &Result<Answer>, duration: Duration) {
        let add = |count: &AtomicU64, by: u64| count.fetch_add(by, Ordering::Relaxed);
        let counts = &self.counts;
        add(&counts.microseconds, u64::try_from(duration.as_micros()).unwrap_or(u64::MAX));
        match outcome {
            Ok(_) => add(&counts.calls, 1),
            Err(Error::PolicyViolation { .. }) => add(&counts.refused, 1),
            Err(error) => {
                if matches!(error, Error::Late { .. } | Error::Outbound(egress::Error::Timeout)) {
                    add(&counts.late, 1);
                }
                add(&counts.failed, 1)
            }
        };
    }
}

pub(crate) fn engine_connection(
    opened: Option<&Opened>,
    token: Option<&kernel::Secret<String>>,
) -> connector_engine::Connection {
    let Some(opened) = opened else { return connector_engine::Connection::default() };
    let mut parameters = opened.connection.parameters.clone();
    for (name, value) in &opened.secrets.values {
        parameters.insert(name.clone(), Value::String(value.expose().clone()));
    }
    connector_engine::Connection {
        set: opened.connection.parameter_set.clone(),
        parameters,
        access_token: token.map(|token| token.expose().clone()),
        variables: Map::new(),
    }
}

/// Why no request is made, as callers may act on it.
pub(crate) fn refused(problem: &Problem) -> Error {
    let field = || {
        let pointer = problem.pointer.clone();
        vec![FieldError::new(pointer, problem.reason.code(), problem.subject.clone())]
    };
    match problem.reason {
        Reason::OperationUnknown => Error::OperationNotFound { operation: problem.subject.clone() },
        Reason::OperationScripted => Error::Scripted { operation: problem.subject.clone() },
        Reason::InputMissing
        | Reason::InputKind
        | Reason::InputCharacters
        | Reason::InputPath
        | Reason::InputTooLarge => Error::Invalid { fields: field() },
        Reason::LookupFailed => Error::Lookup { fields: field() },
        _ => Error::NotCallable { operation: problem.subject.clone(), fields: field() },
    }
}
