//! A tenant with everything that the guide looks at, and an organisation of Salesforce.

use std::sync::Arc;

use connectors::{
    Connectors, NewPolicy, Prebuilt,
    policy::{ConnectorRule, DataPolicy, Group, Reach, Rules},
};
use crm_connections::{Adapters, CrmConnections, Session};
use doubles_salesforce::{Config, Double};
use futures_util::future::BoxFuture;
use graph::{Graph, Organisation};
use http::Method;
use identity::{
    Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes, tenants::Tenant,
    users::NewUser,
};
use kernel::{Clock, Ids, Language, Scope, Secret, SystemClock, TenantId};
use liaison_deployment::{Deployment, Guide, Outcome, Parts, Report};
use oauth::{Flows, Tokens};
use records::Records;
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use testkit::{FixedClock, Store};
use url::Url;

const BACK: &str = "http://hub.test/crm/sign-in";
const PASSWORD: &str = "correct horse battery";

pub(crate) struct House {
    pub(crate) double: Double,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: Tenant,
    pub(crate) connectors: Arc<Connectors>,
    pub(crate) crm: CrmConnections,
    pub(crate) deployment: Deployment,
    pub(crate) workspace: Arc<workspace::Workspace>,
    pub(crate) store: Store,
    _folder: TempDir,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::at("https://hub.contoso.example/").await
    }

    /// With a relay that nobody reaches.
    pub(crate) async fn with_mail() -> Self {
        let mut settings = workspace::Settings::default();
        settings.mail.relay_host = Some("127.0.0.1".to_owned());
        Self::built("https://hub.contoso.example/", settings).await
    }

    /// With a relay that listens.
    pub(crate) async fn with_relay(port: u16) -> Self {
        let mut settings = workspace::Settings::default();
        settings.mail.relay_host = Some("127.0.0.1".to_owned());
        settings.mail.relay_port = port;
        settings.mail.relay_security = workspace::RelaySecurity::None;
        settings.mail.domain = "hub.example".to_owned();
        Self::built("https://hub.contoso.example/", settings).await
    }

    pub(crate) async fn at(public_url: &str) -> Self {
        Self::built(public_url, workspace::Settings::default()).await
    }

    /// With an organisation of Microsoft 365, signed in to as one of its applications: `""` the one that may much,
    /// `limited_` one that may little.
    pub(crate) async fn with_graph(client: &'static str) -> (Self, Microsoft) {
        let microsoft = Microsoft::start();
        let graph = microsoft.graph(client);
        let asks: Graphs = Box::new(move |_tenant| {
            let graph = graph.clone();
            Box::pin(async move { Some(graph) })
        });
        let settings = workspace::Settings::default();
        (Self::over("https://hub.contoso.example/", settings, asks).await, microsoft)
    }

    async fn built(public_url: &str, settings: workspace::Settings) -> Self {
        Self::over(public_url, settings, Box::new(|_tenant| Box::pin(async { None }))).await
    }

    async fn over(public_url: &str, settings: workspace::Settings, graph: Graphs) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let double = Double::start(Config::local(folder.path().join("salesforce"))).unwrap();
        let store = Store::fresh().await;
        let clock = FixedClock::new();
        let ids = testkit::ids();
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let teams_sealer = sealer.clone();
        let time = || Arc::clone(&clock) as Arc<dyn Clock>;
        let hub: Url = "http://hub.test/".parse().unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: hub.clone(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap();
        let records = Records::new(records::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            settings: records::Settings::default(),
        });
        let connectors = Arc::new(Connectors::new(connectors::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer: sealer.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            client: testkit::outbound(),
            public_url: hub.clone(),
            settings: connectors::Settings::default(),
        }));
        let environments = Arc::new(environments::Environments::new(environments::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            records: records.clone(),
            scopes: system.clone(),
            settings: environments::Settings::default(),
        }));
        let opened = egress::Settings {
            allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
            ..egress::Settings::default()
        };
        let salesforce = crm_salesforce::Salesforce::new(
            testkit::outbound(),
            time(),
            crm_salesforce::Settings::default(),
        );
        let dynamics = crm_dataverse::Dataverse::new(
            testkit::outbound(),
            time(),
            crm_dataverse::Settings::default(),
        );
        let own = records.clone();
        let crm = CrmConnections::new(crm_connections::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer,
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&connectors),
            records: records.clone(),
            client: testkit::outbound(),
            networks: egress::Networks::new(&opened),
            public_url: hub,
            adapters: Adapters {
                embedded: Box::new(move |scope, environment| {
                    Arc::new(crm_embedded::Embedded::new(&own, scope, environment))
                }),
                salesforce: Box::new(move |session: Session| {
                    let person = crm_salesforce::Seller {
                        instance: session.instance,
                        user: session.user,
                        token: session.token,
                    };
                    let salesforce = salesforce.clone();
                    Arc::new(crm_salesforce::SellersOrganisation::new(salesforce, person))
                }),
                dataverse: Box::new(move |session: Session| {
                    let person = crm_dataverse::Seller {
                        environment: session.instance,
                        user: session.user,
                        tokens: Arc::new(session.token),
                    };
                    Arc::new(crm_dataverse::SellersEnvironment::new(dynamics.clone(), person))
                }),
            },
            settings: crm_connections::Settings::default(),
        });
        let files = workspace::FileStore::open(&folder.path().join("files")).unwrap();
        let workspace =
            Arc::new(workspace::Workspace::new(store.db(), time(), ids.clone(), files, settings));
        let deployment = Deployment::new(Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            connectors: Arc::clone(&connectors),
            environments,
            records,
            crm: crm.clone(),
            teams: teams_app::TeamsApp::new(teams_app::Parts {
                db: store.db(),
                clock: time(),
                ids: ids.clone(),
                identity: Arc::clone(&identity),
                scopes: system.clone(),
                crm: crm.clone(),
                workspace: Arc::clone(&workspace),
                sealer: teams_sealer,
                client: testkit::outbound(),
                networks: egress::Networks::new(&opened),
                public_url: public_url.parse().unwrap(),
            }),
            workspace: Arc::clone(&workspace),
            graph,
            public_url: public_url.parse().unwrap(),
        });
        let house = Self {
            double,
            clock,
            ids,
            identity,
            system,
            tenant,
            connectors,
            crm,
            deployment,
            workspace,
            store,
            _folder: folder,
        };
        let key = house.said("consumer_key");
        let app = json!({ "app": { "consumer_key": key, "callback": BACK } });
        house.double.control(&app).unwrap();
        house.double.control(&json!({ "calm": true })).unwrap();
        house
    }

    pub(crate) fn said(&self, name: &str) -> String {
        self.double.announcement()[name].as_str().unwrap().to_owned()
    }

    pub(crate) fn root(&self) -> Scope {
        self.system.scope(self.tenant.id, "test")
    }

    pub(crate) async fn admin(&self) -> Scope {
        self.person("ada", &[Role::GlobalAdministrator]).await
    }

    /// Somebody with an address of another system.
    pub(crate) async fn known_as(&self, address: &str, roles: &[Role]) {
        let (name, _) = address.split_once('@').unwrap();
        let user = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: vec![address.to_owned()],
            language: None,
            time_zone: None,
            password: None,
            roles: roles.to_vec(),
        };
        self.identity.create_user(&self.root(), user).await.unwrap();
    }

    /// A person who is signed in; made when there is none of that name.
    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        let root = self.root();
        let secret = || Some(Secret::new(PASSWORD.to_owned()));
        if self.identity.find_user_by_name(&root, name).await.unwrap().is_none() {
            let user = NewUser {
                user_name: name.to_owned(),
                display_name: name.to_owned(),
                addresses: vec![format!("{name}@example.com")],
                language: None,
                time_zone: None,
                password: secret(),
                roles: roles.to_vec(),
            };
            self.identity.create_user(&root, user).await.unwrap();
        }
        let client = "Test/1.0".to_owned();
        let caller = Caller { request: self.ids.fresh(), origin: None, language: None, client };
        let who = SignIn { name: name.to_owned(), password: secret().unwrap() };
        let signed = self.identity.sign_in(&caller, self.tenant.id, who).await.unwrap();
        let SignedIn::Done(session) = signed else { panic!("a second factor") };
        let presented = Presented::Session(session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    /// The organisation, set up, with somebody signed in to it as `who`.
    pub(crate) async fn connect(&self, scope: &Scope, who: &str) {
        let new = crm_proof::salesforce(&self.double);
        let system = self.crm.create_system(&self.admin().await, new).await.unwrap();
        let url = self.crm.begin_sign_in(scope, system.id).await.unwrap();
        let callback = crm_proof::visit(&url, (who, &self.said("password"))).await;
        self.crm.finish_sign_in(scope, callback).await.unwrap();
    }

    /// An environment of Dynamics 365, set up, with somebody signed in to it as `who`. It ends with the process.
    pub(crate) async fn connect_dynamics(&self, scope: &Scope, who: &str) {
        let start = || doubles_dataverse::Double::start(([127, 0, 0, 1], 0).into());
        let double = tokio::task::spawn_blocking(start).await.unwrap().unwrap();
        let new = crm_proof::dynamics(&double);
        let system = self.crm.create_system(&self.admin().await, new).await.unwrap();
        let url = self.crm.begin_sign_in(scope, system.id).await.unwrap();
        let password = double.announcement()["password"].as_str().unwrap().to_owned();
        let callback = crm_proof::visit(&url, (who, &password)).await;
        self.crm.finish_sign_in(scope, callback).await.unwrap();
    }

    /// Forms of the first CRM, as they are kept: published long ago, whatever the CRM has by now.
    pub(crate) async fn publish(&self, forms: sales_settings::Forms) {
        let system = self.crm.systems(&self.root()).await.unwrap()[0].id;
        let document = serde_json::to_value(&forms).unwrap();
        let now = self.clock.now();
        let write = move |tx: &db::Tx<'_>| {
            let sql = "DELETE FROM sales_settings WHERE tenant_id = $1 AND system_id = $2";
            tx.execute(sql, &[tx.tenant().into(), system.into()])?;
            let sql = "INSERT INTO sales_settings (tenant_id, system_id, name, document, changes, updated_at) \
                       VALUES ($1, $2, 'forms', $3, 1, $4)";
            let document = db::Value::json(&document);
            tx.execute(sql, &[tx.tenant().into(), system.into(), document, now.into()])
        };
        self.store.db().write(&self.root(), write).await.unwrap();
    }

    /// A policy that blocks Salesforce everywhere.
    pub(crate) async fn block(&self) -> DataPolicy {
        let rule = ConnectorRule {
            connector: Some(Prebuilt::Salesforce.id()),
            pattern: None,
            group: Group::Blocked,
        };
        let rules = Rules { connectors: vec![rule], ..Rules::default() };
        let new = NewPolicy { name: "No Salesforce".to_owned(), reach: Reach::All, rules };
        let admin = self.admin().await;
        self.connectors.create_data_policy(&admin, new).await.unwrap()
    }

    pub(crate) async fn checked(&self, scope: &Scope) -> Report {
        Box::pin(self.deployment.check(scope, Guide::Salesforce, None)).await.unwrap()
    }
}

type Graphs = Box<dyn Fn(TenantId) -> BoxFuture<'static, Option<Graph>> + Send + Sync>;

/// The organisation of Microsoft 365.
pub(crate) struct Microsoft {
    _double: doubles_graph::Double,
    pub(crate) said: Json,
}

impl Microsoft {
    fn start() -> Self {
        let control = Some(([127, 0, 0, 1], 0).into());
        let config = doubles_graph::Config { control, ..doubles_graph::Config::default() };
        let double = doubles_graph::Double::start(config).unwrap();
        Self { said: double.announcement(), _double: double }
    }

    fn text(&self, name: &str) -> String {
        self.said[name].as_str().unwrap().to_owned()
    }

    fn graph(&self, client: &str) -> Graph {
        let ids = Ids::system();
        let organisation = Organisation {
            tenant: ids.fresh(),
            connection: ids.fresh(),
            root: self.text("graph").parse().unwrap(),
            login: self.text("url").parse().unwrap(),
            directory: self.text("tenant"),
            resource: "https://graph.microsoft.com".to_owned(),
            client_id: self.text(&format!("{client}client_id")),
            client_secret: Secret::new(self.text(&format!("{client}client_secret"))),
        };
        let http = testkit::outbound();
        let flows = Flows::new(http.clone(), Arc::new(SystemClock), ids);
        Graph::new(
            graph::Parts { http, flows, tokens: Tokens::new(Arc::new(SystemClock)) },
            organisation,
        )
    }

    /// Does what no client could.
    pub(crate) async fn control(&self, path: &str, body: Json) -> Json {
        let url = format!("{}{path}", self.text("control"));
        self.send(Method::POST, &url, ("application/json", body.to_string().into()), None).await
    }

    async fn token(&self, rights: &str) -> String {
        let told = self.control("/token", json!({ "roles": rights })).await;
        told["token"].as_str().unwrap().to_owned()
    }

    /// Posts to Graph as an application with these rights.
    pub(crate) async fn call(&self, rights: &str, path: &str, body: Json) -> Json {
        let (url, token) = (format!("{}{path}", self.text("graph")), self.token(rights).await);
        let body = ("application/json", body.to_string().into());
        self.send(Method::POST, &url, body, Some(&token)).await
    }

    /// What a list of Graph holds.
    pub(crate) async fn list(&self, rights: &str, path: &str) -> Vec<Json> {
        let (url, token) = (format!("{}{path}", self.text("graph")), self.token(rights).await);
        let answer = self.send(Method::GET, &url, ("application/json", Vec::new()), Some(&token));
        answer.await["value"].as_array().unwrap().clone()
    }

    /// Takes somebody out of a role.
    pub(crate) async fn remove(&self, path: &str) {
        let token = self.token("RoleManagement.ReadWrite.Directory").await;
        let url = format!("{}{path}", self.text("graph"));
        self.send(Method::DELETE, &url, ("application/json", Vec::new()), Some(&token)).await;
    }

    /// Puts a package into the catalogue of the organisation.
    pub(crate) async fn upload(&self, package: Vec<u8>) {
        let token = self.token("AppCatalog.ReadWrite.All").await;
        let url = format!("{}/appCatalogs/teamsApps", self.text("graph"));
        self.send(Method::POST, &url, ("application/zip", package), Some(&token)).await;
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        (kind, body): (&'static str, Vec<u8>),
        token: Option<&str>,
    ) -> Json {
        let kind = http::HeaderValue::from_static(kind);
        let mut request = egress::Request::post(url.parse().unwrap(), kind, body);
        request.method = method;
        if let Some(token) = token {
            let bearer = http::HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
            request.headers.insert(http::header::AUTHORIZATION, bearer);
        }
        let answer = testkit::outbound().fetch(request).await.unwrap();
        let said = String::from_utf8_lossy(&answer.body);
        assert!(answer.status.is_success(), "{url}: {} {said}", answer.status);
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// The identifier of somebody.
    pub(crate) fn person(&self, name: &str) -> String {
        let all = self.said["users"].as_array().unwrap();
        let found = all.iter().find(|user| user["name"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn one<'r>(report: &'r Report, id: &str) -> &'r Outcome {
    report.outcomes.iter().find(|one| one.check.id == id).unwrap()
}
