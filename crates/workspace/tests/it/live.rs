//! Live feeds: no gap, no repeat, no query while nothing happens.

use std::{sync::Arc, time::Duration};

use kernel::{ChannelId, Cursor, Scope};
use testkit::within;
use tokio_util::sync::CancellationToken;
use workspace::{Content, Item, Role, Visibility, live::Subscription};

use crate::world::{World, code, user};

struct Open {
    w: World,
    ada: Scope,
    channel: ChannelId,
    stop: CancellationToken,
    worker: tokio::task::JoinHandle<()>,
}

impl Open {
    async fn new() -> Self {
        let w = World::new().await;
        let ada = w.person("Ada").await;
        let team = w.team(&ada, "T", Visibility::Public).await;
        let channel = w.general(&ada, team).await;
        let stop = CancellationToken::new();
        #[expect(clippy::disallowed_methods, reason = "the test waits for the worker itself")]
        let worker = tokio::spawn(Arc::clone(&w.ws).run(stop.clone()));
        tokio::task::yield_now().await;
        Self { w, ada, channel, stop, worker }
    }

    async fn watch(&self, after: Option<Cursor>) -> Subscription {
        self.w.ws.subscribe(&self.ada, self.channel, after).await.unwrap()
    }

    async fn close(self) {
        self.stop.cancel();
        within("the worker's end", self.worker).await.unwrap();
    }
}

async fn take(subscription: &mut Subscription, count: usize) -> Vec<Arc<Item>> {
    let mut items = Vec::new();
    while items.len() < count {
        items.extend(within("news", subscription.next()).await.unwrap());
    }
    assert_eq!(items.len(), count);
    items
}

fn texts(items: &[Arc<Item>]) -> Vec<String> {
    items.iter().map(|item| item.text()).collect()
}

#[tokio::test]
async fn a_thousand_pages_share_one_query_and_ask_nothing_in_between() {
    let open = Open::new().await;
    let mut pages = Vec::new();
    for _ in 0..1000 {
        pages.push(open.watch(None).await);
    }
    let before = open.w.ws.feeds().loads();
    assert_eq!(before, 0);
    open.w.deliver(open.channel, open.w.ids.fresh(), &["a", "b", "c"]).await;
    for page in &mut pages {
        assert_eq!(texts(&take(page, 3).await), ["a", "b", "c"]);
    }
    assert_eq!(open.w.ws.feeds().loads(), 1);
    for page in &mut pages {
        let nothing = tokio::time::timeout(Duration::from_millis(1), page.next()).await;
        assert!(nothing.is_err());
    }
    assert_eq!(open.w.ws.feeds().loads(), 1);
    drop(pages);
    assert_eq!(open.w.ws.feeds().watched(), 0);
    open.close().await;
}

#[tokio::test]
async fn edits_deletions_and_replies_come_in_order() {
    let open = Open::new().await;
    let (ws, ada) = (&open.w.ws, &open.ada);
    let mut page = open.watch(None).await;
    let id = ws.post(ada, open.channel, "one").await.unwrap().id;
    assert_eq!(texts(&take(&mut page, 1).await), ["one"]);
    ws.edit(ada, id, "two").await.unwrap();
    let edited = take(&mut page, 1).await;
    assert_eq!((texts(&edited), edited[0].is_new()), (vec!["two".to_owned()], false));
    let reply = ws.reply(ada, id, "re").await.unwrap().id;
    let replied = take(&mut page, 2).await;
    assert_eq!((replied[0].id, replied[0].parent), (reply, Some(id)));
    assert_eq!((replied[1].id, replied[1].replies), (id, 1));
    ws.delete(ada, id).await.unwrap();
    assert_eq!(take(&mut page, 1).await[0].content, Content::Deleted);
    open.close().await;
}

#[tokio::test]
async fn a_dropped_connection_resumes_without_gap_or_repeat() {
    let open = Open::new().await;
    let hook = open.w.ids.fresh();
    let mut page = open.watch(None).await;
    open.w.deliver(open.channel, hook, &["1", "2"]).await;
    let seen = take(&mut page, 2).await;
    drop(page);
    let missed: Vec<String> = (3..40).map(|n| n.to_string()).collect();
    let missed: Vec<&str> = missed.iter().map(String::as_str).collect();
    open.w.deliver(open.channel, hook, &missed).await;
    let mut page = open.watch(Some(seen[1].event())).await;
    assert_eq!(texts(&take(&mut page, missed.len()).await), missed);
    open.w.deliver(open.channel, hook, &["40"]).await;
    assert_eq!(texts(&take(&mut page, 1).await), ["40"]);
    // Resuming in the middle of what the ring holds asks the database for nothing.
    let loads = open.w.ws.feeds().loads();
    let mut other = open.watch(Some(page_event(&page))).await;
    open.w.deliver(open.channel, hook, &["41"]).await;
    assert_eq!(texts(&take(&mut page, 1).await), ["41"]);
    assert_eq!(texts(&take(&mut other, 1).await), ["41"]);
    assert_eq!(open.w.ws.feeds().loads(), loads + 1);
    open.close().await;
}

fn page_event(page: &Subscription) -> Cursor {
    Cursor::new(&page.position().to_string())
}

#[tokio::test]
async fn a_slow_page_catches_up_from_the_database() {
    let open = Open::new().await;
    let hook = open.w.ids.fresh();
    let mut slow = open.watch(None).await;
    let mut fast = open.watch(None).await;
    let mut expected = Vec::new();
    for round in 0..8 {
        let batch: Vec<String> = (0..100).map(|n| format!("{round}/{n}")).collect();
        let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
        open.w.deliver(open.channel, hook, &batch).await;
        assert_eq!(texts(&take(&mut fast, 100).await), batch);
        expected.extend(batch.into_iter().map(str::to_owned));
    }
    assert_eq!(texts(&take(&mut slow, 800).await), expected);
    open.close().await;
}

#[tokio::test]
async fn who_loses_access_is_told_at_once() {
    let open = Open::new().await;
    let bob = open.w.person("Bob").await;
    let team = open.w.ws.channel(&open.ada, open.channel).await.unwrap().team.id;
    open.w.add(&open.ada, team, &bob, Role::Member).await;
    let mut page = open.w.ws.subscribe(&bob, open.channel, None).await.unwrap();
    let mut own = open.watch(None).await;
    open.w.ws.remove_member(&open.ada, team, user(&bob)).await.unwrap();
    assert_eq!(code(within("the end", page.next()).await), "team.not_member");
    open.w.ws.post(&open.ada, open.channel, "still here").await.unwrap();
    assert_eq!(texts(&take(&mut own, 1).await), ["still here"]);
    open.w.ws.delete_team(&open.ada, team).await.unwrap();
    assert_eq!(code(within("the end", own.next()).await), "channel.not_found");
    open.close().await;
}

#[tokio::test]
async fn lost_notices_cost_time_and_no_message() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Public).await;
    let channel = w.general(&ada, team).await;
    let mut page = w.ws.subscribe(&ada, channel, None).await.unwrap();
    // Nobody listens yet: the notice of this commit is lost.
    w.deliver(channel, w.ids.fresh(), &["found"]).await;
    let early = tokio::time::timeout(Duration::from_millis(1), page.next()).await;
    assert!(early.is_err());
    let stop = CancellationToken::new();
    let worker = Arc::clone(&w.ws).run(stop.clone());
    let watch = async {
        assert_eq!(texts(&take(&mut page, 1).await), ["found"]);
        stop.cancel();
    };
    tokio::join!(worker, watch);
}
