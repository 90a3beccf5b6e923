//! Answers of Adaptive Cards, which go to the address of the card's connector.

use std::time::Duration;

use card_actions::{Failure, Outcome, Press, Refusal, RunKind};
use serde_json::{Value as Json, json};

use crate::stage::{Stage, answers, first, verified};

#[tokio::test]
async fn a_plain_webhook_takes_no_answers_of_adaptive_cards() {
    let stage = Stage::new().await;
    let message = stage.card(&adaptive()).await;
    let press = Press { action: "/actions/0".to_owned(), ..answers(&json!({ "why": "x" })) };
    assert_eq!(stage.refusal(message, press).await, Refusal::NoEndpoint);
}

fn adaptive() -> Json {
    let card = json!({ "type": "AdaptiveCard", "version": "1.4",
        "body": [{ "type": "Input.Text", "id": "why", "isRequired": true }],
        "actions": [
            { "type": "Action.Execute", "title": "Run", "verb": "approve", "id": "e1", "data": { "order": 7 } },
            { "type": "Action.Submit", "title": "Send", "data": { "order": 7, "why": "overwritten" } }] });
    let kind = "application/vnd.microsoft.card.adaptive";
    json!({ "type": "message", "attachments": [{ "contentType": kind, "content": card }] })
}

#[tokio::test]
async fn execute_and_submit_reach_the_endpoint_of_the_connector() {
    let stage = Stage::new().await;
    let endpoint = format!("{}/invoke", stage.receiver.base);
    stage.register(&json!({ "actionable": true, "action_url": endpoint })).await;
    let message = stage.card(&adaptive()).await;
    let execute =
        Press { action: "/actions/0".to_owned(), ..answers(&json!({ "why": "because" })) };
    let submit = Press { action: "/actions/1".to_owned(), ..execute.clone() };
    let run = stage.press(message, submit).await.unwrap();
    assert_eq!((run.outcome, run.kind, run.version), (Outcome::Done, RunKind::Submit, None));
    let heard = stage.receiver.heard().pop().unwrap();
    let body: Json = serde_json::from_str(&heard.body).unwrap();
    assert_eq!(body["type"], "message");
    assert_eq!(body["value"], json!({ "order": 7, "why": "because" }));
    let run = stage.press(message, execute).await.unwrap();
    assert_eq!((run.outcome, run.kind, run.version), (Outcome::Done, RunKind::Execute, Some(1)));
    let heard = stage.receiver.heard().pop().unwrap();
    let body: Json = serde_json::from_str(&heard.body).unwrap();
    assert_eq!((&body["type"], &body["name"]), (&json!("invoke"), &json!("adaptiveCard/action")));
    let action = json!({ "type": "Action.Execute", "verb": "approve", "id": "e1",
        "data": { "order": 7, "why": "because" } });
    assert_eq!(body["value"], json!({ "action": action, "trigger": "manual" }));
    assert_eq!(body["from"]["aadObjectId"], stage.house.owner.to_string());
    let token = heard.headers["authorization"].strip_prefix("Bearer ").unwrap().to_owned();
    verified(&token, &stage.keys().await, &stage.receiver.base);
    assert!(stage.shown(message).await.text.contains("Executed"));
}

#[tokio::test]
async fn bad_endpoints_of_execute_and_submit_say_why_and_change_nothing() {
    let stage = Stage::new().await;
    let (execute, submit) = ("/actions/0", "/actions/1");
    let both = [
        ("/never", Failure::Timeout, None),
        ("/drip", Failure::Timeout, None),
        ("/refused", Failure::Refused, Some(403)),
        ("/broken", Failure::Broken, Some(500)),
        ("/redirect", Failure::Redirected, Some(302)),
        ("/away", Failure::Redirected, Some(307)),
        ("/html", Failure::BadCard, Some(200)),
        ("/huge", Failure::TooLarge, None),
        ("/garbage", Failure::Unreachable, None),
        ("/hang-up", Failure::Unreachable, None),
    ];
    let lies = [
        ("/invoke-error", Failure::Refused, Some(200)),
        ("/invoke-broken", Failure::Broken, Some(200)),
        ("/invoke-sign-in", Failure::SignIn, Some(200)),
        ("/invoke-no-card", Failure::BadCard, Some(200)),
        ("/invoke-large-card", Failure::BadCard, Some(200)),
    ];
    let cases = both
        .into_iter()
        .flat_map(|case| [(execute, case), (submit, case)])
        .chain(lies.map(|case| (execute, case)));
    for (action, (path, failure, status)) in cases {
        let endpoint = format!("{}{path}", stage.receiver.base);
        stage.register(&json!({ "actionable": true, "action_url": endpoint })).await;
        let message = stage.card(&adaptive()).await;
        let (before, heard) = (stage.item(message).await, stage.receiver.heard().len());
        let press = Press { action: action.to_owned(), ..answers(&json!({ "why": "x" })) };
        stage.house.clock.advance(Duration::from_secs(10));
        let run = stage.press(message, press).await.unwrap();
        let case = format!("{action} at {path}: {:?}", run.answer);
        assert_eq!(run.outcome, Outcome::Failed(failure), "{case}");
        assert_eq!(run.http_status, status, "{case}");
        assert_eq!(stage.item(message).await, before, "{case}: something changed");
        assert_eq!(stage.receiver.heard().len(), heard + 1, "{case}: followed or tried again");
        if path == "/invoke-error" {
            assert_eq!(run.said.as_deref(), Some("The order is closed"));
        }
    }
}

#[tokio::test]
async fn a_connector_without_buttons_has_none_and_calls_no_other_domain() {
    let stage = Stage::new().await;
    let message = stage.button("/ok").await;
    stage.register(&json!({ "actionable": false })).await;
    assert_eq!(stage.refusal(message, first()).await, Refusal::NotActionable);
    let stage = Stage::new().await;
    let message = stage.button("/ok").await;
    stage.register(&json!({ "actionable": true, "action_domains": ["api.contoso.example"] })).await;
    let run = stage.press_first(message).await;
    assert_eq!(run.outcome, Outcome::Failed(Failure::Target));
    assert!(stage.receiver.heard().is_empty());
}
