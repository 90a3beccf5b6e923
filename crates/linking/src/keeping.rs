//! What keeps links in step with the world uses: lists for its walks, and changes that nobody in particular asked for.

use crm_connections::SystemKind;
use db::{Result, Tx};
use jiff::Timestamp;
use kernel::{EnvironmentId, Scope, UserId};
use linking_setup::Kind;
use records::{Condition, Entry, Operation, Reference, RowKey, Update};
use std::sync::Arc;
use tables::Value;
use uuid::Uuid;
use workspace_port::TeamId;

use crate::{
    Error, Link, LinkId, Linking, Problem, State, Step, Subject, Unlink,
    outside::{Found, is_sign_in, rows},
    service::told,
    store::{self, Job},
    subject::LINKS,
};

pub use crate::requests::{request, set_request_told, untold_requests};

/// New names; `None` leaves one as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Of the team.
    pub team: Option<String>,
    /// Of the channel.
    pub channel: Option<String>,
    /// Of the record or view.
    pub subject: Option<String>,
}

/// What became of a link whose record was merged into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It is the other record's now.
    Moved,
    /// The other record is tied to that channel already: this link ended.
    Merged,
}

/// What became of the record of a link in a CRM elsewhere, as the link's owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// It is there.
    There {
        /// Its name.
        name: String,
    },
    /// It was merged into this one of its table.
    Merged(String),
    /// It was deleted.
    Gone,
    /// The owner of the link cannot tell: why.
    Unseen(Problem),
}

fn links(jobs: Vec<Job>) -> Vec<Link> {
    jobs.into_iter().map(|job| job.link).collect()
}

/// The live links of a record.
///
/// # Errors
/// Any of [`db::Error`].
pub fn by_record(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    table: &str,
    record: Uuid,
) -> Result<Vec<Link>> {
    store::of_subject(tx, environment, (table, record), MOST).map(links)
}

/// The live links that somebody made to records of a table of a CRM elsewhere.
///
/// # Errors
/// Any of [`db::Error`].
pub fn of_table(
    tx: &Tx<'_>,
    system: EnvironmentId,
    (table, user): (&str, UserId),
    most: u32,
) -> Result<Vec<LinkId>> {
    const SQL: &str = "SELECT id FROM links WHERE tenant_id = $1 AND environment_id = $2 \
                       AND table_name = $3 AND created_by = $4 AND state <> 'unlinked' LIMIT $5";
    let params = [tx.tenant().into(), system.into(), table.into(), user.into(), most.into()];
    tx.all(SQL, &params)?.iter().map(|row| Ok(LinkId(row.get(0)?))).collect()
}

/// A link, whatever it is.
///
/// # Errors
/// Any of [`db::Error`].
pub fn by_id(tx: &Tx<'_>, id: LinkId) -> Result<Option<Link>> {
    Ok(store::lookup(tx, id)?.map(|job| job.link))
}

/// The live links of the tenant behind one, in the order of their identifiers.
///
/// # Errors
/// Any of [`db::Error`].
pub fn page(tx: &Tx<'_>, after: Option<LinkId>, most: u32) -> Result<Vec<Link>> {
    store::page(tx, after, most).map(links)
}

/// The live links of a team, or of one channel of it (its own identifier, without the team's).
///
/// # Errors
/// Any of [`db::Error`].
pub fn in_place(
    tx: &Tx<'_>,
    workspace: Kind,
    team: &TeamId,
    channel: Option<&str>,
) -> Result<Vec<Link>> {
    store::in_place(tx, workspace, (team, channel), MOST).map(links)
}

/// The teams of a workspace with live links, at most 1,000.
///
/// # Errors
/// Any of [`db::Error`].
pub fn teams(tx: &Tx<'_>, workspace: Kind) -> Result<Vec<TeamId>> {
    const SQL: &str = "SELECT DISTINCT team_id FROM links WHERE tenant_id = $1 AND workspace = $2 \
                       AND state NOT IN ('pending', 'unlinking', 'unlinked') AND team_id <> '' \
                       ORDER BY team_id LIMIT 1000";
    let rows = tx.all(SQL, &[tx.tenant().into(), workspace.as_str().into()])?;
    rows.iter().map(|row| row.get(0).map(TeamId)).collect()
}

/// Says that a link is in another state, and why; false when it was so, is being made or undone, or is no more.
///
/// # Errors
/// Any of [`db::Error`].
pub fn set_state(
    tx: &Tx<'_>,
    id: LinkId,
    state: State,
    problem: Option<Problem>,
    now: Timestamp,
) -> Result<bool> {
    let Some(mut job) = store::lookup(tx, id)? else { return Ok(false) };
    let link = &mut job.link;
    let same = link.state == state && link.problem == problem;
    if same || link.is_under_way() || link.state == State::Unlinked {
        return Ok(false);
    }
    (link.state, link.problem, link.changed_at) = (state, problem, now);
    store::save(tx, &job, None)?;
    told(tx, &job.link, event_of(state), now)?;
    Ok(true)
}

/// Says what keeps the record of a link from being looked at, or that nothing does; false when it was so, is being made or
/// undone, or is no more.
///
/// # Errors
/// Any of [`db::Error`].
pub fn note_problem(
    tx: &Tx<'_>,
    id: LinkId,
    problem: Option<Problem>,
    now: Timestamp,
) -> Result<bool> {
    let Some(mut job) = store::lookup(tx, id)? else { return Ok(false) };
    let link = &mut job.link;
    if link.problem == problem || link.is_under_way() || link.state == State::Unlinked {
        return Ok(false);
    }
    (link.problem, link.changed_at) = (problem, now);
    store::save(tx, &job, None)?;
    let event = if job.link.problem.is_some() { "link.stopped" } else { "link.connected" };
    told(tx, &job.link, event, now)?;
    Ok(true)
}

/// Undoes a link for the hub itself: its record is gone, its environment, or it belongs to nothing. False when that is
/// under way, or done. The background does the rest.
///
/// # Errors
/// Any of [`db::Error`].
pub fn end(tx: &Tx<'_>, id: LinkId, how: Unlink, now: Timestamp) -> Result<bool> {
    let Some(mut job) = store::lookup(tx, id)? else { return Ok(false) };
    if matches!(job.link.state, State::Unlinking | State::Unlinked) {
        return Ok(false);
    }
    job.link.state = State::Unlinking;
    job.link.step = Step::Unlinking;
    job.link.changed_at = now;
    job.work.undo = Some(how);
    job.work.system = true;
    job.due = Some(now);
    job.tries = 0;
    store::save(tx, &job, None)?;
    told(tx, &job.link, "link.unlinking", now)?;
    Ok(true)
}

const fn event_of(state: State) -> &'static str {
    match state {
        State::Pending => "link.pending",
        State::Connected => "link.connected",
        State::TabOnly => "link.tab_only",
        State::StaleName => "link.stale_name",
        State::Archived => "link.archived",
        State::Gone => "link.gone",
        State::Unlinking => "link.unlinking",
        State::Unlinked => "link.unlinked",
    }
}

impl Linking {
    /// Gives a link new names, and its row of the environment with it. For the hub's own jobs.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Store`].
    pub async fn renamed(&self, scope: &Scope, id: LinkId, names: Names) -> crate::Result<()> {
        let mut job = self.job(scope, id).await?;
        let now = self.clock.now();
        let link = &mut job.link;
        let before = (link.team_name.clone(), link.channel_name.clone(), link.subject_name.clone());
        for (to, from) in [
            (&mut link.team_name, names.team),
            (&mut link.channel_name, names.channel),
            (&mut link.subject_name, names.subject),
        ] {
            if let Some(name) = from {
                *to = name;
            }
        }
        if before == (link.team_name.clone(), link.channel_name.clone(), link.subject_name.clone())
        {
            return Ok(());
        }
        let set = move |tx: &Tx<'_>, to: &Link| -> Result<()> {
            let Some(mut job) = store::lookup(tx, id)? else { return Ok(()) };
            let link = &mut job.link;
            link.team_name.clone_from(&to.team_name);
            link.channel_name.clone_from(&to.channel_name);
            link.subject_name.clone_from(&to.subject_name);
            if link.state == State::StaleName {
                link.state = State::Connected;
            }
            link.changed_at = now;
            store::save(tx, &job, None)?;
            told(tx, &job.link, "link.renamed", now)
        };
        let link = job.link.clone();
        if link.subject.system().is_some() {
            if job.work.has_row
                && let Err(error) = rows::rename(self, scope, &link).await
            {
                let error: &dyn std::error::Error = &error;
                tracing::debug!(error, link.id = %id, "linking.row_not_renamed");
            }
            return Ok(self.db.write(scope, move |tx| set(tx, &link)).await?);
        }
        if job.work.has_row
            && let Ok(session) = self.session(scope, link.subject.environment()).await
        {
            let entry = Entry::of(LINKS)
                .with("msdyn_teamname", Value::Text(cut(&link.team_name, 300)))
                .with("msdyn_channelname", Value::Text(cut(&link.channel_name, 300)));
            let key = RowKey::Id(id.uuid());
            let update = Operation::Update(Update { key, entry, condition: Condition::None });
            let to = link.clone();
            let then = move |tx: &Tx<'_>, _: &[records::Outcome]| Ok(set(tx, &to)?);
            if session.run_then(vec![update], Arc::new(then)).await.is_ok() {
                return Ok(());
            }
        }
        Ok(self.db.write(scope, move |tx| set(tx, &link)).await?)
    }

    /// A record was merged into another: its link becomes the other's, row and location with it, or ends where the
    /// other is tied to that channel already. For the hub's own jobs.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Store`].
    pub async fn moved(&self, scope: &Scope, id: LinkId, to: Uuid) -> crate::Result<Moved> {
        let job = self.job(scope, id).await?;
        let Subject::Record { environment, table, .. } = job.link.subject.clone() else {
            return Err(Error::Unknown);
        };
        let winner = Subject::Record { environment, table: table.clone(), record: to };
        let now = self.clock.now();
        let set = move |tx: &Tx<'_>| -> Result<Option<Moved>> {
            let Some(mut job) = store::lookup(tx, id)? else { return Ok(None) };
            if job.link.subject == winner {
                return Ok(Some(Moved::Moved));
            }
            let twin = store::at_place(tx, &winner, &job.place)?.is_some();
            job.link.changed_at = now;
            job.work.moving = false;
            if twin {
                job.link.state = State::Unlinked;
                job.link.step = Step::Unlinked;
                job.due = None;
                store::save(tx, &job, None)?;
                told(tx, &job.link, "link.merged", now)?;
                return Ok(Some(Moved::Merged));
            }
            job.link.subject = winner.clone();
            store::save(tx, &job, None)?;
            told(tx, &job.link, "link.moved", now)?;
            Ok(Some(Moved::Moved))
        };
        let mut moved = None;
        if job.work.has_row
            && let Ok(session) = self.session(scope, environment).await
        {
            let there = self.db.read_one(scope, {
                let winner = Subject::Record { environment, table: table.clone(), record: to };
                let place = job.place.clone();
                move |tx| store::at_place(tx, &winner, &place)
            });
            let is_twin = there.await?.is_some();
            // the rules for rows that others change let this one pass
            let mut marked = job.clone();
            marked.work.moving = true;
            self.db.write(scope, move |tx| store::save(tx, &marked, None).map(drop)).await?;
            let operations = if is_twin {
                crate::rows::deletions(&job)
            } else {
                crate::rows::moves(&session, &job, (&table, to))
            };
            let set = set.clone();
            let then = move |tx: &Tx<'_>, _: &[records::Outcome]| {
                set(tx)?;
                Ok(())
            };
            if session.run_then(operations, Arc::new(then)).await.is_ok() {
                moved = Some(if is_twin { Moved::Merged } else { Moved::Moved });
            }
        }
        if let Some(moved) = moved {
            return Ok(moved);
        }
        self.db.write(scope, set).await?.ok_or(Error::Unknown)
    }

    /// The record of a CRM elsewhere was merged into another: as [`Linking::moved`].
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Store`], and what keeps the owner's sign-in from writing the rows there.
    pub async fn moved_there(&self, scope: &Scope, id: LinkId, to: &str) -> crate::Result<Moved> {
        let job = self.job(scope, id).await?;
        let Subject::Crm { system, table, .. } = &job.link.subject else {
            return Err(Error::Unknown);
        };
        let winner = Subject::crm(*system, table, to);
        if job.link.subject == winner {
            return Ok(Moved::Moved);
        }
        let (place, there) = (job.place.clone(), winner.clone());
        let twin = self.db.read_one(scope, move |tx| store::at_place(tx, &there, &place)).await?;
        let how = Unlink { tab: crate::TabAfter::Remove, files: crate::Files::Keep };
        let now = self.clock.now();
        if twin.is_some() {
            // the other record has this channel already: what is left of this link is undone, its rows too
            self.db.write(scope, move |tx| end(tx, id, how, now).map(drop)).await?;
            return Ok(Moved::Merged);
        }
        if job.work.has_row {
            rows::repoint(self, scope, (&job.link, &winner)).await?;
        }
        let write = move |tx: &Tx<'_>| -> Result<()> {
            let Some(mut job) = store::lookup(tx, id)? else { return Ok(()) };
            job.link.subject = winner.clone();
            job.link.changed_at = now;
            store::save(tx, &job, None)?;
            told(tx, &job.link, "link.moved", now)
        };
        self.db.write(scope, write).await?;
        Ok(Moved::Moved)
    }

    /// Looks at the record of a link in a CRM elsewhere as the link's owner, whose sign-in is the only one that the hub
    /// may use for it. For the hub's own jobs.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a link of another kind, [`Error::Store`]; and an error of the CRM that may be over the next
    /// time.
    pub async fn look(&self, scope: &Scope, link: &Link) -> crate::Result<Looked> {
        if link.subject.system().is_none() {
            return Err(Error::Unknown);
        }
        let Some(owner) = self.scopes.person(scope.tenant(), link.created_by).await? else {
            return Ok(Looked::Unseen(Problem::new("link.person_gone")));
        };
        let unseen = |error: Error| match error {
            error if is_sign_in(&error) => Ok(Looked::Unseen(crate::saga::problem(&error))),
            Error::Denied(_) | Error::PersonNeeded | Error::Unknown => {
                Ok(Looked::Unseen(Problem::new("link.record_unseen")))
            }
            error => Err(error),
        };
        let found = match self.found(&owner, &link.subject).await {
            Ok(found) => Some(found),
            Err(Error::Unknown) => None,
            Err(error) => return unseen(error),
        };
        let (_, crm) = match &found {
            Some(found) => (found.system.clone(), Arc::clone(&found.crm)),
            None => match self.at_crm(&owner, link.subject.environment().uuid()).await {
                Ok(seat) => seat,
                Err(error) => return unseen(error),
            },
        };
        let Subject::Crm { table, record, .. } = &link.subject else {
            // what became of a view no CRM tells
            return Ok(match found {
                Some(found) => Looked::There { name: found.name },
                None => Looked::Unseen(Problem::new("link.record_unseen")),
            });
        };
        let at = crm::RecordRef::new(table, record);
        if let Some(Found { system, name, .. }) = &found
            && system.kind == SystemKind::Salesforce
        {
            // what was merged there is gone
            return Ok(Looked::There { name: name.clone() });
        }
        match (crm.fate(&at).await, found) {
            (Ok(crm::Fate::Merged(into)), _) => Ok(Looked::Merged(into.0)),
            (Ok(crm::Fate::Deleted), None) => Ok(Looked::Gone),
            (_, Some(found)) => Ok(Looked::There { name: found.name }),
            (Ok(_) | Err(crm::Error::ObjectHidden { .. }), None) => {
                Ok(Looked::Unseen(Problem::new("link.record_unseen")))
            }
            (Err(error), None) => unseen(Error::Crm(error)),
        }
    }

    /// A person was removed: links are nobody's then. What waits for that person's rights waits for whoever tries
    /// again.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn forget(&self, scope: &Scope, user: UserId) -> crate::Result<()> {
        const SQL: &str = "UPDATE links SET request_key = NULL, created_by = $3 \
                           WHERE tenant_id = $1 AND created_by = $2";
        const ASKED: &str = "DELETE FROM link_requests WHERE tenant_id = $1 AND user_id = $2";
        let write = move |tx: &Tx<'_>| -> Result<()> {
            tx.execute(ASKED, &[tx.tenant().into(), user.into()])?;
            tx.execute(SQL, &[tx.tenant().into(), user.into(), Uuid::nil().into()])?;
            Ok(())
        };
        self.db.write(scope, write).await?;
        Ok(())
    }
}

/// Links of one thing or one place that jobs look at: more than anybody is shown.
const MOST: u32 = 100_000;

/// A text that a column of so many UTF-16 code units can hold.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|one| {
            units += one.len_utf16();
            units <= most
        })
        .collect()
}

/// A row of the environment.
pub(crate) fn row(table: &str, id: Uuid) -> Reference {
    Reference::id(table, id)
}
