//! Links whose record is in Salesforce or Dynamics 365: their life, and their changes as cards, through the sign-in of a
//! named person.

use crm::{RecordRef, Value, Values};
use liaison_linking_sync::NoteRules;
use linking::{Link, State};
use serde_json::json;
use workspace_port::ChannelKind;

use crate::crms::{At, Crms};

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
        crms.house.after(2 * 60 * 60).await;
        let now = crms.house.now(link.id).await;
        assert_eq!(
            (now.subject_name.as_str(), now.state),
            ("Town deal", State::Connected),
            "{at:?}"
        );
        let crm = crms.there.seat(admin, at).await;
        crm.delete(&RecordRef::new(link.subject.table(), link.subject.key()), None).await.unwrap();
        crms.house.after(2 * 60 * 60).await;
        crms.house.after(200).await;
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
    crms.house.after(2 * 60 * 60).await;
    let now = crms.house.now(link.id).await;
    assert_eq!((now.subject.key(), now.state), (made[1].clone(), State::Connected));
    crms.house.after(2 * 60 * 60).await;
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
        crms.house.after(DAY).await;
        crms.rename(admin, (at, &link.subject), "Town deal").await;
        crms.house.after(2 * 60 * 60).await;
        crms.house.after(60).await;
        let cards = crms.house.cards(&link.channel).await;
        assert_eq!(cards.len(), 1, "{at:?} {cards:?}");
        assert!(cards[0].contains("Village deal") && cards[0].contains("Town deal"), "{cards:?}");
        crms.house.after(2 * 60 * 60).await;
        assert_eq!(crms.house.cards(&link.channel).await.len(), 1, "once");
        if at == At::Dynamics {
            continue;
        }
        crms.there.end_sign_ins();
        crms.house.after(2 * 60 * 60).await;
        crms.house.after(2 * 60 * 60).await;
        let now = crms.house.now(link.id).await;
        let problem = now.problem.map(|problem| problem.code);
        assert_eq!(problem.as_deref(), Some("crm_connection.lost"), "{:?}", now.state);
        assert_eq!(now.state, State::Connected, "the link itself stays");
        crms.sign_in(admin, at).await;
        crms.rename(admin, (at, &link.subject), "City deal").await;
        crms.house.after(2 * 60 * 60).await;
        crms.house.after(60).await;
        assert_eq!(crms.house.now(link.id).await.problem, None, "it goes on by itself");
        let cards = crms.house.cards(&link.channel).await;
        assert!(cards.len() == 2 && cards[1].contains("City deal"), "{cards:?}");
    }
}
