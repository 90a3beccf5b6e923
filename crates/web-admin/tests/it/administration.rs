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
