//! `msdyn_SetTeamsDocumentStatus` of the Web API: allows tables to be linked to channels, or forbids it.

use std::sync::Arc;

use dataverse::{Actions, Answering, Asked, Refusal};
use kernel::{Coded as _, Kind};
use linking_setup::{Error, LinkingSetup, TablesSet};
use serde_json::{Map, Value, json};

const NAME: &str = "msdyn_SetTeamsDocumentStatus";

/// The action, over the settings of linking.
#[derive(Debug)]
pub(crate) struct TeamsDocuments(pub(crate) Arc<LinkingSetup>);

impl Actions for TeamsDocuments {
    fn knows(&self, name: &str) -> bool {
        name == NAME
    }

    fn call<'a>(&'a self, asked: Asked<'a>) -> Answering<'a> {
        Box::pin(async move {
            let (enable, tables) = parameters(&asked.parameters)?;
            let set = self.0.set_tables(asked.scope, asked.environment, (enable, &tables)).await;
            Ok(answer(&set.map_err(|error| refusal(&error))?))
        })
    }
}

/// `Enable`, and `LogicalEntityNames`: a JSON array of names, written as a string; an array itself is taken too.
fn parameters(given: &Map<String, Value>) -> Result<(bool, Vec<String>), Refusal> {
    let enable = given.get("Enable").and_then(Value::as_bool);
    let enable =
        enable.ok_or_else(|| Refusal::argument("The parameter 'Enable' must be true or false."))?;
    let names = match given.get("LogicalEntityNames") {
        Some(Value::String(text)) => serde_json::from_str(text).ok(),
        Some(list @ Value::Array(_)) => serde_json::from_value(list.clone()).ok(),
        _ => None,
    };
    let wrong =
        "The parameter 'LogicalEntityNames' must be a JSON array of logical names, as a string.";
    Ok((enable, names.ok_or_else(|| Refusal::argument(wrong))?))
}

fn answer(set: &TablesSet) -> Value {
    let result = match (set.passed.is_empty(), set.failed.is_empty()) {
        (_, true) => "Success",
        (false, false) => "PartialSuccess",
        (true, false) => "Failure",
    };
    let list = |names: &[String]| json!(names).to_string();
    json!({
        "PassedLogicalEntityNames": list(&set.passed),
        "FailedLogicalEntityNames": list(&set.failed),
        "OperationResult": result,
    })
}

fn refusal(error: &Error) -> Refusal {
    let kind = error.code().kind();
    let code = match error {
        Error::Records(error) => error.dataverse_code(),
        _ if kind == Kind::Forbidden => "0x80040220",
        _ if kind == Kind::Invalid => "0x80040203",
        _ => "0x80040265",
    };
    Refusal { kind, code, message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &Value) -> Result<(bool, Vec<String>), Refusal> {
        parameters(given.as_object().unwrap())
    }

    #[test]
    fn names_come_as_a_list_in_a_string_and_everything_else_is_refused() {
        let good = json!({ "Enable": true, "LogicalEntityNames": "[\"account\",\"new_ship\"]" });
        let names = vec!["account".to_owned(), "new_ship".to_owned()];
        assert_eq!(read(&good), Ok((true, names.clone())));
        let list = json!({ "Enable": false, "LogicalEntityNames": ["account", "new_ship"] });
        assert_eq!(read(&list), Ok((false, names)));
        for wrong in [
            json!({}),
            json!({ "Enable": "true", "LogicalEntityNames": "[]" }),
            json!({ "Enable": true }),
            json!({ "Enable": true, "LogicalEntityNames": "account" }),
            json!({ "Enable": true, "LogicalEntityNames": "[1]" }),
            json!({ "Enable": true, "LogicalEntityNames": { "a": 1 } }),
        ] {
            assert_eq!(read(&wrong).unwrap_err().code, "0x80040203", "{wrong}");
        }
    }

    #[test]
    fn the_answer_says_what_passed_and_what_failed() {
        let names = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        let set = TablesSet { passed: names(&["account"]), failed: names(&["nothing"]) };
        let told = answer(&set);
        assert_eq!(told["PassedLogicalEntityNames"], "[\"account\"]");
        assert_eq!(told["FailedLogicalEntityNames"], "[\"nothing\"]");
        assert_eq!(told["OperationResult"], "PartialSuccess");
        let none = TablesSet { passed: vec![], failed: names(&["nothing"]) };
        assert_eq!(answer(&none)["OperationResult"], "Failure");
    }
}
