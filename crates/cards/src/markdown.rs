//! Markdown of MessageCards: stripped for plain text, and translated to the less that Adaptive Cards
//! know (bold, italic, lists, links).

mod html;

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::address;

/// A block of a text, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Paragraphs and lists, in the Markdown of Adaptive Cards.
    Text(String),
    /// A heading, in the same Markdown.
    Heading(String),
    /// A quotation.
    Quote(Vec<Self>),
    /// Code, literally.
    Code(String),
    /// An image that may be shown.
    Image { url: String, alt: String },
}

/// Quotations nest at most this deep; what is deeper stays text. Our own choice.
const QUOTES: usize = 8;

fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH).into_offset_iter()
}

fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// Whether anything in `text` could be a mark: most texts of facts and titles have none.
fn has_marks(text: &str) -> bool {
    text.bytes().any(|byte| byte < 128 && (MARKS >> byte) & 1 != 0)
}

/// The characters that could be marks, a bit for each: this test runs over every text of every card.
const MARKS: u128 = {
    let mut set = 0;
    let mut rest: &[u8] = b"*_`[]#>~-+\\=<!";
    while let [byte, others @ ..] = rest {
        set |= 1 << *byte;
        rest = others;
    }
    set
};

/// `text` without the marks of Markdown and with everything else as it stands: line breaks, blanks,
/// HTML, numbers of lists. Of a link or an image its text is left.
pub fn without_marks(text: &str) -> String {
    if !has_marks(text) {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let (mut at, mut depth, mut links) = (0, 0_usize, 0_usize);
    for (event, range) in events(text) {
        let gap = slice(text, at..range.start);
        if depth == 0 {
            // between blocks stand blanks, or a definition of a link, which is text to people
            plain.push_str(gap);
        } else {
            between_marks(gap, links > 0, &mut plain);
        }
        at = at.max(range.start);
        match event {
            Event::Start(tag) => {
                depth += 1;
                match tag {
                    Tag::Link { .. } | Tag::Image { .. } => links += 1,
                    Tag::Item => at = number(text, range, &mut plain),
                    _ => {}
                }
            }
            Event::End(end) => {
                between_marks(slice(text, at..range.end), links > 0, &mut plain);
                at = at.max(range.end);
                depth = depth.saturating_sub(1);
                if matches!(end, TagEnd::Link | TagEnd::Image) {
                    links = links.saturating_sub(1);
                }
            }
            Event::Code(code) => {
                plain.push_str(&code);
                at = range.end;
            }
            Event::HardBreak => {
                plain.push('\n');
                at = range.end;
            }
            Event::Rule => {
                between_marks(slice(text, range.clone()), false, &mut plain);
                at = range.end;
            }
            _ => {
                plain.push_str(slice(text, range.clone()));
                at = range.end;
            }
        }
    }
    plain.push_str(slice(text, at..text.len()));
    plain
}

/// Of what stands between texts: line breaks and blank lines; on a line with a mark nothing else.
fn between_marks(gap: &str, in_link: bool, plain: &mut String) {
    if in_link {
        return;
    }
    for (index, line) in gap.split('\n').enumerate() {
        if index > 0 {
            plain.push('\n');
        }
        if line.trim().is_empty() {
            plain.push_str(line);
        }
    }
}

/// The number of an item is content, a bullet is a mark. Returns where the item's text begins.
fn number(text: &str, range: Range<usize>, plain: &mut String) -> usize {
    let item = slice(text, range.clone());
    let digits = item.len() - item.trim_start_matches(|it: char| it.is_ascii_digit()).len();
    if digits == 0 {
        return range.start;
    }
    let mark = slice(item, digits..item.len());
    let blank = mark.get(1..).map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len());
    let end = range.start + digits + 1 + blank;
    plain.push_str(slice(text, range.start..end));
    end
}

/// The blocks of a text, in the Markdown of Adaptive Cards: headings and quotations taken apart, images
/// taken out, strike-through dropped, links of schemes that are not allowed turned into their text.
/// The HTML that Teams documents for connector cards is read as the Markdown it means.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let plain = text.trim_matches(['\n', '\r']);
    let is_indented =
        plain.starts_with([' ', '\t']) || plain.contains("\n ") || plain.contains("\n\t");
    if !has_marks(plain) && !is_indented {
        return if plain.is_empty() { Vec::new() } else { vec![Piece::Text(plain.to_owned())] };
    }
    let text = html::to_markdown(text);
    let mut pieces = Vec::new();
    blocks(&text, 0, &mut pieces);
    pieces
}

/// A text of one block: the same, with images as their description.
pub(crate) fn inline(text: &str) -> String {
    if !has_marks(text) {
        return text.to_owned();
    }
    let text = html::to_markdown(text);
    let mut edits = Edits::new(&text, 0);
    edits.keeps_alt = true;
    for (event, range) in events(&text) {
        edits.see(&event, range);
    }
    edits.apply(0..text.len())
}

fn blocks(text: &str, depth: usize, pieces: &mut Vec<Piece>) {
    let mut stream = events(text);
    let mut at = 0;
    while let Some((event, range)) = stream.next() {
        definition(slice(text, at..range.start), pieces);
        at = at.max(range.end);
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                let mut code = String::new();
                for (event, _) in stream.by_ref() {
                    match event {
                        Event::Text(text) => code.push_str(&text),
                        Event::End(TagEnd::CodeBlock) => break,
                        _ => {}
                    }
                }
                pieces.push(Piece::Code(code.trim_end_matches('\n').to_owned()));
            }
            Event::Start(Tag::BlockQuote(_)) if depth < QUOTES => {
                skip(&mut stream);
                let mut inside = Vec::new();
                blocks(&unquoted(slice(text, range)), depth + 1, &mut inside);
                if !inside.is_empty() {
                    pieces.push(Piece::Quote(inside));
                }
            }
            Event::Start(tag) => {
                let heading = matches!(tag, Tag::Heading { .. });
                let mut edits = Edits::new(text, range.start);
                let (mut level, mut inner): (usize, Option<Range<usize>>) = (1, None);
                for (event, range) in stream.by_ref() {
                    match event {
                        Event::Start(_) => level += 1,
                        Event::End(_) => level -= 1,
                        _ => {}
                    }
                    if level == 0 {
                        break;
                    }
                    let start = inner.as_ref().map_or(range.start, |inner| inner.start);
                    let end = inner.map_or(range.end, |inner| inner.end.max(range.end));
                    inner = Some(start..end);
                    edits.see(&event, range);
                }
                let range = if heading { inner.unwrap_or(0..0) } else { range };
                let images = std::mem::take(&mut edits.images);
                let words = edits.apply(range).trim_matches(['\n', '\r']).to_owned();
                if !words.trim().is_empty() {
                    if heading {
                        pieces.push(Piece::Heading(words));
                    } else {
                        push_text(words, pieces);
                    }
                }
                pieces.extend(images);
            }
            Event::Text(_) | Event::Html(_) | Event::InlineHtml(_) | Event::Code(_) => {
                push_text(slice(text, range).to_owned(), pieces);
            }
            _ => {}
        }
    }
    definition(slice(text, at..text.len()), pieces);
}

/// Between blocks stand blanks, or the definition of a link, which is text to people.
fn definition(gap: &str, pieces: &mut Vec<Piece>) {
    if !gap.trim().is_empty() {
        push_text(escape(gap.trim()), pieces);
    }
}

/// Paragraphs and lists that follow each other are one piece.
fn push_text(words: String, pieces: &mut Vec<Piece>) {
    if let Some(Piece::Text(before)) = pieces.last_mut() {
        before.push_str("\n\n");
        before.push_str(&words);
    } else {
        pieces.push(Piece::Text(words));
    }
}

/// Passes over everything up to the end of the block that has just begun.
fn skip<'t>(stream: &mut impl Iterator<Item = (Event<'t>, Range<usize>)>) {
    let mut level = 1_usize;
    for (event, _) in stream {
        match event {
            Event::Start(_) => level += 1,
            Event::End(_) => level -= 1,
            _ => {}
        }
        if level == 0 {
            return;
        }
    }
}

/// A quotation without its first `>` on every line.
fn unquoted(quote: &str) -> String {
    let lines = quote.lines().map(|line| {
        let line = line.trim_start().strip_prefix('>').unwrap_or(line);
        line.strip_prefix(' ').unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What is changed inside a block, in order and without overlap.
struct Edits<'t> {
    text: &'t str,
    edits: Vec<(Range<usize>, String)>,
    images: Vec<Piece>,
    /// Up to here everything is decided.
    done: usize,
    /// An image whose description is being read.
    alt: Option<(Range<usize>, String, String)>,
    nested: usize,
    keeps_alt: bool,
}

impl<'t> Edits<'t> {
    const fn new(text: &'t str, done: usize) -> Self {
        Self {
            text,
            edits: Vec::new(),
            images: Vec::new(),
            done,
            alt: None,
            nested: 0,
            keeps_alt: false,
        }
    }

    fn see(&mut self, event: &Event<'_>, range: Range<usize>) {
        if let Some((_, _, alt)) = &mut self.alt {
            match event {
                Event::Text(text) | Event::Code(text) => alt.push_str(text),
                Event::SoftBreak | Event::HardBreak => alt.push(' '),
                Event::Start(_) => self.nested += 1,
                Event::End(_) if self.nested > 0 => self.nested -= 1,
                Event::End(_) => self.image(),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.alt = Some((range, dest_url.to_string(), String::new()));
                self.nested = 0;
            }
            Event::Start(Tag::Strikethrough) => {
                let struck = slice(self.text, range.clone());
                let marks = struck.len() - struck.trim_start_matches('~').len();
                self.edit(range.start..range.start + marks, String::new());
            }
            Event::End(TagEnd::Strikethrough) => {
                let struck = slice(self.text, range.clone());
                let marks = struck.len() - struck.trim_end_matches('~').len();
                self.edit(range.end - marks..range.end, String::new());
            }
            Event::Start(Tag::Link { dest_url, .. }) if !address::is_safe_link(dest_url) => {
                let link = slice(self.text, range.clone());
                let words = without_marks(link);
                let words = if words == link { escape(link) } else { escape(&words) };
                self.edit(range, words);
            }
            _ => {}
        }
    }

    fn image(&mut self) {
        let Some((range, url, alt)) = self.alt.take() else { return };
        if range.start < self.done {
            return;
        }
        if self.keeps_alt {
            self.edit(range, escape(&alt));
            return;
        }
        if address::is_safe_image(&url) {
            self.edit(range, String::new());
            self.images.push(Piece::Image { url, alt });
        } else {
            self.edit(range, escape(&alt));
        }
    }

    fn edit(&mut self, range: Range<usize>, with: String) {
        if range.start >= self.done {
            self.done = range.end;
            self.edits.push((range, with));
        }
    }

    fn apply(&self, range: Range<usize>) -> String {
        let mut text = String::with_capacity(range.len());
        let mut at = range.start;
        for (edited, with) in &self.edits {
            if edited.start >= at && edited.end <= range.end {
                text.push_str(slice(self.text, at..edited.start));
                text.push_str(with);
                at = edited.end;
            }
        }
        text.push_str(slice(self.text, at..range.end));
        text
    }
}

/// A literal text as Markdown that shows it.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if "\\`*_[]#>~|".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests;
