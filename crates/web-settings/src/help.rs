//! What the hub promises about data, and under which terms it is used; the manifests of its apps lead here.

use askama::Template;
use axum::response::Response;
use edge::Problem;
use web_frame::{AnyVisit, Frame, Section, answer};

/// The page.
#[derive(Debug, Template)]
#[template(path = "help.html")]
pub(crate) struct Page {
    frame: Frame,
    /// Headings with their paragraphs.
    parts: Vec<(String, Vec<String>)>,
}

pub(crate) async fn privacy(visit: AnyVisit) -> Result<Response, Problem> {
    Ok(answer::page(&Page::new(visit.frame, "privacy")))
}

pub(crate) async fn terms(visit: AnyVisit) -> Result<Response, Problem> {
    Ok(answer::page(&Page::new(visit.frame, "terms")))
}

impl Page {
    pub(crate) fn new(frame: Frame, which: &str) -> Self {
        let say = |key: &str| frame.say(&format!("web-settings.help-{which}-{key}"));
        let heads: &[&str] = match which {
            "privacy" => &["who", "crm", "mail", "product", "leaves", "stays", "rights"],
            _ => &["what", "use", "warranty"],
        };
        let part = |head: &&str| (say(head), vec![say(&format!("{head}-what"))]);
        Self {
            parts: heads.iter().map(part).collect(),
            frame: {
                let title = say("title");
                frame.at(Section::Nowhere, title)
            },
        }
    }
}
