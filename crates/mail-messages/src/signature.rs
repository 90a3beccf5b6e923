//! The signature of who wrote a mail, read as the fields of a contact.
//!
//! A signature is found by what stands before it (`-- `, a closing formula) or by the sender's own name on a line near
//! the end. What its lines are is told by their shape, never guessed from elsewhere: what is found is proposed to a
//! person, who confirms it.

mod lines;
mod words;

use crate::{Address, address::part_name, message::line};
use lines::{address_in, is_name, is_title, phones, place, site_in};
use words::{COMPANIES, begins_closing};

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
    let all: Vec<String> = newest.lines().map(|text| line(text, MAX_CHARS)).collect();
    let start = begin(&all, sender)?;
    let block: Vec<&str> = all
        .get(start..)
        .unwrap_or_default()
        .iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
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
    let at = near.iter().rposition(|text| is_name_of(text, sender));
    // a mail that is one name is no signature yet
    at.map(|at| from + at).filter(|_| written > 1)
}

/// Whether a line is the name of the sender.
fn is_name_of(text: &str, sender: &Address) -> bool {
    if !is_name(text) {
        return false;
    }
    let lower = text.to_lowercase();
    if let Some(name) = &sender.name {
        let (given, family) = part_name(name);
        let has = |part: &Option<String>| {
            part.as_ref().is_some_and(|part| lower.contains(&part.to_lowercase()))
        };
        return has(&family) || (has(&given) && lower.split(' ').count() <= 2);
    }
    let local = sender.address.split('@').next().unwrap_or_default();
    let words: Vec<&str> = local.split(['.', '-', '_']).filter(|word| word.len() > 2).collect();
    !words.is_empty() && words.iter().all(|word| lower.contains(word))
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
        if let Some(site) = site_in(text) {
            found.site.get_or_insert(site);
            continue;
        }
        let has_contact = text.contains('@') || !phones(text).is_empty();
        // name, title and company often stand on one line: "Ada Byron | CFO | Contoso Ltd"
        for piece in text.split(['|', '•', '·', '–']).flat_map(|part| part.split(" - ")) {
            let piece = piece.trim().trim_end_matches([',', ';']).trim();
            if piece.is_empty() || has_contact && piece.contains(['@', '+']) {
                continue;
            }
            let is_first = index == 0;
            if found.name.is_none()
                && index <= 2
                && is_name(piece)
                && !is_title(piece)
                && (is_first || sender.is_none_or(|sender| is_name_of(piece, sender)))
            {
                found.name = Some(piece.to_owned());
            } else if found.job_title.is_none() && is_title(piece) {
                take_title(piece, &mut found);
            } else if found.company.is_none() && is_company(piece, sender) {
                found.company = Some(piece.to_owned());
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

/// "CFO, Contoso Ltd" and "CFO at Contoso".
fn take_title(piece: &str, found: &mut Signature) {
    for mark in [" at ", " chez ", " @ ", ", "] {
        if let Some((title, company)) = piece.split_once(mark)
            && is_title(title)
            && !is_title(company)
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
        let joined = joined.to_lowercase();
        joined == label.replace('-', "")
            || (words.len() <= 4 && words.iter().any(|word| word == label))
    })
}

/// Lines of a signature and characters of each; our own choice.
const MAX_LINES: usize = 14;
const MAX_CHARS: usize = 200;

#[cfg(test)]
mod tests;
