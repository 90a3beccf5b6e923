//! What the documents tell people to type works, and both languages tell the same.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use e2e::Server;

/// The fenced blocks of a page: what stands after the fence, and the lines inside.
fn fences(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.trim().to_owned(), String::new())),
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some((_, body)), None) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

fn pages() -> Vec<PathBuf> {
    let root = e2e::root();
    let mut pages: Vec<PathBuf> = [&root, &root.join("docs"), &root.join("docs/how-to")]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    pages.sort();
    pages
}

#[test]
fn every_command_marked_as_tested_works() {
    let server = Server::demo().unwrap();
    let demo = server.demo_data();
    let hook = demo.webhook(0).unwrap();
    let binary = built("liaison");
    let folder = binary.parent().unwrap().to_str().unwrap();
    let path = [folder, &e2e::environment("PATH").unwrap()].join(":");
    let mut ran = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for (info, script) in fences(&text) {
            if info != "sh test" {
                continue;
            }
            let work = tempfile::tempdir().unwrap();
            let output = Command::new("bash")
                .args(["-euo", "pipefail", "-c", &script])
                .current_dir(work.path())
                .env("PATH", &path)
                .env("URL", &demo.base_url)
                .env("WEBHOOK_URL", &hook.url)
                .env("CHANNEL_ID", &hook.channel_id)
                .env("TOKEN", &demo.admin.token)
                .env("DATA", server.data())
                .output()
                .unwrap();
            assert!(
                output.status.success(),
                "{}:\n{script}\n{}{}",
                page.display(),
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            ran += 1;
        }
    }
    println!("{ran} commands of the documents ran");
    assert!(ran > 0, "no page marks a command as tested");
}

fn built(name: &str) -> PathBuf {
    let binary = e2e::environment("LIAISON_BIN");
    let binary = binary.map_or_else(|| e2e::root().join("target/debug/liaison"), PathBuf::from);
    binary.with_file_name(name)
}

fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_page_about_the_command_line_is_what_the_program_says() {
    let script = e2e::root().join("scripts/cli-page");
    let fresh = printed(Command::new(script).arg(built("liaison")));
    let page = std::fs::read_to_string(e2e::root().join("docs/cli.md")).unwrap();
    assert!(page == fresh, "docs/cli.md is stale: run `make docs`");
}

#[test]
fn the_page_about_settings_is_what_the_program_says() {
    let folder = tempfile::tempdir().unwrap();
    let schema =
        printed(Command::new(built("liaison")).args(["config", "schema"]).current_dir(&folder));
    let schema_file = folder.path().join("schema.json");
    std::fs::write(&schema_file, schema).unwrap();
    let xtask = e2e::root().join("target/debug/xtask");
    let input = std::fs::File::open(&schema_file).unwrap();
    let fresh = printed(Command::new(xtask).arg("config-page").stdin(input));
    let page = std::fs::read_to_string(e2e::root().join("docs/config.md")).unwrap();
    assert!(page == fresh, "docs/config.md is stale: run `make docs`");
}

#[test]
fn the_french_readme_holds_the_same_commands_and_figures() {
    let read = |name: &str| std::fs::read_to_string(e2e::root().join(name)).unwrap();
    let (english, french) = (read("README.md"), read("README.fr.md"));
    assert_eq!(fences(&english), fences(&french));
    let headings = |page: &str| {
        page.lines()
            .filter(|l| l.starts_with('#'))
            .map(|l| l.split(' ').next().unwrap().len())
            .collect::<Vec<_>>()
    };
    assert_eq!(headings(&english), headings(&french), "the same sections in the same order");
    let rows = |page: &str| page.lines().filter(|l| l.starts_with('|')).count();
    assert_eq!(rows(&english), rows(&french));
}

#[test]
fn every_link_between_the_documents_leads_somewhere() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = target.split('#').next().unwrap();
            if target.is_empty() || target.contains("://") || target.contains(' ') {
                continue;
            }
            let path = page.parent().unwrap_or(Path::new(".")).join(target);
            assert!(path.exists(), "{} links to {target}", page.display());
        }
    }
}
