//! Who is in the team or private channel of a link (members and user sync of the reference).

use i18n::Texts;
use kernel::{Coded as _, Language};
use liaison_linking_sync::{Error, Mode, Policy, Reason, Verb};
use linking_setup::Obstacle;
use records::{Associate, Disassociate, Entry, Operation, Principal};
use workspace_port::{ChannelKind, Place, Role, Workspace as _};

use crate::house::{BOTH, House, at, person, team, user};

const ADD: Policy = Policy { mode: Mode::Add, guests: false, others: false };
const READ: i64 = 1;

#[tokio::test]
async fn user_sync_requires_consent_and_says_so_in_the_published_words() {
    let house = House::first(Language::En).await;
    house.second().await;
    house
        .setup
        .consent(&house.admin, linking_setup::Which::First, linking_setup::Decision::Withdraw)
        .await
        .unwrap();
    let refused = house.sync.set_policy(&house.admin, house.sales, ADD).await.unwrap_err();
    assert!(matches!(refused, Error::Setup(_)), "{refused:?}");
    let code = Obstacle::UserSyncMissing.code().name();
    let text = |language: &str| Texts::global().text_or_code(language, code);
    assert_eq!(
        text("en").trim_end_matches('.'),
        "The admin has not consented to use user sync feature, you can add them manually"
    );
    assert!(text("fr").starts_with("L’administrateur n’a pas émis d’autorisation pour utiliser"));
    assert_eq!(refused.code().kind(), kernel::Kind::Forbidden);
}

#[tokio::test]
async fn without_the_second_consent_later_sharing_adds_nobody() {
    let house = House::first(Language::En).await;
    let sam = house.seller("sam").await;
    let link = house.linked("Coffee").await;
    house.work().await;
    let refused = house.sync.set_policy(&house.admin, house.sales, ADD).await.unwrap_err();
    assert_eq!(refused.code().name(), Obstacle::SecondConsentMissing.code().name());
    let deal = at("opportunity", link.subject.id());
    let to = Principal::User(user(&sam).uuid());
    house.session(&house.admin).await.grant(&deal, to, READ).await.unwrap();
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada"]);
    let preview = house.sync.preview(&house.admin, link.id, Some(ADD)).await.unwrap();
    assert_eq!(preview.obstacle, Some(Obstacle::SecondConsentMissing));
    assert_eq!(preview.changes, []);
}

#[tokio::test]
async fn who_is_recommended_is_added_owner_and_shared_with_and_each_change_says_why() {
    let house = House::new().await;
    let (olga, sam) = (house.seller("olga").await, house.seller("sam").await);
    let link = house.linked("Coffee").await;
    house.assign(&link.subject, &olga).await;
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada"], "off unless somebody decides");
    let preview = house.sync.preview(&house.admin, link.id, Some(ADD)).await.unwrap();
    let told: Vec<_> =
        preview.changes.iter().map(|one| (one.verb, one.name.as_str(), one.why)).collect();
    assert_eq!(told, [(Verb::Add, "olga", Reason::Owner)]);
    assert_eq!(house.members(&team(&link)).await, ["ada"], "a preview does nothing");
    house.sync.set_policy(&house.admin, house.sales, ADD).await.unwrap();
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada", "olga"]);
    // later CRM sharing adds a member, which the original does not
    let deal = at("opportunity", link.subject.id());
    let to = Principal::User(user(&sam).uuid());
    house.session(&house.admin).await.grant(&deal, to, READ).await.unwrap();
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada", "olga", "sam"]);
    let history = house.sync.member_history(&house.admin, link.id).await.unwrap();
    let told: Vec<_> =
        history.iter().rev().map(|one| (one.verb, one.name.as_str(), one.why)).collect();
    assert_eq!(told, [(Verb::Add, "olga", Reason::Owner), (Verb::Add, "sam", Reason::Shared)]);
    // adding alone removes nobody
    house.session(&house.admin).await.revoke(&deal, to).await.unwrap();
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada", "olga", "sam"]);
}

#[tokio::test]
async fn who_loses_access_is_removed_where_that_is_configured_and_an_owner_never() {
    let house = House::new().await;
    let (olga, sam) = (house.seller("olga").await, house.seller("sam").await);
    let link = house.linked("Coffee").await;
    house.sync.set_policy(&house.admin, house.sales, BOTH).await.unwrap();
    let deal = at("opportunity", link.subject.id());
    let session = house.session(&house.admin).await;
    for one in [&olga, &sam] {
        session.grant(&deal, Principal::User(user(one).uuid()), READ).await.unwrap();
    }
    let mara = house.seller("mara").await;
    house.seat(&house.admin).put_member(&team(&link), &person(&mara), Role::Member).await.unwrap();
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada", "mara", "olga", "sam"]);
    house.seat(&house.admin).put_member(&team(&link), &person(&olga), Role::Owner).await.unwrap();
    for one in [&olga, &sam] {
        session.revoke(&deal, Principal::User(user(one).uuid())).await.unwrap();
    }
    house.work().await;
    assert_eq!(
        house.members(&team(&link)).await,
        ["ada", "mara", "olga"],
        "sam goes; olga owns the team, mara was added by hand"
    );
    let history = house.sync.member_history(&house.admin, link.id).await.unwrap();
    let of =
        |name: &str| history.iter().find(|one| one.name == name).map(|one| (one.verb, one.why));
    assert_eq!(of("sam"), Some((Verb::Remove, Reason::AccessLost)));
    assert_eq!(of("olga"), Some((Verb::Keep, Reason::PlaceOwner)));
}

#[tokio::test]
async fn who_has_access_to_another_record_of_the_same_team_stays() {
    let house = House::new().await;
    let sam = house.seller("sam").await;
    let one = house.linked("One").await;
    let deal = house.deal(&house.admin, "Two").await;
    let channel = house.channel(&one.team, "Two", ChannelKind::Standard).await;
    let two = house.link(&deal, &channel).await;
    house.sync.set_policy(&house.admin, house.sales, BOTH).await.unwrap();
    let session = house.session(&house.admin).await;
    let to = Principal::User(user(&sam).uuid());
    for link in [&one, &two] {
        session.grant(&at("opportunity", link.subject.id()), to, READ).await.unwrap();
    }
    house.work().await;
    assert_eq!(house.members(&team(&one)).await, ["ada", "sam"]);
    session.revoke(&at("opportunity", one.subject.id()), to).await.unwrap();
    house.work().await;
    assert_eq!(house.members(&team(&one)).await, ["ada", "sam"]);
    session.revoke(&at("opportunity", two.subject.id()), to).await.unwrap();
    house.work().await;
    assert_eq!(house.members(&team(&one)).await, ["ada"]);
}

#[tokio::test]
async fn members_of_a_team_that_the_record_is_shared_with_come_and_go_with_the_team() {
    let house = House::new().await;
    let sam = house.seller("sam").await;
    let link = house.linked("Coffee").await;
    house.sync.set_policy(&house.admin, house.sales, BOTH).await.unwrap();
    let session = house.session(&house.admin).await;
    let desk =
        session.one(Operation::Create(Entry::of("team").text("name", "Desk"))).await.unwrap().id;
    let deal = at("opportunity", link.subject.id());
    session.grant(&deal, Principal::Team(desk), READ).await.unwrap();
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada"], "nobody is in it yet");
    let navigation = "teammembership_association".to_owned();
    let member = at("systemuser", user(&sam).uuid());
    let (from, to) = (at("team", desk), member.clone());
    let join = Associate { from, navigation: navigation.clone(), to };
    session.one(Operation::Associate(join)).await.unwrap();
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada", "sam"]);
    let history = house.sync.member_history(&house.admin, link.id).await.unwrap();
    assert_eq!(history[0].why, Reason::SharedTeam);
    let leave = Disassociate { from: at("team", desk), navigation, to: Some(member) };
    session.one(Operation::Disassociate(leave)).await.unwrap();
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada"]);
}

#[tokio::test]
async fn people_of_a_private_channel_are_in_the_team_first_and_in_the_channel() {
    let house = House::new().await;
    let sam = house.seller("sam").await;
    let deal = house.deal(&house.admin, "Secret").await;
    let channel = house.place("Secret", ChannelKind::Private).await;
    let link = house.link(&deal, &channel).await;
    assert_eq!(link.channel_kind, ChannelKind::Private);
    house.sync.set_policy(&house.admin, house.sales, BOTH).await.unwrap();
    house.assign(&deal, &sam).await;
    house.work().await;
    let place = Place::Channel(channel);
    assert_eq!(house.members(&team(&link)).await, ["ada", "sam"]);
    assert_eq!(house.members(&place).await, ["ada", "sam"]);
    house.assign(&deal, &house.admin).await;
    house.work().await;
    assert_eq!(house.members(&place).await, ["ada"]);
    assert_eq!(house.members(&team(&link)).await, ["ada"]);
}

#[tokio::test]
async fn one_link_may_be_decided_otherwise_and_only_administrators_decide() {
    let house = House::new().await;
    let sam = house.seller("sam").await;
    let link = house.linked("Coffee").await;
    house.sync.set_policy(&house.admin, house.sales, ADD).await.unwrap();
    house.sync.set_link_policy(&house.admin, link.id, Some(Policy::default())).await.unwrap();
    house.assign(&link.subject, &sam).await;
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada"]);
    assert_eq!(house.sync.link_policy(&sam, link.id).await.unwrap(), (Policy::default(), true));
    let refused = house.sync.set_link_policy(&sam, link.id, None).await.unwrap_err();
    assert!(matches!(refused, Error::AdministratorNeeded), "{refused:?}");
    let refused = house.sync.set_policy(&sam, house.sales, ADD).await.unwrap_err();
    assert!(matches!(refused, Error::AdministratorNeeded), "{refused:?}");
    house.sync.set_link_policy(&house.admin, link.id, None).await.unwrap();
    house.work().await;
    assert_eq!(house.members(&team(&link)).await, ["ada", "sam"]);
    let mara = house.seller("mara").await;
    let hidden = house.sync.member_history(&mara, link.id).await.unwrap_err();
    assert!(matches!(hidden, Error::Unknown), "who may not read the record: {hidden:?}");
}
