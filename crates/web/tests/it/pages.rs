//! What people do on pages, without script.

use axum::body::Body;
use http::{StatusCode, header};
use http_body_util::BodyExt as _;
use identity::{
    Role,
    environments::{EnvironmentKind, NewEnvironment},
};
use web_proof::{Browser, House};

use crate::house;

#[tokio::test]
async fn a_message_sent_by_a_plain_form_is_in_the_page_and_stays_text() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let text = "**bold** <script>alert(1)</script> [x](javascript:alert(1))";
    let sent = house.post(&ada, &format!("{channel}/messages"), &[("text", text)]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, channel.as_str()));
    let page = house.get(&ada, &channel).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("<strong>bold</strong>"), "{}", page.html);
    assert!(page.html.contains("&lt;script&gt;alert(1)"), "{}", page.html);
    assert!(!page.html.contains("<script>alert") && !page.html.contains("href=\"javascript"));
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert_eq!(policy, web_frame::CONTENT_SECURITY_POLICY);
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn an_empty_message_comes_back_with_what_to_do() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let page = house.post(&ada, &format!("{channel}/messages"), &[("text", "  ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains(r#"<p class="problem" role="alert">"#), "{}", page.html);
}

#[tokio::test]
async fn a_taken_name_comes_back_with_the_form_as_typed() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    house.channel(&ada, "Operations").await;
    let fields = [("name", "operations"), ("description", "typed"), ("visibility", "public")];
    let page = house.post(&ada, "/teams", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains(r#"aria-invalid="true""#), "{}", page.html);
    assert!(page.html.contains(">typed</textarea>"), "{}", page.html);
}

#[tokio::test]
async fn a_form_without_the_token_of_its_session_changes_nothing() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let forged = Browser { csrf: "guess".to_owned(), ..ada.clone() };
    let page = house.post(&forged, &format!("{channel}/messages"), &[("text", "forged")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.html.contains("request-id"), "a problem is a page: {}", page.html);
    assert!(!house.get(&ada, &channel).await.html.contains("forged"));
}

#[tokio::test]
async fn nobody_is_led_to_sign_in_and_a_stranger_finds_nothing() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let eve = house.browser("eve", &[]).await;
    let nobody = Browser { cookie: String::new(), csrf: String::new() };
    for tail in ["", "/files", "/settings", "/connectors", "/live", "/mentions"] {
        let path = format!("{channel}{tail}");
        let page = house.get(&nobody, &path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        assert!(page.location().starts_with("/sign-in"), "{path}");
        let page = house.get(&eve, &path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}: {}", page.html);
        assert!(!page.html.contains("Operations"), "{path}");
    }
    let sent = house.post(&eve, &format!("{channel}/messages"), &[("text", "x")]).await;
    assert_eq!(sent.status, StatusCode::NOT_FOUND);
}

/// Reads events until `wanted` stands in them.
async fn events(body: &mut Body, wanted: &str) -> String {
    let mut seen = String::new();
    testkit::within(wanted, async {
        while !seen.contains(wanted) {
            let frame = body.frame().await.expect("the stream stays open").unwrap();
            seen.push_str(&String::from_utf8_lossy(&frame.into_data().unwrap_or_default()));
        }
    })
    .await;
    seen
}

#[tokio::test]
async fn the_live_stream_resumes_without_gap_and_without_repeat() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let page = house.get(&ada, &channel).await;
    let after = page.between(r#"data-after=""#, "\"").to_owned();
    let live = format!("{channel}/live?after={after}");
    let request = house.request(&ada, "GET", &live).body(Body::empty()).unwrap();
    let answer = house.open(request).await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert!(answer.headers().get(header::CONTENT_ENCODING).is_none());
    let mut body = answer.into_body();
    house.post(&ada, &format!("{channel}/messages"), &[("text", "number one")]).await;
    let first = events(&mut body, "number one").await;
    let id = first.split("id: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    drop(body);
    for text in ["number two", "number three"] {
        house.post(&ada, &format!("{channel}/messages"), &[("text", text)]).await;
    }
    let request = house.request(&ada, "GET", &live).header("last-event-id", id);
    let mut body = house.open(request.body(Body::empty()).unwrap()).await.into_body();
    let rest = events(&mut body, "number three").await;
    assert!(rest.contains("number two") && !rest.contains("number one"), "{rest}");
    assert!(rest.find("number two") < rest.find("number three"));
}

#[tokio::test]
async fn a_file_goes_up_and_comes_down_and_never_runs_in_our_origin() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let part = |name: &str, more: &str, body: &str| {
        format!("--cut\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n{body}\r\n")
    };
    let html = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let form = [
        part("csrf", "", &ada.csrf),
        part("file", "; filename=\"page.svg\"", html),
        "--cut--\r\n".to_owned(),
    ];
    let kind = "multipart/form-data; boundary=cut";
    let upload = format!("{channel}/files");
    let request = house.request(&ada, "POST", &upload).header(header::CONTENT_TYPE, kind);
    let sent = house.send(request.body(Body::from(form.concat())).unwrap()).await;
    let list = house.get(&ada, &upload).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    let file = format!("/files/{}", list.between("href=\"/files/", "\""));
    let got = house.get(&ada, &file).await;
    assert_eq!(got.html, html);
    assert_eq!(got.headers[header::CONTENT_TYPE], "application/octet-stream");
    let place = got.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(place.starts_with("attachment"), "{place}");
}

#[tokio::test]
async fn an_upload_without_the_token_is_refused() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let form = "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--cut--\r\n";
    let upload = format!("{channel}/files");
    let kind = "multipart/form-data; boundary=cut";
    let request = house.request(&ada, "POST", &upload).header(header::CONTENT_TYPE, kind);
    let sent = house.send(request.body(Body::from(form)).unwrap()).await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN);
    assert!(!house.get(&ada, &upload).await.html.contains("a.txt"));
}

#[tokio::test]
async fn the_hub_fetches_no_address_that_it_did_not_write() {
    let house = house().await;
    let ada = house.browser("ada", &[]).await;
    let forged = "/images?u=http%3A%2F%2F127.0.0.1%2Fx.png&s=AAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(house.get(&ada, forged).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_chosen_language_and_theme_are_kept() {
    let house = house().await;
    let ada = house.browser("ada", &[]).await;
    let fields = [("theme", "dark"), ("language", "fr"), ("back", "//evil.example")];
    let answer = house.post(&ada, "/preferences", &fields).await;
    assert_eq!(answer.location(), "/");
    let cookies: Vec<&str> = answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|line| line.to_str().unwrap().split(';').next().unwrap())
        .collect();
    assert_eq!(cookies, ["liaison-theme=dark", "liaison-language=fr"]);
    let cookie = format!("{}; {}", ada.cookie, cookies.join("; "));
    let page = house.get(&Browser { cookie, ..ada }, "/teams").await;
    assert!(page.html.contains(r#"<html lang="fr" data-theme="dark">"#), "{}", page.html);
}

#[tokio::test]
async fn what_was_deleted_comes_back_from_its_toast_and_from_the_list() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let made = house.post(&ada, &format!("{channel}/folders"), &[("name", "Runbooks")]).await;
    let files = format!("{channel}/files");
    assert_eq!(made.location(), files);
    let list = house.get(&ada, &files).await;
    let folder = format!("{files}/{}", list.between(&format!("hx-get=\"{files}/"), "\""));
    let deleted = house.post(&ada, &format!("{folder}/delete"), &[]).await;
    let cookie = deleted.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap();
    let toasted = Browser { cookie: format!("{}; {cookie}", ada.cookie), csrf: ada.csrf.clone() };
    let page = house.get(&toasted, deleted.location()).await;
    let restore = format!("{folder}/restore");
    let toast = page.html.split_once("id=\"toasts\"").unwrap().1;
    assert!(toast.contains(&format!("action=\"{restore}\"")), "{toast}");
    assert!(page.between("more deleted", "</details>").contains("Runbooks"), "{}", page.html);
    let back = house.post(&ada, &restore, &[]).await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, files.as_str()));
    let list = house.get(&ada, &files).await;
    assert!(list.between("id=\"file-rows\"", "</tbody>").contains("Runbooks"), "{}", list.html);
}

#[tokio::test]
async fn a_toast_never_sends_a_form_away_from_the_hub() {
    let house = house().await;
    let ada = house.browser("ada", &[]).await;
    for undo in ["https://evil.example/", "//evil.example/", "/a?b=c", "/\"><script>"] {
        let cookie = format!("{}; liaison-toast=saved~{undo}", ada.cookie);
        let page = house.get(&Browser { cookie, csrf: String::new() }, "/teams").await;
        let toast = page.html.split_once("id=\"toasts\"").unwrap().1;
        assert!(!toast.contains("<form"), "{undo}: {toast}");
    }
}

#[tokio::test]
async fn a_mail_of_the_team_is_listed_read_deleted_and_brought_back_and_hidden_from_strangers() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    house.channel(&ada, "Operations").await;
    let teams = house.get(&ada, "/teams").await;
    let team: kernel::TeamId =
        teams.between(r#"<h3 class="truncate"><a href="/teams/"#, "\"").parse().unwrap();
    let letter = workspace::Letter {
        id: uuid::Uuid::from_u128(7).into(),
        sender: "Backup".to_owned(),
        subject: "It <failed>".to_owned(),
        text: "Look at <script>alert(1)</script>".to_owned(),
        html: "<p>Look</p>".to_owned(),
    };
    let hub = house.system.scope(house.tenant, "test");
    house.app.workspace.put_letter(&hub, team, letter).await.unwrap();
    let mailbox = format!("/teams/{team}/mailbox");
    let list = house.get(&ada, &mailbox).await;
    let mail = format!("{mailbox}/{}", list.between(&format!("<a href=\"{mailbox}/"), "\""));
    assert!(list.html.contains("It &#60;failed&#62;"), "{}", list.html);
    let page = house.get(&ada, &mail).await;
    assert!(page.between("letter-text", "</div>").contains("&#60;script&#62;"), "{}", page.html);
    assert!(!page.html.contains("name=\"in_reply_to\""), "no relay, nothing to send");
    let eve = house.browser("eve", &[]).await;
    for hidden in [&mailbox, &mail, &format!("{mailbox}/new")] {
        assert_eq!(house.get(&eve, hidden).await.status, StatusCode::NOT_FOUND, "{hidden}");
    }
    let refused = house.post(&eve, &format!("{mail}/delete"), &[]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let gone = house.post(&ada, &format!("{mail}/delete"), &[]).await;
    let toast = gone.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(toast.contains(&format!("~{mail}/restore")), "{toast}");
    assert_eq!(house.get(&ada, &mail).await.status, StatusCode::NOT_FOUND);
    let back = house.post(&ada, &format!("{mail}/restore"), &[]).await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, mail.as_str()));
}

#[tokio::test]
async fn who_is_answered_finds_it_under_activity() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let bob = house.browser("bob", &[Role::Seller]).await;
    let channel = house.channel(&ada, "Operations").await;
    let team = house.get(&ada, "/teams").await;
    let team = team.between(r#"<h3 class="truncate"><a href="/teams/"#, "\"").to_owned();
    let seat = [("person", "bob"), ("role", "member")];
    house.post(&ada, &format!("/teams/{team}/members"), &seat).await;
    house.post(&bob, &format!("{channel}/messages"), &[("text", "Who is on call?")]).await;
    let page = house.get(&ada, &channel).await;
    let message = page.between("id=\"m-", "\"").to_owned();
    let thread = format!("{channel}/messages/{message}");
    house.post(&ada, &thread, &[("text", "I am")]).await;
    let told = house.get(&bob, "/activity").await;
    assert!(told.between("id=\"feed\"", "</ol>").contains(&thread), "{}", told.html);
    assert!(told.html.contains("ada answered you"), "{}", told.html);
    assert!(!house.get(&ada, "/activity").await.html.contains("id=\"feed\""));
}

#[tokio::test]
async fn the_pane_comes_back_as_it_was_left() {
    let house = house().await;
    let ada = house.browser("ada", &[]).await;
    let kept =
        house.post(&ada, "/preferences", &[("pane", "320-closed"), ("back", "/teams")]).await;
    let cookie = kept.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap();
    assert_eq!(cookie, "liaison-pane=320-closed");
    let ada = Browser { cookie: format!("{}; {cookie}", ada.cookie), csrf: String::new() };
    let page = house.get(&ada, "/teams").await;
    assert!(page.html.contains(r#"<div class="frame pane-closed" data-pane="320">"#));
    assert!(page.html.contains(r#"name="pane" value="320""#), "{}", page.html);
}

#[tokio::test]
async fn the_live_stream_ends_with_the_session_and_not_with_somebody_elses() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    house.browser("eve", &[]).await;
    let channel = house.channel(&ada, "Operations").await;
    let root = house.system.scope(house.tenant, "test");
    let find =
        async |name: &str| house.identity.find_user_by_name(&root, name).await.unwrap().unwrap().id;
    let live = format!("{channel}/live");
    let open = async || {
        let request = house.request(&ada, "GET", &live).body(Body::empty()).unwrap();
        house.open(request).await.into_body()
    };
    let mut body = open().await;
    events(&mut body, "hello").await;
    house.identity.sign_out_everywhere(&root, find("eve").await).await.unwrap();
    house.post(&ada, &format!("{channel}/messages"), &[("text", "number one")]).await;
    events(&mut body, "number one").await;
    house.identity.sign_out_everywhere(&root, find("ada").await).await.unwrap();
    testkit::within("the end of the stream", async {
        while let Some(frame) = body.frame().await {
            drop(frame);
        }
    })
    .await;
    // The browser asks again, and is told.
    let request = house.request(&ada, "GET", &live).body(Body::empty()).unwrap();
    assert_eq!(house.open(request).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_palette_finds_the_records_of_who_may_read_them_and_of_nobody_else() {
    let house = House::new(vec![liaison_web::routes(), web_records::routes()]).await;
    let ada = house.browser("ada", &[Role::GlobalAdministrator]).await;
    let scope = house.system.scope(house.tenant, "test");
    let new = NewEnvironment {
        name: "Sales".to_owned(),
        kind: EnvironmentKind::Production,
        crm_enabled: true,
    };
    let made = house.identity.create_environment(&scope, new).await.unwrap();
    let new = format!("/records/{}/account/new", made.id);
    let record = house.post(&ada, &new, &[("name", "Sommet Sports")]).await.location().to_owned();
    let found = house.get(&ada, "/palette?q=somm").await;
    assert!(found.html.contains(&record), "{}", found.html);
    let recent = house.get(&ada, "/palette").await;
    assert!(recent.html.contains(&record) && recent.html.contains(&new), "{}", recent.html);
    let ben = house.browser("ben", &[]).await;
    for words in ["", "somm"] {
        let hidden = house.get(&ben, &format!("/palette?q={words}")).await;
        assert!(!hidden.html.contains("Sommet") && !hidden.html.contains(&new), "{words}");
    }
}

#[tokio::test]
async fn an_address_without_a_page_is_told_in_the_frame_of_whoever_asks() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let page = house.get(&ada, "/teams-of-old/7").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.html.contains("href=\"/profile\""), "the frame of a person: {}", page.html);
    assert!(!page.html.contains("openapi") && !page.html.contains("/sign-in"), "{}", page.html);
}
