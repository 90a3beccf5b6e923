//! What the CRM knows of the people in a mail, and what a mail becomes there.

use crm::{Comparison, Filter, Query, RecordRef, Value, Values};
use kernel::Clock as _;
use liaison_mailbox::{
    About, Accepted, Files, Matched, Money, NewContact, Rules, Suggested, Wanted,
};

use sales::Point;
use sales_settings::{Forms, Vendor};
use serde_json::json;

use crate::house::{House, code, mail};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

async fn ben(house: &House) -> (RecordRef, RecordRef) {
    let admin = &house.admin;
    let account = house.make(admin, "account", &[("name", text("Fabrikam"))]).await;
    let contact = [
        ("firstname", text("Ben")),
        ("lastname", text("King")),
        ("jobtitle", text("Buyer")),
        ("emailaddress2", text("BEN@fabrikam.example")),
        ("parentcustomerid", Value::Row(account.clone())),
    ];
    (house.make(admin, "contact", &contact).await, account)
}

#[tokio::test]
async fn people_are_matched_by_every_address_field_as_the_seller() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let sue = house.seller("sue", Some("Own contacts")).await;
    let nora = house.seller("nora", None).await;
    let (contact, account) = ben(&house).await;
    let kept = house.mailbox.keep(&sam, mail("1")).await.unwrap();
    let opened = house.mailbox.open(&sam, kept.mail.id).await.unwrap();

    let seen = house.mailbox.people(&sam, &opened.message).await.unwrap();
    let people: Vec<&str> = seen.people.iter().map(|one| one.address.address.as_str()).collect();
    assert_eq!(people, ["ben@fabrikam.example", "cy@fabrikam.example", "sam@contoso.example"]);
    let Matched::One(found) = &seen.people[0].matched else { panic!("{seen:?}") };
    assert_eq!((found.at.id.0.as_str(), found.name.as_str()), (contact.id.0.as_str(), "Ben King"));
    assert!(found.facts.iter().any(|(_, fact)| fact == "Buyer"), "{found:?}");
    assert_eq!(found.account.as_ref().unwrap().at, account);
    assert_eq!(seen.people[1].matched, Matched::Nobody);
    assert_eq!(seen.people[2].matched, Matched::Colleague);
    assert!(seen.can_create);

    // the same mail, other rights: what the CRM does not show is not there
    let seen = house.mailbox.people(&sue, &opened.message).await.unwrap();
    assert_eq!(seen.people[0].matched, Matched::Nobody);
    assert!(!seen.can_create);
    let outcome = house.mailbox.choose(&sue, "ben@fabrikam.example", contact).await;
    assert_eq!(code(&outcome), "crm.record_not_found");
    let outcome = house.mailbox.people(&nora, &opened.message).await;
    assert_eq!(code(&outcome), "crm.object_hidden");
}

#[tokio::test]
async fn of_several_contacts_the_seller_says_which_is_meant() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let (first, _) = ben(&house).await;
    let twin = [("lastname", text("King (old)")), ("emailaddress1", text("ben@fabrikam.example"))];
    let second = house.make(&house.admin, "contact", &twin).await;
    let kept = house.mailbox.keep(&sam, mail("1")).await.unwrap();
    let message = house.mailbox.open(&sam, kept.mail.id).await.unwrap().message;
    let seen = house.mailbox.people(&sam, &message).await.unwrap();
    let Matched::Several(found) = &seen.people[0].matched else { panic!("{seen:?}") };
    assert_eq!(found.len(), 2);
    assert!(found.iter().any(|one| one.at == first));
    house.mailbox.choose(&sam, "Ben@Fabrikam.example", second.clone()).await.unwrap();
    let seen = house.mailbox.people(&sam, &message).await.unwrap();
    let Matched::One(found) = &seen.people[0].matched else { panic!("{seen:?}") };
    assert_eq!((&found.at, found.others), (&second, 1));
    // what an administrator set counts: only the first field
    let rules = Rules {
        contact_fields: vec!["emailaddress1".to_owned()],
        internal_domains: vec!["fabrikam.example".to_owned()],
        ..Rules::default()
    };
    house.mailbox.set_rules(&house.admin, rules).await.unwrap();
    let seen = house.mailbox.people(&sam, &message).await.unwrap();
    assert!(seen.people.iter().all(|one| one.matched == Matched::Colleague));
}

#[tokio::test]
async fn a_contact_is_proposed_from_the_signature_and_made_when_confirmed() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let kept = house.mailbox.keep(&sam, mail("1")).await.unwrap();
    let message = house.mailbox.open(&sam, kept.mail.id).await.unwrap().message;
    let proposed = house.mailbox.propose(&sam, &message, "ben@fabrikam.example").unwrap();
    assert!(proposed.from_signature);
    assert_eq!(proposed.company.as_deref(), Some("Fabrikam Ltd"));
    assert_eq!(
        proposed.contact,
        NewContact {
            first_name: "Ben".to_owned(),
            last_name: "King".to_owned(),
            job_title: "Head of Purchasing".to_owned(),
            phone: "+44 20 7946 0958".to_owned(),
            mobile: String::new(),
            email: "ben@fabrikam.example".to_owned(),
        }
    );
    let other = house.mailbox.propose(&sam, &message, "cy@fabrikam.example").unwrap();
    assert!(!other.from_signature && other.contact.last_name == "Cy");
    assert_eq!(code(&house.mailbox.propose(&sam, &message, "x@y.example")), "seller_mail.invalid");
    let address = "ben@fabrikam.example";
    let filled = house.mailbox.prefill(&sam, &message, (address, "")).await.unwrap();
    assert_eq!((filled.table.as_str(), &filled.values["lastname"]), ("contact", &text("King")));
    assert_eq!(filled.values["telephone1"], text("+44 20 7946 0958"));
    let outcome = house.mailbox.prefill(&sam, &message, (address, "lead")).await;
    assert_eq!(code(&outcome), "seller_mail.invalid", "sellers work with no leads here");
    let new = ("contact", &filled.values);
    let made = house.mailbox.create_person(&sam, address, new).await.unwrap();
    let seen = house.mailbox.people(&sam, &message).await.unwrap();
    let Matched::One(found) = &seen.people[0].matched else { panic!("{seen:?}") };
    assert_eq!((&found.at, found.name.as_str()), (&made, "Ben King"));
}

#[tokio::test]
async fn a_mail_becomes_an_activity_with_parties_and_files_once_and_can_be_taken_back() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let (contact, account) = ben(&house).await;
    let kept = house.mailbox.keep(&sam, mail("1")).await.unwrap();
    let id = kept.mail.id;
    let about =
        About { table: account.table.clone(), id: account.id.0.clone(), name: String::new() };
    let wanted = Wanted { about: Some(about), attachments: vec![0], ..Wanted::default() };
    let save = house.mailbox.save(&sam, id, wanted.clone()).await.unwrap();
    assert!(save.done);
    assert_eq!(save.about.as_ref().unwrap().name, "Fabrikam");
    assert_eq!((save.attachments, save.left_out), (1, 0));
    assert_eq!(house.mailbox.open(&sam, id).await.unwrap().save.as_ref(), Some(&save));
    assert_eq!(code(&house.mailbox.save(&sam, id, wanted).await), "seller_mail.saved");

    let crm = house.crm.of(&sam).await.unwrap();
    let fields = ["subject", "statecode", "regardingobjectid", "directioncode", "messageid"];
    let fields = fields.map(str::to_owned);
    let email = RecordRef::new("email", &save.id);
    let read = crm.read(&email, &fields).await.unwrap();
    assert_eq!(read.values["subject"], text("Renewal 1"));
    assert_eq!(read.values["statecode"], Value::Choice("1".to_owned()));
    assert_eq!(read.values["directioncode"], Value::Boolean(false));
    assert_eq!(read.values["regardingobjectid"], Value::Row(account));
    assert_eq!(read.values["messageid"], text("1@fabrikam.example"));
    let of = Filter::compare("activityid", Comparison::Equal, Value::Row(email.clone()));
    let query = Query::of("activityparty", &["partyid", "addressused"]).filter(of);
    let admin = house.crm.of(&house.admin).await.unwrap();
    let parties = admin.query(&query).await.unwrap().records;
    assert_eq!(parties.len(), 3, "{parties:?}");
    assert!(parties.iter().any(|one| one.values["partyid"] == Value::Row(contact.clone())));

    house.mailbox.unsave(&sam, id).await.unwrap();
    assert!(house.mailbox.open(&sam, id).await.unwrap().save.is_none());
    assert!(crm.read(&email, &fields).await.is_err());
    assert_eq!(code(&house.mailbox.unsave(&sam, id).await), "seller_mail.not_saved");
}

#[tokio::test]
async fn saving_is_refused_without_the_right_or_when_it_is_turned_off_and_can_be_tried_again() {
    let house = House::new().await;
    let sue = house.seller("sue", Some("Own contacts")).await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let kept = house.mailbox.keep(&sue, mail("1")).await.unwrap();
    let outcome = house.mailbox.save(&sue, kept.mail.id, Wanted::default()).await;
    assert_eq!(code(&outcome), "seller_mail.no_table");
    let own = house.mailbox.keep(&sam, mail("1")).await.unwrap();
    let secret =
        About { table: "account".to_owned(), id: sam.tenant().to_string(), name: String::new() };
    let wanted = Wanted { about: Some(secret), ..Wanted::default() };
    let outcome = house.mailbox.save(&sam, own.mail.id, wanted).await;
    assert_eq!(code(&outcome), "crm.record_not_found");
    house.set(json!({ "saving": { "mails": false } })).await;
    assert!(!house.mailbox.offered(&sam).await.unwrap().mails);
    let outcome = house.mailbox.save(&sam, own.mail.id, Wanted::default()).await;
    assert_eq!(code(&outcome), "seller_mail.saving_off");
    house.set(json!({ "saving": { "mails": true } })).await;
    assert!(house.mailbox.save(&sam, own.mail.id, Wanted::default()).await.unwrap().done);
}

#[tokio::test]
async fn what_administrators_set_for_saving_holds_for_files_records_and_categories() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let (_, account) = ben(&house).await;
    let other = house.make(&house.admin, "account", &[("name", text("Tailspin"))]).await;
    let about = |at: &RecordRef| About {
        table: at.table.clone(),
        id: at.id.0.clone(),
        name: String::new(),
    };
    let field = |value: &str| [("prioritycode".to_owned(), value.to_owned())].into();
    let wanted = Wanted {
        about: Some(about(&account)),
        related: vec![about(&other)],
        attachments: vec![0],
        fields: field("2"),
    };
    let offered = house.mailbox.offered(&sam).await.unwrap();
    assert!(!offered.several() && offered.fields.is_empty());
    assert_eq!(offered.files, Files::Picked);
    let mails: Vec<_> = kept(&house, &sam, 3).await;
    let odd = house.mailbox.save(&sam, mails[0], wanted.clone()).await;
    assert_eq!(code(&odd), "seller_mail.invalid", "no category unless administrators say so");

    house
        .set(json!({ "saving": { "mail_attachments": false, "mail_fields": ["prioritycode"] } }))
        .await;
    let save = house.mailbox.save(&sam, mails[0], wanted.clone()).await.unwrap();
    assert_eq!(save.attachments, 0, "no files");
    let admin = house.crm.of(&house.admin).await.unwrap();
    let read = admin.read(&RecordRef::new("email", &save.id), &["prioritycode".to_owned()]).await;
    assert_eq!(read.unwrap().values["prioritycode"], Value::Choice("2".to_owned()));
    let related = async |id: &str| {
        let of = Value::Row(RecordRef::new("email", id));
        let of = Filter::compare("activityid", Comparison::Equal, of);
        let query = Query::of("activityparty", &["partyid", "participationtypemask"]).filter(of);
        let all = admin.query(&query).await.unwrap().records;
        let is = |one: &&crm::Record| {
            one.values["participationtypemask"] == Value::Choice("13".to_owned())
        };
        all.iter().filter(is).map(|one| one.values["partyid"].clone()).collect::<Vec<_>>()
    };
    assert!(related(&save.id).await.is_empty(), "to one record only");

    house
        .set(json!({ "saving": { "mail_attachments": true, "all_mail_attachments": true,
            "mails_connect": "primary" } }))
        .await;
    let offered = house.mailbox.offered(&sam).await.unwrap();
    assert!(offered.several() && offered.primary);
    assert_eq!(offered.files, Files::Ticked);
    assert_eq!(offered.fields[0].name, "prioritycode");
    let save = house.mailbox.save(&sam, mails[1], wanted.clone()).await.unwrap();
    assert_eq!(save.attachments, 1);
    assert_eq!(related(&save.id).await, [Value::Row(other)]);

    // partners, and which contacts are made here
    house.set(json!({ "partners": false })).await;
    assert!(house.mailbox.partners(&sam, &[Point::EmailSummary]).await.unwrap().is_empty());
    let opened = house.mailbox.open(&sam, mails[2]).await.unwrap();
    let asked = liaison_mailbox::Asked::Mail(&opened, &[], None);
    let nobody = kernel::Ids::system().fresh();
    let asked = house.mailbox.ask(&sam, (Point::EmailSummary, nobody), asked).await;
    assert_eq!(code(&asked), "seller_mail.partners_off");
    let mut forms = Forms::defaults(Vendor::Dynamics);
    forms.types[0].create_here = false;
    forms.types[0].keys = vec!["telephone1".to_owned()];
    house.publish(forms).await;
    let seen = house.mailbox.people(&sam, &opened.message).await.unwrap();
    assert!(!seen.can_create, "contacts are made in the CRM");
    let Matched::One(found) = &seen.people[0].matched else { panic!("{seen:?}") };
    assert!(!found.facts.iter().any(|(_, fact)| fact == "Buyer"), "no key field: {found:?}");
    assert!(seen.kinds[0].elsewhere.is_some() && !seen.kinds[0].here, "{:?}", seen.kinds);
    let new = Values::from([("lastname".to_owned(), text("Cy"))]);
    let address = "cy@fabrikam.example";
    let refused = house.mailbox.create_person(&sam, address, ("contact", &new)).await;
    assert_eq!(code(&refused), "crm.not_allowed");
}

async fn kept(house: &House, sam: &kernel::Scope, count: usize) -> Vec<uuid::Uuid> {
    let mut all = Vec::new();
    for at in 0..count {
        all.push(house.mailbox.keep(sam, mail(&at.to_string())).await.unwrap().mail.id);
    }
    all
}

#[tokio::test]
async fn open_opportunities_of_a_contact_are_told() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let (_, account) = ben(&house).await;
    let values = [
        ("name", text("Renewal 2026")),
        ("parentaccountid", Value::Row(account.clone())),
        ("customerid", Value::Row(account)),
    ];
    let opportunity = house.make(&sam, "opportunity", &values).await;
    let kept = house.mailbox.keep(&sam, mail("1")).await.unwrap();
    let message = house.mailbox.open(&sam, kept.mail.id).await.unwrap().message;
    let seen = house.mailbox.people(&sam, &message).await.unwrap();
    let Matched::One(found) = &seen.people[0].matched else { panic!("{seen:?}") };
    let all = house.mailbox.opportunities(&sam, found).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((&all[0].at, all[0].name.as_str()), (&opportunity, "Renewal 2026"));
    assert!(house.mailbox.partners(&sam, &[Point::OpportunityInsights]).await.unwrap().is_empty());
}

fn letter(id: &str, more: &str, text: &str) -> Vec<u8> {
    format!("From: Ben <ben@fabrikam.example>\r\nSubject: Renewal\r\nMessage-ID: <{id}@x>\r\n{more}\r\n{text}\r\n").into_bytes()
}

#[tokio::test]
async fn a_budget_and_a_date_of_a_mail_are_accepted_and_written_and_another_seller_sees_nothing() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let tom = house.seller("tom", Some("Salesperson")).await;
    let opportunity = house.make(&sam, "opportunity", &[("name", text("Renewal 2026"))]).await;
    let file = letter("b", "", "Our budget is 50,000. We plan to sign by 15 December 2026.");
    let kept = house.mailbox.keep(&sam, file).await.unwrap();
    let opened = house.mailbox.open(&sam, kept.mail.id).await.unwrap();
    let day: jiff::civil::Date = "2026-12-15".parse().unwrap();
    let suggested = [Suggested::Amount(5_000_000, None), Suggested::CloseDate(day)];
    let id = opportunity.id.0.as_str();
    let shown = || house.mailbox.proposals(&sam, &opened, id, &suggested);
    let found = shown().await.unwrap();
    assert_eq!(found.name, "Renewal 2026");
    let told: Vec<_> =
        found.fields.iter().map(|one| (one.field.as_str(), one.value.as_str())).collect();
    assert_eq!(told, [("estimatedvalue", "50000"), ("estimatedclosedate", "2026-12-15")]);
    assert!(found.fields.iter().all(|one| one.can_accept && one.money.is_none()), "{found:?}");
    let accepted = |at: usize, version: Option<String>| Accepted {
        opportunity: id.to_owned(),
        field: found.fields[at].field.clone(),
        suggested: found.fields[at].value.clone(),
        value: found.fields[at].value.clone(),
        version,
    };
    // whose mail it is not accepts nothing of it
    let other = house.mailbox.accept(&tom, kept.mail.id, accepted(0, None)).await;
    assert_eq!(code(&other), "seller_mail.not_found");
    let typed = Accepted { value: "48000".to_owned(), ..accepted(0, found.version.clone()) };
    house.mailbox.accept(&sam, kept.mail.id, typed).await.unwrap();
    // the opportunity is another one now: what was shown before is not written over it
    let late = house.mailbox.accept(&sam, kept.mail.id, accepted(1, found.version.clone())).await;
    assert_eq!(code(&late), "crm.record_changed");
    let rest = shown().await.unwrap();
    let left: Vec<_> = rest.fields.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(left, ["estimatedclosedate"], "what is written is suggested no more");
    assert_eq!(rest.done.len(), 1);
    assert_eq!(rest.done[0].1, "48000", "what was written, not what was suggested");
    house.mailbox.accept(&sam, kept.mail.id, accepted(1, rest.version)).await.unwrap();
    let done = shown().await.unwrap();
    assert!(done.fields.is_empty() && done.done.len() == 2, "{done:?}");
    let name = Accepted { field: "name".to_owned(), ..accepted(0, None) };
    let odd = house.mailbox.accept(&sam, kept.mail.id, name).await;
    assert_eq!(code(&odd), "seller_mail.invalid", "no other field");
    let odd = Accepted { value: "a lot".to_owned(), ..accepted(0, None) };
    let odd = house.mailbox.accept(&sam, kept.mail.id, odd).await;
    assert_eq!(code(&odd), "seller_mail.invalid");
}

#[tokio::test]
async fn what_is_rejected_stays_away_in_its_thread_and_for_its_field_alone() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let opportunity = house.make(&sam, "opportunity", &[("name", text("Renewal 2026"))]).await;
    let day: jiff::civil::Date = "2026-12-15".parse().unwrap();
    let suggested = [Suggested::Amount(5_000_000, None), Suggested::CloseDate(day)];
    let mut mails = Vec::new();
    for (id, more) in [("a", ""), ("b", "In-Reply-To: <a@x>\r\n"), ("c", "")] {
        let kept = house.mailbox.keep(&sam, letter(id, more, "Our budget is 50,000.")).await;
        mails.push(house.mailbox.open(&sam, kept.unwrap().mail.id).await.unwrap());
    }
    let fields = async |at: usize| -> Vec<String> {
        let found = house.mailbox.proposals(&sam, &mails[at], &opportunity.id.0, &suggested).await;
        found.unwrap().fields.into_iter().map(|one| one.field).collect()
    };
    let both = ["estimatedvalue", "estimatedclosedate"];
    assert_eq!(fields(0).await, both);
    let rejected = Accepted {
        opportunity: opportunity.id.0.clone(),
        field: "estimatedvalue".to_owned(),
        suggested: "50000".to_owned(),
        value: String::new(),
        version: None,
    };
    house.mailbox.reject(&sam, mails[0].mail.id, rejected).await.unwrap();
    assert_eq!(fields(0).await, ["estimatedclosedate"]);
    assert_eq!(fields(1).await, ["estimatedclosedate"], "the answer is of the same thread");
    assert_eq!(fields(2).await, both, "another thread says it anew");
}

#[tokio::test]
async fn a_sum_in_another_currency_is_converted_at_the_rate_of_the_crm_or_refused() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let currency = |code: &str, rate: f64| {
        [
            ("currencyname", text(code)),
            ("isocurrencycode", text(code)),
            ("currencysymbol", text(code)),
            ("currencyprecision", Value::Whole(2)),
            ("exchangerate", Value::Number(rate)),
        ]
    };
    let pounds = house.make(&house.admin, "transactioncurrency", &currency("GBP", 0.5)).await;
    house.make(&house.admin, "transactioncurrency", &currency("SEK", 5.0)).await;
    let values = [("name", text("Renewal")), ("transactioncurrencyid", Value::Row(pounds))];
    let opportunity = house.make(&sam, "opportunity", &values).await;
    let kept =
        house.mailbox.keep(&sam, letter("a", "", "Our budget is SEK 50,000.")).await.unwrap();
    let opened = house.mailbox.open(&sam, kept.mail.id).await.unwrap();
    let money = async |code: &'static str| {
        let one = [Suggested::Amount(5_000_000, Some(code))];
        let found = house.mailbox.proposals(&sam, &opened, &opportunity.id.0, &one).await.unwrap();
        let field = found.fields.into_iter().next().unwrap();
        (field.value, field.can_accept, field.money.unwrap())
    };
    assert_eq!(money("GBP").await, ("50000".to_owned(), true, Money::Same("GBP".to_owned())));
    let converted = Money::Converted("50000 SEK".to_owned());
    assert_eq!(money("SEK").await, ("5000".to_owned(), true, converted));
    let refused = Money::NoRate("50000 CHF".to_owned(), "GBP".to_owned());
    assert_eq!(money("CHF").await, ("50000".to_owned(), false, refused));
}

#[tokio::test]
async fn what_a_seller_writes_down_about_a_contact_is_theirs_alone_and_not_in_the_crm() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let kim = house.seller("kim", Some("Salesperson")).await;
    let sue = house.seller("sue", Some("Own contacts")).await;
    let (contact, account) = ben(&house).await;
    assert_eq!(house.mailbox.private_note(&sam, &contact).await.unwrap(), None);
    let wrote = house.mailbox.write_private_note(&sam, &contact, " Likes tea.\n").await.unwrap();
    let wrote = wrote.unwrap();
    assert_eq!((wrote.text.as_str(), wrote.written_at), ("Likes tea.", house.clock.now()));
    let capitals = RecordRef::new("contact", contact.id.0.to_uppercase());
    let read = house.mailbox.private_note(&sam, &capitals).await.unwrap();
    assert_eq!(read, Some(wrote), "however the record is written");
    assert_eq!(house.mailbox.private_note(&kim, &contact).await.unwrap(), None);
    assert_eq!(house.mailbox.private_note(&house.admin, &contact).await.unwrap(), None);
    assert_eq!(house.mailbox.private_note(&sam, &account).await.unwrap(), None);
    // whoever may not see the contact has nothing to do with it
    let outcome = house.mailbox.write_private_note(&sue, &contact, "x").await;
    assert_eq!(code(&outcome), "crm.record_not_found");
    assert_eq!(code(&house.mailbox.private_note(&sue, &contact).await), "crm.record_not_found");
    let notes = Query::of("annotation", &["notetext"]);
    let crm = house.crm.of(&house.admin).await.unwrap();
    assert!(crm.query(&notes).await.unwrap().records.is_empty(), "no CRM gets it");
    let long = "x".repeat(4_001);
    let outcome = house.mailbox.write_private_note(&sam, &contact, &long).await;
    assert_eq!(code(&outcome), "seller_mail.invalid");
    assert_eq!(house.mailbox.write_private_note(&sam, &contact, " ").await.unwrap(), None);
    assert_eq!(house.mailbox.private_note(&sam, &contact).await.unwrap(), None);
}
