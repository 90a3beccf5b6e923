//! The wizard: names, members, presses.

use std::sync::{Arc, atomic::Ordering};

use liaison_linking::{ChannelChoice, Error, Level, LinkRequest, Settings, State, TeamChoice, Why};
use queries::Verb;
use records::Principal;

use crate::house::{House, at, is, to_channel, to_new};

#[tokio::test]
async fn twenty_presses_at_once_make_one_link_one_team_and_one_channel() {
    let house = Arc::new(House::new().await);
    let account = house.account(&house.admin, "Contoso").await;
    let press = |_| {
        let (house, account) = (Arc::clone(&house), account.clone());
        async move {
            house
                .linking
                .link(&house.admin, to_new(&account, ("Contoso", "Deal")))
                .await
                .unwrap()
                .id
        }
    };
    let all = futures_util::future::join_all((0..20).map(press)).await;
    assert!(all.iter().all(|id| *id == all[0]), "{all:?}");
    assert_eq!(house.now(all[0]).await.state, State::Connected);
    let moods = &house.own.moods;
    let made = (moods.teams.load(Ordering::SeqCst), moods.channels.load(Ordering::SeqCst));
    assert_eq!(made, (1, 1));
    assert_eq!(house.links_about(&account).await.len(), 1);
}

#[tokio::test]
async fn a_request_of_the_same_name_is_the_same_link_whatever_it_says() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let key = Some(house.ids.fresh());
    let first = LinkRequest { key, ..to_new(&account, ("Contoso", "Deal")) };
    let again = LinkRequest { key, ..to_new(&account, ("Another", "Deal")) };
    let first = house.linking.link(&house.admin, first).await.unwrap();
    let again = house.linking.link(&house.admin, again).await.unwrap();
    assert_eq!(first.id, again.id);
    assert_eq!(house.seat(&house.admin).teams().await.unwrap().len(), 1);
}

#[tokio::test]
async fn team_channel_members_and_welcome_are_made_in_one_go() {
    let house = House::new().await;
    let mara = house.person("mara", &[identity::Role::Seller]).await;
    let account = house.account(&house.admin, "Contoso").await;
    let request = LinkRequest {
        members: vec![is(&mara)],
        welcome: true,
        channel: ChannelChoice::New { name: "Secret".to_owned(), private: true },
        ..to_new(&account, ("Contoso", ""))
    };
    let link = house.linking.link(&house.admin, request).await.unwrap();
    assert_eq!(
        (link.state, link.channel_kind),
        (State::Connected, workspace_port::ChannelKind::Private)
    );
    assert!(house.seat(&mara).channel(&link.channel).await.is_ok(), "mara is in the channel");
    assert_eq!(house.own.moods.cards.load(Ordering::SeqCst), 1);
    let columns = ["msdyn_channeltype"];
    let rows = house.rows("msdyn_teamscollaboration", &[], &columns).await;
    assert_eq!(rows[0].1, [tables::Value::Text("Private".to_owned())]);
}

#[tokio::test]
async fn a_new_team_has_its_general_channel() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let request =
        LinkRequest { channel: ChannelChoice::General, ..to_new(&account, ("Contoso", "")) };
    let link = house.linking.link(&house.admin, request).await.unwrap();
    assert_eq!((link.state, link.channel_name.as_str()), (State::Connected, "General"));
}

#[tokio::test]
async fn names_that_break_the_rules_are_named_and_nothing_is_made() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    for (team, channel, places) in [
        ("a/b", "CON", vec!["/team/name", "/channel/name"]),
        ("", "General", vec!["/team/name", "/channel/name"]),
        ("ok", "_x", vec!["/channel/name"]),
    ] {
        let request = to_new(&account, (team, channel));
        let refused = house.linking.link(&house.admin, request).await.unwrap_err();
        let Error::Invalid { fields } = refused else { panic!("{refused:?}") };
        let found: Vec<&str> = fields.iter().map(|field| field.pointer.as_ref()).collect();
        assert_eq!(found, places, "{team:?} {channel:?}");
    }
    assert!(house.live().await.is_empty());
}

#[tokio::test]
async fn a_channel_name_of_somebody_else_is_taken_and_nothing_is_left() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let request = LinkRequest {
        team: TeamChoice::Existing(channel.team.clone()),
        ..to_new(&account, ("", "DEAL"))
    };
    let refused = house.linking.link(&house.admin, request).await.unwrap_err();
    assert!(matches!(refused, Error::ChannelNameTaken), "{refused:?}");
    assert!(house.live().await.is_empty());
    let name = house.linking.suggest_channel(&house.admin, &account, &channel.team).await.unwrap();
    assert_eq!(name, "Contoso");
    let deal = house.account(&house.admin, "Deal?").await;
    let name = house.linking.suggest_channel(&house.admin, &deal, &channel.team).await.unwrap();
    assert_eq!(name, "Deal 2");
}

#[tokio::test]
async fn a_team_with_as_many_channels_as_it_may_have_gets_no_more() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let most = Settings { channels_per_team: 2, wait_seconds: 2, ..Settings::default() };
    let node = house.limited(most);
    let request = LinkRequest {
        team: TeamChoice::Existing(channel.team.clone()),
        ..to_new(&account, ("", "Another"))
    };
    let refused = node.link(&house.admin, request).await.unwrap_err();
    assert!(matches!(refused, Error::ChannelLimit { most: 2 }), "{refused:?}");
    assert!(house.live().await.is_empty());
}

#[tokio::test]
async fn owner_and_those_it_is_shared_with_are_recommended_and_oneself_is_not() {
    let house = House::new().await;
    let sam = house.seller("sam", "Salesperson").await;
    let mara = house.seller("mara", "Salesperson").await;
    let account = house.account(&sam, "Contoso: 50%").await;
    let user = house.session(&mara).await.user();
    let target = at("account", account.id());
    let read = Verb::Read.mask();
    house.session(&sam).await.grant(&target, Principal::User(user), read).await.unwrap();
    let seen = house.linking.collaborate(&house.admin, &account).await.unwrap();
    assert_eq!((seen.level, seen.may_link), (Level::Enhanced, true), "{:?}", seen.why_not);
    let mut who: Vec<(&str, &Why)> =
        seen.members.iter().map(|one| (one.name.as_str(), &one.why)).collect();
    who.sort_by_key(|(name, _)| *name);
    assert_eq!(who, [("mara", &Why::Shared), ("sam", &Why::Owner)]);
    assert_eq!(seen.channel_name, "Contoso 50");
    let own = house.linking.collaborate(&sam, &account).await.unwrap();
    assert!(own.members.iter().all(|one| one.name != "sam"));
}

#[tokio::test]
async fn with_basic_alone_people_pin_in_the_channel_and_make_no_teams() {
    let house = House::bare().await;
    let on = linking_setup::Turn::Basic(true);
    house.setup.turn(&house.admin, house.sales, on).await.unwrap();
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let seen = house.linking.collaborate(&house.admin, &account).await.unwrap();
    assert_eq!((seen.level, seen.may_link), (Level::Basic, false));
    let refused = house.linking.link(&house.admin, to_channel(&account, &channel)).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    let pinned = house.linking.pin(&house.admin, account, &channel).await.unwrap();
    assert_eq!(pinned.state, State::Connected);
}
