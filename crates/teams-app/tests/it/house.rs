//! A tenant with an organisation of Salesforce, an environment of its own, and a bot.

use std::sync::Arc;

use connectors::Connectors;
use crm_connections::{Adapters, CrmConnections, NewSystem, Session, SystemKind};
use doubles_salesforce::{Config, Double};
use identity::{
    Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes,
    tenants::Tenant,
    users::{NewUser, UserPatch},
};
use kernel::{Clock, Ids, Language, Scope, Secret};
use liaison_teams_app::{NewBot, Parts, Reply, Shared, TeamsApp};
use oauth::Callback;
use records::Records;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{FixedClock, Store};
use url::Url;
use uuid::Uuid;

use crate::connector::{Connector, ISSUER, SERVICE};

pub(crate) const BOT: &str = "5fa1c0de-0000-4000-8000-00000000b071";
pub(crate) const DIRECTORY: &str = "d1ec7000-0000-4000-8000-000000000001";

const BACK: &str = "http://hub.test/crm/sign-in";
const PASSWORD: &str = "correct horse battery";

pub(crate) struct House {
    pub(crate) double: Double,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: Tenant,
    pub(crate) crm: CrmConnections,
    pub(crate) workspace: Arc<workspace::Workspace>,
    pub(crate) teams: TeamsApp,
    pub(crate) connector: Connector,
    _store: Store,
    _folder: TempDir,
}

impl House {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let double = Double::start(Config::local(folder.path().join("salesforce"))).unwrap();
        let store = Store::fresh().await;
        let clock = FixedClock::new();
        let ids = testkit::ids();
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let teams_sealer = sealer.clone();
        let time = || Arc::clone(&clock) as Arc<dyn Clock>;
        let hub: Url = "http://hub.test/".parse().unwrap();
        let hub_address = hub.clone();
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
        let workspace = Arc::new(workspace::Workspace::new(
            store.db(),
            time(),
            ids.clone(),
            files,
            workspace::Settings::default(),
        ));
        let teams = TeamsApp::new(Parts {
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
            public_url: hub_address,
        });
        let connector = Connector::start();
        let house = Self {
            double,
            clock,
            ids,
            identity,
            system,
            tenant,
            crm,
            workspace,
            teams,
            connector,
            _store: store,
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

    /// The time in seconds.
    pub(crate) fn clock_now(&self) -> i64 {
        self.clock.now().as_second()
    }

    /// The person sets a language.
    pub(crate) async fn speaks(&self, scope: &Scope, language: Language) {
        let change = UserPatch { language: Some(Some(language)), ..UserPatch::default() };
        self.identity.update_user(&self.root(), scope.user().unwrap(), change).await.unwrap();
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
    pub(crate) async fn connect(&self, scope: &Scope, who: &str) -> Uuid {
        let all = self.crm.mine(scope).await.unwrap();
        if let Some(known) = all.first() {
            self.arrive(scope, (known.system.id, who)).await;
            return known.system.id;
        }
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
        self.arrive(scope, (system.id, who)).await;
        system.id
    }

    /// Signs in to the organisation.
    async fn arrive(&self, scope: &Scope, (system, who): (Uuid, &str)) {
        let url = self.crm.begin_sign_in(scope, system).await.unwrap();
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

    /// The bot, set up for the connector and the directory.
    pub(crate) async fn bot(&self) {
        let new = NewBot {
            application: BOT.to_owned(),
            directory: DIRECTORY.to_owned(),
            issuer: ISSUER.to_owned(),
            metadata: self.connector.metadata.clone(),
            ..NewBot::default()
        };
        self.teams.set_bot(&self.admin().await, Some(new)).await.unwrap();
    }

    /// What a token of the connector says when all is well.
    pub(crate) fn claims(&self) -> Value {
        let now = self.clock.now().as_second();
        json!({
            "iss": ISSUER, "aud": BOT, "serviceurl": SERVICE, "nbf": now - 60, "exp": now + 3600,
        })
    }

    pub(crate) fn token(&self) -> String {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": "teams" });
        format!("Bearer {}", self.connector.sign(&header, &self.claims()))
    }

    /// Sends an invoke of the person with this number in the directory; the body of the answer.
    pub(crate) async fn invoke(&self, who: u128, name: &str, value: Value) -> Value {
        let activity = activity(who, name, &value);
        let token = self.token();
        let reply = self.teams.receive(self.tenant.id, Some(&token), &activity).await.unwrap();
        let Reply::Answer(body) = reply else { panic!("{reply:?}") };
        body
    }

    /// An opportunity of the person's own: nobody else of their kind sees it, and sellers see no amounts.
    pub(crate) async fn deal(&self, scope: &Scope, (name, amount): (&str, f64)) -> Shared {
        let order = json!({
            "profile": { "name": "Seller", "hidden_fields": ["Opportunity.Amount"] },
        });
        self.double.control(&order).unwrap();
        let crm = self.crm.of(scope).await.unwrap();
        let mut values = crm::Values::from([
            ("Name".to_owned(), crm::Value::from(name)),
            ("StageName".to_owned(), crm::Value::Choice("Prospecting".to_owned())),
            ("CloseDate".to_owned(), crm::Value::Date("2026-12-24".parse().unwrap())),
        ]);
        if amount > 0.0 {
            values.insert("Amount".to_owned(), crm::Value::Number(amount));
        }
        let record = crm.create("Opportunity", &values).await.unwrap();
        let system = self.crm.chosen(scope).await.unwrap().id;
        Shared { system, record }
    }

    /// Says on both sides who somebody is.
    pub(crate) async fn link(&self, scope: &Scope, who: u128) {
        let code = self.teams.code(scope).await.unwrap();
        let value = json!({ "commandId": "search", "state": code.expose(), "parameters": [] });
        let answer = self.invoke(who, "composeExtension/query", value).await;
        assert_ne!(answer["composeExtension"]["type"], "auth", "{answer}");
    }
}

/// An invoke as Teams sends it.
pub(crate) fn activity(who: u128, name: &str, value: &Value) -> Value {
    json!({
        "type": "invoke", "id": "f:1", "name": name, "channelId": "msteams", "locale": "en-GB",
        "serviceUrl": SERVICE, "timestamp": "2026-11-23T07:00:00.000Z",
        "from": { "id": "29:1", "name": "Somebody", "aadObjectId": Uuid::from_u128(who) },
        "recipient": { "id": format!("28:{BOT}"), "name": "Liaison" },
        "conversation": { "conversationType": "personal", "tenantId": DIRECTORY, "id": "a:1" },
        "channelData": { "tenant": { "id": DIRECTORY }, "source": { "name": "compose" } },
        "value": value,
    })
}
