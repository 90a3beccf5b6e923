//! Mailboxes elsewhere: who may connect them, what is kept of them, what is listed, what is opened.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use kernel::{Ids, Scope, Secret};
use liaison_mailbox::{
    Line, MAX_SOURCES, NewSource, Reach, SourceKind, SourceRules, SourceSecurity, SourceSignIn,
    Wanted,
    away::{
        Answer, Ask, Changes, Error, Folder, FolderId, Head, MailId, MailSource, Mark, Page,
        Result, Role,
    },
};

use serde_json::json;

use crate::house::{House, code, mail};

/// A mailbox in memory: two folders, mails that are numbered, and a switch that makes it fail.
#[derive(Debug)]
struct Memory {
    is_right: bool,
    refuses: Arc<AtomicBool>,
    marks: Marks,
}

/// What is marked with what, in every mailbox of the house.
type Marks = Arc<Mutex<BTreeSet<(String, String)>>>;

impl Memory {
    fn check(&self) -> Result<()> {
        if !self.is_right || self.refuses.load(Ordering::Relaxed) {
            return Err(Error::Refused);
        }
        Ok(())
    }
}

fn head(number: i64) -> Head {
    Head {
        id: MailId(number.to_string()),
        subject: format!("Renewal {number}"),
        sender_name: "Ben King".to_owned(),
        sender_address: "ben@fabrikam.example".to_owned(),
        received_at: jiff::Timestamp::from_second(1_600_000_000 + number).ok(),
        unread: number > 1,
        message_id: Some(format!("{number}@fabrikam.example")),
        references: if number > 1 { vec!["1@fabrikam.example".to_owned()] } else { Vec::new() },
        ..Head::default()
    }
}

impl MailSource for Memory {
    fn folders(&self) -> Answer<'_, Vec<Folder>> {
        let folder =
            |id: &str, role| Folder { id: id.into(), name: id.to_owned(), role, unread: Some(1) };
        Box::pin(async move {
            self.check()?;
            Ok(vec![
                folder("INBOX", Role::Inbox),
                folder("Sent", Role::Sent),
                folder("Private", Role::Other),
            ])
        })
    }

    fn page<'a>(&'a self, folder: &'a FolderId, ask: &'a Ask) -> Answer<'a, Page> {
        Box::pin(async move {
            self.check()?;
            let all = if folder.0 == "INBOX" { vec![head(2), head(1)] } else { Vec::new() };
            let fits = |head: &Head| {
                (!ask.unread || head.unread) && head.subject.to_lowercase().contains(&ask.words)
            };
            Ok(Page { heads: all.into_iter().filter(fits).collect(), next: None })
        })
    }

    fn read<'a>(&'a self, _: &'a FolderId, id: &'a MailId, most: usize) -> Answer<'a, Vec<u8>> {
        Box::pin(async move {
            self.check()?;
            let references = if id.0 == "1" { "" } else { "References: <1@fabrikam.example>\r\n" };
            let file = [references.as_bytes(), &mail(&id.0)].concat();
            match id.0.as_str() {
                "1" | "2" if file.len() <= most => Ok(file),
                "1" | "2" => Err(Error::TooLarge { most }),
                _ => Err(Error::NoMail),
            }
        })
    }

    fn changes<'a>(&'a self, _: &'a FolderId, _: Option<&'a str>) -> Answer<'a, Changes> {
        Box::pin(async { Ok(Changes { token: "1".to_owned(), ..Changes::default() }) })
    }

    fn mark<'a>(&'a self, folder: &'a FolderId, id: &'a str, mark: &'a Mark) -> Answer<'a, usize> {
        Box::pin(async move {
            self.check()?;
            if folder.0 != "INBOX"
                || ![1, 2].iter().any(|one| head(*one).message_id.as_deref() == Some(id))
            {
                return Ok(0);
            }
            let entry = (id.to_owned(), mark.name.clone());
            let mut marks = self.marks.lock().unwrap();
            if mark.on {
                marks.insert(entry)
            } else {
                marks.remove(&entry)
            };
            Ok(1)
        })
    }
}

/// A house whose sellers reach mailboxes in memory, and the switch that makes those refuse.
async fn house() -> (House, Arc<AtomicBool>) {
    counted(&Arc::default()).await
}

/// The same, and how often a connection was made.
async fn counted(made: &Arc<AtomicUsize>) -> (House, Arc<AtomicBool>) {
    marking(made, &Marks::default()).await
}

/// The same, and what is marked there.
async fn marking(made: &Arc<AtomicUsize>, marks: &Marks) -> (House, Arc<AtomicBool>) {
    let (made, marks) = (Arc::clone(made), Arc::clone(marks));
    let house = House::new().await;
    let refuses = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&refuses);
    let ids = Ids::seeded(5);
    let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids).unwrap();
    house.mailbox.reach(Reach {
        sealer,
        imap: Box::new(move |server| {
            made.fetch_add(1, Ordering::Relaxed);
            let is_right = server.secret.expose() == "right";
            let (refuses, marks) = (Arc::clone(&switch), Arc::clone(&marks));
            Arc::new(Memory { is_right, refuses, marks }) as Arc<dyn MailSource>
        }),
        graph: Box::new(|_scope| Box::pin(async { Ok(None) })),
    });
    (house, refuses)
}

fn new(account: &str, secret: &str) -> NewSource {
    NewSource {
        kind: SourceKind::Imap,
        name: String::new(),
        host: " IMAP.Fabrikam.example".to_owned(),
        port: None,
        security: SourceSecurity::StartTls,
        account: account.to_owned(),
        sign_in: SourceSignIn::Password,
        secret: Secret::new(secret.to_owned()),
    }
}

async fn allow(house: &House, scope: &Scope, imap: bool) -> &'static str {
    let rules = SourceRules { imap, graph: true };
    code(&house.mailbox.set_source_rules(scope, rules).await)
}

#[tokio::test]
async fn a_mailbox_is_tried_before_it_is_kept_and_belongs_to_whoever_connected_it() {
    let (house, refuses) = house().await;
    let (sam, sue) = (house.seller("sam", None).await, house.seller("sue", None).await);
    let box_of = &house.mailbox;
    assert_eq!(code(&box_of.connect(&sam, new("sam", "right")).await), "mail_source.off");
    assert_eq!(allow(&house, &sam, true).await, "permission.missing");
    assert_eq!(allow(&house, &house.admin, true).await, "done");

    assert_eq!(code(&box_of.connect(&sam, new("sam", "wrong")).await), "mail_source.refused");
    assert_eq!(code(&box_of.connect(&sam, new("", "right")).await), "seller_mail.invalid");
    let bare = NewSource { host: "no host/".to_owned(), ..new("sam", "right") };
    assert_eq!(code(&box_of.connect(&sam, bare).await), "seller_mail.invalid");
    let graph = NewSource { kind: SourceKind::Graph, ..new("", "") };
    assert_eq!(code(&box_of.connect(&sam, graph).await), "mail_source.no_directory");
    assert!(box_of.sources(&sam).await.unwrap().is_empty());

    let source = box_of.connect(&sam, new("sam", "right")).await.unwrap();
    let told = (source.name.as_str(), source.host.as_str(), source.port);
    assert_eq!(told, ("sam", "imap.fabrikam.example", 143));
    let names: Vec<&str> = source.folders.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["INBOX", "Sent"]);
    // the same once more takes its place
    let again = box_of.connect(&sam, new("sam", "right")).await.unwrap();
    assert_eq!(again.id, source.id);
    assert_eq!(box_of.sources(&sam).await.unwrap(), [again]);

    let ask = Ask::default();
    for stranger in [&sue, &house.admin] {
        let outcome = box_of.source_mails(stranger, (source.id, None), &ask).await;
        assert_eq!(code(&outcome), "mail_source.not_found");
        assert_eq!(code(&box_of.disconnect(stranger, source.id).await), "mail_source.not_found");
    }
    refuses.store(true, Ordering::Relaxed);
    let outcome = box_of.source_mails(&sam, (source.id, None), &ask).await;
    assert_eq!(code(&outcome), "mail_source.refused");
    assert_eq!(box_of.sources(&sam).await.unwrap()[0].problem, "mail_source.refused");
    refuses.store(false, Ordering::Relaxed);
    box_of.source_mails(&sam, (source.id, None), &ask).await.unwrap();
    assert_eq!(box_of.sources(&sam).await.unwrap()[0].problem, "");

    assert_eq!(allow(&house, &house.admin, false).await, "done");
    let outcome = box_of.source_mails(&sam, (source.id, None), &ask).await;
    assert_eq!(code(&outcome), "mail_source.off");
    assert!(!box_of.sources(&sam).await.unwrap()[0].enabled);
    box_of.disconnect(&sam, source.id).await.unwrap();
    assert!(box_of.sources(&sam).await.unwrap().is_empty());

    assert_eq!(allow(&house, &house.admin, true).await, "done");
    for number in 0..MAX_SOURCES {
        box_of.connect(&sam, new(&format!("sam{number}"), "right")).await.unwrap();
    }
    assert_eq!(code(&box_of.connect(&sam, new("more", "right")).await), "seller_mail.full");
}

#[tokio::test]
async fn a_saved_mail_is_marked_in_the_sellers_mailbox_and_unmarked_when_it_is_taken_back() {
    let marks = Marks::default();
    let (house, refuses) = marking(&Arc::default(), &marks).await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    assert_eq!(allow(&house, &house.admin, true).await, "done");
    let box_of = &house.mailbox;
    let source = box_of.connect(&sam, new("sam", "right")).await.unwrap();
    let inbox = FolderId::from("INBOX");
    let kept = box_of.fetch(&sam, (source.id, &inbox), &"1".into()).await.unwrap();
    let id = kept.mail.id;
    let own = kept.mail.message_id.clone().unwrap();
    let now = || marks.lock().unwrap().iter().cloned().collect::<Vec<_>>();
    let marked_as = || vec![(own.clone(), "Tracked to Here".to_owned())];

    // not unless an administrator wants it
    let save = box_of.save(&sam, id, Wanted::default()).await.unwrap();
    assert_eq!((save.mark.as_str(), save.marked, now().len()), ("", 0, 0));
    let opened = box_of.open(&sam, id).await.unwrap();
    assert_eq!(box_of.mark_of(&sam, &opened).await.unwrap(), None);
    assert_eq!(box_of.graph_scopes(&sam).await.unwrap(), ["Mail.Read"]);
    box_of.unsave(&sam, id).await.unwrap();

    house.set(json!({ "saving": { "mark_mails": true } })).await;
    assert!(box_of.graph_scopes(&sam).await.unwrap().contains(&"Mail.ReadWrite"));
    let opened = box_of.open(&sam, id).await.unwrap();
    let name = "Tracked to Here".to_owned();
    assert_eq!(box_of.mark_of(&sam, &opened).await.unwrap(), Some((name.clone(), false)));
    let save = box_of.save(&sam, id, Wanted::default()).await.unwrap();
    assert_eq!((save.mark.clone(), save.marked, now()), (name.clone(), 1, marked_as()));
    let opened = box_of.open(&sam, id).await.unwrap();
    assert_eq!(opened.save.as_ref(), Some(&save));
    assert_eq!(box_of.mark_of(&sam, &opened).await.unwrap(), Some((name, true)));
    // what was put is taken back, whatever the setting is by now
    house.set(json!({ "saving": { "mark_mails": false } })).await;
    box_of.unsave(&sam, id).await.unwrap();
    assert!(now().is_empty());

    // a mailbox that does not answer keeps nobody from saving
    house.set(json!({ "saving": { "mark_mails": true } })).await;
    refuses.store(true, Ordering::Relaxed);
    let save = box_of.save(&sam, id, Wanted::default()).await.unwrap();
    assert!(save.done && save.marked == 0 && now().is_empty(), "{save:?}");
}

#[tokio::test]
async fn mails_elsewhere_are_listed_live_and_kept_when_they_are_opened() {
    let (house, refuses) = house().await;
    let sam = house.seller("sam", None).await;
    assert_eq!(allow(&house, &house.admin, true).await, "done");
    let box_of = &house.mailbox;
    let id = box_of.connect(&sam, new("sam", "right")).await.unwrap().id;
    let inbox = FolderId::from("INBOX");

    let found = box_of.everything(&sam, "", false).await.unwrap();
    let [(Line::Away { source, head, .. }, 2)] = found.lines.as_slice() else {
        panic!("one conversation of two mails: {found:?}")
    };
    assert_eq!((*source, head.subject.as_str()), (id, "Renewal 2"));
    assert!(box_of.list(&sam, "", kernel::Limit::default(), None).await.unwrap().items.is_empty());
    let unread = box_of.everything(&sam, "", true).await.unwrap();
    assert_eq!(unread.lines.len(), 1);

    // only folders that were chosen are read
    let private = FolderId::from("Private");
    let outcome = box_of.fetch(&sam, (id, &private), &"1".into()).await;
    assert_eq!(code(&outcome), "mail_source.folder_not_chosen");
    let chosen = box_of.choose_folders(&sam, id, &[inbox.clone(), inbox.clone()]).await.unwrap();
    assert_eq!(chosen.folders.len(), 1);
    let outcome = box_of.choose_folders(&sam, id, &["Nowhere".into()]).await;
    assert_eq!(code(&outcome), "seller_mail.invalid");

    let first = box_of.fetch(&sam, (id, &inbox), &"1".into()).await.unwrap();
    assert!(!first.again);
    assert!(box_of.fetch(&sam, (id, &inbox), &"1".into()).await.unwrap().again);
    let second = box_of.fetch(&sam, (id, &inbox), &"2".into()).await.unwrap();
    let outcome = box_of.fetch(&sam, (id, &inbox), &"9".into()).await;
    assert_eq!(code(&outcome), "mail_source.no_mail");

    // both are one conversation, whichever is asked
    for mail in [first.mail.id, second.mail.id] {
        let thread = box_of.thread(&sam, mail).await.unwrap();
        let subjects: Vec<&str> = thread.iter().map(|mail| mail.subject.as_str()).collect();
        assert_eq!(subjects, ["Renewal 1", "Renewal 2"]);
    }
    let whole = box_of.whole_thread(&sam, first.mail.id).await.unwrap();
    let parts = liaison_mailbox::thread::split(&whole.message.text);
    assert_eq!(parts.len(), 2, "{}", whole.message.text);
    assert!(parts.iter().all(|part| part.text.contains("Shall we renew?")), "{parts:?}");
    let found = box_of.everything(&sam, "", false).await.unwrap();
    assert!(matches!(found.lines.as_slice(), [(Line::Kept(_), 2)]), "{found:?}");

    // one that does not answer is told beside the others
    refuses.store(true, Ordering::Relaxed);
    let found = box_of.everything(&sam, "", false).await.unwrap();
    assert_eq!(found.silent.len(), 1);
    assert_eq!((found.silent[0].code, found.lines.len()), ("mail_source.refused", 1));
}

#[tokio::test]
async fn a_mail_that_joins_two_conversations_makes_them_one() {
    let house = House::new().await;
    let sam = house.seller("sam", None).await;
    let of = |id: &str, head: &str| {
        format!("From: a@x.example\r\nMessage-ID: <{id}>\r\nSubject: {id}\r\n{head}\r\nText\r\n")
            .into_bytes()
    };
    let keep = async |file| house.mailbox.keep(&sam, file).await.unwrap().mail.id;
    let index = "Thread-Index: AQHZabcdefghijklmnopqrstuvwxyz012345\r\n";
    let one = keep(of("1@x", "")).await;
    let two = keep(of("2@x", index)).await;
    assert_eq!(house.mailbox.thread(&sam, one).await.unwrap().len(), 1);
    let three = keep(of("3@x", &format!("In-Reply-To: <1@x>\r\n{index}"))).await;
    for id in [one, two, three] {
        assert_eq!(house.mailbox.thread(&sam, id).await.unwrap().len(), 3);
    }
    // who answers a mail that never came is found by the next one that does
    let four = keep(of("4@x", "References: <lost@x>\r\n")).await;
    let five = keep(of("5@x", "References: <lost@x> <4@x>\r\n")).await;
    assert_eq!(house.mailbox.thread(&sam, four).await.unwrap().len(), 2);
    house.mailbox.delete(&sam, four).await.unwrap();
    house.mailbox.delete(&sam, five).await.unwrap();
    assert_eq!(house.mailbox.thread(&sam, two).await.unwrap().len(), 3);
    let sue = house.seller("sue", None).await;
    let outcome = house.mailbox.thread(&sue, one).await;
    assert_eq!(code(&outcome), "seller_mail.not_found");
}

#[tokio::test]
async fn a_list_its_pages_and_its_mails_are_one_connection_until_nobody_uses_it() {
    let made = Arc::<AtomicUsize>::default();
    let count = || made.load(Ordering::Relaxed);
    let (house, _) = counted(&made).await;
    assert_eq!(allow(&house, &house.admin, true).await, "done");
    let sam = house.seller("sam", Some("Salesperson")).await;
    let source = house.mailbox.connect(&sam, new("sam", "right")).await.unwrap();
    let tried = count();
    let read = async || {
        house.mailbox.source_mails(&sam, (source.id, None), &Ask::default()).await.unwrap();
    };
    read().await;
    read().await;
    house.mailbox.everything(&sam, "", false).await.unwrap();
    house.mailbox.fetch(&sam, (source.id, &"INBOX".into()), &"1".into()).await.unwrap();
    assert_eq!(count(), tried + 1, "one connection for all of them");
    house.clock.advance(std::time::Duration::from_secs(200));
    read().await;
    assert_eq!(count(), tried + 2, "one that nobody used is closed");
    // another secret is another connection
    house.mailbox.connect(&sam, new("sam", "right")).await.unwrap();
    read().await;
    assert_eq!(count(), tried + 4, "the trial and the new one");
    house.mailbox.disconnect(&sam, source.id).await.unwrap();
    let outcome = house.mailbox.source_mails(&sam, (source.id, None), &Ask::default()).await;
    assert_eq!(code(&outcome), "mail_source.not_found");
}
