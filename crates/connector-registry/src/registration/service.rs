//! The service of registered connectors: the developer portal.

use std::{fmt, sync::Arc};

use channel_connectors::{Configured, Icon, IconKind, Place, State, Usage, hooks};
use db::Tx;
use event_log::{Change, Subject};
use jiff::Timestamp;
use kernel::{
    AppId, ConnectorId, Cursor, Limit, Page, Permission, Scope, TeamId, UserId, WebhookId,
};
use serde_json::{Value as Json, json};

use super::{
    Checked, Connector, Draft, NewConnector, Way, check, checked_logo, manifest, may_register,
    store,
};
use crate::{
    Configuration, ConfigurationState, Error, Result,
    configuration::{RegistryParts, drop_whole, person, store as configurations},
};

/// Registered connectors of every tenant.
pub struct Registrations {
    parts: Arc<RegistryParts>,
}

impl fmt::Debug for Registrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registrations").finish_non_exhaustive()
    }
}

/// What goes with a connector when it is deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct Consequences {
    /// Configurations, at most 500 of them named.
    pub configurations: Vec<Configuration>,
    /// Webhooks that answer 410 from then on.
    pub webhooks: usize,
}

impl Registrations {
    pub(crate) const fn new(parts: Arc<RegistryParts>) -> Self {
        Self { parts }
    }

    /// Registers a connector.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Government`], [`Error::Invalid`] with a pointer for each fault,
    /// [`Error::ConnectorTaken`], [`Error::Store`].
    pub async fn register(
        &self,
        scope: &Scope,
        (new, logo): (NewConnector, Option<Vec<u8>>),
    ) -> Result<Connector> {
        scope.require(Permission::ConnectorRegister)?;
        let new = self.registration(scope, (new, logo))?;
        let id = new.id;
        let register = move |tx: &Tx<'_>| new.insert(tx);
        self.parts.db.write(scope, register).await.map_err(|error| taken(error, id))
    }

    /// A registration that is ready to be written.
    fn registration(
        &self,
        scope: &Scope,
        (new, logo): (NewConnector, Option<Vec<u8>>),
    ) -> Result<Registration> {
        Ok(Registration {
            id: new.id.unwrap_or_else(|| self.parts.ids.fresh()),
            owner: person(scope)?,
            checked: check(&new, &self.parts.networks)?,
            logo: logo.map(checked_logo).transpose()?,
            now: self.parts.clock.now(),
        })
    }

    /// A connector of one's own; of anybody for administrators.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::UnknownConnector`], [`Error::Store`].
    pub async fn connector(&self, scope: &Scope, id: ConnectorId) -> Result<Connector> {
        scope.require(Permission::ConnectorRegister)?;
        self.parts.db.read(scope, move |tx| own(tx, id)).await
    }

    /// A connector for the origin that shows its pages. For jobs.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::UnknownConnector`], [`Error::Store`].
    pub async fn origin(&self, scope: &Scope, id: ConnectorId) -> Result<Connector> {
        scope.require(Permission::System)?;
        let found = self.parts.db.read_one(scope, move |tx| store::lookup(tx, id)).await?;
        found.ok_or(Error::UnknownConnector { connector: id })
    }

    /// Connectors of one's own, or all for administrators, in the order of registration.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn list(
        &self,
        scope: &Scope,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Connector>> {
        scope.require(Permission::ConnectorRegister)?;
        let after = match after {
            Some(cursor) => cursor.parse()?,
            None => uuid::Uuid::nil().into(),
        };
        let owner = if sees_all(scope) { None } else { Some(person(scope)?) };
        let read = move |tx: &Tx<'_>| store::page(tx, owner, after, limit.probe());
        let rows = self.parts.db.read_one(scope, read).await?;
        Ok(Page::cut(rows, limit, |connector| Cursor::new(&connector.id.to_string())))
    }

    /// Changes a connector as a form says; `logo`: `None` leaves it, `Some(None)` takes it away. Cards of
    /// what is set up appear under the new name and logo from now on.
    ///
    /// # Errors
    /// As [`Registrations::register`], and [`Error::UnknownConnector`].
    pub async fn update(
        &self,
        scope: &Scope,
        id: ConnectorId,
        (form, logo): (NewConnector, Option<Option<Vec<u8>>>),
    ) -> Result<Connector> {
        scope.require(Permission::ConnectorRegister)?;
        let now = self.parts.clock.now();
        // What is not there for the caller is not found, whatever the form holds.
        self.connector(scope, id).await?;
        if form.id.is_some_and(|named| named != id) {
            let detail = "an identifier is for life";
            return Err(Error::invalid("/id", "connector.id_fixed", detail));
        }
        let checked = check(&form, &self.parts.networks)?;
        let logo = logo.map(|logo| logo.map(checked_logo).transpose()).transpose()?;
        let update = move |tx: &Tx<'_>| {
            let before = own(tx, id)?;
            may_register(tx)?;
            store::update(tx, id, &checked, now)?;
            if let Some(logo) = &logo {
                store::set_logo(tx, id, logo.as_ref())?;
            }
            let logo = store::logo(tx, id)?;
            hooks::dress(tx, id, (&checked.name, logo.as_ref()))?;
            let after = own(tx, id)?;
            let documents = (id, Some(document(&before)), Some(document(&after)));
            audit(tx, "connector.update", documents, now)?;
            Ok(after)
        };
        self.parts.db.write(scope, update).await
    }

    /// How its page is shown from now on, as a trial found.
    ///
    /// # Errors
    /// As [`Registrations::connector`].
    pub async fn set_way(&self, scope: &Scope, id: ConnectorId, way: Way) -> Result<()> {
        scope.require(Permission::ConnectorRegister)?;
        let set = move |tx: &Tx<'_>| {
            own(tx, id)?;
            Ok(store::set_way(tx, id, way)?)
        };
        self.parts.db.write(scope, set).await
    }

    /// The logo, for everybody who may see the connector's cards.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn logo(&self, scope: &Scope, id: ConnectorId) -> Result<Option<Icon>> {
        scope.require(Permission::MessageRead)?;
        Ok(self.parts.db.read_one(scope, move |tx| store::logo(tx, id)).await?)
    }

    /// How much a connector is used.
    ///
    /// # Errors
    /// As [`Registrations::connector`].
    pub async fn usage(&self, scope: &Scope, id: ConnectorId) -> Result<Usage> {
        scope.require(Permission::ConnectorRegister)?;
        self.parts.webhooks.settle().await;
        let now = self.parts.clock.now();
        let read = move |tx: &Tx<'_>| {
            own(tx, id)?;
            Ok(hooks::usage(tx, id, now)?)
        };
        self.parts.db.read(scope, read).await
    }

    /// What would go with a connector.
    ///
    /// # Errors
    /// As [`Registrations::connector`].
    pub async fn consequences(&self, scope: &Scope, id: ConnectorId) -> Result<Consequences> {
        scope.require(Permission::ConnectorRegister)?;
        let read = move |tx: &Tx<'_>| {
            own(tx, id)?;
            let configurations = configurations::of_connector(tx, id, MANY)?;
            let webhooks = configurations.iter().filter(|one| one.webhook.is_some()).count();
            Ok(Consequences { configurations, webhooks })
        };
        self.parts.db.read(scope, read).await
    }

    /// Deletes a connector with everything that was set up with it: those webhooks answer 410 from now
    /// on, their messages stay. The identifier is never given again.
    ///
    /// # Errors
    /// As [`Registrations::connector`].
    pub async fn delete(&self, scope: &Scope, id: ConnectorId) -> Result<()> {
        scope.require(Permission::ConnectorRegister)?;
        let now = self.parts.clock.now();
        // In slices: a connector may be set up in many places.
        loop {
            let slice = move |tx: &Tx<'_>| {
                own(tx, id)?;
                let some = configurations::of_connector(tx, id, SLICE)?;
                for configuration in &some {
                    drop_whole(tx, configuration, now)?;
                }
                Ok::<_, Error>(some)
            };
            let gone = self.parts.db.write(scope, slice).await?;
            for hook in gone.iter().filter_map(|configuration| configuration.webhook) {
                self.parts.webhooks.forget(scope, hook);
            }
            if gone.is_empty() {
                break;
            }
        }
        let remove = move |tx: &Tx<'_>| {
            let before = own(tx, id)?;
            for configuration in configurations::of_connector(tx, id, MANY)? {
                drop_whole(tx, &configuration, now)?;
            }
            store::remove(tx, id, now)?;
            audit(tx, "connector.delete", (id, Some(document(&before)), None), now)
        };
        self.parts.db.write(scope, remove).await
    }

    /// The app manifest: as edited, else as the registration says.
    ///
    /// # Errors
    /// As [`Registrations::connector`].
    pub async fn manifest(&self, scope: &Scope, id: ConnectorId) -> Result<Draft> {
        scope.require(Permission::ConnectorRegister)?;
        let read = move |tx: &Tx<'_>| Ok::<_, Error>((own(tx, id)?, store::manifest(tx, id)?));
        let (connector, edited) = self.parts.db.read(scope, read).await?;
        Ok(Draft::of(&connector, edited))
    }

    /// Keeps an edited manifest; `None` goes back to what the registration says.
    ///
    /// # Errors
    /// [`Error::Invalid`] with a pointer for each fault, else as [`Registrations::connector`].
    pub async fn set_manifest(
        &self,
        scope: &Scope,
        id: ConnectorId,
        edited: Option<Json>,
    ) -> Result<Draft> {
        scope.require(Permission::ConnectorRegister)?;
        let now = self.parts.clock.now();
        let connector = self.connector(scope, id).await?;
        if let Some(edited) = &edited {
            manifest::check(&connector, edited)?;
        }
        let set = move |tx: &Tx<'_>| {
            own(tx, id)?;
            store::set_manifest(tx, id, edited.as_ref())?;
            let after =
                json!({ "manifest": if edited.is_some() { "edited" } else { "generated" } });
            audit(tx, "connector.manifest", (id, None, Some(after)), now)
        };
        self.parts.db.write(scope, set).await?;
        self.manifest(scope, id).await
    }

    /// The app package: manifest, and two icons made of the logo.
    ///
    /// # Errors
    /// [`Error::Invalid`], else as [`Registrations::connector`].
    pub async fn package(&self, scope: &Scope, id: ConnectorId) -> Result<Vec<u8>> {
        let draft = self.manifest(scope, id).await?;
        let logo = self.logo(scope, id).await?;
        // Pictures are scaled on a thread of their own.
        let made =
            tokio::task::spawn_blocking(move || manifest::package(&draft.manifest, logo.as_ref()));
        made.await.map_err(|_gone| db::Error::Closed)?
    }

    /// Uploads the package to a team, to try it there.
    ///
    /// # Errors
    /// [`Error::Apps`], else as [`Registrations::package`].
    pub async fn try_in_team(&self, scope: &Scope, id: ConnectorId, team: TeamId) -> Result<AppId> {
        let package = self.package(scope, id).await?;
        let (uploaded, _warnings) = self.parts.apps.upload(scope, team, package).await?;
        Ok(uploaded.app.id)
    }

    /// Turns an incoming webhook into a registered connector, set up where the webhook is, both or neither. Its URL
    /// stays.
    ///
    /// # Errors
    /// [`Error::Webhooks`], [`Error::Configured`], else as
    /// [`Registrations::register`].
    pub async fn adopt(
        &self,
        scope: &Scope,
        hook: WebhookId,
        form: NewConnector,
    ) -> Result<(Connector, Configuration)> {
        scope.require(Permission::WebhookManage)?;
        let webhook = self.parts.webhooks.lookup(scope, hook).await?;
        let icon = self.parts.webhooks.icon(scope, hook).await?;
        let form = NewConnector { teams: true, ..form };
        if webhook.configured.is_some() {
            return Err(Error::Configured { hook });
        }
        // Only who may see its address gives it to a connector.
        self.parts.webhooks.addresses(scope, hook).await?;
        scope.require(Permission::ConnectorRegister)?;
        let new = self.registration(scope, (form, icon.map(|icon| icon.bytes)))?;
        let (id, user, now) = (new.id, new.owner, new.now);
        let configuration = Configuration {
            id: self.parts.ids.fresh(),
            connector: id,
            place: Place::Channel(webhook.channel),
            webhook: Some(hook),
            name: webhook.name,
            settings: Some(serde_json::Map::new()),
            state: ConfigurationState::Active,
            created_by: user,
            created_at: now,
            updated_at: now,
            app: None,
            ended: None,
            staged: None,
        };
        let made = configuration.clone();
        let adopt = move |tx: &Tx<'_>| {
            let stored = hooks::lookup(tx, hook, now)?;
            let stored = stored.ok_or(channel_connectors::Error::Unknown { hook })?;
            if stored.state == State::Removed || stored.configured.is_some() {
                return Err(Error::Configured { hook });
            }
            let connector = new.insert(tx)?;
            let of = Configured { connector: id, configuration: configuration.id };
            hooks::set_configured(tx, hook, of)?;
            configurations::insert(tx, &configuration)?;
            let after = json!({ "webhook_id": hook });
            audit(tx, "connector.adopt", (id, None, Some(after)), now)?;
            Ok(connector)
        };
        let adopted = self.parts.db.write(scope, adopt).await;
        let connector = adopted.map_err(|error| taken(error, id))?;
        self.parts.webhooks.forget(scope, hook);
        Ok((connector, made))
    }
}

/// A registration that is ready to be written.
struct Registration {
    id: ConnectorId,
    owner: UserId,
    checked: Checked,
    logo: Option<Icon>,
    now: Timestamp,
}

impl Registration {
    fn insert(&self, tx: &Tx<'_>) -> Result<Connector> {
        may_register(tx)?;
        let (id, now) = (self.id, self.now);
        store::insert(tx, (id, self.owner), &self.checked, self.logo.as_ref(), now)?;
        let known = store::lookup(tx, id)?.ok_or(Error::UnknownConnector { connector: id })?;
        audit(tx, "connector.register", (id, None, Some(document(&known))), now)?;
        Ok(known)
    }
}

/// An identifier can be used once.
fn taken(error: Error, id: ConnectorId) -> Error {
    match error {
        Error::Store(broken) if broken.is_unique() => Error::ConnectorTaken { connector: id },
        other => other,
    }
}

fn sees_all(scope: &Scope) -> bool {
    scope.may(Permission::AppManage) || scope.may(Permission::WebhookManageAll)
}

/// The connector, when the actor registered it or administers all.
fn own(tx: &Tx<'_>, id: ConnectorId) -> Result<Connector> {
    let unknown = Error::UnknownConnector { connector: id };
    let Some(found) = store::lookup(tx, id)? else { return Err(unknown) };
    let scope = tx.scope();
    if sees_all(scope) || scope.user() == Some(found.owner) { Ok(found) } else { Err(unknown) }
}

fn audit(
    tx: &Tx<'_>,
    action: &'static str,
    (id, before, after): (ConnectorId, Option<Json>, Option<Json>),
    at: Timestamp,
) -> Result<()> {
    let subject = Subject::new("connector", id);
    Ok(event_log::audit(tx, &Change { action, subject, before, after, at })?)
}

fn document(connector: &Connector) -> Json {
    json!({
        "name": connector.name,
        "details": connector.details,
        "configuration_url": connector.configuration_url,
        "valid_domains": connector.valid_domains,
        "way": connector.way,
        "logo": connector.logo.map(IconKind::media_type),
    })
}

/// Named in one answer.
const MANY: i64 = 500;
/// Configurations of one transaction.
const SLICE: i64 = 50;
