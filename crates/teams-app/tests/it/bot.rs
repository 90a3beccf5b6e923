//! The bot: how it is set up, and what proves that the Bot Connector speaks.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::Ordering,
    time::Duration,
};

use identity::Role;
use kernel::{Clock as _, Coded as _};
use liaison_teams_app::{DEFAULT_METADATA, Error, NewBot, Reply};
use serde_json::{Value, json};

use crate::{
    connector::SERVICE,
    house::{BOT, DIRECTORY, House, activity},
};

#[tokio::test]
async fn a_bot_is_set_up_changed_and_taken_away_by_who_rolls_out() {
    let house = House::new().await;
    let admin = house.admin().await;
    let seller = house.person("sam", &[Role::Seller]).await;
    assert!(house.teams.bot(&seller).await.is_err());
    assert!(house.teams.set_bot(&seller, None).await.is_err());
    assert_eq!(house.teams.bot(&admin).await.unwrap(), None);
    let new = NewBot { application: format!(" {} ", BOT.to_uppercase()), ..NewBot::default() };
    let bot = house.teams.set_bot(&admin, Some(new)).await.unwrap().unwrap();
    assert_eq!((bot.application.to_string().as_str(), bot.directory), (BOT, None));
    assert_eq!(bot.metadata, DEFAULT_METADATA);
    assert_eq!(house.teams.bot(&admin).await.unwrap(), Some(bot));
    let odd = NewBot {
        application: "x".to_owned(),
        directory: "y".to_owned(),
        issuer: "ftp://x".to_owned(),
        metadata: "z".to_owned(),
        ..NewBot::default()
    };
    let error = house.teams.set_bot(&admin, Some(odd)).await.unwrap_err();
    let places: Vec<&str> = error.fields().iter().map(|one| one.pointer.as_ref()).collect();
    assert_eq!(places, ["/application_id", "/directory_id", "/issuer", "/metadata_url"]);
    // who signs says who is asking: no choice of those who roll out alone
    let sales = house.person("sara", &[Role::SalesAdministrator]).await;
    let of_a_cloud = NewBot { application: BOT.to_owned(), ..NewBot::default() };
    let own = NewBot { metadata: "https://own.example/keys".to_owned(), ..of_a_cloud.clone() };
    let denied = house.teams.set_bot(&sales, Some(own)).await.unwrap_err();
    assert!(matches!(denied, Error::Denied(_)), "{denied}");
    house.teams.set_bot(&sales, Some(of_a_cloud)).await.unwrap();
    house.teams.set_bot(&admin, None).await.unwrap();
    assert_eq!(house.teams.bot(&admin).await.unwrap(), None);
    let token = house.token();
    let answer = house.teams.receive(house.tenant.id, Some(&token), &json!({})).await;
    assert_eq!(answer.unwrap_err().code().name(), "teams_app.no_bot");
}

#[tokio::test]
async fn only_a_token_of_the_connector_for_this_bot_and_this_call_counts() {
    let house = House::new().await;
    house.bot().await;
    let activity = activity(1, "composeExtension/querySettingUrl", &json!({}));
    let header = json!({ "alg": "RS256", "kid": "teams", "typ": "JWT" });
    let ask = async |token: &str| {
        let header = format!("Bearer {token}");
        house.teams.receive(house.tenant.id, Some(&header), &activity).await
    };
    let with = |name: &str, value: Value| {
        let mut claims = house.claims();
        claims[name] = value;
        claims
    };
    let now = house.clock.now().as_second();
    let good = [
        house.claims(),
        with("exp", json!(now - 200)),
        with("nbf", json!(now + 200)),
        with("aud", json!(BOT)),
    ];
    for claims in &good {
        let answer = ask(&house.connector.sign(&header, claims)).await;
        assert!(matches!(answer, Ok(Reply::Answer(_))), "{claims}: {answer:?}");
    }
    let mut missing = house.claims();
    missing.as_object_mut().unwrap().remove("serviceurl");
    let bad = [
        with("iss", json!("https://sts.example")),
        with("aud", json!("5fa1c0de-0000-4000-8000-00000000b072")),
        with("aud", json!([BOT])),
        with("exp", json!(now - 301)),
        with("exp", Value::Null),
        with("nbf", json!(now + 301)),
        with("serviceurl", json!("https://evil.example/")),
        missing,
    ];
    for claims in &bad {
        let error = ask(&house.connector.sign(&header, claims)).await.unwrap_err();
        assert_eq!(error.code().name(), "teams_app.unproven", "{claims}");
    }
    let heads = [
        json!({ "alg": "RS256", "kid": "other" }),
        json!({ "alg": "RS256", "kid": "unknown" }),
        json!({ "alg": "RS256" }),
        json!({ "alg": "RS384", "kid": "teams" }),
        json!({ "alg": "HS256", "kid": "teams" }),
        json!({ "alg": "none", "kid": "teams" }),
        json!({ "alg": "RS256", "kid": "teams", "crit": ["x"], "x": 1 }),
    ];
    for head in &heads {
        let error = ask(&house.connector.sign(head, &house.claims())).await.unwrap_err();
        assert_eq!(error.code().name(), "teams_app.unproven", "{head}");
    }
    // the library that bots are written with says the same of all that it looks at
    let all = good
        .iter()
        .chain(bad.iter().filter(|claims| !claims["exp"].is_null()))
        .map(|claims| house.connector.sign(&header, claims))
        .chain(
            heads
                .iter()
                .filter(|head| head.get("crit").is_none())
                .map(|head| house.connector.sign(head, &house.claims())),
        );
    let tokens: Vec<String> = all.collect();
    if let Some(verdicts) = by_the_library(&house, &tokens) {
        for (token, verdict) in tokens.iter().zip(&verdicts) {
            assert_eq!(ask(token).await.is_ok(), *verdict == json!(true), "{verdict}: {token}");
        }
        assert_eq!(verdicts.iter().filter(|verdict| **verdict == json!(true)).count(), good.len());
    }
    for text in ["", "x", "a.b.c", &"a".repeat(100_000)] {
        assert!(ask(text).await.is_err());
    }
    let none = house.teams.receive(house.tenant.id, None, &activity).await.unwrap_err();
    assert_eq!(none.code().name(), "teams_app.no_token");
    let basic = house.teams.receive(house.tenant.id, Some("Basic eA=="), &activity).await;
    assert_eq!(basic.unwrap_err().code().name(), "teams_app.no_token");
    // forged names of keys do not make the hub ask over and over
    let before = house.connector.looked.load(Ordering::SeqCst);
    for number in 0..20 {
        let head = json!({ "alg": "RS256", "kid": format!("k{number}") });
        assert!(ask(&house.connector.sign(&head, &house.claims())).await.is_err());
    }
    assert_eq!(house.connector.looked.load(Ordering::SeqCst), before);
    // a day later they are looked for anew
    house.clock.advance(Duration::from_hours(25));
    assert!(ask(&house.connector.sign(&header, &house.claims())).await.is_ok());
    assert_eq!(house.connector.looked.load(Ordering::SeqCst), before + 1);
}

/// The verdicts of `botframework-connector`; nothing, with a line that says so, where it is not installed.
fn by_the_library(house: &House, tokens: &[String]) -> Option<Vec<Value>> {
    let npm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../e2e/npm");
    if !npm.join("node_modules/botframework-connector").is_dir() {
        testkit::skip("tokens of bots", "npm's botframework-connector (npm ci in e2e/npm)");
        return None;
    }
    let job = json!({
        "metadata": house.connector.metadata, "application": BOT, "service": SERVICE,
        "channel": "msteams", "now": house.clock.now().as_second(), "tokens": tokens,
    });
    let mut command = Command::new("node");
    command.arg("bin/bot-tokens.mjs").current_dir(npm).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(job.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[tokio::test]
async fn what_is_no_activity_or_not_for_this_bot_is_said_so() {
    let house = House::new().await;
    house.bot().await;
    let token = house.token();
    let ask =
        async |activity: Value| house.teams.receive(house.tenant.id, Some(&token), &activity).await;
    for odd in [json!(null), json!([]), json!({}), json!({ "type": 7, "channelId": "msteams" })] {
        let error = ask(odd).await.unwrap_err();
        assert_eq!(error.code().name(), "teams_app.no_activity");
    }
    let mut foreign = activity(1, "composeExtension/query", &json!({}));
    foreign["conversation"]["tenantId"] = json!("00000000-0000-4000-8000-00000000beef");
    let error = ask(foreign).await.unwrap_err();
    assert_eq!(error.code().name(), "teams_app.other_directory");
    let mut emulator = activity(1, "composeExtension/query", &json!({}));
    emulator["channelId"] = json!("emulator");
    assert_eq!(ask(emulator).await.unwrap_err().code().name(), "teams_app.unproven");
    for (kind, name, expected) in [
        ("message", "", Reply::Noted),
        ("conversationUpdate", "", Reply::Noted),
        ("installationUpdate", "", Reply::Noted),
        ("invoke", "task/fetch", Reply::Unsupported),
        ("invoke", "composeExtension/submitAction", Reply::Unsupported),
        ("invoke", "composeExtension/setting", Reply::Answer(json!({}))),
    ] {
        let mut one = activity(1, name, &json!({}));
        one["type"] = json!(kind);
        let reply = ask(one).await.unwrap();
        assert_eq!(format!("{reply:?}"), format!("{expected:?}"), "{kind} {name}");
    }
    // nobody in particular: there is no directory of the person
    let mut nobody = activity(1, "composeExtension/query", &json!({}));
    nobody["from"] = json!({ "id": "29:x" });
    let Reply::Answer(answer) = ask(nobody).await.unwrap() else { panic!() };
    assert_eq!(answer["composeExtension"]["type"], "auth");
    assert!(DIRECTORY.len() == 36);
}
