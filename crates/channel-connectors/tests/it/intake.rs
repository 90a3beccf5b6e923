//! From a post to a message: durable, once, in order, within its limits.

use std::time::Duration;

use channel_connectors::{
    Busy, Error, Rate, Settings, Switch, TeamSwitches, TenantSwitches, WebhookChange,
};
use delivery::Pump;
use kernel::{Coded as _, Permission};

use crate::house::{HOUR, House, SECOND, post, text, with_header};

#[tokio::test]
async fn an_accepted_post_is_a_message_under_the_name_of_its_webhook() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    let receipt = house.connectors.receive(&sender, text("Build 4711 passed")).await.unwrap();
    assert_eq!(house.texts().await, ["Build 4711 passed"]);
    let page = house
        .workspace
        .messages(
            &house.owner(),
            house.channel,
            workspace::Window::After(None),
            kernel::Limit::default(),
        )
        .await
        .unwrap();
    assert_eq!(page.items[0].id.uuid(), receipt.event.uuid());
    let workspace::Sender::Webhook { id, name, .. } = &page.items[0].sender else { panic!() };
    assert_eq!((*id, name.as_str()), (webhook.id, "Build"));
}

#[tokio::test]
async fn both_addresses_reach_the_same_webhook() {
    let house = House::new().await;
    let (_, addresses) = house.webhook().await;
    for path in [&addresses.connector, &addresses.workflow] {
        let sender = house.sender(path.expose()).await.unwrap();
        house.connectors.receive(&sender, text("hello")).await.unwrap();
    }
    assert_eq!(house.texts().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_senders_order_is_kept_while_many_post() {
    let house = std::sync::Arc::new(House::new().await);
    let mut tasks = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let (_, addresses) = house.webhook_at(Rate::Unlimited).await;
        let (house, sender) = (std::sync::Arc::clone(&house), house.sender_of(&addresses).await);
        tasks.push(async move {
            for number in 0..50 {
                let post = text(&format!("{name}{number}"));
                house.connectors.receive(&sender, post).await.unwrap();
            }
        });
    }
    let mut tasks = tasks.into_iter();
    let (a, b, c, d) = (
        tasks.next().unwrap(),
        tasks.next().unwrap(),
        tasks.next().unwrap(),
        tasks.next().unwrap(),
    );
    tokio::join!(a, b, c, d);
    let texts = house.texts().await;
    assert_eq!(texts.len(), 200);
    for name in ["a", "b", "c", "d"] {
        let own: Vec<_> = texts.iter().filter(|t| t.starts_with(name)).cloned().collect();
        assert_eq!(own, (0..50).map(|n| format!("{name}{n}")).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_repeated_post_is_answered_again_and_shown_once() {
    let house = House::new().await;
    let (_, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    for header in ["Idempotency-Key", "X-Request-Id", "webhook-id"] {
        let again = || with_header(text(header), header, "7f3c");
        let first = house.connectors.receive(&sender, again()).await.unwrap();
        let second = house.connectors.receive(&sender, again()).await.unwrap();
        assert_eq!((first.repeated, second.repeated), (false, true), "{header}");
    }
    assert_eq!(house.texts().await.len(), 3);
    house.clock.advance(24 * HOUR + SECOND);
    let late = with_header(text("late"), "Idempotency-Key", "7f3c");
    assert!(!house.connectors.receive(&sender, late).await.unwrap().repeated);
    assert_eq!(house.texts().await.len(), 4);
}

#[tokio::test]
async fn a_request_id_that_two_different_posts_share_loses_neither() {
    let house = House::new().await;
    let (_, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    for body in ["one", "two", "one"] {
        let post = with_header(text(body), "X-Request-Id", "same");
        house.connectors.receive(&sender, post).await.unwrap();
    }
    assert_eq!(house.texts().await, ["one", "two"]);
}

#[tokio::test]
async fn the_same_key_of_another_webhook_is_another_post() {
    let house = House::new().await;
    for _webhook in 0..2 {
        let (_, addresses) = house.webhook().await;
        let sender = house.sender_of(&addresses).await;
        let post = with_header(text("hello"), "Idempotency-Key", "1");
        assert!(!house.connectors.receive(&sender, post).await.unwrap().repeated);
    }
}

#[tokio::test]
async fn size_is_checked_before_anything_else() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    let of = |bytes: usize| post(format!("{{\"text\":\"{}\"}}", "x".repeat(bytes - 11)));
    house.connectors.receive(&sender, of(28_672)).await.unwrap();
    let refused = house.connectors.receive(&sender, of(28_673)).await.unwrap_err();
    assert!(matches!(refused, Error::TooLarge { limit: 28_672 }));
    let change = WebhookChange { max_body_bytes: Some(Some(50_000)), ..WebhookChange::default() };
    house.connectors.update(&house.owner(), webhook.id, change).await.unwrap();
    house.connectors.receive(&sender, of(50_000)).await.unwrap();
    assert_eq!(house.connectors.body_limit(&sender).await.unwrap(), 50_000);
}

#[tokio::test]
async fn limits_follow_the_clock_and_say_when_to_come_back() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook_at(Rate::Microsoft).await;
    let sender = house.sender_of(&addresses).await;
    for _post in 0..4 {
        house.connectors.receive(&sender, text("x")).await.unwrap();
    }
    let refused = house.connectors.receive(&sender, text("x")).await.unwrap_err();
    assert_eq!(refused.code().name(), "webhook.throttled");
    assert_eq!(refused.retry_after(), Some(SECOND));
    house.clock.advance(SECOND);
    house.connectors.receive(&sender, text("x")).await.unwrap();
    let change = WebhookChange { busy: Some(Busy::Unavailable), ..WebhookChange::default() };
    house.connectors.update(&house.owner(), webhook.id, change).await.unwrap();
    for _post in 0..3 {
        house.connectors.receive(&sender, text("x")).await.unwrap();
    }
    let refused = house.connectors.receive(&sender, text("x")).await.unwrap_err();
    assert!(matches!(refused, Error::Throttled { unavailable: true, .. }));
    assert_eq!(refused.code().kind(), kernel::Kind::Unavailable);
}

#[tokio::test]
async fn a_burst_waits_in_the_queue_and_nothing_is_refused() {
    let house = House::with(Settings::default()).await;
    let rate = Rate::Custom { per_second: 5, per_hour: 1_000 };
    let (_, addresses) = house.webhook_at(rate).await;
    let sender = house.sender_of(&addresses).await;
    let start = std::time::Instant::now();
    let posts = (0..8).map(|_| Box::pin(house.connectors.receive(&sender, text("burst"))));
    let mut posts: Vec<_> = posts.collect();
    let mut waiting = 0;
    for post in &mut posts {
        post.await.unwrap();
        if start.elapsed() > Duration::from_millis(900) {
            waiting += 1;
        }
    }
    drop(posts);
    assert_eq!(waiting, 3, "the clock of the test stands at the start of a second");
    assert_eq!(house.texts().await.len(), 8);
}

#[tokio::test]
async fn what_is_not_a_card_is_refused_with_the_words_that_senders_know() {
    let house = House::new().await;
    let (_, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    for (body, answer) in [
        ("{}", "Summary or Text is required."),
        ("{\"text\":\"\"}", "Summary or Text is required."),
        ("", "Bad payload received by generic incoming webhook."),
        ("not json", "Bad payload received by generic incoming webhook."),
        (
            "{\"zen\":\"Keep it logically awesome.\",\"hook_id\":1}",
            "Bad payload received by generic incoming webhook.",
        ),
    ] {
        match house.connectors.receive(&sender, post(body.to_owned())).await {
            Err(Error::Card(refusal)) => assert_eq!(refusal.answer.text(), answer, "{body}"),
            other => panic!("{body}: {other:?}"),
        }
    }
    assert_eq!(house.texts().await.len(), 0);
}

#[tokio::test]
async fn hostile_bodies_are_refused() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    let change =
        WebhookChange { max_body_bytes: Some(Some(1_048_576)), ..WebhookChange::default() };
    house.connectors.update(&house.owner(), webhook.id, change).await.unwrap();
    let deep = format!("{}{}", "{\"a\":[".repeat(10_000), "]}".repeat(10_000));
    let lists =
        format!("{{\"text\":\"x\",\"sections\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    for body in [
        deep.into_bytes(),
        lists.into_bytes(),
        b"{\"text\":\"\xff\xfe\"}".to_vec(),
        vec![0; 1_000_000],
    ] {
        let outcome = house.connectors.receive(&sender, post(body)).await;
        assert!(matches!(outcome, Err(Error::Card(_))), "{outcome:?}");
    }
    let huge = house.connectors.receive(&sender, post(vec![b'{'; 10_000_000])).await;
    assert!(matches!(huge, Err(Error::TooLarge { .. })));
}

#[tokio::test]
async fn a_full_disk_refuses_before_anything_breaks() {
    let house = House::new().await;
    let (_, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    house.space.set(4);
    let refused = house.connectors.receive(&sender, text("x")).await.unwrap_err();
    assert_eq!(refused.code().kind(), kernel::Kind::Unavailable);
    assert!(refused.retry_after().is_some());
    house.space.set(5);
    house.connectors.receive(&sender, text("x")).await.unwrap();
}

#[tokio::test]
async fn switches_act_at_once_and_the_first_one_is_named() {
    let house = House::new().await;
    let (_, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    let admin = house.admin();
    let take = async || match house.connectors.receive(&sender, text("x")).await {
        Ok(_) => None,
        Err(Error::SwitchedOff { switch }) => Some(switch),
        Err(other) => panic!("{other}"),
    };
    assert_eq!(take().await, None);
    let team = TeamSwitches { connectors_enabled: false, ..TeamSwitches::default() };
    house.connectors.set_team_switches(&admin, house.team, team).await.unwrap();
    assert_eq!(take().await, Some(Switch::Team));
    let teams = TenantSwitches { connectors_enabled_for_teams: false, ..TenantSwitches::default() };
    house.connectors.set_tenant_switches(&admin, teams).await.unwrap();
    assert_eq!(take().await, Some(Switch::Teams));
    house.connectors.set_tenant_switches(&admin, TenantSwitches::GOVERNMENT).await.unwrap();
    assert_eq!(take().await, Some(Switch::Tenant));
    let switches = TenantSwitches::default();
    house.connectors.set_tenant_switches(&admin, switches).await.unwrap();
    house.connectors.set_team_switches(&admin, house.team, TeamSwitches::default()).await.unwrap();
    assert_eq!(take().await, None);
    let denied = house.connectors.set_tenant_switches(&house.owner(), switches).await;
    assert!(
        matches!(denied, Err(Error::Denied(d)) if d.permission == Permission::WebhookManageAll)
    );
}

#[tokio::test]
async fn a_node_that_missed_a_change_finds_out_in_the_transaction() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    house.connectors.receive(&sender, text("before")).await.unwrap();
    // Another node disables it; the cache here still says otherwise.
    let other = house.other_node();
    other.set_enabled(&house.owner(), webhook.id, false).await.unwrap();
    let refused = house.connectors.receive(&sender, text("after")).await.unwrap_err();
    assert!(matches!(refused, Error::Disabled { .. }));
    assert_eq!(house.texts().await, ["before"]);
}

#[tokio::test]
async fn a_channel_that_goes_after_the_answer_keeps_the_post_for_a_replay() {
    let house = House::new().await;
    let channel = house.more_channel("Alerts").await;
    let (webhook, addresses) = house.webhook_in(channel).await;
    let sender = house.sender_of(&addresses).await;
    house.connectors.receive(&sender, text("kept")).await.unwrap();
    house.workspace.archive_channel(&house.owner(), channel, true).await.unwrap();
    house.pump.drain().await.unwrap();
    let entry = house.log(webhook.id).await.remove(0);
    assert_eq!(entry.verdict.as_str(), "undelivered");
    assert_eq!(entry.code.as_deref(), Some("channel.archived"));
    let again = house.connectors.replay(&house.owner(), webhook.id, entry.id).await.unwrap_err();
    assert_eq!(again.code().name(), "dead_letter.rejected");
    house.workspace.archive_channel(&house.owner(), channel, false).await.unwrap();
    house.connectors.replay(&house.owner(), webhook.id, entry.id).await.unwrap();
    assert_eq!(house.texts_in(channel).await, ["kept"]);
    assert_eq!(house.log(webhook.id).await[0].verdict.as_str(), "delivered");
}

#[tokio::test]
async fn a_deleted_channel_is_told_to_the_sender() {
    let house = House::new().await;
    let channel = house.more_channel("Alerts").await;
    let (_, addresses) = house.webhook_in(channel).await;
    let sender = house.sender_of(&addresses).await;
    house.workspace.delete_channel(&house.owner(), channel).await.unwrap();
    let refused = house.connectors.receive(&sender, text("x")).await.unwrap_err();
    assert!(matches!(refused, Error::ChannelGone { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_between_the_answer_and_the_message_loses_nothing_and_shows_nothing_twice() {
    let house = House::new().await;
    let (_, addresses) = house.webhook_at(Rate::Unlimited).await;
    let sender = house.sender_of(&addresses).await;
    let mut acknowledged = Vec::new();
    for round in 0_u64..15 {
        let pump = std::sync::Arc::new(Pump::new(
            house.store.db(),
            house.scopes.clone(),
            std::sync::Arc::clone(&house.clock) as std::sync::Arc<dyn kernel::Clock>,
            house.connectors.consumer(),
            delivery::Settings { batch_events: 4, linger_ms: 0, ..delivery::Settings::default() },
        ));
        let posting = async {
            for number in 0..12 {
                let name = format!("{round}.{number}");
                house.connectors.receive(&sender, text(&name)).await.unwrap();
                acknowledged.push(name);
            }
        };
        let running = pump.run(tokio_util::sync::CancellationToken::new());
        // The deliverer dies at another moment each time, in the middle of its work.
        let dying = tokio::time::timeout(Duration::from_micros(400 * round), running);
        tokio::join!(posting, async { drop(dying.await) });
    }
    assert_eq!(house.texts().await, acknowledged);
}
