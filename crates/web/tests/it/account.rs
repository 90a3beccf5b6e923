//! One's own account, the first run.

use http::StatusCode;
use identity::{
    Role,
    tenants::{Policy, TenantPatch},
};
use web_proof::{Browser, House, Page};

use crate::house;

async fn administrator(house: &House) -> Browser {
    house.browser("ada", &[Role::GlobalAdministrator]).await
}

fn is_done(page: &Page) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
}

#[tokio::test]
async fn a_token_is_shown_once_and_needs_a_right() {
    let house = house().await;
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
async fn a_second_factor_that_a_role_asks_for_is_set_up_by_its_person() {
    let house = house().await;
    let ada = administrator(&house).await;
    let policy = Policy { second_factor_roles: vec![Role::GlobalAdministrator] };
    let change = TenantPatch { policy: Some(policy), ..TenantPatch::default() };
    let scope = house.system.scope(house.tenant, "test");
    house.identity.update_tenant(&scope, change).await.unwrap();
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
async fn the_first_run_ends_with_a_line_to_paste() {
    let house = house().await;
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

#[tokio::test]
async fn the_browser_decides_the_language_until_somebody_chooses() {
    let house = house().await;
    let ada = house.browser("ada", &[]).await;
    let lang = async |browser: &Browser, accepts: &str| {
        let request = house.request(browser, "GET", "/teams").header("accept-language", accepts);
        let page = house.send(request.body(axum::body::Body::empty()).unwrap()).await;
        page.between("<html lang=\"", "\"").to_owned()
    };
    assert_eq!((lang(&ada, "fr-FR").await, lang(&ada, "en").await), ("fr".into(), "en".into()));
    let chosen = [("display_name", "Ada"), ("language", "en"), ("time_zone", "UTC")];
    is_done(&house.post(&ada, "/profile", &chosen).await);
    assert_eq!(lang(&ada, "fr-FR").await, "en", "the account says so on every browser");
    let fr = [("language", "fr"), ("back", "/teams")];
    let switched = house.post(&ada, "/preferences", &fr).await;
    let cookie = switched.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    let here = Browser { cookie: format!("{}; {cookie}", ada.cookie), csrf: ada.csrf.clone() };
    assert_eq!(lang(&here, "en").await, "fr", "a switch counts on this browser");
    let free = [("display_name", "Ada"), ("language", ""), ("time_zone", "UTC")];
    let freed = house.post(&here, "/profile", &free).await;
    let cookies = freed.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap());
    assert!(cookies.into_iter().any(|c| c.starts_with("liaison-language=; ")), "it is forgotten");
    assert_eq!(lang(&ada, "fr").await, "fr");
}
