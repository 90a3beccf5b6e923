//! The list of one's mails, and bringing more.

use askama::Template;
use axum::{
    extract::{Multipart, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use edge::{Problem, Query};
use kernel::{Coded as _, Cursor, Kind, Limit};
use mailbox::{Found, Line, Mail, Source};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Html, Section, Visit, answer, html::query_value};

use crate::sources::{self, Row};

/// The page.
#[derive(Debug, Template)]
#[template(path = "list.html")]
pub(crate) struct Page {
    frame: Frame,
    rows: Html,
    is_empty: bool,
    tabs: Vec<(String, String, bool)>,
    /// Mailboxes that did not answer.
    silent: Vec<String>,
    words: String,
    /// What the search keeps of the address.
    kept_query: Vec<(&'static str, &'static str)>,
    next: Option<String>,
    /// What is wrong with a file that was brought.
    problem: Option<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) q: String,
    pub(crate) after: Option<String>,
    pub(crate) unread: Option<u8>,
    /// Those alone that were brought or opened here.
    pub(crate) brought: Option<u8>,
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    Ok(answer::page(&found(&app, visit, &asked, None).await?))
}

async fn found(
    app: &App,
    visit: Visit,
    asked: &Asked,
    problem: Option<(String, String)>,
) -> Result<Page, Problem> {
    let after = asked.after.clone().map(Cursor::from);
    let (limit, scope) = (Limit::default(), &visit.scope);
    let sources = app.mailbox.sources(scope).await?;
    let is_own = asked.brought.is_some() || after.is_some() || problem.is_some();
    if is_own || !sources.iter().any(|source| source.enabled) {
        let found = app.mailbox.list(scope, &asked.q, limit, after.as_ref()).await?;
        return Ok(Page::new(visit.frame, &asked.q, (found.items, found.next), problem)
            .beside(&sources, "/mail?brought=1"));
    }
    let unread = asked.unread.is_some();
    let found = Box::pin(app.mailbox.everything(scope, &asked.q, unread)).await?;
    Ok(Page::of_all(visit.frame, &asked.q, unread, found)
        .beside(&sources, if unread { "/mail?unread=1" } else { "/mail" }))
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        words: &str,
        (mails, next): (Vec<Mail>, Option<Cursor>),
        problem: Option<(String, String)>,
    ) -> Self {
        let next = next.map(|next| {
            format!("/mail?q={}&after={}", query_value(words), query_value(next.as_str()))
        });
        let rows: Vec<Row> = mails.into_iter().map(|mail| Row::of(Line::Kept(mail), 1)).collect();
        Self { next, problem, ..Self::with(frame, words, &rows) }
    }

    /// Mails of all mailboxes together.
    pub(crate) fn of_all(frame: Frame, words: &str, unread: bool, found: Found) -> Self {
        let (rows, silent) = sources::everything(&frame, found);
        let kept_query = if unread { vec![("unread", "1")] } else { Vec::new() };
        Self { silent, kept_query, ..Self::with(frame, words, &rows) }
    }

    fn with(frame: Frame, words: &str, rows: &[Row]) -> Self {
        let title = frame.say("web-mail.title");
        let html = sources::rows(&frame, rows);
        Self {
            frame: frame.at(Section::Mail, title),
            rows: html,
            is_empty: rows.is_empty(),
            tabs: Vec::new(),
            silent: Vec::new(),
            words: words.to_owned(),
            kept_query: Vec::new(),
            next: None,
            problem: None,
        }
    }

    /// With the other ways to look at mails.
    pub(crate) fn beside(mut self, sources: &[Source], here: &str) -> Self {
        self.tabs = sources::tabs(&self.frame, sources, here);
        if here == "/mail?brought=1" && !self.tabs.is_empty() {
            self.kept_query = vec![("brought", "1")];
        }
        self
    }
}

/// Takes files; the token stands before them in the form.
pub(crate) async fn upload(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    mut form: Multipart,
) -> Result<Response, Problem> {
    edge::same_origin(&visit.context, &Method::POST, &headers)?;
    let mut trusted = false;
    let mut last = None;
    let mut count = 0_u32;
    while let Some(part) = form.next_field().await.map_err(edge::unreadable_form)? {
        match part.name() {
            Some("csrf") => {
                let token = part.text().await.map_err(edge::unreadable_form)?;
                edge::verify_csrf(&visit.context, Some(&token))?;
                trusted = true;
            }
            Some("file") => {
                if !trusted {
                    edge::verify_csrf(&visit.context, None)?;
                }
                let file = part.bytes().await.map_err(edge::unreadable_form)?;
                match app.mailbox.keep(&visit.scope, file.into()).await {
                    Ok(kept) => last = Some((kept.mail.id, kept.again)),
                    Err(error) => return refused(&app, visit, &error).await,
                }
                count += 1;
            }
            _ => {}
        }
    }
    match (last, count) {
        (None, _) => {
            Err(Problem::new("request.malformed", Kind::Invalid, "the form holds no file"))
        }
        (Some((id, again)), 1) => {
            let toast = if again { "web-mail.again" } else { "web-mail.kept" };
            Ok(answer::back_with(&visit.context, &format!("/mail/{id}"), toast))
        }
        _ => Ok(answer::back_with(&visit.context, "/mail", "web-mail.kept-all")),
    }
}

/// The list again, with what is wrong with the file.
async fn refused(app: &App, visit: Visit, error: &mailbox::Error) -> Result<Response, Problem> {
    let code = error.code().name();
    if !code.starts_with("seller_mail.") {
        return Err(Problem::new("internal", Kind::Internal, error.to_string()));
    }
    let told = (visit.frame.t.code(code), visit.frame.t.code_detail(code));
    let page = found(app, visit, &Asked::default(), Some(told)).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// The list beside a mail.
#[derive(Debug, Template)]
#[template(path = "beside.html")]
struct Beside<'a> {
    frame: &'a Frame,
    mails: &'a [Mail],
    here: Uuid,
}

/// The list beside a mail.
pub(crate) fn beside(frame: &Frame, mails: &[Mail], here: Uuid) -> Html {
    Html::of(&Beside { frame, mails, here })
}
