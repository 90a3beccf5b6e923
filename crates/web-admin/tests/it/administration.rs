//! What administrators do, without script.

use http::StatusCode;
use identity::Role;
use web_proof::{Browser, House, Page};

use crate::house;

async fn administrator(house: &House) -> Browser {
    house.browser("ada", &[Role::GlobalAdministrator]).await
}

fn is_done(page: &Page) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
}

#[tokio::test]
async fn each_role_opens_its_own_part_of_the_administration() {
    let house = house().await;
    let seller = house.browser("sam", &[Role::Seller]).await;
    let teams = house.browser("tom", &[Role::TeamsAdministrator]).await;
    for path in ["/admin", "/admin/users", "/admin/audit", "/admin/audit/export"] {
        assert_eq!(house.get(&seller, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let overview = house.get(&teams, "/admin").await;
    assert!(overview.html.contains(r#"href="/admin/groups""#), "{}", overview.html);
    assert!(!overview.html.contains(r#"href="/admin/users""#), "{}", overview.html);
    assert_eq!(house.get(&teams, "/admin/connectors").await.status, StatusCode::OK);
    assert_eq!(house.get(&teams, "/admin/users").await.status, StatusCode::FORBIDDEN);
    let fields = [("display_name", "Eve"), ("user_name", "eve"), ("roles", "global_administrator")];
    let refused = house.post(&teams, "/admin/users", &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.html);
}

#[tokio::test]
async fn a_user_without_a_password_gets_a_link_that_is_shown_once() {
    let house = house().await;
    let ada = administrator(&house).await;
    let fields = [("display_name", "Zoé"), ("user_name", "zoe"), ("roles", "seller")];
    let made = house.post(&ada, "/admin/users", &fields).await;
    assert!(made.html.contains("/password-link?link="), "{}", made.html);
    let again = house.post(&ada, "/admin/users", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.html);
    assert!(again.html.contains(r#"value="zoe""#), "what was typed stays");
    let list = house.get(&ada, "/admin/users?q=zo").await;
    assert!(!list.html.contains("password-link"), "{}", list.html);
    let user =
        format!("/admin/users/{}", list.between(r#"class="strong" href="/admin/users/"#, "\""));
    is_done(&house.post(&ada, &format!("{user}/state"), &[("state", "locked")]).await);
    assert!(house.get(&ada, "/admin/users?state=locked").await.html.contains("Zoé"));
    is_done(&house.post(&ada, &format!("{user}/delete"), &[]).await);
    assert_eq!(house.get(&ada, &user).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_audit_is_filtered_and_exported() {
    let house = house().await;
    let ada = administrator(&house).await;
    is_done(&house.post(&ada, "/admin/groups", &[("name", "Sales")]).await);
    let groups = house.get(&ada, "/admin/audit?action=group&actor=ada").await;
    assert!(groups.html.contains("created a group"), "{}", groups.html);
    assert!(!groups.html.contains("created a user"), "{}", groups.html);
    let nobody = house.get(&ada, "/admin/audit?actor=nobody-at-all").await;
    assert!(nobody.html.contains("Nobody has this name"), "{}", nobody.html);
    let csv = house.get(&ada, "/admin/audit/export?format=csv&action=group").await;
    let kind = csv.headers.get("content-type").unwrap().to_str().unwrap();
    assert!(kind.starts_with("text/csv"), "{kind}");
    assert_eq!(csv.html.lines().count(), 2, "{}", csv.html);
    let lines = house.get(&ada, "/admin/audit/export?format=jsonl").await;
    for line in lines.html.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    assert!(lines.html.contains("audit.export"), "the export before is in the audit");
}

#[tokio::test]
async fn a_role_that_asks_for_a_second_factor_leads_to_where_it_is_set_up() {
    let house = house().await;
    let ada = administrator(&house).await;
    let fields = [("name", "Contoso"), ("second_factor_roles", "global_administrator")];
    is_done(&house.post(&ada, "/admin/organisation", &fields).await);
    let kept_out = house.get(&ada, "/admin/users").await;
    assert_eq!(
        (kept_out.status, kept_out.location()),
        (StatusCode::SEE_OTHER, "/profile/security")
    );
}

#[tokio::test]
async fn a_group_gives_roles_and_people_are_found_by_them() {
    let house = house().await;
    let ada = administrator(&house).await;
    let zoe = house.user("zoe", &[]).await;
    let made = house.post(&ada, "/admin/groups", &[("name", "Teams")]).await;
    is_done(&made);
    let group = made.location().to_owned();
    is_done(&house.post(&ada, &format!("{group}/members"), &[("person", "zoe")]).await);
    let roles = [("roles", "teams_administrator"), ("roles", "seller")];
    is_done(&house.post(&ada, &format!("{group}/roles"), &roles).await);
    let found = house.get(&ada, "/admin/users?role=teams_administrator").await;
    assert!(found.html.contains(&format!("/admin/users/{}", zoe.id)), "{}", found.html);
    assert!(
        !house
            .get(&ada, "/admin/users?role=connector_maker")
            .await
            .html
            .contains(r#"id="user-rows""#)
    );
    let page = house.get(&ada, &format!("/admin/users/{}", zoe.id)).await;
    assert!(page.html.contains("Also through groups"), "{}", page.html);
    is_done(&house.post(&ada, &format!("{group}/roles"), &[("roles", "seller")]).await);
    let gone = house.get(&ada, "/admin/users?role=teams_administrator").await;
    assert!(!gone.html.contains(r#"id="user-rows""#), "{}", gone.html);
    // Who manages groups alone neither sees nor gives roles.
    let tom = house.browser("tom", &[Role::TeamsAdministrator]).await;
    assert!(!house.get(&tom, &group).await.html.contains("/roles\""));
    let refused = house.post(&tom, &format!("{group}/roles"), &roles).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_licence_is_changed_and_deleted_once_nobody_holds_it() {
    let house = house().await;
    let ada = administrator(&house).await;
    let made = house.post(&ada, "/admin/licences", &[("name", "Sales"), ("seats", "2")]).await;
    let licence = made.location().to_owned();
    is_done(&house.post(&ada, &licence, &[("person", "ada")]).await);
    let settings = format!("{licence}/settings");
    is_done(&house.post(&ada, &settings, &[("name", "Ventes"), ("seats", "1")]).await);
    let page = house.get(&ada, &licence).await;
    assert!(page.html.contains("Ventes") && page.html.contains("disabled title="), "{}", page.html);
    let refused = house.post(&ada, &settings, &[("name", "Ventes"), ("seats", "none")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let held = house.post(&ada, &format!("{licence}/delete"), &[]).await;
    assert_eq!(held.status, StatusCode::CONFLICT, "{}", held.html);
    let holder = page.between("name=\"holder\" value=\"", "\"").to_owned();
    let gone = [("kind", "user"), ("holder", holder.as_str())];
    is_done(&house.post(&ada, &format!("{licence}/remove"), &gone).await);
    is_done(&house.post(&ada, &format!("{licence}/delete"), &[]).await);
    assert_eq!(house.get(&ada, &licence).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_organisation_gets_a_host_name_and_a_mistake_is_said_beside_it() {
    let house = house().await;
    let ada = administrator(&house).await;
    let organisation = |host| [("name", "Contoso"), ("language", "en"), ("host", host)];
    is_done(&house.post(&ada, "/admin/organisation", &organisation("Hub.example.org")).await);
    let page = house.get(&ada, "/admin/organisation").await;
    assert!(page.html.contains(r#"value="hub.example.org""#), "{}", page.html);
    let wrong = house.post(&ada, "/admin/organisation", &organisation("https://x")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains(r#"value="https://x""#), "what was typed stays: {}", wrong.html);
    is_done(&house.post(&ada, "/admin/organisation", &organisation("")).await);
}

#[tokio::test]
async fn a_stored_secret_of_a_provider_is_forgotten() {
    let house = house().await;
    let ada = administrator(&house).await;
    let provider = [
        ("name", "Contoso ID"),
        ("issuer", "https://id.example.org"),
        ("client_id", "liaison"),
        ("client_secret", "secret"),
    ];
    let made = house.post(&ada, "/admin/providers", &provider).await;
    let page = made.location().to_owned();
    assert!(house.get(&ada, &page).await.html.contains("/forget-secret"));
    is_done(&house.post(&ada, &format!("{page}/forget-secret"), &[]).await);
    assert!(!house.get(&ada, &page).await.html.contains("/forget-secret"));
}
