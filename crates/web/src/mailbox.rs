//! The mailbox of a team: reading, writing, answering.

use askama::Template;
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use edge::{Form, PageQuery, Path, Problem, get, get_and_post, post};
use jiff::Timestamp;
use kernel::{Coded as _, FieldError, Kind, MailId, Permission, TeamId};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Section, Visit, answer,
    parts::Nothing,
    tree::{self, Here},
};
use workspace::{
    Error, Mail, MailView, NewMail, TeamAccess,
    files::content_disposition,
    mail::{Direction, MailState},
};

use super::channel::branches;

/// The addresses of mailboxes.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/teams/{team}/mailbox", get_and_post(list, send))
        .route("/teams/{team}/mailbox/new", get(new))
        .route("/teams/{team}/mailbox/{mail}", get(read))
        .route("/teams/{team}/mailbox/{mail}/delete", post(delete))
        .route("/teams/{team}/mailbox/{mail}/restore", post(restore))
        .route("/teams/{team}/mailbox/{mail}/attachments/{index}", get(attachment))
}

/// What stands above every page of a mailbox.
#[derive(Debug)]
struct Head {
    id: TeamId,
    name: String,
    address: String,
    /// Whether mail comes in at the address.
    open: bool,
    /// Whether the reader may send mail from it.
    may_send: bool,
    may_delete: bool,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "mailbox/list.html")]
pub(crate) struct List {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
    next: Option<String>,
}

/// A mail of the list.
#[derive(Debug)]
struct Row {
    href: String,
    sent: bool,
    who: String,
    subject: String,
    preview: String,
    attachments: i64,
    /// What is to be said of its state: text and colour.
    state: Option<(String, &'static str)>,
    at: Timestamp,
}

/// One mail.
#[derive(Debug, Template)]
#[template(path = "mailbox/mail.html")]
pub(crate) struct Letter {
    frame: Frame,
    head: Head,
    row: Row,
    facts: Vec<(String, String)>,
    failure: Option<String>,
    text: String,
    files: Vec<File>,
    delete: String,
    reply: Vec<Field>,
    action: String,
    answered: MailId,
}

/// A file of a mail.
#[derive(Debug)]
struct File {
    href: String,
    name: String,
    size: String,
}

/// A mail that is being written.
#[derive(Debug, Template)]
#[template(path = "mailbox/new.html")]
pub(crate) struct New {
    frame: Frame,
    head: Head,
    action: String,
    answered: Option<MailId>,
    fields: Vec<Field>,
    problem: Option<(String, String)>,
}

/// A mail as typed.
#[derive(Debug, Default, Deserialize)]
struct Typed {
    #[serde(default)]
    to: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    text: String,
    in_reply_to: Option<MailId>,
}

async fn list(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let access = app.workspace.team(&visit.scope, team).await?;
    let before = page.before.or(page.after);
    let found = app.workspace.mails(&visit.scope, team, before, page.limit).await?;
    let (frame, head) = placed(&app, visit, &access).await?;
    let rows = found.items.iter().map(|mail| Row::of(&frame, mail)).collect();
    let next = found.next.map(|cursor| format!("/teams/{team}/mailbox?before={cursor}"));
    Ok(answer::page(&List { frame, head, rows, next }))
}

/// The frame with the team's pane, and the head of the mailbox.
async fn placed(app: &App, visit: Visit, access: &TeamAccess) -> Result<(Frame, Head), Problem> {
    let team = access.team.id;
    let branches = branches(app, &visit).await?;
    let pane = tree::pane(&visit.frame, &branches, Here::Team(team));
    let title = format!("{} · {}", visit.frame.say("mailbox"), access.team.name);
    let frame = visit.frame.at(Section::Teams, title).with_pane(pane).back_to("/teams");
    let mail = &app.workspace.settings().mail;
    let member = access.rights.role.is_some() && frame.may(Permission::MessageWrite);
    let head = Head {
        id: team,
        name: access.team.name.clone(),
        address: app.workspace.mail_address(&access.team),
        open: mail.listen.is_some(),
        may_send: member && mail.relay_host.is_some() && access.team.archived_at.is_none(),
        may_delete: member,
    };
    Ok((frame, head))
}

impl Row {
    fn of(frame: &Frame, mail: &Mail) -> Self {
        let sent = mail.direction == Direction::Out;
        let state = match mail.state {
            MailState::Received | MailState::Sent => None,
            MailState::Queued => Some((frame.say("mail-queued"), "")),
            MailState::Failed => Some((frame.say("mail-failed"), "bad")),
        };
        let subject = Some(mail.subject.clone()).filter(|subject| !subject.is_empty());
        Self {
            href: format!("/teams/{}/mailbox/{}", mail.team, mail.id),
            sent,
            who: if sent { mail.recipients.join(", ") } else { mail.sender.clone() },
            subject: subject.unwrap_or_else(|| frame.say("mail-no-subject")),
            preview: mail.preview.clone(),
            attachments: mail.attachments,
            state,
            at: mail.created_at,
        }
    }
}

async fn read(
    State(app): State<App>,
    visit: Visit,
    Path((team, mail)): Path<(TeamId, MailId)>,
) -> Result<Response, Problem> {
    let view = of_team(&app, &visit, (team, mail)).await?;
    let access = app.workspace.team(&visit.scope, team).await?;
    let (frame, head) = placed(&app, visit, &access).await?;
    let frame = frame.back_to(format!("/teams/{team}/mailbox"));
    Ok(answer::page(&Letter::of(frame, head, &view)))
}

/// A mail of this team and no other.
async fn of_team(
    app: &App,
    visit: &Visit,
    (team, mail): (TeamId, MailId),
) -> Result<MailView, Problem> {
    let view = app.workspace.mail(&visit.scope, mail).await?;
    if view.mail.team == team { Ok(view) } else { Err(Error::MailNotFound { mail }.into()) }
}

impl Letter {
    fn of(frame: Frame, head: Head, view: &MailView) -> Self {
        let mail = &view.mail;
        let row = Row::of(&frame, mail);
        let to = if mail.direction == Direction::In { &mail.sender } else { "" };
        let to = if to.is_empty() { mail.recipients.join(", ") } else { to.to_owned() };
        let subject = if mail.subject.to_lowercase().starts_with("re:") {
            mail.subject.clone()
        } else {
            format!("Re: {}", mail.subject)
        };
        let typed = Typed { to, subject, ..Typed::default() };
        let file = |file: &workspace::mail::Attachment| File {
            href: format!("{}/attachments/{}", row.href, file.index),
            name: file.name.clone(),
            size: frame.t.bytes(file.size),
        };
        Self {
            facts: vec![
                (frame.say("mail-from"), mail.sender.clone()),
                (frame.say("mail-to"), mail.recipients.join(", ")),
                (frame.say("mail-at"), frame.exact(&mail.created_at)),
            ],
            failure: mail.failure.clone(),
            text: view.content.text.clone(),
            files: view.content.attachments.iter().map(file).collect(),
            delete: format!("{}/delete", row.href),
            reply: fields(&frame, &typed, &[]),
            action: format!("/teams/{}/mailbox", mail.team),
            answered: mail.id,
            frame,
            head,
            row,
        }
    }
}

async fn new(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
) -> Result<Response, Problem> {
    let access = app.workspace.team(&visit.scope, team).await?;
    let (frame, head) = placed(&app, visit, &access).await?;
    Ok(answer::page(&New::of(frame, head, &Typed::default(), (&[], None))))
}

impl New {
    fn of(
        frame: Frame,
        head: Head,
        typed: &Typed,
        (wrong, problem): (&[FieldError], Option<(String, String)>),
    ) -> Self {
        let action = format!("/teams/{}/mailbox", head.id);
        let fields = fields(&frame, typed, wrong);
        let frame = frame.back_to(&action);
        Self { frame, head, action, answered: typed.in_reply_to, fields, problem }
    }
}

fn fields(frame: &Frame, typed: &Typed, wrong: &[FieldError]) -> Vec<Field> {
    let fields = [
        Field::text("to", frame.say("mail-to"))
            .value(&typed.to)
            .hint(frame.say("mail-to-hint"))
            .required(),
        Field::text("subject", frame.say("mail-subject")).value(&typed.subject).max(250),
        Field::area("text", frame.say("mail-text")).value(&typed.text).required(),
    ];
    fields.into_iter().map(|field| field.checked(wrong, frame.t)).collect()
}

/// Queues a mail; a refusal gives the form back as it was typed.
async fn send(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    // a mailbox that the reader may not know of is not found, whether mail is sent from here or not
    let access = app.workspace.team(&visit.scope, team).await?;
    let new = NewMail {
        to: recipients(&typed.to),
        subject: typed.subject.clone(),
        text: typed.text.clone(),
        in_reply_to: typed.in_reply_to,
    };
    let Err(error) = app.workspace.send_mail(&visit.scope, team, new).await else {
        let to = format!("/teams/{team}/mailbox");
        return Ok(answer::back_with(&visit.context, &to, "mail-queued"));
    };
    let code = error.code();
    if !matches!(code.kind(), Kind::Invalid | Kind::TooLarge) {
        return Err(error.into());
    }
    let wrong: Vec<FieldError> = error.fields().iter().map(of_form).collect();
    let (frame, head) = placed(&app, visit, &access).await?;
    let said = (frame.t.code(code.name()), frame.t.code_detail(code.name()));
    let problem = wrong.is_empty().then_some(said);
    let page = New::of(frame, head, &typed, (&wrong, problem));
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Addresses as people type them, with commas or semicolons between; a comma in a name in quotes is none.
fn recipients(typed: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = typed.split(|c: char| {
        quoted ^= c == '"';
        !quoted && matches!(c, ',' | ';' | '\n')
    });
    parts.map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// A finding about one of the addresses, at the field that holds them all.
fn of_form(error: &FieldError) -> FieldError {
    let mut error = error.clone();
    if error.pointer.starts_with("/to/") {
        error.pointer = "/to".into();
    }
    error
}

async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path((team, mail)): Path<(TeamId, MailId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    of_team(&app, &visit, (team, mail)).await?;
    app.workspace.delete_mail(&visit.scope, mail).await?;
    let (to, undo) =
        (format!("/teams/{team}/mailbox"), format!("/teams/{team}/mailbox/{mail}/restore"));
    Ok(answer::back_with_undo(&visit.context, &to, "mail-deleted", &undo))
}

async fn restore(
    State(app): State<App>,
    visit: Visit,
    Path((team, mail)): Path<(TeamId, MailId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.workspace.restore_mail(&visit.scope, mail).await?;
    let to = format!("/teams/{team}/mailbox/{mail}");
    Ok(answer::back_with(&visit.context, &to, "mail-restored"))
}

/// The bytes of an attachment, always as a download.
async fn attachment(
    State(app): State<App>,
    visit: Visit,
    Path((team, mail, index)): Path<(TeamId, MailId, u32)>,
) -> Result<Response, Problem> {
    of_team(&app, &visit, (team, mail)).await?;
    let (file, bytes) = app.workspace.mail_attachment(&visit.scope, mail, index).await?;
    let place = HeaderValue::from_str(&content_disposition(&file.name, false));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (
            header::CONTENT_DISPOSITION,
            place.unwrap_or_else(|_odd| HeaderValue::from_static("attachment")),
        ),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((headers, Body::from(bytes)).into_response())
}

#[cfg(test)]
mod tests {
    use kernel::Ids;
    use web_proof::show;

    use super::*;

    fn head(ids: &Ids, may: bool) -> Head {
        Head {
            id: ids.fresh(),
            name: "Operations".to_owned(),
            address: "operations@hub.example.org".to_owned(),
            open: true,
            may_send: may,
            may_delete: may,
        }
    }

    fn row(frame: &Frame, subject: &str, sent: bool) -> Row {
        Row {
            href: "/teams/1/mailbox/2".to_owned(),
            sent,
            who: "Grace <grace@example.org>".to_owned(),
            subject: subject.to_owned(),
            preview: "The <b>backup</b> of last night".to_owned(),
            attachments: i64::from(!sent),
            state: sent.then(|| (frame.say("mail-failed"), "bad")),
            at: frame.now,
        }
    }

    #[test]
    fn a_mailbox_lists_mails_both_ways() {
        show("mailbox", |frame| {
            let ids = Ids::seeded(7);
            let rows = vec![row(frame, "Backup failed", false), row(frame, "Re: Backup", true)];
            let list =
                |rows, may| List { frame: frame.clone(), head: head(&ids, may), rows, next: None };
            vec![("full", list(rows, true)), ("empty", list(Vec::new(), false))]
        });
    }

    #[test]
    fn a_mail_is_read_and_answered_on_one_page() {
        show("mail", |frame| {
            let ids = Ids::seeded(7);
            let letter = Letter {
                frame: frame.clone(),
                head: head(&ids, true),
                row: row(frame, "Backup failed", false),
                facts: vec![(frame.say("mail-from"), "grace@example.org".to_owned())],
                failure: None,
                text: "Hello,\n<script>alert(1)</script>".to_owned(),
                files: vec![File {
                    href: "/teams/1/mailbox/2/attachments/0".to_owned(),
                    name: "log <1>.txt".to_owned(),
                    size: "12 KB".to_owned(),
                }],
                delete: "/teams/1/mailbox/2/delete".to_owned(),
                reply: fields(frame, &Typed::default(), &[]),
                action: "/teams/1/mailbox".to_owned(),
                answered: ids.fresh(),
            };
            vec![("plain", letter)]
        });
        show("mail-new", |frame| {
            let wrong = [FieldError::new("/to", "address.invalid", "")];
            let typed = Typed { to: "nobody".to_owned(), ..Typed::default() };
            let head = head(&Ids::seeded(7), true);
            vec![("mistake", New::of(frame.clone(), head, &typed, (&wrong, None)))]
        });
    }

    #[test]
    fn addresses_are_taken_as_people_type_them() {
        let typed = "a@x.org; \"Doe, Jane\" <j@x.org>,\n b@x.org ,";
        assert_eq!(recipients(typed), ["a@x.org", "\"Doe, Jane\" <j@x.org>", "b@x.org"]);
        assert_eq!(recipients(" , ;"), Vec::<String>::new());
    }
}
