//! What concerns one person: mentions and answers, reading marks, and the tree of own channels with what is new.

use db::Tx;
use jiff::Timestamp;
use kernel::{ChannelId, Cursor, Limit, MessageId, Page, Permission, Scope, UserId};

use crate::{
    ChannelAccess, Content, Error, Item, Result, Workspace, access, markdown,
    messages::{content, store},
};

/// Notices with this topic, on the stream of a person, say that the person was mentioned or answered.
pub const ACTIVITY_TOPIC: &str = "workspace.activity";

/// A place where the person was mentioned, or answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Whether a message of the person was answered, without naming the person.
    pub answer: bool,
    /// When.
    pub at: Timestamp,
    /// The channel, as the person may see it.
    pub channel: ChannelAccess,
    /// The message.
    pub item: Item,
}

/// How far a person has read a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unread {
    /// The position of the last message that was read; 0 when none was.
    pub marker: i64,
    /// Messages of others behind it, counted up to [`Unread::MOST`].
    pub count: i64,
}

impl Unread {
    /// Counting stops here: "99+".
    pub const MOST: i64 = 100;
}

/// A channel of one of the person's teams, with what is new in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The channel with its team and the person's rights.
    pub access: ChannelAccess,
    /// What is new.
    pub unread: Unread,
}

impl Workspace {
    /// The channels of the actor's own teams, by team and name, with what is new; for the tree of pages.
    ///
    /// # Errors
    /// [`Error::PersonNeeded`], [`Error::Denied`].
    pub async fn tree(&self, scope: &Scope) -> Result<Vec<Branch>> {
        scope.require(Permission::MessageRead)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let read = move |tx: &Tx<'_>| {
            let mut branches = Vec::new();
            let unread = unread_of_all(tx, user)?;
            for access in access::own_channels(tx, MAX_TREE)? {
                let id = access.channel.id;
                let unread = unread.iter().find(|(channel, _)| *channel == id);
                let unread = unread.filter(|_| access.rights.read).map(|(_, unread)| *unread);
                branches.push(Branch { access, unread: unread.unwrap_or_default() });
            }
            Ok(branches)
        };
        self.db.read(scope, read).await
    }

    /// How far the actor has read a channel.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`] and the like, [`Error::PersonNeeded`].
    pub async fn unread(&self, scope: &Scope, channel: ChannelId) -> Result<Unread> {
        scope.require(Permission::MessageRead)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let read = move |tx: &Tx<'_>| {
            access::readable(tx, channel)?;
            Ok(unread(tx, user, channel)?)
        };
        self.db.read(scope, read).await
    }

    /// Marks a channel as read up to a message; never backwards.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`] and the like, [`Error::PersonNeeded`].
    pub async fn mark_read(&self, scope: &Scope, channel: ChannelId, position: i64) -> Result<()> {
        const SQL: &str = "INSERT INTO read_markers (tenant_id, user_id, channel_id, position) \
                           VALUES ($1, $2, $3, $4) \
                           ON CONFLICT (tenant_id, user_id, channel_id) \
                           DO UPDATE SET position = excluded.position \
                           WHERE read_markers.position < excluded.position";
        scope.require(Permission::MessageRead)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let mark = move |tx: &Tx<'_>| {
            access::readable(tx, channel)?;
            let head = event_log::head(tx, crate::MESSAGES_TOPIC, channel.uuid())?;
            let position = position.clamp(0, head);
            tx.execute(SQL, &[tx.tenant().into(), user.into(), channel.into(), position.into()])?;
            Ok(())
        };
        self.db.write(scope, mark).await
    }

    /// Where the actor was mentioned or answered, newest first; places that the actor can no longer read are left out.
    ///
    /// # Errors
    /// [`Error::Cursor`], [`Error::PersonNeeded`].
    pub async fn mentions(
        &self,
        scope: &Scope,
        before: Option<Cursor>,
        limit: Limit,
    ) -> Result<Page<Mention>> {
        const SQL: &str = "SELECT position, channel_id, message_id, at FROM mentions \
                           WHERE tenant_id = $1 AND user_id = $2 AND position < $3 \
                           ORDER BY position DESC LIMIT $4";
        scope.require(Permission::MessageRead)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let before = before.as_ref().map(Cursor::parse::<i64>).transpose()?.unwrap_or(i64::MAX);
        let read = move |tx: &Tx<'_>| {
            let params = [tx.tenant().into(), user.into(), before.into(), limit.probe().into()];
            let mut places: Vec<(i64, ChannelId, MessageId, Timestamp)> = Vec::new();
            for row in tx.all(SQL, &params)? {
                places.push((row.get(0)?, row.id(1)?, row.id(2)?, row.get(3)?));
            }
            let Page { items: places, next } =
                Page::cut(places, limit, |place| Cursor::new(&place.0.to_string()));
            let (mut found, mut rows) = (Vec::new(), Vec::new());
            for (_, channel, message, at) in places {
                let access = match access::readable(tx, channel) {
                    Ok(access) => access,
                    Err(Error::Store(error)) => return Err(Error::Store(error)),
                    Err(_) => continue,
                };
                if let Some(row) = store::lookup(tx, message)? {
                    found.push((at, access));
                    rows.push(row);
                }
            }
            Ok((found, content::join(tx, Page { items: rows, next })?))
        };
        let (found, joined) = self.db.read(scope, read).await?;
        let Page { items, next } = content::render(joined).await;
        let mention = |((at, channel), item): ((Timestamp, ChannelAccess), Item)| Mention {
            answer: item.parent.is_some() && !names(&item, user),
            at,
            channel,
            item,
        };
        Ok(Page { items: found.into_iter().zip(items).map(mention).collect(), next })
    }
}

fn unread(tx: &Tx<'_>, user: UserId, channel: ChannelId) -> db::Result<Unread> {
    const MARKER: &str = "SELECT position FROM read_markers \
                          WHERE tenant_id = $1 AND user_id = $2 AND channel_id = $3";
    const COUNT: &str = "SELECT COUNT(*) FROM (SELECT position FROM messages \
                           WHERE tenant_id = $1 AND channel_id = $2 AND position > $3 \
                             AND parent_id IS NULL AND deleted_at IS NULL \
                             AND (author_id IS NULL OR author_id <> $4) LIMIT $5) AS m";
    let row = tx.first(MARKER, &[tx.tenant().into(), user.into(), channel.into()])?;
    let marker: i64 = row.map_or(Ok(0), |row| row.get(0))?;
    let params =
        [tx.tenant().into(), channel.into(), marker.into(), user.into(), Unread::MOST.into()];
    let count = tx.first(COUNT, &params)?.map_or(Ok(0), |row| row.get(0))?;
    Ok(Unread { marker, count })
}

/// The same for every channel of the person's teams in one statement.
fn unread_of_all(tx: &Tx<'_>, user: UserId) -> db::Result<Vec<(ChannelId, Unread)>> {
    const SQL: &str = "SELECT c.id, COALESCE(r.position, 0), \
                         (SELECT COUNT(*) FROM (SELECT m.position FROM messages m \
                            WHERE m.tenant_id = c.tenant_id AND m.channel_id = c.id \
                              AND m.position > COALESCE(r.position, 0) \
                              AND m.parent_id IS NULL AND m.deleted_at IS NULL \
                              AND (m.author_id IS NULL OR m.author_id <> $2) LIMIT $3) AS n) \
                       FROM team_members t \
                       JOIN channels c ON c.tenant_id = t.tenant_id AND c.team_id = t.team_id \
                       LEFT JOIN read_markers r ON r.tenant_id = t.tenant_id \
                            AND r.user_id = t.user_id AND r.channel_id = c.id \
                       WHERE t.tenant_id = $1 AND t.user_id = $2 AND c.deleted_at IS NULL LIMIT $4";
    let params = [tx.tenant().into(), user.into(), Unread::MOST.into(), MAX_TREE.into()];
    let unread =
        |row: &db::Row| Ok((row.id(0)?, Unread { marker: row.get(1)?, count: row.get(2)? }));
    tx.all(SQL, &params)?.iter().map(unread).collect()
}

/// The most channels in one tree; a larger one is read team by team.
const MAX_TREE: u32 = 2000;

/// Whether a message mentions a person by name.
fn names(item: &Item, user: UserId) -> bool {
    matches!(&item.content, Content::Text(source) if markdown::mentions(source).contains(&user))
}
