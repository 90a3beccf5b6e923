//! The catalogue: submit, approve, publish, update, block, remove.

use app_packages::Capability;
use apps::{Error, Filter, Settings, VersionState};
use kernel::{Limit, Scope};
use serde_json::json;

use crate::world::{BUILDS, TASKS, World, builds, code, documented, manifest, pack, tasks};

async fn names(w: &World, scope: &Scope, filter: Filter) -> Vec<String> {
    let page = w.apps.catalogue(scope, filter, None, Limit::default()).await.unwrap();
    page.items.into_iter().map(|it| it.version.about.en.name).collect()
}

#[tokio::test]
async fn a_package_goes_its_way_into_the_catalogue() {
    let w = World::new().await;
    let (ada, bob, admin) = (w.person("Ada").await, w.person("Bob").await, w.administrator().await);
    let (entry, findings) = w.apps.submit(&ada, tasks("1.0.0"), None).await.unwrap();
    assert_eq!((findings, entry.waiting), (Vec::new(), Some(1)));
    assert_eq!(entry.version.state, VersionState::Submitted);
    let id = entry.app.id;
    // Who brought it sees it wait; nobody else does.
    assert_eq!(w.apps.app(&ada, id).await.unwrap().waiting, Some(1));
    assert_eq!(code(w.apps.app(&bob, id).await), "app.not_found");
    assert_eq!(names(&w, &bob, Filter::default()).await, Vec::<String>::new());
    assert_eq!(code(w.apps.approve(&ada, id, 1).await), "permission.missing");
    assert_eq!(code(w.apps.publish(&admin, id, 1).await), "app.wrong_state");
    w.apps.approve(&admin, id, 1).await.unwrap();
    assert_eq!(code(w.apps.approve(&admin, id, 1).await), "app.wrong_state");
    let entry = w.apps.publish(&admin, id, 1).await.unwrap();
    assert_eq!((entry.app.current, entry.waiting), (Some(1), None));
    assert_eq!(names(&w, &bob, Filter::default()).await, ["Tasks"]);
    let seen = w.apps.app(&bob, id).await.unwrap();
    let icon = w.apps.icon(&bob, id, &seen.version.color_icon).await.unwrap();
    assert!(icon.bytes.starts_with(b"\x89PNG"));
    assert_eq!(code(w.apps.icon(&bob, id, &seen.version.package).await), "app.not_found");
    assert_eq!(code(w.apps.versions(&bob, id).await), "app.not_found");
    assert_eq!(code(w.apps.package(&bob, id, 1).await), "app.not_found");
    assert_eq!(w.apps.package(&ada, id, 1).await.unwrap(), tasks("1.0.0"));
    assert_eq!(w.audit().await, ["app.publish", "app.approve", "app.submit"]);
    let (count, last) = w.events().await;
    assert_eq!((count, &last["action"], &last["number"]), (3, &json!("app.publish"), &json!(1)));
}

#[tokio::test]
async fn a_version_rises_and_the_identifier_stays() {
    let w = World::new().await;
    let admin = w.administrator().await;
    let id = w.published(&admin, tasks("1.1.0")).await.app.id;
    for lower in ["1.1.0", "1.0.9", "0.9.0"] {
        assert_eq!(code(w.apps.submit(&admin, tasks(lower), None).await), "app.version_not_higher");
    }
    assert_eq!(code(w.apps.submit(&admin, builds("2.0.0"), Some(id)).await), "app.other_app");
    let (entry, _) = w.apps.submit(&admin, tasks("1.10.0"), Some(id)).await.unwrap();
    // The published one is shown until the next is published.
    assert_eq!((entry.version.number, entry.waiting), (1, Some(2)));
    assert_eq!(code(w.apps.submit(&admin, tasks("1.9.0"), None).await), "app.version_not_higher");
    w.apps.reject(&admin, id, 2, "Ask for less").await.unwrap();
    let versions = w.apps.versions(&admin, id).await.unwrap();
    assert_eq!(versions[0].reason.as_deref(), Some("Ask for less"));
    // What was rejected does not count.
    let (entry, _) = w.apps.submit(&admin, tasks("1.9.0"), None).await.unwrap();
    assert_eq!(entry.waiting, Some(3));
    w.apps.approve(&admin, id, 3).await.unwrap();
    assert_eq!(w.apps.publish(&admin, id, 3).await.unwrap().version.version, "1.9.0");
    w.apps.approve(&admin, id, 2).await.unwrap();
    assert_eq!(code(w.apps.publish(&admin, id, 2).await), "app.wrong_state");
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_with_its_place() {
    let w = World::new().await;
    let ada = w.person("Ada").await;
    let mut broken = manifest(TASKS, "1.0");
    broken["validDomains"] = json!(["*"]);
    let refused = w.apps.submit(&ada, pack(&broken), None).await;
    let Err(Error::Refused { fields, .. }) = refused else { panic!("{refused:?}") };
    let told: Vec<(&str, &str)> = fields.iter().map(|it| (it.code, it.pointer.as_ref())).collect();
    assert!(told.contains(&("version.form", "/version")), "{told:?}");
    assert!(told.contains(&("domain.wildcard", "/validDomains/0")), "{told:?}");
    assert!(fields.iter().all(|it| it.detail.contains(". ")), "{fields:?}");
    assert_eq!(code(w.apps.submit(&ada, documented(), None).await), "app.package_refused");
    assert_eq!(code(w.apps.submit(&ada, b"PK".to_vec(), None).await), "app.package_refused");
    assert_eq!((w.files().await, w.audit().await.len()), (0, 0));
}

#[tokio::test]
async fn a_blocked_app_goes_nowhere() {
    let w = World::new().await;
    let (ada, admin) = (w.person("Ada").await, w.administrator().await);
    let team = w.team(&ada, "Sales").await;
    let id = w.published(&admin, tasks("1.0.0")).await.app.id;
    assert_eq!(code(w.apps.set_blocked(&ada, id, true).await), "permission.missing");
    w.apps.set_blocked(&admin, id, true).await.unwrap();
    assert_eq!(names(&w, &ada, Filter::default()).await, Vec::<String>::new());
    assert_eq!(code(w.apps.install(&ada, id, team, 1).await), "app.blocked");
    assert_eq!(code(w.apps.submit(&admin, tasks("2.0.0"), None).await), "app.blocked");
    // The other way in is closed too.
    assert_eq!(code(w.apps.upload(&ada, team, tasks("2.0.0")).await), "app.blocked");
    w.apps.set_blocked(&admin, id, false).await.unwrap();
    w.apps.install(&ada, id, team, 1).await.unwrap();
}

#[tokio::test]
async fn an_app_in_use_is_removed_knowingly() {
    let w = World::new().await;
    let (ada, admin) = (w.person("Ada").await, w.administrator().await);
    let team = w.team(&ada, "Sales").await;
    let id = w.published(&admin, tasks("1.0.0")).await.app.id;
    w.apps.install(&ada, id, team, 1).await.unwrap();
    let refused = w.apps.remove(&admin, id, false).await;
    let Err(Error::InUse { dependents, fields }) = refused else { panic!("{refused:?}") };
    assert_eq!((dependents.team_count, fields.len()), (1, 1));
    assert_eq!(code(w.apps.remove(&ada, id, true).await), "permission.missing");
    w.apps.remove(&admin, id, true).await.unwrap();
    assert_eq!(w.apps.apps_of_team(&ada, team).await.unwrap(), []);
    assert_eq!(code(w.apps.app(&admin, id).await), "app.not_found");
    // Nothing of it is left, not even its bytes.
    assert_eq!(w.files().await, 0);
    // Who submitted may take back what was never published.
    let (entry, _) = w.apps.submit(&ada, builds("1.0.0"), None).await.unwrap();
    w.apps.remove(&ada, entry.app.id, false).await.unwrap();
}

#[tokio::test]
async fn the_catalogue_is_searched_filtered_and_paged() {
    let w = World::new().await;
    let (ada, admin) = (w.person("Ada").await, w.administrator().await);
    w.published(&admin, tasks("1.0.0")).await;
    let mut tabs = manifest(BUILDS, "1.0.0");
    let members = tabs.as_object_mut().unwrap();
    members.remove("connectors");
    members.insert(
        "staticTabs".to_owned(),
        json!([{ "entityId": "a", "name": "A", "contentUrl": "https://apps.contoso.example/", "scopes": ["personal"] }]),
    );
    w.published(&admin, pack(&tabs)).await;
    assert_eq!(names(&w, &ada, Filter::default()).await, ["Builds", "Tasks"]);
    let search = Filter { search: "TAS".to_owned(), ..Filter::default() };
    assert_eq!(names(&w, &ada, search).await, ["Tasks"]);
    let search = Filter { search: "%".to_owned(), ..Filter::default() };
    assert_eq!(names(&w, &ada, search).await, Vec::<String>::new());
    for (capability, expected) in [(Capability::Connectors, "Tasks"), (Capability::Tabs, "Builds")]
    {
        let filter = Filter { capability: Some(capability), ..Filter::default() };
        assert_eq!(names(&w, &ada, filter).await, [expected]);
    }
    let one = Limit::new(1).unwrap();
    let page = w.apps.catalogue(&ada, Filter::default(), None, one).await.unwrap();
    let next = w.apps.catalogue(&ada, Filter::default(), page.next.as_ref(), one).await.unwrap();
    assert_eq!(next.items[0].version.about.en.name, "Tasks");
    assert_eq!(next.next, None);
    let all = Filter { all: true, ..Filter::default() };
    assert_eq!(code(w.apps.catalogue(&ada, all, None, one).await), "permission.missing");
}

#[tokio::test]
async fn another_tenant_knows_of_nothing() {
    let w = World::new().await;
    let (admin, other) = (w.administrator().await, w.foreigner());
    let id = w.published(&admin, tasks("1.0.0")).await.app.id;
    assert_eq!(code(w.apps.app(&other, id).await), "app.not_found");
    assert_eq!(code(w.apps.versions(&other, id).await), "app.not_found");
    assert_eq!(code(w.apps.package(&other, id, 1).await), "app.not_found");
    assert_eq!(code(w.apps.approve(&other, id, 1).await), "app.not_found");
    assert_eq!(code(w.apps.set_blocked(&other, id, true).await), "app.not_found");
    assert_eq!(code(w.apps.dependents(&other, id).await), "app.not_found");
    assert_eq!(code(w.apps.remove(&other, id, true).await), "app.not_found");
    assert_eq!(code(w.apps.submit(&other, tasks("2.0.0"), Some(id)).await), "app.not_found");
    assert_eq!(
        names(&w, &other, Filter { all: true, ..Filter::default() }).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn old_versions_go_and_what_is_in_use_stays() {
    let w = World::with(Settings { kept_versions: 2, ..Settings::default() }).await;
    let (ada, admin) = (w.person("Ada").await, w.administrator().await);
    let team = w.team(&ada, "Sales").await;
    let id = w.published(&admin, tasks("1.0.0")).await.app.id;
    w.apps.install(&ada, id, team, 1).await.unwrap();
    for minor in 1..6 {
        // Each asks for more, so the team stays where it is.
        let mut next = manifest(TASKS, &format!("1.{minor}.0"));
        next["permissions"] = json!(["identity", "messageTeamMembers"]);
        w.published(&admin, pack(&next)).await;
    }
    let kept: Vec<i64> =
        w.apps.versions(&admin, id).await.unwrap().iter().map(|it| it.number).collect();
    assert_eq!(kept, [6, 5, 1]);
    // Three packages and one pair of icons: the same bytes are kept once.
    assert_eq!(w.files().await, 5);
}

#[tokio::test]
async fn the_catalogue_is_bounded() {
    let settings = Settings { max_catalogue_apps: 1, quota_bytes: 1, ..Settings::default() };
    let w = World::with(settings).await;
    let ada = w.person("Ada").await;
    assert_eq!(code(w.apps.submit(&ada, tasks("1.0.0"), None).await), "app.quota_exceeded");
    assert_eq!(w.files().await, 0);
    let w = World::with(Settings { quota_bytes: 1 << 30, ..settings }).await;
    let ada = w.person("Ada").await;
    w.apps.submit(&ada, tasks("1.0.0"), None).await.unwrap();
    assert_eq!(code(w.apps.submit(&ada, builds("1.0.0"), None).await), "app.too_many");
}
