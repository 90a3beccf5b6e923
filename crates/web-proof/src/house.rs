//! The rooms behind the pages, and a browser without script in front of them.

use std::sync::Arc;

use axum::{Router, body::Body};
use card_actions::{ActionParts, CardActions};
use channel_connectors::{ActionSettings, ChannelConnectors, FreeSpace};
use connector_registry::{
    RegistryParts, forget_webhook,
    hosting::{self, Hosting, HostingParts},
    registry,
};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use identity::{
    Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes,
    users::{NewUser, User},
};
use kernel::{Clock, Ids, Language, Secret, TenantId};
use testkit::{FixedClock, Store};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use url::Url;
use web_frame::App;
use webhook_import::{ImportParts, Imports};
use workspace::{FileStore, Pictures, Workspace};

const PASSWORD: &str = "correct horse battery";

/// The rooms behind the pages, in a database of their own.
#[derive(Debug)]
pub struct House {
    /// The rooms, as pages have them.
    pub app: App,
    /// Who is it, may they.
    pub identity: Arc<Identity>,
    /// Scopes of the hub itself.
    pub system: SystemScopes,
    /// The one tenant.
    pub tenant: TenantId,
    ids: Ids,
    router: Router,
    stop: CancellationToken,
    /// What everything is kept in, for rooms that a test adds.
    pub store: Store,
    _files: tempfile::TempDir,
}

/// A browser of somebody who signed in; it keeps the token that forms carry.
#[derive(Debug, Clone)]
pub struct Browser {
    /// The session.
    pub cookie: String,
    /// What forms carry.
    pub csrf: String,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The page.
    pub html: String,
}

impl Page {
    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |place| place.to_str().unwrap())
    }

    /// What stands between two marks, the first time.
    pub fn between(&self, open: &str, close: &str) -> &str {
        let rest =
            self.html.split_once(open).unwrap_or_else(|| panic!("{open} in {}", self.html)).1;
        rest.split_once(close).unwrap().0
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl House {
    /// A house with one tenant around `pages`, such as `vec![liaison_web::routes()]`.
    pub async fn new(pages: Vec<Router<App>>) -> Self {
        Self::placed(pages, FixedClock::new(), "http://localhost/").await
    }

    /// The same with a clock of the test's own, at an address: for what talks with the outside.
    pub async fn placed(pages: Vec<Router<App>>, clock: Arc<FixedClock>, address: &str) -> Self {
        let (store, ids) = (Store::fresh().await, Ids::system());
        let clock = clock as Arc<dyn Clock>;
        let public_url: Url = address.parse().unwrap();
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: public_url.clone(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap().id;
        let files = tempfile::TempDir::new().unwrap();
        let client = egress::Client::new(egress::Settings::default()).unwrap();
        let workspace = Arc::new(Workspace::new(
            store.db(),
            Arc::clone(&clock),
            ids.clone(),
            FileStore::open(files.path()).unwrap(),
            workspace::Settings::default(),
        ));
        let stop = CancellationToken::new();
        tokio_util::task::TaskTracker::new().spawn(Arc::clone(&workspace).run(stop.clone()));
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
        let api_connectors = Arc::new(connectors::Connectors::new(connectors::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: sealer.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            client: testkit::outbound(),
            public_url: public_url.clone(),
            settings: connectors::Settings::default(),
        }));
        let (api_connectors_for_crm, crm_sealer) = (Arc::clone(&api_connectors), sealer.clone());
        let teams_sealer = sealer.clone();
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
        let targets = targets::Targets::new(targets::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer,
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            workspace: Arc::clone(&workspace),
            client: testkit::outbound(),
            public_url: public_url.clone(),
            node: None,
            settings: targets::Settings::default(),
        });
        let targets = Arc::new(targets.unwrap());
        let hosting = Hosting::new(
            &hosting::Settings::default(),
            HostingParts {
                public_url: public_url.clone(),
                key: [4; 32],
                client: client.clone(),
                clock: Arc::clone(&clock),
            },
        );
        let records = records::Records::new(records::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            settings: records::Settings::default(),
        });
        let ground = crm_proof::Ground {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            sealer: crm_sealer,
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            records: records.clone(),
            public_url: public_url.clone(),
        };
        let settings = (None, crm_connections::Settings::default());
        let crm = crm_proof::connections(&ground, &api_connectors_for_crm, settings);
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
            connectors: Arc::clone(&api_connectors_for_crm),
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
                public_url: public_url.clone(),
            }),
            graph: Box::new(|_tenant| Box::pin(async { None })),
            public_url: public_url.clone(),
        });
        let transfer = transfer::Transfer::new(transfer::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            records: records.clone(),
            scopes: system.clone(),
            settings: transfer::Settings::default(),
        });
        let (own, base) = (Arc::clone(&workspace), public_url.clone());
        let seat = Box::new(move |scope: &kernel::Scope| {
            let seat =
                workspace_embedded::Embedded::new(Arc::clone(&own), scope.clone(), base.clone());
            Arc::new(seat) as Arc<dyn workspace_port::Workspace>
        });
        let workspaces: Arc<dyn linking_setup::Workspaces> =
            Arc::new(linking_setup::OwnWorkspace::new(system.clone(), seat));
        let linking_setup = linking_setup::LinkingSetup::open(linking_setup::Parts {
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
            setup: Arc::clone(&linking_setup),
            workspaces: Arc::clone(&workspaces),
            base: public_url.clone(),
            settings: linking::Settings::default(),
        });
        assert!(linking.connect(crm.clone()));
        let linking_sync = linking_sync::LinkingSync::open(linking_sync::Parts {
            db: store.db(),
            clock: Arc::clone(&clock),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            records: records.clone(),
            setup: Arc::clone(&linking_setup),
            linking: Arc::clone(&linking),
            workspaces,
            workspace: Arc::clone(&workspace),
            base: public_url.clone(),
        });
        let mut plugins = linking_setup.plugins();
        plugins.extend(linking.plugins());
        plugins.extend(linking_sync.plugins());
        records.plug(plugins);
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
        let app = App::new(web_frame::Services {
            mailbox,
            linking_setup,
            linking,
            linking_sync,
            transfer: Arc::new(transfer),
            environments,
            deployment,
            identity: Arc::clone(&identity),
            workspace,
            connectors,
            registrations,
            configurations,
            imports,
            api_connectors,
            published,
            sales,
            records,
            crm,
            actions,
            targets,
            apps,
            hosting: Arc::new(hosting.unwrap()),
            pictures: Pictures::new(Some(client), &[3; 32]),
            clock: Arc::clone(&clock),
        });
        let known = Arc::clone(&identity);
        let authenticate: edge::Authenticate = Box::new(move |presented, arrival| {
            let identity = Arc::clone(&known);
            Box::pin(async move {
                let chosen = arrival.language_chosen.then_some(arrival.language);
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
                let scope = match chosen {
                    Some(language) => who.scope.with_language(language),
                    None => who.scope,
                };
                Ok(edge::Known { scope, needs_second_factor })
            })
        });
        let settings = edge::Settings::default();
        let gate = edge::Gate::new(settings, authenticate, clock, ids.clone(), stop.clone());
        let router = edge::attach(web_frame::router(app.clone(), pages), Arc::new(gate));
        Self { app, identity, system, tenant, ids, router, stop, store, _files: files }
    }

    /// A person of that name with those roles.
    pub async fn user(&self, name: &str, roles: &[Role]) -> User {
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

    /// What somebody may, as a room sees it.
    pub async fn scope_of(&self, user: &User) -> kernel::Scope {
        let who =
            SignIn { name: user.user_name.clone(), password: Secret::new(PASSWORD.to_owned()) };
        let client = "Test/1.0".to_owned();
        let caller = Caller { request: self.ids.fresh(), origin: None, language: None, client };
        let signed = self.identity.sign_in(&caller, self.tenant, who).await.unwrap();
        let SignedIn::Done(session) = signed else { panic!("a second factor") };
        let presented = Presented::Session(session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    /// A browser in which `name` has just signed in.
    pub async fn browser(&self, name: &str, roles: &[Role]) -> Browser {
        self.user(name, roles).await;
        let who = SignIn { name: name.to_owned(), password: Secret::new(PASSWORD.to_owned()) };
        let client = "Test/1.0".to_owned();
        let caller = Caller { request: self.ids.fresh(), origin: None, language: None, client };
        let signed = self.identity.sign_in(&caller, self.tenant, who).await.unwrap();
        let SignedIn::Done(session) = signed else { panic!("a second factor") };
        let cookie = format!("liaison-session={}", session.secret.expose());
        let mut browser = Browser { cookie, csrf: String::new() };
        // the page of what is nowhere has the frame, and so the token
        let page = self.get(&browser, "/nowhere").await;
        page.between(r#"name="csrf" value=""#, "\"").clone_into(&mut browser.csrf);
        browser
    }

    /// Asks for a page.
    pub async fn get(&self, browser: &Browser, path: &str) -> Page {
        self.send(self.request(browser, "GET", path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form with the token of the browser.
    pub async fn post(&self, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &browser.csrf).extend_pairs(fields);
        let kind = "application/x-www-form-urlencoded";
        let request = self.request(browser, "POST", path).header(header::CONTENT_TYPE, kind);
        self.send(request.body(Body::from(form.finish())).unwrap()).await
    }

    /// A request of the browser, to be sent by [`House::send`] or [`House::open`].
    pub fn request(&self, browser: &Browser, method: &str, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        request.header(header::COOKIE, &browser.cookie)
    }

    /// Sends a request; the body comes as it comes.
    pub async fn open(&self, request: Request<Body>) -> http::Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends a request and takes the whole answer.
    pub async fn send(&self, request: Request<Body>) -> Page {
        let answer = self.open(request).await;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        Page { status, headers, html: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// A private team of the browser's person; answers the address of its first channel.
    pub async fn channel(&self, browser: &Browser, team: &str) -> String {
        let fields = [("name", team), ("description", ""), ("visibility", "private")];
        let made = self.post(browser, "/teams", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
        let page = self.get(browser, made.location()).await;
        format!("/channels/{}", page.between(r#"href="/channels/"#, "\""))
    }
}
