//! Apps in teams: installed with consent, updated, taken out.

use db::Tx;
use kernel::{AppId, Permission, Scope, TeamId, UserId};
use serde_json::json;
use workspace::{TeamAccess, access};

use crate::{
    App, Apps, Entry, Error, Installation, Origin, Result, Version, VersionState,
    catalogue::entry,
    changes::About,
    store::{self, installs, versions},
};

/// An app in a team, with what can be said about it there.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamApp {
    /// The app, with the version that may be installed now.
    pub entry: Entry,
    /// The version that the team has.
    pub version: Version,
    /// When and by whom it was installed, and what was consented to.
    pub installation: Installation,
    /// The number of a newer version that waits for consent, if there is one.
    pub update: Option<i64>,
}

/// What an installation came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Installed {
    /// The app.
    pub app: App,
    /// The version.
    pub version: Version,
    /// The installation.
    pub installation: Installation,
}

impl Apps {
    /// The apps of a team that the actor reads: what was uploaded to it first, then the rest by name.
    ///
    /// # Errors
    /// [`Error::Workspace`] when the team cannot be read, [`Error::Denied`].
    pub async fn apps_of_team(&self, scope: &Scope, team: TeamId) -> Result<Vec<TeamApp>> {
        scope.require(Permission::MessageRead)?;
        let read = move |tx: &Tx<'_>| {
            readable(tx, team)?;
            let mut apps = of_team(tx, team)?;
            let key = |it: &TeamApp| {
                (it.entry.app.origin != Origin::Upload, it.version.about.en.name.to_lowercase())
            };
            kernel::sort_by_key(&mut apps, key);
            Ok(apps)
        };
        self.db.read(scope, read).await
    }

    /// Installs the published version of an app in a team. `consent` is the number of the version whose
    /// permissions, domains and abilities the person has seen; the same call updates.
    ///
    /// # Errors
    /// [`Error::OwnersOnly`], [`Error::ConsentOutdated`] when another version is published by now,
    /// [`Error::NotPublished`], [`Error::Blocked`], [`Error::NotFound`], [`Error::TooMany`].
    pub async fn install(
        &self,
        scope: &Scope,
        id: AppId,
        team: TeamId,
        consent: i64,
    ) -> Result<Installed> {
        scope.require(Permission::AppInstall)?;
        let step = self.step();
        let limit = self.settings.max_team_apps;
        let install = move |tx: &Tx<'_>| {
            let by = person(tx.scope())?;
            owned(tx, team)?;
            let app = store::lookup(tx, id)?.ok_or(Error::NotFound { app: id })?;
            let current = installable(&app, team)?;
            if current != consent {
                return Err(Error::ConsentOutdated { given: consent, current });
            }
            let missing = || Error::VersionNotFound { app: id, number: current };
            let version = versions::lookup(tx, id, current)?.ok_or_else(missing)?;
            let before = installs::lookup(tx, team, id)?;
            if app.is_withdrawn && before.is_none() {
                return Err(Error::NotPublished { app: id });
            }
            if before.is_none() && installs::count_of_team(tx, team)? >= i64::from(limit) {
                return Err(Error::TooMany { limit });
            }
            let installation = Installation {
                team,
                app: id,
                number: current,
                asks: version.about.asks(),
                installed_by: before.as_ref().map_or(Some(by), |it| it.installed_by),
                installed_at: before.as_ref().map_or(step.at, |it| it.installed_at),
                consented_by: Some(by),
                consented_at: step.at,
            };
            installs::put(tx, &installation)?;
            let action = if before.is_some() { "app.update" } else { "app.install" };
            let told = (before.as_ref().map(document), Some(document(&installation)));
            step.tell(tx, action, About::team(id, team, current), told)?;
            Ok(Installed { app, version, installation })
        };
        self.db.write(scope, install).await
    }

    /// Takes an app out of a team. What its connectors were set up for there ends with it.
    ///
    /// # Errors
    /// [`Error::NotInstalled`], [`Error::OwnersOnly`].
    pub async fn uninstall(&self, scope: &Scope, app: AppId, team: TeamId) -> Result<()> {
        scope.require(Permission::AppInstall)?;
        let step = self.step();
        let uninstall = move |tx: &Tx<'_>| {
            owned(tx, team)?;
            let before = installs::lookup(tx, team, app)?.ok_or(Error::NotInstalled { app })?;
            installs::delete(tx, team, app)?;
            let about = About::team(app, team, before.number);
            step.tell(tx, "app.uninstall", about, (Some(document(&before)), None))?;
            // An upload lives in its team only.
            if store::lookup(tx, app)?.is_some_and(|it| it.team == Some(team)) {
                store::delete(tx, app)?;
            }
            Ok(())
        };
        self.db.write(scope, uninstall).await
    }
}

/// Every app of a team, without asking for rights.
pub(crate) fn of_team(tx: &Tx<'_>, team: TeamId) -> Result<Vec<TeamApp>> {
    let mut apps = Vec::new();
    for installation in installs::of_team(tx, team)? {
        let Some(app) = store::lookup(tx, installation.app)? else { continue };
        let Some(version) = versions::lookup(tx, app.id, installation.number)? else { continue };
        let update =
            app.current.filter(|current| *current > installation.number && !app.is_blocked);
        apps.push(TeamApp { entry: entry(tx, app)?, version, installation, update });
    }
    Ok(apps)
}

/// The number of the version that may be installed in this team.
fn installable(app: &App, team: TeamId) -> Result<i64> {
    // Of an upload to another team nobody knows.
    if app.team.is_some_and(|own| own != team) {
        return Err(Error::NotFound { app: app.id });
    }
    if app.is_blocked {
        return Err(Error::Blocked { app: app.id });
    }
    app.current.ok_or(Error::NotPublished { app: app.id })
}

/// The team, if the actor reads it.
pub(crate) fn readable(tx: &Tx<'_>, team: TeamId) -> Result<TeamAccess> {
    let access = access::team(tx, team)?;
    if access.rights.read {
        Ok(access)
    } else {
        Err(workspace::Error::NotTeamMember { team }.into())
    }
}

/// The team, if the actor is its owner, or manages all.
pub(crate) fn owned(tx: &Tx<'_>, team: TeamId) -> Result<TeamAccess> {
    let access = readable(tx, team)?;
    if !access.rights.manage {
        return Err(Error::OwnersOnly);
    }
    if access.team.archived_at.is_some() {
        return Err(workspace::Error::TeamArchived { team }.into());
    }
    Ok(access)
}

/// Consent is a person's.
pub(crate) fn person(scope: &Scope) -> Result<UserId> {
    scope.user().ok_or(Error::PersonNeeded)
}

fn document(installation: &Installation) -> serde_json::Value {
    json!({
        "number": installation.number,
        "permissions": installation.asks.permissions,
        "valid_domains": installation.asks.valid_domains,
        "consented_by": installation.consented_by,
    })
}

/// The state that the version of an upload has from its first moment.
pub(crate) const UPLOADED: VersionState = VersionState::Published;
