//! Uploads to one team: judged mildly, seen by nobody else.

use app_packages::{Finding, Level};
use db::Tx;
use kernel::{Permission, Scope, TeamId};

use crate::{
    App, Apps, Error, Installation, Installed, Origin, Result,
    catalogue::{add_version, new_app, shown},
    installs::{UPLOADED, owned, person},
    store::{self, installs, versions},
};

impl Apps {
    /// Uploads a package to a team and installs it there, or a higher version of what was uploaded before.
    /// The warnings are answered with it. Uploading is consent.
    ///
    /// # Errors
    /// [`Error::Refused`] on the level load, [`Error::OwnersOnly`], [`Error::VersionNotHigher`],
    /// [`Error::Blocked`], [`Error::TooMany`], [`Error::QuotaExceeded`], [`Error::PersonNeeded`].
    pub async fn upload(
        &self,
        scope: &Scope,
        team: TeamId,
        zip: Vec<u8>,
    ) -> Result<(Installed, Vec<Finding>)> {
        scope.require(Permission::AppInstall)?;
        // Before the package is looked at: nobody else's processor time is theirs.
        self.db.read(scope, move |tx| owned(tx, team).map(drop)).await?;
        let taken = self.take(scope, zip, Level::Load).await?;
        let findings = taken.findings.clone();
        let (step, fresh) = (self.step(), self.ids.fresh());
        let settings = self.settings;
        let upload = move |tx: &Tx<'_>| {
            let by = person(tx.scope())?;
            owned(tx, team)?;
            let present = store::find_upload(tx, team, &taken.manifest_id)?;
            let app = if let Some(app) = present {
                app
            } else {
                // What an administrator blocked in the catalogue is blocked by this way too.
                if let Some(app) = store::find_by_manifest(tx, &taken.manifest_id)?
                    && app.is_blocked
                {
                    return Err(Error::Blocked { app: app.id });
                }
                let limit = settings.max_team_uploads;
                if store::count(tx, Some(team))? >= i64::from(limit) {
                    return Err(Error::TooMany { limit });
                }
                let app = new_app(fresh, &taken, Origin::Upload, (tx.scope(), step.at));
                let app = App { team: Some(team), ..app };
                store::insert(tx, &app, shown(&taken.about, &taken.about.capability_words()))?;
                app
            };
            let app = add_version(tx, app, &taken, (UPLOADED, step, settings))?;
            let number = app.current.unwrap_or(1);
            let missing = || Error::VersionNotFound { app: app.id, number };
            let version = versions::lookup(tx, app.id, number)?.ok_or_else(missing)?;
            let before = installs::lookup(tx, team, app.id)?;
            let installation = Installation {
                team,
                app: app.id,
                number,
                asks: version.about.asks(),
                installed_by: before.as_ref().map_or(Some(by), |it| it.installed_by),
                installed_at: before.as_ref().map_or(step.at, |it| it.installed_at),
                consented_by: Some(by),
                consented_at: step.at,
            };
            installs::put(tx, &installation)?;
            Ok(Installed { app, version, installation })
        };
        Ok((self.db.write(scope, upload).await?, findings))
    }
}
