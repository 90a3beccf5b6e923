//! Apps as people meet them.

use app_packages::{plain_icons, schema_address, write};
use axum::body::Body;
use http::{StatusCode, header};
use identity::Role;
use serde_json::json;
use web_proof::{Browser, House, Page};

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
        "name": { "short": "Tasks <b>", "full": "Tasks of Contoso" },
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

async fn upload(house: &House, browser: &Browser, target: &str, zip: &[u8]) -> Page {
    let mut body = Vec::new();
    for (name, value) in [("csrf", browser.csrf.as_str()), ("target", target)] {
        let part =
            format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    body.extend(b"--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"app.zip\"\r\nContent-Type: application/zip\r\n\r\n");
    body.extend(zip);
    body.extend(b"\r\n--cut--\r\n");
    let request = house
        .request(browser, "POST", "/apps/upload")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
    house.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn an_app_goes_from_a_file_into_a_channel() {
    let house = House::new(vec![liaison_web_connectors::routes(), web_pages()]).await;
    let ada = house.browser("ada", &[]).await;
    let admin = house.browser("admin", &[Role::TeamsAdministrator]).await;
    let empty = house.get(&ada, "/apps").await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(empty.html.contains("/apps/upload"), "{}", empty.html);
    let submitted = upload(&house, &ada, "catalogue", &package("1.0.0")).await;
    assert_eq!(submitted.status, StatusCode::SEE_OTHER, "{}", submitted.html);
    let page = submitted.location().to_owned();
    let seen = house.get(&admin, &page).await;
    assert!(seen.html.contains("Tasks &#60;b&#62;"), "{}", seen.html);
    for verb in ["approve", "publish"] {
        let done = house.post(&admin, &format!("{page}/versions/1/{verb}"), &[]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    }
    house.channel(&ada, "Sales").await;
    let seen = house.get(&ada, &page).await;
    let add = seen.between(&format!("href=\"{page}/add?"), "\"").to_owned();
    let consent = house.get(&ada, &format!("{page}/add?{}", add.replace("&amp;", "&"))).await;
    assert!(consent.html.contains("apps.contoso.example"), "{}", consent.html);
    let team = consent.between("name=\"team\" value=\"", "\"").to_owned();
    let outdated = [("team", team.as_str()), ("number", "7")];
    let refused = house.post(&ada, &format!("{page}/add"), &outdated).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let agreed = [("team", team.as_str()), ("number", "1")];
    let added = house.post(&ada, &format!("{page}/add"), &agreed).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.html);
    let seen = house.get(&ada, &page).await;
    assert!(seen.html.contains("/uninstall"), "{}", seen.html);
    let icon = seen.between("src=\"/apps/", "\"").to_owned();
    let icon = house.get(&ada, &format!("/apps/{icon}")).await;
    assert_eq!(icon.headers[header::CONTENT_TYPE], "image/png");
    assert!(icon.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
}

#[tokio::test]
async fn findings_stand_on_the_page_with_their_places() {
    let house = House::new(vec![liaison_web_connectors::routes(), web_pages()]).await;
    let ada = house.browser("ada", &[]).await;
    let refused = upload(&house, &ada, "catalogue", &package("1.0")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.html.contains("<code>/version</code>"), "{}", refused.html);
    let broken = upload(&house, &ada, "catalogue", b"GIF89a").await;
    assert!(broken.html.contains("archive.unreadable"), "{}", broken.html);
    let checked = upload(&house, &ada, "nowhere", &package("1.0.0")).await;
    assert_eq!(checked.status, StatusCode::OK);
    let stranger = Browser { csrf: "wrong".to_owned(), ..ada };
    let forged = upload(&house, &stranger, "nowhere", &package("1.0.0")).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "{}", forged.html);
}

#[tokio::test]
async fn a_policy_is_written_by_ticking_boxes() {
    let house = House::new(vec![liaison_web_connectors::routes(), web_pages()]).await;
    let admin = house.browser("admin", &[Role::TeamsAdministrator]).await;
    let submitted = upload(&house, &admin, "catalogue", &package("1.0.0")).await;
    let page = submitted.location().to_owned();
    for verb in ["approve", "publish"] {
        house.post(&admin, &format!("{page}/versions/1/{verb}"), &[]).await;
    }
    let id = page.rsplit('/').next().unwrap();
    let fields = [("name", "Everyone"), ("description", ""), ("everyone", "on"), ("pinned", id)];
    let made = house.post(&admin, "/apps/policies", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    let mine = house.get(&admin, "/apps").await;
    assert!(mine.html.contains("Pinned"), "{}", mine.html);
    let list = house.get(&admin, "/apps/policies").await;
    let policy =
        format!("/apps/policies/{}", list.between("class=\"strong\" href=\"/apps/policies/", "\""));
    let again = house.post(&admin, "/apps/policies", &[("name", "EVERYONE")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let gone = house.post(&admin, &format!("{policy}/delete"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.html);
    let nobody = house.browser("ada", &[]).await;
    assert_eq!(house.get(&nobody, "/apps/manage").await.status, StatusCode::FORBIDDEN);
}

/// Teams are made on their own pages.
fn web_pages() -> axum::Router<web_frame::App> {
    web::routes()
}
