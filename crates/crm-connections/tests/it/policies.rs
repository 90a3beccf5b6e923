//! What data policies say of Salesforce.

use connectors::{RefusalFilter, policy::Reach};
use kernel::{Coded as _, Limit};
use liaison_crm_connections::State;

use crate::house::{House, code};

#[tokio::test]
async fn what_a_policy_blocks_is_refused_until_somebody_signs_in_anew() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    let admin = house.admin().await;
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    let default = kernel::EnvironmentId::from(house.tenant.id.uuid());
    let policy = house.block(Reach::Only(vec![default])).await;

    let begun = house.crm.begin_sign_in(&seller, system.id).await;
    assert_eq!(code(&begun), "data_policy.violation");
    let Err(error) = begun else { panic!("refused") };
    assert_eq!(error.protocol_code(), Some("ConnectionApiPolicyViolation"));
    assert!(!error.fields()[0].detail.contains("No Salesforce"), "sellers are not told the name");
    let sessions = house.sessions.lock().unwrap().len();
    assert_eq!(code(&house.look(&seller).await), "data_policy.violation");
    assert_eq!(house.sessions.lock().unwrap().len(), sessions, "nothing left the hub");
    let theirs = house.crm.begin_sign_in(&admin, system.id).await.unwrap_err();
    assert!(theirs.fields()[0].detail.contains("No Salesforce"), "administrators are");

    let refused =
        house.connectors.refusals(&admin, RefusalFilter::default(), Limit::default(), None);
    let refused = refused.await.unwrap().items;
    let seen: Vec<_> = refused
        .iter()
        .map(|one| (one.connector_name.as_deref(), one.call.via.as_str(), one.policy))
        .collect();
    let of = |via| (Some("Salesforce"), via, policy.id);
    assert!(seen.contains(&of("connection")) && seen.contains(&of("crm")), "{seen:?}");
    let mine = house.crm.mine(&seller).await.unwrap();
    assert_eq!(mine[0].connection.as_ref().unwrap().state, State::Disabled);
    assert_eq!(mine[0].blocked.as_ref().map(|one| one.policy.as_str()), Some("No Salesforce"));

    house.unblock(&policy).await;
    let still = house.look(&seller).await;
    assert_eq!(code(&still), "crm_connection.disabled");
    let said = "Error from token exchange: The connection is disabled so it cannot be used.";
    assert_eq!(still.unwrap_err().to_string(), said);
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    assert_eq!(code(&house.look(&seller).await), "done");
}

#[tokio::test]
async fn a_policy_of_the_products_own_environment_counts_too() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    let admin = house.admin().await;
    let viva = house.crm.review(&admin).await.unwrap().unwrap().environment;
    house.block(Reach::Only(vec![viva])).await;
    assert_eq!(code(&house.look(&seller).await), "data_policy.violation");
    let outcome = house.sign_in(&seller, &system, "seller@example.com").await;
    assert_eq!(code(&outcome), "data_policy.violation");
}

#[tokio::test]
async fn the_first_sign_in_is_refused_where_the_new_environment_is_closed() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    let default = kernel::EnvironmentId::from(house.tenant.id.uuid());
    house.block(Reach::Except(vec![default])).await;
    let outcome = house.sign_in(&seller, &system, "seller@example.com").await;
    assert_eq!(code(&outcome), "data_policy.violation");
    assert_eq!(code(&house.crm.of(&seller).await), "crm_connection.needed");
}

#[tokio::test]
async fn a_connection_that_was_blocked_for_a_while_does_not_come_back_by_itself() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    let policy = house.block(Reach::All).await;
    assert_eq!(house.crm.follow_policies().await.unwrap(), 1);
    house.unblock(&policy).await;
    assert_eq!(house.crm.follow_policies().await.unwrap(), 0);
    assert_eq!(code(&house.look(&seller).await), "crm_connection.disabled");
}
