//! Rows of links that come and go by other ways than this room's own: the Web API, imports, pages of the table.
//!
//! A row that is made becomes a link whose tab and location follow; a row that is deleted undoes its link. What says
//! which record and which channel cannot be changed.

use std::sync::Arc;

use db::Tx;
use jiff::Timestamp;
use kernel::{Code, Kind, UserId};
use linking_setup::Workspaces;
use records::{Error, Plugin, Result, RowChange};
use tables::Value;
use uuid::Uuid;
use workspace_port::{ChannelId, ChannelKind, TeamId};

use crate::{
    ChannelChoice, Files, Link, LinkId, State, Step, Subject, TabAfter, TeamChoice, Unlink,
    service::told,
    store::{self, Job, Plan, Work},
    subject::LINKS,
};

/// `savedquery` and `userquery`, by their codes.
const VIEWS: [(i64, bool); 2] = [(1039, false), (4230, true)];

/// Follows the table of links.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) workspaces: Arc<dyn Workspaces>,
}

impl Plugin for Rows {
    fn concerns(&self, table: &str) -> bool {
        table == LINKS
    }

    fn before(&self, tx: &Tx<'_>, change: &RowChange<'_>) -> Result<()> {
        let id = LinkId(change.id);
        match (change.before, change.after) {
            (None, Some(_)) => {
                let (subject, place) = (subject(change)?, place(change)?);
                let twin = store::at_place(tx, &subject, &place)?;
                // nor does a row take the key of a link that is kept elsewhere
                let taken = store::lookup(tx, id)?.is_some_and(|job| !is_here(&job, change));
                if taken || twin.is_some_and(|twin| twin.link.id != id) {
                    return Err(Error::Rule {
                        rule: Code::new("link.exists", Kind::Conflict),
                        code: "0x80040237",
                        message: "This record is already linked to this channel.".to_owned(),
                    });
                }
                Ok(())
            }
            (Some(_), Some(_)) => {
                let fixed = [
                    "regardingobjectid",
                    "regardingobjecttypename",
                    "regardingobjecttypecode",
                    "msdyn_channelid",
                ];
                let is_moved = || -> Result<bool> {
                    // nothing but a merge moves a link
                    let known = store::lookup(tx, id)?.filter(|job| is_here(job, change));
                    Ok(known.is_none_or(|job| !job.work.moving))
                };
                if fixed.iter().any(|column| change.changes(column)) && is_moved()? {
                    return Err(Error::Rule {
                        rule: Code::new("link.fixed", Kind::Conflict),
                        code: "0x80040203",
                        message: "The record and the channel of a link stay as they are: delete \
                                  the row and create another one."
                            .to_owned(),
                    });
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn after(&self, tx: &Tx<'_>, change: &RowChange<'_>) -> Result<()> {
        let id = LinkId(change.id);
        // a key is unique in its environment alone: the row of another one has no say here
        let known = store::lookup(tx, id)?.filter(|job| is_here(job, change));
        match (change.before, change.after) {
            (None, Some(_)) => match known {
                Some(job) if job.link.state != State::Unlinked => Ok(()),
                known => self.made(tx, change, known.is_some()),
            },
            (Some(_), Some(_)) => {
                let Some(mut job) = known else { return Ok(()) };
                let (team, channel) =
                    (text(change, "msdyn_teamname"), text(change, "msdyn_channelname"));
                if (&team, &channel) == (&job.link.team_name, &job.link.channel_name)
                    || job.link.is_under_way()
                {
                    return Ok(());
                }
                (job.link.team_name, job.link.channel_name) = (team, channel);
                store::save(tx, &job, None)?;
                Ok(())
            }
            (Some(_), None) => match known {
                Some(job)
                    if !job.work.moving
                        && !matches!(job.link.state, State::Unlinking | State::Unlinked) =>
                {
                    deleted(tx, job, change.user)
                }
                _ => Ok(()),
            },
            (None, None) => Ok(()),
        }
    }
}

impl Rows {
    /// A row that somebody else made: the rest of its link follows.
    fn made(&self, tx: &Tx<'_>, change: &RowChange<'_>, is_known: bool) -> Result<()> {
        let subject = subject(change)?;
        let now = match change.is("createdon") {
            Some(Value::Instant(at)) => *at,
            _ => Timestamp::UNIX_EPOCH,
        };
        let channel = channel(change);
        let by = UserId::from(change.user);
        let job = Job {
            link: Link {
                id: LinkId(change.id),
                subject_name: String::new(),
                workspace: self.workspaces.kind(tx.scope()),
                team: channel.team.clone(),
                team_name: text(change, "msdyn_teamname"),
                channel_name: text(change, "msdyn_channelname"),
                channel_kind: match text(change, "msdyn_channeltype").to_lowercase().as_str() {
                    "private" => ChannelKind::Private,
                    "shared" => ChannelKind::Shared,
                    _ => ChannelKind::Standard,
                },
                state: State::Pending,
                step: Step::Decided,
                problem: None,
                tab: None,
                library: None,
                location: None,
                address: None,
                created_by: by,
                created_at: now,
                changed_at: now,
                channel: channel.clone(),
                subject,
            },
            work: Work {
                plan: Some(Plan {
                    team: TeamChoice::Existing(channel.team.clone()),
                    channel: ChannelChoice::Existing(channel),
                    members: Vec::new(),
                    welcome: false,
                }),
                actor: Some(by),
                has_row: true,
                ..Work::default()
            },
            place: place(change)?,
            due: Some(now),
            tries: 0,
        };
        if is_known {
            store::save(tx, &job, None)?;
        } else {
            store::insert(tx, &job, None)?;
        }
        told(tx, &job.link, "link.begun", now)?;
        Ok(())
    }
}

/// Whether the rows of a link are those of the environment of a change.
fn is_here(job: &Job, change: &RowChange<'_>) -> bool {
    let subject = &job.link.subject;
    subject.system().is_none() && subject.environment() == change.environment
}

/// The row of a link is deleted: tab and location follow.
fn deleted(tx: &Tx<'_>, mut job: Job, by: Uuid) -> Result<()> {
    let now = job.link.changed_at;
    job.link.state = State::Unlinking;
    job.link.step = Step::Unlinking;
    job.link.problem = None;
    job.work.has_row = false;
    job.work.undo = Some(Unlink { tab: TabAfter::Remove, files: Files::Keep });
    job.work.actor = Some(UserId::from(by));
    job.due = Some(now);
    job.tries = 0;
    store::save(tx, &job, None)?;
    told(tx, &job.link, "link.unlinking", now)?;
    Ok(())
}

fn text(change: &RowChange<'_>, column: &str) -> String {
    match change.is(column).or_else(|| change.was(column)) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

/// What the row is about.
fn subject(change: &RowChange<'_>) -> Result<Subject> {
    let missing =
        |column: &str| Error::Required { table: LINKS.to_owned(), column: column.to_owned() };
    let Some(Value::Guid(id)) = change.is("regardingobjectid") else {
        return Err(missing("regardingobjectid"));
    };
    let name = text(change, "regardingobjecttypename").to_lowercase();
    let code = match change.is("regardingobjecttypecode") {
        Some(Value::Whole(code)) => Some(*code),
        _ => None,
    };
    let own = change.model.table(&name);
    let view = VIEWS.iter().find(|(view, _)| {
        Some(*view) == code || own.is_some_and(|own| i64::from(own.code) == *view)
    });
    let environment = change.environment;
    if let Some((_, personal)) = view {
        let lists = if matches!(name.as_str(), "savedquery" | "userquery") { "" } else { &name };
        let (table, personal) = (lists.to_owned(), *personal);
        return Ok(Subject::View { environment, table, view: *id, personal });
    }
    let table = own.filter(|table| !table.intersect).ok_or(Error::TableUnknown { table: name })?;
    Ok(Subject::record(environment, &table.logical, *id))
}

/// The channel of the row. Where it names a group, that is the team; a team of another system has an identifier of
/// its own for threads.
fn channel(change: &RowChange<'_>) -> ChannelId {
    let team = match change.is("msdyn_groupid") {
        Some(Value::Guid(group)) => group.to_string(),
        _ => text(change, "msdyn_teamid"),
    };
    ChannelId { team: TeamId(team), id: text(change, "msdyn_channelid") }
}

fn place(change: &RowChange<'_>) -> Result<String> {
    let channel = channel(change);
    if channel.id.is_empty() {
        let column = "msdyn_channelid".to_owned();
        return Err(Error::Required { table: LINKS.to_owned(), column });
    }
    Ok(crate::begin::at_channel(&channel))
}
