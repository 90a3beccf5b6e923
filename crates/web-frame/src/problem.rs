//! The page of everything that went wrong: what happened, what to do, the request's id.

use askama::Template;
use edge::Document;
use kernel::{Code, Kind};

use crate::Frame;

/// A problem as people read it.
#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub struct Problem {
    frame: Frame,
    icon: &'static str,
    title: String,
    detail: String,
    errors: Vec<String>,
    way: &'static str,
    way_label: String,
}

impl Problem {
    /// The page of a problem; edge wrote its title and what to do.
    pub fn new(frame: Frame, code: Code, document: &Document) -> Self {
        let icon = match code.kind() {
            Kind::NotFound | Kind::Gone => "document",
            Kind::Forbidden => "lock",
            Kind::Unauthenticated => "key",
            Kind::Throttled => "clock",
            Kind::Unavailable | Kind::Upstream => "plug-off",
            Kind::Invalid | Kind::TooLarge | Kind::Conflict => "warning",
            Kind::Internal => "error",
        };
        let signed_in = frame.person.is_some();
        let (way, key) =
            if signed_in { ("/", "problem-home") } else { ("/sign-in", "problem-sign-in") };
        let way_label = frame.say(key);
        let title = document.title.clone();
        let detail = match code.name() {
            // programs are told where addresses are listed; people look for something
            "route.unknown" => frame.say("problem-nowhere"),
            _ => document.detail.clone(),
        };
        let errors = document.errors.iter().map(|finding| finding.detail.clone()).collect();
        let frame = Frame { title: title.clone(), ..frame };
        Self { frame, icon, title, detail, errors, way, way_label }
    }

    /// What it looks like.
    pub fn samples(frame: &Frame) -> Vec<(&'static str, Self)> {
        use kernel::{Ids, Language};
        let language: Language = frame.language().parse().unwrap_or_default();
        [
            ("missing", edge::Problem::new("channel.unknown", Kind::NotFound, "")),
            ("denied", edge::Problem::new("permission.missing", Kind::Forbidden, "users:manage")),
            ("internal", edge::Problem::new("internal", Kind::Internal, "")),
        ]
        .into_iter()
        .map(|(name, problem)| {
            let document = problem.document(language, Ids::seeded(1).fresh());
            (name, Self::new(frame.clone(), problem.code(), &document))
        })
        .collect()
    }
}
