//! Tabs of channels: pages that stand beside the conversation.

mod store;

use db::Tx;
use event_log::Subject;
use jiff::Timestamp;
use kernel::{ChannelId, FieldError, MessageId, Permission, Scope, TabId, UserId};
use serde_json::{Value as Json, json};
use url::Url;

use crate::{
    ChannelAccess, Error, Item, MESSAGES_TOPIC, Result, Role, Workspace, access, names,
    service::{change, changed},
};

/// A tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// The identifier.
    pub id: TabId,
    /// Its channel.
    pub channel: ChannelId,
    /// The name that people see.
    pub name: String,
    /// What it shows, as whoever put it names it; unique in the channel.
    pub entity: String,
    /// The page inside.
    pub content: String,
    /// The same page by itself.
    pub website: Option<String>,
    /// Who put it there.
    pub created_by: Option<UserId>,
    /// Since when.
    pub created_at: Timestamp,
    /// The message that its conversation hangs from.
    pub conversation: Option<MessageId>,
}

/// A tab to put into a channel.
#[derive(Debug, Clone)]
pub struct NewTab {
    /// The name that people see.
    pub name: String,
    /// What it shows: a second call with the same finds the tab of the first.
    pub entity: String,
    /// The page inside: an https address, or a path of this hub.
    pub content: String,
    /// The same page by itself.
    pub website: Option<String>,
}

/// The most tabs of one channel: our choice.
const MAX_TABS: u32 = 50;
/// The longest name, in characters, as Teams has it.
const MAX_NAME_CHARS: usize = 128;
/// The longest entity and address.
const MAX_CHARS: usize = 2_000;

impl Workspace {
    /// The tabs of a channel, in their order.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`] and the like.
    pub async fn tabs(&self, scope: &Scope, channel: ChannelId) -> Result<Vec<Tab>> {
        scope.require(Permission::MessageRead)?;
        let read = move |tx: &Tx<'_>| {
            access::readable(tx, channel)?;
            Ok(store::all(tx, channel)?)
        };
        self.db.read(scope, read).await
    }

    /// Puts a tab into a channel, or changes the one of the same entity; members may.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`] and the like, [`Error::ChannelArchived`], [`Error::RoleNeeded`] for guests,
    /// [`Error::Invalid`], [`Error::TooMany`].
    pub async fn put_tab(&self, scope: &Scope, channel: ChannelId, new: NewTab) -> Result<Tab> {
        scope.require(Permission::MessageWrite)?;
        let tab = Tab {
            id: self.ids.fresh(),
            channel,
            name: title(&new.name)?,
            entity: entity(&new.entity)?,
            content: address("/content", &new.content)?,
            website: new.website.as_deref().map(|page| address("/website", page)).transpose()?,
            created_by: scope.user(),
            created_at: self.clock.now(),
            conversation: None,
        };
        let now = self.clock.now();
        let put = move |tx: &Tx<'_>| {
            changeable(tx, channel)?;
            let Some(before) = store::of_entity(tx, channel, &tab.entity)? else {
                if store::count(tx, channel)? >= i64::from(MAX_TABS) {
                    return Err(Error::TooMany { limit: MAX_TABS });
                }
                store::insert(tx, &tab)?;
                told(tx, "tab.create", (None, Some(&tab)), now)?;
                return Ok(tab.clone());
            };
            let after = Tab {
                name: tab.name.clone(),
                content: tab.content.clone(),
                website: tab.website.clone(),
                ..before.clone()
            };
            keep(tx, &before, after, now)
        };
        self.db.write(scope, put).await
    }

    /// Renames a tab; members may.
    ///
    /// # Errors
    /// As [`Workspace::put_tab`]; [`Error::TabNotFound`].
    pub async fn rename_tab(
        &self,
        scope: &Scope,
        channel: ChannelId,
        tab: TabId,
        name: &str,
    ) -> Result<Tab> {
        scope.require(Permission::MessageWrite)?;
        let (name, now) = (title(name)?, self.clock.now());
        let rename = move |tx: &Tx<'_>| {
            changeable(tx, channel)?;
            let before = store::lookup(tx, channel, tab)?.ok_or(Error::TabNotFound { tab })?;
            let after = Tab { name: name.clone(), ..before.clone() };
            keep(tx, &before, after, now)
        };
        self.db.write(scope, rename).await
    }

    /// Writes into the conversation of a tab: the first text becomes the message that it hangs from.
    ///
    /// # Errors
    /// As [`Workspace::post`]; [`Error::TabNotFound`].
    pub async fn converse(
        &self,
        scope: &Scope,
        (channel, tab): (ChannelId, TabId),
        text: &str,
    ) -> Result<Item> {
        let find = move |tx: &Tx<'_>| -> Result<Option<MessageId>> {
            access::readable(tx, channel)?;
            let tab = store::lookup(tx, channel, tab)?.ok_or(Error::TabNotFound { tab })?;
            Ok(tab.conversation)
        };
        if let Some(root) = self.db.read(scope, find).await? {
            match self.reply(scope, root, text).await {
                // retention or a person took it away: it begins anew
                Err(Error::MessageNotFound { .. } | Error::MessageDeleted { .. }) => {}
                answered => return answered,
            }
        }
        let item = self.post(scope, channel, text).await?;
        let root = item.id;
        self.db.write(scope, move |tx| store::converse(tx, tab, root).map_err(Error::from)).await?;
        Ok(item)
    }

    /// Puts the tabs of a channel into this order; those that are not named follow in the order they had.
    ///
    /// # Errors
    /// As [`Workspace::put_tab`]; [`Error::TabNotFound`].
    pub async fn order_tabs(
        &self,
        scope: &Scope,
        channel: ChannelId,
        order: Vec<TabId>,
    ) -> Result<Vec<Tab>> {
        scope.require(Permission::MessageWrite)?;
        let sort = move |tx: &Tx<'_>| {
            changeable(tx, channel)?;
            let mut tabs = store::all(tx, channel)?;
            if let Some(&tab) = order.iter().find(|id| tabs.iter().all(|tab| tab.id != **id)) {
                return Err(Error::TabNotFound { tab });
            }
            let place = |tab: &Tab| order.iter().position(|id| *id == tab.id);
            kernel::sort_by_key(&mut tabs, |tab| place(tab).unwrap_or(usize::MAX));
            store::order(tx, &tabs)?;
            tx.notify(MESSAGES_TOPIC, channel.uuid(), 0);
            Ok(tabs)
        };
        self.db.write(scope, sort).await
    }

    /// Takes a tab out of a channel; members may, and one that is gone is no error.
    ///
    /// # Errors
    /// As [`Workspace::put_tab`].
    pub async fn remove_tab(&self, scope: &Scope, channel: ChannelId, tab: TabId) -> Result<()> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let remove = move |tx: &Tx<'_>| {
            changeable(tx, channel)?;
            let Some(before) = store::lookup(tx, channel, tab)? else { return Ok(()) };
            store::remove(tx, channel, tab)?;
            told(tx, "tab.remove", (Some(&before), None), now)
        };
        self.db.write(scope, remove).await
    }
}

/// The channel, if the actor may change its tabs: members may, guests not, as Teams has it unless told otherwise.
fn changeable(tx: &Tx<'_>, channel: ChannelId) -> Result<ChannelAccess> {
    let access = access::writable(tx, channel)?;
    if access.rights.connect { Ok(access) } else { Err(Error::RoleNeeded { needed: Role::Member }) }
}

fn keep(tx: &Tx<'_>, before: &Tab, after: Tab, now: Timestamp) -> Result<Tab> {
    if *before != after {
        store::update(tx, &after)?;
        told(tx, "tab.update", (Some(before), Some(&after)), now)?;
    }
    Ok(after)
}

fn told(
    tx: &Tx<'_>,
    action: &'static str,
    (before, after): (Option<&Tab>, Option<&Tab>),
    now: Timestamp,
) -> Result<()> {
    let Some(tab) = after.or(before) else { return Ok(()) };
    let told = change(action, Subject::new("tab", tab.id), now);
    event_log::audit(tx, &changed(told, before.map(document), after.map(document)))?;
    tx.notify(MESSAGES_TOPIC, tab.channel.uuid(), 0);
    Ok(())
}

fn document(tab: &Tab) -> Json {
    json!({
        "channel": tab.channel,
        "name": tab.name,
        "entity": tab.entity,
        "content": tab.content,
    })
}

fn title(name: &str) -> Result<String> {
    let name = names::title("/name", name)?;
    if name.chars().count() > MAX_NAME_CHARS {
        let detail = format!("a tab has a name of at most {MAX_NAME_CHARS} characters");
        return Err(Error::invalid(FieldError::new("/name", "name.too_long", detail)));
    }
    Ok(name)
}

fn entity(text: &str) -> Result<String> {
    if text.is_empty() || text.chars().count() > MAX_CHARS || text.contains(char::is_control) {
        let detail = "what the tab shows is named with 1 to 2,000 characters";
        return Err(Error::invalid(FieldError::new("/entity", "tab.entity", detail)));
    }
    Ok(text.to_owned())
}

/// An https address, or a path of this hub.
fn address(pointer: &'static str, text: &str) -> Result<String> {
    let own = text.starts_with('/') && !text.starts_with("//") && !text.contains(['\\', ' ']);
    let plain = text.chars().count() <= MAX_CHARS && !text.contains(char::is_control);
    let is_https = || {
        Url::parse(text).is_ok_and(|url| {
            url.scheme() == "https"
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
        })
    };
    if plain && (own || is_https()) {
        return Ok(text.to_owned());
    }
    let detail = "a tab shows an https address or a path of this hub";
    Err(Error::invalid(FieldError::new(pointer, "tab.address", detail)))
}
