//! Apps over REST.

use app_packages::{plain_icons, schema_address, write};
use identity::Role;
use serde_json::{Value, json};

use crate::house::{House, Who};

fn package(version: &str) -> Vec<u8> {
    let manifest = json!({
        "$schema": schema_address("1.16"),
        "manifestVersion": "1.16",
        "version": version,
        "id": "6f1d5a52-7c0e-4d7f-9f59-0d7b5a1f6c01",
        "developer": {
            "name": "Contoso",
            "websiteUrl": "https://contoso.example",
            "privacyUrl": "https://contoso.example/privacy",
            "termsOfUseUrl": "https://contoso.example/terms"
        },
        "name": { "short": "Tasks", "full": "Tasks of Contoso" },
        "description": { "short": "Tasks in channels", "full": "Says what happens to tasks." },
        "icons": { "color": "color.png", "outline": "outline.png" },
        "accentColor": "#0F6CBD",
        "connectors": [{
            "connectorId": "6f1d5a52-7c0e-4d7f-9f59-0d7b5a1f6c01",
            "scopes": ["team"],
            "configurationUrl": "https://apps.contoso.example/configure"
        }],
        "permissions": ["identity"],
        "validDomains": ["apps.contoso.example"]
    });
    let (color, outline) = plain_icons([15, 108, 189]);
    write(&manifest, &[("color.png", &color), ("outline.png", &outline)]).unwrap()
}

async fn team(house: &House, who: &Who) -> String {
    let team = json!({ "name": "Sales", "visibility": "private" });
    let (_, team) = house.call(who, "POST /api/v1/teams", Some(team)).await;
    format!("/api/v1/teams/{}/apps", team["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_package_is_submitted_approved_published_and_installed() {
    let house = House::new().await;
    let (_, ada) = house.token("ada", &[]).await;
    let (_, admin) = house.token("admin", &[Role::TeamsAdministrator]).await;
    let (status, made) = house.bring(&ada, "POST /api/v1/apps", package("1.0.0")).await;
    assert_eq!((status, &made["app"]["state"]), (201, &json!("submitted")), "{made}");
    assert_eq!(made["findings"], json!([]));
    let path = format!("/api/v1/apps/{}", made["app"]["id"].as_str().unwrap());
    let (status, refused) =
        house.call(&ada, &format!("POST {path}/versions/1/approve"), None).await;
    assert_eq!((status, &refused["code"]), (403, &json!("permission.missing")));
    for verb in ["approve", "publish"] {
        let line = format!("POST {path}/versions/1/{verb}");
        let (status, done) = house.call(&admin, &line, None).await;
        assert_eq!(status, 200, "{done}");
    }
    let (_, list) =
        house.call(&ada, "GET /api/v1/apps?capability=connectors&search=task", None).await;
    assert_eq!(list["items"][0]["name"], "Tasks");
    let (status, _) = house.call(&ada, "GET /api/v1/apps?capability=magic", None).await;
    assert_eq!(status, 400);
    let apps = team(&house, &ada).await;
    let wanted = |number: i64| Some(json!({ "app_id": made["app"]["id"], "consent": number }));
    let (status, refused) = house.call(&ada, &format!("POST {apps}"), wanted(2)).await;
    assert_eq!((status, &refused["code"]), (409, &json!("app.consent_outdated")));
    let (status, installed) = house.call(&ada, &format!("POST {apps}"), wanted(1)).await;
    assert_eq!((status, &installed["permissions"]), (201, &json!(["identity"])), "{installed}");
    let (status, refused) = house.call(&admin, &format!("DELETE {path}"), None).await;
    assert_eq!((status, &refused["code"]), (409, &json!("app.in_use")));
    assert_eq!(refused["errors"][0]["code"], "app.team_depends");
    let line = format!("DELETE {path}?anyway=true");
    assert_eq!(house.call(&admin, &line, None).await, (204, Value::Null));
    let (_, left) = house.call(&ada, &format!("GET {apps}"), None).await;
    assert_eq!(left["items"], json!([]));
}

#[tokio::test]
async fn findings_are_told_with_place_and_remedy() {
    let house = House::new().await;
    let (_, ada) = house.token("ada", &[]).await;
    let (status, refused) = house.bring(&ada, "POST /api/v1/apps", package("1.0")).await;
    assert_eq!((status, &refused["code"]), (400, &json!("app.package_refused")));
    assert_eq!(refused["errors"][0]["pointer"], "/version");
    assert_eq!(refused["errors"][0]["code"], "version.form");
    let apps = team(&house, &ada).await;
    let (status, made) = house.bring(&ada, &format!("POST {apps}/upload"), package("1.0")).await;
    assert_eq!((status, &made["app"]["source"]), (201, &json!("upload")), "{made}");
    assert_eq!(made["findings"][0]["code"], "version.form");
    assert_eq!(made["findings"][0]["severity"], "warning");
    let line = "POST /api/v1/apps/check?level=publish";
    let (_, judged) = house.bring(&ada, line, package("1.0")).await;
    assert_eq!((&judged["accepted"], &judged["level"]), (&json!(false), &json!("publish")));
    assert!(judged["findings"][0]["remedy"].as_str().unwrap().contains("1.0.0"), "{judged}");
    let (_, judged) = house.bring(&ada, line, b"{}".to_vec()).await;
    assert_eq!(judged["findings"][0]["code"], "schema.missing");
    let (status, _) = house.bring(&ada, line, vec![0; 11 << 20]).await;
    assert_eq!(status, 413);
}

#[tokio::test]
async fn a_policy_gives_apps_to_people() {
    let house = House::new().await;
    let (user, ada) = house.token("ada", &[]).await;
    let (_, admin) = house.token("admin", &[Role::TeamsAdministrator]).await;
    let (_, made) = house.bring(&admin, "POST /api/v1/apps", package("1.0.0")).await;
    let id = &made["app"]["id"];
    for verb in ["approve", "publish"] {
        let line = format!("POST /api/v1/apps/{}/versions/1/{verb}", id.as_str().unwrap());
        assert_eq!(house.call(&admin, &line, None).await.0, 200);
    }
    let new =
        json!({ "name": "Everyone", "everyone": true, "apps": [{ "app_id": id, "pinned": true }] });
    let (status, policy) = house.call(&admin, "POST /api/v1/setup-policies", Some(new)).await;
    assert_eq!(status, 201, "{policy}");
    let (_, mine) = house.call(&ada, "GET /api/v1/me/apps", None).await;
    assert_eq!(
        (&mine["items"][0]["app"]["name"], &mine["items"][0]["pinned"]),
        (&json!("Tasks"), &json!(0))
    );
    let line = format!("GET /api/v1/users/{}/apps", user.id);
    assert_eq!(house.call(&admin, &line, None).await.1["items"], mine["items"]);
    assert_eq!(house.call(&ada, "GET /api/v1/setup-policies", None).await.0, 403);
    let line = format!("DELETE /api/v1/setup-policies/{}", policy["id"].as_str().unwrap());
    assert_eq!(house.call(&admin, &line, None).await.0, 204);
    assert_eq!(house.call(&ada, "GET /api/v1/me/apps", None).await.1["items"], json!([]));
}
