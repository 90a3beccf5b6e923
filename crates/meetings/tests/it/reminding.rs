//! What people are reminded of, by mail and by the bot.

use std::time::Duration;

use crm::Value;
use doubles_graph::{BotConfig, BotConnector};
use jiff::SignedDuration;
use kernel::{Clock as _, Language, Scope, Secret};
use liaison_meetings::{Reminders, Rules, Way};
use serde_json::{Value as Json, json};

use crate::house::{House, code, new_meeting};

impl House {
    /// Recipients and subjects of what waits for the relay.
    async fn letters(&self) -> Vec<(String, String)> {
        let read = |tx: &db::Tx<'_>| {
            let sql = "SELECT recipients, subject FROM mails WHERE tenant_id = $1 ORDER BY id";
            let rows = tx.all(sql, &[tx.tenant().into()])?;
            let each = rows.iter().map(|row| {
                let to: serde_json::Value = row.get(0)?;
                Ok((to[0].as_str().unwrap_or_default().to_owned(), row.get(1)?))
            });
            each.collect::<db::Result<Vec<_>>>()
        };
        let mut all = self.database().read_one(&self.root, read).await.unwrap();
        all.sort();
        all
    }

    async fn since(&self, seen: &mut Vec<(String, String)>) -> Vec<(String, String)> {
        self.meetings.work().await.unwrap();
        let all = self.letters().await;
        let fresh = all.iter().filter(|one| !seen.contains(one)).cloned().collect();
        *seen = all;
        fresh
    }
}

fn letter(name: &str, subject: &str) -> (String, String) {
    (format!("{name}@contoso.example"), subject.to_owned())
}

#[tokio::test]
async fn a_card_comes_once_in_good_time_in_the_readers_language_unless_the_reader_will_not() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let nora = house.seller("nora", None).await;
    let lena = house.seller("lena", None).await;
    house.speaks(&nora, Language::Fr, "Europe/Paris").await;
    house.make("account", &[("name", Value::Text("Fabrikam".to_owned()))]).await;
    let now = house.clock.now();
    // 09:00 in UTC, a Monday; the list of the day stays off here
    let rules = Rules { digest: false, ..Rules::default() };
    house.meetings.set_rules(&house.admin, rules.clone()).await.unwrap();
    let people = ["nora@contoso.example", "lena@contoso.example", "ben@fabrikam.example"];
    let at = |hours: i64| now + SignedDuration::from_hours(hours);
    house.meetings.create(&sam, new_meeting("Renewal", at(4), &people)).await.unwrap();
    let own = ["nora@contoso.example"];
    house.meetings.create(&sam, new_meeting("Among us", at(4), &own)).await.unwrap();
    let off = Reminders { cards: false, ..Reminders::default() };
    house.meetings.set_reminders(&lena, off).await.unwrap();
    let mut seen = Vec::new();
    house.clock.advance(Duration::from_mins(119));
    assert!(house.since(&mut seen).await.is_empty(), "it begins at 12:00: too early at 10:59");
    house.clock.advance(Duration::from_mins(2));
    let fresh = house.since(&mut seen).await;
    let expected = [letter("nora", "13:00\u{a0}: Renewal"), letter("sam", "12:00: Renewal")];
    assert_eq!(fresh, expected);
    house.clock.advance(Duration::from_mins(5));
    assert!(house.since(&mut seen).await.is_empty(), "once");

    // what falls into quiet hours comes when they are over, unless the meeting began
    let quiet = Reminders { quiet_from: 12 * 60, quiet_to: 15 * 60, ..Reminders::default() };
    house.meetings.set_reminders(&sam, quiet).await.unwrap();
    let ben = ["ben@fabrikam.example"];
    house.meetings.create(&sam, new_meeting("In the quiet", at(5), &ben)).await.unwrap();
    house.meetings.create(&sam, new_meeting("After it", at(8), &ben)).await.unwrap();
    house.clock.advance(Duration::from_mins(84));
    assert!(house.since(&mut seen).await.is_empty());
    house.clock.advance(Duration::from_mins(154));
    assert_eq!(house.since(&mut seen).await, [letter("sam", "16:00: After it")]);

    // none where administrators want none
    let none = Rules { prepare_minutes: 0, ..rules };
    house.meetings.set_rules(&house.admin, none).await.unwrap();
    house.meetings.create(&nora, new_meeting("Late", at(9), &ben)).await.unwrap();
    assert!(house.since(&mut seen).await.is_empty());
    let odd = Rules { prepare_minutes: 5, ..Rules::default() };
    assert_eq!(code(&house.meetings.set_rules(&house.admin, odd).await), "meeting.invalid");
    let odd = Reminders { quiet_to: 1_440, ..Reminders::default() };
    assert_eq!(code(&house.meetings.set_reminders(&sam, odd).await), "meeting.invalid");
}

#[tokio::test]
async fn the_days_meetings_come_in_the_morning_of_the_reader() {
    let house = House::new().await;
    let sam = house.seller("sam", None).await;
    let nora = house.seller("nora", None).await;
    house.speaks(&nora, Language::Fr, "America/Montreal").await;
    let rules = Rules { prepare_minutes: 0, ..Rules::default() };
    house.meetings.set_rules(&house.admin, rules).await.unwrap();
    let now = house.clock.now();
    let at = |hours: i64| now + SignedDuration::from_hours(hours);
    let people = ["nora@contoso.example"];
    // from 20:00 of Monday to 21:00 in UTC, and two days later
    house.meetings.create(&sam, new_meeting("Today", at(12), &people)).await.unwrap();
    house.meetings.create(&sam, new_meeting("Wednesday", at(52), &people)).await.unwrap();
    let mut seen = Vec::new();
    assert_eq!(house.since(&mut seen).await, [letter("sam", "Your next meetings")]);
    house.clock.advance(Duration::from_hours(3));
    let fresh = house.since(&mut seen).await;
    assert_eq!(fresh, [letter("nora", "Vos prochaines réunions")], "it is 7 o’clock in Montreal");
    house.clock.advance(Duration::from_mins(5));
    assert!(house.since(&mut seen).await.is_empty(), "once");
    // a day without a meeting has no list
    house.clock.advance(Duration::from_hours(20));
    house.meetings.work().await.unwrap();
    assert_eq!(house.letters().await, seen);
    house.clock.advance(Duration::from_hours(24));
    house.meetings.work().await.unwrap();
    assert_eq!(house.letters().await.len(), 3, "Wednesday, 8 o’clock in UTC");
}

const BOT: &str = "5fa1c0de-0000-4000-8000-00000000b071";
const DIRECTORY: &str = "d1ec7000-0000-4000-8000-000000000001";

impl House {
    /// A bot at a connector of the house's own.
    async fn talking(&self) -> BotConnector {
        let (issuer, secret) = ("https://api.botframework.com".to_owned(), "QwE8Q~".to_owned());
        let (application, directory) = (BOT.to_owned(), DIRECTORY.to_owned());
        let config = BotConfig {
            application: application.clone(),
            secret: secret.clone(),
            directory: directory.clone(),
            issuer: issuer.clone(),
        };
        let double = BotConnector::start(config).unwrap();
        let (metadata, login) = (double.metadata(), double.login());
        let secret = Some(Secret::new(secret));
        let new = teams_app::NewBot {
            application,
            directory,
            issuer,
            metadata,
            secret,
            login,
            expires_on: None,
        };
        self.bot.set_bot(&self.admin, Some(new)).await.unwrap();
        double
    }

    /// The person begins a chat with the bot.
    async fn chats(&self, double: &BotConnector, (person, name): (&Scope, &str)) {
        double.open(name, false);
        let code = self.bot.code(person).await.unwrap();
        let now = self.clock.now().as_second();
        let proof = double.proof(&json!({ "nbf": now, "exp": now + 3600 }));
        let activity = json!({
            "type": "invoke", "name": "signin/verifyState", "id": name, "channelId": "msteams",
            "serviceUrl": double.service(), "value": { "state": code.expose() },
            "from": { "id": name, "aadObjectId": person.user().unwrap().uuid() },
            "conversation": { "conversationType": "personal", "id": name, "tenantId": DIRECTORY },
        });
        let tenant = self.root.tenant();
        self.bot.receive(tenant, Some(&proof), &activity).await.unwrap();
    }
}

/// Where something was said, and what the notification of it says.
fn said(double: &BotConnector) -> Vec<(String, String)> {
    let text = |one: &Json| one["summary"].as_str().unwrap_or_default().to_owned();
    let all = double.said();
    let mut all: Vec<_> =
        all.iter().map(|one| (one.conversation.clone(), text(&one.activity))).collect();
    all.sort();
    all
}

#[tokio::test]
async fn whoever_talks_with_the_bot_is_reminded_there_once_and_by_mail_where_it_cannot() {
    let house = House::new().await;
    let double = house.talking().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let nora = house.seller("nora", None).await;
    let lena = house.seller("lena", None).await;
    house.seller("omar", None).await;
    house.speaks(&nora, Language::Fr, "Europe/Paris").await;
    for (person, name) in [(&sam, "a:sam"), (&nora, "a:nora"), (&lena, "a:lena")] {
        house.chats(&double, (person, name)).await;
    }
    let way = |way: Way| Reminders { way, ..Reminders::default() };
    house.meetings.set_reminders(&nora, way(Way::Both)).await.unwrap();
    house.meetings.set_reminders(&lena, way(Way::Mail)).await.unwrap();
    assert_eq!(house.meetings.reminders(&nora).await.unwrap().0.way, Way::Both);
    let rules = Rules { digest: false, ..Rules::default() };
    house.meetings.set_rules(&house.admin, rules).await.unwrap();
    let at = house.clock.now() + SignedDuration::from_mins(90);
    let people = ["nora", "lena", "omar"].map(|name| format!("{name}@contoso.example"));
    let [nora_at, lena_at, omar_at] = &people;
    let people = [nora_at.as_str(), lena_at, omar_at, "ben@fabrikam.example"];
    house.meetings.create(&sam, new_meeting("Renewal", at, &people)).await.unwrap();
    let mut seen = Vec::new();
    let fresh = house.since(&mut seen).await;
    let expected = [
        letter("lena", "09:30: Renewal"),
        letter("nora", "10:30\u{a0}: Renewal"),
        letter("omar", "09:30: Renewal"),
    ];
    assert_eq!(fresh, expected, "sam has a chat, omar has none");
    let told = |name: &str, text: &str| (format!("a:{name}"), text.to_owned());
    let expected = [told("nora", "10:30\u{a0}: Renewal"), told("sam", "09:30: Renewal")];
    assert_eq!(said(&double), expected);
    house.clock.advance(Duration::from_mins(5));
    assert!(house.since(&mut seen).await.is_empty() && said(&double).is_empty(), "once");

    // whoever asks gets what to know before the next meeting, in their own language, and what comes after it
    let later = house.clock.now() + SignedDuration::from_hours(30);
    house.meetings.create(&sam, new_meeting("Next <b>", later, &people)).await.unwrap();
    let all = house.meetings.for_chat(&nora).await.unwrap();
    assert_eq!(all.len(), 2);
    let text = all[0].card.to_string();
    assert!(text.contains("ben@fabrikam.example") && text.contains("De l’extérieur"), "{text}");
    assert!(text.len() < 8_000 && !text.contains("\"TextBlock\""), "{text}");
    assert!(all[1].card.to_string().contains("Next <b>"));
    assert!(house.meetings.for_chat(&house.admin).await.unwrap().is_empty());

    // the bot is blocked, or out of reach: the letter comes instead
    double.open("a:sam", true);
    for (hours, subject) in [(24, "Blocked"), (48, "Away")] {
        house.clock.advance(Duration::from_hours(24));
        let at = house.clock.now() + SignedDuration::from_mins(90);
        let ben = ["ben@fabrikam.example"];
        house.meetings.create(&sam, new_meeting(subject, at, &ben)).await.unwrap();
        if hours == 48 {
            double.open("a:sam", false);
            house.chats(&double, (&sam, "a:sam")).await;
            double.fail(429, Some(3600));
        }
        let fresh = house.since(&mut seen).await;
        assert_eq!(fresh.len(), 1, "{subject}: {fresh:?}");
        assert!(fresh[0].1.ends_with(subject), "{fresh:?}");
        assert!(said(&double).is_empty());
    }
    assert!(Way::read("pigeon").is_err());
}
