//! A mail with what the CRM knows beside it, and what becomes of it.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use crm::RecordRef;
use edge::{Form, Path, Problem, Query};
use jiff::Timestamp;
use kernel::Limit;
use language_features::LanguageFeatures;
use mailbox::{About, Line, Mail, Opened, Remark, Wanted, html};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{
    App, CONTENT_SECURITY_POLICY, Frame, Html, Section, Visit, answer, parts::Nothing,
};

use crate::{
    assist, list,
    pane::{self, Pane, Shown, size},
    sources::{self, Row},
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "mail.html")]
pub(crate) struct Page {
    frame: Frame,
    id: Uuid,
    subject: String,
    from: (String, String),
    to: String,
    cc: String,
    sent_at: Timestamp,
    files: Vec<(usize, String, String)>,
    remarks: Vec<String>,
    /// Pictures from elsewhere that are not shown.
    blocked: usize,
    with_pictures: bool,
    calendars: usize,
    /// The other mails of the conversation, the earliest first.
    thread: Html,
    others: usize,
    pane: Html,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pictures: Option<u8>,
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let mut shown = pane::ask(&app, &visit, &opened).await?;
    shown.helps = assist::offered((&app, &language), &visit, &opened).await;
    let latest = app.mailbox.list(&visit.scope, "", Limit::default(), None).await?.items;
    let thread = app.mailbox.thread(&visit.scope, id).await?;
    let page = Page::new(visit.frame, &opened, shown, (&latest, asked.pictures.is_some()));
    let page = page.within(thread);
    let mut response = answer::page(&page);
    let policy = format!("{CONTENT_SECURITY_POLICY}; frame-src 'self'");
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        opened: &Opened,
        shown: Shown,
        (latest, with_pictures): (&[Mail], bool),
    ) -> Self {
        let (mail, message) = (&opened.mail, &opened.message);
        let pane = Pane::new(&frame, opened, shown, false).html();
        let people = |all: &[mailbox::Address]| -> String {
            let names: Vec<&str> = all.iter().take(20).map(mailbox::Address::shown).collect();
            let more = all.len().saturating_sub(20);
            if more > 0 { format!("{} +{more}", names.join(", ")) } else { names.join(", ") }
        };
        let say = |remark: &Remark| frame.say(&format!("web-mail.remark-{}", remark.as_str()));
        let subject = if mail.subject.is_empty() {
            frame.say("web-mail.no-subject")
        } else {
            mail.subject.clone()
        };
        let beside = list::beside(&frame, latest, mail.id);
        let title = subject.clone();
        let files =
            message.files().map(|(at, file)| (at, file.name.clone(), size(file.content.len())));
        Self {
            id: mail.id,
            subject,
            from: (mail.sender_name.clone(), mail.sender_address.clone()),
            to: people(&message.to),
            cc: people(&message.cc),
            sent_at: mail.sent_at,
            files: files.collect(),
            remarks: message.remarks.iter().map(say).collect(),
            blocked: if with_pictures { 0 } else { html::page(message, false).blocked },
            with_pictures,
            calendars: message.calendars.len(),
            thread: Html::default(),
            others: 0,
            pane,
            frame: frame.at(Section::Mail, title).with_pane(beside).back_to("/mail"),
        }
    }

    /// With the other mails of its conversation.
    pub(crate) fn within(mut self, thread: Vec<Mail>) -> Self {
        let others = thread.into_iter().filter(|mail| mail.id != self.id);
        let rows: Vec<Row> = others.map(|mail| Row::of(Line::Kept(mail), 1)).collect();
        self.others = rows.len();
        self.thread = sources::rows(&self.frame, &rows);
        self
    }

    fn path(&self, rest: &str) -> String {
        format!("/mail/{}{rest}", self.id)
    }

    fn body(&self) -> String {
        self.path(if self.with_pictures { "/body?pictures=1" } else { "/body" })
    }
}

pub(crate) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.mailbox.delete(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/mail", "web-mail.deleted"))
}

/// What is to be saved; each file that goes along has a field of its own, `file-0` and so on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    about: String,
    from: String,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

/// A record as the pane sends it: `table/id/name`.
fn about(text: &str) -> Option<About> {
    let mut parts = text.splitn(3, '/');
    let (table, id) = (parts.next().filter(|table| !table.is_empty())?, parts.next()?);
    let name = parts.next().unwrap_or_default();
    Some(About { table: table.to_owned(), id: id.to_owned(), name: name.to_owned() })
}

pub(crate) async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let about = about(&typed.about);
    let part = |prefix: &'static str| {
        let own = move |(name, value): (&String, &String)| {
            Some((name.strip_prefix(prefix)?.to_owned(), value.clone()))
        };
        typed.rest.iter().filter_map(own)
    };
    let related = part("related-").filter_map(|(_, value)| self::about(&value));
    // what the mail is about in the first place is not related to it beside
    let related: Vec<About> = related.filter(|one| Some(one) != about.as_ref()).collect();
    let fields = part("category-").filter(|(_, value)| !value.is_empty()).collect();
    let number = |name: &String| name.strip_prefix("file-")?.parse::<usize>().ok();
    let attachments = typed.rest.keys().filter_map(number).collect();
    let wanted = Wanted { about, related, attachments, fields };
    let save = Box::pin(app.mailbox.save(&visit.scope, id, wanted)).await?;
    let toast = match (save.found, save.left_out) {
        (true, _) => "web-mail.found",
        (false, 1..) => "web-mail.saved-without",
        (false, _) => "web-mail.saved",
    };
    Ok(answer::back_with(&visit.context, &back(id, &typed.from), toast))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct From {
    pub(crate) from: String,
}

pub(crate) async fn unsave(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(typed): Form<From>,
) -> Result<Response, Problem> {
    app.mailbox.unsave(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, &back(id, &typed.from), "web-mail.unsaved"))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    address: String,
    record: String,
    #[serde(default)]
    from: String,
}

pub(crate) async fn choose(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let mut parts = chosen.record.splitn(3, '/');
    let (table, record) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let record = RecordRef::new(table, record);
    app.mailbox.choose(&visit.scope, &chosen.address, record).await?;
    Ok(answer::back_with(&visit.context, &back(id, &chosen.from), "web-mail.chosen"))
}

/// Where a form of the pane leads back to.
pub(crate) fn back(id: Uuid, from: &str) -> String {
    if from == "outlook" {
        format!("/outlook/pane?mail={id}&host=outlook")
    } else {
        format!("/mail/{id}")
    }
}
