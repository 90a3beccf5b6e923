//! What reports look like to programs: SARIF by the schema of its makers, JSON by the one that is documented.

use std::path::{Path, PathBuf};

use identity::Role;
use jsonschema::Validator;
use liaison_deployment::{
    Guide, NewEvidence, NewStatement, State,
    report::{Format, render},
};
use serde_json::Value;

use crate::house::House;

/// SARIF 2.1.0, as `@microsoft/jest-sarif` carries it.
const SARIF: &str = "e2e/npm/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
const OWN: &str = "docs/schemas/deployment-report.schema.json";

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn validator(path: &str) -> Validator {
    let text = std::fs::read_to_string(at(path)).unwrap();
    // a bracket that stands alone in the published schema is itself to ECMA-262 and an error elsewhere
    let text = text.replace("{2}]?$", "{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::options().should_validate_formats(true).offline().build(&schema).unwrap()
}

#[track_caller]
fn holds(validator: &Validator, text: &str) {
    let document: Value = serde_json::from_str(text).unwrap();
    let errors = validator.iter_errors(&document);
    let errors: Vec<_> =
        errors.map(|error| format!("{}: {error}", error.instance_path())).take(10).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[tokio::test]
async fn reports_hold_against_the_schemas_in_both_languages_whatever_is_seen() {
    let house = House::new().await;
    let admin = house.admin().await;
    let own = validator(OWN);
    let sarif = if at(SARIF).is_file() {
        Some(validator(SARIF))
    } else {
        testkit::skip("the schema of SARIF", "npm ci in e2e/npm");
        None
    };
    // before anything was read, and when there is something of everything
    let mut reports = vec![house.deployment.report(&admin, Guide::Salesforce).await.unwrap()];
    house.person("sam", &[Role::Seller]).await;
    house.block().await;
    let off = br#"{"Identity":"Global","AllowTranscription":false}"#.to_vec();
    let file =
        NewEvidence { name: "meeting.json".to_owned(), bytes: off, ..NewEvidence::default() };
    house.deployment.add_evidence(&admin, file).await.unwrap();
    let note = "seen by Zoë \u{1f600} \"quoted\"".to_owned();
    let said = NewStatement { holds: false, note, file: None };
    house.deployment.state(&admin, "M365-05", said).await.unwrap();
    for guide in Guide::ALL {
        reports.push(Box::pin(house.deployment.check(&admin, guide, None)).await.unwrap());
    }
    let states: Vec<_> =
        reports.iter().flat_map(|report| &report.outcomes).map(|one| one.state).collect();
    for state in [State::Pass, State::Fail, State::Warning, State::Unknown] {
        assert!(states.contains(&state), "{state:?}");
    }
    let texts = i18n::Texts::global();
    for report in &reports {
        for language in ["en", "fr"] {
            let t = texts.speak(language);
            holds(&own, &render(report, Format::Json, &t));
            if let Some(sarif) = &sarif {
                holds(sarif, &render(report, Format::Sarif, &t));
            }
        }
    }
    // the schemas refuse what is none
    let broken =
        render(&reports[0], Format::Json, &texts.speak("en")).replace("\"unknown\"", "\"fine\"");
    assert!(!own.is_valid(&serde_json::from_str(&broken).unwrap()));
    if let Some(sarif) = &sarif {
        let text = render(&reports[0], Format::Sarif, &texts.speak("en"));
        let broken = text.replace("\"kind\": \"open\"", "\"kind\": \"maybe\"");
        assert!(broken != text && !sarif.is_valid(&serde_json::from_str(&broken).unwrap()));
    }
}
