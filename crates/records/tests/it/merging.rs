//! Rows that are one: what becomes of both, and of what refers to them.

use liaison_records as records;
use records::{Associate, Disassociate, Entry, Error, Merge, Operation, RowKey, Session};
use tables::{RowRef, Value};
use uuid::Uuid;

use crate::house::{House, account, at, cell, create};

fn row(session: &Session, table: &str, id: Uuid) -> Value {
    Value::Row(RowRef { code: session.model().table(table).unwrap().code, id })
}

fn merge(table: &str, target: Uuid, subordinate: Uuid) -> Merge {
    Merge {
        target: RowKey::Id(target),
        subordinate: RowKey::Id(subordinate),
        content: Entry::of(table),
        check_parents: false,
    }
}

async fn merged(session: &Session, merge: Merge) -> Result<(), Error> {
    session.one(Operation::Merge(merge)).await.map(drop)
}

/// Where a reference of a row leads.
async fn led(session: &Session, table: &str, id: Uuid, column: &str) -> Option<Uuid> {
    match cell(session, table, id, column).await {
        Some(Value::Row(row)) => Some(row.id),
        _ => None,
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[tokio::test]
async fn what_the_target_lacks_comes_from_the_subordinate_and_its_children_follow() {
    let house = House::new().await;
    let scope = house.admin().await;
    let session = house.records.session_in(&scope, house.sales().await).await.unwrap();
    let kept = create(&session, account("Contoso").text("telephone1", "1")).await;
    let lost = account("Contoso Ltd").text("telephone1", "2").text("fax", "3").text("sic", "4");
    let lost = create(&session, lost).await;
    let to_lost = row(&session, "account", lost);
    let person = Entry::of("contact").text("lastname", "Doe");
    let person = create(&session, person.with("parentcustomerid", to_lost.clone())).await;
    let case = Entry::of("incident").text("title", "Broken");
    let case = create(&session, case.with("customerid", to_lost.clone())).await;
    let note = Entry::of("annotation").text("subject", "Seen").with("objectid", to_lost.clone());
    let note = create(&session, note).await;
    let call = Entry::of("phonecall").text("subject", "Called");
    let call = create(&session, call.with("regardingobjectid", to_lost.clone())).await;
    let below = create(&session, account("Branch").with("parentaccountid", to_lost.clone())).await;

    let mut wanted = merge("account", kept, lost);
    wanted.content = wanted.content.text("fax", "5");
    merged(&session, wanted).await.unwrap();

    let of = |column| cell(&session, "account", kept, column);
    assert_eq!(of("name").await, Some(text("Contoso")));
    assert_eq!(of("telephone1").await, Some(text("1")), "what is there stays");
    assert_eq!(of("sic").await, Some(text("4")), "what is lacking comes");
    assert_eq!(of("fax").await, Some(text("5")), "what is given counts");
    assert_eq!(of("merged").await, Some(Value::Boolean(false)));
    let of = |column| cell(&session, "account", lost, column);
    assert_eq!(of("merged").await, Some(Value::Boolean(true)));
    assert_eq!(led(&session, "account", lost, "masterid").await, Some(kept));
    assert_eq!(of("statecode").await, Some(Value::Whole(1)));
    assert_eq!(of("statuscode").await, Some(Value::Whole(2)));
    for (table, id, column) in [
        ("contact", person, "parentcustomerid"),
        ("incident", case, "customerid"),
        ("annotation", note, "objectid"),
        ("phonecall", call, "regardingobjectid"),
        ("account", below, "parentaccountid"),
    ] {
        assert_eq!(led(&session, table, id, column).await, Some(kept), "{table}");
    }
    // it is told once: who was merged is active no more
    let again = merged(&session, merge("account", kept, lost)).await.unwrap_err();
    assert_eq!(again.dataverse_code(), "0x80040265");
}

#[tokio::test]
async fn cases_and_leads_and_contacts_end_as_the_reference_says() {
    let house = House::new().await;
    let scope = house.admin().await;
    let session = house.records.session_in(&scope, house.sales().await).await.unwrap();
    let customer = create(&session, account("Contoso")).await;
    let customer = row(&session, "account", customer);
    for (table, name, state, status) in
        [("contact", "lastname", 1, 2), ("lead", "lastname", 2, 7), ("incident", "title", 2, 2000)]
    {
        let mut both = Vec::new();
        for text in ["One", "Two"] {
            let mut entry = Entry::of(table).text(name, text);
            if table == "incident" {
                entry = entry.with("customerid", customer.clone());
            }
            both.push(create(&session, entry).await);
        }
        merged(&session, merge(table, both[0], both[1])).await.unwrap();
        let of = |column| cell(&session, table, both[1], column);
        assert_eq!(of("statecode").await, Some(Value::Whole(state)), "{table}");
        assert_eq!(of("statuscode").await, Some(Value::Whole(status)), "{table}");
        assert_eq!(led(&session, table, both[1], "masterid").await, Some(both[0]), "{table}");
        assert_eq!(of("merged").await, Some(Value::Boolean(true)), "{table}");
    }
    let refused = merged(&session, merge("opportunity", Uuid::nil(), Uuid::max())).await;
    assert!(matches!(refused, Err(Error::NotWritable { .. })), "{refused:?}");
}

#[tokio::test]
async fn nobody_is_above_themselves_after_a_merge() {
    let house = House::new().await;
    let scope = house.admin().await;
    let session = house.records.session_in(&scope, house.sales().await).await.unwrap();
    // top < lost < between < kept: what stood between would be above and below the same row
    let top = create(&session, account("Top")).await;
    let under = |id| row(&session, "account", id);
    let lost = create(&session, account("Lost").with("parentaccountid", under(top))).await;
    let between = create(&session, account("Between").with("parentaccountid", under(lost))).await;
    let kept = create(&session, account("Kept").with("parentaccountid", under(between))).await;
    merged(&session, merge("account", kept, lost)).await.unwrap();
    let parent = |id| led(&session, "account", id, "parentaccountid");
    assert_eq!(parent(between).await, Some(top));
    assert_eq!(parent(kept).await, Some(between));
    // one directly below the other goes where that was
    let child = create(&session, account("Child").with("parentaccountid", under(kept))).await;
    merged(&session, merge("account", child, kept)).await.unwrap();
    assert_eq!(parent(child).await, Some(between));
}

#[tokio::test]
async fn what_was_linked_with_both_is_linked_once() {
    let house = House::new().await;
    let scope = house.admin().await;
    let session = house.records.session_in(&scope, house.sales().await).await.unwrap();
    let mut leads = Vec::new();
    for name in ["One", "Two"] {
        leads.push(create(&session, Entry::of("lead").text("lastname", name)).await);
    }
    let mut others = Vec::new();
    for name in ["Fabrikam", "Northwind"] {
        others.push(create(&session, Entry::of("competitor").text("name", name)).await);
    }
    let tie = |lead, other| {
        Operation::Associate(Associate {
            from: at("lead", lead),
            navigation: NAVIGATION.to_owned(),
            to: at("competitor", other),
        })
    };
    let ties = vec![tie(leads[0], others[0]), tie(leads[1], others[0]), tie(leads[1], others[1])];
    session.run(ties).await.unwrap();
    merged(&session, merge("lead", leads[0], leads[1])).await.unwrap();
    // both are linked with what stays: tying them again changes nothing, taking each away works once
    for other in others {
        let untie = |lead| {
            Operation::Disassociate(Disassociate {
                from: at("lead", lead),
                navigation: NAVIGATION.to_owned(),
                to: Some(at("competitor", other)),
            })
        };
        session.one(untie(leads[0])).await.unwrap();
        assert!(session.one(untie(leads[0])).await.is_err());
        assert!(session.one(untie(leads[1])).await.is_err());
    }
}

/// From a lead to its competitors.
const NAVIGATION: &str = "leadcompetitors_association";

#[tokio::test]
async fn who_may_not_write_both_merges_neither_and_nothing_of_a_refusal_stays() {
    let house = House::new().await;
    let scope = house.admin().await;
    let environment = house.sales().await;
    let admin = house.records.session_in(&scope, environment).await.unwrap();
    let (kept, lost) =
        (create(&admin, account("Kept")).await, create(&admin, account("Lost")).await);
    let seller = house.person("sue", &[identity::Role::Seller]).await;
    let session = house.records.session_in(&seller, environment).await.unwrap();
    let refused = merged(&session, merge("account", kept, lost)).await.unwrap_err();
    assert_eq!(kernel::Coded::code(&refused).kind(), kernel::Kind::Forbidden, "{refused}");
    for (target, other) in [(kept, kept), (kept, Uuid::max()), (Uuid::max(), lost)] {
        assert!(merged(&admin, merge("account", target, other)).await.is_err());
    }
    // different parents are told where somebody asks for it
    let parent = create(&admin, account("Parent")).await;
    let below = account("Below").with("parentaccountid", row(&admin, "account", parent));
    let below = create(&admin, below).await;
    let mut wanted = merge("account", kept, below);
    wanted.check_parents = true;
    assert_eq!(merged(&admin, wanted).await.unwrap_err().dataverse_code(), "0x80040265");
    assert_eq!(cell(&admin, "account", lost, "merged").await, Some(Value::Boolean(false)));
    assert_eq!(cell(&admin, "account", below, "statecode").await, Some(Value::Whole(0)));
}
