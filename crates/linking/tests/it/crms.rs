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
use http::{HeaderValue, header};
use identity::Role;
use kernel::Scope;
use liaison_linking::{Fault, Linking, Subject};
use linking_setup::{Decision, Which};
use serde_json::{Value as Json, json};

use crate::house::House;

/// What a role of Dynamics 365 had.
pub(crate) struct Privileges {
    role: String,
    all: Vec<Json>,
}

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

    /// The same with Microsoft Teams as the workspace.
    pub(crate) async fn at_teams() -> Self {
        let crms = Self::over(House::at_teams().await).await;
        for system in &crms.there.systems {
            crms.house.linking.link_crm(&crms.house.admin, system.id, true).await.unwrap();
        }
        crms
    }

    /// With linking switched off.
    pub(crate) async fn bare() -> Self {
        let house = House::bare().await;
        house.setup.consent(&house.admin, Which::First, Decision::Accept).await.unwrap();
        Self::over(house).await
    }

    async fn over(house: House) -> Self {
        let ground = Ground { public_url: "http://hub.test/".parse().unwrap(), ..house.ground() };
        let connectors = crm_proof::connectors(&ground);
        let settings = (None, crm_connections::Settings::default());
        let crm = crm_proof::connections(&ground, &connectors, settings);
        assert!(house.linking.connect(crm.clone()));
        let there = Elsewhere::start(crm, &house.admin, "http://hub.test/crm/sign-in").await;
        Self { house, there, connectors }
    }

    /// Somebody of the hub with an address.
    pub(crate) async fn person(&self, (name, mail): (&str, &str), roles: &[Role]) -> Scope {
        self.house.known((name, mail), roles).await
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

    /// Takes privileges from a role of Dynamics 365, as an administrator does there, and gives back what it had.
    pub(crate) async fn leave_out(&self, role: &str, names: &[&str]) -> Privileges {
        let query = format!("roles?$select=roleid&$filter=name%20eq%20'{role}'");
        let answer = self.dynamics(&query, None).await;
        let role = answer["value"][0]["roleid"].as_str().unwrap().to_owned();
        let path = format!("roles({role})/Microsoft.Dynamics.CRM.RetrieveRolePrivilegesRole()");
        let had = self.dynamics(&path, None).await["RolePrivileges"].as_array().unwrap().clone();
        let left: Vec<_> = had
            .iter()
            .filter(|one| !names.contains(&one["PrivilegeName"].as_str().unwrap_or_default()))
            .cloned()
            .collect();
        assert_eq!(had.len() - left.len(), names.len(), "{had:?}");
        let had = Privileges { role, all: had };
        self.replace(&had.role, &left).await;
        had
    }

    /// Gives a role exactly what it had.
    pub(crate) async fn give_back(&self, had: Privileges) {
        self.replace(&had.role, &had.all).await;
    }

    async fn replace(&self, role: &str, all: &[Json]) {
        let path = format!("roles({role})/Microsoft.Dynamics.CRM.ReplacePrivilegesRole");
        self.dynamics(&path, Some(json!({ "Privileges": all }))).await;
    }

    /// A call of Dynamics 365 as its administrator.
    pub(crate) async fn dynamics(&self, path: &str, body: Option<Json>) -> Json {
        let url = format!("{}/api/data/v9.2/{path}", self.there.said(At::Dynamics, "url"));
        let url: url::Url = url.parse().unwrap();
        let mut request = match &body {
            None => egress::Request::get(url),
            Some(body) => {
                let kind = HeaderValue::from_static("application/json");
                egress::Request::post(url, kind, body.to_string())
            }
        };
        let token = format!("Bearer {}", self.there.said(At::Dynamics, "token"));
        request.headers.insert(header::AUTHORIZATION, HeaderValue::try_from(token).unwrap());
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert!(answer.status.is_success(), "{path} {:?}", answer.body);
        serde_json::from_slice(&answer.body).unwrap_or_default()
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
