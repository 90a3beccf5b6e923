//! `deploy …`

use std::fs;

use http::Method;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::text;
use crate::{
    api::Api,
    cli::{Deploy, DeployEvidence, DeployGuide, Place, Seen},
    exit::{Exit, Failure, Result},
    out,
};

const CHECKS: [&str; 5] = ["id", "state", "class", "title", "source"];
const EVIDENCE: [&str; 6] = ["id", "kind", "name", "things", "sha256", "added_at"];
const BASE: &str = "/api/v1/deployment";

pub(crate) fn run(place: &Place, command: &Deploy) -> Result {
    match command {
        Deploy::Check { hub, guide, sarif, strict } => {
            let api = Api::connect(place, hub)?;
            let guide = guide.map(DeployGuide::as_str);
            let report = api.post(&format!("{BASE}/check"), &json!({ "guide": guide }))?;
            if *sarif {
                let path = format!("{BASE}/report?format=sarif&guide={}", text(&report, "guide"));
                out::json(&api.get(&path)?);
            } else if hub.output.json {
                out::json(&report);
            } else {
                let checks = report.get("checks").and_then(Value::as_array);
                super::list(checks.map_or(&[], Vec::as_slice), &CHECKS, hub.output);
            }
            api.finish();
            judge(&report, *strict)?;
        }
        Deploy::Evidence(DeployEvidence::List(hub)) => {
            let api = Api::connect(place, hub)?;
            let found = api.get(&format!("{BASE}/evidence"))?;
            super::list(found.as_array().map_or(&[], Vec::as_slice), &EVIDENCE, hub.output);
            api.finish();
        }
        Deploy::Evidence(DeployEvidence::Add { hub, file, kind, note }) => {
            let bytes = fs::read(file).map_err(|error| {
                Failure::new(Exit::NotFound, format!("{}: {error}", file.display()))
            })?;
            let api = Api::connect(place, hub)?;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let mut query = Serializer::new(String::new());
            query.append_pair("file_name", &name).append_pair("note", note);
            if let Some(kind) = kind {
                query.append_pair("kind", kind);
            }
            let path = format!("{BASE}/evidence?{}", query.finish());
            let kept = api.upload(&Method::POST, &path, bytes)?;
            let kept: Value = serde_json::from_slice(&kept).unwrap_or_default();
            super::one(&kept, &EVIDENCE, hub.output);
            api.finish();
        }
        Deploy::Evidence(DeployEvidence::Remove { hub, id }) => {
            let api = Api::connect(place, hub)?;
            api.send(&Method::DELETE, &format!("{BASE}/evidence/{id}"), None)?;
            api.finish();
        }
        Deploy::State { hub, check, seen, note } => {
            let api = Api::connect(place, hub)?;
            let path = format!("{BASE}/statements/{check}");
            match seen {
                Seen::Nothing => api.send(&Method::DELETE, &path, None)?,
                seen => {
                    let body = json!({ "holds": *seen == Seen::Holds, "note": note });
                    api.send(&Method::PUT, &path, Some(&body))?
                }
            };
            api.finish();
        }
        Deploy::Setup { hub, out: file } => {
            let api = Api::connect(place, hub)?;
            let plan = api.get(&format!("{BASE}/setup"))?;
            api.finish();
            match file {
                Some(file) => fs::write(file, text(&plan, "script")).map_err(|error| {
                    Failure::new(Exit::Failure, format!("{}: {error}", file.display()))
                })?,
                None if hub.output.json => out::json(&plan),
                None => out::say(text(&plan, "script")),
            }
        }
        Deploy::Package { hub, package, out } => {
            let api = Api::connect(place, hub)?;
            let bytes = api.download(&format!("{BASE}/packages/{}", package.as_str()))?;
            api.finish();
            let file = out.clone().unwrap_or_else(|| package.file().into());
            fs::write(&file, bytes).map_err(|error| {
                Failure::new(Exit::Failure, format!("{}: {error}", file.display()))
            })?;
        }
    }
    Ok(())
}

/// What fails, and with `strict` what nobody can tell, ends without success.
fn judge(report: &Value, strict: bool) -> Result {
    let count = |name: &str| {
        let counts = report.get("counts").and_then(|counts| counts.get(name));
        counts.and_then(Value::as_i64).unwrap_or_default()
    };
    let (failed, unknown) = (count("fail"), count("unknown"));
    if failed > 0 {
        return Err(Failure::new(Exit::Failure, format!("{failed} checks fail")));
    }
    if strict && unknown > 0 {
        return Err(Failure::new(Exit::Failure, format!("{unknown} checks are unknown")));
    }
    Ok(())
}
