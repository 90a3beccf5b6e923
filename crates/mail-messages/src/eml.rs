//! Internet messages (RFC 5322) with MIME (RFC 2045 to 2047, 2183, 2231).
//!
//! Fields, encodings and character sets are read by `mail-parser`; the parts are walked here, since a walk must have an
//! end: a message within a message is kept as a file and not entered.

mod encodings;
mod fields;
mod moments;
mod parameters;
mod split;

use mail_parser::decoders::html::html_to_text;

use crate::{
    Attachment, Calendar, Error, Message, Remark, Result, charset,
    html::from_text,
    limits::{
        MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, MAX_DEPTH, MAX_HTML_BYTES, MAX_PARTS, MAX_TEXT_CHARS,
    },
    message::{file_name, identifier, line, lines},
};
pub(crate) use fields::fill_from_text;
use fields::{Head, fill, head};
use split::{flowed, parts};

/// Reads an Internet message.
pub(crate) fn read(bytes: &[u8]) -> Result<Message> {
    let bytes = without_envelope(bytes);
    let head = head(bytes)?;
    if !head.is_of_a_mail() {
        return Err(Error::NotAMail);
    }
    let mut message = Message::default();
    fill(&mut message, &head);
    let mut reader = Reader { message, parts: 0, bytes: 0, named: None };
    let mut blocks = reader.entity(&head, Place::default())?;
    let is_blank =
        |part: &Option<String>| part.as_deref().is_none_or(|part| part.trim().is_empty());
    if blocks.iter().all(|block| is_blank(&block.text) && is_blank(&block.html)) {
        blocks.extend(reader.named.take());
    }
    let mut message = reader.message;
    finish(&mut message, blocks);
    Ok(message)
}

/// What mailbox files put before a message ("From ada@… Thu Jan 1 …").
fn without_envelope(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or_default();
    let bytes = bytes.get(start..).unwrap_or_default();
    if !bytes.starts_with(b"From ") && !bytes.starts_with(b">From ") {
        return bytes;
    }
    let end = bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |at| at + 1);
    bytes.get(end..).unwrap_or_default()
}

/// What one part contributes to what is shown.
#[derive(Debug, Default)]
struct Block {
    text: Option<String>,
    html: Option<String>,
}

/// Where a part stands.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    depth: usize,
    /// Among versions of the same.
    alternative: bool,
    /// Among messages (RFC 2046 §5.1.5).
    digest: bool,
}

struct Reader {
    message: Message,
    parts: usize,
    bytes: usize,
    /// The first text that is a file by its name alone.
    named: Option<Block>,
}

impl Reader {
    fn entity(&mut self, head: &Head<'_>, place: Place) -> Result<Vec<Block>> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(Error::TooManyParts { most: MAX_PARTS });
        }
        if place.depth > MAX_DEPTH {
            return Err(Error::TooDeep { most: MAX_DEPTH });
        }
        let (kind, subtype) = head.media_type(place.digest);
        if kind == "multipart" {
            let boundary = head.parameter("boundary").filter(|boundary| !boundary.is_empty());
            let found = boundary.map(|boundary| parts(head.body, boundary.as_bytes(), MAX_PARTS));
            match found {
                Some(Some(found)) if !found.is_empty() => {
                    return self.multipart(&subtype, &found, place);
                }
                Some(None) => return Err(Error::TooManyParts { most: MAX_PARTS }),
                // without parts it is text (what clients do)
                _ => return Ok(vec![self.text(head, "plain")]),
            }
        }
        self.leaf(head, (&kind, &subtype), place)
    }

    fn multipart(&mut self, subtype: &str, found: &[&[u8]], place: Place) -> Result<Vec<Block>> {
        if subtype == "encrypted" {
            self.message.remark(Remark::Encrypted);
        }
        let place = Place {
            depth: place.depth + 1,
            alternative: subtype == "alternative" || (place.alternative && subtype == "related"),
            digest: subtype == "digest",
        };
        let mut blocks = Vec::new();
        let mut best = Block::default();
        for part in found {
            let shown = self.entity(&head(part)?, place)?;
            if subtype == "alternative" {
                // RFC 2046 §5.1.4: the last version that can be shown is the best. A version may have parts itself.
                let has_text = shown.iter().any(|block| block.text.is_some());
                let (text, html) = joined(shown);
                let text = text.filter(|_| has_text);
                best.html = html.filter(|html| !html.trim().is_empty()).or(best.html);
                best.text = text.filter(|text| !text.trim().is_empty()).or(best.text);
            } else {
                blocks.extend(shown);
            }
        }
        if subtype == "alternative" {
            blocks.push(best);
        }
        Ok(blocks)
    }

    fn leaf(
        &mut self,
        head: &Head<'_>,
        (kind, subtype): (&str, &str),
        place: Place,
    ) -> Result<Vec<Block>> {
        let name = head.file_name();
        let is_attached =
            head.is_attachment() || (name.is_some() && place.depth > 0 && !place.alternative);
        match (kind, subtype) {
            ("text", "html") if !is_attached => return Ok(vec![self.html(head)]),
            ("text", "plain" | "enriched" | "markdown") if !is_attached => {
                return Ok(vec![self.text(head, subtype)]);
            }
            ("text", "calendar") => {
                let text = self.decoded(head);
                let method = head.parameter("method").map(|method| line(method, 40));
                let method = method.map(|method| method.to_ascii_uppercase());
                self.message.calendars.push(Calendar { method, text });
                if place.alternative && !head.is_attachment() {
                    return Ok(Vec::new());
                }
            }
            ("application", "pkcs7-mime" | "x-pkcs7-mime") => {
                self.message.remark(Remark::Encrypted);
            }
            ("application", "ms-tnef" | "vnd.ms-tnef") => {
                self.message.remark(Remark::OutlookPackage);
            }
            // a text with a name of its own is a file; where nothing else is said, it is the text as well
            ("text", "html") if !head.is_attachment() && self.named.is_none() => {
                self.named = Some(self.html(head));
            }
            ("text", "plain") if !head.is_attachment() && self.named.is_none() => {
                self.named = Some(self.text(head, subtype));
            }
            _ => {}
        }
        self.attach(head, (kind, subtype), name)?;
        Ok(Vec::new())
    }

    fn attach(
        &mut self,
        head: &Head<'_>,
        (kind, subtype): (&str, &str),
        name: Option<String>,
    ) -> Result<()> {
        let content = self.bytes_of(head);
        self.bytes += content.len();
        if self.bytes > MAX_ATTACHMENT_BYTES {
            return Err(Error::AttachmentsTooLarge { most: MAX_ATTACHMENT_BYTES });
        }
        if self.message.attachments.len() >= MAX_ATTACHMENTS {
            self.message.remark(Remark::AttachmentsCut);
            return Ok(());
        }
        let content_id = head.content_id().and_then(identifier);
        let name = match (name, kind) {
            (Some(name), _) if !name.is_empty() => name,
            (_, "message") => {
                let inner = fields::head(&content).ok();
                let subject = inner.map(|inner| file_name(&inner.subject())).unwrap_or_default();
                let ending = match subtype {
                    "rfc822" | "global" | "news" | "partial" => "eml",
                    _ => "txt",
                };
                let name = if ending == "txt" { subtype.to_owned() } else { subject };
                let name = if name.is_empty() { "message".to_owned() } else { name };
                format!("{name}.{ending}")
            }
            (_, "text") if ending(subtype) == "bin" || subtype.starts_with("x-") => {
                format!("attachment-{}.txt", self.message.attachments.len() + 1)
            }
            _ => format!("attachment-{}.{}", self.message.attachments.len() + 1, ending(subtype)),
        };
        let media_type = format!("{kind}/{subtype}");
        let inline = false; // whether the text shows it is known when the text is
        self.message.attachments.push(Attachment { name, media_type, content_id, inline, content });
        Ok(())
    }

    fn text(&mut self, head: &Head<'_>, subtype: &str) -> Block {
        let text = self.decoded(head);
        let is_flowed = head.parameter("format").is_some_and(|f| f.eq_ignore_ascii_case("flowed"));
        let text = if is_flowed {
            let delete = head.parameter("delsp").is_some_and(|d| d.eq_ignore_ascii_case("yes"));
            flowed(&text, delete)
        } else {
            text
        };
        let text = if subtype == "enriched" { html_to_text(&text) } else { text };
        Block { text: Some(text), html: None }
    }

    fn html(&mut self, head: &Head<'_>) -> Block {
        let html = self.decoded(head);
        if html.len() > MAX_HTML_BYTES {
            self.message.remark(Remark::TextCut);
            let (cut, _) = lines(&html, MAX_TEXT_CHARS);
            return Block { text: Some(html_to_text(&cut)), html: None };
        }
        Block { text: None, html: Some(html) }
    }

    fn bytes_of(&mut self, head: &Head<'_>) -> Vec<u8> {
        let (bytes, was_right) = head.encoding().decode(head.body);
        if !was_right {
            self.message.remark(Remark::Encoding);
        }
        bytes
    }

    fn decoded(&mut self, head: &Head<'_>) -> String {
        let bytes = self.bytes_of(head);
        let (text, known) = charset::decode(&bytes, head.parameter("charset"));
        if !known {
            self.message.remark(Remark::Charset);
        }
        text
    }
}

/// Puts what is shown together, and tells which files stand in it.
fn finish(message: &mut Message, blocks: Vec<Block>) {
    let (text, html) = joined(blocks);
    show(message, &text.unwrap_or_default(), html);
}

/// One text and one HTML of blocks behind each other.
fn joined(blocks: Vec<Block>) -> (Option<String>, Option<String>) {
    let has_any = blocks.iter().any(|block| block.text.is_some() || block.html.is_some());
    let has_html = blocks.iter().any(|block| block.html.is_some());
    let mut text = String::new();
    let mut html = String::new();
    for block in blocks {
        let of_html = block.html.as_deref().filter(|_| block.text.is_none()).map(html_to_text);
        let words = block.text.or(of_html).unwrap_or_default();
        if has_html && html.len() < MAX_HTML_BYTES {
            html.push_str(&block.html.unwrap_or_else(|| from_text(&words)));
        }
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&words);
    }
    (has_any.then_some(text), has_html.then_some(html))
}

/// Sets text and HTML of a message.
pub(crate) fn show(message: &mut Message, text: &str, html: Option<String>) {
    let (text, was_cut) = lines(text, MAX_TEXT_CHARS);
    if was_cut {
        message.remark(Remark::TextCut);
    }
    message.text = text;
    if let Some(html) = &html {
        for file in &mut message.attachments {
            let named = file.content_id.as_deref().filter(|id| id.len() > 2);
            file.inline = named.is_some_and(|id| html.contains(&format!("cid:{id}")));
        }
    }
    message.html = html;
}

/// What a file without a name ends in.
fn ending(subtype: &str) -> &str {
    let is_plain = subtype.len() <= 8 && subtype.chars().all(|c| c.is_ascii_alphanumeric());
    match subtype {
        "plain" => "txt",
        "calendar" => "ics",
        "jpeg" => "jpg",
        "octet-stream" => "bin",
        other if is_plain => other,
        _ => "bin",
    }
}
