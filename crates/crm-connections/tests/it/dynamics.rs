//! Signing in at Dynamics 365, and records read and written through it as whoever signed in.

use std::net::{Ipv4Addr, SocketAddr};

use crm::{RecordRef, Value, Values};
use doubles_dataverse::Double;
use kernel::Scope;
use liaison_crm_connections::{CrmSystem, NewSystem, State, SystemKind};
use serde_json::{Value as Json, json};

use crate::house::{House, code};

pub(crate) struct Dynamics {
    pub(crate) house: House,
    double: Double,
    said: Json,
}

impl Dynamics {
    pub(crate) async fn new() -> Self {
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let double = tokio::task::spawn_blocking(move || Double::start(nowhere)).await.unwrap();
        let double = double.unwrap();
        Self { house: House::new().await, said: double.announcement(), double }
    }

    fn said(&self, name: &str) -> String {
        self.said[name].as_str().unwrap().to_owned()
    }

    pub(crate) async fn system(&self) -> CrmSystem {
        let new = NewSystem {
            name: "Dynamics 365".to_owned(),
            kind: Some(SystemKind::Dataverse),
            address: self.said("url"),
            authority: self.said("authority"),
            directory: self.said("directory"),
            client_id: self.said("client_id"),
            client_secret: Some(kernel::Secret::new(self.said("client_secret"))),
            enabled: true,
            ..NewSystem::default()
        };
        self.house.crm.create_system(&self.house.admin().await, new).await.unwrap()
    }

    /// Accounts get a column that profiles open to some people alone.
    pub(crate) async fn secure(&self, name: &str) {
        let label = json!({ "LocalizedLabels": [{ "Label": name, "LanguageCode": 1033 }] });
        let column = json!({
            "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
            "SchemaName": name, "DisplayName": label, "MaxLength": 50, "IsSecured": true,
        });
        let url = format!(
            "{}/api/data/v9.2/EntityDefinitions(LogicalName='account')/Attributes",
            self.said("url")
        );
        let kind = http::HeaderValue::from_static("application/json");
        let mut request = egress::Request::post(url.parse().unwrap(), kind, column.to_string());
        let bearer = format!("Bearer {}", self.said("token"));
        request.headers.insert("authorization", bearer.parse().unwrap());
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert!(answer.status.is_success(), "{}", answer.status);
    }

    pub(crate) async fn sign_in(
        &self,
        seller: &Scope,
        system: &CrmSystem,
        who: &str,
    ) -> &'static str {
        let url = self.house.crm.begin_sign_in(seller, system.id).await.unwrap();
        let password = self.said("password");
        let callback = self.house.visit_with(&url, (&self.said(who), &password)).await;
        code(&self.house.crm.finish_sign_in(seller, callback).await)
    }
}

#[tokio::test]
async fn a_seller_signs_in_with_pkce_and_sees_and_edits_a_record_there() {
    let dynamics = Dynamics::new().await;
    let (house, system) = (&dynamics.house, dynamics.system().await);
    let seller = house.seller("sam").await;
    let url = house.crm.begin_sign_in(&seller, system.id).await.unwrap();
    let asked = url.query().unwrap();
    assert!(asked.contains("code_challenge_method=S256") && asked.contains("resource="), "{url}");
    assert!(url.path().ends_with("/contoso.example/oauth2/authorize"), "{url}");
    assert_eq!(dynamics.sign_in(&seller, &system, "username").await, "done");
    let mine = house.crm.mine(&seller).await.unwrap();
    let connection = mine.iter().find_map(|one| one.connection.as_ref()).unwrap();
    assert_eq!((connection.state, connection.chosen), (State::Connected, true));

    let crm = house.crm.of(&seller).await.unwrap();
    let text = |text: &str| Value::Text(text.to_owned());
    let new = Values::from([("name".to_owned(), text("Sommet Sports"))]);
    let made = crm.create("account", &new).await.unwrap();
    let fields = ["name".to_owned()];
    let read = crm.read(&made, &fields).await.unwrap();
    assert_eq!(read.values.get("name"), Some(&text("Sommet Sports")));
    // whose records are one's own is known here too
    let me = house.crm.own_user(&seller).await.unwrap();
    let owned = crm.read(&made, &["ownerid".to_owned()]).await.unwrap();
    assert_eq!(owned.values.get("ownerid"), Some(&Value::Row(me)));
    let change = Values::from([("name".to_owned(), text("Sommet et Fils"))]);
    crm.update(&made, &change, read.version.as_ref()).await.unwrap();
    assert_eq!(
        crm.read(&made, &fields).await.unwrap().values.get("name"),
        Some(&text("Sommet et Fils"))
    );
    let late = crm.update(&made, &new, read.version.as_ref()).await;
    assert_eq!(code(&late), "crm.record_changed", "{late:?}");
}

#[tokio::test]
async fn who_has_no_role_there_is_told_so_whoever_signed_in_before() {
    let dynamics = Dynamics::new().await;
    let (house, system) = (&dynamics.house, dynamics.system().await);
    let (sam, lou) = (house.seller("sam").await, house.seller("lou").await);
    assert_eq!(dynamics.sign_in(&sam, &system, "username").await, "done");
    let crm = house.crm.of(&sam).await.unwrap();
    let new = Values::from([("name".to_owned(), Value::Text("Sommet".to_owned()))]);
    let made: RecordRef = crm.create("account", &new).await.unwrap();
    dynamics.sign_in(&lou, &system, "limited_username").await;
    if let Ok(crm) = house.crm.of(&lou).await {
        let seen = crm.read(&made, &["name".to_owned()]).await;
        assert_eq!(code(&seen), "crm.object_hidden", "{seen:?}");
    }
}

#[tokio::test]
async fn a_token_that_ended_is_renewed_and_a_wrong_secret_connects_nobody() {
    let dynamics = Dynamics::new().await;
    let (house, system) = (&dynamics.house, dynamics.system().await);
    let seller = house.seller("sam").await;
    assert_eq!(dynamics.sign_in(&seller, &system, "username").await, "done");
    house.clock.advance(std::time::Duration::from_hours(2));
    let before = dynamics.double.calls().len();
    let crm = house.crm.of(&seller).await.unwrap();
    crm.permissions("account").await.unwrap();
    let calls = dynamics.double.calls();
    let renewed = calls.iter().skip(before).filter(|call| call.ends_with("/oauth2/token"));
    assert_eq!(renewed.count(), 1, "{calls:?}");

    let wrong = NewSystem {
        name: "Mistyped".to_owned(),
        kind: Some(SystemKind::Dataverse),
        address: dynamics.said("url"),
        authority: dynamics.said("authority"),
        directory: dynamics.said("directory"),
        client_id: dynamics.said("client_id"),
        client_secret: Some(kernel::Secret::new("mistyped".to_owned())),
        enabled: true,
        ..NewSystem::default()
    };
    let wrong = house.crm.create_system(&house.admin().await, wrong).await.unwrap();
    let refused = dynamics.sign_in(&seller, &wrong, "username").await;
    assert_eq!(refused, "crm_sign_in.app_secret");
}
