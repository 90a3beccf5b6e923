//! Every page in both languages.

use crm::RecordRef;
use crm_connections::{Connection, CrmSystem, Overview, State, SystemKind};
use jiff::Timestamp;
use teams_app::{Found, Hit, LinkedPerson, Note, Seen, Shared, View};
use uuid::Uuid;
use web_frame::Frame;
use web_proof::show;

use crate::{crm as window, door, home, panel, record, share};

fn at() -> Shared {
    Shared { system: Uuid::from_u128(5), record: RecordRef::new("Account", "001A") }
}

fn seen() -> Seen {
    Seen::View(Box::new(View {
        at: at(),
        system: "Salesforce <1>".to_owned(),
        table: "Account".to_owned(),
        name: "Fabrikam & <Sons>".to_owned(),
        fields: vec![("Phone".to_owned(), "+33 1 <b>".to_owned())],
        address: Some("https://contoso.my.salesforce.com/lightning/r/Account/001A/view".to_owned()),
    }))
}

fn found(recent: bool) -> Found {
    let hit = |name: &str| Hit {
        at: at(),
        name: name.to_owned(),
        table: "Account".to_owned(),
        subtitle: "Paris · 40 people".to_owned(),
    };
    Found {
        hits: if recent { vec![] } else { vec![hit("Fabrikam & <Sons>"), hit("Fabrikam Nord")] },
        tables: vec![],
        system: "Salesforce".to_owned(),
        recent,
    }
}

fn system(frame: &Frame, number: u128, kind: SystemKind) -> CrmSystem {
    CrmSystem {
        id: Uuid::from_u128(number),
        name: format!("CRM {number}"),
        kind,
        environment: None,
        address: "https://contoso.my.salesforce.com/".parse().ok(),
        authority: None,
        directory: None,
        application: None,
        client_id: None,
        has_secret: true,
        enabled: true,
        changes: 1,
        created_at: frame.now,
        updated_at: frame.now,
    }
}

fn link(frame: &Frame, state: State) -> Connection {
    let now: Timestamp = frame.now;
    Connection {
        id: Uuid::from_u128(8),
        user: Uuid::from_u128(9).into(),
        system: Uuid::from_u128(5),
        chosen: state == State::Connected,
        state,
        reason: (state != State::Connected).then(|| "crm_connection.lost".to_owned()),
        instance: None,
        organisation: None,
        account: None,
        account_name: Some("ada@contoso.example".to_owned()),
        changes: 1,
        connected_at: Some(now),
        created_at: now,
        updated_at: now,
    }
}

fn all(frame: &Frame) -> Vec<Overview> {
    let one = |number, kind, connection: Option<Connection>| Overview {
        chosen: connection.as_ref().is_some_and(|link| link.chosen),
        system: system(frame, number, kind),
        connection,
        blocked: None,
    };
    vec![
        one(5, SystemKind::Salesforce, Some(link(frame, State::Connected))),
        one(6, SystemKind::Salesforce, Some(link(frame, State::Lost))),
        one(7, SystemKind::Dataverse, None),
        one(8, SystemKind::Embedded, None),
    ]
}

#[test]
fn the_tab() {
    show("teams-home", |frame| {
        let mut hosted = frame.clone();
        hosted.hosted = true;
        let known = LinkedPerson {
            directory: Uuid::from_u128(1).to_string(),
            object: Uuid::from_u128(2).to_string(),
            linked_at: frame.now,
        };
        vec![
            ("first", home::Page::new(hosted, all(frame), (true, vec![]))),
            ("none", home::Page::new(frame.clone(), vec![], (false, vec![]))),
            (
                "found",
                home::Page::new(frame.clone(), all(frame), (false, vec![known]))
                    .showing("fabrikam", found(false)),
            ),
        ]
    });
}

fn before(frame: &Frame) -> panel::Before {
    let meeting = |subject: &str| meetings::Meeting {
        id: Uuid::from_u128(21),
        kept_by: Uuid::from_u128(9).into(),
        origin: meetings::Origin::Graph,
        uid: "u-1".to_owned(),
        subject: subject.to_owned(),
        starts_at: frame.now,
        ends_at: frame.now,
        organiser: "ada@contoso.example".to_owned(),
        join_url: None,
        is_recurring: false,
        is_cancelled: false,
        app_at: None,
        app_alone: false,
        remote_user: None,
        absence: None,
        looked_at: None,
        has_transcript: false,
        has_recap: false,
    };
    let known = ("Ben <King>".to_owned(), "Fabrikam & Sons".to_owned());
    panel::Before {
        meeting: meeting("Renewal <b>"),
        visitors: vec![("Ben".to_owned(), Some(known)), ("zoe@fabrikam.example".to_owned(), None)],
        record: Some((share::to_form(&at()), "Fabrikam <Renewal>".to_owned(), "Deal".to_owned())),
        activities: vec![meetings::Activity {
            kind: "Task".to_owned(),
            subject: "Send the <offer>".to_owned(),
            at: Some(frame.now),
        }],
        last: Some(meeting("Kick-off")),
        open: Vec::new(),
    }
}

#[test]
fn the_panel_beside_a_meeting() {
    show("teams-panel", |frame| {
        let mut frame = frame.clone();
        frame.hosted = true;
        let page = |meeting: &str, shown| panel::Page::new(frame.clone(), meeting.into(), shown);
        let notes = vec![Note {
            title: "Call <1>".to_owned(),
            text: "They want 40 seats".to_owned(),
            at: Some(frame.now),
        }];
        let connected = panel::Shown { seen: Some(seen()), notes, ..panel::Shown::default() };
        let prepared = panel::Shown { before: Some(before(&frame)), ..panel::Shown::default() };
        let words = "fabrikam".to_owned();
        let looking = panel::Shown { words, found: Some(found(false)), ..panel::Shown::default() };
        let trouble = Some(("Connection lost".to_owned(), "Sign in again.".to_owned()));
        let barred = panel::Shown { trouble, ..panel::Shown::default() };
        vec![
            ("none", page("", panel::Shown::default())),
            ("connected", page("m1", connected)),
            ("prepared", page("m1", prepared)),
            ("looking", page("m1", looking)),
            ("barred", page("m1", barred)),
        ]
    });
}

#[test]
fn windows_that_teams_opens() {
    show("teams-door", |frame| {
        vec![
            ("asks", door::Page::new(frame.clone(), None)),
            ("given", door::Page::new(frame.clone(), Some("a-code".to_owned()))),
        ]
    });
    show("teams-crm", |frame| {
        use window::{Page, Step};
        let page = |step| Page::new(frame.clone(), "Salesforce".to_owned(), step);
        let going = "https://login.salesforce.com/services/oauth2/authorize?x=<1>";
        let refused = ("Connection lost".to_owned(), "Sign in again.".to_owned());
        vec![
            ("asks", page(Step::Ask(Uuid::from_u128(5)))),
            ("going", page(Step::Going(going.to_owned()))),
            ("done", page(Step::Done(None))),
            ("refused", page(Step::Done(Some(refused)))),
        ]
    });
}

#[test]
fn a_record_as_each_sees_it_and_its_sharing() {
    show("teams-record", |frame| {
        let page = |seen| record::Page::new(frame.clone(), &seen);
        vec![
            ("seen", page(seen())),
            ("hidden", page(Seen::Hidden)),
            ("barred", page(Seen::Barred("crm_connection.needed"))),
        ]
    });
    show("teams-share", |frame| {
        let channel = Uuid::from_u128(3).into();
        let page = |words: &str, found: Option<&Found>, trouble| {
            let sheet = share::Sheet::new(frame, channel, (words, found), trouble);
            share::Alone { frame: frame.clone().with_sheet(web_frame::Html::of(&sheet)) }
        };
        let trouble = ("You are connected to no CRM".to_owned(), "Sign in.".to_owned());
        vec![
            ("found", page("fabrikam", Some(&found(false)), None)),
            ("recent", page("", Some(&found(true)), None)),
            ("barred", page("", None, Some(&trouble))),
        ]
    });
}
