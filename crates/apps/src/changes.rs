//! What is told about every change: the audit, an event, a notice.

use db::Tx;
use event_log::{Change, NewEvent, Subject, Topic};
use jiff::Timestamp;
use kernel::{AppId, EventId, TeamId};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// Events of the life of apps; one stream a tenant. `meta` has `action`, `app` and, where there is one,
/// `team` and `number`.
pub const APP_CHANGED: Topic = "app.changed";

/// Notices that the apps of a team (its identifier), or the catalogue (the nil identifier), changed.
pub const APPS_TOPIC: &str = "apps.changed";

/// What happened to an app, made before the closure that does it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) event: EventId,
    pub(crate) at: Timestamp,
}

/// Who is meant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    pub(crate) app: AppId,
    pub(crate) team: Option<TeamId>,
    pub(crate) number: Option<i64>,
}

impl About {
    pub(crate) const fn app(app: AppId) -> Self {
        Self { app, team: None, number: None }
    }

    pub(crate) const fn version(app: AppId, number: i64) -> Self {
        Self { app, team: None, number: Some(number) }
    }

    pub(crate) const fn team(app: AppId, team: TeamId, number: i64) -> Self {
        Self { app, team: Some(team), number: Some(number) }
    }
}

impl Step {
    /// Writes the audit and the event of a change, and wakes who listens.
    pub(crate) fn tell(
        self,
        tx: &Tx<'_>,
        action: &'static str,
        about: About,
        (before, after): (Option<Json>, Option<Json>),
    ) -> db::Result<()> {
        let subject = Subject::new("app", about.app);
        let place = |json: Option<Json>| match (json, about.team) {
            (Some(Json::Object(mut members)), Some(team)) => {
                members.insert("team".to_owned(), json!(team));
                Some(Json::Object(members))
            }
            (json, _) => json,
        };
        let (before, after) = (place(before), place(after));
        event_log::audit(tx, &Change { action, subject, before, after, at: self.at })?;
        let meta = json!({
            "action": action,
            "app": about.app,
            "team": about.team,
            "number": about.number,
        });
        let meta = meta.to_string();
        let stream = tx.tenant().uuid();
        let event = NewEvent {
            topic: APP_CHANGED,
            stream,
            id: self.event,
            at: self.at,
            meta: &meta,
            body: None,
        };
        let position = event_log::append(tx, &event)?;
        if position % PRUNE_EVERY == 0 {
            event_log::prune(tx, APP_CHANGED, stream, position - KEPT_EVENTS)?;
        }
        tx.notify(APPS_TOPIC, about.team.map_or(Uuid::nil(), TeamId::uuid), position);
        Ok(())
    }
}

/// Events that are kept; who follows them is never that far behind.
const KEPT_EVENTS: i64 = 10_000;
const PRUNE_EVERY: i64 = 100;
