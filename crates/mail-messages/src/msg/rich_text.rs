//! Rich text as Outlook keeps it: packed ([MS-OXRTFCP]), often with HTML inside ([MS-OXRTFEX]).

use crate::{charset, limits::MAX_HTML_BYTES};

/// What packed rich text holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rich {
    /// HTML that was put into rich text.
    Html(String),
    /// Only words of the rich text.
    Text(String),
}

/// Unpacks and reads it; nothing when it is neither.
pub(super) fn read(packed: &[u8]) -> Option<Rich> {
    let rich = unpack(packed)?;
    if !rich.starts_with(b"{\\rtf1") {
        return None;
    }
    let is_html = rich.windows(10).take(1_000).any(|window| window == b"\\fromhtml1");
    let text = words(&rich, is_html);
    Some(if is_html { Rich::Html(text) } else { Rich::Text(text) })
}

/// Unpacks ([MS-OXRTFCP] 3.1).
fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = packed.split_at_checked(16)?;
    let number = |at: usize| Some(u32::from_le_bytes(*head.get(at..at + 4)?.first_chunk::<4>()?));
    let size = usize::try_from(number(4)?).ok()?.min(MAX_HTML_BYTES * 2);
    match number(8)? {
        UNCOMPRESSED => return Some(rest.get(..size.min(rest.len()))?.to_vec()),
        COMPRESSED => {}
        _ => return None,
    }
    let mut window = [b' '; 4096];
    window.get_mut(..DICTIONARY.len())?.copy_from_slice(DICTIONARY);
    let mut at = DICTIONARY.len();
    let mut out = Vec::with_capacity(size.min(rest.len() * 8));
    let mut bytes = rest.iter().copied();
    let mut put = |byte: u8, at: &mut usize, window: &mut [u8; 4096]| {
        if let Some(place) = window.get_mut(*at) {
            *place = byte;
        }
        *at = (*at + 1) % 4096;
        out.push(byte);
        out.len() < size
    };
    'all: while let Some(control) = bytes.next() {
        for bit in 0..8 {
            if control & (1 << bit) == 0 {
                let Some(byte) = bytes.next() else { break 'all };
                if !put(byte, &mut at, &mut window) {
                    break 'all;
                }
                continue;
            }
            let (Some(high), Some(low)) = (bytes.next(), bytes.next()) else { break 'all };
            let token = usize::from(u16::from_be_bytes([high, low]));
            let (offset, length) = (token >> 4, (token & 0xF) + 2);
            if offset == at {
                break 'all;
            }
            for step in 0..length {
                let byte = window.get((offset + step) % 4096).copied().unwrap_or(b' ');
                if !put(byte, &mut at, &mut window) {
                    break 'all;
                }
            }
        }
    }
    Some(out)
}

/// The words of rich text; of HTML inside it, the HTML ([MS-OXRTFEX] 2.2).
fn words(rich: &[u8], is_html: bool) -> String {
    let mut reader = Reader { rich, at: 0 };
    let mut out: Vec<u8> = Vec::new();
    let mut text = String::new();
    // groups: whether what is in them is left out, and whether it is rich text beside the HTML
    let mut groups = vec![State::default()];
    let mut skip_fallback = 0_u32;
    while let Some(token) = reader.next() {
        let depth = groups.len();
        let Some(state) = groups.last_mut() else { break };
        let is_hidden = state.ignored || (is_html && state.beside);
        match token {
            Token::Open if depth < MAX_GROUPS => {
                let inner = *state;
                groups.push(State { first: true, destination: false, first_word: false, ..inner });
                continue;
            }
            Token::Open => return text,
            Token::Close => {
                groups.pop();
                continue;
            }
            Token::Symbol(b'*') if state.first => state.destination = true,
            Token::Symbol(byte @ (b'{' | b'}' | b'\\')) if !is_hidden => out.push(byte),
            Token::Symbol(b'~') if !is_hidden => {
                out.extend_from_slice(if is_html { b"&nbsp;" } else { b" " });
            }
            Token::Hex(byte) => {
                if skip_fallback > 0 {
                    skip_fallback -= 1;
                } else if !is_hidden {
                    out.push(byte);
                }
            }
            Token::Byte(byte) => {
                if skip_fallback > 0 {
                    skip_fallback -= 1;
                } else if !is_hidden && !matches!(byte, b'\r' | b'\n') {
                    out.push(byte);
                }
            }
            Token::Word(word, number) => match word {
                b"htmltag" if state.destination => (state.ignored, state.beside) = (false, false),
                b"htmlrtf" => state.beside = number != Some(0),
                b"fonttbl" | b"colortbl" | b"stylesheet" | b"info" | b"pict" | b"object" => {
                    state.ignored = true;
                }
                _ if state.destination && state.first_word => state.ignored = true,
                b"par" | b"line" if !is_hidden => out.push(b'\n'),
                b"tab" if !is_hidden => out.push(b'\t'),
                b"lquote" if !is_hidden => out.push(0x91),
                b"rquote" if !is_hidden => out.push(0x92),
                b"ldblquote" if !is_hidden => out.push(0x93),
                b"rdblquote" if !is_hidden => out.push(0x94),
                b"bullet" if !is_hidden => out.push(0x95),
                b"endash" if !is_hidden => out.push(0x96),
                b"emdash" if !is_hidden => out.push(0x97),
                b"u" if !is_hidden => {
                    flush(&mut out, &mut text);
                    let code = number.unwrap_or(0);
                    let code = u32::try_from(if code < 0 { code + 65_536 } else { code });
                    text.push(code.ok().and_then(char::from_u32).unwrap_or('\u{FFFD}'));
                    skip_fallback = 1;
                }
                _ => {}
            },
            Token::Symbol(_) => {}
        }
        if let Some(state) = groups.last_mut() {
            // `\*` stands before the word that says what the group is
            state.first &= matches!(token, Token::Symbol(b'*'));
            state.first_word = state.first;
        }
        if text.len() + out.len() > MAX_HTML_BYTES {
            break;
        }
    }
    flush(&mut out, &mut text);
    text
}

fn flush(out: &mut Vec<u8>, text: &mut String) {
    if !out.is_empty() {
        text.push_str(&charset::decode(out, Some("windows-1252")).0);
        out.clear();
    }
}

#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "what may be so of a group, each by itself")]
struct State {
    ignored: bool,
    beside: bool,
    /// Nothing of the group was read yet.
    first: bool,
    /// The group began with `\*`.
    destination: bool,
    /// The next word says what the group is.
    first_word: bool,
}

/// A piece of rich text.
#[derive(Debug, Clone, Copy)]
enum Token<'r> {
    Open,
    Close,
    Symbol(u8),
    Hex(u8),
    Byte(u8),
    Word(&'r [u8], Option<i32>),
}

struct Reader<'r> {
    rich: &'r [u8],
    at: usize,
}

impl<'r> Reader<'r> {
    fn peek(&self) -> Option<u8> {
        self.rich.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Token<'r>> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'{' => Token::Open,
            b'}' => Token::Close,
            b'\\' => self.control()?,
            byte => Token::Byte(byte),
        })
    }

    fn control(&mut self) -> Option<Token<'r>> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
            self.at += 1;
        }
        let word = self.rich.get(start..self.at).unwrap_or_default();
        if word.is_empty() {
            let symbol = self.peek()?;
            self.at += 1;
            if symbol != b'\'' {
                return Some(Token::Symbol(symbol));
            }
            let digits = self.rich.get(self.at..self.at + 2)?;
            self.at += 2;
            let byte =
                std::str::from_utf8(digits).ok().and_then(|d| u8::from_str_radix(d, 16).ok());
            return Some(Token::Hex(byte.unwrap_or(b'?')));
        }
        let from = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) && self.at - from < 11 {
            self.at += 1;
        }
        let digits =
            self.rich.get(from..self.at).and_then(|digits| std::str::from_utf8(digits).ok());
        let number = digits.and_then(|digits| digits.parse().ok());
        if self.peek() == Some(b' ') {
            self.at += 1;
        }
        Some(Token::Word(word, number))
    }
}

/// What the window begins with ([MS-OXRTFCP] 2.1.2.1).
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const COMPRESSED: u32 = 0x7546_5A4C;
const UNCOMPRESSED: u32 = 0x414C_454D;
/// How deep groups may stand in each other.
const MAX_GROUPS: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of [MS-OXRTFCP] 3.2.
    #[test]
    fn the_example_of_the_specification_is_unpacked() {
        let packed = [
            0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5,
            0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42,
            0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0,
            0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        let rich = unpack(&packed).unwrap();
        assert_eq!(rich, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(read(&packed), Some(Rich::Text("hello world".to_owned())));
    }

    fn plain(rich: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let length = u32::try_from(rich.len()).unwrap();
        out.extend((length + 12).to_le_bytes());
        out.extend(length.to_le_bytes());
        out.extend(UNCOMPRESSED.to_le_bytes());
        out.extend([0; 4]);
        out.extend(rich.as_bytes());
        out
    }

    #[test]
    fn html_inside_rich_text_comes_out() {
        let rich = "{\\rtf1\\ansi\\fromhtml1 \\deff0{\\fonttbl{\\f0 Arial;}}{\\*\\generator x;}\
            {\\*\\htmltag64 <p>}\\htmlrtf {\\b \\htmlrtf0 caf\\'e9 \\u8364?{\\*\\htmltag72 </p>}\\htmlrtf }\\htmlrtf0 }";
        assert_eq!(read(&plain(rich)), Some(Rich::Html("<p>café €</p>".to_owned())));
    }

    #[test]
    fn what_is_damaged_gives_what_there_is() {
        assert_eq!(read(b"short"), None);
        assert_eq!(read(&plain("no rich text")), None);
        assert!(read(&plain(&format!("{{\\rtf1{}", "{".repeat(10_000)))).is_some());
        assert_eq!(read(&plain("{\\rtf1 a\\'")), Some(Rich::Text("a".to_owned())));
    }
}
