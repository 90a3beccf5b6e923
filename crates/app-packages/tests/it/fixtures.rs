//! Manifests in the shapes that the field knows.

use std::{collections::BTreeSet, fs, path::Path};

use app_packages::{Level, Rule, Severity, check, document, is_accepted, plain_icons, read, write};
use serde_json::Value;

fn manifest(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/app-packages");
    document(&fs::read(folder.join(name)).expect("a fixture")).expect("a manifest")
}

fn rules(name: &str, level: Level) -> (bool, BTreeSet<&'static str>) {
    let manifest = manifest(name);
    let (color, outline) = plain_icons([0, 0, 0]);
    let icon = |member: &str| manifest.pointer(member).and_then(Value::as_str).unwrap().to_owned();
    let (first, second) = (icon("/icons/color"), icon("/icons/outline"));
    let zip = write(&manifest, &[(&first, &color), (&second, &outline)]).expect("a package");
    let findings = check(&read(&zip).expect("a readable one"), level);
    (is_accepted(&findings), findings.iter().map(|it| it.rule.code()).collect())
}

#[test]
fn the_documented_shape_of_a_connector_loads_with_warnings() {
    let (loads, told) = rules("documented-connector.json", Level::Load);
    assert!(loads, "{told:?}");
    let expected = [
        Rule::ConnectorNoPage.code(),
        Rule::ManifestVersionMismatch.code(),
        Rule::MemberUnknown.code(),
        Rule::VersionForm.code(),
    ];
    assert_eq!(told, expected.into_iter().collect());
    assert!(!rules("documented-connector.json", Level::Schema).0);
    assert!(!rules("documented-connector.json", Level::Publish).0);
}

#[test]
fn the_shape_of_the_incoming_webhook_passes_its_schema() {
    assert_eq!(rules("incoming-webhook.json", Level::Schema), (true, BTreeSet::new()));
    assert!(rules("incoming-webhook.json", Level::Load).0);
}

#[test]
fn the_newest_shapes_are_published() {
    for name in ["channel-app.json", "personal-app.json"] {
        assert_eq!(rules(name, Level::Publish), (true, BTreeSet::new()), "{name}");
    }
}

#[test]
fn the_oldest_shape_knows_no_schema_address() {
    let (loads, told) = rules("first-form.json", Level::Load);
    assert!(loads, "{told:?}");
    let findings = check_schema("first-form.json");
    assert!(findings.iter().any(|(rule, _)| *rule == Rule::SchemaMissing));
}

fn check_schema(name: &str) -> Vec<(Rule, Severity)> {
    let findings = app_packages::check_manifest(&manifest(name), Level::Schema);
    findings.into_iter().map(|it| (it.rule, it.severity)).collect()
}
