//! Environments as a whole, and files.

use std::time::Duration;

use futures_util::future::join_all;
use identity::Role;
use liaison_records as records;
use records::{Condition, Delete, Error, FileName, Operation};
use tables::{
    ColumnKind, Labels, Value,
    define::{Change, NewColumn},
};

use crate::house::{House, account, at, cell, create};

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn only_administrators_come_in_in_administration_mode() {
    let house = House::new().await;
    let id = house.sales().await;
    let admin = house.admin().await;
    let seller = house.person("sam", &[Role::Seller]).await;
    house.records.session(&seller, "Sales").await.unwrap();
    house.records.set_administration_mode(&admin, id, true).await.unwrap();
    let error = house.records.session(&seller, "Sales").await.unwrap_err();
    assert!(matches!(error, Error::AdministrationMode), "{error}");
    house.records.session(&admin, "Sales").await.unwrap();
    let error = house.records.set_administration_mode(&seller, id, false).await.unwrap_err();
    assert!(matches!(error, Error::Denied(_)), "{error}");
    house.records.set_administration_mode(&admin, id, false).await.unwrap();
    house.records.session(&seller, "Sales").await.unwrap();
}

#[tokio::test]
async fn a_deleted_environment_comes_back_within_its_days_and_is_gone_after_them() {
    let house = House::new().await;
    let id = house.sales().await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let row = create(&session, account("Kept")).await;
    house.records.delete_environment(&admin, id).await.unwrap();
    let error = house.records.session(&admin, "Sales").await.unwrap_err();
    assert!(matches!(error, Error::NoEnvironment { .. }), "{error}");
    let error = session.one(Operation::Create(account("Late"))).await.unwrap_err();
    assert!(matches!(error, Error::NoEnvironment { .. }), "{error}");
    house.clock.advance(DAY * 6);
    house.records.sweep().await.unwrap();
    house.records.restore_environment(&admin, id).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    assert!(cell(&session, "account", row, "name").await.is_some());
    house.records.delete_environment(&admin, id).await.unwrap();
    house.clock.advance(DAY * 8);
    house.records.sweep().await.unwrap();
    assert!(house.records.restore_environment(&admin, id).await.is_err());
    assert!(house.identity.environment(&admin, id).await.is_err());
}

#[tokio::test]
async fn a_copy_has_everything_and_goes_its_own_way() {
    let house = House::new().await;
    let from = house.sales().await;
    let to = house.environment("Trial", false).await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let kind = ColumnKind::Text { max: 20, format: tables::TextFormat::Text };
    let column = NewColumn::new("new_Colour", kind, Labels::english("Colour"));
    session.define(vec![Change::AddColumn { table: "account".to_owned(), column }]).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let revenue = Value::Fixed(tables::Fixed::new(10_0000, 4));
    let entry = account("Both").text("new_colour", "red").with("revenue", revenue.clone());
    let id = create(&session, entry).await;
    for at in 0..600 {
        session.one(Operation::Create(account(&format!("{at}")))).await.unwrap();
    }
    house.records.session(&admin, "Trial").await.unwrap();
    house.records.copy_environment(&admin, from, to).await.unwrap();
    let copy = house.records.session(&admin, "Trial").await.unwrap();
    assert!(copy.access().administrator);
    assert_eq!(copy.total("account").await.unwrap(), 601);
    assert_eq!(cell(&copy, "account", id, "new_colour").await, Some(Value::Text("red".to_owned())));
    let gone = Delete { row: at("account", id), condition: Condition::None };
    copy.one(Operation::Delete(gone)).await.unwrap();
    let more = create(&copy, account("More").with("revenue", revenue.clone())).await;
    assert_eq!(cell(&copy, "account", more, "revenue_base").await, Some(revenue));
    assert!(cell(&session, "account", id, "name").await.is_some());
    assert_eq!(session.total("account").await.unwrap(), 601);
}

#[tokio::test]
async fn a_reset_environment_begins_anew() {
    let house = House::new().await;
    let id = house.sales().await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    create(&session, account("Gone")).await;
    let capacity = house.records.capacity(&admin, id).await.unwrap();
    assert!(capacity.tables.contains(&("account".to_owned(), 1)), "{capacity:?}");
    house.records.reset_environment(&admin, id).await.unwrap();
    house.records.sweep().await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    assert_eq!(session.total("account").await.unwrap(), 0);
    create(&session, account("New")).await;
}

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
