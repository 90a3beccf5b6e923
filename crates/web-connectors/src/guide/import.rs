//! The list of old addresses.

use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem};
use kernel::{Coded as _, FieldError};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, answer};
use webhook_import::{Entry, Fate, Import, ImportReport};

use super::Guide;

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    csv: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    channel: String,
    /// `import`, else the list is only checked.
    #[serde(default)]
    what: String,
}

/// What became of the list, as it is shown.
#[derive(Debug)]
pub(super) struct Report {
    /// The class of the note above the table.
    pub(super) class: &'static str,
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
    pub(super) unused: Option<String>,
    /// Whether the list can be imported as it is.
    pub(super) ready: bool,
}

/// One line of the list.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) badge: &'static str,
    pub(super) outcome: String,
    pub(super) name: String,
    pub(super) href: Option<String>,
    pub(super) place: String,
    pub(super) new: Option<String>,
    pub(super) faults: Vec<String>,
}

pub(super) fn fields(frame: &Frame, typed: &Typed) -> Vec<Field> {
    let say = |key: &str| frame.say(&format!("guide.{key}"));
    vec![
        Field::area("csv", say("csv"))
            .hint(say("csv-hint"))
            .placeholder("team;channel;name;url;owner")
            .value(&typed.csv)
            .required(),
        Field::text("team", say("team")).hint(say("team-hint")).value(&typed.team).max(200),
        Field::text("channel", say("channel")).value(&typed.channel).max(200),
    ]
}

pub(super) async fn import(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let said = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let import = Import {
        csv: typed.csv.clone(),
        dry_run: typed.what != "import",
        team: said(&typed.team),
        channel: said(&typed.channel),
        owner: None,
    };
    let outcome = app.imports.import(&visit.scope, import).await;
    let mut guide = Guide::read(&app, &visit, "").await?;
    let (status, faults) = match outcome {
        Ok(report) => {
            let refused = report.count(Fate::Refused) > 0;
            guide.report = Some(Report::of(&visit.frame, report));
            (if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, Vec::new())
        }
        Err(error) if !error.fields().is_empty() => {
            (StatusCode::UNPROCESSABLE_ENTITY, error.fields().to_vec())
        }
        Err(error) => return Err(error.into()),
    };
    guide.fields = checked(&visit.frame, &typed, &faults);
    Ok(answer::page_with(status, &guide))
}

fn checked(frame: &Frame, typed: &Typed, faults: &[FieldError]) -> Vec<Field> {
    fields(frame, typed).into_iter().map(|field| field.checked(faults, frame.t)).collect()
}

impl Report {
    pub(super) fn of(frame: &Frame, report: ImportReport) -> Self {
        let (made, refused) = (report.count(Fate::Made), report.count(Fate::Refused));
        let (class, key, count) = match (report.applied, refused, made) {
            (true, 0, _) => ("good", "done", made),
            (_, 1.., _) => ("bad", "refused", refused),
            (false, 0, 0) => ("info", "nothing-new", report.count(Fate::Kept)),
            (false, 0, _) => ("info", "ready", made),
        };
        let unused = (!report.unused.is_empty())
            .then(|| frame.say1("guide.unused", "columns", report.unused.join(", ")));
        Self {
            class,
            title: frame.say1(&format!("guide.{key}"), "count", count),
            ready: !report.applied && refused == 0 && made > 0,
            rows: report.entries.into_iter().map(|entry| Row::of(frame, entry)).collect(),
            unused,
        }
    }
}

impl Row {
    fn of(frame: &Frame, entry: Entry) -> Self {
        let badge = match entry.fate {
            Fate::Made => "good",
            Fate::Kept => "",
            Fate::Refused => "bad",
        };
        let new = match (entry.new_team, entry.new_channel) {
            (true, _) => Some(frame.say("guide.new-team")),
            (false, true) => Some(frame.say("guide.new-channel")),
            (false, false) => None,
        };
        let fault = |fault: webhook_import::Fault| {
            let key = fault.code.replace(['.', '_'], "-");
            if KNOWN.contains(&key.as_str()) {
                frame.say(&format!("guide.{key}"))
            } else {
                format!("{} ({})", fault.detail, fault.code)
            }
        };
        Self {
            line: entry.line,
            badge,
            outcome: frame.say(&format!("guide.fate-{}", entry.fate.as_str())),
            name: entry.name,
            href: entry.webhook.map(|id| format!("/webhooks/{id}")),
            place: format!("{} › {}", entry.team, entry.channel),
            new: new.filter(|_| entry.fate != Fate::Refused),
            faults: entry.faults.into_iter().map(fault).collect(),
        }
    }
}

/// Faults with a sentence of their own.
const KNOWN: &[&str] = &[
    "import-url-missing",
    "import-url-malformed",
    "import-duplicate",
    "import-address-elsewhere",
    "import-address-taken",
    "import-owner-unknown",
    "import-owner-denied",
    "import-team-missing",
    "import-team-unknown",
    "import-team-hidden",
    "import-channel-hidden",
    "import-undone",
    "webhook-name-too-long",
    "webhook-owners-only",
];
