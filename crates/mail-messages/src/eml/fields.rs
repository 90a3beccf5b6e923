//! The header of a message or a part.

use jiff::Timestamp;
use mail_parser::{
    Addr, Address as Addresses, ContentType, GetHeader as _, Header, HeaderName, HeaderValue,
    MessageParser, parsers::MessageStream,
};

use super::{encodings::Encoding, moments::moment, parameters::parameter};
use crate::{
    Address, Error, Message, Remark, Result,
    limits::{MAX_ADDRESSES, MAX_HEADER_BYTES, MAX_HEADERS, MAX_LINE_CHARS, MAX_REFERENCES},
    message::{conversation_of, file_name, identifier, line},
};

/// A header with what follows it.
#[derive(Debug)]
pub(super) struct Head<'b> {
    pub(super) headers: Vec<Header<'b>>,
    /// The fields as they came.
    raw: &'b [u8],
    pub(super) body: &'b [u8],
}

/// Reads the header of a message or a part.
///
/// # Errors
/// [`Error::TooManyHeaders`]
pub(super) fn head(bytes: &[u8]) -> Result<Head<'_>> {
    // a part may begin with its empty line: it has no header then
    if let Some(body) = bytes.strip_prefix(b"\r\n").or_else(|| bytes.strip_prefix(b"\n")) {
        return Ok(Head { headers: Vec::new(), raw: &[], body });
    }
    let mut end = 0;
    let mut count = 0;
    // as far as lines are known to be followed by fields
    let mut sure = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let begin = end;
        end += line.len();
        count += usize::from(!line.starts_with(b" ") && !line.starts_with(b"\t"));
        if end > MAX_HEADER_BYTES || count > MAX_HEADERS {
            return Err(Error::TooManyHeaders { most: MAX_HEADERS });
        }
        if line.iter().all(|&byte| matches!(byte, b'\r' | b'\n')) {
            break;
        }
        // a line that is no field: the body begins without an empty line, unless fields follow (what was folded
        // without a space)
        if begin >= sure && !is_continued(line) && field_name(line).is_none() {
            let Some(next) = next_known(bytes.get(end..).unwrap_or_default()) else {
                end = begin;
                break;
            };
            sure = end + next;
        }
    }
    let (before, body) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    let mut headers = Vec::new();
    MessageStream::new(before).parse_headers(&MessageParser::default(), &mut headers);
    Ok(Head { headers, raw: before, body })
}

fn is_continued(line: &[u8]) -> bool {
    line.starts_with(b" ") || line.starts_with(b"\t")
}

/// The name of a field (RFC 5322 §3.6.8; §4.5 lets spaces stand before the colon).
fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(|byte| *byte > b' ' && *byte != 0x7F);
    is_name.then_some(name)
}

/// Where the next field stands that mails have, before an empty line.
fn next_known(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if line.trim_ascii().is_empty() || at > MAX_HEADER_BYTES {
            return None;
        }
        if let Some(name) = field_name(line).and_then(|name| std::str::from_utf8(name).ok()) {
            let name = name.to_ascii_lowercase();
            if KNOWN.contains(&name.as_str()) || name.starts_with("content-") {
                return Some(at);
            }
        }
        at += line.len();
    }
    None
}

/// Fields by which a header is recognised.
const KNOWN: [&str; 13] = [
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "received",
    "return-path",
    "reply-to",
    "in-reply-to",
    "references",
    "delivered-to",
];

impl<'b> Head<'b> {
    /// Whether any field says that this is a mail.
    pub(super) fn is_of_a_mail(&self) -> bool {
        self.headers.iter().any(|header| {
            matches!(
                header.name,
                HeaderName::From
                    | HeaderName::To
                    | HeaderName::Subject
                    | HeaderName::Date
                    | HeaderName::MessageId
                    | HeaderName::Received
                    | HeaderName::Sender
                    | HeaderName::MimeVersion
                    | HeaderName::ContentType
                    | HeaderName::ReturnPath
            )
        })
    }

    /// Kind and subtype in lower case; what cannot be read is text (RFC 2045 §5.2).
    pub(super) fn media_type(&self, digest: bool) -> (String, String) {
        let usual = if digest { ("message", "rfc822") } else { ("text", "plain") };
        let Some(given) = self.content(&HeaderName::ContentType) else {
            return (usual.0.to_owned(), usual.1.to_owned());
        };
        let word = |text: &str| {
            let text = text.trim().to_ascii_lowercase();
            let fits = text.chars().all(|c| c.is_ascii_alphanumeric() || "-+._".contains(c));
            (fits && !text.is_empty() && text.len() <= 100).then_some(text)
        };
        match (word(&given.c_type), given.c_subtype.as_deref().and_then(word)) {
            (Some(kind), Some(subtype)) => (kind, subtype),
            (Some(kind), None) if kind == "text" => (kind, "plain".to_owned()),
            (Some(kind), None) if kind == "multipart" => (kind, "mixed".to_owned()),
            _ => ("application".to_owned(), "octet-stream".to_owned()),
        }
    }

    /// A parameter of the media type.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.content(&HeaderName::ContentType)?.attribute(name)
    }

    /// How the body is encoded.
    pub(super) fn encoding(&self) -> Encoding {
        let value = self.headers.header_value(&HeaderName::ContentTransferEncoding);
        Encoding::named(value.and_then(HeaderValue::as_text).unwrap_or_default())
    }

    /// The value of a field as it came.
    fn raw(&self, name: &HeaderName<'_>) -> &'b [u8] {
        let header = self.headers.iter().rev().find(|header| header.name == *name);
        header.map(|header| raw_of(header, self.raw)).unwrap_or_default()
    }

    /// `Content-Type` or `Content-Disposition`.
    fn content(&self, name: &HeaderName<'_>) -> Option<&ContentType<'b>> {
        self.headers.header_value(name)?.as_content_type()
    }

    /// Whether it is for the reader to open, not to be shown.
    pub(super) fn is_attachment(&self) -> bool {
        let disposition = self.content(&HeaderName::ContentDisposition);
        disposition.is_some_and(|given| given.c_type.eq_ignore_ascii_case("attachment"))
    }

    pub(super) fn content_id(&self) -> Option<&str> {
        let value = self.headers.header_value(&HeaderName::ContentId)?;
        value.as_text().or_else(|| value.as_text_list()?.first().map(|id| &**id))
    }

    /// The name of the file, which may be empty where the sender gave one of nothing but folders.
    pub(super) fn file_name(&self) -> Option<String> {
        let of = |header: &HeaderName<'_>, name: &str| {
            let read = self.content(header)?.attribute(name).filter(|is| !is.contains('\u{FFFD}'));
            read.map(ToOwned::to_owned).or_else(|| parameter(self.raw(header), name))
        };
        let named = of(&HeaderName::ContentDisposition, "filename");
        named.or_else(|| of(&HeaderName::ContentType, "name")).map(|name| file_name(&name))
    }

    pub(super) fn subject(&self) -> String {
        let value = self.headers.header_value(&HeaderName::Subject);
        line(value.and_then(HeaderValue::as_text).unwrap_or_default(), MAX_LINE_CHARS)
    }
}

/// What the fields of a header say about a message.
pub(super) fn fill(message: &mut Message, head: &Head<'_>) {
    for header in &head.headers {
        let value = &header.value;
        let is_empty_now = |all: &[Address]| all.is_empty();
        match header.name {
            HeaderName::From if message.from.is_none() => {
                message.from = people(value, &mut message.remarks).into_iter().next();
            }
            HeaderName::Sender => {
                message.sender = people(value, &mut message.remarks).into_iter().next();
            }
            HeaderName::To => add(&mut message.to, value, &mut message.remarks),
            HeaderName::Cc => add(&mut message.cc, value, &mut message.remarks),
            HeaderName::Bcc => add(&mut message.bcc, value, &mut message.remarks),
            HeaderName::ReplyTo if is_empty_now(&message.reply_to) => {
                add(&mut message.reply_to, value, &mut message.remarks);
            }
            HeaderName::Subject if message.subject.is_empty() => {
                message.subject = line(value.as_text().unwrap_or_default(), MAX_LINE_CHARS);
            }
            HeaderName::Date if message.sent_at.is_none() => {
                let written = String::from_utf8_lossy(raw_of(header, head.raw));
                message.sent_at = moment(&written).or_else(|| parsed(value));
            }
            HeaderName::MessageId if message.message_id.is_none() => {
                message.message_id = identifiers(value).into_iter().next();
            }
            HeaderName::InReplyTo if message.in_reply_to.is_none() => {
                message.in_reply_to = identifiers(value).into_iter().next();
            }
            HeaderName::References if message.references.is_empty() => {
                message.references = identifiers(value);
            }
            HeaderName::Other(ref name)
                if message.conversation.is_none() && name.eq_ignore_ascii_case("thread-index") =>
            {
                message.conversation = value.as_text().and_then(conversation_of);
            }
            _ => {}
        }
    }
    if message.sender == message.from {
        message.sender = None;
    }
}

/// The fields of a header that stands in a property, as Outlook keeps it.
pub(crate) fn fill_from_text(message: &mut Message, header: &str) {
    let bytes = header.as_bytes();
    if let Ok(head) = head(bytes.get(..bytes.len().min(MAX_HEADER_BYTES)).unwrap_or_default()) {
        fill(message, &head);
    }
}

fn add(all: &mut Vec<Address>, value: &HeaderValue<'_>, remarks: &mut Vec<Remark>) {
    for one in people(value, remarks) {
        if all.len() >= MAX_ADDRESSES {
            return;
        }
        if !all.iter().any(|known| known.address == one.address) {
            all.push(one);
        }
    }
}

fn raw_of<'b>(header: &Header<'_>, raw: &'b [u8]) -> &'b [u8] {
    let at = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
    raw.get(at(header.offset_start())..at(header.offset_end())).unwrap_or_default()
}

fn people(value: &HeaderValue<'_>, remarks: &mut Vec<Remark>) -> Vec<Address> {
    let Some(all) = value.as_address() else { return Vec::new() };
    let given: Vec<&Addr<'_>> = match all {
        Addresses::List(list) => list.iter().collect(),
        Addresses::Group(groups) => groups.iter().flat_map(|group| &group.addresses).collect(),
    };
    if given.len() > MAX_ADDRESSES && !remarks.contains(&Remark::AddressesCut) {
        remarks.push(Remark::AddressesCut);
    }
    let mut found = Vec::new();
    for one in given.iter().take(MAX_ADDRESSES) {
        // some clients write the address where the name stands
        let Some(address) = one.address.as_deref().or(one.name.as_deref()) else { continue };
        match Address::new(one.name.as_deref(), address) {
            Some(person) => found.push(person),
            // several without a comma between them
            None if address.matches('@').count() > 1 => found.extend(
                address
                    .split(|c: char| c.is_whitespace() || c == ';')
                    .take(MAX_ADDRESSES)
                    .filter_map(|word| Address::new(None, word)),
            ),
            None => {}
        }
    }
    found
}

fn parsed(value: &HeaderValue<'_>) -> Option<Timestamp> {
    let at = value.as_datetime()?;
    let is_one = at.is_valid() && (1970..=9998).contains(&at.year);
    is_one.then(|| Timestamp::from_second(at.to_timestamp()).ok()).flatten()
}

fn identifiers(value: &HeaderValue<'_>) -> Vec<String> {
    let of = |text: &str| identifier(text);
    match value {
        HeaderValue::Text(text) => of(text).into_iter().collect(),
        HeaderValue::TextList(list) => {
            list.iter().take(MAX_REFERENCES).filter_map(|text| of(text)).collect()
        }
        _ => Vec::new(),
    }
}
