//! Which connectors a place offers, and what is set up there.

use apps::{Source, TeamConnector};
use channel_connectors::{Place, access};
use db::Tx;
use egress::Networks;
use jiff::Timestamp;
use kernel::{AppId, ConnectorId, Limit, Permission, Scope, TeamId, UserId};
use url::Url;
use workspace::TeamFilter;

use super::{Configuration, Configurations, store};
use crate::{
    Connector, Error, Result,
    registration::{Checked, Details, domains, may_register, store as connectors},
};

/// Where an offer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferSource {
    /// The hub itself: the generic incoming webhook.
    BuiltIn,
    /// An app of the catalogue, installed in the team.
    Installed,
    /// An app that was uploaded to the team.
    Uploaded,
    /// An app that the operator offers to every organisation.
    Offered,
    /// Registered by the person who asks; for the own inbox.
    Own,
    /// No app brings it any more; what was set up goes on.
    ConfiguredOnly,
}

impl OfferSource {
    /// The word in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BuiltIn => "built_in",
            Self::Installed => "installed",
            Self::Uploaded => "uploaded",
            Self::Offered => "offered",
            Self::Own => "own",
            Self::ConfiguredOnly => "configured_only",
        }
    }
}

/// Which offers are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// Every one.
    #[default]
    All,
    /// Those of uploaded apps.
    Uploaded,
    /// Those that something is set up with.
    Configured,
}

/// A connector as a place offers it.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// The connector; none for the built-in incoming webhook, and for a manifest whose identifier is none.
    pub connector: Option<ConnectorId>,
    /// The app that brings it.
    pub app: Option<AppId>,
    /// Where it comes from.
    pub source: OfferSource,
    /// Its name; empty for the built-in one, whose name depends on the language.
    pub name: String,
    /// In one line.
    pub short_description: String,
    /// Who offers it.
    pub company_name: String,
    /// Path of its icon.
    pub icon: Option<String>,
    /// Whether there is a page to set it up with.
    pub configurable: bool,
    /// What is set up with it here.
    pub configured: Vec<Configuration>,
}

impl Configurations {
    /// The connectors of a place by name, the built-in incoming webhook first (channels only). Connectors
    /// that are not made for such a place are left out.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Workspace`], [`Error::Store`].
    pub async fn list(
        &self,
        scope: &Scope,
        place: Place,
        (which, search): (Which, Option<&str>),
    ) -> Result<Vec<Offered>> {
        scope.require(Permission::MessageRead)?;
        let teams = self.teams_of(scope, place).await?;
        let all = self.parts.db.read(scope, move |tx| offers(tx, place, &teams)).await?;
        let wanted = search.map(str::to_lowercase).unwrap_or_default();
        let wanted = wanted.trim();
        Ok(all
            .into_iter()
            .filter(|offer| match which {
                Which::All => true,
                Which::Uploaded => offer.source == OfferSource::Uploaded,
                Which::Configured => !offer.configured.is_empty(),
            })
            .filter(|offer| {
                let built_in = if offer.source == OfferSource::BuiltIn { BUILT_IN } else { "" };
                [&offer.name, &offer.short_description, &offer.company_name, built_in]
                    .iter()
                    .any(|text| text.to_lowercase().contains(wanted))
            })
            .collect())
    }

    /// One connector of a place.
    ///
    /// # Errors
    /// [`Error::NotOffered`], else as [`Configurations::list`].
    pub async fn offered(
        &self,
        scope: &Scope,
        place: Place,
        connector: ConnectorId,
    ) -> Result<Offered> {
        let all = self.list(scope, place, (Which::All, None)).await?;
        let found = all.into_iter().find(|offer| offer.connector == Some(connector));
        found.ok_or(Error::NotOffered { connector, place })
    }

    /// The teams whose apps count for a person's inbox; places of a team know their own.
    pub(super) async fn teams_of(&self, scope: &Scope, place: Place) -> Result<Vec<TeamId>> {
        let (Place::Inbox(_), Some(limit)) = (place, Limit::new(Limit::MAX)) else {
            return Ok(Vec::new());
        };
        let mine = self.parts.workspace.teams(scope, TeamFilter::Mine, None, limit).await?;
        Ok(mine.items.into_iter().map(|access| access.team.id).collect())
    }
}

/// What is known of one connector in a place.
#[derive(Debug)]
pub(super) struct Known {
    connector: Option<Connector>,
    app: Option<TeamConnector>,
}

/// What is known of a connector: its registration, and the app that brings it here.
pub(super) fn find(
    tx: &Tx<'_>,
    (place, teams): (Place, &[TeamId]),
    id: ConnectorId,
) -> Result<Known> {
    let named = id.to_string();
    let app = apps_of(tx, place, teams)?
        .into_iter()
        .find(|app| app.connector_id.eq_ignore_ascii_case(&named));
    Ok(Known { connector: connectors::lookup(tx, id)?, app })
}

impl Known {
    /// The connector, if it may be set up here. One that an app brings and nobody registered is
    /// registered now, with what the app's manifest says.
    pub(super) fn registered(
        &mut self,
        tx: &Tx<'_>,
        (place, id): (Place, ConnectorId),
        user: UserId,
        now: Timestamp,
    ) -> Result<Connector> {
        let own =
            |connector: &Connector| matches!(place, Place::Inbox(_)) && connector.owner == user;
        match (&self.connector, &self.app) {
            (Some(known), app) if known.suits(place) && (app.is_some() || own(known)) => {}
            (None, Some(app))
                if matches!(place, Place::Channel(_)) && !connectors::is_removed(tx, id)? =>
            {
                may_register(tx)?;
                let checked = Checked {
                    name: app.name.chars().take(NAME_CHARS).collect(),
                    details: Details {
                        short_description: app.short_description.clone(),
                        teams: true,
                        ..Details::default()
                    },
                    configuration_url: None,
                    valid_domains: readable(&app.valid_domains),
                };
                connectors::insert(tx, (id, user), &checked, None, now)?;
                self.connector = connectors::lookup(tx, id)?;
            }
            _ => return Err(Error::NotOffered { connector: id, place }),
        }
        self.connector.clone().ok_or(Error::UnknownConnector { connector: id })
    }

    /// The app that brings it.
    pub(super) fn app(&self) -> Option<AppId> {
        self.app.as_ref().map(|app| app.app)
    }

    /// The configuration page: the manifest's, else the registered one.
    pub(super) fn page(&self, networks: &Networks) -> Option<Url> {
        let manifest = self.app.as_ref().and_then(|app| app.configuration_url.as_ref());
        let manifest = manifest.and_then(|url| domains::address(url.as_str(), networks).ok());
        manifest.or_else(|| self.connector.as_ref()?.configuration_url.clone())
    }

    /// Hosts that its pages may come from: those registered, those of the manifest, and that of the
    /// configuration page itself.
    pub(super) fn domains(&self, networks: &Networks) -> Vec<String> {
        let registered = self.connector.iter().flat_map(|connector| &connector.valid_domains);
        let mut all: Vec<String> = registered.cloned().collect();
        all.extend(self.app.iter().flat_map(|app| readable(&app.valid_domains)));
        all.extend(self.page(networks).and_then(|page| {
            let host = page.host_str()?;
            Some(page.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
        }));
        all
    }
}

/// The entries of a manifest that are domains; a package is taken with others as well.
fn readable(entries: &[String]) -> Vec<String> {
    let one = |entry: &String| domains::read(std::slice::from_ref(entry), "/validDomains").ok();
    entries.iter().filter_map(one).flatten().collect()
}

fn apps_of(tx: &Tx<'_>, place: Place, teams: &[TeamId]) -> Result<Vec<TeamConnector>> {
    let own = access::team_of(tx, place)?;
    let mut all: Vec<TeamConnector> = Vec::new();
    for team in own.iter().chain(teams) {
        for app in apps::connectors_of_team(tx, *team)? {
            if all.iter().all(|known| !known.connector_id.eq_ignore_ascii_case(&app.connector_id)) {
                all.push(app);
            }
        }
    }
    Ok(all)
}

fn offers(tx: &Tx<'_>, place: Place, teams: &[TeamId]) -> Result<Vec<Offered>> {
    access::may_see(tx, place)?;
    let mut configured = store::of_place(tx, place)?;
    let mut take = |id: ConnectorId| -> Vec<Configuration> {
        configured.extract_if(.., |configuration| configuration.connector == id).collect()
    };
    let mut all = Vec::new();
    for app in apps_of(tx, place, teams)? {
        let id: Option<ConnectorId> = app.connector_id.to_ascii_lowercase().parse().ok();
        let connector = id.map(|id| connectors::lookup(tx, id)).transpose()?.flatten();
        let fits = match &connector {
            Some(connector) => connector.suits(place),
            None if !matches!(place, Place::Channel(_)) => false,
            // An app outlives the connector that its developer deleted.
            None => !id.map(|id| connectors::is_removed(tx, id)).transpose()?.unwrap_or(false),
        };
        if fits {
            let configured = id.map(&mut take).unwrap_or_default();
            all.push(offer(id, connector.as_ref(), Some(&app), configured));
        }
    }
    if let Place::Inbox(user) = place {
        let nil = uuid::Uuid::nil().into();
        for connector in connectors::page(tx, Some(user), nil, MAX_OWN)? {
            if connector.details.mail && all.iter().all(|o| o.connector != Some(connector.id)) {
                let configured = take(connector.id);
                all.push(offer(Some(connector.id), Some(&connector), None, configured));
            }
        }
    }
    while let Some(id) = configured.first().map(|configuration| configuration.connector) {
        let some = configured.extract_if(.., |configuration| configuration.connector == id);
        let some: Vec<_> = some.collect();
        let connector = connectors::lookup(tx, id)?;
        let left = offer(Some(id), connector.as_ref(), None, some);
        all.push(Offered { source: OfferSource::ConfiguredOnly, ..left });
    }
    kernel::sort_by_key(&mut all, |offer| offer.name.to_lowercase());
    if matches!(place, Place::Channel(_)) {
        all.insert(0, built_in());
    }
    Ok(all)
}

fn offer(
    id: Option<ConnectorId>,
    connector: Option<&Connector>,
    app: Option<&TeamConnector>,
    configured: Vec<Configuration>,
) -> Offered {
    let logo = connector.filter(|connector| connector.logo.is_some()).map(|connector| {
        format!("/api/v1/connectors/{}/logo?v={}", connector.id, connector.version)
    });
    let of_app = || {
        let app = app?;
        Some(format!("/api/v1/apps/{}/icon/{}", app.app, app.color_icon.as_ref()?))
    };
    let name = connector.map(|connector| &connector.name).or_else(|| app.map(|app| &app.name));
    let details = connector.map(|connector| &connector.details);
    let short = details.map(|details| &details.short_description);
    let page = |connector: &Connector| connector.configuration_url.is_some();
    Offered {
        connector: id,
        app: app.map(|app| app.app),
        source: app.map_or(OfferSource::Own, |app| match app.source {
            Source::Installed => OfferSource::Installed,
            Source::Uploaded => OfferSource::Uploaded,
            Source::Offered => OfferSource::Offered,
        }),
        name: name
            .or_else(|| configured.first().map(|configuration| &configuration.name))
            .cloned()
            .unwrap_or_default(),
        short_description: short
            .or_else(|| app.map(|app| &app.short_description))
            .cloned()
            .unwrap_or_default(),
        company_name: details.map(|details| details.company_name.clone()).unwrap_or_default(),
        icon: logo.or_else(of_app),
        configurable: id.is_some()
            && (app.is_some_and(|app| app.configuration_url.is_some())
                || connector.is_some_and(page)),
        configured,
    }
}

fn built_in() -> Offered {
    Offered {
        connector: None,
        app: None,
        source: OfferSource::BuiltIn,
        name: String::new(),
        short_description: String::new(),
        company_name: String::new(),
        icon: None,
        configurable: true,
        configured: Vec::new(),
    }
}

/// What the built-in connector is found by, in both languages.
const BUILT_IN: &str = "incoming webhook entrant";
/// The short name in app manifests.
const NAME_CHARS: usize = 30;
/// Our own choice: registered connectors of one person that the own inbox shows.
const MAX_OWN: i64 = 200;
