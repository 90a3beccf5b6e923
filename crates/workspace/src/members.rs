//! Members of a team or of a private channel: the same rules over two tables.

use db::Tx;
use event_log::{Change, Subject};
use jiff::Timestamp;
use kernel::{ChannelId, Cursor, Limit, Page, TeamId, UserId};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{
    Error, Member, Result, Role, people,
    service::{change, changed},
};

/// Whose members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Circle {
    /// A team's.
    Team(TeamId),
    /// A private channel's.
    Channel(ChannelId),
}

/// What is written and read about members; the parameters are tenant, circle and person.
struct Statements {
    role: &'static str,
    other_owners: &'static str,
    set: &'static str,
    remove: &'static str,
    list: &'static str,
    /// Its actions in the audit.
    add: &'static str,
    change_role: &'static str,
    take_out: &'static str,
}

macro_rules! statements {
    ($noun:literal, $table:literal, $id:literal) => {
        Statements {
            role: concat!(
                "SELECT role FROM ",
                $table,
                " WHERE tenant_id = $1 AND ",
                $id,
                " = $2 AND user_id = $3"
            ),
            other_owners: concat!(
                "SELECT COUNT(*) FROM ",
                $table,
                " WHERE tenant_id = $1 AND ",
                $id,
                " = $2 AND user_id <> $3 AND role = 'owner'"
            ),
            set: concat!(
                "INSERT INTO ",
                $table,
                " (tenant_id, ",
                $id,
                ", user_id, role, joined_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, ",
                $id,
                ", user_id) DO UPDATE SET role = excluded.role"
            ),
            remove: concat!(
                "DELETE FROM ",
                $table,
                " WHERE tenant_id = $1 AND ",
                $id,
                " = $2 AND user_id = $3"
            ),
            list: concat!(
                "SELECT user_id, role, joined_at FROM ",
                $table,
                " WHERE tenant_id = $1 AND ",
                $id,
                " = $2 AND user_id > $3 ORDER BY user_id LIMIT $4"
            ),
            add: concat!($noun, ".add_member"),
            change_role: concat!($noun, ".change_role"),
            take_out: concat!($noun, ".remove_member"),
        }
    };
}

const TEAM: Statements = statements!("team", "team_members", "team_id");
const CHANNEL: Statements = statements!("channel", "channel_members", "channel_id");

impl Circle {
    const fn statements(self) -> &'static Statements {
        match self {
            Self::Team(_) => &TEAM,
            Self::Channel(_) => &CHANNEL,
        }
    }

    const fn uuid(self) -> Uuid {
        match self {
            Self::Team(id) => id.uuid(),
            Self::Channel(id) => id.uuid(),
        }
    }

    fn subject(self) -> Subject {
        match self {
            Self::Team(id) => Subject::new("team", id),
            Self::Channel(id) => Subject::new("channel", id),
        }
    }

    fn change(
        self,
        action: &'static str,
        now: Timestamp,
        before: Option<Json>,
        after: Option<Json>,
    ) -> Change {
        changed(change(action, self.subject(), now), before, after)
    }

    /// The person's place, if it has one.
    pub(crate) fn role(self, tx: &Tx<'_>, user: UserId) -> db::Result<Option<Role>> {
        let params = [tx.tenant().into(), self.uuid().into(), user.into()];
        let row = tx.first(self.statements().role, &params)?;
        row.map(|row| row.parsed(0, Role::parse)).transpose()
    }

    /// Gives the person a place, whatever it has been.
    pub(crate) fn set(
        self,
        tx: &Tx<'_>,
        user: UserId,
        (role, joined_at): (Role, Timestamp),
    ) -> db::Result<()> {
        let circle = self.uuid().into();
        let params = [tx.tenant().into(), circle, user.into(), role.into(), joined_at.into()];
        tx.execute(self.statements().set, &params).map(drop)
    }

    /// A circle keeps an owner.
    fn keep_an_owner(self, tx: &Tx<'_>, user: UserId) -> Result<()> {
        let params = [tx.tenant().into(), self.uuid().into(), user.into()];
        let row = tx.first(self.statements().other_owners, &params)?;
        let others: i64 = row.map_or(Ok(0), |row| row.get(0))?;
        if others == 0 { Err(Error::LastOwner) } else { Ok(()) }
    }

    /// Adds a person, or gives a member another role; whether anything changed.
    pub(crate) fn put(self, tx: &Tx<'_>, user: UserId, role: Role, now: Timestamp) -> Result<bool> {
        let before = self.role(tx, user)?;
        if before == Some(role) {
            return Ok(false);
        }
        if before == Some(Role::Owner) {
            self.keep_an_owner(tx, user)?;
        }
        self.set(tx, user, (role, now))?;
        let Statements { add, change_role, .. } = self.statements();
        let action = if before.is_some() { change_role } else { add };
        let before = before.map(|role| place(user, role));
        event_log::audit(tx, &self.change(action, now, before, Some(place(user, role))))?;
        Ok(true)
    }

    /// Takes a person out, of a team with its private channels.
    pub(crate) fn take(self, tx: &Tx<'_>, user: UserId, now: Timestamp) -> Result<()> {
        const CHANNELS: &str = "DELETE FROM channel_members WHERE tenant_id = $1 AND user_id = $3 \
                                AND channel_id IN (SELECT id FROM channels \
                                                   WHERE tenant_id = $1 AND team_id = $2)";
        let role = self.role(tx, user)?.ok_or(Error::MemberNotFound { user })?;
        if role == Role::Owner {
            self.keep_an_owner(tx, user)?;
        }
        let params = [tx.tenant().into(), self.uuid().into(), user.into()];
        tx.execute(self.statements().remove, &params)?;
        if matches!(self, Self::Team(_)) {
            tx.execute(CHANNELS, &params)?;
        }
        let action = self.statements().take_out;
        event_log::audit(tx, &self.change(action, now, Some(place(user, role)), None))?;
        Ok(())
    }

    /// Members after a person, in the order of their identifiers.
    pub(crate) fn page(
        self,
        tx: &Tx<'_>,
        after: Option<UserId>,
        limit: Limit,
    ) -> db::Result<Page<Member>> {
        let after = after.unwrap_or_else(|| Uuid::nil().into());
        let circle = self.uuid().into();
        let params = [tx.tenant().into(), circle, after.into(), limit.probe().into()];
        let mut members = Vec::new();
        for row in tx.all(self.statements().list, &params)? {
            members.push(Member {
                user: row.id(0)?,
                name: String::new(),
                role: row.parsed(1, Role::parse)?,
                joined_at: row.get(2)?,
            });
        }
        let names = people::names(tx, members.iter().map(|member| member.user))?;
        for member in &mut members {
            member.name = names.get(&member.user).cloned().unwrap_or_default();
        }
        Ok(Page::cut(members, limit, |member| Cursor::new(&member.user.to_string())))
    }
}

/// A person's place as the audit writes it.
fn place(user: UserId, role: Role) -> Json {
    json!({"user": user, "role": role.as_str()})
}
