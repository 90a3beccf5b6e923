//! A crash at every point of making and undoing a link, walked by a loop: whoever takes it next resumes or undoes it,
//! and nothing is ever there twice or half.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use liaison_linking::{Fault, Files, LinkId, LinkRequest, Linking, State, TabAfter, Unlink};

use crate::house::{House, to_channel, to_new};

const MOST: usize = 60;

/// Dies at its `at`th point, and is dead from then on; says whether it has died.
fn dying(at: usize) -> (Fault, Arc<AtomicBool>) {
    let (count, dead) = (AtomicUsize::new(0), Arc::new(AtomicBool::new(false)));
    let died = Arc::clone(&dead);
    let fault = move |_: &str| {
        if count.fetch_add(1, Ordering::SeqCst) == at {
            dead.store(true, Ordering::SeqCst);
        }
        dead.load(Ordering::SeqCst)
    };
    (Arc::new(fault), died)
}

/// A node goes on by itself where something elsewhere takes a while, until it dies.
async fn go_on(
    house: &House,
    node: &Linking,
    (link, died): (LinkId, &AtomicBool),
) -> liaison_linking::Link {
    for _ in 0..60 {
        let link = house.now(link).await;
        if !link.is_under_way() || died.load(Ordering::SeqCst) {
            return link;
        }
        house.clock.advance(Duration::from_secs(3));
        node.drain().await.unwrap();
    }
    panic!("it never ends: {:?}", house.now(link).await);
}

#[tokio::test]
async fn a_crash_at_every_point_of_linking_is_resumed() {
    linking_is_resumed(&House::new().await).await;
}

#[tokio::test]
async fn a_crash_at_every_point_of_linking_to_teams_is_resumed() {
    linking_is_resumed(&House::at_teams().await).await;
}

async fn linking_is_resumed(house: &House) {
    let channel = house.place(&house.admin, "Sales").await;
    let mut points = 0;
    for at in 0..MOST {
        let (fault, died) = dying(at);
        let node = house.mortal(fault);
        let account = house.account(&house.admin, &format!("Account {at}")).await;
        let outcome = node.link(&house.admin, to_channel(&account, &channel)).await;
        if !died.load(Ordering::SeqCst) {
            assert_eq!(outcome.unwrap().state, State::Connected);
            break;
        }
        assert!(outcome.is_err(), "{at}");
        points += 1;
        house.clock.advance(Duration::from_secs(150));
        whole(house, &account, at).await;
    }
    assert!(points >= 8, "only {points} points were walked");
}

#[tokio::test]
async fn a_crash_at_every_point_of_the_wizard_makes_one_team_one_channel_and_at_most_one_card() {
    the_wizard_makes_everything_once(&House::new().await).await;
}

#[tokio::test]
async fn a_crash_at_every_point_of_the_wizard_makes_everything_once_in_teams() {
    the_wizard_makes_everything_once(&House::at_teams().await).await;
}

async fn the_wizard_makes_everything_once(house: &House) {
    let mara = house.person("mara", &[identity::Role::Seller]).await;
    let mut points = 0;
    for at in 0..MOST {
        let (fault, died) = dying(at);
        let node = house.mortal(fault);
        let account = house.account(&house.admin, &format!("Account {at}")).await;
        let request = LinkRequest {
            members: vec![house.is(&mara)],
            welcome: true,
            ..to_new(&account, (&format!("Team {at}"), "Deal"))
        };
        for count in [&house.own.moods.teams, &house.own.moods.channels, &house.own.moods.cards] {
            count.store(0, Ordering::SeqCst);
        }
        let outcome = node.link(&house.admin, request).await;
        if let Ok(link) = outcome {
            go_on(house, &node, (link.id, &died)).await;
        }
        let alive = !died.load(Ordering::SeqCst);
        if !alive {
            points += 1;
            house.clock.advance(Duration::from_secs(150));
        }
        let link = whole(house, &account, at).await;
        let seat = house.seat(&house.admin);
        let teams = seat.teams().await.unwrap();
        let same = teams.iter().filter(|team| team.name == format!("Team {at}")).count();
        let channels = seat.channels(&link.team).await.unwrap();
        let moods = &house.own.moods;
        assert_eq!((same, moods.teams.load(Ordering::SeqCst)), (1, 1), "teams at {at}");
        let team = teams.iter().find(|team| team.name == format!("Team {at}")).unwrap();
        // that of the general channel is the team's, as it was when it was made
        let own = channels.iter().filter(|channel| !channel.is_general);
        let said = own.map(|channel| &channel.description).chain([&team.description]);
        for said in said.filter(|said| !said.is_empty()) {
            assert!(
                said.starts_with("Account") && !said.contains("Liaison link"),
                "{said} at {at}"
            );
        }
        assert_eq!(
            (channels.len(), moods.channels.load(Ordering::SeqCst)),
            (2, 1),
            "channels at {at}"
        );
        assert!(moods.cards.load(Ordering::SeqCst) <= 1, "cards at {at}");
        let place = workspace_port::Place::Team(link.team.clone());
        let members = seat.members(&place).await.unwrap();
        assert_eq!(members.len(), 2, "members at {at}");
        if alive {
            assert_eq!(moods.cards.load(Ordering::SeqCst), 1, "a welcome was posted");
            break;
        }
    }
    assert!(points >= 14, "only {points} points were walked");
}

#[tokio::test]
async fn a_crash_at_every_point_of_unlinking_is_resumed() {
    unlinking_is_resumed(&House::new().await).await;
}

#[tokio::test]
async fn a_crash_at_every_point_of_unlinking_from_teams_is_resumed() {
    unlinking_is_resumed(&House::at_teams().await).await;
}

async fn unlinking_is_resumed(house: &House) {
    let channel = house.place(&house.admin, "Sales").await;
    let how = Unlink { tab: TabAfter::Remove, files: Files::Delete };
    let mut points = 0;
    for at in 0..MOST {
        let account = house.account(&house.admin, &format!("Account {at}")).await;
        let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
        let (fault, died) = dying(at);
        let outcome = house.mortal(fault).unlink(&house.admin, link.id, how).await;
        let alive = !died.load(Ordering::SeqCst);
        assert_eq!(outcome.is_ok(), alive, "{at}");
        if !alive {
            points += 1;
            house.clock.advance(Duration::from_secs(150));
            assert_eq!(house.settle(link.id).await.state, State::Unlinked, "{at}");
        }
        assert!(house.links_about(&account).await.is_empty(), "{at}");
        assert!(house.locations_about(&account).await.is_empty(), "{at}");
        assert!(house.tabs(&house.admin, &channel).await.is_empty(), "{at}");
        if alive {
            break;
        }
    }
    assert!(points >= 5, "only {points} points were walked");
}

#[tokio::test]
async fn a_crash_at_every_point_of_a_link_that_cannot_be_leaves_nothing() {
    what_cannot_be_leaves_nothing(&House::new().await).await;
}

#[tokio::test]
async fn a_crash_at_every_point_of_a_link_that_cannot_be_leaves_nothing_in_teams() {
    what_cannot_be_leaves_nothing(&House::at_teams().await).await;
}

async fn what_cannot_be_leaves_nothing(house: &House) {
    house.own.moods.no_channels.store(true, Ordering::SeqCst);
    let mut points = 0;
    for at in 0..MOST {
        let account = house.account(&house.admin, &format!("Account {at}")).await;
        let (fault, died) = dying(at);
        let request = to_new(&account, (&format!("Team {at}"), "Deal"));
        let node = house.mortal(fault);
        if let Ok(link) = node.link(&house.admin, request).await {
            assert_ne!(link.state, State::Connected, "{at}");
            go_on(house, &node, (link.id, &died)).await;
        }
        let alive = !died.load(Ordering::SeqCst);
        if !alive {
            points += 1;
            house.clock.advance(Duration::from_secs(150));
            for link in house.live().await {
                assert_eq!(house.settle(link.id).await.state, State::Unlinked, "{at}");
            }
        }
        assert!(house.live().await.is_empty(), "{at}");
        assert!(house.links_about(&account).await.is_empty(), "{at}");
        let teams = house.seat(&house.admin).teams().await.unwrap();
        assert!(teams.is_empty(), "a team is left behind at {at}: {teams:?}");
        if alive {
            break;
        }
    }
    assert!(points >= 5, "only {points} points were walked");
}

/// The one link of a record is whole: one row, one location, one tab.
async fn whole(
    house: &House,
    account: &liaison_linking::Subject,
    at: usize,
) -> liaison_linking::Link {
    let mine = house.live().await.into_iter().filter(|link| link.subject == *account);
    let mine: Vec<_> = mine.collect();
    assert_eq!(mine.len(), 1, "links at {at}");
    let link = house.settle(mine[0].id).await;
    assert_eq!((link.state, &link.problem), (State::Connected, &None), "{at}");
    assert_eq!(house.links_about(account).await, [link.id.uuid()], "rows at {at}");
    assert_eq!(house.locations_about(account).await, [link.location.unwrap()], "{at}");
    let tabs = house.tabs(&house.admin, &link.channel).await;
    let entity = link.id.to_string();
    assert_eq!(tabs.iter().filter(|tab| tab.entity == entity).count(), 1, "tabs at {at}");
    link
}
