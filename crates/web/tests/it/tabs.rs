//! The tabs of a channel, by form and without script.

use http::StatusCode;
use identity::Role;
use web_proof::{Browser, House};
use workspace::Role as Seat;

use crate::house;

async fn add(house: &House, who: &Browser, channel: &str, site: (&str, &str)) -> String {
    let fields = [("address", site.0), ("name", site.1)];
    let made = house.post(who, &format!("{channel}/tabs"), &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    made.location().to_owned()
}

/// The names of the strip, in their order.
async fn strip(house: &House, who: &Browser, channel: &str) -> Vec<String> {
    let page = house.get(who, channel).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    let strip = page.between(r#"<nav class="tabs""#, "</nav>");
    let names = strip.split(r#"<span class="truncate">"#).skip(1);
    names.map(|rest| rest.split("</span>").next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_website_is_added_opened_renamed_moved_and_removed() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let sheet = house.get(&ada, &format!("{channel}/tabs/new")).await;
    assert!(sheet.html.contains("/linked/new?channel="), "{}", sheet.html);
    let runbook = add(&house, &ada, &channel, ("https://example.com/runbook", "Runbook")).await;
    let board = add(&house, &ada, &channel, ("https://example.com/board", "Board")).await;
    assert_eq!(strip(&house, &ada, &channel).await, ["Runbook", "Board"]);

    let page = house.get(&ada, &runbook).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains(
        r#"href="https://example.com/runbook" target="_blank" rel="noopener noreferrer""#
    ));
    assert!(page.html.contains("<bdi>example.com</bdi>"), "whose site it is: {}", page.html);
    assert!(!page.html.contains("<iframe"), "nothing foreign is framed");

    let moved = house.post(&ada, &format!("{board}/move"), &[("way", "up")]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.html);
    assert_eq!(strip(&house, &ada, &channel).await, ["Board", "Runbook"]);
    // at the end there is no further
    house.post(&ada, &format!("{board}/move"), &[("way", "up")]).await;
    assert_eq!(strip(&house, &ada, &channel).await, ["Board", "Runbook"]);

    let from = format!("{board}/rename?from={runbook}");
    let renamed = house.post(&ada, &from, &[("name", "Planning")]).await;
    assert_eq!(renamed.location(), runbook, "back to where the sheet was opened");
    let wrong = house.post(&ada, &format!("{board}/rename"), &[("name", "  ")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(strip(&house, &ada, &channel).await, ["Planning", "Runbook"]);

    let ask = house.get(&ada, &format!("{board}/remove")).await;
    assert!(ask.html.contains("Planning"), "it says what goes: {}", ask.html);
    let gone = house.post(&ada, &format!("{board}/remove"), &[]).await;
    assert_eq!(gone.location(), channel);
    assert_eq!(strip(&house, &ada, &channel).await, ["Runbook"]);
    assert_eq!(house.get(&ada, &board).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn hostile_addresses_and_names_are_refused_or_stay_text() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let long = format!("https://example.com/{}", "a".repeat(3000));
    for address in [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "http://example.com",
        "//evil.example",
        "/\\evil.example",
        "https://",
        "https://user:secret@example.com",
        "https://example.com/\u{7}",
        "",
        long.as_str(),
    ] {
        let fields = [("address", address), ("name", "x")];
        let page = house.post(&ada, &format!("{channel}/tabs"), &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{address:?}: {}", page.html);
        assert!(page.html.contains(r#"aria-invalid="true""#), "{address:?} is said at its field");
    }
    assert!(strip(&house, &ada, &channel).await.is_empty());

    let name = "\"><script>alert(1)</script>](javascript:alert(1))";
    let tab = add(&house, &ada, &channel, ("https://example.com/?a=\"><script>", name)).await;
    for path in [
        &*channel,
        &*tab,
        &format!("{channel}/tabs"),
        &format!("{tab}/remove"),
        &format!("{tab}/share"),
    ] {
        let page = house.get(&ada, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.html);
        assert!(!page.html.contains("<script>alert"), "{path}: {}", page.html);
    }
    let shared = house.post(&ada, &format!("{tab}/share"), &[("text", "look")]).await;
    assert_eq!(shared.location(), channel, "{}", shared.html);
    let page = house.get(&ada, &channel).await;
    assert!(page.html.contains(&format!("{tab}\"")), "the post leads to the tab: {}", page.html);
    assert!(!page.html.contains("href=\"javascript") && !page.html.contains("<script>alert"));
}

#[tokio::test]
async fn a_sheet_never_leads_out_of_the_hub() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let tab = add(&house, &ada, &channel, ("https://example.com", "Site")).await;
    for from in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let path = format!("{tab}/rename?from={from}");
        let page = house.post(&ada, &path, &[("name", "Site")]).await;
        assert_eq!(page.location(), channel, "{from}");
    }
}

#[tokio::test]
async fn guests_see_tabs_and_change_none_and_strangers_find_nothing() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let tab = add(&house, &ada, &channel, ("https://example.com", "Site")).await;
    let id = channel.trim_start_matches("/channels/").parse().unwrap();
    let ada_scope = house.scope_of(&house.user("root", &[Role::GlobalAdministrator]).await).await;
    let team = house.app.workspace.channel(&ada_scope, id).await.unwrap().team.id;
    let gus = house.browser("gus", &[]).await;
    let id = house.app.find_person(&ada_scope, "gus").await.unwrap().unwrap();
    house.app.workspace.set_member(&ada_scope, team, id, Seat::Guest).await.unwrap();
    let eve = house.browser("eve", &[]).await;

    let page = house.get(&gus, &channel).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains(&tab) && !page.html.contains("/tabs/new"), "{}", page.html);
    assert_eq!(house.get(&gus, &tab).await.status, StatusCode::OK);
    let acts: [(String, &[(&str, &str)]); 4] = [
        (format!("{channel}/tabs"), &[("address", "https://example.com/2"), ("name", "x")]),
        (format!("{tab}/rename"), &[("name", "x")]),
        (format!("{tab}/move"), &[("way", "up")]),
        (format!("{tab}/remove"), &[]),
    ];
    for (path, fields) in &acts {
        let page = house.post(&gus, path, fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}: {}", page.html);
        let page = house.post(&eve, path, fields).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}: {}", page.html);
    }
    for tail in ["", "/share", "/conversation", "/rename", "/remove"] {
        let page = house.get(&eve, &format!("{tab}{tail}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{tail}: {}", page.html);
        assert!(!page.html.contains("Site"), "{tail}");
    }
    assert_eq!(strip(&house, &ada, &channel).await, ["Site"]);
}

#[tokio::test]
async fn a_tab_of_another_channel_is_not_found() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let here = house.channel(&ada, "Operations").await;
    let there = house.channel(&ada, "Finance").await;
    let tab = add(&house, &ada, &here, ("https://example.com", "Site")).await;
    let other = tab.replace(&here, &there);
    assert_ne!(tab, other);
    assert_eq!(house.get(&ada, &other).await.status, StatusCode::NOT_FOUND);
    let renamed = house.post(&ada, &format!("{other}/rename"), &[("name", "x")]).await;
    assert_eq!(renamed.status, StatusCode::NOT_FOUND);
    let written = house.post(&ada, &format!("{other}/conversation"), &[("text", "x")]).await;
    assert_eq!(written.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_conversation_of_a_tab_is_one_thread_in_the_posts() {
    let house = house().await;
    let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
    let channel = house.channel(&ada, "Operations").await;
    let tab = add(&house, &ada, &channel, ("https://example.com", "Site")).await;
    let conversation = format!("{tab}/conversation");
    let none = house.get(&ada, &conversation).await;
    assert!(none.html.contains("Nobody has written about this tab"), "{}", none.html);
    let first =
        house.post(&ada, &format!("{conversation}?from={tab}"), &[("text", "is it right?")]).await;
    assert_eq!(first.location(), tab, "{}", first.html);
    house.post(&ada, &conversation, &[("text", "it is")]).await;
    let thread = house.get(&ada, &conversation).await;
    assert!(
        thread.html.contains("is it right?") && thread.html.contains("it is"),
        "{}",
        thread.html
    );
    let posts = house.get(&ada, &channel).await;
    assert!(posts.html.contains("is it right?") && posts.html.contains(&format!("{tab}\"")));
    assert!(posts.html.contains("thread-link"), "the second is an answer: {}", posts.html);

    // who deletes the beginning begins anew
    let message = posts.between(&format!("{channel}/messages/"), "/").to_owned();
    let message = message.split('"').next().unwrap().to_owned();
    let gone = house.post(&ada, &format!("{channel}/messages/{message}/delete"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.html);
    let again = house.post(&ada, &conversation, &[("text", "anew")]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.html);
    let thread = house.get(&ada, &conversation).await;
    assert!(thread.html.contains("anew"), "{}", thread.html);
}
