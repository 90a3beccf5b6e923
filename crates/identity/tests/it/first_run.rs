use kernel::{Permission, Secret};
use liaison_identity::{Role, users::NewUser};

use crate::house::{House, a_user, code};

#[tokio::test]
async fn the_first_link_makes_the_first_global_administrator() {
    let house = House::new().await;
    assert!(house.identity.needs_first_run(house.tenant.id).await.unwrap());
    let link = house.identity.first_run_link(&house.root()).await.unwrap().unwrap();
    let redeem = async || {
        let new = a_user("ada", &[]);
        let (caller, link) = (house.caller(), link.secret.expose());
        house.identity.redeem_first_run(&caller, house.tenant.id, link, new).await
    };
    let session = redeem().await.unwrap();
    let scope = house.enter(&session).await.unwrap();
    assert!(scope.may(Permission::UserManage));
    let ada = house.identity.user(&scope, session.user).await.unwrap();
    assert_eq!(ada.roles, [Role::GlobalAdministrator]);
    assert!(!house.identity.needs_first_run(house.tenant.id).await.unwrap());
    assert_eq!(code(redeem().await), "link.invalid");
    assert!(house.identity.first_run_link(&house.root()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_restart_makes_a_new_link_and_ends_the_old_one() {
    let house = House::new().await;
    let old = house.identity.first_run_link(&house.root()).await.unwrap().unwrap();
    let new = house.identity.first_run_link(&house.root()).await.unwrap().unwrap();
    let redeem = async |link: &Secret<String>| {
        let who = a_user("ada", &[]);
        let tenant = house.tenant.id;
        house.identity.redeem_first_run(&house.caller(), tenant, link.expose(), who).await
    };
    assert_eq!(code(redeem(&old.secret).await), "link.invalid");
    house.pass(24 * 3600);
    assert_eq!(code(redeem(&new.secret).await), "link.invalid");
    let fresh = house.identity.first_run_link(&house.root()).await.unwrap().unwrap();
    redeem(&fresh.secret).await.unwrap();
}

#[tokio::test]
async fn a_refused_form_leaves_the_link_as_it_was() {
    let house = House::new().await;
    let link = house.identity.first_run_link(&house.root()).await.unwrap().unwrap();
    let redeem = async |who: NewUser| {
        let tenant = house.tenant.id;
        house.identity.redeem_first_run(&house.caller(), tenant, link.secret.expose(), who).await
    };
    let weak = NewUser { password: Some(Secret::new("short".to_owned())), ..a_user("ada", &[]) };
    assert_eq!(code(redeem(weak).await), "input.invalid");
    let none = NewUser { password: None, ..a_user("ada", &[]) };
    assert_eq!(code(redeem(none).await), "input.invalid");
    redeem(a_user("ada", &[])).await.unwrap();
}

#[tokio::test]
async fn of_two_who_redeem_at_once_one_becomes_administrator() {
    let house = House::new().await;
    let link = house.identity.first_run_link(&house.root()).await.unwrap().unwrap();
    let redeem = async |name: &str| {
        let tenant = house.tenant.id;
        let who = a_user(name, &[]);
        house.identity.redeem_first_run(&house.caller(), tenant, link.secret.expose(), who).await
    };
    let (a, b) = tokio::join!(redeem("ada"), redeem("bob"));
    assert_eq!([a.is_ok(), b.is_ok()].into_iter().filter(|done| *done).count(), 1);
}
