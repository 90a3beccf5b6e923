//! The measures of `make bench` in a fiftieth of their time: not the figures, but that nothing is lost.

use std::{path::PathBuf, process::Command};

fn measure(what: &str) -> serde_json::Value {
    measure_with(what, &[])
}

fn measure_with(what: &str, more: &[&str]) -> serde_json::Value {
    let root = e2e::root();
    let or = |name: &str, path: &str| {
        e2e::environment(name).map_or_else(|| root.join(path), PathBuf::from)
    };
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("figures.json");
    let output = Command::new(or("LIAISON_LOAD", "target/debug/liaison-load"))
        .args([what, "--scale", "0.02", "--binary"])
        .arg(or("LIAISON_BIN", "target/debug/liaison"))
        .arg("--json")
        .arg(&json)
        .args(more)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap()
}

fn figure(figures: &serde_json::Value, measure: &str) -> f64 {
    let figures = figures["figures"].as_array().unwrap();
    let found = figures.iter().find(|f| f["measure"].as_str().unwrap().starts_with(measure));
    found.unwrap_or_else(|| panic!("{measure}: {figures:#?}"))["value"].as_f64().unwrap()
}

#[test]
fn cards_accepted_as_fast_as_they_come_are_all_readable_once() {
    // The tool counts what can be read against what was accepted and fails on a difference.
    assert!(figure(&measure("accept"), "1 KiB cards accepted") > 0.0);
}

#[test]
fn a_steady_stream_is_accepted_and_all_readable_once() {
    assert!(figure(&measure("sustained"), "1 KiB cards accepted") > 0.0);
}

#[test]
fn every_card_of_a_steady_stream_comes_on_screen() {
    assert!(figure(&measure("latency"), "accepted to on screen at 500/s, p99") > 0.0);
}

#[test]
fn every_card_reaches_an_http_target_in_the_order_of_the_channel() {
    // The tool compares the channel with what came to the target and fails on a difference.
    assert!(figure(&measure("forward"), "accept to HTTP target, order kept") > 0.0);
}

#[test]
fn pages_and_lists_are_measured_among_links_that_are_filled_in() {
    let figures = measure_with("linking", &["--links", "120", "--channels", "8"]);
    assert!(figure(&figures, "the page of a record with its links, of 120 links") > 0.0);
    assert!(figure(&figures, "a page of 20 links of the environment") > 0.0);
    // the tool asks each list, and fails on an answer that is none
    assert!(figure(&figures, "the links of a channel by REST") > 0.0);
}
