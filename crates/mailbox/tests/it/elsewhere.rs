//! Mails beside Salesforce and Dynamics 365, as servers of their own keep rows and enforce rights.

use std::time::Duration;

use crm::{Comparison, Crm, Filter, Query, Record, RecordRef, Value, Values};
use crm_proof::{At, Elsewhere};
use kernel::Scope;
use liaison_mailbox::{About, Matched, Save, Wanted};
use serde_json::json;

use crate::house::{House, code, mail};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

async fn made(crm: &dyn Crm, table: &str, pairs: &[(&str, Value)]) -> RecordRef {
    let values: Values =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    crm.create(table, &values).await.unwrap()
}

async fn all(crm: &dyn Crm, table: &str, fields: &[&str], of: (&str, Value)) -> Vec<Record> {
    let filter = Filter::compare(of.0, Comparison::Equal, of.1);
    crm.query(&Query::of(table, fields).filter(filter)).await.unwrap().records
}

fn about(record: &RecordRef) -> About {
    About { table: record.table.clone(), id: record.id.0.clone(), name: String::new() }
}

/// What everybody's administrator made at Salesforce: an account, a contact of it, an opportunity nobody else sees.
async fn ground(house: &House, elsewhere: &Elsewhere) -> (Scope, [RecordRef; 3]) {
    let boss = house.works_at(elsewhere, "boss", (At::Salesforce, "admin@example.com")).await;
    let crm = elsewhere.seat(&boss, At::Salesforce).await;
    let account = made(&*crm, "Account", &[("Name", text("Fabrikam"))]).await;
    let contact = [
        ("FirstName", text("Ben")),
        ("LastName", text("King")),
        ("Title", text("Buyer")),
        ("Email", text("BEN@fabrikam.example")),
        ("AccountId", Value::Row(account.clone())),
    ];
    let contact = made(&*crm, "Contact", &contact).await;
    let deal = [
        ("Name", text("Renewal 2026")),
        ("StageName", Value::Choice("Prospecting".to_owned())),
        ("CloseDate", Value::Date("2027-01-31".parse().unwrap())),
        ("AccountId", Value::Row(account.clone())),
    ];
    let deal = made(&*crm, "Opportunity", &deal).await;
    (boss, [account, contact, deal])
}

#[tokio::test]
async fn two_sellers_with_other_rights_see_of_one_mail_what_salesforce_shows_each() {
    let house = House::new().await;
    let elsewhere = house.elsewhere().await;
    let (boss, [account, contact, deal]) = ground(&house, &elsewhere).await;
    // Sara sees opportunities of her own alone, and no titles; Louis has no Enhanced Email
    let order = json!({ "profile": { "name": "Seller", "hidden_fields": ["Contact.Title"] } });
    elsewhere.salesforce.control(&order).unwrap();
    let none = json!({ "EmailMessage": {}, "EmailMessageRelation": {} });
    let order = json!({ "profile": { "name": "Read Only Accounts", "objects": none } });
    elsewhere.salesforce.control(&order).unwrap();
    let sara = house.works_at(&elsewhere, "sara", (At::Salesforce, "seller@example.com")).await;
    let louis = house.works_at(&elsewhere, "louis", (At::Salesforce, "limited@example.com")).await;

    let mut told = Vec::new();
    let mut ids = Vec::new();
    for scope in [&sara, &louis, &boss] {
        let kept = house.mailbox.keep(scope, mail("1")).await.unwrap();
        let message = house.mailbox.open(scope, kept.mail.id).await.unwrap().message;
        let seen = house.mailbox.people(scope, &message).await.unwrap();
        let Matched::One(found) = &seen.people[0].matched else { panic!("{seen:?}") };
        assert_eq!((&found.at, found.name.as_str()), (&contact, "Ben King"));
        assert_eq!(found.account.as_ref().unwrap().at, account);
        let has_title = found.facts.iter().any(|(_, fact)| fact == "Buyer");
        let deals = house.mailbox.opportunities(scope, found).await.unwrap();
        told.push((has_title, deals.iter().map(|one| one.at.clone()).collect::<Vec<_>>()));
        ids.push(kept.mail.id);
    }
    assert_eq!(told[0], (false, vec![]), "what is Sara's own, without titles");
    assert_eq!(told[1], (true, vec![deal.clone()]));
    assert_eq!(told[1], told[2]);

    // what Sara does not see she saves nothing to
    let hers = Wanted { about: Some(about(&deal)), attachments: vec![0], ..Wanted::default() };
    let refused = house.mailbox.save(&sara, ids[0], hers.clone()).await;
    assert_eq!(code(&refused), "crm.record_not_found");
    let wanted = Wanted { about: Some(about(&account)), ..hers.clone() };
    let save = house.mailbox.save(&sara, ids[0], wanted).await.unwrap();
    assert_eq!((save.table.as_str(), save.attachments, save.left_out), ("EmailMessage", 1, 0));
    assert_eq!(save.about.as_ref().unwrap().name, "Fabrikam");
    let crm = elsewhere.seat(&boss, At::Salesforce).await;
    let at = RecordRef::new("EmailMessage", &save.id);
    let fields = ["Subject", "FromAddress", "Incoming", "MessageIdentifier", "RelatedToId"];
    let read = crm.read(&at, &fields.map(str::to_owned)).await.unwrap();
    assert_eq!(read.values["Subject"], text("Renewal 1"));
    assert_eq!(read.values["FromAddress"], text("ben@fabrikam.example"));
    assert_eq!(read.values["Incoming"], Value::Boolean(true));
    assert_eq!(read.values["MessageIdentifier"], text("1@fabrikam.example"));
    assert!(matches!(&read.values["RelatedToId"], Value::Row(to) if to.id == account.id));
    let of = ("EmailMessageId", Value::Row(at.clone()));
    let parties = all(&*crm, "EmailMessageRelation", &["RelationType", "RelationId"], of).await;
    assert_eq!(parties.len(), 3, "{parties:?}");
    let with_contact =
        |one: &&Record| matches!(&one.values["RelationId"], Value::Row(to) if to.id == contact.id);
    assert_eq!(parties.iter().filter(with_contact).count(), 1);

    // Louis has tasks alone; the mail is there for him once, however often he asks
    let save = house.mailbox.save(&louis, ids[1], hers).await.unwrap();
    assert_eq!((save.table.as_str(), save.attachments), ("Task", 1));
    let task = RecordRef::new("Task", &save.id);
    let fields = ["Subject", "Status", "WhoId", "WhatId", "Description"].map(str::to_owned);
    let read = crm.read(&task, &fields).await.unwrap();
    assert_eq!(read.values["Subject"], Value::Choice("Email: Renewal 1".to_owned()));
    assert_eq!(read.values["Status"], Value::Choice("Completed".to_owned()));
    assert!(matches!(&read.values["WhoId"], Value::Row(to) if to.id == contact.id));
    assert!(matches!(&read.values["WhatId"], Value::Row(to) if to.id == deal.id));
    assert!(matches!(&read.values["Description"], Value::Text(text) if text.contains("Shall we")));

    // the boss finds Sara's mail there, and does not take away what is hers
    let found = house.mailbox.save(&boss, ids[2], Wanted::default()).await.unwrap();
    assert!(found.found && found.id == at.id.0, "{found:?}");
    house.mailbox.unsave(&boss, ids[2]).await.unwrap();
    crm.read(&at, &fields[..1]).await.unwrap();

    // taken back with its files
    let files = all(&*crm, "ContentDocument", &["Title"], ("Title", text("offer.txt"))).await;
    assert_eq!(files.len(), 2);
    house.mailbox.unsave(&louis, ids[1]).await.unwrap();
    house.mailbox.unsave(&sara, ids[0]).await.unwrap();
    for gone in [&task, &at] {
        assert!(crm.read(gone, &fields[..1]).await.is_err(), "{gone:?}");
    }
    let files = all(&*crm, "ContentDocument", &["Title"], ("Title", text("offer.txt"))).await;
    assert!(files.is_empty(), "{files:?}");
}

#[tokio::test]
async fn a_contact_is_made_at_salesforce_and_a_duplicate_is_told() {
    let house = House::new().await;
    let elsewhere = house.elsewhere().await;
    let sara = house.works_at(&elsewhere, "sara", (At::Salesforce, "seller@example.com")).await;
    let kept = house.mailbox.keep(&sara, mail("1")).await.unwrap();
    let message = house.mailbox.open(&sara, kept.mail.id).await.unwrap().message;
    let address = "ben@fabrikam.example";
    let mut new = house.mailbox.prefill(&sara, &message, (address, "")).await.unwrap();
    let create = async |values: &Values| {
        house.mailbox.create_person(&sara, address, ("Contact", values)).await
    };
    let made = create(&new.values).await.unwrap();
    assert_eq!(made.table, "Contact");
    let seen = house.mailbox.people(&sara, &message).await.unwrap();
    let Matched::One(found) = &seen.people[0].matched else { panic!("{seen:?}") };
    assert_eq!((&found.at, found.name.as_str()), (&made, "Ben King"));
    assert!(found.facts.iter().any(|(_, fact)| fact == "Head of Purchasing"), "{found:?}");
    elsewhere.salesforce.control(&json!({ "duplicate_rule": true })).unwrap();
    new.values.insert("FirstName".to_owned(), text("B."));
    assert_eq!(code(&create(&new.values).await), "crm.record_duplicate");
}

#[tokio::test]
async fn a_mail_goes_to_dynamics_with_its_parties_and_files_and_comes_back() {
    let house = House::new().await;
    let elsewhere = house.elsewhere().await;
    let mail_of = elsewhere.said(At::Dynamics, "username");
    let sam = house.works_at(&elsewhere, "sam", (At::Dynamics, &mail_of)).await;
    let crm = elsewhere.seat(&sam, At::Dynamics).await;
    let account = made(&*crm, "account", &[("name", text("Fabrikam"))]).await;
    let contact = [("lastname", text("King")), ("emailaddress3", text("ben@fabrikam.example"))];
    let contact = made(&*crm, "contact", &contact).await;
    let kept = house.mailbox.keep(&sam, mail("1")).await.unwrap();
    let id = kept.mail.id;
    let wanted = Wanted { about: Some(about(&account)), attachments: vec![0], ..Wanted::default() };
    let save: Save = house.mailbox.save(&sam, id, wanted).await.unwrap();
    assert_eq!((save.attachments, save.left_out, save.found), (1, 0, false));
    let at = RecordRef::new("email", &save.id);
    let of = ("activityid", Value::Row(at.clone()));
    let fields = ["partyid", "addressused", "participationtypemask"];
    let parties = all(&*crm, "activityparty", &fields, of).await;
    let own = |kind: &str| {
        let kind = Value::Choice(kind.to_owned());
        parties.iter().filter(|one| one.values["participationtypemask"] == kind).count()
    };
    assert_eq!((own("1"), own("2")), (1, 2), "{parties:?}");
    assert!(parties.iter().any(|one| one.values["partyid"] == Value::Row(contact.clone())));
    let read = crm.read(&at, &["statecode".to_owned()]).await.unwrap();
    assert_eq!(read.values["statecode"], Value::Choice("1".to_owned()));
    let of = ("objectid", Value::Row(at.clone()));
    assert_eq!(all(&*crm, "activitymimeattachment", &["filename"], of).await.len(), 1);

    // somebody who brought the same mail finds it there
    let lee = house.works_at(&elsewhere, "lee", (At::Dynamics, &mail_of)).await;
    let own = house.mailbox.keep(&lee, mail("1")).await.unwrap();
    let found = house.mailbox.save(&lee, own.mail.id, Wanted::default()).await.unwrap();
    assert!(found.found && found.id == save.id, "{found:?}");
    house.mailbox.unsave(&sam, id).await.unwrap();
    assert!(crm.read(&at, &[]).await.is_err());
}

/// Saves a mail again and again, each time with the hub dying one call later, and once more after that.
async fn dies_everywhere(house: &House, scope: &Scope, crm: &dyn Crm, table: &'static str) {
    let (key, file) = match table {
        "email" => ("messageid", "activitymimeattachment"),
        _ => ("MessageIdentifier", "ContentDocument"),
    };
    for is_done in [false, true] {
        for call in 0.. {
            let name = format!("{is_done}-{call}");
            let kept = house.mailbox.keep(scope, mail(&name)).await.unwrap();
            let id = kept.mail.id;
            let wanted = || Wanted { about: None, attachments: vec![0], ..Wanted::default() };
            house.stall.at(call, is_done);
            let died = tokio::select! {
                saved = house.mailbox.save(scope, id, wanted()) => {
                    assert!(saved.unwrap().done);
                    false
                }
                () = house.stall.stopped.notified() => true,
            };
            house.stall.nowhere();
            house.clock.advance(Duration::from_mins(6));
            if died {
                let save = house.mailbox.save(scope, id, wanted()).await.unwrap();
                assert!(save.done && !save.found && save.attachments == 1, "{name}: {save:?}");
            }
            let there =
                all(crm, table, &[], (key, text(&format!("{name}@fabrikam.example")))).await;
            assert_eq!(there.len(), 1, "{name}: {there:?}");
            let files = if table == "email" {
                let of = ("objectid", Value::Row(there[0].at.clone()));
                all(crm, file, &[], of).await.len()
            } else {
                let of = ("LinkedEntityId", Value::Id(there[0].at.id.clone()));
                all(crm, "ContentDocumentLink", &[], of).await.len()
            };
            assert_eq!(files, 1, "{name}");
            house.mailbox.delete(scope, id).await.unwrap();
            if !died {
                assert!(call > 5, "the hub died at {call} places alone");
                break;
            }
        }
    }
}

#[tokio::test]
async fn wherever_the_hub_dies_a_mail_is_in_the_own_crm_once() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let crm = house.crm.of(&sam).await.unwrap();
    dies_everywhere(&house, &sam, &*crm, "email").await;
}

#[tokio::test]
async fn wherever_the_hub_dies_a_mail_is_at_salesforce_once() {
    let house = House::new().await;
    let elsewhere = house.elsewhere().await;
    let sara = house.works_at(&elsewhere, "sara", (At::Salesforce, "seller@example.com")).await;
    let crm = elsewhere.seat(&sara, At::Salesforce).await;
    dies_everywhere(&house, &sara, &*crm, "EmailMessage").await;
}

#[tokio::test]
async fn two_sellers_with_other_rights_see_of_one_mail_what_dynamics_shows_each() {
    let house = House::new().await;
    let elsewhere = house.elsewhere().await;
    let who = |name: &str| elsewhere.said(At::Dynamics, name);
    let (head, seller, nobody) = (who("username"), who("seller_username"), who("limited_username"));
    let boss = house.works_at(&elsewhere, "boss", (At::Dynamics, &head)).await;
    let sara = house.works_at(&elsewhere, "sara", (At::Dynamics, &seller)).await;
    let nora = house.works_at(&elsewhere, "nora", (At::Dynamics, &nobody)).await;
    let crm = elsewhere.seat(&boss, At::Dynamics).await;
    let account = made(&*crm, "account", &[("name", text("Fabrikam"))]).await;
    let contact = [
        ("lastname", text("King")),
        ("emailaddress1", text("ben@fabrikam.example")),
        ("parentcustomerid", Value::Row(account.clone())),
    ];
    let contact = made(&*crm, "contact", &contact).await;
    let deal = [("name", text("Renewal")), ("parentaccountid", Value::Row(account.clone()))];
    let deal = made(&*crm, "opportunity", &deal).await;
    let mut told = Vec::new();
    for scope in [&boss, &sara] {
        let kept = house.mailbox.keep(scope, mail("1")).await.unwrap();
        let message = house.mailbox.open(scope, kept.mail.id).await.unwrap().message;
        let seen = house.mailbox.people(scope, &message).await.unwrap();
        let Matched::One(found) = &seen.people[0].matched else { panic!("{seen:?}") };
        assert_eq!(found.at, contact);
        let deals = house.mailbox.opportunities(scope, found).await.unwrap();
        told.push((deals.len(), seen.can_create, kept.mail.id));
    }
    assert_eq!(told[0].0, 1);
    let wanted = Wanted { about: Some(about(&deal)), ..Wanted::default() };
    assert!(house.mailbox.save(&sara, told[1].2, wanted.clone()).await.unwrap().done);
    // somebody without a role in Dynamics has the same mail, and nothing beside it
    let kept = house.mailbox.keep(&nora, mail("1")).await.unwrap();
    let message = house.mailbox.open(&nora, kept.mail.id).await.unwrap().message;
    let seen = house.mailbox.people(&nora, &message).await;
    assert!(code(&seen).starts_with("crm"), "{}", code(&seen));
    let refused = house.mailbox.save(&nora, kept.mail.id, wanted).await;
    assert!(code(&refused).starts_with("crm"), "{}", code(&refused));
    let refused = house.mailbox.write_private_note(&nora, &contact, "x").await;
    assert!(code(&refused).starts_with("crm"), "{}", code(&refused));
    // and the two never see each other's mails
    assert_eq!(code(&house.mailbox.open(&nora, told[1].2).await), "seller_mail.not_found");
}
