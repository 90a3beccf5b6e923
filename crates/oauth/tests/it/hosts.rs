//! Who may choose the host that a secret is sent to.

use std::sync::Arc;

use kernel::{Coded as _, Ids, Secret, SystemClock};
use liaison_oauth::{Application, ConnectionValues, Error, Flows, OAuthSettings};

use crate::house::back;

const OWN: &[(&str, &str)] = &[("token:clientId", "mine"), ("token:clientSecret", "my-own-secret")];

/// A connector with these addresses, and a connection with these values of which some are limited.
fn application(
    token_url: &str,
    values: &[(&str, &str)],
    limited: &[&str],
) -> Result<Application, Error> {
    let custom = [
        ("authorizationUrlTemplate", "https://id.vendor.example/authorize"),
        ("tokenUrlTemplate", token_url),
        ("region", "eu.vendor.example"),
    ];
    let settings = OAuthSettings {
        identity_provider: "oauth2generic".to_owned(),
        client_id: Some("connector".to_owned()),
        client_secret: Some(Secret::new("the-connector's-secret".to_owned())),
        custom: custom.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        ..OAuthSettings::default()
    };
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), Secret::new((*value).to_owned()));
    let values = ConnectionValues {
        owner: "token".to_owned(),
        values: values.iter().map(own).collect(),
        limited: limited.iter().map(|name| (*name).to_owned()).collect(),
    };
    Application::resolve(&settings, &values)
}

fn checked(token_url: &str, values: &[(&str, &str)], limited: &[&str]) -> &'static str {
    let outcome = application(token_url, values, limited).and_then(|it| it.check());
    outcome.err().map_or("done", |error| error.code().name())
}

#[tokio::test]
async fn a_connectors_secret_is_not_sent_where_a_connection_says() {
    let values = [("token:customHost", "127.0.0.1:9")];
    let application = application("http://{customHost}/token", &values, &[]).unwrap();
    let flows = Flows::new(testkit::outbound(), Arc::new(SystemClock), Ids::system());
    let token = Secret::new("a-refresh-token".to_owned());
    let refused = flows.refresh(&application, &token, &back()).await.unwrap_err();
    assert_eq!(refused.code().name(), "authorization.host");
    assert_eq!(refused.fields()[0].pointer, "/values/token:customHost");
    let refused = flows.client_credentials(&application).await.unwrap_err();
    assert_eq!(refused.code().name(), "authorization.host");
}

#[test]
fn every_way_to_move_the_host_is_seen() {
    for (token_url, value) in [
        ("https://{customHost}/token", "evil.example"),
        ("https://{customHost}{missing}/token", "evil.example"),
        ("{customHost}", "https://evil.example/token"),
        ("{customHost}//id.vendor.example/token", "https://evil.example"),
        ("https://accounts.vendor{customHost}/token", ".evil.example"),
        ("https://accounts.vendor.{customHost}/token", "example"),
        ("https://{customHost}vendor.example/token", "evil"),
        ("https://{customHost}.example/token", "evil"),
        ("https://{customHost}/token", "101"),
        ("https://10.0.0.{customHost}/token", "8"),
    ] {
        let values = [("token:customHost", value)];
        assert_eq!(checked(token_url, &values, &[]), "authorization.host", "{token_url}");
        assert_eq!(checked(token_url, &values, &["token:customHost"]), "done", "{token_url}");
        let own: Vec<_> = values.iter().chain(OWN).copied().collect();
        assert_eq!(checked(token_url, &own, &[]), "done", "its own secret: {token_url}");
    }
}

#[test]
fn a_part_of_a_vendors_host_is_the_connections_to_choose() {
    let values = [("token:customHost", "acme"), ("token:tenant", "t1")];
    for token_url in [
        "https://{customHost}.vendor.example/token",
        "https://id.vendor.example/{customHost}/{tenant}/token",
        "https://{region}/{tenant}/token",
    ] {
        assert_eq!(checked(token_url, &values, &[]), "done", "{token_url}");
    }
}
