//! `odata check`: does a text match a rule of the grammar?

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use odata_grammar::{Names, Verdict, check};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    cli::Odata,
    exit::{Exit, Failure, Result},
    out,
};

/// Names by suite.
type Suites = HashMap<String, Names>;

const CONSTRAINTS: &str = "constraints.json";

#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    suite: Option<String>,
    rule: String,
    input: String,
}

pub(crate) fn run(command: &Odata) -> Result {
    let Odata::Check { jsonl, constraints } = command;
    let from_input = jsonl.as_os_str() == "-";
    // nothing is read but what stands on the command line, and what lies beside it
    let named = constraints.clone().or_else(|| beside(jsonl).filter(|_| !from_input));
    let suites = named.map(|path| read(&path)).transpose()?.unwrap_or_default();
    let lines: Box<dyn BufRead> = if from_input {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(jsonl).map_err(|error| unreadable(jsonl, &error))?))
    };
    for (number, line) in lines.lines().enumerate() {
        let line = line.map_err(|error| unreadable(jsonl, &error))?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line).map_err(|error| {
            Failure::new(
                Exit::Refused,
                format!("{}: line {}: {error}", jsonl.display(), number + 1),
            )
        })?;
        out::say(answer(&line, &suites).to_string());
    }
    Ok(())
}

/// The names beside the lines, where there are some.
fn beside(jsonl: &Path) -> Option<PathBuf> {
    let path = jsonl.parent()?.join(CONSTRAINTS);
    path.is_file().then_some(path)
}

fn answer(line: &Line, suites: &Suites) -> Value {
    let names = suite(line).and_then(|suite| suites.get(suite));
    let verdict = check(&line.rule, &line.input, names);
    let at = match verdict {
        Verdict::NoMatch(at) | Verdict::Undecided(at) => Some(at),
        Verdict::Match => None,
        Verdict::UnknownRule => {
            out::complain(format!("no rule is called {:?}", line.rule));
            None
        }
    };
    json!({ "id": line.id, "ok": verdict == Verdict::Match, "at": at })
}

/// The suite as the line says, else as its id begins: `core-0012`.
fn suite(line: &Line) -> Option<&str> {
    let of_id = || line.id.as_str()?.rsplit_once('-').map(|(suite, _)| suite);
    line.suite.as_deref().or_else(of_id)
}

fn read(path: &Path) -> Result<Suites> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let suites: HashMap<String, HashMap<String, Vec<String>>> = serde_json::from_str(&text)
        .map_err(|error| Failure::new(Exit::Refused, format!("{}: {error}", path.display())))?;
    let names = |rules: HashMap<String, Vec<String>>| {
        let mut names = Names::new();
        for (rule, texts) in rules {
            names.insert(rule, texts);
        }
        names
    };
    Ok(suites.into_iter().map(|(suite, rules)| (suite, names(rules))).collect())
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Failure, format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(line: Value) -> Value {
        let line = serde_json::from_value(line).expect("a line");
        let mut names = Names::new();
        names.insert("entitySetName", ["Things".to_owned()]);
        answer(&line, &Suites::from([("own".to_owned(), names)]))
    }

    #[test]
    fn a_line_is_answered_under_the_names_of_its_suite() {
        let line = |suite: &str, input: &str| {
            decided(json!({ "id": 7, "suite": suite, "rule": "crossjoin", "input": input }))
        };
        assert_eq!(line("own", "$crossjoin(Things)"), json!({ "id": 7, "ok": true, "at": null }));
        assert_eq!(line("own", "$crossjoin(Others)"), json!({ "id": 7, "ok": false, "at": 17 }));
        assert_eq!(line("other", "$crossjoin(Others)")["ok"], true);
        let by_id = json!({ "id": "own-0001", "rule": "crossjoin", "input": "$crossjoin(Others)" });
        assert_eq!(decided(by_id)["ok"], false);
    }

    #[test]
    fn names_lie_beside_the_lines_and_nowhere_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let lines = folder.path().join("lines.jsonl");
        assert_eq!(beside(&lines), None);
        let names = folder.path().join(CONSTRAINTS);
        fs::write(&names, "{}").expect("written");
        assert_eq!(beside(&lines), Some(names));
    }

    #[test]
    fn a_rule_that_does_not_exist_takes_nothing() {
        let line = json!({ "rule": "nothing", "input": "" });
        assert_eq!(decided(line), json!({ "id": null, "ok": false, "at": null }));
    }
}
