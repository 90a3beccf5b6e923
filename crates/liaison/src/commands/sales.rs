//! `sales starter` and `sales validate`: what makers of connectors for sales surfaces need before they have a hub.

mod settings;

use std::{fs, io::Write as _, path::Path};

use i18n::{Arg, Texts};
use kernel::Language;
use openapi::{Package, Severity};
use sales::{Finding, Inspection, STARTER, STARTER_PROPERTIES, Subject, inspect};
use serde_json::{Value, json};

use super::connector_package::with_package;
use crate::{
    cli::{Place, Sales},
    exit::{Exit, Failure, Result},
    out,
};

pub(crate) fn run(place: &Place, command: &Sales) -> Result {
    match command {
        Sales::Settings(command) => settings::run(place, command),
        Sales::Starter { folder } => starter(folder),
        Sales::Validate { packages, language, output } => {
            let mut errors = 0;
            let mut all = Vec::new();
            for path in packages {
                let inspection = with_package(path, held)?;
                let is_error = |finding: &&Finding| finding.severity() == Severity::Error;
                errors += inspection.findings.iter().filter(is_error).count();
                if output.json {
                    all.push(document(path, &inspection, language.language()));
                } else {
                    table(path, &inspection, language.language());
                }
            }
            if output.json {
                out::json(&all);
            }
            match errors {
                0 => Ok(()),
                count => Err(Failure::new(Exit::Refused, format!("{count} errors"))),
            }
        }
    }
}

fn held(package: &Package<'_>) -> Inspection {
    inspect(Subject { package, selected: None })
}

fn starter(folder: &Path) -> Result {
    let failed = |path: &Path, error: std::io::Error| {
        Failure::new(Exit::Failure, format!("{}: {error}", path.display()))
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let files =
        [("apiDefinition.swagger.json", STARTER), ("apiProperties.json", STARTER_PROPERTIES)];
    for (name, text) in files {
        let path = folder.join(name);
        // what a maker has written is not overwritten
        let mut file = fs::File::create_new(&path).map_err(|error| failed(&path, error))?;
        file.write_all(text.as_bytes()).map_err(|error| failed(&path, error))?;
        out::say(path.display().to_string());
    }
    Ok(())
}

fn words(finding: &Finding, language: Language) -> (String, String) {
    let args: Vec<(&str, Arg<'_>)> =
        finding.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    let text = |key: &str| Texts::global().text(language, key, &args);
    (text(&finding.rule.text_key()), text(&finding.rule.remedy_key()))
}

fn document(path: &Path, inspection: &Inspection, language: Language) -> Value {
    let matched = inspection.matched.iter().map(|matched| {
        json!({
            "surface": matched.point.as_str(), "version": matched.version,
            "operation": matched.operation, "found_by": matched.found.as_str(),
            "callable": matched.callable, "chosen": matched.chosen,
        })
    });
    let findings = inspection.findings.iter().map(|finding| {
        let (message, remedy) = words(finding, language);
        json!({
            "check": finding.rule.check(), "code": finding.rule.code(),
            "severity": finding.severity().code(), "part": finding.part.as_str(),
            "pointer": finding.pointer, "operation": finding.operation,
            "surface": finding.point.map(sales::Point::as_str),
            "message": message, "remedy": remedy,
        })
    });
    json!({
        "path": path.display().to_string(),
        "matched": matched.collect::<Vec<_>>(), "findings": findings.collect::<Vec<_>>(),
    })
}

fn table(path: &Path, inspection: &Inspection, language: Language) {
    out::say(path.display().to_string());
    let matched = inspection.matched.iter().map(|matched| {
        let state = match (matched.callable, matched.chosen) {
            (true, true) => "called",
            (true, false) => "another one is called",
            (false, _) => "not called",
        };
        let point = matched.point.as_str().to_owned();
        vec![point, matched.operation.clone(), matched.found.as_str().to_owned(), state.to_owned()]
    });
    out::table(&["SURFACE", "OPERATION", "FOUND BY", "STATE"], &matched.collect::<Vec<_>>());
    for finding in &inspection.findings {
        let (message, remedy) = words(finding, language);
        let place = format!("{} {}", finding.part.as_str(), finding.pointer);
        out::say(out::printable(&format!(
            "{} {} {} {message} {remedy}",
            finding.rule.check(),
            finding.severity().code(),
            place.trim_end(),
        )));
    }
}
