//! The bot speaks by itself: with a secret of its own, to the published places alone.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use doubles_graph::{BotConfig, BotConnector, Said};
use identity::Role;
use kernel::{Coded as _, Language, Scope, Secret};
use liaison_teams_app::{Error, NewBot, Reply, Telling};
use serde_json::{Value, json};

use crate::{
    connector::ISSUER,
    house::{BOT, DIRECTORY, House},
};

const SECRET: &str = "QwE8Q~first";
const CHAT: &str = "a:1Zephyr_chat";

impl House {
    /// A bot that can speak, at a connector of the house's own.
    pub(crate) async fn talking(&self) -> BotConnector {
        let double = BotConnector::start(BotConfig {
            application: BOT.to_owned(),
            secret: SECRET.to_owned(),
            directory: DIRECTORY.to_owned(),
            issuer: ISSUER.to_owned(),
        })
        .unwrap();
        double.open(CHAT, false);
        self.teams.set_bot(&self.admin().await, Some(bot_of(&double, SECRET))).await.unwrap();
        double
    }

    /// What came of an activity; a turn is answered.
    async fn heard(&self, double: &BotConnector, activity: &Value) -> Result<Reply, Error> {
        let now = self.clock_now();
        let proof = double.proof(&json!({ "nbf": now - 60, "exp": now + 3600 }));
        self.teams.receive(self.tenant.id, Some(&proof), activity).await
    }

    /// What the bot says to what somebody does.
    async fn talk(&self, double: &BotConnector, activity: &Value) -> Vec<Said> {
        match self.heard(double, activity).await.unwrap() {
            Reply::Turn(turn) => self.teams.answer(*turn, None).await.unwrap(),
            Reply::Noted => {}
            other => panic!("{other:?}"),
        }
        double.said()
    }

    async fn types(&self, double: &BotConnector, who: u128, words: &str) -> Vec<Said> {
        let mut one = message(double, who, &format!("1:{}", self.ids.fresh::<uuid::Uuid>()));
        one["text"] = json!(words);
        self.talk(double, &one).await
    }
}

fn bot_of(double: &BotConnector, secret: &str) -> NewBot {
    NewBot {
        application: BOT.to_owned(),
        directory: DIRECTORY.to_owned(),
        issuer: ISSUER.to_owned(),
        metadata: double.metadata(),
        secret: (!secret.is_empty()).then(|| Secret::new(secret.to_owned())),
        login: double.login(),
        expires_on: None,
    }
}

/// Until when a secret is good stays said while it is kept, and is nobody's word of the next one.
#[tokio::test]
async fn the_end_of_a_secret_belongs_to_that_secret() {
    let house = House::new().await;
    let double = house.talking().await;
    let admin = house.admin().await;
    let day = |bot: Option<liaison_teams_app::Bot>| {
        let end = bot.unwrap().secret.unwrap().expires_at;
        end.map(|at| at.strftime("%F").to_string())
    };
    let set = |secret: &str, day: Option<&str>| NewBot {
        expires_on: day.map(str::to_owned),
        ..bot_of(&double, secret)
    };
    let put = async |new: NewBot| house.teams.set_bot(&admin, Some(new)).await;
    assert_eq!(day(put(set("", None)).await.unwrap()), None);
    assert_eq!(
        day(put(set("", Some(" 2027-05-31 "))).await.unwrap()),
        Some("2027-05-31".to_owned())
    );
    assert_eq!(day(put(set("", None)).await.unwrap()), Some("2027-05-31".to_owned()));
    assert_eq!(day(house.teams.bot(&admin).await.unwrap()), Some("2027-05-31".to_owned()));
    for typed in ["31.05.2027", "soon", "9999-01-01"] {
        let error = put(set("", Some(typed))).await.unwrap_err();
        let place = error.fields().first().map(|one| (one.pointer.clone(), one.code.to_owned()));
        let wanted = ("/secret_expires_on".into(), "teams_app.day".to_owned());
        assert_eq!(place, Some(wanted), "{typed}");
    }
    assert_eq!(day(put(set(SECRET, None)).await.unwrap()), None, "another secret, another end");
    put(set("", Some("2027-05-31"))).await.unwrap();
    assert_eq!(day(put(set("", Some(""))).await.unwrap()), None, "taken back");
    assert_eq!(day(house.teams.bot(&admin).await.unwrap()), None);
}

/// A message as Teams sends it.
fn message(double: &BotConnector, who: u128, id: &str) -> Value {
    json!({
        "type": "message", "id": id, "channelId": "msteams", "locale": "en-GB",
        "text": "help", "textFormat": "plain", "serviceUrl": double.service(),
        "timestamp": "2026-11-23T07:00:00.000Z",
        "from": { "id": "29:1", "name": "Somebody", "aadObjectId": uuid::Uuid::from_u128(who) },
        "recipient": { "id": format!("28:{BOT}"), "name": "Liaison" },
        "conversation": { "conversationType": "personal", "tenantId": DIRECTORY, "id": CHAT },
        "channelData": { "tenant": { "id": DIRECTORY } },
    })
}

fn card(said: &[Said]) -> &Value {
    assert_eq!(said.len(), 1, "{said:?}");
    &said[0].activity["attachments"][0]["content"]
}

#[tokio::test]
async fn the_stand_in_takes_what_the_published_client_sends() {
    let house = House::new().await;
    let double = house.talking().await;
    let npm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../e2e/npm");
    if !npm.join("node_modules/botframework-connector").is_dir() {
        testkit::skip(
            "a client of the connector",
            "npm's botframework-connector (npm ci in e2e/npm)",
        );
        return;
    }
    let job = json!({
        "service": double.service(), "conversation": CHAT,
        "token": {
            "url": format!("{}{DIRECTORY}/oauth2/v2.0/token", double.login()),
            "form": {
                "grant_type": "client_credentials", "client_id": BOT, "client_secret": SECRET,
                "scope": format!("{ISSUER}/.default"),
            },
        },
    });
    let mut command = Command::new("node");
    command.arg("bin/bot-connector.mjs").current_dir(npm).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(job.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let said = double.said();
    assert_eq!(said.len(), 3, "{made} {said:?}");
    assert_eq!(made["sent"], said[0].activity["id"], "{made}");
    assert_eq!(said[1].of.as_deref(), made["sent"].as_str());
    assert_eq!((said[2].method.as_str(), &said[2].activity["text"]), ("PUT", &json!("changed")));
    assert_eq!(made["updated"], made["sent"], "{made}");
    assert_eq!(made["nowhere"], "404 ConversationNotFound", "{made}");
    assert_eq!(made["empty"], "400 BadSyntax", "{made}");
    assert_eq!(made["unknown"], "404 ActivityNotFoundInConversation", "{made}");
}

#[tokio::test]
async fn a_secret_is_kept_sealed_rotated_and_never_sent_to_another_place() {
    let house = House::new().await;
    let double = house.talking().await;
    let admin = house.admin().await;
    let code = |error: &Error| error.fields().first().map(|one| one.code.to_owned());
    let bot = house.teams.bot(&admin).await.unwrap().unwrap();
    assert_eq!(bot.secret.as_ref().map(|one| one.login.clone()), Some(double.login()));
    assert!(!format!("{bot:?}").contains(SECRET));
    assert!(house.teams.try_bot(&admin).await.unwrap().is_some());
    let asked = double.asked();
    let scope = ("scope".to_owned(), format!("{ISSUER}/.default"));
    assert!(asked.contains(&scope), "{asked:?}");
    // whoever may not roll out may not try either
    let seller = house.person("sam", &[Role::Seller]).await;
    assert_eq!(house.teams.try_bot(&seller).await.unwrap_err().code().name(), "permission.missing");

    // without a new one the old one stays, as long as nothing moves
    let same = bot_of(&double, "");
    assert!(
        house.teams.set_bot(&admin, Some(same.clone())).await.unwrap().unwrap().secret.is_some()
    );
    assert!(house.teams.try_bot(&admin).await.is_ok());
    let other = "00000000-0000-4000-8000-00000000beef".to_owned();
    for moved in [
        NewBot { application: other.clone(), ..same.clone() },
        NewBot { directory: other, ..same.clone() },
        NewBot { login: "https://login.microsoftonline.com/".to_owned(), ..same.clone() },
    ] {
        let error = house.teams.set_bot(&admin, Some(moved)).await.unwrap_err();
        assert_eq!(code(&error).as_deref(), Some("teams_app.secret_again"));
    }
    for login in ["https://evil.example/", "ftp://127.0.0.1/", "http://192.0.2.1/", "x"] {
        let odd = NewBot { login: login.to_owned(), ..bot_of(&double, SECRET) };
        let error = house.teams.set_bot(&admin, Some(odd)).await.unwrap_err();
        assert_eq!(code(&error).as_deref(), Some("teams_app.place"), "{login}");
    }
    let none = NewBot { directory: String::new(), ..bot_of(&double, SECRET) };
    let error = house.teams.set_bot(&admin, Some(none)).await.unwrap_err();
    assert_eq!(error.fields()[0].pointer, "/directory_id");
    for (text, expected) in [
        ("x".repeat(20_000), "text.too_long"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA".to_owned(), "teams_app.certificate"),
    ] {
        let error = house.teams.set_bot(&admin, Some(bot_of(&double, &text))).await.unwrap_err();
        assert_eq!(code(&error).as_deref(), Some(expected));
    }
    // one that the directory does not know is said so, and the right one helps at once
    house.teams.set_bot(&admin, Some(bot_of(&double, "wrong"))).await.unwrap();
    let error = house.teams.try_bot(&admin).await.unwrap_err();
    assert!(matches!(error, Error::Grant(_)), "{error}");
    assert!(!format!("{error:?}").contains("wrong"), "{error:?}");
    house.teams.set_bot(&admin, Some(bot_of(&double, SECRET))).await.unwrap();
    assert!(house.teams.try_bot(&admin).await.is_ok());
    // it goes with the bot
    house.teams.set_bot(&admin, None).await.unwrap();
    assert_eq!(house.teams.try_bot(&admin).await.unwrap_err().code().name(), "teams_app.no_bot");
    let bare = NewBot { application: BOT.to_owned(), ..NewBot::default() };
    assert_eq!(house.teams.set_bot(&admin, Some(bare)).await.unwrap().unwrap().secret, None);
    assert_eq!(house.teams.try_bot(&admin).await.unwrap_err().code().name(), "teams_app.no_secret");
}

#[tokio::test]
async fn somebody_unknown_learns_how_to_sign_in_and_then_finds_what_the_crm_shows_them() {
    let house = House::new().await;
    let double = house.talking().await;
    let sam = house.person("sam", &[Role::Seller]).await;
    let boss = house.person("boss", &[Role::Seller]).await;
    house.connect(&sam, "seller@example.com").await;
    house.connect(&boss, "admin@example.com").await;
    let own = house.deal(&boss, ("Zephyr & Sons <x> *y*", 125_000.0)).await;

    // the app comes: one greeting, though two activities tell of it
    let mut came = message(&double, 2, "f:came");
    came["type"] = json!("installationUpdate");
    came["action"] = json!("add");
    let mut added = message(&double, 2, "f:added");
    added["type"] = json!("conversationUpdate");
    added["membersAdded"] = json!([{ "id": "29:1" }, { "id": format!("28:{BOT}") }]);
    let said = house.talk(&double, &came).await;
    let sign_in = &said[0].activity["attachments"][0];
    assert_eq!(sign_in["contentType"], "application/vnd.microsoft.card.signin");
    assert_eq!(sign_in["content"]["buttons"][0]["value"], "http://hub.test/teams/bot/sign-in");
    assert!(house.talk(&double, &added).await.is_empty());
    // whatever they type, they are told that alone
    for words in ["help", "zephyr", "meetings", "crm"] {
        let said = house.types(&double, 2, words).await;
        let kind = &said[0].activity["attachments"][0]["contentType"];
        assert_eq!(kind, "application/vnd.microsoft.card.signin", "{words}");
        assert!(!format!("{said:?}").contains("Zephyr &"), "{said:?}");
    }
    assert!(!house.teams.has_chat(&boss).await.unwrap());

    // the window gives a code to Teams, which brings it
    let code = house.teams.code(&boss).await.unwrap();
    let verify = |code: &str| {
        let mut one = message(&double, 2, "f:verify");
        one["type"] = json!("invoke");
        one["name"] = json!("signin/verifyState");
        one["value"] = json!({ "state": code });
        one
    };
    let refused = house.heard(&double, &verify("x")).await.unwrap();
    assert!(matches!(refused, Reply::Unsupported));
    let said = house.talk(&double, &verify(code.expose())).await;
    assert!(card(&said).to_string().contains("Welcome to Liaison"), "{said:?}");
    assert!(house.teams.has_chat(&boss).await.unwrap());
    let again = house.heard(&double, &verify(code.expose())).await.unwrap();
    assert!(matches!(again, Reply::Unsupported), "a code serves once");

    // one record: its card, with what the CRM shows this person; texts are no markup
    let said = house.types(&double, 2, "<at>Liaison</at> zephyr").await;
    let found = card(&said);
    let text = found.to_string();
    assert!(text.contains("Zephyr & Sons <x> *y*") && text.contains("125,000"), "{text}");
    assert!(!text.contains("\"TextBlock\""), "{text}");
    assert_eq!(liaison_teams_app::shared_in(found), Some(own));
    assert!(said[0].of.is_some(), "it answers the message");
    // another person finds nothing of it
    house.knows(&sam, 1, &double).await;
    let said = house.types(&double, 1, "zephyr").await;
    let text = card(&said).to_string();
    assert!(text.contains("No record of your CRM holds") && !text.contains("Sons"), "{text}");
    // several
    house.deal(&boss, ("Zephyr North", 5.0)).await;
    let text = card(&house.types(&double, 2, "zephyr").await).to_string();
    assert!(text.contains("Zephyr North") && text.contains("Zephyr & Sons"), "{text}");

    // by the language that the person set, whatever their client speaks
    house.speaks(&boss, Language::Fr).await;
    let text = card(&house.types(&double, 2, "aide").await).to_string();
    assert!(text.contains("Ce que vous pouvez écrire") && text.contains("réunions"), "{text}");
    let text = card(&house.types(&double, 2, "crm").await).to_string();
    assert!(text.contains("Salesforce – utilisé"), "{text}");
    let text = card(&house.types(&double, 2, "rappels").await).to_string();
    assert!(text.contains("http://hub.test/meetings/reminders"), "{text}");
    let text = card(&house.types(&double, 2, "réunions").await).to_string();
    assert!(text.contains("aucune réunion à venir"), "{text}");

    // the app goes, and the chat is forgotten; when it comes again, it greets again
    let mut went = message(&double, 2, "f:went");
    went["type"] = json!("installationUpdate");
    went["action"] = json!("remove");
    assert!(house.talk(&double, &went).await.is_empty());
    assert!(!house.teams.has_chat(&boss).await.unwrap());
    came["id"] = json!("f:came-again");
    assert!(card(&house.talk(&double, &came).await).to_string().contains("Bienvenue"));
}

#[tokio::test]
async fn the_bot_reaches_who_talks_with_it_until_they_stop() {
    let house = House::new().await;
    let double = house.talking().await;
    let boss = house.person("boss", &[Role::Seller]).await;
    let user = boss.user().unwrap();
    let root = house.root();
    let telling = Telling {
        summary: "10:00: Renewal".to_owned(),
        card: json!({ "type": "AdaptiveCard", "version": "1.4", "body": [] }),
    };
    let tell = async || house.teams.tell(&root, user, &telling).await;
    assert!(!tell().await.unwrap(), "nobody has talked yet");
    house.knows(&boss, 2, &double).await;
    assert!(tell().await.unwrap());
    let said = double.said();
    assert_eq!((said.len(), &said[0].conversation, &said[0].of), (1, &CHAT.to_owned(), &None));
    assert_eq!(said[0].activity["summary"], "10:00: Renewal");
    // only the hub's own work reaches people
    let denied = house.teams.tell(&boss, user, &telling).await.unwrap_err();
    assert_eq!(denied.code().name(), "permission.missing");

    // the connector is busy for a moment: it is sent again, as often as it has to be
    let (tries, tokens) = double.counts();
    double.fail(429, Some(0));
    double.fail(502, Some(0));
    assert!(tell().await.unwrap());
    assert_eq!(double.counts(), (tries + 3, tokens), "with the token that is kept");
    // for longer than anybody waits: it says so
    double.fail(429, Some(3600));
    assert_eq!(tell().await.unwrap_err().code().name(), "teams_app.busy");
    // a token that is taken no more is replaced once
    double.revoke();
    assert!(tell().await.unwrap());
    assert_eq!(double.counts().1, tokens + 1);
    double.fail(400, None);
    assert_eq!(tell().await.unwrap_err().code().name(), "teams_app.refused");
    double.said();

    // too much for a message is not even sent
    let (tries, _) = double.counts();
    let long = Telling { summary: "x".repeat(30_000), ..telling.clone() };
    assert!(house.teams.tell(&root, user, &long).await.is_err());
    assert_eq!(double.counts().0, tries);

    // blocked, and the chat is forgotten
    double.open(CHAT, true);
    assert!(!tell().await.unwrap());
    assert!(!house.teams.has_chat(&boss).await.unwrap());
    double.open(CHAT, false);
    house.types(&double, 2, "help").await;
    assert!(tell().await.unwrap(), "they talk again");
    double.close(CHAT);
    assert!(!tell().await.unwrap());
    // who is somebody else there by now is not reached in the old chat
    double.open(CHAT, false);
    house.types(&double, 2, "help").await;
    house.teams.unlink(&boss).await.unwrap();
    assert!(!tell().await.unwrap());
}

#[tokio::test]
async fn what_is_forged_repeated_or_strange_makes_the_bot_say_nothing() {
    let house = House::new().await;
    let double = house.talking().await;
    let boss = house.person("boss", &[Role::Seller]).await;
    house.knows(&boss, 2, &double).await;
    // the same activity again, as often as it comes
    let one = message(&double, 2, "1:once");
    assert_eq!(house.talk(&double, &one).await.len(), 1);
    assert!(house.talk(&double, &one).await.is_empty());
    house.clock.advance(std::time::Duration::from_hours(1));
    assert!(house.talk(&double, &one).await.is_empty());

    // a service address that the proof does not name, or that is none of the published ones
    let mut forged = message(&double, 2, "1:forged");
    forged["serviceUrl"] = json!("https://evil.example/");
    let error = house.heard(&double, &forged).await.unwrap_err();
    assert_eq!(error.code().name(), "teams_app.unproven");
    let (tries, tokens) = double.counts();
    for place in [
        "https://evil.example/",
        "https://smba.trafficmanager.net.evil.example/teams/",
        "https://evil.trafficmanager.net/teams/",
        "http://smba.trafficmanager.net/teams/",
        "https://smba.trafficmanager.net:8443/teams/",
        "https://x@smba.trafficmanager.net/teams/",
        "https://smba.trafficmanager.net/teams/?x=y",
        "https://smba.infra.gov.teams.microsoft.us/teams/",
        "http://169.254.169.254/latest/",
        "http://localhost/",
        "no address",
    ] {
        let now = house.clock_now();
        let proof =
            double.proof(&json!({ "serviceurl": place, "nbf": now - 60, "exp": now + 3600 }));
        let mut one = message(&double, 2, &format!("1:{place}"));
        one["serviceUrl"] = json!(place);
        let error = house.teams.receive(house.tenant.id, Some(&proof), &one).await.unwrap_err();
        assert_eq!(error.code().name(), "teams_app.service", "{place}");
    }
    assert_eq!(double.counts(), (tries, tokens));
    assert!(house.teams.has_chat(&boss).await.unwrap(), "what was known stays");

    // another directory
    let mut foreign = message(&double, 2, "1:foreign");
    foreign["conversation"]["tenantId"] = json!("00000000-0000-4000-8000-00000000beef");
    let error = house.heard(&double, &foreign).await.unwrap_err();
    assert_eq!(error.code().name(), "teams_app.other_directory");
    // where others read along, and kinds that nobody answers
    let with = |pointer: &str, value: Value| {
        let mut one = message(&double, 2, &format!("1:{pointer}{value}"));
        *one.pointer_mut(pointer).unwrap() = value;
        one
    };
    for odd in [
        with("/conversation/conversationType", json!("groupChat")),
        with("/conversation/conversationType", json!("channel")),
        with("/conversation/conversationType", json!(7)),
        with("/conversation/id", json!("a".repeat(5000))),
        with("/conversation/id", json!(null)),
        with("/conversation", json!([])),
        with("/id", json!("")),
        with("/id", json!("x".repeat(5000))),
        with("/type", json!("messageReaction")),
        with("/type", json!("event")),
        with("/type", json!("installationUpdate")),
        with("/type", json!("conversationUpdate")),
        with("/type", json!("trace")),
    ] {
        let heard = house.heard(&double, &odd).await;
        let quiet = matches!(&heard, Ok(Reply::Noted) | Err(Error::OtherDirectory));
        assert!(quiet, "{heard:?} {odd}");
    }
    assert!(double.said().is_empty());
    // words without end are cut, and asked for as words
    let text = card(&house.types(&double, 2, &"<at>zephyr ".repeat(20_000)).await).to_string();
    assert!(text.len() < 4000, "{text}");
    // a person who is in no list of the directory's
    let mut nobody = message(&double, 2, "1:nobody");
    nobody["from"] = json!({ "id": "29:x" });
    let said = house.talk(&double, &nobody).await;
    let kind = &said[0].activity["attachments"][0]["contentType"];
    assert_eq!(kind, "application/vnd.microsoft.card.signin");
    // without a secret nobody is answered
    let admin = house.admin().await;
    house.teams.set_bot(&admin, None).await.unwrap();
    let bare =
        NewBot { application: BOT.to_owned(), metadata: double.metadata(), ..NewBot::default() };
    house.teams.set_bot(&admin, Some(bare)).await.unwrap();
    assert!(house.types(&double, 2, "help").await.is_empty());
}

impl House {
    /// Says on both sides who somebody is, in their own chat with the bot.
    async fn knows(&self, scope: &Scope, who: u128, double: &BotConnector) {
        let code = self.teams.code(scope).await.unwrap();
        let mut one = message(double, who, "f:verify");
        one["type"] = json!("invoke");
        one["name"] = json!("signin/verifyState");
        one["value"] = json!({ "state": code.expose() });
        assert_eq!(self.talk(double, &one).await.len(), 1);
    }
}
