use super::*;
use crate::Context;

fn with_key() -> (tempfile::TempDir, PathBuf, Sealer) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seal.key");
    let sealer = Sealer::from_file(&path, &Ids::system()).unwrap();
    (folder, path, sealer)
}

fn place() -> Context {
    let ids = Ids::seeded(1);
    Context::new("a.b", ids.fresh(), ids.fresh())
}

#[test]
fn the_first_start_makes_a_key_and_the_second_reads_it() {
    let (_folder, path, first) = with_key();
    let second = Sealer::from_file(&path, &Ids::system()).unwrap();
    assert_eq!(first.key_id(), second.key_id());
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path, sealer) = with_key();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    KeyFile::read(&path).unwrap().rotate(&Ids::system()).unwrap();
    let mut file = KeyFile::read(&path).unwrap();
    file.retire(false).unwrap();
    assert_eq!((mode(&path), mode(&file.retired_path())), (0o600, 0o600));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(Sealer::from_file(&path, &Ids::system()), Err(Error::Exposed { .. })));
    assert!(matches!(sealer.refresh(), Err(Error::Exposed { .. })));
}

#[test]
fn a_line_that_is_no_key_is_named() {
    let good = format!("{MARK} {}", STANDARD.encode([7; 32]));
    for bad in ["liaison-seal-1 x", "liaison-seal-1", "AAAA", "liaison-seal-1 AAAA"] {
        let text = Secret::new(format!("{good}\n\n{bad}\n"));
        let error = Sealer::from_text(&text, Ids::seeded(1)).unwrap_err();
        assert!(matches!(error, Error::Format { line: 3 }), "{bad}: {error}");
    }
    assert!(matches!(
        Sealer::from_text(&Secret::new(String::new()), Ids::seeded(1)),
        Err(Error::NoKey)
    ));
}

#[test]
fn a_new_key_seals_and_the_old_one_still_opens() {
    let (_folder, path, running) = with_key();
    let old = running.key_id();
    let sealed = running.seal(&place(), b"secret").unwrap();
    let new = KeyFile::read(&path).unwrap().rotate(&Ids::system()).unwrap();
    assert_ne!(old, new);
    // A process that runs on learns of it.
    assert_eq!(running.key_id(), old);
    assert!(running.refresh().unwrap() && !running.refresh().unwrap());
    assert_eq!(running.key_ids(), [new, old]);
    assert_eq!(running.open(&place(), &sealed).unwrap().expose(), b"secret");
    let anew = running.rewrap(&sealed).unwrap().unwrap();
    assert_eq!((Sealer::key_of(&sealed), Sealer::key_of(&anew)), (Some(old), Some(new)));
    let mut file = KeyFile::read(&path).unwrap();
    assert_eq!(file.keys(), [(new, KeyUse::Current), (old, KeyUse::Old)]);
    assert_eq!(file.retire(false).unwrap(), [old]);
    running.refresh().unwrap();
    assert!(matches!(running.open(&place(), &sealed), Err(Error::WrongKey { .. })));
    assert_eq!(running.open(&place(), &anew).unwrap().expose(), b"secret");
    // The old key lies beside, for old copies of the data.
    let aside = fs::read_to_string(file.retired_path()).unwrap();
    let aside = Sealer::from_text(&Secret::new(aside), Ids::system()).unwrap();
    assert_eq!(aside.open(&place(), &sealed).unwrap().expose(), b"secret");
}

#[test]
fn a_value_of_a_key_that_came_meanwhile_opens_without_a_restart() {
    let (_folder, path, running) = with_key();
    KeyFile::read(&path).unwrap().rotate(&Ids::system()).unwrap();
    let other = Sealer::from_file(&path, &Ids::system()).unwrap();
    let sealed = other.seal(&place(), b"secret").unwrap();
    assert_eq!(running.open(&place(), &sealed).unwrap().expose(), b"secret");
    assert_eq!(running.clone().key_id(), other.key_id(), "clones have the same keys");
}

#[test]
fn a_prepared_key_opens_and_does_not_seal_until_its_turn() {
    let (_folder, path, running) = with_key();
    let old = running.key_id();
    let mut file = KeyFile::read(&path).unwrap();
    let next = file.prepare(&Ids::system()).unwrap();
    assert_eq!(file.prepare(&Ids::system()).unwrap(), next, "one at a time");
    let mut file = KeyFile::read(&path).unwrap();
    assert_eq!(file.keys(), [(old, KeyUse::Current), (next, KeyUse::Next)]);
    running.refresh().unwrap();
    assert_eq!(running.key_id(), old);
    assert_eq!(file.retire(true).unwrap(), [], "what is not used yet is not old");
    assert_eq!(file.rotate(&Ids::system()).unwrap(), next);
    let elsewhere = Sealer::from_file(&path, &Ids::system()).unwrap();
    let sealed = elsewhere.seal(&place(), b"secret").unwrap();
    assert_eq!(Sealer::key_of(&sealed), Some(next));
    assert_eq!(running.open(&place(), &sealed).unwrap().expose(), b"secret");
}

#[test]
fn what_is_derived_stays_while_keys_come_and_changes_when_the_oldest_goes() {
    let (_folder, path, running) = with_key();
    let derive = || {
        running.refresh().unwrap();
        *running.derive("pictures").expose()
    };
    let first = derive();
    assert_ne!(first, *running.derive("other").expose());
    KeyFile::read(&path).unwrap().prepare(&Ids::system()).unwrap();
    assert_eq!(derive(), first);
    KeyFile::read(&path).unwrap().rotate(&Ids::system()).unwrap();
    assert_eq!(derive(), first);
    KeyFile::read(&path).unwrap().retire(true).unwrap();
    assert_ne!(derive(), first);
    assert!(!KeyFile::read(&path).unwrap().retired_path().exists());
}

#[test]
fn two_changes_at_once_do_not_lose_a_key() {
    let (_folder, path, _) = with_key();
    let left = beside(&path, "new");
    fs::write(&left, "").unwrap();
    let refused = KeyFile::read(&path).unwrap().rotate(&Ids::system());
    assert!(matches!(refused, Err(Error::Changing { path }) if path == left));
    assert_eq!(KeyFile::read(&path).unwrap().keys().len(), 1);
}
