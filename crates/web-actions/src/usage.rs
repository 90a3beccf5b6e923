//! How the operations of an action do, and when each surface last loaded it.

use std::time::Duration;

use actions::{Action, Load};
use askama::Template;
use axum::{extract::State as Rooms, response::Response};
use connectors::Health;
use edge::{Path, Problem, Query};
use jiff::Timestamp;
use kernel::ActionId;
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use crate::{
    Waits, at,
    shapes::Names,
    show::{Head, title},
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "usage.html")]
pub(crate) struct Usage {
    frame: Frame,
    head: Head,
    windows: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    loads: Vec<(String, Option<Timestamp>)>,
}

/// How one operation did.
#[derive(Debug, Clone)]
struct Row {
    title: String,
    id: String,
    calls: String,
    failed: String,
    late: String,
    p95: String,
    last_at: Option<Timestamp>,
    error: Option<(String, String, Timestamp)>,
    class: &'static str,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Window {
    #[serde(default)]
    hours: Option<u16>,
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Query(window): Query<Window>,
) -> Result<Response, Problem> {
    let hours = window.hours.filter(|hours| WINDOWS.contains(hours)).unwrap_or(24);
    let within = Duration::from_hours(u64::from(hours));
    let health = app.published.health(&visit.scope, id, within).await?;
    let loads = app.published.loads(&visit.scope, id).await?;
    let action = app.published.action(&visit.scope, id).await?;
    let names = Names::of(&app, &visit, &[&action]).await;
    let waits = Waits::of(&app, &visit).await;
    let head = Head::of(&visit.frame, &action, &names, "usage");
    let seen = (&action, health.as_slice(), loads.as_slice());
    Ok(answer::page(&Usage::new((visit.frame, waits), head, seen, hours)))
}

impl Usage {
    fn new(
        (frame, waits): (Frame, Waits),
        head: Head,
        (action, health, loads): (&Action, &[Health], &[Load]),
        hours: u16,
    ) -> Self {
        let window = |of: u16| {
            let name = frame.say(&format!("web-actions.window-{of}"));
            (format!("{}?hours={of}", head.path("/usage")), name, of == hours)
        };
        let load = |load: &Load| {
            let name = frame.say(&format!("web-actions.surface-{}", load.surface.as_str()));
            (name, load.at)
        };
        Self {
            windows: WINDOWS.into_iter().map(window).collect(),
            rows: rows(&frame, action, health),
            loads: loads.iter().map(load).collect(),
            frame: at(frame, waits, "", head.name.clone()),
            head,
        }
    }
}

/// The operations of the action first, then what it selected once and was called.
fn rows(frame: &Frame, action: &Action, health: &[Health]) -> Vec<Row> {
    let of = |id: &str, name: String| {
        let found = health.iter().find(|it| it.operation == id);
        let count = |of: fn(&Health) -> i64| frame.t.number(found.map_or(0, of));
        let class = match found {
            Some(it) if it.calls > 0 && it.failed * 5 > it.calls => "bad",
            Some(it) if it.failed > 0 => "warning",
            Some(_) => "good",
            None => "",
        };
        Row {
            title: name,
            id: id.to_owned(),
            calls: count(|it| it.calls),
            failed: count(|it| it.failed),
            late: count(|it| it.late),
            p95: found.map_or_else(|| "–".to_owned(), |it| took(frame, it.p95_us)),
            last_at: found.map(|it| it.last_at),
            error: found.and_then(|it| it.last_error.as_ref()).map(|(code, status, at)| {
                let status = status.map(|status| status.to_string()).unwrap_or_default();
                let word = frame.t.code(code);
                let word = if status.is_empty() { word } else { format!("{word} ({status})") };
                (word, code.clone(), *at)
            }),
            class,
        }
    };
    let mut rows: Vec<Row> =
        action.operations.iter().map(|operation| of(&operation.id, title(operation))).collect();
    let others = health.iter().filter(|it| action.operation(&it.operation).is_none());
    rows.extend(others.map(|it| of(&it.operation, it.operation.clone())));
    rows
}

/// A duration as people read it.
pub(crate) fn took(frame: &Frame, micros: i64) -> String {
    let tenths = u32::try_from(micros / 100).unwrap_or(u32::MAX);
    if tenths < 100 {
        return frame.say1("web-actions.milliseconds", "count", f64::from(tenths) / 10.0);
    }
    if micros < 10_000_000 {
        return frame.say1("web-actions.milliseconds", "count", micros / 1000);
    }
    frame.say1("web-actions.seconds", "count", micros / 1_000_000)
}

/// How far back one can look, in hours.
const WINDOWS: [u16; 3] = [24, 168, 744];

#[cfg(test)]
mod tests {
    use actions::{State, Surface};
    use web_proof::show;

    use super::*;
    use crate::samples::{action, names};

    #[test]
    fn how_an_action_does_is_a_table_and_who_loaded_it_a_row() {
        show("usage", |frame| {
            let action = action(State::Enabled);
            let at: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
            let health = Health {
                operation: "Read".to_owned(),
                calls: 12_345,
                failed: 3_000,
                late: 2,
                p95_us: 12_345,
                last_at: at,
                last_error: Some(("connection.needed".to_owned(), None, at)),
            };
            let load =
                |surface: Surface| Load { surface, at: (surface == Surface::Mcp).then_some(at) };
            let loads = Surface::ALL.map(load);
            let head = Head::of(frame, &action, &names(), "usage");
            let seen = (&action, std::slice::from_ref(&health), loads.as_slice());
            vec![("used", Usage::new((frame.clone(), Waits::default()), head, seen, 168))]
        });
    }

    #[test]
    fn short_times_have_a_tenth_and_long_ones_none() {
        let frame = web_proof::frame(kernel::Language::En);
        for (micros, said) in [(340, "0.3"), (9_950, "9.9"), (12_345, "12"), (61_000_000, "61")] {
            assert!(took(&frame, micros).contains(said), "{micros}: {}", took(&frame, micros));
        }
        assert!(took(&web_proof::frame(kernel::Language::Fr), 340).contains("0,3"));
    }
}
