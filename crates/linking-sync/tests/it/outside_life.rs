//! The life cycle of the reference, row by row, for links whose record or view is in Salesforce or Dynamics 365.

use std::sync::atomic::Ordering;

use liaison_linking_sync::NoteRules;
use linking::{Link, State, Subject};
use workspace_port::{ChannelChange, ChannelKind, TeamChange, Workspace as _};

use crate::crms::{At, Crms};

const HOUR: u64 = 60 * 60;

async fn place(crms: &Crms, name: &str) -> workspace_port::ChannelId {
    crms.house.place(name, ChannelKind::Standard).await
}

async fn tabs(crms: &Crms, link: &Link) -> Vec<String> {
    let all = crms.house.seat(&crms.house.admin).tabs(&link.channel).await.unwrap();
    all.into_iter().map(|tab| tab.entity).collect()
}

#[tokio::test]
async fn what_happens_to_places_happens_to_links_of_crms_as_to_all_others() {
    let crms = Crms::new().await;
    let (house, admin) = (&crms.house, &crms.house.admin);
    let seat = house.seat(admin);
    for at in At::BOTH {
        let name = |what: &str| format!("{what} {at:?}");
        // "Second link of same record to another channel", "Several records in one channel"
        let deal = crms.opportunity(admin, at, "Village deal").await;
        let other = crms.opportunity(admin, at, "Town deal").await;
        let both = place(&crms, &name("Both")).await;
        let own = place(&crms, &name("Own")).await;
        let first = house.link(&deal, &both).await;
        let second = house.link(&deal, &own).await;
        let beside = house.link(&other, &both).await;
        house.work().await;
        assert_eq!(house.linking.links_of(admin, &deal).await.unwrap().len(), 2, "{at:?}");
        let mut there = tabs(&crms, &first).await;
        there.sort();
        let mut expected = [first.id.to_string(), beside.id.to_string()];
        expected.sort();
        assert_eq!(there, expected, "{at:?}: each record has a tab of its own");
        // "Re-pin": nothing twice
        assert_eq!(house.link(&deal, &both).await.id, first.id, "{at:?}");

        // "Channel renamed", "Team renamed"
        let tea = Some(name("Tea house"));
        seat.change_team(&own.team, &TeamChange { name: tea, description: None }).await.unwrap();
        let tea = Some("Tea".to_owned());
        seat.change_channel(&own, &ChannelChange { name: tea, description: None }).await.unwrap();
        house.work().await;
        let now = house.now(second.id).await;
        let names = (now.team_name.clone(), now.channel_name.clone());
        assert_eq!(names, (name("Tea house"), "Tea".to_owned()), "{at:?}");

        // "Delete the tab in Teams": does not unlink
        let tab = seat.tabs(&own).await.unwrap().remove(0);
        seat.remove_tab(&own, &tab.id).await.unwrap();
        crms.after(25 * HOUR).await;
        assert_eq!(house.now(second.id).await.state, State::Connected, "{at:?}");

        // "Team archived", and brought back
        seat.archive_team(&own.team, true).await.unwrap();
        house.work().await;
        assert_eq!(house.now(second.id).await.state, State::Archived, "{at:?}");
        seat.archive_team(&own.team, false).await.unwrap();
        house.work().await;
        assert_eq!(house.now(second.id).await.state, State::Connected, "{at:?}");

        // "Channel deleted", restored; "Team deleted"
        seat.delete_channel(&own).await.unwrap();
        house.work().await;
        assert_eq!(house.now(second.id).await.state, State::Gone, "{at:?}");
        seat.restore_channel(&own).await.unwrap();
        house.work().await;
        assert_eq!(house.now(second.id).await.state, State::Connected, "{at:?}");
        seat.delete_team(&own.team).await.unwrap();
        house.work().await;
        assert_eq!(house.now(second.id).await.state, State::Gone, "{at:?}");
        assert_eq!(house.now(first.id).await.state, State::Connected, "{at:?}: the others stay");

        // "Switch turned off": links and tabs survive, and nothing new is made
        let system = crms.there.system(at).id;
        house.linking.link_crm(admin, system, false).await.unwrap();
        crms.after(2 * HOUR).await;
        assert_eq!(house.now(first.id).await.state, State::Connected, "{at:?}");
        assert_eq!(tabs(&crms, &first).await.len(), 2, "{at:?}");
        let found = house.linking.collaborate(admin, &deal).await.unwrap();
        assert_eq!(found.why_not.unwrap().code, "linking.crm_off", "{at:?}");
        assert_eq!(found.links.len(), 2, "{at:?}: what is there is still told");
        house.linking.link_crm(admin, system, true).await.unwrap();
    }
}

#[tokio::test]
async fn a_view_of_a_crm_is_looked_at_as_its_maker_and_ends_when_they_end_it() {
    let crms = Crms::new().await;
    let (house, admin) = (&crms.house, &crms.house.admin);
    for at in At::BOTH {
        let crm = crms.there.seat(admin, at).await;
        let system = crms.there.system(at).id;
        let all = crm.views(at.table()).await.unwrap();
        let view = all.iter().find(|view| view.name.contains("Opportunities")).unwrap();
        let of = Subject::crm_view(system, at.table(), (&view.at.id.0, view.at.personal));
        let channel = place(&crms, &format!("View {at:?}")).await;
        let link = house.link(&of, &channel).await;
        house.work().await;
        // its rows are the reader's to look at: the hub asks for the name once a day, and follows no table for it
        crms.after(2 * HOUR).await;
        let before = crms.calls.load(Ordering::SeqCst);
        for _ in 0..6 {
            crms.after(2 * HOUR).await;
        }
        let quiet = crms.calls.load(Ordering::SeqCst) - before;
        assert!(quiet <= 1, "{at:?}: {quiet} times somebody was asked in half a day");
        crms.after(25 * HOUR).await;
        let now = house.now(link.id).await;
        assert_eq!((now.state, now.problem.is_none()), (State::Connected, true), "{at:?}");
        // a view has neither members that follow nor notes
        let refused = house.sync.set_notes(admin, link.id, NoteRules::default()).await;
        assert_eq!(crm_proof::code(&refused), "linking.view_notes", "{at:?}");
        let ahead = house.sync.preview(admin, link.id, None).await.unwrap();
        assert!(ahead.changes.is_empty(), "{at:?}");
    }
}

#[tokio::test]
async fn a_link_outlives_who_made_it_and_says_why_nobody_knows_its_record() {
    let crms = Crms::new().await;
    let (house, admin) = (&crms.house, &crms.house.admin);
    let boss = house.person("boss", &[identity::Role::GlobalAdministrator]).await;
    for at in At::BOTH {
        let deal = crms.opportunity(admin, at, "Village deal").await;
        let channel = place(&crms, &format!("Left {at:?}")).await;
        let link = house.link(&deal, &channel).await;
        house.work().await;
        // "Record reassigned / unshared": the link is unaffected, whatever its maker sees
        if at == At::Salesforce {
            crms.there.end_sign_ins();
            crms.after(25 * HOUR).await;
            let now = house.now(link.id).await;
            assert_eq!(now.state, State::Connected, "{at:?}");
            let problem = now.problem.map(|problem| problem.code);
            assert_eq!(problem.as_deref(), Some("crm_connection.lost"), "{at:?}");
        }
        // "Personal-data deletion": nobody's name stays, and the link is still there to be undone
        let maker = crate::house::user(admin);
        if at == At::Dynamics {
            house.sync.forget(&house.root(), maker).await.unwrap();
            crms.after(25 * HOUR).await;
            let now = house.now(link.id).await;
            assert_ne!(now.created_by, maker, "{at:?}");
            let problem = now.problem.map(|problem| problem.code);
            assert_eq!(problem.as_deref(), Some("link.person_gone"), "{at:?}");
            assert_eq!(now.state, State::Connected, "{at:?}");
            let sight = house.linking.sight(&boss, &link.subject).await.unwrap();
            assert!(matches!(sight, linking::Sight::Barred(_)), "{at:?} {sight:?}");
        }
    }
}
