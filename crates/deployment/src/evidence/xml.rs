//! The plain XML of metadata files: elements and texts. No document types, so no entities of anybody's own; attributes
//! are not looked at.

use std::borrow::Cow;

use super::Fault;

/// Elements of a file, and how deep they lie. Ours: a file of the largest size that is read has no more.
const MAX_ELEMENTS: usize = 2_000_000;
const MAX_DEPTH: usize = 16;
/// Texts of one file that are kept. Ours.
const MAX_LEAVES: usize = 100_000;

/// A text at its place: the names of the elements around it, the root first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leaf<'t> {
    pub(super) path: Vec<&'t str>,
    /// Which of the elements directly below the root it is in.
    pub(super) part: usize,
    pub(super) text: String,
}

/// The root and the texts of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Document<'t> {
    pub(super) root: &'t str,
    pub(super) leaves: Vec<Leaf<'t>>,
}

/// Reads a file; of the elements below the root, the texts of those that `kept` names stay.
pub(super) fn read<'t>(text: &'t str, entry: &str, kept: &[&str]) -> Result<Document<'t>, Fault> {
    let wrong = |detail: &str| Fault::new(format!("/{entry}"), "evidence.not_xml", detail);
    let mut document = Document::default();
    let (mut path, mut part, mut count): (Vec<&str>, usize, usize) = (Vec::new(), 0, 0);
    let mut rest = text.trim_start_matches('\u{feff}');
    while let Some((before, after)) = rest.split_once('<') {
        let value = before.trim();
        if !value.is_empty() && !path.is_empty() {
            let text = resolved(value).ok_or_else(|| wrong("an entity that nobody knows"))?;
            if path.get(1).is_some_and(|name| kept.contains(name)) {
                if document.leaves.len() >= MAX_LEAVES {
                    return Err(wrong("too many elements, or too deep"));
                }
                document.leaves.push(Leaf { path: path.clone(), part, text: text.into_owned() });
            }
        }
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").ok_or_else(|| wrong("a comment without its end"))?.1;
            continue;
        }
        if after.starts_with('!') {
            return Err(wrong("a document type, or what is marked off; neither is taken"));
        }
        let (tag, behind) = after.split_once('>').ok_or_else(|| wrong("a tag without its end"))?;
        rest = behind;
        if tag.starts_with('?') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            if path.pop().is_none_or(|open| open != local(name.trim())) {
                return Err(wrong("an end without its beginning"));
            }
            continue;
        }
        let name = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
        if name.is_empty() || name.len() > 100 || !name.chars().all(fits) {
            return Err(wrong("a name that is none"));
        }
        let name = local(name);
        count += 1;
        if count > MAX_ELEMENTS || path.len() >= MAX_DEPTH {
            return Err(wrong("too many elements, or too deep"));
        }
        match path.len() {
            0 if !document.root.is_empty() => return Err(wrong("two roots")),
            0 => document.root = name,
            1 => part += 1,
            _ => {}
        }
        if !tag.ends_with('/') {
            path.push(name);
        }
    }
    if !path.is_empty() || document.root.is_empty() {
        return Err(wrong("it ends too soon"));
    }
    Ok(document)
}

/// A name without the prefix of its name space: tools write the one of metadata with a prefix or without.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

impl Document<'_> {
    /// The texts of one element below the root, by the name of its child: `part` as in [`Leaf`].
    pub(super) fn parts<'d>(&'d self, name: &'d str) -> impl Iterator<Item = &'d Leaf<'d>> {
        self.leaves.iter().filter(move |leaf| leaf.path.get(1).is_some_and(|known| *known == name))
    }

    /// The first text at a path below the root.
    pub(super) fn first(&self, path: &[&str]) -> Option<&str> {
        let at = |leaf: &&Leaf<'_>| leaf.path.iter().skip(1).copied().eq(path.iter().copied());
        self.leaves.iter().find(at).map(|leaf| leaf.text.as_str())
    }
}

fn resolved(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('&') {
        return Some(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (name, behind) = after.split_once(';')?;
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            other => {
                let number = other.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)?
            }
        });
        rest = behind;
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}
