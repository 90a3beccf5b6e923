//! A tenant with an organisation of Salesforce and an environment of Dynamics 365, each a server that stores rows and
//! enforces rules, and people who are signed in there.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use connectors::{
    Connectors, NewPolicy, Prebuilt,
    policy::{ConnectorRule, Group, Reach, Rules},
};
use crm::{Crm, RecordRef, Value, Values};
use crm_connections::{Adapters, CrmConnections, CrmSystem, NewSystem, Parts, Session, SystemKind};
use identity::{Caller, Presented, Role, SignIn, SignedIn, users::NewUser};
use kernel::{Clock, Coded, Scope, Secret};
use liaison_linking::{Fault, Linking, Subject};
use linking_setup::{Decision, Which};
use oauth::Callback;
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use url::Url;

use crate::house::House;

const PASSWORD: &str = "correct horse battery";
const BACK: &str = "http://hub.test/crm/sign-in";

pub(crate) struct Crms {
    pub(crate) house: House,
    pub(crate) crm: CrmConnections,
    pub(crate) connectors: Arc<Connectors>,
    pub(crate) salesforce: doubles_salesforce::Double,
    pub(crate) dynamics: doubles_dataverse::Double,
    /// Salesforce and Dynamics 365.
    pub(crate) systems: [CrmSystem; 2],
    _keys: TempDir,
}

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Salesforce,
    Dynamics,
}

impl At {
    pub(crate) const BOTH: [Self; 2] = [Self::Salesforce, Self::Dynamics];

    pub(crate) const fn table(self) -> &'static str {
        match self {
            Self::Salesforce => "Opportunity",
            Self::Dynamics => "opportunity",
        }
    }

    pub(crate) const fn name_field(self) -> &'static str {
        match self {
            Self::Salesforce => "Name",
            Self::Dynamics => "name",
        }
    }
}

impl Crms {
    /// With linking switched on for both.
    pub(crate) async fn new() -> Self {
        let crms = Self::bare().await;
        for system in &crms.systems {
            crms.house.linking.link_crm(&crms.house.admin, system.id, true).await.unwrap();
        }
        crms
    }

    /// With linking switched off.
    pub(crate) async fn bare() -> Self {
        let house = House::bare().await;
        house.setup.consent(&house.admin, Which::First, Decision::Accept).await.unwrap();
        let keys = tempfile::tempdir().unwrap();
        let salesforce = doubles_salesforce::Double::start(doubles_salesforce::Config::local(
            keys.path().into(),
        ))
        .unwrap();
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let dynamics =
            tokio::task::spawn_blocking(move || doubles_dataverse::Double::start(nowhere)).await;
        let dynamics = dynamics.unwrap().unwrap();
        let sealer =
            seal::Sealer::new(vec![seal::Key::generate(&house.ids)], house.ids.clone()).unwrap();
        let clock = || Arc::clone(&house.clock) as Arc<dyn Clock>;
        let connectors = Arc::new(Connectors::new(connectors::Parts {
            db: house.store.db(),
            clock: clock(),
            ids: house.ids.clone(),
            sealer: sealer.clone(),
            scopes: house.system.clone(),
            identity: Arc::clone(&house.identity),
            client: testkit::outbound(),
            public_url: "http://hub.test/".parse().unwrap(),
            settings: connectors::Settings::default(),
        }));
        let crm = connections(&house, &connectors, sealer);
        assert!(house.linking.connect(crm.clone()));
        let app =
            json!({ "consumer_key": salesforce.announcement()["consumer_key"], "callback": BACK });
        salesforce.control(&json!({ "app": app })).unwrap();
        salesforce
            .control(
                &json!({ "user": { "username": "disabled@example.com", "profile": "Seller" } }),
            )
            .unwrap();
        let systems = systems(&house, &crm, (&salesforce, &dynamics)).await;
        Self { house, crm, connectors, salesforce, dynamics, systems, _keys: keys }
    }

    pub(crate) const fn system(&self, at: At) -> &CrmSystem {
        match at {
            At::Salesforce => &self.systems[0],
            At::Dynamics => &self.systems[1],
        }
    }

    fn said(&self, at: At, name: &str) -> String {
        let said = match at {
            At::Salesforce => self.salesforce.announcement(),
            At::Dynamics => self.dynamics.announcement(),
        };
        said[name].as_str().unwrap().to_owned()
    }

    /// The mail address of a role in a CRM: `seller`, `other`, `colleague`, `manager`.
    pub(crate) fn mail(at: At, who: &str) -> String {
        match (at, who) {
            (At::Salesforce, "seller") => "seller@example.com",
            (At::Salesforce, "colleague") => "limited@example.com",
            (At::Salesforce, "other") => "disabled@example.com",
            (At::Salesforce, _) => "admin@example.com",
            (At::Dynamics, "seller") => "seller@contoso.example",
            (At::Dynamics, "colleague") => "colleague@contoso.example",
            (At::Dynamics, "other") => "limited@contoso.example",
            (At::Dynamics, _) => "admin@contoso.example",
        }
        .to_owned()
    }

    /// Somebody of the hub with an address.
    pub(crate) async fn person(&self, (name, mail): (&str, &str), roles: &[Role]) -> Scope {
        let house = &self.house;
        let user = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: vec![mail.to_owned()],
            language: None,
            time_zone: None,
            password: Some(Secret::new(PASSWORD.to_owned())),
            roles: roles.to_vec(),
        };
        house.identity.create_user(&house.root(), user).await.unwrap();
        let client = "Test/1.0".to_owned();
        let caller = Caller { request: house.ids.fresh(), origin: None, language: None, client };
        let who = SignIn { name: name.to_owned(), password: Secret::new(PASSWORD.to_owned()) };
        let signed = house.identity.sign_in(&caller, house.tenant, who).await.unwrap();
        let SignedIn::Done(session) = signed else { panic!("a second factor is asked for") };
        let presented = Presented::Session(session.secret.expose());
        house.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    /// A licensed seller of the hub who is signed in to a CRM as this role there.
    pub(crate) async fn seller(&self, at: At, who: &str) -> Scope {
        let mail = Self::mail(at, who);
        let scope = self.person((&format!("{who}.{at:?}"), &mail), &[Role::Seller]).await;
        self.house.license(&scope).await;
        self.sign_in(&scope, at, &mail).await;
        scope
    }

    pub(crate) async fn sign_in(&self, scope: &Scope, at: At, mail: &str) {
        let url = self.crm.begin_sign_in(scope, self.system(at).id).await.unwrap();
        let callback = visit(&url, (mail, &self.said(at, "password"))).await;
        self.crm.finish_sign_in(scope, callback).await.unwrap();
    }

    pub(crate) async fn seat(&self, scope: &Scope, at: At) -> Arc<dyn Crm> {
        self.crm.at(scope, self.system(at).id).await.unwrap().1
    }

    /// An opportunity of somebody.
    pub(crate) async fn opportunity(&self, scope: &Scope, at: At, name: &str) -> Subject {
        let crm = self.seat(scope, at).await;
        let mut values = Values::from([(at.name_field().to_owned(), Value::from(name))]);
        if at == At::Salesforce {
            values.insert("StageName".to_owned(), Value::Choice("Prospecting".to_owned()));
            values.insert("CloseDate".to_owned(), Value::Date("2027-01-31".parse().unwrap()));
        }
        let made = crm.create(at.table(), &values).await.unwrap();
        Subject::crm(self.system(at).id, &made.table, &made.id.0)
    }

    /// A node that dies where somebody says.
    pub(crate) fn mortal(&self, fault: Fault) -> Arc<Linking> {
        let node = self.house.mortal(fault);
        assert!(node.connect(self.crm.clone()));
        node
    }

    /// A policy that blocks a CRM everywhere.
    pub(crate) async fn block(&self, at: At) {
        let connector = match at {
            At::Salesforce => Prebuilt::Salesforce,
            At::Dynamics => Prebuilt::Dataverse,
        };
        let rule =
            ConnectorRule { connector: Some(connector.id()), pattern: None, group: Group::Blocked };
        let rules = Rules { connectors: vec![rule], ..Rules::default() };
        let new = NewPolicy { name: "None of it".to_owned(), reach: Reach::All, rules };
        self.connectors.create_data_policy(&self.house.admin, new).await.unwrap();
    }

    /// The rows of a link: its key in the CRM, or in the product's own environment.
    pub(crate) async fn rows(&self, at: At, manager: &Scope, link: uuid::Uuid) -> usize {
        match at {
            At::Dynamics => {
                let crm = self.seat(manager, at).await;
                let row = RecordRef::new("msdyn_teamscollaboration", link.to_string());
                usize::from(crm.read(&row, &[]).await.is_ok())
            }
            At::Salesforce => {
                let viva = self.crm.viva(&self.house.root()).await.unwrap().unwrap();
                let root = self.house.root();
                let session = self.house.records.session_in(&root, viva).await.unwrap();
                let table = session.model().table("msdyn_collabspaceteamassociation").unwrap();
                let query = queries::Query::of(table).select([]).unwrap();
                let key = records::RowKey::Id(link);
                let found =
                    session.read("msdyn_collabspaceteamassociation", &key, &query).await.unwrap();
                usize::from(found.is_some_and(|rows| !rows.rows.is_empty()))
            }
        }
    }

    /// The document locations about a record in Dynamics 365.
    pub(crate) async fn locations(&self, manager: &Scope, of: &Subject) -> usize {
        let crm = self.seat(manager, At::Dynamics).await;
        let about = crm::Filter::compare(
            "regardingobjectid",
            crm::Comparison::Equal,
            Value::Row(RecordRef::new(of.table(), of.key())),
        );
        let query = crm::Query::of("sharepointdocumentlocation", &["name"]).filter(about);
        crm.query(&query).await.unwrap().records.len()
    }
}

async fn systems(
    house: &House,
    crm: &CrmConnections,
    (salesforce, dynamics): (&doubles_salesforce::Double, &doubles_dataverse::Double),
) -> [CrmSystem; 2] {
    let text = |said: &Json, name: &str| said[name].as_str().unwrap().to_owned();
    let said = salesforce.announcement();
    let new = NewSystem {
        name: "Salesforce".to_owned(),
        kind: Some(SystemKind::Salesforce),
        address: salesforce.url(),
        client_id: text(&said, "consumer_key"),
        client_secret: Some(Secret::new(text(&said, "consumer_secret"))),
        enabled: true,
        ..NewSystem::default()
    };
    let first = crm.create_system(&house.admin, new).await.unwrap();
    let said = dynamics.announcement();
    let new = NewSystem {
        name: "Dynamics 365".to_owned(),
        kind: Some(SystemKind::Dataverse),
        address: text(&said, "url"),
        authority: text(&said, "authority"),
        directory: text(&said, "directory"),
        client_id: text(&said, "client_id"),
        client_secret: Some(Secret::new(text(&said, "client_secret"))),
        enabled: true,
        ..NewSystem::default()
    };
    let second = crm.create_system(&house.admin, new).await.unwrap();
    [first, second]
}

fn connections(
    house: &House,
    connectors: &Arc<Connectors>,
    sealer: seal::Sealer,
) -> CrmConnections {
    let loopback = "127.0.0.0/8".parse().unwrap();
    let opened =
        egress::Settings { allowed_networks: vec![loopback], ..egress::Settings::default() };
    let clock = || Arc::clone(&house.clock) as Arc<dyn Clock>;
    let salesforce = crm_salesforce::Salesforce::new(
        testkit::outbound(),
        clock(),
        crm_salesforce::Settings::default(),
    );
    let dynamics = crm_dataverse::Dataverse::new(
        testkit::outbound(),
        clock(),
        crm_dataverse::Settings::default(),
    );
    let own = house.records.clone();
    CrmConnections::new(Parts {
        db: house.store.db(),
        clock: clock(),
        ids: house.ids.clone(),
        sealer,
        scopes: house.system.clone(),
        identity: Arc::clone(&house.identity),
        connectors: Arc::clone(connectors),
        records: house.records.clone(),
        client: testkit::outbound(),
        networks: egress::Networks::new(&opened),
        public_url: "http://hub.test/".parse().unwrap(),
        adapters: Adapters {
            embedded: Box::new(move |scope, environment| {
                Arc::new(crm_embedded::Embedded::new(&own, scope, environment)) as Arc<dyn Crm>
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
    })
}

/// What the browser brings back when somebody says yes.
async fn visit(url: &Url, (who, password): (&str, &str)) -> Callback {
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

pub(crate) fn code<T>(outcome: &Result<T, impl Coded>) -> &'static str {
    outcome.as_ref().err().map_or("done", |error| error.code().name())
}
