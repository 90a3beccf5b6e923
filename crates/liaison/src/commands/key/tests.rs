use std::{collections::BTreeSet, path::Path};

use super::*;

/// Columns of bytes that are no sealed values, and why.
const PLAIN: [(&str, &str); 27] = [
    ("teams_codes.code_hash", "a hash"),
    ("linking_teams_attempts.state_hash", "a hash"),
    ("linking_teams_watches.secret_hash", "a hash"),
    ("events.body", "what was posted, as it came"),
    ("credentials.secret_hash", "a hash"),
    ("recovery_codes.code_hash", "a hash"),
    ("passkeys.credential_id", "public"),
    ("passkeys.public_key", "public"),
    ("sign_in_attempts.secret_hash", "a hash"),
    ("file_versions.sha256", "a hash"),
    ("mails.sha256", "a hash"),
    ("incoming_webhooks.icon", "a picture"),
    ("webhook_repeats.key", "a hash"),
    ("connectors.logo", "a picture"),
    ("api_connection_attempts.state_hash", "a hash"),
    ("crm_attempts.state_hash", "a hash"),
    ("transfer_blocks.content", "rows of a file on their way in"),
    ("transfer_slices.made", "identifiers"),
    ("api_connector_versions.definition", "as it was uploaded, secrets taken out"),
    ("api_connector_versions.digest", "a hash"),
    ("api_connector_versions.icon", "a picture"),
    ("api_connector_versions.properties", "as they were uploaded, secrets taken out"),
    ("api_connector_versions.readme", "as it was uploaded"),
    ("api_connector_versions.script", "as it was uploaded"),
    ("mailbox_mails.sha256", "a hash"),
    ("privacy_jobs.file", "a hash"),
    ("app_files.bytes", "packages and icons, as they were uploaded"),
];

/// Every column of bytes of the migrations.
fn columns_of_bytes() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/postgres");
    let mut columns = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut table = String::new();
        for line in text.lines().map(str::trim) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["CREATE", "TABLE", name, ..] => table = (*name).to_owned(),
                ["ALTER", "TABLE", name, "ADD", "COLUMN", column, kind, ..]
                    if kind.starts_with("BYTEA") =>
                {
                    columns.insert(format!("{name}.{column}"));
                }
                [column, kind, ..] if kind.starts_with("BYTEA") => {
                    columns.insert(format!("{table}.{column}"));
                }
                _ => {}
            }
        }
    }
    columns
}

#[test]
fn every_column_of_bytes_is_listed_as_sealed_or_known_not_to_be() {
    let sealed: BTreeSet<String> =
        hub::sealed_columns().iter().map(|column| column.name.to_owned()).collect();
    assert_eq!(sealed.len(), hub::sealed_columns().len(), "a column is listed twice");
    let plain: BTreeSet<String> = PLAIN.iter().map(|(name, _)| (*name).to_owned()).collect();
    let known: BTreeSet<String> = sealed.union(&plain).cloned().collect();
    let there = columns_of_bytes();
    let new: Vec<_> = there.difference(&known).collect();
    assert!(
        new.is_empty(),
        "{new:?}: list a sealed column in `SEALED` of its room, or say here why it is none"
    );
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(gone.is_empty(), "{gone:?} are no columns of bytes");
    assert!(sealed.intersection(&plain).next().is_none());
}

#[test]
fn every_room_that_seals_lists_its_columns_here() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ours = fs::read_to_string(crates.join("liaison/src/hub/keys.rs")).unwrap();
    let mut rooms = 0;
    for entry in fs::read_dir(&crates).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().replace('-', "_");
        if !["seal", "liaison"].contains(&name.as_str())
            && sources(&folder).contains("sealed_column!(")
        {
            rooms += 1;
            let listed = format!("{name}::SEALED");
            assert!(ours.contains(&listed), "the hub does not know {listed}");
        }
    }
    assert!(rooms >= 2, "{rooms} rooms");
}

fn sources(folder: &Path) -> String {
    let mut waiting = vec![folder.join("src")];
    let mut all = String::new();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                all.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    all
}

/// A folder with a hub's data, and the flags that name it.
fn a_hub() -> (tempfile::TempDir, Place, Settings) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { config: None, data: Some(folder.path().to_owned()), database_url: None };
    let settings = Settings::of_test(folder.path());
    with_hub(&settings, async |hub| {
        let tenant = hub.scopes.ensure_first_tenant("Contoso", kernel::Language::En).await?;
        let scope = hub.scopes.scope(tenant.id, "test");
        let new = identity::ProviderInput {
            name: "Contoso ID".to_owned(),
            issuer: "https://id.example.org".to_owned(),
            client_id: "liaison".to_owned(),
            client_secret: Some(kernel::Secret::new("secret".to_owned())),
            rules: identity::ProviderRules::default(),
            enabled: true,
        };
        hub.identity.create_provider(&scope, new).await?;
        Ok(())
    })
    .unwrap();
    (folder, place, settings)
}

fn keys(settings: &Settings) -> Vec<KeyUse> {
    read(settings).unwrap().keys().iter().map(|(_, used)| *used).collect()
}

const QUIET: Output = Output { json: true };

#[test]
fn a_key_is_rotated_and_retired_on_a_hub_that_stands_still() {
    let (_folder, place, settings) = a_hub();
    let refused = run(&place, &cli::Key::Retire { throw_away: false, output: QUIET }).unwrap_err();
    assert_eq!(refused.exit(), Exit::Refused);
    run(&place, &cli::Key::Rotate(QUIET)).unwrap();
    assert_eq!(keys(&settings), [KeyUse::Current, KeyUse::Old]);
    let count = || {
        with_hub(&settings, async |hub| Ok(hub.scopes.sealed_by(&hub::sealed_columns()).await?))
            .unwrap()
    };
    assert_eq!(count().values().copied().collect::<Vec<_>>(), [2]);
    // Begun again it carries on and draws no third key.
    run(&place, &cli::Key::Rotate(QUIET)).unwrap();
    assert_eq!(keys(&settings), [KeyUse::Current, KeyUse::Old]);
    run(&place, &cli::Key::Retire { throw_away: false, output: QUIET }).unwrap();
    assert_eq!(keys(&settings), [KeyUse::Current]);
    assert_eq!(count().into_keys().collect::<Vec<_>>(), [read(&settings).unwrap().keys()[0].0]);
    assert!(read(&settings).unwrap().retired_path().exists());
}

#[test]
fn a_key_that_still_holds_values_is_not_retired() {
    let (_folder, place, settings) = a_hub();
    // A rotation that was cut off right after the key file was written.
    read(&settings).unwrap().rotate(&Ids::system()).unwrap();
    let retire = || run(&place, &cli::Key::Retire { throw_away: true, output: QUIET });
    assert_eq!(retire().unwrap_err().exit(), Exit::Refused);
    assert_eq!(keys(&settings), [KeyUse::Current, KeyUse::Old]);
    run(&place, &cli::Key::Rotate(QUIET)).unwrap();
    retire().unwrap();
    assert!(!read(&settings).unwrap().retired_path().exists());
}

#[test]
fn a_prepared_key_is_the_one_that_is_taken() {
    let (_folder, place, settings) = a_hub();
    run(&place, &cli::Key::Prepare(QUIET)).unwrap();
    assert_eq!(keys(&settings), [KeyUse::Current, KeyUse::Next]);
    let next = read(&settings).unwrap().keys()[1].0;
    run(&place, &cli::Key::List(QUIET)).unwrap();
    run(&place, &cli::Key::Rotate(QUIET)).unwrap();
    assert_eq!(read(&settings).unwrap().keys()[0].0, next);
}
