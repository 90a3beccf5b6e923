//! Every page in both languages, with what people have and empty.

use meetings::{
    Absence, Action, Activity, Asked, Channel, Connected, Cue, Made, Meeting, Mention, Opened,
    Origin, Owner, Part, Person, Preparation, Recap, RecapPart, Reminders, Rules, Said, Sentiment,
    Shown, Speaker, Transcript,
};
use uuid::Uuid;
use web_frame::Frame;
use web_proof::show;

use crate::{draft, forms, list, meeting, prepare, reminders, rules, share};

fn entry(frame: &Frame, number: u128, subject: &str) -> Meeting {
    Meeting {
        id: Uuid::from_u128(number),
        kept_by: Uuid::from_u128(1).into(),
        origin: Origin::File,
        uid: "u".to_owned(),
        subject: subject.to_owned(),
        starts_at: frame.now,
        ends_at: frame.now,
        organiser: "sam@contoso.example".to_owned(),
        join_url: None,
        is_recurring: number == 8,
        is_cancelled: number == 8,
        app_at: Some(frame.now),
        app_alone: true,
        remote_user: Some("r".to_owned()),
        absence: None,
        looked_at: None,
        has_transcript: true,
        has_recap: number == 7,
    }
}

fn person(name: &str, address: &str, part: Part, is_external: bool) -> Person {
    Person { name: name.to_owned(), address: address.to_owned(), user: None, part, is_external }
}

fn said(text: &str, speaker: &str, cue: usize) -> Said {
    let at_ms = Some(62_000 * i64::try_from(cue).unwrap());
    let speaker = Some(speaker.to_owned());
    Said { text: text.to_owned(), speaker, cue, start: 0, last: cue, at_ms }
}

fn recap() -> Recap {
    let offer = said("I will send the <offer> by Friday.", "Sam Roy", 1);
    let budget = said("Our budget is 45,000 euros.", "Ben <King>", 0);
    let action = |said: Said, owner: Option<&str>, committed: bool| Action {
        said,
        owner: owner.map(str::to_owned),
        due: committed.then(|| "2026-03-06".parse().unwrap()),
        committed,
    };
    let mention = |kind: &str, text: &str, count| Mention {
        kind: kind.to_owned(),
        text: text.to_owned(),
        count,
        cues: vec![0],
    };
    let speaker = |name: Option<&str>, percent| Speaker {
        name: name.map(str::to_owned),
        talk_ms: 600 * percent,
        percent,
        words_per_minute: name.map(|_| 140),
        longest_ms: 9_000,
        questions: 2,
        moods: [1, 5, 0],
    };
    let part = |words: &str| RecapPart {
        words: vec![words.to_owned()],
        start_ms: Some(0),
        speakers: vec!["Sam Roy".to_owned()],
        highlights: vec![budget.clone()],
    };
    Recap {
        language: "en".to_owned(),
        is_known_language: false,
        summary_language: None,
        by_endpoint: true,
        fell_back: Some("late".to_owned()),
        dropped: 2,
        summary: vec![budget.clone(), offer.clone()],
        parts: vec![part("licences"), part("budget")],
        actions: Some(vec![
            action(offer.clone(), Some("Sam Roy"), true),
            action(said("Somebody should call <Claire>.", "Ben <King>", 2), None, false),
        ]),
        questions: vec![Asked {
            asker: None,
            questions: vec![said("Can you send us the offer?", "Ben <King>", 0)],
        }],
        mentions: vec![
            mention("people", "Claire <Petit>", 2),
            mention("competitors", "Northwind", 1),
            mention("money", "45,000 euros", 1),
        ],
        sentiment: Sentiment {
            overall: "positive".to_owned(),
            trend: "rising".to_owned(),
            distribution: [2, 3, 1],
        },
        duration_ms: 1_200_000,
        switches: 4,
        pause_ms: 300,
        speakers: vec![speaker(Some("Sam Roy"), 60), speaker(None, 40)],
    }
}

fn transcript(frame: &Frame) -> Transcript {
    let cue = |speaker: Option<&str>, text: &str| Cue {
        speaker: speaker.map(str::to_owned),
        start_ms: 0,
        end_ms: 5_000,
        text: text.to_owned(),
    };
    Transcript {
        source: Origin::File,
        format: "webvtt".to_owned(),
        times: "estimated".to_owned(),
        language: None,
        words: 1_234,
        kept_by: None,
        kept_at: frame.now,
        cues: vec![
            cue(Some("Ben <King>"), "Our budget is 45,000 euros. Can you send us the offer?"),
            cue(Some("Sam Roy"), "I will send the <offer> by Friday."),
            cue(None, "Somebody should call <Claire>."),
        ],
    }
}

fn opened(frame: &Frame) -> Opened {
    let made = |what: &str| Made {
        what: what.to_owned(),
        done: true,
        system: Uuid::from_u128(3),
        table: "task".to_owned(),
        id: "t1".to_owned(),
        by: None,
        at: frame.now,
    };
    Opened {
        meeting: entry(frame, 7, "Renewal <now>"),
        people: vec![
            person("Sam Roy", "sam@contoso.example", Part::Organiser, false),
            person("Ben <King>", "ben@fabrikam.example", Part::Required, true),
        ],
        is_organiser: true,
        is_keeper: true,
        transcript: Some(transcript(frame)),
        recap: Some(recap()),
        absence: None,
        has_actions: true,
        connected: Some(Connected {
            system: Uuid::from_u128(3),
            table: "account".to_owned(),
            id: "a1".to_owned(),
            at: frame.now,
        }),
        made: vec![made("task:1-0"), made(Made::NOTES)],
        posts: Vec::new(),
        keeps_notes: true,
    }
}

/// One whose CRM keeps no notes.
fn unkept(frame: &Frame) -> Opened {
    Opened { made: Vec::new(), keeps_notes: false, ..opened(frame) }
}

fn empty(frame: &Frame, absence: Absence) -> Opened {
    Opened {
        meeting: Meeting { app_at: None, ..entry(frame, 9, "") },
        transcript: None,
        recap: None,
        absence: Some(absence),
        connected: None,
        made: Vec::new(),
        ..opened(frame)
    }
}

fn record() -> Shown {
    Shown {
        table: "account".to_owned(),
        id: "a1".to_owned(),
        name: "Fabrikam <Ltd>".to_owned(),
        label: "Account".to_owned(),
    }
}

#[test]
fn the_list_shows_what_is_to_come_and_what_was() {
    show("meetings-list", |frame| {
        let all = vec![entry(frame, 7, "Renewal <now>"), entry(frame, 8, "")];
        let told = Some(("This file is no calendar".to_owned(), "Bring another.".to_owned()));
        vec![
            ("full", list::Page::new(frame.clone(), (all.clone(), None), false, None)),
            ("past", list::Page::new(frame.clone(), (all, None), true, None)),
            ("empty", list::Page::new(frame.clone(), (Vec::new(), None), false, told)),
        ]
    });
}

#[test]
fn every_sentence_of_a_recap_leads_to_its_place_in_the_transcript_beside_it() {
    show("meetings-meeting", |frame| {
        let full = meeting::Page::new(frame.clone(), (opened(frame), Some(record())), None);
        let shown = web_frame::Html::of(&full).into_string();
        for piece in shown.split("href=\"#cue-").skip(1) {
            let cue = piece.split('"').next().unwrap();
            assert!(shown.contains(&format!("id=\"cue-{cue}\"")), "{cue} leads nowhere");
        }
        assert!(!shown.contains("<King>") && !shown.contains("<offer>"), "nothing is markup");
        let absences = Absence::ALL.iter().map(|absence| {
            let page = meeting::Page::new(frame.clone(), (empty(frame, *absence), None), None);
            (absence.as_str(), page)
        });
        let mut all: Vec<(&'static str, meeting::Page)> =
            absences.filter(|(name, _)| matches!(*name, "no_app" | "policy" | "several")).collect();
        let unkept = meeting::Page::new(frame.clone(), (unkept(frame), Some(record())), None);
        assert!(!web_frame::Html::of(&unkept).into_string().contains("/notes\""));
        all.push(("full", full));
        all.push(("without_notes", unkept));
        all
    });
}

#[test]
fn forms_show_what_will_be_made_before_it_is() {
    show("meetings-form", |frame| {
        let opened = opened(frame);
        let owner = Owner {
            id: "u1".to_owned(),
            name: "Ada <Byron>".to_owned(),
            address: "ada@contoso.example".to_owned(),
        };
        let typed = forms::Typed {
            action: "1-0".to_owned(),
            subject: "Send the offer".to_owned(),
            owner: "u1".to_owned(),
            due: "2026-03-06".to_owned(),
        };
        let task = forms::Page::task(
            frame.clone(),
            (&opened, &[owner]),
            (&typed, "I will send the <offer>."),
            &[],
        );
        let text = forms::draft(frame, &opened);
        vec![
            ("task", task),
            ("notes", forms::Page::notes(frame.clone(), Uuid::from_u128(7), &text, &[])),
        ]
    });
    show("meetings-new", |frame| {
        let typed = list::Typed { minutes: "60".to_owned(), ..list::Typed::default() };
        vec![("new", list::NewPage::new(frame.clone(), &typed, &[]))]
    });
    show("meetings-record", |frame| {
        let page = |words: &str, found| {
            forms::RecordPage::new(frame.clone(), Uuid::from_u128(7), (words.to_owned(), found))
        };
        vec![("found", page("fab", vec![record()])), ("nothing", page("x", Vec::new()))]
    });
    show("meetings-rules", |frame| {
        let rules = Rules { competitors: vec!["<Northwind>".to_owned()], ..Rules::default() };
        vec![("rules", rules::Page::new(frame.clone(), &rules, &[]))]
    });
    show("meetings-reminders", |frame| {
        let odd = Reminders { quiet_from: -1, ..Reminders::default() };
        let error = kernel::FieldError::new("/quiet_from", "meeting.quiet", "a time of the day");
        let page = |own, has_mail, errors: &[kernel::FieldError]| {
            reminders::Page::new(frame.clone(), (own, has_mail), errors)
        };
        vec![("kept", page(Reminders::default(), true, &[])), ("odd", page(odd, false, &[error]))]
    });
}

#[test]
fn a_channel_is_chosen_after_reading_who_reads_it_and_a_meeting_is_prepared() {
    show("meetings-share", |frame| {
        let channel = |number, posted| Channel {
            link: Uuid::from_u128(number),
            name: "Deals / <Fabrikam>".to_owned(),
            posted_at: posted,
        };
        let channels = vec![channel(1, None), channel(2, Some(frame.now))];
        vec![
            ("channels", share::Page::new(frame.clone(), &opened(frame), channels)),
            ("none", share::Page::new(frame.clone(), &opened(frame), Vec::new())),
        ]
    });
    show("meetings-draft", |frame| {
        let draft = meetings::draft_of(&opened(frame), kernel::Language::En).unwrap();
        vec![("draft", draft::Page::new(frame.clone(), Uuid::from_u128(7), draft))]
    });
    show("meetings-prepare", |frame| {
        let full = Preparation {
            record: Some(record()),
            is_connected: false,
            activities: vec![Activity {
                kind: "Task".to_owned(),
                subject: "Call <Ben>".to_owned(),
                at: Some(frame.now),
            }],
            last: Some(entry(frame, 6, "First")),
            open_actions: recap().actions.unwrap(),
            ..Preparation::default()
        };
        let trouble =
            Preparation { trouble: Some("crm_connection.needed"), ..Preparation::default() };
        vec![
            ("full", prepare::Page::new(frame.clone(), opened(frame), full)),
            ("trouble", prepare::Page::new(frame.clone(), opened(frame), trouble)),
        ]
    });
}
