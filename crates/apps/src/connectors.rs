//! The connectors that the apps of a team bring, for the room that runs them.

use db::Tx;
use kernel::{AppId, Permission, Scope, TeamId};
use url::Url;

use crate::{
    Apps, Error, Origin, Result, TeamApp,
    installs::{of_team, readable},
};

/// Where a connector of a team came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Installed from the organisation's catalogue.
    Installed,
    /// Uploaded to this team.
    Uploaded,
    /// Offered by the operator and installed.
    Offered,
}

impl Source {
    /// The word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Uploaded => "uploaded",
            Self::Offered => "offered",
        }
    }
}

/// A connector that an app brings to a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamConnector {
    /// The app.
    pub app: AppId,
    /// Where it came from.
    pub source: Source,
    /// What it was registered with, as in the manifest.
    pub connector_id: String,
    /// The manifest's configuration page, which wins over the registered one.
    pub configuration_url: Option<Url>,
    /// Hosts whose pages belong to the app.
    pub valid_domains: Vec<String>,
    /// The short name.
    pub name: String,
    /// The short description.
    pub short_description: String,
    /// SHA-256 of the colour icon, in hexadecimal digits.
    pub color_icon: Option<String>,
    /// SHA-256 of the outline icon.
    pub outline_icon: Option<String>,
}

impl Apps {
    /// The connectors of the apps of a team that the actor reads; blocked apps have none.
    ///
    /// # Errors
    /// [`Error::Workspace`] when the team cannot be read, [`Error::Denied`].
    pub async fn connectors_of_team(
        &self,
        scope: &Scope,
        team: TeamId,
    ) -> Result<Vec<TeamConnector>> {
        scope.require(Permission::MessageRead)?;
        let read = move |tx: &Tx<'_>| {
            readable(tx, team)?;
            connectors_of_team(tx, team)
        };
        self.db.read(scope, read).await
    }
}

/// The same inside a closure, without asking for rights. What was uploaded hides a connector of the same
/// identifier that was installed.
///
/// # Errors
/// [`Error::Store`].
pub fn connectors_of_team(tx: &Tx<'_>, team: TeamId) -> Result<Vec<TeamConnector>, Error> {
    let language = tx.scope().language();
    let mut apps = of_team(tx, team)?;
    apps.retain(|it| !it.entry.app.is_blocked);
    kernel::sort_by_key(&mut apps, |it| it.entry.app.origin != Origin::Upload);
    let mut connectors: Vec<TeamConnector> = Vec::new();
    for app in &apps {
        for (id, page) in parts(app) {
            if connectors.iter().any(|it| it.connector_id.eq_ignore_ascii_case(id)) {
                continue;
            }
            let texts = app.version.about.texts(language);
            let icon = |hash: &String| (!hash.is_empty()).then(|| hash.clone());
            connectors.push(TeamConnector {
                app: app.entry.app.id,
                source: match app.entry.app.origin {
                    Origin::Catalogue => Source::Installed,
                    Origin::Upload => Source::Uploaded,
                    Origin::Offer => Source::Offered,
                },
                connector_id: id.to_owned(),
                configuration_url: page.cloned(),
                valid_domains: app.version.about.valid_domains.clone(),
                name: texts.name.clone(),
                short_description: texts.short_description.clone(),
                color_icon: icon(&app.version.color_icon),
                outline_icon: icon(&app.version.outline_icon),
            });
        }
    }
    Ok(connectors)
}

/// Identifiers of connectors whose apps the team has and an administrator blocked.
///
/// # Errors
/// [`Error::Store`].
pub fn blocked_connectors_of_team(tx: &Tx<'_>, team: TeamId) -> Result<Vec<String>, Error> {
    let apps = of_team(tx, team)?;
    let blocked = apps.iter().filter(|it| it.entry.app.is_blocked);
    Ok(blocked.flat_map(parts).map(|(id, _)| id.to_owned()).collect())
}

fn parts(app: &TeamApp) -> impl Iterator<Item = (&str, Option<&Url>)> {
    let connectors = app.version.about.connectors.iter();
    connectors.map(|it| (it.id.as_str(), it.configuration_url.as_ref()))
}
