//! What administrators of sales set for mails.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem};
use kernel::{Coded as _, FieldError, Permission};
use mailbox::{Rules, SourceRules};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, administration, answer};

/// The form.
#[derive(Debug, Template)]
#[template(path = "rules.html")]
pub(crate) struct Page {
    frame: Frame,
    fields: Vec<Field>,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    internal_domains: String,
    contact_fields: String,
    imap: Option<String>,
    graph: Option<String>,
}

pub(crate) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    visit.scope.require(Permission::SalesManage).map_err(Problem::denied)?;
    let rules = app.mailbox.rules(&visit.scope).await?;
    let sources = app.mailbox.source_rules(&visit.scope).await?;
    Ok(answer::page(&Page::new(visit.frame, (&rules, sources), &[])))
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        (rules, sources): (&Rules, SourceRules),
        errors: &[FieldError],
    ) -> Self {
        let say = |key: &str| frame.say(&format!("web-mail.{key}"));
        let domains = Field::area("internal_domains", say("internal-domains"));
        let contact = Field::area("contact_fields", say("contact-fields"));
        let fields = vec![
            domains.value(rules.internal_domains.join("\n")).hint(say("internal-domains-what")),
            contact.value(rules.contact_fields.join("\n")).hint(say("contact-fields-what")),
            Field::check("imap", say("allow-imap"), sources.imap).hint(say("allow-imap-what")),
            Field::check("graph", say("allow-graph"), sources.graph).hint(say("allow-graph-what")),
        ];
        let fields = fields.into_iter().map(|field| field.checked(errors, frame.t)).collect();
        let title = say("rules");
        Self { fields, frame: administration::at(frame, "mail", title) }
    }
}

pub(crate) async fn set(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let words = |text: &str| text.split([' ', ',', ';', '\n', '\r']).map(str::to_owned).collect();
    let clean = |all: Vec<String>| all.into_iter().filter(|word| !word.is_empty()).collect();
    let rules = Rules {
        internal_domains: clean(words(&typed.internal_domains)),
        contact_fields: clean(words(&typed.contact_fields)),
        changes: 0,
    };
    let sources = SourceRules { imap: typed.imap.is_some(), graph: typed.graph.is_some() };
    match app.mailbox.set_rules(&visit.scope, rules.clone()).await {
        Ok(_set) => {
            app.mailbox.set_source_rules(&visit.scope, sources).await?;
            Ok(answer::back_with(&visit.context, "/admin/mail", "web-mail.rules-set"))
        }
        Err(error @ mailbox::Error::Invalid { .. }) => {
            let page = Page::new(visit.frame, (&rules, sources), error.fields());
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}
