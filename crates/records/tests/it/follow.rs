//! What follows changes of rows: the feed behind the commit, and plug-ins inside the transaction; and what calendars
//! callers have.

use std::sync::Arc;

use db::Tx;
use identity::users::UserPatch;
use kernel::EnvironmentId;
use liaison_records as records;
use records::{
    Access, AccessChange, Condition, Delete, Entry, Error, Feed, FeedChange, Now, Operation,
    Plugin, RowChange, RowKey, Session, Update,
};
use tables::Value;
use uuid::Uuid;

use crate::{
    house::{House, account, at, cell, create, names},
    rights::Office,
};

async fn feed(office: &Office, environment: EnvironmentId, after: i64, most: u32) -> Feed {
    let root = office.house.system.scope(office.house.tenant.id, "test");
    let tables = ["account", "contact", "role", "nothing"];
    office.house.records.feed(&root, environment, (&tables, after, most)).await.unwrap()
}

fn update(entry: Entry, id: Uuid) -> Operation {
    Operation::Update(Update { key: RowKey::Id(id), entry, condition: Condition::None })
}

#[tokio::test]
async fn a_follower_is_told_of_every_row_once_as_it_is_now() {
    let office = Office::open().await;
    let admin = &office.admin;
    let environment = admin.environment().id;
    let begin = feed(&office, environment, 0, 100).await;
    assert!(!begin.more && begin.changes.is_empty(), "{begin:?}");
    let written = office.house.records.written();
    let seen = *written.borrow();
    let (one, two) = (create(admin, account("One")).await, create(admin, account("Two")).await);
    assert_ne!(*written.borrow(), seen, "a follower is woken");
    let made = feed(&office, environment, begin.position, 100).await;
    let ids = |feed: &Feed| feed.changes.iter().map(|change| change.id).collect::<Vec<_>>();
    assert_eq!(ids(&made), [one, two]);
    assert_eq!(made.changes[0].now, Now::There { owner: Some(admin.user()) });
    // the same again: nothing
    assert_eq!(feed(&office, environment, made.position, 100).await.changes, []);
    let (_, sam) = office.seller("sam", "Salesperson").await;
    let admin = office.fresh_admin().await;
    admin.one(update(account("One again"), one)).await.unwrap();
    let owner = Value::Row(tables::RowRef { code: 8, id: sam.user() });
    admin.one(update(Entry::of("account").with("ownerid", owner), one)).await.unwrap();
    let gone = Delete { row: at("account", two), condition: Condition::None };
    admin.one(Operation::Delete(gone)).await.unwrap();
    let told = feed(&office, environment, made.position, 100).await;
    let told: Vec<(Uuid, Now)> = told.changes.iter().map(|one| (one.id, one.now)).collect();
    assert_eq!(told, [(one, Now::There { owner: Some(sam.user()) }), (two, Now::Gone)]);
    // in pieces: every change once, in their order
    let many = (0..25).map(|n| Operation::Create(account(&format!("Many {n}")))).collect();
    admin.run(many).await.unwrap();
    create(&admin, Entry::of("contact").text("lastname", "Last")).await;
    let whole = feed(&office, environment, made.position, 1000).await;
    let (mut pieces, mut after): (Vec<FeedChange>, i64) = (Vec::new(), made.position);
    loop {
        let piece = feed(&office, environment, after, 4).await;
        assert!(piece.changes.len() <= 12, "{}", piece.changes.len());
        pieces.extend(piece.changes);
        after = piece.position;
        if !piece.more {
            break;
        }
    }
    assert_eq!(pieces, whole.changes);
    assert_eq!(after, whole.position);
    let person = admin.scope();
    let refused = office.house.records.feed(person, environment, (&["account"], 0, 9)).await;
    assert!(matches!(refused, Err(Error::NoEnvironment { .. })), "people have rights on rows");
}

/// Refuses accounts of a name, and writes a note about every one that is renamed.
#[derive(Debug)]
struct Watchful;

impl Plugin for Watchful {
    fn concerns(&self, table: &str) -> bool {
        table == "account"
    }

    fn before(&self, _tx: &Tx<'_>, change: &RowChange<'_>) -> records::Result<()> {
        let is = |value: Option<&Value>, name: &str| value == Some(&Value::Text(name.to_owned()));
        let locked = change.after.is_none() && is(change.was("name"), "Locked");
        if is(change.is("name"), "Forbidden") || locked {
            let message = "Not this one.".to_owned();
            return Err(Error::Refused { code: "0x80040265", message });
        }
        Ok(())
    }

    fn after(&self, tx: &Tx<'_>, change: &RowChange<'_>) -> records::Result<()> {
        if change.before.is_some() && change.after.is_some() && change.changes("name") {
            tx.notify("test.renamed", change.id, 0);
        }
        Ok(())
    }
}

#[tokio::test]
async fn plug_ins_refuse_and_react_inside_the_transaction() {
    let office = Office::open().await;
    let admin = &office.admin;
    assert!(office.house.records.plug(vec![Arc::new(Watchful)]));
    assert!(!office.house.records.plug(Vec::new()), "once");
    let refused = |error: &Error| matches!(error, Error::Refused { code: "0x80040265", .. });
    let many = ["Fine", "Forbidden"].map(|name| Operation::Create(account(name))).to_vec();
    let failure = admin.run(many).await.unwrap_err();
    assert!(refused(&failure.error) && failure.index == 1, "{failure:?}");
    assert_eq!(names(admin).await, Vec::<String>::new(), "all or nothing");
    let id = create(admin, account("Locked")).await;
    let error = admin.one(update(account("Forbidden"), id)).await.unwrap_err();
    assert!(refused(&error), "{error:?}");
    let gone = Delete { row: at("account", id), condition: Condition::None };
    let error = admin.one(Operation::Delete(gone.clone())).await.unwrap_err();
    assert!(refused(&error), "{error:?}");
    let mut listener = office.house.store.db().listen();
    admin.one(update(account("Open"), id)).await.unwrap();
    let mut renamed = false;
    while let Some(db::Arrived::Notices(notices)) = listener.arrived() {
        renamed |= notices.iter().any(|one| one.topic == "test.renamed" && one.stream == id);
    }
    assert!(renamed);
    admin.one(Operation::Delete(gone)).await.unwrap();
    create(admin, Entry::of("contact").text("lastname", "Forbidden")).await;
}

/// Tells what it hears of changed access as notices of a row.
#[derive(Debug)]
struct Doorkeeper;

impl Plugin for Doorkeeper {
    fn concerns(&self, _table: &str) -> bool {
        false
    }

    fn access(&self, tx: &Tx<'_>, change: &AccessChange<'_>) -> records::Result<()> {
        match change.what {
            Access::Shared { row, .. } => tx.notify("test.shared", row, 0),
            Access::Team { team, .. } => tx.notify("test.team", team, 0),
            Access::Role { holder } => tx.notify("test.role", holder, 0),
        }
        Ok(())
    }
}

#[tokio::test]
async fn plug_ins_are_told_of_shares_teams_and_roles() {
    let office = Office::open().await;
    let admin = &office.admin;
    assert!(office.house.records.plug(vec![Arc::new(Doorkeeper)]));
    let mut listener = office.house.store.db().listen();
    let (_, sam) = office.seller("sam", "Salesperson").await;
    let row = create(admin, account("Shared")).await;
    let target = at("account", row);
    let to = records::Principal::User(sam.user());
    admin.grant(&target, to, 1).await.unwrap();
    admin.revoke(&target, to).await.unwrap();
    let team = create(admin, Entry::of("team").text("name", "Deal desk")).await;
    let member = Operation::Associate(records::Associate {
        from: at("team", team),
        navigation: "teammembership_association".to_owned(),
        to: at("systemuser", sam.user()),
    });
    admin.one(member).await.unwrap();
    let mut told = Vec::new();
    while let Some(db::Arrived::Notices(notices)) = listener.arrived() {
        let ours = notices.iter().filter(|one| one.topic.starts_with("test."));
        told.extend(ours.map(|one| (one.topic.to_string(), one.stream)));
    }
    let of = |topic: &str, id| told.iter().filter(|one| one.0 == topic && one.1 == id).count();
    assert_eq!(of("test.role", sam.user()), 1, "{told:?}");
    assert_eq!((of("test.shared", row), of("test.team", team)), (2, 1), "{told:?}");
}

#[tokio::test]
async fn callers_have_their_days_and_the_organisation_its_years() {
    let house = House::new().await;
    house.sales().await;
    let scope = house.admin().await;
    let session = |scope| house.records.session(scope, "Sales");
    let admin: Session = session(&scope).await.unwrap();
    assert_eq!((admin.zone().iana_name(), admin.moment().fiscal_start), (Some("UTC"), (1, 1)));
    let patch = UserPatch { time_zone: Some("Europe/Paris".to_owned()), ..UserPatch::default() };
    let root = house.system.scope(house.tenant.id, "test");
    house.identity.update_user(&root, scope.user().unwrap(), patch).await.unwrap();
    let organization = admin.organization();
    let start = Value::Instant("2026-04-06T00:00:00Z".parse().unwrap());
    let entry = Entry::of("organization").with("fiscalcalendarstart", start);
    admin.one(update(entry, organization)).await.unwrap();
    let admin = session(&scope).await.unwrap();
    assert!(cell(&admin, "organization", organization, "fiscalcalendarstart").await.is_some());
    assert_eq!(admin.zone().iana_name(), Some("Europe/Paris"));
    assert_eq!(admin.moment().fiscal_start, (4, 6));
}
