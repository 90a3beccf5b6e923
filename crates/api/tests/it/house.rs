//! The rooms behind the routes, and a caller in front of them.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body};
use card_actions::{ActionParts, CardActions};
use channel_connectors::{ActionSettings, ChannelConnectors, FreeSpace};
use connector_registry::{
    RegistryParts, forget_webhook,
    hosting::{self, Hosting, HostingParts},
    registry,
};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use identity::{
    Caller, Identity, NewToken, Presented, Role, SignIn, SignedIn, SystemScopes, TokenOwner,
    users::{NewUser, User},
};
use kernel::{Clock, Ids, Language, Permission, Secret, TenantId};
use serde_json::Value;
use testkit::{FixedClock, Store};
use tower::ServiceExt as _;
use webhook_import::{ImportParts, Imports};
use workspace::{FileStore, Workspace};

pub(crate) struct House {
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: TenantId,
    pub(crate) ids: Ids,
    router: Router,
    _store: Store,
    _files: tempfile::TempDir,
}

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Who sends a request.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    Nobody,
    Token(String),
    Session(String),
}

impl House {
    pub(crate) async fn new() -> Self {
        let (store, clock, ids) = (Store::fresh().await, FixedClock::new(), Ids::system());
        let clock = clock as Arc<dyn Clock>;
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let teams_sealer = sealer.clone();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: "http://localhost/".parse().unwrap(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap().id;
        let files = tempfile::TempDir::new().unwrap();
        let workspace = Arc::new(Workspace::new(
            store.db(),
            Arc::clone(&clock),
            ids.clone(),
            FileStore::open(files.path()).unwrap(),
            workspace::Settings::default(),
        ));
        let connectors = Arc::new(ChannelConnectors::new(channel_connectors::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            scopes: system.clone(),
            space: FreeSpace::fixed(50),
            on_removal: forget_webhook,
            settings: channel_connectors::Settings::default(),
        }));
        let apps = Arc::new(apps::Apps::new(apps::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: system.clone(),
            settings: apps::Settings::default(),
        }));
        let (registrations, configurations) = registry(RegistryParts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: system.clone(),
            networks: egress::Networks::new(&egress::Settings::default()),
            apps: Arc::clone(&apps),
            webhooks: Arc::clone(&connectors),
            workspace: Arc::clone(&workspace),
        });
        let imports = Arc::new(Imports::new(ImportParts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            webhooks: Arc::clone(&connectors),
        }));
        let actions = Arc::new(CardActions::new(ActionParts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            workspace: Arc::clone(&workspace),
            client: testkit::outbound(),
            networks: egress::Networks::new(&egress::Settings::default()),
            settings: ActionSettings::default(),
        }));
        let targets = targets::Targets::new(targets::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            workspace: Arc::clone(&workspace),
            client: testkit::outbound(),
            public_url: "http://localhost/".parse().unwrap(),
            node: None,
            settings: targets::Settings::default(),
        });
        let hosting = Hosting::new(
            &hosting::Settings::default(),
            HostingParts {
                public_url: "http://localhost/".parse().unwrap(),
                key: [4; 32],
                client: egress::Client::new(egress::Settings::default()).unwrap(),
                clock: Arc::clone(&clock),
            },
        );
        let api_connectors = Arc::new(connectors::Connectors::new(connectors::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            client: testkit::outbound(),
            public_url: "http://localhost/".parse().unwrap(),
            settings: connectors::Settings::default(),
        }));
        let records = records::Records::new(records::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            settings: records::Settings::default(),
        });
        let crm = crm_connections::CrmConnections::new(crm_connections::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer,
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&api_connectors),
            records: records.clone(),
            client: testkit::outbound(),
            networks: egress::Networks::new(&egress::Settings::default()),
            public_url: "http://localhost/".parse().unwrap(),
            adapters: crm_connections::Adapters {
                embedded: Box::new(|_scope, _environment| panic!("nobody reads records here")),
                salesforce: Box::new(|_session| panic!("no CRM is elsewhere")),
                dataverse: Box::new(|_session| panic!("no CRM is elsewhere")),
            },
            settings: crm_connections::Settings::default(),
        });
        let published = Arc::new(actions::Actions::new(actions::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&api_connectors),
        }));
        let sales = Arc::new(sales::Sales::new(sales::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&api_connectors),
            actions: Arc::clone(&published),
            settings: sales::Settings::default(),
        }));
        let mailbox = Arc::new(mailbox::Mailbox::new(mailbox::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            crm: crm.clone(),
            sales: Arc::clone(&sales),
            files: FileStore::open(&files.path().join("mail")).unwrap(),
            settings: mailbox::Settings::default(),
        }));
        let environments = Arc::new(environments::Environments::new(environments::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            records: records.clone(),
            scopes: system.clone(),
            settings: environments::Settings::default(),
        }));
        let deployment = deployment::Deployment::new(deployment::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            connectors: Arc::clone(&api_connectors),
            environments: Arc::clone(&environments),
            records: records.clone(),
            crm: crm.clone(),
            workspace: Arc::clone(&workspace),
            teams: teams_app::TeamsApp::new(teams_app::Parts {
                db: store.db(),
                clock: Arc::clone(&clock),
                ids: ids.clone(),
                identity: Arc::clone(&identity),
                scopes: system.clone(),
                crm: crm.clone(),
                workspace: Arc::clone(&workspace),
                sealer: teams_sealer,
                client: testkit::outbound(),
                networks: egress::Networks::new(&egress::Settings::default()),
                public_url: "http://localhost/".parse().unwrap(),
            }),
            graph: Box::new(|_tenant| Box::pin(async { None })),
            public_url: "http://localhost/".parse().unwrap(),
        });
        let house = liaison_api::Services {
            identity: Arc::clone(&identity),
            workspace: Arc::clone(&workspace),
            environments: Arc::clone(&environments),
        };
        let spaces = Arc::clone(&workspace);
        let seat = Box::new(move |scope: &kernel::Scope| {
            let base = "https://hub.example.test".parse().unwrap();
            let seat = workspace_embedded::Embedded::new(Arc::clone(&spaces), scope.clone(), base);
            Arc::new(seat) as Arc<dyn workspace_port::Workspace>
        });
        let workspaces: Arc<dyn linking_setup::Workspaces> =
            Arc::new(linking_setup::OwnWorkspace::new(system.clone(), seat));
        let setup = linking_setup::LinkingSetup::open(linking_setup::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            records: records.clone(),
            workspaces: Arc::clone(&workspaces),
        });
        let linking = linking::Linking::open(linking::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            records: records.clone(),
            setup: Arc::clone(&setup),
            workspaces: Arc::clone(&workspaces),
            base: "https://hub.example.test".parse().unwrap(),
            settings: linking::Settings::default(),
        });
        let sync = linking_sync::LinkingSync::open(linking_sync::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            records: records.clone(),
            setup: Arc::clone(&setup),
            linking: Arc::clone(&linking),
            workspaces: Arc::clone(&workspaces),
            workspace: Arc::clone(&workspace),
            base: "https://hub.example.test".parse().unwrap(),
        });
        let channels = rest_channels::Services {
            identity: Arc::clone(&identity),
            workspace: Arc::clone(&workspace),
            connectors,
            registrations,
            configurations,
            imports,
            actions,
            targets: Arc::new(targets.unwrap()),
            apps,
            hosting: Arc::new(hosting.unwrap()),
        };
        let connectors = rest_connectors::Services {
            api_connectors,
            published,
            sales,
            clock: Arc::clone(&clock),
        };
        let language = language_features::LanguageFeatures::new(language_features::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap(),
            client: testkit::outbound(),
        });
        let crm_language = language.clone();
        let meetings = Arc::new(meetings::Meetings::new(meetings::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            crm: crm.clone(),
            mailbox: Arc::clone(&mailbox),
            language: language.clone(),
            linking: Arc::clone(&linking),
            workspace,
            workspaces: Arc::clone(&workspaces),
            teams: deployment.teams().clone(),
            outside: meetings::Outside::none(),
            base: "https://hub.example.test".parse().unwrap(),
            settings: meetings::Settings::default(),
        }));
        let own = crm.clone();
        let sales = sales_settings::SalesSettings::new(sales_settings::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            seat: Box::new(move |scope, system| {
                let crm = own.clone();
                Box::pin(async move { crm.place(&scope, system).await })
            }),
        });
        let privacy = privacy::Privacy::new(privacy::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            files: FileStore::open(&files.path().join("privacy")).unwrap(),
            keepers: Vec::new(),
        });
        let apps = liaison_api::Apps {
            language: rest_language::App::new(rest_language::Services { language }),
            house: liaison_api::App::new(house),
            channels: rest_channels::App::new(channels),
            connectors: rest_connectors::App::new(connectors),
            records: rest_records::App::new(rest_records::Services {
                identity: Arc::clone(&identity),
                transfer: Arc::new(transfer::Transfer::new(transfer::Parts {
                    db: store.db(),
                    clock: Arc::clone(&clock),
                    ids: ids.clone(),
                    records: records.clone(),
                    scopes: system.clone(),
                    settings: transfer::Settings::default(),
                })),
                records,
                clock: Arc::clone(&clock),
            }),
            settings: rest_settings::App::new(rest_settings::Services { settings: sales, privacy }),
            meetings: rest_meetings::App::new(rest_meetings::Services { meetings }),
            crm: rest_crm::App::new(rest_crm::Services { crm, mailbox, language: crm_language }),
            deployment: rest_deployment::App::new(rest_deployment::Services { deployment }),
            linking: rest_linking::App::new(rest_linking::Services { linking, setup, sync }),
        };
        let known = Arc::clone(&identity);
        let authenticate: edge::Authenticate = Box::new(move |presented, arrival| {
            let identity = Arc::clone(&known);
            Box::pin(async move {
                let caller = Caller {
                    request: arrival.request,
                    origin: Some(arrival.client),
                    language: Some(arrival.language),
                    client: arrival.agent,
                };
                let presented = match &presented {
                    edge::Presented::Bearer(secret) => Presented::Bearer(secret.expose()),
                    edge::Presented::Session(secret) => Presented::Session(secret.expose()),
                };
                let who = identity.authenticate(presented, &caller).await?;
                let needs_second_factor = who.credential.needs_second_factor;
                Ok(edge::Known { scope: who.scope, needs_second_factor })
            })
        });
        let settings = edge::Settings::default();
        let stop = tokio_util::sync::CancellationToken::new();
        let gate = edge::Gate::new(settings, authenticate, clock, ids.clone(), stop);
        let router = edge::attach(liaison_api::router(apps), Arc::new(gate));
        Self { identity, system, tenant, ids, router, _store: store, _files: files }
    }

    fn caller(&self) -> Caller {
        let client = "Test/1.0".to_owned();
        Caller { request: self.ids.fresh(), origin: None, language: None, client }
    }

    pub(crate) async fn user(&self, name: &str, roles: &[Role]) -> User {
        let new = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: vec![],
            language: None,
            time_zone: None,
            password: Some(Secret::new(PASSWORD.to_owned())),
            roles: roles.to_vec(),
        };
        let scope = self.system.scope(self.tenant, "test");
        self.identity.create_user(&scope, new).await.unwrap()
    }

    /// Somebody who has just signed in with a browser.
    pub(crate) async fn session(&self, name: &str, roles: &[Role]) -> (User, Who) {
        let user = self.user(name, roles).await;
        let who = SignIn { name: name.to_owned(), password: Secret::new(PASSWORD.to_owned()) };
        let signed = self.identity.sign_in(&self.caller(), self.tenant, who).await.unwrap();
        let SignedIn::Done(session) = signed else { panic!("a second factor") };
        (user, Who::Session(session.secret.expose().clone()))
    }

    /// A token of somebody with these roles, for everything that they may.
    pub(crate) async fn token(&self, name: &str, roles: &[Role]) -> (User, Who) {
        let user = self.user(name, roles).await;
        let all = Permission::ALL
            .iter()
            .copied()
            .filter(|p| !matches!(p, Permission::System | Permission::CardPost));
        let new = NewToken {
            owner: TokenOwner::Person(user.id),
            label: "test".to_owned(),
            permissions: all.collect(),
            expires_at: None,
        };
        let scope = self.system.scope(self.tenant, "test");
        let issued = self.identity.create_token(&scope, new).await.unwrap();
        (user, Who::Token(issued.secret.expose().clone()))
    }

    /// The body of an answer as it comes.
    pub(crate) async fn open(&self, who: &Who, line: &str) -> Body {
        let answer = self.answer(who, line, None).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.into_body()
    }

    pub(crate) async fn send(
        &self,
        who: &Who,
        line: &str,
        body: Option<Value>,
    ) -> (StatusCode, String) {
        let answer = self.answer(who, line, body).await;
        let status = answer.status();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// Sends bytes; the answer as JSON.
    pub(crate) async fn bring(&self, who: &Who, line: &str, bytes: Vec<u8>) -> (u16, Value) {
        let answer = self.exchange(who, line, Body::from(bytes)).await;
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    /// With a body of which nothing ever comes; the status, if one is answered all the same.
    pub(crate) async fn with_a_body_that_never_comes(&self, who: &Who, line: &str) -> u16 {
        let body = Body::from_stream(futures_util::stream::pending::<Result<&str, axum::Error>>());
        let answer = tokio::time::timeout(Duration::from_secs(20), self.exchange(who, line, body));
        answer.await.unwrap().status().as_u16()
    }

    async fn answer(&self, who: &Who, line: &str, body: Option<Value>) -> http::Response<Body> {
        let body = body.map_or(Body::empty(), |json| Body::from(json.to_string()));
        self.exchange(who, line, body).await
    }

    async fn exchange(&self, who: &Who, line: &str, body: Body) -> http::Response<Body> {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request =
            Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        request = match who {
            Who::Nobody => request,
            Who::Token(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            Who::Session(secret) => {
                request.header(header::COOKIE, format!("liaison-session={secret}"))
            }
        };
        let request = request.header(header::CONTENT_TYPE, "application/json").body(body).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// The answer as JSON; null when it is empty.
    pub(crate) async fn call(&self, who: &Who, line: &str, body: Option<Value>) -> (u16, Value) {
        let (status, text) = self.send(who, line, body).await;
        let json = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        (status.as_u16(), json)
    }
}
