//! Statements on links.

use std::borrow::Cow;

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{EnvironmentId, UserId};
use linking_setup::Kind;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;
use workspace_port::{ChannelId, FileId, TabId, TeamId};

use crate::{
    ChannelChoice, HistoryEntry, Link, LinkFilter, LinkId, Problem, State, Step, Subject,
    TeamChoice, Unlink,
    model::{kind_of, kind_word},
};

/// Notices with this topic name a link that has changed.
pub const CHANGED: &str = "linking.changed";

/// A link with what is to be done about it.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) link: Link,
    pub(crate) work: Work,
    /// What keeps it from being made twice.
    pub(crate) place: String,
    /// When there is something to do.
    pub(crate) due: Option<Timestamp>,
    /// How often the next step was tried in vain.
    pub(crate) tries: i64,
}

/// What the steps of a link need to know of each other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "things that each may be so or not")]
pub(crate) struct Work {
    /// What was wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) plan: Option<Plan>,
    /// Whose rights the steps have.
    pub(crate) actor: Option<UserId>,
    /// When a team was asked for.
    pub(crate) asked_at: Option<Timestamp>,
    /// What the workspace calls the making of the team.
    pub(crate) pending: Option<String>,
    pub(crate) made_team: bool,
    pub(crate) made_channel: bool,
    /// Whether the mark by which it is found again stands in the description of the team that was made.
    pub(crate) marked_team: bool,
    /// The same for the channel.
    pub(crate) marked_channel: bool,
    /// Whether the row of the environment is there.
    pub(crate) has_row: bool,
    /// Whether the hub itself does it, and nobody in particular.
    pub(crate) system: bool,
    /// Whether its record is being merged into another.
    pub(crate) moving: bool,
    /// Whether row and files are not to be had.
    pub(crate) tab_only: bool,
    /// Where the files are, for the rows of the environment.
    pub(crate) folder: Option<String>,
    /// Where the team is.
    pub(crate) site: Option<String>,
    /// How it is undone.
    pub(crate) undo: Option<Unlink>,
    /// The message of the welcome.
    pub(crate) message: Option<String>,
}

impl Work {
    /// Whether a mark stands somewhere that people read.
    pub(crate) const fn is_marked(&self) -> bool {
        self.marked_team || self.marked_channel
    }
}

/// What was wanted of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) team: TeamChoice,
    pub(crate) channel: ChannelChoice,
    pub(crate) members: Vec<String>,
    pub(crate) welcome: bool,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, environment_id, subject_kind, table_name, subject_id, subject_name, \
             workspace, place, team_id, team_name, channel_id, channel_name, channel_kind, state, \
             step, problem, tab_id, library_id, location_id, address, work, created_by, \
             created_at, changed_at, due_at, tries, record_key FROM links ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Job> {
    let wrong = |column| db::Error::Inconsistent { column, expected: "a document of ours" };
    let document = |column: usize| row.get::<Option<serde_json::Value>>(column);
    let environment: EnvironmentId = row.id(1)?;
    let thing = (row.get(3)?, row.get::<Uuid>(4)?, row.get(26)?);
    let subject = Subject::of(&row.get::<String>(2)?, environment, thing);
    let team = TeamId(row.get(8)?);
    let problem = document(15)?.map(serde_json::from_value::<Problem>).transpose();
    let work = document(20)?.unwrap_or_default();
    Ok(Job {
        link: Link {
            id: LinkId(row.get(0)?),
            subject: subject.ok_or_else(|| wrong(2))?,
            subject_name: row.get(5)?,
            workspace: row.parsed(6, Kind::parse)?,
            channel: ChannelId { team: team.clone(), id: row.get(10)? },
            team,
            team_name: row.get(9)?,
            channel_name: row.get(11)?,
            channel_kind: row.parsed(12, kind_of)?,
            state: row.parsed(13, State::parse)?,
            step: row.parsed(14, Step::parse)?,
            problem: problem.map_err(|_wrong| wrong(15))?,
            tab: row.get::<Option<String>>(16)?.map(TabId),
            library: row.get::<Option<String>>(17)?.map(FileId),
            location: row.get(18)?,
            address: row.get::<Option<String>>(19)?.and_then(|text| text.parse().ok()),
            created_by: row.id(21)?,
            created_at: row.get(22)?,
            changed_at: row.get(23)?,
        },
        work: serde_json::from_value(work).map_err(|_wrong| wrong(20))?,
        place: row.get(7)?,
        due: row.get(24)?,
        tries: row.get(25)?,
    })
}

fn json<T: Serialize>(value: &T) -> Value<'static> {
    Value::Json(serde_json::to_string(value).unwrap_or_default().into())
}

fn text(value: Option<&str>) -> Value<'_> {
    value.map_or(Value::Null, |text| Value::Text(Cow::Borrowed(text)))
}

fn maybe<T: Into<Value<'static>>>(value: Option<T>) -> Value<'static> {
    value.map_or(Value::Null, Into::into)
}

/// A new link; its place is free, as [`at_place`] found in the same transaction.
pub(crate) fn insert(tx: &Tx<'_>, job: &Job, key: Option<Uuid>) -> Result<()> {
    const SQL: &str = "INSERT INTO links (tenant_id, id, subject_name, place, team_id, team_name, \
                       channel_id, channel_name, channel_kind, state, step, problem, tab_id, \
                       library_id, location_id, address, work, changed_at, due_at, tries, \
                       table_name, subject_id, record_key, environment_id, subject_kind, \
                       workspace, request_key, created_by, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
                       $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)";
    let link = &job.link;
    let mut params = changing(tx, job);
    params.extend([
        link.subject.environment().into(),
        link.subject.kind().into(),
        link.workspace.as_str().into(),
        maybe(key),
        link.created_by.into(),
        link.created_at.into(),
    ]);
    tx.execute(SQL, &params)?;
    tx.notify(CHANGED, link.id.uuid(), 0);
    Ok(())
}

/// The key of a link, and what of it changes: $1 to $23 of the statements that write one.
fn changing<'a>(tx: &Tx<'_>, job: &'a Job) -> Vec<Value<'a>> {
    let link = &job.link;
    vec![
        tx.tenant().into(),
        link.id.uuid().into(),
        link.subject_name.as_str().into(),
        job.place.as_str().into(),
        link.team.0.as_str().into(),
        link.team_name.as_str().into(),
        link.channel.id.as_str().into(),
        link.channel_name.as_str().into(),
        kind_word(link.channel_kind).into(),
        link.state.as_str().into(),
        link.step.as_str().into(),
        link.problem.as_ref().map_or(Value::Null, json),
        text(link.tab.as_ref().map(|tab| tab.0.as_str())),
        text(link.library.as_ref().map(|file| file.0.as_str())),
        maybe(link.location),
        text(link.address.as_ref().map(url::Url::as_str)),
        json(&job.work),
        link.changed_at.into(),
        maybe(job.due),
        job.tries.into(),
        link.subject.table().into(),
        link.subject.id().into(),
        text(own_key(&link.subject)),
    ]
}

/// The key that a CRM elsewhere gave.
fn own_key(subject: &Subject) -> Option<&str> {
    match subject {
        Subject::Crm { record: key, .. } | Subject::CrmView { view: key, .. } => Some(key),
        _ => None,
    }
}

macro_rules! set {
    () => {
        "UPDATE links SET subject_name = $3, place = $4, team_id = $5, team_name = $6, \
         channel_id = $7, channel_name = $8, channel_kind = $9, state = $10, step = $11, \
         problem = $12, tab_id = $13, library_id = $14, location_id = $15, address = $16, \
         work = $17, changed_at = $18, due_at = $19, tries = $20, table_name = $21, \
         subject_id = $22, record_key = $23"
    };
}

/// What a link has become.
///
/// With a lease only while that lease is the link's own: false when it is not, and then nothing may stay. Without one
/// whoever is at work on the link loses it.
pub(crate) fn save(tx: &Tx<'_>, job: &Job, lease: Option<(Uuid, Timestamp)>) -> Result<bool> {
    const FREE: &str =
        concat!(set!(), ", lease = NULL, lease_until = NULL WHERE tenant_id = $1 AND id = $2");
    const HELD: &str =
        concat!(set!(), ", lease_until = $24 WHERE tenant_id = $1 AND id = $2 AND lease = $25");
    let mut params = changing(tx, job);
    let sql = match lease {
        Some((token, until)) => {
            params.extend([until.into(), token.into()]);
            HELD
        }
        None => FREE,
    };
    let saved = tx.execute(sql, &params)? > 0;
    if saved {
        tx.notify(CHANGED, job.link.id.uuid(), 0);
    }
    Ok(saved)
}

pub(crate) fn lookup(tx: &Tx<'_>, id: LinkId) -> Result<Option<Job>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.uuid().into()])?.as_ref().map(read).transpose()
}

/// The live link of a thing with a place.
pub(crate) fn at_place(tx: &Tx<'_>, subject: &Subject, place: &str) -> Result<Option<Job>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND environment_id = $2 AND subject_id = $3 AND place = $4 \
         AND state <> 'unlinked'"
    );
    let params =
        [tx.tenant().into(), subject.environment().into(), subject.id().into(), place.into()];
    tx.first(SQL, &params)?.as_ref().map(read).transpose()
}

/// The link of somebody's own name for a request.
pub(crate) fn by_key(tx: &Tx<'_>, user: UserId, key: Uuid) -> Result<Option<Job>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND created_by = $2 AND request_key = $3");
    let params = [tx.tenant().into(), user.into(), key.into()];
    tx.first(SQL, &params)?.as_ref().map(read).transpose()
}

/// The live links of a thing, the oldest first.
///
/// The inner question names what leads to an index: an engine that knows nothing of a tenant's size walks all its links
/// by their key otherwise.
pub(crate) fn of_subject(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    (table, id): (&str, Uuid),
    most: u32,
) -> Result<Vec<Job>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND id IN (SELECT l.id FROM links l WHERE l.tenant_id = $1 \
         AND l.environment_id = $2 AND l.subject_id = $3 AND l.place > '' AND l.state <> 'unlinked') \
         ORDER BY id LIMIT $4"
    );
    let rows = tx.all(SQL, &[tx.tenant().into(), environment.into(), id.into(), most.into()])?;
    let all = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(all
        .into_iter()
        .filter(|one| table.is_empty() || one.link.subject.table() == table)
        .collect())
}

/// The live links of a team, or of one of its channels. One that was not even begun is nowhere yet, whatever its row says:
/// who makes a row names any channel.
pub(crate) fn in_place(
    tx: &Tx<'_>,
    workspace: Kind,
    (team, channel): (&TeamId, Option<&str>),
    most: u32,
) -> Result<Vec<Job>> {
    const TEAM: &str = select!(
        "WHERE tenant_id = $1 AND workspace = $3 AND state <> 'unlinked' AND step <> 'decided' \
         AND id IN (SELECT l.id FROM links l WHERE l.tenant_id = $1 AND l.team_id = $2) \
         ORDER BY id LIMIT $4"
    );
    const CHANNEL: &str = select!(
        "WHERE tenant_id = $1 AND workspace = $3 AND state <> 'unlinked' AND step <> 'decided' \
         AND id IN (SELECT l.id FROM links l WHERE l.tenant_id = $1 AND l.team_id = $2 \
         AND l.channel_id = $5) ORDER BY id LIMIT $4"
    );
    let mut params: Vec<Value<'_>> =
        vec![tx.tenant().into(), team.0.as_str().into(), workspace.as_str().into(), most.into()];
    let sql = match channel {
        Some(channel) => {
            params.push(channel.into());
            CHANNEL
        }
        None => TEAM,
    };
    tx.all(sql, &params)?.iter().map(read).collect()
}

/// The live links of the tenant in the order of their identifiers.
pub(crate) fn page(tx: &Tx<'_>, after: Option<LinkId>, most: u32) -> Result<Vec<Job>> {
    const SQL: &str =
        select!("WHERE tenant_id = $1 AND id > $2 AND state <> 'unlinked' ORDER BY id LIMIT $3");
    let after = after.map_or(Uuid::nil(), LinkId::uuid);
    tx.all(SQL, &[tx.tenant().into(), after.into(), most.into()])?.iter().map(read).collect()
}

/// The links of an environment, the latest first, behind one.
pub(crate) fn list(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    filter: LinkFilter,
    (before, most): (Option<Uuid>, i64),
) -> Result<Vec<Job>> {
    // each way through the links has an index of its own that gives them in this order
    const LIVE: &str = select!(
        "WHERE tenant_id = $1 AND environment_id = $2 AND id < $3 AND state <> 'unlinked' \
         ORDER BY id DESC LIMIT $4"
    );
    const STATE: &str = select!(
        "WHERE tenant_id = $1 AND environment_id = $2 AND id < $3 AND state = $5 \
         ORDER BY id DESC LIMIT $4"
    );
    const TROUBLED: &str = select!(
        "WHERE tenant_id = $1 AND environment_id = $2 AND id < $3 AND problem IS NOT NULL \
         AND state <> 'unlinked' ORDER BY id DESC LIMIT $4"
    );
    const TROUBLED_STATE: &str = select!(
        "WHERE tenant_id = $1 AND environment_id = $2 AND id < $3 AND problem IS NOT NULL \
         AND state = $5 ORDER BY id DESC LIMIT $4"
    );
    let before = before.unwrap_or(Uuid::max());
    let mut params = vec![tx.tenant().into(), environment.into(), before.into(), most.into()];
    params.extend(filter.state.map(|state| Value::from(state.as_str())));
    let sql = match (filter.state, filter.with_problem) {
        (None, false) => LIVE,
        (Some(_), false) => STATE,
        (None, true) => TROUBLED,
        (Some(_), true) => TROUBLED_STATE,
    };
    tx.all(sql, &params)?.iter().map(read).collect()
}

/// Links with something to do now that nobody does.
pub(crate) fn due(tx: &Tx<'_>, now: Timestamp) -> Result<Vec<LinkId>> {
    const SQL: &str = "SELECT id FROM links WHERE tenant_id = $1 AND due_at IS NOT NULL \
                       AND due_at <= $2 AND (lease IS NULL OR lease_until < $2) \
                       ORDER BY due_at LIMIT 100";
    let rows = tx.all(SQL, &[tx.tenant().into(), now.into()])?;
    rows.iter().map(|row| Ok(LinkId(row.get(0)?))).collect()
}

/// Takes a link for a turn; false when another one has it.
pub(crate) fn take(
    tx: &Tx<'_>,
    id: LinkId,
    (token, now, until): (Uuid, Timestamp, Timestamp),
) -> Result<bool> {
    const SQL: &str = "UPDATE links SET lease = $3, lease_until = $5 \
                       WHERE tenant_id = $1 AND id = $2 AND due_at <= $4 \
                       AND (lease IS NULL OR lease_until < $4)";
    let params = [tx.tenant().into(), id.uuid().into(), token.into(), now.into(), until.into()];
    Ok(tx.execute(SQL, &params)? > 0)
}

/// Gives a link back.
pub(crate) fn release(tx: &Tx<'_>, id: LinkId, token: Uuid) -> Result<()> {
    const SQL: &str = "UPDATE links SET lease = NULL, lease_until = NULL \
                       WHERE tenant_id = $1 AND id = $2 AND lease = $3";
    tx.execute(SQL, &[tx.tenant().into(), id.uuid().into(), token.into()])?;
    Ok(())
}

/// Keeps what happened to a link, as it is now.
pub(crate) fn tell(tx: &Tx<'_>, link: &Link, event: &str, at: Timestamp) -> Result<()> {
    const LAST: &str = "SELECT COALESCE(MAX(position), 0) FROM link_history \
                        WHERE tenant_id = $1 AND link_id = $2";
    const SQL: &str = "INSERT INTO link_history (tenant_id, link_id, position, at, actor, event, \
                       detail) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let last = tx.first(LAST, &[tx.tenant().into(), link.id.uuid().into()])?;
    let last = last.map_or(Ok(0), |row| row.get::<i64>(0))?;
    let mut detail = json!({"state": link.state.as_str(), "step": link.step.as_str()});
    if let (Some(problem), Some(into)) = (&link.problem, detail.as_object_mut()) {
        let problem = serde_json::to_value(problem).unwrap_or_default();
        into.insert("problem".to_owned(), problem);
    }
    let params = [
        tx.tenant().into(),
        link.id.uuid().into(),
        (last + 1).into(),
        at.into(),
        tx.scope().actor().to_string().into(),
        event.into(),
        Value::json(&detail),
    ];
    tx.execute(SQL, &params)?;
    Ok(())
}

/// What happened to a link, the latest first.
pub(crate) fn history(tx: &Tx<'_>, id: LinkId) -> Result<Vec<HistoryEntry>> {
    const SQL: &str = "SELECT position, at, actor, event, detail FROM link_history \
                       WHERE tenant_id = $1 AND link_id = $2 ORDER BY position DESC LIMIT 500";
    let rows = tx.all(SQL, &[tx.tenant().into(), id.uuid().into()])?;
    rows.iter()
        .map(|row| {
            let detail: serde_json::Value = row.get(4)?;
            let word = |name: &str| detail.get(name).and_then(serde_json::Value::as_str);
            let problem = detail.get("problem").cloned();
            Ok(HistoryEntry {
                position: row.get(0)?,
                at: row.get(1)?,
                actor: row.get(2)?,
                event: row.get(3)?,
                state: word("state").and_then(State::parse).unwrap_or(State::Pending),
                step: word("step").and_then(Step::parse).unwrap_or(Step::Decided),
                problem: problem.and_then(|problem| serde_json::from_value(problem).ok()),
            })
        })
        .collect()
}
