//! Who works on a record: owner, team, and those to whom somebody gave it.

use crm::{Colleague, Crm as _, Part, RecordRef, Value, Values};
use kernel::Coded as _;
use liaison_crm_salesforce::SellersOrganisation;
use serde_json::json;

use crate::house::House;

fn values<const N: usize>(pairs: [(&str, Value); N]) -> Values {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn row(table: &str, id: &str) -> Value {
    Value::Row(RecordRef::new(table, id))
}

async fn user(crm: &SellersOrganisation, mail: &str) -> String {
    let is = crm::Filter::compare("Email", crm::Comparison::Equal, mail.into());
    let page = crm.query(&crm::Query::of("User", &["Email"]).filter(is)).await.unwrap();
    page.records[0].at.id.0.clone()
}

#[tokio::test]
async fn shares_by_hand_say_who_works_on_a_record_and_let_them_see_it() {
    let house = House::new();
    let at = |token: &str| SellersOrganisation::new(house.salesforce.clone(), house.seller(token));
    let (admin, seller) = (at("token"), at("token_seller"));
    house.control(&json!({ "user": { "username": "disabled@example.com", "profile": "Seller" } }));
    let deal = values([
        ("Name", "Village deal".into()),
        ("StageName", Value::Choice("Prospecting".to_owned())),
        ("CloseDate", Value::Date("2027-01-31".parse().unwrap())),
    ]);
    let deal = admin.create("Opportunity", &deal).await.unwrap();
    assert_eq!(seller.read(&deal, &[]).await.unwrap_err().code().name(), "crm.record_not_found");

    let [sara, diane, louis] = [
        user(&admin, "seller@example.com").await,
        user(&admin, "disabled@example.com").await,
        user(&admin, "limited@example.com").await,
    ];
    let share = async |who: (&str, &str), cause: &str| {
        let share = values([
            ("OpportunityId", Value::Row(deal.clone())),
            ("UserOrGroupId", row(who.0, who.1)),
            ("OpportunityAccessLevel", Value::Choice("Read".to_owned())),
            ("RowCause", Value::Choice(cause.to_owned())),
        ]);
        admin.create("OpportunityShare", &share).await.unwrap()
    };
    let group = values([("Name", "Bid desk".into())]);
    let group = admin.create("Group", &group).await.unwrap().id.0;
    let member =
        values([("GroupId", row("Group", &group)), ("UserOrGroupId", row("User", &diane))]);
    admin.create("GroupMember", &member).await.unwrap();
    let by_hand = share(("User", &sara), "Manual").await;
    share(("Group", &group), "Manual").await;
    share(("User", &louis), "Rule").await;

    let found = admin.colleagues(&deal).await.unwrap();
    assert!(found.told);
    let told = |one: &Colleague| (one.mail.clone().unwrap_or_default(), one.part.clone());
    let people: Vec<_> = found.people.iter().map(told).collect();
    assert_eq!(
        people,
        [
            ("admin@example.com".to_owned(), Part::Owner),
            ("seller@example.com".to_owned(), Part::Shared),
            ("disabled@example.com".to_owned(), Part::Team("Bid desk".to_owned())),
        ],
        "who has it by a rule is not among them"
    );
    // the share is a right: seen, and not changed
    let rights = seller.rights(&deal).await.unwrap();
    assert!(rights.read && !rights.write, "{rights:?}");
    assert!(seller.colleagues(&deal).await.unwrap().people.len() >= 2, "as far as they may read");
    admin.delete(&by_hand, None).await.unwrap();
    assert_eq!(seller.read(&deal, &[]).await.unwrap_err().code().name(), "crm.record_not_found");
    assert_eq!(admin.colleagues(&deal).await.unwrap().people.len(), 2);
    // an object without shares tells of the owner and of no more
    let lead = values([("LastName", "Moreau".into()), ("Company", "Contoso".into())]);
    let lead = admin.create("Lead", &lead).await.unwrap();
    let found = admin.colleagues(&lead).await.unwrap();
    assert!(!found.told && found.people.len() == 1, "{found:?}");
    let names = admin.tables().await.unwrap();
    assert!(names.iter().all(|table| !table.name.ends_with("Share")), "shares are no records");
}
