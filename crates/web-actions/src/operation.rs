//! What a maker sets for one operation: its texts, and what is sent for its inputs.

use std::collections::BTreeMap;

use actions::{Action, ActionPatch, Operation, Override, Selected};
use askama::Template;
use axum::{extract::State as Rooms, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use kernel::{ActionId, FieldError, Kind, Permission};
use openapi::{Location, Package};
use serde::Deserialize;
use serde_json::Value;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{filled, mistakes},
};

use crate::{Waits, at, edit::selected, life::done, shapes::written, show};

/// The page.
#[derive(Debug, Template)]
#[template(path = "operation.html")]
pub(crate) struct Page {
    frame: Frame,
    action: String,
    cancel: String,
    line: String,
    fields: Vec<Field>,
    inputs: Vec<Input>,
}

/// What is set for an input.
#[derive(Debug, Clone)]
struct Input {
    name: String,
    title: String,
    what: String,
    kind: String,
    mandatory: bool,
    internal: bool,
    way: &'static str,
    value: String,
    description: String,
    required: bool,
    error: Option<String>,
}

/// Where an operation is.
#[derive(Debug, Deserialize)]
pub(crate) struct Place {
    action: ActionId,
    tool: String,
}

/// What was typed: the fields of the operation, then four for each input with its place as an ending.
type Typed = Vec<(String, String)>;

fn typed<'t>(typed: &'t Typed, name: &str) -> &'t str {
    typed.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(place): Path<Place>,
) -> Result<Response, Problem> {
    let (action, operation) = found(&app, &visit, &place).await?;
    let given = as_typed(&operation);
    Ok(answer::page(&Page::read(&app, &visit, (&action, &operation), (&given, &[])).await?))
}

/// The operation of an address, for makers.
async fn found(app: &App, visit: &Visit, place: &Place) -> Result<(Action, Operation), Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let action = app.published.action(&visit.scope, place.action).await?;
    let all = app.published.sketched(&visit.scope, &action).await?;
    let operation = all.into_iter().find(|it| it.tool == place.tool);
    let missing = || actions::Error::OperationNotFound { operation: place.tool.clone() };
    Ok((action, operation.ok_or_else(missing)?))
}

/// What is kept, as a form would send it.
fn as_typed(operation: &Operation) -> Typed {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut all = vec![
        ("title".to_owned(), text(&operation.title)),
        ("description".to_owned(), text(&operation.description)),
        ("instructions".to_owned(), text(&operation.instructions)),
    ];
    for (name, set) in &operation.overrides {
        let (way, value) = match (&set.fixed, &set.default) {
            (Some(value), _) => ("fixed", written(value)),
            (None, Some(value)) => ("default", written(value)),
            (None, None) => ("caller", String::new()),
        };
        all.push((format!("way:{name}"), way.to_owned()));
        all.push((format!("value:{name}"), value));
        all.push((format!("what:{name}"), text(&set.description)));
        if set.required {
            all.push((format!("must:{name}"), "on".to_owned()));
        }
    }
    all
}

impl Page {
    async fn read(
        app: &App,
        visit: &Visit,
        (action, operation): (&Action, &Operation),
        (given, errors): (&Typed, &[FieldError]),
    ) -> Result<Self, Problem> {
        let compiled = app.api_connectors.compiled(&visit.scope, action.connector).await?;
        let waits = Waits::of(app, visit).await;
        let described = described(compiled.package(), &operation.id);
        let frame = (visit.frame.clone(), waits);
        Ok(Self::new(frame, (action, operation), described, (given, errors)))
    }

    fn new(
        (frame, waits): (Frame, Waits),
        (action, operation): (&Action, &Operation),
        (line, described): (String, Vec<Described>),
        (given, errors): (&Typed, &[FieldError]),
    ) -> Self {
        let say = |key: &str| frame.say(&format!("web-actions.{key}"));
        let fields = [
            Field::text("title", say("operation-title")).hint(say("operation-title-hint")).max(200),
            Field::area("description", say("operation-description")),
            Field::area("instructions", say("operation-instructions"))
                .hint(say("instructions-hint")),
        ];
        let names = ["title", "description", "instructions"];
        let fields = fields.into_iter().zip(names).map(|(field, name)| {
            let mine = errors.iter().find(|error| error.pointer.ends_with(&format!("/{name}")));
            let field = field.value(typed(given, name));
            match mine {
                Some(error) => field.error(frame.t.rule(error.code, error.limit)),
                None => field,
            }
        });
        let fields = fields.collect();
        let inputs = described.into_iter().map(|it| Input::of(&frame, it, given, errors));
        let inputs = inputs.collect();
        let back = format!("/actions/{}", action.id);
        let name = show::title(operation);
        Self {
            fields,
            inputs,
            line,
            action: format!("{back}/operations/{}", operation.tool),
            cancel: back.clone(),
            frame: at(frame, waits, "", name).back_to(back),
        }
    }
}

/// An input as the connector describes it.
#[derive(Debug, Clone)]
struct Described {
    name: String,
    title: String,
    what: String,
    kind: &'static str,
    required: bool,
    internal: bool,
}

fn described(package: &Package<'_>, id: &str) -> (String, Vec<Described>) {
    let Some(operation) = package.operation(id) else { return (String::new(), Vec::new()) };
    let inputs = operation.parameters.iter().map(|parameter| {
        let name = if parameter.location == Location::Body { "body" } else { parameter.name };
        let kind = match parameter.schema.kind() {
            _ if parameter.location == Location::Body => "object",
            Some("string") => "text",
            Some("integer") => "integer",
            Some("number") => "number",
            Some("boolean") => "boolean",
            Some("array") => "list",
            Some("object") => "object",
            _ => "anything",
        };
        let own = parameter.extensions();
        Described {
            name: name.to_owned(),
            title: own.summary().unwrap_or_default().to_owned(),
            what: parameter.description().unwrap_or_default().to_owned(),
            kind,
            required: parameter.required,
            internal: own.is_internal(),
        }
    });
    (format!("{} {}", operation.method.word(), operation.path), inputs.collect())
}

impl Input {
    fn of(frame: &Frame, of: Described, given: &Typed, errors: &[FieldError]) -> Self {
        let field = |part: &str| typed(given, &format!("{part}:{}", of.name));
        let way = match field("way") {
            "fixed" => "fixed",
            "default" => "default",
            _ => "caller",
        };
        let end = format!("/overrides/{}", of.name.replace('~', "~0").replace('/', "~1"));
        let mine = errors.iter().find(|error| error.pointer.ends_with(&end));
        Self {
            way,
            value: field("value").to_owned(),
            description: field("what").to_owned(),
            required: field("must") == "on",
            error: mine.map(|error| frame.t.rule(error.code, error.limit)),
            kind: frame.say(&format!("web-actions.kind-{}", of.kind)),
            mandatory: of.required,
            internal: of.internal,
            title: of.title,
            what: of.what,
            name: of.name,
        }
    }
}

pub(crate) async fn save(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(place): Path<Place>,
    Form(given): Form<Typed>,
) -> Result<Response, Problem> {
    let (action, operation) = found(&app, &visit, &place).await?;
    let compiled = app.api_connectors.compiled(&visit.scope, action.connector).await?;
    let (_, inputs) = described(compiled.package(), &operation.id);
    let mut errors = Vec::new();
    let mut overrides = BTreeMap::new();
    for input in &inputs {
        match set(input, &given) {
            Ok(Some(set)) => {
                overrides.insert(input.name.clone(), set);
            }
            Ok(None) => {}
            Err(error) => errors.push(error),
        }
    }
    let change = Selected {
        title: filled(typed(&given, "title")),
        description: filled(typed(&given, "description")),
        instructions: filled(typed(&given, "instructions")),
        overrides,
        ..selected(&operation)
    };
    let outcome = if errors.is_empty() {
        let one =
            |it: &Operation| if it.id == operation.id { change.clone() } else { selected(it) };
        let operations = Some(action.operations.iter().map(one).collect());
        let patch = ActionPatch { operations, ..ActionPatch::default() };
        app.published.update(&visit.scope, action.id, patch).await
    } else {
        Err(actions::Error::Invalid { fields: errors })
    };
    match outcome {
        Ok(_) => Ok(done(&visit, action.id, "saved")),
        Err(error) => match mistakes(&error, "/title") {
            Some(errors) if kernel::Coded::code(&error).kind() == Kind::Invalid => {
                let both = (&action, &operation);
                let page = Page::read(&app, &visit, both, (&given, &errors)).await?;
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            _ => show::refused(&app, &visit, action.id, error).await,
        },
    }
}

/// What was set for an input; nothing where it is as the connector has it.
fn set(input: &Described, given: &Typed) -> Result<Option<Override>, FieldError> {
    let field = |part: &str| typed(given, &format!("{part}:{}", input.name));
    let text = field("value");
    let value = || -> Result<Value, FieldError> {
        if input.kind == "text" {
            return Ok(Value::from(text));
        }
        let read = serde_json::from_str::<Value>(text.trim());
        let fits = |value: &Value| match input.kind {
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "list" => value.is_array(),
            _ => true,
        };
        read.ok().filter(fits).ok_or_else(|| {
            let name = input.name.replace('~', "~0").replace('/', "~1");
            let said = "the value does not fit the input";
            FieldError::new(format!("/overrides/{name}"), "api_action.value_unfit", said)
        })
    };
    let (fixed, default) = match field("way") {
        "fixed" => (Some(value()?), None),
        "default" => (None, Some(value()?)),
        _ => (None, None),
    };
    let set = Override {
        fixed,
        default,
        description: filled(field("what")),
        required: field("must") == "on",
    };
    Ok((set != Override::default()).then_some(set))
}
