//! The suite that every CRM passes.

use std::{sync::Arc, time::Duration};

use crm::conformance::{Bench, Names, run};

use crate::house::House;

#[tokio::test]
async fn dataverse_is_one() {
    Box::pin(run(async || {
        let house = Arc::new(House::new().await);
        house.number_accounts().await;
        let clock = Arc::clone(&house.clock);
        Bench {
            seller: Box::new(house.admin()),
            limited: Box::new(house.limited()),
            names: Names {
                table: "account",
                name: "name",
                phone: "telephone1",
                number: "accountnumber",
                employees: "numberofemployees",
                revenue: "revenue",
                owner: "ownerid",
                made: "createdon",
                contact: ("contact", "lastname", "parentcustomerid"),
            },
            tick: Box::new(move || clock.advance(Duration::from_secs(2))),
            house: Box::new(house),
        }
    }))
    .await;
}
