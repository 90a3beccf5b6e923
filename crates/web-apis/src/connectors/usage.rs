//! How a connector does: health of each operation, and the log of calls.

use askama::Template;
use axum::{extract::State, response::Response};
use connectors::{CallFilter, Health, LoggedCall};
use edge::{PageQuery, Path, Problem, Query};
use identity::users::Person;
use jiff::{SignedDuration, Timestamp};
use kernel::{ApiConnectorId, Page as Rows, Permission, UserId};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use super::{name_of, people, piece, say, shell::Shell};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    operation: String,
    failed: String,
    hours: Option<i64>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "connectors/usage.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    operation: String,
    failed: bool,
    /// Address, words, whether it is this one.
    spans: Vec<(String, String, bool)>,
    health: Vec<Operation>,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug)]
struct Operation {
    id: String,
    href: String,
    calls: String,
    failed: i64,
    failed_share: String,
    late: String,
    p95: String,
    last: Timestamp,
    error: Option<(String, Timestamp)>,
}

#[derive(Debug)]
struct Row {
    at: Timestamp,
    operation: String,
    by: String,
    via: String,
    outcome: String,
    class: &'static str,
    detail: String,
    took: String,
    size: String,
    version: i64,
    request: String,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    (Query(wanted), page): (Query<Wanted>, PageQuery),
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let shell = Shell::of(&app, &visit, id, "usage").await?;
    let filter = CallFilter {
        connector: Some(id),
        operation: Some(wanted.operation.clone()).filter(|operation| !operation.is_empty()),
        failed: !wanted.failed.is_empty(),
        ..CallFilter::default()
    };
    let since = visit.frame.now - SignedDuration::from_hours(hours(&wanted));
    let of_all = CallFilter { connector: Some(id), ..CallFilter::default() };
    let health = app.api_connectors.health(&visit.scope, of_all, since).await?;
    let calls =
        app.api_connectors.calls(&visit.scope, filter, page.limit, page.after.as_ref()).await?;
    let people = people(&app, &visit, calls.items.iter().map(person)).await?;
    Ok(answer::page(&Page::new(visit.frame, (shell, wanted), &health, (calls, &people))))
}

/// Whoever called, if that was a person.
fn person(call: &LoggedCall) -> Option<UserId> {
    call.actor.strip_prefix("user:").and_then(|id| id.parse().ok())
}

fn hours(wanted: &Wanted) -> i64 {
    SPANS.into_iter().find(|hours| Some(*hours) == wanted.hours).unwrap_or(24)
}

impl Page {
    fn new(
        frame: Frame,
        (shell, wanted): (Shell, Wanted),
        health: &[Health],
        (calls, people): (Rows<LoggedCall>, &[Person]),
    ) -> Self {
        let here = hours(&wanted);
        let address = |hours: i64, operation: &str, failed: &str| {
            let operation = piece(operation);
            format!("{}/usage?hours={hours}&operation={operation}&failed={failed}", shell.path)
        };
        let spans = SPANS.map(|hours| {
            let words = say(&frame, &format!("span-{hours}"));
            (address(hours, &wanted.operation, &wanted.failed), words, hours == here)
        });
        let operation = |it: &Health| Operation {
            href: format!("{}#log", address(here, &it.operation, "")),
            id: it.operation.clone(),
            calls: frame.t.number(it.calls),
            failed: it.failed,
            failed_share: share(&frame, it.failed, it.calls),
            late: frame.t.number(it.late),
            p95: milliseconds(&frame, it.p95_us),
            last: it.last_at,
            error: it
                .last_error
                .as_ref()
                .map(|(code, status, at)| (said(&frame, code, *status), *at)),
        };
        let next = calls.next.as_ref().map(|next| {
            format!("{}&after={next}", address(here, &wanted.operation, &wanted.failed))
        });
        Self {
            spans: spans.to_vec(),
            health: health.iter().map(operation).collect(),
            rows: calls.items.iter().map(|call| Row::of(&frame, call, people)).collect(),
            next,
            failed: !wanted.failed.is_empty(),
            operation: wanted.operation,
            frame: shell.frame(frame),
            shell,
        }
    }

    fn hours(&self) -> i64 {
        SPANS.into_iter().zip(&self.spans).find(|(_, span)| span.2).map_or(24, |(it, _)| it)
    }
}

impl Row {
    fn of(frame: &Frame, call: &LoggedCall, people: &[Person]) -> Self {
        let by = match call.actor.split_once(':') {
            Some(("user", _)) => {
                name_of(people, person(call)).unwrap_or_else(|| frame.say("audit-somebody"))
            }
            Some(("system", job)) => frame.say1("audit-system", "job", job),
            _ => frame.say("token-of-program"),
        };
        let good = call.outcome == "done" && call.status.is_none_or(|status| status < 400);
        let bytes = u64::try_from(call.received_bytes).unwrap_or_default();
        Self {
            at: call.at,
            operation: call.operation.clone(),
            via: say(frame, &format!("via-{}", call.via.replace('_', "-"))),
            outcome: match (call.status, call.outcome.as_str()) {
                (Some(status), _) => status.to_string(),
                (None, "done") => say(frame, "done"),
                (None, _) => say(frame, "not-answered"),
            },
            class: if good { "good" } else { "bad" },
            detail: if ["done", ANSWERED].contains(&call.outcome.as_str()) {
                String::new()
            } else {
                said(frame, &call.outcome, None)
            },
            took: milliseconds(frame, call.duration_us),
            size: frame.t.bytes(bytes),
            version: call.version,
            request: call.request.to_string(),
            by,
        }
    }
}

/// A failure in words.
fn said(frame: &Frame, code: &str, status: Option<i64>) -> String {
    match (code, status) {
        (ANSWERED, Some(status)) => frame.say1("web-apis.call-bad-answer", "status", status),
        (code, _) => frame.t.code(code),
    }
}

fn share(frame: &Frame, of: i64, all: i64) -> String {
    let percent = if all == 0 { 0 } else { of.saturating_mul(100) / all };
    if of == 0 {
        frame.t.number(0_i64)
    } else {
        frame.say_with("web-apis.share", &[("count", of.into()), ("percent", percent.into())])
    }
}

fn milliseconds(frame: &Frame, microseconds: i64) -> String {
    let (whole, rest) = (microseconds / 1000, microseconds % 1000 / 100);
    if whole >= 10 {
        frame.say1("web-apis.ms", "number", frame.t.number(whole).as_str())
    } else {
        let point = if frame.language() == "fr" { ',' } else { '.' };
        frame.say1("web-apis.ms", "number", format!("{whole}{point}{rest}").as_str())
    }
}

/// What the log says where an API answered that it failed.
const ANSWERED: &str = "api_call.answered_failure";
/// How far back health goes, in hours.
const SPANS: [i64; 3] = [24, 168, 720];

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use web_proof::show;

    use super::*;
    use crate::connectors::tests::connector;

    #[test]
    fn health_and_calls_stand_beside_each_other() {
        show("usage", |frame| {
            let shell = || Shell::new(frame, connector(frame), "Contoso".to_owned(), "usage");
            let health = |failed| Health {
                operation: "GetTask".to_owned(),
                calls: 1_240,
                failed,
                late: 2,
                p95_us: 48_300,
                last_at: frame.now,
                last_error: (failed > 0).then(|| ("api_call.late".to_owned(), None, frame.now)),
            };
            let call = |outcome: &str, status, actor: &str| LoggedCall {
                id: Uuid::from_u128(9),
                at: frame.now,
                connector: Uuid::from_u128(7).into(),
                version: 3,
                operation: "GetTask".to_owned(),
                connection: None,
                via: "extension_point".to_owned(),
                subject: None,
                actor: actor.to_owned(),
                request: Uuid::from_u128(5).into(),
                outcome: outcome.to_owned(),
                status,
                duration_us: 1_250,
                sent_bytes: 10,
                received_bytes: 2_048,
            };
            let calls = vec![
                call("done", Some(200), "system:api-polls"),
                call(ANSWERED, Some(404), "service:1"),
                call("api_call.late", None, "user:x"),
            ];
            let page = |health: &[Health], items: Vec<LoggedCall>, wanted| {
                let rows = Rows { items, next: None };
                Page::new(frame.clone(), (shell(), wanted), health, (rows, &[]))
            };
            let wanted = Wanted { operation: "GetTask".to_owned(), ..Wanted::default() };
            vec![
                ("some", page(&[health(40), health(0)], calls, wanted)),
                ("none", page(&[], Vec::new(), Wanted::default())),
            ]
        });
    }
}
