//! One operation in the side sheet: what it takes, what it answers, what happens on the way.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use kernel::{ApiConnectorId, Kind, Permission};
use openapi::{Operation, Parameter, Schema, Status, Visibility};
use web_frame::{App, Asked, Frame, Html, Visit, answer};

use super::{
    path_of, piece, say,
    show::{Show, Wanted, when},
};

/// The sheet.
#[derive(Debug, Template)]
#[template(path = "connectors/operation.html")]
struct Sheet {
    frame: Frame,
    close: String,
    test: Option<String>,
    method: &'static str,
    path: String,
    id: String,
    title: String,
    description: String,
    obstacles: Vec<String>,
    inputs: Vec<Input>,
    answers: Vec<(String, String, String)>,
    policies: Vec<(String, String)>,
}

/// An input, or a property of the body.
#[derive(Debug)]
struct Input {
    name: String,
    place: String,
    kind: String,
    what: String,
    marks: Vec<String>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path((id, operation)): Path<(ApiConnectorId, String)>,
) -> Result<Response, Problem> {
    let compiled = app.api_connectors.compiled(&visit.scope, id).await?;
    let package = compiled.package();
    let unknown = || {
        let said = format!("the connector has no operation {operation:?}");
        Problem::new("operation.not_found", Kind::NotFound, said)
    };
    let found = package.operation(&operation).ok_or_else(unknown)?;
    let sheet = Html::of(&Sheet::of(&visit.frame, id, package, &found));
    if visit.asked == Asked::Sheet {
        return Ok(answer::part(sheet));
    }
    let mut page = Show::read(&app, visit, id, Wanted::default()).await?;
    page.frame = page.frame.with_sheet(sheet);
    Ok(answer::page(&page))
}

impl Sheet {
    fn of(
        frame: &Frame,
        id: ApiConnectorId,
        package: &openapi::Package<'_>,
        operation: &Operation<'_>,
    ) -> Self {
        let obstacles = package.obstacles(&operation.id);
        let key = |code: &str| format!("openapi.obstacle-{}", code.replace(['.', '_'], "-"));
        let callable = obstacles.is_empty() && frame.may(Permission::ConnectorManage);
        let summary = operation.summary().unwrap_or(&operation.id).to_owned();
        let description = operation.description().unwrap_or_default().trim().to_owned();
        let mut inputs = Vec::new();
        for parameter in &operation.parameters {
            inputs.push(Input::of(frame, parameter));
            if parameter.location == openapi::Location::Body {
                let properties = parameter.schema.all_properties();
                let rows = properties.iter().take(MAX_PROPERTIES).map(|(name, schema)| {
                    Input::property(frame, (name, schema), parameter.schema.requires_anywhere(name))
                });
                inputs.extend(rows);
            }
        }
        let answers = operation.responses.iter().map(|response| {
            let status = match response.status {
                Status::Code(code) => code.to_string(),
                Status::Class(class) => format!("{class}XX"),
                Status::Default => say(frame, "answer-other"),
                Status::Unknown(word) => word.to_owned(),
            };
            let kind = response.schema.as_ref().map(kind_of).unwrap_or_default();
            (status, kind, response.description().unwrap_or_default().trim().to_owned())
        });
        let policies = package.policies_of(&operation.id).into_iter().map(|policy| {
            let title = policy.title().unwrap_or(policy.template_id).to_owned();
            (title, format!("{} · {}", policy.template_id, when(frame, policy.section)))
        });
        Self {
            close: path_of(id),
            test: callable
                .then(|| format!("{}/test?operation={}", path_of(id), piece(&operation.id))),
            method: operation.method.word(),
            path: operation.path.to_owned(),
            id: operation.id.clone().into_owned(),
            description: if description == summary { String::new() } else { description },
            title: summary,
            obstacles: obstacles.iter().map(|it| frame.say(&key(it.code()))).collect(),
            inputs,
            answers: answers.collect(),
            policies: policies.collect(),
            frame: frame.clone(),
        }
    }
}

impl Input {
    fn of(frame: &Frame, parameter: &Parameter<'_>) -> Self {
        let mut marks = Vec::new();
        if parameter.required {
            marks.push(say(frame, "required"));
        }
        match parameter.extensions().visibility() {
            Visibility::Internal => marks.push(say(frame, "internal")),
            Visibility::Advanced => marks.push(say(frame, "advanced")),
            _ => {}
        }
        Self {
            name: parameter.name.to_owned(),
            place: parameter.location.word().to_owned(),
            kind: kind_of(&parameter.schema),
            what: parameter.description().unwrap_or_default().trim().to_owned(),
            marks,
        }
    }

    fn property(frame: &Frame, (name, schema): (&str, &Schema<'_>), required: bool) -> Self {
        Self {
            name: format!("· {name}"),
            place: "body".to_owned(),
            kind: kind_of(schema),
            what: schema.description().unwrap_or_default().trim().to_owned(),
            marks: if required { vec![say(frame, "required")] } else { Vec::new() },
        }
    }
}

/// A type as the description has it: `string (date-time)`, `array of object`.
fn kind_of(schema: &Schema<'_>) -> String {
    let kind = schema.kind().unwrap_or("object");
    match (schema.format(), schema.items()) {
        (_, Some(items)) if kind == "array" => {
            format!("{kind}<{}>", items.kind().unwrap_or("object"))
        }
        (Some(format), _) => format!("{kind} ({format})"),
        _ => kind.to_owned(),
    }
}

/// Properties of a body that are shown.
const MAX_PROPERTIES: usize = 60;
