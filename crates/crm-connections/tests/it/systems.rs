//! What administrators set up.

use identity::{Role, environments::EnvironmentKind};
use kernel::Secret;
use liaison_crm_connections::{NewSystem, SystemKind};

use crate::house::{House, code};

#[tokio::test]
async fn administrators_set_up_crms_and_nobody_else_does() {
    let house = House::new().await;
    let made = house.organisation().await;
    assert!(made.has_secret && made.enabled);
    let admin = house.admin().await;
    let again = house.crm.create_system(&admin, house.salesforce()).await;
    assert_eq!(code(&again), "crm_system.name_taken");
    for (name, role, expected) in [
        ("sally", Role::SalesAdministrator, "done"),
        ("pat", Role::PlatformAdministrator, "done"),
        ("max", Role::ConnectorMaker, "permission.missing"),
        ("sam", Role::Seller, "permission.missing"),
    ] {
        let scope = house.person(name, &[role]).await;
        let new = NewSystem { name: name.to_owned(), ..house.salesforce() };
        assert_eq!(code(&house.crm.create_system(&scope, new).await), expected, "{name}");
        assert_eq!(code(&house.crm.systems(&scope).await), expected, "{name}");
        assert_eq!(code(&house.crm.delete_system(&scope, made.id).await), expected, "{name}");
        if expected == "done" {
            assert_eq!(code(&house.crm.system(&scope, made.id).await), "crm_system.not_found");
            let admin = house.admin().await;
            let mut anew = house.salesforce();
            anew.name = format!("{name} anew");
            house.crm.create_system(&admin, anew).await.unwrap();
            break;
        }
    }
}

#[tokio::test]
async fn a_kept_secret_does_not_follow_an_address_that_moves() {
    let house = House::new().await;
    let (made, admin) = (house.organisation().await, house.admin().await);
    let moved = NewSystem {
        address: "evil.my.salesforce.com".to_owned(),
        client_secret: None,
        ..house.salesforce()
    };
    let refused = house.crm.update_system(&admin, made.id, moved.clone()).await;
    assert_eq!(code(&refused), "crm_system.invalid");
    let again = NewSystem { client_secret: Some(Secret::new("other".to_owned())), ..moved };
    house.crm.update_system(&admin, made.id, again).await.unwrap();
    let kept = house.crm.system(&admin, made.id).await.unwrap();
    assert_eq!(kept.address.unwrap().as_str(), "https://evil.my.salesforce.com/");
}

#[tokio::test]
async fn an_environment_of_the_hub_needs_the_sales_tables_and_no_sign_in() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller("sam").await);
    assert_eq!(code(&house.crm.of(&seller).await), "crm_connection.needed");
    let new = |name: &str, environment| NewSystem {
        name: name.to_owned(),
        kind: Some(SystemKind::Embedded),
        environment: Some(environment),
        enabled: true,
        ..NewSystem::default()
    };
    let trial = house.environment("Playground", EnvironmentKind::Trial).await;
    let sales = house.environment("Sales", EnvironmentKind::Production).await;
    house.crm.create_system(&admin, new("A playground", trial)).await.unwrap();
    let made = house.crm.create_system(&admin, new("Sales", sales)).await.unwrap();
    let mine = house.crm.mine(&seller).await.unwrap();
    let chosen: Vec<_> = mine.iter().filter(|one| one.chosen).map(|one| one.system.id).collect();
    assert_eq!(chosen, [made.id], "the one for production, although it is not the first");
    let theirs = house.crm.of(&admin).await.unwrap();
    assert_eq!(theirs.describe("account").await.unwrap().name, "account");
    let crm = house.crm.of(&seller).await.unwrap();
    assert_eq!(
        code(&crm.describe("account").await),
        "crm.object_hidden",
        "they have no role there"
    );
    assert_eq!(code(&house.crm.begin_sign_in(&seller, made.id).await), "provider.settings");

    // Who chose stays with it.
    house.crm.choose(&seller, mine[0].system.id).await.unwrap();
    let mine = house.crm.mine(&seller).await.unwrap();
    assert!(mine[0].chosen && !mine[1].chosen);
    house.crm.disconnect(&seller, mine[0].system.id).await.unwrap();
    assert!(house.crm.mine(&seller).await.unwrap()[1].chosen);
}
