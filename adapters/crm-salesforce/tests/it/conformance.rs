//! The suite that every CRM passes.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use crm::conformance::{Bench, Names, run};
use jiff::ToSpan as _;
use kernel::{Clock as _, SystemClock};
use liaison_crm_salesforce::SellersOrganisation;
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn salesforce_is_one() {
    Box::pin(run(async || {
        let house = Arc::new(House::new());
        let crm = |token| SellersOrganisation::new(house.salesforce.clone(), house.seller(token));
        let (ticking, ahead) = (Arc::clone(&house), AtomicI64::new(0));
        // The stand-in's time is the real one, moved on; ours follows it.
        let tick = move || {
            ticking.control(&json!({ "advance_seconds": 2 }));
            let ahead = ahead.fetch_add(2, Ordering::SeqCst) + 2;
            ticking.clock.set(SystemClock.now() + ahead.seconds());
        };
        tick();
        Bench {
            seller: Box::new(crm("token")),
            limited: Box::new(crm("token_limited")),
            names: Names {
                table: "Account",
                name: "Name",
                phone: "Phone",
                number: "External_Id__c",
                employees: "NumberOfEmployees",
                revenue: "AnnualRevenue",
                owner: "OwnerId",
                made: "CreatedDate",
                contact: ("Contact", "LastName", "AccountId"),
            },
            tick: Box::new(tick),
            house: Box::new(house),
        }
    }))
    .await;
}
