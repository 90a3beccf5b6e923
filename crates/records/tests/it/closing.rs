//! How sales, cases, quotes and orders end, and what becomes of leads.

use kernel::Coded as _;
use liaison_records as records;
use queries::{Paging, Query};
use records::{
    Close, Condition, Entry, Error, LinkTo, Operation, Qualify, Reference, RowKey, Session, Update,
};
use tables::{Fixed, Value};
use uuid::Uuid;

use crate::house::{House, account, cell, create, value};

fn money(units: i64) -> Value {
    Value::Fixed(Fixed::new(units * 10_000, 4))
}

async fn sale(session: &Session) -> Uuid {
    let entry = Entry::of("opportunity").text("name", "Coffee").with("estimatedvalue", money(500));
    create(session, entry).await
}

async fn set(session: &Session, table: &str, id: Uuid, values: &[(&str, Value)]) {
    let mut entry = Entry::of(table);
    entry.values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let update = Update { key: RowKey::Id(id), entry, condition: Condition::Present };
    session.one(Operation::Update(update)).await.unwrap();
}

/// A column of all activities that were written about ends.
async fn ends(session: &Session, table: &str, column: &str) -> Vec<Value> {
    let query = Query::of(session.model().table(table).unwrap()).select_all();
    let rows = session.query(&query, &Paging::first(50)).await.unwrap();
    (0..rows.rows.len()).map(|row| value(&rows, row, column)).collect()
}

#[tokio::test]
async fn a_sale_that_is_won_gets_its_day_its_amount_and_an_activity_whichever_way() {
    let house = House::new().await;
    let scope = house.admin().await;
    let environment = house.sales().await;
    let session = house.records.session_in(&scope, environment).await.unwrap();
    let id = sale(&session).await;
    set(&session, "opportunity", id, &[("statecode", Value::Whole(1))]).await;
    assert_eq!(cell(&session, "opportunity", id, "actualvalue").await, Some(money(500)));
    let day = cell(&session, "opportunity", id, "actualclosedate").await.unwrap();
    assert!(matches!(day, Value::Date(_)), "{day:?}");
    assert_eq!(ends(&session, "opportunityclose", "actualrevenue").await, [money(500)]);
    assert_eq!(
        ends(&session, "opportunityclose", "subject").await,
        [Value::Text("Opportunity Close - Coffee".into())]
    );
    assert_eq!(ends(&session, "opportunityclose", "statuscode").await, [Value::Whole(2)]);
    // it is an activity about the sale like any other
    let about = ends(&session, "activitypointer", "regardingobjectid").await;
    assert!(matches!(about.as_slice(), [Value::Row(row)] if row.id == id), "{about:?}");

    // a change of what is closed writes no second one
    set(&session, "opportunity", id, &[("description", Value::Text("Done".into()))]).await;
    assert_eq!(ends(&session, "opportunityclose", "subject").await.len(), 1);

    // opened again, it has neither day nor amount; lost, it has no amount of its own
    set(&session, "opportunity", id, &[("statecode", Value::Whole(0))]).await;
    assert_eq!(cell(&session, "opportunity", id, "actualvalue").await, Some(Value::Null));
    assert_eq!(cell(&session, "opportunity", id, "actualclosedate").await, Some(Value::Null));
    set(&session, "opportunity", id, &[("statecode", Value::Whole(2))]).await;
    assert_eq!(cell(&session, "opportunity", id, "actualvalue").await, Some(Value::Null));
    assert_ne!(cell(&session, "opportunity", id, "actualclosedate").await, Some(Value::Null));
    assert_eq!(ends(&session, "opportunityclose", "subject").await.len(), 2);
}

#[tokio::test]
async fn what_is_given_at_the_end_stays() {
    let house = House::new().await;
    let scope = house.admin().await;
    let environment = house.sales().await;
    let session = house.records.session_in(&scope, environment).await.unwrap();
    let id = sale(&session).await;
    let day = Value::Date("2026-02-03".parse().unwrap());
    let values = [
        ("statecode", Value::Whole(1)),
        ("actualvalue", money(7)),
        ("actualclosedate", day.clone()),
    ];
    set(&session, "opportunity", id, &values).await;
    assert_eq!(cell(&session, "opportunity", id, "actualvalue").await, Some(money(7)));
    assert_eq!(cell(&session, "opportunity", id, "actualclosedate").await, Some(day));
    assert_eq!(ends(&session, "opportunityclose", "actualrevenue").await, [money(7)]);
}

#[tokio::test]
async fn an_activity_that_comes_along_is_the_only_one_and_says_day_and_amount() {
    let house = House::new().await;
    let scope = house.admin().await;
    let environment = house.sales().await;
    let session = house.records.session_in(&scope, environment).await.unwrap();
    let id = sale(&session).await;
    let activity = |id: Uuid| {
        Entry::of("opportunityclose")
            .text("subject", "Signed")
            .with("actualrevenue", money(450))
            .with("actualend", Value::Instant("2026-02-03T10:00:00Z".parse().unwrap()))
            .link("opportunityid", LinkTo::Row(Reference::id("opportunity", id)))
    };
    let close = |status| Close { table: "opportunity", state: 1, status, activity: activity(id) };
    let wrong = session.close(close(Some(4))).await.unwrap_err();
    assert!(matches!(wrong, Error::Status { status: 4, state: 1, .. }), "{wrong}");
    assert!(ends(&session, "opportunityclose", "subject").await.is_empty());

    session.close(close(Some(3))).await.unwrap();
    assert_eq!(cell(&session, "opportunity", id, "statecode").await, Some(Value::Whole(1)));
    assert_eq!(cell(&session, "opportunity", id, "actualvalue").await, Some(money(450)));
    let day = Value::Date("2026-02-03".parse().unwrap());
    assert_eq!(cell(&session, "opportunity", id, "actualclosedate").await, Some(day));
    assert_eq!(ends(&session, "opportunityclose", "subject").await, [Value::Text("Signed".into())]);

    let again = session.close(close(Some(3))).await.unwrap_err();
    assert!(matches!(again, Error::Refused { .. }), "{again}");
    // what clients read is English; pages have their words by the code
    assert_eq!(again.code().name(), "record.closed");
    assert_eq!(ends(&session, "opportunityclose", "subject").await.len(), 1);

    let nothing = Close { activity: Entry::of("opportunityclose"), ..close(None) };
    let missing = session.close(nothing).await.unwrap_err();
    assert!(matches!(missing, Error::Required { .. }), "{missing}");
}

#[tokio::test]
async fn a_case_that_is_resolved_gets_a_resolution_and_one_that_is_cancelled_none() {
    let house = House::new().await;
    let scope = house.admin().await;
    let environment = house.sales().await;
    let session = house.records.session_in(&scope, environment).await.unwrap();
    let customer = create(&session, account("Contoso")).await;
    let mut cases = Vec::new();
    for title in ["Leak", "Noise"] {
        let customer = LinkTo::Row(Reference::id("account", customer));
        let entry = Entry::of("incident").text("title", title).link("customerid_account", customer);
        cases.push(create(&session, entry).await);
    }
    set(&session, "incident", cases[0], &[("statecode", Value::Whole(2))]).await;
    assert!(ends(&session, "incidentresolution", "subject").await.is_empty());
    set(&session, "incident", cases[1], &[("statecode", Value::Whole(1))]).await;
    let about = ends(&session, "incidentresolution", "incidentid").await;
    assert!(matches!(about.as_slice(), [Value::Row(row)] if row.id == cases[1]), "{about:?}");
}

#[tokio::test]
async fn an_order_that_is_fulfilled_and_a_quote_that_is_won_get_their_days() {
    let house = House::new().await;
    let scope = house.admin().await;
    let environment = house.sales().await;
    let session = house.records.session_in(&scope, environment).await.unwrap();
    let order = create(&session, Entry::of("salesorder").text("name", "Beans")).await;
    set(&session, "salesorder", order, &[("statecode", Value::Whole(3))]).await;
    assert_ne!(cell(&session, "salesorder", order, "datefulfilled").await, Some(Value::Null));
    assert_eq!(ends(&session, "orderclose", "subject").await.len(), 1);
    let quote = create(&session, Entry::of("quote").text("name", "Beans")).await;
    set(&session, "quote", quote, &[("statecode", Value::Whole(1))]).await;
    assert!(ends(&session, "quoteclose", "subject").await.is_empty());
    set(&session, "quote", quote, &[("statecode", Value::Whole(2))]).await;
    assert_ne!(cell(&session, "quote", quote, "closedon").await, Some(Value::Null));
    assert_eq!(ends(&session, "quoteclose", "subject").await.len(), 1);
}

#[tokio::test]
async fn a_lead_becomes_an_account_a_contact_and_a_sale_once() {
    let house = House::new().await;
    let scope = house.admin().await;
    let environment = house.sales().await;
    let session = house.records.session_in(&scope, environment).await.unwrap();
    let entry = Entry::of("lead")
        .text("subject", "Beans for all")
        .text("firstname", "Ada")
        .text("lastname", "Kern")
        .text("companyname", "Kern AG")
        .text("emailaddress1", "ada@kern.example");
    let lead = create(&session, entry).await;
    let wanted = Qualify { account: true, contact: true, opportunity: true, ..Qualify::default() };
    let made = session.qualify(lead, &wanted).await.unwrap();
    let tables: Vec<&str> = made.iter().map(|one| one.table.as_str()).collect();
    assert_eq!(tables, ["account", "contact", "opportunity"]);
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    assert_eq!(cell(&session, "account", made[0].id, "name").await, text("Kern AG"));
    assert_eq!(cell(&session, "contact", made[1].id, "fullname").await, text("Ada Kern"));
    assert_eq!(cell(&session, "opportunity", made[2].id, "name").await, text("Beans for all"));
    for (table, id, column, leads_to) in [
        ("contact", made[1].id, "parentcustomerid", made[0].id),
        ("opportunity", made[2].id, "customerid", made[0].id),
        ("opportunity", made[2].id, "parentcontactid", made[1].id),
        ("opportunity", made[2].id, "originatingleadid", lead),
        ("lead", lead, "qualifyingopportunityid", made[2].id),
    ] {
        let found = cell(&session, table, id, column).await;
        assert!(matches!(found, Some(Value::Row(row)) if row.id == leads_to), "{table}.{column}");
    }
    assert_eq!(cell(&session, "lead", lead, "statecode").await, Some(Value::Whole(1)));
    assert_eq!(cell(&session, "lead", lead, "statuscode").await, Some(Value::Whole(3)));
    let again = session.qualify(lead, &wanted).await.unwrap_err();
    assert_eq!(again.code().name(), "record.lead_closed", "{again}");
    let nobody = session.qualify(Uuid::nil(), &wanted).await.unwrap_err();
    assert!(matches!(nobody, Error::RowMissing { .. }), "{nobody}");
}
