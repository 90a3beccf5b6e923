//! Every published package: what loads, what is refused and where, and how much there is of what.

use std::collections::BTreeMap;

use liaison_openapi::{
    ConnectionParameter, Location, Package, ParameterKind, Part, Reason, Severity, Sources,
    TriggerKind, Unloadable, codes, credentials,
};

use crate::corpora::{self, Published};

fn load(published: &Published) -> Result<Package<'_>, Unloadable> {
    Package::load(Sources {
        definition: &published.definition,
        properties: Some(&published.properties),
        has_script: false,
    })
}

fn loaded(packages: &[Published]) -> Vec<(&str, Package<'_>)> {
    let one = |it| load(it).ok().map(|package| (it.name.as_str(), package));
    packages.iter().filter_map(one).collect()
}

#[test]
fn everything_loads_but_what_is_beyond_repair() {
    let Some(packages) = corpora::packages() else { return };
    let mut refused = Vec::new();
    for published in &packages {
        match load(published) {
            Ok(_) => {}
            Err(Unloadable::Unreadable { part, problem }) => {
                refused.push((published.name.as_str(), part, problem));
            }
            Err(other) => panic!("{}: {other}", published.name),
        }
    }
    println!("{} packages, {} refused", packages.len(), refused.len());
    for (name, part, problem) in &refused {
        println!("{name}: {}: {problem}", part.code());
        let published = packages.iter().find(|it| it.name == *name).expect("it was listed");
        let bytes =
            if *part == Part::Definition { &published.definition } else { &published.properties };
        // the offset, the line and the column name the same place
        let before = &bytes[..problem.offset];
        assert_eq!(before.split(|byte| *byte == b'\n').count(), problem.line);
        assert!(problem.column >= 1);
    }
    let expected = refused.iter().map(|(_, _, problem)| problem.reason);
    assert!(
        expected
            .clone()
            .all(|reason| { matches!(reason, Reason::ExpectedComma | Reason::UnexpectedEnd) })
    );
    // 10 of 1,036 packages are beyond repair
    assert_eq!((packages.len(), refused.len()), (518, 5));
}

/// The numbers were counted by another program, in another language, over the same packages.
#[test]
fn the_model_holds_as_much_as_others_count() {
    let Some(packages) = corpora::packages() else { return };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |key: &str, more: usize| *counts.entry(key.to_owned()).or_default() += more;
    for (name, package) in loaded(&packages) {
        let operations = package.operations();
        count("operations", operations.len());
        assert_eq!(operations.len(), package.definition.operation_count(), "{name}");
        for operation in &operations {
            count(operation.method.word(), 1);
            count("parameters", operation.parameters.len());
            count("responses", operation.responses.len());
            count("deprecated", usize::from(operation.is_deprecated()));
            count("triggers", usize::from(operation.trigger().is_some()));
            let webhook = operation.trigger_kind() == Some(TriggerKind::Webhook);
            count("webhooks", usize::from(webhook));
            for parameter in &operation.parameters {
                count(parameter.location.word(), 1);
                let constant = parameter.required
                    && parameter.default().is_some()
                    && parameter.extensions().is_internal()
                    && parameter.location != Location::Body;
                count("constants", usize::from(constant));
            }
            let with_schema = operation.responses.iter().filter(|it| it.schema.is_some());
            count("answers with a schema", with_schema.count());
        }
        let policies = package.properties.policies();
        assert!(policies.iter().all(|policy| policy.template.is_some()), "{name}");
        count("policies", policies.len());
        let own = package.properties.connection_parameters();
        count("connection parameters", own.len());
        let of_kind = |kind| own.iter().filter(|it| it.kind == kind).count();
        count("secrets", of_kind(ParameterKind::SecureString));
        count("sign-ins", of_kind(ParameterKind::OAuth));
        count("sets", package.properties.parameter_sets().len());
    }
    let expected = [
        ("operations", 8552),
        ("GET", 3937),
        ("POST", 3541),
        ("DELETE", 433),
        ("PUT", 382),
        ("PATCH", 248),
        ("OPTIONS", 11),
        ("parameters", 20034),
        ("query", 8849),
        ("path", 5130),
        ("header", 1805),
        ("body", 3813),
        ("formData", 437),
        ("constants", 903),
        ("responses", 17908),
        ("answers with a schema", 11108),
        ("deprecated", 107),
        ("triggers", 345),
        ("webhooks", 301),
        ("policies", 371),
        ("connection parameters", 646),
        ("secrets", 369),
        ("sign-ins", 124),
        ("sets", 13),
    ];
    let expected: BTreeMap<String, usize> =
        expected.into_iter().map(|(key, number)| (key.to_owned(), number)).collect();
    assert_eq!(counts, expected);
}

#[test]
fn nothing_published_refers_to_nothing() {
    let Some(packages) = corpora::packages() else { return };
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (name, package) in loaded(&packages) {
        let mut seen: Vec<&str> = Vec::new();
        for finding in package.findings() {
            let entry = counts.entry(finding.code.as_str()).or_default();
            entry.0 += 1;
            if !seen.contains(&finding.code.as_str()) {
                seen.push(finding.code.as_str());
                entry.1 += 1;
            }
            if std::env::var_os("SHOW").is_some() {
                println!("{name}: {} {} {:?}", finding.code, finding.pointer, finding.args);
            }
        }
    }
    println!("{counts:#?}");
    for never in [
        codes::REFERENCE_MISSING,
        codes::REFERENCE_EXTERNAL,
        codes::REFERENCE_ENDLESS,
        codes::OPERATION_ID_MISSING,
        codes::OPERATION_ID_REPEATED,
        codes::PARAMETER_LOCATION,
        codes::POLICY_UNKNOWN,
        codes::POLICY_PARAMETER_MISSING,
        codes::DIALECT_MISSING,
        codes::COMMENT,
        codes::LONE_SURROGATE,
    ] {
        assert_eq!(counts.get(never.as_str()), None, "{never}");
    }
}

#[test]
fn every_pointer_of_a_finding_and_of_the_model_leads_somewhere() {
    let Some(packages) = corpora::packages() else { return };
    for (name, package) in loaded(&packages) {
        let definition = package.definition.document();
        for finding in package.findings() {
            let document = match finding.part {
                Part::Definition => Some(definition),
                Part::Properties => package.properties.document(),
                Part::Package => None,
            };
            if let Some(document) = document {
                let node = document.root().pointer(&finding.pointer);
                assert!(node.is_some(), "{name}: {} at {}", finding.code, finding.pointer);
            }
        }
        for operation in package.operations() {
            let node = definition.root().pointer(&operation.pointer).expect("an operation");
            assert!(std::ptr::eq(node.as_object().expect("an object"), operation.node), "{name}");
            for parameter in &operation.parameters {
                let node = definition.root().pointer(&parameter.pointer());
                assert_eq!(node.and_then(|it| it.as_object()), Some(parameter.node), "{name}");
            }
            for response in &operation.responses {
                let node = definition.root().pointer(&response.pointer());
                assert_eq!(node.and_then(|it| it.as_object()), Some(response.node), "{name}");
            }
        }
    }
}

#[test]
fn one_operation_alone_is_the_one_among_all() {
    let Some(packages) = corpora::packages() else { return };
    for (name, package) in loaded(&packages) {
        for operation in package.operations() {
            let alone = package.operation(&operation.id).expect("an operation of this id");
            assert_eq!(alone.pointer, operation.pointer, "{name}");
            assert_eq!(alone.parameters.len(), operation.parameters.len(), "{name}");
            assert!(
                package
                    .obstacles(&operation.id)
                    .iter()
                    .all(|it| { *it == liaison_openapi::Obstacle::Script })
            );
        }
        assert!(package.operation("no operation has this id").is_none());
    }
}

#[test]
fn a_written_package_reads_as_the_same() {
    let Some(packages) = corpora::packages() else { return };
    for (name, package) in loaded(&packages) {
        let root = package.definition.document().root();
        for text in [root.to_json(), root.to_pretty_json()] {
            let again = liaison_openapi::read(text.as_bytes()).expect("what was written");
            assert_eq!(again.root(), root, "{name}");
            assert!(again.findings().is_empty(), "{name}");
        }
        let owned = package.clone().into_owned();
        assert_eq!(owned.definition.document().root(), root, "{name}");
        assert_eq!(owned.findings(), package.findings(), "{name}");
    }
}

/// Connector-format §3.2 counts the whole corpus; half of it is here.
#[test]
fn almost_every_scheme_finds_its_connection_parameter() {
    let Some(packages) = corpora::packages() else { return };
    let (mut schemes, mut unmatched) = (0, 0);
    for (_, package) in loaded(&packages) {
        schemes += package.definition.security_schemes().len();
        let without = |it: &&liaison_openapi::Finding| it.code == codes::SECURITY_WITHOUT_PARAMETER;
        unmatched += package.findings().iter().filter(without).count();
        let parameters: Vec<ConnectionParameter<'_>> = package.properties.connection_parameters();
        for operation in package.operations() {
            assert!(credentials(&operation.security, &parameters).len() <= 4);
        }
    }
    println!("{schemes} schemes, {unmatched} without a parameter");
    assert!(unmatched * 20 < schemes, "{unmatched} of {schemes}");
}

#[test]
fn no_published_package_is_called_broken() {
    let Some(packages) = corpora::packages() else { return };
    for (name, package) in loaded(&packages) {
        for finding in package.findings() {
            let known = [codes::EXPRESSION_FUNCTION_UNKNOWN];
            assert!(
                finding.severity < Severity::Error || known.contains(&finding.code),
                "{name}: {} at {}",
                finding.code,
                finding.pointer
            );
        }
    }
}
