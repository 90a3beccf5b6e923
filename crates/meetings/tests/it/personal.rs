//! What the rooms of sellers keep of a person, made through the rooms' own services: given out, taken away, gone by age.

use std::{collections::BTreeMap, path::Path, time::Duration};

use crm::{RecordRef, Value};
use kernel::Scope;
use liaison_meetings::Reminders;
use mailbox::{About, Accepted, Wanted};
use privacy::{DataSet, JobState, Kept, Privacy, Reason};
use tokio::io::AsyncReadExt as _;

use crate::house::{House, SPOKEN, code};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn mail(who: &str) -> Vec<u8> {
    format!(
        "From: Ben King <ben@fabrikam.example>\r\nTo: {who}@contoso.example\r\nSubject: Renewal for {who}\r\n\
         Message-ID: <{who}@fabrikam.example>\r\nDate: Mon, 2 Mar 2020 10:00:00 +0100\r\n\r\n\
         Only {who} reads this.\r\n"
    )
    .into_bytes()
}

/// A seller's day: a mail that is saved, summed up and decided on, notes, prompts, and a meeting with all that comes of it.
async fn day(house: &House, name: &str, (account, contact): (&RecordRef, &RecordRef)) -> Scope {
    let who = house.seller(name, Some("Sales Manager")).await;
    let kept = house.mailbox.keep(&who, mail(name)).await.unwrap().mail.id;
    house.mailbox.choose(&who, "ben@fabrikam.example", contact.clone()).await.unwrap();
    let about =
        About { table: account.table.clone(), id: account.id.0.clone(), name: String::new() };
    let wanted = Wanted { about: Some(about), ..Wanted::default() };
    assert!(house.mailbox.save(&who, kept, wanted).await.unwrap().done);
    house.mailbox.save_summary(&who, kept, account.clone(), "They renew.").await.unwrap();
    let unwanted = Accepted {
        opportunity: "7".to_owned(),
        field: "estimatedvalue".to_owned(),
        suggested: "45000".to_owned(),
        value: String::new(),
        version: None,
    };
    house.mailbox.reject(&who, kept, unwanted).await.unwrap();
    house.mailbox.keep_prompt(&who, &format!("Answer as {name} does")).await.unwrap();
    let note = format!("{name} thinks so");
    house.mailbox.write_private_note(&who, account, &note).await.unwrap();
    house.meetings.set_reminders(&who, Reminders::default()).await.unwrap();
    let alone = house.meeting(&who, &format!("Of {name} alone"), &["ben@fabrikam.example"]).await;
    spoken(house, &who, alone.id, account).await;
    who
}

/// What was said in a meeting, a task, and notes.
async fn spoken(house: &House, who: &Scope, meeting: uuid::Uuid, account: &RecordRef) {
    let opened = house.meetings.bring_transcript(who, meeting, SPOKEN.into()).await.unwrap();
    assert!(opened.recap.is_some(), "insights were made");
    house.meetings.connect(who, meeting, account.clone()).await.unwrap();
    house.meetings.save_notes(who, meeting, "They renew in June.").await.unwrap();
}

async fn archive(privacy: &Privacy, who: &Scope) -> BTreeMap<String, String> {
    let job = privacy.export(who, who.user().unwrap()).await.unwrap();
    privacy.work().await.unwrap();
    let mut found = privacy.archive(who, job.id).await.unwrap();
    let mut bytes = Vec::new();
    found.bytes.read_to_end(&mut bytes).await.unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut all = BTreeMap::new();
    for name in names {
        let content = std::io::read_to_string(zip.by_name(&name).unwrap()).unwrap();
        all.insert(name, content);
    }
    all
}

fn counted(all: &[Kept]) -> BTreeMap<&'static str, i64> {
    // the log grows by what is looked at
    let kept = all.iter().filter(|one| one.set != DataSet::Log);
    kept.map(|one| (one.set.as_str(), one.count)).collect()
}

#[tokio::test]
async fn everything_that_rooms_keep_of_a_person_is_given_out_and_goes_and_nothing_of_a_neighbour() {
    let house = House::new().await;
    let privacy = house.privacy();
    let account = house.make("account", &[("name", text("Fabrikam"))]).await;
    let contact = [("lastname", text("King")), ("emailaddress1", text("ben@fabrikam.example"))];
    let contact = house.make("contact", &contact).await;
    let sam = day(&house, "sam", (&account, &contact)).await;
    let nora = day(&house, "nora", (&account, &contact)).await;
    let (user, other) = (sam.user().unwrap(), nora.user().unwrap());
    let both = ["nora@contoso.example", "ben@fabrikam.example"];
    let shared = house.meeting(&sam, "Of both", &both).await;
    spoken(&house, &sam, shared.id, &account).await;

    // each row that a service made is there, and what belongs to nora alone is not
    let given = archive(&privacy, &sam).await;
    assert_eq!(house.logged("privacy.exported").await[0]["counts"]["mails"], 2);
    for (file, words) in [
        ("account/users.json", "\"user_name\": \"sam\""),
        ("mails/mailbox_mails.json", "Renewal for sam"),
        ("records/mailbox_saves.json", account.id.0.as_str()),
        ("records/mailbox_choices.json", contact.id.0.as_str()),
        ("mail-insights/mailbox_decisions.json", "estimatedvalue"),
        ("mail-insights/mailbox_notes.json", "record_id"),
        ("preferences/mailbox_prompts.json", "Answer as sam does"),
        ("preferences/mailbox_private_notes.json", "sam thinks so"),
        ("preferences/meeting_reminders.json", "digest"),
        ("meetings/meetings.json", "Of sam alone"),
        ("meetings/meeting_people.json", "sam@contoso.example"),
        ("transcripts/meeting_transcripts.json", "Northwind"),
        ("meeting-insights/meeting_recaps.json", "summary"),
        ("records/meeting_records.json", account.id.0.as_str()),
        ("records/meeting_made.json", "notes"),
        ("meetings/meetings-with-speech.json", "<v Ben King>"),
        ("log/audit.json", "meeting.keep"),
    ] {
        let content = given.get(file).unwrap_or_else(|| panic!("{file}: {:?}", given.keys()));
        assert!(content.contains(words), "{file} without {words}: {content}");
    }
    let eml: Vec<&String> = given
        .iter()
        .filter(|(name, _)| Path::new(name).extension() == Some("eml".as_ref()))
        .map(|(_, file)| file)
        .collect();
    assert!(eml.len() == 1 && eml[0].contains("Only sam reads this"), "{eml:?}");
    for (file, content) in &given {
        for theirs in ["Only nora reads", "Answer as nora", "nora thinks", "Of nora alone"] {
            assert!(!content.contains(theirs), "{file} holds {theirs}");
        }
    }

    // what goes, what stays for nora without sam's name, and that it is exactly this
    let admin = &house.admin;
    let preview = privacy.preview(admin, user).await.unwrap();
    let of = |all: &[(DataSet, i64)], set| {
        all.iter().find(|(own, _)| *own == set).map_or(0, |(_, count)| *count)
    };
    assert_eq!(of(&preview.goes, DataSet::Mails), 2, "the mail and what its thread is known by");
    assert_eq!(of(&preview.unnamed, DataSet::Meetings), 1, "the meeting of both");
    assert_eq!(of(&preview.unnamed, DataSet::Transcripts), 1);
    assert_eq!(of(&preview.goes, DataSet::Transcripts), 1);
    let before = counted(&privacy.of(admin, user).await.unwrap());
    let neighbour = counted(&privacy.of(admin, other).await.unwrap());
    let whole = counted(&privacy.overview(admin).await.unwrap());
    let job = privacy.forget(admin, user).await.unwrap();
    privacy.work().await.unwrap();
    assert_eq!(privacy.job(admin, job.id).await.unwrap().state, JobState::Done);
    let after = counted(&privacy.of(admin, user).await.unwrap());
    let left = counted(&privacy.overview(admin).await.unwrap());
    for set in DataSet::ALL.into_iter().filter(|set| *set != DataSet::Log) {
        let (goes, unnamed) = (of(&preview.goes, set), of(&preview.unnamed, set));
        let name = set.as_str();
        assert_eq!(before[name] - after[name], goes + unnamed, "{name} of sam");
        // with a meeting go those of its people who are nobody here
        let strangers = i64::from(set == DataSet::Meetings);
        assert_eq!(whole[name] - left[name], goes + strangers, "{name} of everybody");
    }
    let mut neighbour_now = counted(&privacy.of(admin, other).await.unwrap());
    *neighbour_now.get_mut("meetings").unwrap() -= 1;
    assert_eq!(neighbour_now, neighbour, "but for the meeting of both, which is nora's now");
    let opened = house.meetings.open(&nora, shared.id).await.unwrap();
    assert!(opened.transcript.is_some() && opened.recap.is_some());
    assert!(opened.people.iter().all(|one| one.user != Some(user)));
    assert_eq!(opened.meeting.organiser, "", "sam's address is gone");
    let list = house.mailbox.list(&nora, "", kernel::Limit::default(), None).await.unwrap();
    let (_, file) = house.mailbox.file(&nora, list.items[0].id).await.unwrap();
    assert!(String::from_utf8_lossy(&file).contains("Only nora reads this"));
    let list = house.mailbox.list(&sam, "", kernel::Limit::default(), None).await.unwrap();
    assert!(list.items.is_empty());
    let told = &house.logged("privacy.forgotten").await[0]["counts"];
    assert_eq!(told["gone"]["mails"], 2, "{told}");
    assert_eq!(told["unnamed"]["meetings"], 1, "{told}");
}

#[tokio::test]
async fn links_and_posts_are_given_out_to_who_made_them_and_links_stay_for_the_organisation() {
    let house = House::new().await;
    let (privacy, ada) = (house.privacy(), house.admin.clone());
    let account = house.make("account", &[("name", text("Fabrikam"))]).await;
    let link = house.link(&account).await;
    let meeting = house.meeting(&ada, "Renewal", &["ben@fabrikam.example"]).await;
    house.meetings.bring_transcript(&ada, meeting.id, SPOKEN.into()).await.unwrap();
    house.meetings.connect(&ada, meeting.id, account.clone()).await.unwrap();
    house.meetings.post(&ada, meeting.id, (link.id.uuid(), false)).await.unwrap();
    let given = archive(&privacy, &ada).await;
    for (file, words) in [
        ("work/links.json", "Fabrikam"),
        ("meetings/meeting_posts.json", "posted_at"),
        ("conversations/messages.json", "created_at"),
        ("conversations/team_members.json", "owner"),
    ] {
        let content = given.get(file).unwrap_or_else(|| panic!("{file}: {:?}", given.keys()));
        assert!(content.contains(words), "{file} without {words}: {content}");
    }
    let user = ada.user().unwrap();
    let preview = privacy.preview(&ada, user).await.unwrap();
    let stays = |all: &privacy::Preview| {
        let of = |set, why| {
            all.stays.iter().find(|one| (one.0, one.1) == (set, why)).map_or(0, |one| one.2)
        };
        (of(DataSet::Work, Reason::Organisation), of(DataSet::Conversations, Reason::Conversation))
    };
    let (work, said) = stays(&preview);
    assert!(work > 0 && said > 0, "{preview:?}");
    privacy.forget(&ada, user).await.unwrap();
    privacy.work().await.unwrap();
    let left = privacy.preview(&ada, user).await.unwrap();
    assert_eq!(stays(&left), (work, said));
    assert!(left.unnamed.is_empty() && left.goes.is_empty(), "{left:?}");
    assert!(house.linking.link_by_id(&ada, link.id).await.is_ok());
}

#[tokio::test]
async fn each_kind_goes_when_its_own_period_is_over_and_the_log_counts_it() {
    let house = House::new().await;
    let privacy = house.privacy();
    let account = house.make("account", &[("name", text("Fabrikam"))]).await;
    let contact = [("lastname", text("King")), ("emailaddress1", text("ben@fabrikam.example"))];
    let contact = house.make("contact", &contact).await;
    let sam = day(&house, "sam", (&account, &contact)).await;
    let periods = vec![
        (DataSet::MeetingInsights, 5),
        (DataSet::MailInsights, 10),
        (DataSet::Mails, 20),
        (DataSet::Transcripts, 30),
        (DataSet::Meetings, 40),
    ];
    privacy.set_periods(&house.admin, periods.clone()).await.unwrap();
    let count = async |set: DataSet| {
        let all = privacy.of(&house.admin, sam.user().unwrap()).await.unwrap();
        all.iter().find(|one| one.set == set).unwrap().count
    };
    let mut day = 0;
    for (set, days) in periods {
        let there = count(set).await;
        assert!(there > 0, "{}", set.as_str());
        // the day before nothing goes
        house.clock.advance(Duration::from_hours(24 * (days - 1 - day).unsigned_abs()));
        privacy.sweep().await.unwrap();
        assert_eq!(count(set).await, there, "{} early", set.as_str());
        house.clock.advance(Duration::from_hours(25));
        privacy.sweep().await.unwrap();
        assert_eq!(count(set).await, 0, "{} late", set.as_str());
        let log = house.logged("privacy.swept").await;
        assert_eq!(log[0]["set"], set.as_str(), "{log:?}");
        assert!(log[0]["count"].as_u64() > Some(0), "{log:?}");
        day = days;
    }
    // what has no period of its own stays: the seller's notes and prompts
    assert!(count(DataSet::Preferences).await > 0);
    let seen = house.meetings.list(&sam, false, kernel::Limit::default(), None).await;
    assert_eq!(code(&seen), "done");
}
