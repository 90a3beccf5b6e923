//! What calls of surfaces came to: the list, and one call.

use askama::Template;
use axum::{extract::State as Rooms, response::Response};
use edge::{PageQuery, Path, Problem, Query};
use jiff::Timestamp;
use kernel::ActionId;
use sales::{Diagnostic, DiagnosticFilter, Point};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;
use web_frame::{App, Frame, Visit, answer};

use crate::{
    at,
    shapes::{Badge, outcome, point_name, remarks},
};

/// The list.
#[derive(Debug, Template)]
#[template(path = "calls.html")]
pub(crate) struct List {
    frame: Frame,
    /// Address, name, whether it is this one.
    tabs: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    is_all: bool,
}

/// A call in the list.
#[derive(Debug, Clone)]
struct Row {
    href: String,
    at: Timestamp,
    surface: String,
    connector: String,
    operation: String,
    outcome: Badge,
    took: String,
    counts: String,
}

/// One call.
#[derive(Debug, Template)]
#[template(path = "call.html")]
pub(crate) struct One {
    frame: Frame,
    row: Row,
    at: String,
    lines: Vec<(String, String)>,
    sent: String,
    remarks: Vec<(String, String, bool)>,
    preview: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asking {
    #[serde(default)]
    show: String,
    #[serde(default)]
    action: String,
}

pub(crate) async fn list(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Query(asking): Query<Asking>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let filter = DiagnosticFilter {
        point: Point::parse(&asking.show),
        action: asking.action.parse::<ActionId>().ok(),
        outcome: None,
        failed: asking.show == FAILED,
    };
    let only = filter.action.map(|id| format!("&action={id}")).unwrap_or_default();
    let is_all = filter.point.is_none() && !filter.failed;
    let found =
        app.sales.diagnostics(&visit.scope, filter, page.limit, page.after.as_ref()).await?;
    let frame = visit.frame;
    let href = |show: &str| format!("/sales/extensions/calls?show={show}{only}");
    let mut tabs = vec![
        (href(""), frame.say("web-sales.calls-all"), is_all),
        (href(FAILED), frame.say("web-sales.calls-failed"), asking.show == FAILED),
    ];
    tabs.extend(Point::ALL.into_iter().map(|point| {
        let name = point_name(&frame, point);
        (href(point.as_str()), name, Point::parse(&asking.show) == Some(point))
    }));
    let next = found.next.map(|cursor| format!("{}&after={cursor}", href(&shown(&asking.show))));
    let rows = found.items.iter().map(|call| Row::of(&frame, call)).collect();
    let title = frame.say("web-sales.calls");
    let frame = at(frame, "calls", title);
    Ok(answer::page(&List { frame, tabs, rows, next, is_all }))
}

/// What may stand in an address of the list.
fn shown(typed: &str) -> String {
    if typed == FAILED {
        return FAILED.to_owned();
    }
    Point::parse(typed).map_or_else(String::new, |point| point.as_str().to_owned())
}

pub(crate) async fn one(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let call = app.sales.diagnostic(&visit.scope, id).await?;
    Ok(answer::page(&One::new(visit.frame, &call)))
}

impl Row {
    fn of(frame: &Frame, call: &Diagnostic) -> Self {
        let counts = [("received", call.received.into()), ("shown", call.shown.into())];
        Self {
            href: format!("/sales/extensions/calls/{}", call.id),
            at: call.at,
            surface: point_name(frame, call.point),
            connector: call.connector_name.clone(),
            operation: call.operation.clone(),
            outcome: outcome(frame, call.outcome),
            took: frame.say1("web-sales.ms", "ms", call.duration_us / 1000),
            counts: frame.say_with("web-sales.counts", &counts),
        }
    }
}

impl One {
    fn new(frame: Frame, call: &Diagnostic) -> Self {
        let row = Row::of(&frame, call);
        let line = |key: &str, value: Option<String>| {
            Some((frame.say(&format!("web-sales.line-{key}")), value?))
        };
        let text = |name: &str| call.sent.get(name).and_then(Value::as_str);
        let request = text("method").zip(text("address"));
        let request = request.map(|(method, address)| format!("{method} {address}"));
        let lines = [
            line("request", request),
            line("status", call.status.map(|status| status.to_string())),
            line("code", call.code.clone()),
            line("message", call.message.clone()),
            line("activity", call.activity.clone()),
            line("call", Some(call.id.to_string())),
            line("asked", Some(call.request.to_string())),
            line("actor", Some(call.actor.clone())),
        ];
        let sent = call.sent.get("inputs").map(serde_json::to_string_pretty);
        let preview = format!(
            "/sales/extensions/preview?surface={}&action={}",
            call.point.as_str(),
            call.action
        );
        Self {
            at: frame.exact(&call.at),
            lines: lines.into_iter().flatten().collect(),
            sent: sent.and_then(Result::ok).unwrap_or_default(),
            remarks: remarks(&frame, &call.remarks),
            preview,
            row,
            frame: at(frame, "calls", call.connector_name.as_str()),
        }
    }
}

/// The tab of what is not as it should be.
const FAILED: &str = "failed";
