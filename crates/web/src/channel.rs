//! The channel: posts, live, replies, what may be done with a message.

mod card;
mod hooks;
mod live;
mod message;
mod press;
#[cfg(test)]
pub(crate) mod samples;
mod settings;
mod tabs;
pub(crate) mod view;

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response};
use edge::{PageQuery, Path, Problem, Query, get, get_and_post, post};
use kernel::{ChannelId, Cursor, Limit, MessageId, Page};
use serde::Deserialize;
use web_frame::{
    App, Asked, Frame, Html, Section, Visit, answer,
    channel::{Head, Spot},
    tree::{self, Here},
};
use workspace::{ChannelAccess, Window};

use self::card::Buttons;
use self::view::{Body, Eye, Item, May};

/// The addresses of a channel's posts.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/channels/{channel}", get(posts))
        .route("/channels/{channel}/messages", post(message::post))
        .route("/channels/{channel}/live", get(live::live))
        .route("/channels/{channel}/read", post(message::read))
        .route("/channels/{channel}/mentions", get(message::people))
        .route(
            "/channels/{channel}/messages/{message}",
            get_and_post(message::thread, message::reply),
        )
        .route(
            "/channels/{channel}/messages/{message}/edit",
            get_and_post(message::edit, message::save),
        )
        .route(
            "/channels/{channel}/messages/{message}/delete",
            get_and_post(message::ask_delete, message::delete),
        )
        .route("/channels/{channel}/messages/{message}/undelete", post(message::undelete))
        .route("/channels/{channel}/messages/{message}/actions", post(press::press))
        .route("/channels/{channel}/messages/{message}/refresh", post(press::refresh))
        .route("/channels/{channel}/messages/{message}/request", get(hooks::request))
        .route(
            "/channels/{channel}/messages/{message}/replay",
            get_and_post(hooks::ask_replay, hooks::replay),
        )
        .route("/channels/{channel}/connectors", get(hooks::connectors))
        .route("/channels/{channel}/settings", get_and_post(settings::sheet, settings::update))
        .route("/channels/{channel}/settings/archive", post(settings::archive))
        .route("/channels/{channel}/settings/delete", post(settings::delete))
        .route("/channels/{channel}/settings/members", post(settings::add_member))
        .route("/channels/{channel}/settings/members/{user}/remove", post(settings::remove_member))
        .route("/channels/{channel}/restore", post(settings::restore))
        .merge(tabs::routes())
}

/// Where a text is written.
#[derive(Debug, Clone)]
pub(crate) struct Composer {
    pub(crate) action: String,
    pub(crate) kind: &'static str,
    pub(crate) label: String,
    pub(crate) mentions: String,
    pub(crate) text: String,
    pub(crate) max: u32,
    pub(crate) problem: Option<String>,
}

impl Composer {
    /// Where a record is found and shared instead of words.
    pub(crate) fn share(&self) -> Option<String> {
        let channel = self.action.strip_suffix("/messages").filter(|_| self.kind == "post")?;
        Some(format!("{channel}/records"))
    }
}

/// The page of posts.
#[derive(Debug, Template)]
#[template(path = "channel/posts.html")]
pub(crate) struct Posts {
    pub(crate) frame: Frame,
    pub(crate) head: Head,
    pub(crate) items: Vec<Item>,
    pub(crate) older: Option<String>,
    pub(crate) newest: Option<String>,
    pub(crate) live_after: Option<String>,
    pub(crate) composer: Composer,
    pub(crate) closed: Option<String>,
    /// Targets of the channel that keep failing: address and sentence, for those who manage them.
    pub(crate) failing: Vec<(String, String)>,
}

/// Older messages, for the script that puts them on top.
#[derive(Debug, Template)]
#[template(path = "channel/part.html")]
struct Part<'a> {
    frame: &'a Frame,
    items: Vec<Item>,
    older: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Place {
    /// A message to show in the middle.
    around: Option<MessageId>,
}

async fn posts(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    page: PageQuery,
    Query(place): Query<Place>,
) -> Result<Response, Problem> {
    if visit.asked == Asked::Part {
        let access = app.workspace.channel(&visit.scope, channel).await?;
        let window = Window::Before(page.before.clone());
        let (items, older) = window_of(&app, &visit, &access, (window, page.limit)).await?;
        let html = Html::of(&Part { frame: &visit.frame, items, older });
        return Ok(answer::part(html));
    }
    let around = place.around;
    render(&app, visit, channel, At { before: page.before, around, ..At::default() }, None).await
}

/// Which part of the channel a page shows.
#[derive(Debug, Default)]
pub(crate) struct At {
    pub(crate) before: Option<Cursor>,
    pub(crate) around: Option<MessageId>,
    pub(crate) text: String,
    pub(crate) problem: Option<String>,
}

/// The page of posts, with the side sheet where one is open.
pub(crate) async fn render(
    app: &App,
    visit: Visit,
    channel: ChannelId,
    at: At,
    sheet: Option<Html>,
) -> Result<Response, Problem> {
    let access = app.workspace.channel(&visit.scope, channel).await?;
    // the place is read before the messages: what comes in between comes again over the live feed
    let feed = app.workspace.subscribe(&visit.scope, channel, None).await?;
    let place = Cursor::new(&feed.position().to_string());
    let window = Window::Before(at.before.clone());
    let (mut items, mut older) =
        window_of(app, &visit, &access, (window, Limit::default())).await?;
    let mut newest = at.before.is_none();
    if let Some(message) = at.around.filter(|message| !items.iter().any(|item| item.is(*message))) {
        newest = false;
        let window = (Window::Around(message), Limit::default());
        (items, older) = window_of(app, &visit, &access, window).await?;
    }
    let branches = branches(app, &visit).await?;
    let pane = tree::pane(&visit.frame, &branches, Here::Channel(channel));
    let closed = closed(&visit.frame, &access);
    let composer = Composer {
        text: at.text,
        problem: at.problem,
        ..composer(app, &visit.frame, &access, "post")
    };
    let status =
        if composer.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let failing = failing(app, &visit, &access).await?;
    let title = format!("{} · {}", access.channel.name, access.team.name);
    let head = Head::of(app, &visit, &access, Spot::Posts).await?;
    let mut frame = visit.frame.at(Section::Teams, title).with_pane(pane).back_to("/teams");
    frame.sheet = sheet;
    Ok(answer::page_with(
        status,
        &Posts {
            frame,
            head,
            items,
            older,
            newest: (!newest).then(|| format!("/channels/{channel}")),
            live_after: newest.then(|| place.to_string()),
            composer,
            closed,
            failing,
        },
    ))
}

/// What a channel forwards to and does not reach, for those who manage it.
async fn failing(
    app: &App,
    visit: &Visit,
    access: &ChannelAccess,
) -> Result<Vec<(String, String)>, Problem> {
    if !access.rights.manage && !visit.scope.may(kernel::Permission::WebhookManageAll) {
        return Ok(Vec::new());
    }
    let found = app.targets.failing_in(&visit.scope, access.channel.id).await?;
    let told = |target: &targets::Target| {
        let name = target.name.as_str();
        (format!("/targets/{}", target.id), visit.frame.say1("targets.keeps-failing", "name", name))
    };
    Ok(found.iter().map(told).collect())
}

/// The branches of the tree; nobody's tree is empty.
pub(crate) async fn branches(app: &App, visit: &Visit) -> Result<Vec<workspace::Branch>, Problem> {
    if visit.scope.user().is_none() {
        return Ok(Vec::new());
    }
    Ok(app.workspace.tree(&visit.scope).await?)
}

/// The eye of a visit on a channel.
pub(crate) fn eye<'a>(
    app: &'a App,
    visit: &'a Visit,
    access: &ChannelAccess,
    base_url: &'a str,
    buttons: &'a Buttons,
) -> Eye<'a> {
    let rights = access.rights;
    Eye {
        frame: &visit.frame,
        scope: &visit.scope,
        pictures: &app.pictures,
        base_url,
        may: May {
            write: rights.write && visit.scope.may(kernel::Permission::MessageWrite),
            moderate: rights.moderate,
            connect: rights.connect,
        },
        buttons,
    }
}

async fn window_of(
    app: &App,
    visit: &Visit,
    access: &ChannelAccess,
    (window, limit): (Window, Limit),
) -> Result<(Vec<Item>, Option<String>), Problem> {
    let id = access.channel.id;
    let newest_first = matches!(window, Window::Before(_));
    let newest = window == Window::Before(None);
    let Page { mut items, next } = app.workspace.messages(&visit.scope, id, window, limit).await?;
    if newest_first {
        items.reverse();
    }
    let next = if newest_first { next } else { items.first().map(workspace::Item::cursor) };
    let marker = match visit.scope.user() {
        Some(_) if newest => {
            let unread = app.workspace.unread(&visit.scope, id).await?;
            (unread.count > 0).then_some(unread.marker)
        }
        _ => None,
    };
    let base_url = visit.context.base_url();
    let buttons = Buttons::of_items(app, visit, id, items.iter()).await?;
    let list = eye(app, visit, access, &base_url, &buttons).list(&items, marker);
    Ok((list, next.map(|cursor| format!("/channels/{id}?before={cursor}"))))
}

/// The composer of a channel.
pub(crate) fn composer(
    app: &App,
    frame: &Frame,
    access: &ChannelAccess,
    kind: &'static str,
) -> Composer {
    let id = access.channel.id;
    Composer {
        action: format!("/channels/{id}/messages"),
        kind,
        label: frame.say1("composer-label", "channel", &access.channel.name),
        mentions: format!("/channels/{id}/mentions"),
        text: String::new(),
        max: app.workspace.settings().max_message_chars,
        problem: None,
    }
}

/// Why nothing can be written here, if so.
pub(crate) fn closed(frame: &Frame, access: &ChannelAccess) -> Option<String> {
    if access.is_archived() {
        Some(frame.say("channel-archived"))
    } else if access.rights.write && frame.may(kernel::Permission::MessageWrite) {
        None
    } else {
        Some(frame.say("channel-read-only"))
    }
}
