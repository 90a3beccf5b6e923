//! Administration, one's own account, the first run.

use http::StatusCode;
use identity::Role;

use crate::house::{Browser, House, Page};

async fn administrator(house: &House) -> Browser {
    house.browser("ada", &[Role::GlobalAdministrator]).await
}

fn is_done(page: &Page) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
}

#[tokio::test]
async fn each_role_opens_its_own_part_of_the_administration() {
    let house = House::new().await;
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
    let house = House::new().await;
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
async fn a_role_that_asks_for_a_second_factor_leads_to_where_it_is_set_up() {
    let house = House::new().await;
    let ada = administrator(&house).await;
    let fields = [("name", "Contoso"), ("second_factor_roles", "global_administrator")];
    is_done(&house.post(&ada, "/admin/organisation", &fields).await);
    let kept_out = house.get(&ada, "/admin/users").await;
    assert_eq!(
        (kept_out.status, kept_out.location()),
        (StatusCode::SEE_OTHER, "/profile/security")
    );
    let page = house.get(&ada, "/profile/security").await;
    assert!(page.html.contains("Set up a second factor first"), "{}", page.html);
    assert!(house.get(&ada, "/teams").await.html.contains(r#"href="/profile/security""#));
    let setting_up = house.post(&ada, "/profile/security/app", &[]).await;
    assert!(setting_up.html.contains("data:image/svg+xml;base64,"), "{}", setting_up.html);
    let secret = setting_up.between(r#"name="secret" value=""#, "\"").to_owned();
    let wrong = [("code", "000000"), ("secret", secret.as_str()), ("qr", "PHN2Zy8+")];
    let refused = house.post(&ada, "/profile/security/app/confirm", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.html);
    assert!(refused.html.contains(&secret), "the secret need not be scanned again");
}

#[tokio::test]
async fn a_token_is_shown_once_and_needs_a_right() {
    let house = House::new().await;
    let sam = house.browser("sam", &[Role::Seller]).await;
    let none = house.post(&sam, "/profile/tokens", &[("label", "Script")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", none.html);
    let fields = [("label", "Script"), ("permissions", "messages:read"), ("expires_at", "30")];
    let made = house.post(&sam, "/profile/tokens", &fields).await;
    let token = made.between(r#"<code id="once" tabindex="0">"#, "<").to_owned();
    assert!(token.starts_with("lia_"), "{token}");
    let list = house.get(&sam, "/profile/tokens").await;
    assert!(list.html.contains("Script") && !list.html.contains(&token), "{}", list.html);
    let revoke = format!("/profile/tokens/{}", list.between(r#"action="/profile/tokens/"#, "\""));
    is_done(&house.post(&sam, &revoke, &[]).await);
    assert!(house.get(&sam, "/profile/tokens").await.html.contains("Revoked"));
}

#[tokio::test]
async fn the_audit_is_filtered_and_exported() {
    let house = House::new().await;
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
async fn the_first_run_ends_with_a_line_to_paste() {
    let house = House::new().await;
    let ada = administrator(&house).await;
    let named = house.post(&ada, "/first-run/organisation", &[("name", "Alpenglow")]).await;
    assert_eq!(named.location(), "/first-run/webhook");
    let fields = [("team", "Operations"), ("webhook", "Terminal")];
    let made = house.post(&ada, "/first-run/webhook", &fields).await;
    is_done(&made);
    let page = house.get(&ada, made.location()).await;
    assert!(page.between(r#"id="line">"#, "</pre>").contains("/webhookb2/"), "{}", page.html);
    assert!(page.html.contains("Operations › General"), "{}", page.html);
    let stranger = house.browser("sam", &[Role::Seller]).await;
    let status = house.get(&stranger, made.location()).await.status;
    assert!(status == StatusCode::FORBIDDEN || status == StatusCode::NOT_FOUND, "{status}");
}
