//! What becomes of links when records, places and people change (the life cycle of the reference, row by row).

use identity::users::UserState;
use kernel::Language;
use liaison_linking_sync::{Error, Trouble};
use linking::State;
use linking_setup::Turn;
use records::{Condition, Delete, Entry, Operation, Principal};
use tables::Value;
use workspace_port::{ChannelChange, ChannelKind, TeamChange, Workspace as _};

use crate::house::{BOTH, House, at, team, user};

async fn troubles(house: &House) -> Vec<Trouble> {
    let report = house.sync.report(&house.admin, house.sales).await.unwrap();
    report.findings.into_iter().map(|one| one.trouble).collect()
}

#[tokio::test]
async fn channel_and_team_renamed_their_names_follow() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    house.work().await;
    let seat = house.seat(&house.admin);
    let name = Some("Tea house".to_owned());
    seat.change_team(&link.team, &TeamChange { name, description: None }).await.unwrap();
    let name = Some("Tea".to_owned());
    seat.change_channel(&link.channel, &ChannelChange { name, description: None }).await.unwrap();
    house.work().await;
    let now = house.now(link.id).await;
    assert_eq!((now.team_name.as_str(), now.channel_name.as_str()), ("Tea house", "Tea"));
    assert_eq!(now.state, State::Connected);
}

#[tokio::test]
async fn record_renamed_its_name_follows() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    house.work().await;
    house.change(&link.subject, Entry::of("opportunity").text("name", "Tea")).await;
    house.work().await;
    assert_eq!(house.now(link.id).await.subject_name, "Tea");
}

#[tokio::test]
async fn team_archived_and_brought_back() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    let seat = house.seat(&house.admin);
    seat.archive_team(&link.team, true).await.unwrap();
    house.work().await;
    assert_eq!(house.now(link.id).await.state, State::Archived);
    seat.archive_team(&link.team, false).await.unwrap();
    house.work().await;
    assert_eq!(house.now(link.id).await.state, State::Connected);
}

#[tokio::test]
async fn channel_deleted_and_restored() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    let seat = house.seat(&house.admin);
    seat.delete_channel(&link.channel).await.unwrap();
    house.work().await;
    assert_eq!(house.now(link.id).await.state, State::Gone);
    assert_eq!(troubles(&house).await, [Trouble::ChannelGone]);
    seat.restore_channel(&link.channel).await.unwrap();
    house.work().await;
    assert_eq!(house.now(link.id).await.state, State::Connected);
    assert_eq!(troubles(&house).await, []);
}

#[tokio::test]
async fn team_deleted_its_links_are_reported_and_an_administrator_ends_them() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    house.seat(&house.admin).delete_team(&link.team).await.unwrap();
    house.work().await;
    assert_eq!(house.now(link.id).await.state, State::Gone);
    let report = house.sync.report(&house.admin, house.sales).await.unwrap();
    let finding = &report.findings[0];
    assert_eq!((finding.trouble, finding.link), (Trouble::ChannelGone, Some(link.id)));
    assert!(finding.detail.contains("Coffee"), "{finding:?}");
    let sam = house.seller("sam").await;
    let refused = house.sync.repair(&sam, finding.id).await.unwrap_err();
    assert!(matches!(refused, Error::AdministratorNeeded), "{refused:?}");
    house.sync.repair(&house.admin, finding.id).await.unwrap();
    house.after(200).await;
    assert_eq!(house.now(link.id).await.state, State::Unlinked);
    assert_eq!(troubles(&house).await, []);
}

#[tokio::test]
async fn record_deleted_its_link_ends_with_the_tab_and_the_files_stay() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    house.work().await;
    let row = at("opportunity", link.subject.id());
    let gone = Delete { row, condition: Condition::None };
    house.session(&house.admin).await.one(Operation::Delete(gone)).await.unwrap();
    house.work().await;
    house.after(200).await;
    assert_eq!(house.now(link.id).await.state, State::Unlinked);
    assert_eq!(house.seat(&house.admin).tabs(&link.channel).await.unwrap(), []);
    assert!(house.seat(&house.admin).library(&link.channel).await.is_ok());
}

#[tokio::test]
async fn record_deactivated_its_link_stays() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    house.work().await;
    let closed = Entry::of("opportunity").with("statecode", Value::Whole(2));
    house.change(&link.subject, closed).await;
    house.work().await;
    assert_eq!(house.now(link.id).await.state, State::Connected);
}

#[tokio::test]
async fn record_merged_its_links_go_along_without_duplicates() {
    let house = House::new().await;
    let session = house.session(&house.admin).await;
    let mut accounts = Vec::new();
    for name in ["Loser", "Winner"] {
        let entry = Entry::of("account").text("name", name);
        accounts.push(session.one(Operation::Create(entry)).await.unwrap().id);
    }
    let [loser, winner] = [accounts[0], accounts[1]];
    let subject = |id| linking::Subject::record(house.sales, "account", id);
    let both = house.place("Both", ChannelKind::Standard).await;
    let own = house.channel(&both.team, "Own", ChannelKind::Standard).await;
    let twin = house.link(&subject(loser), &both).await;
    let alone = house.link(&subject(loser), &own).await;
    let kept = house.link(&subject(winner), &both).await;
    house.work().await;
    house.merged(loser, winner).await;
    house.work().await;
    house.after(200).await;
    assert_eq!(house.now(alone.id).await.subject, subject(winner));
    assert_eq!(house.now(alone.id).await.state, State::Connected);
    assert_eq!(house.now(twin.id).await.state, State::Unlinked, "the winner is there already");
    assert_eq!(house.now(kept.id).await.state, State::Connected);
    let links = house.linking.links_of(&house.admin, &subject(winner)).await.unwrap();
    assert_eq!(links.len(), 2);
}

#[tokio::test]
async fn record_reassigned_and_unshared_the_link_stays_and_its_members_follow() {
    let house = House::new().await;
    let sam = house.seller("sam").await;
    let link = house.linked("Coffee").await;
    house.sync.set_policy(&house.admin, house.sales, BOTH).await.unwrap();
    house.assign(&link.subject, &sam).await;
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada", "sam"]);
    house.assign(&link.subject, &house.admin).await;
    let deal = at("opportunity", link.subject.id());
    let to = Principal::User(user(&sam).uuid());
    house.session(&house.admin).await.revoke(&deal, to).await.unwrap();
    house.work().await;
    assert_eq!(house.now(link.id).await.state, State::Connected);
    assert_eq!(house.members(&team(&link)).await, ["ada"]);
}

#[tokio::test]
async fn deleting_the_tab_does_not_unlink_and_it_can_be_put_back() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    house.work().await;
    let seat = house.seat(&house.admin);
    let tab = seat.tabs(&link.channel).await.unwrap().remove(0);
    seat.remove_tab(&link.channel, &tab.id).await.unwrap();
    house.sync.reconcile(&house.admin, house.sales).await.unwrap();
    house.work().await;
    assert_eq!(house.now(link.id).await.state, State::Connected);
    assert_eq!(troubles(&house).await, [Trouble::TabGone]);
    let report = house.sync.report(&house.admin, house.sales).await.unwrap();
    house.sync.repair(&house.admin, report.findings[0].id).await.unwrap();
    let tabs = seat.tabs(&link.channel).await.unwrap();
    assert_eq!(tabs[0].entity, link.id.to_string());
    assert_eq!(troubles(&house).await, []);
}

#[tokio::test]
async fn owner_left_is_found_and_the_owner_of_the_record_takes_over() {
    let house = House::new().await;
    let boss = house.person("boss", &[identity::Role::GlobalAdministrator]).await;
    let sam = house.seller("sam").await;
    let link = house.linked("Coffee").await;
    house.assign(&link.subject, &sam).await;
    house.work().await;
    let off = UserState::Disabled;
    house.identity.set_user_state(&house.root(), user(&house.admin), off).await.unwrap();
    house.sync.reconcile(&boss, house.sales).await.unwrap();
    house.work().await;
    let report = house.sync.report(&boss, house.sales).await.unwrap();
    let finding = report.findings.iter().find(|one| one.trouble == Trouble::OwnerLeft).unwrap();
    house.sync.repair(&boss, finding.id).await.unwrap();
    assert_eq!(house.members(&team(&link)).await, ["ada", "sam"]);
    house.sync.reconcile(&boss, house.sales).await.unwrap();
    house.work().await;
    let report = house.sync.report(&boss, house.sales).await.unwrap();
    assert!(report.findings.iter().all(|one| one.trouble != Trouble::OwnerLeft), "{report:?}");
}

#[tokio::test]
async fn switch_turned_off_links_and_tabs_survive_and_members_rest() {
    let house = House::new().await;
    let sam = house.seller("sam").await;
    let link = house.linked("Coffee").await;
    house.sync.set_policy(&house.admin, house.sales, BOTH).await.unwrap();
    house.work().await;
    house.setup.turn(&house.admin, house.sales, Turn::Basic(false)).await.unwrap();
    house.assign(&link.subject, &sam).await;
    house.work().await;
    assert_eq!(house.now(link.id).await.state, State::Connected);
    assert_eq!(house.members(&team(&link)).await, ["ada"]);
    assert_eq!(house.seat(&house.admin).tabs(&link.channel).await.unwrap().len(), 1);
}

#[tokio::test]
async fn environment_gone_for_good_its_links_end() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    house.work().await;
    let root = house.root();
    house.identity.end_environment(&root, house.sales).await.unwrap();
    house.after(60).await;
    house.after(200).await;
    let now = house.now(link.id).await;
    assert!(matches!(now.state, State::Unlinked | State::Unlinking), "{now:?}");
}

#[tokio::test]
async fn personal_data_deletion_leaves_no_name() {
    let house = House::first(Language::Fr).await;
    house.second().await;
    let sam = house.seller("sam").await;
    let link = house.linked("Coffee").await;
    house.sync.set_policy(&house.admin, house.sales, BOTH).await.unwrap();
    house.assign(&link.subject, &sam).await;
    house.work().await;
    house.sync.forget(&house.root(), user(&sam)).await.unwrap();
    let history = house.sync.member_history(&house.admin, link.id).await.unwrap();
    let of_sam = history.iter().filter(|one| one.user == sam.user() || one.name == "sam");
    assert_eq!(of_sam.count(), 0, "{history:?}");
    assert!(house.sync.forget(&house.admin, user(&sam)).await.is_err(), "no person calls that");
}

#[tokio::test]
async fn a_change_of_one_record_looks_at_its_own_links_alone() {
    let house = House::new().await;
    let channel = house.place("Many", ChannelKind::Standard).await;
    let mut links = Vec::new();
    for n in 0..25 {
        let deal = house.deal(&house.admin, &format!("Deal {n}")).await;
        links.push(house.link(&deal, &channel).await);
    }
    house.work().await;
    assert_eq!(house.marked().await, 0);
    house.change(&links[3].subject, Entry::of("opportunity").text("name", "Changed")).await;
    house.deal(&house.admin, "Another").await;
    house.sync.follow_now(&house.root()).await.unwrap();
    assert_eq!(house.marked().await, 1, "of 25 links and two changes");
    house.work().await;
    assert_eq!(house.now(links[3].id).await.subject_name, "Changed");
}
