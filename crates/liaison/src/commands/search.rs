//! `webhook import --search`: addresses of connectors in files, and what to write in their place.
//!
//! An address is a secret: what is printed of one is its host and its beginning, and its replacement only as far as
//! the file holds it already.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use webhook_import::{Found, MAX_ADDRESSES, decode, find};

use super::text;
use crate::{
    api::Api,
    cli::{self, Place},
    exit::{Exit, Failure, Result},
    out,
};

/// An address and the file that it stands in.
struct Spot {
    file: PathBuf,
    found: Found,
}

pub(crate) fn run(place: &Place, hub: &cli::Hub, paths: &[PathBuf]) -> Result {
    let mut search = Search::default();
    for path in paths {
        if !path.exists() {
            return Err(Failure::new(
                Exit::NotFound,
                format!("{}: there is no such file", path.display()),
            ));
        }
        search.walk(path);
    }
    for skipped in &search.skipped {
        out::complain(out::printable(skipped));
    }
    let api = Api::connect(place, hub)?;
    let mut rows = Vec::new();
    for some in search.places.chunks(MAX_ADDRESSES) {
        let urls: Vec<&str> = some.iter().map(|place| place.found.url.expose().as_str()).collect();
        let answer = api.post("/api/v1/webhooks/recognise", &json!({ "urls": urls }))?;
        let items = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
        rows.extend(some.iter().zip(items).map(|(place, item)| document(place, &item)));
    }
    api.finish();
    if hub.output.json {
        out::json(&json!({ "files": search.files, "items": rows }));
        return Ok(());
    }
    for row in &rows {
        let at = format!("{}:{}:{}", text(row, "file"), number(row, "line"), number(row, "column"));
        let said = match row.get("webhook").filter(|webhook| webhook.is_object()) {
            Some(webhook) => format!(
                "{}\n    known here as {}: write {}",
                text(row, "address"),
                text(webhook, "name"),
                text(row, "replacement")
            ),
            None => format!("{}\n    not known here: import it", text(row, "address")),
        };
        for line in format!("{at}: {said}").lines() {
            out::say(out::printable(line));
        }
    }
    let known = rows.iter().filter(|row| row.get("webhook").is_some_and(Value::is_object)).count();
    out::say(format!(
        "{} addresses in {} files, {known} known here, {} not",
        rows.len(),
        search.files,
        rows.len() - known
    ));
    Ok(())
}

fn document(place: &Spot, item: &Value) -> Value {
    json!({
        "file": place.file.display().to_string(),
        "line": place.found.line,
        "column": place.found.column,
        "shape": place.found.shape.as_str(),
        "host": place.found.host(),
        "address": place.found.hint(),
        "webhook": item.get("webhook"),
        "replacement": item.get("replacement"),
    })
}

fn number(value: &Value, field: &str) -> u64 {
    value.get(field).and_then(Value::as_u64).unwrap_or_default()
}

#[derive(Default)]
struct Search {
    places: Vec<Spot>,
    files: usize,
    skipped: Vec<String>,
}

impl Search {
    /// Searches a file, or every file of a folder; links are not followed.
    fn walk(&mut self, path: &Path) {
        let mut waiting = vec![path.to_owned()];
        while let Some(path) = waiting.pop() {
            if self.files >= MAX_FILES {
                self.skipped
                    .push(format!("{}: enough files, the rest is left out", path.display()));
                return;
            }
            let kind = match fs::symlink_metadata(&path) {
                Ok(about) if about.is_file() && about.len() > MAX_BYTES => {
                    self.skipped.push(format!("{}: too large", path.display()));
                    continue;
                }
                Ok(about) => about,
                Err(error) => {
                    self.skipped.push(format!("{}: {error}", path.display()));
                    continue;
                }
            };
            if kind.is_dir() {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if !SKIPPED.contains(&name) {
                    self.folder(&path, &mut waiting);
                }
            } else if kind.is_file() {
                self.file(&path);
            }
        }
    }

    fn folder(&mut self, path: &Path, waiting: &mut Vec<PathBuf>) {
        match fs::read_dir(path) {
            Ok(entries) => {
                let mut inside: Vec<PathBuf> =
                    entries.flatten().map(|entry| entry.path()).collect();
                // Taken from the end: in the order of names.
                kernel::sort_by(&mut inside, |a, b| b.cmp(a));
                waiting.append(&mut inside);
            }
            Err(error) => self.skipped.push(format!("{}: {error}", path.display())),
        }
    }

    fn file(&mut self, path: &Path) {
        match fs::read(path) {
            Ok(bytes) => {
                self.files += 1;
                let wide = matches!(bytes.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
                if !wide && bytes.iter().take(8_192).any(|byte| *byte == 0) {
                    return;
                }
                let found = find(&decode(&bytes)).into_iter();
                self.places.extend(found.map(|found| Spot { file: path.to_owned(), found }));
            }
            Err(error) => self.skipped.push(format!("{}: {error}", path.display())),
        }
    }
}

/// Folders that hold no settings of people.
const SKIPPED: &[&str] = &[".git", ".hg", ".svn", "node_modules"];
/// Longer files hold no settings; our own choice.
const MAX_BYTES: u64 = 8 << 20;
/// Our own choice.
const MAX_FILES: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_searched_and_programs_and_histories_are_not() {
        let url = "https://contoso.webhook.office.com/webhookb2/4f2a7c52-5a0e-4d6e-9c5e-0b8a1d2e3f40@\
                   9e7b80c7-d1eb-4b52-8582-76f921e416d9/IncomingWebhook/\
                   3fdd6767bae44ac58e5995547d66a4e4/f332c8d9-3397-4ac5-957b-b8e3fc465a8c";
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        write("b/alertmanager.yml", format!("receivers:\n  - url: {url}\n").as_bytes());
        write("a.json", format!("{{\"url\": \"{url}\"}}").as_bytes());
        let wide: Vec<u8> =
            format!("\u{feff}{url}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        write("c.ps1", &wide);
        write("node_modules/x.js", url.as_bytes());
        write("program", format!("\0{url}").as_bytes());
        let mut search = Search::default();
        search.walk(folder.path());
        let seen: Vec<_> = search
            .places
            .iter()
            .map(|place| {
                let name = place.file.strip_prefix(folder.path()).unwrap();
                (name.display().to_string(), place.found.line)
            })
            .collect();
        let expected = [("a.json", 1), ("b/alertmanager.yml", 2), ("c.ps1", 1)];
        assert_eq!(seen, expected.map(|(name, line)| (name.to_owned(), line)));
        assert_eq!((search.files, search.skipped.len()), (4, 0));
    }
}
