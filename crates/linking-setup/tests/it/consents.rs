//! The states of both consents.

use identity::Role;
use liaison_linking_setup::{
    Answer, Consent, ConsentState, Decision, Error, Feature, Obstacle, Turn, Which,
};

use crate::house::House;

async fn decide(house: &House, which: Which, decision: Decision) -> Consent {
    house.setup.consent(&house.admin, which, decision).await.unwrap()
}

async fn may(house: &House, feature: Feature) -> Answer {
    house.setup.may(&house.admin, house.environment, Some("opportunity"), feature).await.unwrap()
}

async fn on(house: &House) {
    decide(house, Which::First, Decision::Accept).await;
    for turn in [Turn::Basic(true), Turn::Enhanced(true)] {
        house.setup.turn(&house.admin, house.environment, turn).await.unwrap();
    }
}

#[tokio::test]
async fn a_consent_nobody_was_asked_for_is_not_asked() {
    let house = House::new().await;
    for consent in house.setup.consents(&house.admin).await.unwrap() {
        assert_eq!(
            (consent.state, consent.at, consent.scopes.len()),
            (ConsentState::NotAsked, None, 0)
        );
    }
}

#[tokio::test]
async fn an_accepted_consent_names_who_when_and_exactly_the_scopes() {
    let house = House::new().await;
    let consent = decide(&house, Which::First, Decision::Accept).await;
    assert_eq!(consent.state, ConsentState::Accepted);
    assert_eq!(consent.scopes, ["Group.ReadWrite.All", "User.Read.All"]);
    assert_eq!((consent.by, consent.by_name.as_deref()), (house.admin.user(), Some("ada")));
    assert!(consent.at.is_some() && consent.holds());
}

#[tokio::test]
async fn a_declined_consent_keeps_enhanced_linking_off() {
    let house = House::new().await;
    house.setup.turn(&house.admin, house.environment, Turn::Basic(true)).await.unwrap();
    let consent = decide(&house, Which::First, Decision::Decline).await;
    assert_eq!(consent.state, ConsentState::Declined);
    let refused = house.setup.turn(&house.admin, house.environment, Turn::Enhanced(true)).await;
    assert!(matches!(refused, Err(Error::Closed(Obstacle::ConsentMissing))));
    // basic linking goes on
    assert!(may(&house, Feature::Basic).await.is_open());
    assert!(decide(&house, Which::First, Decision::Accept).await.holds(), "minds change");
}

#[tokio::test]
async fn a_withdrawn_consent_stops_at_once_and_leaves_the_switches() {
    let house = House::new().await;
    on(&house).await;
    assert!(may(&house, Feature::Enhanced).await.is_open());
    assert!(may(&house, Feature::AddMembers).await.is_open());
    let consent = decide(&house, Which::First, Decision::Withdraw).await;
    assert_eq!((consent.state, consent.by), (ConsentState::Revoked, house.admin.user()));
    assert_eq!(may(&house, Feature::Enhanced).await, Answer::Closed(Obstacle::ConsentMissing));
    let sync = may(&house, Feature::AddMembers).await.obstacle().unwrap();
    assert_eq!(
        sync.text(),
        "The admin has not consented to use user sync feature, you can add them manually"
    );
    let overview = house.setup.overview(&house.admin, house.environment).await.unwrap();
    assert!(overview.switches.enhanced && !overview.enhanced_works());
    decide(&house, Which::First, Decision::Accept).await;
    assert!(may(&house, Feature::Enhanced).await.is_open());
}

#[tokio::test]
async fn a_consent_taken_back_upstream_is_revoked_or_partial() {
    let house = House::new().await;
    on(&house).await;
    let missing = ["User.Read.All".to_owned()];
    house.setup.refused_upstream(&house.root(), Which::First, &missing).await.unwrap();
    let [first, _] = house.setup.consents(&house.admin).await.unwrap();
    assert_eq!((first.state, first.by), (ConsentState::Partial, None));
    assert_eq!(first.missing(), ["User.Read.All"]);
    assert_eq!(may(&house, Feature::Enhanced).await, Answer::Closed(Obstacle::ConsentMissing));
    house.setup.refused_upstream(&house.root(), Which::First, &[]).await.unwrap();
    let [first, second] = house.setup.consents(&house.admin).await.unwrap();
    assert_eq!((first.state, second.state), (ConsentState::Revoked, ConsentState::NotAsked));
    // people do not say so, and what was never agreed to is not lost
    let denied = house.setup.refused_upstream(&house.admin, Which::First, &[]).await;
    assert!(matches!(denied, Err(Error::Denied(_))));
    house.setup.refused_upstream(&house.root(), Which::Second, &[]).await.unwrap();
    let [_, second] = house.setup.consents(&house.admin).await.unwrap();
    assert_eq!(second.state, ConsentState::NotAsked);
}

#[tokio::test]
async fn what_goes_on_after_linking_waits_for_the_second_consent() {
    let house = House::new().await;
    on(&house).await;
    let after = [Feature::Conversation, Feature::Notes, Feature::Sync];
    for feature in after {
        let closed = Answer::Closed(Obstacle::SecondConsentMissing);
        assert_eq!(may(&house, feature).await, closed, "{feature:?}");
    }
    decide(&house, Which::Second, Decision::Accept).await;
    for feature in after {
        assert!(may(&house, feature).await.is_open(), "{feature:?}");
    }
    // the second alone is not enough for members
    decide(&house, Which::First, Decision::Withdraw).await;
    let closed = Answer::Closed(Obstacle::UserSyncMissing);
    assert_eq!(may(&house, Feature::Sync).await, closed);
    decide(&house, Which::Second, Decision::Withdraw).await;
    let closed = Answer::Closed(Obstacle::SecondConsentMissing);
    assert_eq!(may(&house, Feature::Conversation).await, closed);
}

#[tokio::test]
async fn only_administrators_of_the_tenant_decide_and_only_persons() {
    let house = House::new().await;
    let system = house.customizer("sam").await;
    let platform = house.person("pat", &[Role::PlatformAdministrator]).await;
    for scope in [&system, &platform] {
        let refused = house.setup.consent(scope, Which::First, Decision::Accept).await;
        assert!(matches!(refused, Err(Error::TenantAdministratorNeeded)), "{refused:?}");
    }
    let refused = house.setup.consent(&house.root(), Which::First, Decision::Accept).await;
    assert!(matches!(refused, Err(Error::PersonNeeded)), "{refused:?}");
}

#[tokio::test]
async fn declining_does_not_withdraw_and_withdrawing_nothing_does_nothing() {
    let house = House::new().await;
    let nothing = decide(&house, Which::First, Decision::Withdraw).await;
    assert_eq!(nothing.state, ConsentState::NotAsked);
    decide(&house, Which::First, Decision::Accept).await;
    let still = decide(&house, Which::First, Decision::Decline).await;
    assert_eq!(still.state, ConsentState::Accepted);
}

#[tokio::test]
async fn every_decision_is_in_the_audit() {
    let house = House::new().await;
    on(&house).await;
    decide(&house, Which::First, Decision::Withdraw).await;
    let filter = identity::AuditFilter::default();
    let page = house.identity.audit(&house.admin, filter, kernel::Limit::default(), None).await;
    let actions: Vec<String> = page.unwrap().items.into_iter().map(|entry| entry.action).collect();
    for action in ["linking.consent_accept", "linking.consent_withdraw"] {
        assert!(actions.iter().any(|known| known == action), "{actions:?}");
    }
}
