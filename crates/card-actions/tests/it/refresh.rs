//! Cards that refresh: each reader has a card of their own.

use std::time::Duration;

use card_actions::{Ask, Cause, Error, Failure, Outcome, Press, Refreshed, Refusal, RunKind, View};
use channel_connectors::{ActionSettings, EntryId, TenantSwitches};
use kernel::{MessageId, Scope};
use serde_json::{Value as Json, json};

use crate::{house::MEMBER, stage::Stage};

const SHOWN: Ask = Ask { version: None, is_shown: true };
const WANTED: Ask = Ask { version: None, is_shown: false };

/// A card that refreshes for these users.
fn card(users: &Json) -> Json {
    let action =
        json!({ "type": "Action.Execute", "verb": "show", "id": "r1", "data": { "order": 7 } });
    let card = json!({ "type": "AdaptiveCard", "version": "1.4",
        "refresh": { "action": action, "userIds": users },
        "body": [{ "type": "TextBlock", "text": "For everybody" }] });
    let kind = "application/vnd.microsoft.card.adaptive";
    json!({ "type": "message", "attachments": [{ "contentType": kind, "content": card }] })
}

/// A stage whose connector's endpoint answers as the path says, and the owner's card.
async fn stage(path: &str, settings: ActionSettings) -> (Stage, MessageId) {
    let stage = Stage::with(settings).await;
    let endpoint = format!("{}{path}", stage.receiver.base);
    stage.register(&json!({ "actionable": true, "action_url": endpoint })).await;
    let message = stage.card(&card(&json!([stage.house.owner.to_string()]))).await;
    (stage, message)
}

fn quick() -> ActionSettings {
    ActionSettings { timeout_ms: 700, refresh_timeout_ms: 300, ..ActionSettings::default() }
}

impl Stage {
    async fn refresh(&self, message: MessageId, ask: Ask) -> Refreshed {
        self.refresh_as(&self.person(), message, ask).await.unwrap()
    }

    async fn refresh_as(
        &self,
        scope: &Scope,
        message: MessageId,
        ask: Ask,
    ) -> card_actions::Result<Refreshed> {
        self.actions.refresh(scope, self.house.channel, message, ask).await
    }

    async fn bob(&self) -> Scope {
        let bob = self.house.scope_of(self.house.person("bob").await, MEMBER);
        self.house.workspace.join_team(&bob, self.house.team).await.unwrap();
        bob
    }

    /// The card as the page of this reader holds it.
    async fn view(&self, scope: &Scope, message: MessageId) -> Option<View> {
        let card = self.shown(message).await;
        let cards = [(message, card.as_ref())];
        self.actions.refreshing(scope, &cards).await.unwrap().remove(&message)?.view
    }
}

fn says(view: Option<&View>, words: &str) -> bool {
    view.is_some_and(|view| view.card.to_string().contains(words))
}

#[tokio::test]
async fn a_card_that_is_shown_to_who_is_named_becomes_a_card_of_their_own() {
    let (stage, message) = stage("/own", quick()).await;
    let before = stage.item(message).await;
    let (ada, bob) = (stage.person(), stage.bob().await);
    let Refreshed { run, view } = stage.refresh(message, SHOWN).await;
    let run = run.unwrap();
    assert_eq!(
        (run.outcome, run.kind, run.cause, run.version),
        (Outcome::Done, RunKind::Execute, Cause::Shown, None)
    );
    let heard = stage.receiver.heard().pop().unwrap();
    let body: Json = serde_json::from_str(&heard.body).unwrap();
    let action =
        json!({ "type": "Action.Execute", "verb": "show", "id": "r1", "data": { "order": 7 } });
    assert_eq!(body["value"], json!({ "action": action, "trigger": "automatic" }));
    assert_eq!(body["name"], "adaptiveCard/action");
    let own = format!("For {} alone", stage.house.owner);
    assert!(says(view.as_ref(), &own), "{view:?}");
    assert!(says(stage.view(&ada, message).await.as_ref(), &own));
    // nobody else's card changed, and nothing is asked for who is not named
    assert_eq!(stage.item(message).await, before);
    assert_eq!(stage.view(&bob, message).await, None);
    let others = stage.refresh_as(&bob, message, SHOWN).await.unwrap();
    assert_eq!(others, Refreshed { run: None, view: None });
    assert_eq!(stage.receiver.heard().len(), 1);
    // who is not named may still want it
    let others = stage.refresh_as(&bob, message, WANTED).await.unwrap();
    assert_eq!(others.run.unwrap().cause, Cause::Refresh);
    assert!(says(others.view.as_ref(), "For ") && !says(others.view.as_ref(), &own));
    let heard = stage.receiver.heard().pop().unwrap();
    assert!(heard.body.contains(r#""trigger":"manual""#));
}

#[tokio::test]
async fn the_sender_is_asked_once_a_minute_and_not_before_the_card_expires() {
    let (stage, message) = stage("/own", quick()).await;
    let first = stage.refresh(message, SHOWN).await;
    let again = stage.refresh(message, SHOWN).await;
    assert_eq!((again.run, again.view), (None, first.view));
    assert_eq!(stage.receiver.heard().len(), 1);
    stage.house.clock.advance(Duration::from_secs(61));
    assert!(stage.refresh(message, SHOWN).await.run.is_some());
    // the refresh of the card that is shown counts now
    assert!(stage.receiver.heard().pop().unwrap().body.contains(r#""verb":"again""#));
    let (stage, message) = self::stage("/own-held", quick()).await;
    stage.refresh(message, SHOWN).await;
    stage.house.clock.advance(Duration::from_hours(5));
    let held = stage.refresh(message, SHOWN).await;
    assert!(held.run.is_none() && held.view.is_some());
    assert!(stage.refresh(message, WANTED).await.run.is_some());
}

#[tokio::test]
async fn a_card_of_ones_own_without_a_refresh_is_final() {
    let (stage, message) = stage("/own-final", quick()).await;
    stage.refresh(message, SHOWN).await;
    stage.house.clock.advance(Duration::from_mins(5));
    let later = stage.refresh(message, SHOWN).await;
    assert!(later.run.is_none() && later.view.is_some());
    let none = stage.refresh_as(&stage.person(), message, WANTED).await;
    assert!(matches!(none, Err(Error::Refused(Refusal::NoButton))), "{none:?}");
}

#[tokio::test]
async fn a_failing_sender_changes_nothing_and_is_left_alone_for_a_minute() {
    for (path, failure) in [
        ("/never", Failure::Timeout),
        ("/refused", Failure::Refused),
        ("/redirect", Failure::Redirected),
        ("/invoke-error", Failure::Refused),
        ("/invoke-sign-in", Failure::SignIn),
        ("/invoke-no-card", Failure::BadCard),
        ("/invoke-large-card", Failure::BadCard),
        // buttons whose requests stay here belong to posts
        ("/own-forged", Failure::BadCard),
        ("/update", Failure::BadCard),
    ] {
        let (stage, message) = stage(path, quick()).await;
        let before = stage.item(message).await;
        let Refreshed { run, view } = stage.refresh(message, SHOWN).await;
        assert_eq!(run.unwrap().outcome, Outcome::Failed(failure), "{path}");
        assert_eq!((view, stage.item(message).await), (None, before), "{path}");
        assert!(stage.refresh(message, SHOWN).await.run.is_none(), "{path}");
        assert_eq!(stage.receiver.heard().len(), 1, "{path}");
    }
}

#[tokio::test]
async fn a_button_of_ones_own_card_acts_and_what_it_makes_is_for_everybody() {
    let (stage, message) = stage("/own", quick()).await;
    let view = stage.refresh(message, SHOWN).await.view.unwrap();
    let mine = Press { action: "/actions/0".to_owned(), ..Press::default() };
    // everybody's card has no such button
    assert_eq!(stage.refusal(message, mine.clone()).await, Refusal::NoButton);
    let mine = Press { view: Some(view.id), ..mine };
    // nobody presses in the card of another
    let bob = stage.bob().await;
    let theirs = stage.actions.press(&bob, stage.house.channel, message, mine.clone());
    assert!(matches!(theirs.await, Err(Error::Refused(Refusal::Changed))));
    let run = stage.press(message, mine.clone()).await.unwrap();
    assert_eq!((run.outcome, run.cause, run.version), (Outcome::Done, Cause::Press, Some(1)));
    assert!(stage.receiver.heard().pop().unwrap().body.contains(r#""verb":"mine""#));
    // the card that everybody has now comes before the own one, and may be refreshed at once
    assert_eq!(stage.view(&stage.person(), message).await, None);
    assert_eq!(stage.refusal(message, mine).await, Refusal::Changed);
    let seen = Ask { version: Some(0), ..SHOWN };
    let old = stage.refresh_as(&stage.person(), message, seen).await;
    assert!(matches!(old, Err(Error::Refused(Refusal::Changed))));
    let anew = stage.refresh(message, Ask { version: Some(1), ..SHOWN }).await;
    assert_eq!((anew.run.unwrap().seen, anew.view.unwrap().version), (1, 1));
}

#[tokio::test]
async fn nobodys_looking_makes_many_calls_or_fills_audit_and_log() {
    let settings = ActionSettings { refreshes_a_minute: 2, presses_a_minute: 1, ..quick() };
    let (stage, first) = stage("/own", settings).await;
    let own = card(&json!([format!("8:orgid:{}", stage.house.owner)
        .to_uppercase()
        .replace("8:ORGID:", "8:orgid:")]));
    let (second, third) = (stage.card(&own).await, stage.card(&own).await);
    assert!(stage.refresh(first, SHOWN).await.run.is_some());
    assert!(stage.refresh(second, SHOWN).await.run.is_some(), "named as bots name people");
    assert!(stage.refresh(third, SHOWN).await.run.is_none(), "two a minute");
    // presses have a limit of their own
    assert!(stage.refresh(third, WANTED).await.run.is_some());
    let owner = stage.house.owner();
    for _ in 0..3 {
        stage.house.clock.advance(Duration::from_secs(61));
        assert!(stage.refresh(first, SHOWN).await.run.is_some());
    }
    let runs = stage.actions.runs(&owner, stage.hook, EntryId::Accepted(1)).await.unwrap();
    assert_eq!(runs.len(), 1, "the last look of each person is kept");
    let system = stage.house.scopes.scope(stage.house.tenant, "test");
    let filter =
        identity::AuditFilter { action: Some("card.press".to_owned()), ..Default::default() };
    let limit = kernel::Limit::default();
    let audit = stage.house.identity.audit(&system, filter, limit, None).await.unwrap();
    assert_eq!(audit.items.len(), 1, "only what somebody wanted");
}

#[tokio::test]
async fn what_governs_buttons_governs_refreshes() {
    let (stage, message) = stage("/own", quick()).await;
    let off = TenantSwitches { actionable_messages_enabled: false, ..TenantSwitches::default() };
    stage.house.connectors.set_tenant_switches(&stage.house.admin(), off).await.unwrap();
    let refused = stage.refresh_as(&stage.person(), message, SHOWN).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::SwitchedOff))));
    let on = TenantSwitches::default();
    stage.house.connectors.set_tenant_switches(&stage.house.admin(), on).await.unwrap();
    let stranger = stage.house.scope_of(stage.house.person("eve").await, MEMBER);
    let unseen = stage.refresh_as(&stranger, message, SHOWN).await;
    assert!(matches!(unseen, Err(Error::Workspace(workspace::Error::MessageNotFound { .. }))));
    let plain = stage.button("/ok").await;
    let none = stage.refresh(plain, SHOWN).await;
    assert_eq!(none, Refreshed { run: None, view: None });
    assert!(stage.receiver.heard().is_empty());
    // a plain webhook's card has nobody to ask
    let plain = Stage::new().await;
    let message = plain.card(&card(&json!([plain.house.owner.to_string()]))).await;
    let refused = plain.refresh_as(&plain.person(), message, SHOWN).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::NoEndpoint))));
}

#[tokio::test]
async fn cards_of_ones_own_go_after_a_day_and_with_their_message() {
    let (stage, message) = stage("/own", quick()).await;
    stage.refresh(message, SHOWN).await;
    stage.house.clock.advance(Duration::from_hours(25));
    assert_eq!(stage.actions.retain().await.unwrap(), 1);
    assert_eq!(stage.view(&stage.person(), message).await, None);
    stage.refresh(message, SHOWN).await;
    stage.house.workspace.delete(&stage.person(), message).await.unwrap();
    let gone = stage.refresh_as(&stage.person(), message, SHOWN).await;
    assert!(matches!(gone, Err(Error::Refused(Refusal::NoButton))), "{gone:?}");
}
