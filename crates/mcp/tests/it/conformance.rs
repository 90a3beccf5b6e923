//! The published conformance suite against the edge, for each version.
//!
//! The suite cannot send a token, so the router here adds one to what comes. What a server with tools alone
//! cannot pass is listed in `expected/`, with its reason; a listed scenario that passes fails the test.

use std::{
    path::{Path, PathBuf},
    process::Output,
};

use axum::{extract::Request, middleware::map_request};
use http::HeaderValue;
use tokio::{net::TcpListener, process::Command};

use crate::house::House;

/// Where the suite and its Node are installed.
fn suite(test: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../e2e/mcp/node_modules");
    let there = folder.join("node/bin/node").is_file() && folder.join("conformance-0.2").is_dir();
    if !there {
        testkit::skip(test, "the conformance suite (npm ci in e2e/mcp)");
    }
    there.then_some(folder)
}

async fn run(test: &str, package: &str, expected: &str, more: &[&str]) {
    let Some(folder) = suite(test) else { return };
    let house = House::new();
    let router = house.router.clone().layer(map_request(async |mut request: Request| {
        let token = HeaderValue::from_static("Bearer seller");
        request.headers_mut().insert("authorization", token);
        request
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp?tools=diagnostic", listener.local_addr().unwrap());
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/expected").join(expected);
    let playing = Command::new(folder.join("node/bin/node"))
        .arg(folder.join(package).join("dist/index.js"))
        .args(["server", "--url", &url, "--expected-failures"])
        .arg(here)
        .args(more)
        .kill_on_drop(true)
        .output();
    let output: Output = tokio::select! {
        served = axum::serve(listener, router) => panic!("the listener ended: {served:?}"),
        output = playing => output.unwrap(),
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    println!(
        "{}",
        said.lines()
            .rev()
            .take(60)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_suite_passes_for_2025_06_18() {
    let version = ["--suite", "all", "--spec-version", "2025-06-18"];
    run("mcp 0.1 2025-06-18", "conformance-0.1", "0.1-2025-06-18.yml", &version).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_suite_passes_for_2025_11_25() {
    let version = ["--suite", "all", "--spec-version", "2025-11-25"];
    run("mcp 0.1 2025-11-25", "conformance-0.1", "0.1-2025-11-25.yml", &version).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_suite_passes_for_2025_06_18() {
    let version = ["--suite", "all", "--spec-version", "2025-06-18"];
    run("mcp 0.2 2025-06-18", "conformance-0.2", "0.2-2025-06-18.yml", &version).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_suite_passes_for_2025_11_25() {
    run(
        "mcp 0.2 2025-11-25",
        "conformance-0.2",
        "0.2-2025-11-25.yml",
        &["--requirements", "2025-11-25"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_suite_passes_for_2026_07_28() {
    run(
        "mcp 0.2 2026-07-28",
        "conformance-0.2",
        "0.2-2026-07-28.yml",
        &["--requirements", "2026-07-28"],
    )
    .await;
}
