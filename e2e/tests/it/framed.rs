//! A tab in Microsoft Teams: a page of the hub in a frame of another site, over TLS, in a browser that keeps no cookies of
//! other sites but partitioned ones.

use e2e::Tool;
use serde_json::{Value, json};

use crate::{configure, links, scripts::Browser};

#[test]
fn a_tab_in_teams_signs_in_in_a_window_and_works_and_no_other_site_has_any_use_of_it() {
    let test = "a_tab_in_teams_signs_in_in_a_window_and_works_and_no_other_site_has_any_use_of_it";
    let Some(browser) = Browser::find(test) else { return };
    if Tool::Openssl.find(test).is_none() {
        return;
    }
    let (mut server, folder) = configure::hub(false);
    let mut admin = server.as_admin().unwrap();
    let place = links::sales(&mut admin).unwrap();
    links::switched_on(&mut admin, &place).unwrap();
    let keys = links::opportunities(&server).unwrap();
    let body = json!({
        "table": "opportunity", "id": keys.first().unwrap(),
        "team": { "name": "Deals in Teams", "private": true }, "channel": { "name": "The deal" },
    });
    let (status, link) =
        links::send(&mut admin, ("POST", &format!("{place}/links")), &body).unwrap();
    assert_eq!(status, 201, "{link}");
    drop(admin);
    server.restart_over_tls(configure::certificate(&folder)).unwrap();
    let demo = server.demo_data();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let job = json!({
        "hub": server.address().to_string(),
        "account": { "user": demo.admin.user, "password": demo.admin.password },
        "link": link["id"], "cert": at("cert.pem"), "key": at("key.pem"),
    });
    let said = browser.run("framed.mjs", &job);
    println!("{:#}", said["facts"]);
    assert_eq!(said["problems"], json!([]), "{said:#}\n{}", server.log());
    assert!(said["facts"].as_array().is_some_and(|facts| facts.len() == 9), "{said:#}");
    // what was handed from window to frame is nobody's to read in a log
    let secrets = said["secrets"].as_array().cloned().unwrap_or_default();
    assert!(!secrets.is_empty());
    for secret in secrets.iter().filter_map(Value::as_str) {
        assert!(!server.log().contains(secret), "{secret} is in the log");
    }
}
