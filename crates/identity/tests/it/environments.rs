use kernel::{EnvironmentId, Language};
use liaison_identity::{
    Role, Thing,
    environments::{self, EnvironmentKind, EnvironmentPatch, NewEnvironment, default_of},
    tenants::NewTenant,
};

use crate::house::{House, code};

fn a_sandbox(name: &str) -> NewEnvironment {
    NewEnvironment { name: name.to_owned(), kind: EnvironmentKind::Sandbox, crm_enabled: false }
}

fn renamed(name: &str) -> EnvironmentPatch {
    EnvironmentPatch { name: Some(name.to_owned()), ..EnvironmentPatch::default() }
}

#[tokio::test]
async fn a_tenant_starts_with_a_default_environment_without_sales_tables() {
    let house = House::new().await;
    let (_, seller) = house.person("bob", &[Role::Seller]).await;
    let all = house.identity.environments(&seller).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].id, default_of(house.tenant.id));
    assert_eq!(all[0].kind, EnvironmentKind::Default);
    assert!(!all[0].crm_enabled);
    assert_eq!(house.identity.environment(&seller, all[0].id).await.unwrap(), all[0]);
}

#[tokio::test]
async fn names_are_unique_in_a_tenant_whatever_their_case() {
    let house = House::new().await;
    let (_, maker) = house.person("max", &[Role::EnvironmentMaker]).await;
    let i = &house.identity;
    let made = i.create_environment(&maker, a_sandbox("Équipe Nord")).await.unwrap();
    let again = i.create_environment(&maker, a_sandbox("équipe NORD")).await;
    assert_eq!(code(again), "environment.taken");
    assert_eq!(
        code(i.update_environment(&maker, made.id, renamed("DEFAULT")).await),
        "environment.taken"
    );
    let own_case = i.update_environment(&maker, made.id, renamed("ÉQUIPE nord")).await.unwrap();
    assert_eq!(own_case.name, "ÉQUIPE nord");
    assert_eq!(i.find_environment_by_name(&maker, "équipe nord").await.unwrap().id, made.id);
    assert_eq!(code(i.find_environment_by_name(&maker, "nord").await), "environment.not_found");
    let elsewhere = NewTenant { name: "Fabrikam".to_owned(), language: Language::Fr, host: None };
    let elsewhere = house.system.create_tenant(elsewhere).await.unwrap();
    let there = house.system.scope(elsewhere.id, "test");
    i.create_environment(&there, a_sandbox("équipe nord")).await.unwrap();
}

#[tokio::test]
async fn the_default_environment_cannot_be_deleted_and_others_end_with_an_event() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let i = &house.identity;
    let first = default_of(house.tenant.id);
    assert_eq!(code(i.end_environment(&admin, first).await), "environment.default");
    let made = i.create_environment(&admin, a_sandbox("Trials")).await.unwrap();
    i.end_environment(&admin, made.id).await.unwrap();
    assert_eq!(code(i.environment(&admin, made.id).await), "environment.not_found");
    assert_eq!(code(i.end_environment(&admin, made.id).await), "environment.not_found");
    let stream = house.tenant.id.uuid();
    let db = house.store.db();
    let events = db.read_one(&admin, move |tx| {
        event_log::read_after(tx, environments::DELETED, stream, 0, 10)
    });
    let events = events.await.unwrap();
    assert_eq!(events.len(), 1);
    assert!(events[0].meta.contains(&made.id.to_string()));
}

#[tokio::test]
async fn only_makers_change_environments_and_only_in_their_tenant() {
    let house = House::new().await;
    let (_, seller) = house.person("bob", &[Role::Seller]).await;
    let (_, maker) = house.person("max", &[Role::EnvironmentMaker]).await;
    let i = &house.identity;
    assert_eq!(code(i.create_environment(&seller, a_sandbox("Mine")).await), "permission.missing");
    let made = i.create_environment(&maker, a_sandbox("Mine")).await.unwrap();
    assert_eq!(made.created_by, maker.user());
    assert_eq!(
        code(i.update_environment(&seller, made.id, renamed("X")).await),
        "permission.missing"
    );
    assert_eq!(code(i.end_environment(&seller, made.id).await), "permission.missing");
    let elsewhere = NewTenant { name: "Fabrikam".to_owned(), language: Language::Fr, host: None };
    let elsewhere = house.system.create_tenant(elsewhere).await.unwrap();
    let there = house.system.scope(elsewhere.id, "test");
    assert_eq!(code(i.environment(&there, made.id).await), "environment.not_found");
    assert_eq!(
        code(i.update_environment(&there, made.id, renamed("X")).await),
        "environment.not_found"
    );
    assert_eq!(code(i.end_environment(&there, made.id).await), "environment.not_found");
    assert_eq!(i.environments(&there).await.unwrap().len(), 1);
}

#[tokio::test]
async fn sales_tables_come_and_stay() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let i = &house.identity;
    let first = default_of(house.tenant.id);
    let crm = |on| EnvironmentPatch { crm_enabled: Some(on), ..EnvironmentPatch::default() };
    assert!(i.update_environment(&admin, first, crm(true)).await.unwrap().crm_enabled);
    assert_eq!(code(i.update_environment(&admin, first, crm(false)).await), "input.invalid");
    let second = NewEnvironment { kind: EnvironmentKind::Default, ..a_sandbox("Second") };
    assert_eq!(code(i.create_environment(&admin, second).await), "input.invalid");
    let unknown: EnvironmentId = house.ids.fresh();
    let missing = i.environment(&admin, unknown).await;
    assert!(matches!(missing, Err(liaison_identity::Error::Unknown(Thing::Environment))));
}
