//! `connector test`: operations tried, and examples run as regression tests.

use std::io::Read as _;

use serde_json::{Map, Value, json};

use super::super::{environment, text};
use crate::{
    api::Api,
    cli::{ConnectorTest, Place},
    exit::{Exit, Failure, Result},
    out,
};

const RUNS: [&str; 6] = ["result", "name", "operation", "status", "ms", "differences"];

pub(crate) fn run(place: &Place, command: &ConnectorTest) -> Result {
    let inputs = match &command.operation {
        Some(_) => Some(read(&command.inputs)?),
        None => None,
    };
    let api = Api::connect(place, &command.hub)?;
    let connector = find(&api, command)?;
    let outcome = match (&command.operation, inputs) {
        (Some(operation), Some(inputs)) => try_once(&api, &connector, command, (operation, inputs)),
        _ => run_examples(&api, &connector, command),
    };
    api.finish();
    outcome
}

fn run_examples(api: &Api, connector: &str, command: &ConnectorTest) -> Result {
    let path = format!("/api/v1/api-connectors/{connector}");
    let number = command.number.map(|number| format!("?number={number}")).unwrap_or_default();
    let runs = if command.examples.is_empty() {
        rows(api.post(&format!("{path}/example-runs{number}"), &json!({}))?)
    } else {
        let known = rows(api.get(&format!("{path}/examples"))?);
        let mut runs = Vec::new();
        for wanted in &command.examples {
            let id = text(named(&known, wanted, "example")?, "id");
            runs.push(api.post(&format!("{path}/examples/{id}/run{number}"), &json!({}))?);
        }
        runs
    };
    let failed = runs.iter().filter(|run| run.get("passed") != Some(&Value::Bool(true))).count();
    if command.hub.output.json {
        out::json(&runs);
    } else if runs.is_empty() {
        out::say(
            "There are no examples: save one on the test page, or with --operation and --save.",
        );
    } else {
        out::table(&RUNS, &runs.iter().map(cells).collect::<Vec<_>>());
    }
    match failed {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Failure, "1 example did not pass")),
        count => Err(Failure::new(Exit::Failure, format!("{count} examples did not pass"))),
    }
}

fn cells(run: &Value) -> Vec<String> {
    let passed = run.get("passed") == Some(&Value::Bool(true));
    let ms = run.get("duration_us").and_then(Value::as_u64).unwrap_or_default() / 1000;
    vec![
        if passed { "passed" } else { "FAILED" }.to_owned(),
        text(run, "name"),
        text(run, "operation"),
        text(run, "status"),
        ms.to_string(),
        differences(run),
    ]
}

/// What differs, in one line.
fn differences(run: &Value) -> String {
    let all = run.get("differences").and_then(Value::as_array).map(Vec::as_slice);
    let all = all.unwrap_or_default();
    let word = |it: &Value| {
        let code = text(it, "code");
        let word = code.strip_prefix("example.").unwrap_or(&code).to_owned();
        let (pointer, expected, found) =
            (text(it, "pointer"), text(it, "expected"), text(it, "found"));
        let change = match (expected.as_str(), found.as_str()) {
            ("", found) => found.to_owned(),
            (expected, "") => format!("expected {expected}"),
            (expected, found) => format!("{expected} -> {found}"),
        };
        [word, pointer, change]
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut told: Vec<String> = all.iter().take(SHOWN).map(word).collect();
    if all.len() > SHOWN {
        told.push(format!("and {} more", all.len() - SHOWN));
    }
    told.join("; ")
}

fn try_once(
    api: &Api,
    connector: &str,
    command: &ConnectorTest,
    (operation, inputs): (&str, Map<String, Value>),
) -> Result {
    let path = format!("/api/v1/api-connectors/{connector}");
    let escaped: String = url::form_urlencoded::byte_serialize(operation.as_bytes()).collect();
    let escaped = escaped.replace('+', "%20");
    let call = json!({ "inputs": inputs, "connection_id": command.connection,
        "version": command.number });
    let answer = api.post(&format!("{path}/operations/{escaped}/invoke"), &call)?;
    if command.hub.output.json {
        out::json(&answer);
    } else {
        show(&answer);
    }
    if let Some(name) = &command.save {
        let example = json!({ "name": name, "operation": operation, "inputs": inputs,
            "connection_id": command.connection, "expected": answer.get("expected") });
        let saved = api.post(&format!("{path}/examples"), &example)?;
        if !command.hub.output.json {
            out::say(format!("saved as example {}", text(&saved, "id")));
        }
        return Ok(());
    }
    match answer.get("status").and_then(Value::as_u64) {
        Some(200..=299) => Ok(()),
        status => {
            let status = status.unwrap_or_default();
            Err(Failure::new(Exit::Failure, format!("the API answered {status}")))
        }
    }
}

/// Requests, answer and drift as a person reads them.
fn show(answer: &Value) {
    for exchange in answer.get("exchanges").and_then(Value::as_array).into_iter().flatten() {
        out::say(out::printable(&format!(
            "> {} {}",
            text(exchange, "method"),
            text(exchange, "url")
        )));
        for pair in exchange.get("headers").and_then(Value::as_array).into_iter().flatten() {
            let at = |index: usize| pair.get(index).and_then(Value::as_str).unwrap_or_default();
            out::say(out::printable(&format!("> {}: {}", at(0), at(1))));
        }
        let body = text(exchange, "body");
        if !body.is_empty() {
            out::say(">");
            for line in body.lines() {
                out::say(out::printable(&format!("> {line}")));
            }
        }
        let ms = exchange.get("duration_us").and_then(Value::as_u64).unwrap_or_default() / 1000;
        out::say(format!("< {} in {ms} ms", text(exchange, "status")));
    }
    match (answer.get("json"), answer.get("base64")) {
        (Some(json), _) if !json.is_null() => {
            let pretty = serde_json::to_string_pretty(json).unwrap_or_default();
            for line in pretty.lines() {
                out::say(out::printable(line));
            }
        }
        (_, Some(Value::String(base64))) => {
            out::say(format!("{} bytes that are no JSON", base64.len() / 4 * 3));
        }
        _ => {}
    }
    for note in answer.get("drift").and_then(Value::as_array).into_iter().flatten() {
        out::say(out::printable(&format!(
            "drift {} {} {}",
            text(note, "pointer"),
            text(note, "code"),
            text(note, "detail")
        )));
    }
}

/// The identifier of the connector that is meant.
fn find(api: &Api, command: &ConnectorTest) -> Result<String> {
    let wanted = &command.connector;
    let is_id = wanted.len() == 36 && wanted.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    if is_id {
        return Ok(wanted.to_ascii_lowercase());
    }
    let environments = match &command.environment {
        Some(named) => vec![environment::find(api, named)?],
        None => rows(api.get("/api/v1/environments")?),
    };
    let mut found = Vec::new();
    for environment in &environments {
        let id = text(environment, "id");
        for connector in rows(api.get(&format!("/api/v1/environments/{id}/connectors"))?) {
            if is_named(&connector, wanted) {
                found.push(text(&connector, "id"));
            }
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let text = format!("there is no connector {:?} to an API", out::printable(wanted));
            Err(Failure::new(Exit::NotFound, text))
        }
        _ => Err(Failure::new(
            Exit::Usage,
            "several environments have a connector of this name: give --environment",
        )),
    }
}

fn named<'r>(all: &'r [Value], wanted: &str, what: &str) -> Result<&'r Value> {
    let is = |row: &&Value| is_named(row, wanted) || text(row, "id") == wanted.to_ascii_lowercase();
    all.iter().find(is).ok_or_else(|| {
        let text = format!("there is no {what} {:?}", out::printable(wanted));
        Failure::new(Exit::NotFound, text)
    })
}

fn is_named(row: &Value, wanted: &str) -> bool {
    text(row, "name").to_lowercase() == wanted.trim().to_lowercase()
}

fn rows(answer: Value) -> Vec<Value> {
    match answer {
        Value::Array(rows) => rows,
        Value::Object(mut page) => match page.get_mut("items").map(Value::take) {
            Some(Value::Array(rows)) => rows,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn read(inputs: &str) -> Result<Map<String, Value>> {
    let mut read = String::new();
    let text = if inputs == "-" {
        std::io::stdin()
            .read_to_string(&mut read)
            .map_err(|error| Failure::of(Exit::NotFound, &error))?;
        &read
    } else {
        inputs
    };
    match serde_json::from_str(text) {
        Ok(Value::Object(inputs)) => Ok(inputs),
        Ok(_) => Err(Failure::new(Exit::Usage, "the inputs have to be a JSON object")),
        Err(error) => Err(Failure::new(Exit::Usage, format!("the inputs are no JSON: {error}"))),
    }
}

/// Differences that a line tells.
const SHOWN: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_in_one_line() {
        let all = json!({ "differences": [
            { "pointer": "", "code": "example.status", "expected": "200", "found": "404" },
            { "pointer": "/id", "code": "example.missing", "expected": "number", "found": "" },
            { "pointer": "/id", "code": "example.failed", "expected": "", "found": "input.missing" },
            { "pointer": "/x", "code": "example.drift", "expected": "string", "found": "answer.kind" },
        ] });
        assert_eq!(
            differences(&all),
            "status 200 -> 404; missing /id expected number; failed /id input.missing; and 1 more"
        );
        assert_eq!(differences(&json!({})), "");
    }

    #[test]
    fn inputs_are_an_object_or_refused() {
        assert_eq!(read(r#"{"a": 1}"#).unwrap().len(), 1);
        assert_eq!(read("[]").unwrap_err().exit(), Exit::Usage);
        assert_eq!(read("{").unwrap_err().exit(), Exit::Usage);
    }
}
