//! The list of one's mails, and bringing more.

use askama::Template;
use axum::{
    extract::{Multipart, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use edge::{Problem, Query};
use kernel::{Coded as _, Cursor, Kind, Limit};
use mailbox::Mail;
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Html, Section, Visit, answer, html::query_value};

/// The page.
#[derive(Debug, Template)]
#[template(path = "list.html")]
pub(crate) struct Page {
    frame: Frame,
    mails: Vec<Mail>,
    words: String,
    next: Option<String>,
    /// What is wrong with a file that was brought.
    problem: Option<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) q: String,
    pub(crate) after: Option<String>,
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
    let found = app.mailbox.list(scope, &asked.q, limit, after.as_ref()).await?;
    Ok(Page::new(visit.frame, &asked.q, (found.items, found.next), problem))
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
        let title = frame.say("web-mail.title");
        let frame = frame.at(Section::Mail, title);
        Self { frame, mails, words: words.to_owned(), next, problem }
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
