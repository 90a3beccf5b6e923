//! Coming in: tokens of identity, devices, browsers.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doubles_http::{Request, Response, encode};
use serde_json::Value;

use super::House;
use crate::door::{self, device, oauth, openid, soap};

const BACK: &str = "http://localhost/callback";

fn posted(path: &str, form: &[(&str, &str)]) -> Request {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", encode(value));
    let body = form.iter().map(pair).collect::<Vec<_>>().join("&").into_bytes();
    Request { method: "POST".to_owned(), path: path.to_owned(), body, ..Request::default() }
}

fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

fn place(response: &Response) -> String {
    response.headers.iter().find(|(name, _)| name == "Location").unwrap().1.clone()
}

fn authorized(house: &mut House, user: &str) -> String {
    let key = house.org.door.apps[0].key.clone();
    let form = [
        ("response_type", "code"),
        ("client_id", &*key),
        ("redirect_uri", BACK),
        ("scope", "openid api refresh_token"),
        ("nonce", "n-1"),
        ("username", user),
        ("password", "Stand-in-Passw0rd"),
        ("decision", "allow"),
    ];
    place(&oauth::authorize(&mut house.org, &posted("/services/oauth2/authorize", &form)))
}

#[test]
fn who_asks_for_an_identity_gets_one_that_the_published_key_proves() {
    let mut house = House::new();
    let to = authorized(&mut house, "admin@example.com");
    let code = to.split_once("code=").unwrap().1.to_owned();
    let app = house.org.door.apps[0].clone();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("client_id", &*app.key),
        ("client_secret", &*app.secret),
        ("redirect_uri", BACK),
    ];
    let said = json(&oauth::token(&mut house.org, &posted("/services/oauth2/token", &form)));
    let token = said["id_token"].as_str().unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let keys = json(&openid::keys(&house.org));
    let key = &keys["keys"][0];
    let public = RsaPublicKeyComponents { n: bytes(&key["n"]), e: bytes(&key["e"]) };
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    public.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.').unwrap().1).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["aud"], app.key.as_str());
    assert_eq!(claims["preferred_username"], "admin@example.com");
    // the refresh token is known, and none is asked for nothing
    let form = [
        ("token", said["refresh_token"].as_str().unwrap()),
        ("client_id", &*app.key),
        ("client_secret", &*app.secret),
    ];
    let told = json(&oauth::introspect(&mut house.org, &posted("/i", &form)));
    assert_eq!((&told["active"], &told["token_type"]), (&true.into(), &"refresh_token".into()));
}

#[test]
fn a_device_waits_until_somebody_types_its_code() {
    let mut house = House::new();
    let app = house.org.door.apps[0].clone();
    let form = [("response_type", "device_code"), ("client_id", &*app.key), ("scope", "api")];
    let begun = json(&oauth::token(&mut house.org, &posted("/services/oauth2/token", &form)));
    let code = begun["device_code"].as_str().unwrap().to_owned();
    let shown = begun["user_code"].as_str().unwrap().to_owned();
    let ask = |house: &mut House| {
        let form = [("grant_type", "device"), ("client_id", &*app.key), ("code", &*code)];
        json(&oauth::token(&mut house.org, &posted("/services/oauth2/token", &form)))
    };
    assert_eq!(ask(&mut house)["error"], "authorization_pending");
    let typed = [
        ("user_code", &*shown),
        ("username", "seller@example.com"),
        ("password", "Stand-in-Passw0rd"),
    ];
    device::page(&mut house.org, &posted("/setup/connect", &typed));
    assert!(ask(&mut house)["access_token"].is_string());
    // a code is good once
    assert_eq!(ask(&mut house)["error"], "invalid_grant");
}

#[test]
fn who_may_not_use_the_interface_is_told_so_after_the_login() {
    let mut house = House::new();
    let to = authorized(&mut house, "disabled@example.com");
    assert!(to.contains("error=API_CURRENTLY_DISABLED"), "{to}");
}

#[test]
fn the_old_interface_tells_time_and_person_of_a_session_alone() {
    let mut house = House::new();
    let user = door::user_of(&house.org, "admin@example.com").unwrap();
    let token = door::open(&mut house.org, &user, None, &["full".to_owned()]);
    let mut ask = |operation: &str, token: &str| {
        let body = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><SessionHeader \
             xmlns=\"urn:partner.soap.sforce.com\"><sessionId>{token}</sessionId></SessionHeader></e:Header>\
             <e:Body><{operation} xmlns=\"urn:partner.soap.sforce.com\"/></e:Body></e:Envelope>"
        );
        let path = "/services/Soap/u/59.0".to_owned();
        let request = Request {
            method: "POST".to_owned(),
            path,
            body: body.into_bytes(),
            ..Request::default()
        };
        let answer = soap::answer(&mut house.org, &request);
        (answer.status, String::from_utf8(answer.body).unwrap())
    };
    assert!(ask("getUserInfo", &token).1.contains("<userName>admin@example.com</userName>"));
    assert!(ask("getServerTimestamp", &token).1.contains("<timestamp>2"));
    let (status, said) = ask("getUserInfo", "none");
    assert!(status == 500 && said.contains("INVALID_SESSION_ID"), "{said}");
}
