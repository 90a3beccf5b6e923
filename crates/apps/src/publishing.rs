//! What administrators do with the catalogue: approve, reject, publish, block, remove.

use db::Tx;
use kernel::{AppId, Permission, Scope, TeamId};
use serde_json::json;
use workspace::access;

use crate::{
    App, Apps, Dependents, Entry, Error, Installation, Result, Version, VersionState,
    catalogue::{document, entry, shown},
    changes::{About, Step},
    store::{self, installs, versions},
    words,
};

impl Apps {
    /// Approves a version: it may be published.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::VersionNotFound`], [`Error::WrongState`], [`Error::Blocked`].
    pub async fn approve(&self, scope: &Scope, app: AppId, number: i64) -> Result<Entry> {
        scope.require(Permission::AppManage)?;
        let step = self.step();
        let approve = move |tx: &Tx<'_>| {
            let (app, version) = known(tx, app, number)?;
            expect(&version, &[VersionState::Submitted, VersionState::Rejected], "approved")?;
            refuse_blocked(&app)?;
            let state = VersionState::Approved;
            decide(tx, (&app, &version), (state, "app.approve", None), step)?;
            entry(tx, app)
        };
        self.db.write(scope, approve).await
    }

    /// Rejects a version that waits, with a reason for who brought it.
    ///
    /// # Errors
    /// As [`Apps::approve`]; [`Error::Invalid`] when the reason is too long.
    pub async fn reject(
        &self,
        scope: &Scope,
        app: AppId,
        number: i64,
        reason: &str,
    ) -> Result<Entry> {
        scope.require(Permission::AppManage)?;
        let reason = reason.trim().to_owned();
        if reason.chars().count() > MAX_REASON_CHARS {
            return Err(Error::invalid(
                "/reason",
                "reason.too_long",
                "a reason has at most 500 characters",
            ));
        }
        let step = self.step();
        let reject = move |tx: &Tx<'_>| {
            let (app, version) = known(tx, app, number)?;
            expect(&version, &[VersionState::Submitted, VersionState::Approved], "rejected")?;
            let state = (VersionState::Rejected, "app.reject", Some(reason.clone()));
            decide(tx, (&app, &version), state, step)?;
            entry(tx, app)
        };
        self.db.write(scope, reject).await
    }

    /// Publishes an approved version: owners of teams may install it. Teams that have an older one follow, if
    /// it asks for nothing that their owners have not consented to.
    ///
    /// # Errors
    /// As [`Apps::approve`]; [`Error::WrongState`] also for a version below the published one.
    pub async fn publish(&self, scope: &Scope, app: AppId, number: i64) -> Result<Entry> {
        scope.require(Permission::AppManage)?;
        let step = self.step();
        let settings = self.settings;
        let publish = move |tx: &Tx<'_>| {
            let (app, version) = known(tx, app, number)?;
            expect(&version, &[VersionState::Approved], "published")?;
            refuse_blocked(&app)?;
            if app.current > Some(number) {
                return Err(Error::WrongState { state: "older", wanted: "published" });
            }
            let state = VersionState::Published;
            decide(tx, (&app, &version), (state, "app.publish", None), step)?;
            let app = App { current: Some(number), updated_at: step.at, ..app };
            let words = version.about.capability_words();
            store::update(tx, &app, shown(&version.about, &words))?;
            follow(tx, &app, &version)?;
            versions::prune(tx, app.id, app.current, settings.kept_versions)?;
            entry(tx, app)
        };
        self.db.write(scope, publish).await
    }

    /// Blocks an app, or lets it go on. A blocked one stays where it is installed and does nothing there.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn set_blocked(&self, scope: &Scope, app: AppId, blocked: bool) -> Result<Entry> {
        scope.require(Permission::AppManage)?;
        let step = self.step();
        let block = move |tx: &Tx<'_>| {
            let before = store::lookup(tx, app)?.ok_or(Error::NotFound { app })?;
            if before.is_blocked == blocked {
                return entry(tx, before);
            }
            let app = App { is_blocked: blocked, updated_at: step.at, ..before };
            keep(tx, &app)?;
            let action = if blocked { "app.block" } else { "app.unblock" };
            let told = (Some(json!({ "blocked": !blocked })), Some(json!({ "blocked": blocked })));
            step.tell(tx, action, About::app(app.id), told)?;
            wake_teams(tx, app.id)?;
            entry(tx, app)
        };
        self.db.write(scope, block).await
    }

    /// What depends on an app: the teams that have it, the setup policies that install it, the operator's
    /// offer.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn dependents(&self, scope: &Scope, app: AppId) -> Result<Dependents> {
        scope.require(Permission::AppManage)?;
        let read = move |tx: &Tx<'_>| {
            let app = store::lookup(tx, app)?.ok_or(Error::NotFound { app })?;
            dependents(tx, &app)
        };
        self.db.read(scope, read).await
    }

    /// Removes an app with all its versions. When something depends on it, `anyway` takes it from there too.
    ///
    /// Administrators remove from the catalogue; owners of a team what was uploaded to it; who submitted an
    /// app may take it back before it is published.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::InUse`] with what depends on it, [`Error::OwnersOnly`].
    pub async fn remove(&self, scope: &Scope, id: AppId, anyway: bool) -> Result<()> {
        scope.require(Permission::AppInstall)?;
        let step = self.step();
        let remove = move |tx: &Tx<'_>| {
            let app = crate::catalogue::visible(tx, id)?;
            may_remove(tx, &app)?;
            let found = dependents(tx, &app)?;
            // An upload is in its own team and nowhere else.
            if app.team.is_none() && !found.is_empty() && !anyway {
                let fields = words::dependents(&found, tx.scope().language());
                return Err(Error::InUse { dependents: Box::new(found), fields });
            }
            wake_teams(tx, id)?;
            let newest = versions::newest(tx, id)?;
            store::delete(tx, id)?;
            let before = newest.as_ref().map(document);
            let about = About { app: id, team: app.team, number: app.current };
            Ok(step.tell(tx, "app.remove", about, (before, None))?)
        };
        self.db.write(scope, remove).await
    }
}

/// Writes what lists show unchanged, and everything else as it is now.
pub(crate) fn keep(tx: &Tx<'_>, app: &App) -> Result<()> {
    let number = app.current;
    let version = match number {
        Some(number) => versions::lookup(tx, app.id, number)?,
        None => versions::newest(tx, app.id)?,
    };
    let about = version.map(|version| version.about).unwrap_or_default();
    let words = about.capability_words();
    Ok(store::update(tx, app, shown(&about, &words))?)
}

fn may_remove(tx: &Tx<'_>, app: &App) -> Result<()> {
    let scope = tx.scope();
    match app.team {
        _ if scope.may(Permission::AppManage) => Ok(()),
        Some(team) => crate::installs::owned(tx, team).map(drop),
        None if app.current.is_none() && app.created_by == scope.user() => Ok(()),
        None => Ok(scope.require(Permission::AppManage)?),
    }
}

fn known(tx: &Tx<'_>, app: AppId, number: i64) -> Result<(App, Version)> {
    let found = store::lookup(tx, app)?.filter(|it| it.team.is_none());
    let found = found.ok_or(Error::NotFound { app })?;
    let version = versions::lookup(tx, app, number)?;
    Ok((found, version.ok_or(Error::VersionNotFound { app, number })?))
}

fn expect(version: &Version, states: &[VersionState], wanted: &'static str) -> Result<()> {
    if states.contains(&version.state) {
        return Ok(());
    }
    Err(Error::WrongState { state: version.state.as_str(), wanted })
}

const fn refuse_blocked(app: &App) -> Result<()> {
    if app.is_blocked { Err(Error::Blocked { app: app.id }) } else { Ok(()) }
}

fn decide(
    tx: &Tx<'_>,
    (app, version): (&App, &Version),
    (state, action, reason): (VersionState, &'static str, Option<String>),
    step: Step,
) -> Result<()> {
    let after = Version {
        state,
        reason,
        decided_by: tx.scope().user(),
        decided_at: Some(step.at),
        ..version.clone()
    };
    versions::decide(tx, app.id, &after)?;
    let told = (Some(document(version)), Some(document(&after)));
    Ok(step.tell(tx, action, About::version(app.id, version.number), told)?)
}

/// Teams take the new version over where consent covers it.
pub(crate) fn follow(tx: &Tx<'_>, app: &App, version: &Version) -> Result<()> {
    let asks = version.about.asks();
    each_team(tx, app.id, &mut |tx, installed| {
        if asks.is_within(&installed.asks) {
            installs::put(tx, &Installation { number: version.number, ..installed })?;
        }
        Ok(())
    })?;
    wake_teams(tx, app.id)
}

/// Tells every team that has the app that it changed.
pub(crate) fn wake_teams(tx: &Tx<'_>, app: AppId) -> Result<()> {
    each_team(tx, app, &mut |tx, installed| {
        tx.notify(crate::APPS_TOPIC, installed.team.uuid(), 0);
        Ok(())
    })
}

fn each_team(
    tx: &Tx<'_>,
    app: AppId,
    act: &mut dyn FnMut(&Tx<'_>, Installation) -> Result<()>,
) -> Result<()> {
    let mut after = TeamId::from(uuid::Uuid::nil());
    loop {
        let slice = installs::of_app(tx, app, after, SLICE)?;
        let Some(last) = slice.last() else { return Ok(()) };
        after = last.team;
        for installed in slice {
            act(tx, installed)?;
        }
    }
}

fn dependents(tx: &Tx<'_>, app: &App) -> Result<Dependents> {
    let mut found = installs::dependents(tx, app.id)?;
    for (team, name) in &mut found.teams {
        // An administrator of apps may not know of every team: then the identifier stands for it.
        *name = match access::team(tx, *team) {
            Ok(access) => access.team.name,
            Err(workspace::Error::TeamNotFound { .. }) => team.to_string(),
            Err(error) => return Err(error.into()),
        };
    }
    found.is_offered = app.is_offered;
    Ok(found)
}

/// Longest reason of a rejection.
const MAX_REASON_CHARS: usize = 500;
/// Installations that are read at a time.
const SLICE: u32 = 200;
