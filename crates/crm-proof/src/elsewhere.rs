//! The servers themselves, and what a test asks of them.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use crm::{Crm, RecordRef, Value, Values};
use crm_connections::{CrmConnections, CrmSystem, NewSystem, SystemKind};
use kernel::{Scope, Secret};
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use url::Url;

use crate::visit;

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The organisation of Salesforce.
    Salesforce,
    /// The environment of Dynamics 365.
    Dynamics,
}

impl At {
    /// One after the other.
    pub const BOTH: [Self; 2] = [Self::Salesforce, Self::Dynamics];

    /// What opportunities are called there.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Salesforce => "Opportunity",
            Self::Dynamics => "opportunity",
        }
    }

    /// The field with their name.
    pub const fn name_field(self) -> &'static str {
        match self {
            Self::Salesforce => "Name",
            Self::Dynamics => "name",
        }
    }

    /// The mail address of a role there: `seller`, `other`, `colleague`, `manager`.
    pub fn mail(self, who: &str) -> String {
        match (self, who) {
            (Self::Salesforce, "seller") => "seller@example.com",
            (Self::Salesforce, "colleague") => "limited@example.com",
            (Self::Salesforce, "other") => "disabled@example.com",
            (Self::Salesforce, _) => "admin@example.com",
            (Self::Dynamics, "seller") => "seller@contoso.example",
            (Self::Dynamics, "colleague") => "colleague@contoso.example",
            (Self::Dynamics, "other") => "limited@contoso.example",
            (Self::Dynamics, _) => "admin@contoso.example",
        }
        .to_owned()
    }
}

/// Both, set up as CRMs of a tenant.
#[derive(Debug)]
pub struct Elsewhere {
    /// The CRMs as the hub has them.
    pub crm: CrmConnections,
    /// The organisation of Salesforce.
    pub salesforce: doubles_salesforce::Double,
    /// The environment of Dynamics 365.
    pub dynamics: doubles_dataverse::Double,
    /// Salesforce and Dynamics 365.
    pub systems: [CrmSystem; 2],
    _keys: TempDir,
}

/// How a hub is told of an organisation of Salesforce.
pub fn salesforce(double: &doubles_salesforce::Double) -> NewSystem {
    let said = double.announcement();
    NewSystem {
        name: "Salesforce".to_owned(),
        kind: Some(SystemKind::Salesforce),
        address: double.url(),
        client_id: text(&said, "consumer_key"),
        client_secret: Some(Secret::new(text(&said, "consumer_secret"))),
        enabled: true,
        ..NewSystem::default()
    }
}

/// How a hub is told of an environment of Dynamics 365.
pub fn dynamics(double: &doubles_dataverse::Double) -> NewSystem {
    let said = double.announcement();
    NewSystem {
        name: "Dynamics 365".to_owned(),
        kind: Some(SystemKind::Dataverse),
        address: text(&said, "url"),
        authority: text(&said, "authority"),
        directory: text(&said, "directory"),
        client_id: text(&said, "client_id"),
        client_secret: Some(Secret::new(text(&said, "client_secret"))),
        enabled: true,
        ..NewSystem::default()
    }
}

fn text(said: &Json, name: &str) -> String {
    said[name].as_str().unwrap().to_owned()
}

impl Elsewhere {
    /// Starts both and sets them up as an administrator does. People come back to `callback`.
    pub async fn start(crm: CrmConnections, admin: &Scope, callback: &str) -> Self {
        let keys = tempfile::tempdir().unwrap();
        let config = doubles_salesforce::Config::local(keys.path().into());
        let first = doubles_salesforce::Double::start(config).unwrap();
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let second =
            tokio::task::spawn_blocking(move || doubles_dataverse::Double::start(nowhere)).await;
        let second = second.unwrap().unwrap();
        let key = text(&first.announcement(), "consumer_key");
        let app = json!({ "consumer_key": key, "callback": callback });
        first.control(&json!({ "app": app })).unwrap();
        let user = json!({ "username": "disabled@example.com", "profile": "Seller" });
        first.control(&json!({ "user": user })).unwrap();
        let systems = [
            crm.create_system(admin, salesforce(&first)).await.unwrap(),
            crm.create_system(admin, dynamics(&second)).await.unwrap(),
        ];
        Self { crm, salesforce: first, dynamics: second, systems, _keys: keys }
    }

    /// One of the CRMs.
    pub const fn system(&self, at: At) -> &CrmSystem {
        match at {
            At::Salesforce => &self.systems[0],
            At::Dynamics => &self.systems[1],
        }
    }

    /// What a server told about itself.
    pub fn said(&self, at: At, name: &str) -> String {
        match at {
            At::Salesforce => text(&self.salesforce.announcement(), name),
            At::Dynamics => text(&self.dynamics.announcement(), name),
        }
    }

    /// Where the browser comes back to when the one with this address signs in at the page that a sign-in begins with.
    pub async fn come_back(&self, at: At, url: &Url, mail: &str) -> Url {
        crate::back(url, (mail, &self.said(at, "password"))).await
    }

    /// Signs somebody of the hub in as the one with this address there.
    pub async fn sign_in(&self, scope: &Scope, at: At, mail: &str) {
        let url = self.crm.begin_sign_in(scope, self.system(at).id).await.unwrap();
        let callback = visit(&url, (mail, &self.said(at, "password"))).await;
        self.crm.finish_sign_in(scope, callback).await.unwrap();
    }

    /// Ends every sign-in at Salesforce.
    pub fn end_sign_ins(&self) {
        self.salesforce.control(&json!({ "revoke_refresh_tokens": true })).unwrap();
        self.salesforce.control(&json!({ "expire_sessions": true })).unwrap();
    }

    /// Somebody's place at a CRM.
    pub async fn seat(&self, scope: &Scope, at: At) -> Arc<dyn Crm> {
        self.crm.at(scope, self.system(at).id).await.unwrap().1
    }

    /// Makes an opportunity as somebody.
    pub async fn opportunity(&self, scope: &Scope, at: At, name: &str) -> RecordRef {
        let crm = self.seat(scope, at).await;
        let mut values = Values::from([(at.name_field().to_owned(), Value::from(name))]);
        if at == At::Salesforce {
            values.insert("StageName".to_owned(), Value::Choice("Prospecting".to_owned()));
            values.insert("CloseDate".to_owned(), Value::Date("2027-01-31".parse().unwrap()));
        }
        crm.create(at.table(), &values).await.unwrap()
    }

    /// Gives an opportunity another name.
    pub async fn rename(&self, scope: &Scope, (at, record): (At, &RecordRef), name: &str) {
        let crm = self.seat(scope, at).await;
        let values = Values::from([(at.name_field().to_owned(), Value::from(name))]);
        crm.update(record, &values, None).await.unwrap();
    }
}
