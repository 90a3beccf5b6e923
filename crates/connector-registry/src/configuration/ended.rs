//! Configurations whose app is not here any more: they end with it, and go on when it comes back.
//!
//! The room of apps tells of every change; a sweep finds what a lost notice left out.

use std::collections::{HashMap, hash_map::Entry};

use channel_connectors::{Error as HookError, access, hooks};
use db::Tx;
use event_log::{Change, Subject};
use jiff::Timestamp;
use kernel::{ConfigurationId, Permission, Scope, TeamId, WebhookId};
use serde_json::json;
use uuid::Uuid;
use workspace::Error as W;

use super::{Configuration, Configurations, store};
use crate::Result;

/// Why a configuration ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The app was uninstalled from the team, or removed altogether.
    Uninstalled,
    /// An administrator blocked the app.
    Blocked,
}

impl Ended {
    /// The word in storage and in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uninstalled => "uninstalled",
            Self::Blocked => "blocked",
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        [Self::Uninstalled, Self::Blocked].into_iter().find(|ended| ended.as_str() == text)
    }
}

impl Configurations {
    /// Ends what apps brought that are not there any more, and lets go on what they bring again; how many changed. The
    /// webhook of an ended one refuses posts; nothing is deleted.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Apps`], [`crate::Error::Store`].
    pub async fn follow_apps(&self, scope: &Scope) -> Result<usize> {
        scope.require(Permission::System)?;
        let (mut after, mut changed): (ConfigurationId, usize) = (Uuid::nil().into(), 0);
        loop {
            let read = move |tx: &Tx<'_>| {
                let some = store::of_apps(tx, after, SLICE)?;
                let last = some.last().map(|one| one.id);
                Ok::<_, crate::Error>((due(tx, some)?, last))
            };
            let (due, last) = self.parts.db.read(scope, read).await?;
            if !due.is_empty() {
                let now = self.parts.clock.now();
                let write = move |tx: &Tx<'_>| end(tx, &due, now);
                let hooks = self.parts.db.write(scope, write).await?;
                changed += hooks.len();
                for hook in hooks.into_iter().flatten() {
                    self.parts.webhooks.forget(scope, hook);
                }
            }
            let Some(last) = last else { return Ok(changed) };
            after = last;
        }
    }
}

/// Those that are not as their apps are, with what they should be.
fn due(tx: &Tx<'_>, some: Vec<Configuration>) -> Result<Vec<(ConfigurationId, Option<Ended>)>> {
    let mut teams: HashMap<TeamId, (Vec<String>, Vec<String>)> = HashMap::new();
    let mut due = Vec::new();
    for one in some {
        let team = match access::team_of(tx, one.place) {
            Ok(Some(team)) => team,
            Err(HookError::Store(error) | HookError::Workspace(W::Store(error))) => {
                return Err(error.into());
            }
            // Of a place that is deleted: should it be restored, the next round sees to it.
            Ok(None) | Err(_) => continue,
        };
        let (brought, blocked) = match teams.entry(team) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let brought = apps::connectors_of_team(tx, team)?;
                let brought = brought.into_iter().map(|it| it.connector_id).collect();
                new.insert((brought, apps::blocked_connectors_of_team(tx, team)?))
            }
        };
        let named = one.connector.to_string();
        let has = |all: &[String]| all.iter().any(|id| id.eq_ignore_ascii_case(&named));
        let wanted = match (has(brought), has(blocked)) {
            (true, _) => None,
            (false, true) => Some(Ended::Blocked),
            (false, false) => Some(Ended::Uninstalled),
        };
        if wanted != one.ended {
            due.push((one.id, wanted));
        }
    }
    Ok(due)
}

fn end(
    tx: &Tx<'_>,
    due: &[(ConfigurationId, Option<Ended>)],
    now: Timestamp,
) -> Result<Vec<Option<WebhookId>>> {
    let mut concerned = Vec::new();
    for (id, ended) in due {
        let Some(before) = store::lookup(tx, *id)? else { continue };
        store::set_ended(tx, *id, *ended, now)?;
        if let Some(hook) = before.webhook {
            hooks::suspend(tx, hook, ended.is_some(), now)?;
        }
        let action = if ended.is_some() { "configuration.end" } else { "configuration.resume" };
        let document = |ended: Option<Ended>| Some(json!({ "ended": ended.map(Ended::as_str) }));
        let subject = Subject::new("configuration", id);
        let (before, webhook) = (document(before.ended), before.webhook);
        let after = document(*ended);
        event_log::audit(tx, &Change { action, subject, before, after, at: now })?;
        concerned.push(webhook);
    }
    Ok(concerned)
}

/// Configurations that are looked at in one transaction.
const SLICE: i64 = 200;
