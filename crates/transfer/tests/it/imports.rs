use std::time::Duration;

use identity::{Role, users::UserState};
use kernel::Coded as _;
use liaison_transfer::{Duplicates, Mode, State};

use crate::house::{House, bytes, counts};

fn many(rows: usize) -> String {
    let mut file = "name,accountnumber\n".to_owned();
    for at in 0..rows {
        let number = at.to_string();
        file.extend(["Firm ", &number, ",A", &number, "\n"]);
    }
    file
}

#[tokio::test]
async fn rows_are_read_as_people_write_them_and_mistakes_are_named() {
    let house = House::new().await;
    let ada = house.admin().await;
    house.import(&ada, ("contact", b"lastname\nMuster\nDouble\nDouble\n"), |_| {}).await;
    let file = "Account Name;Main Phone;Annual Revenue;Primary Contact\r\n\
                Alpha;'+33 1;1\u{202f}234,50 \u{20ac};muster\r\n\
                Beta;;abc;\r\n\
                Gamma;;;Nobody\r\n\
                Delta;;;Double\r\n\
                ;;;\r\n\
                Epsilon;;;;too much\r\n";
    let import = house.import(&ada, ("account", file.as_bytes()), |_| {}).await;
    assert_eq!(counts(&import), (State::Done, [1, 0, 0, 4]));
    assert_eq!(import.rows, 5);
    let named = |row: u64, column: &str, code: &str| (row, column.to_owned(), code.to_owned());
    assert_eq!(
        house.findings(&ada, import.id).await,
        [
            named(3, "revenue", "record.value"),
            named(4, "primarycontactid", "import.lookup_missing"),
            named(5, "primarycontactid", "import.lookup_ambiguous"),
            named(7, "", "import.beyond_heading"),
        ]
    );
    assert_eq!(house.column(&ada, "account", "telephone1").await, ["+33 1"]);
    assert_eq!(house.column(&ada, "account", "revenue").await, ["1234.5"]);
    let report = house.transfer.report(&ada, import.id).await.unwrap();
    let report = String::from_utf8(bytes(report).await).unwrap();
    assert!(report.starts_with("\u{feff}Row,Column,Code,Problem,Remedy,Found\r\n3,"), "{report}");
    assert_eq!(report.lines().count(), 5);
    assert!(report.contains("A number from "), "what the column takes: {report}");
}

#[tokio::test]
async fn a_check_finds_the_mistakes_and_keeps_no_row() {
    let house = House::new().await;
    let ada = house.admin().await;
    let long = "x".repeat(300);
    let file = format!("name\nAlpha\n{long}\nBeta\n");
    let import = house.bring(&ada, "account", file.as_bytes()).await;
    house.transfer.check(&ada, import.id).await.unwrap();
    house.transfer.drain().await.unwrap();
    let checked = house.transfer.import(&ada, import.id).await.unwrap();
    assert_eq!(counts(&checked), (State::Checked, [2, 0, 0, 1]));
    assert!(house.column(&ada, "account", "name").await.is_empty());
    // and then the others are written, counted anew
    house.transfer.start(&ada, import.id).await.unwrap();
    house.transfer.drain().await.unwrap();
    let done = house.transfer.import(&ada, import.id).await.unwrap();
    assert_eq!(counts(&done), (State::Done, [2, 0, 0, 1]));
    assert_eq!(house.column(&ada, "account", "name").await, ["Alpha", "Beta"]);
    assert_eq!(house.findings(&ada, import.id).await.len(), 1);
}

#[tokio::test]
async fn rows_that_are_there_are_left_out_refused_or_changed() {
    let house = House::new().await;
    let ada = house.admin().await;
    house.import(&ada, ("account", b"name,telephone1\nAlpha,1\n"), |_| {}).await;
    let file = b"name,telephone1\nALPHA,2\nBeta,3\nbeta,4\n";
    let by_name = |duplicates| {
        move |plan: &mut liaison_transfer::Plan| {
            plan.matching = vec!["name".to_owned()];
            plan.duplicates = duplicates;
        }
    };
    let refused = house.import(&ada, ("account", file), by_name(Duplicates::Refuse)).await;
    assert_eq!(counts(&refused), (State::Done, [1, 0, 0, 2]));
    let skipped = house.import(&ada, ("account", file), by_name(Duplicates::Skip)).await;
    assert_eq!(counts(&skipped), (State::Done, [0, 0, 3, 0]));
    let more = b"name,telephone1\nalpha,5\nGamma,6\ngamma,7\n";
    let both = house
        .import(&ada, ("account", more), |plan| {
            plan.mode = Mode::Upsert;
            plan.matching = vec!["name".to_owned()];
        })
        .await;
    assert_eq!(counts(&both), (State::Done, [1, 2, 0, 0]));
    assert_eq!(house.column(&ada, "account", "telephone1").await, ["3", "5", "7"]);
    let missing = house
        .import(&ada, ("account", b"name,telephone1\nNobody,1\n"), |plan| {
            plan.mode = Mode::Update;
            plan.matching = vec!["name".to_owned()];
        })
        .await;
    assert_eq!(counts(&missing), (State::Done, [0, 0, 0, 1]));
}

#[tokio::test]
async fn an_import_that_is_cut_off_goes_on_without_taking_a_row_twice() {
    let house = House::new().await;
    let ada = house.admin().await;
    let file = many(500);
    let import = house.bring(&ada, "account", file.as_bytes()).await;
    house.transfer.start(&ada, import.id).await.unwrap();
    // the first node dies somewhere on the way: its work is dropped where it stands
    let first = house.transfer.drain();
    let _ = tokio::time::timeout(Duration::from_millis(60), first).await;
    let half = house.transfer.import(&ada, import.id).await.unwrap();
    let another = house.another_node();
    house.clock.advance(Duration::from_secs(61));
    another.drain().await.unwrap();
    let done = house.transfer.import(&ada, import.id).await.unwrap();
    assert_eq!(counts(&done), (State::Done, [500, 0, 0, 0]), "cut off at {}", half.done);
    assert_eq!(done.done, 500);
    let mut names = house.column(&ada, "account", "name").await;
    names.dedup();
    assert_eq!(names.len(), 500);
}

#[tokio::test]
async fn a_stopped_import_keeps_what_is_written_and_goes_on() {
    let house = House::new().await;
    let ada = house.admin().await;
    let import = house.bring(&ada, "account", many(10).as_bytes()).await;
    house.transfer.start(&ada, import.id).await.unwrap();
    let stopped = house.transfer.stop(&ada, import.id).await.unwrap();
    assert_eq!(stopped.state, State::Stopped);
    house.transfer.drain().await.unwrap();
    assert!(house.column(&ada, "account", "name").await.is_empty());
    house.transfer.start(&ada, import.id).await.unwrap();
    house.transfer.drain().await.unwrap();
    assert_eq!(house.column(&ada, "account", "name").await.len(), 10);
}

#[tokio::test]
async fn an_import_begins_once_however_often_it_is_asked() {
    let house = House::new().await;
    let ada = house.admin().await;
    let import = house.bring(&ada, "account", many(3).as_bytes()).await;
    let (one, two) =
        tokio::join!(house.transfer.start(&ada, import.id), house.transfer.start(&ada, import.id));
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1);
    let refused = one.and(two).unwrap_err();
    assert_eq!(refused.code().name(), "import.state");
}

#[tokio::test]
async fn undoing_deletes_what_was_made_and_nothing_else() {
    let house = House::new().await;
    let ada = house.admin().await;
    house.import(&ada, ("account", b"name\nOlder\n"), |_| {}).await;
    let import = house.import(&ada, ("account", many(150).as_bytes()), |_| {}).await;
    assert_eq!(import.created, 150);
    house.transfer.undo(&ada, import.id).await.unwrap();
    house.transfer.drain().await.unwrap();
    let undone = house.transfer.import(&ada, import.id).await.unwrap();
    assert_eq!(undone.state, State::Undone);
    assert_eq!(house.column(&ada, "account", "name").await, ["Older"]);
    house.transfer.forget(&ada, import.id).await.unwrap();
    assert!(house.transfer.import(&ada, import.id).await.is_err());
}

#[tokio::test]
async fn an_import_has_the_rights_of_who_began_it_also_later() {
    let house = House::new().await;
    let ada = house.admin().await;
    let bob = house.person("bob", &[Role::Seller]).await;
    // without a role in the environment nothing can be brought
    let refused = house.transfer.begin(&bob, house.sales, ("account", "a.csv")).await;
    assert_eq!(refused.unwrap_err().code().name(), "record.privilege_missing");
    // and what ada brought is none of bob's business
    let import = house.bring(&ada, "account", many(5).as_bytes()).await;
    let seen = house.transfer.import(&bob, import.id).await;
    assert_eq!(seen.unwrap_err().code().name(), "import.not_found");
    // who may not sign in any more writes nothing any more
    let eve = house.person("eve", &[Role::GlobalAdministrator]).await;
    let import = house.bring(&eve, "account", many(5).as_bytes()).await;
    house.transfer.start(&eve, import.id).await.unwrap();
    let gone = house.identity.set_user_state(&ada, eve.user().unwrap(), UserState::Disabled);
    gone.await.unwrap();
    house.transfer.drain().await.unwrap();
    let failed = house.transfer.import(&ada, import.id).await.unwrap();
    assert_eq!(failed.state, State::Failed);
    assert_eq!(failed.problem.as_deref(), Some("import.person_gone"));
    assert!(house.column(&ada, "account", "name").await.is_empty());
}

#[tokio::test]
async fn old_imports_are_forgotten() {
    let house = House::new().await;
    let ada = house.admin().await;
    let import = house.import(&ada, ("account", many(3).as_bytes()), |_| {}).await;
    house.clock.advance(Duration::from_hours(24 * 31));
    house.transfer.retain().await.unwrap();
    assert!(house.transfer.import(&ada, import.id).await.is_err());
    assert_eq!(house.column(&ada, "account", "name").await.len(), 3);
}

#[tokio::test]
async fn columns_that_mean_nothing_or_the_same_are_left_out_until_somebody_says_otherwise() {
    let house = House::new().await;
    let ada = house.admin().await;
    let file = "name,Shoe size,NAME,Account Name,name,telephone1\nAlpha,43,Beta,Gamma,Delta,1\n";
    let import = house.bring(&ada, "account", file.as_bytes()).await;
    let name = |name: &str| Some(name.to_owned());
    // the first of several keeps the column; what is left out is seen in the plan
    let expected = [name("name"), None, None, None, None, name("telephone1")];
    assert_eq!(import.plan.columns, expected);
    assert_eq!(import.heading.len(), 6);
    for (columns, problem) in [
        (vec![name("name"), None, name("name")], "name is filled twice"),
        (vec![name("name"), name("shoesize")], "shoesize cannot be filled"),
        (vec![name("name"), name("entityimage")], "entityimage cannot be filled"),
        (vec![None; 6], "no column is filled"),
        (vec![None; 7], "the file has fewer columns"),
    ] {
        let plan = liaison_transfer::Plan { columns, ..import.plan.clone() };
        let refused = house.transfer.plan(&ada, import.id, plan).await.unwrap_err();
        assert_eq!(refused.code().name(), "import.plan");
        assert!(refused.to_string().ends_with(problem), "{refused}");
    }
    let mut plan = import.plan.clone();
    plan.columns[0] = None;
    plan.columns[3] = name("name");
    house.transfer.plan(&ada, import.id, plan).await.unwrap();
    house.transfer.start(&ada, import.id).await.unwrap();
    house.transfer.drain().await.unwrap();
    assert_eq!(house.column(&ada, "account", "name").await, ["Gamma"]);
}

#[tokio::test]
async fn a_file_beyond_what_the_operator_allows_is_refused_and_leaves_nothing() {
    let house = House::new().await;
    let ada = house.admin().await;
    let settings = liaison_transfer::Settings {
        max_import_rows: 3,
        max_file_mb: 1,
        max_open_imports: 2,
        max_open_rows: 4,
        ..liaison_transfer::Settings::default()
    };
    let node = house.node_with(settings);
    let bring = async |file: &str| -> Result<liaison_transfer::Import, liaison_transfer::Error> {
        let mut upload = node.begin(&ada, house.sales, ("account", "rows.csv")).await?;
        for piece in file.as_bytes().chunks(60_000) {
            upload.push(piece).await?;
        }
        upload.finish("UTC").await
    };
    let code = |result: Result<liaison_transfer::Import, liaison_transfer::Error>| {
        result.map_or_else(|error| error.code().name(), |_| "taken")
    };
    assert_eq!(code(bring(&many(4)).await), "import.too_many_rows");
    let long = format!("name\n{}", format!("{}\n", "x".repeat(600_000)).repeat(2));
    assert_eq!(code(bring(&long).await), "import.too_large");
    let wide: Vec<String> = (0..501).map(|at| format!("c{at}")).collect();
    assert_eq!(code(bring(&format!("{}\n1\n", wide.join(";"))).await), "import.too_many_columns");
    assert_eq!(code(bring("name\n\"open\n").await), "import.open_quote");
    assert_eq!(code(bring("name\n").await), "import.empty");
    // what was refused holds no place
    assert!(node.imports(&ada, house.sales, None).await.unwrap().0.is_empty());
    assert_eq!(code(bring(&many(3)).await), "taken");
    assert_eq!(code(bring(&many(2)).await), "import.too_many_open");
    assert_eq!(code(bring(&many(1)).await), "taken");
    assert_eq!(code(bring(&many(1)).await), "import.too_many_open");
}
