//! The signature of who wrote a mail, read as the fields of a contact.
//!
//! A signature is found by what stands before it (`-- `, a closing formula) or by the sender's own name on a line near
//! the end. What its lines are is told by their shape, never guessed from elsewhere: what is found is proposed to a
//! person, who confirms it.

mod lines;
mod words;

use crate::{Address, address::part_name, message::line};
use lines::{address_in, is_name, is_title, phones, place, site_in};
use words::{COMPANIES, begins_closing, behind_closing, is_footer};

/// What a signature says about a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// The name as it stands there.
    pub name: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// What they do.
    pub job_title: Option<String>,
    /// For whom.
    pub company: Option<String>,
    /// The telephone at work.
    pub phone: Option<String>,
    /// The mobile telephone.
    pub mobile: Option<String>,
    /// The fax.
    pub fax: Option<String>,
    /// Another address of mail.
    pub email: Option<String>,
    /// Where, on one line.
    pub address: Option<String>,
    /// The site.
    pub site: Option<String>,
}

impl Signature {
    /// Whether it says more than a name.
    pub fn says_something(&self) -> bool {
        let rest = [&self.job_title, &self.company, &self.phone, &self.mobile, &self.address];
        rest.into_iter().any(Option::is_some) || self.site.is_some()
    }
}

/// Finds the signature in what somebody wrote; `newest` is one message of a thread, without what it quotes.
pub fn find(newest: &str, sender: Option<&Address>) -> Option<Signature> {
    let mut all: Vec<String> = Vec::new();
    for text in newest.lines().map(|text| line(text, MAX_CHARS)) {
        // "Best regards, Ada Byron | CFO" is two lines
        let behind = behind_closing(&text).filter(|rest| {
            let first = rest.split(['|', '–', ',']).next().unwrap_or_default().trim();
            sender.is_some_and(|sender| is_name_of(first, sender))
        });
        if let Some(rest) = behind {
            let formula = text.len() - rest.len();
            all.push(
                text.get(..formula)
                    .unwrap_or_default()
                    .trim_end_matches([' ', '-', '–'])
                    .to_owned(),
            );
            all.push(rest.to_owned());
        } else {
            all.push(text);
        }
    }
    let start = begin(&all, sender)?;
    let block: Vec<&str> = all
        .get(start..)
        .unwrap_or_default()
        .iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .take_while(|text| !is_footer(text))
        .take(MAX_LINES)
        .collect();
    if block.is_empty() {
        return None;
    }
    Some(read(&block, sender))
}

/// The line at which the signature begins.
fn begin(all: &[String], sender: Option<&Address>) -> Option<usize> {
    // RFC 3676 §4.3; the space is often lost
    if let Some(at) =
        all.iter().rposition(|text| matches!(text.as_str(), "--" | "-- " | "—" | "___"))
    {
        return Some(at + 1);
    }
    let written = all.iter().filter(|text| !text.is_empty()).count();
    let from = all.len().saturating_sub(MAX_LINES + 15);
    let near = all.get(from..).unwrap_or_default();
    if let Some(at) = near.iter().rposition(|text| begins_closing(text)) {
        return Some(from + at + 1);
    }
    let sender = sender?;
    // the whole name says more than a part of it, which may be that of the company
    let whole = |text: &String| is_name_of(text, sender) && has_all_of(text, sender);
    let at = near.iter().rposition(whole);
    let at = at.or_else(|| near.iter().rposition(|text| is_name_of(text, sender)));
    // a mail that is one name is no signature yet
    at.map(|at| from + at).filter(|_| written > 1)
}

/// Whether a line is the name of the sender.
fn is_name_of(text: &str, sender: &Address) -> bool {
    if !is_name(text) {
        return false;
    }
    let words = plain_words(text.split(['(', ',', '|']).next().unwrap_or_default());
    if let Some(name) = &sender.name {
        let (given, family) = part_name(name);
        let has = |part: &Option<String>| {
            part.as_deref().is_some_and(|part| {
                let part = plain_words(part);
                !part.is_empty() && part.iter().all(|word| words.contains(word))
            })
        };
        return has(&family) || (has(&given) && words.len() <= 2);
    }
    let local = sender.address.split('@').next().unwrap_or_default();
    let parts: Vec<&str> = local.split(['.', '-', '_']).filter(|word| word.len() > 2).collect();
    let joined = words.join(" ");
    !parts.is_empty() && parts.iter().all(|word| joined.contains(word))
}

/// Whether every word of the sender's name stands in a line.
fn has_all_of(text: &str, sender: &Address) -> bool {
    let words = plain_words(text);
    let name = sender.name.as_deref().map(plain_words).unwrap_or_default();
    name.len() > 1 && name.iter().all(|word| words.contains(word))
}

/// The words of a name in small letters without accents.
fn plain_words(text: &str) -> Vec<String> {
    let letters = text.split(|c: char| !c.is_alphanumeric());
    letters.filter(|word| !word.is_empty()).map(folded).collect()
}

/// Small letters without the accents of Western Europe.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => out.push('a'),
            'ç' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ñ' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => out.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => out.push('u'),
            'ß' => out.push_str("ss"),
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            c => out.push(c),
        }
    }
    out
}

fn read(block: &[&str], sender: Option<&Address>) -> Signature {
    let mut found = Signature::default();
    let mut address: Vec<String> = Vec::new();
    for (index, text) in block.iter().enumerate() {
        for (kind, number) in phones(text) {
            let field = match kind {
                'm' => &mut found.mobile,
                'f' => &mut found.fax,
                _ => &mut found.phone,
            };
            field.get_or_insert(number);
        }
        if let Some(email) = address_in(text) {
            found.email.get_or_insert(email);
        }
        if let Some(site) = site_in(text, sender.map_or("", Address::domain)) {
            found.site.get_or_insert(site);
            if !text.contains(['|', '•', '·', '–']) {
                continue;
            }
        }
        let has_contact = text.contains('@') || !phones(text).is_empty();
        // name, title and company often stand on one line: "Ada Byron | CFO | Contoso Ltd"
        for piece in text.split(['|', '•', '·', '–']).flat_map(|part| part.split(" - ")) {
            let piece = piece.trim().trim_end_matches([',', ';']).trim();
            if piece.is_empty() || has_contact && piece.contains(['@', '+']) {
                continue;
            }
            let is_first = index == 0;
            let is_own = sender.is_none_or(|sender| is_name_of(piece, sender));
            // the first name alone, and the whole one in the lines below
            let is_more = found.name.as_ref().is_some_and(|name| {
                sender.is_some() && !name.contains(' ') && piece.contains(' ') && is_own
            });
            if (found.name.is_none() || is_more)
                && index <= 3
                && is_name(piece)
                && (!is_title(piece) || sender.is_some_and(|sender| has_all_of(piece, sender)))
                && (is_first || is_own)
                && !(is_more && is_company(piece, sender))
            {
                found.name = Some(piece.to_owned());
            } else if found.job_title.is_none() && is_title(piece) {
                take_title(piece, &mut found, sender);
            } else if found.company.is_none() && is_company(piece, sender) {
                // "Contoso AG, Bahnhofstrasse 1, 8001 Zürich"
                match piece.split_once(", ") {
                    Some((company, rest)) if place(rest) => {
                        found.company = Some(company.to_owned());
                        address.push(rest.to_owned());
                    }
                    _ => found.company = Some(piece.to_owned()),
                }
            } else if !has_contact && place(piece) && address.len() < 3 {
                address.push(piece.to_owned());
            }
        }
    }
    if let Some(name) = &found.name {
        (found.given_name, found.family_name) = part_name(name);
    } else if let Some(sender) = sender {
        (found.given_name, found.family_name) = sender.parted();
        found.name.clone_from(&sender.name);
    }
    found.email = found.email.filter(|email| sender.is_none_or(|sender| sender.address != *email));
    found.address = (!address.is_empty()).then(|| address.join(", "));
    found
}

/// "CFO, Contoso Ltd" and "CFO at Contoso"; "VP, Procurement" is one title.
fn take_title(piece: &str, found: &mut Signature, sender: Option<&Address>) {
    for mark in [" at ", " chez ", " @ ", ", "] {
        if let Some((title, company)) = piece.split_once(mark)
            && is_title(title)
            && !is_title(company)
            && (mark != ", " || is_company(company.trim(), sender))
        {
            found.job_title = Some(title.trim().to_owned());
            found.company.get_or_insert_with(|| company.trim().to_owned());
            return;
        }
    }
    found.job_title = Some(piece.to_owned());
}

/// A company says so, or is called as its domain is.
fn is_company(piece: &str, sender: Option<&Address>) -> bool {
    if piece.chars().count() > 80 || piece.contains(['@', ':']) {
        return false;
    }
    let words: Vec<String> = piece
        .split([' ', ',', '.'])
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.len() > 1 && words.iter().any(|word| COMPANIES.contains(&word.as_str())) {
        return true;
    }
    let domain = sender.map_or("", Address::domain);
    let label = domain.rsplit('.').nth(1).filter(|label| label.len() > 2);
    let joined: String = piece.chars().filter(|c| c.is_alphanumeric()).collect();
    label.is_some_and(|label| {
        let joined = folded(&joined);
        joined == label.replace('-', "")
            || (words.len() <= 4 && words.iter().any(|word| folded(word) == label))
    })
}

/// Lines of a signature and characters of each; our own choice.
const MAX_LINES: usize = 14;
const MAX_CHARS: usize = 200;

#[cfg(test)]
mod tests;
