//! A backup taken under load restores to exactly what was there.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};

use e2e::{Item, Server};

fn post(server: &Server, path: &str, text: &str) {
    let body = serde_json::json!({ "text": text }).to_string();
    let answer = server.connect().unwrap().post(path, body.as_bytes()).unwrap();
    assert_eq!((answer.status, answer.text()), (200, "1".to_owned()));
}

/// What a reader can compare: which message, what it says, what came in.
fn comparable(items: &[Item]) -> Vec<(String, String, String)> {
    items
        .iter()
        .map(|i| {
            (
                i.id.clone(),
                i.text.clone(),
                i.source.as_ref().map(ToString::to_string).unwrap_or_default(),
            )
        })
        .collect()
}

fn take_backup(server: &Server, name: &str) -> (PathBuf, String) {
    let archive = server.folder().join(name);
    let output = server.run(&["backup", archive.to_str().unwrap()]).unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{said}");
    (archive, said)
}

#[test]
fn a_backup_taken_under_load_restores_to_a_moment_of_that_load() {
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap().clone();
    let path = hook.path().unwrap();
    let stop = AtomicBool::new(false);
    let posted = AtomicU64::new(0);
    let (archive, said, before, key) = thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let n = posted.load(Ordering::Relaxed) + 1;
                post(&server, &path, &format!("load {n}"));
                posted.store(n, Ordering::Relaxed);
            }
        });
        thread::sleep(Duration::from_millis(700));
        let before = posted.load(Ordering::Relaxed);
        let (archive, said) = take_backup(&server, "under-load.backup");
        thread::sleep(Duration::from_millis(300));
        stop.store(true, Ordering::Relaxed);
        (archive, said, before, server.data().join("seal.key"))
    });
    assert!(before > 0, "the load had begun");
    assert!(
        said.contains("seal.key") || said.to_lowercase().contains("sealing key"),
        "it says what is left out: {said}"
    );
    let secret = std::fs::read_to_string(&key).unwrap();
    let bytes = std::fs::read(&archive).unwrap();
    let secret = secret.trim().as_bytes();
    assert!(
        !bytes.windows(secret.len()).any(|w| w == secret),
        "the sealing key is not in the archive"
    );

    let copy = server.restored(&archive, &key).unwrap();
    let last = format!("load {before}");
    let kept =
        copy.messages_when(&hook.channel_id, |items| items.iter().any(|i| i.text == last)).unwrap();
    let total = posted.load(Ordering::Relaxed);
    let last = format!("load {total}");
    let all = server
        .messages_when(&hook.channel_id, |items| items.iter().any(|i| i.text == last))
        .unwrap();
    let (kept, all) = (comparable(&kept), comparable(&all));
    assert!(kept.len() <= all.len());
    assert_eq!(kept, all[..kept.len()], "the copy is a moment of the original");
    for other in server.demo_data().webhooks.iter().filter(|w| w.channel_id != hook.channel_id) {
        let (ours, theirs) = (
            server.messages(&other.channel_id).unwrap(),
            copy.messages(&other.channel_id).unwrap(),
        );
        assert_eq!(comparable(&theirs), comparable(&ours));
    }
    post(&copy, &path, "the copy goes on");
    copy.messages_when(&hook.channel_id, |i| {
        i.last().is_some_and(|i| i.text == "the copy goes on")
    })
    .unwrap();
}

#[test]
fn a_key_that_does_not_open_the_data_is_refused() {
    let server = Server::demo().unwrap();
    let other = Server::demo().unwrap();
    let (archive, _) = take_backup(&server, "plain.backup");
    let refused =
        server.restored(&archive, &other.data().join("seal.key")).unwrap_err().to_string();
    assert!(refused.contains("restore ended with"), "{refused}");
    assert!(server.restored(&archive, &server.data().join("seal.key")).is_ok());
}
