//! Every check that is read from a system, against the stand-ins that published clients of these systems have passed:
//! what makes it pass, what makes it fail, what leaves it unknown.

use crm::{Filter, Query, Value, Values};
use identity::Role;
use kernel::Scope;
use liaison_deployment::{Guide, Report, Source, State, Why};
use sales_settings::{FormField, Forms, RecordType, Vendor};
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
    // sam has a mailbox of their own, and is a member; a guest is told, and so is a mailbox that many share
    assert_eq!(states(&report, &["CLT-06", "M365-13"]), [pass, State::Unknown]);
    let odd = json!({ "_purpose": "shared", "userType": "Guest" });
    there.control(&format!("/users/{}", there.person("bruno")), odd).await;
    let odd = house.checked(&ada).await;
    assert_eq!(states(&odd, &["CLT-06", "M365-13"]), [fail, fail]);
    assert_eq!(one(&odd, "CLT-06").observed, ["sam@example.com: shared"]);
    let even = json!({ "_purpose": "user", "userType": "Member" });
    there.control(&format!("/users/{}", there.person("bruno")), even).await;
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
    for id in ["M365-03", "TMS-02", "CLT-06"] {
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

/// What sellers may do with what the forms hold: fields, objects, records, and where they work.
#[tokio::test]
async fn salesforce_says_what_sellers_may_do_with_the_forms() {
    let house = House::new().await;
    let admin = house.admin().await;
    let ids = ["SF-14", "SF-15", "SF-16", "SF-17"];
    house.connect(&admin, "admin@example.com").await;
    let report = house.checked(&admin).await;
    assert_eq!(one(&report, "SF-15").why, Some(Why::NoSellers), "nobody sells");
    house.person("seller", &[Role::Seller]).await;
    let crm = house.crm.of(&admin).await.unwrap();
    let text = |name: &str, value: &str| (name.to_owned(), Value::from(value));
    crm.create("Contact", &Values::from([text("LastName", "Moreau")])).await.unwrap();
    let (pass, fail) = (State::Pass, State::Fail);
    let report = house.checked(&admin).await;
    let told: Vec<_> = ids.iter().map(|id| one(&report, id)).collect();
    assert_eq!(states(&report, &ids), [pass; 4], "{told:?}");
    read_from(&report, &ids, Source::Salesforce);
    assert_eq!(one(&report, "SF-16").observed, ["seller@example.com: Contact 1/1"]);
    // a form with a field that sellers do not see, and one that is not there any more
    let account = |fields: &[&str]| {
        let fields = fields.iter().map(|name| FormField::named(*name)).collect();
        let form =
            RecordType { table: "Account".to_owned(), fields, edit: true, ..RecordType::default() };
        let mut forms = Forms::defaults(Vendor::Salesforce);
        forms.types[2] = form;
        forms
    };
    house.publish(account(&["Name", "AnnualRevenue", "Shoe_Size__c"])).await;
    let report = house.checked(&admin).await;
    let fields = one(&report, "SF-14");
    let seen = ["Account.Shoe_Size__c = -", "Account.AnnualRevenue: seller@example.com"];
    assert_eq!((fields.state, fields.observed.as_slice()), (fail, &seen.map(str::to_owned)[..]));
    // a permission set shows it to the one who has it
    let set = Values::from([text("Name", "Figures"), text("Label", "Figures")]);
    let set = crm.create("PermissionSet", &set).await.unwrap();
    let on = |name: &str| (name.to_owned(), Value::Boolean(true));
    let choice = |name: &str, value: &str| (name.to_owned(), Value::Choice(value.to_owned()));
    let parent = || ("ParentId".to_owned(), Value::Row(set.clone()));
    let field = Values::from([
        parent(),
        choice("SobjectType", "Account"),
        choice("Field", "Account.AnnualRevenue"),
        on("PermissionsRead"),
    ]);
    crm.create("FieldPermissions", &field).await.unwrap();
    let is_seller = Filter::OneOf("Email".to_owned(), vec![Value::from("seller@example.com")]);
    let found = crm.query(&Query::of("User", &["Email"]).filter(is_seller)).await.unwrap();
    let assigned = Values::from([
        ("AssigneeId".to_owned(), Value::Row(found.records[0].at.clone())),
        ("PermissionSetId".to_owned(), Value::Row(set.clone())),
    ]);
    crm.create("PermissionSetAssignment", &assigned).await.unwrap();
    house.publish(account(&["Name", "AnnualRevenue"])).await;
    assert_eq!(states(&house.checked(&admin).await, &["SF-14"]), [pass]);
    // records of others that a seller may not change are counted; objects that they may not, fail
    let order = |order: serde_json::Value| house.double.control(&order).unwrap();
    let looks = json!({ "read": true, "view_all": true });
    order(json!({ "profile": { "name": "Seller", "objects": { "Account": looks.clone() } } }));
    let report = house.checked(&admin).await;
    assert_eq!(states(&report, &["SF-15", "SF-16"]), [fail, State::Unknown]);
    assert_eq!(one(&report, "SF-15").observed, ["Account: seller@example.com"]);
    assert_eq!(one(&report, "SF-16").why, Some(Why::Unset));
    // one of their own that they may not change does
    let own = ("OwnerId".to_owned(), Value::Row(found.records[0].at.clone()));
    crm.create("Account", &Values::from([text("Name", "Sara's own"), own])).await.unwrap();
    let report = house.checked(&admin).await;
    assert_eq!(one(&report, "SF-16").observed, ["seller@example.com: Account (1)"]);
    assert_eq!(states(&report, &["SF-16"]), [fail]);
    // who prefers the old pages, and who may not have the new ones
    order(json!({ "user": { "username": "seller@example.com", "lightning": false } }));
    let preferred = ["seller@example.com: LightningExperiencePreferred = false".to_owned()];
    assert_eq!(one(&house.checked(&admin).await, "SF-17").observed, preferred);
    order(json!({ "profile": { "name": "Seller", "lightning": false } }));
    let may = ["seller@example.com: LightningExperienceUser = false".to_owned()];
    assert_eq!(one(&house.checked(&admin).await, "SF-17").observed, may);
}

/// Who may not look at the setup is told nothing of it, and nothing of it passes.
#[tokio::test]
async fn what_salesforce_hides_from_who_asks_is_unknown() {
    let house = House::new().await;
    let admin = house.admin().await;
    house.person("seller", &[Role::Seller]).await;
    house.connect(&admin, "seller@example.com").await;
    let report = house.checked(&admin).await;
    for id in
        ["SF-05", "SF-06", "SF-07", "SF-08", "SF-09", "SF-10", "SF-14", "SF-15", "SF-17", "SF-19"]
    {
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
    assert_eq!(states(&report, &["D365-08", "D365-10"]), [State::Fail; 2], "both are off");
    assert_eq!(one(&report, "D365-07").state, State::Pass, "nobody published a form");
    assert_eq!(states(&report, &["ADM-02", "ADM-03", "ADM-04"]), [State::Pass; 3]);
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
    let on = |name| (name, Value::Boolean(true));
    let both = ["isexternalsearchindexenabled", "isappointmentattachmentsyncenabled"].map(on);
    set(&organisation[0].at, &both).await;
    // forms that name what is not there, leave out what is needed, and do not let contacts be made
    let mut forms = Forms::defaults(Vendor::Dynamics);
    forms.types.truncate(1);
    forms.types[0].fields = vec![FormField::named("firstname"), FormField::named("shoesize")];
    (forms.types[0].create_here, forms.types[0].create_in_crm) = (true, false);
    house.publish(forms.clone()).await;
    let report = checked(&house, &admin, Guide::Dynamics).await;
    assert_eq!(states(&report, &["D365-07", "ADM-02", "ADM-03"]), [State::Fail; 3]);
    assert_eq!(one(&report, "D365-07").observed[0], "contact.shoesize = -");
    let left_out = one(&report, "ADM-02").observed.clone();
    assert!(
        left_out.iter().any(|one| one.ends_with("contact.lastname = required")),
        "{left_out:?}"
    );
    forms.types[0].create_here = false;
    house.publish(forms).await;
    let report = checked(&house, &admin, Guide::Dynamics).await;
    assert_eq!(states(&report, &["ADM-02", "ADM-04"]), [State::Pass, State::Fail]);
    assert_eq!(one(&report, "ADM-04").source, Some(Source::Liaison));
    let report = checked(&house, &admin, Guide::Dynamics).await;
    assert_eq!(states(&report, &ids[..4]), [State::Fail; 4]);
    assert_eq!(one(&report, "D365-10").state, State::Pass);
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
    for id in
        ["D365-01", "D365-02", "D365-03", "D365-04", "D365-05", "D365-06", "D365-08", "D365-10"]
    {
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
