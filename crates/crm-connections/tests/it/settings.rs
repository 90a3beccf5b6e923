//! What administrators set for a CRM: who may open it, and that the CRM's own rights always win.

use liaison_crm_connections::records::Asked;
use sales_settings::{Area, FormField, Forms, RecordType, Vendor};
use serde_json::{Map, Value as Json, json};

use crate::{
    dynamics::Dynamics,
    house::{House, code},
};

fn patch(value: Json) -> Map<String, Json> {
    match value {
        Json::Object(map) => map,
        _ => panic!("an object"),
    }
}

fn form(table: &str, fields: &[&str]) -> Forms {
    let fields = fields.iter().map(|&name| FormField::named(name)).collect();
    let (edit, create_here) = (true, true);
    let table = table.to_owned();
    Forms { types: vec![RecordType { table, fields, edit, create_here, ..RecordType::default() }] }
}

#[tokio::test]
async fn in_salesforce_the_profile_says_who_sets_and_field_security_wins_over_forms() {
    let house = House::new().await;
    let (settings, system) = (house.sales(), house.organisation().await);
    let (boss, seller) = (house.admin().await, house.seller("sam").await);
    // the hub's own administrator has no place there yet
    assert_eq!(code(&settings.settings(&boss, system.id).await), "crm_connection.needed");
    house.sign_in(&boss, &system, "seller@example.com").await.unwrap();
    let refused = settings.settings(&boss, system.id).await;
    assert_eq!(code(&refused), "sales_settings.administrators_only");
    house.sign_in(&boss, &system, "admin@example.com").await.unwrap();
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    let refused = settings.forms(&seller, system.id).await;
    assert_eq!(code(&refused), "sales_settings.administrators_only");
    let kept = settings.forms(&boss, system.id).await.unwrap();
    assert_eq!((kept.value, kept.changes), (Forms::defaults(Vendor::Salesforce), 0));

    let mut forms = form("Account", &["Rating", "AnnualRevenue", "Phone"]);
    forms.types[0].fields[2].required = true;
    settings.publish(&boss, system.id, forms, Some(0)).await.unwrap();
    let seen = |who: kernel::Scope| {
        let crm = house.crm.clone();
        async move { crm.records(&who).await.unwrap().table("Account").await.unwrap().0 }
    };
    let of_boss = seen(boss.clone()).await;
    assert_eq!(of_boss.fields[1].name, "AnnualRevenue", "the form's order");
    assert!(of_boss.field("Rating").unwrap().updateable);
    let of_seller = seen(seller.clone()).await;
    assert!(of_seller.field("AnnualRevenue").is_none(), "whatever the form says");
    assert!(!of_seller.field("Rating").unwrap().updateable, "whatever the form says");
    assert!(of_seller.field("Phone").unwrap().required, "beyond what Salesforce asks for");
    assert!(of_seller.field("Website").is_none(), "not on the form");
    let records = house.crm.records(&seller).await.unwrap();
    let new = crm::Values::from([("Name".to_owned(), "Acme".into())]);
    let missing = records.create("Account", &new).await;
    assert_eq!(code(&missing), "crm.record_refused", "{missing:?}");
    let listed = records.list(&of_seller, &Asked { size: 5, ..Asked::default() }).await.unwrap();
    assert!(!listed.columns.iter().any(|name| name == "AnnualRevenue"));

    // which record types are looked for, what stands beside a name, where new ones are made
    assert!(!records.is_searched("Contact") && records.is_searched("account"));
    assert_eq!(records.titles(&of_seller), ["Name", "Rating", "Phone"], "without key fields");
    assert_eq!(records.made_in_crm(&of_seller).await.unwrap(), None);
    let mut forms = form("Account", &["Rating", "AnnualRevenue", "Phone"]);
    forms.types[0].keys = vec!["Phone".to_owned(), "AnnualRevenue".to_owned()];
    forms.types[0].create_in_crm = true;
    settings.publish(&boss, system.id, forms, Some(1)).await.unwrap();
    let records = house.crm.records(&seller).await.unwrap();
    assert_eq!(
        records.titles(&of_seller),
        ["Name", "Phone"],
        "a key field that is hidden stays so"
    );
    let listed = records.list(&of_seller, &Asked { size: 5, ..Asked::default() }).await.unwrap();
    assert_eq!(listed.columns, ["Name", "Phone", "Rating"]);
    let there = records.made_in_crm(&of_seller).await.unwrap().unwrap();
    assert!(there.ends_with("/lightning/o/Account/new"), "{there}");

    // a view: its fields and order, and its records
    house.control(&json!({ "list": { "object": "Account", "label": "Villages",
        "columns": ["Name", "Phone", "AnnualRevenue"], "filter": "Name LIKE 'Village%'",
        "order": "Name DESC" } }));
    let own = house.crm.of(&seller).await.unwrap();
    for name in ["Town", "Village 1", "Village 2"] {
        let new = crm::Values::from([("Name".to_owned(), name.into())]);
        own.create("Account", &new).await.unwrap();
    }
    let views = settings.views(&boss, system.id, "Account").await.unwrap();
    let villages = views.iter().find(|view| view.name == "Villages").unwrap();
    let view = villages.at.clone();
    let gone = crm::ViewRef::new("Account", "00Bxx0000000000AAA", false);
    let wrong = settings.set_view(&boss, system.id, ("Account", Some(gone)), None).await;
    assert_eq!(wrong.unwrap_err().fields_of(), ["sales_forms.view_unknown"]);
    let kept = settings.set_view(&boss, system.id, ("account", Some(view)), None).await.unwrap();
    let account = &kept.value.types[0];
    assert_eq!(account.view.as_ref().unwrap().name, "Villages");
    let fields: Vec<&str> = account.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(fields, ["Name", "Phone", "AnnualRevenue"]);
    assert!(account.keys.is_empty() && account.edit);
    let records = house.crm.records(&seller).await.unwrap();
    let (table, _) = records.table("Account").await.unwrap();
    let plain = Asked { size: 5, ..Asked::default() };
    let listed = records.list(&table, &plain).await.unwrap();
    let names: Vec<_> = listed.records.iter().map(|one| one.values["Name"].clone()).collect();
    assert_eq!(names, ["Village 2".into(), "Village 1".into()], "what the view lists, as it does");
    assert_eq!(listed.columns, ["Name", "Phone"], "what is hidden from the seller is no column");
    let searched = Asked { search: "Town".to_owned(), ..plain };
    assert_eq!(records.list(&table, &searched).await.unwrap().records.len(), 1, "a search is one");
    let mut hidden = kept.value.clone();
    hidden.types[0].fields[0].editable = false;
    settings.publish(&boss, system.id, hidden, None).await.unwrap();
    let again = settings.refresh_views(&boss, system.id, None, None).await.unwrap();
    assert!(!again.value.types[0].fields[0].editable, "what was set stays");
    assert_eq!(again.value.types[0].fields.len(), kept.value.types[0].fields.len());
    settings.publish(&boss, system.id, form("Account", &["Phone"]), None).await.unwrap();

    let nothing = form("Account", &["Missing", "Id"]);
    let wrong = settings.publish(&boss, system.id, nothing, None).await;
    let told: Vec<_> = wrong.unwrap_err().fields_of();
    assert_eq!(told, ["sales_forms.field_unknown", "sales_forms.field_barred"]);
    let late = settings.publish(&boss, system.id, form("Account", &["Phone"]), Some(0)).await;
    assert_eq!(code(&late), "sales_settings.changed");
}

#[tokio::test]
async fn in_dynamics_the_roles_say_who_sets_and_secured_columns_win_over_forms() {
    let dynamics = Dynamics::new().await;
    let (house, system) = (&dynamics.house, dynamics.system().await);
    let settings = house.sales();
    dynamics.secure("new_Secret").await;
    let (boss, seller) = (house.admin().await, house.seller("sam").await);
    assert_eq!(dynamics.sign_in(&boss, &system, "username").await, "done");
    assert_eq!(dynamics.sign_in(&seller, &system, "seller_username").await, "done");
    let refused = settings.settings(&seller, system.id).await;
    assert_eq!(code(&refused), "sales_settings.administrators_only");
    let forms = form("account", &["new_secret", "telephone1"]);
    settings.publish(&boss, system.id, forms, None).await.unwrap();
    let of_boss = house.crm.records(&boss).await.unwrap().table("account").await.unwrap().0;
    assert_eq!(of_boss.fields[0].name, "new_secret");
    let of_seller = house.crm.records(&seller).await.unwrap().table("account").await.unwrap().0;
    assert!(of_seller.field("new_secret").is_none(), "whatever the form says");
    assert_eq!(of_seller.fields[0].name, "telephone1");
    assert!(of_seller.field("websiteurl").is_none(), "not on the form");

    let views = settings.views(&boss, system.id, "account").await.unwrap();
    let active = views.iter().find(|view| view.name == "Active Accounts").unwrap();
    let view = Some(active.at.clone());
    let kept = settings.set_view(&boss, system.id, ("account", view), None).await.unwrap();
    let account = &kept.value.types[0];
    let filter = &account.view.as_ref().unwrap().filter;
    assert!(filter.contains("<fetch") && filter.contains("statecode"), "{filter}");
    assert!(account.fields.iter().any(|field| field.name == "name"));
    let none = settings.set_view(&boss, system.id, ("account", None), None).await.unwrap();
    assert_eq!((&none.value.types[0].view, &none.value.types[0].fields), (&None, &account.fields));
}

#[tokio::test]
async fn settings_hold_for_groups_and_every_mistake_is_told_at_once() {
    let house = House::new().await;
    let (settings, admin) = (house.sales(), house.admin().await);
    let seller = house.seller("sam").await;
    let environment =
        house.environment("Sales", identity::environments::EnvironmentKind::Production).await;
    let new = liaison_crm_connections::NewSystem {
        name: "Here".to_owned(),
        kind: Some(liaison_crm_connections::SystemKind::Embedded),
        environment: Some(environment),
        enabled: true,
        ..liaison_crm_connections::NewSystem::default()
    };
    let system = house.crm.create_system(&admin, new).await.unwrap();
    let root = house.system.scope(house.tenant.id, "test");
    let group = identity::NewGroup { name: "Field".to_owned(), description: String::new() };
    let group = house.identity.create_group(&root, group).await.unwrap().id;
    assert!(house.crm.of(&seller).await.is_ok());
    assert_eq!(house.crm.settings(&seller).await.unwrap(), sales_settings::Settings::default());

    let wrong = patch(json!({
        "saving": { "mails": "yes", "colour": 1 },
        "conversation": { "summaries": "nobody" }, "prompts": [{ "title": "Hello" }],
        "access": { "product": { "allow": ["sam"] } },
    }));
    let told = settings.update(&admin, system.id, wrong, None).await.unwrap_err().pointers();
    let mut told = told;
    told.sort_by_key(|pointer| pointer.split('/').nth(1).map(str::to_owned));
    assert_eq!(
        told,
        [
            "/access/product/allow",
            "/conversation/summaries",
            "/prompts",
            "/saving/mails",
            "/saving/colour"
        ]
    );

    let only = patch(json!({
        "access": { "product": { "allow": [group] } }, "saving": { "mails": false },
    }));
    let kept = settings.update(&admin, system.id, only.clone(), Some(0)).await.unwrap();
    assert!(!kept.value.saving.mails && kept.value.saving.meetings && kept.changes == 1);
    let late = settings.update(&admin, system.id, only, Some(0)).await;
    assert_eq!(code(&late), "sales_settings.changed");
    assert_eq!(code(&house.crm.of(&seller).await), "crm_connection.not_for_your_groups");
    house.identity.add_member(&root, group, seller.user().unwrap()).await.unwrap();
    assert!(house.crm.of(&seller).await.is_ok());
    assert!(!house.crm.settings(&seller).await.unwrap().saving.mails);
    let may = async |area| house.crm.may(&seller, area).await.unwrap().is_granted();
    assert!(may(Area::Ai).await && may(Area::MeetingInsights).await);
    let known = async || house.crm.known(&seller).await.unwrap();
    assert!(known().await.may(Area::Ai).is_granted() && !known().await.settings.saving.mails);

    let tenant = patch(json!({ "audience": "except", "groups": [group] }));
    assert_eq!(
        code(&settings.update_tenant(&seller, tenant.clone(), None).await),
        "permission.missing"
    );
    settings.update_tenant(&admin, tenant, None).await.unwrap();
    assert!(!may(Area::Ai).await && may(Area::MeetingInsights).await);
    assert!(!known().await.may(Area::Ai).is_granted());
    let work = house.crm.known(&root).await.unwrap();
    assert!(work.may(Area::Ai).is_granted(), "the hub's own work is for nobody in particular");
    let hidden = patch(json!({ "access": { "meeting_insights": { "restrict": [group] } } }));
    settings.update(&admin, system.id, hidden, None).await.unwrap();
    assert!(!known().await.may(Area::MeetingInsights).is_granted());
    let off = patch(json!({ "access": { "product": { "on": false } } }));
    settings.update(&admin, system.id, off, None).await.unwrap();
    assert_eq!(code(&house.crm.of(&seller).await), "crm_connection.turned_off");
}

trait Told {
    fn fields_of(&self) -> Vec<&'static str>;
    fn pointers(&self) -> Vec<String>;
}

impl Told for sales_settings::Error {
    fn fields_of(&self) -> Vec<&'static str> {
        kernel::Coded::fields(self).iter().map(|field| field.code).collect()
    }

    fn pointers(&self) -> Vec<String> {
        kernel::Coded::fields(self).iter().map(|field| field.pointer.to_string()).collect()
    }
}
