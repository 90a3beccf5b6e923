//! What every adapter must pass.
//!
//! An adapter's tests make a [`Bench`] around a mailbox whose inbox is empty, and hand it to [`run`].

use std::{any::Any, fmt};

use futures_util::future::BoxFuture;

use crate::{Ask, Error, FolderId, MailId, MailSource, Mark, Role};

/// Puts a mail into the inbox: subject, text, sender.
pub type Deliver = Box<dyn Fn(String) -> BoxFuture<'static, ()> + Send + Sync>;

/// A mailbox to be checked.
pub struct Bench {
    /// The mailbox.
    pub source: Box<dyn MailSource>,
    /// Puts a mail into the inbox whose subject this is; its text holds the words "every spring".
    pub deliver: Deliver,
    /// A mail that is not there, written as this mailbox writes them.
    pub nobody: MailId,
    /// Whatever has to live as long.
    pub house: Box<dyn Any + Send + Sync>,
}

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench").field("source", &self.source).finish_non_exhaustive()
    }
}

/// Runs every check.
///
/// # Panics
/// When a check fails.
pub async fn run(bench: &Bench) {
    let inbox = the_inbox_is_the_first_folder(bench).await;
    what_comes_is_told_once(bench, &inbox).await;
    mails_are_listed_page_by_page_the_latest_first(bench, &inbox).await;
    a_mail_is_read_as_its_file_and_stays_unread(bench, &inbox).await;
    mails_are_found_by_their_words(bench, &inbox).await;
    a_mark_is_put_on_a_mail_and_taken_away(bench, &inbox).await;
    what_is_not_there_is_said_to_be_missing(bench, &inbox).await;
}

async fn a_mark_is_put_on_a_mail_and_taken_away(bench: &Bench, inbox: &FolderId) {
    let page = bench.source.page(inbox, &Ask::default()).await.unwrap();
    let own = page.heads.first().and_then(|head| head.message_id.clone()).unwrap();
    let mut mark = Mark { name: "Tracked to Contoso’s CRM".to_owned(), on: true };
    // twice is as good as once
    for on in [true, true, false, false] {
        mark.on = on;
        assert_eq!(bench.source.mark(inbox, &own, &mark).await.unwrap(), 1);
    }
    mark.on = true;
    assert_eq!(bench.source.mark(inbox, "no'body\"@x.example", &mark).await.unwrap(), 0);
    let after = bench.source.page(inbox, &Ask::default()).await.unwrap();
    let told = |page: &crate::Page| -> Vec<(bool, Option<String>)> {
        page.heads.iter().map(|head| (head.unread, head.message_id.clone())).collect()
    };
    assert_eq!(told(&after), told(&page), "nothing else is changed");
    let outcome = bench.source.mark(&FolderId::from("no-such-folder"), &own, &mark).await;
    assert!(matches!(outcome, Err(Error::NoFolder)), "{outcome:?}");
}

async fn the_inbox_is_the_first_folder(bench: &Bench) -> FolderId {
    let folders = bench.source.folders().await.unwrap();
    let first = folders.first().expect("a mailbox has an inbox");
    assert_eq!(first.role, Role::Inbox, "{folders:?}");
    let page = bench.source.page(&first.id, &Ask::default()).await.unwrap();
    assert!(page.heads.is_empty() && page.next.is_none(), "{page:?}");
    first.id.clone()
}

async fn what_comes_is_told_once(bench: &Bench, inbox: &FolderId) {
    let begun = bench.source.changes(inbox, None).await.unwrap();
    assert!(begun.heads.is_empty() && !begun.rebuilt, "{begun:?}");
    (bench.deliver)("Renewal à signer 1".to_owned()).await;
    let changed = bench.source.changes(inbox, Some(&begun.token)).await.unwrap();
    let subjects: Vec<&str> = changed.heads.iter().map(|head| head.subject.as_str()).collect();
    assert_eq!(subjects, ["Renewal à signer 1"]);
    let quiet = bench.source.changes(inbox, Some(&changed.token)).await.unwrap();
    assert!(quiet.heads.is_empty() && !quiet.rebuilt, "{quiet:?}");
}

async fn mails_are_listed_page_by_page_the_latest_first(bench: &Bench, inbox: &FolderId) {
    for number in 2..=5 {
        (bench.deliver)(format!("Renewal à signer {number}")).await;
    }
    let mut seen = Vec::new();
    let mut ask = Ask { limit: 2, ..Ask::default() };
    loop {
        let page = bench.source.page(inbox, &ask).await.unwrap();
        assert!(page.heads.len() <= 2);
        for head in page.heads {
            assert!(head.unread && head.received_at.is_some(), "{head:?}");
            assert_eq!(head.sender_address, "ben@fabrikam.example");
            assert!(head.message_id.is_some(), "{head:?}");
            seen.push(head.subject);
        }
        ask.after = page.next;
        if ask.after.is_none() {
            break;
        }
    }
    let wanted: Vec<String> = (1..=5).rev().map(|n| format!("Renewal à signer {n}")).collect();
    assert_eq!(seen, wanted);
}

async fn a_mail_is_read_as_its_file_and_stays_unread(bench: &Bench, inbox: &FolderId) {
    let page = bench.source.page(inbox, &Ask::default()).await.unwrap();
    let newest = page.heads.first().unwrap();
    let file = bench.source.read(inbox, &newest.id, 1 << 20).await.unwrap();
    let text = String::from_utf8_lossy(&file);
    let id = newest.message_id.as_deref().unwrap();
    assert!(text.contains(id) && text.contains("Subject:"), "{text}");
    let again = bench.source.page(inbox, &Ask::default()).await.unwrap();
    assert!(again.heads.iter().all(|head| head.unread));
    let small = bench.source.read(inbox, &newest.id, 16).await;
    assert!(matches!(small, Err(Error::TooLarge { most: 16 })), "{small:?}");
}

async fn mails_are_found_by_their_words(bench: &Bench, inbox: &FolderId) {
    let ask = |words: &str| Ask { words: words.to_owned(), ..Ask::default() };
    let found = bench.source.page(inbox, &ask("every spring")).await.unwrap();
    assert_eq!(found.heads.len(), 5);
    let none = bench.source.page(inbox, &ask("\"nothing\" (of the sort)")).await.unwrap();
    assert!(none.heads.is_empty() && none.next.is_none());
    let unread = Ask { unread: true, ..Ask::default() };
    assert_eq!(bench.source.page(inbox, &unread).await.unwrap().heads.len(), 5);
}

async fn what_is_not_there_is_said_to_be_missing(bench: &Bench, inbox: &FolderId) {
    let gone = bench.source.read(inbox, &bench.nobody, 1 << 20).await;
    assert!(matches!(gone, Err(Error::NoMail | Error::Changed)), "{gone:?}");
    let nowhere = FolderId::from("no\"such\r\nfolder");
    for outcome in [
        bench.source.page(&nowhere, &Ask::default()).await.map(drop),
        bench.source.read(&nowhere, &bench.nobody, 1 << 20).await.map(drop),
        bench.source.changes(&nowhere, None).await.map(drop),
    ] {
        assert!(matches!(outcome, Err(Error::NoFolder | Error::NoMail)), "{outcome:?}");
    }
    let odd = Ask { after: Some("odd".to_owned()), ..Ask::default() };
    let outcome = bench.source.page(inbox, &odd).await;
    assert!(matches!(outcome, Err(Error::Changed)), "{outcome:?}");
}
