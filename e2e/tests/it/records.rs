//! Records through the browser, as a seller works with them.

use e2e::Server;
use serde_json::json;

use crate::scripts::Browser;

#[test]
fn a_seller_makes_changes_and_finds_records_in_the_browser() {
    let test = "a_seller_makes_changes_and_finds_records_in_the_browser";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let demo = server.demo_data();
    let mut admin = server.as_admin().unwrap();
    let environments: serde_json::Value =
        admin.get("/api/v1/environments").unwrap().json().unwrap();
    let all = environments.as_array().unwrap();
    let sales = all.iter().find(|one| one["crm_enabled"] == true).unwrap();
    let said = browser.run(
        "records.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "root": format!("/records/{}", sales["id"].as_str().unwrap()),
        }),
    );
    assert_eq!(said["problems"], json!([]), "{said:#}");
    assert_eq!(said["violations"], json!([]), "{said:#}");
}
