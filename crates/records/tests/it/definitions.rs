//! Definitions that are changed, and rows in what they made.

use liaison_records as records;
use records::{Entry, Error, LinkTo, Operation, RowKey};
use tables::define::seen::of_table as of_table_seen;
use tables::{
    Cascade, ColumnKind, Labels, Ownership, TextFormat, Value,
    define::{Change, CreatedKind, NewColumn, NewManyToMany, NewOneToMany, NewTable},
};

use crate::house::{House, at, cell, create};

fn text(schema: &str) -> NewColumn {
    let kind = ColumnKind::Text { max: 100, format: TextFormat::Text };
    NewColumn::new(schema, kind, Labels::both("Text", "Texte"))
}

pub(crate) fn deal() -> Change {
    Change::CreateTable(NewTable {
        schema: "new_Deal".to_owned(),
        set: None,
        labels: Labels::both("Deal", "Affaire"),
        plural: Labels::both("Deals", "Affaires"),
        description: Labels::none(),
        ownership: Ownership::User,
        primary_name: text("new_Name"),
        columns: vec![text("new_Code")],
        notes: false,
        activities: false,
        change_tracking: true,
        audited: true,
    })
}

fn code_key() -> Change {
    Change::AddKey {
        table: "new_deal".to_owned(),
        schema: "new_CodeKey".to_owned(),
        labels: Labels::english("Code"),
        columns: vec!["new_code".to_owned()],
    }
}

#[tokio::test]
async fn a_table_is_made_filled_changed_and_dropped() {
    let house = House::new().await;
    house.sales().await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let made = session.define(vec![deal()]).await.unwrap();
    assert_eq!((made[0].kind, made[0].name.as_str()), (CreatedKind::Table, "new_deal"));
    let lookup = NewColumn::new(
        "new_AccountId",
        ColumnKind::Lookup { targets: vec!["account".to_owned()] },
        Labels::english("Account"),
    );
    let relationship = Change::AddOneToMany(NewOneToMany {
        schema: "new_account_deal".to_owned(),
        referenced: "account".to_owned(),
        referencing: "new_deal".to_owned(),
        lookup,
        referencing_navigation: None,
        referenced_navigation: None,
        cascade: Cascade::RESTRICT,
        hierarchical: false,
    });
    let amount = NewColumn::new(
        "new_Amount",
        ColumnKind::Decimal { precision: 2, min: 0, max: 1_000_000 },
        Labels::english("Amount"),
    );
    let amount = Change::AddColumn { table: "new_deal".to_owned(), column: amount };
    let session = house.records.session(&admin, "Sales").await.unwrap();
    session.define(vec![relationship, amount, code_key()]).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    assert_eq!(session.model().table("new_deal").unwrap().set, "new_deals");
    let account = create(&session, crate::house::account("A")).await;
    let entry = Entry::of("new_deal")
        .text("new_name", "First")
        .text("new_code", "D-1")
        .link("new_AccountId", LinkTo::Row(at("account", account)));
    let id = create(&session, entry.clone()).await;
    let again = session.one(Operation::Create(entry)).await.unwrap_err();
    assert!(matches!(&again, Error::DuplicateKey { columns, .. } if columns == "new_code"));
    let key = RowKey::Alternate(vec![("new_code".to_owned(), Value::Text("d-1".to_owned()))]);
    let query = queries::Query::of(session.model().table("new_deal").unwrap()).select_all();
    let found = session.read("new_deal", &key, &query).await.unwrap().unwrap();
    assert_eq!(found.rows[0].get::<uuid::Uuid>(found.plan.shown.key.unwrap()).unwrap(), id);
    let table = session.model().table("savedquery").unwrap();
    let views = queries::Query::of(table).select(["returnedtypecode", "fetchxml"]).unwrap();
    let views = session.query(&views, &queries::Paging::first(5000)).await.unwrap();
    let of = |row| crate::house::value(&views, row, "returnedtypecode");
    let is_of =
        |name: &str| (0..views.rows.len()).any(|row| of(row) == Value::Text(name.to_owned()));
    assert!(is_of("account") && is_of("new_deal"));
    let gone = records::Delete { row: at("account", account), condition: records::Condition::None };
    let held = session.one(Operation::Delete(gone)).await.unwrap_err();
    assert!(matches!(&held, Error::Restricted { by, .. } if by == "new_deal"), "{held}");
    let column =
        Change::DeleteColumn { table: "new_deal".to_owned(), column: "new_amount".to_owned() };
    session.define(vec![column]).await.unwrap();
    let drop = Change::DeleteTable { table: "new_deal".to_owned() };
    house.records.session(&admin, "Sales").await.unwrap().define(vec![drop]).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    assert!(session.model().table("new_deal").is_none());
    assert_eq!(cell(&session, "account", account, "name").await, Some(Value::Text("A".to_owned())));
}

#[tokio::test]
async fn two_tables_are_joined_by_a_table_of_links() {
    let house = House::new().await;
    house.sales().await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let many = Change::AddManyToMany(NewManyToMany {
        schema: "new_deal_contact".to_owned(),
        intersect: None,
        first: "new_deal".to_owned(),
        second: "contact".to_owned(),
        first_navigation: None,
        second_navigation: None,
    });
    session.define(vec![deal(), many]).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let deal = create(&session, Entry::of("new_deal").text("new_name", "D")).await;
    let contact = create(&session, Entry::of("contact").text("lastname", "C")).await;
    let link = records::Associate {
        from: at("new_deal", deal),
        navigation: "new_deal_contact".to_owned(),
        to: at("contact", contact),
    };
    session.one(Operation::Associate(link.clone())).await.unwrap();
    session.one(Operation::Associate(link)).await.unwrap();
    assert_eq!(session.total("new_deal_contact").await.unwrap(), 1);
}

#[tokio::test]
async fn a_key_that_rows_break_is_refused_and_changes_nothing() {
    let house = House::new().await;
    house.sales().await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    session.define(vec![deal()]).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    for _ in 0..2 {
        create(&session, Entry::of("new_deal").text("new_name", "x").text("new_code", "same"))
            .await;
    }
    let error = session.define(vec![code_key()]).await.unwrap_err();
    assert!(matches!(error, Error::DuplicateKey { .. }), "{error}");
    let session = house.records.session(&admin, "Sales").await.unwrap();
    assert!(session.model().table("new_deal").unwrap().keys.is_empty());
}

#[tokio::test]
async fn only_customizers_change_definitions() {
    let house = House::new().await;
    house.sales().await;
    let seller = house.person("sam", &[identity::Role::Seller]).await;
    let session = house.records.session(&seller, "Sales").await.unwrap();
    let error = session.define(vec![deal()]).await.unwrap_err();
    assert!(
        matches!(&error, Error::Privilege { privilege, .. } if privilege == "prvCreateEntity"),
        "{error}"
    );
}

#[tokio::test]
async fn references_to_a_table_that_goes_lead_nowhere() {
    let house = House::new().await;
    house.environment("Plain", false).await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Plain").await.unwrap();
    let Change::CreateTable(mut table) = deal() else { panic!("a table") };
    table.notes = true;
    session.define(vec![Change::CreateTable(table)]).await.unwrap();
    let session = house.records.session(&admin, "Plain").await.unwrap();
    let deal = create(&session, Entry::of("new_deal").text("new_name", "D")).await;
    let navigation = session
        .model()
        .navigations_of_column("annotation", "objectid")
        .find(|one| one.target == "new_deal")
        .unwrap()
        .name
        .clone();
    let note = Entry::of("annotation")
        .text("subject", "N")
        .link(navigation, LinkTo::Row(at("new_deal", deal)));
    let note = create(&session, note).await;
    let drop = Change::DeleteTable { table: "new_deal".to_owned() };
    session.define(vec![drop]).await.unwrap();
    let session = house.records.session(&admin, "Plain").await.unwrap();
    assert_eq!(cell(&session, "annotation", note, "objectid").await, Some(Value::Null));
}

#[tokio::test]
async fn who_has_seen_another_definition_changes_nothing() {
    let house = House::new().await;
    house.sales().await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    session.define(vec![deal()]).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let named = |label: &str| Change::UpdateColumn {
        table: "new_deal".to_owned(),
        column: "new_code".to_owned(),
        to: NewColumn { labels: Labels::english(label), ..text("new_Code") },
        merge_labels: false,
    };
    // both look at the same definition, one is first
    let seen = named("").replaces(session.model());
    assert!(seen.is_some());
    session.define_seen(vec![named("First")], seen).await.unwrap();
    let second = session.define_seen(vec![named("Second")], seen).await.unwrap_err();
    assert!(matches!(second, Error::VersionMismatch), "{second}");
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let label = |session: &records::Session| {
        let table = session.model().table("new_deal").unwrap();
        table.column("new_code").unwrap().labels.text(tables::ENGLISH).to_owned()
    };
    assert_eq!(label(&session), "First");
    // a change of another column is none of this one, and neither of the table
    let of_table = of_table_seen(session.model().table("new_deal").unwrap());
    let again = named("").replaces(session.model());
    session.define_seen(vec![named("Second")], again).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    assert_eq!(label(&session), "Second");
    assert_eq!(of_table_seen(session.model().table("new_deal").unwrap()), of_table);
}
