//! What is kept how long, and finding by name.

use std::time::Duration;

use kernel::WebhookId;
use workspace::{CARD_TOPIC, Found, Role, Swept, TeamFilter, Visibility};

use crate::world::{World, code, limit};

const DAY: Duration = Duration::from_hours(24);

async fn bodies(w: &World, hook: WebhookId) -> usize {
    let read = move |tx: &db::Tx<'_>| event_log::read_after(tx, CARD_TOPIC, hook.uuid(), 0, 1000);
    w.store.read(&w.job(), read).await.unwrap().len()
}

/// Rows that still name a channel or a team outside of the audit and what people were told.
async fn traces(w: &World, id: uuid::Uuid) -> i64 {
    const SQL: &str = "SELECT (SELECT COUNT(*) FROM event_streams WHERE tenant_id = $1 AND stream_id = $2) \
                            + (SELECT COUNT(*) FROM events WHERE tenant_id = $1 AND stream_id = $2) \
                            + (SELECT COUNT(*) FROM read_markers WHERE tenant_id = $1 AND channel_id = $2) \
                            + (SELECT COUNT(*) FROM channel_members WHERE tenant_id = $1 AND channel_id = $2) \
                            + (SELECT COUNT(*) FROM files WHERE tenant_id = $1 AND channel_id = $2) \
                            + (SELECT COUNT(*) FROM messages WHERE tenant_id = $1 AND channel_id = $2) \
                            + (SELECT COUNT(*) FROM mentions WHERE tenant_id = $1 AND channel_id = $2) \
                            + (SELECT COUNT(*) FROM mails WHERE tenant_id = $1 AND team_id = $2)";
    let read = move |tx: &db::Tx<'_>| {
        tx.first(SQL, &[tx.tenant().into(), id.into()])?.unwrap().get::<i64>(0)
    };
    w.store.read(&w.job(), read).await.unwrap()
}

#[tokio::test]
async fn old_messages_go_with_their_bodies_and_young_ones_stay() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let channel = w.general(&ada, team).await;
    let hook = w.ids.fresh();
    let many: Vec<String> = (0..250).map(|n| format!("old {n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    w.deliver(channel, hook, &many).await;
    w.ws.post(&ada, channel, "old person").await.unwrap();
    w.clock.advance(DAY * 1000);
    w.deliver(channel, hook, &["young"]).await;
    assert_eq!(w.ws.sweep(&w.job()).await.unwrap(), Swept::default());
    w.clock.advance(DAY * 96);
    let swept = w.ws.sweep(&w.job()).await.unwrap();
    assert_eq!(swept, Swept { messages: 251, ..Swept::default() });
    let left: Vec<_> = w.all(&ada, channel).await.iter().map(workspace::Item::text).collect();
    assert_eq!((left, bodies(&w, hook).await), (vec!["young".to_owned()], 1));
}

#[tokio::test]
async fn what_was_deleted_is_restorable_for_thirty_days_and_then_gone() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let channel = w.channel(&ada, team, "C").await;
    let hook = w.ids.fresh();
    w.deliver(channel, hook, &["x"]).await;
    w.ws.create_folder(&ada, (channel, None), "docs").await.unwrap();
    w.ws.mark_read(&ada, channel, 1).await.unwrap();
    w.ws.delete_channel(&ada, channel).await.unwrap();
    w.clock.advance(DAY * 29);
    assert_eq!(w.ws.sweep(&w.job()).await.unwrap(), Swept::default());
    w.clock.advance(DAY * 2);
    let swept = w.ws.sweep(&w.job()).await.unwrap();
    assert_eq!(swept, Swept { channels: 1, messages: 1, files: 1, ..Swept::default() });
    assert_eq!(code(w.ws.restore_channel(&ada, channel).await), "channel.not_found");
    assert_eq!(bodies(&w, hook).await, 0);
    assert_eq!(traces(&w, channel.uuid()).await, 0);
    w.ws.delete_team(&ada, team).await.unwrap();
    w.clock.advance(DAY * 31);
    let swept = w.ws.sweep(&w.job()).await.unwrap();
    assert_eq!((swept.teams, swept.channels), (1, 1));
    assert_eq!(code(w.ws.restore_team(&ada, team).await), "team.not_found");
    assert_eq!(traces(&w, team.uuid()).await, 0);
    assert!(w.ws.teams(&ada, TeamFilter::Deleted, None, limit(5)).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn only_the_system_sweeps() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    assert_eq!(code(w.ws.sweep(&ada).await), "permission.missing");
}

#[tokio::test]
async fn names_are_found_as_far_as_one_may_know_of_them() {
    let w = World::new().await;
    let (ada, bob) = (w.person("Ada").await, w.person("Bob").await);
    let team = w.team(&ada, "Étude 100%", Visibility::Private).await;
    let open = w.team(&ada, "Open étude", Visibility::Public).await;
    w.channel(&ada, team, "étude_channel").await;
    w.private(&ada, team, "étude secrète").await;
    let found = w.ws.search(&ada, " E\u{301}TUDE ", limit(10)).await.unwrap();
    let names: Vec<_> = found.teams.iter().map(|t| t.team.name.as_str()).collect();
    assert_eq!(names, ["Open étude", "Étude 100%"]);
    assert_eq!(found.channels.len(), 2);
    let found = w.ws.search(&bob, "étude", limit(10)).await.unwrap();
    assert_eq!(found.teams.iter().map(|t| t.team.id).collect::<Vec<_>>(), [open]);
    assert!(found.channels.is_empty());
    w.add(&ada, team, &bob, Role::Member).await;
    let found = w.ws.search(&bob, "étude", limit(10)).await.unwrap();
    assert_eq!(found.channels.len(), 1);
    // What LIKE takes for wildcards are plain characters.
    assert_eq!(w.ws.search(&ada, "0%", limit(10)).await.unwrap().teams.len(), 1);
    assert_eq!(w.ws.search(&ada, "e_c", limit(10)).await.unwrap().channels.len(), 1);
    assert!(w.ws.search(&ada, "é_u", limit(10)).await.unwrap().teams.is_empty());
    let people = w.ws.search(&ada, "bo", limit(10)).await.unwrap().people;
    assert_eq!(people.iter().map(|p| p.display_name.as_str()).collect::<Vec<_>>(), ["Bob"]);
    assert_eq!(w.ws.search(&w.foreigner(), "étude", limit(10)).await.unwrap(), Found::default());
}
