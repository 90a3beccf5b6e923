//! One message: posting, the thread in the side sheet, editing, deleting, reading marks, mentions.

use std::fmt::Write as _;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem, Query};
use kernel::{ChannelId, Coded as _, Kind, Limit, MessageId};
use serde::Deserialize;
use web_frame::{App, Asked, Frame, Html, Visit, answer, html, parts::Nothing};
use workspace::{Content, Error, Item as Stored, markdown};

use super::{
    At, Composer,
    card::Buttons,
    closed, composer, eye, render,
    view::{Body, Bubble},
};

/// A text on its way.
#[derive(Debug, Deserialize)]
pub(crate) struct Text {
    #[serde(default)]
    text: String,
}

/// One message alone, as the live feed and the composer's answer hold it.
#[derive(Debug, Template)]
#[template(
    source = r##"{% import "channel/message.html" as m %}{% call m::message(frame, bubble, "m") %}{% endcall %}"##,
    ext = "html"
)]
struct One<'a> {
    frame: &'a Frame,
    bubble: Bubble,
}

/// A message as a fragment.
pub(super) fn fragment(frame: &Frame, bubble: Bubble) -> Html {
    Html::of(&One { frame, bubble })
}

/// The side sheet of a message with its replies.
#[derive(Debug, Template)]
#[template(path = "channel/thread.html")]
pub(crate) struct Thread<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) close: String,
    pub(crate) root: Bubble,
    pub(crate) replies: Vec<Bubble>,
    pub(crate) more: Option<String>,
    pub(crate) composer: Composer,
    pub(crate) closed: Option<String>,
}

/// The side sheet that asks before something goes.
#[derive(Debug, Template)]
#[template(path = "channel/confirm.html")]
pub(crate) struct Confirm<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) close: String,
    pub(crate) title: String,
    pub(crate) what: String,
    pub(crate) action: String,
    pub(crate) button: String,
    pub(crate) danger: bool,
}

/// The side sheet of editing.
#[derive(Debug, Template)]
#[template(path = "channel/edit.html")]
struct Edit<'a> {
    frame: &'a Frame,
    close: String,
    composer: Composer,
}

/// Posts a message.
pub(crate) async fn post(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Form(form): Form<Text>,
) -> Result<Response, Problem> {
    match app.workspace.post(&visit.scope, channel, &form.text).await {
        Ok(item) => written(&app, visit, &item, format!("/channels/{channel}")).await,
        Err(error) => {
            let Some(problem) = sentence(&visit, &error) else { return Err(error.into()) };
            if visit.asked != Asked::Page {
                return Ok(refused(&problem));
            }
            let at = At { text: form.text, problem: Some(problem), ..At::default() };
            render(&app, visit, channel, at, None).await
        }
    }
}

/// Replies.
pub(crate) async fn reply(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
    Form(form): Form<Text>,
) -> Result<Response, Problem> {
    match app.workspace.reply(&visit.scope, message, &form.text).await {
        Ok(item) => {
            written(&app, visit, &item, format!("/channels/{channel}/messages/{message}")).await
        }
        Err(error) => match sentence(&visit, &error) {
            Some(problem) if visit.asked != Asked::Page => Ok(refused(&problem)),
            Some(problem) => {
                open_thread(&app, visit, (channel, message), (Some((form.text, problem)), None))
                    .await
            }
            None => Err(error.into()),
        },
    }
}

/// Saves an edited text.
pub(crate) async fn save(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
    Form(form): Form<Text>,
) -> Result<Response, Problem> {
    match app.workspace.edit(&visit.scope, message, &form.text).await {
        Ok(item) => written(&app, visit, &item, format!("/channels/{channel}#m-{message}")).await,
        Err(error) => match sentence(&visit, &error) {
            Some(problem) if visit.asked != Asked::Page => Ok(refused(&problem)),
            _ => Err(error.into()),
        },
    }
}

/// The answer to a written message: itself for the script, the page for everybody else.
async fn written(
    app: &App,
    visit: Visit,
    item: &Stored,
    page: String,
) -> Result<Response, Problem> {
    if visit.asked == Asked::Page {
        return Ok(Redirect::to(&page).into_response());
    }
    let access = app.workspace.channel(&visit.scope, item.channel).await?;
    let base_url = visit.context.base_url();
    let buttons = Buttons::of_items(app, &visit, item.channel, [item].into_iter()).await?;
    let bubble = eye(app, &visit, &access, &base_url, &buttons).bubble(item);
    Ok(answer::part(fragment(&visit.frame, bubble)))
}

/// What is wrong with a text, in words; `None` for everything else.
fn sentence(visit: &Visit, error: &Error) -> Option<String> {
    if error.code().kind() != Kind::Invalid {
        return None;
    }
    let field = error.fields().first()?;
    Some(visit.frame.t.rule(field.code, field.limit))
}

fn refused(problem: &str) -> Response {
    let line = format!("<p>{}</p>", html::escape(problem));
    (StatusCode::UNPROCESSABLE_ENTITY, axum::response::Html(line)).into_response()
}

/// A message with its replies.
pub(crate) async fn thread(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
) -> Result<Response, Problem> {
    open_thread(&app, visit, (channel, message), (None, None)).await
}

/// The same beside another page of the channel, where closing it leads back to.
pub(super) async fn beside(
    app: &App,
    visit: Visit,
    place: (ChannelId, MessageId),
    close: &str,
) -> Result<Response, Problem> {
    open_thread(app, visit, place, (None, Some(close.to_owned()))).await
}

async fn open_thread(
    app: &App,
    visit: Visit,
    (channel, message): (ChannelId, MessageId),
    (failed, close): (Option<(String, String)>, Option<String>),
) -> Result<Response, Problem> {
    let access = app.workspace.channel(&visit.scope, channel).await?;
    let item = own(app, &visit, (channel, message)).await?;
    // the link to a reply opens its thread
    let root = match item.parent {
        Some(parent) => own(app, &visit, (channel, parent)).await?,
        None => item,
    };
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let replies = app.workspace.replies(&visit.scope, root.id, None, limit).await?;
    let base_url = visit.context.base_url();
    let buttons = Buttons::of_items(app, &visit, channel, [&root].into_iter()).await?;
    let sheet = {
        let eye = eye(app, &visit, &access, &base_url, &buttons);
        let action = format!("/channels/{channel}/messages/{}", root.id);
        let (text, problem) = failed.unzip();
        let composer = Composer {
            action,
            label: visit.frame.say("message-reply-label"),
            text: text.unwrap_or_default(),
            problem,
            ..composer(app, &visit.frame, &access, "reply")
        };
        Html::of(&Thread {
            frame: &visit.frame,
            close: close.unwrap_or_else(|| format!("/channels/{channel}")),
            root: eye.bubble(&root),
            replies: replies.items.iter().map(|reply| eye.bubble(reply)).collect(),
            more: replies.next.map(|_| visit.frame.say("thread-more")),
            composer,
            closed: closed(&visit.frame, &access),
        })
    };
    show(app, visit, (channel, root.id), sheet).await
}

/// A sheet alone, or on the page round its message.
pub(crate) async fn show(
    app: &App,
    visit: Visit,
    (channel, message): (ChannelId, MessageId),
    sheet: Html,
) -> Result<Response, Problem> {
    if visit.asked == Asked::Sheet {
        return Ok(answer::part(sheet));
    }
    let at = At { around: Some(message), ..At::default() };
    render(app, visit, channel, at, Some(sheet)).await
}

/// A message of this channel and no other.
pub(crate) async fn own(
    app: &App,
    visit: &Visit,
    (channel, message): (ChannelId, MessageId),
) -> Result<Stored, Problem> {
    let item = app.workspace.message(&visit.scope, message).await?;
    if item.channel == channel { Ok(item) } else { Err(Error::MessageNotFound { message }.into()) }
}

/// The text to edit.
pub(crate) async fn edit(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
) -> Result<Response, Problem> {
    let access = app.workspace.channel(&visit.scope, channel).await?;
    let item = own(&app, &visit, (channel, message)).await?;
    let Content::Text(text) = &item.content else {
        return Err(Error::MessageNotFound { message }.into());
    };
    let composer = Composer {
        action: format!("/channels/{channel}/messages/{message}/edit"),
        label: visit.frame.say("message-edit"),
        text: text.clone(),
        ..composer(&app, &visit.frame, &access, "edit")
    };
    let close = format!("/channels/{channel}");
    let sheet = Html::of(&Edit { frame: &visit.frame, close, composer });
    show(&app, visit, (channel, item.parent.unwrap_or(message)), sheet).await
}

/// Asks before a message goes.
pub(crate) async fn ask_delete(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
) -> Result<Response, Problem> {
    let item = own(&app, &visit, (channel, message)).await?;
    let sheet = Html::of(&Confirm {
        frame: &visit.frame,
        close: format!("/channels/{channel}"),
        title: visit.frame.say("message-delete-ask"),
        what: visit.frame.say("message-delete-what"),
        action: format!("/channels/{channel}/messages/{message}/delete"),
        button: visit.frame.say("message-delete"),
        danger: true,
    });
    show(&app, visit, (channel, item.parent.unwrap_or(message)), sheet).await
}

/// Deletes a message.
pub(crate) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    own(&app, &visit, (channel, message)).await?;
    app.workspace.delete(&visit.scope, message).await?;
    let undo = format!("/channels/{channel}/messages/{message}/undelete");
    let to = format!("/channels/{channel}");
    Ok(answer::back_with_undo(&visit.context, &to, "message-deleted", &undo))
}

/// Takes a deletion back.
pub(crate) async fn undelete(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    own(&app, &visit, (channel, message)).await?;
    app.workspace.undelete(&visit.scope, message).await?;
    Ok(answer::back_with(&visit.context, &format!("/channels/{channel}"), "message-undeleted"))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Mark {
    position: i64,
}

/// Remembers how far the reader is.
pub(crate) async fn read(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Form(form): Form<Mark>,
) -> Result<StatusCode, Problem> {
    app.workspace.mark_read(&visit.scope, channel, form.position).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
}

/// Members whose name fits what stands after the `@`, as options of the list box.
pub(crate) async fn people(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let access = app.workspace.channel(&visit.scope, channel).await?;
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let scope = &visit.scope;
    let members = match access.channel.kind {
        workspace::ChannelKind::Standard => {
            app.workspace.members(scope, access.team.id, None, limit).await?
        }
        workspace::ChannelKind::Private => {
            app.workspace.channel_members(scope, channel, None, limit).await?
        }
    };
    let wanted = wanted.q.to_lowercase();
    let fits = |name: &str| {
        let name = name.to_lowercase();
        name.starts_with(&wanted) || name.split_whitespace().any(|word| word.starts_with(&wanted))
    };
    let options = members.items.iter().filter(|member| fits(&member.name)).take(MOST);
    let mut list = String::new();
    for member in options {
        let _ = write!(
            list,
            r#"<li role="option" data-insert="{}">{}{}</li>"#,
            html::escape(&markdown::mention(&member.name, member.user)),
            visit.frame.avatar(&member.name, "small"),
            html::escape(&member.name)
        );
    }
    Ok(answer::part(Html::trusted(list)))
}

/// How many persons the list box offers.
const MOST: usize = 8;
