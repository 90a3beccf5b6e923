//! Messages, replies, mentions, reading marks.

use event_log::Place;
use kernel::{Clock as _, Cursor, Limit, MessageId, WebhookId};
use workspace::{
    CARD_TOPIC, Content, Item, Role, Sender, Visibility, Window, markdown,
    posts::{self, Post},
};

use crate::world::{World, code, limit, user};

fn texts(items: &[Item]) -> Vec<String> {
    items.iter().map(Item::text).collect()
}

#[tokio::test]
async fn pages_show_each_message_once_and_in_order() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let channel = w.general(&ada, team).await;
    let hook = w.ids.fresh();
    for n in 0..5 {
        w.ws.post(&ada, channel, &format!("person {n}")).await.unwrap();
        w.deliver(channel, hook, &[&format!("card {n}")]).await;
    }
    let expected: Vec<_> =
        (0..5).flat_map(|n| [format!("person {n}"), format!("card {n}")]).collect();
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = w.ws.messages(&ada, channel, Window::After(after), limit(3)).await.unwrap();
        assert!(page.items.len() <= 3);
        seen.extend(texts(&page.items));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, expected);
    let (mut before, mut seen) = (None, Vec::new());
    loop {
        let page = w.ws.messages(&ada, channel, Window::Before(before), limit(4)).await.unwrap();
        seen.extend(texts(&page.items));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    seen.reverse();
    assert_eq!(seen, expected);
    let middle = w.all(&ada, channel).await[4].id;
    let page = w.ws.messages(&ada, channel, Window::Around(middle), limit(4)).await.unwrap();
    assert_eq!(texts(&page.items), expected[2..6]);
}

#[tokio::test]
async fn a_card_is_shown_as_received_and_as_drawn() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let channel = w.general(&ada, team).await;
    let hook: WebhookId = w.ids.fresh();
    let id = w.deliver(channel, hook, &["**done** é"]).await[0];
    let item = w.ws.message(&ada, id).await.unwrap();
    let sender = Sender::Webhook { id: hook, name: "Build".to_owned(), icon: None };
    assert_eq!((item.sender, item.created_at), (sender, w.clock.now()));
    let Content::Card(card) = item.content else { panic!("a card is expected") };
    assert_eq!(card.content_type.as_deref(), Some("application/json"));
    assert_eq!(card.source(), r#"{"text":"**done** é"}"#);
    assert_eq!(card.card["type"], "AdaptiveCard");
    assert_eq!(card.text, "done é");
}

#[tokio::test]
async fn handing_over_twice_shows_once() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let channel = w.general(&ada, team).await;
    let hook: WebhookId = w.ids.fresh();
    w.deliver(channel, hook, &["a", "b"]).await;
    let items = w.all(&ada, channel).await;
    let again: Vec<Post> = items
        .iter()
        .zip(1..)
        .map(|(item, position)| Post {
            message_id: item.id,
            place: Place { stream: hook.uuid(), position },
            created_at: item.created_at,
        })
        .collect();
    let write = move |tx: &db::Tx<'_>| posts::append(tx, channel, hook, &again);
    let positions = w.store.write(&w.job(), write).await.unwrap();
    assert_eq!(positions, [items[0].position, items[1].position]);
    assert_eq!(w.all(&ada, channel).await, items);
    w.deliver(channel, hook, &["c"]).await;
    assert_eq!(texts(&w.all(&ada, channel).await), ["a", "b", "c"]);
}

#[tokio::test]
async fn a_channel_that_is_gone_takes_nothing() {
    let w = World::new().await;
    let post = Post {
        message_id: w.ids.fresh(),
        place: Place { stream: w.ids.fresh(), position: 1 },
        created_at: w.clock.now(),
    };
    let (channel, hook) = (w.ids.fresh(), w.ids.fresh());
    let write = move |tx: &db::Tx<'_>| posts::append(tx, channel, hook, &[post]);
    assert!(w.store.write(&w.job(), write).await.unwrap().is_empty());
}

#[tokio::test]
async fn replies_form_one_level_beside_the_list() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let channel = w.general(&ada, team).await;
    let first = w.deliver(channel, w.ids.fresh(), &["build failed"]).await[0];
    let reply = w.ws.reply(&ada, first, "looking").await.unwrap();
    let nested = w.ws.reply(&ada, reply.id, "fixed").await.unwrap();
    assert_eq!((reply.parent, nested.parent), (Some(first), Some(first)));
    let list = w.all(&ada, channel).await;
    assert_eq!((list.len(), list[0].replies), (1, 2));
    let replies = w.ws.replies(&ada, first, None, Limit::default()).await.unwrap();
    assert_eq!(texts(&replies.items), ["looking", "fixed"]);
    let page = w.ws.messages(&ada, channel, Window::Around(nested.id), limit(10)).await.unwrap();
    assert_eq!(page.items[0].id, first);
    w.ws.delete(&ada, reply.id).await.unwrap();
    assert_eq!(w.all(&ada, channel).await[0].replies, 1);
    w.ws.delete(&ada, first).await.unwrap();
    assert_eq!(code(w.ws.reply(&ada, first, "late").await), "message.deleted");
}

#[tokio::test]
async fn author_and_owner_edit_and_delete_and_nobody_else() {
    let w = World::new().await;
    let (ada, bob, eve) = (w.person("Ada").await, w.person("Bob").await, w.person("Eve").await);
    let team = w.team(&ada, "T", Visibility::Private).await;
    w.add(&ada, team, &bob, Role::Member).await;
    w.add(&ada, team, &eve, Role::Member).await;
    let channel = w.general(&ada, team).await;
    let id = w.ws.post(&bob, channel, "one").await.unwrap().id;
    assert_eq!(code(w.ws.edit(&eve, id, "mine").await), "team.role_needed");
    assert_eq!(code(w.ws.delete(&eve, id).await), "team.role_needed");
    let edited = w.ws.edit(&bob, id, "two").await.unwrap();
    assert_eq!((edited.text().as_str(), edited.edited_at.is_some()), ("two", true));
    assert!(!w.audit().await.contains(&"message.edit".to_owned()));
    w.ws.edit(&ada, id, "three").await.unwrap();
    assert!(w.audit().await.contains(&"message.edit".to_owned()));
    w.ws.delete(&ada, id).await.unwrap();
    w.ws.delete(&ada, id).await.unwrap();
    assert_eq!(w.all(&bob, channel).await[0].content, Content::Deleted);
    assert_eq!(code(w.ws.edit(&bob, id, "four").await), "message.deleted");
    let outsider = w.person("Out").await;
    assert_eq!(code(w.ws.message(&outsider, id).await), "message.not_found");
    assert_eq!(code(w.ws.edit(&w.foreigner(), id, "x").await), "message.not_found");
}

#[tokio::test]
async fn a_deleted_card_leaves_no_body_behind() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let channel = w.general(&ada, team).await;
    let hook: WebhookId = w.ids.fresh();
    let id = w.deliver(channel, hook, &["token=abc"]).await[0];
    assert_eq!(code(w.ws.edit(&ada, id, "x").await), "workspace.invalid");
    w.ws.delete(&ada, id).await.unwrap();
    let place = Place { stream: hook.uuid(), position: 1 };
    let event = w.store.read(&w.job(), move |tx| event_log::find(tx, CARD_TOPIC, place)).await;
    let event: db::Result<_> = event;
    assert!(event.unwrap().unwrap().body.is_some(), "it can still be brought back");
    assert_eq!(w.all(&ada, channel).await[0].content, Content::Deleted);
    w.clock.advance(UNDO);
    w.ws.erase_deleted(&w.job()).await.unwrap();
    let event = w.store.read(&w.job(), move |tx| event_log::find(tx, CARD_TOPIC, place)).await;
    let event: db::Result<_> = event;
    assert_eq!(event.unwrap().unwrap().body, None);
    assert_eq!(w.all(&ada, channel).await[0].content, Content::Deleted);
    assert_eq!(code(w.ws.undelete(&ada, id).await), "message.deleted");
}

/// A second longer than what was deleted can be brought back.
const UNDO: std::time::Duration = std::time::Duration::from_secs(601);

#[tokio::test]
async fn whoever_deleted_a_message_brings_it_back_for_a_while() {
    let w = World::new().await;
    let (ada, bob) = (w.person("Ada").await, w.person("Bob").await);
    let team = w.team(&ada, "T", Visibility::Private).await;
    w.add(&ada, team, &bob, Role::Member).await;
    let channel = w.general(&ada, team).await;
    let named = format!("{} look", markdown::mention("Bob", user(&bob)));
    let asked = w.ws.post(&ada, channel, &named).await.unwrap();
    let reply = w.ws.reply(&bob, asked.id, "done").await.unwrap();
    let told = async || w.ws.mentions(&bob, None, limit(10)).await.unwrap().items.len();
    let before = told().await;
    // a reply comes back with its count, and its parent must be there
    w.ws.delete(&bob, reply.id).await.unwrap();
    assert_eq!(w.all(&ada, channel).await[0].replies, 0);
    w.ws.delete(&ada, asked.id).await.unwrap();
    assert_eq!(code(w.ws.undelete(&bob, reply.id).await), "message.deleted");
    assert_eq!(told().await, 0);
    // nobody else takes it back, and whoever moderates is in the audit
    assert_eq!(code(w.ws.undelete(&bob, asked.id).await), "message.deleted");
    let back = w.ws.undelete(&ada, asked.id).await.unwrap();
    assert_eq!((back.id, back.text()), (asked.id, asked.text()));
    assert_eq!(told().await, before);
    w.ws.undelete(&bob, reply.id).await.unwrap();
    assert_eq!(w.all(&ada, channel).await[0].replies, 1);
    w.ws.undelete(&ada, asked.id).await.unwrap();
    assert!(!w.audit().await.contains(&"message.undelete".to_owned()));
    w.ws.delete(&ada, reply.id).await.unwrap();
    assert_eq!(code(w.ws.undelete(&bob, reply.id).await), "message.deleted", "the owner did it");
    w.ws.undelete(&ada, reply.id).await.unwrap();
    assert!(w.audit().await.contains(&"message.undelete".to_owned()));
    // the sweep takes nothing that is back, and what is late stays gone
    w.ws.delete(&ada, reply.id).await.unwrap();
    w.clock.advance(UNDO);
    assert_eq!(code(w.ws.undelete(&ada, reply.id).await), "message.deleted");
    assert_eq!(w.ws.erase_deleted(&w.job()).await.unwrap(), 1);
    let list = w.all(&ada, channel).await;
    assert_eq!(list[0].text(), asked.text());
    assert_eq!(code(w.ws.undelete(&w.foreigner(), reply.id).await), "message.not_found");
}

#[tokio::test]
async fn senseless_texts_are_refused() {
    let w = World::with(workspace::Settings { max_message_chars: 5, ..Default::default() }).await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let channel = w.general(&ada, team).await;
    assert_eq!(code(w.ws.post(&ada, channel, " \n\u{0} ").await), "workspace.invalid");
    assert_eq!(code(w.ws.post(&ada, channel, "123456").await), "workspace.invalid");
    let kept = w.ws.post(&ada, channel, "ab\u{0}c\r\nd").await.unwrap();
    assert_eq!(kept.content, Content::Text("abc\nd".to_owned()));
}

#[tokio::test]
async fn an_answer_is_told_to_whose_message_it_answers_and_an_edit_keeps_it() {
    let w = World::new().await;
    let (ada, bob) = (w.person("Ada").await, w.person("Bob").await);
    let team = w.team(&ada, "T", Visibility::Private).await;
    w.add(&ada, team, &bob, Role::Member).await;
    let channel = w.general(&ada, team).await;
    let asked = w.ws.post(&bob, channel, "who is on call?").await.unwrap();
    w.ws.reply(&bob, asked.id, "nobody?").await.unwrap();
    let answer = w.ws.reply(&ada, asked.id, "I am").await.unwrap();
    w.ws.edit(&ada, answer.id, "I am, until six").await.unwrap();
    let told = w.ws.mentions(&bob, None, limit(10)).await.unwrap().items;
    assert_eq!(told.iter().map(|m| (m.item.id, m.answer)).collect::<Vec<_>>(), [(answer.id, true)]);
    let named = format!("{} is", markdown::mention("Bob", user(&bob)));
    w.ws.edit(&ada, answer.id, &named).await.unwrap();
    assert!(!w.ws.mentions(&bob, None, limit(10)).await.unwrap().items[0].answer);
    assert_eq!(w.ws.mentions(&ada, None, limit(10)).await.unwrap().items, []);
}

#[tokio::test]
async fn members_are_mentioned_by_their_true_names() {
    let w = World::new().await;
    let (ada, bob, eve) = (w.person("Ada").await, w.person("Bob").await, w.person("Eve").await);
    let team = w.team(&ada, "T", Visibility::Private).await;
    w.add(&ada, team, &bob, Role::Member).await;
    let channel = w.general(&ada, team).await;
    let text = format!(
        "{} {}",
        markdown::mention("The Boss", user(&bob)),
        markdown::mention("Eve", user(&eve))
    );
    let posted = w.ws.post(&ada, channel, &text).await.unwrap();
    assert_eq!(posted.text(), "@Bob @Eve");
    let mentions = w.ws.mentions(&bob, None, limit(10)).await.unwrap().items;
    assert_eq!(mentions.iter().map(|m| m.item.id).collect::<Vec<_>>(), [posted.id]);
    assert_eq!(w.ws.mentions(&eve, None, limit(10)).await.unwrap().items, []);
    w.ws.edit(&ada, posted.id, "never mind").await.unwrap();
    assert_eq!(w.ws.mentions(&bob, None, limit(10)).await.unwrap().items, []);
}

#[tokio::test]
async fn what_is_new_is_counted_until_it_is_read() {
    let w = World::new().await;
    let (ada, bob) = (w.person("Ada").await, w.person("Bob").await);
    let team = w.team(&ada, "T", Visibility::Private).await;
    w.add(&ada, team, &bob, Role::Member).await;
    let channel = w.general(&ada, team).await;
    w.ws.post(&ada, channel, "one").await.unwrap();
    w.ws.post(&ada, channel, "two").await.unwrap();
    w.ws.post(&bob, channel, "own").await.unwrap();
    assert_eq!(w.ws.unread(&bob, channel).await.unwrap().count, 2);
    let items = w.all(&bob, channel).await;
    w.ws.mark_read(&bob, channel, items[0].position).await.unwrap();
    assert_eq!(w.ws.unread(&bob, channel).await.unwrap().count, 1);
    w.ws.mark_read(&bob, channel, i64::MAX).await.unwrap();
    w.ws.mark_read(&bob, channel, 1).await.unwrap();
    assert_eq!(w.ws.unread(&bob, channel).await.unwrap().count, 0);
    w.ws.post(&ada, channel, "three").await.unwrap();
    let tree = w.ws.tree(&bob).await.unwrap();
    assert_eq!((tree.len(), tree[0].access.channel.id, tree[0].unread.count), (1, channel, 1));
    let ada_tree = w.ws.tree(&ada).await.unwrap();
    assert_eq!(ada_tree[0].unread.count, 1);
}

#[tokio::test]
async fn nothing_crosses_tenants() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Public).await;
    let channel = w.general(&ada, team).await;
    let id: MessageId = w.ws.post(&ada, channel, "x").await.unwrap().id;
    let other = w.foreigner();
    let window = Window::After(None);
    assert_eq!(code(w.ws.messages(&other, channel, window, limit(5)).await), "channel.not_found");
    assert_eq!(code(w.ws.message(&other, id).await), "message.not_found");
    assert_eq!(code(w.ws.replies(&other, id, None, limit(5)).await), "message.not_found");
    assert_eq!(code(w.ws.reply(&other, id, "x").await), "message.not_found");
    assert_eq!(code(w.ws.delete(&other, id).await), "message.not_found");
    assert_eq!(code(w.ws.post(&other, channel, "x").await), "channel.not_found");
    assert_eq!(code(w.ws.subscribe(&other, channel, None).await), "channel.not_found");
    assert_eq!(code(w.ws.mark_read(&other, channel, 1).await), "channel.not_found");
}

#[tokio::test]
async fn a_foreign_cursor_is_refused() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let channel = w.general(&ada, team).await;
    let window = Window::After(Some(Cursor::new("x")));
    assert_eq!(code(w.ws.messages(&ada, channel, window, limit(5)).await), "cursor.invalid");
    let cursor = Some(Cursor::from("é".to_owned()));
    assert_eq!(code(w.ws.subscribe(&ada, channel, cursor).await), "cursor.invalid");
}
