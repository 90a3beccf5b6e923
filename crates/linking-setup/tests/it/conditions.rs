//! What must be so beforehand: a test for each row of the published table.

use kernel::Coded as _;
use liaison_linking_setup::{
    CODE, Condition, Decision, DeviceRule, Devices, Error, Met, Place, TableChange, Turn, Which,
};
use records::Entry;
use tables::Value;

use crate::house::{House, yes};

async fn one(house: &House, id: &str) -> Condition {
    let overview = house.setup.overview(&house.admin, house.environment).await.unwrap();
    overview.conditions.into_iter().find(|condition| condition.id == id).unwrap()
}

async fn refused(house: &House) -> Vec<&'static str> {
    match house.setup.turn(&house.admin, house.environment, Turn::Basic(true)).await {
        Err(error @ Error::Prerequisites { .. }) => {
            assert_eq!(error.protocol_code(), Some("800503ca"));
            assert_eq!(error.code().name(), "linking.prerequisites");
            let Error::Prerequisites { unmet } = error else { unreachable!() };
            unmet
        }
        other => panic!("{other:?}"),
    }
}

fn site(name: &str) -> Entry {
    Entry::of("sharepointsite")
        .text("name", name)
        .text("absoluteurl", "https://contoso.sharepoint.example/sites/sales")
}

fn location(name: &str) -> Entry {
    Entry::of("sharepointdocumentlocation").text("name", name)
}

#[tokio::test]
async fn every_condition_is_told_at_once_and_nothing_unknown_is_called_met() {
    let house = House::new().await;
    let overview = house.setup.overview(&house.admin, house.environment).await.unwrap();
    let ids: Vec<_> = overview.conditions.iter().map(|one| one.id).collect();
    let all: Vec<String> = (1..=15).map(|n| format!("RL-{n:02}")).collect();
    assert_eq!(ids, all);
    assert!(overview.is_ready() && !overview.switches.basic);
    house.elsewhere.is_graph();
    let overview = house.setup.overview(&house.admin, house.environment).await.unwrap();
    let unknown = overview.conditions.iter().filter(|one| one.state == Met::Unknown);
    let unknown: Vec<_> = unknown.map(|one| one.id).collect();
    assert_eq!(unknown, ["RL-08", "RL-09", "RL-12", "RL-14", "RL-15"]);
    assert!(overview.is_ready(), "what nobody can tell does not stand in the way");
}

#[tokio::test]
async fn rl_01_without_share_point_one_drive_is_off() {
    let house = House::new().await;
    house.setup.turn(&house.admin, house.environment, Turn::OneDrive(true)).await.unwrap();
    let found = one(&house, "RL-01").await;
    assert_eq!((found.state, found.code, found.place), (Met::Unmet, Some(CODE), Place::OneDrive));
    assert_eq!(refused(&house).await, ["RL-01"]);
    // with SharePoint it may be on
    house.organization(&house.admin, &[("issharepointintegrationenabled", yes())]).await.unwrap();
    assert_eq!(one(&house, "RL-01").await.state, Met::Met);
    house.setup.turn(&house.admin, house.environment, Turn::Basic(true)).await.unwrap();
}

#[tokio::test]
async fn rl_02_without_share_point_no_site_is_active() {
    let house = House::new().await;
    let id = house.make(site("Old site")).await;
    let found = one(&house, "RL-02").await;
    assert_eq!((found.state, found.code, found.place), (Met::Unmet, Some(CODE), Place::Sites));
    assert_eq!(found.about, ["Old site"]);
    assert_eq!(refused(&house).await, ["RL-02"]);
    // a deactivated one is harmless
    let session = house.session(&house.admin).await;
    let entry = Entry::of("sharepointsite")
        .with("statecode", Value::Whole(1))
        .with("statuscode", Value::Whole(2));
    let (key, condition) = (records::RowKey::Id(id), records::Condition::None);
    let update = records::Update { key, entry, condition };
    session.one(records::Operation::Update(update)).await.unwrap();
    assert_eq!(one(&house, "RL-02").await.state, Met::Met);
    // and so is one that a link made
    house.make(site("Of a link").with("servicetype", Value::Whole(3))).await;
    assert_eq!(one(&house, "RL-02").await.state, Met::Met);
    house.setup.turn(&house.admin, house.environment, Turn::Basic(true)).await.unwrap();
}

#[tokio::test]
async fn rl_03_without_share_point_no_location_has_an_absolute_url() {
    let house = House::new().await;
    let address = "https://contoso.sharepoint.example/sites/sales/opportunity";
    let id = house.make(location("Pinned").text("absoluteurl", address)).await;
    house.make(location("Folder").text("relativeurl", "opportunity/Contoso")).await;
    let found = one(&house, "RL-03").await;
    assert_eq!((found.state, found.code, found.place), (Met::Unmet, Some(CODE), Place::Locations));
    assert_eq!(found.about, ["Pinned"], "a relative address is harmless");
    assert_eq!(refused(&house).await, ["RL-03"]);
    house.remove("sharepointdocumentlocation", id).await;
    assert_eq!(one(&house, "RL-03").await.state, Met::Met);
    // a location of another environment is none of ours
    let new = identity::environments::NewEnvironment {
        name: "Other".to_owned(),
        kind: identity::environments::EnvironmentKind::Sandbox,
        crm_enabled: true,
    };
    let other = house.identity.create_environment(&house.root(), new).await.unwrap().id;
    let there = house.records.session_in(&house.admin, other).await.unwrap();
    let entry = location("Elsewhere").text("absoluteurl", address);
    there.one(records::Operation::Create(entry)).await.unwrap();
    assert_eq!(one(&house, "RL-03").await.state, Met::Met);
    house.setup.turn(&house.admin, house.environment, Turn::Basic(true)).await.unwrap();
}

#[tokio::test]
async fn all_that_stands_behind_800503ca_is_told_together() {
    let house = House::new().await;
    house.setup.turn(&house.admin, house.environment, Turn::OneDrive(true)).await.unwrap();
    house.make(site("Old site")).await;
    let address = "https://contoso.sharepoint.example/x";
    house.make(location("Pinned").text("absoluteurl", address)).await;
    assert_eq!(refused(&house).await, ["RL-01", "RL-02", "RL-03"]);
    // with SharePoint none of it matters
    let on = [("issharepointintegrationenabled", yes())];
    house.organization(&house.admin, &on).await.unwrap();
    house.setup.turn(&house.admin, house.environment, Turn::Basic(true)).await.unwrap();
}

#[tokio::test]
async fn rl_04_share_point_is_not_on_premises() {
    let house = House::new().await;
    let on_premises = [("sharepointdeploymenttype", Value::Whole(1))];
    house.organization(&house.admin, &on_premises).await.unwrap();
    let found = one(&house, "RL-04").await;
    assert_eq!((found.state, found.code), (Met::Unmet, None));
    assert_eq!(refused(&house).await, ["RL-04"]);
}

#[tokio::test]
async fn rl_05_no_policy_closes_libraries_to_devices() {
    let house = House::new().await;
    for (rule, state) in [
        (DeviceRule::Block, Met::Unmet),
        (DeviceRule::Limited, Met::Unmet),
        (DeviceRule::Full, Met::Met),
    ] {
        let devices = Devices { rule, networks: vec![] };
        let turn = Turn::Devices(devices);
        let overview = house.setup.turn(&house.admin, house.environment, turn).await.unwrap();
        assert_eq!(one(&house, "RL-05").await.state, state);
        assert!(overview.is_ready(), "it does not keep linking from being turned on");
    }
}

#[tokio::test]
async fn rl_06_tables_that_are_linked_have_documents() {
    let house = House::new().await;
    assert_eq!(one(&house, "RL-06").await.state, Met::Met);
    let table = "opportunity".to_owned();
    let change = TableChange { table, documents: Some(false), links: None };
    let (admin, environment) = (&house.admin, house.environment);
    house.setup.change_tables(admin, environment, vec![change]).await.unwrap();
    let found = one(&house, "RL-06").await;
    assert_eq!(
        (found.state, found.about.as_slice()),
        (Met::Unmet, &["opportunity".to_owned()][..])
    );
}

#[tokio::test]
async fn rl_07_the_tenant_agreed() {
    let house = House::new().await;
    let found = one(&house, "RL-07").await;
    assert_eq!((found.state, found.place), (Met::Unmet, Place::Consent));
    assert_eq!(found.about, ["Group.ReadWrite.All", "User.Read.All"]);
    house.setup.consent(&house.admin, Which::First, Decision::Accept).await.unwrap();
    let found = one(&house, "RL-07").await;
    assert_eq!((found.state, found.about.len()), (Met::Met, 0));
}

#[tokio::test]
async fn rl_08_the_app_is_there_in_the_own_workspace_and_unknown_elsewhere() {
    unknown_elsewhere("RL-08", Place::Apps).await;
}

#[tokio::test]
async fn rl_09_people_sign_in_the_same_way_in_the_own_workspace_and_unknown_elsewhere() {
    unknown_elsewhere("RL-09", Place::SignIn).await;
}

async fn unknown_elsewhere(id: &str, place: Place) {
    let house = House::new().await;
    let found = one(&house, id).await;
    assert_eq!((found.state, found.place), (Met::Met, place));
    house.elsewhere.is_graph();
    assert_eq!(one(&house, id).await.state, Met::Unknown);
}

#[tokio::test]
async fn rl_10_the_environment_has_an_application() {
    let house = House::new().await;
    let new = identity::environments::NewEnvironment {
        name: "Bare".to_owned(),
        kind: identity::environments::EnvironmentKind::Sandbox,
        crm_enabled: false,
    };
    let bare = house.identity.create_environment(&house.root(), new).await.unwrap().id;
    let overview = house.setup.overview(&house.admin, bare).await.unwrap();
    let found = overview.conditions.iter().find(|one| one.id == "RL-10").unwrap();
    assert_eq!((found.state, found.place), (Met::Unmet, Place::Environment));
    let refused = house.setup.turn(&house.admin, bare, Turn::Basic(true)).await;
    assert!(matches!(refused, Err(Error::Prerequisites { unmet }) if unmet == ["RL-10"]));
    assert_eq!(one(&house, "RL-10").await.state, Met::Met);
}

#[tokio::test]
async fn rl_11_an_administrator_may_make_sites_and_locations() {
    let house = House::new().await;
    let found = one(&house, "RL-11").await;
    assert_eq!((found.state, found.place), (Met::Met, Place::Roles));
}

#[tokio::test]
async fn rl_12_teams_can_be_made() {
    unknown_elsewhere("RL-12", Place::Teams).await;
}

#[tokio::test]
async fn rl_13_no_window_has_to_open() {
    let house = House::new().await;
    house.elsewhere.is_graph();
    assert_eq!(one(&house, "RL-13").await.state, Met::Met);
}

#[tokio::test]
async fn rl_14_names_of_teams_are_free_here_and_unknown_elsewhere() {
    unknown_elsewhere("RL-14", Place::Teams).await;
}

#[tokio::test]
async fn rl_15_the_tab_stands_in_the_hubs_own_pages_or_in_a_frame_that_nobody_here_sees() {
    unknown_elsewhere("RL-15", Place::Browser).await;
}
