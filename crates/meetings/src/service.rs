//! The service that edges hold: meetings are listed, opened, given the app and taken away.

use std::sync::Arc;

use crm_connections::CrmConnections;
use db::{Db, Tx};
use event_log::{Change, Subject, audit};
use identity::{Identity, SystemScopes};
use kernel::{Clock, Cursor, Ids, Limit, Page, Permission, Scope, UserId};
use language_features::{Feature, LanguageFeatures, Switch};
use linking::Linking;
use linking_setup::Workspaces;
use mailbox::Mailbox;
use serde_json::json;
use teams_app::TeamsApp;
use url::Url;
use uuid::Uuid;
use workspace::Workspace;

use crate::{
    Absence, Error, Meeting, Opened, Outside, Person, Result, Settings, store, work::is_held,
};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// People of the tenant.
    pub identity: Arc<Identity>,
    /// CRMs of sellers.
    pub crm: CrmConnections,
    /// Who is matched with which contact.
    pub mailbox: Arc<Mailbox>,
    /// What texts are read with.
    pub language: LanguageFeatures,
    /// Channels of records.
    pub linking: Arc<Linking>,
    /// Where letters go out.
    pub workspace: Arc<Workspace>,
    /// Where channels are.
    pub workspaces: Arc<dyn Workspaces>,
    /// Who talks with people in Teams.
    pub teams: TeamsApp,
    /// The organisation's calendar and its policies.
    pub outside: Outside,
    /// The address of the hub's pages.
    pub base: Url,
    /// Settings of this room.
    pub settings: Settings,
}

/// Meetings of sellers. One is made at start and shared.
#[derive(Debug)]
pub struct Meetings {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) scopes: SystemScopes,
    pub(crate) identity: Arc<Identity>,
    pub(crate) crm: CrmConnections,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) language: LanguageFeatures,
    pub(crate) linking: Arc<Linking>,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) workspaces: Arc<dyn Workspaces>,
    pub(crate) teams: TeamsApp,
    pub(crate) outside: Outside,
    pub(crate) base: Url,
    pub(crate) settings: Settings,
}

impl Meetings {
    /// Meetings on a database.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, scopes, identity, crm, mailbox, language, .. } = parts;
        Self {
            db,
            clock,
            ids,
            scopes,
            identity,
            crm,
            mailbox,
            language,
            linking: parts.linking,
            workspace: parts.workspace,
            workspaces: parts.workspaces,
            teams: parts.teams,
            outside: parts.outside,
            base: parts.base,
            settings: parts.settings,
        }
    }

    /// The caller's meetings: those to come with the next first, or those that are over with the latest first.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Cursor`], [`Error::Store`].
    pub async fn list(
        &self,
        scope: &Scope,
        coming: bool,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Meeting>> {
        let user = person(scope)?;
        let after = after.map(place).transpose()?;
        let now = self.clock.now();
        let read = move |tx: &Tx<'_>| store::page(tx, user, (coming, now), after, limit.probe());
        let rows = self.db.read_one(scope, read).await?;
        Ok(Page::cut(rows, limit, |one| Cursor::new(&format!("{}/{}", one.starts_at, one.id))))
    }

    /// A meeting with what the caller may see of it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::Language`], [`Error::Store`].
    pub async fn open(&self, scope: &Scope, id: Uuid) -> Result<Opened> {
        let user = person(scope)?;
        let has = self.features(scope).await?;
        let now = self.clock.now();
        let read = move |tx: &Tx<'_>| -> Result<Opened> {
            let meeting = store::lookup(tx, user, id)?.ok_or(Error::NotFound { meeting: id })?;
            let people = store::people(tx, id)?;
            let mut recap = if has.recap { store::recap(tx, id)? } else { None };
            if let Some(recap) = recap.as_mut().filter(|_| !has.actions) {
                recap.actions = None;
            }
            let transcript = store::transcript(tx, id)?;
            let absence = match (&recap, &transcript) {
                (Some(_), _) => None,
                (None, None) => Some(unheard(&meeting)),
                (None, Some(_)) if meeting.app_at.is_none() => Some(Absence::NoApp),
                (None, Some(_)) => (!has.recap).then_some(Absence::FeatureOff),
            };
            // what was left behind may be begun again
            let mut made = store::work::made(tx, id)?;
            made.retain(|one| is_held(one, now));
            Ok(Opened {
                is_organiser: organises(&meeting, &people, user),
                is_keeper: meeting.kept_by == user,
                transcript,
                recap,
                absence,
                has_actions: has.actions,
                connected: store::work::connected(tx, id)?,
                made,
                posts: store::work::posts(tx, id)?,
                keeps_notes: false,
                people,
                meeting,
            })
        };
        let opened = self.db.read(scope, read).await?;
        self.as_set(scope, opened).await
    }

    /// Adds the app to a meeting; for its organiser. Meetings with somebody from outside have it by themselves.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::OrganiserNeeded`], [`Error::Store`].
    pub async fn add_app(&self, scope: &Scope, id: Uuid) -> Result<()> {
        let user = person(scope)?;
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| -> Result<()> {
            let mut meeting =
                store::lookup(tx, user, id)?.ok_or(Error::NotFound { meeting: id })?;
            if !organises(&meeting, &store::people(tx, id)?, user) {
                return Err(Error::OrganiserNeeded);
            }
            if meeting.app_at.is_some() {
                return Ok(());
            }
            meeting.app_at = Some(now);
            meeting.absence = None;
            store::put(tx, &meeting, now)?;
            let change = Change {
                action: "meeting.add_app",
                subject: Subject::new("meeting", id),
                before: None,
                after: Some(json!({ "app": true })),
                at: now,
            };
            Ok(audit(tx, &change)?)
        };
        self.db.write(scope, write).await
    }

    /// Takes a meeting away for good, with what was said in it, for everybody; for whoever brought or organises it. What
    /// it became in the CRM stays there.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::KeeperNeeded`], [`Error::Store`].
    pub async fn delete(&self, scope: &Scope, id: Uuid) -> Result<()> {
        self.take(scope, id, true).await
    }

    /// Takes transcript and recap of a meeting away; for whoever brought the transcript, or organises the meeting.
    ///
    /// # Errors
    /// As [`Meetings::delete`].
    pub async fn delete_transcript(&self, scope: &Scope, id: Uuid) -> Result<()> {
        self.take(scope, id, false).await
    }

    async fn take(&self, scope: &Scope, id: Uuid, whole: bool) -> Result<()> {
        let user = person(scope)?;
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| -> Result<()> {
            let meeting = store::lookup(tx, user, id)?.ok_or(Error::NotFound { meeting: id })?;
            let brought = store::transcript(tx, id)?.and_then(|one| one.kept_by);
            let own = if whole { meeting.kept_by == user } else { brought == Some(user) };
            if !own && !organises(&meeting, &store::people(tx, id)?, user) {
                return Err(Error::KeeperNeeded);
            }
            if whole {
                store::delete(tx, id)?;
            } else {
                store::delete_speech(tx, id)?;
            }
            let change = Change {
                action: if whole { "meeting.delete" } else { "meeting.delete_transcript" },
                subject: Subject::new("meeting", id),
                before: Some(json!({ "transcript": meeting.has_transcript })),
                after: None,
                at: now,
            };
            Ok(audit(tx, &change)?)
        };
        self.db.write(scope, write).await
    }

    /// What the caller has of the language features.
    pub(crate) async fn features(&self, scope: &Scope) -> Result<Has> {
        let (switches, _) = match self.language.offered(scope).await {
            Ok(offered) => offered,
            Err(language_features::Error::Denied(_)) => return Ok(Has::default()),
            Err(error) => return Err(error.into()),
        };
        let of = |feature: Feature| switches.iter().find(|switch| switch.feature == feature);
        let asks = |switch: Option<&Switch>| {
            switch.is_some_and(|switch| switch.worker == language_features::Worker::Endpoint)
        };
        let (recap, actions) = (of(Feature::Meeting), of(Feature::Actions));
        let has = Has {
            recap: recap.is_some(),
            recap_asks: asks(recap),
            actions: actions.is_some(),
            actions_ask: asks(actions),
        };
        self.let_through(scope, has).await
    }
}

/// Which language features somebody has, and which of them ask an endpoint.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "two features that each may be so or not")]
pub(crate) struct Has {
    pub(crate) recap: bool,
    pub(crate) recap_asks: bool,
    pub(crate) actions: bool,
    pub(crate) actions_ask: bool,
}

/// Why nothing is known of what was said.
pub(crate) fn unheard(meeting: &Meeting) -> Absence {
    match meeting.absence {
        _ if meeting.is_cancelled => Absence::Cancelled,
        Some(found) => found,
        None if meeting.app_at.is_none() => Absence::NoApp,
        None => Absence::NoTranscript,
    }
}

/// Whether somebody organises a meeting.
pub(crate) fn organises(meeting: &Meeting, people: &[Person], user: UserId) -> bool {
    people.iter().any(|one| one.user == Some(user) && one.address == meeting.organiser)
}

/// The person who calls, who may use a CRM.
pub(crate) fn person(scope: &Scope) -> Result<UserId> {
    scope.require(Permission::ConnectionUse)?;
    scope.user().ok_or(Error::PersonNeeded)
}

fn place(cursor: &Cursor) -> Result<(jiff::Timestamp, Uuid)> {
    let key = cursor.key()?;
    let (at, id) = key.split_once('/').ok_or(kernel::CursorError)?;
    let at = at.parse().map_err(|_odd| kernel::CursorError)?;
    Ok((at, id.parse().map_err(|_odd| kernel::CursorError)?))
}

pub(crate) fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
