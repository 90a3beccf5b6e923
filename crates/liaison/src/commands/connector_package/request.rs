//! `connector request`: the exact requests that would go out, answered from the file of cases.

use std::{collections::BTreeMap, fs, io, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use connector_engine::{Connection, Headers, Rehearsal, Rehearsed, Request, Response};
use openapi::Package;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::folder::Folder;
use crate::{
    exit::{Exit, Failure, Result},
    out,
};

/// One case: which operation, with what, and what the service answers.
#[derive(Debug, Deserialize)]
struct Case {
    package: String,
    #[serde(rename = "operationId")]
    operation_id: String,
    #[serde(default)]
    connection: Option<Given>,
    #[serde(default)]
    inputs: Option<Map<String, Value>>,
    #[serde(default)]
    callback_url: Option<String>,
    #[serde(default)]
    responses: Option<Vec<Answer>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Given {
    #[serde(default)]
    set: Option<String>,
    #[serde(default)]
    parameters: Option<Map<String, Value>>,
    #[serde(default)]
    access_token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default = "ok")]
    status: u16,
    /// An object of texts, or a list of pairs.
    #[serde(default)]
    headers: Value,
    #[serde(default)]
    body: Value,
}

const fn ok() -> u16 {
    200
}

/// Prints one list of requests for each case. A case that is refused sends nothing, so its list is
/// empty or ends early; why stands on standard error.
pub(super) fn run(file: &Path) -> Result {
    let read = if file == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        fs::read_to_string(file)
    };
    let text = read.map_err(|error| {
        let missing = error.kind() == io::ErrorKind::NotFound;
        let exit = if missing { Exit::NotFound } else { Exit::Usage };
        Failure::new(exit, format!("{}: {error}", file.display()))
    })?;
    let wrong = |reason: &str| Failure::new(Exit::Usage, format!("{}: {reason}", file.display()));
    let read = serde_json::from_str(text.trim_start_matches('\u{feff}'));
    let file_of_cases: Value = read.map_err(|error| wrong(&error.to_string()))?;
    let cases = file_of_cases.get("cases").and_then(Value::as_array);
    let cases = cases.ok_or_else(|| wrong("a list of `cases` is expected"))?;
    let beside = file.parent().unwrap_or(Path::new(""));
    out::json(&answers(cases, beside, |id, reason| {
        out::complain(format!("{}: {reason}", out::printable(id)));
    }));
    Ok(())
}

/// The requests of each case, by its id. `refused` hears why a case ended early.
fn answers(cases: &[Value], beside: &Path, refused: impl Fn(&str, &str)) -> Map<String, Value> {
    let mut folders = BTreeMap::new();
    for name in cases.iter().filter_map(|case| case.get("package")?.as_str()) {
        folders.entry(name).or_insert_with(|| {
            let folder = Path::new(name);
            if folder.exists() { Folder::read(folder) } else { Folder::read(&beside.join(folder)) }
        });
    }
    let mut packages: BTreeMap<&str, std::result::Result<Package<'_>, String>> = BTreeMap::new();
    for (name, folder) in &folders {
        let loaded = folder.as_ref().map_err(ToString::to_string);
        let loaded = loaded.and_then(|folder| folder.load().map_err(|refused| refused.to_string()));
        packages.insert(name, loaded);
    }
    let mut answers = Map::new();
    for case in cases {
        let id = match case.get("id") {
            Some(Value::String(id)) => id.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let mut done = Rehearsed::default();
        let reason = match Case::deserialize(case) {
            Err(error) => Some(error.to_string()),
            Ok(case) => match packages.get(case.package.as_str()) {
                Some(Ok(package)) => case.rehearse(package, &mut done),
                Some(Err(reason)) => Some(reason.clone()),
                None => None,
            },
        };
        if let Some(reason) = reason {
            refused(&id, &reason);
        }
        answers.insert(id, done.requests.iter().map(render).collect());
    }
    answers
}

impl Case {
    /// Runs the case; gives back why it ended early.
    fn rehearse(self, package: &Package<'_>, done: &mut Rehearsed) -> Option<String> {
        let given = self.connection.unwrap_or_default();
        let rehearsal = Rehearsal {
            operation_id: self.operation_id,
            connection: Connection {
                set: given.set,
                parameters: given.parameters.unwrap_or_default(),
                access_token: given.access_token,
                ..Connection::default()
            },
            inputs: self.inputs.unwrap_or_default(),
            callback_url: self.callback_url,
            responses: self.responses.iter().flatten().map(Answer::as_response).collect(),
        };
        rehearsal.run(package, done).err().map(|problem| problem.to_string())
    }
}

impl Answer {
    fn as_response(&self) -> Response {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let pair = |pair: &Value| Some((pair.get(0)?.as_str()?.to_owned(), text(pair.get(1)?)));
        let mut pairs: Vec<(String, String)> = match &self.headers {
            Value::Object(headers) => {
                headers.iter().map(|(name, value)| (name.clone(), text(value))).collect()
            }
            Value::Array(headers) => headers.iter().filter_map(pair).collect(),
            _ => Vec::new(),
        };
        let body = match &self.body {
            Value::Null => Vec::new(),
            body => body.to_string().into_bytes(),
        };
        let typed = pairs.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if !typed && !body.is_empty() {
            pairs.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        let headers: Headers = pairs.into_iter().collect();
        Response { status: self.status, headers, body }
    }
}

fn render(request: &Request) -> Value {
    let headers: Vec<[&str; 2]> =
        request.headers.iter().map(|(name, value)| [name, value]).collect();
    json!({
        "method": request.method,
        "url": request.url,
        "headers": headers,
        "body_base64": STANDARD.encode(&request.body),
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn each_case_gives_its_requests_and_a_bad_one_stops_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("pack");
        fs::create_dir(&package).unwrap();
        let definition = json!({"swagger": "2.0", "host": "h.example", "paths": {"/a/{id}": {"post": {
            "operationId": "A", "responses": {}, "parameters": [
                {"name": "id", "in": "path", "required": true, "type": "string"},
                {"name": "b", "in": "body", "schema": {}}]}}}});
        fs::write(package.join("apiDefinition.swagger.json"), definition.to_string()).unwrap();
        let cases = json!([
            {"id": "one", "package": "pack", "operationId": "A", "inputs": {"id": "x y", "body": {"k": 1}}},
            {"id": 2, "package": "pack", "operationId": "A"},
            {"id": "three", "package": "nowhere", "operationId": "A"},
            {"id": "four", "package": "pack"}
        ]);
        let heard = RefCell::new(Vec::new());
        let answers = answers(cases.as_array().unwrap(), folder.path(), |id, _| {
            heard.borrow_mut().push(id.to_owned());
        });
        let one = json!([{"method": "POST", "url": "https://h.example/a/x%20y",
            "headers": [["Content-Type", "application/json"], ["Accept", "application/json, */*"]],
            "body_base64": "eyJrIjoxfQ=="}]);
        assert_eq!(Value::Object(answers), json!({"one": one, "2": [], "three": [], "four": []}));
        assert_eq!(*heard.borrow(), ["2", "three", "four"]);
    }
}
