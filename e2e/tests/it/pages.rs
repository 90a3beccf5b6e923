//! The pages as a person meets them: without accessibility faults, on a phone, light to load.

use e2e::Server;
use serde_json::json;

use crate::scripts::Browser;

#[test]
fn every_page_that_links_reach_is_accessible_fits_a_phone_and_is_light() {
    let Some(browser) =
        Browser::find("every_page_that_links_reach_is_accessible_fits_a_phone_and_is_light")
    else {
        return;
    };
    let server = Server::demo().unwrap();
    let demo = server.demo_data();
    let said = browser.run(
        "pages.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "start": ["/"],
            "limit": if e2e::full_size() { 80 } else { 30 },
        }),
    );
    let visited = said["visited"].as_array().unwrap();
    println!("{} kinds of pages visited: {visited:?}", visited.len());
    assert!(visited.len() >= 8, "{said:#}");
    assert_eq!(said["problems"], json!([]), "{said:#}");
    assert_eq!(said["violations"], json!([]), "{said:#}");
}
