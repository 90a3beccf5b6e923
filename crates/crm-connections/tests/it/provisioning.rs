//! The environment that the first sign-in makes, and who administers it.

use futures_util::future::join_all;
use identity::{Role, environments::EnvironmentKind};
use liaison_crm_connections::{Settings, VIVA};

use crate::house::{House, code};

#[tokio::test]
async fn fifty_first_sign_ins_provision_one_environment() {
    let house = House::new().await;
    let (system, admin) = (house.organisation().await, house.admin().await);
    assert!(house.crm.review(&admin).await.unwrap().is_none());
    let mut callbacks = Vec::new();
    let mut sellers: Vec<kernel::Scope> = Vec::new();
    for number in 0..50 {
        // One account of Salesforce serves for all: what counts is whose sign-in is the first here.
        let seller = if number < 5 {
            house.seller(&format!("seller{number}")).await
        } else {
            sellers[number % 5].clone()
        };
        let url = house.crm.begin_sign_in(&seller, system.id).await.unwrap();
        callbacks.push(house.visit(&url, "seller@example.com").await);
        sellers.push(seller);
    }
    let finish = callbacks.into_iter().zip(&sellers);
    let finish = finish.map(|(callback, seller)| house.crm.finish_sign_in(seller, callback));
    let outcomes = join_all(finish).await;
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    // Who signs in twice at the same moment may have to do it again; nobody fails for another reason.
    assert!(outcomes.iter().all(|one| matches!(code(one), "done" | "crm_connection.changed")));
    assert!(done >= 5, "{done}");
    let all = house.identity.environments(&admin).await.unwrap();
    let viva: Vec<_> = all.iter().filter(|one| one.name == VIVA).collect();
    assert_eq!(viva.len(), 1);
    assert_eq!(viva[0].kind, EnvironmentKind::Trial);
    let review = house.crm.review(&admin).await.unwrap().unwrap();
    assert_eq!(review.environment, viva[0].id);
    assert!(review.is_due());
}

#[tokio::test]
async fn whoever_administers_tenant_or_platform_is_on_the_list_and_the_seller_is_not() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    house.person("pat", &[Role::PlatformAdministrator]).await;
    let dana = house.person("dana", &[]).await;
    let predefined = Settings {
        predefined_administrators: vec!["dana".to_owned(), "nobody".to_owned()],
        ..Settings::default()
    };
    let hub = house.node(predefined);
    let url = hub.begin_sign_in(&seller, system.id).await.unwrap();
    let callback = house.visit(&url, "seller@example.com").await;
    hub.finish_sign_in(&seller, callback).await.unwrap();

    let admin = house.admin().await;
    let review = house.crm.review(&admin).await.unwrap().unwrap();
    let names: Vec<_> = review.administrators.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["ada", "dana", "pat"]);
    assert_eq!(review.provisioned_for, seller.user());
    assert!(house.records.session(&dana, VIVA).await.unwrap().access().administrator);
    assert_eq!(code(&house.crm.review(&seller).await), "permission.missing");

    let seen: Vec<_> = review.administrators.iter().map(|one| one.user).collect();
    assert_eq!(code(&house.crm.acknowledge(&admin, &seen[1..]).await), "crm_connection.changed");
    let review = house.crm.acknowledge(&admin, &seen).await.unwrap();
    assert!(!review.is_due());
    assert_eq!(review.acknowledged_by, admin.user());

    house.person("peer", &[Role::GlobalAdministrator]).await;
    let review = house.crm.review(&admin).await.unwrap().unwrap();
    let new: Vec<_> =
        review.administrators.iter().filter(|one| one.is_new).map(|one| &one.name).collect();
    assert_eq!(new, ["peer"]);
    assert!(review.is_due());
}

#[tokio::test]
async fn what_a_crash_left_is_finished_by_the_next_sign_in() {
    let house = House::new().await;
    let (system, seller) = (house.organisation().await, house.seller("sam").await);
    // The environment is there, and what should have followed is not.
    let root = house.system.scope(house.tenant.id, "test");
    let new = identity::environments::NewEnvironment {
        name: VIVA.to_owned(),
        kind: EnvironmentKind::Trial,
        crm_enabled: false,
    };
    let there = house.identity.create_environment(&root, new).await.unwrap();
    let admin = house.admin().await;
    assert!(house.crm.review(&admin).await.unwrap().is_none());
    house.sign_in(&seller, &system, "seller@example.com").await.unwrap();
    let review = house.crm.review(&admin).await.unwrap().unwrap();
    assert_eq!(review.environment, there.id);
    let session = house.records.session(&admin, VIVA).await.unwrap();
    assert!(session.model().table("msdyn_taggedrecord").is_some());
}
