//! Environments as a whole, and files.

use futures_util::future::join_all;
use identity::Role;
use liaison_records as records;
use queries::{
    Condition as Filter, Query,
    query::{Comparison, Order, OrderBy},
};
use records::{Condition, Delete, Error, FileName, Operation};
use tables::{
    ColumnKind, Labels, Value,
    define::{Change, NewColumn},
};

use crate::house::{House, account, at, cell, create, value};

#[tokio::test]
async fn the_first_seller_of_another_system_provisions_an_environment_whoever_that_is() {
    let house = House::new().await;
    let admin = house.admin().await;
    house.person("pat", &[Role::PlatformAdministrator]).await;
    let seller = house.person("sam", &[Role::Seller]).await;
    let many = (0..50).map(|_| house.records.provision_viva(&seller));
    let made: Vec<_> = join_all(many).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(made.iter().filter(|one| one.made).count(), 1);
    assert!(made.iter().all(|one| one.environment == made[0].environment));
    let names: Vec<&str> = made[0].administrators.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["ada", "pat"]);
    let session = house.records.session(&admin, "msdyn_viva").await.unwrap();
    assert!(session.access().administrator);
    assert!(session.model().table("msdyn_taggedrecord").is_some());
    assert!(session.model().table("account").is_none());
    assert!(!house.records.session(&seller, "msdyn_viva").await.unwrap().access().administrator);
}

#[tokio::test]
async fn sales_tables_that_come_later_join_what_is_there() {
    let house = House::new().await;
    let id = house.environment("Plain", false).await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Plain").await.unwrap();
    assert!(session.model().table("account").is_none());
    let patch =
        identity::environments::EnvironmentPatch { crm_enabled: Some(true), ..Default::default() };
    house.identity.update_environment(&admin, id, patch).await.unwrap();
    let session = house.records.session(&admin, "Plain").await.unwrap();
    let row = create(&session, account("First")).await;
    let gone = Delete { row: at("account", row), condition: Condition::None };
    session.one(Operation::Delete(gone)).await.unwrap();
}

#[tokio::test]
async fn a_file_comes_in_blocks_and_is_read_in_parts() {
    let house = House::new().await;
    house.sales().await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let column =
        NewColumn::new("new_Contract", ColumnKind::File { max_kb: 8192 }, Labels::english("C"));
    let change = Change::AddColumn { table: "account".to_owned(), column };
    session.define(vec![change]).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let row = at("account", create(&session, account("A")).await);
    let bytes: Vec<u8> = (0..2_500_000_u32).map(|at| u8::try_from(at % 251).unwrap()).collect();
    let file = || FileName { name: "a.pdf".to_owned(), kind: "application/pdf".to_owned() };
    let token = session.begin_upload(&row, "new_contract", file(), None).await.unwrap();
    assert!(!session.upload_block(token, 0, Some(2_500_000), &bytes[..1_500_000]).await.unwrap());
    let gap = session.upload_block(token, 2_000_000, None, &bytes[2_000_000..]).await.unwrap_err();
    assert!(matches!(gap, Error::Limit { .. }), "{gap}");
    assert!(session.download(&row, "new_contract", 0, 10).await.unwrap().is_none());
    assert!(session.upload_block(token, 1_500_000, None, &bytes[1_500_000..]).await.unwrap());
    let part = session.download(&row, "new_contract", 1_048_000, 2_000).await.unwrap().unwrap();
    assert_eq!((part.size, part.bytes.as_slice()), (2_500_000, &bytes[1_048_000..1_050_000]));
    let records::RowKey::Id(id) = row.key else { panic!("an id") };
    assert!(matches!(cell(&session, "account", id, "new_contract").await, Some(Value::Guid(_))));
    session.clear_file(&row, "new_contract").await.unwrap();
    assert!(session.download(&row, "new_contract", 0, 10).await.unwrap().is_none());
    let dropped = session.begin_upload(&row, "new_contract", file(), None).await.unwrap();
    session.abandon_upload(dropped).await.unwrap();
    assert!(session.under_way(dropped).await.unwrap().is_none());
    let large =
        session.begin_upload(&row, "new_contract", file(), Some(9 << 20)).await.unwrap_err();
    assert!(matches!(large, Error::Limit { .. }), "{large}");
}

#[tokio::test]
async fn an_environment_that_was_left_half_made_is_finished() {
    let house = House::new().await;
    let id = house.sales().await;
    let admin = house.admin().await;
    let root = house.system.scope(house.tenant.id, "test");
    let wanted = record_tables::provision::Wanted {
        environment: id,
        name: "Sales".to_owned(),
        sets: vec![tables::baseline::Set::Core, tables::baseline::Set::Sales],
        language: tables::ENGLISH,
        currency: "EUR".to_owned(),
    };
    // As if the process had died after some of the slices, a second time further on.
    for slices in [3, 12] {
        for _ in 0..slices {
            let (wanted, now) = (wanted.clone(), jiff::Timestamp::UNIX_EPOCH);
            let step = move |tx: &db::Tx<'_>| record_tables::provision::advance(tx, &wanted, now);
            assert!(house.store.append(&root, id.uuid(), step).await.unwrap());
        }
    }
    let session = house.records.session(&admin, "Sales").await.unwrap();
    create(&session, account("Whole")).await;
    assert!(session.access().administrator);
}

#[tokio::test]
async fn an_environment_of_an_older_form_is_brought_up_to_date() {
    let house = House::new().await;
    let id = house.sales().await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    session.define(vec![crate::definitions::deal()]).await.unwrap();
    let before = create(&session, account("Société Générale")).await;
    let number = session.number();
    let root = house.system.scope(house.tenant.id, "test");
    // as it was made before pictures had companions and names were compared without accents
    let back = move |tx: &db::Tx<'_>| -> db::Result<()> {
        for column in ["entityimageid", "entityimage_timestamp", "entityimage_url"] {
            tx.execute(&format!("ALTER TABLE r{number}_account DROP COLUMN {column}"), &[])?;
        }
        let known = record_tables::registry::lookup(tx, id)?.unwrap();
        let sets = known.sets.with("form", 0);
        record_tables::registry::progress(tx, id, &sets)?;
        assert!(!record_tables::form::is_current(
            &record_tables::registry::lookup(tx, id)?.unwrap()
        ));
        Ok(())
    };
    house.store.append(&root, id.uuid(), back).await.unwrap();
    let records = house.again();
    let session = records.session(&admin, "Sales").await.unwrap();
    let entry = account("Société")
        .text("entityimage", "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
    let made = create(&session, entry).await;
    assert_ne!(cell(&session, "account", made, "entityimageid").await, Some(Value::Null));
    assert_eq!(cell(&session, "account", before, "entityimageid").await, Some(Value::Null));
    let current = move |tx: &db::Tx<'_>| -> db::Result<bool> {
        let known = record_tables::registry::lookup(tx, id)?.unwrap();
        Ok(record_tables::form::is_current(&known))
    };
    assert!(house.store.read(&root, current).await.unwrap());
    create(&session, records::Entry::of("new_deal").text("new_name", "Deal")).await;
}

#[tokio::test]
async fn accents_and_case_do_not_count_in_filters_and_sorts() {
    let house = House::new().await;
    house.sales().await;
    let session = house.records.session(&house.admin().await, "Sales").await.unwrap();
    for name in ["Zoé", "Société", "societe", "Évian", "Fabrik", "Echo"] {
        create(&session, account(name)).await;
    }
    let table = session.model().table("account").unwrap();
    let name = Query::of(table).field("name").unwrap();
    let ask = async |filter: Option<Filter>, descending: bool| {
        let mut query = Query::of(table).select(["name"]).unwrap();
        if let Some(filter) = filter {
            query = query.and(filter);
        }
        query.order = vec![Order { by: OrderBy::Field(name), descending }];
        let rows = session.query(&query, &queries::Paging::first(50)).await.unwrap();
        let text = |row| match value(&rows, row, "name") {
            Value::Text(text) => text,
            other => panic!("{other:?}"),
        };
        (0..rows.rows.len()).map(text).collect::<Vec<_>>()
    };
    let whole = db::Value::Text("SOCIETE".into());
    for filter in [
        Filter::Compare(name, Comparison::Equal, whole.clone()),
        Filter::In(name, vec![whole]),
        Filter::Like(name, "sócié%".to_owned()),
        Filter::Like(name, "%CIÉT%".to_owned()),
    ] {
        let mut found = ask(Some(filter.clone()), false).await;
        found.sort();
        assert_eq!(found, ["Société", "societe"], "{filter:?}");
    }
    let sorted = ask(None, false).await;
    assert_eq!(sorted[..3], ["Echo", "Évian", "Fabrik"]);
    assert_eq!(ask(None, true).await.first().map(String::as_str), Some("Zoé"));
}
