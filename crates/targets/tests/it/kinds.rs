//! Each kind against a place that has its service's published rules.

use doubles::{MailServer, Vendor};
use kernel::{Coded as _, Limit};
use targets::{AttemptOutcome, Details, Error, Format, Kind, NewTarget, Recipients, Source, State};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use workspace::{MailSettings, RelaySecurity};

use crate::house::{House, number, numbers, quick};

const CARD: &str = r#"{
  "@type": "MessageCard", "summary": "Build 128", "themeColor": "2E7D32", "title": "Build **128** passed",
  "text": "See [the log](https://ci.example.org/128) and <tell> @channel.",
  "sections": [{ "activityTitle": "Ada", "facts": [{ "name": "Tests", "value": "1,204" }],
    "heroImage": { "image": "https://example.org/a.png", "title": "A chart" } }],
  "potentialAction": [
    { "@type": "OpenUri", "name": "Show", "targets": [{ "os": "default", "uri": "https://ci.example.org/128" }] },
    { "@type": "HttpPOST", "name": "Approve", "target": "https://ci.example.org/approve" }]
}"#;

const ADAPTIVE: &str = r#"{ "type": "message", "attachments": [{
  "contentType": "application/vnd.microsoft.card.adaptive", "content": {
    "type": "AdaptiveCard", "version": "1.5",
    "body": [{ "type": "TextBlock", "text": "New order", "style": "heading", "wrap": true },
             { "type": "FactSet", "facts": [{ "title": "Amount", "value": "12,400 EUR" }] }],
    "actions": [{ "type": "Action.Submit", "title": "Take it", "data": {} }] } }] }"#;

async fn everything_is_taken(kind: Kind, vendor: Vendor) {
    let house = House::new().await;
    let place = house.receiver.place(vendor);
    let target = if kind == Kind::Http {
        house.signed_target(&place).await
    } else {
        house.target(kind, &place).await
    };
    let bodies = [r#"{"text":"Hello **there**"}"#, CARD, ADAPTIVE];
    house.post_all(bodies.map(ToOwned::to_owned).to_vec()).await;
    house.drain().await;
    assert_eq!(place.refused().len(), 0, "{:?}", place.refused());
    assert_eq!(place.taken_count(), 3);
    let after = house.look(target).await;
    assert_eq!((after.health.delivered, after.health.behind), (3, 0));
    let limit = Limit::default();
    let owner = house.owner();
    let log = house.targets.attempts(&owner, target, None, (limit, None)).await.unwrap().items;
    assert_eq!(log.len(), 1, "what was taken in a row is one row: {log:?}");
    assert_eq!((log[0].messages, log[0].outcome), (3, AttemptOutcome::Delivered));
    let secret = place.url().rsplit('/').next().unwrap();
    assert!(secret.len() < 8 || !log[0].request.contains(secret), "{}", log[0].request);
    house.drain().await;
    assert_eq!(place.taken_count(), 3, "nothing goes out twice");
    let sent = house.targets.test(&owner, target).await.unwrap();
    assert!(sent.taken, "{sent:?}");
    assert_eq!(place.taken_count(), 4);
}

#[tokio::test]
async fn workflows_of_teams_take_every_card() {
    everything_is_taken(Kind::Workflows, Vendor::Workflows).await;
}

#[tokio::test]
async fn slack_takes_every_card() {
    everything_is_taken(Kind::Slack, Vendor::Slack).await;
}

#[tokio::test]
async fn mattermost_takes_every_card() {
    everything_is_taken(Kind::Mattermost, Vendor::Mattermost).await;
}

#[tokio::test]
async fn rocket_chat_takes_every_card() {
    everything_is_taken(Kind::RocketChat, Vendor::RocketChat).await;
}

#[tokio::test]
async fn google_chat_takes_every_card() {
    everything_is_taken(Kind::GoogleChat, Vendor::GoogleChat).await;
}

#[tokio::test]
async fn discord_takes_every_card() {
    everything_is_taken(Kind::Discord, Vendor::Discord).await;
}

#[tokio::test]
async fn an_endpoint_that_checks_signatures_takes_every_card() {
    everything_is_taken(Kind::Http, Vendor::Endpoint).await;
}

#[tokio::test]
async fn a_wrong_signature_is_refused_and_waits() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    let target = house.target(Kind::Http, &place).await;
    place.require_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    house.post("hello").await;
    house.drain().await;
    assert_eq!(place.taken_count(), 0);
    let health = house.look(target).await.health;
    assert_eq!(health.last_code.as_deref(), Some("target.unauthorized"));
    assert_eq!(health.dead, 0, "it waits for the secret to be put right");
}

#[tokio::test]
async fn a_rotated_secret_works_with_the_old_one_for_a_day() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    let target = house.signed_target(&place).await;
    let owner = house.owner();
    let new = house.targets.rotate_secret(&owner, target).await.unwrap();
    house.post("with the old one").await;
    house.drain().await;
    place.require_signature(new.expose());
    house.post("with the new one").await;
    house.drain().await;
    assert_eq!(place.taken_count(), 2);
    let slack = house.receiver.place(Vendor::Slack);
    let other = house.target(Kind::Slack, &slack).await;
    let refused = house.targets.rotate_secret(&owner, other).await.unwrap_err();
    assert_eq!(refused.code().name(), "target.no_secret");
}

#[tokio::test]
async fn an_endpoint_may_have_the_body_as_it_came_and_headers_of_its_own() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    let details = Details {
        url: Some(place.url().to_owned()),
        headers: vec![("Authorization".to_owned(), "Bearer very-secret".to_owned())],
        format: Format::AsReceived,
        ..Details::default()
    };
    let new = NewTarget { kind: Kind::Http, name: "Raw".to_owned(), details, per_minute: None };
    let (target, secret) = house.targets.create(&house.owner(), house.source(), new).await.unwrap();
    place.require_signature(secret.unwrap().expose());
    house.post_all(vec![CARD.to_owned()]).await;
    house.drain().await;
    let taken = place.taken();
    assert_eq!(String::from_utf8_lossy(&taken[0].body), CARD);
    let header =
        |name: &str| taken[0].headers.iter().find(|(own, _)| own == name).unwrap().1.clone();
    assert_eq!(header("authorization"), "Bearer very-secret");
    assert!(header("webhook-id").starts_with("msg_"));
    let log = house
        .targets
        .attempts(&house.owner(), target.id, None, (Limit::default(), None))
        .await
        .unwrap();
    assert!(!log.items[0].request.contains("very-secret"), "{}", log.items[0].request);
}

#[tokio::test]
async fn a_webhook_forwards_its_own_posts_and_no_others() {
    let mut house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    let source = Source::Webhook { webhook: house.webhook, channel: house.channel };
    house.post("before it was made").await;
    let target = house.target_of(source, Kind::Http, &place).await;
    house.post_numbers(0..3).await;
    let own = house.webhook;
    house.webhook = house.ids.fresh();
    house.post_numbers(7..8).await;
    house.webhook = own;
    house.post_numbers(3..5).await;
    house.drain().await;
    assert_eq!(numbers(&place), [0, 1, 2, 3, 4]);
    let listed = house.targets.list(&house.owner(), source, Limit::default(), None).await.unwrap();
    assert_eq!(listed.items.iter().map(|t| t.id).collect::<Vec<_>>(), [target.id]);
}

#[tokio::test]
async fn a_message_that_was_deleted_does_not_go_out() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    house.target(Kind::Http, &place).await;
    house.post_numbers(0..3).await;
    let owner = house.owner();
    let window = workspace::Window::After(None);
    let list = house.workspace.messages(&owner, house.channel, window, Limit::default());
    let second = list.await.unwrap().items[1].id;
    house.workspace.delete(&owner, second).await.unwrap();
    house.workspace.post(&owner, house.channel, "a person's words stay here").await.unwrap();
    house.drain().await;
    assert_eq!(numbers(&place), [0, 2]);
}

#[tokio::test]
async fn a_deleted_message_does_not_go_out_to_a_target_of_its_webhook() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Endpoint);
    let source = Source::Webhook { webhook: house.webhook, channel: house.channel };
    house.target_of(source, Kind::Http, &place).await;
    house.post_numbers(0..4).await;
    let owner = house.owner();
    let window = workspace::Window::After(None);
    let list = house.workspace.messages(&owner, house.channel, window, Limit::default());
    let items = list.await.unwrap().items;
    let (second, third) = (items[1].id, items[2].id);
    for id in [second, third] {
        house.workspace.delete(&owner, id).await.unwrap();
    }
    house.workspace.undelete(&owner, third).await.unwrap();
    house.drain().await;
    assert_eq!(numbers(&place), [0, 2, 3], "what was back in time goes out");
    house.workspace.undelete(&owner, second).await.unwrap();
    house.post_numbers(4..5).await;
    house.drain().await;
    assert_eq!(numbers(&place), [0, 2, 3, 4], "what came back too late does not");
}

fn relay(server: &MailServer) -> MailSettings {
    MailSettings {
        domain: "hub.example.org".to_owned(),
        relay_host: Some("127.0.0.1".to_owned()),
        relay_port: server.address().port(),
        relay_security: RelaySecurity::None,
        ..MailSettings::default()
    }
}

async fn mail_target(house: &House, recipients: Recipients) -> targets::Target {
    let details = Details { recipients: Some(recipients), ..Details::default() };
    let new = NewTarget { kind: Kind::Mail, name: "Mail".to_owned(), details, per_minute: None };
    house.targets.create(&house.owner(), house.source(), new).await.unwrap().0
}

#[tokio::test]
async fn mail_goes_to_members_as_html_and_text() {
    let server = MailServer::start().unwrap();
    let house = House::with(quick(), relay(&server)).await;
    let grace = house.person("grace").await;
    let owner = house.owner();
    let role = workspace::Role::Member;
    house.workspace.set_member(&owner, house.team, grace, role).await.unwrap();
    mail_target(&house, Recipients::Members).await;
    house.post_all(vec![CARD.to_owned()]).await;
    house.drain().await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    let mut to = mails[0].to.clone();
    to.sort();
    assert_eq!(to, ["ada@example.org", "grace@example.org"]);
    assert!(mails[0].from.ends_with("@hub.example.org"), "{}", mails[0].from);
    let text = &mails[0].text;
    assert!(text.contains("Subject: Build 128 passed"), "{text}");
    assert!(text.contains("text/plain") && text.contains("text/html"), "{text}");
    assert!(!text.contains("grace@"), "recipients do not see each other: {text}");
}

#[tokio::test]
async fn mail_that_the_relay_refuses_for_good_is_a_dead_letter_and_other_mail_waits() {
    let server = MailServer::start().unwrap();
    let house = House::with(quick(), relay(&server)).await;
    let list = vec!["sales@example.org".to_owned()];
    let target = mail_target(&house, Recipients::Addresses(list)).await.id;
    server.refuse_with(Some("451 4.3.0 later"));
    house.post("first").await;
    house.drain().await;
    assert_eq!(house.look(target).await.health.failures, 1);
    server.refuse_with(Some("554 5.7.1 never"));
    house.advance(60);
    house.drain().await;
    assert_eq!(house.letters(target).await.len(), 1);
    server.refuse_with(None);
    house.post("second").await;
    house.drain().await;
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn without_a_relay_there_are_no_targets_of_mail() {
    let house = House::new().await;
    let details = Details { recipients: Some(Recipients::Members), ..Details::default() };
    let new = NewTarget { kind: Kind::Mail, name: "Mail".to_owned(), details, per_minute: None };
    let refused = house.targets.create(&house.owner(), house.source(), new).await;
    assert!(matches!(refused, Err(Error::MailOff)));
}

#[tokio::test]
async fn a_slow_kind_is_served_at_its_published_pace() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::GoogleChat);
    let details = Details { url: Some(place.url().to_owned()), ..Details::default() };
    let new =
        NewTarget { kind: Kind::GoogleChat, name: "Chat".to_owned(), details, per_minute: None };
    house.targets.create(&house.owner(), house.source(), new).await.unwrap();
    house.post_numbers(0..3).await;
    // A worker keeps the pace in memory from turn to turn; here it is served by one.
    let stop = CancellationToken::new();
    let running = TaskTracker::new().spawn(std::sync::Arc::clone(&house.targets).run(stop.clone()));
    testkit::within("the first message", until(|| place.taken_count() == 1)).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(place.taken_count(), 1, "one a second, and the clock stands still");
    stop.cancel();
    running.await.unwrap();
    assert_eq!(number(&place.taken()[0].body), 0);
}

pub(crate) async fn until(done: impl Fn() -> bool) {
    while !done() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_place_that_is_gone_gets_nothing_more_until_it_is_enabled() {
    let house = House::new().await;
    let place = house.receiver.place(Vendor::Slack);
    let target = house.target(Kind::Slack, &place).await;
    place.set_plan(doubles::Plan::first(vec![doubles::Fault::Status(410)]));
    house.post_numbers(0..2).await;
    house.drain().await;
    assert_eq!(house.look(target).await.state, State::Gone);
    house.advance(3600);
    house.drain().await;
    assert_eq!(place.requests(), 1);
    house.targets.set_enabled(&house.owner(), target, true).await.unwrap();
    house.drain().await;
    assert_eq!(numbers(&place), [0, 1]);
}
