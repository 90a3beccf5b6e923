//! Members.

use super::{Bench, good, refused};
use crate::{Error, Place, Role};

/// Whatever the case of the address.
pub(super) async fn a_person_is_found_by_mail(bench: &Bench) {
    let found = good("by mail", bench.owner.person(&bench.member_mail).await);
    assert_eq!(found.id, bench.member_is);
    assert!(!found.is_guest && !found.name.is_empty());
    let loud = bench.member_mail.to_uppercase();
    assert_eq!(good("by mail", bench.owner.person(&loud).await).id, bench.member_is);
    for none in ["nobody@nowhere.example", "", "'"] {
        refused!("nobody", bench.owner.person(none).await, Error::NoSuchPerson);
    }
}

/// Roles change, and what is so already is a success.
pub(super) async fn members_come_and_go_and_twice_is_once(bench: &Bench) {
    let place = Place::Team(bench.team("Coming and going").await);
    let role = async || {
        let all = good("members", bench.owner.members(&place).await);
        all.into_iter().find(|one| one.person == bench.member_is).map(|one| one.role)
    };
    assert_eq!(role().await, Some(Role::Member));
    for now in [Role::Owner, Role::Owner, Role::Member, Role::Member] {
        good("a role", bench.owner.put_member(&place, &bench.member_is, now).await);
        assert_eq!(role().await, Some(now));
    }
    let by_member = bench.member.put_member(&place, &bench.member_is, Role::Owner).await;
    refused!("a member makes owners", by_member, Error::NotAllowed);
    for _ in 0..2 {
        good("taking out", bench.owner.remove_member(&place, &bench.member_is).await);
        assert_eq!(role().await, None);
    }
    let names = good("members", bench.owner.members(&place).await);
    assert!(names.iter().all(|one| !one.name.is_empty()));
}

/// The last one neither goes nor becomes less.
pub(super) async fn a_team_keeps_an_owner(bench: &Bench) {
    let place = Place::Team(bench.team("Owned").await);
    let less = bench.owner.put_member(&place, &bench.owner_is, Role::Member).await;
    refused!("the last owner as a member", less, Error::LastOwner);
    let gone = bench.owner.remove_member(&place, &bench.owner_is).await;
    refused!("the last owner gone", gone, Error::LastOwner);
}

/// Nor is a team of nobody found.
pub(super) async fn nobody_becomes_no_member(bench: &Bench) {
    let team = bench.team("Somebody").await;
    let put = bench.owner.put_member(&Place::Team(team), &bench.nobody, Role::Member).await;
    refused!("nobody", put, Error::NoSuchPerson);
}
