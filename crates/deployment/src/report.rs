//! A report to keep or to hand on: Markdown, CSV, JSON, SARIF.

use std::fmt::Write as _;

use i18n::Translator;
use serde_json::{Value as Json, json};

use crate::{Class, Outcome, Report, State, Who, Why};

/// As what a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Markdown, to be read.
    Markdown,
    /// Comma-separated values (RFC 4180), for a workbook.
    Csv,
    /// JSON.
    Json,
    /// SARIF 2.1.0 (OASIS), for what collects findings.
    Sarif,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Markdown, Self::Csv, Self::Json, Self::Sarif];

    /// As addresses name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }

    /// The format of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }

    /// What it is on the wire.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Sarif => "application/sarif+json",
        }
    }

    /// How the name of a file ends.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }
}

/// The words of one outcome.
#[derive(Debug, Clone)]
pub struct Words {
    /// What is checked.
    pub title: String,
    /// What to do where it does not hold.
    pub remedy: String,
    /// The state.
    pub state: String,
    /// How it is known; empty where it is not.
    pub source: String,
    /// Why nobody can tell; empty where somebody can.
    pub why: String,
    /// Who can cure it.
    pub who: String,
}

impl Words {
    /// In the reader's language.
    pub fn of(outcome: &Outcome, t: &Translator<'_>) -> Self {
        let key = outcome.check.key();
        Self {
            title: t.text(format!("deployment.check-{key}")),
            remedy: t.text(format!("deployment.check-{key}-cure")),
            state: t.text(format!("deployment.state-{}", outcome.state.as_str().replace('_', "-"))),
            source: outcome
                .source
                .map(|source| t.text(format!("deployment.source-{}", source.as_str())))
                .unwrap_or_default(),
            why: outcome.why.map(|why| reason(outcome, why, t)).unwrap_or_default(),
            who: t.text(format!("deployment.who-{}", outcome.check.who.as_str())),
        }
    }
}

/// Why nobody can tell, and what would.
fn reason(outcome: &Outcome, why: Why, t: &Translator<'_>) -> String {
    let said = t.text(format!("deployment.why-{}", why.as_str()));
    if !matches!(why, Why::NotRead) {
        return said;
    }
    let names = outcome.check.reads.iter().map(|source| source.name());
    let names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return said;
    }
    let told = t.with("deployment.why-told-by", &[("names", names.join(", ").as_str().into())]);
    format!("{said} {told}")
}

/// Writes a report in the reader's language.
pub fn render(report: &Report, format: Format, t: &Translator<'_>) -> String {
    match format {
        Format::Markdown => markdown(report, t),
        Format::Csv => csv(report, t),
        Format::Json => pretty(&document(report, t)),
        Format::Sarif => pretty(&sarif(report, t)),
    }
}

fn pretty(document: &Json) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

fn age(outcome: &Outcome) -> String {
    outcome.read_at.map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default()
}

/// Signs that Markdown would take for its own are written with a backslash (`CommonMark` §2.4).
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~') {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
    }
    out
}

fn markdown(report: &Report, t: &Translator<'_>) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    let say = |name: &str| t.text(format!("deployment.{name}"));
    line(format!("# {}\n", say("report")));
    let counts = report.counts(None);
    line(format!("{}\n", say(&format!("guide-{}", report.guide.as_str()))));
    line(format!(
        "{} {} · {} {} · {} {} · {} {}\n",
        say("state-pass"),
        counts.pass,
        say("state-fail"),
        counts.fail,
        say("state-warning"),
        counts.warning,
        say("state-unknown"),
        counts.unknown
    ));
    for step in report.guide.steps() {
        line(format!("## {}\n", say(&format!("step-{}", step.as_str()))));
        for one in report.of(*step) {
            let words = Words::of(one, t);
            line(format!(
                "### {} · {} · {}\n",
                one.check.id,
                plain(&words.state),
                plain(&words.title)
            ));
            if !words.why.is_empty() {
                line(format!("- {}", plain(&words.why)));
            }
            if !words.source.is_empty() {
                line(format!("- {} ({})", plain(&words.source), age(one)));
            }
            for seen in &one.observed {
                line(format!("- {}", plain(seen)));
            }
            if let Some(said) = one.statement.as_ref().filter(|said| !said.note.is_empty()) {
                line(format!("- « {} »", plain(&said.note)));
            }
            if one.state != State::Pass {
                line(format!("- **{}** – {}", plain(&words.who), plain(&words.remedy)));
                for (en, fr) in one.check.labels {
                    line(format!("  - {} / {}", plain(en), plain(fr)));
                }
            }
            line(String::new());
        }
    }
    line(format!("## {}\n", say("who-must-act")));
    for who in Who::ALL {
        let own = report.failing().filter(|one| one.check.who == who);
        let own: Vec<_> = own.map(|one| one.check.id).collect();
        if !own.is_empty() {
            line(format!("- {} – {}", say(&format!("who-{}", who.as_str())), own.join(", ")));
        }
    }
    out
}

/// A cell: in quotes, and never one that a workbook would take for a formula.
fn cell(out: &mut String, text: &str) {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    // writing to a text does not fail
    let _ = write!(out, "\"{}{}\"", if risky { "'" } else { "" }, text.replace('"', "\"\""));
}

fn csv(report: &Report, t: &Translator<'_>) -> String {
    let mut out =
        String::from("id,class,step,state,title,source,read_at,observed,who,remedy,note\r\n");
    for one in &report.outcomes {
        let words = Words::of(one, t);
        let note = one.statement.as_ref().map(|said| said.note.as_str()).unwrap_or_default();
        let observed = one.observed.join("; ");
        let at = one.read_at.map(|at| at.to_string()).unwrap_or_default();
        let step = t.text(format!("deployment.step-{}", one.check.step.as_str()));
        let cells = [
            one.check.id,
            one.check.class.letter(),
            &step,
            &words.state,
            &words.title,
            &words.source,
            &at,
            &observed,
            &words.who,
            &words.remedy,
            note,
        ];
        for (index, text) in cells.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            cell(&mut out, text);
        }
        out.push_str("\r\n");
    }
    out
}

/// What the interface says of a report.
fn document(report: &Report, t: &Translator<'_>) -> Json {
    let counts = report.counts(None);
    let checks = report.outcomes.iter().map(|one| {
        let words = Words::of(one, t);
        let labels = one.check.labels.iter().map(|(en, fr)| json!({ "en": en, "fr": fr }));
        json!({
            "id": one.check.id, "class": one.check.class.as_str(), "crm": one.check.crm.as_str(),
            "step": one.check.step.as_str(), "state": one.state.as_str(),
            "why": one.why.map(Why::as_str), "observed": one.observed,
            "source": one.source.map(crate::Source::as_str),
            "read_at": one.read_at.map(|at| at.to_string()), "title": words.title,
            "remedy": words.remedy, "who": one.check.who.as_str(),
            "labels": labels.collect::<Vec<_>>(), "place": one.check.place,
            "note": one.statement.as_ref().map(|said| said.note.as_str()),
        })
    });
    json!({
        "guide": report.guide.as_str(), "at": report.at.to_string(),
        "checked_at": report.checked_at.map(|at| at.to_string()),
        "counts": {
            "pass": counts.pass, "fail": counts.fail, "warning": counts.warning,
            "unknown": counts.unknown,
        },
        "checks": checks.collect::<Vec<_>>(),
    })
}

/// Kinds and levels of SARIF 2.1.0 §3.27.9 and §3.27.10: a level other than `none` goes with `fail` alone.
const fn sarif_words(state: State, class: Class) -> (&'static str, &'static str) {
    match (state, class) {
        (State::Pass, _) => ("pass", "none"),
        (State::Fail, Class::Blocks) => ("fail", "error"),
        (State::Fail | State::Warning, _) => ("fail", "warning"),
        (State::Unknown, _) => ("open", "none"),
        (State::NotApplicable, _) => ("notApplicable", "none"),
    }
}

fn sarif(report: &Report, t: &Translator<'_>) -> Json {
    let rule = |one: &Outcome| {
        let words = Words::of(one, t);
        let level = match one.check.class {
            Class::Blocks => "error",
            Class::Feature | Class::Warning => "warning",
        };
        json!({
            "id": one.check.id,
            "shortDescription": { "text": words.title },
            "help": { "text": words.remedy },
            "defaultConfiguration": { "level": level },
        })
    };
    let result = |(index, one): (usize, &Outcome)| {
        let words = Words::of(one, t);
        let (kind, level) = sarif_words(one.state, one.check.class);
        let mut text = words.title;
        for more in one.observed.iter().chain([&words.why]).filter(|more| !more.is_empty()) {
            text.push_str("; ");
            text.push_str(more);
        }
        if one.state != State::Pass {
            text.push_str(". ");
            text.push_str(&words.remedy);
        }
        json!({
            "ruleId": one.check.id, "ruleIndex": index, "kind": kind, "level": level,
            "message": { "text": text },
            "locations": [{ "logicalLocations": [{
                "name": one.check.id, "fullyQualifiedName": format!("{}/{}", one.check.step.as_str(), one.check.id),
                "kind": "module",
            }] }],
            "properties": {
                "source": one.source.map(crate::Source::as_str),
                "readAt": one.read_at.map(|at| at.to_string()),
            },
        })
    };
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "liaison deploy check",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": report.outcomes.iter().map(rule).collect::<Vec<_>>(),
            } },
            "results": report.outcomes.iter().enumerate().map(result).collect::<Vec<_>>(),
        }],
    })
}
