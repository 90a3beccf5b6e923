//! Cards of connectors in mailboxes and inboxes.

use channel_connectors::{Error as HookError, Place};
use connector_registry::{Error, Which};
use identity::users::UserPatch;
use kernel::{Limit, UserId};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

use crate::{
    house::text,
    office::{BASE, Office, PAGE, form},
};

/// Takes one mail after another and keeps their bytes.
async fn relay() -> (u16, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = unbounded_channel();
    tokio::task::spawn_local(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            write.write_all(b"220 double\r\n").await.unwrap();
            let (mut mail, mut data) = (String::new(), false);
            while let Ok(Some(line)) = lines.next_line().await {
                let answer = match line.as_str() {
                    "." if data => {
                        data = false;
                        sender.send(std::mem::take(&mut mail)).unwrap();
                        "250 taken"
                    }
                    _ if data => {
                        mail.push_str(&line);
                        mail.push('\n');
                        continue;
                    }
                    "DATA" => {
                        data = true;
                        "354 go on"
                    }
                    "QUIT" => "221 bye",
                    line => {
                        if line.starts_with("RCPT") {
                            mail.push_str(line);
                            mail.push('\n');
                        }
                        "250 ok"
                    }
                };
                write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            }
        }
    });
    (port, receiver)
}

#[tokio::test]
async fn cards_arrive_in_a_groups_mailbox_once_with_a_plain_text() {
    let office = Office::new().await;
    let place = Place::Mailbox(office.house.team);
    let opening = office.set(place).await;
    office.configurations.commit(&office.house.owner(), opening.id).await.unwrap();
    let me = office.house.owner();
    assert_eq!(office.told(&me, &opening, PAGE).await["appType"], "groups");
    let url = office.url(&opening).await;
    office.post(&url, "**First** card").await.unwrap();
    office.post(&url, "second").await.unwrap();
    office.house.pump.drain().await.unwrap();
    assert_eq!(office.mails.send(&office.system()).await.unwrap(), 2);
    assert_eq!(office.mails.send(&office.system()).await.unwrap(), 0);
    let limit = Limit::new(10).unwrap();
    let mails = office.workspace.mails(&me, office.house.team, None, limit).await.unwrap().items;
    assert_eq!(
        mails.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(),
        ["second", "First card"]
    );
    let read = office.workspace.mail(&me, mails[1].id).await.unwrap();
    assert_eq!(read.content.text.trim(), "First card");
    assert!(read.mail.sender.contains("Tasks"), "{}", read.mail.sender);
    assert_eq!(office.house.texts().await, Vec::<String>::new(), "no channel has it");
}

#[tokio::test]
async fn cards_arrive_in_an_inbox_over_smtp() {
    let set = tokio::task::LocalSet::new();
    set.run_until(async {
        let (port, mut taken) = relay().await;
        let mut settings = workspace::Settings::default();
        settings.mail.relay_host = Some("127.0.0.1".to_owned());
        settings.mail.relay_port = port;
        settings.mail.relay_security = workspace::RelaySecurity::None;
        let office = Office::with(settings).await;
        let patch = UserPatch {
            addresses: Some(vec!["ada@contoso.example".to_owned()]),
            ..UserPatch::default()
        };
        let system = office.system();
        office.house.identity.update_user(&system, office.house.owner, patch).await.unwrap();
        let opening = office.set(Place::Inbox(office.house.owner)).await;
        office.configurations.commit(&office.house.owner(), opening.id).await.unwrap();
        let url = office.url(&opening).await;
        office.post(&url, "Hello **Ada**").await.unwrap();
        office.house.pump.drain().await.unwrap();
        assert_eq!(office.mails.send(&system).await.unwrap(), 1);
        office.workspace.flush_mail(&system).await.unwrap();
        let mail = taken.recv().await.unwrap();
        for part in [
            "RCPT TO:<ada@contoso.example>",
            "Subject: Hello Ada",
            "<strong>Ada</strong>",
            "multipart/alternative",
        ] {
            assert!(mail.contains(part), "{part} in {mail}");
        }
        // Who left gets nothing any more.
        office.house.identity.delete_user(&system, office.house.owner).await.unwrap();
        let sender = office.house.sender(url.strip_prefix(BASE).unwrap()).await.unwrap();
        let late = office.house.other_node().receive(&sender, text("late")).await;
        assert!(matches!(late, Err(HookError::ChannelGone { .. })), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn an_inbox_needs_a_relay_and_is_its_owners() {
    let office = Office::new().await;
    let connector = office.connector(form()).await;
    let (me, all) = (office.house.owner(), &office.configurations);
    let off = all.begin(&me, Place::Inbox(office.house.owner), connector.id).await;
    assert!(matches!(off, Err(Error::Workspace(workspace::Error::MailOff))), "{off:?}");
    let other = Place::Inbox(UserId::from(uuid::Uuid::from_u128(5)));
    assert!(matches!(
        all.list(&me, other, (Which::All, None)).await,
        Err(Error::Webhooks(HookError::UnknownOwner { .. }))
    ));
}
