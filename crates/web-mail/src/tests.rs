//! Every page in both languages, with what people have and empty.

use crm::RecordRef;
use language_features::{Answer, Change, Feature, Item};
use mailbox::{
    Activity, ActivityKind, Address, Contact, Form, Kind, Mail, Matched, Message, Money, Opened,
    Partner, Person, PrivateNote, Proposal, Proposals, Related, Rules, Save, Seen, SourceRules,
};
use sales::{Item as Partial, Point, Section};
use teams_app::{Found, Hit, Note, Shared, View};
use uuid::Uuid;
use web_crm::making::Making;
use web_frame::{Frame, Html};
use web_proof::show;

use crate::{
    assist::Helps,
    connect, contact, draft, list, mail, outlook,
    pane::{self, Shown},
    record, rules, summary, updates,
};

const LETTER: &[u8] = b"From: Ben <King> <ben@fabrikam.example>\r\nTo: Sam <sam@contoso.example>, cy@fabrikam.example\r\nSubject: Renewal <now>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hi</p><script>x</script><img src=\"https://track.example/x.gif\">\r\n--b\r\nContent-Type: application/pdf; name=offer.pdf\r\nContent-Disposition: attachment\r\n\r\n%PDF\r\n--b--\r\n";

fn message() -> Message {
    mailbox::read(LETTER).unwrap()
}

fn mail_of(frame: &Frame, number: u128, subject: &str) -> Mail {
    Mail::sample(Uuid::from_u128(number), subject, frame.now)
}

fn opened(frame: &Frame, save: Option<Save>) -> Opened {
    Opened { mail: mail_of(frame, 7, "Renewal <now>"), message: message(), save }
}

fn ben(number: &str, others: usize) -> Contact {
    let account = Related {
        at: RecordRef::new("account", "a1"),
        name: "Fabrikam <Ltd>".to_owned(),
        facts: Vec::new(),
    };
    Contact {
        at: RecordRef::new("contact", number),
        name: "Ben <King>".to_owned(),
        facts: vec![("Job Title".to_owned(), "Buyer".to_owned())],
        account: Some(account),
        others,
    }
}

fn person(address: &str, matched: Matched) -> Person {
    Person { address: Address::new(Some("Ben <King>"), address).unwrap(), matched }
}

fn full() -> Shown {
    let opportunity = Related {
        at: RecordRef::new("opportunity", "o1"),
        name: "Renewal 2026".to_owned(),
        facts: vec![("Est. revenue".to_owned(), "12,000".to_owned())],
    };
    let partner = |point| Partner {
        action: Uuid::from_u128(9).into(),
        name: "DocuPartner".to_owned(),
        point,
    };
    Shown {
        seen: Some(Seen {
            people: vec![
                person("ben@fabrikam.example", Matched::One(ben("c1", 1))),
                person("two@fabrikam.example", Matched::Several(vec![ben("c2", 0), ben("c3", 0)])),
                person("cy@fabrikam.example", Matched::Nobody),
                person("sam@contoso.example", Matched::Colleague),
            ],
            can_create: true,
            contact_label: "Contact".to_owned(),
            kinds: vec![Kind {
                table: "contact".to_owned(),
                label: "Contact <1>".to_owned(),
                here: true,
                elsewhere: Some("https://crm.example/new".to_owned()),
            }],
        }),
        opportunities: vec![opportunity],
        partners: vec![partner(Point::EmailSummary), partner(Point::OpportunityInsights)],
        saving: mailbox::Offered {
            mails: true,
            files: mailbox::Files::Ticked,
            related_to: vec!["account".to_owned()],
            primary: true,
            fields: vec![crm::Field {
                name: "category".to_owned(),
                label: "Category <x>".to_owned(),
                kind: crm::FieldKind::Text(Some(100)),
                required: false,
                createable: true,
                updateable: true,
            }],
        },
        helps: Helps { summary: true, at_once: true, updates: true, draft: true },
        mark: Some(("Tracked to Dynamics 365".to_owned(), true)),
        ..Shown::default()
    }
}

fn save(frame: &Frame) -> Save {
    Save {
        done: true,
        table: "email".to_owned(),
        id: "e1".to_owned(),
        about: None,
        attachments: 1,
        left_out: 1,
        found: false,
        shortened: true,
        saved_at: frame.now,
        mark: "Tracked to Dynamics 365".to_owned(),
        marked: 1,
    }
}

#[test]
fn sellers_see_their_mails() {
    show("mail-list", |frame| {
        let all = vec![mail_of(frame, 7, "Renewal <now>"), mail_of(frame, 8, "")];
        let told = Some(("No mail".to_owned(), "Bring another file".to_owned()));
        let page = |mails, words, told| list::Page::new(frame.clone(), words, (mails, None), told);
        vec![
            ("full", page(all, "", told)),
            ("empty", page(Vec::new(), "", None)),
            ("none-found", page(Vec::new(), "\"<x>", None)),
        ]
    });
}

#[test]
fn a_mail_stands_beside_what_the_crm_knows() {
    show("mail", |frame| {
        let latest = [mail_of(frame, 7, "Renewal <now>"), mail_of(frame, 8, "")];
        let page = |save, shown, pictures| {
            mail::Page::new(frame.clone(), &opened(frame, save), shown, (&latest, pictures))
        };
        let stuck = Shown { trouble: Some("crm_connection.needed"), ..Shown::default() };
        vec![
            ("full", page(None, full(), false)),
            ("saved", page(Some(save(frame)), full(), true)),
            ("without-crm", page(None, stuck, false)),
        ]
    });
    show("mail-outlook", |frame| {
        vec![("full", pane::Alone::new(frame.clone(), &opened(frame, None), full()))]
    });
}

#[test]
fn a_contact_is_looked_over_and_rules_are_set() {
    show("mail-contact", |frame| {
        let making = |wrong: bool| Making {
            kind: "Contact <1>".to_owned(),
            wrong: wrong.then(|| Html::trusted("<p>Another contact has it</p>".to_owned())),
            fields: Html::trusted("<input name=\"lastname\">".to_owned()),
        };
        let page = |wrong, known| {
            let page = contact::Page::new(frame, Uuid::from_u128(7), making(wrong), known);
            page.alone(frame.clone(), &opened(frame, None))
        };
        let known = contact::Known {
            table: "contact".to_owned(),
            address: "ben@fabrikam.example".to_owned(),
            company: Some("Fabrikam <Ltd>".to_owned()),
            from_signature: true,
            from: "outlook".to_owned(),
        };
        vec![("signature", page(false, known)), ("empty", page(true, contact::Known::default()))]
    });
    show("mail-rules", |frame| {
        let rules =
            Rules { internal_domains: vec!["contoso.example".to_owned()], ..Rules::default() };
        vec![("page", rules::Page::new(frame.clone(), (&rules, SourceRules::default()), &[]))]
    });
}

fn thread_mail(frame: &Frame) -> Opened {
    let text = "Our budget is EUR 50,000 <firm>. We sign on 15 December 2026.\n\nOn Mon, 23 Nov 2026 at 10:00, Sam <sam@contoso.example> wrote:\n> What is your budget?\n";
    let file = format!("From: Ben <ben@fabrikam.example>\r\nSubject: Budget\r\n\r\n{text}");
    let message = mailbox::read(file.as_bytes()).unwrap();
    Opened { mail: mail_of(frame, 7, "Budget"), message, save: None }
}

fn item(text: &str, quote: &str, source: usize) -> Item {
    Item {
        text: text.to_owned(),
        quote: quote.to_owned(),
        source,
        start: 0,
        from: String::new(),
        at_ms: None,
        owner: None,
        due: None,
        change: None,
    }
}

#[test]
fn each_sentence_of_a_summary_leads_to_its_place() {
    show("mail-summary", |frame| {
        let task = mailbox::task(&thread_mail(frame), Feature::Thread);
        assert_eq!(task.sources.len(), 2, "the question comes first: {task:?}");
        let found = vec![
            item("We sign on 15 December 2026.", "We sign on 15 December 2026.", 1),
            item("They asked <b>.", "What is your budget?", 0),
            item("Signed in 2026.", "15 December 2026", 1),
            item("From nowhere.", "Never said", 9),
        ];
        let rules = Answer { items: found.clone(), ..Answer::default() };
        let fell_back = Answer { fell_back: Some("late"), ..rules.clone() };
        let endpoint = Answer { by_endpoint: true, dropped: 2, ..rules.clone() };
        let opened = thread_mail(frame);
        let part = |answer: &Answer| {
            let around = summary::Around {
                speaks_of: vec!["budget", "timing", "need", "stakeholders"],
                language: "fr".to_owned(),
                notes: vec![("opportunity/o1".to_owned(), "Renewal <2026>".to_owned())],
                ..summary::Around::default()
            };
            let id = Uuid::from_u128(7);
            let html = Html::of(&summary::Summary::new(frame, id, (&task, answer), around));
            pane::Alone::around(frame.clone(), &opened, html)
        };
        let shown = part(&rules).to_string();
        assert!(
            shown.contains(
                "<mark id=\"place-1\" tabindex=\"-1\">We sign on 15 December 2026.</mark>"
            )
        );
        assert_eq!(shown.matches("href=\"#place-1\"").count(), 2, "one place, two sentences");
        assert!(!shown.contains("#place-3"), "what stands nowhere leads nowhere");
        vec![
            ("rules", part(&rules)),
            ("fell-back", part(&fell_back)),
            ("endpoint", part(&endpoint)),
            ("nothing", part(&Answer::default())),
        ]
    });
}

#[test]
fn suggestions_are_looked_over_field_by_field() {
    show("mail-assist", |frame| {
        let opened = thread_mail(frame);
        let change = Change::Amount { cents: 5_000_000, currency: Some("EUR") };
        let budget = item("", "Our budget is EUR 50,000 <firm>.", 1);
        let answer =
            Answer { items: vec![Item { change: Some(change), ..budget }], ..Answer::default() };
        let proposal = |name: &str, value: &str, money: Option<Money>| Proposal {
            suggestion: 0,
            field: name.to_owned(),
            label: format!("{name} <label>"),
            now: money.is_some().then(|| "12,000".to_owned()),
            value: value.to_owned(),
            can_accept: !matches!(money, None | Some(Money::NoRate(..))),
            form: if money.is_some() { Form::Number } else { Form::Word },
            money,
        };
        let found = |fields| Proposals {
            at: RecordRef::new("opportunity", "o1"),
            name: "Renewal <2026>".to_owned(),
            version: Some("7".to_owned()),
            fields,
            done: vec![("Est. close <date>".to_owned(), "2026-12-15".to_owned())],
        };
        let said = || "50000 EUR".to_owned();
        let fields = vec![
            proposal("estimatedvalue", "62500", Some(Money::Converted(said()))),
            proposal("same", "50000", Some(Money::Same("EUR".to_owned()))),
            proposal("unknown", "50000", Some(Money::Unknown(said()))),
            proposal("refused", "50000", Some(Money::NoRate(said(), "CHF".to_owned()))),
            proposal("stepname", "propose", None),
        ];
        let updates = |fields| {
            let id = (Uuid::from_u128(7), "outlook");
            Html::of(&updates::Updates::new(frame, id, found(fields), &answer))
        };
        let page = |html| pane::Alone::around(frame.clone(), &opened, html);
        vec![("updates", page(updates(fields))), ("no-updates", page(updates(Vec::new())))]
    });
}

#[test]
fn a_draft_is_written_with_a_record_again_and_one_step_back() {
    show("mail-draft", |frame| {
        let opened = thread_mail(frame);
        let typed = draft::Typed {
            purpose: "proposal".to_owned(),
            length: "medium".to_owned(),
            tone: "direct".to_owned(),
            record: "opportunity/o1".to_owned(),
            text: "Hello <Ben>,".to_owned(),
            last: "Hi,".to_owned(),
            ..draft::Typed::default()
        };
        let with = || draft::With {
            records: full().opportunities,
            prompts: vec![(Uuid::from_u128(3), "Offer <a call>".to_owned())],
            starters: vec![sales_settings::Prompt {
                title: "Ask <for a date>".to_owned(),
                text: "Ask when they decide.".to_owned(),
            }],
            partners: vec![Partner {
                action: Uuid::from_u128(9).into(),
                name: "DocuPartner".to_owned(),
                point: Point::EmailDraft,
            }],
        };
        let page = |typed, with| {
            let made = vec!["By rules".to_owned()];
            let id = Uuid::from_u128(7);
            let html = Html::of(&draft::Draft::new(frame, id, (typed, with), made));
            pane::Alone::wide(frame.clone(), &opened, (html, "/mail/7".to_owned()))
        };
        vec![
            ("full", page(typed.clone(), with())),
            ("bare", page(draft::Typed::default(), draft::With::default())),
        ]
    });
}

fn view() -> View {
    let at = Shared { system: Uuid::from_u128(4), record: RecordRef::new("opportunity", "o1") };
    View {
        at,
        system: "Dynamics <365>".to_owned(),
        table: "Opportunity".to_owned(),
        name: "Renewal <2026>".to_owned(),
        fields: vec![("Est. revenue".to_owned(), "12,000".to_owned())],
        address: Some("https://crm.example/main.aspx?id=o1".to_owned()),
    }
}

#[test]
fn a_record_stands_beside_with_what_happened_and_is_shared_or_chosen() {
    show("mail-record", |frame| {
        let opened = thread_mail(frame);
        let activity = |kind, title: &str| Activity {
            at: RecordRef::new("email", title),
            kind,
            title: title.to_owned(),
            when: Some(frame.now),
        };
        let known = || record::Known {
            view: view(),
            notes: vec![Note {
                title: "Call <1>".to_owned(),
                text: "They want it <soon>.".to_owned(),
                at: Some(frame.now),
            }],
            activities: vec![
                activity(ActivityKind::Mail, "Offer <2>"),
                activity(ActivityKind::Meeting, "Visit"),
                activity(ActivityKind::Task, "Call back"),
                activity(ActivityKind::Mail, "A fourth"),
            ],
            partners: vec![Partner {
                action: Uuid::from_u128(9).into(),
                name: "DocuPartner".to_owned(),
                point: Point::RecordDetails,
            }],
            private: Some(vec![PrivateNote {
                text: "Likes <tea>.".to_owned(),
                written_at: frame.now,
            }]),
        };
        let id = Uuid::from_u128(7);
        let page = |html| pane::Alone::around(frame.clone(), &opened, html);
        let record = |more| Html::of(&record::Record::new(frame, id, known(), (more, "outlook")));
        assert!(!page(record(false)).to_string().contains("A fourth"), "three unless asked");
        let channels = vec![(Uuid::from_u128(5).into(), "Sales › General <1>".to_owned())];
        let share = |channels| Html::of(&record::Share::new(frame, id, (view(), channels), ""));
        let hit = Hit {
            at: view().at,
            name: "Renewal <2026>".to_owned(),
            table: "Opportunity".to_owned(),
            subtitle: "12,000".to_owned(),
        };
        let tables = vec![("account".to_owned(), "Accounts <all>".to_owned())];
        let found = |hits| Found {
            hits,
            tables: tables.clone(),
            system: "Dynamics".to_owned(),
            ..Found::default()
        };
        let files = vec![(0, "offer <1>.pdf".to_owned())];
        let connect = |words: &str, found| {
            let asked = connect::Asked {
                q: words.to_owned(),
                table: "account".to_owned(),
                active: Some(1),
                ..connect::Asked::default()
            };
            Html::of(&connect::Connect::new(frame, (id, ""), (&asked, found), files.clone()))
        };
        vec![
            ("record", page(record(true))),
            ("share", page(share(channels))),
            ("share-nowhere", page(share(Vec::new()))),
            ("connect", page(connect("ren", found(vec![hit])))),
            (
                "choose",
                page(Html::of(&contact::Choose::new(
                    frame,
                    id,
                    ("ben@fabrikam.example", vec![ben("c1", 0), ben("c2", 0)]),
                    "outlook",
                ))),
            ),
            ("connect-none", page(connect("\"<x>", found(Vec::new())))),
        ]
    });
    show("mail-outlook-waiting", |frame| vec![("page", outlook::Waiting::new(frame.clone()))]);
}

#[test]
fn what_a_partner_says_stands_in_the_words_of_the_partner() {
    show("mail-partner", |frame| {
        let opened = thread_mail(frame);
        let item = Partial {
            title: Some("Contract <1>".to_owned()),
            text: Some("Signed <today>".to_owned()),
            url: Some("https://partner.example/1".to_owned()),
            at: None,
            properties: vec![
                ("State".to_owned(), "<open>".to_owned()),
                ("Owner".to_owned(), "Ada".to_owned()),
                ("Third".to_owned(), "x".to_owned()),
            ],
            record: None,
            content: None,
            icon_url: None,
        };
        let page = |point| {
            let part = pane::Part::new(frame, point, vec![section(item.clone())]);
            pane::Alone::around(frame.clone(), &opened, Html::of(&part))
        };
        vec![
            ("insights", page(Point::OpportunityInsights)),
            ("details", page(Point::RecordDetails)),
        ]
    });
}

fn section(item: Partial) -> Section {
    Section {
        action: Uuid::from_u128(9).into(),
        connector: Uuid::from_u128(8).into(),
        connector_name: "DocuPartner <Ltd>".to_owned(),
        items: vec![item],
        operation: "GetInsights".to_owned(),
        next_skip: None,
        call: Uuid::from_u128(6),
    }
}
