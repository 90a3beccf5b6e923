//! What goes wrong, by the table of errors of the record-linking reference, where the record is in Salesforce or Dynamics 365.
//!
//! A row without a meaning at one of them is shown to have none: nothing of it happens there.

use std::{sync::atomic::Ordering, time::Duration};

use crm::Values;
use liaison_linking::{
    ChannelChoice, Error, Files, LinkRequest, State, Step, Subject, TabAfter, TeamChoice, Unlink,
};
use serde_json::json;
use workspace_port::Error as Away;

use crate::{
    crms::{At, Crms, code},
    house::{to_channel, to_new},
};

const HOW: Unlink = Unlink { tab: TabAfter::Remove, files: Files::Keep };

#[tokio::test]
async fn e3_without_rights_on_sites_and_locations_of_dynamics_the_tab_stands_alone_until_they_are_given()
 {
    let crms = Crms::new().await;
    let linking = &crms.house.linking;
    let at = At::Dynamics;
    let manager = crms.seller(at, "manager").await;
    for (who, refused) in
        [("seller", "prvCreateSharePointSite"), ("colleague", "prvCreateSharePointDocument")]
    {
        let seller = crms.seller(at, who).await;
        let deal = crms.opportunity(&seller, at, "Village deal").await;
        let channel = crms.house.place(&seller, &format!("Sales of {who}")).await;
        let had = crms.leave_out("Salesperson", &[refused]).await;
        let link = linking.link(&seller, to_channel(&deal, &channel)).await.unwrap();
        let link = crms.house.settle(link.id).await;
        assert_eq!(link.state, State::TabOnly, "{refused} {link:?}");
        assert_eq!(link.problem.unwrap().code, "link.location_refused", "{refused}");
        assert_eq!(crms.rows(at, &manager, link.id.uuid()).await, 0, "{refused}: no row");
        assert_eq!(crms.locations(&manager, &deal).await, 0, "{refused}");
        assert_eq!(crms.house.tabs(&seller, &channel).await.len(), 1, "{refused}: and a tab");
        let again = linking.retry(&seller, link.id).await.unwrap();
        assert_eq!((again.state, again.id), (State::TabOnly, link.id), "nothing has changed yet");
        crms.give_back(had).await;
        let again = linking.retry(&seller, link.id).await.unwrap();
        assert_eq!((again.state, again.problem), (State::Connected, None), "{refused}");
        assert_eq!(crms.rows(at, &manager, link.id.uuid()).await, 1, "{refused}");
        assert_eq!(crms.locations(&manager, &deal).await, 1, "{refused}");
        assert_eq!(crms.house.tabs(&seller, &channel).await.len(), 1, "one tab still");
    }
}

#[tokio::test]
async fn e3_and_e4_have_no_meaning_in_salesforce_which_keeps_no_sites_and_no_rows_of_links() {
    let crms = Crms::new().await;
    let at = At::Salesforce;
    let seller = crms.seller(at, "seller").await;
    // a task, which in Dynamics 365 has documents only where somebody said so
    let crm = crms.there.seat(&seller, at).await;
    let subject = crm::Value::Choice("Call".to_owned());
    let task = crm.create("Task", &Values::from([("Subject".to_owned(), subject)])).await;
    let task = task.unwrap();
    let of = Subject::crm(crms.there.system(at).id, &task.table, &task.id.0);
    let channel = crms.house.place(&seller, "Sales").await;
    let link = crms.house.linking.link(&seller, to_channel(&of, &channel)).await.unwrap();
    assert_eq!((link.state, &link.problem), (State::Connected, &None));
    assert!(link.library.is_some() && link.location.is_none(), "files, and no row about them");
    assert_eq!(crms.rows(at, &seller, link.id.uuid()).await, 1, "the product's own row");
}

#[tokio::test]
async fn e4_a_table_of_dynamics_without_documents_is_not_connected() {
    let crms = Crms::new().await;
    let (linking, at) = (&crms.house.linking, At::Dynamics);
    let (seller, manager) = (crms.seller(at, "seller").await, crms.seller(at, "manager").await);
    let crm = crms.there.seat(&seller, at).await;
    let values = Values::from([("subject".to_owned(), "Call".into())]);
    let call = crm.create("phonecall", &values).await.unwrap();
    let of = Subject::crm(crms.there.system(at).id, &call.table, &call.id.0);
    let channel = crms.house.place(&seller, "Sales").await;
    let link = linking.link(&seller, to_channel(&of, &channel)).await.unwrap();
    assert_eq!(
        (link.state, link.problem.unwrap().code.as_str()),
        (State::TabOnly, "link.not_connected")
    );
    assert_eq!(crms.rows(at, &manager, link.id.uuid()).await, 0);
    assert_eq!(crms.house.tabs(&seller, &channel).await.len(), 1);
    assert!(
        !crms.there.dynamics.calls().iter().any(|call| call.starts_with("POST")
            && (call.contains("/sharepointsites") || call.contains("/sharepointdocument"))),
        "nothing of it stays behind there"
    );
    // who tries again where nothing has changed has the same tab; and it can be taken away
    let again = linking.retry(&seller, link.id).await.unwrap();
    assert_eq!((again.state, again.id), (State::TabOnly, link.id));
    assert_eq!(crms.house.tabs(&seller, &channel).await.len(), 1);
    linking.unlink(&seller, link.id, HOW).await.unwrap();
    assert!(crms.house.tabs(&seller, &channel).await.is_empty());
}

#[tokio::test]
async fn e11_and_e12_the_naming_policy_is_told_at_the_name_for_records_of_every_crm() {
    let crms = Crms::at_teams().await;
    let house = &crms.house;
    let policy = json!({ "prefix": "GRP ", "blocked": ["CEO"] });
    house.elsewhere().control("/policy", policy).await;
    for at in At::BOTH {
        let seller = crms.seller(at, "seller").await;
        let deal = crms.opportunity(&seller, at, "Village deal").await;
        for (name, code) in [("Village", "name.affix_missing"), ("GRP CEO", "name.blocked_word")] {
            let refused = house.linking.link(&seller, to_new(&deal, (name, "Deal"))).await;
            let Err(Error::Workspace(Away::Invalid { findings })) = refused else {
                panic!("{at:?} {refused:?}");
            };
            assert_eq!((findings[0].code, findings[0].pointer.as_ref()), (code, "/name"), "{at:?}");
            assert!(house.linking.links_of(&seller, &deal).await.unwrap().is_empty(), "{at:?}");
        }
        let named = format!("GRP Village {at:?}");
        let made = house.linking.link(&seller, to_new(&deal, (&named, "Deal"))).await;
        let link = house.settle(made.unwrap().id).await;
        assert_eq!((link.state, link.problem), (State::Connected, None), "{at:?}");
    }
}

#[tokio::test]
async fn e18_a_library_that_is_not_ready_is_waited_for_whatever_crm_the_record_is_in() {
    let crms = Crms::new().await;
    let house = &crms.house;
    for at in At::BOTH {
        let seller = crms.seller(at, "seller").await;
        let deal = crms.opportunity(&seller, at, "Village deal").await;
        let channel = house.place(&seller, &format!("Sales {at:?}")).await;
        house.own.moods.library_not_yet.store(2, Ordering::SeqCst);
        let link = house.linking.link(&seller, to_channel(&deal, &channel)).await.unwrap();
        assert_eq!((link.state, link.step), (State::Pending, Step::Members), "{at:?} {link:?}");
        assert_eq!(link.problem.unwrap().code, "link.library_not_ready", "{at:?}");
        house.clock.advance(Duration::from_secs(4));
        house.linking.drain().await.unwrap();
        assert_eq!(house.now(link.id).await.state, State::Pending, "{at:?}: not before its time");
        let link = house.settle(link.id).await;
        assert_eq!((link.state, link.problem), (State::Connected, None), "{at:?}");
        // and one that never comes leaves a tab
        let other = crms.opportunity(&seller, at, "Town deal").await;
        house.own.moods.library_not_yet.store(1_000_000, Ordering::SeqCst);
        let link = house.linking.link(&seller, to_channel(&other, &channel)).await.unwrap();
        let link = house.settle(link.id).await;
        assert_eq!(link.state, State::TabOnly, "{at:?}");
        assert_eq!(link.problem.unwrap().code, "link.library_not_ready", "{at:?}");
        house.own.moods.library_not_yet.store(0, Ordering::SeqCst);
        let link = house.linking.retry(&seller, link.id).await.unwrap();
        assert_eq!((link.state, link.problem), (State::Connected, None), "{at:?}");
    }
}

#[tokio::test]
async fn e19_names_that_the_workspace_does_not_take_are_told_before_anything_is_made() {
    let crms = Crms::new().await;
    let (house, linking) = (&crms.house, &crms.house.linking);
    for at in At::BOTH {
        let seller = crms.seller(at, "seller").await;
        // what a record is called there is no name for a channel: one that is gets proposed
        let deal = crms.opportunity(&seller, at, "_CON/Village: 50% & <more>?").await;
        let found = linking.collaborate(&seller, &deal).await.unwrap();
        assert_eq!(found.channel_name, "CON Village 50 more", "{at:?}");
        for name in ["Village #1", "CON", "_Village", "Village.", "a_vti_b", ""] {
            for request in [to_new(&deal, (name, "Deal")), to_new(&deal, ("Village", name))] {
                assert_eq!(code(&linking.link(&seller, request).await), "link.names", "{name:?}");
            }
        }
        let channel = house.place(&seller, &format!("Sales {at:?}")).await;
        let taken = LinkRequest {
            team: TeamChoice::Existing(channel.team.clone()),
            channel: ChannelChoice::New { name: "DEAL".to_owned(), private: false },
            ..to_channel(&deal, &channel)
        };
        assert_eq!(code(&linking.link(&seller, taken).await), "link.channel_name_taken", "{at:?}");
        assert!(linking.links_of(&seller, &deal).await.unwrap().is_empty(), "{at:?}");
        assert_eq!(house.seat(&seller).teams().await.unwrap().len(), 1, "{at:?}: nothing was made");
    }
}
