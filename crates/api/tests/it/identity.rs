use identity::{Role, SignIn, tenants::NewTenant, users::NewUser};
use kernel::{Language, Secret};
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, Who};

#[tokio::test]
async fn a_user_is_made_changed_locked_and_deleted() {
    let house = House::new().await;
    let (_, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    let new = json!({
        "user_name": "zoe", "display_name": "Zoé", "addresses": ["zoe@example.org"],
        "language": "fr", "time_zone": "Europe/Paris", "roles": ["seller"],
    });
    let (status, made) = house.call(&admin, "POST /api/v1/users", Some(new)).await;
    assert_eq!((status, &made["has_password"]), (201, &json!(false)), "{made}");
    let path = format!("/api/v1/users/{}", made["id"].as_str().unwrap());
    let (status, read) = house.call(&admin, &format!("GET {path}"), None).await;
    assert_eq!((status, &read), (200, &made));
    let change = json!({ "display_name": "Zoé B.", "language": null, "theme": "dark" });
    let (status, changed) = house.call(&admin, &format!("PATCH {path}"), Some(change)).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(changed["display_name"], "Zoé B.");
    assert_eq!((&changed["language"], &changed["theme"]), (&Value::Null, &json!("dark")));
    assert_eq!(changed["time_zone"], "Europe/Paris");
    let role = format!("{path}/roles/connector_maker");
    assert_eq!(house.call(&admin, &format!("PUT {role}"), None).await.0, 204);
    let (_, read) = house.call(&admin, &format!("GET {path}"), None).await;
    assert_eq!(read["roles"], json!(["connector_maker", "seller"]));
    assert_eq!(house.call(&admin, &format!("DELETE {role}"), None).await.0, 204);
    let locked = json!({ "state": "locked" });
    let (status, read) = house.call(&admin, &format!("PUT {path}/state"), Some(locked)).await;
    assert_eq!((status, &read["state"]), (200, &json!("locked")));
    let (status, link) = house.call(&admin, &format!("POST {path}/password-link"), None).await;
    assert_eq!(status, 201);
    assert!(link["url"].as_str().unwrap().starts_with("http://localhost/password-link?link="));
    assert_eq!(house.call(&admin, &format!("DELETE {path}"), None).await.0, 204);
    let (_, read) = house.call(&admin, &format!("GET {path}"), None).await;
    assert_eq!(read["state"], "deleted");
}

#[tokio::test]
async fn wrong_input_is_named_by_its_place_in_the_callers_language() {
    let house = House::new().await;
    let (_, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    let cases = [
        (json!({"user_name": "a b", "display_name": "x"}), "/user_name", "user_name.invalid"),
        (
            json!({"user_name": "a", "display_name": "x", "password": "short"}),
            "/password",
            "password.too_short",
        ),
        (
            json!({"user_name": "a", "display_name": "x", "language": "de"}),
            "/language",
            "field.invalid",
        ),
    ];
    for (body, pointer, code) in cases {
        let (status, problem) = house.call(&admin, "POST /api/v1/users", Some(body)).await;
        assert_eq!(status, 400, "{problem}");
        let error = &problem["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(code)));
        assert!(!problem["title"].as_str().unwrap().contains("error-"), "{problem}");
        assert!(!error["detail"].as_str().unwrap().contains("error-"), "{problem}");
    }
    for body in [
        json!({"user_name": "a"}),
        json!([]),
        json!({"user_name": "a", "display_name": "x", "y": 1}),
    ] {
        let (status, problem) = house.call(&admin, "POST /api/v1/users", Some(body)).await;
        assert_eq!(status, 400, "{problem}");
    }
    let (status, problem) = house.call(&admin, "GET /api/v1/users?after=!!!", None).await;
    assert_eq!(status, 400, "{problem}");
    let (status, _) = house.call(&admin, "GET /api/v1/users/not-an-id", None).await;
    assert_eq!(status, 404);
}

/// Every address of this room that needs a right of administration, with a body that fits.
fn administration(user: &str, group: &str, licence: &str) -> Vec<(String, Option<Value>)> {
    let rename = Some(json!({ "display_name": "X" }));
    let name = || Some(json!({ "name": "X" }));
    let provider =
        Some(json!({ "name": "X", "issuer": "https://id.example.org", "client_id": "x" }));
    let service =
        Some(json!({ "kind": "service", "label": "x", "permissions": ["messages:read"] }));
    let person = Some(json!({ "user_name": "x", "display_name": "X" }));
    vec![
        ("POST /api/v1/users".to_owned(), person),
        (format!("PATCH /api/v1/users/{user}"), rename),
        (format!("PUT /api/v1/users/{user}/state"), Some(json!({ "state": "locked" }))),
        (format!("GET /api/v1/users/{user}/lock"), None),
        (format!("DELETE /api/v1/users/{user}/lock"), None),
        (format!("POST /api/v1/users/{user}/password-link"), None),
        (format!("PUT /api/v1/users/{user}/roles/seller"), None),
        (format!("DELETE /api/v1/users/{user}/roles/seller"), None),
        (format!("GET /api/v1/users/{user}/factors"), None),
        (format!("DELETE /api/v1/users/{user}/factors"), None),
        (format!("GET /api/v1/users/{user}/sessions"), None),
        (format!("DELETE /api/v1/users/{user}/sessions"), None),
        (format!("DELETE /api/v1/users/{user}"), None),
        ("POST /api/v1/groups".to_owned(), name()),
        (format!("PATCH /api/v1/groups/{group}"), name()),
        (format!("PUT /api/v1/groups/{group}/members/{user}"), None),
        (format!("DELETE /api/v1/groups/{group}/members/{user}"), None),
        (format!("DELETE /api/v1/groups/{group}"), None),
        ("POST /api/v1/licences".to_owned(), name()),
        (format!("GET /api/v1/licences/{licence}/holders"), None),
        (format!("PUT /api/v1/licences/{licence}/users/{user}"), None),
        (format!("DELETE /api/v1/licences/{licence}/users/{user}"), None),
        ("GET /api/v1/tokens?filter=all".to_owned(), None),
        ("POST /api/v1/tokens".to_owned(), service),
        ("GET /api/v1/sign-in-providers".to_owned(), None),
        ("POST /api/v1/sign-in-providers".to_owned(), provider),
        ("PATCH /api/v1/tenant".to_owned(), name()),
        ("GET /api/v1/audit".to_owned(), None),
        ("GET /api/v1/audit/export".to_owned(), None),
    ]
}

async fn furnished(house: &House, admin: &Who) -> (String, String, String) {
    let id = |json: &Value| json["id"].as_str().unwrap().to_owned();
    let victim = house.user("victim", &[]).await.id.to_string();
    let name = || Some(json!({ "name": "Sales" }));
    let group = id(&house.call(admin, "POST /api/v1/groups", name()).await.1);
    let licence = id(&house.call(admin, "POST /api/v1/licences", name()).await.1);
    (victim, group, licence)
}

#[tokio::test]
async fn nobody_and_the_wrong_role_are_refused_everywhere() {
    let house = House::new().await;
    let (_, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    let (_, seller) = house.token("zoe", &[Role::Seller]).await;
    let (user, group, licence) = furnished(&house, &admin).await;
    for (line, body) in administration(&user, &group, &licence) {
        let (status, problem) = house.call(&Who::Nobody, &line, body.clone()).await;
        assert_eq!((status, &problem["code"]), (401, &json!("request.unauthenticated")), "{line}");
        let (status, problem) = house.call(&seller, &line, body).await;
        assert_eq!((status, &problem["code"]), (403, &json!("permission.missing")), "{line}");
    }
}

#[tokio::test]
async fn what_belongs_to_another_tenant_is_not_found() {
    let house = House::new().await;
    let (_, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    let (user, group, licence) = furnished(&house, &admin).await;
    let new = NewTenant { name: "Fabrikam".to_owned(), language: Language::En, host: None };
    let there = house.system.create_tenant(new).await.unwrap();
    let root = house.system.scope(there.id, "test");
    let eve = NewUser {
        user_name: "eve".to_owned(),
        display_name: "Eve".to_owned(),
        addresses: vec![],
        language: None,
        time_zone: None,
        password: Some(Secret::new(PASSWORD.to_owned())),
        roles: vec![Role::GlobalAdministrator],
    };
    house.identity.create_user(&root, eve).await.unwrap();
    let who = SignIn { name: "eve".to_owned(), password: Secret::new(PASSWORD.to_owned()) };
    let caller = identity::Caller {
        request: house.ids.fresh(),
        origin: None,
        language: None,
        client: String::new(),
    };
    let signed = house.identity.sign_in(&caller, there.id, who).await.unwrap();
    let identity::SignedIn::Done(session) = signed else { panic!("a second factor") };
    let eve = Who::Session(session.secret.expose().clone());
    let foreign = |line: &str| [&user, &group, &licence].iter().any(|id| line.contains(*id));
    let mut seen = 0;
    for (line, body) in administration(&user, &group, &licence) {
        if !foreign(&line) || line.starts_with(&format!("GET /api/v1/users/{user}/sessions")) {
            continue;
        }
        let (status, problem) = house.call(&eve, &line, body).await;
        assert_eq!(status, 404, "{line}: {problem}");
        seen += 1;
    }
    assert_eq!(seen, 18);
}

#[tokio::test]
async fn a_token_is_shown_once_and_refused_after_its_end() {
    let house = House::new().await;
    let (_, zoe) = house.session("zoe", &[]).await;
    let new = json!({ "label": "ci", "permissions": ["messages:read", "profile:read"] });
    let (status, made) = house.call(&zoe, "POST /api/v1/tokens", Some(new)).await;
    assert_eq!(status, 201, "{made}");
    let token = Who::Token(made["secret"].as_str().unwrap().to_owned());
    let (status, me) = house.call(&token, "GET /api/v1/me", None).await;
    assert_eq!((status, &me["permissions"]), (200, &json!(["profile:read", "messages:read"])));
    let (_, list) = house.call(&token, "GET /api/v1/tokens", None).await;
    assert_eq!(list["items"][0]["label"], "ci");
    assert!(list["items"][0].get("secret").is_none());
    let revoke = format!("DELETE /api/v1/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(house.call(&zoe, &revoke, None).await.0, 204);
    let (status, problem) = house.call(&token, "GET /api/v1/me", None).await;
    assert_eq!((status, &problem["code"]), (401, &json!("credential.invalid")));
    let bad = json!({ "label": "ci", "permissions": ["everything"] });
    let (status, problem) = house.call(&zoe, "POST /api/v1/tokens", Some(bad)).await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (400, &json!("/permissions")));
}

#[tokio::test]
async fn a_person_manages_the_own_account() {
    let house = House::new().await;
    let (user, zoe) = house.session("zoe", &[]).await;
    let path = format!("/api/v1/users/{}", user.id);
    let (status, begun) = house.call(&zoe, "POST /api/v1/me/totp", None).await;
    assert_eq!(status, 201, "{begun}");
    assert!(begun["uri"].as_str().unwrap().starts_with("otpauth://totp/"));
    let wrong = json!({ "code": "000000" });
    let (status, problem) = house.call(&zoe, "POST /api/v1/me/totp/confirm", Some(wrong)).await;
    assert_eq!((status, &problem["code"]), (401, &json!("second_factor.refused")));
    let (status, begun) = house.call(&zoe, "POST /api/v1/me/passkeys/begin", None).await;
    assert_eq!((status, &begun["options"]["rp"]["id"]), (201, &json!("localhost")));
    let junk = json!({
        "attempt": begun["attempt"], "name": "Key",
        "credential": { "response": { "clientDataJSON": "AA", "attestationObject": "AA" } },
    });
    let (status, problem) = house.call(&zoe, "POST /api/v1/me/passkeys", Some(junk)).await;
    assert_eq!((status, &problem["code"]), (401, &json!("passkey.refused")));
    let (_, factors) = house.call(&zoe, &format!("GET {path}/factors"), None).await;
    assert_eq!((&factors["totp"], &factors["passkeys"]), (&json!(false), &json!([])));
    let (_, sessions) = house.call(&zoe, &format!("GET {path}/sessions"), None).await;
    assert_eq!((&sessions[0]["current"], &sessions[0]["factor"]), (&json!(true), &json!("single")));
    let change = json!({ "present_password": PASSWORD, "new_password": "another horse staple" });
    assert_eq!(house.call(&zoe, "PUT /api/v1/me/password", Some(change)).await.0, 204);
    assert_eq!(house.call(&zoe, &format!("DELETE {path}/sessions"), None).await.0, 200);
    assert_eq!(house.call(&zoe, "GET /api/v1/me", None).await.0, 401);
}

#[tokio::test]
async fn groups_and_licences_have_members_and_holders() {
    let house = House::new().await;
    let (_, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    let (user, group, licence) = furnished(&house, &admin).await;
    let member = format!("/api/v1/groups/{group}/members/{user}");
    assert_eq!(house.call(&admin, &format!("PUT {member}"), None).await.0, 204);
    let members = format!("GET /api/v1/groups/{group}/members?limit=1");
    let (_, page) = house.call(&admin, &members, None).await;
    assert_eq!((&page["items"][0]["user_id"], &page["next"]), (&json!(user), &Value::Null));
    let held = format!("PUT /api/v1/licences/{licence}/groups/{group}");
    assert_eq!(house.call(&admin, &held, None).await.0, 204);
    let (_, held) = house.call(&admin, &format!("GET /api/v1/users/{user}/licences"), None).await;
    assert_eq!((&held[0]["id"], &held[0]["direct"]), (&json!(licence), &json!(false)));
    assert_eq!(held[0]["groups"], json!([{ "group_id": group, "name": "Sales" }]));
    let people = format!("GET /api/v1/licences/{licence}/people?limit=1");
    let (_, page) = house.call(&admin, &people, None).await;
    assert_eq!((&page["items"][0]["user_id"], &page["next"]), (&json!(user), &Value::Null));
    assert_eq!(page["items"][0]["groups"][0]["group_id"], json!(group));
    let of_group = format!("GET /api/v1/groups/{group}/licences");
    assert_eq!(house.call(&admin, &of_group, None).await.1[0]["people"], json!(1));
    let (_, groups) = house.call(&admin, &format!("GET /api/v1/users/{user}/groups"), None).await;
    assert_eq!(groups[0]["members"], 1);
    let twice = Some(json!({ "name": "sales" }));
    let (status, problem) = house.call(&admin, "POST /api/v1/groups", twice).await;
    assert_eq!((status, &problem["code"]), (409, &json!("group.taken")));
}

#[tokio::test]
async fn a_provider_never_shows_its_secret() {
    let house = House::new().await;
    let (_, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    let new = json!({
        "name": "Entra", "issuer": "https://id.example.org", "client_id": "hub",
        "client_secret": "s3cret-value",
        "rules": { "provision": true, "roles": [
            { "claim": "roles", "value": "x", "role": "seller" } ] },
    });
    let (status, made) = house.call(&admin, "POST /api/v1/sign-in-providers", Some(new)).await;
    assert_eq!((status, &made["has_secret"]), (201, &json!(true)), "{made}");
    let (_, list) = house.send(&admin, "GET /api/v1/sign-in-providers", None).await;
    let (_, audit) = house.send(&admin, "GET /api/v1/audit", None).await;
    for text in [made.to_string(), list, audit] {
        assert!(!text.contains("s3cret-value"));
    }
    let path = format!("/api/v1/sign-in-providers/{}", made["id"].as_str().unwrap());
    assert_eq!(house.call(&admin, &format!("DELETE {path}"), None).await.0, 204);
    assert_eq!(house.call(&admin, &format!("DELETE {path}"), None).await.0, 404);
}

#[tokio::test]
async fn the_audit_is_read_and_exported_whole() {
    let house = House::new().await;
    let (_, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    for n in 0..210 {
        let new = Some(json!({ "name": format!("group {n}") }));
        assert_eq!(house.call(&admin, "POST /api/v1/groups", new).await.0, 201);
    }
    let (_, page) = house.call(&admin, "GET /api/v1/audit?action=group&limit=2", None).await;
    assert_eq!(page["items"][0]["after"]["name"], "group 209");
    let next = page["next"].as_str().unwrap();
    let more = format!("GET /api/v1/audit?action=group&limit=2&after={next}");
    let (_, page) = house.call(&admin, &more, None).await;
    assert_eq!(page["items"][0]["after"]["name"], "group 207");
    let (status, csv) = house.send(&admin, "GET /api/v1/audit/export?action=group", None).await;
    assert_eq!((status.as_u16(), csv.lines().count()), (200, 211));
    let line = "GET /api/v1/audit/export?action=group&format=jsonl";
    let (_, lines) = house.send(&admin, line, None).await;
    assert_eq!(lines.lines().count(), 210);
    let (status, _) = house.send(&admin, "GET /api/v1/audit/export?format=xml", None).await;
    assert_eq!(status.as_u16(), 400);
}

#[tokio::test]
async fn the_tenants_policy_is_its_administrators() {
    let house = House::new().await;
    let (_, admin) = house.session("ada", &[Role::GlobalAdministrator]).await;
    let change = json!({ "name": "Contoso SA", "second_factor_roles": ["global_administrator"] });
    let (status, tenant) = house.call(&admin, "PATCH /api/v1/tenant", Some(change)).await;
    assert_eq!(status, 200, "{tenant}");
    assert_eq!(tenant["second_factor_roles"], json!(["global_administrator"]));
    // From now on this session lacks the factor that its role asks for.
    let (status, _) = house.call(&admin, "GET /api/v1/audit", None).await;
    assert_eq!(status, 403);
    let (status, read) = house.call(&admin, "GET /api/v1/tenant", None).await;
    assert_eq!((status, &read["name"]), (200, &json!("Contoso SA")));
    let (_, roles) = house.call(&admin, "GET /api/v1/roles", None).await;
    assert_eq!(roles.as_array().unwrap().len(), 7);
}
