//! What a person does in a browser to sign in to a CRM.

use kernel::Secret;
use oauth::Callback;
use url::Url;

/// Where the browser is sent back to when somebody says yes at the address that a sign-in begins with.
pub async fn back(url: &Url, (who, password): (&str, &str)) -> Url {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(url.query_pairs());
    form.append_pair("username", who).append_pair("password", password);
    form.append_pair("decision", "allow");
    let mut door = url.clone();
    door.set_query(None);
    let kind = http::HeaderValue::from_static("application/x-www-form-urlencoded");
    let request = egress::Request::post(door, kind, form.finish());
    let answer = testkit::outbound().fetch(request).await.unwrap();
    let said = String::from_utf8_lossy(&answer.body).into_owned();
    let place = answer.headers.get("location").unwrap_or_else(|| panic!("{said}"));
    place.to_str().unwrap().parse().unwrap()
}

/// What the browser brings back.
pub async fn visit(url: &Url, who: (&str, &str)) -> Callback {
    let place = back(url, who).await;
    let of = |name: &str| {
        let mut pairs = place.query_pairs();
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    Callback {
        state: of("state").unwrap_or_default(),
        code: of("code").map(Secret::new),
        error: of("error"),
        description: of("error_description"),
        issuer: None,
    }
}
