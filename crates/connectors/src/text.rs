//! Rules for what people type.

use kernel::FieldError;

use crate::{Error, Result};

/// A name that people see: 1 to 200 characters, none of them control characters.
pub(crate) fn name(pointer: &'static str, text: &str) -> Result<()> {
    let length = text.trim().chars().count();
    if length == 0 {
        return Err(Error::invalid(pointer, "name.empty", "a name is needed"));
    }
    if length > MAX_NAME {
        let detail = format!("at most {MAX_NAME} characters");
        let field = FieldError::new(pointer, "name.too_long", detail);
        return Err(Error::Invalid { fields: vec![field] });
    }
    plain(pointer, text)
}

/// A longer text, which may be empty and have lines.
pub(crate) fn description(pointer: &'static str, text: &str) -> Result<()> {
    if text.chars().count() > MAX_DESCRIPTION {
        let detail = format!("at most {MAX_DESCRIPTION} characters");
        return Err(Error::invalid(pointer, "text.too_long", detail));
    }
    plain(pointer, &text.replace(['\n', '\r', '\t'], " "))
}

fn plain(pointer: &'static str, text: &str) -> Result<()> {
    if text.chars().any(|c| c.is_control() || is_direction(c)) {
        return Err(Error::invalid(pointer, "text.control", "no control characters are allowed"));
    }
    Ok(())
}

/// Characters that reorder the text around them and so let one name look like another.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A text of somebody else, cut to what is stored of it.
pub(crate) fn shortened(text: &str) -> String {
    let fits = |c: &char| (*c == '\n' || !c.is_control()) && !is_direction(*c);
    text.trim().chars().filter(fits).take(MAX_DESCRIPTION).collect()
}

/// The name of a file on any system.
pub(crate) fn file_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '-' { c } else { '-' })
        .take(80)
        .collect();
    let plain = plain.trim_matches('-');
    if plain.is_empty() { "connector".to_owned() } else { plain.to_owned() }
}

/// A colour such as `#da3b01`.
pub(crate) fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

const MAX_NAME: usize = 200;
const MAX_DESCRIPTION: usize = 2000;
