//! The making and undoing of a link: one step after the other, each stored before the next call.
//!
//! A turn takes a link under a lease and goes on until there is nothing to do, something has to be waited for, or it
//! cannot go on. Whatever a step makes elsewhere is found again by who takes the link next: a team by the mark in its
//! description, a channel by its name and mark, a tab by its entity, rows by being written with the step. Once the link
//! stands the marks are taken out. A welcome cannot be found again, so it is posted at most once.

mod places;
mod undo;

use std::sync::Arc;

use db::Tx;
use jiff::Timestamp;
use kernel::{Coded as _, Kind as CodeKind, Scope};
use records::Session;
use serde_json::json;
use uuid::Uuid;
use workspace_port::{Error as Away, NewTab, PersonId, Place, Role, Workspace};

use crate::{
    Error, LinkId, Linking, Problem, Result, State, Step, Subject,
    collaborate::Need,
    keeping::cut,
    outside::is_sign_in,
    service::told,
    store::{self, Job},
};

/// Told of every point at which a crash could happen; true has it happen. For tests.
pub type Fault = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// How a turn ended.
pub(crate) enum Ended {
    /// There is nothing left to do.
    Done,
    /// Something has to be waited for.
    Waits,
    /// Somebody else has it.
    Busy,
    /// The same thing is tied to the same channel by this link.
    Twin(LinkId),
    /// It came to nothing, and what was made for it is taken back.
    Failed(Error),
}

/// Why a turn does not go on.
pub(crate) enum Halt {
    /// Somebody else has the link, or a crash is played.
    Lost,
    /// So many seconds have to go by.
    Later(i64, Option<Problem>),
    /// Somebody has to do something first.
    Stuck(Problem),
    /// There is such a link already.
    Twin(LinkId),
    /// This step cannot be done.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Halt {
    fn from(error: E) -> Self {
        let error = error.into();
        let wait = |error: &Error| {
            let wait = error.retry_after().map_or(0, |wait| wait.as_secs());
            i64::try_from(wait).unwrap_or(i64::MAX)
        };
        match &error {
            Error::Workspace(Away::SignInAgain | Away::PermissionMissing { .. }) => {
                Self::Stuck(problem(&error))
            }
            Error::Workspace(
                Away::NotYet | Away::Busy { .. } | Away::Unavailable | Away::Answer { .. },
            ) => Self::Later(wait(&error), Some(problem(&error))),
            // a sign-in to the CRM that is over, a data policy
            other if is_sign_in(other) => Self::Stuck(problem(&error)),
            Error::Crm(_) | Error::Crms(_) if error.code().kind() == CodeKind::Upstream => {
                Self::Later(wait(&error), Some(problem(&error)))
            }
            other if matches!(other.code().kind(), CodeKind::Unavailable | CodeKind::Throttled) => {
                Self::Later(wait(&error), None)
            }
            _ => Self::Failed(error),
        }
    }
}

pub(crate) fn problem(error: &Error) -> Problem {
    match error {
        Error::Unavailable(problem) => problem.clone(),
        other => Problem::new(other.code().name()),
    }
}

/// One turn.
pub(crate) struct Turn<'a> {
    pub(crate) linking: &'a Linking,
    pub(crate) job: Job,
    pub(crate) token: Uuid,
    pub(crate) root: Scope,
    /// The person whose rights the steps have.
    pub(crate) scope: Scope,
    pub(crate) place: Arc<dyn Workspace>,
    /// Whether the step that is being done was begun in this turn: nothing of it can be there already.
    pub(crate) fresh: bool,
}

impl Linking {
    /// Ends a turn as a crash would, where a test wants it.
    pub(crate) fn fault(&self, point: &str) -> Result<()> {
        match &self.fault {
            Some(fault) if fault(point) => Err(Error::State { state: "cut off" }),
            _ => Ok(()),
        }
    }

    /// Takes a link on; as the person who asks now, or as the one who asked.
    pub(crate) async fn turn(
        &self,
        root: &Scope,
        (id, token): (LinkId, Uuid),
        asker: Option<&Scope>,
    ) -> Result<Ended> {
        let lease = (token, self.clock.now(), self.later(LEASE));
        if !self.db.write(root, move |tx| store::take(tx, id, lease)).await? {
            return Ok(Ended::Busy);
        }
        let ended = self.taken(root, (id, token), asker).await;
        if !matches!(ended, Err(Error::State { state: "cut off" })) {
            self.db.write(root, move |tx| store::release(tx, id, token)).await?;
        }
        ended
    }

    async fn taken(
        &self,
        root: &Scope,
        (id, token): (LinkId, Uuid),
        asker: Option<&Scope>,
    ) -> Result<Ended> {
        let mut job = self.job(root, id).await?;
        let actor = job.work.actor.unwrap_or(job.link.created_by);
        let scope = match asker.filter(|asker| asker.user() == Some(actor)) {
            _ if job.work.system => Some(root.clone()),
            Some(asker) => Some(asker.clone()),
            None => self.scopes.person(root.tenant(), actor).await?,
        };
        let Some(scope) = scope else {
            let stuck = Problem::new("link.person_gone");
            return self.rest(root, (job, token), Halt::Stuck(stuck)).await;
        };
        let place = if job.work.system {
            self.workspaces.jobs(root.tenant()).await
        } else {
            self.workspaces.of(&scope).await
        };
        let place = match place {
            Ok(place) => place,
            Err(error) => return self.rest(root, (job, token), Halt::from(error)).await,
        };
        let mut failed = None;
        loop {
            let (linking, root) = (self, root.clone());
            let scope = scope.clone();
            let place = Arc::clone(&place);
            let mut turn = Turn { linking, job, token, root, scope, place, fresh: false };
            let ended = turn.go().await;
            job = turn.job;
            let root = turn.root;
            match ended {
                Ok(()) => return Ok(failed.map_or(Ended::Done, Ended::Failed)),
                Err(Halt::Lost) => return Err(Error::State { state: "cut off" }),
                Err(Halt::Failed(error)) if !self.give_up(&mut job, &error) => {
                    let halt = Halt::Stuck(problem(&error));
                    return self.rest(&root, (job, token), halt).await;
                }
                Err(Halt::Failed(error)) => {
                    // goes on with what a failure of this step leads to
                    let lease = Some((token, self.later(LEASE)));
                    let save = job.clone();
                    let kept = move |tx: &Tx<'_>| store::save(tx, &save, lease);
                    if !self.db.write(&root, kept).await? {
                        return Err(Error::State { state: "cut off" });
                    }
                    if job.link.step == Step::Undoing && failed.is_none() {
                        failed = Some(error);
                    }
                }
                Err(halt) => return self.rest(&root, (job, token), halt).await,
            }
        }
    }

    /// Stores why a link rests.
    async fn rest(&self, root: &Scope, (mut job, token): (Job, Uuid), halt: Halt) -> Result<Ended> {
        let now = self.clock.now();
        let ended = match halt {
            Halt::Later(seconds, why) => {
                job.tries += 1;
                let back_off = 5_i64 << job.tries.clamp(0, 7);
                job.link.problem = why.or(job.link.problem);
                job.due = Some(self.later(seconds.max(back_off.min(LONGEST)).clamp(2, LONGEST)));
                if job.tries <= FIRST_TRIES {
                    job.due = Some(self.later(seconds.clamp(2, LONGEST)));
                }
                if job.tries > MOST_TRIES {
                    job.due = None;
                }
                Ended::Waits
            }
            Halt::Stuck(problem) => {
                job.link.problem = Some(problem);
                job.due = None;
                Ended::Waits
            }
            Halt::Twin(twin) => {
                job.link.problem = Some(Problem::new("link.exists"));
                job.link.state = State::Unlinked;
                job.link.step = Step::Unlinked;
                job.due = None;
                Ended::Twin(twin)
            }
            Halt::Failed(error) => Ended::Failed(error),
            Halt::Lost => return Err(Error::State { state: "cut off" }),
        };
        job.link.changed_at = now;
        let waits = matches!(ended, Ended::Waits) && job.due.is_some();
        let lease = Some((token, now));
        let write = move |tx: &Tx<'_>| -> db::Result<()> {
            if store::save(tx, &job, lease)? && !waits {
                told(tx, &job.link, "link.stopped", now)?;
            }
            Ok(())
        };
        self.db.write(root, write).await?;
        Ok(ended)
    }

    /// What a failure of a step leads to; false when only somebody can help.
    fn give_up(&self, job: &mut Job, error: &Error) -> bool {
        let link = &mut job.link;
        link.changed_at = self.clock.now();
        link.problem = Some(problem(error));
        job.tries = 0;
        match link.step {
            Step::Decided | Step::TeamAsked | Step::TeamReady | Step::ChannelReady
                if !job.work.has_row =>
            {
                (link.state, link.step) = (State::Unlinking, Step::Undoing);
            }
            Step::Members => {
                job.work.tab_only = true;
                link.step = Step::Library;
            }
            Step::Library => {
                job.work.tab_only = true;
                link.step = Step::Row;
            }
            // without row and tab nothing of a link is left
            Step::Row if job.work.tab_only && !job.work.has_row => {
                (link.state, link.step) = (State::Unlinking, Step::Undoing);
            }
            Step::Row => link.step = Step::Tab,
            Step::Tab | Step::Card => link.step = Step::Connected,
            Step::Unlinking => link.step = Step::TabRemoved,
            Step::TabRemoved => link.step = Step::FilesRemoved,
            Step::Undoing => link.step = Step::RowRemoved,
            _ => return false,
        }
        true
    }
}

impl Turn<'_> {
    async fn go(&mut self) -> Result<(), Halt> {
        while self.job.due.is_some() {
            self.step().await?;
        }
        Ok(())
    }

    async fn step(&mut self) -> Result<(), Halt> {
        match self.job.link.step {
            Step::Decided if self.job.work.has_row => {
                self.allowed().await?;
                self.team().await
            }
            Step::Decided | Step::TeamAsked => self.team().await,
            Step::TeamReady => self.channel().await,
            Step::ChannelReady => self.members().await,
            Step::Members => self.library().await,
            // what has no files has no row
            Step::Library if self.job.work.tab_only && !self.job.work.has_row => {
                self.on(Step::Row, None).await
            }
            Step::Library => crate::rows::write(self).await,
            Step::Row => self.tab().await,
            Step::Tab => self.card().await,
            Step::Card | Step::Connected if self.job.work.is_marked() => self.unmark().await,
            Step::Card | Step::Connected => self.connected().await,
            Step::Unlinking => self.take_tab().await,
            Step::TabRemoved => self.take_files().await,
            Step::FilesRemoved => crate::rows::remove(self).await,
            Step::RowRemoved => self.ended().await,
            Step::Undoing => self.undo().await,
            Step::Unlinked => {
                self.job.due = None;
                self.store(None).await
            }
        }
    }

    /// A row that somebody made by another way than this room's own gets its tab and its location where they could have
    /// linked the record here; else it is a row, and says why it is no more.
    async fn allowed(&self) -> Result<(), Halt> {
        let subject = &self.job.link.subject;
        let wall = self.linking.in_the_way(&self.scope, subject, Need::Basic).await?;
        // a table that is not enabled has its tab, and no more
        if let Some(wall) = wall.filter(|wall| wall.code != "linking.table_closed") {
            return Err(Halt::Stuck(wall));
        }
        match self.linking.may_write(&self.scope, subject).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Halt::Stuck(problem(&Error::ReadOnly))),
            Err(error @ (Error::Unknown | Error::Records(records::Error::Privilege { .. }))) => {
                Err(Halt::Stuck(problem(&error)))
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.linking.clock.now()
    }

    pub(crate) fn point(&self, what: &str) -> Result<(), Halt> {
        let point = format!("{}:{what}", self.job.link.step.as_str());
        self.linking.fault(&point).map_err(|_crash| Halt::Lost)
    }

    /// The caller in the environment.
    pub(crate) async fn session(&self) -> Result<Session, Halt> {
        Ok(self.linking.session(&self.scope, self.job.link.subject.environment()).await?)
    }

    /// A call of the workspace, bounded.
    pub(crate) async fn call<T>(
        &self,
        call: impl Future<Output = workspace_port::Result<T>>,
    ) -> Result<T, Away> {
        let answer = match tokio::time::timeout(CALL, call).await {
            Ok(answer) => answer,
            Err(_late) => Err(Away::Unavailable),
        };
        if let Err(Away::PermissionMissing { permissions }) = &answer {
            self.linking.refused(&self.root, permissions).await;
        }
        answer
    }

    /// Goes to the next step.
    pub(crate) async fn on(&mut self, to: Step, event: Option<&'static str>) -> Result<(), Halt> {
        self.job.link.step = to;
        self.job.tries = 0;
        self.store(event).await
    }

    /// Stores the link as it is now; what is made next is found again by what is stored here.
    pub(crate) async fn store(&mut self, event: Option<&'static str>) -> Result<(), Halt> {
        let now = self.now();
        self.job.link.changed_at = now;
        let lease = Some((self.token, self.linking.later(LEASE)));
        let job = self.job.clone();
        let write = move |tx: &Tx<'_>| -> db::Result<bool> {
            let saved = store::save(tx, &job, lease)?;
            if let Some(event) = event.filter(|_| saved) {
                told(tx, &job.link, event, now)?;
            }
            Ok(saved)
        };
        if !self.linking.db.write(&self.scope, write).await? {
            return Err(Halt::Lost);
        }
        self.point("stored")
    }

    /// Asks the members in; who cannot be asked in is left out.
    async fn members(&mut self) -> Result<(), Halt> {
        let members = self.job.work.plan.as_ref().map(|plan| plan.members.clone());
        let link = &self.job.link;
        let private = link.channel_kind == workspace_port::ChannelKind::Private;
        let (mut left_out, mut is_full) = (0_usize, false);
        let most = self.linking.settings.members_per_private_channel;
        for person in members.unwrap_or_default().into_iter().map(PersonId) {
            let mut places = vec![Place::Team(link.team.clone())];
            if private {
                places.push(Place::Channel(link.channel.clone()));
            }
            for place in places {
                // who is in already, as an owner perhaps, stays as they are
                let known = self.call(self.place.members(&place)).await.unwrap_or_default();
                if known.iter().any(|one| one.person == person) {
                    continue;
                }
                if matches!(place, Place::Channel(_)) && known.len() >= most {
                    (left_out, is_full) = (left_out + 1, true);
                    continue;
                }
                match self.call(self.place.put_member(&place, &person, Role::Member)).await {
                    Ok(()) => {}
                    Err(error @ (Away::Busy { .. } | Away::Unavailable | Away::NotYet)) => {
                        return Err(error.into());
                    }
                    Err(_) => left_out += 1,
                }
                self.point("member")?;
            }
        }
        if left_out > 0 {
            let problem = if is_full {
                Problem::new("link.private_channel_full").with("most", most.to_string())
            } else {
                Problem::new("link.members_left_out")
            };
            self.job.link.problem = Some(problem.with("count", left_out.to_string()));
            return self.on(Step::Members, Some("link.members_left_out")).await;
        }
        self.on(Step::Members, None).await
    }

    /// Finds the folder of the channel's files.
    async fn library(&mut self) -> Result<(), Halt> {
        let subject = self.job.link.subject.clone();
        if subject.is_view() {
            return self.on(Step::Library, None).await;
        }
        let wall = self.linking.in_the_way(&self.scope, &subject, Need::Documents).await?;
        let is_closed = |wall: &Problem| {
            matches!(wall.code.as_str(), "linking.documents_off" | "linking.table_closed")
        };
        if self.job.work.tab_only || wall.is_some_and(|wall| is_closed(&wall)) {
            let problem = Problem::new("link.not_connected");
            return Err(Halt::Failed(Error::Unavailable(problem)));
        }
        let channel = self.job.link.channel.clone();
        match self.call(self.place.library(&channel)).await {
            Ok(folder) => {
                self.job.work.folder = folder.address.map(|address| address.to_string());
                self.job.link.library = Some(folder.id);
                self.point("called")?;
                self.on(Step::Library, None).await
            }
            Err(Away::NotYet | Away::NotFound) => {
                let minutes = i64::try_from(self.linking.settings.library_minutes).unwrap_or(15);
                let waited = self.now().duration_since(self.job.link.created_at);
                let not_ready = Error::Unavailable(Problem::new("link.library_not_ready"));
                if waited.as_secs() > minutes.saturating_mul(60) {
                    return Err(Halt::Failed(not_ready));
                }
                Err(Halt::Later(5, Some(problem(&not_ready))))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Puts the tab into the channel.
    async fn tab(&mut self) -> Result<(), Halt> {
        let link = &self.job.link;
        let page = |path: &str| self.linking.base.join(path).map_err(|_wrong| Away::NotFound);
        let name =
            if link.subject_name.is_empty() { &link.channel_name } else { &link.subject_name };
        let (environment, table) = (link.subject.environment(), link.subject.table());
        let website = match &link.subject {
            Subject::Record { record, .. } => format!("records/{environment}/{table}/{record}"),
            Subject::View { view, .. } => format!("records/{environment}/{table}?view={view}"),
            // one page for every CRM: it reads as whoever opens it
            Subject::Crm { .. } | Subject::CrmView { .. } => format!("linked/{}", link.id),
        };
        let new = NewTab {
            name: cut(name, 120),
            entity: link.id.to_string(),
            content: page(&format!("linked/{}", link.id))?,
            website: Some(page(&website)?),
        };
        let channel = link.channel.clone();
        let tab = self.call(self.place.put_tab(&channel, &new)).await?;
        self.point("called")?;
        self.job.link.tab = Some(tab.id);
        self.on(Step::Tab, None).await
    }

    /// Tells the channel about the record, at most once.
    async fn card(&mut self) -> Result<(), Halt> {
        if !self.job.work.plan.as_ref().is_some_and(|plan| plan.welcome) {
            return self.on(Step::Connected, None).await;
        }
        self.on(Step::Card, None).await?;
        let (link, language) = (&self.job.link, self.scope.language());
        let texts = i18n::Texts::global();
        let name = link.subject_name.as_str();
        let title = texts.text(language, "links.link-card-title", &[("name", name.into())]);
        let text = texts.text(language, "links.link-card-text", &[]);
        let open = texts.text(language, "links.link-card-open", &[]);
        let address = self.linking.base.join(&format!("linked/{}", link.id));
        let card = json!({
            "type": "AdaptiveCard",
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "version": "1.4",
            "body": [
                {"type": "TextBlock", "size": "Medium", "weight": "Bolder", "text": title, "wrap": true},
                {"type": "TextBlock", "text": text, "wrap": true},
            ],
            "actions": [{
                "type": "Action.OpenUrl",
                "title": open,
                "url": address.map(|address| address.to_string()).unwrap_or_default(),
            }],
        });
        let channel = link.channel.clone();
        let posted = self.call(self.place.post_card(&channel, &card)).await;
        self.point("called")?;
        // a link without a welcome is a link
        self.job.work.message = posted.ok().map(|message| message.0);
        self.on(Step::Connected, None).await
    }

    async fn connected(&mut self) -> Result<(), Halt> {
        let is_partial = self.job.work.tab_only && !self.job.work.has_row;
        self.job.due = None;
        self.job.link.state = if is_partial { State::TabOnly } else { State::Connected };
        let known = self.job.link.problem.as_ref().is_some_and(|problem| {
            is_partial
                || self.job.link.tab.is_none()
                || matches!(
                    problem.code.as_str(),
                    "link.members_left_out" | "link.private_channel_full"
                )
        });
        if !known {
            self.job.link.problem = None;
        }
        let event = if is_partial { "link.tab_only" } else { "link.connected" };
        self.on(Step::Connected, Some(event)).await
    }
}

/// For how many seconds a turn has a link after each of its steps.
const LEASE: i64 = 120;
/// The longest call of a workspace.
const CALL: std::time::Duration = std::time::Duration::from_secs(45);
/// The longest wait between two tries, in seconds.
const LONGEST: i64 = 600;
/// Tries that follow each other as fast as the workspace asks for.
const FIRST_TRIES: i64 = 3;
/// After so many tries somebody has to look.
const MOST_TRIES: i64 = 60;
