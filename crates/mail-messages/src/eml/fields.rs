//! The header of a message or a part.

use jiff::Timestamp;
use mail_parser::{
    Addr, Address as Addresses, ContentType, GetHeader as _, Header, HeaderName, HeaderValue,
    MessageParser, parsers::MessageStream,
};

use crate::{
    Address, Error, Message, Remark, Result,
    limits::{MAX_ADDRESSES, MAX_HEADER_BYTES, MAX_HEADERS, MAX_LINE_CHARS, MAX_REFERENCES},
    message::{conversation_of, file_name, identifier, line},
};

/// A header with what follows it.
#[derive(Debug)]
pub(super) struct Head<'b> {
    pub(super) headers: Vec<Header<'b>>,
    pub(super) body: &'b [u8],
}

/// Reads the header of a message or a part.
///
/// # Errors
/// [`Error::TooManyHeaders`]
pub(super) fn head(bytes: &[u8]) -> Result<Head<'_>> {
    // a part may begin with its empty line: it has no header then
    if let Some(body) = bytes.strip_prefix(b"\r\n").or_else(|| bytes.strip_prefix(b"\n")) {
        return Ok(Head { headers: Vec::new(), body });
    }
    let mut end = 0;
    let mut count = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        end += line.len();
        count += usize::from(!line.starts_with(b" ") && !line.starts_with(b"\t"));
        if end > MAX_HEADER_BYTES || count > MAX_HEADERS {
            return Err(Error::TooManyHeaders { most: MAX_HEADERS });
        }
        if line.iter().all(|&byte| matches!(byte, b'\r' | b'\n')) {
            break;
        }
    }
    let (before, body) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    let mut headers = Vec::new();
    MessageStream::new(before).parse_headers(&MessageParser::default(), &mut headers);
    Ok(Head { headers, body })
}

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

    /// How the body is encoded, in lower case of what is known.
    pub(super) fn encoding(&self) -> &'static str {
        let value = self.headers.header_value(&HeaderName::ContentTransferEncoding);
        let named = value.and_then(HeaderValue::as_text).unwrap_or_default().trim();
        let known = ["base64", "quoted-printable"];
        known.into_iter().find(|known| named.eq_ignore_ascii_case(known)).unwrap_or("7bit")
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
        let of = |header: &HeaderName<'_>, name: &str| self.content(header)?.attribute(name);
        let named = of(&HeaderName::ContentDisposition, "filename");
        named.or_else(|| of(&HeaderName::ContentType, "name")).map(file_name)
    }

    pub(super) fn subject(&self) -> String {
        let value = self.headers.header_value(&HeaderName::Subject);
        line(value.and_then(HeaderValue::as_text).unwrap_or_default(), MAX_LINE_CHARS)
    }
}

/// What the fields of a header say about a message.
pub(super) fn fill(message: &mut Message, headers: &[Header<'_>]) {
    for header in headers {
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
            HeaderName::Date if message.sent_at.is_none() => message.sent_at = moment(value),
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
        fill(message, &head.headers);
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

fn people(value: &HeaderValue<'_>, remarks: &mut Vec<Remark>) -> Vec<Address> {
    let Some(all) = value.as_address() else { return Vec::new() };
    let given: Vec<&Addr<'_>> = match all {
        Addresses::List(list) => list.iter().collect(),
        Addresses::Group(groups) => groups.iter().flat_map(|group| &group.addresses).collect(),
    };
    if given.len() > MAX_ADDRESSES && !remarks.contains(&Remark::AddressesCut) {
        remarks.push(Remark::AddressesCut);
    }
    let person = |one: &&Addr<'_>| {
        let address = one.address.as_deref();
        // some clients write the address where the name stands
        let address = address.or(one.name.as_deref())?;
        Address::new(one.name.as_deref(), address)
    };
    given.iter().take(MAX_ADDRESSES).filter_map(person).collect()
}

fn moment(value: &HeaderValue<'_>) -> Option<Timestamp> {
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
