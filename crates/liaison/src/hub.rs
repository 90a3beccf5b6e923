//! The rooms of one hub, built once.

mod crm;
mod deployment;
mod linking;
mod mail;
mod meetings;

use std::{path::Path, sync::Arc, time::Duration};

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
use kernel::{Clock, Ids, Secret, SystemClock};
use seal::{SealedColumn, Sealer};
use targets::Targets;
use tokio_util::sync::CancellationToken;
use url::Url;
use webhook_import::{ImportParts, Imports};
use workspace::{FileStore, Workspace};

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
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids = Ids::system();
        let (identity, scopes) = Identity::open(identity::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: client.clone(),
            public_url: public_url.clone(),
            settings: settings.identity.clone(),
        });
        let files = storage::files_folder(&settings.data);
        let files = FileStore::open(&files).map_err(|error| {
            Failure::new(Exit::Config, format!("the folder {}: {error}", files.display()))
        })?;
        let workspace = Arc::new(Workspace::new(
            db.clone(),
            Arc::clone(&clock),
            ids.clone(),
            files,
            settings.workspace()?,
        ));
        // On PostgreSQL the disk of this machine holds files only.
        let space = match engine {
            Engine::Sqlite => FreeSpace::of(&settings.data),
            Engine::Postgres => FreeSpace::fixed(100),
        };
        let connectors = Arc::new(ChannelConnectors::new(channel_connectors::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            scopes: scopes.clone(),
            space: space.clone(),
            on_removal: forget_webhook,
            settings: settings.webhooks.clone(),
        }));
        let card_mails = Arc::new(CardMails::new(MailParts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            scopes: scopes.clone(),
            workspace: Arc::clone(&workspace),
        }));
        let imports = Arc::new(Imports::new(ImportParts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            webhooks: Arc::clone(&connectors),
        }));
        let apps = Arc::new(Apps::new(apps::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: scopes.clone(),
            settings: settings.apps,
        }));
        let (registrations, configurations) = registry(RegistryParts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: scopes.clone(),
            networks: egress::Networks::new(&settings.egress),
            apps: Arc::clone(&apps),
            webhooks: Arc::clone(&connectors),
            workspace: Arc::clone(&workspace),
        });
        let hosting = Hosting::new(
            &settings.connector_host,
            HostingParts {
                public_url: public_url.clone(),
                key: origin_key,
                client: client.clone(),
                clock: Arc::clone(&clock),
            },
        );
        let hosting = hosting.map_err(|error| Failure::of(Exit::Config, &error))?;
        let actions = Arc::new(CardActions::new(ActionParts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: scopes.clone(),
            identity: Arc::clone(&identity),
            workspace: Arc::clone(&workspace),
            client: client.clone(),
            networks: egress::Networks::new(&settings.egress),
            settings: settings.webhooks.actions.clone(),
        }));
        let targets = Targets::new(targets::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            scopes: scopes.clone(),
            identity: Arc::clone(&identity),
            workspace: Arc::clone(&workspace),
            client: client.clone(),
            public_url: public_url.clone(),
            node: match engine {
                Engine::Sqlite => None,
                Engine::Postgres => Some(ids.fresh()),
            },
            settings: settings.targets.clone(),
        });
        let targets = Arc::new(targets.map_err(|error| Failure::coded(&error))?);
        let api_connectors = Arc::new(connectors::Connectors::new(connectors::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            scopes: scopes.clone(),
            identity: Arc::clone(&identity),
            client: client.clone(),
            public_url: public_url.clone(),
            settings: settings.connectors,
        }));
        let published = Arc::new(actions::Actions::new(actions::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: scopes.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&api_connectors),
        }));
        let sales = Arc::new(sales::Sales::new(sales::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: scopes.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&api_connectors),
            actions: Arc::clone(&published),
            settings: settings.sales,
        }));
        let records = records::Records::new(records::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: scopes.clone(),
            settings: settings.records.clone(),
        });
        let environments = Arc::new(environments::Environments::new(environments::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            records: records.clone(),
            scopes: scopes.clone(),
            settings: settings.environments.clone(),
        }));
        let transfer = Arc::new(transfer::Transfer::new(transfer::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            records: records.clone(),
            scopes: scopes.clone(),
            settings: settings.transfer.clone(),
        }));
        let crm = crm_connections::CrmConnections::new(crm_connections::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            scopes: scopes.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&api_connectors),
            records: records.clone(),
            client: client.clone(),
            networks: egress::Networks::new(&settings.egress),
            public_url: public_url.clone(),
            adapters: crm::adapters(&settings.crm, (&client, &clock, &records)),
            settings: settings.crm.clone(),
        });
        let own = crm.clone();
        let sales_settings = sales_settings::SalesSettings::new(sales_settings::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            seat: Box::new(move |scope, system| {
                let crm = own.clone();
                Box::pin(async move { crm.place(&scope, system).await })
            }),
        });
        let mails = storage::files_folder(&settings.data).join("mail");
        let mails = FileStore::open(&mails).map_err(|error| {
            Failure::new(Exit::Config, format!("the folder {}: {error}", mails.display()))
        })?;
        let mailbox = Arc::new(mailbox::Mailbox::new(mailbox::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: scopes.clone(),
            identity: Arc::clone(&identity),
            crm: crm.clone(),
            sales: Arc::clone(&sales),
            files: mails,
            settings: settings.mailbox,
        }));
        let teams = linking::workspaces(linking::Ground {
            db: &db,
            clock: &clock,
            ids: &ids,
            sealer: &sealer,
            scopes: &scopes,
            identity: &identity,
            client: &client,
            networks: egress::Networks::new(&settings.egress),
            workspace: &workspace,
            base: &public_url,
        });
        mailbox.reach(mail::reach(&client, &teams, &sealer));
        let language = language_features::LanguageFeatures::new(language_features::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            client: client.clone(),
        });
        language.given_by(crm::gate(&crm));
        let deployment = deployment::open(&deployment::Ground {
            db: &db,
            clock: &clock,
            ids: &ids,
            identity: &identity,
            scopes: &scopes,
            connectors: &api_connectors,
            environments: &environments,
            records: &records,
            crm: &crm,
            workspace: &workspace,
            client: &client,
            teams: &teams,
            base: &public_url,
        });
        let workspaces: Arc<dyn linking_setup::Workspaces> = Arc::clone(&teams) as _;
        let linking_setup = linking_setup::LinkingSetup::open(linking_setup::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: scopes.clone(),
            records: records.clone(),
            workspaces: Arc::clone(&workspaces),
        });
        if !settings.linking.enabled {
            linking_setup.close();
        }
        let linking = ::linking::Linking::open(::linking::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: scopes.clone(),
            records: records.clone(),
            setup: Arc::clone(&linking_setup),
            workspaces: Arc::clone(&workspaces),
            base: public_url.clone(),
            settings: settings.linking.clone(),
        });
        linking.connect(crm.clone());
        let linking_sync = linking_sync::LinkingSync::open(linking_sync::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: scopes.clone(),
            records: records.clone(),
            setup: Arc::clone(&linking_setup),
            linking: Arc::clone(&linking),
            workspaces,
            workspace: Arc::clone(&workspace),
            base: public_url.clone(),
        });
        let meetings = Arc::new(::meetings::Meetings::new(::meetings::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: scopes.clone(),
            identity: Arc::clone(&identity),
            crm: crm.clone(),
            mailbox: Arc::clone(&mailbox),
            language: language.clone(),
            linking: Arc::clone(&linking),
            workspace: Arc::clone(&workspace),
            workspaces: Arc::clone(&teams) as _,
            outside: meetings::outside(&teams, &deployment, &scopes),
            base: public_url.clone(),
            settings: settings.meetings,
        }));
        let archives = storage::files_folder(&settings.data).join("privacy");
        let archives = FileStore::open(&archives).map_err(|error| {
            Failure::new(Exit::Config, format!("the folder {}: {error}", archives.display()))
        })?;
        let privacy = ::privacy::Privacy::new(::privacy::Parts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: scopes.clone(),
            identity: Arc::clone(&identity),
            files: archives,
            keepers: vec![Arc::clone(&mailbox) as _, Arc::clone(&meetings) as _],
        });
        let mut plugins = linking_setup.plugins();
        plugins.extend(linking.plugins());
        plugins.extend(linking_sync.plugins());
        records.plug(plugins);
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
        server::Rooms {
            identity: Arc::clone(&self.identity),
            workspace: Arc::clone(&self.workspace),
            connectors: Arc::clone(&self.connectors),
            registrations: Arc::clone(&self.registrations),
            configurations: Arc::clone(&self.configurations),
            imports: Arc::clone(&self.imports),
            actions: Arc::clone(&self.actions),
            api_connectors: Arc::clone(&self.api_connectors),
            published: Arc::clone(&self.published),
            sales: Arc::clone(&self.sales),
            linking_setup: Arc::clone(&self.linking_setup),
            linking: Arc::clone(&self.linking),
            linking_sync: Arc::clone(&self.linking_sync),
            targets: Arc::clone(&self.targets),
            apps: Arc::clone(&self.apps),
            hosting: Arc::clone(&self.hosting),
            records: self.records.clone(),
            environments: Arc::clone(&self.environments),
            transfer: Arc::clone(&self.transfer),
            crm: self.crm.clone(),
            sales_settings: self.sales_settings.clone(),
            mailbox: Arc::clone(&self.mailbox),
            privacy: self.privacy.clone(),
            meetings: Arc::clone(&self.meetings),
            deployment: self.deployment.clone(),
            language: self.language.clone(),
            clock: Arc::clone(&self.clock),
            ids: self.ids.clone(),
        }
    }

    /// What the pages stand on.
    pub(crate) fn pages(&self) -> web_frame::App {
        web_frame::App::new(web_frame::Services {
            identity: Arc::clone(&self.identity),
            workspace: Arc::clone(&self.workspace),
            connectors: Arc::clone(&self.connectors),
            registrations: Arc::clone(&self.registrations),
            configurations: Arc::clone(&self.configurations),
            imports: Arc::clone(&self.imports),
            api_connectors: Arc::clone(&self.api_connectors),
            published: Arc::clone(&self.published),
            sales: Arc::clone(&self.sales),
            records: self.records.clone(),
            environments: Arc::clone(&self.environments),
            transfer: Arc::clone(&self.transfer),
            crm: self.crm.clone(),
            mailbox: Arc::clone(&self.mailbox),
            deployment: self.deployment.clone(),
            linking_setup: Arc::clone(&self.linking_setup),
            linking: Arc::clone(&self.linking),
            linking_sync: Arc::clone(&self.linking_sync),
            actions: Arc::clone(&self.actions),
            targets: Arc::clone(&self.targets),
            apps: Arc::clone(&self.apps),
            hosting: Arc::clone(&self.hosting),
            pictures: workspace::Pictures::new(Some(self.client.clone()), &self.image_key),
            clock: Arc::clone(&self.clock),
        })
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

/// What was opened on a thread that may block.
struct Opened {
    db: Db,
    engine: Engine,
    sealer: Sealer,
    image_key: [u8; 32],
    origin_key: [u8; 32],
    client: egress::Client,
}

/// Every column with sealed values, of every room.
pub(crate) fn sealed_columns() -> Vec<SealedColumn> {
    [
        identity::SEALED,
        channel_connectors::SEALED,
        targets::SEALED,
        connectors::SEALED,
        crm_connections::SEALED,
        language_features::SEALED,
        linking_setup::SEALED,
        mailbox::SEALED,
    ]
    .concat()
}

/// How often a hub that runs looks whether its key file has changed.
pub(crate) const KEY_CHECK: Duration = Duration::from_secs(5);

/// Follows the key file until `stop` is cancelled.
pub(crate) async fn follow_key(sealer: Sealer, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(KEY_CHECK) => {}
        }
        let reading = sealer.clone();
        match tokio::task::spawn_blocking(move || reading.refresh()).await {
            Ok(Ok(true)) => tracing::info!(seal.key = %sealer.key_id(), "the sealing keys changed"),
            Ok(Ok(false)) => {}
            Ok(Err(error)) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "the key file cannot be read; the keys stay as they were"
            ),
            Err(error) => tracing::error!(%error, "reading the key file failed"),
        }
    }
}

/// Reads the sealing key, or makes one when there is none.
pub(crate) fn read_key(path: &Path) -> Result<Sealer> {
    Sealer::from_file(path, &Ids::system()).map_err(|error| Failure::of(Exit::Config, &error))
}

/// A sealer over the text of a key file.
pub(crate) fn key_from(text: &Secret<String>) -> Result<Sealer> {
    Sealer::from_text(text, Ids::system()).map_err(|error| Failure::of(Exit::Refused, &error))
}
