use jiff::tz::TimeZone;
use kernel::Scope;
use liaison_transfer::{Asked, Export, Format, Mode, Shown, State};
use queries::Moment;
use tables::ENGLISH;

use crate::house::{House, bytes, counts};

async fn export(house: &House, scope: &Scope, format: Format) -> Vec<u8> {
    let session = house.session(scope).await;
    let moment = Moment::utc(jiff::Timestamp::UNIX_EPOCH);
    let columns = ["name", "telephone1", "revenue", "primarycontactid", "createdon", "statecode"];
    let asked = Asked { columns: columns.map(str::to_owned).into(), ..Asked::default() };
    let shown = Shown::of(&session, "account", &asked, (&moment, ENGLISH)).unwrap();
    let export = Export {
        query: shown.query,
        columns: shown.columns,
        format,
        with_keys: true,
        language: ENGLISH,
        zone: TimeZone::get("Europe/Paris").unwrap(),
        title: shown.title,
    };
    bytes(house.transfer.export(&session, export).await.unwrap()).await
}

#[tokio::test]
async fn what_is_exported_comes_back_unchanged_in_every_format() {
    let house = House::new().await;
    let ada = house.admin().await;
    house.import(&ada, ("contact", b"lastname\nMuster\n"), |_| {}).await;
    let file = "name,telephone1,revenue,primarycontactid\n\
                =1+1,+33 1,12.5,Muster\n\
                \"'quoted, \"\"text\"\"\",@x,,\n";
    house.import(&ada, ("account", file.as_bytes()), |_| {}).await;
    // the guard of the file that came in is taken away, so nothing of it is stored twice
    let names = house.column(&ada, "account", "name").await;
    assert_eq!(names, ["'quoted, \"text\"", "=1+1"]);
    for format in [Format::CSV, Format::CSV_MARKED, Format::CSV_SEMICOLON, Format::Xlsx] {
        let file = export(&house, &ada, format).await;
        if let Format::Csv { .. } = format {
            let text = String::from_utf8(file.clone()).unwrap();
            assert!(text.contains("'=1+1") && text.contains("'+33 1"), "{text}");
        }
        let import = house.bring(&ada, "account", &file).await;
        assert_eq!(import.plan.mode, Mode::Upsert);
        let done = house.import(&ada, ("account", &file), |_| {}).await;
        assert_eq!(counts(&done), (State::Done, [0, 2, 0, 0]), "{format:?}");
        assert_eq!(house.column(&ada, "account", "name").await, names);
        assert_eq!(house.column(&ada, "account", "telephone1").await, ["+33 1", "@x"]);
        assert_eq!(house.column(&ada, "account", "revenue").await, ["", "12.5"]);
    }
}

#[tokio::test]
async fn a_row_that_has_changed_since_it_was_exported_is_not_overwritten() {
    let house = House::new().await;
    let ada = house.admin().await;
    house.import(&ada, ("account", b"name\nAlpha\nBeta\n"), |_| {}).await;
    let file = export(&house, &ada, Format::Xlsx).await;
    house
        .import(&ada, ("account", b"name,telephone1\nAlpha,9\n"), |plan| {
            plan.mode = Mode::Update;
            plan.matching = vec!["name".to_owned()];
        })
        .await;
    let done = house.import(&ada, ("account", &file), |_| {}).await;
    assert_eq!(counts(&done), (State::Done, [0, 1, 0, 1]));
    let findings = house.findings(&ada, done.id).await;
    assert_eq!(findings.first().map(|one| one.2.as_str()), Some("record.changed"));
    assert_eq!(house.column(&ada, "account", "telephone1").await, ["", "9"]);
}
