use std::time::Duration;

use jiff::SignedDuration;
use kernel::{Actor, Limit, Permission, Permissions};
use liaison_identity::{NewToken, Role, TokenOwner, Tokens};

use crate::house::{House, code};

fn a_token(owner: TokenOwner, permissions: &[Permission]) -> NewToken {
    NewToken {
        owner,
        label: "ci".to_owned(),
        permissions: permissions.iter().copied().collect(),
        expires_at: None,
    }
}

#[tokio::test]
async fn a_token_does_what_it_says_and_never_more_than_its_owner() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let (zoe, own) = house.person("zoe", &[Role::TeamsAdministrator]).await;
    let new = a_token(TokenOwner::Myself, &[Permission::MessageRead, Permission::TeamManageAll]);
    let issued = house.identity.create_token(&own, new).await.unwrap();
    assert!(issued.secret.expose().starts_with("lia_"));
    let scope = house.bearer(&issued.secret).await.unwrap();
    assert_eq!(scope.actor(), Actor::User(zoe.id));
    assert_eq!(
        scope.permissions(),
        Permissions::of(&[Permission::MessageRead, Permission::TeamManageAll])
    );
    house.identity.remove_role(&admin, zoe.id, Role::TeamsAdministrator).await.unwrap();
    let scope = house.bearer(&issued.secret).await.unwrap();
    assert_eq!(scope.permissions(), Permissions::of(&[Permission::MessageRead]));
}

#[tokio::test]
async fn nobody_gives_a_token_what_they_lack() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let mine = a_token(TokenOwner::Myself, &[Permission::UserManage]);
    assert_eq!(code(house.identity.create_token(&own, mine).await), "permission.escalation");
    let service = a_token(TokenOwner::Service, &[Permission::MessageRead]);
    assert_eq!(code(house.identity.create_token(&own, service).await), "permission.missing");
    let (_, admin) = house.admin().await;
    let other = a_token(TokenOwner::Person(own.user().unwrap()), &[Permission::MessageRead]);
    assert_eq!(code(house.identity.create_token(&admin, other).await), "permission.missing");
    for own_rights in [&[Permission::System], &[Permission::CardPost]] {
        let new = a_token(TokenOwner::Service, own_rights);
        assert_eq!(code(house.identity.create_token(&admin, new).await), "input.invalid");
    }
}

#[tokio::test]
async fn a_token_makes_no_token_and_changes_no_password() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let new = a_token(TokenOwner::Myself, &[Permission::ProfileRead, Permission::ProfileWrite]);
    let issued = house.identity.create_token(&own, new.clone()).await.unwrap();
    let scope = house.bearer(&issued.secret).await.unwrap();
    let needed = "second_factor.needed";
    assert_eq!(code(house.identity.create_token(&scope, new).await), needed);
    assert_eq!(code(house.identity.begin_totp(&scope).await), needed);
    let password = || kernel::Secret::new(crate::house::PASSWORD.to_owned());
    assert_eq!(code(house.identity.change_password(&scope, password(), password()).await), needed);
}

#[tokio::test]
async fn a_service_token_acts_as_itself() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let new = a_token(TokenOwner::Service, &[Permission::AuditRead]);
    let issued = house.identity.create_token(&admin, new).await.unwrap();
    let scope = house.bearer(&issued.secret).await.unwrap();
    assert_eq!(scope.actor(), Actor::Service(issued.token.id));
    assert_eq!(scope.permissions(), Permissions::of(&[Permission::AuditRead]));
}

#[tokio::test]
async fn a_token_ends_at_its_time_and_when_revoked() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let end = house.now() + SignedDuration::from_hours(1);
    let new = NewToken {
        expires_at: Some(end),
        ..a_token(TokenOwner::Myself, &[Permission::MessageRead])
    };
    let brief = house.identity.create_token(&own, new).await.unwrap();
    house.bearer(&brief.secret).await.unwrap();
    house.clock.advance(Duration::from_hours(1));
    assert_eq!(code(house.bearer(&brief.secret).await), "credential.invalid");
    let new = a_token(TokenOwner::Myself, &[Permission::MessageRead]);
    let revoked = house.identity.create_token(&own, new).await.unwrap();
    house.bearer(&revoked.secret).await.unwrap();
    house.identity.revoke_token(&own, revoked.token.id).await.unwrap();
    assert_eq!(code(house.bearer(&revoked.secret).await), "credential.invalid");
    for end in [house.now(), house.now() + SignedDuration::from_hours(24 * 367)] {
        let new = NewToken {
            expires_at: Some(end),
            ..a_token(TokenOwner::Myself, &[Permission::MessageRead])
        };
        assert_eq!(code(house.identity.create_token(&own, new).await), "input.invalid");
    }
}

#[tokio::test]
async fn tokens_are_listed_newest_first_and_page() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let (_, admin) = house.admin().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        let new = a_token(TokenOwner::Myself, &[Permission::MessageRead]);
        made.push(house.identity.create_token(&own, new).await.unwrap().token.id);
        house.pass(1);
    }
    let service = a_token(TokenOwner::Service, &[Permission::AuditRead]);
    made.push(house.identity.create_token(&admin, service).await.unwrap().token.id);
    made.reverse();
    let limit = Limit::new(2).unwrap();
    let first = house.identity.tokens(&admin, Tokens::All, limit, None).await.unwrap();
    let next = first.next.as_ref();
    let second = house.identity.tokens(&admin, Tokens::All, limit, next).await.unwrap();
    let seen: Vec<_> = first.items.iter().chain(&second.items).map(|t| t.id).collect();
    assert_eq!((seen, second.next), (made.clone(), None));
    let mine = house.identity.tokens(&own, Tokens::Mine, Limit::default(), None).await.unwrap();
    assert_eq!(mine.items.iter().map(|t| t.id).collect::<Vec<_>>(), made[1..]);
    let all = house.identity.tokens(&own, Tokens::All, limit, None).await;
    assert_eq!(code(all), "permission.missing");
}

#[tokio::test]
async fn a_token_of_somebody_else_is_not_found() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let (_, mallory) = house.person("mallory", &[]).await;
    let new = a_token(TokenOwner::Myself, &[Permission::MessageRead]);
    let issued = house.identity.create_token(&own, new).await.unwrap();
    let refused = house.identity.revoke_token(&mallory, issued.token.id).await;
    assert_eq!(code(refused), "token.not_found");
    let (_, admin) = house.admin().await;
    house.identity.revoke_token(&admin, issued.token.id).await.unwrap();
    assert_eq!(code(house.bearer(&issued.secret).await), "credential.invalid");
}
