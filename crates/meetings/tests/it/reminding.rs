//! What people are reminded of, by mail.

use std::time::Duration;

use crm::Value;
use jiff::SignedDuration;
use kernel::{Clock as _, Language};
use liaison_meetings::{Reminders, Rules};

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
