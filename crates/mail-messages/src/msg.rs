//! Outlook messages ([MS-OXMSG]): a compound file ([MS-CFB]) of properties ([MS-OXPROPS]).

mod properties;
mod rich_text;

use std::io::Cursor;

use cfb::CompoundFile;
use jiff::Timestamp;

use crate::{
    Address, Attachment, Error, Message, Remark, Result, charset,
    eml::{self, fill_from_text, show},
    limits::{
        MAX_ADDRESSES, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, MAX_HTML_BYTES, MAX_LINE_CHARS,
    },
    message::{conversation, file_name, identifier, line},
};
use mail_parser::decoders::html::html_to_text;
use properties::{File, Properties};
use rich_text::Rich;

/// Reads an Outlook message.
pub(crate) fn read(bytes: &[u8]) -> Result<Message> {
    let damaged = |_error| Error::Damaged { what: "the compound file" };
    let mut file: File<'_> = CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    if !file.is_stream("/__properties_version1.0") {
        return Err(Error::NotAMail);
    }
    let own = Properties::read(&mut file, "/", HEAD_OF_MESSAGE)?;
    let mut message = Message::default();
    own.describe(&mut file, &mut message);
    let storages = |file: &File<'_>, prefix: &str| -> Vec<String> {
        let all = file.read_root_storage().filter(cfb::Entry::is_storage);
        all.map(|entry| entry.name().to_owned()).filter(|name| name.starts_with(prefix)).collect()
    };
    for name in storages(&file, "__recip_version1.0_").into_iter().take(MAX_ADDRESSES) {
        let one = Properties::read(&mut file, &format!("/{name}/"), HEAD_OF_PART)?;
        add_recipient(&mut file, &one, &mut message);
    }
    let mut total = 0;
    for (index, name) in storages(&file, "__attach_version1.0_").into_iter().enumerate() {
        if index >= MAX_ATTACHMENTS {
            message.remark(Remark::AttachmentsCut);
            break;
        }
        let one = Properties::read(&mut file, &format!("/{name}/"), HEAD_OF_PART)?;
        let Some(attachment) = attachment(&mut file, &one, index)? else { continue };
        total += attachment.content.len();
        if total > MAX_ATTACHMENT_BYTES {
            return Err(Error::AttachmentsTooLarge { most: MAX_ATTACHMENT_BYTES });
        }
        message.attachments.push(attachment);
    }
    body(&mut file, &own, &mut message);
    open_signed(&mut message);
    Ok(message)
}

/// A signed message is kept whole in its only attachment ([MS-OXOSMIME] 2.1.3.2): what it says stands in there.
fn open_signed(message: &mut Message) {
    let is_said = !message.text.trim().is_empty() || message.html.is_some();
    let [signed] = message.attachments.as_slice() else { return };
    if is_said || signed.media_type != "multipart/signed" {
        return;
    }
    if let Ok(inner) = eml::read(&signed.content) {
        message.text = inner.text;
        message.html = inner.html;
        message.attachments = inner.attachments;
        message.calendars = inner.calendars;
        for remark in inner.remarks {
            message.remark(remark);
        }
    }
}

impl Properties {
    fn describe(&self, file: &mut File<'_>, message: &mut Message) {
        // the header of the Internet message is the best witness where there is one
        if let Some(header) = self.text(file, tag::TRANSPORT_HEADERS) {
            fill_from_text(message, &header);
            // recipients stand in properties of their own
            message.to.clear();
            message.cc.clear();
            message.bcc.clear();
        }
        if let Some(subject) = self.text(file, tag::SUBJECT) {
            message.subject = line(&subject, MAX_LINE_CHARS);
        }
        let mut person = |name: u16, smtp: u16, kind: u16, address: u16| {
            let name = self.text(file, name);
            let smtp = self.text(file, smtp);
            let is_internet =
                self.text(file, kind).is_none_or(|kind| kind.eq_ignore_ascii_case("SMTP"));
            let other = self.text(file, address).filter(|_| is_internet);
            let address = smtp.or(other)?;
            Address::new(name.as_deref(), &address)
        };
        let on_behalf_of = person(
            tag::REPRESENTING_NAME,
            tag::REPRESENTING_SMTP,
            tag::REPRESENTING_KIND,
            tag::REPRESENTING_ADDRESS,
        );
        let sender =
            person(tag::SENDER_NAME, tag::SENDER_SMTP, tag::SENDER_KIND, tag::SENDER_ADDRESS);
        if message.from.is_none() {
            message.from = on_behalf_of.clone().or_else(|| sender.clone());
            message.sender = sender.filter(|sender| {
                message.from.as_ref().is_some_and(|from| from.address != sender.address)
            });
        }
        let id = |text: Option<String>| text.as_deref().and_then(identifier);
        if message.message_id.is_none() {
            message.message_id = id(self.text(file, tag::MESSAGE_ID));
        }
        if message.in_reply_to.is_none() {
            message.in_reply_to = id(self.text(file, tag::IN_REPLY_TO));
        }
        if message.references.is_empty() {
            let all = self.text(file, tag::REFERENCES).unwrap_or_default();
            message.references = all.split_whitespace().take(200).filter_map(identifier).collect();
        }
        if message.conversation.is_none() {
            let index = self.binary(file, tag::CONVERSATION_INDEX, 4_096).ok().flatten();
            message.conversation = index.as_deref().and_then(conversation);
        }
        if message.sent_at.is_none() {
            let at = self.time(tag::SUBMITTED).or_else(|| self.time(tag::DELIVERED));
            message.sent_at = at.and_then(instant);
        }
        let class = self.text(file, tag::CLASS).unwrap_or_default().to_ascii_lowercase();
        if class.starts_with("ipm.note.smime") && !class.contains("multipartsigned") {
            message.remark(Remark::Encrypted);
        }
    }
}

fn add_recipient(file: &mut File<'_>, one: &Properties, message: &mut Message) {
    let name = one.text(file, tag::DISPLAY_NAME);
    let address = one.text(file, tag::SMTP_ADDRESS).or_else(|| one.text(file, tag::ADDRESS));
    let found = address.and_then(|address| Address::new(name.as_deref(), &address));
    // addresses of an Exchange directory are none of the Internet: the name may be one
    let found = found.or_else(|| Address::new(None, name.as_deref()?));
    let Some(found) = found else { return };
    let field = match one.number(tag::RECIPIENT_KIND) {
        Some(2) => &mut message.cc,
        Some(3) => &mut message.bcc,
        _ => &mut message.to,
    };
    if !field.iter().any(|known| known.address == found.address) {
        field.push(found);
    }
}

fn attachment(file: &mut File<'_>, one: &Properties, index: usize) -> Result<Option<Attachment>> {
    let name = one.text(file, tag::LONG_NAME).or_else(|| one.text(file, tag::SHORT_NAME));
    let shown = one.text(file, tag::DISPLAY_NAME);
    let name = name.or(shown).map(|name| file_name(&name)).filter(|name| !name.is_empty());
    let given = one.text(file, tag::MEDIA_TYPE).map(|kind| line(&kind, 200).to_ascii_lowercase());
    let is_message = one.number(tag::METHOD) == Some(EMBEDDED_MESSAGE);
    let content = if is_message {
        // another message inside: its text is kept, as a file of its own
        let Some(text) = one.inner_text(file)? else { return Ok(None) };
        text.into_bytes()
    } else {
        match one.binary(file, tag::DATA, MAX_ATTACHMENT_BYTES)? {
            Some(content) => content,
            // a link to a file elsewhere, or an object of another program
            None => return Ok(None),
        }
    };
    let usual = if is_message { "text/plain" } else { "application/octet-stream" };
    let name = match name {
        Some(name) if is_message => format!("{name}.txt"),
        Some(name) => name,
        None => format!("attachment-{}.bin", index + 1),
    };
    Ok(Some(Attachment {
        name,
        media_type: given.filter(|_| !is_message).unwrap_or_else(|| usual.to_owned()),
        content_id: one.text(file, tag::CONTENT_ID).as_deref().and_then(identifier),
        inline: false,
        content,
    }))
}

fn body(file: &mut File<'_>, own: &Properties, message: &mut Message) {
    let text = own.text(file, tag::BODY);
    let page = own.number(tag::INTERNET_CODE_PAGE).and_then(charset::of_code_page);
    let mut html = own.text(file, tag::HTML);
    if html.is_none()
        && let Ok(Some(bytes)) = own.binary(file, tag::HTML, MAX_HTML_BYTES)
    {
        html = Some(charset::decode(&bytes, page.as_deref()).0);
    }
    if html.is_none()
        && let Ok(Some(packed)) = own.binary(file, tag::RICH_TEXT, MAX_HTML_BYTES)
    {
        match rich_text::read(&packed) {
            Some(Rich::Html(found)) => html = Some(found),
            Some(Rich::Text(words)) if text.is_none() => {
                message.remark(Remark::RichText);
                return show(message, &words, None);
            }
            _ if text.is_none() => message.remark(Remark::RichText),
            _ => {}
        }
    }
    let words = text.or_else(|| html.as_deref().map(html_to_text)).unwrap_or_default();
    show(message, &words, html.filter(|html| html.len() <= MAX_HTML_BYTES));
}

/// An instant of Windows: tenths of microseconds since 1601 ([MS-DTYP] 2.3.3).
fn instant(ticks: u64) -> Option<Timestamp> {
    let seconds = i64::try_from(ticks / 10_000_000).ok()?.checked_sub(11_644_473_600)?;
    Timestamp::from_second(seconds).ok().filter(|at| at.as_second() > 0)
}

/// Identifiers of properties ([MS-OXPROPS]).
mod tag {
    pub(super) const CLASS: u16 = 0x001A;
    pub(super) const SUBJECT: u16 = 0x0037;
    pub(super) const SUBMITTED: u16 = 0x0039;
    pub(super) const REPRESENTING_NAME: u16 = 0x0042;
    pub(super) const REPRESENTING_KIND: u16 = 0x0064;
    pub(super) const REPRESENTING_ADDRESS: u16 = 0x0065;
    pub(super) const CONVERSATION_INDEX: u16 = 0x0071;
    pub(super) const TRANSPORT_HEADERS: u16 = 0x007D;
    pub(super) const RECIPIENT_KIND: u16 = 0x0C15;
    pub(super) const SENDER_NAME: u16 = 0x0C1A;
    pub(super) const SENDER_KIND: u16 = 0x0C1E;
    pub(super) const SENDER_ADDRESS: u16 = 0x0C1F;
    pub(super) const DELIVERED: u16 = 0x0E06;
    pub(super) const BODY: u16 = 0x1000;
    pub(super) const RICH_TEXT: u16 = 0x1009;
    pub(super) const HTML: u16 = 0x1013;
    pub(super) const MESSAGE_ID: u16 = 0x1035;
    pub(super) const REFERENCES: u16 = 0x1039;
    pub(super) const IN_REPLY_TO: u16 = 0x1042;
    pub(super) const DISPLAY_NAME: u16 = 0x3001;
    pub(super) const ADDRESS: u16 = 0x3003;
    pub(super) const DATA: u16 = 0x3701;
    pub(super) const SHORT_NAME: u16 = 0x3704;
    pub(super) const METHOD: u16 = 0x3705;
    pub(super) const LONG_NAME: u16 = 0x3707;
    pub(super) const MEDIA_TYPE: u16 = 0x370E;
    pub(super) const CONTENT_ID: u16 = 0x3712;
    pub(super) const SMTP_ADDRESS: u16 = 0x39FE;
    pub(super) const INTERNET_CODE_PAGE: u16 = 0x3FDE;
    pub(super) const MESSAGE_CODE_PAGE: u16 = 0x3FFD;
    pub(super) const SENDER_SMTP: u16 = 0x5D01;
    pub(super) const REPRESENTING_SMTP: u16 = 0x5D02;
}

/// Bytes before the properties of a message and of its parts ([MS-OXMSG] 2.4.1).
const HEAD_OF_MESSAGE: usize = 32;
const HEAD_OF_PART: usize = 8;
/// An attachment that is a message ([MS-OXCMSG] 2.2.2.9, `afEmbeddedMessage`).
const EMBEDDED_MESSAGE: u32 = 5;

#[cfg(test)]
mod tests;
