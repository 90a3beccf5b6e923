//! A tenant with everything that the guide looks at, and an organisation of Salesforce.

use std::sync::Arc;

use connectors::{
    Connectors, NewPolicy, Prebuilt,
    policy::{ConnectorRule, DataPolicy, Group, Reach, Rules},
};
use crm_connections::{Adapters, CrmConnections, NewSystem, Session, SystemKind};
use doubles_salesforce::{Config, Double};
use identity::{
    Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes, tenants::Tenant,
    users::NewUser,
};
use kernel::{Clock, Ids, Language, Scope, Secret};
use liaison_deployment::{Deployment, Guide, Outcome, Parts, Report};
use oauth::Callback;
use records::Records;
use serde_json::json;
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

    pub(crate) async fn at(public_url: &str) -> Self {
        Self::built(public_url, workspace::Settings::default()).await
    }

    async fn built(public_url: &str, settings: workspace::Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let double = Double::start(Config::local(folder.path().join("salesforce"))).unwrap();
        let store = Store::fresh().await;
        let clock = FixedClock::new();
        let ids = testkit::ids();
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let time = || Arc::clone(&clock) as Arc<dyn Clock>;
        let hub: Url = "http://hub.test/".parse().unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: hub.clone(),
            settings: identity::Settings::default(),
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
                dataverse: Box::new(|_session| panic!("no Dynamics 365 here")),
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
                client: testkit::outbound(),
                public_url: public_url.parse().unwrap(),
            }),
            workspace,
            graph: Box::new(|_tenant| Box::pin(async { None })),
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
        let new = NewSystem {
            name: "Salesforce".to_owned(),
            kind: Some(SystemKind::Salesforce),
            address: self.double.url(),
            client_id: self.said("consumer_key"),
            client_secret: Some(Secret::new(self.said("consumer_secret"))),
            enabled: true,
            ..NewSystem::default()
        };
        let system = self.crm.create_system(&self.admin().await, new).await.unwrap();
        let url = self.crm.begin_sign_in(scope, system.id).await.unwrap();
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(url.query_pairs());
        form.append_pair("username", who).append_pair("password", &self.said("password"));
        form.append_pair("decision", "allow");
        let mut door = url.clone();
        door.set_query(None);
        let kind = http::HeaderValue::from_static("application/x-www-form-urlencoded");
        let request = egress::Request::post(door, kind, form.finish());
        let answer = testkit::outbound().fetch(request).await.unwrap();
        let place = answer.headers.get("location").unwrap().to_str().unwrap();
        let place: Url = place.parse().unwrap();
        let of = |name: &str| {
            let mut pairs = place.query_pairs();
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let callback = Callback {
            state: of("state").unwrap_or_default(),
            code: of("code").map(Secret::new),
            error: of("error"),
            description: of("error_description"),
            issuer: None,
        };
        self.crm.finish_sign_in(scope, callback).await.unwrap();
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

pub(crate) fn one<'r>(report: &'r Report, id: &str) -> &'r Outcome {
    report.outcomes.iter().find(|one| one.check.id == id).unwrap()
}
