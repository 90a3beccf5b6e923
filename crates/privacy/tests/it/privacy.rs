//! What is stored, for how long, given out and taken away.

use std::{sync::atomic::Ordering, time::Duration};

use identity::Role;
use kernel::Coded as _;
use liaison_privacy::{DataSet, Fate, JobState, Reason, TABLES};

use crate::house::House;

#[tokio::test]
async fn a_person_gets_an_archive_and_is_forgotten_while_others_stay() {
    let house = House::new().await;
    let admin = house.person("ada", &[Role::GlobalAdministrator]).await;
    let (sam, lou) = (house.person("sam", &[Role::Seller]).await, house.person("lou", &[]).await);
    house.choices(&sam).await;
    house.choices(&lou).await;
    let (person, other) = (sam.user().unwrap(), lou.user().unwrap());
    let privacy = &house.privacy;
    let code = |error: liaison_privacy::Error| error.code().name();
    assert_eq!(code(privacy.of(&sam, other).await.unwrap_err()), "permission.missing");
    assert_eq!(code(privacy.overview(&sam).await.unwrap_err()), "permission.missing");
    let nobody = house.ids.fresh();
    assert_eq!(code(privacy.export(&admin, nobody).await.unwrap_err()), "privacy.person_unknown");
    let counted =
        |all: &[liaison_privacy::Kept], set| all.iter().find(|one| one.set == set).unwrap().count;
    assert_eq!(counted(&privacy.overview(&admin).await.unwrap(), DataSet::Records), 2);
    assert_eq!(counted(&privacy.of(&sam, person).await.unwrap(), DataSet::Records), 1);

    let job = privacy.export(&sam, person).await.unwrap();
    assert_eq!(code(privacy.export(&admin, person).await.unwrap_err()), "privacy.under_way");
    assert_eq!(code(privacy.archive(&sam, job.id).await.unwrap_err()), "privacy.not_ready");
    privacy.work().await.unwrap();
    assert_eq!(code(privacy.archive(&lou, job.id).await.unwrap_err()), "privacy.job_unknown");
    let bytes = house.fetched(&sam, job.id).await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = |name: &str| std::io::read_to_string(zip.by_name(name).unwrap()).unwrap();
    let users = text("account/users.json");
    assert!(users.contains("\"user_name\": \"sam\"") && !users.contains("argon2"), "{users}");
    assert!(text("records/mailbox_choices.json").contains("ada@fabrikam.example"));
    assert!(text("log/audit.json").contains("privacy.export"));
    assert_eq!(text("room/note.txt"), "hello");
    assert!(text("README.txt").contains("UTC"));

    // what sam asked for is for sam; what an administrator asks for holds nothing that people wrote or said
    assert_eq!(code(privacy.archive(&admin, job.id).await.unwrap_err()), "privacy.job_unknown");
    let theirs = privacy.export(&admin, person).await.unwrap();
    privacy.work().await.unwrap();
    let bytes = house.fetched(&admin, theirs.id).await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    assert!(zip.by_name("room/note.txt").is_err(), "nothing of rooms");
    let mut text = |name: &str| std::io::read_to_string(zip.by_name(name).unwrap()).unwrap();
    assert!(text("account/users.json").contains("\"user_name\": \"sam\""));
    let insights = text("mail-insights/mailbox_notes.json");
    assert!(insights.contains("\"entries\": 1") && insights.contains("left_out"), "{insights}");

    let preview = privacy.preview(&admin, person).await.unwrap();
    assert!(preview.goes.contains(&(DataSet::Records, 1)), "{preview:?}");
    assert!(
        preview
            .stays
            .iter()
            .any(|(set, why, _)| (*set, *why) == (DataSet::Account, Reason::Account))
    );
    let forget = privacy.forget(&admin, person).await.unwrap();
    privacy.work().await.unwrap();
    let done = privacy.job(&admin, forget.id).await.unwrap();
    assert_eq!(done.state, JobState::Done);
    assert_eq!(done.counts["gone"]["records"], 1, "{}", done.counts);
    assert_eq!(house.room.forgotten.load(Ordering::Relaxed), 1);
    assert_eq!(counted(&privacy.of(&sam, person).await.unwrap(), DataSet::Records), 0);
    assert_eq!(counted(&privacy.overview(&admin).await.unwrap(), DataSet::Records), 1, "of lou");
    assert_eq!(code(privacy.archive(&sam, job.id).await.unwrap_err()), "privacy.job_unknown");
    let log = house
        .identity
        .audit(&admin, event_log::AuditFilter::default(), kernel::Limit::default(), None)
        .await
        .unwrap();
    let actions: Vec<&str> = log.items.iter().map(|entry| entry.action.as_str()).collect();
    for action in [
        "privacy.export",
        "privacy.exported",
        "privacy.download",
        "privacy.forget",
        "privacy.forgotten",
    ] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
}

#[tokio::test]
async fn data_goes_when_its_period_is_over_and_not_before() {
    let house = House::new().await;
    let admin = house.person("ada", &[Role::GlobalAdministrator]).await;
    let privacy = &house.privacy;
    house.choices(&admin).await;
    let insights = async || {
        let all = privacy.overview(&admin).await.unwrap();
        all.iter().find(|one| one.set == DataSet::MailInsights).copied().unwrap()
    };
    let first = insights().await;
    assert_eq!((first.count, first.days), (1, Some(30)));
    for (set, days) in [(DataSet::Log, 30), (DataSet::Mails, -1), (DataSet::Mails, 3_651)] {
        let wrong = privacy.set_period(&admin, set, days).await.unwrap_err();
        assert_eq!(wrong.code().name(), "privacy.invalid");
    }
    let both = vec![(DataSet::MailInsights, 60), (DataSet::Mails, -1)];
    assert_eq!(privacy.set_periods(&admin, both).await.unwrap_err().fields()[0].pointer, "/mails");
    assert_eq!(insights().await.days, Some(30), "all of them or none");
    privacy.set_periods(&admin, vec![(DataSet::MailInsights, 60)]).await.unwrap();
    let day = Duration::from_hours(24);
    house.clock.advance(31 * day);
    privacy.sweep().await.unwrap();
    assert_eq!(insights().await.count, 1);
    house.clock.advance(30 * day);
    privacy.sweep().await.unwrap();
    assert_eq!(insights().await.count, 0);
    assert_eq!(house.room.swept.load(Ordering::Relaxed), 2);
    privacy.set_period(&admin, DataSet::Mails, 0).await.unwrap();
    privacy.sweep().await.unwrap();
    assert_eq!(house.room.swept.load(Ordering::Relaxed), 2, "for ever");

    let job = privacy.export(&admin, admin.user().unwrap()).await.unwrap();
    privacy.work().await.unwrap();
    house.clock.advance(8 * day);
    privacy.sweep().await.unwrap();
    let over = privacy.job(&admin, job.id).await.unwrap();
    assert_eq!((over.state, over.file), (JobState::Done, None));
}

#[tokio::test]
async fn a_large_archive_holds_every_row_once_and_is_never_held_whole() {
    let house = House::new().await;
    let sam = house.person("sam", &[Role::Seller]).await;
    let user = sam.user().unwrap();
    house.many_choices(&sam, 5_000).await;
    house.room.large.store(6, Ordering::Relaxed);
    let job = house.privacy.export(&sam, user).await.unwrap();
    house.privacy.work().await.unwrap();
    let done = house.privacy.job(&sam, job.id).await.unwrap();
    assert_eq!((done.state, done.counts["records"].as_i64()), (JobState::Done, Some(5_000)));
    assert!(done.size > 6 << 20, "{}", done.size);
    let held = house.room.held.load(Ordering::Relaxed);
    assert!(held > 0 && held <= 256 << 10, "{held} bytes waited at once");

    let bytes = house.fetched(&sam, job.id).await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let rows = std::io::read_to_string(zip.by_name("records/mailbox_choices.json").unwrap());
    let rows: Vec<serde_json::Value> = serde_json::from_str(&rows.unwrap()).unwrap();
    let all: std::collections::BTreeSet<&str> =
        rows.iter().map(|row| row["address"].as_str().unwrap()).collect();
    assert_eq!((rows.len(), all.len()), (5_000, 5_000));
    assert_eq!(zip.by_name("room/large").unwrap().size(), 6 << 20);
}

/// A row of a person in every table that a plain column ties to them: it is given out, goes when they are forgotten or stays
/// as the catalogue says, and goes when its time is over.
#[tokio::test]
async fn a_row_of_every_table_is_given_out_forgotten_and_swept() {
    let house = House::new().await;
    let admin = house.person("ada", &[Role::GlobalAdministrator]).await;
    let (sam, lou) = (house.person("sam", &[Role::Seller]).await, house.person("lou", &[]).await);
    let (person, other) = (sam.user().unwrap(), lou.user().unwrap());
    let before = house.rows_of(person).await;
    let put: Vec<&str> = house.fill(person).await;
    house.fill(other).await;
    for room in ["teams_", "language_", "deployment_", "meeting_", "mailbox_", "linking_"] {
        assert!(put.iter().any(|name| name.starts_with(room)), "{room}: {put:?}");
    }
    assert!(put.len() > 60, "{}: {put:?}", put.len());

    let job = house.privacy.export(&sam, person).await.unwrap();
    house.privacy.work().await.unwrap();
    assert_eq!(house.privacy.job(&sam, job.id).await.unwrap().state, JobState::Done);
    let bytes = house.fetched(&sam, job.id).await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    for table in TABLES.iter().filter(|table| put.contains(&table.name)) {
        let path = format!("{}/{}.json", table.set.as_str(), table.name);
        let text = std::io::read_to_string(zip.by_name(&path).expect(&path)).unwrap();
        let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        assert!(!rows.is_empty(), "{path}");
        assert!(!text.contains(&other.to_string()), "{path} tells of somebody else: {text}");
    }

    // what goes by age goes for both, and not before
    let day = Duration::from_hours(24);
    let filled = house.rows_of(other).await;
    house.privacy.sweep().await.unwrap();
    assert_eq!(house.rows_of(other).await, filled, "a day old at most");

    house.privacy.forget(&admin, person).await.unwrap();
    house.privacy.work().await.unwrap();
    let (left, theirs) = (house.rows_of(person).await, house.rows_of(other).await);
    for table in TABLES.iter().filter(|table| put.contains(&table.name)) {
        let (now, was) = (left[table.name], before[table.name]);
        match table.fate {
            Fate::Goes => assert_eq!(now, 0, "{} is still there", table.name),
            Fate::Stays(_) => assert!(now > was, "{} stays", table.name),
            // their room does it: shown there
            Fate::Room | Fate::Unnamed(_) => {}
        }
        assert_eq!(theirs[table.name], filled[table.name], "{} of somebody else", table.name);
    }

    house.clock.advance(4_000 * day);
    for set in DataSet::ALL {
        let _ends_by_itself = house.privacy.set_period(&admin, set, 3_650).await;
    }
    house.privacy.sweep().await.unwrap();
    let theirs = house.rows_of(other).await;
    let aged = TABLES.iter().filter(|table| table.at.is_some() && table.fate == Fate::Goes);
    let aged: Vec<_> = aged.filter(|table| put.contains(&table.name)).collect();
    assert!(aged.len() >= 2, "{}", aged.len());
    for table in aged {
        assert_eq!(theirs[table.name], 0, "{} is over", table.name);
    }
}
