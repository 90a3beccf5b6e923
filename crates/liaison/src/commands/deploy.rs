//! `deploy …`

use std::fs;

use http::Method;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::text;
use crate::{
    api::Api,
    cli::{Deploy, DeployEvidence, DeployGuide, DeployWelcome, Place, Seen},
    exit::{Exit, Failure, Result},
    out,
};

const WELCOMED: [&str; 7] =
    ["user", "language", "version", "sent_by", "sent_at", "state", "failure"];
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
                tell(&report);
            }
            api.finish();
            judge(&report, *strict)?;
        }
        Deploy::Report { hub, guide, format, language, out: file } => {
            let api = Api::connect(place, hub)?;
            let mut query = Serializer::new(String::new());
            query.append_pair("format", format.as_str());
            if let Some(guide) = guide {
                query.append_pair("guide", guide.as_str());
            }
            if let Some(language) = language {
                query.append_pair("language", language);
            }
            let bytes = api.download(&format!("{BASE}/report?{}", query.finish()))?;
            api.finish();
            match file {
                Some(file) => fs::write(file, bytes).map_err(|error| {
                    Failure::new(Exit::Failure, format!("{}: {error}", file.display()))
                })?,
                None => out::say(String::from_utf8_lossy(&bytes).trim_end()),
            }
        }
        Deploy::Trouble { hub, words } => {
            let api = Api::connect(place, hub)?;
            let mut query = Serializer::new(String::new());
            query.append_pair("q", &words.join(" "));
            let found = api.get(&format!("{BASE}/symptoms?{}", query.finish()))?;
            api.finish();
            if hub.output.json {
                out::json(&found);
            } else {
                for one in found.as_array().map_or(&[][..], Vec::as_slice) {
                    out::say(out::printable(&text(one, "title")));
                    out::say(format!("    {}", out::printable(&text(one, "remedy"))));
                    let checks = one.get("checks").and_then(Value::as_array);
                    let checks = checks.into_iter().flatten().filter_map(Value::as_str);
                    let checks: Vec<_> = checks.collect();
                    if !checks.is_empty() {
                        out::say(format!("    {}", checks.join(", ")));
                    }
                }
            }
        }
        Deploy::Welcome(DeployWelcome::Preview { hub, language }) => {
            let api = Api::connect(place, hub)?;
            let all = api.get(&format!("{BASE}/welcome"))?;
            let languages = all.get("languages").and_then(Value::as_array);
            let own =
                languages.into_iter().flatten().find(|one| text(one, "language") == *language);
            let own = own.ok_or_else(|| {
                Failure::new(Exit::Usage, format!("{language}: the language is en or fr"))
            })?;
            let body = json!({ "subject": own.get("subject"), "body": own.get("body") });
            let seen = api.post(&format!("{BASE}/welcome/{language}/preview"), &body)?;
            api.finish();
            if hub.output.json {
                out::json(&seen);
            } else {
                out::say(out::printable(&text(&seen, "subject")));
                out::say("");
                for line in text(&seen, "text").lines() {
                    out::say(out::printable(line));
                }
            }
        }
        Deploy::Welcome(DeployWelcome::Send { hub, groups, people, licensed, again }) => {
            let api = Api::connect(place, hub)?;
            let order = json!({
                "groups": groups, "people": people, "licensed": licensed, "again": again,
            });
            let done = api.post(&format!("{BASE}/welcome/send"), &order)?;
            api.finish();
            if hub.output.json {
                out::json(&done);
            } else {
                for name in ["sent", "had", "no_address", "inactive", "failed"] {
                    let people = done.get(name).and_then(Value::as_array).map_or(0, Vec::len);
                    out::say(format!("{name}: {people}"));
                }
                out::say(format!("left: {}", done.get("left").unwrap_or(&Value::Null)));
            }
            if done.get("failed").and_then(Value::as_array).is_some_and(|all| !all.is_empty()) {
                return Err(Failure::new(Exit::Failure, "some could not be sent: send once more"));
            }
        }
        Deploy::Welcome(DeployWelcome::Sent(hub)) => {
            let api = Api::connect(place, hub)?;
            let found = api.get(&format!("{BASE}/welcome/sent"))?;
            super::list(found.as_array().map_or(&[], Vec::as_slice), &WELCOMED, hub.output);
            api.finish();
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

/// The report for people: step after step, and below what does not hold what to do, who can, and where.
fn tell(report: &Value) {
    let count = |name: &str| {
        let counts = report.get("counts").and_then(|counts| counts.get(name));
        counts.and_then(Value::as_i64).unwrap_or_default()
    };
    out::say(format!(
        "Guide: {}. {} pass, {} fail, {} warnings, {} unknown.",
        text(report, "guide"),
        count("pass"),
        count("fail"),
        count("warning"),
        count("unknown")
    ));
    let mut step = String::new();
    let checks = report.get("checks").and_then(Value::as_array);
    for one in checks.into_iter().flatten() {
        let own = text(one, "step");
        if own != step {
            step = own;
            out::say(format!("\n{step}"));
        }
        let state = text(one, "state");
        let title = out::printable(&text(one, "title"));
        out::say(format!("  {state:<8} {:<8} {title}", text(one, "id")));
        let seen = one.get("observed").and_then(Value::as_array).into_iter().flatten();
        let seen: Vec<_> = seen.filter_map(Value::as_str).map(out::printable).collect();
        let holds = state == "pass";
        if !holds && !seen.is_empty() {
            out::say(format!("{:20}seen: {}", "", seen.join("; ")));
        }
        // what a person has to look at is said once, below
        if !holds && !matches!(text(one, "why").as_str(), "" | "not-said") {
            out::say(format!("{:20}{}", "", out::printable(&text(one, "reason"))));
        }
        if matches!(state.as_str(), "fail" | "warning") {
            let remedy = out::printable(&text(one, "remedy"));
            out::say(format!("{:20}{}: {remedy}", "", text(one, "who")));
            if !text(one, "place").is_empty() {
                out::say(format!("{:20}at {}", "", text(one, "place")));
            }
        }
    }
    if count("unknown") > 0 {
        out::say(
            "\nWhat is unknown nobody has read or said: hand in files with `liaison deploy evidence add`, \
             or say what you saw with `liaison deploy state`.",
        );
    }
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
