//! The sales pane: who is in the mail, what the CRM knows of them, what to do next; and the same alone, for Outlook.

use askama::Template;
use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use crm::RecordRef;
use edge::{Path, Problem, Query};
use kernel::{ActionId, Coded as _};
use language_features::LanguageFeatures;
use mailbox::{Contact, Matched, Opened, Partner, Related, Save, Seen};
use sales::{Item, Surface};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Html, Section, Visit, answer, html::query_value};

use crate::assist::{self, Helps};

/// The pane.
#[derive(Debug, Template)]
#[template(path = "pane.html")]
pub(crate) struct Pane<'a> {
    frame: &'a Frame,
    id: Uuid,
    /// What stands in the way of the CRM: title and remedy.
    trouble: Option<(String, String)>,
    people: Vec<Person>,
    colleagues: Vec<String>,
    opportunities: Vec<Related>,
    partners: Vec<Partner>,
    save: Option<Save>,
    can_save: bool,
    can_undo: bool,
    /// Files that may go along.
    files: Vec<(usize, String, String)>,
    /// Whether the pane stands in Outlook.
    alone: bool,
    helps: Helps,
}

/// Somebody outside.
#[derive(Debug)]
pub(crate) struct Person {
    name: String,
    address: String,
    contact: Option<Contact>,
    several: Vec<Contact>,
    can_create: bool,
}

/// What the pane shows.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) seen: Option<Seen>,
    pub(crate) trouble: Option<&'static str>,
    pub(crate) opportunities: Vec<Related>,
    pub(crate) partners: Vec<Partner>,
    pub(crate) can_save: bool,
    pub(crate) with_files: bool,
    pub(crate) helps: Helps,
}

/// Asks the CRM; what is in its way is shown and keeps nobody from reading the mail.
pub(crate) async fn ask(app: &App, visit: &Visit, opened: &Opened) -> Result<Shown, Problem> {
    let scope = &visit.scope;
    let rules = app.mailbox.rules(scope).await?;
    let mut shown = Shown {
        can_save: rules.save_mails,
        with_files: rules.save_attachments,
        ..Shown::default()
    };
    match app.mailbox.people(scope, &opened.message).await {
        Ok(seen) => shown.seen = Some(seen),
        Err(error @ (mailbox::Error::Denied(_) | mailbox::Error::Store(_))) => {
            return Err(error.into());
        }
        Err(error) => {
            shown.trouble = Some(error.code().name());
            return Ok(shown);
        }
    }
    let contacts = shown.seen.iter().flat_map(|seen| &seen.people);
    let first = contacts.filter_map(|person| match &person.matched {
        Matched::One(contact) => Some(contact),
        _ => None,
    });
    if let Some(contact) = first.clone().find(|one| one.account.is_some()).or(first.clone().next())
    {
        shown.opportunities = app.mailbox.opportunities(scope, contact).await.unwrap_or_default();
        if !shown.opportunities.is_empty() {
            shown.partners = app.mailbox.partners(scope).await.unwrap_or_default();
        }
    }
    Ok(shown)
}

impl<'a> Pane<'a> {
    pub(crate) fn new(frame: &'a Frame, opened: &Opened, shown: Shown, alone: bool) -> Self {
        let Shown { seen, trouble, opportunities, partners, can_save, with_files, helps } = shown;
        let trouble = trouble.map(|code| (frame.t.code(code), frame.t.code_detail(code)));
        let can_create = seen.as_ref().is_some_and(|seen| seen.can_create);
        let can_undo = seen.as_ref().is_some_and(|seen| seen.can_undo);
        let mut people = Vec::new();
        let mut colleagues = Vec::new();
        for person in seen.into_iter().flat_map(|seen| seen.people) {
            let (contact, several) = match person.matched {
                Matched::Colleague => {
                    colleagues.push(person.address.shown().to_owned());
                    continue;
                }
                Matched::Nobody => (None, Vec::new()),
                Matched::One(contact) => (Some(contact), Vec::new()),
                Matched::Several(several) => (None, several),
            };
            people.push(Person {
                name: person.address.shown().to_owned(),
                address: person.address.address,
                contact,
                several,
                can_create,
            });
        }
        let files = opened.message.files().filter(|_| with_files);
        let files = files.map(|(at, file)| (at, file.name.clone(), size(file.content.len())));
        Self {
            frame,
            id: opened.mail.id,
            can_save: can_save && trouble.is_none(),
            trouble,
            people,
            colleagues,
            opportunities,
            partners,
            save: opened.save.clone(),
            can_undo,
            files: files.collect(),
            alone,
            helps,
        }
    }

    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn path(&self, rest: &str) -> String {
        format!("/mail/{}{rest}", self.id)
    }

    /// What a save may be about: accounts and opportunities around the people.
    fn choices(&self) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = Vec::new();
        let one = |record: &Related| (value(&record.at, &record.name), record.name.clone());
        all.extend(self.opportunities.iter().map(one));
        let contacts = self.people.iter().filter_map(|person| person.contact.as_ref());
        for account in contacts.filter_map(|contact| contact.account.as_ref()) {
            let found = one(account);
            if !found.1.is_empty() && !all.contains(&found) {
                all.push(found);
            }
        }
        all
    }

    /// Whether suggestions for an opportunity come by themselves: the one that the mail is saved to, or the only one.
    fn is_chosen(&self, one: &Related) -> bool {
        match self.save.as_ref().and_then(|save| save.about.as_ref()) {
            Some(about) => about.id.eq_ignore_ascii_case(&one.at.id.0),
            None => self.opportunities.len() == 1,
        }
    }

    fn updates_path(&self, one: &Related) -> String {
        self.path(&format!("/updates?record={}", query_value(&one.at.id.0)))
    }

    /// Where what a partner knows of the first opportunity comes from.
    fn partner_path(&self, partner: &Partner) -> String {
        let Some(record) = self.opportunities.first() else { return String::new() };
        let (table, id) = (query_value(&record.at.table), query_value(&record.at.id.0));
        self.path(&format!("/partners/{}?table={table}&record={id}", partner.action))
    }
}

/// A record as a form sends it.
pub(crate) fn value(at: &RecordRef, name: &str) -> String {
    format!("{}/{}/{name}", at.table, at.id.0)
}

/// Bytes as people read them.
pub(crate) fn size(bytes: usize) -> String {
    let kilo = bytes.div_ceil(1024);
    if kilo < 1024 {
        format!("{kilo} KB")
    } else {
        format!("{}.{} MB", kilo / 1024, kilo % 1024 * 10 / 1024)
    }
}

/// What one partner knows.
#[derive(Debug, Template)]
#[template(path = "partner.html")]
struct Part<'a> {
    frame: &'a Frame,
    sections: Vec<(String, Vec<Item>)>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    table: String,
    record: String,
}

/// What one partner knows, as a part of the pane; nothing where it does not answer in time.
pub(crate) async fn partner(
    State(app): State<App>,
    visit: Visit,
    Path((_mail, action)): Path<(Uuid, ActionId)>,
    Query(of): Query<Of>,
) -> Result<Response, Problem> {
    let record = RecordRef::new(of.table, of.record);
    let surface: Surface = app.mailbox.ask(&visit.scope, action, &record).await?;
    let sections = surface.sections.into_iter().map(|one| (one.connector_name, one.items));
    Ok(answer::part(Html::of(&Part { frame: &visit.frame, sections: sections.collect() })))
}

/// The pane alone, as an add-in of Outlook shows it.
#[derive(Debug, Template)]
#[template(path = "alone.html")]
pub(crate) struct Alone {
    frame: Frame,
    pane: Html,
    subject: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    mail: Uuid,
}

pub(crate) async fn alone(
    State(app): State<App>,
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, which.mail).await?;
    let mut shown = ask(&app, &visit, &opened).await?;
    shown.helps = assist::offered(&language, &visit).await;
    let mut response = answer::page(&Alone::new(visit.frame, &opened, shown));
    // Outlook shows it in a frame of its own; nobody else does
    let policy = HeaderValue::from_static(FRAMED);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response.headers_mut().insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    Ok(response)
}

impl Alone {
    pub(crate) fn new(frame: Frame, opened: &Opened, shown: Shown) -> Self {
        let pane = Pane::new(&frame, opened, shown, true).html();
        Self::around(frame, opened, pane)
    }

    /// A part of the pane as a page of its own: for who reads without script.
    pub(crate) fn around(frame: Frame, opened: &Opened, pane: Html) -> Self {
        let subject = opened.mail.subject.clone();
        Self { frame: frame.at(Section::Mail, subject.clone()), pane, subject }
    }
}

const FRAMED: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'self' https://outlook.office.com https://outlook.office365.com https://outlook.live.com";
