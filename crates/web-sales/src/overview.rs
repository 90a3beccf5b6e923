//! Which actions are for which surface, and the definition to begin with.

use askama::Template;
use axum::{
    extract::State as Rooms,
    http::{HeaderValue, header},
    response::Response,
};
use edge::{PageQuery, Problem};
use sales::{Extension, Point};
use web_frame::{App, Frame, Visit, answer};

use crate::{
    at,
    shapes::{Badge, point_name, point_what},
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "overview.html")]
pub(crate) struct Overview {
    frame: Frame,
    surfaces: Vec<Surface>,
    rows: Vec<Row>,
    next: Option<String>,
}

/// A surface with how many enabled actions it calls.
#[derive(Debug, Clone)]
struct Surface {
    name: String,
    what: String,
    href: String,
    sources: String,
}

/// An action.
#[derive(Debug, Clone)]
struct Row {
    name: String,
    href: String,
    connector: String,
    state: Badge,
    /// Each surface that it is for, with where its preview is.
    surfaces: Vec<(String, &'static str, String)>,
    findings: Vec<Badge>,
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    page: PageQuery,
) -> Result<Response, Problem> {
    let found = app.sales.extensions(&visit.scope, None, page.limit, page.after.as_ref()).await?;
    Ok(answer::page(&Overview::new(visit.frame, &found.items, found.next.map(|n| n.to_string()))))
}

impl Overview {
    fn new(frame: Frame, all: &[Extension], next: Option<String>) -> Self {
        let surfaces = Point::ALL.into_iter().map(|point| {
            let calls = |own: &&Extension| {
                own.action.state == actions::State::Enabled
                    && own.inspection.chosen(point).is_some_and(|matched| matched.callable)
            };
            let count = i64::try_from(all.iter().filter(calls).count()).unwrap_or(i64::MAX);
            Surface {
                name: point_name(&frame, point),
                what: point_what(&frame, point),
                href: format!("/sales/extensions/preview?surface={}", point.as_str()),
                sources: frame.say1("web-sales.sources", "count", count),
            }
        });
        let surfaces = surfaces.collect();
        let rows = all.iter().map(|own| Row::of(&frame, own)).collect();
        let next = next.map(|cursor| format!("/sales/extensions?after={cursor}"));
        let title = frame.say("web-sales.title");
        Self { surfaces, rows, next, frame: at(frame, "surfaces", title) }
    }
}

impl Row {
    fn of(frame: &Frame, extension: &Extension) -> Self {
        let action = &extension.action;
        let mut surfaces = Vec::new();
        for point in Point::ALL {
            let of_point = extension.inspection.matched.iter().filter(|own| own.point == point);
            let mut of_point = of_point.peekable();
            if of_point.peek().is_none() {
                continue;
            }
            let class = if of_point.any(|own| own.callable && own.chosen) { "good" } else { "bad" };
            let href = preview(point, &action.id.to_string());
            surfaces.push((point_name(frame, point), class, href));
        }
        let count = |severity| {
            let own = extension.inspection.findings.iter();
            own.filter(|finding| finding.severity() == severity).count()
        };
        let mut findings = Vec::new();
        for (severity, class) in
            [(openapi::Severity::Error, "bad"), (openapi::Severity::Warning, "warning")]
        {
            let count = i64::try_from(count(severity)).unwrap_or(i64::MAX);
            if count > 0 {
                let key = format!("web-sales.count-{}", severity.code());
                findings.push((frame.say1(&key, "count", count), class));
            }
        }
        let first = extension.inspection.matched.first().map(|own| own.point);
        let first = first.or_else(|| extension.inspection.findings.iter().find_map(|f| f.point));
        let state = action.state.as_str();
        let class = if action.state == actions::State::Enabled { "good" } else { "" };
        Self {
            name: action.name.clone(),
            href: preview(first.unwrap_or(Point::RecordSummary), &action.id.to_string()),
            connector: extension.connector_name.clone(),
            state: (frame.say(&format!("web-sales.state-{state}")), class),
            surfaces,
            findings,
        }
    }
}

fn preview(point: Point, action: &str) -> String {
    format!("/sales/extensions/preview?surface={}&action={action}", point.as_str())
}

/// The starter definition.
pub(crate) async fn starter(_visit: Visit) -> Response {
    file(sales::STARTER, "attachment; filename=\"apiDefinition.swagger.json\"")
}

/// The properties file that goes with it.
pub(crate) async fn starter_properties(_visit: Visit) -> Response {
    file(sales::STARTER_PROPERTIES, "attachment; filename=\"apiProperties.json\"")
}

fn file(text: &'static str, name: &'static str) -> Response {
    let mut response = Response::new(text.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    response
}
