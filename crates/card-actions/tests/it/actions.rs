//! Buttons of cards: pressed, called, answered, shown.

use std::{sync::Arc, time::Duration};

use card_actions::{Error, Failure, Outcome, Press, Refusal, RunKind};
use channel_connectors::{ActionSettings, EntryId, Error as HookError, TenantSwitches};
use kernel::{Clock as _, Limit};
use serde_json::{Value as Json, json};
use workspace::{Content, Window};

use crate::{
    house::MEMBER,
    stage::{Stage, answers, first, verified},
};

#[tokio::test]
async fn a_request_goes_out_with_answers_headers_and_a_token_that_verifies() {
    let stage = Stage::new().await;
    let target = format!("{}/ok?who={{{{name.value}}}}&x=1", stage.receiver.base);
    let question = |kind: &str, id: &str| json!({ "@type": kind, "id": id, "title": id });
    let mut when = question("DateInput", "when");
    when["includeTime"] = true.into();
    let card = json!({ "text": "Order", "correlationId": "c0ffee", "potentialAction": [{
        "@type": "ActionCard", "name": "Decide",
        "inputs": [question("TextInput", "name"), question("TextInput", "note"), when],
        "actions": [{ "@type": "HttpPOST", "name": "Go", "target": target,
            "headers": [{ "name": "X-Order", "value": "7" }, { "name": "Host", "value": "evil" }],
            "body": "{\"name\":\"{{name.value}}\",\"note\":\"{{note.value}}\",\"when\":\"{{when.value}}\"}" }] }] });
    let message = stage.card(&card).await;
    let mut press = answers(&json!({
        "name": "a\"b &c", "note": "", "when": "2026-07-01", "when-time": "09:30" }));
    press.time_zone = Some("Europe/Paris".to_owned());
    let run = stage.press(message, press).await.unwrap();
    assert_eq!(
        (run.outcome, run.http_status, run.kind),
        (Outcome::Done, Some(200), RunKind::HttpPost)
    );
    assert_eq!(run.said.as_deref(), Some("Approved by the workflow"));
    let heard = stage.receiver.heard().pop().unwrap();
    assert_eq!(heard.path, "/ok?who=a%22b%20%26c&x=1");
    let body: Json = serde_json::from_str(&heard.body).unwrap();
    assert_eq!(body, json!({ "name": "a\"b &c", "note": "", "when": "2026-07-01T09:30:00+02:00" }));
    let header = |name: &str| heard.headers.get(name).cloned().unwrap_or_default();
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("x-order"), "7");
    assert_eq!(header("card-correlation-id"), "c0ffee");
    assert_eq!(header("action-request-id"), run.id.to_string());
    assert!(stage.receiver.base.ends_with(&header("host")));
    let token = header("authorization");
    let said =
        verified(token.strip_prefix("Bearer ").unwrap(), &stage.keys().await, &stage.receiver.base);
    assert_eq!(said["sub"], stage.house.owner.to_string());
    assert_eq!(said["iss"], stage.house.identity.issuer(stage.house.tenant));
    // what was kept shows no token
    assert!(run.request.headers.contains(&("authorization".to_owned(), "***".to_owned())));
    assert!(!format!("{run:?}").contains(token.strip_prefix("Bearer ").unwrap()));
}

#[tokio::test]
async fn an_empty_authorization_moves_the_token_aside() {
    let stage = Stage::new().await;
    let target = format!("{}/ok", stage.receiver.base);
    let action = json!({ "@type": "HttpPOST", "name": "Go", "target": target,
        "headers": [{ "name": "Authorization", "value": "" }],
        "bodyContentType": "application/x-www-form-urlencoded", "body": "a=1" });
    let message = stage.card(&json!({ "text": "x", "potentialAction": [action] })).await;
    stage.press_first(message).await;
    let heard = stage.receiver.heard().pop().unwrap();
    assert!(!heard.headers.contains_key("authorization"));
    assert!(heard.headers["action-authorization"].starts_with("Bearer "));
    assert_eq!(heard.headers["content-type"], "application/x-www-form-urlencoded");
}

#[tokio::test]
async fn the_card_in_the_answer_replaces_the_card_for_everybody() {
    let stage = Stage::new().await;
    let message = stage.button("/update").await;
    let before = stage.shown(message).await;
    let bob = stage.house.person("bob").await;
    let other = stage.house.scope_of(bob, MEMBER);
    stage.house.workspace.join_team(&other, stage.house.team).await.unwrap();
    let subscribed = stage.house.workspace.subscribe(&other, stage.house.channel, None).await;
    let mut open = subscribed.unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let feed = Arc::clone(&stage.house.workspace).run(stop.clone());
    let run = async {
        let run = stage.press_first(message).await;
        let news = tokio::time::timeout(testkit::BOUND, open.next()).await.unwrap().unwrap();
        stop.cancel();
        (run, news)
    };
    let ((run, news), ()) = tokio::join!(run, feed);
    assert_eq!((run.outcome, run.version), (Outcome::Done, Some(1)));
    let Content::Card(live) = &news[0].content else { panic!("{:?}", news[0]) };
    assert!(live.card.to_string().contains("It is done"));
    let after = stage.shown(message).await;
    assert_eq!(after.changes.version, 1);
    assert!(after.text.contains("It is done"));
    assert_eq!(after.body, before.body, "the post stays as it came");
    let status = after.changes.status.clone().unwrap();
    assert_eq!(status.text, "Approved by the workflow");
    assert_eq!((status.by, status.name.as_str()), (stage.house.owner, "ada"));
    assert_eq!(status.at, stage.house.clock.now());
    assert!(!after.card.to_string().contains("undo.example"), "no target reaches a browser");
    // the order of the channel is not touched
    let window = Window::After(None);
    let list =
        stage.house.workspace.messages(&other, stage.house.channel, window, Limit::default());
    assert_eq!(list.await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn every_failure_says_why_and_changes_nothing() {
    let stage = Stage::new().await;
    for (path, failure, status) in [
        ("/never", Failure::Timeout, None),
        ("/drip", Failure::Timeout, None),
        ("/refused", Failure::Refused, Some(403)),
        ("/broken", Failure::Broken, Some(500)),
        ("/redirect", Failure::Redirected, Some(302)),
        ("/away", Failure::Redirected, Some(307)),
        ("/html", Failure::BadCard, Some(200)),
        ("/no-card", Failure::BadCard, Some(200)),
        ("/half-card", Failure::BadCard, Some(200)),
        ("/large-card", Failure::BadCard, Some(200)),
        ("/huge", Failure::TooLarge, None),
        ("/endless", Failure::TooLarge, None),
        ("/garbage", Failure::Unreachable, None),
        ("/header", Failure::Unreachable, None),
        ("/split", Failure::Unreachable, None),
        ("/hang-up", Failure::Unreachable, None),
    ] {
        let message = stage.button(path).await;
        let before = stage.item(message).await;
        let heard = stage.receiver.heard().len();
        let run = stage.press_first(message).await;
        assert_eq!(run.outcome, Outcome::Failed(failure), "{path} {:?}", run.answer);
        assert_eq!(run.http_status, status, "{path}");
        assert_eq!(stage.item(message).await, before, "{path} changed something");
        assert_eq!(stage.receiver.heard().len(), heard + 1, "{path} was followed or tried again");
    }
    let message = stage.button("/refused").await;
    assert_eq!(stage.press_first(message).await.said.as_deref(), Some("You are no approver"));
    assert!(stage.shown(message).await.changes.status.is_none());
}

#[tokio::test]
async fn markup_in_a_status_stays_text_and_turns_nothing_round() {
    let stage = Stage::new().await;
    let message = stage.button("/markup").await;
    let run = stage.press_first(message).await;
    assert_eq!(run.said.as_deref(), Some("<img src=x onerror=alert(1)>txt"));
}

#[tokio::test]
async fn a_target_that_may_not_be_called_is_a_failure_that_is_shown() {
    let stage = Stage::new().await;
    for target in [
        "http://api.contoso.example/x",
        "ftp://api.contoso.example/x",
        "https://user:pw@api.contoso.example/",
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "not an address",
    ] {
        let action = json!({ "@type": "HttpPOST", "name": "Go", "target": target });
        let message = stage.card(&json!({ "text": "x", "potentialAction": [action] })).await;
        stage.house.clock.advance(Duration::from_mins(1));
        let run = stage.press_first(message).await;
        assert_eq!(run.outcome, Outcome::Failed(Failure::Target), "{target}");
    }
    assert!(stage.receiver.heard().is_empty());
}

#[tokio::test]
async fn answers_are_judged_again_on_the_server() {
    let stage = Stage::new().await;
    let target = format!("{}/ok", stage.receiver.base);
    let choices = json!([{ "display": "Yes", "value": "y" }, { "display": "No", "value": "n" }]);
    let card = json!({ "text": "x", "potentialAction": [{ "@type": "ActionCard", "name": "c",
        "inputs": [
            { "@type": "TextInput", "id": "why", "isRequired": true, "maxLength": 5 },
            { "@type": "DateInput", "id": "when" },
            { "@type": "MultichoiceInput", "id": "pick", "choices": choices }],
        "actions": [{ "@type": "HttpPOST", "name": "Go", "target": target, "body": "{}" }] }] });
    let message = stage.card(&card).await;
    for (inputs, pointer, code) in [
        (json!({}), "/inputs/why", "answer.missing"),
        (json!({ "why": "123456" }), "/inputs/why", "answer.too_long"),
        (json!({ "why": "x", "when": "31.12.2026" }), "/inputs/when", "answer.not_a_date"),
        (json!({ "why": "x", "pick": "perhaps" }), "/inputs/pick", "answer.not_a_choice"),
        (json!({ "why": { "a": 1 } }), "/inputs/why", "answer.wrong_type"),
    ] {
        let Refusal::Invalid { fields } = stage.refusal(message, answers(&inputs)).await else {
            panic!("{inputs}")
        };
        assert_eq!((fields[0].pointer.as_ref(), fields[0].code), (pointer, code));
    }
    assert!(stage.receiver.heard().is_empty());
    let run = stage.press(message, answers(&json!({ "why": "ok", "pick": "y" }))).await.unwrap();
    assert_eq!(run.outcome, Outcome::Done);
}

#[tokio::test]
async fn what_is_not_there_is_not_pressed() {
    let stage = Stage::new().await;
    let message = stage.button("/ok").await;
    for action in ["h2", "h0", "", "/", "/actions/1", "/body/0", "https://x", "../h1"] {
        let press = Press { action: action.to_owned(), ..Press::default() };
        assert_eq!(stage.refusal(message, press).await, Refusal::NoButton, "{action}");
    }
    let outdated = Press { version: Some(3), ..first() };
    assert_eq!(stage.refusal(message, outdated).await, Refusal::Changed);
    // by its place it is the same button
    let press = Press { action: "/actions/0".to_owned(), version: Some(0), ..Press::default() };
    assert_eq!(stage.press(message, press).await.unwrap().outcome, Outcome::Done);
    let own =
        stage.house.workspace.post(&stage.person(), stage.house.channel, "hello").await.unwrap();
    assert_eq!(stage.refusal(own.id, first()).await, Refusal::NoButton);
}

#[tokio::test]
async fn only_who_may_write_to_the_channel_presses() {
    let stage = Stage::new().await;
    let message = stage.button("/ok").await;
    let (_, elsewhere) = stage.house.team_of(stage.house.owner, "Other").await;
    let wrong = stage.actions.press(&stage.person(), elsewhere, message, first()).await;
    assert!(matches!(wrong, Err(Error::Workspace(workspace::Error::MessageNotFound { .. }))));
    let bob = stage.house.person("bob").await;
    let stranger = stage.house.scope_of(bob, MEMBER);
    let unseen = stage.actions.press(&stranger, stage.house.channel, message, first()).await;
    assert!(matches!(unseen, Err(Error::Workspace(workspace::Error::MessageNotFound { .. }))));
    let none = stage.house.scope_of(stage.house.owner, &[kernel::Permission::MessageRead]);
    let denied = stage.actions.press(&none, stage.house.channel, message, first()).await;
    assert!(matches!(denied, Err(Error::Denied(_))));
    let system = stage.house.scopes.scope(stage.house.tenant, "test");
    let nobody = stage.actions.press(&system, stage.house.channel, message, first()).await;
    assert!(matches!(nobody, Err(Error::Workspace(workspace::Error::PersonNeeded))));
    assert!(stage.receiver.heard().is_empty());
}

#[tokio::test]
async fn the_switch_is_named_and_acts_at_once() {
    let stage = Stage::new().await;
    let message = stage.button("/ok").await;
    let admin = stage.house.admin();
    let switches =
        TenantSwitches { actionable_messages_enabled: false, ..TenantSwitches::default() };
    stage.house.connectors.set_tenant_switches(&admin, switches).await.unwrap();
    let refusal = stage.refusal(message, first()).await;
    assert_eq!(refusal, Refusal::SwitchedOff);
    assert!(refusal.to_string().contains("ConnectorsActionableMessagesEnabled"));
    let off = TenantSwitches { connectors_enabled: false, ..TenantSwitches::default() };
    stage.house.connectors.set_tenant_switches(&admin, off).await.unwrap();
    assert!(matches!(
        stage.press(message, first()).await,
        Err(Error::Webhooks(HookError::SwitchedOff { .. }))
    ));
    stage.house.connectors.set_tenant_switches(&admin, TenantSwitches::default()).await.unwrap();
    assert_eq!(stage.press_first(message).await.outcome, Outcome::Done);
}

#[tokio::test]
async fn a_button_rests_after_a_month_and_with_its_webhook() {
    let stage = Stage::new().await;
    let message = stage.button("/ok").await;
    stage.house.clock.advance(Duration::from_hours(24 * 30 + 1));
    assert_eq!(stage.refusal(message, first()).await, Refusal::TooOld { days: 30 });
    let message = stage.button("/ok").await;
    stage.house.connectors.delete(&stage.house.admin(), stage.hook).await.unwrap();
    assert_eq!(stage.refusal(message, first()).await, Refusal::WebhookOff);
}

#[tokio::test]
async fn one_press_of_a_button_is_at_work_for_a_person_at_a_time() {
    let stage = Stage::new().await;
    let message = stage.button("/slow-update").await;
    let bob = stage.house.person("bob").await;
    let other = stage.house.scope_of(bob, MEMBER);
    stage.house.workspace.join_team(&other, stage.house.team).await.unwrap();
    let again = async {
        let mut heard = stage.receiver.heard().len();
        while heard == 0 {
            tokio::task::yield_now().await;
            heard = stage.receiver.heard().len();
        }
        let second = stage.refusal(message, first()).await;
        let others = stage.actions.press(&other, stage.house.channel, message, first()).await;
        (second, others.unwrap().outcome)
    };
    let (run, (second, others)) = tokio::join!(stage.press_first(message), again);
    assert_eq!((run.outcome, second, others), (Outcome::Done, Refusal::Running, Outcome::Done));
    assert_eq!(stage.shown(message).await.changes.version, 2);
}

#[tokio::test]
async fn nobody_presses_without_end() {
    let settings = ActionSettings { presses_a_minute: 2, ..ActionSettings::default() };
    let stage = Stage::with(settings).await;
    let message = stage.button("/ok").await;
    stage.press_first(message).await;
    stage.press_first(message).await;
    assert_eq!(stage.refusal(message, first()).await, Refusal::TooMany { limit: 2 });
    stage.house.clock.advance(Duration::from_secs(61));
    stage.press_first(message).await;
}

#[tokio::test]
async fn the_owner_reads_request_and_answer_and_the_audit_says_who_pressed() {
    let stage = Stage::new().await;
    let message = stage.button("/refused").await;
    let run = stage.press_first(message).await;
    let entry = EntryId::Accepted(run.entry);
    let owner = stage.house.owner();
    let runs = stage.actions.runs(&owner, stage.hook, entry).await.unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].id, runs[0].name.as_str()), (run.id, "ada"));
    assert_eq!(runs[0].answer.as_ref().unwrap().body, "secret trace");
    assert!(runs[0].request.url.ends_with("/refused"));
    assert_eq!(runs[0].outcome, Outcome::Failed(Failure::Refused));
    let other = stage.actions.runs(&owner, stage.hook, EntryId::Accepted(run.entry + 1)).await;
    assert!(other.unwrap().is_empty());
    let bob = stage.house.person("bob").await;
    let stranger = stage.house.scope_of(bob, MEMBER);
    let denied = stage.actions.runs(&stranger, stage.hook, entry).await;
    assert!(matches!(
        denied,
        Err(Error::Webhooks(HookError::NotOwner | HookError::Unknown { .. }))
    ));
    let system = stage.house.scopes.scope(stage.house.tenant, "test");
    let filter =
        identity::AuditFilter { action: Some("card.press".to_owned()), ..Default::default() };
    let audit = stage.house.identity.audit(&system, filter, Limit::default(), None).await.unwrap();
    assert_eq!(audit.items.len(), 1);
    assert_eq!(audit.items[0].actor, format!("user:{}", stage.house.owner));
    assert_eq!(audit.items[0].subject, message.to_string());
}

#[tokio::test]
async fn a_press_goes_on_when_who_pressed_goes_away() {
    let stage = Stage::new().await;
    let message = stage.button("/slow-update").await;
    let stop = tokio_util::sync::CancellationToken::new();
    let worker = Arc::clone(&stage.actions).run(stop.clone());
    let leaving = async {
        tokio::task::yield_now().await;
        let wait = Duration::from_millis(200);
        let left = tokio::time::timeout(wait, stage.press(message, first())).await;
        assert!(left.is_err(), "the page was closed before the answer");
        // what is at work is finished before the worker stops
        stop.cancel();
    };
    tokio::join!(worker, leaving);
    assert_eq!(stage.shown(message).await.changes.version, 1);
}

#[tokio::test]
async fn what_is_old_goes_and_what_never_heard_an_answer_is_given_up() {
    let stage = Stage::new().await;
    let message = stage.button("/never").await;
    let wait = Duration::from_millis(200);
    let left = tokio::time::timeout(wait, stage.press(message, first())).await;
    assert!(left.is_err());
    let entry = EntryId::Accepted(1);
    let list =
        || async { stage.actions.runs(&stage.house.owner(), stage.hook, entry).await.unwrap() };
    assert_eq!(list().await[0].outcome, Outcome::Running);
    stage.house.clock.advance(Duration::from_mins(11));
    stage.actions.retain().await.unwrap();
    assert_eq!(list().await[0].outcome, Outcome::Failed(Failure::Lost));
    stage.house.clock.advance(Duration::from_hours(24 * 31));
    assert_eq!(stage.actions.retain().await.unwrap(), 1);
    assert!(list().await.is_empty());
}

#[tokio::test]
async fn a_deleted_message_takes_its_cards_along() {
    let stage = Stage::new().await;
    let message = stage.button("/update").await;
    stage.press_first(message).await;
    stage.house.workspace.delete(&stage.person(), message).await.unwrap();
    assert_eq!(stage.item(message).await.content, Content::Deleted);
    assert_eq!(stage.refusal(message, first()).await, Refusal::NoButton);
}
