//! `webhook send`: posting a file as any sender would.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use http::{HeaderValue, StatusCode};
use serde_json::json;
use url::Url;

use crate::{
    api,
    cli::{Output, Place},
    demo::Demo,
    exit::{Exit, Failure, Result},
    out,
    settings::Settings,
};

/// What to post where.
pub(crate) struct Sending<'a> {
    pub(crate) file: &'a Path,
    pub(crate) to: Option<&'a str>,
    pub(crate) cacert: Option<&'a PathBuf>,
    pub(crate) output: Output,
}

pub(crate) fn run(place: &Place, sending: &Sending<'_>) -> Result {
    let body = read(sending.file)?;
    let target = match sending.to {
        Some(url) => url.to_owned(),
        None => first_of_demo(place)?,
    };
    // The address is a secret: it is never repeated.
    let url: Url = target.parse().map_err(|error| {
        Failure::new(Exit::Usage, format!("this is no address of a webhook: {error}"))
    })?;
    let client = api::client(sending.cacert.map(PathBuf::as_path))?;
    let request = egress::Request::post(url, HeaderValue::from_static("application/json"), body);
    let answer = super::runtime()?.block_on(client.fetch(request));
    let answer = answer.map_err(|error| Failure::of(Exit::Unavailable, &error))?;
    let text = out::printable(String::from_utf8_lossy(&answer.body).trim());
    if sending.output.json {
        out::json(&json!({ "status": answer.status.as_u16(), "body": text }));
    }
    if answer.status.is_success() {
        if !sending.output.json {
            out::say("taken");
        }
        return Ok(());
    }
    let said = format!("the hub answered {}: {text}", answer.status);
    Err(Failure::new(exit_of(answer.status), said))
}

const fn exit_of(status: StatusCode) -> Exit {
    match status.as_u16() {
        404 | 410 => Exit::NotFound,
        429 | 500..=599 => Exit::Unavailable,
        _ => Exit::Refused,
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let failed = |error: io::Error| {
        let exit = match error.kind() {
            io::ErrorKind::NotFound => Exit::NotFound,
            _ => Exit::Failure,
        };
        Failure::new(exit, format!("{}: {error}", file.display()))
    };
    if file != Path::new("-") {
        return fs::read(file).map_err(failed);
    }
    let mut body = Vec::new();
    io::stdin().lock().take(MOST).read_to_end(&mut body).map_err(failed)?;
    Ok(body)
}

fn first_of_demo(place: &Place) -> Result<String> {
    let settings = Settings::load(place.config.as_deref(), &place.flags())?.settings;
    let demo = Demo::read(&settings.data)?;
    let first = demo.and_then(|demo| demo.webhooks.into_iter().next());
    first.map(|webhook| webhook.url).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            "the address of a webhook is needed: give --to or set LIAISON_WEBHOOK_URL",
        )
    })
}

/// Most bytes that are read from standard input.
const MOST: u64 = 64 << 20;
