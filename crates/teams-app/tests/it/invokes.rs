//! The message extension and the cards, by what Teams sends and shows.

use identity::Role;
use kernel::Coded as _;
use liaison_teams_app::{VERB, shared_in};
use serde_json::{Value, json};

use crate::house::{House, activity};

fn query(words: &str) -> Value {
    json!({
        "commandId": "search", "parameters": [{ "name": "search", "value": words }],
        "queryOptions": { "skip": 0, "count": 25 },
    })
}

fn press(card: &Value) -> Value {
    let action = &card["refresh"]["action"];
    json!({
        "action": {
            "type": "Action.Execute", "verb": action["verb"], "data": action["data"],
        },
        "trigger": "automatic",
    })
}

fn previews(answer: &Value) -> Vec<&str> {
    let all = answer["composeExtension"]["attachments"].as_array().unwrap();
    all.iter().map(|one| one["preview"]["content"]["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn each_reader_of_a_card_sees_what_the_crm_shows_them_and_the_card_itself_says_nothing() {
    let house = House::new().await;
    house.bot().await;
    let sam = house.person("sam", &[Role::Seller]).await;
    let ada = house.person("boss", &[Role::Seller]).await;
    let eve = house.person("eve", &[Role::Seller]).await;
    house.connect(&sam, "seller@example.com").await;
    house.connect(&ada, "admin@example.com").await;
    let own = house.deal(&ada, ("Zephyr & Sons <x> *y*", 125_000.0)).await;
    for (scope, who) in [(&sam, 1), (&ada, 2), (&eve, 3)] {
        house.link(scope, who).await;
    }

    // nothing typed: what was used lately, here nothing yet
    let first = json!({ "commandId": "search",
        "parameters": [{ "name": "initialRun", "value": "true" }] });
    let answer = house.invoke(2, "composeExtension/query", first.clone()).await;
    assert_eq!(answer["composeExtension"]["attachments"], json!([]));

    let answer = house.invoke(2, "composeExtension/query", query("zephyr")).await;
    let extension = &answer["composeExtension"];
    assert_eq!(
        (&extension["type"], &extension["attachmentLayout"]),
        (&json!("result"), &json!("list"))
    );
    assert_eq!(previews(&answer), ["Zephyr &amp; Sons &lt;x&gt; *y*"]);
    assert_eq!(answer["cacheInfo"]["cacheType"], "no_cache");
    let attachment = &extension["attachments"][0];
    assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
    let card = &attachment["content"];
    assert_eq!(shared_in(card).as_ref(), Some(&own));
    let text = card.to_string();
    for secret in ["Zephyr", "125", "Prospecting"] {
        assert!(!text.contains(secret), "{text}");
    }
    // another seller finds nothing of it
    let answer = house.invoke(1, "composeExtension/query", query("zephyr")).await;
    assert_eq!(previews(&answer), Vec::<&str>::new());

    // the same card for three readers
    let seen = async |who: u128| house.invoke(who, "adaptiveCard/action", press(card)).await;
    let full = seen(2).await;
    assert_eq!((&full["statusCode"], &full["type"]), (&json!(200), &attachment["contentType"]));
    let text = full["value"].to_string();
    assert!(text.contains("Zephyr & Sons <x> *y*") && text.contains("125,000"), "{text}");
    assert!(!text.contains("\"TextBlock\""), "text runs know no markup: {text}");
    assert_eq!(shared_in(&full["value"]).as_ref(), Some(&own), "it refreshes again");
    let hidden = seen(1).await;
    assert_eq!(hidden["statusCode"], 200);
    let text = hidden["value"].to_string();
    assert!(!text.contains("Zephyr") && text.contains("You cannot see this record"), "{text}");
    // connected to no CRM: what helps, and nothing else
    let barred = seen(3).await;
    let text = barred["value"].to_string();
    assert!(text.contains("You are connected to no CRM") && !text.contains("Zephyr"), "{text}");
    assert_eq!(barred["value"]["actions"][0]["url"], "http://hub.test/teams/home");
    // nobody that the hub knows
    let door = seen(9).await;
    assert_eq!(door["statusCode"], 401);
    assert_eq!(door["type"], "application/vnd.microsoft.activity.loginRequest");
    assert_eq!(door["value"]["buttons"][0]["value"], "http://hub.test/teams/bot/sign-in");
    let mut coded = press(card);
    coded["state"] = json!("no code");
    let wrong = house.invoke(9, "adaptiveCard/action", coded).await;
    assert_eq!(wrong["type"], "application/vnd.microsoft.error.incorrectAuthCode");

    // fields that are hidden from one are hidden on the card, for the same record
    let shared = house.deal(&sam, ("Zephyr North", 0.0)).await;
    let crm = house.crm.of(&ada).await.unwrap();
    let revenue = crm::Values::from([("Amount".to_owned(), crm::Value::Number(777_000.0))]);
    crm.update(&shared.record, &revenue, None).await.unwrap();
    let card = house.teams.neutral(kernel::Language::Fr, &shared);
    assert_eq!(card["lang"], "fr");
    let text = |answer: Value| answer["value"].to_string();
    let of_ada = text(house.invoke(2, "adaptiveCard/action", press(&card)).await);
    let of_sam = text(house.invoke(1, "adaptiveCard/action", press(&card)).await);
    assert!(of_ada.contains("777,000") && of_ada.contains("Zephyr North"), "{of_ada}");
    assert!(!of_sam.contains("777") && of_sam.contains("Zephyr North"), "{of_sam}");
}

#[tokio::test]
async fn an_address_of_a_record_unfolds_for_who_may_see_it_and_is_remembered() {
    let house = House::new().await;
    house.bot().await;
    let ada = house.person("boss", &[Role::Seller]).await;
    let sam = house.person("sam", &[Role::Seller]).await;
    let system = house.connect(&ada, "admin@example.com").await;
    house.connect(&sam, "seller@example.com").await;
    house.link(&ada, 2).await;
    house.link(&sam, 1).await;
    let own = house.deal(&ada, ("Zephyr", 5.0)).await;
    let id = &own.record.id;
    let base = house.double.url();
    let base = base.trim_end_matches('/');
    let unfold = async |who: u128, url: String| {
        let answer = house.invoke(who, "composeExtension/queryLink", json!({ "url": url })).await;
        answer["composeExtension"]["attachments"].as_array().map_or(99, Vec::len)
    };
    for (url, count) in [
        (format!("{base}/lightning/r/Opportunity/{id}/view"), 1),
        (format!("http://hub.test/crm/records/Opportunity/{id}"), 1),
        (format!("http://hub.test/teams/records/{system}/Opportunity/{id}"), 1),
        (format!("https://elsewhere.example/lightning/r/Opportunity/{id}/view"), 0),
        (format!("{base}/lightning/r/Opportunity/006000000000000AAA/view"), 0),
        (format!("{base}/lightning/page/home"), 0),
        (format!("http://hub.test/records/{system}/Opportunity/{id}"), 0),
        ("http://hub.test/crm/records/../../x".to_owned(), 0),
        ("no address".to_owned(), 0),
        (format!("{base}/lightning/r/{}/{id}/view", "A".repeat(5000)), 0),
    ] {
        assert_eq!(unfold(2, url.clone()).await, count, "{url}");
        assert_eq!(unfold(1, url.clone()).await, 0, "{url}");
    }
    let first = json!({ "commandId": "search",
        "parameters": [{ "name": "initialRun", "value": "true" }] });
    let recent = house.invoke(2, "composeExtension/query", first.clone()).await;
    assert_eq!(previews(&recent), ["Zephyr"]);
    let none = house.invoke(1, "composeExtension/query", first).await;
    assert_eq!(previews(&none), Vec::<&str>::new());
}

#[tokio::test]
async fn what_stands_in_the_way_is_said_in_the_readers_language() {
    let house = House::new().await;
    house.bot().await;
    let sam = house.person("sam", &[Role::Seller]).await;
    house.link(&sam, 1).await;
    let mut french = activity(1, "composeExtension/query", &query("x"));
    french["locale"] = json!("fr-FR");
    let token = house.token();
    let liaison_teams_app::Reply::Answer(answer) =
        house.teams.receive(house.tenant.id, Some(&token), &french).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(answer["composeExtension"]["type"], "message");
    let text = answer["composeExtension"]["text"].as_str().unwrap();
    assert!(text.contains("CRM") && text.contains("Vous"), "{text}");
    let settings = house.invoke(7, "composeExtension/querySettingUrl", json!({})).await;
    assert_eq!(settings["composeExtension"]["type"], "config");
    let action = &settings["composeExtension"]["suggestedActions"]["actions"][0];
    assert_eq!(action["value"], "http://hub.test/teams/home");
}

#[tokio::test]
async fn what_no_card_of_ours_sends_is_refused() {
    let house = House::new().await;
    house.bot().await;
    let sam = house.person("sam", &[Role::Seller]).await;
    house.connect(&sam, "seller@example.com").await;
    house.link(&sam, 1).await;
    let good = json!({
        "system": "11111111-2222-4333-8444-555555555555", "table": "Account", "record": "x",
    });
    for (verb, data) in [
        ("other", good.clone()),
        (VERB, json!(null)),
        (VERB, json!([])),
        (VERB, json!({ "system": 1 })),
        (VERB, json!({ "system": "x", "table": "Account", "record": "1" })),
        (VERB, json!({ "system": good["system"], "table": "A'; --", "record": "1" })),
        (VERB, json!({ "system": good["system"], "table": "Account", "record": "x".repeat(500) })),
    ] {
        let value = json!({ "action": { "verb": verb, "data": data } });
        let answer = house.invoke(1, "adaptiveCard/action", value).await;
        assert_eq!(answer["statusCode"], 400, "{verb} {data}: {answer}");
        assert_eq!(answer["type"], "application/vnd.microsoft.error");
    }
    // a CRM that is not the tenant's is one that shows nothing
    let value = json!({ "action": { "verb": VERB, "data": good } });
    let answer = house.invoke(1, "adaptiveCard/action", value).await;
    assert!(answer["value"].to_string().contains("You cannot see this record"), "{answer}");
}

#[tokio::test]
async fn a_record_is_shared_into_a_channel_of_the_hub_by_who_sees_it() {
    let house = House::new().await;
    let ada = house.person("boss", &[Role::Seller, Role::TeamsAdministrator]).await;
    let sam = house.person("sam", &[Role::Seller]).await;
    house.connect(&ada, "admin@example.com").await;
    house.connect(&sam, "seller@example.com").await;
    let own = house.deal(&ada, ("Zephyr", 5.0)).await;
    let new = workspace::NewTeam {
        name: "Deals".to_owned(),
        description: String::new(),
        visibility: workspace::Visibility::Public,
    };
    let made = house.workspace.create_team(&ada, new).await.unwrap();
    let channels = house.workspace.channels(&ada, made.team.id).await.unwrap();
    let channel = channels[0].channel.id;
    let posted = house.teams.share(&ada, channel, &own).await.unwrap();
    let workspace::Content::Card(card) = &posted.content else { panic!("{posted:?}") };
    assert_eq!(shared_in(&card.card), Some(own.clone()));
    assert!(!card.card.to_string().contains("Zephyr"));
    assert!(house.teams.view(&ada, &own).await.unwrap().view().is_some());
    assert!(house.teams.view(&sam, &own).await.unwrap().view().is_none());
    let error = house.teams.share(&sam, channel, &own).await.unwrap_err();
    assert_eq!(error.code().name(), "teams_app.no_record");
}
