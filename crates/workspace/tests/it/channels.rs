//! Channels and the members of private ones.

use kernel::Limit;
use workspace::{ChannelChange, ChannelKind, NewChannel, Role, Visibility};

use crate::world::{World, code, user};

#[tokio::test]
async fn general_stays_as_it_is() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let general = w.general(&ada, team).await;
    let rename = ChannelChange { name: Some("X".to_owned()), ..ChannelChange::default() };
    assert_eq!(code(w.ws.update_channel(&ada, general, rename).await), "channel.general_stays");
    assert_eq!(code(w.ws.delete_channel(&ada, general).await), "channel.general_stays");
    assert_eq!(code(w.ws.archive_channel(&ada, general, true).await), "channel.general_stays");
    let describe = ChannelChange { description: Some("d".to_owned()), ..ChannelChange::default() };
    let described = w.ws.update_channel(&ada, general, describe).await.unwrap();
    assert_eq!(described.channel.description, "d");
}

#[tokio::test]
async fn names_are_unique_in_their_team() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let other = w.team(&ada, "U", Visibility::Private).await;
    let first = w.channel(&ada, team, "Builds").await;
    w.channel(&ada, other, "builds").await;
    let again = NewChannel {
        name: "BUILDS".to_owned(),
        description: String::new(),
        kind: ChannelKind::Standard,
    };
    assert_eq!(code(w.ws.create_channel(&ada, team, again.clone()).await), "name.taken");
    w.ws.delete_channel(&ada, first).await.unwrap();
    w.ws.create_channel(&ada, team, again).await.unwrap();
    assert_eq!(code(w.ws.restore_channel(&ada, first).await), "name.taken");
}

#[tokio::test]
async fn a_guest_reads_and_posts_and_makes_nothing() {
    let w = World::new().await;
    let (ada, gus) = (w.person("Ada").await, w.person("Gus").await);
    let team = w.team(&ada, "T", Visibility::Private).await;
    w.add(&ada, team, &gus, Role::Guest).await;
    let general = w.general(&gus, team).await;
    w.ws.post(&gus, general, "hello").await.unwrap();
    let new = NewChannel {
        name: "C".to_owned(),
        description: String::new(),
        kind: ChannelKind::Standard,
    };
    assert_eq!(code(w.ws.create_channel(&gus, team, new).await), "team.role_needed");
    assert!(!w.ws.channel(&gus, general).await.unwrap().rights.connect);
    assert_eq!(code(w.ws.delete_channel(&gus, general).await), "team.role_needed");
}

#[tokio::test]
async fn a_private_channel_is_its_members_own() {
    let w = World::new().await;
    let (ada, bob, eve) = (w.person("Ada").await, w.person("Bob").await, w.person("Eve").await);
    let team = w.team(&ada, "T", Visibility::Private).await;
    w.add(&ada, team, &bob, Role::Member).await;
    w.add(&ada, team, &eve, Role::Member).await;
    let secret = w.private(&bob, team, "Secret").await;
    w.ws.post(&bob, secret, "psst").await.unwrap();
    assert_eq!(code(w.ws.channel(&eve, secret).await), "channel.not_found");
    assert_eq!(w.ws.channels(&eve, team).await.unwrap().len(), 1);
    // The team's owner manages it and does not read it.
    assert!(w.ws.channel(&ada, secret).await.unwrap().rights.manage);
    let read = w.ws.messages(&ada, secret, workspace::Window::After(None), Limit::default()).await;
    assert_eq!(code(read), "channel.not_member");
    w.ws.set_channel_member(&bob, secret, user(&eve), Role::Member).await.unwrap();
    assert_eq!(w.all(&eve, secret).await.len(), 1);
    let members = w.ws.channel_members(&eve, secret, None, Limit::default()).await.unwrap().items;
    let names: Vec<_> = members.iter().map(|m| (m.name.as_str(), m.role)).collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&("Bob", Role::Owner)) && names.contains(&("Eve", Role::Member)));
    // Who leaves the team leaves its private channels, for good.
    w.ws.remove_member(&ada, team, user(&eve)).await.unwrap();
    w.add(&ada, team, &eve, Role::Member).await;
    assert_eq!(code(w.ws.channel(&eve, secret).await), "channel.not_found");
}

#[tokio::test]
async fn members_of_a_private_channel_come_from_its_team() {
    let w = World::new().await;
    let (ada, bob) = (w.person("Ada").await, w.person("Bob").await);
    let team = w.team(&ada, "T", Visibility::Private).await;
    let secret = w.private(&ada, team, "Secret").await;
    let add = w.ws.set_channel_member(&ada, secret, user(&bob), Role::Member).await;
    assert_eq!(code(add), "member.not_found");
    let general = w.general(&ada, team).await;
    let add = w.ws.set_channel_member(&ada, general, user(&ada), Role::Member).await;
    assert_eq!(code(add), "channel.standard");
    let leave = w.ws.remove_channel_member(&ada, secret, user(&ada)).await;
    assert_eq!(code(leave), "team.last_owner");
}

#[tokio::test]
async fn a_deleted_channel_is_gone_until_restored() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let channel = w.channel(&ada, team, "C").await;
    w.ws.post(&ada, channel, "kept").await.unwrap();
    w.ws.delete_channel(&ada, channel).await.unwrap();
    assert_eq!(code(w.ws.channel(&ada, channel).await), "channel.not_found");
    // A webhook may still be delivering: nothing is lost.
    w.deliver(channel, w.ids.fresh(), &["late"]).await;
    assert_eq!(w.ws.deleted_channels(&ada, team).await.unwrap()[0].channel.id, channel);
    w.ws.restore_channel(&ada, channel).await.unwrap();
    assert_eq!(w.all(&ada, channel).await.len(), 2);
}
