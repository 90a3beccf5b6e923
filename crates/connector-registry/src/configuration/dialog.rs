//! The life of a configuration: begun, set, saved, changed, removed.

use channel_connectors::{
    Busy, Configured, Place, Rate, State, Totals, Webhook,
    access::{self, Need},
};
use db::Tx;
use jiff::Timestamp;
use kernel::{ConfigurationId, ConnectorId, Permission, Scope, TeamId, WebhookId};
use serde_json::{Map, Value as Json};
use url::Url;

use super::{
    Configuration, ConfigurationState, Configurations, list,
    service::{audit, changeable, drop_whole, person},
    settings, store,
};
use crate::{Connector, Error, Result, is_valid_domain, registration::store as connectors};

/// What a page is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameContext {
    /// To set up or to change.
    Settings,
    /// To clean up before removal.
    Remove,
}

impl FrameContext {
    /// The word that pages are told.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Remove => "remove",
        }
    }
}

/// A dialog with the page of a connector.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// The configuration.
    pub id: ConfigurationId,
    /// As it is stored.
    pub configuration: Configuration,
    /// Its connector.
    pub connector: Connector,
    /// Where its cards go.
    pub place: Place,
    /// The page to load.
    pub page: Url,
    /// What for.
    pub context: FrameContext,
    /// Hosts that the page may come from: the registered ones and the manifest's.
    pub valid_domains: Vec<String>,
    /// The team of the place.
    pub(crate) team: Option<TeamId>,
}

impl Configurations {
    /// Begins a configuration; nothing works before its page has set something.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Workspace`], [`Error::Webhooks`],
    /// [`Error::NotOffered`], [`Error::NoPage`], [`Error::Government`], [`Error::TooManyPending`],
    /// [`Error::Store`].
    pub async fn begin(
        &self,
        scope: &Scope,
        place: Place,
        connector: ConnectorId,
    ) -> Result<Opening> {
        scope.require(Permission::WebhookManage)?;
        let (user, id, now) = (person(scope)?, self.parts.ids.fresh(), self.parts.clock.now());
        if matches!(place, Place::Inbox(_))
            && self.parts.workspace.settings().mail.relay_host.is_none()
        {
            return Err(workspace::Error::MailOff.into());
        }
        let teams = self.teams_of(scope, place).await?;
        let networks = self.parts.networks.clone();
        let begin = move |tx: &Tx<'_>| {
            let team = access::may_configure(tx, place, Need::SetUp)?;
            if store::count_pending(tx, user)? >= MAX_PENDING {
                return Err(Error::TooManyPending { limit: MAX_PENDING });
            }
            let mut known = list::find(tx, (place, &teams), connector)?;
            let connector = known.registered(tx, (place, connector), user, now)?;
            let page = known.page(&networks).ok_or(Error::NoPage { connector: connector.id })?;
            let valid_domains = known.domains(&networks);
            let configuration = Configuration {
                id,
                connector: connector.id,
                place,
                webhook: None,
                name: connector.name.clone(),
                settings: None,
                state: ConfigurationState::Pending,
                created_by: user,
                created_at: now,
                updated_at: now,
                // an inbox is of no team: what apps of its owner's teams bring may come from several
                app: team.and_then(|_| known.app()),
                ended: None,
                staged: None,
            };
            store::insert(tx, &configuration)?;
            let context = FrameContext::Settings;
            Ok(Opening { id, configuration, connector, place, page, context, valid_domains, team })
        };
        self.parts.db.write(scope, begin).await
    }

    /// Opens a configuration again to change it, or a pending one whose dialog was loaded anew.
    ///
    /// # Errors
    /// [`Error::UnknownConfiguration`], [`Error::UnknownConnector`], [`Error::NoPage`], else as
    /// [`Configurations::begin`].
    pub async fn begin_edit(&self, scope: &Scope, id: ConfigurationId) -> Result<Opening> {
        self.open(scope, id, FrameContext::Settings).await
    }

    /// Opens the page once more before its removal, so that it can clean up. Works with connectors
    /// switched off, too.
    ///
    /// # Errors
    /// [`Error::NoPage`] when there is no page to tell; else as [`Configurations::begin_edit`].
    pub async fn begin_remove(&self, scope: &Scope, id: ConfigurationId) -> Result<Opening> {
        self.open(scope, id, FrameContext::Remove).await
    }

    async fn open(
        &self,
        scope: &Scope,
        id: ConfigurationId,
        context: FrameContext,
    ) -> Result<Opening> {
        scope.require(Permission::WebhookManage)?;
        let place = self.configuration(scope, id).await?.place;
        let teams = self.teams_of(scope, place).await?;
        let networks = self.parts.networks.clone();
        let open = move |tx: &Tx<'_>| {
            let need = match context {
                FrameContext::Settings => Need::SetUp,
                FrameContext::Remove => Need::Remove,
            };
            let (configuration, connector) = changeable(tx, id, need)?;
            let known = list::find(tx, (place, &teams), connector.id)?;
            let (first, valid_domains) = (known.page(&networks), known.domains(&networks));
            let saved =
                |key| configuration.address(key).filter(|url| is_valid_domain(&valid_domains, url));
            let page = match context {
                FrameContext::Settings => saved("contentUrl"),
                FrameContext::Remove => saved("removeUrl").or_else(|| saved("contentUrl")),
            };
            let page = page.or(first).ok_or(Error::NoPage { connector: connector.id })?;
            let team = access::team_of(tx, place)?;
            Ok(Opening { id, configuration, connector, place, page, context, valid_domains, team })
        };
        self.parts.db.read(scope, open).await
    }

    /// Takes what the page sets. The first time the webhook is made, which accepts posts when this
    /// returns; nothing is saved before [`Configurations::commit`].
    ///
    /// # Errors
    /// [`Error::Invalid`] with a pointer for each fault, else as [`Configurations::begin_edit`].
    pub async fn set_settings(
        &self,
        scope: &Scope,
        id: ConfigurationId,
        sent: &Json,
    ) -> Result<()> {
        let opening = self.open(scope, id, FrameContext::Settings).await?;
        let (user, now) = (person(scope)?, self.parts.clock.now());
        let checked = settings::check(sent, &opening.valid_domains, &self.parts.networks)?;
        let prepared = if opening.configuration.webhook.is_none() {
            let webhook = self.webhook(scope, &opening, now)?;
            Some(self.parts.webhooks.prepare(scope, webhook, None)?)
        } else {
            None
        };
        let stage = move |tx: &Tx<'_>| {
            let (mut configuration, connector) = changeable(tx, id, Need::SetUp)?;
            if configuration.webhook.is_none()
                && let Some(prepared) = &prepared
            {
                let logo = connectors::logo(tx, connector.id)?;
                configuration.webhook =
                    Some(prepared.insert(tx, logo.as_ref(), "webhook.create")?);
            }
            configuration.staged = Some((checked.clone(), user));
            configuration.updated_at = now;
            Ok::<_, Error>(store::update(tx, &configuration)?)
        };
        self.parts.db.write(scope, stage).await
    }

    fn webhook(&self, scope: &Scope, opening: &Opening, now: Timestamp) -> Result<Webhook> {
        let nobody = uuid::Uuid::nil();
        Ok(Webhook {
            id: self.parts.ids.fresh(),
            team: opening.team.unwrap_or_else(|| nobody.into()),
            channel: if let Place::Channel(id) = opening.place { id } else { nobody.into() },
            place: opening.place,
            configured: Some(Configured {
                connector: opening.connector.id,
                configuration: opening.id,
            }),
            name: opening.connector.name.clone(),
            icon: opening.connector.logo,
            owner: person(scope)?,
            second_owner: None,
            state: State::Enabled,
            rate: Rate::Standard,
            max_body_bytes: None,
            busy: Busy::default(),
            created_at: now,
            updated_at: now,
            expires_at: None,
            overlap_until: None,
            totals: Totals::default(),
        })
    }

    /// What the page is told: nothing of a new one before it set something; else its own keys, the
    /// webhook's URL under `base`, the `appType`, and who set it up, if `page` is on the valid domains.
    ///
    /// # Errors
    /// As [`Configurations::begin_edit`].
    pub async fn settings_of(
        &self,
        scope: &Scope,
        id: ConfigurationId,
        (base, page): (&str, &Url),
    ) -> Result<Map<String, Json>> {
        scope.require(Permission::WebhookManage)?;
        let user = person(scope)?;
        let opening = match self.open(scope, id, FrameContext::Settings).await {
            // A page that cleans up asks as well, also when connectors are off.
            Err(Error::Webhooks(channel_connectors::Error::SwitchedOff { .. })) => {
                self.open(scope, id, FrameContext::Remove).await?
            }
            other => other?,
        };
        let configuration = opening.configuration;
        let staged = configuration.staged.filter(|(_, by)| *by == user).map(|(staged, _)| staged);
        let Some(mut known) = staged.or(configuration.settings) else { return Ok(Map::new()) };
        if let Some(hook) = configuration.webhook
            && let Some(address) = self.parts.webhooks.newest_address(scope, hook).await?
        {
            let url = address.connector_url(base);
            known.insert("webhookUrl".to_owned(), Json::from(url.expose().as_str()));
        }
        known.insert("appType".to_owned(), Json::from(opening.place.app_type()));
        if is_valid_domain(&opening.valid_domains, page) {
            let by = configuration.created_by.to_string();
            known.insert("userObjectId".to_owned(), Json::from(by));
        }
        Ok(known)
    }

    /// Saves what the page set. A page that set nothing is refused, unless something was saved before.
    ///
    /// # Errors
    /// [`Error::NothingSet`], else as [`Configurations::begin_edit`].
    pub async fn commit(&self, scope: &Scope, id: ConfigurationId) -> Result<Configuration> {
        scope.require(Permission::WebhookManage)?;
        let (user, now) = (person(scope)?, self.parts.clock.now());
        let commit = move |tx: &Tx<'_>| {
            let (before, connector) = changeable(tx, id, Need::SetUp)?;
            let mut after = before.clone();
            match after.staged.take() {
                Some((staged, by)) if by == user => {
                    after.name = settings::name(&staged).unwrap_or(connector.name);
                    after.settings = Some(staged);
                }
                // What somebody else is about to set stays for that person.
                other => after.staged = other,
            }
            if after.settings.is_none() {
                return Err(Error::NothingSet { configuration: id });
            }
            after.state = ConfigurationState::Active;
            after.updated_at = now;
            store::update(tx, &after)?;
            let fresh = before.state == ConfigurationState::Pending;
            let action = if fresh { "configuration.create" } else { "configuration.update" };
            audit(tx, action, ((!fresh).then_some(&before), Some(&after)), None, now)?;
            Ok(after)
        };
        self.parts.db.write(scope, commit).await
    }

    /// Gives a dialog up: what was begun goes with its webhook, a change is forgotten.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::UnknownConfiguration`], [`Error::Store`].
    pub async fn abandon(&self, scope: &Scope, id: ConfigurationId) -> Result<()> {
        scope.require(Permission::WebhookManage)?;
        let (user, now) = (person(scope)?, self.parts.clock.now());
        let abandon = move |tx: &Tx<'_>| {
            let mut configuration = super::service::visible(tx, id)?;
            if configuration.state == ConfigurationState::Pending {
                drop_whole(tx, &configuration, now)?;
                return Ok(configuration.webhook);
            }
            if configuration.staged.take_if(|(_, by)| *by == user).is_some() {
                store::update(tx, &configuration)?;
            }
            Ok(None)
        };
        let gone: Result<Option<WebhookId>> = self.parts.db.write(scope, abandon).await;
        self.forget(scope, gone?);
        Ok(())
    }

    /// Removes a configuration; its webhook answers 410 from now on, its messages stay.
    ///
    /// # Errors
    /// As [`Configurations::begin_remove`].
    pub async fn finish_remove(
        &self,
        scope: &Scope,
        id: ConfigurationId,
        reason: Option<&str>,
    ) -> Result<()> {
        scope.require(Permission::WebhookManage)?;
        let now = self.parts.clock.now();
        let reason: Option<String> =
            reason.map(|reason| reason.chars().take(MAX_REASON_CHARS).collect());
        let remove = move |tx: &Tx<'_>| {
            let (configuration, _connector) = changeable(tx, id, Need::Remove)?;
            drop_whole(tx, &configuration, now)?;
            let documents = (Some(&configuration), None);
            audit(tx, "configuration.delete", documents, reason.as_deref(), now)?;
            Ok(configuration.webhook)
        };
        let gone: Result<Option<WebhookId>> = self.parts.db.write(scope, remove).await;
        self.forget(scope, gone?);
        Ok(())
    }

    fn forget(&self, scope: &Scope, hook: Option<WebhookId>) {
        if let Some(hook) = hook {
            self.parts.webhooks.forget(scope, hook);
        }
    }
}

/// Our own choice: dialogs that one person may have open.
const MAX_PENDING: i64 = 20;
/// Our own choice.
const MAX_REASON_CHARS: usize = 500;
