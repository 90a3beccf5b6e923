//! A house with the registry around it.

use std::sync::Arc;

use channel_connectors::{CardMails, MailParts, Place, Settings};
use connector_registry::{
    Configurations, Connector, NewConnector, Opening, Registrations, RegistryParts, forget_webhook,
    registry,
};
use kernel::{Clock, Coded, Kind, Permission, Scope, TeamId};
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use workspace::{FileStore, Workspace};

use crate::house::{House, MEMBER, text};

pub(crate) const BASE: &str = "https://hub.example.org";
pub(crate) const PAGE: &str = "https://tasks.example.org/configure";

/// A house with the registry around it.
pub(crate) struct Office {
    pub(crate) house: House,
    pub(crate) registrations: Arc<Registrations>,
    pub(crate) configurations: Arc<Configurations>,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) apps: Arc<apps::Apps>,
    pub(crate) mails: CardMails,
    _files: TempDir,
}

pub(crate) fn form() -> NewConnector {
    NewConnector {
        name: "Tasks".to_owned(),
        short_description: "Task notifications".to_owned(),
        company_name: "Contoso".to_owned(),
        company_url: "https://contoso.example".to_owned(),
        configuration_url: PAGE.to_owned(),
        valid_domains: vec!["tasks.example.org".to_owned()],
        teams: true,
        groups: true,
        mail: true,
        ..NewConnector::default()
    }
}

pub(crate) fn settings() -> Json {
    json!({
        "entityId": "tasks-7", "configName": "Tasks of Sales", "x-unknown": {"kept": [1, 2]},
        "contentUrl": "https://tasks.example.org/edit", "removeUrl": "https://tasks.example.org/bye",
    })
}

impl Office {
    pub(crate) async fn new() -> Self {
        Self::with(workspace::Settings::default()).await
    }

    pub(crate) async fn with(settings: workspace::Settings) -> Self {
        let quick = Settings { patience_ms: 0, ..Settings::default() };
        let house = House::built(quick, forget_webhook).await;
        let files = TempDir::new().unwrap();
        let time = Arc::clone(&house.clock) as Arc<dyn Clock>;
        let store = FileStore::open(files.path()).unwrap();
        let workspace =
            Workspace::new(house.store.db(), Arc::clone(&time), house.ids.clone(), store, settings);
        let workspace = Arc::new(workspace);
        let apps = Arc::new(apps::Apps::new(apps::Parts {
            db: house.store.db(),
            clock: Arc::clone(&time),
            ids: house.ids.clone(),
            scopes: house.scopes.clone(),
            settings: apps::Settings::default(),
        }));
        let (registrations, configurations) = registry(RegistryParts {
            db: house.store.db(),
            clock: Arc::clone(&time),
            ids: house.ids.clone(),
            scopes: house.scopes.clone(),
            networks: egress::Networks::new(&egress::Settings::default()),
            apps: Arc::clone(&apps),
            webhooks: Arc::clone(&house.connectors),
            workspace: Arc::clone(&workspace),
        });
        let mails = CardMails::new(MailParts {
            db: house.store.db(),
            clock: time,
            scopes: house.scopes.clone(),
            workspace: Arc::clone(&workspace),
        });
        Self { house, registrations, configurations, workspace, apps, mails, _files: files }
    }

    pub(crate) fn developer(&self) -> Scope {
        let mut rights = MEMBER.to_vec();
        rights.extend([Permission::ConnectorRegister, Permission::AppInstall]);
        self.house.scope_of(self.house.owner, &rights)
    }

    pub(crate) fn system(&self) -> Scope {
        self.house.scopes.scope(self.house.tenant, "test")
    }

    /// A registered connector whose app the team has.
    pub(crate) async fn connector(&self, form: NewConnector) -> Connector {
        let made = self.registrations.register(&self.developer(), (form, None)).await.unwrap();
        self.install(&made, self.house.team).await;
        made
    }

    pub(crate) async fn install(&self, connector: &Connector, team: TeamId) {
        self.registrations.try_in_team(&self.developer(), connector.id, team).await.unwrap();
    }

    pub(crate) fn channel(&self) -> Place {
        Place::Channel(self.house.channel)
    }

    /// Begun and set, not saved.
    pub(crate) async fn set(&self, place: Place) -> Opening {
        let connector = self.connector(form()).await;
        let me = self.house.owner();
        let opening = self.configurations.begin(&me, place, connector.id).await.unwrap();
        self.configurations.set_settings(&me, opening.id, &settings()).await.unwrap();
        opening
    }

    pub(crate) async fn told(&self, who: &Scope, opening: &Opening, page: &str) -> Json {
        let page = page.parse().unwrap();
        let told = self.configurations.settings_of(who, opening.id, (BASE, &page)).await;
        Json::Object(told.unwrap())
    }

    /// Posts through the URL that a page was told.
    pub(crate) async fn post(&self, url: &str, said: &str) -> channel_connectors::Result<()> {
        let path = url.strip_prefix(BASE).unwrap();
        let sender = self.house.sender(path).await?;
        self.house.connectors.receive(&sender, text(said)).await.map(drop)
    }

    pub(crate) async fn url(&self, opening: &Opening) -> String {
        let told = self.told(&self.house.owner(), opening, PAGE).await;
        told["webhookUrl"].as_str().unwrap().to_owned()
    }
}

/// What is wrong where.
pub(crate) fn codes(error: &impl Coded) -> Vec<(String, &'static str)> {
    assert_eq!(error.code().kind(), Kind::Invalid, "{error}");
    error.fields().iter().map(|field| (field.pointer.to_string(), field.code)).collect()
}
