//! Outlook messages, made as [MS-OXMSG] says.

use std::io::{Cursor, Write as _};

use super::*;

/// A compound file under construction.
struct Made {
    file: CompoundFile<Cursor<Vec<u8>>>,
}

impl Made {
    fn new() -> Self {
        Self { file: CompoundFile::create(Cursor::new(Vec::new())).unwrap() }
    }

    fn stream(&mut self, path: &str, bytes: &[u8]) {
        self.file.create_stream(path).unwrap().write_all(bytes).unwrap();
    }

    fn text(&mut self, storage: &str, id: u16, text: &str) {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.stream(&format!("{storage}__substg1.0_{id:04X}001F"), &bytes);
    }

    fn narrow(&mut self, storage: &str, id: u16, bytes: &[u8]) {
        self.stream(&format!("{storage}__substg1.0_{id:04X}001E"), bytes);
    }

    fn binary(&mut self, storage: &str, id: u16, bytes: &[u8]) {
        self.stream(&format!("{storage}__substg1.0_{id:04X}0102"), bytes);
    }

    fn fixed(&mut self, storage: &str, head: usize, all: &[(u16, u16, u64)]) {
        let mut bytes = vec![0; head];
        for (id, kind, value) in all {
            bytes.extend(kind.to_le_bytes());
            bytes.extend(id.to_le_bytes());
            bytes.extend([0; 4]);
            bytes.extend(value.to_le_bytes());
        }
        self.stream(&format!("{storage}__properties_version1.0"), &bytes);
    }

    fn recipient(&mut self, number: u32, kind: u64, name: &str, address: &str) {
        let storage = format!("/__recip_version1.0_#{number:08X}/");
        self.file.create_storage(storage.trim_end_matches('/')).unwrap();
        self.fixed(&storage, HEAD_OF_PART, &[(tag::RECIPIENT_KIND, 3, kind)]);
        self.text(&storage, tag::DISPLAY_NAME, name);
        self.text(&storage, tag::SMTP_ADDRESS, address);
    }

    fn bytes(self) -> Vec<u8> {
        self.file.into_inner().into_inner()
    }
}

/// 2026-03-02T09:00:00Z as Windows counts.
const SENT: u64 = (1_772_442_000 + 11_644_473_600) * 10_000_000;

#[test]
fn an_outlook_message_is_read() {
    let mut made = Made::new();
    made.fixed(
        "/",
        HEAD_OF_MESSAGE,
        &[(tag::SUBMITTED, 0x40, SENT), (tag::INTERNET_CODE_PAGE, 3, 65001)],
    );
    made.text("/", tag::SUBJECT, "Offre d’été");
    made.text("/", tag::SENDER_NAME, "Ada Byron");
    made.text("/", tag::SENDER_KIND, "EX");
    made.text("/", tag::SENDER_ADDRESS, "/O=CONTOSO/CN=ADA");
    made.text("/", tag::SENDER_SMTP, "Ada@Contoso.example");
    made.text("/", tag::BODY, "Bonjour\r\nAda");
    made.binary("/", tag::HTML, "<p>Bonjour <img src=\"cid:logo\"></p>".as_bytes());
    made.text("/", tag::MESSAGE_ID, "<1@contoso.example>");
    made.recipient(0, 1, "Ben King", "ben@fabrikam.example");
    made.recipient(1, 2, "Cy", "cy@fabrikam.example");
    made.recipient(2, 3, "Di", "di@fabrikam.example");
    let storage = "/__attach_version1.0_#00000000/";
    made.file.create_storage(storage.trim_end_matches('/')).unwrap();
    made.fixed(storage, HEAD_OF_PART, &[(tag::METHOD, 3, 1)]);
    made.text(storage, tag::LONG_NAME, "logo.png");
    made.text(storage, tag::CONTENT_ID, "logo");
    made.binary(storage, tag::DATA, b"\x89PNG\r\n\x1a\n");

    let message = crate::read(&made.bytes()).unwrap();
    assert_eq!(message.subject, "Offre d’été");
    assert_eq!(message.from.as_ref().unwrap().address, "ada@contoso.example");
    assert_eq!(message.to[0].shown(), "Ben King");
    assert_eq!((message.cc.len(), message.bcc.len()), (1, 1));
    assert_eq!(message.sent_at.unwrap().to_string(), "2026-03-02T09:00:00Z");
    assert_eq!(message.message_id.as_deref(), Some("1@contoso.example"));
    assert_eq!(message.text, "Bonjour\nAda");
    assert!(message.attachments[0].inline);
    assert!(crate::html::page(&message, false).body.contains("data:image/png"));
}

#[test]
fn older_texts_are_read_in_their_code_page() {
    let mut made = Made::new();
    made.fixed("/", HEAD_OF_MESSAGE, &[(tag::MESSAGE_CODE_PAGE, 3, 1251)]);
    made.narrow("/", tag::SUBJECT, b"\xcf\xf0\xe8\xe2\xe5\xf2");
    let header = "From: Ben <ben@x.example>\r\nDate: Mon, 2 Mar 2026 10:00:00 +0100\r\nTo: lost@x.example\r\n\r\n";
    made.text("/", tag::TRANSPORT_HEADERS, header);
    let message = crate::read(&made.bytes()).unwrap();
    assert_eq!(message.subject, "Привет");
    assert_eq!(message.from.unwrap().address, "ben@x.example");
    assert_eq!(message.sent_at.unwrap().to_string(), "2026-03-02T09:00:00Z");
    assert!(message.to.is_empty(), "recipients stand in their own properties");
}

#[test]
fn another_compound_file_is_no_mail() {
    let mut made = Made::new();
    made.stream("/WordDocument", b"x");
    assert_eq!(crate::read(&made.bytes()), Err(Error::NotAMail));
}

#[test]
fn a_damaged_message_gives_an_error_or_what_there_is() {
    let mut made = Made::new();
    made.fixed("/", HEAD_OF_MESSAGE, &[]);
    made.text("/", tag::SUBJECT, "Offer");
    made.recipient(0, 1, "Ben", "ben@x.example");
    let whole = made.bytes();
    for at in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xFF;
        let _ = crate::read(&damaged);
        let _ = crate::read(&whole[..at]);
    }
}
