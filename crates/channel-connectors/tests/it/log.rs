//! The delivery log: what came, what became of it, and posting it again.

use channel_connectors::{EntryId, Error, LogFilter, Rate, Settings, Verdict, sample};
use kernel::{Coded as _, Limit};
use workspace::Origin;

use crate::house::{HOUR, House, SECOND, post, text, with_header};

#[tokio::test]
async fn accepted_and_refused_posts_stand_in_one_log_newest_first() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    house.connectors.receive(&sender, text("one")).await.unwrap();
    house.clock.advance(SECOND);
    house.connectors.receive(&sender, post("{\"title\": \"only\"}")).await.unwrap_err();
    house.clock.advance(SECOND);
    let posted = with_header(text("two"), "Authorization", "Bearer hunter2");
    house.connectors.receive(&sender, posted).await.unwrap();
    let entries = house.log(webhook.id).await;
    let seen: Vec<_> = entries.iter().map(|entry| entry.id).collect();
    assert_eq!(seen, [EntryId::Accepted(2), EntryId::Refused(1), EntryId::Accepted(1)]);
    assert_eq!(entries[0].verdict, Verdict::Accepted);
    assert!(entries[0].meta.headers.contains(&("Authorization".to_owned(), "***".to_owned())));
    assert_eq!(entries[0].body_text(), "{\"text\":\"two\"}");
    let refused = &entries[1];
    assert_eq!((refused.verdict, refused.status), (Verdict::Refused, 400));
    assert_eq!(refused.code.as_deref(), Some("card.nothing_to_show"));
    assert_eq!(refused.body_text(), "{\"title\": \"only\"}");
    house.texts().await;
    assert_eq!(house.log(webhook.id).await[0].verdict, Verdict::Delivered);
}

#[tokio::test]
async fn a_mistake_of_syntax_is_named_by_line_and_column() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    house.connectors.receive(&sender, post("{\n  \"text\": \"a\" \"b\"\n}")).await.unwrap_err();
    let entry = house.log(webhook.id).await.remove(0);
    let refusal = entry.meta.refusal.unwrap();
    assert_eq!(refusal.code, "json.syntax");
    assert_eq!(refusal.place.map(|(line, _)| line), Some(2));
}

#[tokio::test]
async fn filters_and_pages_find_every_entry_once() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook_at(Rate::Unlimited).await;
    let sender = house.sender_of(&addresses).await;
    for number in 0..30 {
        house.connectors.receive(&sender, text(&format!("good {number}"))).await.unwrap();
        if number % 3 == 0 {
            let bad = post(format!("{{\"bad\": {number}}}"));
            house.connectors.receive(&sender, bad).await.unwrap_err();
        }
        house.clock.advance(SECOND);
    }
    let all = async |filter: LogFilter, rows: u16| {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let limit = Limit::new(rows).unwrap();
            let page = house
                .connectors
                .log(&house.owner(), webhook.id, filter.clone(), limit, after.as_ref())
                .await
                .unwrap();
            seen.extend(page.items);
            after = page.next;
            if after.is_none() {
                return seen;
            }
        }
    };
    for rows in [1, 7, 200] {
        let seen = all(LogFilter::default(), rows).await;
        assert_eq!(seen.len(), 40, "{rows}");
        assert!(seen.windows(2).all(|two| two[0].at >= two[1].at));
    }
    let verdict = |verdict| LogFilter { verdict: Some(verdict), ..LogFilter::default() };
    assert_eq!(all(verdict(Verdict::Refused), 3).await.len(), 10);
    assert_eq!(all(verdict(Verdict::Accepted), 3).await.len(), 30);
    assert_eq!(all(verdict(Verdict::Throttled), 3).await.len(), 0);
    let text = LogFilter { text: Some("GOOD 2".to_owned()), ..LogFilter::default() };
    assert_eq!(all(text, 4).await.len(), 11);
    let start = kernel::Clock::now(&*house.clock);
    let ago = |seconds| Some(start.checked_sub(jiff::SignedDuration::from_secs(seconds)).unwrap());
    let between = LogFilter { from: ago(20), to: ago(10), ..LogFilter::default() };
    let seen = all(between, 2).await;
    assert_eq!(seen.iter().filter(|entry| entry.verdict.is_success()).count(), 10);
    let foreign = kernel::Cursor::new("x");
    let wrong = house
        .connectors
        .log(&house.owner(), webhook.id, LogFilter::default(), Limit::default(), Some(&foreign))
        .await;
    assert!(matches!(wrong, Err(Error::Cursor(_))));
}

#[tokio::test]
async fn a_replay_of_what_was_delivered_is_a_new_message_marked_as_such() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    house.connectors.receive(&sender, text("again")).await.unwrap();
    let early = house.connectors.replay(&house.owner(), webhook.id, EntryId::Accepted(1)).await;
    assert!(matches!(early, Err(Error::NotReplayable)), "what is on its way is not doubled");
    house.texts().await;
    house.connectors.replay(&house.owner(), webhook.id, EntryId::Accepted(1)).await.unwrap();
    assert_eq!(house.texts().await, ["again", "again"]);
    let entry = house.log(webhook.id).await.remove(0);
    assert_eq!(entry.meta.replay_of, Some(1));
    assert_eq!(house.origins().await, [Origin::Sender, Origin::Replay(1)]);
    let missing = house.connectors.replay(&house.owner(), webhook.id, EntryId::Accepted(9)).await;
    assert!(matches!(missing, Err(Error::UnknownEntry)));
}

#[tokio::test]
async fn a_replay_of_what_was_refused_goes_by_the_rules_of_now() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    house.connectors.set_enabled(&house.owner(), webhook.id, false).await.unwrap();
    house.connectors.receive(&sender, text("wait")).await.unwrap_err();
    let again = house.connectors.replay(&house.owner(), webhook.id, EntryId::Refused(1)).await;
    assert!(matches!(again, Err(Error::Disabled { .. })));
    house.connectors.set_enabled(&house.owner(), webhook.id, true).await.unwrap();
    house.connectors.replay(&house.owner(), webhook.id, EntryId::Refused(1)).await.unwrap();
    assert_eq!(house.texts().await, ["wait"]);
    assert_eq!(house.log(webhook.id).await[0].meta.retry_of, Some(1));
    assert_eq!(house.origins().await, [Origin::Retry(1)]);
}

#[tokio::test]
async fn of_a_body_over_the_limit_the_beginning_is_kept_and_cannot_be_replayed() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    house.connectors.receive(&sender, post(vec![b'x'; 40_000])).await.unwrap_err();
    let entry = house.log(webhook.id).await.remove(0);
    assert_eq!((entry.status, entry.bytes, entry.body.len()), (413, 40_000, 4_096));
    assert!(!entry.replayable);
}

#[tokio::test]
async fn a_flood_of_refusals_is_counted_in_full_and_kept_in_part() {
    let settings = Settings { patience_ms: 0, refused_kept: 30, ..Settings::default() };
    let house = House::with(settings).await;
    let (webhook, addresses) = house.webhook_at(Rate::Unlimited).await;
    let sender = house.sender_of(&addresses).await;
    for _second in 0..6 {
        for number in 0..100 {
            house.connectors.receive(&sender, post("nonsense")).await.unwrap_err();
            if number == 50 {
                house.connectors.settle().await;
            }
        }
        house.clock.advance(SECOND);
    }
    house.connectors.settle().await;
    let totals = house.connectors.lookup(&house.owner(), webhook.id).await.unwrap().totals;
    assert_eq!((totals.refused, totals.accepted), (600, 0));
    let kept = house.log(webhook.id).await;
    assert_eq!(kept.len(), 30);
    let left_out: u64 =
        kept.iter().filter_map(|e| e.meta.refusal.as_ref()).map(|r| r.left_out).sum();
    assert!(left_out > 0, "the log says that there were more");
}

#[tokio::test]
async fn counts_stand_by_the_hour_and_in_all() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook_at(Rate::Microsoft).await;
    let sender = house.sender_of(&addresses).await;
    for _post in 0..5 {
        drop(house.connectors.receive(&sender, text("x")).await);
    }
    house.clock.advance(HOUR);
    house.connectors.receive(&sender, text("x")).await.unwrap();
    house.connectors.receive(&sender, post("{}")).await.unwrap_err();
    house.texts().await;
    let hours = house.connectors.hours(&house.owner(), webhook.id).await.unwrap();
    assert_eq!(hours.len(), 24);
    let counts = |n: usize| (hours[n].accepted, hours[n].refused, hours[n].throttled);
    assert_eq!([counts(22), counts(23)], [(4, 0, 1), (1, 1, 0)]);
    let totals = house.connectors.lookup(&house.owner(), webhook.id).await.unwrap().totals;
    assert_eq!((totals.accepted, totals.refused, totals.throttled), (5, 1, 1));
    let now = kernel::Clock::now(&*house.clock);
    assert_eq!((totals.last_used_at, totals.last_refused_at), (Some(now), Some(now)));
}

#[tokio::test]
async fn the_test_box_posts_as_a_sender_would() {
    let house = House::new().await;
    let (webhook, _) = house.webhook().await;
    let owner = house.owner();
    let post = |name| house.connectors.test(&owner, webhook.id, sample(name).unwrap());
    post("text").await.unwrap();
    let refused = post("empty").await.unwrap_err();
    assert_eq!(refused.code().name(), "card.nothing_to_show");
    assert_eq!(house.texts().await.len(), 1);
    assert!(house.log(webhook.id).await.iter().any(|entry| entry.meta.test));
}

#[tokio::test]
async fn retention_takes_what_is_old_and_leaves_the_rest() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    let keyed = || with_header(text("x"), "Idempotency-Key", "1");
    house.connectors.receive(&sender, keyed()).await.unwrap();
    house.connectors.receive(&sender, post("{}")).await.unwrap_err();
    house.connectors.settle().await;
    assert_eq!(house.connectors.retain().await.unwrap(), 0);
    house.clock.advance(31 * 24 * HOUR);
    house.connectors.receive(&sender, post("{}")).await.unwrap_err();
    house.connectors.settle().await;
    assert_eq!(house.connectors.retain().await.unwrap(), 2);
    let left: Vec<_> = house.log(webhook.id).await.iter().map(|entry| entry.id).collect();
    assert_eq!(left, [EntryId::Refused(2), EntryId::Accepted(1)]);
}
