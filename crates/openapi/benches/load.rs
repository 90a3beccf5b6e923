//! The whole corpus of published packages on one core: reading alone, loading, resolving.
//!
//! `LIAISON_CORPORA` names the folder; without it one made-up package takes its place.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use divan::{Bencher, black_box, counter::BytesCount};
use liaison_openapi::{Package, Sources, read};

fn main() {
    divan::main();
}

struct Files {
    definition: Vec<u8>,
    properties: Vec<u8>,
}

fn packages() -> Vec<Files> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = env::var_os("LIAISON_CORPORA")
        .map_or_else(|| workspace.join("../shared/corpora"), PathBuf::from);
    let kinds = ["certified", "independent-publisher", "custom", "template"];
    let folders =
        kinds.into_iter().filter_map(|kind| fs::read_dir(root.join("connectors").join(kind)).ok());
    let mut packages: Vec<Files> = folders
        .flat_map(|folder| folder.filter_map(Result::ok))
        .filter_map(|entry| {
            let file = |name| fs::read(entry.path().join(name)).ok();
            Some(Files {
                definition: file("apiDefinition.swagger.json")?,
                properties: file("apiProperties.json")?,
            })
        })
        .collect();
    if packages.is_empty() {
        packages.push(made_up());
    }
    packages
}

/// A package of 100 operations.
fn made_up() -> Files {
    let paths: Vec<String> = (0..100)
        .map(|at| {
            format!(
                r##""/things/{at}/{{id}}": {{"get": {{"operationId": "Get{at}", "summary": "Gets a thing", "parameters": [
                {{"name": "id", "in": "path", "required": true, "type": "string", "x-ms-summary": "Id"}}],
                "responses": {{"200": {{"description": "ok", "schema": {{"$ref": "#/definitions/Thing"}}}}}}}}}}"##
            )
        })
        .collect();
    let definition = format!(
        r#"{{"swagger": "2.0", "paths": {{{}}}, "definitions": {{"Thing": {{"type": "object", "properties": {{"a": {{"type": "string"}}}}}}}}}}"#,
        paths.join(",\n")
    );
    Files { definition: definition.into_bytes(), properties: br#"{"properties": {}}"#.to_vec() }
}

fn bytes(packages: &[Files]) -> BytesCount {
    BytesCount::new(
        packages.iter().map(|it| it.definition.len() + it.properties.len()).sum::<usize>(),
    )
}

/// Text to tree.
#[divan::bench]
fn read_definitions(bencher: Bencher<'_, '_>) {
    let packages = packages();
    bencher.counter(bytes(&packages)).bench(|| {
        let read = |it: &Files| read(black_box(&it.definition)).map(|it| it.findings().len()).ok();
        packages.iter().filter_map(read).sum::<usize>()
    });
}

/// Text to package, findings included.
#[divan::bench]
fn load_packages(bencher: Bencher<'_, '_>) {
    let packages = packages();
    bencher
        .counter(bytes(&packages))
        .bench(|| packages.iter().filter(|files| Package::load(sources(files)).is_ok()).count());
}

/// Text to package, every operation resolved.
#[divan::bench]
fn load_and_resolve(bencher: Bencher<'_, '_>) {
    let packages = packages();
    bencher.counter(bytes(&packages)).bench(|| {
        let resolve = |files: &Files| Package::load(sources(files)).map(|it| it.operations().len());
        packages.iter().filter_map(|files| resolve(files).ok()).sum::<usize>()
    });
}

/// One operation among all, as a call does it.
#[divan::bench]
fn resolve_one_operation(bencher: Bencher<'_, '_>) {
    let packages = packages();
    let loaded: Vec<Package<'_>> =
        packages.iter().filter_map(|files| Package::load(sources(files)).ok()).collect();
    let Some(largest) = loaded.iter().max_by_key(|it| it.definition.operation_count()) else {
        return;
    };
    let ids: Vec<String> = largest.operations().iter().map(|it| it.id.to_string()).collect();
    let Some(last) = ids.last() else { return };
    bencher.bench(|| largest.operation(black_box(last)).map(|it| it.parameters.len()));
}

fn sources(files: &Files) -> Sources<'_> {
    Sources {
        definition: black_box(&files.definition),
        properties: Some(&files.properties),
        has_script: false,
    }
}
