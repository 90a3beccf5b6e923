//! `doctor`: what is wrong, and the remedy beside it.

use std::path::Path;

use channel_connectors::FreeSpace;
use kernel::{Clock as _, SystemClock};
use seal::{KeyFile, KeyUse};
use serde::Serialize;
use server::{Certificates, Tls};

use crate::{
    cli::{Output, Place},
    exit::{Exit, Failure, Result},
    hub::Hub,
    lock::Lock,
    out,
    settings::Settings,
    storage,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Good,
    Unwise,
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

fn finding(check: &'static str, outcome: Result<String>, remedy: &str) -> Finding {
    match outcome {
        Ok(found) => Finding { check, state: State::Good, found, remedy: None },
        Err(failure) => Finding {
            check,
            state: State::Wrong,
            found: failure.to_string(),
            remedy: Some(remedy.to_owned()),
        },
    }
}

pub(crate) fn run(place: &Place, output: Output) -> Result {
    let mut findings = Vec::new();
    match Settings::load(place.config.as_deref(), &place.flags()) {
        Ok(loaded) => {
            let from = loaded.file.map_or_else(
                || "no settings file: defaults".to_owned(),
                |file| file.display().to_string(),
            );
            findings.push(finding("settings", Ok(from), ""));
            look(&loaded.settings, &mut findings);
        }
        Err(failure) => {
            findings.push(finding("settings", Err(failure), "correct the setting that is named"));
        }
    }
    if output.json {
        out::json(&findings);
    } else {
        let word = |state| match state {
            State::Good => "good",
            State::Unwise => "unwise",
            State::Wrong => "WRONG",
        };
        let rows: Vec<Vec<String>> = findings
            .iter()
            .map(|f| {
                let remedy = f.remedy.clone().unwrap_or_default();
                vec![f.check.to_owned(), word(f.state).to_owned(), f.found.clone(), remedy]
            })
            .collect();
        out::table(&["check", "state", "found", "remedy"], &rows);
    }
    let wrong = findings.iter().filter(|f| f.state == State::Wrong).count();
    if wrong == 0 {
        Ok(())
    } else {
        Err(Failure::new(Exit::Failure, format!("{wrong} checks failed")))
    }
}

fn look(settings: &Settings, findings: &mut Vec<Finding>) {
    for warning in settings.warnings() {
        findings.push(Finding {
            check: "settings",
            state: State::Unwise,
            found: warning,
            remedy: None,
        });
    }
    let folder = data_folder(&settings.data);
    let there = folder.is_ok();
    findings.push(finding("data folder", folder, "run `liaison init`, or give --data"));
    if there {
        findings.push(disk(settings));
        findings.push(finding(
            "database and key",
            database(settings),
            "see the reason; keep seal.key with its data",
        ));
        findings.extend(sealing_key(settings));
    }
    findings.push(finding(
        "certificate",
        certificate(settings),
        "replace the files; the hub reads them again",
    ));
    findings.push(finding(
        "address",
        address(settings),
        "stop what listens there, or give --listen",
    ));
}

fn data_folder(data: &Path) -> Result<String> {
    if !data.is_dir() {
        let text = format!("{} is not there", data.display());
        return Err(Failure::new(Exit::NotFound, text));
    }
    // Whether it can be written is seen by writing.
    tempfile::tempfile_in(data)
        .map_err(|error| Failure::new(Exit::Config, format!("{}: {error}", data.display())))?;
    Ok(data.display().to_string())
}

fn disk(settings: &Settings) -> Finding {
    let percent = FreeSpace::of(&settings.data).percent(SystemClock.now());
    let least = settings.webhooks.min_free_percent;
    let found = format!("{percent} % free, posts are refused below {least} %");
    let state = match percent {
        p if p < least => State::Wrong,
        p if p < least.saturating_mul(2) => State::Unwise,
        _ => State::Good,
    };
    let remedy =
        (state != State::Good).then(|| "free space on the disk of the data folder".to_owned());
    Finding { check: "disk", state, found, remedy }
}

/// Whether a change of the sealing key was begun and not finished.
fn sealing_key(settings: &Settings) -> Option<Finding> {
    let keys = KeyFile::read(&settings.seal_key()).ok()?.keys();
    let of = |wanted| keys.iter().filter(|(_, used)| *used == wanted).count();
    let remedy = match (of(KeyUse::Old), of(KeyUse::Next)) {
        (0, 0) => None,
        (0, _) => Some("copy the key file to every node, then run `liaison key rotate`"),
        _ => Some("run `liaison key rotate` to the end, then `liaison key retire`"),
    };
    Some(Finding {
        check: "sealing key",
        state: if remedy.is_some() { State::Unwise } else { State::Good },
        found: format!("{} key(s), {} of them old", keys.len(), of(KeyUse::Old)),
        remedy: remedy.map(str::to_owned),
    })
}

fn database(settings: &Settings) -> Result<String> {
    let Some(lock) = Lock::try_take(&settings.data)? else {
        return Ok("a hub runs on it".to_owned());
    };
    if settings.database_url()?.is_none() && !storage::database_file(&settings.data).exists() {
        return Err(Failure::new(Exit::NotFound, "there is no database yet"));
    }
    let opened = super::runtime()?.block_on(async {
        let hub = Hub::open(settings, super::init::public_url(settings)?).await?;
        let tenants = hub.tenants().await;
        hub.close().await;
        tenants
    });
    drop(lock);
    Ok(format!("opens, {} tenant(s), the sealing key fits", opened?.len()))
}

fn certificate(settings: &Settings) -> Result<String> {
    let (Some(chain), Some(key)) = (&settings.tls.cert, &settings.tls.key) else {
        return Ok("no TLS".to_owned());
    };
    let files = Certificates { chain: chain.clone(), key: key.clone() };
    Tls::read(files).map_err(|error| Failure::of(Exit::Config, &error))?;
    Ok(format!("{} and its key fit", chain.display()))
}

fn address(settings: &Settings) -> Result<String> {
    if Lock::try_take(&settings.data).is_ok_and(|lock| lock.is_none()) {
        return Ok(format!("{}: the hub that runs", settings.listen));
    }
    std::net::TcpListener::bind(settings.listen)
        .map(|_free| format!("{} is free", settings.listen))
        .map_err(|error| Failure::new(Exit::Unavailable, format!("{}: {error}", settings.listen)))
}
