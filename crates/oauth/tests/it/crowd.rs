//! Many callers at once, and a provider in trouble.

use std::{sync::Arc, time::Duration};

use egress::{Client, Settings};
use kernel::{Coded as _, Ids, Secret, SystemClock, TenantId, UserId};
use liaison_oauth::{Application, Error, Flows, TokenKey, TokenSet, Tokens};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::house::House;

const BEHALF: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

fn key(ids: &Ids, user: UserId) -> TokenKey {
    let tenant: TenantId = ids.fresh();
    TokenKey {
        tenant,
        user: Some(user),
        connection: Uuid::nil(),
        audience: "https://crm.test".to_owned(),
    }
}

/// Lets 200 callers ask for the same token at the same time.
async fn crowd(
    tokens: &Tokens,
    key: &TokenKey,
    (flows, application, assertion): (&Flows, &Application, &Secret<String>),
) -> Vec<Result<Arc<TokenSet>, Error>> {
    let mut callers = JoinSet::new();
    for _ in 0..200 {
        let (tokens, key) = (tokens.clone(), key.clone());
        let (flows, application) = (flows.clone(), application.clone());
        let assertion = assertion.clone();
        callers.spawn(async move {
            let exchange = async { flows.on_behalf_of(&application, &assertion).await };
            tokens.take(key, exchange).await
        });
    }
    callers.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_first_calls_are_one_exchange_per_person_and_audience() {
    let Some(house) = House::new() else { return };
    let (ids, crm) = (Ids::seeded(7), house.delegating("https://crm.test"));
    let clock: Arc<dyn kernel::Clock> = Arc::<testkit::FixedClock>::clone(&house.clock);
    let tokens = Tokens::new(clock);
    let alice = house.assertion("alice", "api://connector").await;
    let bruno = house.assertion("bruno", "api://connector").await;
    house.provider.control(r#"{"delay": 300}"#).await;

    let (a, b) = (key(&ids, ids.fresh()), key(&ids, ids.fresh()));
    let flows = &house.flows;
    let (of_alice, of_bruno) = tokio::join!(
        crowd(&tokens, &a, (flows, &crm, &alice)),
        crowd(&tokens, &b, (flows, &crm, &bruno))
    );
    assert_eq!(house.asked(BEHALF).await, 2, "one for each person");
    for results in [&of_alice, &of_bruno] {
        assert_eq!(results.len(), 200);
        let first = results[0].as_ref().unwrap();
        assert!(results.iter().all(|r| r.as_ref().unwrap().access_token == first.access_token));
    }
    let differ =
        of_alice[0].as_ref().unwrap().access_token != of_bruno[0].as_ref().unwrap().access_token;
    assert!(differ);

    // Kept until shortly before it ends; then again one exchange for all.
    house.provider.control(r#"{"delay": 50}"#).await;
    house.clock.advance(Duration::from_mins(54));
    crowd(&tokens, &a, (flows, &crm, &alice)).await;
    assert_eq!(house.asked(BEHALF).await, 2);
    house.clock.advance(Duration::from_mins(2));
    crowd(&tokens, &a, (flows, &crm, &alice)).await;
    assert_eq!(house.asked(BEHALF).await, 3);

    // An API that refuses the token (401) makes it be fetched once more, whoever complains.
    let refused = tokens.peek(&a).await.unwrap();
    tokens.forget(&a, &refused.access_token).await;
    crowd(&tokens, &a, (flows, &crm, &alice)).await;
    tokens.forget(&a, &refused.access_token).await;
    crowd(&tokens, &a, (flows, &crm, &alice)).await;
    assert_eq!(house.asked(BEHALF).await, 4);

    tokens.forget_user(a.tenant, a.user.unwrap());
    crowd(&tokens, &a, (flows, &crm, &alice)).await;
    tokens.forget_connection(a.tenant, a.connection);
    crowd(&tokens, &a, (flows, &crm, &alice)).await;
    assert_eq!(house.asked(BEHALF).await, 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_shared_and_kept_for_a_moment() {
    let Some(house) = House::new() else { return };
    let ids = Ids::seeded(7);
    let application = house.delegating("https://unconsented.test");
    let clock: Arc<dyn kernel::Clock> = Arc::<testkit::FixedClock>::clone(&house.clock);
    let tokens = Tokens::new(clock);
    let alice = house.assertion("alice", "api://connector").await;
    house.provider.control(r#"{"delay": 100}"#).await;
    let key = key(&ids, ids.fresh());
    let all = crowd(&tokens, &key, (&house.flows, &application, &alice)).await;
    for result in all {
        let error = result.unwrap_err();
        assert_eq!(error.code().name(), "authorization.consent");
        assert!(error.needs_sign_in());
    }
    crowd(&tokens, &key, (&house.flows, &application, &alice)).await;
    assert_eq!(house.asked(BEHALF).await, 1);
    house.clock.advance(Duration::from_secs(4));
    crowd(&tokens, &key, (&house.flows, &application, &alice)).await;
    assert_eq!(house.asked(BEHALF).await, 2);
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_the_exchange_to_the_next() {
    let tokens = Tokens::new(testkit::FixedClock::new());
    let ids = Ids::seeded(7);
    let key = key(&ids, ids.fresh());
    let never = std::future::pending::<Result<TokenSet, Error>>();
    let first = tokio::time::timeout(Duration::from_millis(20), tokens.take(key.clone(), never));
    let second = async {
        let refused = async { Err(Error::Declined) };
        tokens.take(key.clone(), refused).await
    };
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_err(), "it went away");
    assert_eq!(second.unwrap_err().code().name(), "authorization.declined");
}

#[tokio::test]
async fn a_provider_in_trouble_is_told_apart_from_a_refusal() {
    let Some(mut house) = House::new() else { return };
    let alice = house.assertion("alice", "api://connector").await;
    let crm = house.delegating("https://crm.test");
    house.provider.control(r#"{"fail": 503}"#).await;
    let error = house.flows.on_behalf_of(&crm, &alice).await.unwrap_err();
    assert_eq!(error.code().name(), "authorization.busy");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.is_passing() && !error.needs_sign_in());

    house.provider.control(r#"{"fail": 0, "delay": 5000}"#).await;
    let hurried = Settings {
        allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
        total_timeout_ms: 200,
        ..Settings::default()
    };
    let flows = Flows::new(Client::new(hurried).unwrap(), Arc::new(SystemClock), Ids::system());
    let error = flows.on_behalf_of(&crm, &alice).await.unwrap_err();
    assert_eq!(error.code().name(), "provider.timeout");

    house.provider.stop();
    let error = house.flows.on_behalf_of(&crm, &alice).await.unwrap_err();
    assert_eq!(error.code().name(), "provider.unreachable");
    assert!(error.is_passing());
}
