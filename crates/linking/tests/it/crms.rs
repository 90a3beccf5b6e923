//! A tenant with an organisation of Salesforce and an environment of Dynamics 365, each a server that stores rows and
//! enforces rules, and people who are signed in there.

use std::sync::Arc;

use connectors::{
    Connectors, NewPolicy, Prebuilt,
    policy::{ConnectorRule, Group, Reach, Rules},
};
use crm::{RecordRef, Value};
pub(crate) use crm_proof::{At, code};
use crm_proof::{Elsewhere, Ground};
use identity::{Caller, Presented, Role, SignIn, SignedIn, users::NewUser};
use kernel::{Clock, Scope, Secret};
use liaison_linking::{Fault, Linking, Subject};
use linking_setup::{Decision, Which};

use crate::house::House;

const PASSWORD: &str = "correct horse battery";

pub(crate) struct Crms {
    pub(crate) house: House,
    pub(crate) there: Elsewhere,
    pub(crate) connectors: Arc<Connectors>,
}

impl Crms {
    /// With linking switched on for both.
    pub(crate) async fn new() -> Self {
        let crms = Self::bare().await;
        for system in &crms.there.systems {
            crms.house.linking.link_crm(&crms.house.admin, system.id, true).await.unwrap();
        }
        crms
    }

    /// With linking switched off.
    pub(crate) async fn bare() -> Self {
        let house = House::bare().await;
        house.setup.consent(&house.admin, Which::First, Decision::Accept).await.unwrap();
        let keys = vec![seal::Key::generate(&house.ids)];
        let ground = Ground {
            db: house.store.db(),
            clock: Arc::clone(&house.clock) as Arc<dyn Clock>,
            ids: house.ids.clone(),
            sealer: seal::Sealer::new(keys, house.ids.clone()).unwrap(),
            scopes: house.system.clone(),
            identity: Arc::clone(&house.identity),
            records: house.records.clone(),
            public_url: "http://hub.test/".parse().unwrap(),
        };
        let connectors = crm_proof::connectors(&ground);
        let settings = (None, crm_connections::Settings::default());
        let crm = crm_proof::connections(&ground, &connectors, settings);
        assert!(house.linking.connect(crm.clone()));
        let there = Elsewhere::start(crm, &house.admin, "http://hub.test/crm/sign-in").await;
        Self { house, there, connectors }
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
        let mail = at.mail(who);
        let scope = self.person((&format!("{who}.{at:?}"), &mail), &[Role::Seller]).await;
        self.house.license(&scope).await;
        self.there.sign_in(&scope, at, &mail).await;
        scope
    }

    /// An opportunity of somebody.
    pub(crate) async fn opportunity(&self, scope: &Scope, at: At, name: &str) -> Subject {
        let made = self.there.opportunity(scope, at, name).await;
        Subject::crm(self.there.system(at).id, &made.table, &made.id.0)
    }

    /// A node that dies where somebody says.
    pub(crate) fn mortal(&self, fault: Fault) -> Arc<Linking> {
        let node = self.house.mortal(fault);
        assert!(node.connect(self.there.crm.clone()));
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
                let crm = self.there.seat(manager, at).await;
                let row = RecordRef::new("msdyn_teamscollaboration", link.to_string());
                usize::from(crm.read(&row, &[]).await.is_ok())
            }
            At::Salesforce => {
                let viva = self.there.crm.viva(&self.house.root()).await.unwrap().unwrap();
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
        let crm = self.there.seat(manager, At::Dynamics).await;
        let about = crm::Filter::compare(
            "regardingobjectid",
            crm::Comparison::Equal,
            Value::Row(RecordRef::new(of.table(), of.key())),
        );
        let query = crm::Query::of("sharepointdocumentlocation", &["name"]).filter(about);
        crm.query(&query).await.unwrap().records.len()
    }
}
