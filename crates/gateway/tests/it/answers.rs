//! Addresses, methods, limits and refusals.

use std::io;

use axum::body::Body;
use bytes::Bytes;
use channel_connectors::{Busy, Rate, Settings, TenantSwitches, WebhookChange};
use http::Request;
use liaison_gateway::Outcome;

use crate::{house::HOUR, street::Street};

const TEXT: &str = "{\"text\":\"hello\"}";
const TOO_LARGE: &str =
    "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413";
const TOO_MANY: &str =
    "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429";

#[tokio::test]
async fn every_writing_of_both_addresses_is_answered_the_bare_one() {
    let street = Street::new().await;
    let (_, addresses) = street.webhook().await;
    let connector = addresses.connector.expose().clone();
    let workflow = addresses.workflow.expose().clone();
    let (path, query) = workflow.split_once('?').unwrap();
    let paths = [
        connector.clone(),
        connector.replace("/webhookb2/", "/webhook/"),
        connector.replace('@', "%40"),
        format!("{connector}/"),
        format!("{connector}/V2someToken-_1"),
        format!("{connector}?utm=1&x"),
        workflow.clone(),
        format!("{path}/?{query}"),
        format!("{workflow}&new=1"),
        workflow.replace("2016-06-01", "2022-03-01-preview"),
        format!("/powerautomate/automations/direct{workflow}"),
        format!("/powerautomate/automations/direct/cu/04{workflow}"),
    ];
    for path in &paths {
        let answer = street.post(path, TEXT).await;
        assert_eq!(answer.pair(), (200, "1"), "{path}");
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(answer.header("content-length"), Some("1"));
        assert_eq!(answer.header("content-encoding"), None);
    }
    assert_eq!(street.house.texts().await.len(), paths.len());
    assert_eq!(street.gateway.figures().of(Outcome::Accepted), paths.len() as u64);
}

#[tokio::test]
async fn what_is_no_address_is_told_nothing_more() {
    let street = Street::new().await;
    let (_, addresses) = street.webhook().await;
    let connector = addresses.connector.expose().clone();
    let workflow = addresses.workflow.expose().clone();
    let other = connector.replacen("/IncomingWebhook/", "/IncomingWebhook/0", 1);
    for path in [
        "/webhookb2".to_owned(),
        "/webhookb2/".to_owned(),
        "/webhook/x".to_owned(),
        "/workflows/a/b".to_owned(),
        "/powerautomate/".to_owned(),
        other,
        format!("{connector}/more/and/more"),
        format!("{}-", connector.strip_suffix(|_: char| true).unwrap()),
        workflow.replace("&sig=", "&sig=x"),
        workflow.split('?').next().unwrap().to_owned(),
    ] {
        let answer = street.post(&path, TEXT).await;
        assert_eq!(answer.pair(), (404, "Invalid webhook URL"), "{path}");
    }
    let jenkins = connector.replace("IncomingWebhook", "JenkinsCI");
    let answer = street.post(&jenkins, TEXT).await;
    assert_eq!(answer.pair(), (404, "Unknown Connector provider JenkinsCI"));
    // a connector that is registered is no unknown one, whatever else is wrong; in another tenant it is
    let wrong = connector.replace("IncomingWebhook", &street.registered.to_string());
    assert_eq!(street.post(&wrong, TEXT).await.pair(), (404, "Invalid webhook URL"));
    let tenant = street.house.tenant.to_string();
    let foreign = wrong.replace(&tenant, "0198a0b0-0000-7000-8000-00000000000f");
    assert_ne!(foreign, wrong);
    let expected = format!("Unknown Connector provider {}", street.registered);
    assert_eq!(street.post(&foreign, TEXT).await.pair(), (404, expected.as_str()));
    // A connector's secret is none of a workflow's, and the other way round.
    let id = connector.split('/').nth(4).unwrap();
    let crossed = format!("/workflows/{id}/triggers/manual/paths/invoke?sig={id}");
    assert_eq!(street.post(&crossed, TEXT).await.status, 404);
    assert!(street.house.texts().await.is_empty());
}

#[tokio::test]
async fn only_post_is_taken() {
    let street = Street::new().await;
    let (_, addresses) = street.webhook().await;
    for (method, text) in [
        ("GET", "Invalid webhook request - GET not supported"),
        ("PUT", "Invalid webhook request - PUT not supported"),
        ("OPTIONS", "Invalid webhook request - OPTIONS not supported"),
    ] {
        let request = Request::builder().method(method).uri(addresses.connector.expose());
        let answer = street.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.pair(), (405, text));
        assert_eq!(answer.header("allow"), Some("POST"));
    }
}

#[tokio::test]
async fn content_types_and_chunks_do_not_matter() {
    let street = Street::new().await;
    let (_, addresses) = street.webhook().await;
    for kind in [
        None,
        Some("application/json"),
        Some("application/json;charset=utf-8"),
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let mut request = Request::post(addresses.connector.expose());
        if let Some(kind) = kind {
            request = request.header("Content-Type", kind);
        }
        let chunks = ["{\"text\"", ":", "\"hello\"}"].map(|c| Ok::<_, io::Error>(Bytes::from(c)));
        let body = Body::from_stream(futures_util::stream::iter(chunks));
        let request = request.header("Accept-Encoding", "gzip").body(body).unwrap();
        assert_eq!(street.send(request).await.pair(), (200, "1"), "{kind:?}");
    }
    assert_eq!(street.house.texts().await, ["hello"; 5]);
}

#[tokio::test]
async fn a_body_over_the_limit_is_answered_before_it_fills_memory() {
    let street = Street::new().await;
    let (webhook, addresses) = street.webhook().await;
    let path = addresses.connector.expose();
    let answer = street.post(path, vec![b'x'; 28_673]).await;
    assert_eq!(answer.pair(), (413, TOO_LARGE));
    assert_eq!(answer.header("connection"), None, "what was read to its end goes on");
    // Ten megabytes, declared and not: neither is read to its end.
    let answer = street.post(path, vec![b'x'; 10_000_000]).await;
    assert_eq!(answer.pair(), (413, TOO_LARGE));
    assert_eq!(answer.header("connection"), Some("close"));
    let endless =
        futures_util::stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from(vec![b'x'; 65_536])));
    let answer = street.post(path, Body::from_stream(endless)).await;
    assert_eq!(answer.pair(), (413, TOO_LARGE));
    let entries = street.house.log(webhook.id).await;
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|entry| entry.body.len() <= 4_096));
}

#[tokio::test]
async fn too_many_are_told_when_to_come_back_and_in_the_words_that_are_looked_for() {
    let street = Street::new().await;
    let (webhook, addresses) = street.house.webhook_at(Rate::Microsoft).await;
    let path = addresses.connector.expose();
    for _post in 0..4 {
        assert_eq!(street.post(path, TEXT).await.status, 200);
    }
    let answer = street.post(path, TEXT).await;
    assert_eq!(answer.pair(), (429, TOO_MANY));
    assert_eq!(answer.header("retry-after"), Some("1"));
    let change = WebhookChange { busy: Some(Busy::Unavailable), ..WebhookChange::default() };
    street.house.connectors.update(&street.house.owner(), webhook.id, change).await.unwrap();
    let answer = street.post(path, TEXT).await;
    assert_eq!(answer.pair(), (503, TOO_MANY));
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn states_and_switches_are_told_apart() {
    let street = Street::new().await;
    let (webhook, addresses) = street.webhook().await;
    let (house, path) = (&street.house, addresses.connector.expose());
    let owner = house.owner();
    house.connectors.set_enabled(&owner, webhook.id, false).await.unwrap();
    let answer = street.post(path, TEXT).await;
    assert_eq!(answer.pair(), (403, "This incoming webhook is disabled."));
    house.connectors.set_enabled(&owner, webhook.id, true).await.unwrap();
    house.connectors.set_tenant_switches(&house.admin(), TenantSwitches::GOVERNMENT).await.unwrap();
    let answer = street.post(path, TEXT).await;
    let off = "Connectors are switched off: ConnectorsEnabled of the organisation is off.";
    assert_eq!(answer.pair(), (403, off));
    let on = TenantSwitches::default();
    house.connectors.set_tenant_switches(&house.admin(), on).await.unwrap();
    let new = house.connectors.rotate(&owner, webhook.id, Some(HOUR)).await.unwrap();
    assert_eq!(street.post(path, TEXT).await.pair(), (200, "1"));
    house.clock.advance(HOUR);
    let answer = street.post(path, TEXT).await;
    assert_eq!(answer.pair(), (410, "The URL of this incoming webhook was replaced."));
    let path = new.connector.expose();
    assert_eq!(street.post(path, TEXT).await.pair(), (200, "1"));
    house.space.set(3);
    let answer = street.post(path, TEXT).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("60")));
    house.space.set(50);
    house.connectors.delete(&owner, webhook.id).await.unwrap();
    let answer = street.post(path, TEXT).await;
    assert_eq!(answer.pair(), (410, "This incoming webhook was removed."));
    assert_eq!(street.post(new.workflow.expose(), TEXT).await.status, 410);
}

#[tokio::test]
async fn a_workflows_sender_that_asks_for_json_gets_the_error_it_reads() {
    let street = Street::new().await;
    let (_, addresses) = street.webhook().await;
    let send = async |path: &str| {
        let request = Request::post(path).header("Accept", "text/html, application/json;q=0.9");
        street.send(request.body(Body::from("{}")).unwrap()).await
    };
    let answer = send(addresses.workflow.expose()).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    let document: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(document["error"]["message"], "Summary or Text is required.");
    assert_eq!(document["error"]["code"], "card.nothing_to_show");
    let answer = send(addresses.connector.expose()).await;
    assert_eq!(answer.pair(), (400, "Summary or Text is required."));
    let answer =
        send("/workflows/a/triggers/manual/paths/invoke?sig=unknown-and-long-enough").await;
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("Invalid webhook URL"));
}

#[tokio::test]
async fn the_request_is_in_the_log_and_the_path_is_nowhere() {
    let street = Street::new().await;
    let (webhook, addresses) = street.webhook().await;
    let path = addresses.connector.expose();
    let request = Request::post(path)
        .header("Content-Type", "application/json")
        .header("User-Agent", "curl/8")
        .header("X-Original-URI", path)
        .header("Referer", format!("https://hub.example.org{path}"))
        .header("X-Api-Key", "hunter2");
    street.send(request.body(Body::from(TEXT)).unwrap()).await;
    let entry = street.house.log(webhook.id).await.remove(0);
    assert!(entry.meta.headers.contains(&("user-agent".to_owned(), "curl/8".to_owned())));
    let secret = path.split('/').nth(4).unwrap();
    let all = format!("{entry:?}");
    assert!(!all.contains(secret) && !all.contains("hunter2"), "{all}");
}

#[tokio::test]
async fn a_sender_that_repeats_is_answered_again_and_shown_once() {
    let street = Street::new().await;
    let (_, addresses) = street.webhook().await;
    for _time in 0..2 {
        let request = Request::post(addresses.workflow.expose()).header("Idempotency-Key", "7f3c");
        let answer = street.send(request.body(Body::from(TEXT)).unwrap()).await;
        assert_eq!(answer.pair(), (200, "1"));
    }
    assert_eq!(street.house.texts().await.len(), 1);
    assert_eq!(street.gateway.figures().of(Outcome::Repeated), 1);
}

#[test]
fn a_message_of_the_published_limit_fits() {
    assert_eq!(Settings::default().max_body_bytes, 28 * 1_024);
}

#[tokio::test]
async fn the_address_of_a_sender_is_told_by_proxies_that_are_trusted_and_by_nobody_else() {
    let peer = |address: &str| edge::Peer { address: address.parse().unwrap(), tls: false };
    let trusting = edge::Settings {
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        ..edge::Settings::default()
    };
    for (http, from, forwarded, recorded) in [
        (edge::Settings::default(), "10.0.0.1:4711", "203.0.113.9", "10.0.0.1"),
        (trusting.clone(), "10.0.0.1:4711", "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (trusting.clone(), "203.0.113.5:4711", "198.51.100.7", "203.0.113.5"),
        (trusting, "10.0.0.1:4711", "rubbish", "10.0.0.1"),
    ] {
        let street = Street::behind(http).await;
        let (hook, addresses) = street.webhook().await;
        for body in [TEXT, "no card"] {
            let request = Request::post(addresses.connector.expose().as_str())
                .header("Content-Type", "application/json")
                .header("X-Forwarded-For", forwarded)
                .extension(peer(from));
            street.send(request.body(Body::from(body)).unwrap()).await;
        }
        let entries = street.house.log(hook.id).await;
        assert_eq!(entries.len(), 2);
        for entry in entries {
            assert_eq!(entry.meta.from.map(|ip| ip.to_string()).as_deref(), Some(recorded));
        }
    }
}
