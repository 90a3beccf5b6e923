//! Writing a mail: head, text and HTML.

use std::time::SystemTime;

use jiff::Timestamp;
use kernel::FieldError;
use lettre::{
    Address, Message,
    message::{Mailbox, MultiPart},
};

use super::NewMail;
use crate::{Error, Result, markdown};

/// What stands in the head of a mail beside what the sender wrote.
pub(super) struct Head {
    pub(super) from: (String, String),
    pub(super) message_id: String,
    pub(super) answers: Option<String>,
    pub(super) at: Timestamp,
}

/// The mail as bytes: its text as it was typed, and the same as HTML (RFC 2046 §5.1.4).
pub(super) fn compose(head: &Head, new: &NewMail) -> Result<Vec<u8>> {
    let wrong =
        |pointer, code, detail: &str| Error::invalid(FieldError::new(pointer, code, detail));
    let (name, address) = &head.from;
    let address: Address = address
        .parse()
        .map_err(|_source| wrong("/from", "mail.address", "the team's address is not valid"))?;
    let subject: String = one_line(&new.subject).chars().take(998).collect();
    let mut message = Message::builder()
        .from(Mailbox::new(Some(one_line(name)), address))
        .subject(subject)
        .date(SystemTime::from(head.at))
        .message_id(Some(format!("<{}>", head.message_id)));
    for to in addresses(&new.to)? {
        message = message.to(to);
    }
    if let Some(answers) = &head.answers {
        message = message.in_reply_to(format!("<{answers}>")).references(format!("<{answers}>"));
    }
    let text = new.text.trim_end();
    let message = message
        .multipart(MultiPart::alternative_plain_html(text.to_owned(), html(text)))
        .map_err(|_source| wrong("/to", "mail.incomplete", "the mail cannot be written"))?;
    Ok(message.formatted())
}

/// A page of its own: mail programs bring their own looks, and many drop styles.
fn html(text: &str) -> String {
    let body = markdown::to_html(text);
    format!("<!doctype html>\n<html><body dir=\"auto\">\n{body}</body></html>\n")
}

/// The text without what could begin another header.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The addresses of recipients.
pub(super) fn addresses(to: &[String]) -> Result<Vec<Mailbox>> {
    if to.is_empty() || to.len() > MAX_RECIPIENTS {
        let detail = format!("1 to {MAX_RECIPIENTS} addresses");
        return Err(Error::invalid(FieldError::new("/to", "mail.recipients", detail)));
    }
    let address = |(index, text): (usize, &String)| {
        let read = if text.chars().any(char::is_control) { None } else { text.trim().parse().ok() };
        read.ok_or_else(|| {
            let field =
                FieldError::new(format!("/to/{index}"), "mail.address", "not a mail address");
            Error::invalid(field)
        })
    };
    to.iter().enumerate().map(address).collect()
}

/// RFC 5321 §4.5.3.1.8 asks servers to take a hundred.
const MAX_RECIPIENTS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_can_be_smuggled_in() {
        let head = Head {
            from: ("Ventes\r\nBcc: x@y.z".to_owned(), "sales@localhost".to_owned()),
            message_id: "1@localhost".to_owned(),
            answers: None,
            at: Timestamp::UNIX_EPOCH,
        };
        let mut new = NewMail {
            to: vec!["a@example.org".to_owned()],
            subject: "Hi\r\nBcc: evil@example.org".to_owned(),
            text: "text\n.\n".to_owned(),
            in_reply_to: None,
        };
        let raw = String::from_utf8(compose(&head, &new).unwrap()).unwrap();
        let headers = raw.split("\r\n\r\n").next().unwrap();
        assert!(!headers.lines().any(|line| line.starts_with("Bcc:")), "{headers}");
        assert!(headers.contains("Message-ID: <1@localhost>"), "{headers}");
        new.to = vec!["a@example.org\r\nBcc: evil@example.org".to_owned()];
        assert!(compose(&head, &new).is_err());
        new.to = Vec::new();
        assert!(compose(&head, &new).is_err());
    }

    #[test]
    fn a_mail_says_the_same_in_text_and_in_html() {
        let head = Head {
            from: ("Ventes".to_owned(), "sales@localhost".to_owned()),
            message_id: "1@localhost".to_owned(),
            answers: None,
            at: Timestamp::UNIX_EPOCH,
        };
        let new = NewMail {
            to: vec!["a@example.org".to_owned()],
            subject: "s".to_owned(),
            text: "**Été** <script>alert(1)</script>\n[here](javascript:alert(1))\n".to_owned(),
            in_reply_to: None,
        };
        let raw = compose(&head, &new).unwrap();
        let mail = mail_parser::MessageParser::default().parse(&raw).unwrap();
        assert_eq!(
            mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end(),
            new.text.trim_end()
        );
        let html = mail.body_html(0).unwrap();
        assert!(html.contains("<strong>Été</strong>"), "{html}");
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"), "{html}");
        assert!(!html.contains("href=\"javascript"), "{html}");
        assert_eq!(mail.attachment_count(), 0);
    }
}
