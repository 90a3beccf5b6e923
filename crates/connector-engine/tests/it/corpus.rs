//! Every operation of the published packages builds its request from made-up inputs.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use liaison_connector_engine::{Call, Options, Reason, Request, Step};
use openapi::{Package, Sources};

use crate::generator::{self, Which};

/// The folders of all packages; `LIAISON_CORPORA`, else beside the source tree.
fn folders() -> Vec<PathBuf> {
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let beside = workspace.join("../shared/corpora");
    let root = env::var_os("LIAISON_CORPORA").map_or(beside, |root| workspace.join(root));
    let list = |path: PathBuf| fs::read_dir(path).into_iter().flatten().flatten();
    let kinds = list(root.join("connectors")).filter(|entry| entry.path().is_dir());
    let mut all: Vec<PathBuf> =
        kinds.flat_map(|kind| list(kind.path())).map(|entry| entry.path()).collect();
    all.sort();
    all
}

/// Whether a request is one that can be sent as it stands.
fn assert_sound(request: &Request, what: &str) {
    let url = &request.url;
    assert!(url.starts_with("https://") || url.starts_with("http://"), "{what}: {url}");
    let odd = |c: char| {
        c.is_whitespace() || c.is_control() || "<>\"\\^`{|}#".contains(c) || !c.is_ascii()
    };
    let (_, behind) = url.split_once("://").unwrap();
    assert!(!behind.contains(odd), "{what}: {url}");
    assert!(!behind.starts_with(['/', '?']), "{what}: {url}");
    for (name, value) in request.headers.iter() {
        assert!(!name.is_empty() && !name.contains([' ', ':', '\r', '\n']), "{what}: {name}");
        assert!(!value.contains(['\r', '\n', '\0']) && value.trim() == value, "{what}: {value:?}");
    }
    assert!(request.headers.value("Content-Type").is_some() || request.body.is_empty(), "{what}");
}

#[test]
fn every_published_operation_builds_its_request() {
    let folders = folders();
    if folders.is_empty() {
        assert!(
            env::var_os("LIAISON_REQUIRE_CORPORA").is_none_or(|it| it != "1"),
            "the corpus of connectors is required and was not found: set LIAISON_CORPORA"
        );
        println!("SKIP the corpus of connectors was not found: set LIAISON_CORPORA");
        return;
    }
    let (mut built, mut scripted, mut hostless) = (0_usize, 0_usize, 0_usize);
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for folder in folders {
        let Ok(definition) = fs::read(folder.join("apiDefinition.swagger.json")) else { continue };
        let properties = fs::read(folder.join("apiProperties.json")).ok();
        let sources = Sources {
            definition: &definition,
            properties: properties.as_deref(),
            has_script: false,
        };
        let Ok(package) = Package::load(sources) else { continue };
        let set = package.properties.parameter_sets().first().map(|set| set.name.to_owned());
        let connection = generator::connection(&package, set.as_deref());
        for operation in package.operations() {
            for which in [Which::Required, Which::Every] {
                let options = Options {
                    callback_url: Some("https://hub.example.org/callback".to_owned()),
                    ..Options::default()
                };
                let name = folder.file_name().unwrap().to_string_lossy();
                let what = format!("{name} {} {which:?}", operation.id);
                let call = |text: &str| {
                    let inputs = generator::inputs(&operation, which, text);
                    Call::new(&package, &operation.id, &connection, &inputs, options.clone())
                };
                // an input that is part of a host can only be a word
                let hosts = [Reason::AddressEscaped, Reason::AddressInvalid];
                let made = match call("text/é & more") {
                    Err(problem) if hosts.contains(&problem.reason) => call("word"),
                    made => made,
                };
                match made {
                    Ok(mut call) => {
                        let Step::Send(request) = call.step() else { panic!("{what}: no request") };
                        assert_sound(&request, &what);
                        built += 1;
                    }
                    Err(problem) if problem.reason == Reason::OperationScripted => scripted += 1,
                    // the host is an input that the operation does not require, or does not have
                    Err(problem) if problem.reason == Reason::ExpressionMissing => hostless += 1,
                    Err(problem) => {
                        refused
                            .entry(problem.reason.code().to_owned())
                            .or_default()
                            .push(format!("{what}: {problem}"));
                    }
                }
            }
        }
    }
    println!("{built} requests built, {scripted} belong to scripts, {hostless} lack a host");
    for (code, all) in &refused {
        println!("{code}: {}", all.len());
        for one in all.iter().take(40) {
            println!("  {one}");
        }
    }
    assert!(built > 1_000 && hostless < 10);
    assert!(refused.is_empty());
}
