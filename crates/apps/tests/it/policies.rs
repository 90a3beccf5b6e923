//! Setup policies: who has which apps.

use apps::{NewPolicy, PolicyApp};
use kernel::{AppId, Scope};

use crate::world::{World, builds, code, tasks};

fn policy(name: &str, apps: &[(AppId, bool)]) -> NewPolicy {
    let app = |(app, is_pinned): &(AppId, bool)| PolicyApp { app: *app, is_pinned: *is_pinned };
    NewPolicy {
        name: name.to_owned(),
        apps: apps.iter().map(app).collect(),
        ..NewPolicy::default()
    }
}

async fn mine(w: &World, scope: &Scope) -> Vec<(String, Option<usize>)> {
    let apps = w.apps.effective_apps(scope, None).await.unwrap();
    apps.into_iter().map(|it| (it.entry.version.about.en.name, it.pinned)).collect()
}

#[tokio::test]
async fn the_policy_of_the_lowest_rank_decides_and_joining_counts_at_once() {
    let w = World::new().await;
    let (ada, admin) = (w.person("Ada").await, w.administrator().await);
    let first = w.published(&admin, tasks("1.0.0")).await.app.id;
    let second = w.published(&admin, builds("1.0.0")).await.app.id;
    assert_eq!(mine(&w, &ada).await, []);
    let everyone = NewPolicy { everyone: true, ..policy("Everyone", &[(first, false)]) };
    w.apps.create_policy(&admin, everyone).await.unwrap();
    assert_eq!(mine(&w, &ada).await, [("Tasks".to_owned(), None)]);
    let sales = w.group("Sales", &[]).await;
    let both = policy("Sellers", &[(first, false), (second, true)]);
    let both = NewPolicy { groups: vec![(sales, 2)], ..both };
    let sellers = w.apps.create_policy(&admin, both).await.unwrap();
    assert_eq!(sellers.groups[0].name, "Sales");
    let job = w.system.scope(w.tenant, "test");
    w.identity.add_member(&job, sales, ada.user().unwrap()).await.unwrap();
    assert_eq!(mine(&w, &ada).await, [("Builds".to_owned(), Some(0)), ("Tasks".to_owned(), None)]);
    let leads = w.group("Leads", &[&ada]).await;
    let none = NewPolicy { groups: vec![(leads, 1)], ..policy("Leads", &[]) };
    w.apps.create_policy(&admin, none).await.unwrap();
    assert_eq!(mine(&w, &ada).await, []);
    w.identity.remove_member(&job, leads, ada.user().unwrap()).await.unwrap();
    w.apps.set_blocked(&admin, second, true).await.unwrap();
    assert_eq!(mine(&w, &ada).await, [("Tasks".to_owned(), None)]);
    // An administrator may look; nobody else.
    let user = ada.user();
    assert_eq!(w.apps.effective_apps(&admin, user).await.unwrap().len(), 1);
    assert_eq!(code(w.apps.effective_apps(&ada, admin.user()).await), "permission.missing");
}

#[tokio::test]
async fn a_policy_is_changed_and_deleted_with_its_audit() {
    let w = World::new().await;
    let (ada, admin) = (w.person("Ada").await, w.administrator().await);
    let app = w.published(&admin, tasks("1.0.0")).await.app.id;
    assert_eq!(code(w.apps.create_policy(&ada, policy("A", &[])).await), "permission.missing");
    assert_eq!(code(w.apps.policies(&ada).await), "permission.missing");
    let made = w.apps.create_policy(&admin, policy(" Sellers ", &[(app, true)])).await.unwrap();
    assert_eq!(made.name, "Sellers");
    assert_eq!(code(w.apps.create_policy(&admin, policy("SELLERS", &[])).await), "name.taken");
    let everyone = NewPolicy { everyone: true, ..policy("A", &[]) };
    let everyone = w.apps.create_policy(&admin, everyone).await.unwrap();
    let group = w.group("Sales", &[]).await;
    let to = NewPolicy { everyone: true, groups: vec![(group, 1)], ..policy("Sellers", &[]) };
    let after = w.apps.replace_policy(&admin, made.id, to).await.unwrap();
    assert_eq!((after.apps.len(), after.groups.len(), after.everyone), (0, 1, true));
    // One policy at most is everyone's.
    assert!(!w.apps.policy(&admin, everyone.id).await.unwrap().everyone);
    w.apps.delete_policy(&admin, made.id).await.unwrap();
    assert_eq!(code(w.apps.policy(&admin, made.id).await), "setup_policy.not_found");
    assert_eq!(
        code(w.apps.delete_policy(&w.foreigner(), everyone.id).await),
        "setup_policy.not_found"
    );
    let actions = w.audit().await;
    assert_eq!(
        actions[..4],
        [
            "setup_policy.delete",
            "setup_policy.update",
            "setup_policy.create",
            "setup_policy.create"
        ]
    );
}

#[tokio::test]
async fn a_policy_names_published_apps_and_real_groups() {
    let w = World::new().await;
    let admin = w.administrator().await;
    let (entry, _) = w.apps.submit(&admin, tasks("1.0.0"), None).await.unwrap();
    let waiting = entry.app.id;
    let wrong = NewPolicy {
        groups: vec![(uuid::Uuid::nil().into(), 1)],
        ..policy("", &[(waiting, true), (waiting, true)])
    };
    let refused = w.apps.create_policy(&admin, wrong).await;
    let Err(apps::Error::Invalid { fields }) = refused else { panic!("{refused:?}") };
    let told: Vec<(&str, &str)> = fields.iter().map(|it| (it.pointer.as_ref(), it.code)).collect();
    assert_eq!(
        told,
        [
            ("/name", "name.empty"),
            ("/apps/0", "app.not_published"),
            ("/apps/1", "app.not_published"),
            ("/apps/1", "items.repeated"),
            ("/groups/0", "group.not_found"),
        ]
    );
}

#[tokio::test]
async fn an_app_of_a_policy_is_removed_knowingly() {
    let w = World::new().await;
    let admin = w.administrator().await;
    let app = w.published(&admin, tasks("1.0.0")).await.app.id;
    let made = w.apps.create_policy(&admin, policy("Sellers", &[(app, true)])).await.unwrap();
    assert_eq!(code(w.apps.remove(&admin, app, false).await), "app.in_use");
    w.apps.remove(&admin, app, true).await.unwrap();
    assert_eq!(w.apps.policy(&admin, made.id).await.unwrap().apps, []);
}
