//! The rooms of one hub, built once.

mod crm;
mod deployment;
mod ground;
mod keys;
mod linking;
mod mail;
mod meetings;

use std::{path::Path, sync::Arc};

use apps::Apps;
use card_actions::{ActionParts, CardActions};
use channel_connectors::{CardMails, ChannelConnectors, FreeSpace, MailParts};
use connector_host::{ConnectorHost, Sites};
use connector_registry::{
    Configurations, Registrations, RegistryParts, forget_webhook,
    hosting::{Hosting, HostingParts},
    registry,
};
use db::Db;
use identity::{Identity, SystemScopes};
use kernel::{Clock, Ids, SystemClock};
use seal::Sealer;
use targets::Targets;
use url::Url;
use webhook_import::{ImportParts, Imports};
use workspace::{FileStore, Workspace};

use self::ground::{Ground, parts};
pub(crate) use self::keys::{KEY_CHECK, follow_key, key_from, read_key, sealed_columns};
use crate::{
    exit::{Exit, Failure, Result},
    settings::Settings,
    storage::{self, Engine},
};

/// The rooms of one hub.
#[derive(Debug, Clone)]
pub(crate) struct Hub {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) scopes: SystemScopes,
    pub(crate) identity: Arc<Identity>,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) connectors: Arc<ChannelConnectors>,
    pub(crate) registrations: Arc<Registrations>,
    pub(crate) configurations: Arc<Configurations>,
    pub(crate) card_mails: Arc<CardMails>,
    pub(crate) imports: Arc<Imports>,
    pub(crate) actions: Arc<CardActions>,
    pub(crate) targets: Arc<Targets>,
    /// Connectors to APIs.
    pub(crate) api_connectors: Arc<connectors::Connectors>,
    /// Published selections of their operations.
    pub(crate) published: Arc<actions::Actions>,
    /// The sales surfaces.
    pub(crate) sales: Arc<sales::Sales>,
    /// The records of environments.
    pub(crate) records: records::Records,
    /// Files of rows in and out.
    pub(crate) transfer: Arc<transfer::Transfer>,
    /// The life of environments.
    pub(crate) environments: Arc<environments::Environments>,
    /// CRMs of sellers.
    pub(crate) crm: crm_connections::CrmConnections,
    /// What administrators of sales set.
    pub(crate) sales_settings: sales_settings::SalesSettings,
    /// Mails of sellers.
    pub(crate) mailbox: Arc<mailbox::Mailbox>,
    /// People's data.
    pub(crate) privacy: ::privacy::Privacy,
    /// Meetings of sellers.
    pub(crate) meetings: Arc<::meetings::Meetings>,
    /// The roll-out.
    pub(crate) deployment: ::deployment::Deployment,
    pub(crate) language: language_features::LanguageFeatures,
    /// Whether records may be linked to channels.
    pub(crate) linking_setup: Arc<linking_setup::LinkingSetup>,
    /// Microsoft Teams of tenants.
    teams: Arc<linking_setup::MicrosoftTeams>,
    pub(crate) linking: Arc<::linking::Linking>,
    pub(crate) linking_sync: Arc<linking_sync::LinkingSync>,
    pub(crate) apps: Arc<Apps>,
    pub(crate) space: FreeSpace,
    pub(crate) public_url: Url,
    /// The only way out.
    pub(crate) client: egress::Client,
    image_key: [u8; 32],
    sealer: Sealer,
    /// Origins of connectors' own pages.
    hosting: Arc<Hosting>,
}

impl Hub {
    /// Opens the data that the settings name, and checks that the sealing key fits them.
    pub(crate) async fn open(settings: &Settings, public_url: Url) -> Result<Self> {
        let wanted = settings.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let (db, engine) = storage::open(&wanted)?;
            let sealer = read_key(&wanted.seal_key())?;
            // What every node of the hub has alike, each for one purpose.
            let image_key = *sealer.derive("liaison picture addresses 1").expose();
            let origin_key = *sealer.derive("liaison connector origins 1").expose();
            let client = egress::Client::new(wanted.egress.clone())
                .map_err(|error| Failure::of(Exit::Config, &error))?;
            Ok::<_, Failure>(Opened { db, engine, sealer, image_key, origin_key, client })
        });
        let opened = opened.await.map_err(|error| Failure::plain(&error))??;
        let hub = Self::build(settings, public_url, opened)?;
        // before the first migration there is nothing to read
        drop(hub.teams.load().await);
        hub.scopes.check_seal().await.map_err(|error| {
            let failure = Failure::coded(&error);
            Failure::new(
                Exit::Refused,
                format!(
                    "the sealing key {} does not open the data: {failure}",
                    settings.seal_key().display()
                ),
            )
        })?;
        Ok(hub)
    }

    fn build(settings: &Settings, public_url: Url, opened: Opened) -> Result<Self> {
        let Opened { db, engine, sealer, image_key, origin_key, client } = opened;
        let (clock, ids): (Arc<dyn Clock>, _) = (Arc::new(SystemClock), Ids::system());
        let (identity, scopes) = Identity::open(identity::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: client.clone(),
            public_url: public_url.clone(),
            settings: settings.identity.clone(),
        });
        let networks = egress::Networks::new(&settings.egress);
        let on = Ground { db, clock, ids, sealer, scopes, identity, client, networks, public_url };
        let data = storage::files_folder(&settings.data);
        let workspace = Arc::new(Workspace::new(
            on.db.clone(),
            Arc::clone(&on.clock),
            on.ids.clone(),
            files(&data)?,
            settings.workspace()?,
        ));
        // On PostgreSQL the disk of this machine holds files only.
        let space = match engine {
            Engine::Sqlite => FreeSpace::of(&settings.data),
            Engine::Postgres => FreeSpace::fixed(100),
        };
        let connectors = Arc::new(ChannelConnectors::new(parts!(
            channel_connectors::Parts, on => [db, clock, ids, sealer, scopes];
            space: space.clone(),
            on_removal: forget_webhook,
            settings: settings.webhooks.clone(),
        )));
        let card_mails = Arc::new(CardMails::new(parts!(
            MailParts, on => [db, clock, scopes];
            workspace: Arc::clone(&workspace),
        )));
        let imports = Arc::new(Imports::new(parts!(
            ImportParts, on => [db, clock, ids];
            webhooks: Arc::clone(&connectors),
        )));
        let apps = Arc::new(Apps::new(parts!(
            apps::Parts, on => [db, clock, ids, scopes];
            settings: settings.apps,
        )));
        let (registrations, configurations) = registry(parts!(
            RegistryParts, on => [db, clock, ids, scopes, networks];
            apps: Arc::clone(&apps),
            webhooks: Arc::clone(&connectors),
            workspace: Arc::clone(&workspace),
        ));
        let hosting = Hosting::new(
            &settings.connector_host,
            parts!(HostingParts, on => [public_url, client, clock]; key: origin_key),
        );
        let hosting = hosting.map_err(|error| Failure::of(Exit::Config, &error))?;
        let actions = Arc::new(CardActions::new(parts!(
            ActionParts, on => [db, clock, ids, scopes, identity, client, networks];
            workspace: Arc::clone(&workspace),
            settings: settings.webhooks.actions.clone(),
        )));
        let targets = Targets::new(parts!(
            targets::Parts,
            on => [db, clock, ids, sealer, scopes, identity, client, public_url];
            workspace: Arc::clone(&workspace),
            node: match engine {
                Engine::Sqlite => None,
                Engine::Postgres => Some(on.ids.fresh()),
            },
            settings: settings.targets.clone(),
        ));
        let targets = Arc::new(targets.map_err(|error| Failure::coded(&error))?);
        let api_connectors = Arc::new(connectors::Connectors::new(parts!(
            connectors::Parts,
            on => [db, clock, ids, sealer, scopes, identity, client, public_url];
            settings: settings.connectors,
        )));
        let published = Arc::new(actions::Actions::new(parts!(
            actions::Parts, on => [db, clock, ids, scopes, identity];
            connectors: Arc::clone(&api_connectors),
        )));
        let sales = Arc::new(sales::Sales::new(parts!(
            sales::Parts, on => [db, clock, ids, scopes, identity];
            connectors: Arc::clone(&api_connectors),
            actions: Arc::clone(&published),
            settings: settings.sales,
        )));
        let records = records::Records::new(parts!(
            records::Parts, on => [db, clock, ids, identity, scopes];
            settings: settings.records.clone(),
        ));
        let environments = Arc::new(environments::Environments::new(parts!(
            environments::Parts, on => [db, clock, ids, identity, scopes];
            records: records.clone(),
            settings: settings.environments.clone(),
        )));
        let transfer = Arc::new(transfer::Transfer::new(parts!(
            transfer::Parts, on => [db, clock, ids, scopes];
            records: records.clone(),
            settings: settings.transfer.clone(),
        )));
        let crm = crm_connections::CrmConnections::new(parts!(
            crm_connections::Parts,
            on => [db, clock, ids, sealer, scopes, identity, client, networks, public_url];
            connectors: Arc::clone(&api_connectors),
            records: records.clone(),
            adapters: crm::adapters(&settings.crm, (&on.client, &on.clock, &records)),
            settings: settings.crm.clone(),
        ));
        let own = crm.clone();
        let sales_settings = sales_settings::SalesSettings::new(parts!(
            sales_settings::Parts, on => [db, clock];
            seat: Box::new(move |scope, system| {
                let crm = own.clone();
                Box::pin(async move { crm.place(&scope, system).await })
            }),
        ));
        let mailbox = Arc::new(mailbox::Mailbox::new(parts!(
            mailbox::Parts, on => [db, clock, ids, scopes, identity];
            crm: crm.clone(),
            sales: Arc::clone(&sales),
            files: files(&data.join("mail"))?,
            settings: settings.mailbox,
        )));
        let teams = linking::workspaces(&on, &workspace);
        mailbox.reach(mail::reach(&on.client, &teams, &on.sealer));
        let language = language_features::LanguageFeatures::new(parts!(
            language_features::Parts, on => [db, clock, ids, sealer, client];
        ));
        language.given_by(crm::gate(&crm));
        let deployment = deployment::open(&deployment::On {
            ground: &on,
            connectors: &api_connectors,
            environments: &environments,
            records: &records,
            crm: &crm,
            workspace: &workspace,
            teams: &teams,
        });
        let workspaces: Arc<dyn linking_setup::Workspaces> = Arc::clone(&teams) as _;
        let linking_setup = linking_setup::LinkingSetup::open(parts!(
            linking_setup::Parts, on => [db, clock, ids, identity, scopes];
            records: records.clone(),
            workspaces: Arc::clone(&workspaces),
        ));
        if !settings.linking.enabled {
            linking_setup.close();
        }
        let linking = ::linking::Linking::open(parts!(
            ::linking::Parts, on => [db, clock, ids, identity, scopes];
            records: records.clone(),
            setup: Arc::clone(&linking_setup),
            workspaces: Arc::clone(&workspaces),
            base: on.public_url.clone(),
            settings: settings.linking.clone(),
        ));
        linking.connect(crm.clone());
        let linking_sync = linking_sync::LinkingSync::open(parts!(
            linking_sync::Parts, on => [db, clock, ids, identity, scopes];
            records: records.clone(),
            setup: Arc::clone(&linking_setup),
            linking: Arc::clone(&linking),
            workspaces: workspaces,
            workspace: Arc::clone(&workspace),
            base: on.public_url.clone(),
        ));
        let meetings = Arc::new(::meetings::Meetings::new(parts!(
            ::meetings::Parts, on => [db, clock, ids, scopes, identity];
            crm: crm.clone(),
            mailbox: Arc::clone(&mailbox),
            language: language.clone(),
            linking: Arc::clone(&linking),
            workspace: Arc::clone(&workspace),
            workspaces: Arc::clone(&teams) as _,
            teams: deployment.teams().clone(),
            outside: meetings::outside(&teams, &deployment, &on.scopes),
            base: on.public_url.clone(),
            settings: settings.meetings,
        )));
        let privacy = ::privacy::Privacy::new(parts!(
            ::privacy::Parts, on => [db, clock, ids, scopes, identity];
            files: files(&data.join("privacy"))?,
            keepers: vec![Arc::clone(&mailbox) as _, Arc::clone(&meetings) as _],
        ));
        let mut plugins = linking_setup.plugins();
        plugins.extend(linking.plugins());
        plugins.extend(linking_sync.plugins());
        records.plug(plugins);
        let Ground { db, clock, ids, sealer, scopes, identity, client, public_url, .. } = on;
        Ok(Self {
            db,
            clock,
            ids,
            scopes,
            identity,
            workspace,
            connectors,
            registrations,
            configurations,
            card_mails,
            imports,
            actions,
            targets,
            api_connectors,
            published,
            sales,
            records,
            environments,
            transfer,
            crm,
            sales_settings,
            mailbox,
            privacy,
            meetings,
            deployment,
            language,
            linking_setup,
            teams,
            linking,
            linking_sync,
            apps,
            space,
            public_url,
            client,
            image_key,
            sealer,
            hosting: Arc::new(hosting),
        })
    }

    /// The rooms as the edges take them.
    pub(crate) fn rooms(&self) -> server::Rooms {
        parts!(
            server::Rooms,
            self => [
                identity, workspace, connectors, registrations, configurations, imports, actions,
                api_connectors, published, sales, linking_setup, linking, linking_sync, targets,
                apps, hosting, records, environments, transfer, crm, sales_settings, mailbox,
                privacy, meetings, deployment, language, clock, ids,
            ];
        )
    }

    /// What the pages stand on.
    pub(crate) fn pages(&self) -> web_frame::App {
        web_frame::App::new(parts!(
            web_frame::Services,
            self => [
                identity, workspace, connectors, registrations, configurations, imports, actions,
                api_connectors, published, sales, linking_setup, linking, linking_sync, targets,
                apps, hosting, records, environments, transfer, crm, mailbox, deployment, clock,
            ];
            pictures: workspace::Pictures::new(Some(self.client.clone()), &self.image_key),
        ))
    }

    /// The origins of connectors' own pages.
    pub(crate) fn origins(&self) -> ConnectorHost {
        let (scopes, registrations) = (self.scopes.clone(), Arc::clone(&self.registrations));
        let sites: Sites = Box::new(move |tenant, connector| {
            let (scope, registrations) =
                (scopes.scope(tenant, "connector-host"), Arc::clone(&registrations));
            Box::pin(async move {
                let found = registrations.origin(&scope, connector).await;
                found.ok().map(|connector| connector.valid_domains)
            })
        });
        ConnectorHost::new(connector_host::Parts {
            hosting: Arc::clone(&self.hosting),
            sites,
            client: self.client.clone(),
            script: web_frame::assets::content("bridge.js"),
            inside: web_frame::assets::content("inside.js"),
        })
    }

    /// The edge of agents.
    pub(crate) fn agents(&self, settings: &mcp::Settings, http: &edge::Settings) -> mcp::Mcp {
        let key = *self.sealer.derive("liaison agent sessions 1").expose();
        let settings = (settings.clone(), http.clone());
        server::agents(&self.rooms(), settings, self.public_url.as_str(), key)
    }

    /// The keys of the hub; all clones change together.
    pub(crate) fn sealer(&self) -> Sealer {
        self.sealer.clone()
    }

    /// Every tenant, the first one first.
    pub(crate) async fn tenants(&self) -> Result<Vec<identity::tenants::Tenant>> {
        Ok(self.scopes.tenants().await?)
    }

    /// Finishes what is queued and closes the database.
    pub(crate) async fn close(self) {
        let db = self.db.clone();
        drop(self);
        if let Err(error) = tokio::task::spawn_blocking(move || db.close()).await {
            tracing::error!(%error, "closing the database failed");
        }
    }
}

/// A folder of files, made where there is none.
fn files(folder: &Path) -> Result<FileStore> {
    FileStore::open(folder).map_err(|error| {
        Failure::new(Exit::Config, format!("the folder {}: {error}", folder.display()))
    })
}

/// What was opened on a thread that may block.
struct Opened {
    db: Db,
    engine: Engine,
    sealer: Sealer,
    image_key: [u8; 32],
    origin_key: [u8; 32],
    client: egress::Client,
}
