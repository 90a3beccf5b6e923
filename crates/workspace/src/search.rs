//! Finding teams, channels and persons by name, for the palette.

use db::Tx;
use identity::users::{self, Person};
use kernel::{Limit, Permission, Scope};

use crate::{ChannelAccess, Error, Result, TeamAccess, Workspace, access, names};

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Teams that the actor may know of.
    pub teams: Vec<TeamAccess>,
    /// Channels of the actor's teams.
    pub channels: Vec<ChannelAccess>,
    /// Persons, when the actor may read the directory.
    pub people: Vec<Person>,
}

impl Workspace {
    /// Finds what has `text` in its name: at most `limit` of each kind.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub async fn search(&self, scope: &Scope, text: &str, limit: Limit) -> Result<Found> {
        scope.require(Permission::MessageRead)?;
        let text: String = text.trim().chars().take(MAX_SEARCH_CHARS).collect();
        if text.is_empty() {
            return Ok(Found::default());
        }
        let pattern = containing(&names::key(&text));
        let directory = scope.may(Permission::DirectoryRead);
        let find = move |tx: &Tx<'_>| {
            let people = if directory { users::search(tx, &text, limit)? } else { Vec::new() };
            let (teams, channels) = (teams(tx, &pattern, limit)?, channels(tx, &pattern, limit)?);
            Ok::<_, Error>(Found { teams, channels, people })
        };
        self.db.read(scope, find).await
    }
}

fn teams(tx: &Tx<'_>, pattern: &str, limit: Limit) -> Result<Vec<TeamAccess>> {
    const SQL: &str = "SELECT t.id FROM teams t \
                       LEFT JOIN team_members m ON m.tenant_id = t.tenant_id AND m.team_id = t.id \
                                               AND m.user_id = $2 \
                       WHERE t.tenant_id = $1 AND t.name_key LIKE $3 ESCAPE '!' \
                         AND t.deleted_at IS NULL \
                         AND (t.visibility = 'public' OR m.role IS NOT NULL OR $4 = TRUE) \
                       ORDER BY t.name_key, t.id LIMIT $5";
    let rows = tx.all(SQL, &params(tx, pattern, limit))?;
    rows.iter().map(|row| access::team(tx, row.id(0)?)).collect()
}

fn channels(tx: &Tx<'_>, pattern: &str, limit: Limit) -> Result<Vec<ChannelAccess>> {
    const SQL: &str = "SELECT c.id FROM channels c \
                       JOIN teams t ON t.tenant_id = c.tenant_id AND t.id = c.team_id \
                       LEFT JOIN team_members m ON m.tenant_id = c.tenant_id \
                            AND m.team_id = c.team_id AND m.user_id = $2 \
                       LEFT JOIN channel_members o ON o.tenant_id = c.tenant_id \
                            AND o.channel_id = c.id AND o.user_id = $2 \
                       WHERE c.tenant_id = $1 AND c.name_key LIKE $3 ESCAPE '!' \
                         AND c.deleted_at IS NULL AND t.deleted_at IS NULL \
                         AND ($4 = TRUE OR (m.role IS NOT NULL \
                              AND (c.kind = 'standard' OR o.role IS NOT NULL OR m.role = 'owner'))) \
                       ORDER BY c.name_key, t.name_key, c.id LIMIT $5";
    let rows = tx.all(SQL, &params(tx, pattern, limit))?;
    rows.iter().map(|row| access::channel(tx, row.id(0)?)).collect()
}

fn params<'a>(tx: &Tx<'_>, pattern: &'a str, limit: Limit) -> [db::Value<'a>; 5] {
    [
        tx.tenant().into(),
        access::member_id(tx.scope()).into(),
        pattern.into(),
        access::is_all(tx.scope()).into(),
        (limit.probe() - 1).into(),
    ]
}

/// A pattern for LIKE that matches texts with `text` in them, with `!` as its escape.
fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Longer texts are cut; no name is longer.
const MAX_SEARCH_CHARS: usize = names::MAX_NAME_CHARS;
