//! The sales pane: who is in the mail, what the CRM knows of them, what to do next; and the same alone, for Outlook.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use crm::{FieldKind, RecordRef};
use edge::{Path, Problem, Query};
use kernel::{ActionId, Coded as _};
use mailbox::{
    Asked, Contact, Files, Kind, Matched, Offered, Opened, Partner, Related, Save, Seen,
};
use sales::{Point, Surface};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Field, Frame, Html, Section, Visit, html::query_value};

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
    /// Files that may go along.
    files: Vec<(usize, String, String)>,
    /// Whether the pane stands in Outlook.
    alone: bool,
    helps: Helps,
    /// What administrators let the seller say.
    saving: Offered,
    /// Fields that mails are categorised with.
    categories: Vec<Field>,
    /// The CRM that is used.
    crm: Option<(String, &'static str, Uuid)>,
    /// The mark of saved mails, and whether this one has it.
    mark: Option<(String, bool)>,
}

/// Somebody outside.
#[derive(Debug)]
pub(crate) struct Person {
    name: String,
    address: String,
    contact: Option<Contact>,
    several: Vec<Contact>,
    kinds: Vec<Kind>,
}

/// What the pane shows.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) seen: Option<Seen>,
    pub(crate) trouble: Option<&'static str>,
    pub(crate) opportunities: Vec<Related>,
    pub(crate) partners: Vec<Partner>,
    pub(crate) saving: Offered,
    pub(crate) helps: Helps,
    /// The CRM that is used: name, kind and identifier.
    pub(crate) crm: Option<(String, &'static str, Uuid)>,
    /// The mark of saved mails, where they get one, and whether this one has it.
    pub(crate) mark: Option<(String, bool)>,
}

/// Asks the CRM; what is in its way is shown and keeps nobody from reading the mail.
pub(crate) async fn ask(app: &App, visit: &Visit, opened: &Opened) -> Result<Shown, Problem> {
    let scope = &visit.scope;
    // without a CRM there is nothing to save to, which the people say
    let saving = app.mailbox.offered(scope).await.unwrap_or_default();
    let mark = app.mailbox.mark_of(scope, opened).await.unwrap_or_default();
    let mut shown = Shown { saving, mark, ..Shown::default() };
    if let Ok(system) = app.crm.chosen(scope).await {
        shown.crm = Some((system.name, system.kind.as_str(), system.id));
    }
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
    if let Some(seen) = &shown.seen {
        shown.opportunities = opportunities(app, visit, seen).await;
    }
    let mut points = Vec::new();
    if shown.seen.as_ref().is_some_and(has_contact) {
        points.push(Point::EmailSummary);
    }
    if !shown.opportunities.is_empty() {
        points.push(Point::OpportunityInsights);
    }
    shown.partners = app.mailbox.partners(scope, &points).await.unwrap_or_default();
    Ok(shown)
}

/// Whether anybody in the mail is a contact.
fn has_contact(seen: &Seen) -> bool {
    seen.people.iter().any(|person| matches!(person.matched, Matched::One(_)))
}

/// Open opportunities around the people of a mail: of the first contact with an account, else of the first.
pub(crate) async fn opportunities(app: &App, visit: &Visit, seen: &Seen) -> Vec<Related> {
    let mut contacts = seen.people.iter().filter_map(|person| match &person.matched {
        Matched::One(contact) => Some(contact),
        _ => None,
    });
    let first = contacts.clone().find(|one| one.account.is_some()).or_else(|| contacts.next());
    match first {
        Some(contact) => app.mailbox.opportunities(&visit.scope, contact).await.unwrap_or_default(),
        None => Vec::new(),
    }
}

impl<'a> Pane<'a> {
    pub(crate) fn new(frame: &'a Frame, opened: &Opened, shown: Shown, alone: bool) -> Self {
        let Shown { seen, trouble, opportunities, partners, saving, helps, crm, mark } = shown;
        let (can_save, with_files) = (saving.mails, saving.files != Files::Stay);
        let categories = saving.fields.iter().map(|field| category(frame, field)).collect();
        let trouble = trouble.map(|code| (frame.t.code(code), frame.t.code_detail(code)));
        let kinds = seen.as_ref().map(|seen| seen.kinds.clone()).unwrap_or_default();
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
                kinds: kinds.clone(),
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
            files: files.collect(),
            alone,
            helps,
            saving,
            categories,
            crm,
            mark,
        }
    }

    /// What whoever helps wants to know, line by line; nothing in it is a secret.
    fn diagnostics(&self) -> String {
        let mut lines = vec![
            format!("Liaison {}", env!("CARGO_PKG_VERSION")),
            format!("request {}", self.frame.request),
            format!("mail {}", self.id),
            format!("time {}", self.frame.now),
        ];
        if let Some(person) = &self.frame.person {
            lines.push(format!("person {}", person.account));
        }
        if let Some((name, kind, id)) = &self.crm {
            lines.push(format!("CRM {name} ({kind}) {id}"));
        }
        if let Some((title, _)) = &self.trouble {
            lines.push(format!("trouble {title}"));
        }
        lines.push(format!("host {}", if self.alone { "outlook" } else { "browser" }));
        lines.join("\n")
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

    /// What a mail may be related to beside: those of the tables that the CRM relates mails to.
    fn beside(&self) -> Vec<(String, String)> {
        let mut all = self.choices();
        let fits = |value: &str| {
            let table = value.split('/').next().unwrap_or_default();
            self.saving.related_to.iter().any(|own| own == table)
        };
        all.retain(|(value, _)| fits(value));
        all
    }

    /// Whether suggestions for an opportunity come by themselves: the one that the mail is saved to, or the only one.
    fn is_chosen(&self, one: &Related) -> bool {
        match self.save.as_ref().and_then(|save| save.about.as_ref()) {
            Some(about) => about.id.eq_ignore_ascii_case(&one.at.id.0),
            None => self.opportunities.len() == 1,
        }
    }

    fn from(&self) -> &'static str {
        if self.alone { "outlook" } else { "" }
    }

    /// The address of a part.
    fn part_path(&self, part: &str) -> String {
        self.path(&format!("/{part}?from={}", self.from()))
    }

    fn updates_path(&self, one: &Related) -> String {
        self.path(&format!("/updates?record={}&from={}", query_value(&one.at.id.0), self.from()))
    }

    fn record_path(&self, at: &RecordRef) -> String {
        self.path(&format!("/record{}", query_of(at, self.from())))
    }

    /// Partners of one point.
    fn asked(&self, point: &str) -> Vec<&Partner> {
        self.partners.iter().filter(|partner| partner.point.as_str() == point).collect()
    }

    /// Where what a partner knows of the mail or of the first opportunity comes from.
    fn partner_path(&self, partner: &Partner) -> String {
        let record = self.opportunities.first().map(|one| query_of(&one.at, self.from()));
        let record = record.unwrap_or_else(|| format!("?from={}", self.from()));
        self.path(&format!("/partners/{}{record}&point={}", partner.action, partner.point.as_str()))
    }
}

/// The control of a field that mails are categorised with.
fn category(frame: &Frame, field: &crm::Field) -> Field {
    let (name, label) = (format!("category-{}", field.name), field.label.clone());
    let nothing = || (String::new(), frame.say("web-mail.category-none"));
    match &field.kind {
        FieldKind::Choice(all) => {
            let each = all.iter().map(|one| (one.value.clone(), one.label.clone()));
            Field::select(&name, label, std::iter::once(nothing()).chain(each))
        }
        FieldKind::Boolean => {
            let each = [("true", "yes"), ("false", "no")];
            let each = each
                .map(|(value, key)| (value.to_owned(), frame.say(&format!("web-settings.{key}"))));
            Field::select(&name, label, std::iter::once(nothing()).chain(each))
        }
        FieldKind::Whole => Field::input("number", &name, label),
        FieldKind::Row(_) => Field::text(&name, label).hint(frame.say("web-mail.category-record")),
        _ => Field::text(&name, label),
    }
}

/// A record as addresses of parts name it.
pub(crate) fn query_of(at: &RecordRef, from: &str) -> String {
    let (table, id) = (query_value(&at.table), query_value(&at.id.0));
    format!("?table={table}&record={id}&from={}", query_value(from))
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
pub(crate) struct Part<'a> {
    frame: &'a Frame,
    point: Point,
    sections: Vec<sales::Section>,
}

impl<'a> Part<'a> {
    pub(crate) fn new(frame: &'a Frame, point: Point, sections: Vec<sales::Section>) -> Self {
        Self { frame, point, sections }
    }

    const fn is_list(&self) -> bool {
        matches!(self.point, Point::RecordDetails | Point::EmailDraft)
    }

    /// What a section is called: its records where they are all called the same.
    fn title(section: &sales::Section) -> &str {
        section.plural().unwrap_or(&section.connector_name)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Of {
    table: String,
    record: String,
    point: String,
    wish: String,
}

/// What one partner knows, as a part of the pane; nothing where it does not answer in time.
pub(crate) async fn partner(
    State(app): State<App>,
    visit: Visit,
    (Path((mail, action)), Query(of)): (Path<(Uuid, ActionId)>, Query<Of>),
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let record = RecordRef::new(of.table, of.record);
    let point = Point::parse(&of.point).unwrap_or(Point::OpportunityInsights);
    let opened = app.mailbox.open(&visit.scope, mail).await?;
    let about = match point {
        Point::EmailSummary | Point::EmailDraft => {
            let related = std::slice::from_ref(&record);
            let related = if record.id.0.is_empty() { &[][..] } else { related };
            Asked::Mail(&opened, related, Some(&of.wish))
        }
        _ => Asked::Record(&record),
    };
    let surface: Surface = app.mailbox.ask(&visit.scope, (point, action), about).await?;
    let html = Html::of(&Part::new(&visit.frame, point, surface.sections));
    Ok(assist::part(&headers, visit.frame, &opened, html))
}

/// The pane alone, as an add-in of Outlook shows it; and its parts as pages of their own.
#[derive(Debug, Template)]
#[template(path = "alone.html")]
pub(crate) struct Alone {
    frame: Frame,
    pane: Html,
    subject: String,
    /// Where a part leads back to.
    back: Option<String>,
    wide: bool,
}

impl Alone {
    pub(crate) fn new(frame: Frame, opened: &Opened, shown: Shown) -> Self {
        let pane = Pane::new(&frame, opened, shown, true).html();
        Self { back: None, ..Self::around(frame, opened, pane) }
    }

    /// A part of the pane as a page of its own: for who reads without script.
    pub(crate) fn around(frame: Frame, opened: &Opened, pane: Html) -> Self {
        let subject = opened.mail.subject.clone();
        let back = if frame.hosted {
            format!("/outlook/pane?mail={}&host=outlook", opened.mail.id)
        } else {
            format!("/mail/{}", opened.mail.id)
        };
        let frame = frame.at(Section::Mail, subject.clone());
        Self { frame, pane, subject, back: Some(back), wide: false }
    }

    /// The same with room for a form.
    pub(crate) fn wide(frame: Frame, opened: &Opened, (pane, back): (Html, String)) -> Self {
        Self { back: Some(back), wide: true, ..Self::around(frame, opened, pane) }
    }
}
