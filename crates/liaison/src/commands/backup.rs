//! `backup` and `restore`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use db::Db;
use kernel::{Clock as _, Ids, Secret, SystemClock};
use seal::{Context, Sealer};

use crate::{
    archive::{self, About, Manifest, Writer, locked_key::LockedKey},
    ask,
    cli::{self, Passphrase, Place},
    exit::{Exit, Failure, Result, chain},
    hub,
    lock::Lock,
    out,
    settings::Settings,
    storage::{self, Engine},
};

/// Copies database and files into one archive, while the hub runs.
pub(crate) fn backup(place: &Place, command: &cli::Backup) -> Result {
    let settings = Settings::load(place.config.as_deref(), &place.flags())?.settings;
    let database = storage::database_file(&settings.data);
    let engine = if settings.database_url()?.is_some() { Engine::Postgres } else { Engine::Sqlite };
    if engine == Engine::Sqlite && !database.exists() {
        let text = format!("there is no database in {}", settings.data.display());
        return Err(Failure::new(Exit::NotFound, text));
    }
    // Everything that may fail for a person's mistake comes before the long work.
    let locked =
        command.with_key.then(|| locked_key(&settings, &command.passphrase)).transpose()?;
    let key_check = seal_check(&hub::key_from(&key_file(&settings.seal_key())?)?)?;
    let about = About { engine, taken_at: SystemClock.now(), key_check };
    let mut writer = Writer::create(&command.archive, about)?;
    let scratch = tempfile::tempdir_in(folder_of(&command.archive))
        .map_err(|error| Failure::plain(&error))?;
    let copy = scratch.path().join("copy");
    // The database first: files that it names are kept until long after they are deleted.
    let (db, _engine) = storage::open(&settings)?;
    let copied = db.backup(&copy);
    db.close();
    copied?;
    writer.file(archive::DATABASE, &copy)?;
    writer.folder(archive::FILES, &storage::files_folder(&settings.data))?;
    if let Some(locked) = &locked {
        writer.key(locked)?;
    }
    let manifest = writer.finish()?;
    let bytes: u64 = manifest.entries.iter().map(|entry| entry.bytes).sum();
    out::say(format!(
        "{}: {} entries, {bytes} bytes",
        command.archive.display(),
        manifest.entries.len()
    ));
    if manifest.with_key {
        out::say("the sealing key is in it, under your passphrase");
    } else {
        out::say(format!(
            "the sealing key is NOT in it: keep a copy of {} apart, the archive cannot be restored without it",
            settings.seal_key().display()
        ));
    }
    Ok(())
}

/// Fills an empty data folder from an archive.
pub(crate) fn restore(place: &Place, command: &cli::Restore) -> Result {
    let settings = Settings::load(place.config.as_deref(), &place.flags())?.settings;
    storage::prepare_folder(&settings.data)?;
    let lock = Lock::take(&settings.data)?;
    let database = storage::database_file(&settings.data);
    let files = storage::files_folder(&settings.data);
    if database.exists() || !is_empty(&files) {
        let text =
            format!("{} holds data already: restore into an empty folder", settings.data.display());
        return Err(Failure::new(Exit::Refused, text));
    }
    let scratch = tempfile::Builder::new().prefix(".restore-").tempdir_in(&settings.data);
    let scratch = scratch.map_err(|error| Failure::plain(&error))?;
    let manifest = archive::unpack(&command.archive, scratch.path())?;
    let wanted = if settings.database_url()?.is_some() { Engine::Postgres } else { Engine::Sqlite };
    if manifest.engine != wanted {
        let text = format!("the archive is of {:?}, the settings name {wanted:?}", manifest.engine);
        return Err(Failure::new(Exit::Refused, text));
    }
    let key = key_text(&settings, command, &manifest, scratch.path())?;
    open_check(&hub::key_from(&key)?, &manifest.key_check)?;
    let copy = scratch.path().join(archive::DATABASE);
    match manifest.engine {
        Engine::Sqlite => {
            check_file(&settings, &key, &copy)?;
            rename(&copy, &database)?;
        }
        Engine::Postgres => restore_postgres(&settings, &key, &copy)?,
    }
    let unpacked = scratch.path().join(archive::FILES);
    if unpacked.exists() {
        if files.exists() {
            fs::remove_dir_all(&files).map_err(|error| Failure::plain(&error))?;
        }
        rename(&unpacked, &files)?;
    }
    let place_of_key = settings.seal_key();
    if !place_of_key.exists() {
        storage::write_private(&place_of_key, key.expose().as_bytes())?;
    }
    drop(lock);
    out::say(format!(
        "{} holds the data of {} now: start the hub",
        settings.data.display(),
        manifest.taken_at
    ));
    Ok(())
}

/// The key file's text: from the folder, from --key, or out of the archive.
fn key_text(
    settings: &Settings,
    command: &cli::Restore,
    manifest: &Manifest,
    scratch: &Path,
) -> Result<Secret<String>> {
    let present = settings.seal_key();
    let given = command.key.clone().or_else(|| present.exists().then_some(present));
    if let Some(path) = given {
        return key_file(&path);
    }
    if !manifest.with_key {
        return Err(Failure::new(
            Exit::Refused,
            "the sealing key is not in the archive: name its file with --key",
        ));
    }
    let bytes = fs::read(scratch.join(archive::KEY)).map_err(|error| Failure::plain(&error))?;
    let locked: LockedKey =
        serde_json::from_slice(&bytes).map_err(|error| Failure::plain(&error))?;
    locked.unlock(&passphrase(&command.passphrase, ask::secret)?)
}

/// Refuses a key that does not open the data.
fn check_file(settings: &Settings, key: &Secret<String>, copy: &Path) -> Result {
    let db = Db::new(storage::open_file(copy)?);
    let checked = check(settings, key, &db);
    db.close();
    checked?;
    // What the check left beside the file belongs to it no more.
    for ending in ["-wal", "-shm"] {
        let mut beside = copy.as_os_str().to_owned();
        beside.push(ending);
        match fs::remove_file(PathBuf::from(beside)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::plain(&error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn restore_postgres(settings: &Settings, key: &Secret<String>, copy: &Path) -> Result {
    let Some(url) = settings.database_url()? else { return Ok(()) };
    let options = db_postgres::Options::new(url.expose());
    db_postgres::restore(options, copy).map_err(|error| Failure::of(Exit::Refused, &error))?;
    let (db, _engine) = storage::open(settings)?;
    let checked = check(settings, key, &db);
    db.close();
    checked
}

fn check(settings: &Settings, key: &Secret<String>, db: &Db) -> Result {
    let sealer = hub::key_from(key)?;
    let outbound = egress::Client::new(settings.egress.clone());
    let outbound = outbound.map_err(|error| Failure::of(Exit::Config, &error))?;
    let (_identity, scopes) = identity::Identity::open(identity::Parts {
        db: db.clone(),
        clock: Arc::new(SystemClock),
        ids: Ids::system(),
        sealer,
        outbound,
        public_url: super::init::public_url(settings)?,
        settings: settings.identity.clone(),
    });
    super::runtime()?.block_on(scopes.check_seal()).map_err(|error| {
        let why = Failure::coded(&error);
        Failure::new(Exit::Refused, format!("the sealing key does not open the data: {why}"))
    })
}

/// The text of a key file.
fn key_file(path: &Path) -> Result<Secret<String>> {
    fs::read_to_string(path)
        .map(Secret::new)
        .map_err(|error| Failure::new(Exit::Config, format!("{}: {error}", path.display())))
}

/// A value that only this key opens.
fn seal_check(key: &Sealer) -> Result<String> {
    let sealed = key.seal(&check_place(), CHECK);
    Ok(STANDARD.encode(sealed.map_err(|error| Failure::plain(&error))?))
}

/// Refuses another key than the one that the backup was taken with.
fn open_check(key: &Sealer, check: &str) -> Result {
    let refused = |why: String| {
        Failure::new(Exit::Refused, format!("the sealing key does not open the data: {why}"))
    };
    let sealed = STANDARD.decode(check).map_err(|error| refused(error.to_string()))?;
    key.open(&check_place(), &sealed).map(drop).map_err(|error| refused(chain(&error)))
}

fn check_place() -> Context {
    Context::new("backup.check", uuid::Uuid::nil().into(), uuid::Uuid::nil())
}

fn locked_key(settings: &Settings, from: &Passphrase) -> Result<LockedKey> {
    let text = key_file(&settings.seal_key())?;
    LockedKey::lock(&text, &passphrase(from, ask::new_secret)?, &Ids::system())
}

/// The passphrase; `ask` asks a person where nothing else gives it.
fn passphrase(
    from: &Passphrase,
    ask: impl FnOnce(&str) -> Result<Secret<String>>,
) -> Result<Secret<String>> {
    let text = match &from.passphrase_file {
        Some(path) => fs::read_to_string(path)
            .map_err(|error| Failure::new(Exit::Config, format!("{}: {error}", path.display())))?,
        None => match environment(PASSPHRASE) {
            Some(text) => text,
            None => ask("Passphrase")?.expose().clone(),
        },
    };
    let text = Secret::new(text);
    Ok(Secret::new(text.expose().trim_end_matches(['\r', '\n']).to_owned()))
}

#[expect(clippy::disallowed_methods, reason = "this crate reads the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn rename(from: &Path, to: &Path) -> Result {
    fs::rename(from, to)
        .map_err(|error| Failure::new(Exit::Failure, format!("{}: {error}", to.display())))
}

/// Whether a folder holds no file; folders in it do not count.
fn is_empty(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return true };
    entries.flatten().all(|entry| entry.path().is_dir() && is_empty(&entry.path()))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

const CHECK: &[u8] = b"liaison backup";
const PASSPHRASE: &str = "LIAISON_PASSPHRASE";

#[cfg(test)]
mod tests;
