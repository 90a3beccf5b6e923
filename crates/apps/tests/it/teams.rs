//! Apps in teams: uploads, consent, updates, connectors.

use apps::{Source, TeamConnector};
use kernel::{Actor, Permission};
use serde_json::json;

use crate::world::{TASKS, World, builds, code, documented, manifest, pack, tasks};

fn brief(connectors: &[TeamConnector]) -> Vec<(&str, Source, bool)> {
    connectors
        .iter()
        .map(|it| (it.name.as_str(), it.source, it.configuration_url.is_some()))
        .collect()
}

#[tokio::test]
async fn an_owner_installs_with_consent() {
    let w = World::new().await;
    let (ada, bob, admin) = (w.person("Ada").await, w.person("Bob").await, w.administrator().await);
    let team = w.team(&ada, "Sales").await;
    w.add(&ada, team, &bob).await;
    let id = w.published(&admin, tasks("1.0.0")).await.app.id;
    assert_eq!(code(w.apps.install(&bob, id, team, 1).await), "app.owners_only");
    assert_eq!(code(w.apps.install(&admin, id, team, 1).await), "team.not_found");
    assert_eq!(code(w.apps.install(&ada, id, team, 2).await), "app.consent_outdated");
    let service = testkit::scope(w.tenant, Actor::System { job: "test" }, Permission::ALL);
    assert_eq!(code(w.apps.install(&service, id, team, 1).await), "actor.person_needed");
    let made = w.apps.install(&ada, id, team, 1).await.unwrap();
    assert_eq!(made.installation.consented_by, ada.user());
    assert!(made.installation.asks.permissions.contains("identity"));
    // Members see it, and its connector is there.
    let seen = w.apps.apps_of_team(&bob, team).await.unwrap();
    assert_eq!((seen.len(), seen[0].update), (1, None));
    let connectors = w.apps.connectors_of_team(&bob, team).await.unwrap();
    assert_eq!(brief(&connectors), [("Tasks", Source::Installed, true)]);
    assert_eq!(connectors[0].connector_id, TASKS);
    assert_eq!(connectors[0].valid_domains, ["apps.contoso.example"]);
    w.apps.set_blocked(&admin, id, true).await.unwrap();
    assert_eq!(w.apps.connectors_of_team(&bob, team).await.unwrap(), []);
    w.apps.set_blocked(&admin, id, false).await.unwrap();
    assert_eq!(code(w.apps.uninstall(&bob, id, team).await), "app.owners_only");
    w.apps.uninstall(&ada, id, team).await.unwrap();
    assert_eq!(code(w.apps.uninstall(&ada, id, team).await), "app.not_installed");
    let (_, last) = w.events().await;
    assert_eq!((&last["action"], &last["team"]), (&json!("app.uninstall"), &json!(team)));
    assert_eq!(w.audit().await[..2], ["app.uninstall", "app.unblock"]);
}

#[tokio::test]
async fn an_update_that_asks_for_more_waits_for_consent() {
    let w = World::new().await;
    let (ada, admin) = (w.person("Ada").await, w.administrator().await);
    let team = w.team(&ada, "Sales").await;
    let id = w.published(&admin, tasks("1.0.0")).await.app.id;
    w.apps.install(&ada, id, team, 1).await.unwrap();
    // The same and less is taken over at once.
    w.published(&admin, tasks("1.1.0")).await;
    let seen = w.apps.apps_of_team(&ada, team).await.unwrap();
    assert_eq!((seen[0].installation.number, seen[0].update), (2, None));
    let mut greedy = manifest(TASKS, "1.2.0");
    greedy["validDomains"] = json!(["apps.contoso.example", "more.contoso.example"]);
    w.published(&admin, pack(&greedy)).await;
    let seen = w.apps.apps_of_team(&ada, team).await.unwrap();
    assert_eq!((seen[0].installation.number, seen[0].update), (2, Some(3)));
    assert_eq!(seen[0].version.version, "1.1.0");
    let connectors = w.apps.connectors_of_team(&ada, team).await.unwrap();
    assert_eq!(connectors[0].valid_domains, ["apps.contoso.example"]);
    w.later();
    w.apps.install(&ada, id, team, 3).await.unwrap();
    let seen = w.apps.apps_of_team(&ada, team).await.unwrap();
    assert_eq!((seen[0].version.version.as_str(), seen[0].update), ("1.2.0", None));
    assert!(seen[0].installation.consented_at > seen[0].installation.installed_at);
    assert_eq!(w.audit().await[0], "app.update");
}

#[tokio::test]
async fn an_upload_is_in_its_team_and_nowhere_else() {
    let w = World::new().await;
    let (ada, bob, admin) = (w.person("Ada").await, w.person("Bob").await, w.administrator().await);
    let (team, other) = (w.team(&ada, "Sales").await, w.team(&bob, "Others").await);
    assert_eq!(code(w.apps.upload(&bob, team, documented()).await), "team.not_found");
    let (made, findings) = w.apps.upload(&ada, team, documented()).await.unwrap();
    let warned: Vec<&str> = findings.iter().map(|it| it.rule.code()).collect();
    assert!(warned.contains(&"member.unknown") && warned.contains(&"version.form"), "{warned:?}");
    let id = made.app.id;
    let connectors = w.apps.connectors_of_team(&ada, team).await.unwrap();
    assert_eq!(brief(&connectors), [("Builds", Source::Uploaded, false)]);
    assert_eq!(w.apps.connectors_of_team(&bob, other).await.unwrap(), []);
    for stranger in [&bob, &w.foreigner()] {
        assert_eq!(code(w.apps.app(stranger, id).await), "app.not_found");
        let icon = &made.version.color_icon;
        assert_eq!(code(w.apps.icon(stranger, id, icon).await), "app.not_found");
    }
    assert_eq!(code(w.apps.install(&bob, id, other, 1).await), "app.not_found");
    assert_eq!(code(w.apps.approve(&admin, id, 1).await), "app.not_found");
    // The next version, and no lower one.
    assert_eq!(code(w.apps.upload(&ada, team, documented()).await), "app.version_not_higher");
    let (next, _) = w.apps.upload(&ada, team, builds("1.0.1")).await.unwrap();
    assert_eq!((next.app.id, next.version.number), (id, 2));
    assert_eq!(w.apps.apps_of_team(&ada, team).await.unwrap().len(), 1);
    w.apps.uninstall(&ada, id, team).await.unwrap();
    assert_eq!(w.files().await, 0);
    assert_eq!(code(w.apps.app(&ada, id).await), "app.not_found");
}

#[tokio::test]
async fn what_was_uploaded_hides_what_was_installed() {
    let w = World::new().await;
    let (ada, admin) = (w.person("Ada").await, w.administrator().await);
    let team = w.team(&ada, "Sales").await;
    let id = w.published(&admin, tasks("1.0.0")).await.app.id;
    w.apps.install(&ada, id, team, 1).await.unwrap();
    w.apps.upload(&ada, team, tasks("0.1.0")).await.unwrap();
    let connectors = w.apps.connectors_of_team(&ada, team).await.unwrap();
    assert_eq!(brief(&connectors), [("Tasks", Source::Uploaded, true)]);
    let seen = w.apps.apps_of_team(&ada, team).await.unwrap();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].version.version, "0.1.0");
}

#[tokio::test]
async fn nobody_outside_reads_the_apps_of_a_team() {
    let w = World::new().await;
    let (ada, bob) = (w.person("Ada").await, w.person("Bob").await);
    let team = w.team(&ada, "Sales").await;
    for stranger in [&bob, &w.foreigner()] {
        assert_eq!(code(w.apps.apps_of_team(stranger, team).await), "team.not_found");
        assert_eq!(code(w.apps.connectors_of_team(stranger, team).await), "team.not_found");
        assert_eq!(code(w.apps.upload(stranger, team, tasks("1.0.0")).await), "team.not_found");
    }
    let nobody = testkit::scope(w.tenant, Actor::User(ada.user().unwrap()), &[]);
    assert_eq!(code(w.apps.apps_of_team(&nobody, team).await), "permission.missing");
    assert_eq!(code(w.apps.upload(&nobody, team, tasks("1.0.0")).await), "permission.missing");
}
