//! The test data of `mail-parser`, as the package manager brought it for this build: awkward mails of many clients.

use std::{fs, path::PathBuf, process::Command};

use liaison_mail_messages::{Error, html, read, signature, thread};
use mail_parser::MessageParser;

/// The folder of the package's test data; the lock file says which version that is.
fn folder() -> PathBuf {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let package = text
        .split("\"manifest_path\":\"")
        .find(|rest| rest.split('"').next().is_some_and(|path| path.contains("mail-parser-")));
    let manifest = package.and_then(|rest| rest.split('"').next()).expect("mail-parser is locked");
    PathBuf::from(manifest).parent().unwrap().join("resources/eml")
}

#[test]
fn mails_of_a_public_parsers_test_data_are_read() {
    let mut files = Vec::new();
    for folder in fs::read_dir(folder()).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "eml") {
                files.push(path);
            }
        }
    }
    files.sort();
    let (mut read_all, mut none, mut same_subject, mut same_text) = (0, 0, 0, 0);
    let mut other = Vec::new();
    for path in &files {
        let bytes = fs::read(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let message = match read(&bytes) {
            Ok(message) => message,
            Err(Error::NotAMail) => {
                none += 1;
                continue;
            }
            Err(error) => panic!("{name}: {error}"),
        };
        read_all += 1;
        let page = html::page(&message, false).body.to_ascii_lowercase();
        for bad in
            ["<script", "onerror=", "<iframe", "<form", "<style", "src=\"http", "javascript:"]
        {
            assert!(!page.contains(bad), "{bad} in {name}");
        }
        for piece in thread::split(&message.text) {
            let _ = signature::find(&piece.text, message.from.as_ref());
        }
        // the same as the parser says of itself, read whole
        let theirs = MessageParser::default().parse(&bytes).unwrap();
        let words =
            |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
        let subject = words(theirs.subject().unwrap_or_default());
        same_subject += usize::from(subject == words(&message.subject));
        let body = words(&theirs.body_text(0).unwrap_or_default());
        if words(&message.text).contains(&body) {
            same_text += 1;
        } else {
            other.push(name);
        }
    }
    println!(
        "{} mails: {read_all} read, {none} are none, {same_subject} with the same subject, {same_text} with the same text; other: {other:?}",
        files.len()
    );
    assert!(files.len() >= 100, "{} mails", files.len());
    assert!(read_all >= 95, "{read_all} read");
    assert!(same_subject * 100 >= read_all * 97, "{same_subject} of {read_all}");
    assert!(same_text * 100 >= read_all * 85, "{same_text} of {read_all}");
}
