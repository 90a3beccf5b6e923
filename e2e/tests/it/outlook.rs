//! The pane in Outlook, in a browser, with a stand-in for the library that only Outlook serves.

use e2e::Server;
use serde_json::json;

use crate::scripts::Browser;

#[test]
fn the_pane_in_outlook_follows_the_mail_that_is_open() {
    let test = "the_pane_in_outlook_follows_the_mail_that_is_open";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let demo = server.demo_data();
    let job = json!({
        "base": format!("http://{}", server.address()),
        "account": { "user": demo.admin.user, "password": demo.admin.password },
    });
    let said = browser.run("outlook.mjs", &job);
    assert_eq!(said["problems"], json!([]), "{said:#}\n{}", server.log());
    assert!(said["facts"].as_array().is_some_and(|facts| facts.len() == 14), "{said:#}");
}
