//! Any bytes, as definition and as properties: a package or a place, and every question ends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openapi::{Package, Sources, credentials, read};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = read(bytes) {
        let text = document.root().to_json();
        let again = read(text.as_bytes()).expect("what was written can be read");
        assert_eq!(again.root(), document.root());
        for finding in document.findings() {
            assert!(document.root().pointer(&finding.pointer).is_some());
            document.position(&finding.pointer);
        }
    }
    let sources = Sources { definition: bytes, properties: Some(bytes), has_script: false };
    let Ok(package) = Package::load(sources) else { return };
    let parameters = package.properties.connection_parameters();
    for operation in package.operations() {
        operation.trigger_kind();
        operation.base();
        package.obstacles(&operation.id);
        credentials(&operation.security, &parameters);
        for parameter in &operation.parameters {
            parameter.schema.all_properties();
            parameter.extensions().dynamic_values();
            parameter.extensions().dynamic_tree();
        }
    }
    package.into_owned();
});
