//! What forms ask other operations for: things to choose, and schemas.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use connector_engine::dynamic::{self, Choice, Question};
use connector_forms::{Form, Found, Looked, Sketch, Typed, spot};
use jiff::tz::TimeZone;
use kernel::{ApiConnectorId, Coded as _, ConnectionId, Permission, Scope};
use serde_json::{Map, Value};

use crate::{Call, Compiled, Connectors, Error, Result, Via};

/// Where a form stands.
#[derive(Debug, Clone)]
pub struct FormPlace {
    /// The connector.
    pub connector: ApiConnectorId,
    /// The version; the current one unless given.
    pub version: Option<i64>,
    /// The operationId that the form is for.
    pub operation: String,
    /// What other operations are called with, as for [`Call`].
    pub connection: Option<ConnectionId>,
}

/// A question, and what its answer is read as.
struct Asked {
    question: Question,
    is_schema: bool,
    trail: Vec<String>,
}

impl Connectors {
    /// What a form has asked for: each look-up that [`Typed::asked`] names, outer ones first, so that a schema that was
    /// found may hold further ones. One that fails is told at its field and fails nothing else.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::VersionNotFound`], [`Error::OperationNotFound`],
    /// [`Error::Store`].
    pub async fn found(&self, scope: &Scope, place: &FormPlace, typed: &Typed) -> Result<Found> {
        scope.require(Permission::ActionUse)?;
        let compiled = match place.version {
            Some(number) => self.compiled_at(scope, place.connector, number).await?,
            None => self.compiled(scope, place.connector).await?,
        };
        if compiled.package().operation(&place.operation).is_none() {
            return Err(Error::OperationNotFound { operation: place.operation.clone() });
        }
        let begun = Instant::now();
        let mut found = Found::default();
        let asked: Vec<String> = typed.asked().map(str::to_owned).collect();
        for pointer in asked {
            let Some(asked) = question((&compiled, place), (typed, &found), &pointer) else {
                continue;
            };
            let looked = if !asked.question.missing.is_empty() {
                Looked::Missing(asked.question.missing)
            } else if begun.elapsed() > ALL {
                Looked::Failed("api_call.late".to_owned())
            } else {
                match Box::pin(self.look_up(scope, (place, compiled.number()), &asked.question))
                    .await
                {
                    Ok(answer) if asked.is_schema => asked
                        .question
                        .schema(&answer)
                        .map_or_else(nothing, |schema| Looked::schema(&schema)),
                    Ok(answer) => {
                        let choices = asked.question.choices(&answer);
                        Looked::Choices { choices, trail: asked.trail }
                    }
                    Err(code) => Looked::Failed(code),
                }
            };
            found.put(pointer, looked);
        }
        Ok(found)
    }

    /// Asks another operation; the same question of the same person is answered from memory for a moment, so that a
    /// form that is shown again asks nobody again.
    async fn look_up(
        &self,
        scope: &Scope,
        (place, version): (&FormPlace, i64),
        question: &Question,
    ) -> Result<Arc<Value>, String> {
        let inputs = Value::Object(question.inputs.clone()).to_string();
        let key = format!(
            "{} {} {} {version} {:?} {} {inputs}",
            scope.tenant(),
            scope.actor(),
            place.connector,
            place.connection,
            question.operation_id
        );
        if let Some(known) = self.cache.lookups.get(&key) {
            return Ok(known);
        }
        let call = Call {
            inputs: question.inputs.clone(),
            connection: place.connection,
            version: Some(version),
            via: Via::Page,
            deadline: Some(ONE),
            ..Call::new(place.connector, question.operation_id.clone())
        };
        let answer = Box::pin(self.invoke(scope, call)).await;
        let answer = answer.map_err(|error| error.code().name().to_owned())?;
        if !answer.is_success() {
            return Err("form.answered_failure".to_owned());
        }
        let is_small = answer.body.bytes().len() <= MAX_KEPT;
        let json = Arc::new(answer.json.ok_or_else(|| "form.answered_otherwise".to_owned())?);
        if is_small {
            self.cache.lookups.insert(&key, Arc::clone(&json));
        }
        Ok(json)
    }
}

fn nothing() -> Looked {
    Looked::Failed("form.schema_none".to_owned())
}

/// What the field of a pointer asks, as things stand.
fn question(
    (compiled, place): (&Compiled, &FormPlace),
    (typed, found): (&Typed, &Found),
    pointer: &str,
) -> Option<Asked> {
    let package = compiled.package();
    let operation = package.operation(&place.operation)?;
    let inputs =
        inputs(Sketch { package, operation: &operation, found, zone: &TimeZone::UTC }, typed);
    let form = dynamic::Form { package, operation: &operation, inputs: &inputs };
    let places = spot(&operation, found, pointer)?;
    for extensions in places {
        if let Some(question) = dynamic::schema(form, extensions) {
            return Some(Asked { question, is_schema: true, trail: Vec::new() });
        }
    }
    let trail = typed.trail(pointer);
    for extensions in places {
        let opened = trail.last().and_then(|level| level.get("element"));
        let question = match opened {
            Some(element) => dynamic::below(form, extensions, &chosen(element)),
            None => dynamic::choices(form, extensions),
        };
        if let Some(question) = question {
            let title = |level: &Value| level.get("title")?.as_str().map(str::to_owned);
            let trail = trail.iter().filter_map(title).collect();
            return Some(Asked { question, is_schema: false, trail });
        }
    }
    None
}

fn inputs(sketch: Sketch<'_>, typed: &Typed) -> Map<String, Value> {
    match typed.parsed() {
        Ok(Some(inputs)) => inputs,
        _ => Form::of(sketch, typed).inputs(typed, sketch.zone).inputs,
    }
}

/// An element of a tree that was opened.
fn chosen(element: &Value) -> Choice {
    Choice {
        value: Value::Null,
        title: String::new(),
        full_title: None,
        is_parent: Some(true),
        element: element.clone(),
    }
}

/// How long one look-up may take.
const ONE: Duration = Duration::from_secs(10);
/// After how long no further one is begun.
const ALL: Duration = Duration::from_secs(15);
/// Largest answer that is kept for the next showing, in bytes.
const MAX_KEPT: usize = 512 * 1024;
