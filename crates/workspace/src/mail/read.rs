//! Reading mails: what lists show, the text, the attachments. Hostile mails give odd texts, never more.

use mail_parser::{Address, Message, MessageParser, MimeHeaders as _};

/// What a list shows of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) sender: String,
    pub(super) subject: String,
    pub(super) preview: String,
    pub(super) attachments: i64,
    pub(super) message_id: String,
    /// How many systems it has passed.
    pub(super) hops: usize,
}

/// The text of a mail and what is attached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readable {
    /// The text; of an HTML mail its text without marks.
    pub text: String,
    /// What is attached.
    pub attachments: Vec<Attachment>,
}

/// A file in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its number in the mail, from 0.
    pub index: u32,
    /// Its name, without path tricks.
    pub name: String,
    /// Length in bytes.
    pub size: u64,
}

/// Reads on a thread of its own: a large mail takes a while.
async fn apart<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(read).await.ok()
}

pub(super) async fn summary(raw: Vec<u8>) -> Summary {
    apart(move || MessageParser::default().parse(&raw).map(|mail| summarise(&mail)))
        .await
        .flatten()
        .unwrap_or_default()
}

pub(super) async fn readable(raw: Vec<u8>) -> Readable {
    apart(move || MessageParser::default().parse(&raw).map(|mail| open(&mail)))
        .await
        .flatten()
        .unwrap_or_default()
}

pub(super) async fn attachment(raw: Vec<u8>, index: u32) -> Option<(Attachment, Vec<u8>)> {
    let find = move || {
        let mail = MessageParser::default().parse(&raw)?;
        let part = mail.attachment(index)?;
        Some((describe(index, part), part.contents().to_vec()))
    };
    apart(find).await.flatten()
}

fn summarise(mail: &Message<'_>) -> Summary {
    let text = text(mail);
    let preview: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Summary {
        sender: bounded(&mail.from().map(from).unwrap_or_default(), MAX_SENDER_CHARS),
        subject: bounded(mail.subject().unwrap_or_default(), MAX_SUBJECT_CHARS),
        preview: bounded(&preview, MAX_PREVIEW_CHARS),
        attachments: i64::try_from(mail.attachment_count()).unwrap_or(i64::MAX),
        message_id: bounded(mail.message_id().unwrap_or_default(), MAX_SENDER_CHARS),
        hops: mail.headers().iter().filter(|header| header.name.as_str() == "Received").count(),
    }
}

fn open(mail: &Message<'_>) -> Readable {
    let attachments = mail.attachments().zip(0..).map(|(part, index)| describe(index, part));
    Readable { text: text(mail), attachments: attachments.take(MAX_ATTACHMENTS).collect() }
}

fn text(mail: &Message<'_>) -> String {
    let text = mail.body_text(0).unwrap_or_default().replace("\r\n", "\n");
    let text = text.chars().filter(|&c| c == '\n' || c == '\t' || !c.is_control());
    text.take(MAX_TEXT_CHARS).collect()
}

fn describe(index: u32, part: &mail_parser::MessagePart<'_>) -> Attachment {
    let name = part.attachment_name().unwrap_or_default();
    // The last step of whatever path a sender wrote.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name =
        crate::names::file("/name", name).unwrap_or_else(|_refused| format!("part-{}", index + 1));
    Attachment { index, name, size: u64::try_from(part.contents().len()).unwrap_or(u64::MAX) }
}

fn from(address: &Address<'_>) -> String {
    let Some(first) = address.first() else { return String::new() };
    match (first.name(), first.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (None, Some(text)) | (Some(text), None) => text.to_owned(),
        (None, None) => String::new(),
    }
}

/// One line of at most so many characters.
fn bounded(text: &str, chars: usize) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(chars).collect()
}

/// RFC 5321 §4.5.3.1 allows 254 for an address; the rest is for the name.
const MAX_SENDER_CHARS: usize = 500;
/// RFC 5322 §2.1.1 allows 998 for a line.
const MAX_SUBJECT_CHARS: usize = 998;
/// Two lines of a list; our own choice.
const MAX_PREVIEW_CHARS: usize = 200;
/// More text than a person reads; our own choice.
const MAX_TEXT_CHARS: usize = 1_000_000;
/// More than a person opens; our own choice.
const MAX_ATTACHMENTS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MAIL: &[u8] = b"From: =?utf-8?q?Zo=C3=A9?= <zoe@example.org>\r\nTo: sales@localhost\r\n\
        Subject: =?utf-8?b?w4l0w6k=?=\r\nMessage-ID: <1@example.org>\r\nReceived: from a by b\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\
        Content-Type: text/html\r\n\r\n<p>Hello <script>alert(1)</script><b>you</b></p>\r\n--x\r\n\
        Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"..\\\\..\\\\evil.pdf\"\r\n\
        \r\n%PDF\r\n--x--\r\n";

    #[tokio::test]
    async fn a_mail_is_summed_up_and_opened() {
        let summary = summary(MAIL.to_vec()).await;
        assert_eq!(summary.sender, "Zoé <zoe@example.org>");
        assert_eq!((summary.subject.as_str(), summary.attachments, summary.hops), ("Été", 1, 1));
        assert_eq!(summary.message_id, "1@example.org");
        assert!(summary.preview.contains("Hello") && !summary.preview.contains('<'));
        let readable = readable(MAIL.to_vec()).await;
        assert_eq!(readable.attachments[0].name, "evil.pdf");
        let (_, bytes) = attachment(MAIL.to_vec(), 0).await.unwrap();
        assert_eq!(bytes, b"%PDF");
        assert_eq!(attachment(MAIL.to_vec(), 1).await, None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(mut raw in proptest::collection::vec(any::<u8>(), 0..400), at in 0_usize..300) {
            let mut broken = MAIL.to_vec();
            let at = at.min(broken.len());
            broken.splice(at..at, raw.drain(..));
            if let Some(mail) = MessageParser::default().parse(&broken) {
                summarise(&mail);
                for attachment in open(&mail).attachments {
                    prop_assert!(!attachment.name.contains(['/', '\\']) && !attachment.name.starts_with(".."));
                }
            }
        }
    }
}
