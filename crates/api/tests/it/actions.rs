//! The issuer of our tokens, and pressing buttons, over REST.

use identity::Role;
use serde_json::{Value, json};

use crate::house::{House, Who};

#[tokio::test]
async fn the_issuer_is_published_to_everybody_and_rotated_by_administrators() {
    let house = House::new().await;
    let (_, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    let (_, seller) = house.token("grace", &[Role::Seller]).await;
    let issuer = format!("/sts/{}", house.tenant);
    let metadata = format!("GET {issuer}/.well-known/openid-configuration");
    let (status, said) = house.call(&Who::Nobody, &metadata, None).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(said["issuer"], format!("http://localhost{issuer}"));
    assert_eq!(said["jwks_uri"], format!("http://localhost{issuer}/keys"));
    let keys = format!("GET {issuer}/keys");
    let (_, none) = house.call(&Who::Nobody, &keys, None).await;
    assert_eq!(none, json!({ "keys": [] }));
    let rotation = Some(json!({ "at_once": true }));
    let (status, _) = house.call(&seller, "POST /api/v1/signing-keys", rotation.clone()).await;
    assert_eq!(status, 403);
    let (status, made) = house.call(&admin, "POST /api/v1/signing-keys", rotation).await;
    assert_eq!(status, 201, "{made}");
    let (_, published) = house.call(&Who::Nobody, &keys, None).await;
    let key = &published["keys"][0];
    assert_eq!(
        (&key["kid"], &key["kty"], &key["alg"]),
        (&made["id"], &json!("RSA"), &json!("RS256"))
    );
    assert_eq!(key.as_object().unwrap().len(), 6, "the public half alone: {key}");
    let (_, listed) = house.call(&admin, "GET /api/v1/signing-keys", None).await;
    assert_eq!(listed["items"][0]["ends_at"], Value::Null);
    let unknown = "GET /sts/01890a5d-ac96-774b-bcce-b302099a8057/keys";
    assert_eq!(house.call(&Who::Nobody, unknown, None).await.0, 404);
    assert_eq!(house.call(&Who::Nobody, "GET /sts/nonsense/keys", None).await.0, 404);
}

#[tokio::test]
async fn a_button_of_what_is_not_there_is_not_pressed() {
    let house = House::new().await;
    let (_, ada) = house.token("ada", &[]).await;
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    let line = format!("POST /api/v1/channels/{id}/messages/{id}/actions");
    let press = json!({ "action": "h1", "inputs": {} });
    let (status, said) = house.call(&ada, &line, Some(press.clone())).await;
    assert_eq!((status, &said["code"]), (404, &json!("message.not_found")), "{said}");
    assert_eq!(house.call(&Who::Nobody, &line, Some(press)).await.0, 401);
    for wrong in [json!({}), json!({ "action": 1 }), json!({ "action": "h1", "target": "x" })] {
        assert_eq!(house.call(&ada, &line, Some(wrong)).await.0, 400);
    }
    let log = format!("GET /api/v1/webhooks/{id}/log/a1/actions");
    assert_eq!(house.call(&ada, &log, None).await.0, 404);
}
