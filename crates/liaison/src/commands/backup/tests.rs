use super::*;
use crate::{cli::Cli, commands, demo};

/// A data folder with the demo in it, and nobody running on it.
fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::of_test(folder.path());
    commands::runtime().unwrap().block_on(async {
        let base = commands::init::public_url(&settings).unwrap();
        let hub = hub::Hub::open(&settings, base.clone()).await.unwrap();
        demo::prepare(&hub, &settings.data, &base, ([127, 0, 0, 1], 9).into()).await.unwrap();
        hub.close().await;
    });
    folder
}

fn liaison(arguments: &[&str]) -> Result {
    use clap::Parser as _;
    commands::run(Cli::try_parse_from(std::iter::once(&"liaison").chain(arguments)).unwrap())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// How many people the folder's hub knows; opening it also proves that key and data fit.
fn people(data: &Path) -> usize {
    let settings = Settings::of_test(data);
    commands::runtime().unwrap().block_on(async {
        let base = commands::init::public_url(&settings).unwrap();
        let hub = hub::Hub::open(&settings, base).await.unwrap();
        let tenant = hub.tenants().await.unwrap().remove(0);
        let scope = hub.scopes.scope(tenant.id, "test");
        let users = hub
            .identity
            .users(&scope, identity::users::UserFilter::default(), kernel::Limit::default(), None)
            .await
            .unwrap();
        hub.close().await;
        users.items.len()
    })
}

#[test]
fn a_backup_comes_back_with_its_key_and_with_no_other() {
    let data = filled();
    let away = tempfile::tempdir().unwrap();
    let archive = away.path().join("hub.tar");
    let (archive, from) = (text(&archive), text(data.path()));
    liaison(&["backup", "--data", from, archive]).unwrap();

    let empty = away.path().join("restored");
    let refused = liaison(&["restore", "--data", text(&empty), archive]).unwrap_err();
    assert_eq!(refused.exit(), Exit::Refused, "{refused}");
    assert!(refused.to_string().contains("--key"), "{refused}");

    let foreign = away.path().join("foreign.key");
    hub::read_key(&foreign).unwrap();
    let refused = liaison(&["restore", "--data", text(&empty), archive, "--key", text(&foreign)]);
    let refused = refused.unwrap_err();
    assert_eq!(refused.exit(), Exit::Refused, "{refused}");
    assert!(refused.to_string().contains("does not open the data"), "{refused}");
    assert!(!storage::database_file(&empty).exists(), "nothing is left behind");

    let key = data.path().join("seal.key");
    liaison(&["restore", "--data", text(&empty), archive, "--key", text(&key)]).unwrap();
    assert_eq!(people(&empty), people(data.path()));
    let again = liaison(&["restore", "--data", text(&empty), archive]).unwrap_err();
    assert!(again.to_string().contains("holds data already"), "{again}");
}

#[test]
fn a_key_in_the_archive_opens_with_its_passphrase_only() {
    let data = filled();
    let away = tempfile::tempdir().unwrap();
    let (archive, right, wrong) =
        (away.path().join("hub.tar"), away.path().join("right"), away.path().join("wrong"));
    fs::write(&right, "a long enough passphrase\n").unwrap();
    fs::write(&wrong, "another long passphrase\n").unwrap();
    let (archive, from) = (text(&archive), text(data.path()));
    let taken =
        ["backup", "--data", from, archive, "--with-key", "--passphrase-file", text(&right)];
    liaison(&taken).unwrap();
    let key = fs::read(data.path().join("seal.key")).unwrap();
    let bytes = fs::read(archive).unwrap();
    assert!(!bytes.windows(key.len()).any(|part| part == key), "the key is not in plain sight");

    let into = away.path().join("restored");
    let with = |file: &Path| {
        liaison(&["restore", "--data", text(&into), archive, "--passphrase-file", text(file)])
    };
    assert_eq!(with(&wrong).unwrap_err().exit(), Exit::Refused);
    with(&right).unwrap();
    assert_eq!(people(&into), people(data.path()));
}

#[test]
fn a_backup_is_taken_while_a_hub_holds_the_folder() {
    let data = filled();
    let _hub = Lock::take(data.path()).unwrap();
    let away = tempfile::tempdir().unwrap();
    let archive = away.path().join("hub.tar");
    liaison(&["backup", "--data", text(data.path()), text(&archive)]).unwrap();
    assert!(archive.exists());
    let busy = liaison(&["migrate", "--data", text(data.path())]).unwrap_err();
    assert_eq!(busy.exit(), Exit::Unavailable);
}
