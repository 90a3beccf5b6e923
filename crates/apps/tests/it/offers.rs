//! What the operator offers to every tenant.

use apps::{Filter, Origin, Source, VersionState};
use kernel::{Limit, Permission};

use crate::world::{World, builds, code, tasks};

#[tokio::test]
async fn an_offer_reaches_every_tenant_and_each_decides() {
    let w = World::new().await;
    let admin = w.administrator().await;
    let id = w.published(&admin, tasks("1.0.0")).await.app.id;
    assert_eq!(code(w.apps.set_offered(&admin, id, true).await), "permission.missing");
    let operator = w.job(w.tenant);
    let other = w.second_tenant().await;
    let came = w.apps.set_offered(&operator, id, true).await.unwrap();
    assert_eq!((came.added, came.kept_out), (1, 0));
    assert_eq!(w.apps.reconcile().await.unwrap().added, 0);
    // There it waits for the administrator of that tenant.
    let there = w.administrator_of(other).await;
    let all = Filter { all: true, ..Filter::default() };
    let page = w.apps.catalogue(&there, all, None, Limit::default()).await.unwrap();
    let entry = &page.items[0];
    assert_eq!((entry.app.origin, entry.version.state), (Origin::Offer, VersionState::Approved));
    assert_eq!(entry.app.current, None);
    let copy = entry.app.id;
    assert_ne!(copy, id);
    let ada = w
        .person_of(
            other,
            "Ada",
            &[Permission::MessageRead, Permission::TeamCreate, Permission::AppInstall],
        )
        .await;
    let team = w.team(&ada, "Ventes").await;
    assert_eq!(code(w.apps.install(&ada, copy, team, 1).await), "app.not_published");
    w.apps.publish(&there, copy, 1).await.unwrap();
    w.apps.install(&ada, copy, team, 1).await.unwrap();
    let connectors = w.apps.connectors_of_team(&ada, team).await.unwrap();
    assert_eq!(connectors[0].source, Source::Offered);
    // The original stays another tenant's.
    assert_eq!(code(w.apps.app(&there, id).await), "app.not_found");
    assert_eq!(code(w.apps.submit(&there, tasks("2.0.0"), None).await), "app.not_published");
    // A newer version waits there too.
    w.published(&admin, tasks("1.1.0")).await;
    assert_eq!(w.apps.reconcile().await.unwrap().updated, 1);
    assert_eq!(w.apps.app(&there, copy).await.unwrap().waiting, Some(2));
    assert_eq!(
        w.apps.remove(&admin, id, false).await.map_err(|it| it.to_string()),
        Err("the app is in use".to_owned())
    );
    // Withdrawn: what is installed stays, nobody installs it anew.
    assert_eq!(w.apps.set_offered(&operator, id, false).await.unwrap().withdrawn, 1);
    assert!(w.apps.app(&there, copy).await.unwrap().app.is_withdrawn);
    assert_eq!(w.apps.connectors_of_team(&ada, team).await.unwrap().len(), 1);
    let second = w.team(&ada, "Achats").await;
    assert_eq!(code(w.apps.install(&ada, copy, second, 1).await), "app.not_published");
    assert_eq!(w.apps.set_offered(&operator, id, true).await.unwrap().withdrawn, 0);
    assert!(!w.apps.app(&there, copy).await.unwrap().app.is_withdrawn);
}

#[tokio::test]
async fn a_tenant_that_comes_later_or_has_it_already() {
    let w = World::new().await;
    let admin = w.administrator().await;
    let (first, second) = (
        w.published(&admin, tasks("1.0.0")).await.app.id,
        w.published(&admin, builds("1.0.0")).await.app.id,
    );
    let operator = w.job(w.tenant);
    w.apps.set_offered(&operator, first, true).await.unwrap();
    let other = w.second_tenant().await;
    let there = w.administrator_of(other).await;
    w.published(&there, builds("3.0.0")).await;
    let came = w.apps.set_offered(&operator, second, true).await.unwrap();
    assert_eq!((came.added, came.kept_out), (1, 1));
    // Nobody has it: withdrawn, it is gone.
    w.apps.set_offered(&operator, first, false).await.unwrap();
    let all = Filter { all: true, ..Filter::default() };
    let page = w.apps.catalogue(&there, all, None, Limit::default()).await.unwrap();
    let names: Vec<_> = page.items.iter().map(|it| it.version.version.as_str()).collect();
    assert_eq!(names, ["3.0.0"]);
}

#[tokio::test]
async fn only_what_is_published_is_offered() {
    let w = World::new().await;
    let admin = w.administrator().await;
    let (entry, _) = w.apps.submit(&admin, tasks("1.0.0"), None).await.unwrap();
    let operator = w.job(w.tenant);
    assert_eq!(code(w.apps.set_offered(&operator, entry.app.id, true).await), "app.not_published");
    let missing = uuid::Uuid::nil().into();
    assert_eq!(code(w.apps.set_offered(&operator, missing, true).await), "app.not_found");
}
