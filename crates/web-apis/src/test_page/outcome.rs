//! What came of a call: the answer, the exact requests, where the answer departs from its schema, and a form to keep it.

use axum::http::StatusCode;
use connectors::{Answer, Body, Exchange, Expected, PolicyStep, StepChange};
use kernel::{FieldError, Kind};
use serde_json::{Map, Value};
use web_frame::Frame;

use super::say;

/// What came.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) status: u16,
    /// The class of the badge.
    pub(super) class: &'static str,
    /// The words of the status (RFC 9110 §15).
    pub(super) reason: &'static str,
    pub(super) line: String,
    /// The body as people read it.
    pub(super) body: Shown,
    pub(super) headers: Vec<(String, String)>,
    pub(super) drift: Vec<(String, String)>,
    pub(super) next_link: Option<String>,
    pub(super) keep: Keep,
}

/// The body of an answer.
#[derive(Debug)]
pub(super) enum Shown {
    /// There is none.
    Empty,
    /// JSON, written out; cut where it is long.
    Json { text: String, is_cut: bool },
    /// Text that is no JSON; cut where it is long.
    Text { text: String, is_cut: bool },
    /// Neither: its type and how many bytes.
    Bytes { kind: String, bytes: String },
}

/// One request as it went out.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) ms: String,
}

/// What is kept when the call becomes an example.
#[derive(Debug)]
pub(super) struct Keep {
    pub(super) name: String,
    pub(super) operation: String,
    pub(super) inputs: String,
    pub(super) connection: String,
    pub(super) expected: String,
    /// Values that can be insisted on: what is posted, the pointer, the value.
    pub(super) values: Vec<Insisted>,
    /// What is wrong, where it was refused.
    pub(super) problems: Vec<String>,
}

/// A value that can be insisted on.
#[derive(Debug)]
pub(super) struct Insisted {
    pub(super) posted: String,
    pub(super) pointer: String,
    pub(super) value: String,
    pub(super) on: bool,
}

/// A call that gave no answer.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) places: Vec<(String, String)>,
    /// Where a connection is made or mended, if that is what is needed.
    pub(super) connections: Option<String>,
}

impl Outcome {
    pub(super) fn of(
        frame: &Frame,
        (operation, connection, inputs): (&str, &str, &Map<String, Value>),
        answer: Answer,
    ) -> Self {
        let expected = Expected::of(&answer);
        let values = Expected::candidates(&answer).into_iter();
        let keep = Keep {
            name: String::new(),
            operation: operation.to_owned(),
            inputs: Value::Object(inputs.clone()).to_string(),
            connection: connection.to_owned(),
            expected: serde_json::to_string(&expected).unwrap_or_default(),
            values: values.map(|(pointer, value)| Insisted::of(pointer, &value, false)).collect(),
            problems: Vec::new(),
        };
        let ms = frame.t.number(i64::try_from(answer.duration.as_millis()).unwrap_or(i64::MAX));
        let version = frame.t.number(answer.version);
        let line = frame.say_with(
            "test-page.took",
            &[("ms", ms.as_str().into()), ("version", version.as_str().into())],
        );
        Self {
            class: class(answer.status),
            reason: reason(answer.status),
            line,
            body: Shown::of(frame, &answer),
            drift: answer.drift.iter().map(|note| drifted(frame, note)).collect(),
            status: answer.status,
            headers: answer.headers,
            next_link: answer.next_link,
            keep,
        }
    }
}

impl Insisted {
    pub(super) fn of(pointer: String, value: &Value, on: bool) -> Self {
        let posted = serde_json::json!([pointer, value]).to_string();
        Self { posted, value: value.to_string(), pointer, on }
    }
}

impl Shown {
    fn of(frame: &Frame, answer: &Answer) -> Self {
        match (&answer.body, &answer.json) {
            (Body::Empty, _) => Self::Empty,
            (_, Some(json)) => {
                let pretty = serde_json::to_string_pretty(json).unwrap_or_default();
                let (text, is_cut) = cut(pretty);
                Self::Json { text, is_cut }
            }
            (body, None) => {
                let kind = match body {
                    Body::Bytes { content_type, .. } => content_type.clone().unwrap_or_default(),
                    _ => String::new(),
                };
                let bytes = body.bytes();
                match std::str::from_utf8(bytes) {
                    Ok(text) if !text.contains('\0') => {
                        let (text, is_cut) = cut(text.to_owned());
                        Self::Text { text, is_cut }
                    }
                    _ => {
                        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                        Self::Bytes { kind, bytes: frame.t.bytes(size) }
                    }
                }
            }
        }
    }
}

impl Sent {
    pub(super) fn of(frame: &Frame, exchange: Exchange) -> Self {
        let millis = i64::try_from(exchange.duration.as_millis()).unwrap_or(i64::MAX);
        let size = u64::try_from(exchange.body.len()).unwrap_or(u64::MAX);
        let body = (!exchange.body.is_empty()).then(|| match String::from_utf8(exchange.body) {
            Ok(text) => cut(pretty(text)).0,
            Err(_) => frame.t.bytes(size),
        });
        Self {
            method: exchange.method,
            url: exchange.url,
            headers: exchange.headers,
            body,
            status: exchange.status,
            ms: frame.say1("test-page.ms", "ms", frame.t.number(millis)),
        }
    }
}

/// A policy that governs the operation.
#[derive(Debug)]
pub(super) struct Ruled {
    pub(super) title: String,
    pub(super) template: String,
    pub(super) when: String,
    /// What it changed, where it had its turn.
    pub(super) step: Option<Step>,
}

/// What a policy changed.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) changes: Vec<Change>,
    pub(super) is_cut: bool,
}

/// Something that a policy changed.
#[derive(Debug)]
pub(super) struct Change {
    /// Of what, in words.
    pub(super) part: String,
    pub(super) name: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// The policies that govern an operation, with what each changed.
pub(super) fn policies(
    frame: &Frame,
    (package, operation): (&openapi::Package<'_>, &str),
    steps: &[PolicyStep],
) -> Vec<Ruled> {
    let row = |(at, policy): (usize, openapi::Policy<'_>)| {
        let key = match policy.section {
            openapi::Section::Request => "policy-request",
            openapi::Section::Response => "policy-response",
            openapi::Section::Failure => "policy-failure",
            openapi::Section::Unknown(_) => "policy-never",
        };
        let step = steps.iter().find(|step| step.policy == at);
        Ruled {
            title: policy.title().unwrap_or(policy.template_id).to_owned(),
            template: policy.template_id.to_owned(),
            when: say(frame, key),
            step: step.map(|step| Step::of(frame, step)),
        }
    };
    package.policies_of(operation).into_iter().enumerate().map(row).collect()
}

impl Step {
    fn of(frame: &Frame, step: &PolicyStep) -> Self {
        let change = |change: &StepChange| Change {
            part: say(frame, &format!("part-{}", change.part)),
            name: change.name.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        };
        Self { changes: step.changes.iter().map(change).collect(), is_cut: step.is_cut }
    }
}

fn drifted(frame: &Frame, note: &FieldError) -> (String, String) {
    let key = format!("connector-engine.{}", note.code.replace(['.', '_'], "-"));
    (note.pointer.to_string(), frame.say1(&key, "subject", note.detail.as_str()))
}

fn pretty(text: String) -> String {
    match serde_json::from_str::<Value>(&text) {
        Ok(json @ (Value::Object(_) | Value::Array(_))) => {
            serde_json::to_string_pretty(&json).unwrap_or(text)
        }
        _ => text,
    }
}

fn cut(text: String) -> (String, bool) {
    match text.char_indices().nth(MAX_SHOWN) {
        None => (text, false),
        Some((end, _)) => (text.get(..end).unwrap_or_default().to_owned(), true),
    }
}

const fn class(status: u16) -> &'static str {
    match status {
        200..=299 => "good",
        300..=399 => "brand",
        400..=499 => "warning",
        _ => "bad",
    }
}

fn reason(status: u16) -> &'static str {
    let known = StatusCode::from_u16(status).ok();
    known.and_then(|status| status.canonical_reason()).unwrap_or_default()
}

/// Whether what went wrong is the connection's.
pub(super) fn is_of_connection(code: &str, kind: Kind) -> bool {
    code.starts_with("connection.") || (code.starts_with("sign_in.") && kind != Kind::Invalid)
}

/// Characters of a body that are shown.
const MAX_SHOWN: usize = 200_000;
