//! What administrators of sales set holds for meetings.

use crm::Value;
use serde_json::json;

use crate::house::{House, SPOKEN, code};

#[tokio::test]
async fn what_administrators_set_holds_for_recaps_and_notes() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let nora = house.seller("nora", Some("Salesperson")).await;
    let people = ["nora@contoso.example", "ben@fabrikam.example"];
    let meeting = house.meeting(&sam, "Renewal", &people).await;
    let account = house.make("account", &[("name", Value::Text("Fabrikam".to_owned()))]).await;
    house.meetings.bring_transcript(&sam, meeting.id, SPOKEN.into()).await.unwrap();
    let recap = async |scope| house.meetings.open(scope, meeting.id).await.unwrap().recap;
    let whole = recap(&nora).await.unwrap();
    assert!(!whole.speakers.is_empty() && !whole.sentiment.overall.is_empty());

    house.set(json!({ "conversation": { "figures": false } })).await;
    let without = recap(&sam).await.unwrap();
    assert!(without.speakers.is_empty() && !without.sentiment.overall.is_empty());
    house.set(json!({ "conversation": { "figures": true, "sentiment": false } })).await;
    let without = recap(&sam).await.unwrap();
    assert!(!without.speakers.is_empty() && without.sentiment.overall.is_empty());
    assert!(without.speakers.iter().all(|one| one.moods == [0; 3]), "{without:?}");
    house.set(json!({ "ai": { "sentiment": false }, "conversation": { "sentiment": true } })).await;
    let without = recap(&sam).await.unwrap();
    assert!(without.speakers.is_empty() && without.sentiment.overall.is_empty());
    house
        .set(json!({ "ai": { "sentiment": true }, "conversation": { "summaries": "organisers" } }))
        .await;
    assert!(recap(&sam).await.is_some(), "the organiser");
    assert!(recap(&nora).await.is_none(), "invited alone");
    house.set(json!({ "access": { "meeting_insights": { "on": false } } })).await;
    assert!(recap(&sam).await.is_none(), "nobody");

    house.set(json!({ "access": { "meeting_insights": { "on": true } }, "saving": { "notes": false } })).await;
    house.meetings.connect(&sam, meeting.id, account.clone()).await.unwrap();
    assert!(!house.meetings.open(&sam, meeting.id).await.unwrap().keeps_notes);
    let saved = house.meetings.save_notes(&sam, meeting.id, "They renew.").await;
    assert_eq!(code(&saved), "meeting.saving_off");
    house.set(json!({ "saving": { "notes": true } })).await;
    assert!(house.meetings.open(&sam, meeting.id).await.unwrap().keeps_notes);
    assert!(house.meetings.save_notes(&sam, meeting.id, "They renew.").await.unwrap().done);

    // where notes go besides the entry of the calendar
    let second = house.meeting(&sam, "Second", &people).await;
    house.meetings.connect(&sam, second.id, account.clone()).await.unwrap();
    house.set(json!({ "saving": { "meetings": false } })).await;
    let saved = house.meetings.save_notes(&sam, second.id, "They renew.").await;
    assert_eq!(code(&saved), "meeting.saving_off");
    let place = json!({ "table": "annotation", "field": "notetext" });
    house.set(json!({ "saving": { "meetings": true, "notes_in": place } })).await;
    let made = house.meetings.save_notes(&sam, second.id, "They renew.").await.unwrap();
    assert_eq!(made.table, "annotation");
    let crm = house.crm.of(&sam).await.unwrap();
    let at = crm::RecordRef::new(&made.table, &made.id);
    let kept = crm.read(&at, &["notetext".to_owned(), "objectid".to_owned()]).await.unwrap();
    assert_eq!(kept.values["objectid"], Value::Row(account));
    assert!(matches!(&kept.values["notetext"], Value::Text(text) if text.contains("They renew.")));
}
