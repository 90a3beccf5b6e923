//! Mailboxes elsewhere: connecting one, choosing its folders, its mails read live.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Path, Problem, Query};
use jiff::Timestamp;
use kernel::{Coded as _, FieldError, Kind, Secret};
use mailbox::{
    Found, Line, NewSource, Source, SourceKind, SourceRules, SourceSecurity, SourceSignIn,
    WithFolders,
    away::{Ask, FolderId, Head, MailId},
};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{
    App, Field, Frame, Html, Section, Visit, answer, html::query_value, parts::Nothing,
};

/// One line of a list, wherever the mail is.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its page, where it is kept here.
    pub(crate) kept: Option<Uuid>,
    /// Mailbox, folder and mail, where it is elsewhere.
    pub(crate) away: Option<(Uuid, String, String)>,
    sender: String,
    subject: String,
    preview: String,
    at: Option<Timestamp>,
    /// How many files; a tick where nobody counted them.
    files: String,
    unread: bool,
    /// Mails of the same conversation in the list.
    pub(crate) count: usize,
}

impl Row {
    pub(crate) fn of(line: Line, count: usize) -> Self {
        match line {
            Line::Kept(mail) => Self {
                kept: Some(mail.id),
                away: None,
                sender: mail.sender_name,
                subject: mail.subject,
                preview: mail.preview,
                at: Some(mail.sent_at),
                files: if mail.attachments > 0 {
                    mail.attachments.to_string()
                } else {
                    String::new()
                },
                unread: false,
                count,
            },
            Line::Away { source, folder, head } => Self::away(source, &folder, head, count),
        }
    }

    fn away(source: Uuid, folder: &FolderId, head: Head, count: usize) -> Self {
        Self {
            kept: None,
            away: Some((source, folder.0.clone(), head.id.0)),
            sender: head.sender_name,
            subject: head.subject,
            preview: if head.preview.is_empty() { head.recipients } else { head.preview },
            at: head.received_at,
            files: if head.attachments { "✓".to_owned() } else { String::new() },
            unread: head.unread,
            count,
        }
    }
}

/// Lines of mails.
#[derive(Debug, Template)]
#[template(path = "rows.html")]
struct Rows<'a> {
    frame: &'a Frame,
    rows: &'a [Row],
}

pub(crate) fn rows(frame: &Frame, rows: &[Row]) -> Html {
    Html::of(&Rows { frame, rows })
}

/// The ways to look at mails: all, those that were brought, each mailbox.
pub(crate) fn tabs(frame: &Frame, sources: &[Source], here: &str) -> Vec<(String, String, bool)> {
    let mut tabs = Vec::new();
    if sources.is_empty() {
        return tabs;
    }
    let mut tab = |href: String, name: String| {
        let is_here = href == here;
        tabs.push((href, name, is_here));
    };
    tab("/mail".to_owned(), frame.say("web-mail.tab-all"));
    tab("/mail?unread=1".to_owned(), frame.say("web-mail.tab-unread"));
    tab("/mail?brought=1".to_owned(), frame.say("web-mail.tab-brought"));
    for source in sources.iter().filter(|source| source.enabled) {
        tab(format!("/mail/sources/{}", source.id), source.name.clone());
    }
    tabs
}

/// Lines of everything, and what to say of mailboxes that did not answer.
pub(crate) fn everything(frame: &Frame, found: Found) -> (Vec<Row>, Vec<String>) {
    let rows = found.lines.into_iter().map(|(line, count)| Row::of(line, count)).collect();
    let silent = found.silent.iter();
    let silent = silent.map(|one| format!("{} : {}", one.source.name, frame.t.code(one.code)));
    (rows, silent.collect())
}

/// Mails of one folder elsewhere.
#[derive(Debug, Template)]
#[template(path = "folder.html")]
pub(crate) struct Folder {
    frame: Frame,
    source: Source,
    folder: String,
    tabs: Vec<(String, String, bool)>,
    words: String,
    unread: bool,
    rows: Html,
    is_empty: bool,
    next: Option<String>,
    problem: Option<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    folder: Option<String>,
    q: String,
    unread: Option<u8>,
    after: Option<String>,
}

pub(crate) async fn folder(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let sources = app.mailbox.sources(&visit.scope).await?;
    let Some(source) = sources.iter().find(|source| source.id == id).cloned() else {
        return Err(mailbox::Error::SourceNotFound { source_id: id }.into());
    };
    let wanted = asked.folder.clone().map(FolderId);
    let unread = asked.unread.is_some();
    let ask = Ask { words: asked.q.clone(), unread, after: asked.after.clone(), limit: 25 };
    let at = (id, wanted.as_ref());
    let listed = Box::pin(app.mailbox.source_mails(&visit.scope, at, &ask)).await;
    let (status, heads, next, problem) = match listed {
        Ok(listed) => (StatusCode::OK, listed.heads, listed.next, None),
        Err(error @ (mailbox::Error::Denied(_) | mailbox::Error::Store(_))) => {
            return Err(error.into());
        }
        Err(error) => {
            let code = error.code().name();
            let told = (visit.frame.t.code(code), visit.frame.t.code_detail(code));
            (StatusCode::OK, Vec::new(), None, Some(told))
        }
    };
    let page = Folder::new(visit.frame, (sources, source), &asked, (heads, next), problem);
    Ok(answer::page_with(status, &page))
}

impl Folder {
    pub(crate) fn new(
        frame: Frame,
        (sources, source): (Vec<Source>, Source),
        asked: &Asked,
        (heads, next): (Vec<Head>, Option<String>),
        problem: Option<(String, String)>,
    ) -> Self {
        let base = format!("/mail/sources/{}", source.id);
        let folder = asked.folder.clone();
        let folder = folder.or_else(|| source.folders.first().map(|one| one.id.0.clone()));
        let folder = folder.unwrap_or_default();
        let unread = asked.unread.is_some();
        let next = next.map(|next| {
            let unread = if unread { "&unread=1" } else { "" };
            let (folder, q) = (query_value(&folder), query_value(&asked.q));
            format!("{base}?folder={folder}&q={q}{unread}&after={}", query_value(&next))
        });
        let id = FolderId(folder.clone());
        let rows: Vec<Row> =
            heads.into_iter().map(|head| Row::away(source.id, &id, head, 1)).collect();
        let tabs = tabs(&frame, &sources, &base);
        let (html, is_empty) = (self::rows(&frame, &rows), rows.is_empty());
        let frame = frame.at(Section::Mail, source.name.clone()).back_to("/mail");
        let words = asked.q.clone();
        Self { frame, source, folder, tabs, words, unread, rows: html, is_empty, next, problem }
    }

    fn path(&self, rest: &str) -> String {
        format!("/mail/sources/{}{rest}", self.source.id)
    }

    fn folder_path(&self, id: &FolderId) -> String {
        format!("/mail/sources/{}?folder={}", self.source.id, query_value(&id.0))
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct ToOpen {
    folder: String,
    mail: String,
}

/// Opens a mail: from now on it is one of the reader's own.
pub(crate) async fn open(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(wanted): Form<ToOpen>,
) -> Result<Response, Problem> {
    let (folder, mail) = (FolderId(wanted.folder), MailId(wanted.mail));
    let kept = Box::pin(app.mailbox.fetch(&visit.scope, (id, &folder), &mail)).await?;
    let to = format!("/mail/{}", kept.mail.id);
    Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(&to)))
}

/// One's mailboxes, and connecting another.
#[derive(Debug, Template)]
#[template(path = "sources.html")]
pub(crate) struct Sources {
    frame: Frame,
    sources: Vec<Source>,
    rules: SourceRules,
    fields: Vec<Field>,
    problem: Option<(String, String)>,
    /// Whether signing in at the directory helps.
    sign_in: bool,
}

pub(crate) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let sources = app.mailbox.sources(&visit.scope).await?;
    let rules = app.mailbox.source_rules(&visit.scope).await?;
    let typed = Typed::default();
    Ok(answer::page(&Sources::new(visit.frame, (sources, rules), &typed, (&[], None))))
}

/// What was typed; the secret never comes back.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    kind: String,
    host: String,
    port: String,
    security: String,
    account: String,
    sign_in: String,
    secret: String,
    name: String,
}

impl Sources {
    pub(crate) fn new(
        frame: Frame,
        (sources, rules): (Vec<Source>, SourceRules),
        typed: &Typed,
        (errors, problem): (&[FieldError], Option<&str>),
    ) -> Self {
        let say = |key: &str| frame.say(&format!("web-mail.{key}"));
        let security = [("tls", say("security-tls")), ("starttls", say("security-starttls"))];
        let sign_in = [("password", say("sign-in-password")), ("token", say("sign-in-token"))];
        let or = |text: &str, other: &str| {
            if text.is_empty() { other.to_owned() } else { text.to_owned() }
        };
        let fields = vec![
            Field::text("host", say("source-host"))
                .value(&*typed.host)
                .placeholder("imap.contoso.example")
                .required(),
            Field::text("account", say("source-account"))
                .value(&*typed.account)
                .autocomplete("username")
                .required(),
            Field::input("password", "secret", say("source-secret"))
                .hint(say("source-secret-what"))
                .autocomplete("off")
                .required(),
            Field::select("security", say("source-security"), security)
                .value(or(&typed.security, "tls")),
            Field::input("number", "port", say("source-port"))
                .value(&*typed.port)
                .hint(say("source-port-what")),
            Field::select("sign_in", say("source-sign-in"), sign_in)
                .value(or(&typed.sign_in, "password")),
            Field::text("name", say("source-name"))
                .value(&*typed.name)
                .hint(say("source-name-what")),
        ];
        let fields = fields.into_iter().map(|field| field.checked(errors, frame.t)).collect();
        let helps = ["mail_source.sign_in_again", "mail_source.forbidden"];
        let sign_in = typed.kind == "graph" && problem.is_some_and(|code| helps.contains(&code));
        let problem = problem.map(|code| (frame.t.code(code), frame.t.code_detail(code)));
        let title = say("sources");
        let frame = frame.at(Section::Mail, title).back_to("/mail");
        Self { frame, sources, rules, fields, problem, sign_in }
    }

    /// What needs the owner of a mailbox.
    fn trouble(&self, source: &Source) -> Option<String> {
        match source.problem.as_str() {
            _ if !source.enabled => Some(self.frame.t.code("mail_source.off")),
            "mail_source.refused" => Some(self.frame.t.code("mail_source.refused")),
            "mail_source.sign_in_again" => Some(self.frame.t.code("mail_source.sign_in_again")),
            _ => None,
        }
    }
}

pub(crate) async fn connect(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let kind = SourceKind::parse(&typed.kind).unwrap_or(SourceKind::Imap);
    let new = NewSource {
        kind,
        name: typed.name.clone(),
        host: typed.host.clone(),
        port: typed.port.trim().parse().ok(),
        security: SourceSecurity::parse(&typed.security).unwrap_or_default(),
        account: typed.account.clone(),
        sign_in: SourceSignIn::parse(&typed.sign_in).unwrap_or_default(),
        secret: Secret::new(typed.secret.clone()),
    };
    let outcome = Box::pin(app.mailbox.connect(&visit.scope, new)).await;
    let error = match outcome {
        Ok(source) => {
            let to = format!("/mail/sources/{}/folders", source.id);
            return Ok(answer::back_with(&visit.context, &to, "web-mail.connected"));
        }
        Err(error @ (mailbox::Error::Denied(_) | mailbox::Error::SourcesOff)) => {
            return Err(error.into());
        }
        Err(error) => error,
    };
    if error.code().kind() == Kind::Internal {
        return Err(error.into());
    }
    let sources = app.mailbox.sources(&visit.scope).await?;
    let rules = app.mailbox.source_rules(&visit.scope).await?;
    let told = (error.fields(), Some(error.code().name()));
    let page = Sources::new(visit.frame, (sources, rules), &typed, told);
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// The folders of one mailbox.
#[derive(Debug, Template)]
#[template(path = "folders.html")]
pub(crate) struct Folders {
    frame: Frame,
    found: WithFolders,
}

impl Folders {
    pub(crate) fn new(frame: Frame, found: WithFolders) -> Self {
        let title = frame.say1("web-mail.folders-of", "name", found.source.name.as_str());
        Self { frame: frame.at(Section::Mail, title).back_to("/mail/sources"), found }
    }
}

pub(crate) async fn folders(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let found = Box::pin(app.mailbox.source_folders(&visit.scope, id)).await?;
    Ok(answer::page(&Folders::new(visit.frame, found)))
}

/// The folders that are ticked, as many fields as there are.
pub(crate) async fn choose(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(ticked): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let ticked = ticked.into_iter().filter(|(name, _)| name == "folder");
    let wanted: Vec<FolderId> = ticked.map(|(_, id)| FolderId(id)).collect();
    Box::pin(app.mailbox.choose_folders(&visit.scope, id, &wanted)).await?;
    Ok(answer::back_with(&visit.context, "/mail", "web-mail.folders-chosen"))
}

pub(crate) async fn disconnect(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.mailbox.disconnect(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/mail/sources", "web-mail.disconnected"))
}

#[cfg(test)]
mod tests;
