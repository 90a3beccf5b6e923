//! Undoing links, and trying again.

use db::Tx;
use kernel::{Permission, Scope};
use queries::Verb;
use workspace_port::Role;

use crate::{
    Error, Link, LinkId, Linking, Result, State, Step, Unlink,
    service::{person, told},
    store::{self, Job},
    subject::{self, LINKS},
};

/// What undoing a link will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The name of the tab, where one stands in the channel.
    pub tab: Option<String>,
    /// How many files and folders the channel's folder has; `None` where the caller may not look.
    pub files: Option<u64>,
    /// Other links with the same channel, which show the same files.
    pub others: u32,
    /// Whether the caller may take the tab out.
    pub may_remove_tab: bool,
    /// Whether the caller may delete the files: an owner may, where nothing else shows them.
    pub may_delete_files: bool,
}

impl Linking {
    /// What undoing a link will do, for who may undo it.
    ///
    /// # Errors
    /// As [`Linking::unlink`].
    pub async fn unlink_preview(&self, scope: &Scope, id: LinkId) -> Result<Preview> {
        let job = self.may_unlink(scope, id).await?;
        let link = &job.link;
        let mut preview = Preview {
            tab: None,
            files: None,
            others: 0,
            may_remove_tab: false,
            may_delete_files: false,
        };
        if link.channel.id.is_empty() {
            return Ok(preview);
        }
        let (kind, channel) = (link.workspace, link.channel.clone());
        let most = self.settings.links_per_channel;
        let find =
            move |tx: &Tx<'_>| store::in_place(tx, kind, (&channel.team, Some(&channel.id)), most);
        let there = self.db.read_one(scope, find).await?;
        let others = there.iter().filter(|other| other.link.id != id).count();
        preview.others = u32::try_from(others).unwrap_or(u32::MAX);
        let place = self.workspaces.of(scope).await?;
        if let Ok(tabs) = place.tabs(&link.channel).await {
            let entity = id.to_string();
            let tab = tabs.into_iter().find(|tab| tab.entity == entity);
            preview.may_remove_tab = tab.is_some();
            preview.tab = tab.map(|tab| tab.name);
        }
        if let Some(folder) = &link.library
            && let Ok(files) = place.files(folder).await
        {
            preview.files = u64::try_from(files.len()).ok();
            preview.may_delete_files = preview.others == 0 && self.owns(scope, link).await?;
        }
        Ok(preview)
    }

    /// Undoes a link: its rows go, tab and files as is said. What is not done after some seconds goes on in the
    /// background.
    ///
    /// # Errors
    /// [`Error::Unknown`] for who may not read the record, [`Error::MayNotUnlink`] without the right to delete rows of
    /// links (what has no row may be undone by who made it), [`Error::Denied`], [`Error::Store`].
    pub async fn unlink(&self, scope: &Scope, id: LinkId, how: Unlink) -> Result<()> {
        let job = self.may_unlink(scope, id).await?;
        let user = person(scope)?;
        if how.files == crate::Files::Delete && !self.owns(scope, &job.link).await? {
            return Err(Error::Workspace(workspace_port::Error::NotAllowed));
        }
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| -> Result<()> {
            let mut job = store::lookup(tx, id)?.ok_or(Error::Unknown)?;
            match job.link.state {
                State::Unlinked => return Err(Error::Unknown),
                State::Unlinking => {}
                // nobody has been anywhere yet: what was made so far goes again
                _ if !job.work.has_row
                    && matches!(
                        job.link.step,
                        Step::Decided | Step::TeamAsked | Step::TeamReady
                    ) =>
                {
                    job.link.step = Step::Undoing;
                }
                _ => job.link.step = Step::Unlinking,
            }
            job.link.state = State::Unlinking;
            job.link.problem = None;
            job.link.changed_at = now;
            job.work.undo = Some(how);
            job.work.actor = Some(user);
            job.due = Some(now);
            job.tries = 0;
            store::save(tx, &job, None)?;
            Ok(told(tx, &job.link, "link.unlinking", now)?)
        };
        self.db.write(scope, write).await?;
        self.fault("unlinking")?;
        self.wait(scope, id).await.map(drop)
    }

    /// Tries again what could not be done, now, as the one who asks.
    ///
    /// # Errors
    /// As [`Linking::link`]; [`Error::State`] when there is nothing to try again.
    pub async fn retry(&self, scope: &Scope, id: LinkId) -> Result<Link> {
        scope.require(Permission::RecordWrite)?;
        let user = person(scope)?;
        let known = self.job(scope, id).await?.link;
        let may_write = self.may_write(scope, &known.subject).await?;
        if known.created_by != user && !may_write {
            return Err(Error::ReadOnly);
        }
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| -> Result<()> {
            let mut job = store::lookup(tx, id)?.ok_or(Error::Unknown)?;
            let link = &mut job.link;
            match link.state {
                State::Unlinked => return Err(Error::Unknown),
                State::TabOnly => {
                    (link.state, link.step) = (State::Pending, Step::ChannelReady);
                    job.work.tab_only = false;
                }
                State::Connected if link.problem.is_some() => {
                    (link.state, link.step) = (State::Pending, Step::ChannelReady);
                }
                State::Pending | State::Unlinking => {}
                other => return Err(Error::State { state: other.as_str() }),
            }
            job.link.problem = None;
            job.link.changed_at = now;
            job.work.actor = Some(user);
            job.due = Some(now);
            job.tries = 0;
            store::save(tx, &job, None)?;
            Ok(told(tx, &job.link, "link.retried", now)?)
        };
        self.db.write(scope, write).await?;
        self.wait(scope, id).await
    }

    async fn may_unlink(&self, scope: &Scope, id: LinkId) -> Result<Job> {
        scope.require(Permission::RecordWrite)?;
        let user = person(scope)?;
        let job = self.job(scope, id).await?;
        if job.link.state == State::Unlinked {
            return Err(Error::Unknown);
        }
        if job.link.subject.system().is_some() {
            return self.may_unlink_outside(scope, job).await;
        }
        let session = self.session(scope, job.link.subject.environment()).await?;
        // a link outlives its record: who may delete rows of links cleans up behind it
        let deletes = subject::may(&session, LINKS, Verb::Delete);
        if !self.may_read(scope, &job.link.subject).await? && !session.access().administrator {
            return Err(Error::Unknown);
        }
        let is_own = job.link.created_by == user && !job.work.has_row;
        if deletes || is_own { Ok(job) } else { Err(Error::MayNotUnlink) }
    }

    /// A record of a CRM elsewhere: who may undo its links there, who made one that has no row, and who sets CRMs up
    /// behind a record that nobody can open any more.
    async fn may_unlink_outside(&self, scope: &Scope, job: Job) -> Result<Job> {
        let own = scope.user() == Some(job.link.created_by);
        match self.may_undo(scope, &job.link).await {
            Ok(true) => Ok(job),
            Ok(false) if own && !job.work.has_row => Ok(job),
            Ok(false) => Err(Error::MayNotUnlink),
            Err(Error::Unknown) if Self::tends_crms(scope) => Ok(job),
            Err(error) => Err(error),
        }
    }

    /// Whether the caller owns the team of a link, or its private channel.
    async fn owns(&self, scope: &Scope, link: &Link) -> Result<bool> {
        let place = self.workspaces.of(scope).await?;
        let of = match link.channel_kind {
            workspace_port::ChannelKind::Private => {
                workspace_port::Place::Channel(link.channel.clone())
            }
            _ => workspace_port::Place::Team(link.team.clone()),
        };
        let me = self.me(scope).await?;
        let members = place.members(&of).await.unwrap_or_default();
        Ok(members.iter().any(|one| Some(&one.person) == me.as_ref() && one.role == Role::Owner))
    }
}
