//! Full-text search: what is found, how it ranks, and that nobody finds what they may not read.

use liaison_records as records;
use queries::Query;
use records::{
    Condition, Delete, Entry, Found, Operation, Principal, RowKey, Search, Session, Syntax, Update,
    rights_mask,
};
use tables::{
    Value,
    define::{Change, NewColumn},
};

use crate::{
    house::{account, at, create},
    rights::Office,
};

async fn find(session: &Session, text: &str, syntax: Syntax) -> Found {
    let tables = session.searchable();
    let shape = |table| Query::of(table).select(Session::searched(table)).unwrap();
    let search = Search {
        text: text.to_owned(),
        syntax,
        tables: tables.iter().map(shape).collect(),
        skip: 0,
        most: 100,
        count: true,
    };
    session.search(search).await.unwrap()
}

/// The names of what is found, the best first.
fn titles(found: &Found) -> Vec<String> {
    let title = |hit| {
        let (rows, row) = found.row(hit).unwrap();
        match rows.plan.shown.properties[0].value(row).unwrap() {
            Value::Text(text) => text,
            other => panic!("{other:?}"),
        }
    };
    found.hits.iter().map(title).collect()
}

async fn typed(session: &Session, text: &str) -> Vec<String> {
    titles(&find(session, text, Syntax::Typed).await)
}

#[tokio::test]
async fn words_are_found_whatever_their_case_and_accents() {
    let office = Office::open().await;
    let admin = &office.admin;
    create(admin, account("Société Générale").text("address1_city", "Paris")).await;
    create(admin, account("Contoso Ltd").text("telephone1", "+33 1 23 45")).await;
    let person = Entry::of("contact").text("firstname", "Zoé").text("lastname", "Müller");
    create(admin, person.text("emailaddress1", "zoe.muller@contoso.com")).await;
    assert_eq!(typed(admin, "societe").await, ["Société Générale"]);
    assert_eq!(typed(admin, "GÉNÉR").await, ["Société Générale"], "the last word may go on");
    assert_eq!(typed(admin, "gener ").await, Vec::<String>::new(), "it is complete");
    assert_eq!(typed(admin, "paris soc").await, ["Société Générale"]);
    assert_eq!(typed(admin, "zoe muller").await, ["Zoé Müller"]);
    // a name counts more than another column
    assert_eq!(typed(admin, "contoso").await, ["Contoso Ltd", "Zoé Müller"]);
    let simple = |text: &'static str| async move { titles(&find(admin, text, Syntax::All).await) };
    assert_eq!(simple("contoso -ltd").await, ["Zoé Müller"]);
    assert_eq!(simple("\"contoso ltd\"").await, ["Contoso Ltd"]);
    assert_eq!(simple("\"ltd contoso\"").await, Vec::<String>::new());
    assert_eq!(simple("zoe.muller@contoso.com").await, ["Zoé Müller"]);
    assert_eq!(simple("génér* | ltd").await.len(), 2);
    for hostile in ["\"", "a OR", "title:x", "NEAR(a b)", "' & |", "*", "é*:A", "-x", ")("] {
        find(admin, hostile, Syntax::Any).await;
        find(admin, hostile, Syntax::Typed).await;
    }
    let found = find(admin, "contoso", Syntax::Any).await;
    assert_eq!(found.counts, [("account".to_owned(), 1), ("contact".to_owned(), 1)]);
    assert_eq!(
        found.marked("Die Contoso, in Paris", ("<", ">")).as_deref(),
        Some("Die <Contoso>, in Paris")
    );
    assert_eq!(found.marked("nothing", ("<", ">")), None);
}

#[tokio::test]
async fn searches_follow_changes_and_deletions() {
    let office = Office::open().await;
    let admin = &office.admin;
    let id = create(admin, account("Adventure Works")).await;
    assert_eq!(typed(admin, "adventure").await, ["Adventure Works"]);
    let change =
        Update { key: RowKey::Id(id), entry: account("Fabrikam"), condition: Condition::None };
    admin.one(Operation::Update(change)).await.unwrap();
    assert_eq!(typed(admin, "adventure").await, Vec::<String>::new());
    assert_eq!(typed(admin, "fabrikam").await, ["Fabrikam"]);
    let gone = Delete { row: at("account", id), condition: Condition::None };
    admin.one(Operation::Delete(gone)).await.unwrap();
    assert_eq!(typed(admin, "fabrikam").await, Vec::<String>::new());
    // many at once: more than a slice
    let many = (0..250).map(|n| Operation::Create(account(&format!("Tailspin {n}")))).collect();
    admin.run(many).await.unwrap();
    let found = find(admin, "tailspin", Syntax::Typed).await;
    assert_eq!(found.counts, [("account".to_owned(), 250)]);
    assert_eq!(found.hits.len(), 100);
    assert_eq!(typed(admin, "tailspin 249").await, ["Tailspin 249"]);
}

#[tokio::test]
async fn nobody_finds_what_they_may_not_read() {
    let office = Office::open().await;
    let (_, jonas) = office.seller("jonas", "Basic User").await;
    let (_, lina) = office.seller("lina", "Basic User").await;
    let hers = create(&lina, account("Northwind of Lina")).await;
    create(&jonas, account("Northwind of Jonas")).await;
    assert_eq!(typed(&lina, "northwind").await, ["Northwind of Lina"]);
    assert_eq!(typed(&jonas, "northwind").await, ["Northwind of Jonas"]);
    assert_eq!(typed(&office.fresh_admin().await, "northwind").await.len(), 2);
    let counted = find(&jonas, "northwind", Syntax::Any).await;
    assert_eq!(counted.counts, [("account".to_owned(), 1)], "no row too many is counted");
    let to = Principal::User(jonas.user());
    let read = rights_mask("ReadAccess").unwrap();
    lina.grant(&at("account", hers), to, read).await.unwrap();
    assert_eq!(typed(&jonas, "northwind").await.len(), 2, "what is shared is found");
    // who may read no row of a table finds none, and is told of none
    let scope = office.house.person("olga", &[identity::Role::Seller]).await;
    let nobody = office.session(&scope).await;
    assert_eq!(typed(&nobody, "northwind").await, Vec::<String>::new());
    let stranger = office.house.stranger().await;
    assert!(office.house.records.session(&stranger, "Sales").await.is_err());
}

#[tokio::test]
async fn a_new_table_and_a_new_column_are_searched() {
    let office = Office::open().await;
    let admin = &office.admin;
    create(admin, account("Before")).await;
    assert_eq!(typed(admin, "before").await, ["Before"]);
    admin.define(vec![crate::definitions::deal()]).await.unwrap();
    let admin = office.fresh_admin().await;
    create(&admin, Entry::of("new_deal").text("new_name", "Grand Projet")).await;
    assert_eq!(typed(&admin, "projet").await, ["Grand Projet"]);
    // a column that is searched from now on: rows that were there before are found by it
    let notes = admin.model().table("account").unwrap().column("description").unwrap().clone();
    assert!(!Session::searched(admin.model().table("account").unwrap()).contains(&"description"));
    create(&admin, account("Quiet").text("description", "an elephant")).await;
    assert_eq!(typed(&admin, "elephant").await, Vec::<String>::new());
    let to = NewColumn { searched: true, ..NewColumn::of(&notes) };
    let change = Change::UpdateColumn {
        table: "account".to_owned(),
        column: "description".to_owned(),
        to,
        merge_labels: true,
    };
    admin.define(vec![change]).await.unwrap();
    let admin = office.fresh_admin().await;
    assert_eq!(typed(&admin, "elephant").await, ["Quiet"]);
}

/// A change of `description` of accounts.
async fn redefine(office: &Office, change: impl FnOnce(NewColumn) -> NewColumn) {
    let admin = office.fresh_admin().await;
    let column = admin.model().table("account").unwrap().column("description").unwrap().clone();
    let to = change(NewColumn::of(&column));
    let change = Change::UpdateColumn {
        table: "account".to_owned(),
        column: "description".to_owned(),
        to,
        merge_labels: true,
    };
    admin.define(vec![change]).await.unwrap();
}

/// Searches until the index is whole.
async fn whole(session: &Session) {
    for _ in 0..6 {
        find(session, "nothing at all", Syntax::Typed).await;
    }
}

#[tokio::test]
async fn a_column_that_is_closed_finds_nothing_from_then_on() {
    let office = Office::open().await;
    redefine(&office, |to| NewColumn { searched: true, ..to }).await;
    let admin = office.fresh_admin().await;
    // more than what one search keeps while it waits
    for slice in 0..11 {
        let many = (0..200).map(|n| account(&format!("Filler {slice} {n}")));
        admin.run(many.map(Operation::Create).collect()).await.unwrap();
    }
    create(&admin, account("Quiet").text("description", "an elephant")).await;
    whole(&admin).await;
    assert_eq!(typed(&admin, "elephant").await, ["Quiet"]);
    let secure = |to| NewColumn { secured: true, ..to };
    let leave = |to| NewColumn { secured: false, searched: false, ..to };
    let again = |to| NewColumn { searched: true, ..to };
    redefine(&office, secure).await;
    // who still has the definitions from before finds nothing either
    for _ in 0..4 {
        assert_eq!(typed(&admin, "elephant").await, Vec::<String>::new());
    }
    let admin = office.fresh_admin().await;
    whole(&admin).await;
    assert_eq!(typed(&admin, "quiet").await, ["Quiet"], "the rest is found again");
    assert_eq!(typed(&admin, "elephant").await, Vec::<String>::new());
    redefine(&office, |to| NewColumn { secured: false, ..to }).await;
    let admin = office.fresh_admin().await;
    whole(&admin).await;
    assert_eq!(typed(&admin, "elephant").await, ["Quiet"]);
    redefine(&office, leave).await;
    let admin = office.fresh_admin().await;
    for _ in 0..4 {
        assert_eq!(typed(&admin, "elephant").await, Vec::<String>::new());
    }
    redefine(&office, again).await;
    let admin = office.fresh_admin().await;
    whole(&admin).await;
    assert_eq!(typed(&admin, "elephant").await, ["Quiet"]);
}

#[tokio::test]
async fn whoever_looks_with_definitions_of_before_finds_what_was_written_before() {
    let office = Office::open().await;
    let before = office.admin.clone();
    create(&before, account("Contoso North")).await;
    assert_eq!(typed(&before, "contoso").await, ["Contoso North"]);
    // another node changes definitions and writes a row; this session has not heard of either
    let other = office.house.again();
    let other = other.session(before.scope(), "sales").await.unwrap();
    let labels = tables::Labels::english("Motto");
    let kind = tables::ColumnKind::Whole { min: 0, max: 9, format: tables::WholeFormat::None };
    let column = NewColumn::new("new_Motto", kind, labels);
    let change = Change::AddColumn { table: "account".to_owned(), column };
    other.define(vec![change]).await.unwrap();
    create(&other, account("Contoso South")).await;
    let mut found = typed(&before, "contoso").await;
    found.sort();
    assert_eq!(found, ["Contoso North", "Contoso South"]);
}
