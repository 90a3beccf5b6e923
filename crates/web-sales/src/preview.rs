//! What a surface would show: of a sample that somebody pasted, or of what an action answers now. Beside it stands what
//! keeps the action from the surface.

use askama::Template;
use axum::{extract::State as Rooms, http::StatusCode, response::Response};
use edge::{Form, Problem, Query};
use kernel::{ActionId, Coded as _, Limit, Scope};
use sales::{Diagnostic, Extension, Input, Outcome, Point, Request, Shaped};
use serde::Deserialize;
use serde_json::{Value, json};
use web_frame::{App, Frame, Visit, answer, parts};

use crate::{
    at,
    drawn::Drawn,
    shapes::{Badge, Found, outcome, point_name, point_what, remarks},
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "preview.html")]
pub(crate) struct Preview {
    frame: Frame,
    /// Address, name, whether it is this one.
    surfaces: Vec<(String, String, bool)>,
    surface: &'static str,
    what: String,
    /// Identifier and name of the actions to choose from.
    actions: Vec<(String, String)>,
    action: String,
    sample: String,
    sample_problem: Option<String>,
    input: String,
    input_problem: Option<String>,
    /// What kept the run from being one.
    refused: Option<(String, String)>,
    drawn: Option<Drawn>,
    /// Why nothing is drawn, or what a run came to.
    came: Option<Came>,
    findings: Vec<Found>,
    matched: Option<Badge>,
}

/// What came of a run or a sample.
#[derive(Debug, Clone)]
struct Came {
    badge: Badge,
    /// Duration, status and the partner's own words, for a run.
    lines: Vec<String>,
    call: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asking {
    #[serde(default)]
    surface: String,
    #[serde(default)]
    action: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    surface: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    sample: String,
    #[serde(default)]
    input: String,
    #[serde(default)]
    run: String,
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Query(asking): Query<Asking>,
) -> Result<Response, Problem> {
    let point = Point::parse(&asking.surface).unwrap_or(Point::RecordSummary);
    let known = Known::of(&app, &visit.scope, &asking.action).await?;
    let sample = example(point);
    let shaped = app.sales.preview(&visit.scope, Some(point), &sample)?.unwrap_or_default();
    let mut page = Preview::new(visit.frame, point, &known);
    page.sample = pretty(&sample);
    page.show(point, &known, &shaped);
    Ok(answer::page(&page))
}

pub(crate) async fn draw(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let point = Point::parse(&typed.surface).unwrap_or(Point::RecordSummary);
    let known = Known::of(&app, &visit.scope, &typed.action).await?;
    let scope = visit.scope.clone();
    let mut page = Preview::new(visit.frame, point, &known);
    let is_run = !typed.run.is_empty();
    page.sample = typed.sample;
    page.input = typed.input;
    let fits = if is_run {
        page.run(&app, &scope, (point, &known)).await?
    } else {
        page.try_sample(&app, &scope, (point, &known))?
    };
    let status = if fits { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(answer::page_with(status, &page))
}

/// The actions to choose from, and the one that is chosen.
struct Known {
    all: Vec<Extension>,
    chosen: Option<Extension>,
}

impl Known {
    async fn of(app: &App, scope: &Scope, action: &str) -> Result<Self, Problem> {
        let limit = Limit::new(MAX_ACTIONS).unwrap_or_default();
        let all = app.sales.extensions(scope, None, limit, None).await?.items;
        let chosen = match action.parse::<ActionId>() {
            Ok(id) => Some(app.sales.inspect_action(scope, id).await?),
            Err(_) => None,
        };
        Ok(Self { all, chosen })
    }

    fn connector(&self, frame: &Frame) -> String {
        let own = self.chosen.as_ref().map(|own| own.connector_name.clone());
        own.unwrap_or_else(|| frame.say("web-sales.sample-connector"))
    }
}

impl Preview {
    fn new(frame: Frame, point: Point, known: &Known) -> Self {
        let chosen = known.chosen.as_ref();
        let action = chosen.map(|own| own.action.id.to_string()).unwrap_or_default();
        let surfaces = Point::ALL.into_iter().map(|own| {
            let mut href = format!("/sales/extensions/preview?surface={}", own.as_str());
            if !action.is_empty() {
                href = format!("{href}&action={action}");
            }
            (href, point_name(&frame, own), own == point)
        });
        let surfaces = surfaces.collect();
        let mut actions: Vec<(String, String)> = known
            .all
            .iter()
            .map(|own| (own.action.id.to_string(), own.action.name.clone()))
            .collect();
        if let Some(own) = chosen
            && actions.iter().all(|(id, _)| *id != action)
        {
            actions.push((action.clone(), own.action.name.clone()));
        }
        let about = |finding: &&sales::Finding| finding.point.is_none_or(|own| own == point);
        let findings =
            chosen.map(|own| Found::all(&frame, own.inspection.findings.iter().filter(about)));
        let matched = chosen.map(|own| match own.inspection.chosen(point) {
            Some(matched) if matched.callable => {
                let name = frame.say1("web-sales.called", "operation", matched.operation.as_str());
                (name, "good")
            }
            Some(matched) => {
                let operation = matched.operation.as_str();
                (frame.say1("web-sales.not-called", "operation", operation), "bad")
            }
            None => (frame.say("web-sales.no-operation"), "warning"),
        });
        let title = frame.say("web-sales.preview");
        Self {
            surfaces,
            surface: point.as_str(),
            what: point_what(&frame, point),
            actions,
            action,
            sample: String::new(),
            sample_problem: None,
            input: pretty(&Input::example(point)),
            input_problem: None,
            refused: None,
            drawn: None,
            came: None,
            findings: findings.unwrap_or_default(),
            matched,
            frame: at(frame, "preview", title),
        }
    }

    fn show(&mut self, point: Point, known: &Known, shaped: &Shaped) {
        let connector = known.connector(&self.frame);
        self.drawn = Some(Drawn::of(&self.frame, point, &connector, shaped));
        if shaped.items.is_empty() {
            let why = if shaped.received == 0 { Outcome::Empty } else { Outcome::NothingUsable };
            let badge = outcome(&self.frame, why);
            self.came.get_or_insert(Came { badge, lines: Vec::new(), call: None });
        }
    }

    /// Draws what was pasted; says whether it could be read.
    fn try_sample(
        &mut self,
        app: &App,
        scope: &Scope,
        (point, known): (Point, &Known),
    ) -> Result<bool, Problem> {
        if self.sample.len() > MAX_SAMPLE {
            self.sample_problem = Some(self.frame.say("sales.outcome-too-large"));
            return Ok(false);
        }
        let sample: Value = match serde_json::from_str(&self.sample) {
            Ok(sample) => sample,
            Err(error) => {
                let place = [("line", error.line().into()), ("column", error.column().into())];
                self.sample_problem = Some(self.frame.say_with("web-sales.not-json", &place));
                return Ok(false);
            }
        };
        match app.sales.preview(scope, Some(point), &sample)? {
            Ok(shaped) => self.show(point, known, &shaped),
            Err(why) => {
                let badge = outcome(&self.frame, why.into());
                self.came = Some(Came { badge, lines: Vec::new(), call: None });
            }
        }
        Ok(true)
    }

    /// Calls the action; says whether it could be.
    async fn run(
        &mut self,
        app: &App,
        scope: &Scope,
        (point, known): (Point, &Known),
    ) -> Result<bool, Problem> {
        let Some(chosen) = &known.chosen else {
            let title = self.frame.say("web-sales.choose-action");
            self.refused = Some((title, String::new()));
            return Ok(false);
        };
        let input: Input = match serde_json::from_str(&self.input) {
            Ok(input) => input,
            Err(error) => {
                let place = [("line", error.line().into()), ("column", error.column().into())];
                let key =
                    if error.is_data() { "web-sales.not-input" } else { "web-sales.not-json" };
                self.input_problem = Some(self.frame.say_with(key, &place));
                return Ok(false);
            }
        };
        let request = Request { point, environment: None, input, action: Some(chosen.action.id) };
        let surface = match Box::pin(app.sales.show(scope, request)).await {
            Ok(surface) => surface,
            Err(error) if !error.fields().is_empty() => {
                let place = |field: &kernel::FieldError| {
                    format!("{} {}", field.pointer, parts::reason(&self.frame, field.code))
                };
                let all: Vec<String> = error.fields().iter().map(place).collect();
                self.input_problem = Some(all.join(" · "));
                return Ok(false);
            }
            Err(error) => {
                self.refused = Some(parts::told(&self.frame, &error));
                return Ok(false);
            }
        };
        let call = surface.sections.first().map(|section| section.call);
        let call = call.or_else(|| surface.absent.first().and_then(|absent| absent.call));
        let mut left_out = Vec::new();
        if let Some(call) = call {
            let told = app.sales.diagnostic(scope, call).await?;
            self.came = Some(Came::of(&self.frame, &told));
            left_out = remarks(&self.frame, &told.remarks);
        } else {
            let why = surface.absent.first().map_or(Outcome::NotCallable, |own| own.outcome);
            let badge = outcome(&self.frame, why);
            self.came = Some(Came { badge, lines: Vec::new(), call: None });
        }
        if let Some(section) = surface.sections.into_iter().next() {
            let shaped = Shaped {
                has_more: section.next_skip.is_some(),
                received: section.items.len(),
                items: section.items,
                remarks: Vec::new(),
            };
            self.show(point, known, &shaped);
        } else {
            self.show(point, known, &Shaped::default());
        }
        if let Some(drawn) = &mut self.drawn {
            drawn.remarks = left_out;
        }
        Ok(true)
    }
}

impl Came {
    fn of(frame: &Frame, told: &Diagnostic) -> Self {
        let mut lines = vec![frame.say1("web-sales.took", "ms", told.duration_us / 1000)];
        lines.extend(told.status.map(|status| frame.say1("web-sales.status", "status", status)));
        let counts = [("received", told.received.into()), ("shown", told.shown.into())];
        if told.received > 0 {
            lines.push(frame.say_with("web-sales.counts", &counts));
        }
        lines.extend(told.code.clone());
        lines.extend(told.message.clone());
        let badge = outcome(frame, told.outcome);
        Self { badge, lines, call: Some(format!("/sales/extensions/calls/{}", told.id)) }
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// A sample to begin with.
fn example(point: Point) -> Value {
    let value = match point {
        Point::RecordSummary => json!([
            { "title": "Contoso Hub", "description": "Renewal contract signed by Ada Lind",
              "dateTime": "2026-03-26T14:30:00Z", "url": "https://hub.example.com/contracts/7",
              "additionalProperties": { "Status": "Signed", "Signed by": "Ada Lind" } },
            { "title": "Contoso Hub", "description": "Two people opened the proposal",
              "dateTime": "2026-03-24T09:00:00Z", "url": null,
              "additionalProperties": { "Views": "4" } },
        ]),
        Point::RecordDetails => json!([
            { "recordId": "7", "recordTypeDisplayName": "Contract",
              "recordTypePluralDisplayName": "Contracts", "recordType": "contract",
              "recordTitle": "Renewal 2026", "url": "https://hub.example.com/contracts/7",
              "additionalProperties": { "Status": "Signed", "Value": "48,000", "Owner": "Ada Lind" } },
            { "recordId": "8", "recordTypeDisplayName": "Contract",
              "recordTypePluralDisplayName": "Contracts", "recordType": "contract",
              "recordTitle": "Support 2026", "url": "https://hub.example.com/contracts/8",
              "additionalProperties": { "Status": "Draft", "Value": "6,000" } },
        ]),
        Point::OpportunityInsights => json!([
            { "title": "Contoso Hub", "description": "The renewal contract was signed on 26 March",
              "dateTime": "2026-03-26T14:30:00Z", "url": "https://hub.example.com/contracts/7",
              "additionalProperties": { "Contract": "Renewal 2026", "Signed by": "Ada Lind" } },
            { "title": "Contoso Hub", "description": "Legal asked for a longer notice period" },
        ]),
        Point::EmailSummary => json!([
            { "insight": "Ada opened the proposal three times this week" },
            { "insight": "The current contract ends on 30 April" },
        ]),
        Point::EmailDraft => json!([
            { "contentType": "content-pdf", "content": "https://hub.example.com/files/offer.pdf",
              "contentTitle": "Offer 2026", "contentDescription": "The offer as discussed on Monday" },
            { "contentType": "content-web", "content": "https://hub.example.com/references",
              "contentTitle": "Reference customers",
              "contentDescription": "What other customers say", "contentIconUrl": null },
        ]),
    };
    json!({ "value": value, "hasMoreResults": false })
}

/// Actions to choose from; more are reached from the overview.
const MAX_ACTIONS: u16 = 100;
/// Bytes of a sample.
const MAX_SAMPLE: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_surface_reads_well() {
        web_proof::show("preview", |frame| {
            let page = |point: Point| {
                let known = Known { all: Vec::new(), chosen: None };
                let mut page = Preview::new(frame.clone(), point, &known);
                let sample = example(point);
                page.sample = pretty(&sample);
                let shaped = sales::shape_sample(point, &sample, 5).unwrap();
                page.show(point, &known, &shaped);
                page
            };
            Point::ALL.into_iter().map(|point| (point.as_str(), page(point))).collect()
        });
    }
}
