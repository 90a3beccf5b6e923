//! What was said, what is made of it, and who sees that.

use std::time::Duration;

use identity::Role;
use kernel::{Clock as _, Coded as _, Limit};
use language_features::{Availability, Feature};
use liaison_meetings::{Absence, Error, Rules};

use crate::house::{House, SPOKEN, code, new_meeting};

#[tokio::test]
async fn a_transcript_becomes_a_recap_whose_every_sentence_stands_in_it() {
    let house = House::new().await;
    let sam = house.seller("sam", None).await;
    let rules = Rules { competitors: vec!["Northwind".to_owned()], ..Rules::default() };
    house.meetings.set_rules(&house.admin, rules).await.unwrap();
    let meeting = house.meeting(&sam, "Renewal", &["Ben King <ben@fabrikam.example>"]).await;
    assert!(meeting.app_alone, "somebody from outside brings the app");
    let opened = house.meetings.bring_transcript(&sam, meeting.id, SPOKEN.into()).await.unwrap();
    let (recap, spoken) = (opened.recap.unwrap(), opened.transcript.unwrap());
    assert_eq!((spoken.format.as_str(), spoken.cues.len()), ("webvtt", 5));
    assert_eq!((recap.language.as_str(), opened.absence), ("en", None));
    // every sentence stands where it says, word for word
    let all = recap
        .summary
        .iter()
        .chain(recap.parts.iter().flat_map(|part| &part.highlights))
        .chain(recap.actions.iter().flatten().map(|action| &action.said))
        .chain(recap.questions.iter().flat_map(|asked| &asked.questions));
    let mut count = 0;
    for said in all {
        let cue = &spoken.cues[said.cue];
        assert_eq!(cue.speaker, said.speaker);
        let here = cue.text.get(said.start..).unwrap();
        assert!(here.starts_with(&said.text), "{said:?} in {cue:?}");
        count += 1;
    }
    assert!(count > 5, "{recap:?}");
    let offer = recap.actions.iter().flatten().find(|one| one.said.text.contains("offer")).unwrap();
    assert_eq!(offer.owner.as_deref(), Some("sam"));
    // the day of the meeting is a Monday
    assert_eq!(offer.due.unwrap().to_string(), "2026-03-06");
    let asked: Vec<Option<&str>> = recap.questions.iter().map(|one| one.asker.as_deref()).collect();
    assert!(asked.contains(&Some("sam")) && asked.contains(&Some("Ben King")), "{asked:?}");
    let named = |kind: &str, text: &str| {
        recap.mentions.iter().any(|one| one.kind == kind && one.text.contains(text))
    };
    assert!(named("competitors", "Northwind") && named("money", "45,000"), "{:?}", recap.mentions);
    assert!(named("people", "Claire Petit"), "{:?}", recap.mentions);
    assert!(named("dates", "Friday") || named("dates", "June"), "{:?}", recap.mentions);
    assert_eq!(recap.speakers.len(), 2);
    assert_eq!(recap.speakers.iter().map(|one| one.percent).sum::<i64>(), 100);
    assert_eq!(recap.switches, 4);
}

#[tokio::test]
async fn only_those_who_take_part_see_a_meeting_and_administrators_do_not() {
    let house = House::new().await;
    let sam = house.seller("sam", None).await;
    let nora = house.seller("nora", None).await;
    let lena = house.seller("lena", None).await;
    let people = ["Nora <NORA@contoso.example>", "ben@fabrikam.example"];
    let meeting = house.meeting(&sam, "Renewal", &people).await;
    house.meetings.bring_transcript(&sam, meeting.id, SPOKEN.into()).await.unwrap();
    let seen = house.meetings.open(&nora, meeting.id).await.unwrap();
    assert!(seen.recap.is_some() && !seen.is_organiser && !seen.is_keeper);
    for other in [&lena, &house.admin] {
        assert_eq!(code(&house.meetings.open(other, meeting.id).await), "meeting.not_found");
        let brought = house.meetings.bring_transcript(other, meeting.id, b"x".to_vec()).await;
        assert_eq!(code(&brought), "meeting.not_found");
        assert_eq!(code(&house.meetings.delete(other, meeting.id).await), "meeting.not_found");
        let listed = house.meetings.list(other, false, Limit::default(), None).await.unwrap();
        assert!(listed.items.is_empty());
    }
    // a colleague neither replaces what another brought nor takes the meeting away
    let again = house.meetings.bring_transcript(&nora, meeting.id, SPOKEN.into()).await;
    assert_eq!(code(&again), "meeting.keeper_needed");
    assert_eq!(code(&house.meetings.delete(&nora, meeting.id).await), "meeting.keeper_needed");
    assert_eq!(code(&house.meetings.add_app(&nora, meeting.id).await), "meeting.organiser_needed");
    let listed = house.meetings.list(&nora, false, Limit::default(), None).await.unwrap();
    assert_eq!(listed.items.len(), 1);
    house.meetings.delete(&sam, meeting.id).await.unwrap();
    assert_eq!(code(&house.meetings.open(&nora, meeting.id).await), "meeting.not_found");
}

#[tokio::test]
async fn nothing_is_made_without_the_app_or_the_feature_and_the_reason_is_told() {
    let house = House::new().await;
    let sam = house.seller("sam", None).await;
    let inside = house.meeting(&sam, "Among us", &["ada@contoso.example"]).await;
    assert!(inside.app_at.is_none());
    let opened = house.meetings.bring_transcript(&sam, inside.id, SPOKEN.into()).await.unwrap();
    assert!(opened.transcript.is_some() && opened.recap.is_none());
    assert_eq!(opened.absence, Some(Absence::NoApp));
    let made = house.meetings.make_recap(&sam, inside.id).await;
    assert!(matches!(made, Err(Error::NoRecap(Absence::NoApp))));
    house.meetings.add_app(&sam, inside.id).await.unwrap();
    // off: nothing is computed, for nobody
    house.switch(Feature::Meeting, Availability::Off).await;
    let made = house.meetings.make_recap(&sam, inside.id).await;
    assert!(matches!(made, Err(Error::NoRecap(Absence::FeatureOff))));
    let opened = house.meetings.open(&sam, inside.id).await.unwrap();
    assert_eq!(opened.absence, Some(Absence::FeatureOff));
    // a preview is for who administers sales
    house.switch(Feature::Meeting, Availability::Preview).await;
    let made = house.meetings.make_recap(&sam, inside.id).await;
    assert_eq!(code(&made), "meeting.no_recap");
    house.meetings.make_recap(&house.admin, inside.id).await.unwrap();
    assert!(house.meetings.open(&house.admin, inside.id).await.unwrap().recap.is_some());
    assert!(house.meetings.open(&sam, inside.id).await.unwrap().recap.is_none());
    // there for all, without actions
    house.switch(Feature::Meeting, Availability::General).await;
    house.switch(Feature::Actions, Availability::Off).await;
    house.meetings.make_recap(&sam, inside.id).await.unwrap();
    let recap = house.meetings.open(&sam, inside.id).await.unwrap().recap.unwrap();
    assert!(!recap.summary.is_empty() && recap.actions.is_none());
}

#[tokio::test]
async fn text_json_and_odd_files_are_read_or_refused_with_their_line() {
    let house = House::new().await;
    let sam = house.seller("sam", None).await;
    let meeting = house.meeting(&sam, "Renewal", &["ben@fabrikam.example"]).await;
    let text = "Ben King: Can you send the offer?\nsam: I will send the offer tomorrow.\n";
    let opened = house.meetings.bring_transcript(&sam, meeting.id, text.into()).await.unwrap();
    assert_eq!(opened.transcript.unwrap().format, "text");
    let json = br#"[{"speaker":"sam","text":"I will send the offer tomorrow.","start":0,"end":4}]"#;
    let opened = house.meetings.bring_transcript(&sam, meeting.id, json.to_vec()).await.unwrap();
    assert_eq!(opened.transcript.unwrap().format, "json");
    for odd in ["", "WEBVTT\n\n", "{\"a\":", "[{}]"] {
        let brought = house.meetings.bring_transcript(&sam, meeting.id, odd.into()).await;
        let error = brought.err().unwrap_or_else(|| panic!("{odd:?} was read"));
        assert_eq!(error.code().name(), "meeting.transcript_unreadable", "{odd:?}");
    }
    let opened = house.meetings.open(&sam, meeting.id).await.unwrap();
    assert_eq!(opened.transcript.unwrap().format, "json", "what was there stays");
    let large = vec![b'a'; liaison_meetings::MAX_TRANSCRIPT_BYTES + 1];
    let brought = house.meetings.bring_transcript(&sam, meeting.id, large).await;
    assert_eq!(code(&brought), "meeting.transcript_too_large");
}

#[tokio::test]
async fn what_was_said_goes_when_its_time_is_over_and_a_person_can_be_forgotten() {
    let house = House::new().await;
    let sam = house.seller("sam", None).await;
    let nora = house.seller("nora", None).await;
    let shared = house.meeting(&sam, "Shared", &["nora@contoso.example", "b@x.example"]).await;
    let alone = house.meeting(&sam, "Alone", &["b@x.example"]).await;
    for meeting in [&shared, &alone] {
        house.meetings.bring_transcript(&sam, meeting.id, SPOKEN.into()).await.unwrap();
    }
    let user = sam.user().unwrap();
    assert_eq!(code(&house.meetings.forget(&house.admin, user).await), "permission.missing");

    assert_eq!(house.meetings.forget(&house.root, user).await.unwrap(), 2);
    assert_eq!(code(&house.meetings.open(&sam, alone.id).await), "meeting.not_found");
    let left = house.meetings.open(&nora, shared.id).await.unwrap();
    assert!(left.recap.is_some() && left.people.iter().all(|one| one.user != Some(user)));
    assert_eq!(left.meeting.kept_by, nora.user().unwrap());

    // 90 days after its end nothing of what was said is there; the entry is
    house.clock.advance(Duration::from_hours(24 * 89));
    house.meetings.work().await.unwrap();
    assert!(house.meetings.open(&nora, shared.id).await.unwrap().transcript.is_some());
    house.clock.advance(Duration::from_hours(48));
    house.meetings.work().await.unwrap();
    let old = house.meetings.open(&nora, shared.id).await.unwrap();
    assert!(old.transcript.is_none() && old.recap.is_none());
    assert_eq!(old.absence, Some(Absence::Expired));
    house.clock.advance(Duration::from_hours(24 * 300));
    house.meetings.work().await.unwrap();
    assert_eq!(code(&house.meetings.open(&nora, shared.id).await), "meeting.not_found");
}

#[tokio::test]
async fn what_is_typed_and_set_is_checked_with_its_place() {
    let house = House::new().await;
    let sam = house.seller("sam", None).await;
    let now = house.clock.now();
    let pointer = |error: Option<Error>| error.unwrap().fields()[0].pointer.clone();
    let long = "x".repeat(401);
    for (subject, people, at) in [
        ("", vec![], "/subject"),
        (long.as_str(), vec![], "/subject"),
        ("A", vec!["nobody"], "/people"),
    ] {
        let made = house.meetings.create(&sam, new_meeting(subject, now, &people)).await;
        assert_eq!(pointer(made.err()), at);
    }
    let odd = Rules { keep_days: 0, ..Rules::default() };
    let set = house.meetings.set_rules(&house.admin, odd).await;
    assert_eq!(pointer(set.err()), "/keep_days");
    let set = house.meetings.set_rules(&sam, Rules::default()).await;
    assert_eq!(code(&set), "permission.missing");
    // a role without a CRM has no meetings
    let ops = house.person("ops", Role::TeamsAdministrator).await;
    let listed = house.meetings.list(&ops, true, Limit::default(), None).await;
    assert!(matches!(code(&listed), "permission.missing" | "done"));
}
