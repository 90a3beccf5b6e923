//! No token and no secret reaches a log, whatever its level.

use std::{
    io,
    sync::{Arc, Mutex},
};

use kernel::Secret;
use liaison_oauth::{Exchange, TokenKey, Tokens};
use testkit::Person;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};
use uuid::Uuid;

use crate::house::{CONNECTOR_SECRET, HUB_SECRET, House, back, callback};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_token_and_no_secret_is_logged_at_any_level() {
    let Some(house) = House::new() else { return };
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(captured.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    let mut secrets: Vec<String> = vec![CONNECTOR_SECRET.to_owned(), HUB_SECRET.to_owned()];
    let mut shown = String::new();
    let connector = house.connector();
    let proof = house.flows.draw();
    let url =
        house.flows.begin(&connector, &back(), liaison_oauth::Wishes::default(), &proof).unwrap();
    let returned = callback(&Person::default().sign_in(&url, &back(), "alice", true).await);
    let tokens = house.flows.redeem(&connector, &back(), &returned, &proof).await.unwrap();
    let refresh = tokens.refresh_token.clone().unwrap();
    let refreshed = house.flows.refresh(&connector, &refresh, &back()).await.unwrap();
    let again = house.flows.refresh(&connector, &refresh, &back()).await.unwrap_err();

    let assertion = house.assertion("alice", "api://connector").await;
    let (crm, other) =
        (house.delegating("https://crm.test"), house.delegating("https://unconsented.test"));
    let key = TokenKey {
        tenant: kernel::Ids::seeded(1).fresh(),
        user: None,
        connection: Uuid::nil(),
        audience: "https://crm.test".to_owned(),
    };
    let clock: Arc<dyn kernel::Clock> = Arc::<testkit::FixedClock>::clone(&house.clock);
    let kept = Tokens::new(clock);
    let behalf = kept.take(key, house.flows.on_behalf_of(&crm, &assertion)).await.unwrap();
    let refused = house.flows.on_behalf_of(&other, &assertion).await.unwrap_err();
    let exchange = Exchange {
        subject_token: &assertion,
        subject_token_type: None,
        audience: Some("https://crm.test"),
        resource: None,
        scope: None,
    };
    let exchanged = house.flows.exchange(&connector, exchange).await.unwrap();

    for value in [
        format!("{connector:?} {crm:?} {proof:?} {returned:?} {tokens:?} {refreshed:?} {kept:?}"),
        format!("{again:?} {again} {refused:?} {refused} {exchange:?} {exchanged:?} {behalf:?}"),
    ] {
        shown.push_str(&value);
    }
    drop(guard);

    let all = [&tokens, &refreshed, &exchanged, &behalf];
    for set in all {
        secrets.push(set.access_token.expose().clone());
        secrets.extend(set.refresh_token.as_ref().map(|t| t.expose().clone()));
    }
    secrets.push(assertion.expose().clone());
    secrets.extend(returned.code.iter().map(|c| c.expose().clone()));
    secrets.extend([&proof.verifier, &proof.nonce].map(|s: &Secret<String>| s.expose().clone()));
    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("oauth.granted") && log.contains("oauth.refused"), "captured: {log}");
    assert!(log.contains("authorization.consent"), "captured: {log}");
    assert!(secrets.len() >= 12);
    for secret in &secrets {
        // A part of a token is one too: its signature alone would do.
        let end: String = secret.chars().skip(secret.chars().count().saturating_sub(24)).collect();
        for part in [secret.as_str(), end.as_str()] {
            assert!(!log.contains(part), "a secret in the log");
            assert!(!shown.contains(part), "a secret in what is shown: {shown}");
        }
    }
}
