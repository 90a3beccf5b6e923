//! Unbound actions whose rules are those of a room that this edge does not know.

use std::{fmt, future::Future, pin::Pin};

use kernel::{EnvironmentId, Kind, Scope};
use serde_json::{Map, Value};

use crate::{
    call::Call,
    fault::{self, Fault},
    functions::complex,
    reply::Reply,
};

/// Actions that a room brings along; the hub hands them over ([`crate::Dataverse::plug`]).
pub trait Actions: fmt::Debug + Send + Sync {
    /// Whether an action of this name is among them.
    fn knows(&self, name: &str) -> bool;

    /// Does it. What is answered becomes the members of a complex type `{name}Response`; [`Value::Null`] answers `204`.
    fn call<'a>(&'a self, asked: Asked<'a>) -> Answering<'a>;
}

/// An answer that is being made.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Value, Refusal>> + Send + 'a>>;

/// An action that a client calls.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Who calls it.
    pub scope: &'a Scope,
    /// Where.
    pub environment: EnvironmentId,
    /// Its name, without the namespace.
    pub name: &'a str,
    /// Its parameters, by name.
    pub parameters: Map<String, Value>,
}

/// Why an action is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of failure it is; it decides the status.
    pub kind: Kind,
    /// The code that clients of the platform know: `0x80040203`.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

/// Answers an action that a room brought; none when there is none of this name.
pub(crate) async fn answer(call: &Call<'_>, name: &str) -> Option<Result<Reply, Fault>> {
    let actions = call.inner.actions.get().filter(|actions| actions.knows(name))?;
    let parameters = if call.body.is_empty() { Ok(Map::new()) } else { call.object() };
    let parameters = match parameters {
        Ok(parameters) => parameters,
        Err(fault) => return Some(Err(fault)),
    };
    let (scope, environment) = (call.session.scope(), call.session.environment().id);
    let asked = Asked { scope, environment, name, parameters };
    Some(match actions.call(asked).await {
        Ok(Value::Null) => Ok(Reply::done()),
        Ok(body) => Ok(complex(call, &format!("{name}Response"), body)),
        Err(Refusal { kind: Kind::Internal, message, .. }) => Err(Fault::internal(message)),
        Err(refusal) => {
            let status = fault::status(refusal.kind);
            Err(Fault::new(status, refusal.code, refusal.message))
        }
    })
}

impl Refusal {
    /// 400, `0x80040203`: a parameter is not as it should be.
    pub fn argument(message: impl Into<String>) -> Self {
        Self { kind: Kind::Invalid, code: "0x80040203", message: message.into() }
    }
}
