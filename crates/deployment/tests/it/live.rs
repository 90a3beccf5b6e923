//! What is read from systems that run: the hub itself, and the organisation of Salesforce as the administrator who asks.

use identity::{Holder, Role};
use liaison_deployment::{Guide, Source, State, Why};

use crate::house::{House, one};

#[tokio::test]
async fn the_hub_reads_itself() {
    let house = House::new().await;
    let admin = house.admin().await;
    let report = house.checked(&admin).await;
    let state = |id: &str| one(&report, id).state;
    assert_eq!(state("M365-01"), State::Pass);
    assert_eq!(state("PP-01"), State::Pass);
    assert_eq!(one(&report, "PP-01").source, Some(Source::Liaison));
    assert_eq!(state("M365-14"), State::Pass);
    assert_eq!(state("PP-05"), State::Pass);
    // nobody has signed in to Salesforce yet
    assert_eq!(state("PP-02"), State::Fail);
    // nobody sells
    assert_eq!(
        (state("M365-02"), one(&report, "M365-02").why),
        (State::Unknown, Some(Why::NoSellers))
    );
    house.person("sam", &[Role::Seller]).await;
    let report = house.checked(&admin).await;
    let licence = one(&report, "M365-02");
    assert_eq!(
        (licence.state, licence.observed.as_slice()),
        (State::Fail, &["sam".to_owned()][..])
    );
    // who is in a group that holds one has one
    let root = house.root();
    let new = identity::NewGroup { name: "Sellers".to_owned(), description: String::new() };
    let group = house.identity.create_group(&root, new).await.unwrap().id;
    let sam = house.identity.find_user_by_name(&root, "sam").await.unwrap().unwrap().id;
    house.identity.add_member(&root, group, sam).await.unwrap();
    let sales = house.identity.create_licence(&root, "Sales", None).await.unwrap().id;
    house.identity.assign_licence(&root, sales, Holder::Group(group)).await.unwrap();
    assert_eq!(one(&house.checked(&admin).await, "M365-02").state, State::Pass);
}

#[tokio::test]
async fn a_data_policy_fails_both_environments_and_is_named() {
    let house = House::new().await;
    let admin = house.admin().await;
    let policy = house.block().await;
    let report = house.checked(&admin).await;
    for id in ["PP-04", "PP-05"] {
        let found = one(&report, id);
        assert_eq!(
            (found.state, found.observed.as_slice()),
            (State::Fail, &["No Salesforce".to_owned()][..])
        );
    }
    house.connectors.delete_data_policy(&admin, policy.id).await.unwrap();
    // one of them alone
    let found =
        Box::pin(house.deployment.check(&admin, Guide::Salesforce, Some("pp-05"))).await.unwrap();
    assert_eq!(one(&found, "PP-05").state, State::Pass);
    assert_eq!(one(&found, "PP-04").state, State::Fail, "it was not checked again");
}

#[tokio::test]
async fn salesforce_is_read_as_the_administrator_who_asks() {
    let house = House::new().await;
    let admin = house.admin().await;
    house.person("seller", &[Role::Seller]).await;
    house.person("disabled", &[Role::Seller]).await;
    let before = house.checked(&admin).await;
    assert_eq!(
        (one(&before, "SF-01").state, one(&before, "SF-01").why),
        (State::Unknown, Some(Why::NotRead))
    );
    house.connect(&admin, "admin@example.com").await;
    let report = house.checked(&admin).await;
    let edition = one(&report, "SF-01");
    assert_eq!((edition.state, edition.source), (State::Pass, Some(Source::Salesforce)));
    assert_eq!(edition.observed, ["Developer Edition"]);
    assert_eq!(one(&report, "SF-03").state, State::Pass);
    assert_eq!(one(&report, "SF-04").state, State::Pass);
    // what the first sign-in made
    assert_eq!(one(&report, "PP-02").state, State::Pass);
    assert_eq!(one(&report, "PP-03").state, State::Pass);
    assert_eq!(one(&report, "PP-08").state, State::Warning, "nobody has looked at the list yet");
    // the address of the double is no My Domain
    assert_eq!(one(&report, "SF-11").state, State::Fail);
    // the profile of one seller lacks the right; a permission set that nobody can see here might give it
    let may = one(&report, "SF-02");
    assert_ne!(may.state, State::Pass, "{may:?}");
    // with the one alone who has it
    let root = house.root();
    let disabled = house.identity.find_user_by_name(&root, "disabled").await.unwrap().unwrap().id;
    house.identity.remove_role(&admin, disabled, Role::Seller).await.unwrap();
    let may = house.checked(&admin).await;
    assert_eq!(one(&may, "SF-02").state, State::Pass);
    // another guide says nothing of it
    let other = house.deployment.report(&admin, Guide::Embedded).await.unwrap();
    assert!(!other.outcomes.iter().any(|one| one.check.id.starts_with("SF-")));
}

#[tokio::test]
async fn a_system_that_does_not_answer_leaves_its_checks_unknown() {
    let house = House::new().await;
    let admin = house.admin().await;
    house.connect(&admin, "admin@example.com").await;
    assert_eq!(one(&house.checked(&admin).await, "SF-01").state, State::Pass);
    house.double.control(&serde_json::json!({ "expire_sessions": true })).ok();
    house.block().await;
    let report = house.checked(&admin).await;
    let edition = one(&report, "SF-01");
    assert_eq!((edition.state, edition.why), (State::Unknown, Some(Why::Refused)), "{edition:?}");
    assert_eq!(one(&report, "PP-01").state, State::Pass, "the rest is read all the same");
}
