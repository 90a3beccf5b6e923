//! The channel's own tabs: adding a website, the order, names, removing, sharing, the conversation beside a tab.
//!
//! Tabs of records and views are shown by pages of their own (`/linked/…`); here stands what all tabs share.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem, Query, get, get_and_post, post};
use kernel::{ChannelId, FieldError, Permission, TabId};
use serde::Deserialize;
use web_frame::{
    App, Asked, Field, Frame, Html, Section, Visit, answer,
    channel::{self as strip, Head, Spot},
    html, is_own,
    parts::Nothing,
    tree::{self, Here},
};
use workspace::{ChannelAccess, Error, NewTab, Tab};

use super::{At, branches, message::Confirm, render};
use crate::teams::mistakes;

/// The addresses of tabs.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/channels/{channel}/tabs", get_and_post(manage, add))
        .route("/channels/{channel}/tabs/new", get(choose))
        .route("/channels/{channel}/tabs/{tab}", get(page))
        .route("/channels/{channel}/tabs/{tab}/rename", get_and_post(name, rename))
        .route("/channels/{channel}/tabs/{tab}/move", post(place))
        .route("/channels/{channel}/tabs/{tab}/remove", get_and_post(ask_remove, remove))
        .route("/channels/{channel}/tabs/{tab}/share", get_and_post(sharing, share))
        .route("/channels/{channel}/tabs/{tab}/conversation", get_and_post(conversation, converse))
}

/// The page that a sheet was opened on.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct From {
    from: String,
}

impl From {
    /// Where the sheet leads when it is closed: an address of this hub and nothing else.
    fn back(&self, channel: ChannelId) -> String {
        if is_own(&self.from) { self.from.clone() } else { format!("/channels/{channel}") }
    }

    /// The same page behind another address.
    fn after(&self, address: &str) -> String {
        if self.from.is_empty() {
            address.to_owned()
        } else {
            format!("{address}?from={}", html::query_value(&self.from))
        }
    }
}

/// A page of its own for what the hub does not show itself.
#[derive(Debug, Template)]
#[template(path = "channel/website.html")]
struct Website {
    frame: Frame,
    head: Head,
    name: String,
    href: String,
    /// Whose site it is: what stands between `https://` and the path.
    site: String,
    own: bool,
}

/// The sheet of all tabs.
#[derive(Debug, Template)]
#[template(path = "channel/tabs.html")]
struct Manage<'a> {
    frame: &'a Frame,
    close: String,
    new: String,
    rows: Vec<Row>,
    may: bool,
}

#[derive(Debug)]
struct Row {
    name: String,
    icon: &'static str,
    href: String,
    order: String,
    rename: String,
    remove: String,
}

/// The sheet that adds a tab.
#[derive(Debug, Template)]
#[template(path = "channel/tab_new.html")]
struct Choose<'a> {
    frame: &'a Frame,
    close: String,
    action: String,
    record: String,
    view: String,
    fields: Vec<Field>,
}

/// The sheet of a tab's name.
#[derive(Debug, Template)]
#[template(path = "channel/tab_name.html")]
struct Rename<'a> {
    frame: &'a Frame,
    close: String,
    action: String,
    field: Field,
}

/// The sheet that shares a tab.
#[derive(Debug, Template)]
#[template(path = "channel/tab_share.html")]
struct Share<'a> {
    frame: &'a Frame,
    close: String,
    action: String,
    link: String,
    text: Field,
    may_post: bool,
}

/// The sheet that begins the conversation of a tab.
#[derive(Debug, Template)]
#[template(path = "channel/tab_conversation.html")]
struct Begin<'a> {
    frame: &'a Frame,
    close: String,
    composer: super::Composer,
    closed: Option<String>,
    name: String,
}

/// A tab of this channel and no other.
async fn own(
    app: &App,
    visit: &Visit,
    (channel, tab): (ChannelId, TabId),
) -> Result<(ChannelAccess, Tab), Problem> {
    let access = app.workspace.channel(&visit.scope, channel).await?;
    let tabs = app.workspace.tabs(&visit.scope, channel).await?;
    let found = tabs.into_iter().find(|one| one.id == tab);
    Ok((access, found.ok_or(Error::TabNotFound { tab })?))
}

/// A sheet alone, or over the posts.
async fn sheet(
    app: &App,
    visit: Visit,
    channel: ChannelId,
    sheet: Html,
) -> Result<Response, Problem> {
    if visit.asked == Asked::Sheet {
        return Ok(answer::part(sheet));
    }
    render(app, visit, channel, At::default(), Some(sheet)).await
}

/// A tab of the hub's own leads to its page; a website is named with its site, so that nobody is led astray.
pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path((channel, tab)): Path<(ChannelId, TabId)>,
) -> Result<Response, Problem> {
    let (access, found) = own(&app, &visit, (channel, tab)).await?;
    if strip::is_record(&found) {
        return Ok(Redirect::to(&found.content).into_response());
    }
    let mut head = Head::of(&app, &visit, &access, Spot::Tab(tab)).await?;
    let here = format!("/channels/{channel}/tabs/{tab}");
    head.tools = Some(tools(&visit.frame, &here, head.may_connect));
    let branches = branches(&app, &visit).await?;
    let pane = tree::pane(&visit.frame, &branches, Here::Channel(channel));
    let title = format!("{} · {}", found.name, access.channel.name);
    let frame = visit.frame.at(Section::Teams, title).with_pane(pane);
    let href = found.website.clone().unwrap_or_else(|| found.content.clone());
    let own = href.starts_with('/');
    let site = url::Url::parse(&href).ok().and_then(|url| url.host_str().map(ToOwned::to_owned));
    Ok(answer::page(&Website {
        frame: frame.back_to(format!("/channels/{channel}")),
        head,
        name: found.name,
        site: site.unwrap_or_default(),
        href,
        own,
    }))
}

/// The buttons of a tab: its conversation, sharing, and what members may do with it.
fn tools(frame: &Frame, here: &str, may_change: bool) -> Html {
    Html::of(&Tools { frame, here, from: html::query_value(here), may_change })
}

#[derive(Debug, Template)]
#[template(path = "channel/tab_tools.html")]
struct Tools<'a> {
    frame: &'a Frame,
    here: &'a str,
    from: String,
    may_change: bool,
}

async fn manage(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    let access = app.workspace.channel(&visit.scope, channel).await?;
    let tabs = app.workspace.tabs(&visit.scope, channel).await?;
    let root = format!("/channels/{channel}/tabs");
    let row = |tab: &Tab| Row {
        name: tab.name.clone(),
        icon: strip::icon(tab),
        href: strip::address(tab),
        order: from.after(&format!("{root}/{}/move", tab.id)),
        rename: from.after(&format!("{root}/{}/rename", tab.id)),
        remove: from.after(&format!("{root}/{}/remove", tab.id)),
    };
    let manage = Html::of(&Manage {
        frame: &visit.frame,
        close: from.back(channel),
        new: from.after(&format!("{root}/new")),
        rows: tabs.iter().map(row).collect(),
        may: may_change(&visit, &access),
    });
    sheet(&app, visit, channel, manage).await
}

fn may_change(visit: &Visit, access: &ChannelAccess) -> bool {
    access.rights.connect && !access.is_archived() && visit.frame.may(Permission::MessageWrite)
}

async fn choose(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    app.workspace.channel(&visit.scope, channel).await?;
    adding(&app, visit, (channel, &from), &Typed::default(), &[]).await
}

async fn adding(
    app: &App,
    visit: Visit,
    (channel, from): (ChannelId, &From),
    typed: &Typed,
    wrong: &[FieldError],
) -> Result<Response, Problem> {
    let frame = &visit.frame;
    // what a room calls the content is the address here
    let wrong: Vec<FieldError> = wrong
        .iter()
        .map(|one| match &*one.pointer {
            "/content" | "/entity" | "/website" => {
                FieldError::new("/address", one.code, &*one.detail)
            }
            _ => one.clone(),
        })
        .collect();
    let fields = vec![
        Field::input("url", "address", frame.say("tabs.address"))
            .value(&typed.address)
            .placeholder("https://")
            .hint(frame.say("tabs.address-hint"))
            .required()
            .checked(&wrong, frame.t),
        Field::text("name", frame.say("tabs.name"))
            .value(&typed.name)
            .required()
            .max(128)
            .checked(&wrong, frame.t),
    ];
    let choose = Html::of(&Choose {
        frame,
        close: from.back(channel),
        action: from.after(&format!("/channels/{channel}/tabs")),
        record: format!("/linked/new?channel={channel}"),
        view: format!("/linked/new?channel={channel}&what=view"),
        fields,
    });
    let refused = !wrong.is_empty();
    let mut response = sheet(app, visit, channel, choose).await?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    name: String,
    address: String,
}

async fn add(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Query(from): Query<From>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let address = typed.address.trim().to_owned();
    let new = NewTab {
        name: typed.name.clone(),
        // the same site twice is the same tab
        entity: format!("website:{address}"),
        content: address.clone(),
        website: Some(address),
    };
    match app.workspace.put_tab(&visit.scope, channel, new).await {
        Ok(tab) => Ok(answer::back_with(&visit.context, &strip::address(&tab), "tabs.added")),
        Err(error) => {
            let Some(wrong) = mistakes(&error) else { return Err(error.into()) };
            adding(&app, visit, (channel, &from), &typed, &wrong).await
        }
    }
}

async fn name(
    State(app): State<App>,
    visit: Visit,
    Path((channel, tab)): Path<(ChannelId, TabId)>,
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    let (_, found) = own(&app, &visit, (channel, tab)).await?;
    naming(&app, visit, (channel, tab, &from), (&found.name, &[])).await
}

async fn naming(
    app: &App,
    visit: Visit,
    (channel, tab, from): (ChannelId, TabId, &From),
    (name, wrong): (&str, &[FieldError]),
) -> Result<Response, Problem> {
    let frame = &visit.frame;
    let rename = Html::of(&Rename {
        frame,
        close: from.back(channel),
        action: from.after(&format!("/channels/{channel}/tabs/{tab}/rename")),
        field: Field::text("name", frame.say("tabs.name"))
            .value(name)
            .required()
            .max(128)
            .checked(wrong, frame.t),
    });
    let refused = !wrong.is_empty();
    let mut response = sheet(app, visit, channel, rename).await?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

async fn rename(
    State(app): State<App>,
    visit: Visit,
    Path((channel, tab)): Path<(ChannelId, TabId)>,
    Query(from): Query<From>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    match app.workspace.rename_tab(&visit.scope, channel, tab, &typed.name).await {
        Ok(_) => Ok(answer::back_with(&visit.context, &from.back(channel), "saved")),
        Err(error) => {
            let Some(wrong) = mistakes(&error) else { return Err(error.into()) };
            naming(&app, visit, (channel, tab, &from), (&typed.name, &wrong)).await
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    Up,
    Down,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Moved {
    way: Way,
}

async fn place(
    State(app): State<App>,
    visit: Visit,
    Path((channel, tab)): Path<(ChannelId, TabId)>,
    Query(from): Query<From>,
    Form(moved): Form<Moved>,
) -> Result<Response, Problem> {
    let tabs = app.workspace.tabs(&visit.scope, channel).await?;
    let mut order: Vec<TabId> = tabs.iter().map(|one| one.id).collect();
    let at = order.iter().position(|one| *one == tab).ok_or(Error::TabNotFound { tab })?;
    let other = match moved.way {
        Way::Up => at.checked_sub(1),
        Way::Down => Some(at + 1).filter(|other| *other < order.len()),
    };
    if let Some(other) = other {
        order.swap(at, other);
    }
    // also where nothing moves: who may not change tabs is told so
    app.workspace.order_tabs(&visit.scope, channel, order).await?;
    let to = from.after(&format!("/channels/{channel}/tabs"));
    Ok(answer::back_with(&visit.context, &to, "saved"))
}

async fn ask_remove(
    State(app): State<App>,
    visit: Visit,
    Path((channel, tab)): Path<(ChannelId, TabId)>,
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    let (_, found) = own(&app, &visit, (channel, tab)).await?;
    let frame = &visit.frame;
    let what =
        if strip::is_record(&found) { "tabs.remove-record-what" } else { "tabs.remove-what" };
    let ask = Html::of(&Confirm {
        frame,
        close: from.back(channel),
        title: frame.say1("tabs.remove-ask", "name", found.name.as_str()),
        what: frame.say(what),
        action: format!("/channels/{channel}/tabs/{tab}/remove"),
        button: frame.say("tabs.remove"),
        danger: true,
    });
    sheet(&app, visit, channel, ask).await
}

async fn remove(
    State(app): State<App>,
    visit: Visit,
    Path((channel, tab)): Path<(ChannelId, TabId)>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    app.workspace.remove_tab(&visit.scope, channel, tab).await?;
    Ok(answer::back_with(&visit.context, &format!("/channels/{channel}"), "tabs.removed"))
}

async fn sharing(
    State(app): State<App>,
    visit: Visit,
    Path((channel, tab)): Path<(ChannelId, TabId)>,
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    let (access, found) = own(&app, &visit, (channel, tab)).await?;
    let frame = &visit.frame;
    let share = Html::of(&Share {
        frame,
        close: from.back(channel),
        action: from.after(&format!("/channels/{channel}/tabs/{tab}/share")),
        link: format!("{}{}", visit.context.base_url(), strip::address(&found)),
        text: Field::area("text", frame.say("tabs.share-text")).max(2000),
        may_post: access.rights.write && frame.may(Permission::MessageWrite),
    });
    sheet(&app, visit, channel, share).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Words {
    text: String,
}

/// Posts the link to a tab into its channel.
async fn share(
    State(app): State<App>,
    visit: Visit,
    Path((channel, tab)): Path<(ChannelId, TabId)>,
    Form(words): Form<Words>,
) -> Result<Response, Problem> {
    let (_, found) = own(&app, &visit, (channel, tab)).await?;
    let text = named(&visit, &found, &words.text);
    app.workspace.post(&visit.scope, channel, &text).await?;
    Ok(answer::back_with(&visit.context, &format!("/channels/{channel}"), "tabs.shared"))
}

/// A text above the name of a tab that leads to it, in Markdown.
fn named(visit: &Visit, tab: &Tab, text: &str) -> String {
    let link = format!("{}{}", visit.context.base_url(), strip::address(tab));
    let name = plain(&tab.name);
    let text = text.trim();
    if text.is_empty() {
        format!("📌 [{name}]({link})")
    } else {
        format!("{text}\n\n📌 [{name}]({link})")
    }
}

/// A name in which nothing is Markdown.
fn plain(name: &str) -> String {
    let mut safe = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        if c.is_ascii_punctuation() {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

/// The conversation of a tab: its thread, or the sheet that begins it.
async fn conversation(
    State(app): State<App>,
    visit: Visit,
    Path((channel, tab)): Path<(ChannelId, TabId)>,
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    let (access, found) = own(&app, &visit, (channel, tab)).await?;
    if let Some(root) = found.conversation
        && let Ok(item) = app.workspace.message(&visit.scope, root).await
        && !matches!(item.content, workspace::Content::Deleted)
    {
        return super::message::beside(&app, visit, (channel, root), &from.back(channel)).await;
    }
    let frame = &visit.frame;
    let begin = Html::of(&Begin {
        frame,
        close: from.back(channel),
        composer: super::Composer {
            action: from.after(&format!("/channels/{channel}/tabs/{tab}/conversation")),
            label: frame.say("tabs.conversation-label"),
            ..super::composer(&app, frame, &access, "tab")
        },
        closed: super::closed(frame, &access),
        name: found.name,
    });
    sheet(&app, visit, channel, begin).await
}

/// Begins the conversation of a tab, or goes on with it.
async fn converse(
    State(app): State<App>,
    visit: Visit,
    Path((channel, tab)): Path<(ChannelId, TabId)>,
    Query(from): Query<From>,
    Form(words): Form<Words>,
) -> Result<Response, Problem> {
    let (_, found) = own(&app, &visit, (channel, tab)).await?;
    let text = words.text.trim();
    let begins = found.conversation.is_none() && !text.is_empty();
    let text = if begins { named(&visit, &found, text) } else { text.to_owned() };
    let item = app.workspace.converse(&visit.scope, (channel, tab), &text).await?;
    if visit.asked != Asked::Page {
        let root = item.parent.unwrap_or(item.id);
        let visit = Visit { asked: Asked::Sheet, ..visit };
        return super::message::beside(&app, visit, (channel, root), &from.back(channel)).await;
    }
    Ok(answer::back_with(&visit.context, &from.back(channel), "tabs.written"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_becomes_markup_of_a_message() {
        assert_eq!(plain("](javascript:1)*"), "\\]\\(javascript\\:1\\)\\*");
        assert_eq!(plain("Sécurité 2026"), "Sécurité 2026");
    }

    #[test]
    fn a_sheet_never_leads_away_from_the_hub() {
        let channel = kernel::Ids::seeded(1).fresh();
        let from = |from: &str| From { from: from.to_owned() }.back(channel);
        assert_eq!(from("/linked/7"), "/linked/7");
        for foreign in ["", "https://evil.example", "//evil.example", "/\\evil.example"] {
            assert_eq!(from(foreign), format!("/channels/{channel}"), "{foreign}");
        }
    }
}
