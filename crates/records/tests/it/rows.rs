//! Rows: their life, their links, what the store fills in.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::future::join_all;
use kernel::Permission;
use liaison_records as records;
use records::{
    Associate, Change, Condition, Delete, Disassociate, Entry, Error, FileName, LinkTo, Operation,
    Principal, Reference, RowKey, Session, Update,
};
use tables::{Fixed, Value};
use uuid::Uuid;

use crate::house::{House, account, at, cell, create, names};

async fn open() -> (House, Session) {
    let house = House::new().await;
    house.sales().await;
    let session = house.records.session(&house.admin().await, "sales").await.unwrap();
    (house, session)
}

fn update(table: &str, id: Uuid, condition: Condition) -> Update {
    Update { key: RowKey::Id(id), entry: Entry::of(table), condition }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[tokio::test]
async fn a_row_is_made_read_changed_and_deleted() {
    let (_house, session) = open().await;
    let made = session.one(Operation::Create(account("Contoso"))).await.unwrap();
    assert_eq!(made.change, Change::Created);
    assert_eq!(cell(&session, "account", made.id, "name").await, Some(text("Contoso")));
    assert_eq!(cell(&session, "account", made.id, "statecode").await, Some(Value::Whole(0)));
    assert_eq!(cell(&session, "account", made.id, "statuscode").await, Some(Value::Whole(1)));
    let mut change = update("account", made.id, Condition::None);
    change.entry = change.entry.text("name", "Contoso SA");
    let changed = session.one(Operation::Update(change)).await.unwrap();
    assert!(changed.version > made.version);
    assert_eq!(cell(&session, "account", made.id, "name").await, Some(text("Contoso SA")));
    let gone = Delete { row: at("account", made.id), condition: Condition::None };
    session.one(Operation::Delete(gone.clone())).await.unwrap();
    assert_eq!(cell(&session, "account", made.id, "name").await, None);
    let again = session.one(Operation::Delete(gone)).await.unwrap_err();
    assert!(matches!(again, Error::RowMissing { .. }), "{again}");
    assert_eq!(again.dataverse_code(), "0x80040217");
}

#[tokio::test]
async fn conditions_decide_whether_a_write_happens() {
    let (house, session) = open().await;
    let made = session.one(Operation::Create(account("A"))).await.unwrap();
    let version = update("account", made.id, Condition::Version(made.version));
    session.one(Operation::Update(version.clone())).await.unwrap();
    let late = session.one(Operation::Update(version)).await.unwrap_err();
    assert!(matches!(late, Error::VersionMismatch));
    let absent = update("account", made.id, Condition::Absent);
    let there = session.one(Operation::Upsert(absent)).await.unwrap_err();
    assert!(matches!(there, Error::Exists { .. }));
    let unknown: Uuid = house.ids.fresh();
    let present = update("account", unknown, Condition::Present);
    let missing = session.one(Operation::Upsert(present)).await.unwrap_err();
    assert!(matches!(missing, Error::RowMissing { .. }));
    let mut upsert = update("account", unknown, Condition::None);
    upsert.entry = upsert.entry.text("name", "B");
    let outcome = session.one(Operation::Upsert(upsert)).await.unwrap();
    assert_eq!((outcome.id, outcome.change), (unknown, Change::Created));
    assert_eq!(names(&session).await, ["A", "B"]);
}

#[tokio::test]
async fn a_run_is_done_whole_or_not_at_all_and_refers_to_its_own_results() {
    let (house, session) = open().await;
    let contact = Entry::of("contact").text("lastname", "Durand").link(
        "parentcustomerid_account",
        LinkTo::Row(Reference { table: String::new(), key: RowKey::Result(0) }),
    );
    let run = vec![Operation::Create(account("Contoso")), Operation::Create(contact)];
    let outcomes = session.run(run).await.unwrap();
    let Some(Value::Row(parent)) =
        cell(&session, "contact", outcomes[1].id, "parentcustomerid").await
    else {
        panic!("no parent")
    };
    assert_eq!((parent.id, parent.code), (outcomes[0].id, 1));
    let broken = vec![
        Operation::Create(account("Never")),
        Operation::Update(update("account", house.ids.fresh(), Condition::None)),
    ];
    let failure = session.run(broken).await.unwrap_err();
    assert_eq!(failure.index, 1);
    assert_eq!(names(&session).await, ["Contoso"]);
    let lost = Reference { table: String::new(), key: RowKey::Result(7) };
    let contact = Entry::of("contact").link("parentcustomerid_account", LinkTo::Row(lost));
    let failure = session.run(vec![Operation::Create(contact)]).await.unwrap_err();
    assert!(matches!(failure.error, Error::Reference { result: 7 }));
}

#[tokio::test]
async fn nested_rows_are_made_several_levels_deep() {
    let (_house, session) = open().await;
    let task = Entry::of("task").text("subject", "Call");
    let contact = Entry::of("contact")
        .text("firstname", "Zoé")
        .text("lastname", "Martin")
        .link("Contact_Tasks", LinkTo::NewMany(vec![task]));
    let entry =
        account("Fabrikam").link("contact_customer_accounts", LinkTo::NewMany(vec![contact])).link(
            "primarycontactid",
            LinkTo::New(Box::new(Entry::of("contact").text("lastname", "P"))),
        );
    let id = create(&session, entry).await;
    assert_eq!(session.total("contact").await.unwrap(), 2);
    assert_eq!(session.total("task").await.unwrap(), 1);
    assert!(matches!(cell(&session, "account", id, "primarycontactid").await, Some(Value::Row(_))));
}

#[tokio::test]
async fn names_and_amounts_in_the_base_currency_are_computed() {
    let (_house, session) = open().await;
    let entry = Entry::of("contact").text("firstname", "Ada").text("lastname", "Lovelace");
    let id = create(&session, entry).await;
    assert_eq!(cell(&session, "contact", id, "fullname").await, Some(text("Ada Lovelace")));
    let revenue = Value::Fixed(Fixed::new(12_345_000, 4));
    let id = create(&session, account("Rich").with("revenue", revenue.clone())).await;
    assert_eq!(cell(&session, "account", id, "revenue_base").await, Some(revenue));
    assert!(matches!(
        cell(&session, "account", id, "transactioncurrencyid").await,
        Some(Value::Row(_))
    ));
}

#[tokio::test]
async fn rows_are_linked_and_let_go_from_either_end() {
    let (_house, session) = open().await;
    let account = create(&session, account("One")).await;
    let contact = create(&session, Entry::of("contact").text("lastname", "Many")).await;
    let link = Associate {
        from: at("account", account),
        navigation: "contact_customer_accounts".to_owned(),
        to: at("contact", contact),
    };
    session.one(Operation::Associate(link)).await.unwrap();
    let parent = cell(&session, "contact", contact, "parentcustomerid").await;
    assert!(matches!(parent, Some(Value::Row(row)) if row.id == account));
    let unlink = Disassociate {
        from: at("contact", contact),
        navigation: "parentcustomerid_account".to_owned(),
        to: None,
    };
    session.one(Operation::Disassociate(unlink)).await.unwrap();
    let parent = cell(&session, "contact", contact, "parentcustomerid").await;
    assert_eq!(parent, Some(Value::Null));
}

#[tokio::test]
async fn a_missing_row_is_no_reference() {
    let (house, session) = open().await;
    let nobody = LinkTo::Row(at("contact", house.ids.fresh()));
    let entry = account("A").link("primarycontactid", nobody);
    let error = session.one(Operation::Create(entry)).await.unwrap_err();
    assert!(matches!(error, Error::RowMissing { .. }), "{error}");
    let wrong = account("A").link("PrimaryContactId", LinkTo::Clear);
    let error = session.one(Operation::Create(wrong)).await.unwrap_err();
    assert!(matches!(error, Error::NavigationUnknown { .. }), "{error}");
    let wrong = account("A").with("nmae", Value::Null);
    let error = session.one(Operation::Create(wrong)).await.unwrap_err();
    assert!(matches!(error, Error::ColumnUnknown { .. }), "{error}");
    let wrong = account("A").with("revenue", Value::Text("much".to_owned()));
    let error = session.one(Operation::Create(wrong)).await.unwrap_err();
    assert_eq!(error.dataverse_code(), "0x80048d19");
}

#[tokio::test]
async fn a_status_goes_with_its_state() {
    let (_house, session) = open().await;
    let id = create(&session, account("A")).await;
    let mut close = update("account", id, Condition::None);
    close.entry = close.entry.with("statecode", Value::Whole(1));
    session.one(Operation::Update(close)).await.unwrap();
    assert_eq!(cell(&session, "account", id, "statuscode").await, Some(Value::Whole(2)));
    let mut wrong = update("account", id, Condition::None);
    wrong.entry = wrong.entry.with("statuscode", Value::Whole(1));
    let error = session.one(Operation::Update(wrong)).await.unwrap_err();
    assert!(matches!(error, Error::Status { status: 1, state: 1, .. }), "{error}");
}

#[tokio::test]
async fn a_deletion_takes_along_what_hangs_on_the_row_and_frees_the_rest() {
    let (_house, session) = open().await;
    let parent = create(&session, account("Parent")).await;
    let below = account("Child").link("parentaccountid", LinkTo::Row(at("account", parent)));
    let child = create(&session, below).await;
    let task = Entry::of("task")
        .text("subject", "T")
        .link("regardingobjectid_account_task", LinkTo::Row(at("account", parent)));
    create(&session, task).await;
    let gone = Delete { row: at("account", parent), condition: Condition::None };
    session.one(Operation::Delete(gone)).await.unwrap();
    assert_eq!(session.total("task").await.unwrap(), 0);
    assert_eq!(cell(&session, "account", child, "parentaccountid").await, Some(Value::Null));
}

#[tokio::test]
async fn a_row_is_never_above_itself() {
    let (_house, session) = open().await;
    let top = create(&session, account("Top")).await;
    let below = account("Below").link("parentaccountid", LinkTo::Row(at("account", top)));
    let below = create(&session, below).await;
    let mut circle = update("account", top, Condition::None);
    circle.entry = circle.entry.link("parentaccountid", LinkTo::Row(at("account", below)));
    let error = session.one(Operation::Update(circle)).await.unwrap_err();
    assert!(matches!(error, Error::Circle { .. }), "{error}");
}

#[tokio::test]
async fn changes_since_a_token_tell_of_new_changed_and_deleted_rows() {
    let (_house, session) = open().await;
    let query = queries::Query::of(session.model().table("account").unwrap())
        .select(["name", "versionnumber"])
        .unwrap();
    let kept = create(&session, account("Kept")).await;
    let first = session.changes(&query, 0, 100).await.unwrap();
    assert_eq!((first.rows.rows.len(), first.deleted.len(), first.more), (1, 0, false));
    let gone = create(&session, account("Gone")).await;
    let delete = Delete { row: at("account", gone), condition: Condition::None };
    session.one(Operation::Delete(delete)).await.unwrap();
    let next = session.changes(&query, first.token, 100).await.unwrap();
    assert_eq!((next.rows.rows.len(), next.deleted.clone()), (0, vec![gone]));
    let mut change = update("account", kept, Condition::None);
    change.entry = change.entry.text("name", "Changed");
    session.one(Operation::Update(change)).await.unwrap();
    let last = session.changes(&query, next.token, 100).await.unwrap();
    assert_eq!((last.rows.rows.len(), last.deleted.len()), (1, 0));
}

#[tokio::test]
async fn a_token_older_than_what_is_kept_of_deletions_is_refused() {
    let (house, session) = open().await;
    let query = queries::Query::of(session.model().table("account").unwrap())
        .select(["name", "versionnumber"])
        .unwrap();
    let mut tokens = Vec::new();
    for name in ["One", "Two"] {
        let gone = create(&session, account(name)).await;
        tokens.push(session.changes(&query, 0, 100).await.unwrap().token);
        let delete = Delete { row: at("account", gone), condition: Condition::None };
        session.one(Operation::Delete(delete)).await.unwrap();
    }
    let now = session.changes(&query, tokens[0], 100).await.unwrap();
    assert_eq!(now.deleted.len(), 2);
    house.clock.advance(std::time::Duration::from_hours(24 * 31));
    house.records.sweep().await.unwrap();
    for old in tokens {
        let error = session.changes(&query, old, 100).await.unwrap_err();
        assert!(matches!(error, Error::Expired), "{error}");
    }
    let later = session.changes(&query, now.token, 100).await.unwrap();
    assert_eq!((later.rows.rows.len(), later.deleted.len()), (0, 0));
    session.changes(&query, 0, 100).await.unwrap();
}

#[tokio::test]
async fn the_history_tells_what_was_and_what_became() {
    let (_house, session) = open().await;
    let id = create(&session, account("Old")).await;
    let mut change = update("account", id, Condition::None);
    change.entry = change.entry.text("name", "New");
    session.one(Operation::Update(change)).await.unwrap();
    let history = session.history("account", id, None).await.unwrap();
    let actions: Vec<&str> = history.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["update", "create"]);
    assert_eq!(history[0].changes["name"], serde_json::json!(["Old", "New"]));
    assert_eq!(history[0].user, session.user());
}

#[tokio::test]
async fn a_token_reads_and_writes_only_what_it_says() {
    let house = House::new().await;
    house.sales().await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "Sales").await.unwrap();
    let id = create(&session, account("Contoso")).await;
    let reads = house.token(&admin, &[Permission::RecordRead]).await;
    let session = house.records.session(&reads, "Sales").await.unwrap();
    assert_eq!(names(&session).await, ["Contoso"]);
    let row = at("account", id);
    let delete = Operation::Delete(Delete { row: row.clone(), condition: Condition::None });
    let refused = [
        session.one(Operation::Create(account("Fabrikam"))).await.unwrap_err(),
        session.one(delete).await.unwrap_err(),
        session.import(vec![account("Fabrikam")]).await.unwrap_err(),
        session.grant(&row, Principal::User(session.user()), 1).await.unwrap_err(),
        session.define(vec![]).await.unwrap_err(),
    ];
    for error in refused {
        assert!(matches!(error, Error::Denied(_)), "{error}");
    }
    assert_eq!(names(&session).await, ["Contoso"]);
    let sees = house.token(&admin, &[Permission::EnvironmentRead]).await;
    let error = house.records.session(&sees, "Sales").await.unwrap_err();
    assert!(matches!(error, Error::Denied(_)), "{error}");
}

#[tokio::test]
async fn nobody_enters_the_environment_of_another_tenant() {
    let house = House::new().await;
    let id = house.sales().await;
    let stranger = house.stranger().await;
    assert!(stranger.may(Permission::EnvironmentRead));
    let by_name = house.records.session(&stranger, "Sales").await.unwrap_err();
    assert!(matches!(by_name, Error::NoEnvironment { .. }), "{by_name}");
    let by_id = house.records.session_in(&stranger, id).await.unwrap_err();
    assert!(matches!(by_id, Error::NoEnvironment { .. }), "{by_id}");
}

#[tokio::test]
async fn many_first_uses_at_once_make_an_environment_once() {
    let house = House::new().await;
    house.sales().await;
    let admin = house.admin().await;
    let many = (0..20).map(|_| async {
        let session = house.records.session(&admin, "Sales").await.unwrap();
        session.total("role").await.unwrap()
    });
    let counts = join_all(many).await;
    assert!(counts[0] > 3 && counts.iter().all(|count| *count == counts[0]), "{counts:?}");
}

#[tokio::test]
async fn an_import_makes_what_can_be_made_and_names_the_rest() {
    let (_house, session) = open().await;
    let entries = (0..1000).map(|at| match at % 100 {
        7 => account("Bad").with("revenue", Value::Boolean(true)),
        _ => account(&format!("Row {at}")).with("numberofemployees", Value::Whole(at)),
    });
    let imported = session.import(entries.collect()).await.unwrap();
    assert_eq!(imported.failures.len(), 10);
    assert!(imported.failures.iter().all(|(at, _)| at % 100 == 7));
    assert_eq!(imported.rows.iter().flatten().count(), 990);
    assert_eq!(session.total("account").await.unwrap(), 990);
    let tenth = imported.rows[9].unwrap();
    assert_eq!(cell(&session, "account", tenth, "name").await, Some(text("Row 9")));
    let history = session.history("account", tenth, None).await.unwrap();
    assert_eq!(history.len(), 1);
}

#[tokio::test]
async fn a_picture_has_its_companions_and_loses_them_with_it() {
    let house = House::new().await;
    let scope = house.admin().await;
    let environment = house.sales().await;
    let session = house.records.session_in(&scope, environment).await.unwrap();
    let id = create(
        &session,
        account("Contoso")
            .text("entityimage", "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
    )
    .await;
    let picture = cell(&session, "account", id, "entityimageid").await.unwrap();
    assert!(matches!(picture, Value::Guid(_)), "{picture:?}");
    let Some(Value::Whole(since)) = cell(&session, "account", id, "entityimage_timestamp").await
    else {
        panic!("a number")
    };
    assert!(since > 621_355_968_000_000_000, "{since}");
    let url = cell(&session, "account", id, "entityimage_url").await;
    let expected = format!(
        "/Image/download.aspx?Entity=account&Attribute=entityimage&Id={id}&Timestamp={since}"
    );
    assert_eq!(url, Some(Value::Text(expected)));
    let set = |entry: Entry| {
        Operation::Update(Update { key: RowKey::Id(id), entry, condition: Condition::Present })
    };
    // another change leaves them, no picture has none
    session.one(set(account("Contoso AG"))).await.unwrap();
    assert_eq!(cell(&session, "account", id, "entityimageid").await, Some(picture));
    session.one(set(Entry::of("account").with("entityimage", Value::Null))).await.unwrap();
    for column in ["entityimageid", "entityimage_timestamp", "entityimage_url"] {
        assert_eq!(cell(&session, "account", id, column).await, Some(Value::Null), "{column}");
    }
}

#[tokio::test]
async fn a_picture_stands_small_in_its_row_and_whole_beside_it() {
    let house = House::new().await;
    let scope = house.admin().await;
    let environment = house.sales().await;
    let session = house.records.session_in(&scope, environment).await.unwrap();
    let photograph = include_bytes!("../../../pictures/samples/plain.jpg");
    let text = STANDARD.encode(photograph);
    let id = create(&session, account("Contoso").text("entityimage", &text)).await;
    let row = Reference::id("account", id);
    let small = async || match cell(&session, "account", id, "entityimage").await {
        Some(Value::Text(text)) => STANDARD.decode(text).unwrap(),
        other => panic!("{other:?}"),
    };
    let thumbnail = small().await;
    // IHDR: 144 pixels in 144 rows
    assert_eq!(&thumbnail[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(&thumbnail[16..24], &[0, 0, 0, 144, 0, 0, 0, 144]);
    let whole = session.download(&row, "entityimage", 0, 1 << 20).await.unwrap().unwrap();
    assert_eq!((whole.bytes.as_slice(), &*whole.kind), (&photograph[..], "image/jpeg"));
    let first = cell(&session, "account", id, "entityimageid").await.unwrap();

    // what is no picture changes nothing
    let set = |entry: Entry| {
        Operation::Update(Update { key: RowKey::Id(id), entry, condition: Condition::Present })
    };
    for hostile in [&b"<svg onload='alert(1)'/>"[..], &photograph[..photograph.len() / 2], b"abc"] {
        let entry = Entry::of("account").text("entityimage", STANDARD.encode(hostile));
        let refused = session.one(set(entry)).await;
        assert!(matches!(refused, Err(Error::Picture { .. })), "{refused:?}");
    }
    assert_eq!(cell(&session, "account", id, "entityimageid").await.as_ref(), Some(&first));
    let nested = account("Above").link(
        "contact_customer_accounts",
        LinkTo::NewMany(vec![Entry::of("contact").text("entityimage", "AAAA")]),
    );
    let refused = session.one(Operation::Create(nested)).await;
    assert!(matches!(refused, Err(Error::Picture { .. })), "{refused:?}");

    // another picture, in blocks: the one before is gone
    let other = include_bytes!("../../../pictures/samples/grey.jpg");
    let name = FileName { name: "other.jpg".to_owned(), kind: "image/jpeg".to_owned() };
    let upload = session.begin_upload(&row, "entityimage", name.clone(), None).await.unwrap();
    let total = u64::try_from(other.len()).unwrap();
    assert!(!session.upload_block(upload, 0, Some(total), &other[..500]).await.unwrap());
    assert!(session.upload_block(upload, 500, Some(total), &other[500..]).await.unwrap());
    let whole = session.download(&row, "entityimage", 0, 1 << 20).await.unwrap().unwrap();
    assert_eq!(whole.bytes, other);
    assert_ne!(cell(&session, "account", id, "entityimageid").await, Some(first));
    assert_ne!(small().await, thumbnail);
    let hostile = session.begin_upload(&row, "entityimage", name, Some(4)).await.unwrap();
    let refused = session.upload_block(hostile, 0, Some(4), b"%PDF").await;
    assert!(matches!(refused, Err(Error::Picture { .. })), "{refused:?}");

    // without its picture, nothing is kept of it
    session.one(set(Entry::of("account").with("entityimage", Value::Null))).await.unwrap();
    assert_eq!(session.download(&row, "entityimage", 0, 1 << 20).await.unwrap(), None);
    let kept =
        format!("SELECT count(*) FROM {}", record_tables::names::side(session.number(), "chunks"));
    let count = move |tx: &db::Tx<'_>| -> db::Result<i64> {
        Ok(tx.first(&kept, &[])?.map(|row| row.get(0)).transpose()?.unwrap_or_default())
    };
    assert_eq!(house.store.read(&scope, count).await.unwrap(), 0);
}
