//! Pages of mailboxes elsewhere in both languages.

use mailbox::{
    Found, Line, Mail, Silent, Source, SourceRules, WithFolders,
    away::{self, Head, Role},
};
use uuid::Uuid;
use web_frame::Frame;
use web_proof::show;

use super::{Asked, Folder, Folders, Sources, Typed};
use crate::list;

fn source(frame: &Frame, name: &str) -> Source {
    Source::sample(Uuid::from_u128(3), name, frame.now)
}

fn head(frame: &Frame, number: u8) -> Head {
    Head {
        id: away::MailId(format!("7.{number}")),
        subject: "Renewal <now>".to_owned(),
        sender_name: "Ben <King>".to_owned(),
        recipients: "Sam".to_owned(),
        received_at: Some(frame.now),
        unread: number == 1,
        attachments: number == 1,
        ..Head::default()
    }
}

#[test]
fn sellers_see_their_mailboxes_and_connect_others() {
    show("mail-sources", |frame| {
        let both = SourceRules { imap: true, graph: true };
        let lost = Source {
            problem: "mail_source.sign_in_again".to_owned(),
            host: String::new(),
            ..source(frame, "Microsoft 365")
        };
        let all = vec![source(frame, "Contoso <sales>"), lost];
        let wrong = Typed { kind: "graph".to_owned(), ..Typed::default() };
        let page = |sources, rules, typed: &Typed, problem| {
            Sources::new(frame.clone(), (sources, rules), typed, (&[], problem))
        };
        vec![
            ("full", page(all, both, &Typed::default(), None)),
            ("off", page(Vec::new(), SourceRules::default(), &Typed::default(), None)),
            ("again", page(Vec::new(), both, &wrong, Some("mail_source.sign_in_again"))),
        ]
    });
}

#[test]
fn folders_are_chosen_one_by_one() {
    show("mail-folders", |frame| {
        let folder = |name: &str, role, unread| away::Folder {
            id: name.into(),
            name: name.to_owned(),
            role,
            unread,
        };
        let folders = vec![
            (folder("INBOX", Role::Inbox, Some(3)), true),
            (folder("Ventes <été>", Role::Other, None), false),
        ];
        let found = WithFolders { source: source(frame, "Contoso"), folders };
        vec![("full", Folders::new(frame.clone(), found))]
    });
}

#[test]
fn mails_elsewhere_stand_in_lists() {
    show("mail-folder", |frame| {
        let page = |heads, next: Option<&str>, problem| {
            let own = source(frame, "Contoso");
            let next = next.map(str::to_owned);
            Folder::new(
                frame.clone(),
                (vec![own.clone()], own),
                &Asked::default(),
                (heads, next),
                problem,
            )
        };
        let told = Some(("Slow".to_owned(), "Try again".to_owned()));
        vec![
            ("full", page(vec![head(frame, 1), head(frame, 2)], Some("7.2"), None)),
            ("empty", page(Vec::new(), None, None)),
            ("silent", page(Vec::new(), None, told)),
        ]
    });
}

#[test]
fn a_list_of_everything_holds_what_is_brought_and_what_is_elsewhere() {
    show("mail-everything", |frame| {
        let own = source(frame, "Contoso");
        let line = Line::Away { source: own.id, folder: "INBOX".into(), head: head(frame, 1) };
        let kept = Line::Kept(Mail::sample(Uuid::from_u128(7), "Offer", frame.now));
        let silent = vec![Silent { source: own.clone(), code: "mail_source.slow" }];
        let found = Found { lines: vec![(line, 3), (kept, 1)], silent };
        let page = list::Page::of_all(frame.clone(), "", false, found).beside(&[own], "/mail");
        vec![("full", page)]
    });
}
