use std::{fs, path::Path};

use liaison_fetchxml::{fetch, sql};

#[test]
fn every_seed_is_one_of_the_two_languages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds-fetchxml");
    for entry in fs::read_dir(folder).expect("the folder of the seeds") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a text");
        let name = path.display();
        match fetch::parse(&text) {
            Ok(query) => assert_eq!(fetch::parse(&query.to_string()), Ok(query), "{name}"),
            Err(_) => drop(sql::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"))),
        }
    }
}
