//! Channels.

use super::{Bench, good, refused};
use crate::{ChannelChange, ChannelKind, Error, NewChannel, Place, Role};

/// Every team has the general one.
pub(super) async fn channels_are_listed_with_the_general_one_first(bench: &Bench) {
    let team = bench.team("Listed").await;
    let made = bench.channel(&team, "A first").await;
    let all = bench.named(&*bench.member, &team).await;
    let general: Vec<bool> = all.iter().map(|channel| channel.is_general).collect();
    assert_eq!(general, [true, false]);
    assert_eq!(
        all.last().map(|channel| (&channel.id, channel.kind)),
        Some((&made, ChannelKind::Standard))
    );
    let read = good("the channel", bench.member.channel(&made).await);
    assert_eq!((read.name.as_str(), read.is_archived), ("A first", false));
}

/// Deleted, it is gone, and comes back where the workspace can do so.
pub(super) async fn a_channel_is_made_renamed_and_deleted(bench: &Bench) {
    let team = bench.team("Changing").await;
    let channel = bench.channel(&team, "Early").await;
    let to = ChannelChange { name: Some("Late".to_owned()), description: Some("Now".to_owned()) };
    good("renaming", bench.owner.change_channel(&channel, &to).await);
    let read = good("the channel", bench.owner.channel(&channel).await);
    assert_eq!((read.name.as_str(), read.description.as_str()), ("Late", "Now"));
    let can = bench.owner.capabilities();
    let archived = bench.owner.archive_channel(&channel, true).await;
    if can.archives_channels {
        good("archiving", archived);
        let shown = async || good("the channel", bench.owner.channel(&channel).await).is_archived;
        bench.until("archived", shown).await;
        good("opening", bench.owner.archive_channel(&channel, false).await);
        bench.until("open", async || !shown().await).await;
    } else {
        refused!("archiving", archived, Error::Unsupported);
    }
    good("deleting", bench.owner.delete_channel(&channel).await);
    refused!("a deleted channel", bench.owner.channel(&channel).await, Error::NotFound);
    let restored = bench.owner.restore_channel(&channel).await;
    if can.restores_channels {
        good("restoring", restored);
        assert_eq!(good("the channel", bench.owner.channel(&channel).await).name, "Late");
    } else {
        refused!("restoring", restored, Error::Unsupported);
    }
}

/// In one team; another team has names of its own.
pub(super) async fn a_name_is_taken_once_and_must_be_one(bench: &Bench) {
    let team = bench.team("Names").await;
    bench.channel(&team, "Deals").await;
    let new = |name: &str| NewChannel {
        name: name.to_owned(),
        description: String::new(),
        kind: ChannelKind::Standard,
    };
    let again = bench.owner.create_channel(&team, &new("deals")).await;
    refused!("a name that is taken", again, Error::NameTaken);
    for wrong in ["", &"x".repeat(300)] {
        let made = bench.owner.create_channel(&team, &new(wrong)).await;
        refused!(wrong, made, Error::Invalid { .. });
    }
    let other = bench.team("More names").await;
    good("elsewhere", bench.owner.create_channel(&other, &new("Deals")).await);
}

/// It is neither deleted nor renamed.
pub(super) async fn the_general_channel_stays(bench: &Bench) {
    let team = bench.team("General").await;
    let all = bench.named(&*bench.owner, &team).await;
    let general = all.into_iter().find(|channel| channel.is_general).map(|channel| channel.id);
    let Some(general) = general else { return assert!(general.is_some(), "a general channel") };
    let deleted = bench.owner.delete_channel(&general).await;
    refused!("deleting the general channel", deleted, Error::Invalid { .. });
    let to = ChannelChange { name: Some("Special".to_owned()), description: None };
    let renamed = bench.owner.change_channel(&general, &to).await;
    refused!("renaming the general channel", renamed, Error::Invalid { .. });
}

/// Others of the team do not know of it until they are in it.
pub(super) async fn a_private_channel_is_its_members_own(bench: &Bench) {
    let team = bench.team("With a board").await;
    let new = NewChannel {
        name: "Board".to_owned(),
        description: String::new(),
        kind: ChannelKind::Private,
    };
    let board = good("a private channel", bench.owner.create_channel(&team, &new).await);
    assert_eq!(bench.named(&*bench.member, &team).await.len(), 1);
    refused!("for others", bench.member.channel(&board).await, Error::NotFound);
    let place = Place::Channel(board.clone());
    good("adding", bench.owner.put_member(&place, &bench.member_is, Role::Member).await);
    let read = good("for members", bench.member.channel(&board).await);
    assert_eq!(read.kind, ChannelKind::Private);
    let members = good("members", bench.owner.members(&place).await);
    assert_eq!(members.len(), 2);
    good("taking out", bench.owner.remove_member(&place, &bench.member_is).await);
    refused!("for others again", bench.member.channel(&board).await, Error::NotFound);
}
