//! Linking, as people ask for it.

use std::{sync::Arc, time::Duration};

use db::Tx;
use kernel::{FieldError, Permission, Scope};
use queries::Verb;
use tokio::time::{Instant, sleep, timeout_at};
use workspace_port::{ChannelId, ChannelKind, TeamId};

use crate::{
    ChannelChoice, Error, Link, LinkId, LinkRequest, Linking, Result, State, Step, Subject,
    TeamChoice,
    collaborate::Need,
    names,
    saga::Ended,
    service::{person, told},
    store::{self, Job, Plan, Work},
    subject,
};

/// What keeps a link with a channel that is there from being made twice.
pub(crate) fn at_channel(channel: &ChannelId) -> String {
    format!("c:{}/{}", channel.team, channel.id)
}

/// The same for a channel that is still to be made: what it will be called, and where.
fn at_name(team: &TeamChoice, channel: &ChannelChoice) -> String {
    let team = match team {
        TeamChoice::Existing(team) => team.0.clone(),
        TeamChoice::New { name, .. } => format!("new {}", name.trim().to_lowercase()),
    };
    let channel = match channel {
        ChannelChoice::Existing(channel) => return at_channel(channel),
        ChannelChoice::General => String::new(),
        ChannelChoice::New { name, .. } => name.trim().to_lowercase(),
    };
    format!("n:{team}/{channel}")
}

/// What a link is made of, once its maker may make it.
struct Grounds {
    subject: Subject,
    name: String,
    tab_only: bool,
}

impl Linking {
    /// Ties a record or view to a channel, making team and channel where that is wanted. What is not done after some
    /// seconds goes on in the background: the link is [`State::Pending`] then. Asking for what there is already gives
    /// that.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::ReadOnly`], [`Error::MayNotLink`], [`Error::Unavailable`] with what is in the way,
    /// [`Error::Invalid`], [`Error::ChannelNameTaken`], [`Error::ChannelLimit`], [`Error::Workspace`],
    /// [`Error::Records`], [`Error::Denied`], [`Error::Store`]. After an error nothing is left behind.
    pub async fn link(&self, scope: &Scope, request: LinkRequest) -> Result<Link> {
        self.begin(scope, request, Need::Enhanced).await
    }

    /// Ties a record or view to the channel that somebody stands in.
    ///
    /// # Errors
    /// As [`Linking::link`].
    pub async fn pin(&self, scope: &Scope, subject: Subject, channel: &ChannelId) -> Result<Link> {
        let request = LinkRequest {
            subject,
            team: TeamChoice::Existing(channel.team.clone()),
            channel: ChannelChoice::Existing(channel.clone()),
            members: Vec::new(),
            welcome: false,
            key: None,
        };
        self.begin(scope, request, Need::Basic).await
    }

    async fn begin(&self, scope: &Scope, request: LinkRequest, needs: Need) -> Result<Link> {
        scope.require(Permission::RecordWrite)?;
        let user = person(scope)?;
        self.check(&request)?;
        let Grounds { subject, name, tab_only } = self.grounds(scope, &request, needs).await?;
        let now = self.clock.now();
        let place = at_name(&request.team, &request.channel);
        let (team, team_name) = match &request.team {
            TeamChoice::Existing(team) => (team.clone(), String::new()),
            TeamChoice::New { name, .. } => (TeamId(String::new()), name.trim().to_owned()),
        };
        let (channel, channel_name, channel_kind) = match &request.channel {
            ChannelChoice::Existing(channel) => {
                (channel.id.clone(), String::new(), ChannelKind::Standard)
            }
            ChannelChoice::General => (String::new(), String::new(), ChannelKind::Standard),
            ChannelChoice::New { name, private } => {
                let kind = if *private { ChannelKind::Private } else { ChannelKind::Standard };
                (String::new(), name.trim().to_owned(), kind)
            }
        };
        let mut members: Vec<String> = request.members.into_iter().map(|one| one.0).collect();
        members.sort_unstable();
        members.dedup();
        let job = Job {
            link: Link {
                id: LinkId(self.ids.fresh()),
                subject,
                subject_name: name,
                workspace: self.workspaces.kind(scope),
                channel: ChannelId { team: team.clone(), id: channel },
                team,
                team_name,
                channel_name,
                channel_kind,
                state: State::Pending,
                step: Step::Decided,
                problem: None,
                tab: None,
                library: None,
                location: None,
                address: None,
                created_by: user,
                created_at: now,
                changed_at: now,
            },
            work: Work {
                plan: Some(Plan {
                    team: request.team,
                    channel: request.channel,
                    members,
                    welcome: request.welcome,
                }),
                actor: Some(user),
                tab_only,
                ..Work::default()
            },
            place,
            due: Some(now),
            tries: 0,
        };
        let job = Arc::new(job);
        let key = request.key;
        let write = move |tx: &Tx<'_>| -> Result<LinkId> {
            if let Some(key) = key
                && let Some(known) = store::by_key(tx, user, key)?
            {
                return Ok(known.link.id);
            }
            if let Some(mut twin) = store::at_place(tx, &job.link.subject, &job.place)? {
                let id = twin.link.id;
                if is_left(&twin, user) {
                    // what somebody else could not even begin goes on as who can
                    (twin.work.actor, twin.due, twin.tries) = (Some(user), Some(now), 0);
                    (twin.link.problem, twin.link.changed_at) = (None, now);
                    store::save(tx, &twin, None)?;
                    told(tx, &twin.link, "link.retried", now)?;
                }
                return Ok(id);
            }
            store::insert(tx, &job, key)?;
            told(tx, &job.link, "link.begun", now)?;
            Ok(job.link.id)
        };
        let id = self.db.write(scope, write).await?;
        self.fault("begun")?;
        self.wait(scope, id).await
    }

    /// Whether the caller may make the link, and of what.
    async fn grounds(&self, scope: &Scope, of: &LinkRequest, needs: Need) -> Result<Grounds> {
        if of.subject.system().is_some() {
            let found = self.found(scope, &of.subject).await?;
            let subject = found.subject();
            self.walls(scope, (&subject, of), needs).await?;
            if let Some(error) = self.not_linked_because(&found).await? {
                return Err(error);
            }
            return Ok(Grounds { subject, name: found.name, tab_only: false });
        }
        let session = self.session(scope, of.subject.environment()).await?;
        let known = subject::known(&session, &of.subject).await?;
        let tab_only = self.walls(scope, (&of.subject, of), needs).await?;
        let subject = match (of.subject.clone(), known.lists) {
            (Subject::View { environment, view, personal, .. }, Some(table)) => {
                Subject::View { environment, table, view, personal }
            }
            (subject, _) => subject,
        };
        if !subject::may(&session, subject::LINKS, Verb::Create) {
            return Err(Error::MayNotLink);
        }
        if !subject::may_write(&session, &subject).await? {
            return Err(Error::ReadOnly);
        }
        Ok(Grounds { subject, name: known.name, tab_only })
    }

    /// What an administrator would have to change first; true when a tab can be put, and no more.
    async fn walls(
        &self,
        scope: &Scope,
        (subject, of): (&Subject, &LinkRequest),
        needs: Need,
    ) -> Result<bool> {
        let mut wall = self.in_the_way(scope, subject, needs).await?;
        // a table that is not enabled can be pinned nevertheless: a tab, and no more
        let tab_only = needs == Need::Basic
            && wall.as_ref().is_some_and(|wall| wall.code == "linking.table_closed");
        if tab_only {
            wall = None;
        }
        if wall.is_none() && !of.members.is_empty() {
            wall = self.in_the_way(scope, subject, Need::Members).await?;
        }
        match wall {
            Some(problem) => Err(Error::Unavailable(problem)),
            None => Ok(tab_only),
        }
    }

    /// Works on a link, or waits while somebody else does, for as long as a person waits.
    pub(crate) async fn wait(&self, scope: &Scope, mut id: LinkId) -> Result<Link> {
        let until = Instant::now() + Duration::from_secs(self.settings.wait_seconds);
        let root = self.scopes.scope(scope.tenant(), "linking");
        loop {
            let token = self.ids.fresh();
            let turn = Box::pin(self.turn(&root, (id, token), Some(scope)));
            match timeout_at(until, turn).await {
                Ok(Ok(Ended::Twin(twin))) => id = twin,
                Ok(Ok(Ended::Done | Ended::Waits | Ended::Busy)) => {}
                Ok(Ok(Ended::Failed(error)) | Err(error)) => return Err(error),
                Err(_late) => {
                    // what was under way is looked for by who takes the link next
                    self.db.write(&root, move |tx| store::release(tx, id, token)).await?;
                    return Ok(self.job(scope, id).await?.link);
                }
            }
            let job = self.job(scope, id).await?;
            if Instant::now() >= until || self.is_stuck(&job) {
                return Ok(job.link);
            }
            sleep(POLL).await;
        }
    }

    /// Whether nothing will happen to a link while a person waits.
    fn is_stuck(&self, job: &Job) -> bool {
        let soon = self.later(i64::try_from(self.settings.wait_seconds).unwrap_or(10));
        job.due.is_none_or(|due| due > soon)
    }

    /// What is wrong with a request by itself.
    fn check(&self, request: &LinkRequest) -> Result<()> {
        let rules = &self.settings;
        let mut fields = Vec::new();
        if let TeamChoice::New { name, .. } = &request.team {
            fields.extend(names::check(name, "/team/name", rules));
        }
        match &request.channel {
            ChannelChoice::New { name, .. } => {
                fields.extend(names::check(name, "/channel/name", rules));
                if names::is_general(name) {
                    let detail = "every team has a channel of that name".to_owned();
                    fields.push(FieldError::new("/channel/name", "name.reserved", detail));
                }
            }
            ChannelChoice::Existing(channel) => {
                if request.team != TeamChoice::Existing(channel.team.clone()) {
                    let detail = "the channel belongs to another team".to_owned();
                    fields.push(FieldError::new("/channel", "channel.team", detail));
                }
            }
            ChannelChoice::General => {}
        }
        let most = self.settings.members_at_once;
        if request.members.len() > most {
            let detail = format!("at most {most} members are asked in at once");
            fields.push(FieldError::new("/members", "members.too_many", detail));
        }
        if fields.is_empty() { Ok(()) } else { Err(Error::Invalid { fields }) }
    }
}

/// Whether a link of somebody else rests before anything was done for it: a row whose maker may not link the record, a
/// sign-in that was over.
fn is_left(twin: &Job, user: kernel::UserId) -> bool {
    twin.link.state == State::Pending
        && twin.link.step == Step::Decided
        && twin.due.is_none()
        && twin.work.actor != Some(user)
}

/// How long to wait before looking again at what somebody else does.
const POLL: Duration = Duration::from_millis(100);
