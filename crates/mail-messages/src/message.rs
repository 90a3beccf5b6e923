//! A mail, whatever file it came in.

use jiff::Timestamp;

use crate::Address;

/// A mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Who wrote it.
    pub from: Option<Address>,
    /// Who sent it, where that is somebody else (RFC 5322 §3.6.2).
    pub sender: Option<Address>,
    /// To whom.
    pub to: Vec<Address>,
    /// Who gets a copy.
    pub cc: Vec<Address>,
    /// Who gets a copy unseen.
    pub bcc: Vec<Address>,
    /// Who answers go to.
    pub reply_to: Vec<Address>,
    /// The subject, on one line.
    pub subject: String,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// Its identifier, without angle brackets.
    pub message_id: Option<String>,
    /// What it answers.
    pub in_reply_to: Option<String>,
    /// The messages before it, the earliest first.
    pub references: Vec<String>,
    /// The conversation as Outlook and Exchange number it, in hexadecimal: the first 22 bytes of `Thread-Index`, which all
    /// messages of a conversation share ([MS-OXOMSG] 2.2.1.3).
    pub conversation: Option<String>,
    /// The text; of a mail that has only HTML, its text without marks.
    pub text: String,
    /// The HTML as it came: it may not be shown. [`crate::html::page`] makes it safe.
    pub html: Option<String>,
    /// What is attached, pictures that stand in the text among it.
    pub attachments: Vec<Attachment>,
    /// Invitations and answers to them.
    pub calendars: Vec<Calendar>,
    /// What was left out.
    pub remarks: Vec<Remark>,
}

/// A file in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, without folders.
    pub name: String,
    /// Its media type as the sender says, such as `application/pdf`.
    pub media_type: String,
    /// The name by which the text shows it, without angle brackets.
    pub content_id: Option<String>,
    /// Whether it stands in the text.
    pub inline: bool,
    /// What it is.
    pub content: Vec<u8>,
}

/// An invitation, or an answer to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// `REQUEST`, `REPLY`, … (RFC 5546).
    pub method: Option<String>,
    /// The iCalendar object.
    pub text: String,
}

/// What of a mail was left out or could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// It is encrypted: the text is inside what is attached.
    Encrypted,
    /// What is attached is in Outlook's own package (`winmail.dat`), which is kept and not opened.
    OutlookPackage,
    /// A part is in a character set that is not known.
    Charset,
    /// A part is not encoded as it says.
    Encoding,
    /// The text was cut.
    TextCut,
    /// There are more addresses than are kept.
    AddressesCut,
    /// There are more attachments than are told of.
    AttachmentsCut,
    /// The text is Outlook's rich text, of which only the words are shown.
    RichText,
}

impl Remark {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Encrypted,
        Self::OutlookPackage,
        Self::Charset,
        Self::Encoding,
        Self::TextCut,
        Self::AddressesCut,
        Self::AttachmentsCut,
        Self::RichText,
    ];

    /// The name in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::OutlookPackage => "outlook-package",
            Self::Charset => "charset",
            Self::Encoding => "encoding",
            Self::TextCut => "text-cut",
            Self::AddressesCut => "addresses-cut",
            Self::AttachmentsCut => "attachments-cut",
            Self::RichText => "rich-text",
        }
    }
}

impl Message {
    /// Everybody in the mail once, the sender first.
    pub fn people(&self) -> Vec<&Address> {
        let mut all: Vec<&Address> = Vec::new();
        let fields = [&self.to, &self.cc, &self.bcc];
        let rest = fields.into_iter().flatten();
        for one in self.from.iter().chain(&self.sender).chain(rest) {
            match all.iter().position(|known| known.address == one.address) {
                None => all.push(one),
                // the same person once with a name
                Some(at) => {
                    if let Some(known) = all.get_mut(at).filter(|known| known.name.is_none()) {
                        *known = one;
                    }
                }
            }
        }
        all
    }

    pub(crate) fn remark(&mut self, remark: Remark) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// The attachments that a reader is offered: not those that stand in the text.
    pub fn files(&self) -> impl Iterator<Item = (usize, &Attachment)> {
        self.attachments.iter().enumerate().filter(|(_, file)| !file.inline)
    }
}

/// A text on one line, without what steers how it is shown, of at most so many characters.
pub(crate) fn line(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most));
    let mut count = 0;
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() {
            space = !out.is_empty();
            continue;
        }
        if c.is_control() || is_steering(c) {
            continue;
        }
        if space {
            out.push(' ');
            count += 1;
            space = false;
        }
        if count >= most {
            break;
        }
        out.push(c);
        count += 1;
    }
    out
}

/// A text of several lines, each ending in one line feed, of at most so many characters; whether it was cut.
pub(crate) fn lines(text: &str, most: usize) -> (String, bool) {
    let mut out = String::with_capacity(text.len().min(most * 4));
    let mut characters = text.chars().peekable();
    let mut count = 0;
    while let Some(c) = characters.next() {
        let c = match c {
            '\r' if characters.peek() == Some(&'\n') => continue,
            '\r' => '\n',
            '\n' | '\t' => c,
            c if c.is_control() || is_steering(c) => continue,
            c => c,
        };
        if count == most {
            return (out, true);
        }
        out.push(c);
        count += 1;
    }
    (out, false)
}

/// Characters that turn the direction of what follows (UAX 9), which make names look like others.
const fn is_steering(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The name of a file without folders and without what a file system takes for something else.
pub(crate) fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let named = line(last, 200);
    let named: String =
        named.chars().filter(|c| !matches!(c, '"' | '<' | '>' | ':' | '|' | '?' | '*')).collect();
    let named = named.trim_matches(['.', ' ']);
    named.to_owned()
}

/// A message identifier without angle brackets.
pub(crate) fn identifier(text: &str) -> Option<String> {
    let bare = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
    let bare = line(bare, crate::limits::MAX_LINE_CHARS);
    (!bare.is_empty()).then_some(bare)
}

/// What all messages of a conversation have in common of their `Thread-Index`.
pub(crate) fn conversation(index: &[u8]) -> Option<String> {
    use std::fmt::Write as _;

    let root = index.get(..22)?;
    Some(root.iter().fold(String::with_capacity(44), |mut out, byte| {
        let _written = write!(out, "{byte:02x}");
        out
    }))
}

/// The same as a header or Graph writes it, in base64.
pub fn conversation_of(text: &str) -> Option<String> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    let text: String = text.chars().filter(|c| !c.is_whitespace()).take(400).collect();
    conversation(&STANDARD.decode(text).ok()?)
}
