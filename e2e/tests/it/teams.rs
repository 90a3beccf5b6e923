//! The app in Microsoft Teams, in a browser over TLS: its personal tab, the window in which a seller signs in to Salesforce
//! for the first time, and the panel beside a meeting.

use doubles_salesforce::{Config, Double};
use e2e::Tool;
use serde_json::json;

use crate::{configure, links, scripts::Browser};

/// What Teams calls the meeting: the conversation in Base64.
const MEETING: &str = "MCMxOTptZWV0aW5nX05ESXgtWTJfUUB0aHJlYWQudjIjMA==";

#[test]
fn a_seller_signs_in_to_salesforce_in_teams_and_prepares_a_meeting_there() {
    let test = "a_seller_signs_in_to_salesforce_in_teams_and_prepares_a_meeting_there";
    let Some(browser) = Browser::find(test) else { return };
    if Tool::Openssl.find(test).is_none() {
        return;
    }
    let (mut server, folder) = configure::hub(false);
    let double = Double::start(Config::local(folder.path().join("salesforce"))).unwrap();
    let said = double.announcement();
    let back = "https://hub.liaison.test/crm/sign-in";
    let app =
        json!({ "consumer_key": said["consumer_key"], "callback": back, "require_pkce": true });
    double.control(&json!({ "app": app })).unwrap();
    let mut admin = server.as_admin().unwrap();
    let system = json!({
        "name": "Salesforce", "kind": "salesforce", "address": double.url(),
        "client_id": said["consumer_key"], "client_secret": said["consumer_secret"],
    });
    let (status, system) =
        links::send(&mut admin, ("POST", "/api/v1/crm-systems"), &system).unwrap();
    assert_eq!(status, 201, "{system}");
    drop(admin);
    let mut arguments = configure::certificate(&folder);
    arguments.extend(["--public-url".to_owned(), "https://hub.liaison.test".to_owned()]);
    server.restart_over_tls(arguments).unwrap();
    let demo = server.demo_data();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let job = json!({
        "hub": server.address().to_string(),
        "account": { "user": demo.seller.user, "password": demo.seller.password },
        "tokens": { "admin": demo.admin.token, "seller": demo.seller.token },
        "salesforce": { "user": "seller@example.com", "password": said["password"] },
        "system": system["id"], "meeting": MEETING,
        "cert": at("cert.pem"), "key": at("key.pem"),
    });
    let said = browser.run("teams.mjs", &job);
    println!("{:#}", said["facts"]);
    assert_eq!(said["problems"], json!([]), "{said:#}\n{}", server.log());
    assert!(said["facts"].as_array().is_some_and(|facts| facts.len() == 7), "{said:#}");
}
