//! `key …`: the sealing key, where the key file and the data are.
//!
//! The key file says which key is in use; a hub that runs reads it again every few seconds
//! ([`crate::hub::KEY_CHECK`]). So a new key is first written there, then every sealed value is wrapped with
//! it, again and again until nothing is left that a hub made with the old key in the meantime.

use std::{
    fs, thread,
    time::{Duration, SystemTime},
};

use kernel::Ids;
use seal::{KeyFile, KeyId, KeyUse};
use serde_json::{Value, json};

use crate::{
    api::Api,
    cli::{self, Output, Place},
    exit::{Exit, Failure, Result},
    hub::{self, Hub, KEY_CHECK},
    lock::Lock,
    out,
    settings::Settings,
};

pub(crate) fn run(place: &Place, command: &cli::Key) -> Result {
    match command {
        cli::Key::Signing(hub) => return signing(place, hub),
        cli::Key::RotateSigning { hub, at_once } => return rotate_signing(place, hub, *at_once),
        _ => {}
    }
    let settings = Settings::load(place.config.as_deref(), &place.flags())?.settings;
    match command {
        cli::Key::List(output) => list(&settings, *output),
        cli::Key::Prepare(output) => {
            let id = read(&settings)?.prepare(&Ids::system()).map_err(|error| failed(&error))?;
            out_key(id, "next", *output);
            if !output.json {
                out::say(format!(
                    "\ncopy {} to every node now, then run `liaison key rotate` on one of them",
                    settings.seal_key().display()
                ));
            }
            Ok(())
        }
        cli::Key::Rotate(output) => rotate(&settings, *output),
        cli::Key::Retire { throw_away, output } => retire(&settings, *throw_away, *output),
        cli::Key::Signing(_) | cli::Key::RotateSigning { .. } => Ok(()),
    }
}

/// The keys that sign tokens; REST of a hub that runs or of the data here tells of them.
fn signing(place: &Place, hub: &cli::Hub) -> Result {
    let api = Api::connect(place, hub)?;
    super::list(&api.all(SIGNING_KEYS)?, &SIGNING, hub.output);
    api.finish();
    Ok(())
}

fn rotate_signing(place: &Place, hub: &cli::Hub, at_once: bool) -> Result {
    let api = Api::connect(place, hub)?;
    let made = api.post(SIGNING_KEYS, &json!({ "at_once": at_once }))?;
    super::one(&made, &SIGNING, hub.output);
    api.finish();
    Ok(())
}

const SIGNING_KEYS: &str = "/api/v1/signing-keys";
const SIGNING: [&str; 4] = ["id", "created_at", "starts_at", "ends_at"];

fn list(settings: &Settings, output: Output) -> Result {
    let file = read(settings)?;
    let counts =
        with_hub(settings, async |hub| Ok(hub.scopes.sealed_by(&hub::sealed_columns()).await?))?;
    let rows: Vec<Value> = file
        .keys()
        .iter()
        .map(|(id, used)| {
            let values = counts.get(id).copied().unwrap_or(0);
            json!({ "key": id.to_string(), "use": word(*used), "values": values })
        })
        .collect();
    super::list(&rows, &["key", "use", "values"], output);
    Ok(())
}

fn rotate(settings: &Settings, output: Output) -> Result {
    let mut file = read(settings)?;
    let keys = file.keys();
    let unfinished = keys.iter().any(|(_, used)| *used == KeyUse::Old);
    let current = keys.first().map(|(id, _)| *id);
    let key = match current.filter(|_| unfinished) {
        // The rotation before this one has not ended with `key retire`: it is carried on.
        Some(current) => current,
        None => file.rotate(&Ids::system()).map_err(|error| failed(&error))?,
    };
    let wrapped = with_hub(settings, async |hub| {
        let columns = hub::sealed_columns();
        let mut wrapped = hub.scopes.rewrap(&columns).await?;
        if is_alone(settings)? {
            return Ok(wrapped);
        }
        // A hub that runs may seal with the old key until it has read the file again.
        tokio::time::sleep(KEY_CHECK * 2).await;
        loop {
            let left = others(&hub.scopes.sealed_by(&columns).await?, key);
            if left == 0 {
                return Ok(wrapped);
            }
            wrapped += hub.scopes.rewrap(&columns).await?;
        }
    })?;
    let old: Vec<String> = file
        .keys()
        .iter()
        .filter(|(_, used)| *used == KeyUse::Old)
        .map(|(id, _)| id.to_string())
        .collect();
    let made = json!({ "key": key.to_string(), "values": wrapped, "old": old });
    if output.json {
        out::json(&made);
        return Ok(());
    }
    super::one(&made, &["key", "values", "old"], output);
    out::say(
        "\nwhat the old key sealed is wrapped with the new one. Make a backup, then run `liaison key retire`",
    );
    Ok(())
}

fn retire(settings: &Settings, throw_away: bool, output: Output) -> Result {
    let mut file = read(settings)?;
    let keys = file.keys();
    let Some((current, _)) = keys.first().copied() else { return Ok(()) };
    if keys.iter().all(|(_, used)| *used != KeyUse::Old) {
        return Err(Failure::new(Exit::Refused, "there is no old key: nothing to retire"));
    }
    if !is_alone(settings)? {
        wait_for_readers(settings)?;
    }
    let gone = with_hub(settings, async |hub| {
        let left = others(&hub.scopes.sealed_by(&hub::sealed_columns()).await?, current);
        if left > 0 {
            let text =
                format!("{left} values are sealed with an old key: run `liaison key rotate`");
            return Err(Failure::new(Exit::Refused, text));
        }
        let gone = file.retire(throw_away).map_err(|error| failed(&error))?;
        hub.scopes.audit_retired(&gone).await?;
        Ok(gone)
    })?;
    let gone: Vec<String> = gone.iter().map(ToString::to_string).collect();
    let kept = (!throw_away).then(|| file.retired_path().display().to_string());
    let done = json!({ "key": current.to_string(), "retired": gone, "kept_in": kept });
    if output.json {
        out::json(&done);
        return Ok(());
    }
    super::one(&done, &["key", "retired"], output);
    match kept {
        Some(path) => out::say(format!(
            "\nbackups that were made before need the old key: keep {path} with them, and delete it here"
        )),
        None => out::say("\nbackups that were made before can no longer be restored"),
    }
    Ok(())
}

/// Values that are not sealed with `current`.
fn others(counts: &std::collections::BTreeMap<KeyId, u64>, current: KeyId) -> u64 {
    counts.iter().filter(|(key, _)| **key != current).map(|(_, count)| count).sum()
}

/// Whether nobody else can be at work with these keys: an SQLite folder that no hub holds.
fn is_alone(settings: &Settings) -> Result<bool> {
    Ok(settings.database_url()?.is_none() && Lock::try_take(&settings.data)?.is_some())
}

/// Waits until every hub has read the key file since it was last changed.
fn wait_for_readers(settings: &Settings) -> Result {
    let path = settings.seal_key();
    let changed = fs::metadata(&path).and_then(|file| file.modified());
    let changed = changed
        .map_err(|error| Failure::new(Exit::Config, format!("{}: {error}", path.display())))?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the age of a file is told by the clock of its disk"
    )]
    let age = SystemTime::now().duration_since(changed).unwrap_or(Duration::ZERO);
    thread::sleep((KEY_CHECK * 2).saturating_sub(age));
    Ok(())
}

fn with_hub<T>(settings: &Settings, work: impl AsyncFnOnce(&Hub) -> Result<T>) -> Result<T> {
    super::runtime()?.block_on(async {
        let hub = Hub::open(settings, super::init::public_url(settings)?).await?;
        let done = work(&hub).await;
        hub.close().await;
        done
    })
}

fn read(settings: &Settings) -> Result<KeyFile> {
    KeyFile::read(&settings.seal_key()).map_err(|error| failed(&error))
}

fn failed(error: &seal::Error) -> Failure {
    Failure::of(Exit::Config, error)
}

fn out_key(id: KeyId, used: &str, output: Output) {
    super::one(&json!({ "key": id.to_string(), "use": used }), &["key", "use"], output);
}

const fn word(used: KeyUse) -> &'static str {
    match used {
        KeyUse::Current => "current",
        KeyUse::Old => "old",
        KeyUse::Next => "next",
    }
}

#[cfg(test)]
mod tests;
