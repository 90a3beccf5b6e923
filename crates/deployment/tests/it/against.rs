//! Every check that is read from a system, against the stand-ins that published clients of these systems have passed:
//! what makes it pass, what makes it fail, what leaves it unknown.

use crm::{Filter, Query, Value, Values};
use identity::Role;
use kernel::Scope;
use liaison_deployment::{Guide, Report, Source, State, Why};
use serde_json::json;

use crate::house::{House, Microsoft, one};

fn states(report: &Report, ids: &[&str]) -> Vec<State> {
    ids.iter().map(|id| one(report, id).state).collect()
}

fn read_from(report: &Report, ids: &[&str], source: Source) {
    for id in ids {
        let found = one(report, id);
        assert_eq!(found.source, Some(source), "{found:?}");
        assert!(found.read_at.is_some(), "{found:?}");
    }
}

async fn checked(house: &House, scope: &Scope, guide: Guide) -> Report {
    Box::pin(house.deployment.check(scope, guide, None)).await.unwrap()
}

#[tokio::test]
async fn microsoft_365_says_who_administers_what_is_licensed_and_whether_the_app_is_there() {
    let (house, there) = House::with_graph("").await;
    let ada = house.admin().await;
    house.person("sam", &[Role::Seller]).await;
    let read = ["M365-01", "M365-03", "M365-14", "TMS-01", "TMS-02"];
    let report = house.checked(&ada).await;
    // ada is nobody there, sam holds nothing, nobody administers Teams, the app was not uploaded
    let (pass, fail) = (State::Pass, State::Fail);
    assert_eq!(states(&report, &read), [fail, fail, pass, fail, fail]);
    read_from(&report, &read, Source::Graph);
    assert_eq!(one(&report, "M365-14").observed[0], "alice@northwind.test");
    // each is cured there
    let mail = |who: &str| json!({ "mail": format!("{who}@example.com") });
    there.control(&format!("/users/{}", there.person("alice")), mail("ada")).await;
    there.control(&format!("/users/{}", there.person("bruno")), mail("sam")).await;
    let roles = "RoleManagement.ReadWrite.Directory";
    let person = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{}", there.person("chloe")) });
    let teams = there.role("Teams Administrator").await;
    there.call(roles, &format!("/directoryRoles/{teams}/members/$ref"), person).await;
    let sku = there.product("SPE_E3").await;
    let give = json!({ "addLicenses": [{ "skuId": sku }], "removeLicenses": [] });
    let right = "LicenseAssignment.ReadWrite.All";
    there.call(right, &format!("/users/{}/assignLicense", there.person("bruno")), give).await;
    let manifest = json!({ "id": house.deployment.app_id(house.tenant.id), "version": "1.0.0",
        "name": { "short": "Liaison" } });
    there.upload(format!("PK\u{3}\u{4}{manifest}").into_bytes()).await;
    let report = house.checked(&ada).await;
    assert_eq!(states(&report, &read), [pass, pass, pass, pass, State::Unknown]);
    // that it is in the catalogue does not say that it is not blocked
    let app = one(&report, "TMS-02");
    assert_eq!((app.why, app.source), (Some(Why::Unset), Some(Source::Graph)), "{app:?}");
    // nobody is left who could make an environment
    let global = there.role("Global Administrator").await;
    there.remove(&format!("/directoryRoles/{global}/members/{}/$ref", there.person("alice"))).await;
    assert_eq!(states(&house.checked(&ada).await, &["M365-01", "M365-14"]), [fail, fail]);
}

#[tokio::test]
async fn what_the_application_may_not_read_in_microsoft_365_is_unknown_or_the_hubs_own() {
    let (house, there) = House::with_graph("limited_").await;
    let ada = house.admin().await;
    house.person("sam", &[Role::Seller]).await;
    let report = house.checked(&ada).await;
    for id in ["M365-03", "TMS-02"] {
        let found = one(&report, id);
        assert_eq!((found.state, found.why), (State::Unknown, Some(Why::Refused)), "{found:?}");
    }
    // the hub's own administrators are known all the same, and told as such
    for id in ["M365-01", "M365-14", "TMS-01"] {
        assert_eq!(one(&report, id).source, Some(Source::Liaison));
    }
    // one that does not answer at all
    there.control("/faults", json!({ "path": "/*", "status": 503, "times": 100 })).await;
    there.control("/faults", json!({ "path": "/*/*", "status": 503, "times": 100 })).await;
    let report = house.checked(&ada).await;
    assert_eq!(states(&report, &["M365-03", "TMS-02"]), [State::Unknown; 2]);
}

/// What is read from an organisation of Salesforce.
const ORGANISATION: [&str; 11] = [
    "SF-01", "SF-02", "SF-03", "SF-04", "SF-05", "SF-06", "SF-08", "SF-10", "SF-12", "SF-19",
    "SF-21",
];

#[tokio::test]
async fn salesforce_says_what_its_policies_are() {
    let house = House::new().await;
    let admin = house.admin().await;
    house.person("seller", &[Role::Seller]).await;
    let before = house.checked(&admin).await;
    for id in ORGANISATION {
        let found = one(&before, id);
        assert_eq!((found.state, found.why), (State::Unknown, Some(Why::NotRead)), "{found:?}");
    }
    house.connect(&admin, "admin@example.com").await;
    let report = house.checked(&admin).await;
    for id in ORGANISATION {
        // of a connected app that keeps its tokens until they are revoked, the object says nothing
        let wanted = if id == "SF-08" { State::Unknown } else { State::Pass };
        assert_eq!(one(&report, id).state, wanted, "{:?}", one(&report, id));
    }
    assert_eq!(states(&report, &["SF-07", "SF-09"]), [State::Unknown; 2], "nor of these");
    assert_eq!(one(&report, "SF-05").observed, ["Liaison: AdminApprovedPreAuthorized"]);
    assert_eq!(one(&report, "SF-21").observed, ["System Administrator"]);
    // as an external client app it tells all of its policies
    let key = house.said("consumer_key");
    let app = |more: serde_json::Value| {
        let mut app = json!({ "consumer_key": key });
        for (name, value) in more.as_object().unwrap() {
            app[name] = value.clone();
        }
        house.double.control(&json!({ "app": app })).unwrap();
    };
    app(json!({ "external": true, "ip_relaxation": "Bypass" }));
    let policies = ["SF-05", "SF-06", "SF-07", "SF-08", "SF-09", "SF-10"];
    let report = house.checked(&admin).await;
    assert_eq!(states(&report, &policies), [State::Pass; 6]);
    read_from(&report, &policies, Source::Salesforce);
    // and each of them the other way
    app(
        json!({ "ip_relaxation": "Enforce", "refresh": 24, "session_minutes": 15, "high_assurance": true,
        "permitted_users": "approved", "profiles": ["System Administrator"] }),
    );
    house
        .double
        .control(&json!({ "profile": { "name": "Seller", "api_enabled": false } }))
        .unwrap();
    house.double.control(&json!({ "organisation": { "edition": "Group Edition", "licence": "Salesforce Integration", "total": 0 } })).unwrap();
    let report = house.checked(&admin).await;
    let (fail, warning) = (State::Fail, State::Warning);
    assert_eq!(states(&report, &policies), [State::Pass, fail, fail, fail, warning, warning]);
    assert_eq!(states(&report, &["SF-01", "SF-02", "SF-19"]), [fail; 3]);
    assert_eq!(one(&report, "SF-02").observed, ["seller@example.com (Seller)"]);
    assert_eq!(one(&report, "SF-19").observed, ["Salesforce Integration: 0/0"]);
    // a permission set gives both to the one who has it
    let crm = house.crm.of(&admin).await.unwrap();
    let text = |name: &str, value: &str| (name.to_owned(), Value::from(value));
    let set = Values::from([
        text("Name", "Sales"),
        text("Label", "Sales"),
        ("PermissionsApiEnabled".to_owned(), Value::Boolean(true)),
    ]);
    let set = crm.create("PermissionSet", &set).await.unwrap();
    let is_seller = Filter::OneOf("Email".to_owned(), vec![Value::from("seller@example.com")]);
    let found = crm.query(&Query::of("User", &["Email"]).filter(is_seller)).await.unwrap();
    let assigned = Values::from([
        ("AssigneeId".to_owned(), Value::Row(found.records[0].at.clone())),
        ("PermissionSetId".to_owned(), Value::Row(set.clone())),
    ]);
    crm.create("PermissionSetAssignment", &assigned).await.unwrap();
    let apps = crm.query(&Query::of("ExternalClientApplication", &["MasterLabel"])).await.unwrap();
    let access = Values::from([
        ("ParentId".to_owned(), Value::Row(set)),
        ("SetupEntityId".to_owned(), Value::Row(apps.records[0].at.clone())),
    ]);
    crm.create("SetupEntityAccess", &access).await.unwrap();
    let report = house.checked(&admin).await;
    assert_eq!(states(&report, &["SF-02", "SF-06"]), [State::Pass; 2]);
}

/// Who may not look at the setup is told nothing of it, and nothing of it passes.
#[tokio::test]
async fn what_salesforce_hides_from_who_asks_is_unknown() {
    let house = House::new().await;
    let admin = house.admin().await;
    house.person("seller", &[Role::Seller]).await;
    house.connect(&admin, "seller@example.com").await;
    let report = house.checked(&admin).await;
    for id in ["SF-05", "SF-06", "SF-07", "SF-08", "SF-09", "SF-10", "SF-19"] {
        let found = one(&report, id);
        assert_eq!((found.state, found.why), (State::Unknown, Some(Why::Refused)), "{found:?}");
    }
    // the profile alone gives the right, which everybody may see
    assert_eq!(one(&report, "SF-02").state, State::Pass);
    house
        .double
        .control(&json!({ "profile": { "name": "Seller", "api_enabled": false } }))
        .unwrap();
    // now the organisation refuses whoever asks, and says why
    let found = house.checked(&admin).await;
    let api = one(&found, "SF-02");
    assert_ne!(api.state, State::Pass, "{api:?}");
}

#[tokio::test]
async fn dynamics_365_says_how_mailboxes_people_and_search_are_set_up() {
    let house = House::new().await;
    let admin = house.admin().await;
    let ids = ["D365-01", "D365-02", "D365-03", "D365-04", "D365-05", "D365-06"];
    for id in ids {
        let report = checked(&house, &admin, Guide::Dynamics).await;
        assert_eq!(one(&report, id).why, Some(Why::NotRead));
    }
    house.known_as("seller@contoso.example", &[Role::Seller]).await;
    house.connect_dynamics(&admin, "admin@contoso.example").await;
    let report = checked(&house, &admin, Guide::Dynamics).await;
    for id in ids {
        assert_eq!(one(&report, id).state, State::Pass, "{:?}", one(&report, id));
    }
    read_from(&report, &ids, Source::Dynamics);
    assert_eq!(one(&report, "D365-08").state, State::Fail, "search is off");
    let crm = house.crm.of(&admin).await.unwrap();
    let seller = Filter::OneOf("emailaddress".to_owned(), vec!["seller@contoso.example".into()]);
    let rows = crm.query(&Query::of("mailbox", &["name"]).filter(seller)).await.unwrap().records;
    let set = async |record: &crm::RecordRef, values: &[(&str, Value)]| {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        crm.update(record, &values.collect::<Values>(), None).await.unwrap();
    };
    let number = |number: &str| Value::Choice(number.to_owned());
    let mailbox = &rows[0].at;
    set(mailbox, &[("incomingemailstatus", number("2")), ("emailserverprofile", Value::Null)])
        .await;
    let people = crm.query(&Query::of("usersettings", &["systemuserid"])).await.unwrap().records;
    for person in &people {
        set(&person.at, &[("incomingemailfilteringmethod", number("4"))]).await;
    }
    let organisation = crm.query(&Query::of("organization", &["name"])).await.unwrap().records;
    set(&organisation[0].at, &[("isexternalsearchindexenabled", Value::Boolean(true))]).await;
    let report = checked(&house, &admin, Guide::Dynamics).await;
    assert_eq!(states(&report, &ids[..4]), [State::Fail; 4]);
    // that search is on does not say that the views are right
    assert_eq!(
        (one(&report, "D365-08").state, one(&report, "D365-08").why),
        (State::Unknown, Some(Why::Unset))
    );
    // somebody without a role, somebody who is not there
    house.known_as("limited@contoso.example", &[Role::Seller]).await;
    house.known_as("nobody@contoso.example", &[Role::Seller]).await;
    let report = checked(&house, &admin, Guide::Dynamics).await;
    let (roles, enabled) = (one(&report, "D365-05"), one(&report, "D365-06"));
    assert_eq!((roles.state, enabled.state), (State::Fail, State::Fail), "{roles:?} {enabled:?}");
    assert_eq!(enabled.observed, ["nobody@contoso.example"]);
    assert_eq!(roles.observed.len(), 2, "{roles:?}");
}

#[tokio::test]
async fn what_dynamics_365_hides_from_who_asks_is_unknown() {
    let house = House::new().await;
    let admin = house.admin().await;
    house.known_as("seller@contoso.example", &[Role::Seller]).await;
    house.connect_dynamics(&admin, "limited@contoso.example").await;
    let report = checked(&house, &admin, Guide::Dynamics).await;
    for id in ["D365-01", "D365-02", "D365-03", "D365-04", "D365-05", "D365-06", "D365-08"] {
        let found = one(&report, id);
        assert_eq!((found.state, found.why), (State::Unknown, Some(Why::Refused)), "{found:?}");
    }
}

impl Microsoft {
    async fn role(&self, name: &str) -> String {
        let all = self.list("RoleManagement.Read.Directory", "/directoryRoles").await;
        let found = all.iter().find(|role| role["displayName"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    async fn product(&self, name: &str) -> String {
        let all = self.list("LicenseAssignment.Read.All", "/subscribedSkus").await;
        let found = all.iter().find(|sku| sku["skuPartNumber"] == name).unwrap();
        found["skuId"].as_str().unwrap().to_owned()
    }
}
