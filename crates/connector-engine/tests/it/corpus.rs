//! Every operation of the published packages builds its request from made-up inputs.

use std::{env, fs, path::PathBuf};

use liaison_connector_engine::{
    Call, Connection, Options, Reason, Rehearsal, Rehearsed, Request, Response, Step,
};
use openapi::{Package, Sources, TriggerKind};

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

/// Shows every package that can be loaded, with its name.
fn each(show: &mut dyn FnMut(&str, &Package<'_>)) -> bool {
    let folders = folders();
    if folders.is_empty() {
        assert!(
            env::var_os("LIAISON_REQUIRE_CORPORA").is_none_or(|it| it != "1"),
            "the corpus of connectors is required and was not found: set LIAISON_CORPORA"
        );
        println!("SKIP the corpus of connectors was not found: set LIAISON_CORPORA");
        return false;
    }
    for folder in folders {
        let Ok(definition) = fs::read(folder.join("apiDefinition.swagger.json")) else { continue };
        let properties = fs::read(folder.join("apiProperties.json")).ok();
        let sources = Sources {
            definition: &definition,
            properties: properties.as_deref(),
            has_script: false,
        };
        let Ok(package) = Package::load(sources) else { continue };
        show(&folder.file_name().unwrap().to_string_lossy(), &package);
    }
    true
}

fn connection(package: &Package<'_>) -> Connection {
    let set = package.properties.parameter_sets().first().map(|set| set.name.to_owned());
    generator::connection(package, set.as_deref())
}

#[test]
fn every_published_operation_builds_its_request() {
    let (mut built, mut scripted, mut hostless) = (0_usize, 0_usize, 0_usize);
    let mut refused = Vec::new();
    let found = each(&mut |name, package| {
        let connection = connection(package);
        for operation in package.operations() {
            for which in [Which::Required, Which::Every] {
                let options = Options {
                    callback_url: Some("https://hub.example.org/callback".to_owned()),
                    ..Options::default()
                };
                let what = format!("{name} {} {which:?}", operation.id);
                let call = |text: &str| {
                    let inputs = generator::inputs(&operation, which, text);
                    Call::new(package, &operation.id, &connection, &inputs, options.clone())
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
                    Err(problem) => refused.push(format!("{what}: {problem}")),
                }
            }
        }
    });
    println!("{built} requests built, {scripted} belong to scripts, {hostless} lack a host");
    assert_eq!(refused, Vec::<String>::new());
    assert!(!found || (built > 1_000 && hostless < 10));
}

#[test]
fn every_published_trigger_polls_again_or_subscribes_and_ends() {
    let (mut polls, mut hooks) = (0_usize, 0_usize);
    let mut odd = Vec::new();
    each(&mut |name, package| {
        for operation in package.operations() {
            let Some(kind) = operation.trigger_kind() else { continue };
            let mut rehearsal = Rehearsal {
                operation_id: operation.id.clone().into_owned(),
                connection: connection(package),
                inputs: generator::inputs(&operation, Which::Every, "word"),
                callback_url: Some("https://hub.example.org/callback".to_owned()),
                responses: Vec::new(),
            };
            let mut first = Rehearsed::default();
            match rehearsal.run(package, &mut first) {
                Err(problem) if problem.reason == Reason::OperationScripted => continue,
                Err(problem) => panic!("{name} {}: {problem}", operation.id),
                Ok(()) => {}
            }
            let location = first.requests[0].url.split('?').next().unwrap().to_owned() + "/123";
            let headers = [("Location", location.as_str())].into_iter().collect();
            let answer = Response { status: 201, headers, body: b"{}".to_vec() };
            rehearsal.responses = vec![answer; 2];
            let mut done = Rehearsed::default();
            rehearsal.run(package, &mut done).unwrap();
            let [one, two] = done.requests.as_slice() else {
                odd.push(format!("{name} {}: {} exchanges", operation.id, done.requests.len()));
                continue;
            };
            assert_sound(two, name);
            assert_eq!(one, &first.requests[0]);
            let same = one.headers.value("Authorization") == two.headers.value("Authorization");
            assert!(same, "{name} {}: the credentials go along", operation.id);
            match kind {
                TriggerKind::Webhook => {
                    hooks += 1;
                    assert_eq!(two.method, "DELETE");
                    assert!(two.url.starts_with(&location), "{} {location}", two.url);
                }
                TriggerKind::Polling => {
                    polls += 1;
                    assert_eq!(two.method, one.method);
                }
            }
        }
    });
    println!("{polls} polling triggers, {hooks} webhooks");
    assert_eq!(odd, Vec::<String>::new());
}
