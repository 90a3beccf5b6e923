//! Which tables are linked and have documents.

use liaison_linking_setup::{Answer, Error, Feature, LINKABLE, Obstacle, TableChange, Turn};
use tables::{
    ColumnKind, Labels, Ownership, TextFormat,
    define::{Change, NewColumn, NewTable},
};

use crate::house::House;

async fn may(house: &House, table: &str, feature: Feature) -> Answer {
    house.setup.may(&house.admin, house.environment, Some(table), feature).await.unwrap()
}

fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(|&name| name.to_owned()).collect()
}

#[tokio::test]
async fn the_published_list_is_linked_to_begin_with_and_nothing_else() {
    let house = House::new().await;
    house.setup.turn(&house.admin, house.environment, Turn::Basic(true)).await.unwrap();
    let overview = house.setup.overview(&house.admin, house.environment).await.unwrap();
    let session = house.session(&house.admin).await;
    let model = session.model();
    for table in LINKABLE.iter().filter(|table| model.table(table).is_some()) {
        let setting = overview.tables.iter().find(|one| one.table == *table);
        assert!(setting.is_some_and(|one| one.links && one.documents), "{table}");
    }
    for setting in overview.tables.iter().filter(|one| !LINKABLE.contains(&&*one.table)) {
        assert!(!setting.links && !setting.documents, "{}", setting.table);
    }
    assert!(may(&house, "opportunity", Feature::Basic).await.is_open());
    let closed = Answer::Closed(Obstacle::TableClosed);
    assert_eq!(may(&house, "phonecall", Feature::Basic).await, closed);
}

#[tokio::test]
async fn a_table_of_the_makers_is_linked_when_somebody_says_so() {
    let house = House::new().await;
    house.setup.turn(&house.admin, house.environment, Turn::Basic(true)).await.unwrap();
    let session = house.session(&house.admin).await;
    session.define(vec![ship()]).await.unwrap();
    let closed = Answer::Closed(Obstacle::TableClosed);
    assert_eq!(may(&house, "new_ship", Feature::Basic).await, closed);
    let tables = names(&["new_ship", "phonecall", "new_nothing", "organization", "sharepointsite"]);
    let set = house.setup.set_tables(&house.admin, house.environment, (true, &tables)).await;
    let set = set.unwrap();
    assert_eq!(set.passed, ["new_ship", "phonecall"]);
    assert_eq!(set.failed, ["new_nothing", "organization", "sharepointsite"]);
    for feature in [Feature::Basic, Feature::Documents] {
        assert!(may(&house, "new_ship", feature).await.is_open(), "{feature:?}");
    }
    // off again: links are closed, documents stay
    let off = names(&["new_ship"]);
    house.setup.set_tables(&house.admin, house.environment, (false, &off)).await.unwrap();
    assert_eq!(may(&house, "new_ship", Feature::Basic).await, closed);
    let overview = house.setup.overview(&house.admin, house.environment).await.unwrap();
    let ship = overview.tables.iter().find(|one| one.table == "new_ship").unwrap();
    assert!(ship.custom && ship.documents && !ship.links);
    // its records can be told of by document locations, once and for all
    let session = house.session(&house.admin).await;
    let locations = session.model().table("sharepointdocumentlocation").unwrap();
    let targets = locations.column("regardingobjectid").unwrap().kind.targets();
    assert_eq!(targets.iter().filter(|one| **one == "new_ship").count(), 1);
    let relationship = session.model().relationship("new_ship_SharePointDocumentLocations");
    assert!(relationship.is_some());
}

#[tokio::test]
async fn documents_of_a_table_are_a_setting_of_their_own() {
    let house = House::new().await;
    house.setup.turn(&house.admin, house.environment, Turn::Basic(true)).await.unwrap();
    let table = "account".to_owned();
    let change = TableChange { table, documents: Some(false), links: None };
    let (admin, environment) = (&house.admin, house.environment);
    house.setup.change_tables(admin, environment, vec![change]).await.unwrap();
    assert!(may(&house, "account", Feature::Basic).await.is_open());
    let closed = Answer::Closed(Obstacle::DocumentsOff);
    assert_eq!(may(&house, "account", Feature::Documents).await, closed);
}

#[tokio::test]
async fn only_a_system_administrator_changes_tables_and_not_without_end() {
    let house = House::new().await;
    let seller = house.person("sue", &[identity::Role::Seller]).await;
    let tables = names(&["account"]);
    let refused = house.setup.set_tables(&seller, house.environment, (false, &tables)).await;
    assert!(matches!(refused, Err(Error::AdministratorNeeded)));
    let many: Vec<String> = (0..501).map(|n| format!("new_{n}")).collect();
    let refused = house.setup.set_tables(&house.admin, house.environment, (true, &many)).await;
    assert!(matches!(refused, Err(Error::Invalid { .. })));
}

fn ship() -> Change {
    let kind = ColumnKind::Text { max: 100, format: TextFormat::Text };
    Change::CreateTable(NewTable {
        schema: "new_Ship".to_owned(),
        set: None,
        labels: Labels::both("Ship", "Navire"),
        plural: Labels::both("Ships", "Navires"),
        description: Labels::none(),
        ownership: Ownership::User,
        primary_name: NewColumn::new("new_Name", kind, Labels::both("Name", "Nom")),
        columns: vec![],
        notes: false,
        activities: false,
        change_tracking: true,
        audited: true,
    })
}
