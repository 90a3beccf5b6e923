//! What pages show of apps and findings.

use app_packages::{Finding, Severity};
use apps::{Asks, Entry, Origin, Texts, Version, VersionState};
use kernel::{AppId, Language};
use web_frame::Frame;

/// An app as a tile, or in a head.
#[derive(Debug, Clone)]
pub(super) struct Card {
    pub(super) href: String,
    pub(super) id: AppId,
    pub(super) name: String,
    pub(super) what: String,
    pub(super) developer: String,
    pub(super) icon: Option<String>,
    pub(super) kinds: Vec<String>,
    pub(super) is_pinned: bool,
    /// A word and its colour, for what cannot be installed.
    pub(super) state: Option<(String, &'static str)>,
    pub(super) waiting: Option<i64>,
    pub(super) version: String,
    pub(super) origin: String,
}

/// The language that a frame speaks.
pub(super) fn language(frame: &Frame) -> Language {
    frame.language().parse().unwrap_or_default()
}

/// The address of an icon among the pages.
pub(super) fn icon(app: AppId, hash: &str) -> Option<String> {
    (!hash.is_empty()).then(|| format!("/apps/{app}/icon/{hash}"))
}

pub(super) fn texts<'a>(frame: &Frame, version: &'a Version) -> &'a Texts {
    version.about.texts(language(frame))
}

/// What an app adds, in words.
pub(super) fn kinds(frame: &Frame, version: &Version) -> Vec<String> {
    let word = |it: &String| frame.say(&format!("apps.category-{}", it.replace('_', "-")));
    version.about.capabilities.iter().map(word).collect()
}

impl Card {
    pub(super) fn of(frame: &Frame, entry: &Entry) -> Self {
        let (app, version) = (&entry.app, &entry.version);
        let texts = texts(frame, version);
        let state = if app.is_blocked {
            Some((frame.say("apps.state-blocked"), "bad"))
        } else if app.is_withdrawn {
            Some((frame.say("apps.state-withdrawn"), "warning"))
        } else if app.current.is_none() {
            Some(state(frame, version.state))
        } else {
            None
        };
        Self {
            href: format!("/apps/{}", app.id),
            id: app.id,
            name: texts.name.clone(),
            what: texts.short_description.clone(),
            developer: version.about.developer.clone(),
            icon: icon(app.id, &version.color_icon),
            kinds: kinds(frame, version),
            is_pinned: false,
            state,
            waiting: entry.waiting,
            version: version.version.clone(),
            origin: origin(frame, app.origin),
        }
    }
}

pub(super) fn origin(frame: &Frame, origin: Origin) -> String {
    frame.say(&format!("apps.origin-{}", origin.as_str()))
}

/// A state in words, and the colour of its badge.
pub(super) fn state(frame: &Frame, state: VersionState) -> (String, &'static str) {
    let colour = match state {
        VersionState::Submitted => "warning",
        VersionState::Approved => "brand",
        VersionState::Published => "good",
        VersionState::Rejected => "bad",
    };
    (frame.say(&format!("apps.state-{}", state.as_str())), colour)
}

/// What an app asks for, in words.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) kinds: Vec<String>,
    pub(super) permissions: Vec<(String, String)>,
    pub(super) domains: Vec<String>,
}

impl Asked {
    pub(super) fn of(frame: &Frame, asks: &Asks) -> Self {
        let kind = |it: &String| frame.say(&format!("apps.category-{}", it.replace('_', "-")));
        let permission = |it: &String| {
            let what = match it.as_str() {
                "identity" => frame.say("apps.permission-identity"),
                "messageTeamMembers" => frame.say("apps.permission-message-team-members"),
                _ => String::new(),
            };
            (it.clone(), what)
        };
        Self {
            kinds: asks.capabilities.iter().map(kind).collect(),
            permissions: asks.permissions.iter().map(permission).collect(),
            domains: asks.valid_domains.iter().cloned().collect(),
        }
    }
}

/// A finding about a package, in words.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) is_error: bool,
    pub(super) word: String,
    pub(super) place: String,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) remedy: String,
    pub(super) code: &'static str,
}

/// Findings as a page shows them: errors first.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub(super) title: String,
    pub(super) class: &'static str,
    pub(super) icon: &'static str,
    pub(super) counts: String,
    pub(super) rows: Vec<Told>,
}

impl Report {
    pub(super) fn of(frame: &Frame, findings: &[Finding]) -> Self {
        let errors = findings.iter().filter(|it| it.severity == Severity::Error).count();
        let warnings = findings.len() - errors;
        let count = |key: &str, count: usize| {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            frame.say1(key, "count", count)
        };
        let mut counts = Vec::new();
        if errors > 0 {
            counts.push(count("apps.findings-errors", errors));
        }
        if warnings > 0 {
            counts.push(count("apps.findings-warnings", warnings));
        }
        let (title, class, icon) = match (errors, warnings) {
            (0, 0) => ("apps.findings-fine", "good", "check-circle"),
            (0, _) => ("apps.findings-warned", "warning", "warning"),
            _ => ("apps.findings-refused", "bad", "error"),
        };
        let mut rows: Vec<Told> = findings.iter().map(|it| Told::of(frame, it)).collect();
        kernel::sort_by_key(&mut rows, |row| !row.is_error);
        Self { title: frame.say(title), class, icon, counts: counts.join(" · "), rows }
    }
}

impl Told {
    fn of(frame: &Frame, finding: &Finding) -> Self {
        let key = format!("packages.package-{}", finding.rule.code().replace(['.', '_'], "-"));
        let is_error = finding.severity == Severity::Error;
        let word = if is_error { "apps.finding-error" } else { "apps.finding-warning" };
        Self {
            is_error,
            word: frame.say(word),
            place: finding.place.to_string(),
            title: frame.say(&key),
            detail: finding.detail.clone(),
            remedy: frame.say(&format!("{key}-remedy")),
            code: finding.rule.code(),
        }
    }
}
