//! Teams.

use super::{Bench, good, refused};
use crate::{Error, TeamChange};

/// It is made, and its owner is in it; so is who was added.
pub(super) async fn a_team_is_made_and_is_among_those_of_its_owner(bench: &Bench) {
    let team = bench.team("Founded").await;
    for (who, name) in [(&bench.owner, "owner"), (&bench.member, "member")] {
        let teams = good("teams", who.teams().await);
        let found = teams.iter().find(|one| one.id == team);
        assert_eq!(found.map(|team| team.name.as_str()), Some("Founded"), "{name}");
    }
    let read = good("the team", bench.member.team(&team).await);
    assert_eq!((read.name.as_str(), read.description.as_str()), ("Founded", "Of a check"));
    assert_ne!(read.is_archived, Some(true));
}

/// A private team does not exist for who is not in it.
pub(super) async fn who_is_in_no_team_knows_none(bench: &Bench) {
    let team = bench.team("Secret").await;
    let teams = good("teams", bench.stranger.teams().await);
    assert!(teams.iter().all(|one| one.id != team), "a stranger's teams");
    refused!("a stranger's team", bench.stranger.team(&team).await, Error::NotFound);
    refused!("a stranger's channels", bench.stranger.channels(&team).await, Error::NotFound);
}

/// Members change nothing.
pub(super) async fn its_owner_changes_a_team_and_nobody_else(bench: &Bench) {
    let team = bench.team("Before").await;
    let to = TeamChange { name: Some("After".to_owned()), description: None };
    refused!("a member", bench.member.change_team(&team, &to).await, Error::NotAllowed);
    good("the owner", bench.owner.change_team(&team, &to).await);
    let read = good("the team", bench.owner.team(&team).await);
    assert_eq!((read.name.as_str(), read.description.as_str()), ("After", "Of a check"));
    refused!("a member", bench.member.archive_team(&team, true).await, Error::NotAllowed);
    refused!("a member", bench.member.delete_team(&team).await, Error::NotAllowed);
}

/// It can be opened again.
pub(super) async fn an_archived_team_is_read_and_not_changed(bench: &Bench) {
    let team = bench.team("Archive").await;
    let archived = async |yes: bool| {
        good("archiving", bench.owner.archive_team(&team, yes).await);
        let shown =
            async || good("the team", bench.owner.team(&team).await).is_archived == Some(yes);
        bench.until("archived", shown).await;
    };
    archived(true).await;
    let to = TeamChange { name: Some("Changed".to_owned()), description: None };
    refused!("an archived team", bench.owner.change_team(&team, &to).await, Error::Archived);
    archived(false).await;
    good("an open team", bench.owner.change_team(&team, &to).await);
}

/// With its channels.
pub(super) async fn a_deleted_team_comes_back(bench: &Bench) {
    let team = bench.team("Deleted").await;
    let channel = bench.channel(&team, "Inside").await;
    good("deleting", bench.owner.delete_team(&team).await);
    refused!("a deleted team", bench.owner.team(&team).await, Error::NotFound);
    good("restoring", bench.owner.restore_team(&team).await);
    bench.settled("the team", async || bench.owner.team(&team).await).await;
    good("its channel", bench.owner.channel(&channel).await);
}
