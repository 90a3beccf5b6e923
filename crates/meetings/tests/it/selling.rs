//! What a meeting becomes in a CRM, what to know before it, and what a channel reads of it.

use crm::{Crm, Direction, Query, RecordRef, Value};
use crm_proof::{At, Elsewhere};
use jiff::civil::date;
use kernel::{Clock as _, Language, Scope};
use liaison_meetings::{Made, NewTask};
use uuid::Uuid;

use crate::house::{House, SPOKEN, code};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

async fn field(crm: &dyn Crm, made: &Made, name: &str) -> Value {
    let at = RecordRef::new(&made.table, &made.id);
    crm.read(&at, &[name.to_owned()]).await.unwrap().values[name].clone()
}

#[tokio::test]
async fn tasks_and_notes_are_made_once_in_the_sellers_own_crm_about_the_record() {
    let house = House::new().await;
    // whoever gives a task to another needs the right to assign
    let sam = house.seller("sam", Some("Sales Manager")).await;
    let nora = house.seller("nora", None).await;
    let account = house.make("account", &[("name", text("Fabrikam"))]).await;
    let people = ["ada@contoso.example", "nora@contoso.example", "ben@fabrikam.example"];
    let meeting = house.meeting(&sam, "Renewal", &people).await;
    let opened = house.meetings.bring_transcript(&sam, meeting.id, SPOKEN.into()).await.unwrap();
    let notes = house.meetings.save_notes(&sam, meeting.id, "They renew.").await;
    assert_eq!(code(&notes), "meeting.not_connected");
    // whom the CRM does not show the record cannot connect it, nor read its name afterwards
    let connected = house.meetings.connect(&nora, meeting.id, account.clone()).await;
    assert!(code(&connected).starts_with("crm."), "{}", code(&connected));
    let shown = house.meetings.connect(&sam, meeting.id, account.clone()).await.unwrap();
    assert_eq!(shown.name, "Fabrikam");
    let seen = house.meetings.open(&nora, meeting.id).await.unwrap();
    assert_eq!(house.meetings.record(&nora, &seen).await.unwrap(), None);
    let found = house.meetings.find_records(&sam, "Fabrik").await.unwrap();
    assert!(found.iter().any(|one| one.id == account.id.0), "{found:?}");

    let recap = opened.recap.unwrap();
    let action =
        recap.actions.iter().flatten().find(|one| one.said.text.contains("offer")).unwrap();
    let key = action.said.key();
    let opened = house.meetings.open(&sam, meeting.id).await.unwrap();
    let owners = house.meetings.owners(&sam, &opened).await.unwrap();
    let ada = owners.iter().find(|one| one.address == "ada@contoso.example").unwrap();
    let task = NewTask {
        subject: "Send the offer".to_owned(),
        owner: Some(ada.id.clone()),
        due: Some(date(2026, 3, 6)),
    };
    let odd = NewTask { owner: Some(account.id.0.clone()), ..task.clone() };
    let made = house.meetings.create_task(&sam, (meeting.id, &key), odd).await;
    assert_eq!(code(&made), "meeting.invalid");
    let made = house.meetings.create_task(&sam, (meeting.id, "9-9"), task.clone()).await;
    assert_eq!(code(&made), "meeting.no_action");
    let made = house.meetings.create_task(&sam, (meeting.id, &key), task.clone()).await.unwrap();
    assert!(made.done);
    let crm = house.crm.of(&house.admin).await.unwrap();
    assert_eq!(field(&*crm, &made, "subject").await, text("Send the offer"));
    assert_eq!(field(&*crm, &made, "regardingobjectid").await, Value::Row(account.clone()));
    let Value::Row(owner) = field(&*crm, &made, "ownerid").await else { panic!("no owner") };
    assert_eq!(owner.id.0, ada.id);
    let due = field(&*crm, &made, "scheduledend").await;
    assert!(format!("{due:?}").contains("2026-03-06"), "{due:?}");
    let Value::Text(body) = field(&*crm, &made, "description").await else { panic!("no text") };
    assert!(
        body.contains(&action.said.text) && body.contains("http://hub.test/meetings/"),
        "{body}"
    );
    // never twice, also when the recap was made anew
    house.meetings.make_recap(&sam, meeting.id).await.unwrap();
    let again = house.meetings.create_task(&sam, (meeting.id, &key), task).await;
    assert_eq!(code(&again), "meeting.made_already");

    let made = house.meetings.save_notes(&sam, meeting.id, "They renew.\nIn June.").await.unwrap();
    assert_eq!(made.table, "appointment");
    assert_eq!(field(&*crm, &made, "regardingobjectid").await, Value::Row(account));
    let Value::Text(body) = field(&*crm, &made, "description").await else { panic!("no text") };
    assert!(body.starts_with("They renew.\nIn June."), "{body}");
    let again = house.meetings.save_notes(&sam, meeting.id, "Again").await;
    assert_eq!(code(&again), "meeting.made_already");
    let seen = house.meetings.open(&nora, meeting.id).await.unwrap();
    assert!(seen.made.iter().any(|one| one.what == Made::NOTES && one.done));
}

#[tokio::test]
async fn the_same_goes_for_salesforce_and_dynamics() {
    let house = House::new().await;
    let elsewhere =
        Box::pin(Elsewhere::start(house.crm.clone(), &house.admin, "http://hub.test/crm/sign-in"));
    let elsewhere = elsewhere.await;
    for at in At::BOTH {
        let name = format!("seller{}", at.table().len() + usize::from(at == At::Dynamics));
        let scope = house.seller(&name, None).await;
        elsewhere.sign_in(&scope, at, &at.mail("manager")).await;
        house.crm.choose(&scope, elsewhere.system(at).id).await.unwrap();
        let deal = elsewhere.opportunity(&scope, at, "Renewal 2026").await;
        let meeting = house.meeting(&scope, "Renewal", &["ben@fabrikam.example"]).await;
        let opened =
            house.meetings.bring_transcript(&scope, meeting.id, SPOKEN.into()).await.unwrap();
        let shown = house.meetings.connect(&scope, meeting.id, deal.clone()).await.unwrap();
        assert_eq!(shown.name, "Renewal 2026", "{at:?}");
        let recap = opened.recap.unwrap();
        let key = recap.actions.iter().flatten().next().unwrap().said.key();
        let task = NewTask {
            subject: "Send the offer".to_owned(),
            owner: None,
            due: Some(date(2026, 3, 6)),
        };
        let made = house.meetings.create_task(&scope, (meeting.id, &key), task).await.unwrap();
        let crm = elsewhere.seat(&scope, at).await;
        let (subject, about) = match at {
            At::Salesforce => ("Subject", "WhatId"),
            At::Dynamics => ("subject", "regardingobjectid"),
        };
        // Salesforce keeps subjects as a choice that takes any text
        let found = format!("{:?}", field(&*crm, &made, subject).await);
        assert!(found.contains("\"Send the offer\""), "{at:?}: {found}");
        let Value::Row(row) = field(&*crm, &made, about).await else { panic!("{at:?}") };
        assert_eq!(row.id, deal.id, "{at:?}");
        let notes = house.meetings.save_notes(&scope, meeting.id, "They renew.").await;
        let notes = notes.unwrap_or_else(|error| panic!("{at:?}: {error:?}"));
        let found = format!("{:?}", field(&*crm, &notes, subject).await);
        assert!(found.contains("\"Renewal\""), "{at:?}: {found}");
        let (_, prepared) = house.meetings.prepared(&scope, meeting.id).await.unwrap();
        assert_eq!(prepared.record.unwrap().name, "Renewal 2026", "{at:?}: {:?}", prepared.trouble);
        let told: Vec<&str> = prepared.activities.iter().map(|one| one.subject.as_str()).collect();
        assert!(told.contains(&"Send the offer"), "{at:?}: {told:?}");
    }
}

/// Makes a task and notes of one meeting after the other, with the hub dying wherever it asks the CRM, at the first try
/// and at the second, and tries once more.
async fn dies_everywhere(house: &House, scope: &Scope, (crm, record): (&dyn Crm, &RecordRef)) {
    let [task, entry, text_of] = match &*record.table {
        "Opportunity" => ["Task", "Event", "Description"],
        _ => ["task", "appointment", "description"],
    };
    // the first try describes and creates, the second looks before that
    let points = |calls: usize| (0..=calls).flat_map(|call| [(call, false), (call, true)]);
    let start = house.clock.now();
    let ways = points(2).flat_map(|first| points(3).map(move |second| (first, second)));
    for (table, (first, second)) in ways.flat_map(|way| [(task, way), (entry, way)]) {
        let name = format!("{table} {first:?} {second:?}");
        // those who tell when a row was made have a clock of their own
        house.clock.set(start);
        let meeting = house.meeting(scope, &name, &["ben@fabrikam.example"]).await.id;
        let opened = house.meetings.bring_transcript(scope, meeting, SPOKEN.into()).await.unwrap();
        house.meetings.connect(scope, meeting, record.clone()).await.unwrap();
        let key = opened.recap.unwrap().actions.unwrap()[0].said.key();
        let attempt = async |word: &str| {
            if table == entry {
                return house.meetings.save_notes(scope, meeting, word).await;
            }
            let new = NewTask { subject: format!("{word} {name}"), ..NewTask::default() };
            house.meetings.create_task(scope, (meeting, &key), new).await
        };
        let mut made = None;
        // whoever tries again may word it anew: what is there stays as it is
        for (word, point) in [("once", Some(first)), ("twice", Some(second)), ("thrice", None)] {
            if let Some((call, is_done)) = point {
                house.stall.at(call, is_done);
            }
            tokio::select! {
                done = attempt(word) => made = Some(done.unwrap()),
                () = house.stall.stopped.notified() => {}
            }
            house.stall.nowhere();
            house.clock.advance(std::time::Duration::from_mins(6));
            if made.is_some() {
                break;
            }
            let opened = house.meetings.open(scope, meeting).await.unwrap();
            assert!(opened.made.is_empty(), "{name}: nothing stands in the way of another try");
        }
        assert!(made.unwrap().done, "{name}");
        let of = Query::of(table, &[text_of]).size(crm::MAX_PAGE);
        let rows = crm.query(&of.order_by(created(record), Direction::Descending)).await.unwrap();
        let own = rows.records.iter().filter(|row| match row.values.get(text_of) {
            Some(Value::Text(text)) => text.contains(&meeting.to_string()),
            _ => false,
        });
        let own: Vec<_> = own.collect();
        assert_eq!(own.len(), 1, "{name}: {own:?}");
    }
}

fn created(record: &RecordRef) -> &'static str {
    if record.table == "Opportunity" { "CreatedDate" } else { "createdon" }
}

#[tokio::test]
async fn wherever_the_hub_dies_tasks_and_notes_are_in_the_own_crm_once() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let account = house.make("account", &[("name", text("Fabrikam"))]).await;
    let crm = house.crm.of(&house.admin).await.unwrap();
    dies_everywhere(&house, &sam, (&*crm, &account)).await;
}

#[tokio::test]
async fn wherever_the_hub_dies_tasks_and_notes_are_at_salesforce_and_dynamics_once() {
    let house = House::new().await;
    let elsewhere =
        Box::pin(Elsewhere::start(house.crm.clone(), &house.admin, "http://hub.test/crm/sign-in"));
    let elsewhere = elsewhere.await;
    for at in At::BOTH {
        let scope = house.seller(&format!("{at:?}").to_lowercase(), None).await;
        elsewhere.sign_in(&scope, at, &at.mail("manager")).await;
        house.crm.choose(&scope, elsewhere.system(at).id).await.unwrap();
        let deal = elsewhere.opportunity(&scope, at, "Renewal 2026").await;
        let crm = elsewhere.seat(&scope, at).await;
        dies_everywhere(&house, &scope, (&*crm, &deal)).await;
    }
}

#[tokio::test]
async fn before_a_meeting_stands_who_comes_and_what_was_left_open_the_last_time() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let account = house.make("account", &[("name", text("Fabrikam"))]).await;
    let contact = [
        ("firstname", text("Ben")),
        ("lastname", text("King")),
        ("emailaddress1", text("ben@fabrikam.example")),
        ("parentcustomerid", Value::Row(account.clone())),
    ];
    house.make("contact", &contact).await;
    let past = house.meeting(&sam, "First", &["ben@fabrikam.example"]).await;
    let opened = house.meetings.bring_transcript(&sam, past.id, SPOKEN.into()).await.unwrap();
    let actions = opened.recap.unwrap().actions.unwrap();
    assert!(actions.len() > 1, "{actions:?}");
    let done = actions[0].said.key();
    let task = NewTask { subject: "Done".to_owned(), ..NewTask::default() };
    house.meetings.create_task(&sam, (past.id, &done), task).await.unwrap();
    house.clock.advance(std::time::Duration::from_hours(24));
    let next =
        house.meeting(&sam, "Second", &["ben@fabrikam.example", "cy@fabrikam.example"]).await;
    let (_, prepared) = house.meetings.prepared(&sam, next.id).await.unwrap();
    assert_eq!(prepared.trouble, None);
    assert_eq!(prepared.people.len(), 2);
    assert_eq!(prepared.record.as_ref().unwrap().name, "Fabrikam");
    assert!(!prepared.is_connected, "it is suggested");
    assert_eq!(prepared.last.unwrap().id, past.id);
    let open: Vec<String> = prepared.open_actions.iter().map(|one| one.said.key()).collect();
    assert!(!open.is_empty() && !open.contains(&done), "{open:?}");
    // without a CRM the rest stands all the same
    let nora = house.seller("nora", None).await;
    let own = house.meeting(&nora, "Own", &["ben@fabrikam.example"]).await;
    let (_, prepared) = house.meetings.prepared(&nora, own.id).await.unwrap();
    assert_eq!(prepared.trouble, Some("crm.object_hidden"));
}

#[tokio::test]
async fn a_recap_is_posted_once_to_the_linked_channel_without_sentences_unless_asked_for() {
    let house = House::new().await;
    let account = house.make("account", &[("name", text("Fabrikam"))]).await;
    let link = house.link(&account).await;
    let ada = house.admin.clone();
    let meeting = house.meeting(&ada, "Renewal *now*", &["ben@fabrikam.example"]).await;
    house.meetings.bring_transcript(&ada, meeting.id, SPOKEN.into()).await.unwrap();
    house.meetings.connect(&ada, meeting.id, account).await.unwrap();
    let opened = house.meetings.open(&ada, meeting.id).await.unwrap();
    let quiet = house.meetings.card(Language::En, &opened, false).unwrap().to_string();
    assert!(!quiet.contains("45,000") && quiet.contains("/meetings/"), "{quiet}");
    assert!(quiet.contains(r"Renewal \\*now\\*"), "no markup of a subject: {quiet}");
    let told = house.meetings.card(Language::Fr, &opened, true).unwrap().to_string();
    assert!(told.contains("offer"), "{told}");
    let channels = house.meetings.channels(&ada, &opened).await.unwrap();
    assert_eq!(channels.len(), 1, "{link:?}");
    assert_eq!(channels[0].link, link.id.uuid());
    let nowhere: Uuid = house.ids.fresh();
    let posted = house.meetings.post(&ada, meeting.id, (nowhere, false)).await;
    assert_eq!(code(&posted), "meeting.no_channel");
    house.meetings.post(&ada, meeting.id, (channels[0].link, false)).await.unwrap();
    let again = house.meetings.post(&ada, meeting.id, (channels[0].link, true)).await;
    assert_eq!(code(&again), "meeting.posted_already");
    let opened = house.meetings.open(&ada, meeting.id).await.unwrap();
    let channels = house.meetings.channels(&ada, &opened).await.unwrap();
    assert!(channels[0].posted_at.is_some());
}
