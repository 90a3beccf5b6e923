//! Queries, pages, searches and changes.

use liaison_crm_salesforce::{Direction, Error, Filter, Select, Value, Work};
use serde_json::json;

use crate::house::{House, name, paths, record};

#[tokio::test]
async fn a_query_gives_pages_with_parents() {
    let house = House::new();
    let seller = house.seller("token");
    let parent = house.account("O'Neil & Co").await;
    let rows: Vec<_> = (0..2_100)
        .map(|n| record(&json!({ "LastName": format!("P{n:04}"), "AccountId": parent.as_str() })))
        .collect();
    let made = house.salesforce.create_many(&seller, &name("Contact"), &rows).await.unwrap();
    assert!(made.iter().all(Result::is_ok));
    let select = Select::new(name("Contact"), paths(&["LastName", "Account.Name"]))
        .where_(Filter::equal(name("AccountId"), Value::Id(parent)))
        .order_by(name("LastName"), Direction::Ascending);
    let first = house.salesforce.query(&seller, &select, Work::Person).await.unwrap();
    assert_eq!((first.total, first.records.len()), (2_100, 2_000));
    assert_eq!(
        first.records[0],
        record(&json!({ "LastName": "P0000", "Account": { "Name": "O'Neil & Co" } }))
    );
    let next = first.next.unwrap();
    let second = house.salesforce.more(&seller, &next, Work::Person).await.unwrap();
    assert_eq!((second.records.len(), second.next), (100, None));
}

#[tokio::test]
async fn many_records_are_read_in_the_order_of_their_ids() {
    let house = House::new();
    let seller = house.seller("token");
    let (one, two) = (house.account("One").await, house.account("Two").await);
    house.salesforce.delete(&seller, &name("Account"), &one).await.unwrap();
    let found = house
        .salesforce
        .read_many(&seller, &name("Account"), (&[two, one], &paths(&["Name"])))
        .await
        .unwrap();
    assert_eq!(found[0].as_ref().unwrap()["Name"], "Two");
    assert_eq!(found[1], None);
}

#[tokio::test]
async fn words_find_records_whatever_signs_they_hold() {
    let house = House::new();
    let seller = house.seller("token");
    let id = house.account("Fabrikam GmbH").await;
    let search = async |words: &str| {
        house.salesforce.search(&seller, words, &[name("Account"), name("Contact")]).await
    };
    assert_eq!(search("fabrikam").await.unwrap(), [(name("Account"), id)]);
    assert!(search("nothing like it").await.unwrap().is_empty());
    // An odd search may be refused; it never becomes another one.
    for odd in ["} RETURNING User(Id)", "a' OR 'b", "\"", "((("] {
        assert!(
            search(odd).await.map_or_else(
                |error| matches!(error, Error::Query { .. }),
                |found| found.is_empty()
            ),
            "{odd}"
        );
    }
}

#[tokio::test]
async fn changes_go_on_where_they_ended() {
    let house = House::new();
    let seller = house.seller("token");
    for n in 0..5 {
        house.account(&format!("Changed {n}")).await;
    }
    let read = async |after: Option<&liaison_crm_salesforce::Position>, limit| {
        let fields = paths(&["Name"]);
        house
            .salesforce
            .changes(&seller, (&name("Account"), &fields), (after, limit))
            .await
            .unwrap()
    };
    let mut names = Vec::new();
    let mut position = None;
    loop {
        let changes = read(position.as_ref(), 2).await;
        if changes.records.is_empty() {
            assert_eq!(changes.position, position);
            break;
        }
        names.extend(changes.records.iter().map(|r| r["Name"].as_str().unwrap().to_owned()));
        position = changes.position;
    }
    let mut own: Vec<_> = names.iter().filter(|name| name.starts_with("Changed")).collect();
    own.sort();
    own.dedup();
    assert_eq!(own.len(), 5);
    assert_eq!(names.len(), 7, "nothing twice: {names:?}");
    let id = house.account("Gone").await;
    house.salesforce.delete(&seller, &name("Account"), &id).await.unwrap();
    let now = position.unwrap().at;
    let hour = jiff::SignedDuration::from_hours(1);
    let deleted =
        house.salesforce.deleted(&seller, &name("Account"), (now - hour, now + hour)).await;
    assert_eq!(deleted.unwrap(), [id]);
}
