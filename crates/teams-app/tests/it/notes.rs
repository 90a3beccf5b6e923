//! Notes of the record beside a meeting.

use std::time::Duration;

use crm::{RecordRef, Value, Values};
use crm_connections::{NewSystem, SystemKind};
use identity::{
    Role,
    environments::{EnvironmentKind, NewEnvironment},
};
use liaison_teams_app::Shared;

use crate::house::House;

#[tokio::test]
async fn notes_of_a_record_stand_latest_first_and_for_those_alone_who_may_read_them() {
    let house = House::new().await;
    let admin = house.admin().await;
    let sales = NewEnvironment {
        name: "Sales".to_owned(),
        kind: EnvironmentKind::Production,
        crm_enabled: true,
    };
    let sales = house.identity.create_environment(&admin, sales).await.unwrap().id;
    let own = NewSystem {
        name: "Own".to_owned(),
        kind: Some(SystemKind::Embedded),
        environment: Some(sales),
        enabled: true,
        ..NewSystem::default()
    };
    let system = house.crm.create_system(&admin, own).await.unwrap().id;
    house.crm.choose(&admin, system).await.unwrap();
    let crm = house.crm.of(&admin).await.unwrap();
    let named = |name: &str| Values::from([("name".to_owned(), Value::from(name))]);
    let fabrikam = crm.create("account", &named("Fabrikam")).await.unwrap();
    let other = crm.create("account", &named("Contoso")).await.unwrap();
    let note = async |about: &RecordRef, title: &str, text: &str| {
        let values = Values::from([
            ("subject".to_owned(), Value::from(title)),
            ("notetext".to_owned(), Value::from(text)),
            ("objectid".to_owned(), Value::Row(about.clone())),
        ]);
        crm.create("annotation", &values).await.unwrap();
        house.clock.advance(Duration::from_mins(1));
    };
    for number in 1..=7 {
        note(&fabrikam, &format!("Call {number}"), "<p>They want <b>40</b> seats</p>").await;
    }
    note(&other, "Elsewhere", "of another record").await;
    let at = |record: &RecordRef| Shared { system, record: record.clone() };
    let notes = house.teams.notes(&admin, &at(&fabrikam)).await.unwrap();
    let titles: Vec<&str> = notes.iter().map(|note| note.title.as_str()).collect();
    assert_eq!(titles, ["Call 7", "Call 6", "Call 5"]);
    let words: Vec<&str> = notes[0].text.split_whitespace().collect();
    assert_eq!(words.join(" "), "They want 40 seats");
    assert!(notes[0].at > notes[1].at);
    let notes = house.teams.notes(&admin, &at(&other)).await.unwrap();
    assert_eq!(notes.len(), 1);
    // who has no role in the environment reads none
    let sam = house.person("sam", &[Role::Seller]).await;
    let read = house.teams.notes(&sam, &at(&fabrikam)).await;
    assert!(read.as_ref().map_or(true, Vec::is_empty), "{read:?}");
}
