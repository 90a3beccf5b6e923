//! Links whose record is in Salesforce or Dynamics 365: their life, and their changes as cards, through the sign-in of a
//! named person.

use std::sync::atomic::Ordering;

use crm::{RecordRef, Value, Values};
use identity::Role;
use liaison_linking_sync::{Mode, NoteRules, Policy, Reason, Verb};
use linking::{Link, State};
use serde_json::json;
use workspace_port::{ChannelKind, Workspace as _};

use crate::{
    crms::{At, Crms},
    house::{BOTH, person},
};

const DAY: u64 = 24 * 60 * 60;

async fn linked(crms: &Crms, at: At, name: &str) -> Link {
    let deal = crms.opportunity(&crms.house.admin, at, name).await;
    let channel = crms.house.place(&format!("{name} {at:?}"), ChannelKind::Standard).await;
    let link = crms.house.link(&deal, &channel).await;
    crms.house.work().await;
    link
}

#[tokio::test]
async fn a_record_that_is_renamed_or_deleted_in_the_crm_is_noticed_as_the_owner_of_the_link() {
    let crms = Crms::new().await;
    for at in At::BOTH {
        let link = linked(&crms, at, "Village deal").await;
        let admin = &crms.house.admin;
        crms.rename(admin, (at, &link.subject), "Town deal").await;
        crms.after(2 * 60 * 60).await;
        let now = crms.house.now(link.id).await;
        assert_eq!(
            (now.subject_name.as_str(), now.state),
            ("Town deal", State::Connected),
            "{at:?}"
        );
        let crm = crms.there.seat(admin, at).await;
        crm.delete(&RecordRef::new(link.subject.table(), link.subject.key()), None).await.unwrap();
        crms.after(2 * 60 * 60).await;
        crms.after(200).await;
        let now = crms.house.now(link.id).await;
        assert_eq!(now.state, State::Unlinked, "{at:?} {:?}", now.problem);
        let tabs = workspace_port::Workspace::tabs(&crms.house.seat(admin), &link.channel).await;
        assert!(tabs.unwrap().is_empty(), "{at:?}");
    }
}

#[tokio::test]
async fn a_link_goes_along_when_its_record_is_merged() {
    let crms = Crms::new().await;
    let (at, admin) = (At::Salesforce, &crms.house.admin);
    let crm = crms.there.seat(admin, at).await;
    let mut made = Vec::new();
    for name in ["Contoso", "Contoso Ltd"] {
        let values = Values::from([("Name".to_owned(), Value::from(name))]);
        made.push(crm.create("Account", &values).await.unwrap().id.0);
    }
    let loser = linking::Subject::crm(crms.there.system(at).id, "Account", &made[0]);
    let channel = crms.house.place("Contoso", ChannelKind::Standard).await;
    let link = crms.house.link(&loser, &channel).await;
    crms.house.work().await;
    crms.there
        .salesforce
        .control(&json!({ "merge": { "winner": made[1], "loser": made[0] } }))
        .unwrap();
    crms.after(2 * 60 * 60).await;
    let now = crms.house.now(link.id).await;
    assert_eq!((now.subject.key(), now.state), (made[1].clone(), State::Connected));
    crms.after(2 * 60 * 60).await;
    assert_eq!(crms.house.now(link.id).await.subject_name, "Contoso Ltd");
}

#[tokio::test]
async fn changes_are_told_as_the_one_who_posts_and_stop_with_the_reason_when_that_sign_in_ends() {
    let crms = Crms::new().await;
    for at in At::BOTH {
        let link = linked(&crms, at, "Village deal").await;
        let admin = &crms.house.admin;
        let rules = |columns: &[&str]| NoteRules {
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            updated: true,
            closed: true,
            zone: "UTC".to_owned(),
            ..NoteRules::default()
        };
        let field = at.name_field();
        let odd = crms.house.sync.set_notes(admin, link.id, rules(&["nothing"])).await;
        assert!(odd.is_err(), "{at:?}");
        let card = crms.house.sync.note_preview(admin, link.id, rules(&[field])).await.unwrap();
        assert!(card.unwrap().to_string().contains("Village deal"), "{at:?}");
        crms.house.sync.set_notes(admin, link.id, rules(&[field])).await.unwrap();
        crms.after(DAY).await;
        crms.rename(admin, (at, &link.subject), "Town deal").await;
        crms.after(2 * 60 * 60).await;
        crms.after(60).await;
        let cards = crms.house.cards(&link.channel).await;
        assert_eq!(cards.len(), 1, "{at:?} {cards:?}");
        assert!(cards[0].contains("Village deal") && cards[0].contains("Town deal"), "{cards:?}");
        crms.after(2 * 60 * 60).await;
        assert_eq!(crms.house.cards(&link.channel).await.len(), 1, "once");
        if at == At::Dynamics {
            continue;
        }
        crms.there.end_sign_ins();
        crms.after(2 * 60 * 60).await;
        crms.after(2 * 60 * 60).await;
        let now = crms.house.now(link.id).await;
        let problem = now.problem.map(|problem| problem.code);
        assert_eq!(problem.as_deref(), Some("crm_connection.lost"), "{:?}", now.state);
        assert_eq!(now.state, State::Connected, "the link itself stays");
        crms.sign_in(admin, at).await;
        crms.rename(admin, (at, &link.subject), "City deal").await;
        crms.after(2 * 60 * 60).await;
        crms.after(60).await;
        assert_eq!(crms.house.now(link.id).await.problem, None, "it goes on by itself");
        let cards = crms.house.cards(&link.channel).await;
        assert!(cards.len() == 2 && cards[1].contains("City deal"), "{cards:?}");
    }
}

/// Gives a record to somebody, by mail address.
async fn give(crms: &Crms, (at, deal): (At, &linking::Subject), mail: &str) {
    let crm = crms.there.seat(&crms.house.admin, at).await;
    let (table, field, owner) = match at {
        At::Salesforce => ("User", "Email", "OwnerId"),
        At::Dynamics => ("systemuser", "internalemailaddress", "ownerid"),
    };
    let is = crm::Filter::compare(field, crm::Comparison::Equal, Value::from(mail));
    let page = crm.query(&crm::Query::of(table, &[field]).filter(is)).await.unwrap();
    let values = Values::from([(owner.to_owned(), Value::Row(page.records[0].at.clone()))]);
    crm.update(&RecordRef::new(deal.table(), deal.key()), &values, None).await.unwrap();
}

#[tokio::test]
async fn members_follow_who_may_see_a_record_in_the_crm_and_owners_of_the_team_stay() {
    let crms = Crms::new().await;
    let (house, admin) = (&crms.house, &crms.house.admin);
    for at in At::BOTH {
        let system = crms.there.system(at).id;
        let names = ["sam", "eve", "gil"].map(|name| format!("{name}-{at:?}"));
        let [sam, eve, gil] = names.each_ref().map(String::as_str);
        let seller = house.signed_in((sam, &at.mail("seller")), &[Role::Seller]).await;
        house.signed_in((eve, &at.mail("other")), &[Role::Seller]).await;
        let by_hand = house.person(gil, &[Role::Seller]).await;
        let link = linked(&crms, at, "Village deal").await;
        let place = workspace_port::Place::Team(link.team.clone());
        let member = workspace_port::Role::Member;
        house.seat(admin).put_member(&place, &person(&by_hand), member).await.unwrap();
        let inside = async |who: &str| house.members(&place).await.iter().any(|one| one == who);
        give(&crms, (at, &link.subject), &at.mail("seller")).await;

        // off until who sets CRMs up decides
        crms.after(2 * 60 * 60).await;
        assert!(!inside(sam).await, "{at:?}");
        let refused = house.sync.set_crm_policy(&seller, system, BOTH).await;
        assert_eq!(crm_proof::code(&refused), "linking.administrator_needed");
        house.sync.set_crm_policy(admin, system, BOTH).await.unwrap();
        assert_eq!(house.sync.crm_policy(admin, system).await.unwrap(), BOTH);
        let ahead = house.sync.preview(admin, link.id, None).await.unwrap();
        assert!(
            ahead.changes.iter().any(|one| one.verb == Verb::Add && one.why == Reason::Owner),
            "{at:?} {:?}",
            ahead.changes
        );
        crms.after(2 * 60 * 60).await;
        assert!(inside(sam).await, "{at:?}: the owner of the record comes");

        // another owner comes; who lost it goes where the CRM says that nothing else lets them read
        give(&crms, (at, &link.subject), &at.mail("other")).await;
        crms.after(2 * 60 * 60).await;
        assert!(inside(eve).await, "{at:?}: {:?}", house.sync.member_history(admin, link.id).await);
        let crm = crms.there.seat(admin, at).await;
        let record = RecordRef::new(link.subject.table(), link.subject.key());
        let reads = crm.reads(&record, &at.mail("seller")).await.unwrap();
        assert_eq!(Some(inside(sam).await), reads, "{at:?}");
        give(&crms, (at, &link.subject), &at.mail("seller")).await;
        assert_eq!(crm.reads(&record, &at.mail("other")).await.unwrap(), Some(false), "{at:?}");
        crms.after(2 * 60 * 60).await;
        assert!(inside(sam).await && !inside(eve).await, "{at:?}");
        assert!(inside("ada").await && inside(gil).await, "{at:?}: owners, and by hand");
        let history = house.sync.member_history(admin, link.id).await.unwrap();
        assert_eq!((history[0].verb, history[0].why), (Verb::Remove, Reason::AccessLost));

        // a link of its own decision; and adding alone removes nobody
        let add = Policy { mode: Mode::Add, ..BOTH };
        house.sync.set_link_policy(admin, link.id, Some(add)).await.unwrap();
        give(&crms, (at, &link.subject), &at.mail("other")).await;
        crms.after(2 * 60 * 60).await;
        give(&crms, (at, &link.subject), &at.mail("manager")).await;
        crms.after(2 * 60 * 60).await;
        assert!(inside(eve).await && inside(sam).await, "{at:?}");
    }
}

#[tokio::test]
async fn what_a_crm_tells_of_its_tables_is_followed_and_quiet_links_cost_no_calls() {
    let crms = Crms::new().await;
    let admin = &crms.house.admin;
    for at in At::BOTH {
        let mut links = Vec::new();
        for name in ["One", "Two", "Three", "Four"] {
            links.push(linked(&crms, at, name).await);
        }
        // the tables are followed from now on
        crms.after(6 * 60).await;
        crms.after(6 * 60).await;
        let before = crms.calls.load(Ordering::SeqCst);
        for _ in 0..10 {
            crms.after(6 * 60).await;
        }
        let quiet = crms.calls.load(Ordering::SeqCst) - before;
        if at == At::Salesforce {
            // what changed and what is gone, however many links there are
            assert!((10..=20).contains(&quiet), "{quiet} calls for ten questions");
        }
        // a change and a deletion are told within minutes
        crms.rename(admin, (at, &links[0].subject), "Town").await;
        let gone = RecordRef::new(links[1].subject.table(), links[1].subject.key());
        crms.there.seat(admin, at).await.delete(&gone, None).await.unwrap();
        crms.after(6 * 60).await;
        crms.after(6 * 60).await;
        let now = crms.house.now(links[0].id).await;
        assert_eq!(now.subject_name, "Town", "{at:?}");
        crms.after(200).await;
        let now = crms.house.now(links[1].id).await;
        assert_eq!(now.state, State::Unlinked, "{at:?} {:?}", now.problem);
        assert_eq!(crms.house.now(links[2].id).await.subject_name, "Three", "{at:?}");
    }
}
