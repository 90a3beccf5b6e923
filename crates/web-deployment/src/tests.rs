//! Every page in both languages.

use deployment::{
    Counts, Evidence, Guide, Outcome, Report, Source, State, Statement, Why, catalogue,
    evidence::Kind,
    welcome::{MailState, Sent, Template, Welcome, WelcomeGroup, Welcomed, Written},
};
use jiff::SignedDuration;
use uuid::Uuid;
use web_frame::Frame;
use web_proof::show;

use crate::{bot, guide, packages, report, settings, setup, trouble, welcome};

fn outcome(frame: &Frame, id: &str, state: State) -> Outcome {
    let check = catalogue::find(id).unwrap();
    let known = !matches!(state, State::Unknown);
    Outcome {
        check,
        state,
        why: match state {
            State::Unknown => Some(Why::NotRead),
            State::Warning => Some(Why::Old),
            _ => None,
        },
        observed: if state == State::Fail {
            vec!["Global: <AllowTranscription> = False".to_owned()]
        } else {
            vec![]
        },
        source: known.then_some(Source::Evidence(Kind::MeetingPolicy)),
        read_at: known.then(|| frame.now - SignedDuration::from_hours(30)),
        statement: None,
    }
}

fn found(frame: &Frame, guide: Guide) -> Report {
    let mut outcomes: Vec<Outcome> = catalogue::of(guide)
        .map(|check| match check.id {
            "TMS-07" | "M365-02" | "PP-05" => outcome(frame, check.id, State::Fail),
            "TMS-08" | "TMS-10" => outcome(frame, check.id, State::Warning),
            "PP-01" | "M365-01" | "TMS-03" | "PP-02" => outcome(frame, check.id, State::Pass),
            _ => outcome(frame, check.id, State::Unknown),
        })
        .collect();
    let said = Statement {
        holds: true,
        note: "Deployed to <Sellers>".to_owned(),
        file: Some(("deploy.png".to_owned(), "ab".repeat(32))),
        by: Some(Uuid::from_u128(9).into()),
        at: frame.now,
    };
    for one in outcomes.iter_mut().filter(|one| one.check.id == "M365-04") {
        one.state = State::Pass;
        (one.source, one.read_at, one.why) = (Some(Source::Said), Some(frame.now), None);
        one.statement = Some(said.clone());
    }
    Report { guide, at: frame.now, checked_at: Some(frame.now), outcomes }
}

fn handed(frame: &Frame) -> Vec<Evidence> {
    vec![Evidence {
        id: Uuid::from_u128(3),
        kind: Kind::MeetingPolicy,
        name: "meeting <policies>.json".to_owned(),
        note: "From Monday".to_owned(),
        things: 4,
        bytes: 900,
        sha256: "0f".repeat(32),
        added_by: None,
        added_at: frame.now,
    }]
}

fn page(frame: Frame, guide: Guide, only: Option<State>) -> guide::Page {
    let made = guide::Made {
        report: found(&frame, guide),
        evidence: handed(&frame),
        people: vec![],
        salesforce: "https://contoso.my.salesforce.com/".parse().ok(),
        only,
        problem: None,
    };
    guide::Page::new(frame, made)
}

#[test]
fn the_guide() {
    show("deployment-guide", |frame| {
        let refused = {
            let problem =
                ("Not right".to_owned(), "Cure it".to_owned(), vec!["/file/1".to_owned()]);
            let (guide, outcomes) = (Guide::Embedded, vec![]);
            let report = Report { guide, at: frame.now, checked_at: None, outcomes };
            let made = guide::Made {
                report,
                evidence: vec![],
                people: vec![],
                salesforce: None,
                only: None,
                problem: Some(problem),
            };
            guide::Page::new(frame.clone(), made)
        };
        vec![
            ("salesforce", page(frame.clone(), Guide::Salesforce, None)),
            ("embedded", page(frame.clone(), Guide::Embedded, None)),
            ("failing", page(frame.clone(), Guide::Dynamics, Some(State::Fail))),
            ("refused", refused),
        ]
    });
}

#[test]
fn the_report() {
    show("deployment-report", |frame| {
        let report = found(frame, Guide::Salesforce);
        vec![("page", report::Page::new(frame.clone(), report))]
    });
}

#[test]
fn the_rest() {
    show("deployment-settings", |frame| {
        let typed = settings::Typed {
            max_age_days: "0".to_owned(),
            seller_groups: "not-a-guid North".to_owned(),
            community_url: "http://".to_owned(),
        };
        let wrong = vec![("/seller_groups/0/id".to_owned(), "No identifier".to_owned())];
        vec![("wrong", settings::Page::new(frame.clone(), typed, wrong))]
    });
    show("deployment-bot", |frame| {
        let typed = bot::Typed {
            application_id: "5fa1c0de-0000-4000-8000-00000000b071".to_owned(),
            login_url: "https://login.microsoftonline.com/".to_owned(),
            ..bot::Typed::default()
        };
        let known =
            |secret_at, is_set| bot::Known { is_set, secret_at, base: "https://hub.example" };
        let wrong = kernel::FieldError::new("/client_secret", "teams_app.secret_again", "again");
        let page = |typed: &bot::Typed, wrong: &[kernel::FieldError], known| {
            bot::Page::new(frame.clone(), typed, wrong, known)
        };
        vec![
            ("none", page(&bot::Typed::default(), &[], known(None, false))),
            ("mute", page(&typed, &[], known(None, true))),
            ("speaks", page(&typed, &[wrong], known(Some(frame.now), true))),
        ]
    });
    show("deployment-packages", |frame| {
        let closed = Some(("Closed".to_owned(), "Set public_url".to_owned()));
        vec![
            ("open", packages::Page::new(frame.clone(), None)),
            ("closed", packages::Page::new(frame.clone(), closed)),
        ]
    });
    show("deployment-trouble", |frame| {
        let community = "https://community.contoso.example/".to_owned();
        vec![
            ("all", trouble::Page::new(frame.clone(), String::new(), community)),
            (
                "none",
                trouble::Page::new(frame.clone(), "<no such thing>".to_owned(), String::new()),
            ),
        ]
    });
}

fn message(frame: &Frame) -> welcome::Made {
    let language = frame.language().parse().unwrap();
    let ada = identity::users::Person {
        id: Uuid::from_u128(7).into(),
        display_name: "Ada <Lovelace>".to_owned(),
        address: None,
    };
    let typed = Template { subject: "<{{ hub }}>".to_owned(), body: "{{ name }}\n\nx".to_owned() };
    let group = |id, name: &str, is_named| WelcomeGroup {
        id: Uuid::from_u128(id).into(),
        name: name.to_owned(),
        members: 2,
        is_named,
    };
    let got = |state, failure| Welcomed {
        user: ada.id,
        letter: Uuid::from_u128(8),
        language,
        version: 2,
        sent_by: Some(ada.id),
        sent_at: frame.now,
        state,
        failure,
    };
    welcome::Made {
        shown: Welcome {
            language,
            version: 2,
            template: typed.clone(),
            changed_by: Some(ada.id),
            changed_at: Some(frame.now),
        },
        typed,
        preview: Some(Written {
            subject: "<Contoso>".to_owned(),
            text: "Ada\n\nx\n".to_owned(),
            html: String::new(),
        }),
        groups: vec![group(1, "Sellers <North>", true), group(2, "Others", false)],
        sends_mail: true,
        licensed: 4,
        welcomed: vec![
            got(Some(MailState::Sent), None),
            got(Some(MailState::Queued), None),
            got(Some(MailState::Failed), Some("550 5.1.1 <nobody> of that name".to_owned())),
            got(None, None),
        ],
        sent: Some(Sent {
            sent: vec![ada.id],
            had: vec![ada.id],
            no_address: vec![ada.id],
            inactive: vec![ada.id],
            failed: vec![ada.id],
            left: 3,
        }),
        people: vec![ada],
        wrong: vec![],
    }
}

#[test]
fn the_welcome_message() {
    show("deployment-welcome", |frame| {
        let mut bare = message(frame);
        (bare.shown.version, bare.shown.changed_at) = (0, None);
        bare.sends_mail = false;
        bare.sent = None;
        bare.groups.clear();
        bare.licensed = 0;
        bare.welcomed.clear();
        let mut mistaken = message(frame);
        mistaken.sent = Some(Sent::default());
        mistaken.preview = None;
        mistaken.wrong = ["/subject", "/body", "/groups/0"]
            .map(|place| (place.to_owned(), "Not <right>".to_owned()))
            .into();
        vec![
            ("sent", welcome::Page::new(frame.clone(), message(frame))),
            ("bare", welcome::Page::new(frame.clone(), bare)),
            ("mistaken", welcome::Page::new(frame.clone(), mistaken)),
        ]
    });
}

#[test]
fn links_of_salesforce_stand_below_its_own_address() {
    let base = "https://contoso.my.salesforce.com/".parse().unwrap();
    let found = guide::cure("salesforce:lightning/setup/X/home", Some(&base));
    assert_eq!(found.unwrap(), "https://contoso.my.salesforce.com/lightning/setup/X/home");
    assert_eq!(guide::cure("salesforce:lightning/setup/X/home", None), None);
    assert_eq!(guide::cure("", Some(&base)), None);
    assert_eq!(guide::cure("/admin/users", None).unwrap(), "/admin/users");
}

#[test]
fn a_step_shows_what_is_worst_in_it() {
    let counts = |pass, fail, warning, unknown| Counts { pass, fail, warning, unknown };
    assert_eq!(counts(9, 1, 1, 1).state(), State::Fail);
    assert_eq!(counts(9, 0, 1, 1).state(), State::Unknown);
    assert_eq!(counts(9, 0, 1, 0).state(), State::Warning);
    assert_eq!(counts(9, 0, 0, 0).state(), State::Pass);
}

#[test]
fn the_setup_policy_is_filled_in() {
    show("deployment-setup", |frame| {
        let plan = |has_bot, groups| deployment::setup::SetupPlan {
            app: Uuid::from_u128(7).to_string(),
            app_name: "Liaison",
            version: "1.2.0",
            file: "liaison-teams.zip",
            policy: "Liaison",
            has_bot,
            groups,
        };
        let sellers = deployment::SellerGroup {
            id: Uuid::from_u128(8).to_string(),
            name: "Sales <EMEA>".to_owned(),
        };
        let outcomes = found(frame, Guide::Salesforce).outcomes;
        let closed = ("No address".to_owned(), "Set public_url.".to_owned());
        vec![
            ("full", setup::Page::new(frame.clone(), Ok(plan(true, vec![sellers])), &outcomes)),
            ("empty", setup::Page::new(frame.clone(), Ok(plan(false, vec![])), &outcomes)),
            ("closed", setup::Page::new(frame.clone(), Err(closed), &outcomes)),
        ]
    });
}
