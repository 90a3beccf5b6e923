//! A tenant, an organisation of Salesforce, and a browser between them.

use std::sync::{Arc, Mutex};

use connectors::{
    Connectors, NewPolicy, Prebuilt,
    policy::{ConnectorRule, DataPolicy, Group, Reach, Rules},
};
use crm::Crm;
use doubles_salesforce::{Config, Double};
use egress::Networks;
use identity::{
    Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes,
    environments::{EnvironmentKind, NewEnvironment},
    tenants::Tenant,
    users::NewUser,
};
use kernel::{Clock, Coded, EnvironmentId, Ids, Language, Scope, Secret};
use liaison_crm_connections::{
    Adapters, Connection, CrmConnections, CrmSystem, Error, NewSystem, Parts, Session, Settings,
    SystemKind,
};
use oauth::Callback;
use records::Records;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{FixedClock, Store};
use url::Url;

pub(crate) const BACK: &str = "http://hub.test/crm/sign-in";
const PASSWORD: &str = "correct horse battery";

pub(crate) struct House {
    pub(crate) double: Double,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: Tenant,
    pub(crate) connectors: Arc<Connectors>,
    pub(crate) records: Records,
    pub(crate) crm: CrmConnections,
    /// Sessions that reached the adapter.
    pub(crate) sessions: Arc<Mutex<Vec<Session>>>,
    sealer: seal::Sealer,
    store: Store,
    _folder: TempDir,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let double = Double::start(Config::local(folder.path().to_owned())).unwrap();
        let store = Store::fresh().await;
        let clock = FixedClock::new();
        let ids = testkit::ids();
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: "http://hub.test/".parse().unwrap(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap();
        let records = Records::new(records::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            settings: records::Settings::default(),
        });
        let connectors = Arc::new(Connectors::new(connectors::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: ids.clone(),
            sealer: sealer.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            client: testkit::outbound(),
            public_url: "http://hub.test/".parse().unwrap(),
            settings: connectors::Settings::default(),
        }));
        let sessions = Arc::default();
        let mut house = Self {
            crm: node(
                (&store, &sealer, &clock, &ids),
                (&system, &identity, &connectors, &records),
                &sessions,
                settings,
            ),
            double,
            clock,
            ids,
            identity,
            system,
            tenant,
            connectors,
            records,
            sessions,
            sealer,
            store,
            _folder: folder,
        };
        for app in ["consumer_key", "self_authorize_consumer_key", "uninstalled_consumer_key"] {
            let key = house.said(app);
            house.control(&json!({ "app": { "consumer_key": key, "callback": BACK } }));
        }
        house.control(&json!({ "calm": true }));
        house.crm = house.node(Settings::default());
        house
    }

    /// Another node of the same hub.
    pub(crate) fn node(&self, settings: Settings) -> CrmConnections {
        node(
            (&self.store, &self.sealer, &self.clock, &self.ids),
            (&self.system, &self.identity, &self.connectors, &self.records),
            &self.sessions,
            settings,
        )
    }

    /// What administrators set for CRMs.
    pub(crate) fn sales(&self) -> sales_settings::SalesSettings {
        let crm = self.crm.clone();
        sales_settings::SalesSettings::new(sales_settings::Parts {
            db: self.store.db(),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            seat: Box::new(move |scope, system| {
                let crm = crm.clone();
                Box::pin(async move { crm.place(&scope, system).await })
            }),
        })
    }

    pub(crate) fn said(&self, name: &str) -> String {
        self.double.announcement()[name].as_str().unwrap().to_owned()
    }

    pub(crate) fn control(&self, order: &Value) {
        self.double.control(order).unwrap();
    }

    /// Changes the app that sellers sign in with.
    pub(crate) fn app(&self, mut change: Value) {
        change["consumer_key"] = self.said("consumer_key").into();
        self.control(&json!({ "app": change }));
    }

    pub(crate) fn salesforce(&self) -> NewSystem {
        NewSystem {
            name: "Salesforce".to_owned(),
            kind: Some(SystemKind::Salesforce),
            address: self.double.url(),
            client_id: self.said("consumer_key"),
            client_secret: Some(Secret::new(self.said("consumer_secret"))),
            enabled: true,
            ..NewSystem::default()
        }
    }

    /// The organisation, set up by an administrator.
    pub(crate) async fn organisation(&self) -> CrmSystem {
        let admin = self.admin().await;
        self.crm.create_system(&admin, self.salesforce()).await.unwrap()
    }

    pub(crate) async fn environment(&self, name: &str, kind: EnvironmentKind) -> EnvironmentId {
        let new = NewEnvironment { name: name.to_owned(), kind, crm_enabled: true };
        let root = self.system.scope(self.tenant.id, "test");
        self.identity.create_environment(&root, new).await.unwrap().id
    }

    pub(crate) async fn admin(&self) -> Scope {
        self.person("ada", &[Role::GlobalAdministrator]).await
    }

    pub(crate) async fn seller(&self, name: &str) -> Scope {
        self.person(name, &[Role::Seller]).await
    }

    /// A person who is signed in; made when there is none of that name.
    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        let root = self.system.scope(self.tenant.id, "test");
        let secret = || Some(Secret::new(PASSWORD.to_owned()));
        if self.identity.find_user_by_name(&root, name).await.unwrap().is_none() {
            let user = NewUser {
                user_name: name.to_owned(),
                display_name: name.to_owned(),
                addresses: vec![],
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

    /// What the browser brings back when `who` says yes at the organisation.
    pub(crate) async fn visit(&self, url: &Url, who: &str) -> Callback {
        self.visit_with(url, (who, &self.said("password"))).await
    }

    /// The same elsewhere.
    pub(crate) async fn visit_with(&self, url: &Url, (who, password): (&str, &str)) -> Callback {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(url.query_pairs());
        form.append_pair("username", who).append_pair("password", password);
        form.append_pair("decision", "allow");
        let mut door = url.clone();
        door.set_query(None);
        let kind = http::HeaderValue::from_static("application/x-www-form-urlencoded");
        let request = egress::Request::post(door, kind, form.finish());
        let answer = testkit::outbound().fetch(request).await.unwrap();
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        let place = answer.headers.get("location").unwrap_or_else(|| panic!("{said}"));
        let place: Url = place.to_str().unwrap().parse().unwrap();
        assert!(place.as_str().starts_with(BACK), "{place}");
        let of = |name: &str| {
            let mut pairs = place.query_pairs();
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        Callback {
            state: of("state").unwrap_or_default(),
            code: of("code").map(Secret::new),
            error: of("error"),
            description: of("error_description"),
            issuer: None,
        }
    }

    /// A whole sign-in.
    pub(crate) async fn sign_in(
        &self,
        seller: &Scope,
        system: &CrmSystem,
        who: &str,
    ) -> Result<Connection, Error> {
        let url = self.crm.begin_sign_in(seller, system.id).await?;
        let callback = self.visit(&url, who).await;
        self.crm.finish_sign_in(seller, callback).await
    }

    /// A policy that blocks Salesforce somewhere.
    pub(crate) async fn block(&self, reach: Reach) -> DataPolicy {
        let rule = ConnectorRule {
            connector: Some(Prebuilt::Salesforce.id()),
            pattern: None,
            group: Group::Blocked,
        };
        let rules = Rules { connectors: vec![rule], ..Rules::default() };
        let new = NewPolicy { name: "No Salesforce".to_owned(), reach, rules };
        let admin = self.admin().await;
        self.connectors.create_data_policy(&admin, new).await.unwrap()
    }

    pub(crate) async fn unblock(&self, policy: &DataPolicy) {
        let admin = self.admin().await;
        self.connectors.delete_data_policy(&admin, policy.id).await.unwrap();
    }

    /// The first account that the seller sees.
    pub(crate) async fn look(&self, seller: &Scope) -> Result<usize, crm::Error> {
        let crm = self.crm.of(seller).await.unwrap();
        let query = crm::Query::of("Account", &["Name"]).size(5);
        crm.query(&query).await.map(|page| page.records.len())
    }
}

type Floor<'a> = (&'a Store, &'a seal::Sealer, &'a Arc<FixedClock>, &'a Ids);
type Rooms<'a> = (&'a SystemScopes, &'a Arc<Identity>, &'a Arc<Connectors>, &'a Records);

fn node(
    (store, sealer, clock, ids): Floor<'_>,
    (scopes, identity, connectors, records): Rooms<'_>,
    sessions: &Arc<Mutex<Vec<Session>>>,
    settings: Settings,
) -> CrmConnections {
    let loopback = "127.0.0.0/8".parse().unwrap();
    let opened =
        egress::Settings { allowed_networks: vec![loopback], ..egress::Settings::default() };
    let salesforce = crm_salesforce::Salesforce::new(
        testkit::outbound(),
        Arc::clone(clock) as Arc<dyn Clock>,
        crm_salesforce::Settings::default(),
    );
    let dynamics = crm_dataverse::Dataverse::new(
        testkit::outbound(),
        Arc::clone(clock) as Arc<dyn Clock>,
        crm_dataverse::Settings::default(),
    );
    let (own, seen) = (records.clone(), Arc::clone(sessions));
    CrmConnections::new(Parts {
        db: store.db(),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ids: ids.clone(),
        sealer: sealer.clone(),
        scopes: scopes.clone(),
        identity: Arc::clone(identity),
        connectors: Arc::clone(connectors),
        records: records.clone(),
        client: testkit::outbound(),
        networks: Networks::new(&opened),
        public_url: "http://hub.test/".parse().unwrap(),
        adapters: Adapters {
            embedded: Box::new(move |scope, environment| {
                Arc::new(crm_embedded::Embedded::new(&own, scope, environment)) as Arc<dyn Crm>
            }),
            salesforce: Box::new(move |session: Session| {
                seen.lock().unwrap().push(session.clone());
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
        settings,
    })
}

pub(crate) fn code<T>(outcome: &Result<T, impl Coded>) -> &'static str {
    outcome.as_ref().err().map_or("done", |error| error.code().name())
}
