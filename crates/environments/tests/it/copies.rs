//! Copies and resets: whole, without the business's rows, after crashes, given up.

use std::{sync::Arc, time::Duration};

use identity::environments::Region;
use kernel::{EnvironmentId, Scope};
use liaison_environments::{Extent, OperationKind, OperationState, Reset, State};
use records::{Condition, Delete, Operation, Session};
use tables::{
    ColumnKind, Labels, Value,
    define::{Change, NewColumn},
};

use crate::house::{House, account, code, create, total};

/// Sales with a column of its own, rows, a file, and a sandbox.
async fn filled(house: &House, rows: usize) -> (Scope, EnvironmentId, EnvironmentId) {
    let (from, to, admin) = (house.sales().await, house.sandbox("Try").await, house.admin().await);
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let text = ColumnKind::Text { max: 20, format: tables::TextFormat::Text };
    let colour = NewColumn::new("new_Colour", text, Labels::english("Colour"));
    let file = NewColumn::new("new_Deed", ColumnKind::File { max_kb: 8192 }, Labels::english("D"));
    let change = |column| Change::AddColumn { table: "account".to_owned(), column };
    session.define(vec![change(colour), change(file)]).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let mut last = None;
    for at in 0..rows {
        let entry = account(&format!("{at}")).text("new_colour", "red");
        last = Some(create(&session, entry).await);
    }
    if let Some(id) = last {
        let row = records::Reference::id("account", id);
        let name =
            records::FileName { name: "a.pdf".to_owned(), kind: "application/pdf".to_owned() };
        let bytes: Vec<u8> = (0..5_000_000_u32).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let token = session.begin_upload(&row, "new_deed", name, None).await.unwrap();
        let size = Some(5_000_000);
        assert!(session.upload_block(token, 0, size, &bytes[..2_500_000]).await.is_ok());
        session.upload_block(token, 2_500_000, size, &bytes[2_500_000..]).await.unwrap();
    }
    house.records.session(&admin, "Try").await.unwrap();
    (admin, from, to)
}

async fn opened(house: &House, admin: &Scope) -> Session {
    house.records.session(admin, "Try").await.unwrap()
}

#[tokio::test]
async fn a_copy_has_everything_opens_for_administrators_and_goes_its_own_way() {
    let house = House::new().await;
    let (admin, from, to) = filled(&house, 601).await;
    let e = &house.environments;
    let seller = house.person("sam", &[identity::Role::Seller]).await;
    house.records.session(&seller, "Sales").await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let old = opened(&house, &admin).await;
    let begun = e.copy(&admin, from, to, Extent::Everything).await.unwrap();
    assert_eq!(begun.state, OperationState::Running);
    // Nobody comes into the one, nobody writes in the other.
    let busy = house.records.session(&admin, "Try").await.unwrap_err();
    assert!(matches!(busy, records::Error::EnvironmentBusy), "{busy}");
    assert!(old.total("businessunit").await.is_err());
    let refused = session.one(Operation::Create(account("Late"))).await.unwrap_err();
    assert!(matches!(refused, records::Error::EnvironmentBusy), "{refused}");
    assert_eq!(total(&session, "account").await, 601, "reading goes on");
    for outcome in [
        e.delete(&admin, from).await,
        e.delete(&admin, to).await,
        e.copy(&admin, to, from, Extent::Schema).await.map(drop),
    ] {
        let code = code(outcome);
        assert!(
            ["environment.operation_running", "environment.not_sandbox"].contains(&code),
            "{code}"
        );
    }
    house.work().await;
    let done = e.operation(&admin, to, begun.id).await.unwrap();
    assert_eq!((done.state, done.percent()), (OperationState::Succeeded, Some(100)));
    let life = e.life(&admin, to).await.unwrap();
    assert_eq!((life.state, life.running), (State::Administration, None));
    assert!(life.environment.background_off && life.environment.crm_enabled);
    assert!(house.records.session(&seller, "Try").await.is_err());
    let copy = opened(&house, &admin).await;
    assert!(copy.access().administrator);
    assert_eq!(total(&copy, "account").await, 601);
    let query = queries::Query::of(copy.model().table("account").unwrap());
    let query = query.select(["accountid", "new_colour", "new_deed"]).unwrap();
    let rows =
        copy.query(&query, &queries::Paging { size: 5000, ..Default::default() }).await.unwrap();
    let shown = &rows.plan.shown.properties;
    let with_file =
        rows.rows.iter().find(|row| shown[2].value(row).unwrap() != Value::Null).unwrap();
    assert_eq!(shown[1].value(with_file).unwrap(), Value::Text("red".to_owned()));
    let Value::Guid(id) = shown[0].value(with_file).unwrap() else { panic!("a key") };
    let row = records::Reference::id("account", id);
    let part = copy.download(&row, "new_deed", 4_900_000, 200_000).await.unwrap().unwrap();
    assert_eq!((part.size, part.bytes.len()), (5_000_000, 100_000));
    assert_eq!(part.bytes[0], u8::try_from(4_900_000 % 251).unwrap());
    copy.one(Operation::Delete(Delete { row, condition: Condition::None })).await.unwrap();
    create(&copy, account("More")).await;
    create(&session, account("Other")).await;
    assert_eq!((total(&copy, "account").await, total(&session, "account").await), (601, 602));
}

#[tokio::test]
async fn a_copy_is_searched_whole_though_searches_went_on_meanwhile() {
    let house = House::new().await;
    let (admin, from, to) = filled(&house, 30).await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    create(&session, account("Elephant")).await;
    let stop = tokio_util::sync::CancellationToken::new();
    #[expect(clippy::disallowed_methods, reason = "the test itself waits for it")]
    let working = tokio::spawn(house.records.clone().run(stop.clone()));
    house.environments.copy(&admin, from, to, Extent::Everything).await.unwrap();
    house.work().await;
    let copy = opened(&house, &admin).await;
    assert_eq!(found(&copy, "elephant").await.unwrap(), 1);
    assert_eq!(found(&session, "elephant").await.unwrap(), 1);
    stop.cancel();
    working.await.unwrap();
}

/// How many accounts a search finds.
async fn found(session: &Session, text: &str) -> records::Result<usize> {
    let table = Arc::clone(session.model().table("account").unwrap());
    let search = records::Search {
        text: text.to_owned(),
        syntax: records::Syntax::Typed,
        tables: vec![queries::Query::of(&table).select(["name"]).unwrap()],
        skip: 0,
        most: 10,
        count: false,
    };
    Ok(session.search(search).await?.hits.len())
}

#[tokio::test]
async fn a_copy_of_the_schema_has_people_and_definitions_and_no_business() {
    let house = House::new().await;
    let (admin, from, to) = filled(&house, 20).await;
    let e = &house.environments;
    e.copy(&admin, from, to, Extent::Schema).await.unwrap();
    house.work().await;
    let copy = opened(&house, &admin).await;
    assert_eq!(total(&copy, "account").await, 0);
    assert!(copy.model().table("account").unwrap().column("new_colour").is_some());
    assert!(copy.access().administrator);
    create(&copy, account("First").text("new_colour", "blue")).await;
}

#[tokio::test]
async fn a_copy_goes_on_where_a_crash_left_it() {
    let house = House::new().await;
    let (admin, from, to) = filled(&house, 700).await;
    let e = &house.environments;
    let begun = e.copy(&admin, from, to, Extent::Everything).await.unwrap();
    // A process that dies after each of some slices: the lease stays until its time is over.
    for _ in 0..40 {
        assert!(e.work_once(&admin).await.unwrap());
        assert!(!e.work_once(&admin).await.unwrap(), "somebody seems to work on it");
        house.clock.advance(Duration::from_secs(61));
    }
    let half = e.operation(&admin, to, begun.id).await.unwrap();
    assert_eq!(half.state, OperationState::Running);
    assert!(half.percent().unwrap() > 10, "{half:?}");
    house.work().await;
    let copy = opened(&house, &admin).await;
    assert_eq!(total(&copy, "account").await, 700);
    assert_eq!(e.operation(&admin, to, begun.id).await.unwrap().state, OperationState::Succeeded);
    let session = house.records.session(&admin, "Sales").await.unwrap();
    create(&session, account("After")).await;
}

#[tokio::test]
async fn a_copy_that_fails_again_and_again_is_undone() {
    let house = House::new().await;
    let (admin, from, to) = filled(&house, 3).await;
    let e = &house.environments;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let begun = e.copy(&admin, from, to, Extent::Everything).await.unwrap();
    for _ in 0..3 {
        e.work_once(&admin).await.unwrap();
        house.clock.advance(Duration::from_secs(61));
    }
    // Something that no try gets round.
    let broken = format!("ALTER TABLE \"r{}_account\" RENAME TO broken", session.number());
    let sql = broken.clone();
    house.store.db().write(&admin, move |tx| tx.execute(&sql, &[])).await.unwrap();
    for _ in 0..5 {
        assert_eq!(e.operation(&admin, to, begun.id).await.unwrap().state, OperationState::Running);
        house.work().await;
        house.clock.advance(Duration::from_secs(31));
    }
    let over = e.operation(&admin, to, begun.id).await.unwrap();
    assert_eq!(over.state, OperationState::Failed);
    assert!(over.code.is_some());
    let mended = format!("ALTER TABLE broken RENAME TO \"r{}_account\"", session.number());
    house.store.db().write(&admin, move |tx| tx.execute(&mended, &[])).await.unwrap();
    let session = house.records.session(&admin, "Sales").await.unwrap();
    create(&session, account("Again")).await;
    let empty = opened(&house, &admin).await;
    assert_eq!(total(&empty, "account").await, 0, "it begins anew");
    e.copy(&admin, from, to, Extent::Everything).await.unwrap();
    house.work().await;
    assert_eq!(total(&opened(&house, &admin).await, "account").await, 4);
}

#[tokio::test]
async fn only_sandboxes_are_copied_over_and_reset_and_not_with_themselves() {
    let house = House::new().await;
    let (admin, from, to) = filled(&house, 1).await;
    let (e, seller) = (&house.environments, house.person("sam", &[]).await);
    let reset = || Reset { region: Region::default(), crm_enabled: true };
    assert_eq!(code(e.copy(&admin, to, from, Extent::Schema).await), "environment.not_sandbox");
    assert_eq!(code(e.reset(&admin, from, reset()).await), "environment.not_sandbox");
    assert_eq!(code(e.copy(&admin, to, to, Extent::Schema).await), "input.invalid");
    assert_eq!(code(e.copy(&seller, from, to, Extent::Schema).await), "permission.missing");
    assert_eq!(code(e.reset(&seller, to, reset()).await), "permission.missing");
    let stranger = house.stranger().await;
    assert_eq!(code(e.copy(&stranger, from, to, Extent::Schema).await), "environment.not_found");
}

#[tokio::test]
async fn a_reset_environment_begins_anew() {
    let house = House::new().await;
    let (admin, from, to) = filled(&house, 5).await;
    let e = &house.environments;
    e.copy(&admin, from, to, Extent::Everything).await.unwrap();
    house.work().await;
    let before = opened(&house, &admin).await;
    let region = Region { language: kernel::Language::Fr, currency: "CHF".to_owned() };
    e.reset(&admin, to, Reset { region: region.clone(), crm_enabled: true }).await.unwrap();
    assert!(matches!(
        house.records.session(&admin, "Try").await.unwrap_err(),
        records::Error::EnvironmentBusy
    ));
    assert!(before.total("account").await.is_err(), "who was in it is out");
    house.work().await;
    house.records.sweep().await.unwrap();
    let session = opened(&house, &admin).await;
    assert_eq!(total(&session, "account").await, 0);
    assert!(session.model().table("account").unwrap().column("new_colour").is_none());
    create(&session, account("New")).await;
    let life = e.life(&admin, to).await.unwrap();
    assert!(!life.environment.background_off, "what the copy had resting goes on");
    assert_eq!((life.state, life.environment.region), (State::Ready, region));
    let kinds: Vec<_> = e.operations(&admin, to).await.unwrap().iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [OperationKind::Reset, OperationKind::Copy, OperationKind::Create]);
}
