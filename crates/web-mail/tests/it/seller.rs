//! What a seller does beside a mail, page by page: in the mailbox and in the pane that Outlook shows.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use crm::{Crm, RecordRef, Value, Values};
use crm_proof::{At, Elsewhere};
use http::{StatusCode, header};
use identity::Role;
use language_features::{
    Availability, Feature, Given, LanguageFeatures, NewConfig, Switch, Worker,
};
use sales_settings::{Parts, SalesSettings};
use serde_json::{Value as Json, json};
use web_proof::{Browser, House, Page};

struct Place {
    house: House,
    there: Elsewhere,
    language: LanguageFeatures,
    /// What administrators of the CRM give the seller.
    given: Arc<Mutex<Given>>,
    browser: Browser,
    scope: kernel::Scope,
    admin: kernel::Scope,
    _store: testkit::Store,
}

const LETTER: &str = "From: Ben King <ben@fabrikam.example>\r\nTo: Sam <sam@contoso.example>\r\nSubject: Renewal\r\nMessage-ID: <1@fabrikam.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nOur budget is 50,000. We plan to sign by 15 December 2026. Can you send an offer?\r\n--b\r\nContent-Type: text/plain; name=plan.txt\r\nContent-Disposition: attachment\r\n\r\nplan\r\n--b--\r\n";

impl Place {
    async fn new() -> Self {
        let store = testkit::Store::fresh().await;
        let ids = testkit::ids();
        let clock = testkit::FixedClock::new();
        let language = LanguageFeatures::new(language_features::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn kernel::Clock>,
            sealer: seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap(),
            ids,
            client: testkit::outbound(),
        });
        let given = Arc::new(Mutex::new(Given { any: true, preview: false }));
        let gate = Arc::clone(&given);
        language.given_by(Box::new(move |_scope| {
            let given = *gate.lock().unwrap_or_else(PoisonError::into_inner);
            Box::pin(async move { Ok(given) })
        }));
        let pages = vec![liaison_web_mail::routes(language.clone()), web::routes()];
        let house = Box::pin(House::placed(pages, clock, "http://localhost/")).await;
        let ada = house.user("ada", &[Role::GlobalAdministrator]).await;
        let admin = house.scope_of(&ada).await;
        let crm = house.app.crm.clone();
        let back = "http://localhost/crm/sign-in";
        let there = Box::pin(Elsewhere::start(crm, &admin, back)).await;
        let browser = house.browser("sam", &[Role::Seller]).await;
        let root = house.system.scope(house.tenant, "test");
        let sam = house.identity.find_user_by_name(&root, "sam").await.unwrap().unwrap();
        let scope = house.scope_of(&sam).await;
        there.sign_in(&scope, At::Dynamics, &there.said(At::Dynamics, "username")).await;
        let place = Self { house, there, language, given, browser, scope, admin, _store: store };
        place.switch(Availability::General).await;
        place
    }

    /// Every language feature, by the hub's own rules.
    async fn switch(&self, availability: Availability) {
        self.switch_each(|_feature| availability).await;
    }

    async fn switch_each(&self, of: impl Fn(Feature) -> Availability) {
        let worker = Worker::Rules;
        let one =
            |feature: &Feature| Switch { feature: *feature, availability: of(*feature), worker };
        let new = NewConfig {
            switches: Feature::ALL.iter().map(one).collect(),
            endpoint: String::new(),
            model: String::new(),
            location: String::new(),
            key: None,
            redact: Vec::new(),
            daily_tokens: 100_000,
            timeout_ms: 2_000,
            consent: false,
            changes: None,
        };
        self.language.update_config(&self.admin, new).await.unwrap();
    }

    /// Each feature beside a mail alone: in its states, for who gets previews and who does not, with and without the switch
    /// of the CRM; on the page, in the pane, and where it is asked for.
    async fn each_switch_is_heeded(&self, pane: &str, (mail, record): (&str, &str)) {
        use Availability::{General, Off, Preview};
        let states = [
            (Off, true, true, false),
            (Preview, true, false, false),
            (Preview, true, true, true),
            (Preview, false, true, false),
            (General, true, false, true),
            (General, false, false, false),
        ];
        let parts = [
            (Feature::Thread, "summary", String::new()),
            (Feature::Updates, "updates", format!("record={record}&")),
            (Feature::Draft, "draft", String::new()),
        ];
        for (feature, part, query) in &parts {
            for (availability, any, preview, there) in states {
                let of = |one: Feature| if one == *feature { availability } else { Off };
                self.switch_each(of).await;
                *self.given.lock().unwrap() = Given { any, preview };
                let told = format!("{part}: {availability:?}, {any}, {preview}");
                for page in [pane, &format!("/mail/{mail}")] {
                    let shown = self.get(page).await.html;
                    for (_, other, _) in &parts {
                        let is_there = shown.contains(&format!("/mail/{mail}/{other}?"));
                        assert_eq!(is_there, there && other == part, "{other} at {told}: {shown}");
                    }
                }
                let path = format!("/mail/{mail}/{part}?{query}from=outlook");
                let asked = self.house.get(&self.browser, &path).await;
                assert_eq!(asked.status == StatusCode::OK, there, "{told}: {}", asked.html);
            }
        }
        *self.given.lock().unwrap() = Given { any: true, preview: false };
    }

    /// What administrators of the seller's CRM set.
    async fn set(&self, patch: Json) {
        let crm = self.house.app.crm.clone();
        let settings = SalesSettings::new(Parts {
            db: self.house.store.db(),
            clock: testkit::FixedClock::new(),
            seat: Box::new(move |scope, system| {
                let crm = crm.clone();
                Box::pin(async move { crm.place(&scope, system).await })
            }),
        });
        let Json::Object(patch) = patch else { panic!("an object") };
        let system = self.there.system(At::Dynamics).id;
        settings.update(&self.scope, system, patch, None).await.unwrap();
    }

    async fn crm(&self) -> Arc<dyn Crm> {
        self.there.seat(&self.scope, At::Dynamics).await
    }

    async fn made(&self, table: &str, pairs: &[(&str, Value)]) -> RecordRef {
        let pair = |(name, value): &(&str, Value)| ((*name).to_owned(), value.clone());
        let values: Values = pairs.iter().map(pair).collect();
        self.crm().await.create(table, &values).await.unwrap()
    }

    async fn get(&self, path: &str) -> Page {
        let page = self.house.get(&self.browser, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.html);
        page
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.house.post(&self.browser, path, fields).await
    }

    /// As the script of the pane brings a mail.
    async fn bring(&self, token: &str) -> Page {
        self.bring_letter(token, LETTER).await
    }

    async fn bring_letter(&self, token: &str, letter: &'static str) -> Page {
        let request = self.house.request(&self.browser, "POST", "/outlook/mails");
        let request = request.header("x-csrf-token", token);
        self.house.send(request.body(Body::from(letter)).unwrap()).await
    }
}

fn leads(page: &Page, to: &str) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
    assert_eq!(page.location(), to);
}

#[tokio::test]
async fn in_outlook_a_seller_sees_makes_saves_updates_and_answers_and_stays_in_the_pane() {
    let place = Box::pin(Place::new()).await;
    let waiting = place.get("/outlook/pane?host=outlook").await;
    let policy = waiting.headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
    assert!(policy.contains("script-src 'self' https://appsforoffice.microsoft.com;"), "{policy}");
    assert!(policy.contains("frame-ancestors https://teams.microsoft.com"), "{policy}");
    assert!(waiting.html.contains("appsforoffice.microsoft.com/lib/1/hosted/office.js"));
    let refused = place.bring("forged").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.html);
    let brought = place.bring(&place.browser.csrf).await;
    assert_eq!(brought.status, StatusCode::OK, "{}", brought.html);
    let pane = brought.html.clone();
    let mail = pane.split_once("mail=").unwrap().1.split('&').next().unwrap().to_owned();
    assert_eq!(place.bring(&place.browser.csrf).await.html, pane, "the same mail is the same");

    // where no address stands at all, nobody is called a colleague and the list is not blank
    let bare = place.bring_letter(&place.browser.csrf, "Subject: Bare\r\n\r\nNo more.").await;
    let shown = place.get(&bare.html).await;
    assert!(shown.html.contains("Nobody stands in this mail"), "{}", shown.html);
    assert!(!shown.html.contains("Only colleagues"), "{}", shown.html);
    assert!(place.get("/mail").await.html.contains("(no sender)"));

    // nobody is known: a contact is made, and the seller is back in the pane
    let shown = place.get(&pane).await;
    assert!(shown.html.contains("Not in the CRM"), "{}", shown.html);
    let path = format!("/mail/{mail}/contact");
    let form = place.get(&format!("{path}?from=outlook&address=ben%40fabrikam.example")).await;
    assert!(form.html.contains(r#"name="mail--from" value="outlook""#), "{}", form.html);
    let mut who = [
        ("firstname", "Ben"),
        ("lastname", ""),
        ("emailaddress1", "ben@fabrikam.example"),
        ("mail--address", "ben@fabrikam.example"),
        ("mail--table", "contact"),
        ("mail--from", "outlook"),
    ];
    let refused = place.post(&path, &who).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.html);
    assert!(refused.html.contains("value=\"Ben\""), "what was typed stays: {}", refused.html);
    who[1].1 = "King";
    leads(&place.post(&path, &who).await, &pane);
    let account = place.made("account", &[("name", "Fabrikam".into())]).await;
    let query = crm::Query::of("contact", &["fullname"]);
    let contact = place.crm().await.query(&query).await.unwrap().records.remove(0).at;
    let of = Values::from([("parentcustomerid".to_owned(), Value::Row(account.clone()))]);
    place.crm().await.update(&contact, &of, None).await.unwrap();
    let deal = [
        ("name", "Renewal 2026".into()),
        ("parentaccountid", Value::Row(account.clone())),
        ("customerid", Value::Row(account)),
    ];
    let deal = place.made("opportunity", &deal).await;
    let shown = place.get(&pane).await;
    assert!(shown.html.contains("Connected") && shown.html.contains("Renewal 2026"));
    let told = shown.between("Liaison 0", "</p>");
    assert!(told.contains(&format!("mail {mail}")) && told.contains("(dataverse)"), "{told}");

    // what the seller writes down about the contact stays the seller's
    let ben = contact.id.0.clone();
    let path = format!("/mail/{mail}/private");
    let note = [("table", "contact"), ("record", &ben), ("text", "Likes tea"), ("from", "outlook")];
    leads(&place.post(&path, &note).await, &pane);
    let contact = format!("/mail/{mail}/record?table=contact&record={ben}&from=outlook");
    assert!(place.get(&contact).await.html.contains("Likes tea</textarea>"));

    // the record, what is suggested for it, and the decision
    let id = &deal.id.0;
    let path = format!("/mail/{mail}/record?table=opportunity&record={id}&from=outlook");
    let record = place.get(&path).await;
    assert!(record.html.contains("Renewal 2026") && record.html.contains("Share as card"));
    let updates = format!("/mail/{mail}/updates?record={id}&from=outlook");
    let shown = place.get(&updates).await;
    assert!(shown.html.contains("Our budget is 50,000."), "{}", shown.html);
    let path = format!("/mail/{mail}/updates");
    let decide = |field: &'static str, suggested: &'static str, value: &'static str, decision| {
        let fields = [
            ("record", id.as_str()),
            ("field", field),
            ("suggested", suggested),
            ("value", value),
            ("decision", decision),
            ("from", "outlook"),
        ];
        let (place, path) = (&place, &path);
        async move { place.post(path, &fields).await }
    };
    leads(&decide("estimatedvalue", "50000", "48000", "accept").await, &pane);
    let day = "2026-12-15";
    leads(&decide("estimatedclosedate", day, day, "reject").await, &pane);
    let fields = ["estimatedvalue", "estimatedclosedate"].map(str::to_owned);
    let read = place.crm().await.read(&deal, &fields).await.unwrap();
    assert_eq!(read.values["estimatedvalue"], Value::Number(48_000.0));
    assert_eq!(read.values["estimatedclosedate"], Value::Null);
    let shown = place.get(&updates).await;
    assert!(!shown.html.contains("15 December"), "rejected is rejected: {}", shown.html);

    // saved to the opportunity with its file
    let about = format!("opportunity/{id}/");
    let fields = [("about", about.as_str()), ("file-0", "1"), ("from", "outlook")];
    leads(&place.post(&format!("/mail/{mail}/save"), &fields).await, &pane);
    let shown = place.get(&pane).await;
    assert!(shown.html.contains("Saved to the CRM") && shown.html.contains("About Renewal 2026"));
    let found = place.get(&format!("/mail/{mail}/connect?q=Renewal&from=outlook")).await;
    assert!(found.html.contains("Renewal 2026"), "{}", found.html);
    let path = format!("/mail/{mail}/connect?q=Renewal&from=outlook&active=1&mine=1&table=");
    let found = place.get(&format!("{path}opportunity")).await;
    assert!(found.html.contains("Renewal 2026"), "it is open: {}", found.html);
    assert!(found.html.contains("name=\"mine\" value=\"1\" checked"), "{}", found.html);
    let inactive = place.made("account", &[("name", "Renewal Ltd".into())]).await;
    let firms = format!("{path}account");
    assert!(place.get(&firms).await.html.contains("Renewal Ltd"));
    let gone = Values::from([("statecode".to_owned(), Value::Choice("1".to_owned()))]);
    place.crm().await.update(&inactive, &gone, None).await.unwrap();
    let found = place.get(&firms).await;
    assert!(found.html.contains("No record holds these words."), "{}", found.html);
    let all = place.get(&firms.replace("&active=1", "")).await;
    assert!(all.html.contains("Renewal Ltd"), "{}", all.html);

    // a draft with the record, then another, and one step back
    let path = format!("/mail/{mail}/draft");
    let first = place.get(&format!("{path}?from=outlook")).await;
    assert!(first.html.contains("Can you send an offer?"), "{}", first.html);
    let text = first.between("<textarea id=\"draft\"", "</textarea>");
    let text = text.split_once('>').unwrap().1.to_owned();
    let record = format!("opportunity/{id}");
    let with = [
        ("purpose", "proposal"),
        ("length", "medium"),
        ("tone", "direct"),
        ("record", record.as_str()),
        ("wish", "We deliver in May."),
        ("text", text.as_str()),
        ("do", "again"),
    ];
    let second = place.post(&path, &with).await;
    assert!(second.html.contains("We deliver in May."), "{}", second.html);
    assert!(second.html.contains("48,000") || second.html.contains("48000"), "{}", second.html);
    assert!(second.html.contains("Restore last version"));
    let restored = [("text", "second"), ("last", text.as_str()), ("do", "restore")];
    let restored = place.post(&path, &restored).await;
    assert!(restored.html.contains("Can you send an offer?"), "{}", restored.html);
    for wish in ["one", "two", "three", "four"] {
        place.post(&path, &[("wish", wish), ("do", "keep")]).await;
    }
    let full = place.post(&path, &[("wish", "five"), ("do", "keep")]).await;
    assert!(full.html.contains("You have three favourites"), "{}", full.html);

    // the summary becomes a note once
    let path = format!("/mail/{mail}/summary");
    let summary = place.get(&path).await;
    assert!(summary.html.contains("Budget") && summary.html.contains("Timing"), "{}", summary.html);
    let french = place.get(&format!("{path}?language=fr")).await;
    assert!(french.html.contains("they do not translate"), "{}", french.html);
    let note = [("record", record.as_str()), ("text", "- A budget"), ("from", "outlook")];
    leads(&place.post(&path, &note).await, &pane);
    assert_eq!(place.post(&path, &note).await.status, StatusCode::CONFLICT);
    assert!(place.get(&path).await.html.contains("The summary is saved as a note."));
    let shown = format!("/mail/{mail}/record?table=opportunity&record={id}");
    assert!(place.get(&shown).await.html.contains("A budget"));

    place.each_switch_is_heeded(&pane, (&mail, id)).await;

    // a long mail is summed up unasked unless an administrator of the CRM wants it otherwise; prompts to start with
    place.switch(Availability::General).await;
    let long = "We would like to go on as before. ".repeat(40);
    let long = format!(
        "From: Ben King <ben@fabrikam.example>\r\nMessage-ID: <long@fabrikam.example>\r\n\r\n{long}\r\n"
    );
    let request = place.house.request(&place.browser, "POST", "/outlook/mails");
    let request = request.header("x-csrf-token", &place.browser.csrf);
    let brought = place.house.send(request.body(Body::from(long)).unwrap()).await.html;
    let unasked = "id=\"mail-summary\" hx-get";
    assert!(place.get(&brought).await.html.contains(unasked));
    let prompts = json!([{ "title": "Spring offer", "text": "Offer the spring range." }]);
    place.set(json!({ "insights": { "auto_summary": false }, "prompts": prompts })).await;
    let asked = place.get(&brought).await.html;
    assert!(!asked.contains(unasked) && asked.contains("id=\"mail-summary\""), "{asked}");
    let draft = place.get(&format!("/mail/{mail}/draft?from=outlook")).await.html;
    assert!(draft.contains("Spring offer") && draft.contains("Offer the spring range."), "{draft}");

    // what was turned off since the page was made is refused
    place.switch(Availability::Off).await;
    let late = decide("estimatedvalue", "50000", "50000", "accept").await;
    assert_ne!(late.status, StatusCode::SEE_OTHER);
    let shown = place.get(&pane).await;
    assert!(!shown.html.contains("Draft of a reply"), "{}", shown.html);
    leads(&place.post(&format!("/mail/{mail}/unsave"), &[("from", "outlook")]).await, &pane);
}
