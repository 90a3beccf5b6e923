//! What goes wrong, by the table of errors of the record-linking reference, and what a workspace elsewhere does.

use std::{sync::atomic::Ordering, time::Duration};

use liaison_linking::{
    ChannelChoice, Error, Files, LinkRequest, Settings, State, Step, TabAfter, Unlink,
};
use linking_setup::{ConsentState, Feature, Obstacle, TableChange};
use workspace_port::Error as Away;

use crate::house::{House, is, to_channel, to_new};

#[tokio::test]
async fn e3_without_rights_on_sites_and_locations_the_tab_stands_alone() {
    let house = House::new().await;
    let sam = house.seller("sam", "Salesperson").await;
    let account = house.account(&sam, "Contoso").await;
    let channel = house.place(&sam, "Sales").await;
    house
        .take_away("Salesperson", &["prvCreateSharePointSite", "prvCreateSharePointDocument"])
        .await;
    let link = house.linking.link(&sam, to_channel(&account, &channel)).await.unwrap();
    assert_eq!(link.state, State::TabOnly, "{link:?}");
    assert_eq!(link.problem.unwrap().code, "link.location_refused");
    assert!(house.links_about(&account).await.is_empty(), "no row");
    assert_eq!(house.tabs(&sam, &channel).await.len(), 1, "and a tab");
    // who made it may take it away again, without a right on rows of links
    let how = Unlink { tab: TabAfter::Remove, files: Files::Keep };
    house.linking.unlink(&sam, link.id, how).await.unwrap();
    assert!(house.tabs(&sam, &channel).await.is_empty());
}

#[tokio::test]
async fn e3_is_cured_by_trying_again_with_the_rights() {
    let house = House::new().await;
    let sam = house.seller("sam", "Salesperson").await;
    let account = house.account(&sam, "Contoso").await;
    let channel = house.place(&sam, "Sales").await;
    house.take_away("Salesperson", &["prvCreateSharePointSite"]).await;
    let link = house.linking.link(&sam, to_channel(&account, &channel)).await.unwrap();
    assert_eq!(link.state, State::TabOnly);
    let again = house.linking.retry(&sam, link.id).await.unwrap();
    assert_eq!((again.state, again.id), (State::TabOnly, link.id), "nothing has changed yet");
    house.give("Salesperson", "prvCreateSharePointSite").await;
    let again = house.linking.retry(&sam, link.id).await.unwrap();
    assert_eq!((again.state, again.problem), (State::Connected, None));
    assert_eq!(house.links_about(&account).await.len(), 1);
    assert_eq!(house.tabs(&sam, &channel).await.len(), 1, "one tab still");
}

#[tokio::test]
async fn e4_a_table_without_documents_is_not_connected() {
    let house = House::new().await;
    let off = TableChange { table: "account".to_owned(), links: None, documents: Some(false) };
    house.setup.change_tables(&house.admin, house.sales, vec![off]).await.unwrap();
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    assert_eq!(
        (link.state, link.problem.unwrap().code.as_str()),
        (State::TabOnly, "link.not_connected")
    );
    assert_eq!(house.tabs(&house.admin, &channel).await.len(), 1);
}

#[tokio::test]
async fn e4_a_table_that_is_not_enabled_can_be_pinned_and_no_more() {
    let house = House::new().await;
    let off = TableChange { table: "account".to_owned(), links: Some(false), documents: None };
    house.setup.change_tables(&house.admin, house.sales, vec![off]).await.unwrap();
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let refused = house.linking.link(&house.admin, to_channel(&account, &channel)).await;
    assert!(
        matches!(refused, Err(Error::Unavailable(problem)) if problem.code == "linking.table_closed")
    );
    let link = house.linking.pin(&house.admin, account.clone(), &channel).await.unwrap();
    assert_eq!(
        (link.state, link.problem.unwrap().code.as_str()),
        (State::TabOnly, "link.not_connected")
    );
    assert!(house.links_about(&account).await.is_empty());
}

#[tokio::test]
async fn e18_a_library_that_is_not_ready_is_waited_for() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    house.own.moods.library_not_yet.store(2, Ordering::SeqCst);
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    assert_eq!((link.state, link.step), (State::Pending, Step::Members), "{link:?}");
    assert_eq!(link.problem.unwrap().code, "link.library_not_ready");
    house.clock.advance(Duration::from_secs(4));
    house.linking.drain().await.unwrap();
    assert_eq!(house.now(link.id).await.state, State::Pending, "it is not asked before its time");
    let link = house.settle(link.id).await;
    assert_eq!((link.state, link.problem), (State::Connected, None));
}

#[tokio::test]
async fn a_library_that_never_comes_leaves_a_tab_and_can_be_tried_again() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    house.own.moods.library_not_yet.store(1_000_000, Ordering::SeqCst);
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let link = house.settle(link.id).await;
    assert_eq!(
        (link.state, link.problem.unwrap().code.as_str()),
        (State::TabOnly, "link.library_not_ready")
    );
    house.own.moods.library_not_yet.store(0, Ordering::SeqCst);
    let link = house.linking.retry(&house.admin, link.id).await.unwrap();
    assert_eq!((link.state, link.problem), (State::Connected, None));
    assert_eq!(house.tabs(&house.admin, &channel).await.len(), 1);
}

#[tokio::test]
async fn a_team_that_takes_a_while_is_asked_for_until_it_is_there() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    house.own.moods.teams_are_pending.store(true, Ordering::SeqCst);
    let request = to_new(&account, ("Contoso", "Deal"));
    let link = house.linking.link(&house.admin, request).await.unwrap();
    assert_eq!((link.state, link.step), (State::Pending, Step::TeamAsked));
    house.own.moods.teams_are_pending.store(false, Ordering::SeqCst);
    let link = house.settle(link.id).await;
    assert_eq!((link.state, link.team_name.as_str()), (State::Connected, "Contoso"));
    assert_eq!(house.own.moods.teams.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn who_may_not_make_channels_is_told_and_the_new_team_goes_again() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    house.own.moods.no_channels.store(true, Ordering::SeqCst);
    let request = to_new(&account, ("Contoso", "Deal"));
    let refused = house.linking.link(&house.admin, request).await.unwrap_err();
    assert!(matches!(refused, Error::Workspace(Away::NotAllowed)), "{refused:?}");
    assert!(house.live().await.is_empty());
    assert!(house.seat(&house.admin).teams().await.unwrap().is_empty());
}

#[tokio::test]
async fn who_may_not_put_tabs_has_row_and_files_all_the_same() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    house.own.moods.no_tabs.store(true, Ordering::SeqCst);
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    assert_eq!((link.state, link.tab), (State::Connected, None));
    assert_eq!(link.problem.unwrap().code, "workspace.not_allowed");
    house.own.moods.no_tabs.store(false, Ordering::SeqCst);
    let link = house.linking.retry(&house.admin, link.id).await.unwrap();
    assert_eq!((link.problem, link.tab.is_some()), (None, true));
    assert_eq!(house.links_about(&account).await.len(), 1);
}

#[tokio::test]
async fn who_has_to_sign_in_again_finds_the_link_waiting() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    house.own.moods.signed_out.store(true, Ordering::SeqCst);
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    assert_eq!(link.state, State::Pending);
    assert_eq!(link.problem.unwrap().code, "workspace.sign_in_again");
    house.own.moods.signed_out.store(false, Ordering::SeqCst);
    let link = house.linking.retry(&house.admin, link.id).await.unwrap();
    assert_eq!((link.state, link.problem), (State::Connected, None));
}

#[tokio::test]
async fn an_archived_channel_takes_no_link() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    house.seat(&house.admin).archive_channel(&channel, true).await.unwrap();
    let refused =
        house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap_err();
    assert!(matches!(refused, Error::Workspace(Away::Archived)), "{refused:?}");
    assert!(house.live().await.is_empty());
}

#[tokio::test]
async fn who_asks_for_access_is_answered_by_who_may_share_the_record() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let sam = house.seller("sam", "Basic User").await;
    let ask = house.linking.request_access(&sam, link.id, "please").await.unwrap_err();
    assert!(matches!(ask, Error::Unknown), "who is not in the channel knows nothing: {ask:?}");
    let place = workspace_port::Place::Team(channel.team.clone());
    let person = is(&sam);
    let role = workspace_port::Role::Member;
    house.seat(&house.admin).put_member(&place, &person, role).await.unwrap();
    let seen = house.linking.link_by_id(&sam, link.id).await.unwrap();
    assert_eq!(seen.subject_name, "", "the name of the record is not for sam");
    for message in ["please", "pretty please"] {
        house.linking.request_access(&sam, link.id, message).await.unwrap();
    }
    assert!(house.linking.access_requests(&sam, link.id).await.is_err());
    let waiting = house.linking.access_requests(&house.admin, link.id).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].message.as_str()), (1, "pretty please"));
    let answer = (link.id, waiting[0].id);
    house.linking.answer_request(&house.admin, answer, true).await.unwrap();
    assert_eq!(house.linking.links_of(&sam, &account).await.unwrap().len(), 1);
    let again = house.linking.request_access(&sam, link.id, "please").await.unwrap_err();
    assert!(matches!(again, Error::HasAccess));
    assert!(house.linking.access_requests(&house.admin, link.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn permissions_that_somebody_took_back_are_told_to_the_settings() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    house.own.moods.permission_missing.store(true, Ordering::SeqCst);
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    assert_eq!(link.problem.unwrap().code, "workspace.permission_missing");
    let [first, _] = house.setup.consents(&house.admin).await.unwrap();
    assert_eq!((first.state, first.by), (ConsentState::Partial, None));
    let may = house.setup.may(&house.admin, house.sales, None, Feature::Enhanced).await.unwrap();
    assert_eq!(may.obstacle(), Some(Obstacle::ConsentMissing));
}

#[tokio::test]
async fn a_private_channel_takes_no_more_people_than_it_may_have_and_says_so() {
    let house = House::new().await;
    let mut members = Vec::new();
    for name in ["mara", "nils", "olga"] {
        members.push(is(&house.person(name, &[identity::Role::Seller]).await));
    }
    let settings =
        Settings { wait_seconds: 2, members_per_private_channel: 3, ..Settings::default() };
    let node = house.limited(settings);
    let account = house.account(&house.admin, "Contoso").await;
    let request = LinkRequest {
        channel: ChannelChoice::New { name: "Secret".to_owned(), private: true },
        members,
        ..to_new(&account, ("Contoso", "Deal"))
    };
    let link = node.link(&house.admin, request).await.unwrap();
    let problem = link.problem.unwrap();
    assert_eq!(
        (link.state, problem.code.as_str()),
        (State::Connected, "link.private_channel_full")
    );
    assert!(problem.args.contains(&("count".to_owned(), "1".to_owned())), "{problem:?}");
    let place = workspace_port::Place::Channel(link.channel.clone());
    assert_eq!(house.seat(&house.admin).members(&place).await.unwrap().len(), 3);
}
