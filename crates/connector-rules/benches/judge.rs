//! The whole corpus of published packages on one core: loaded, and judged by every rule.
//!
//! `LIAISON_CORPORA` names the folder; without it the good package of the tests takes its place.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use divan::{Bencher, black_box, counter::BytesCount};
use liaison_connector_rules::{Circumstances, judge};
use openapi::{Package, Sources};

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
    let mut folders: Vec<PathBuf> =
        kinds.into_iter().map(|kind| root.join("connectors").join(kind)).collect();
    if !folders.iter().any(|folder| folder.is_dir()) {
        folders = vec![workspace.join("fixtures/connector-rules")];
    }
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let read = |folder: PathBuf| {
        let file = |name| fs::read(folder.join(name)).ok();
        Some(Files {
            definition: file("apiDefinition.swagger.json")?,
            properties: file("apiProperties.json")?,
        })
    };
    entries.filter_map(|entry| read(entry.ok()?.path())).collect()
}

fn load(files: &Files) -> Option<Package<'_>> {
    let sources = Sources {
        definition: &files.definition,
        properties: Some(&files.properties),
        ..Sources::default()
    };
    Package::load(sources).ok()
}

fn bytes(all: &[Files]) -> BytesCount {
    BytesCount::new(all.iter().map(|it| it.definition.len() + it.properties.len()).sum::<usize>())
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn load_alone(bencher: Bencher<'_, '_>) {
    let all = packages();
    bencher
        .counter(bytes(&all))
        .bench_local(|| all.iter().filter_map(|it| black_box(load(it))).count());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn judge_alone(bencher: Bencher<'_, '_>) {
    let all = packages();
    let loaded: Vec<Package<'_>> = all.iter().filter_map(load).collect();
    bencher.counter(bytes(&all)).bench_local(|| {
        loaded.iter().map(|it| judge(it, Circumstances::default()).len()).sum::<usize>()
    });
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn load_and_judge(bencher: Bencher<'_, '_>) {
    let all = packages();
    bencher.counter(bytes(&all)).bench_local(|| {
        let loaded = all.iter().filter_map(load);
        loaded.map(|it| judge(&it, Circumstances::default()).len()).sum::<usize>()
    });
}
