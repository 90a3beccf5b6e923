//! What goes on in the background: transcripts are fetched when Graph tells of them, and looked for where it does not;
//! people are reminded of their meetings, and what was said goes when its time is over.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use db::{Notice, Tx};
use identity::tenants::Tenant;
use jiff::SignedDuration;
use kernel::{Scope, TenantId};
use linking_setup::{Spoken, TRANSCRIPTS_TOLD};
use tokio_util::sync::CancellationToken;

use crate::{Before, Error, Meeting, Meetings, Result, keep::JOB, store};

impl Meetings {
    /// Works until `stop` is cancelled.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut listener = self.db.listen();
        let mut round = tokio::time::interval(ROUND);
        loop {
            let done = tokio::select! {
                () = stop.cancelled() => return,
                _tick = round.tick() => self.work().await,
                notices = listener.next() => match notices {
                    Some(notices) => self.heard(&notices).await,
                    // some were lost
                    None => self.work().await,
                },
            };
            if let Err(error) = done {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "work on meetings failed");
            }
        }
    }

    /// Takes in what notices tell; what is lost is found by the next round.
    async fn heard(&self, notices: &[Notice]) -> Result<()> {
        let told = notices.iter().filter(|one| one.topic == TRANSCRIPTS_TOLD);
        let tenants: BTreeSet<TenantId> = told.map(|one| one.tenant).collect();
        let mut done = Ok(());
        for tenant in tenants {
            let root = self.scopes.scope(tenant, JOB);
            // what one tenant stumbles over keeps no other waiting
            done = done.and(self.heard_of(&root).await);
        }
        done
    }

    async fn heard_of(&self, root: &Scope) -> Result<()> {
        if self.rules(root).await?.fetch {
            self.told(root).await?;
        }
        Ok(())
    }

    /// One round over every tenant. What one stumbles over keeps no other waiting.
    ///
    /// # Errors
    /// [`Error::Identity`], [`Error::Store`]: the first trouble, after every tenant had its turn.
    pub async fn work(&self) -> Result<()> {
        let mut done = Ok(());
        for tenant in self.scopes.tenants().await? {
            done = done.and(Box::pin(self.work_of(&tenant)).await);
        }
        done
    }

    async fn work_of(&self, tenant: &Tenant) -> Result<()> {
        let root = self.scopes.scope(tenant.id, JOB);
        let now = self.clock.now();
        let rules = self.rules(&root).await?;
        if let Err(error) =
            Box::pin(self.remind(&root, (&rules, (&tenant.name, tenant.language)))).await
        {
            warn(&error, "people could not be reminded of their meetings");
        }
        let entries = SignedDuration::from_hours(24 * i64::from(self.settings.keep_days));
        let speech = SignedDuration::from_hours(24 * rules.keep_days);
        let before =
            Before { speech: Some(now - speech), recaps: None, entries: Some(now - entries) };
        self.sweep(&root, before).await?;
        self.listen(&root, rules.fetch).await;
        if !rules.fetch {
            return Ok(());
        }
        let told = self.told(&root).await?;
        let hears = |meeting: &Meeting| {
            told.iter().any(|one| one.hears && meeting.remote_user.as_ref() == Some(&one.user))
        };
        let since = (now - OVER, now, now - AGAIN);
        let read = move |tx: &Tx<'_>| store::awaiting(tx, since, READ);
        let mut waiting = self.db.read_one(&root, read).await?;
        // of whom Graph tells, meetings are looked at seldom: a notice may be lost, or be another's
        let is_due = |one: &Meeting| {
            !hears(one) || one.looked_at.is_none_or(|at| now.duration_since(at) >= SELDOM)
        };
        waiting.retain(is_due);
        waiting.truncate(A_ROUND);
        self.look_all(&root, waiting).await;
        Ok(())
    }

    /// Sees to it that Graph tells of transcripts of those who have meetings with the app.
    async fn listen(&self, root: &Scope, fetch: bool) {
        let Some(teams) = (self.outside.notices)() else { return };
        let since = self.clock.now() - OVER;
        let read = move |tx: &Tx<'_>| {
            if fetch { store::remote_users(tx, since, LISTENED) } else { Ok(BTreeSet::new()) }
        };
        let users = match self.db.read_one(root, read).await {
            Ok(users) => users,
            Err(error) => return warn(&error, "people of meetings could not be read"),
        };
        for _turn in 0..TURNS {
            match teams.tend_transcripts(root, &users).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => return warn(&error, "transcripts could not be subscribed to"),
            }
        }
    }

    /// Looks at meetings of those of whom something was told; what is known of everybody's.
    async fn told(&self, root: &Scope) -> Result<Vec<Spoken>> {
        let Some(teams) = (self.outside.notices)() else { return Ok(Vec::new()) };
        let all = match teams.transcripts_told(root).await {
            Ok(all) => all,
            Err(error) => {
                warn(&error, "notices of transcripts could not be read");
                return Ok(Vec::new());
            }
        };
        let now = self.clock.now();
        for one in all.iter().filter(|one| one.until.is_some()) {
            // whenever they were looked at last
            let at = (now - OVER, now, now + SOON);
            let read = move |tx: &Tx<'_>| store::awaiting(tx, at, READ);
            let mut waiting = self.db.read_one(root, read).await?;
            waiting.retain(|meeting| meeting.remote_user.as_ref() == Some(&one.user));
            waiting.truncate(A_ROUND);
            if !self.look_all(root, waiting).await {
                break;
            }
            if let Err(error) = teams.transcripts_looked(root, one.clone()).await {
                warn(&error, "notices of transcripts could not be put aside");
            }
        }
        Ok(all)
    }

    /// Looks for the transcripts of meetings; false when Graph wants to be left alone.
    async fn look_all(&self, root: &Scope, meetings: Vec<Meeting>) -> bool {
        for meeting in meetings {
            let kept = meeting.clone();
            match self.look(root.tenant(), meeting).await {
                Ok(Some(_absence)) => continue,
                Ok(None) => {}
                Err(Error::Graph(graph::Error::Busy { .. })) => return false,
                Err(error) => {
                    warn(&error, "a transcript could not be fetched");
                    continue;
                }
            }
            match Box::pin(self.recap_of(root, (kept, None))).await {
                Ok(()) | Err(Error::NoRecap(_)) => {}
                Err(error) => warn(&error, "a recap could not be made"),
            }
        }
        true
    }
}

fn warn(error: &(dyn std::error::Error + 'static), what: &str) {
    tracing::warn!(error, "{what}");
}

/// How often the work goes round.
const ROUND: Duration = Duration::from_mins(5);
/// How long after its end a transcript is waited for, and when it is looked for again; our own choice.
const OVER: SignedDuration = SignedDuration::from_hours(48);
const AGAIN: SignedDuration = SignedDuration::from_mins(15);
/// When it is looked for again where Graph would tell; our own choice.
const SELDOM: SignedDuration = SignedDuration::from_hours(4);
const SOON: SignedDuration = SignedDuration::from_secs(1);
/// Meetings of one tenant that are looked at in a round, and among how many they are sought.
const A_ROUND: usize = 50;
const READ: i64 = 1_000;
/// People of a tenant whose transcripts are subscribed to, and turns of that in one round.
const LISTENED: i64 = 2_000;
const TURNS: usize = 5;
