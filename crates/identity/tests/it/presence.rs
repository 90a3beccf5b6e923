//! Who stays is asked again.

use std::{future::Future as _, sync::Arc, task::Poll, time::Duration};

use liaison_identity::{NewGroup, NewToken, Presence, Role, TokenOwner, users::UserState};
use testkit::within;
use tokio_util::sync::CancellationToken;

use crate::house::House;

/// Whether it is over, after everything that is under way has had its time.
async fn is_over(presence: &mut Presence) -> bool {
    tokio::time::timeout(Duration::from_millis(300), presence.over()).await.is_ok()
}

#[tokio::test]
async fn a_session_that_ends_is_over_at_once_and_others_go_on() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let (_, other) = house.person("max", &[]).await;
    let (mut zoe, mut max) = (house.identity.presence(&own), house.identity.presence(&other));
    assert!(!is_over(&mut zoe).await);
    house.identity.sign_out(&own).await.unwrap();
    within("the end", zoe.over()).await;
    assert!(!is_over(&mut max).await);
    assert!(is_over(&mut zoe).await, "what is over stays over");
}

#[tokio::test]
async fn a_locked_person_and_a_revoked_token_are_over() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let (zoe, own) = house.person("zoe", &[]).await;
    let new = NewToken {
        owner: TokenOwner::Myself,
        label: "phone".to_owned(),
        permissions: own.permissions(),
        expires_at: None,
    };
    let token = house.identity.create_token(&own, new).await.unwrap();
    let by_token = house.bearer(&token.secret).await.unwrap();
    let mut by_token = house.identity.presence(&by_token);
    let mut by_session = house.identity.presence(&own);
    house.identity.revoke_token(&own, token.token.id).await.unwrap();
    within("the end of the token", by_token.over()).await;
    assert!(!is_over(&mut by_session).await);
    house.identity.set_user_state(&admin, zoe.id, UserState::Locked).await.unwrap();
    within("the end of the session", by_session.over()).await;
}

#[tokio::test]
async fn rights_that_change_end_it_and_a_new_name_does_not() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let (zoe, own) = house.person("zoe", &[Role::TeamsAdministrator]).await;
    let mut presence = house.identity.presence(&own);
    let patch = liaison_identity::users::UserPatch {
        display_name: Some("Zoé".to_owned()),
        ..Default::default()
    };
    house.identity.update_user(&admin, zoe.id, patch).await.unwrap();
    assert!(!is_over(&mut presence).await);
    house.identity.remove_role(&admin, zoe.id, Role::TeamsAdministrator).await.unwrap();
    within("the end", presence.over()).await;
}

#[tokio::test]
async fn a_role_that_a_group_loses_ends_it_too() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let group = NewGroup { name: "Teams".to_owned(), description: String::new() };
    let group = house.identity.create_group(&admin, group).await.unwrap().id;
    house.identity.assign_group_role(&admin, group, Role::TeamsAdministrator).await.unwrap();
    let zoe = house.user("zoe", &[]).await;
    house.identity.add_member(&admin, group, zoe.id).await.unwrap();
    let session = house.session("zoe").await;
    let mut presence = house.identity.presence(&house.enter(&session).await.unwrap());
    assert!(!is_over(&mut presence).await);
    house.identity.remove_group_role(&admin, group, Role::TeamsAdministrator).await.unwrap();
    within("the end", presence.over()).await;
}

#[tokio::test]
async fn a_session_that_ends_before_anybody_watches_is_over_as_well() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    house.identity.sign_out(&own).await.unwrap();
    within("the end", house.identity.presence(&own).over()).await;
}

#[tokio::test]
async fn waiting_may_be_given_up_and_taken_up_again() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let mut presence = house.identity.presence(&own);
    for _ in 0..20 {
        let mut once = Box::pin(presence.over());
        std::future::poll_fn(|cx| {
            assert!(once.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
    }
    house.identity.sign_out(&own).await.unwrap();
    {
        // The check that a ring begins is given up in its middle.
        let mut once = Box::pin(presence.over());
        std::future::poll_fn(|cx| {
            let _: Poll<()> = once.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
    }
    within("the end", presence.over()).await;
}

#[tokio::test]
async fn what_another_node_revokes_is_over_here_by_the_notice_alone() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let mut presence = house.identity.presence(&own);
    assert!(!is_over(&mut presence).await);
    let stop = CancellationToken::new();
    let worker = Arc::clone(&house.identity).run(stop.clone());
    let id = own.credential().unwrap();
    let at = house.now();
    let revoke = async {
        // As another room or another node does it: nobody tells the cache of this one.
        let root = house.root();
        let revoked =
            house.store.write(&root, move |tx| liaison_identity::credentials::revoke(tx, id, at));
        assert!(revoked.await.unwrap());
        within("the end", presence.over()).await;
        stop.cancel();
    };
    tokio::join!(worker, revoke);
}
