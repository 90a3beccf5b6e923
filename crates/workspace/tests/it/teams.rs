//! Teams and their members.

use kernel::Limit;
use workspace::{Role, TeamChange, TeamFilter, Visibility};

use crate::world::{World, code, limit, user};

#[tokio::test]
async fn a_new_team_has_general_and_an_owner() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "Équipe Ventes", Visibility::Private).await;
    let access = w.ws.team(&ada, team).await.unwrap();
    assert_eq!(access.rights.role, Some(Role::Owner));
    assert_eq!(access.team.mail_name, "equipe-ventes");
    let channels = w.ws.channels(&ada, team).await.unwrap();
    let names: Vec<_> =
        channels.iter().map(|c| (c.channel.name.as_str(), c.channel.general)).collect();
    assert_eq!(names, [("General", true)]);
    let members = w.ws.members(&ada, team, None, Limit::default()).await.unwrap().items;
    assert_eq!((members[0].name.as_str(), members[0].role), ("Ada", Role::Owner));
}

#[tokio::test]
async fn nobody_outside_learns_of_a_private_team() {
    let w = World::new().await;
    let (ada, bob) = (w.person("Ada").await, w.person("Bob").await);
    let team = w.team(&ada, "Secret", Visibility::Private).await;
    let general = w.general(&ada, team).await;
    for other in [bob, w.foreigner()] {
        assert_eq!(code(w.ws.team(&other, team).await), "team.not_found");
        assert_eq!(code(w.ws.join_team(&other, team).await), "team.not_found");
        assert_eq!(code(w.ws.members(&other, team, None, limit(5)).await), "team.not_found");
        assert_eq!(code(w.ws.channels(&other, team).await), "team.not_found");
        assert_eq!(code(w.ws.channel(&other, general).await), "channel.not_found");
        assert_eq!(code(w.ws.delete_team(&other, team).await), "team.not_found");
        let visible = w.ws.teams(&other, TeamFilter::Visible, None, limit(5)).await.unwrap();
        assert_eq!(visible.items, []);
    }
}

#[tokio::test]
async fn a_public_team_is_seen_by_all_and_read_after_joining() {
    let w = World::new().await;
    let (ada, bob) = (w.person("Ada").await, w.person("Bob").await);
    let team = w.team(&ada, "Open", Visibility::Public).await;
    let general = w.general(&ada, team).await;
    assert!(!w.ws.team(&bob, team).await.unwrap().rights.read);
    assert_eq!(code(w.ws.post(&bob, general, "hi").await), "team.not_member");
    assert_eq!(code(w.ws.members(&bob, team, None, limit(5)).await), "team.not_member");
    assert_eq!(w.ws.join_team(&bob, team).await.unwrap().rights.role, Some(Role::Member));
    w.ws.post(&bob, general, "hi").await.unwrap();
    w.ws.leave_team(&bob, team).await.unwrap();
    assert_eq!(code(w.ws.post(&bob, general, "hi").await), "team.not_member");
}

#[tokio::test]
async fn names_are_unique_whatever_their_case_and_composition() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let first = w.team(&ada, "Été", Visibility::Public).await;
    let again = workspace::NewTeam {
        name: "E\u{301}TE\u{301}".to_owned(),
        description: String::new(),
        visibility: Visibility::Public,
    };
    assert_eq!(code(w.ws.create_team(&ada, again.clone()).await), "name.taken");
    let other = w.team(&ada, "Hiver", Visibility::Public).await;
    let rename = TeamChange { name: Some("ÉTÉ".to_owned()), ..TeamChange::default() };
    assert_eq!(code(w.ws.update_team(&ada, other, rename.clone()).await), "name.taken");
    assert_eq!(w.ws.update_team(&ada, first, rename).await.unwrap().team.name, "ÉTÉ");
    w.ws.delete_team(&ada, first).await.unwrap();
    w.ws.create_team(&ada, again).await.unwrap();
    assert_eq!(code(w.ws.restore_team(&ada, first).await), "name.taken");
}

#[tokio::test]
async fn the_last_owner_stays() {
    let w = World::new().await;
    let (ada, bob) = (w.person("Ada").await, w.person("Bob").await);
    let team = w.team(&ada, "T", Visibility::Private).await;
    w.add(&ada, team, &bob, Role::Member).await;
    assert_eq!(code(w.ws.leave_team(&ada, team).await), "team.last_owner");
    assert_eq!(code(w.ws.set_member(&ada, team, user(&ada), Role::Guest).await), "team.last_owner");
    assert_eq!(code(w.ws.remove_member(&ada, team, user(&ada)).await), "team.last_owner");
    assert_eq!(code(w.ws.remove_member(&bob, team, user(&ada)).await), "team.role_needed");
    w.add(&ada, team, &bob, Role::Owner).await;
    w.ws.leave_team(&ada, team).await.unwrap();
    assert_eq!(code(w.ws.team(&ada, team).await), "team.not_found");
}

#[tokio::test]
async fn only_persons_of_the_tenant_become_members() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let stranger = user(&w.foreigner());
    let added = w.ws.set_member(&ada, team, stranger, Role::Member).await;
    assert_eq!(code(added), "member.not_found");
}

#[tokio::test]
async fn an_archived_team_is_read_and_not_written() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let general = w.general(&ada, team).await;
    w.ws.post(&ada, general, "before").await.unwrap();
    w.ws.archive_team(&ada, team, true).await.unwrap();
    assert_eq!(code(w.ws.post(&ada, general, "after").await), "channel.archived");
    let rename = TeamChange { name: Some("U".to_owned()), ..TeamChange::default() };
    assert_eq!(code(w.ws.update_team(&ada, team, rename).await), "team.archived");
    assert_eq!(w.all(&ada, general).await.len(), 1);
    w.ws.archive_team(&ada, team, false).await.unwrap();
    w.ws.post(&ada, general, "again").await.unwrap();
}

#[tokio::test]
async fn a_deleted_team_is_gone_until_restored() {
    let w = World::new().await;
    let (ada, bob) = (w.person("Ada").await, w.person("Bob").await);
    let team = w.team(&ada, "T", Visibility::Public).await;
    w.add(&ada, team, &bob, Role::Member).await;
    let general = w.general(&ada, team).await;
    w.ws.post(&ada, general, "kept").await.unwrap();
    assert_eq!(code(w.ws.delete_team(&bob, team).await), "team.role_needed");
    w.ws.delete_team(&ada, team).await.unwrap();
    assert_eq!(code(w.ws.team(&ada, team).await), "team.not_found");
    assert_eq!(code(w.ws.channel(&ada, general).await), "channel.not_found");
    let deleted = w.ws.teams(&ada, TeamFilter::Deleted, None, limit(5)).await.unwrap().items;
    assert_eq!(deleted.iter().map(|t| t.team.id).collect::<Vec<_>>(), [team]);
    assert_eq!(w.ws.teams(&bob, TeamFilter::Deleted, None, limit(5)).await.unwrap().items, []);
    assert_eq!(code(w.ws.restore_team(&bob, team).await), "team.not_found");
    w.ws.restore_team(&ada, team).await.unwrap();
    assert_eq!(w.all(&bob, general).await.len(), 1);
}

#[tokio::test]
async fn a_teams_administrator_manages_every_team() {
    let w = World::new().await;
    let (ada, admin) = (w.person("Ada").await, w.administrator().await);
    let team = w.team(&ada, "Secret", Visibility::Private).await;
    assert!(w.ws.team(&admin, team).await.unwrap().rights.manage);
    w.ws.set_member(&admin, team, user(&admin), Role::Owner).await.unwrap();
    w.ws.delete_team(&admin, team).await.unwrap();
    w.ws.restore_team(&admin, team).await.unwrap();
}

#[tokio::test]
async fn pages_of_teams_show_each_once() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    for n in 0..7 {
        w.team(&ada, &format!("Team {n}"), Visibility::Private).await;
    }
    let (mut after, mut names) = (None, Vec::new());
    loop {
        let page = w.ws.teams(&ada, TeamFilter::Mine, after, limit(3)).await.unwrap();
        names.extend(page.items.into_iter().map(|t| t.team.name));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let expected: Vec<_> = (0..7).map(|n| format!("Team {n}")).collect();
    assert_eq!(names, expected);
    let foreign = Some(kernel::Cursor::from("%%".to_owned()));
    assert_eq!(code(w.ws.teams(&ada, TeamFilter::Mine, foreign, limit(3)).await), "cursor.invalid");
}

#[tokio::test]
async fn every_change_is_in_the_audit() {
    let w = World::new().await;
    let (ada, bob) = (w.person("Ada").await, w.person("Bob").await);
    let before = w.audit().await.len();
    let team = w.team(&ada, "T", Visibility::Private).await;
    let to = TeamChange { description: Some("d".to_owned()), ..TeamChange::default() };
    w.ws.update_team(&ada, team, to).await.unwrap();
    w.add(&ada, team, &bob, Role::Guest).await;
    w.add(&ada, team, &bob, Role::Member).await;
    w.ws.remove_member(&ada, team, user(&bob)).await.unwrap();
    w.ws.archive_team(&ada, team, true).await.unwrap();
    w.ws.archive_team(&ada, team, false).await.unwrap();
    let channel = w.channel(&ada, team, "C").await;
    w.ws.archive_channel(&ada, channel, true).await.unwrap();
    w.ws.delete_channel(&ada, channel).await.unwrap();
    w.ws.restore_channel(&ada, channel).await.unwrap();
    w.ws.delete_team(&ada, team).await.unwrap();
    w.ws.restore_team(&ada, team).await.unwrap();
    let mut actions = w.audit().await;
    actions.reverse();
    let expected = [
        "team.create",
        "team.update",
        "team.add_member",
        "team.change_role",
        "team.remove_member",
        "team.archive",
        "team.unarchive",
        "channel.create",
        "channel.archive",
        "channel.delete",
        "channel.restore",
        "team.delete",
        "team.restore",
    ];
    assert_eq!(actions.split_off(before), expected);
}
