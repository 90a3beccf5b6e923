//! What is told of the life of a row.

use std::time::Duration;

use liaison_records as records;
use records::{Condition, Delete, Entry, HistoryEntry, Operation, RowKey, Session, Update};
use serde_json::json;
use tables::{
    ColumnKind, Fixed, Labels, Value,
    define::{Change, NewColumn, TableUpdate},
};
use uuid::Uuid;

use crate::house::{House, account, at, create};

async fn open() -> (House, Session) {
    let house = House::new().await;
    house.sales().await;
    let session = house.records.session(&house.admin().await, "sales").await.unwrap();
    (house, session)
}

/// How many entries are written of a row.
async fn written(house: &House, session: &Session, row: Uuid) -> i64 {
    let root = house.system.scope(house.tenant.id, "test");
    let sql = format!("SELECT COUNT(*) FROM s{}_history WHERE row_id = $1", session.number());
    let count = move |tx: &db::Tx<'_>| -> db::Result<i64> {
        tx.first(&sql, &[row.into()])?.unwrap().get(0)
    };
    house.store.read(&root, count).await.unwrap()
}

async fn rename(session: &Session, id: Uuid, name: &str) {
    let entry = Entry::of("account").text("name", name);
    let change = Update { key: RowKey::Id(id), entry, condition: Condition::Present };
    session.one(Operation::Update(change)).await.unwrap();
}

async fn told(session: &Session, id: Uuid, before: Option<i64>) -> Vec<HistoryEntry> {
    session.history("account", id, before).await.unwrap()
}

/// An account with a cell of many kinds.
fn full() -> Entry {
    account("Zoë \"A\"")
        .with("revenue", Value::Fixed(Fixed::new(1_250_000, 4)))
        .with("numberofemployees", Value::Whole(12))
        .with("creditonhold", Value::Boolean(true))
        .with("industrycode", Value::Whole(1))
        .with("address1_latitude", Value::Double(46.5))
}

#[tokio::test]
async fn a_row_that_was_never_changed_says_how_it_was_made() {
    let (house, session) = open().await;
    let many = vec![Operation::Create(full()), Operation::Create(full())];
    let many = session.run(many).await.unwrap();
    for made in [create(&session, full()).await, many[1].id] {
        let first = told(&session, made, None).await;
        assert_eq!((first.len(), written(&house, &session, made).await), (1, 0));
        assert_eq!((first[0].action.as_str(), first[0].user), ("create", session.user()));
        assert_eq!(first[0].changes["name"], json!([null, "Zoë \"A\""]));
        assert_eq!(first[0].changes["creditonhold"], json!([null, true]));
        assert_eq!(first[0].changes.get("versionnumber"), None);
        assert_eq!(told(&session, made, Some(first[0].position)).await, []);

        house.clock.advance(Duration::from_mins(1));
        rename(&session, made, "Zoé").await;
        let then = told(&session, made, None).await;
        assert_eq!((then.len(), written(&house, &session, made).await), (2, 2));
        assert_eq!(then[0].changes["name"], json!(["Zoë \"A\"", "Zoé"]));
        assert_eq!(then[1], first[0]);
        assert_eq!(told(&session, made, Some(then[0].position)).await, first);
        rename(&session, made, "Zoe").await;
        assert_eq!(written(&house, &session, made).await, 3);
    }
}

#[tokio::test]
async fn a_row_that_goes_leaves_how_it_was_made() {
    let (house, session) = open().await;
    let made = create(&session, full()).await;
    let gone = Delete { row: at("account", made), condition: Condition::None };
    session.one(Operation::Delete(gone)).await.unwrap();
    assert_eq!(written(&house, &session, made).await, 2);
    // made and changed by one message
    let id = Uuid::from_u128(7);
    let change = |name: &str| Update {
        key: RowKey::Id(id),
        entry: account(name),
        condition: Condition::None,
    };
    let both = vec![Operation::Upsert(change("One")), Operation::Upsert(change("Two"))];
    session.run(both).await.unwrap();
    let actions: Vec<String> =
        told(&session, id, None).await.into_iter().map(|entry| entry.action).collect();
    assert_eq!(actions, ["update", "create"]);
}

#[tokio::test]
async fn a_row_that_claims_to_be_older_has_its_making_written_down() {
    let (house, session) = open().await;
    let earlier = jiff::Timestamp::from_second(1_000_000_000).unwrap();
    let made = create(&session, full().with("overriddencreatedon", Value::Instant(earlier))).await;
    assert_eq!(written(&house, &session, made).await, 1);
    assert_ne!(told(&session, made, None).await[0].at, earlier);
}

#[tokio::test]
async fn what_is_older_than_histories_are_kept_is_not_told() {
    let (house, session) = open().await;
    let made = create(&session, full()).await;
    house.clock.advance(Duration::from_hours(24 * 366));
    assert_eq!(told(&session, made, None).await, []);
    rename(&session, made, "Later").await;
    let then = told(&session, made, None).await;
    assert_eq!((then.len(), then[0].action.as_str()), (1, "update"));
}

/// Switches whether accounts are audited.
async fn audit(session: &Session, audited: bool) {
    let table = "account".to_owned();
    let update = TableUpdate { table, audited: Some(audited), ..TableUpdate::default() };
    session.define(vec![Change::UpdateTable(update)]).await.unwrap();
}

#[tokio::test]
async fn what_was_made_while_it_was_audited_keeps_that_whatever_comes_later() {
    let (house, session) = open().await;
    let made = create(&session, full()).await;
    let (untouched, first) = (create(&session, full()).await, told(&session, made, None).await);
    audit(&session, false).await;
    let unseen = create(&session, full()).await;
    house.clock.advance(Duration::from_mins(1));
    for row in [made, unseen] {
        rename(&session, row, "While nobody looked").await;
    }
    // the making is there, the change is not, and of what was made unseen there is nothing
    assert_eq!(told(&session, made, None).await, first);
    assert_eq!(told(&session, untouched, None).await.len(), 1);
    assert_eq!(told(&session, unseen, None).await, []);
    audit(&session, true).await;
    house.clock.advance(Duration::from_mins(1));
    rename(&session, made, "Seen").await;
    let then = told(&session, made, None).await;
    assert_eq!((then.len(), &then[1]), (2, &first[0]));
    assert_eq!(then[0].changes["name"], json!(["While nobody looked", "Seen"]));
}

#[tokio::test]
async fn a_column_that_came_later_is_no_part_of_the_making() {
    let (house, session) = open().await;
    let made = create(&session, full()).await;
    let first = told(&session, made, None).await;
    let kind = ColumnKind::Boolean {
        yes: Labels::english("Yes"),
        no: Labels::english("No"),
        default: false,
    };
    let column = NewColumn::new("new_Vip", kind, Labels::english("VIP"));
    let change = Change::AddColumn { table: "account".to_owned(), column };
    session.define(vec![change]).await.unwrap();
    let after = create(&session, full()).await;
    let later = told(&session, after, None).await;
    assert_eq!(later[0].changes["new_vip"], json!([null, false]), "{later:?}");
    assert_eq!(told(&session, made, None).await, first);
    house.clock.advance(Duration::from_mins(1));
    rename(&session, made, "Changed").await;
    assert_eq!(told(&session, made, None).await[1], first[0]);
}
