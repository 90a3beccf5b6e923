//! Addresses, as people are recognised by them.

use crate::{limits::MAX_LINE_CHARS, message::line};

/// A person in a mail.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// What the mail calls them.
    pub name: Option<String>,
    /// The address, in lower case.
    pub address: String,
}

impl Address {
    /// A person; nothing when the address is none.
    pub fn new(name: Option<&str>, address: &str) -> Option<Self> {
        let address = normalised(address)?;
        let name = name.map(|name| line(name.trim().trim_matches(['"', '\'']), MAX_LINE_CHARS));
        // many clients repeat the address as the name
        let name = name.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case(&address));
        Some(Self { name, address })
    }

    /// The domain, which is never empty.
    pub fn domain(&self) -> &str {
        domain_of(&self.address)
    }

    /// What to call the person: the name, else the address.
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.address)
    }

    /// Given and family name, as far as the name tells: `Byron, Ada` and `Ada Byron`.
    pub fn parted(&self) -> (Option<String>, Option<String>) {
        let Some(name) = &self.name else { return (None, None) };
        part_name(name)
    }
}

/// Given and family name: what stands before the last word, or behind a comma, is given. A family name in capitals and one
/// with particles (`de la Tour`, `Le Goff`, `van den Berg`) is taken whole; titles before and letters behind are left out.
pub(crate) fn part_name(name: &str) -> (Option<String>, Option<String>) {
    // what companies and clients put behind a name: (Contoso), [external]
    let bare = name.split(['(', '[', '|']).next().unwrap_or_default().trim();
    let some = |words: &[&str]| Some(words.join(" ")).filter(|text| !text.is_empty());
    let is_letters = |word: &str| {
        let plain: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        LETTERS.contains(&plain.to_lowercase().as_str())
    };
    let mut commas = bare.split(',').map(str::trim).filter(|part| !part.is_empty());
    let first = commas.next().unwrap_or_default();
    if let Some(given) = commas.find(|part| !is_letters(part)) {
        let given: Vec<&str> = given.split_whitespace().collect();
        let family: Vec<&str> = first.split_whitespace().collect();
        return (some(&given), some(&family));
    }
    let mut words: Vec<&str> = first.split_whitespace().collect();
    while words.len() > 2 && words.last().is_some_and(|word| is_letters(word)) {
        words.pop();
    }
    while words.len() > 1 && words.first().is_some_and(|word| is_courtesy(word)) {
        words.remove(0);
    }
    let is_loud = |word: &&str| {
        word.chars().filter(|c| c.is_alphabetic()).count() > 1
            && word.chars().all(|c| !c.is_lowercase())
            && !word.ends_with('.')
    };
    let loud = words.iter().filter(|word| is_loud(word)).count();
    // MARCHAND Julie, Julie MARCHAND
    if loud > 0 && loud < words.len() {
        let before = words.iter().take_while(|word| is_loud(word)).count();
        let behind = words.iter().rev().take_while(|word| is_loud(word)).count();
        if before == loud {
            let (family, given) = words.split_at(before);
            return (some(given), some(family));
        }
        if behind == loud {
            let (given, family) = words.split_at(words.len() - behind);
            return (some(given), some(family));
        }
    }
    let last = words.len().saturating_sub(1);
    let particle = |word: &&str| PARTICLES.contains(&word.to_lowercase().as_str());
    let at = words.iter().take(last).skip(1).position(particle).map_or(last, |at| at + 1);
    let (given, family) = words.split_at(at);
    (some(given), some(family))
}

/// Whether a word before a name is none of it.
pub(crate) fn is_courtesy(word: &str) -> bool {
    let plain = word.trim_end_matches('.').to_lowercase();
    let always = [
        "mr", "mrs", "ms", "mme", "mlle", "dr", "prof", "herr", "frau", "ing", "i.a", "i.v", "ppa",
        "me",
    ];
    always.contains(&plain.as_str())
        && (word.ends_with('.') || !matches!(plain.as_str(), "me" | "ing"))
        || word == "M."
}

/// Words that belong to the family name behind them.
const PARTICLES: &[&str] = &[
    "de", "du", "des", "d'", "la", "le", "les", "van", "von", "zu", "zum", "zur", "der", "den",
    "ten", "ter", "di", "da", "dal", "del", "della", "dos", "das", "el", "al", "ben", "bin", "ibn",
    "abu", "abou", "mac", "st", "saint",
];
/// Letters behind a name, which are none of it.
const LETTERS: &[&str] = &[
    "mba", "phd", "md", "cpa", "pmp", "esq", "jr", "sr", "ii", "iii", "iv", "ing", "peng", "pe",
    "msc", "bsc", "ma", "ba", "cfa", "acca", "frcs", "dds", "jd", "llm", "cissp", "ceng", "eng",
    "ca", "shrmcp", "cpsm", "dr",
];

/// An address as it is compared: without brackets, `mailto:` and spaces, in lower case. Nothing when it is none: what
/// stands before the sign is not looked into (RFC 5321 §2.3.11 leaves it to its host), the domain has to be one.
///
/// ```
/// use liaison_mail_messages::normalised;
///
/// assert_eq!(normalised(" <Ada.Byron@Contoso.Example> ").as_deref(), Some("ada.byron@contoso.example"));
/// assert_eq!(normalised("undisclosed-recipients"), None);
/// ```
pub fn normalised(address: &str) -> Option<String> {
    let lower = address.to_lowercase();
    let mut bare = lower.as_str();
    loop {
        let next = bare.trim().trim_matches(['<', '>', '\'', '"']);
        let next = next.strip_prefix("mailto:").unwrap_or(next);
        // RFC 5322 §4.4: a route before the address, which nobody takes any more
        let next = match next.split_once(':') {
            Some((route, rest)) if route.starts_with('@') && rest.contains('@') => rest,
            _ => next,
        };
        if next.len() == bare.len() {
            break;
        }
        bare = next;
    }
    // RFC 5321 §4.5.3.1: 64 and 255 octets
    let (local, domain) = bare.rsplit_once('@')?;
    let domain = domain.trim_end_matches('.');
    let is_domain = !domain.is_empty()
        && domain.len() <= 255
        && domain.split('.').all(|label| !label.is_empty() && label.len() <= 63)
        && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'));
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',');
    let is_local = !local.is_empty() && local.len() <= 64 && !local.contains(is_odd);
    (is_domain && is_local).then(|| format!("{local}@{domain}"))
}

/// The domain of an address.
pub fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_compared_in_one_shape() {
        for (written, compared) in [
            ("Ada@Contoso.Example", Some("ada@contoso.example")),
            ("mailto:ADA@contoso.example", Some("ada@contoso.example")),
            ("'ada@contoso.example'", Some("ada@contoso.example")),
            ("ada@contoso.example.", Some("ada@contoso.example")),
            ("ada+list@büro.example", Some("ada+list@büro.example")),
            ("<@relay.example,@other.example:ada@contoso.example>", Some("ada@contoso.example")),
            ("ada@", None),
            ("@contoso.example", None),
            ("ada@a..b", None),
            ("a b@contoso.example", None),
            ("ada", None),
        ] {
            assert_eq!(normalised(written).as_deref(), compared, "{written}");
        }
    }

    #[test]
    fn a_name_is_parted_as_people_write_it() {
        let parted = |name: &str| {
            let (given, family) = Address::new(Some(name), "a@b.example").unwrap().parted();
            (given.unwrap_or_default(), family.unwrap_or_default())
        };
        let pair = |given: &str, family: &str| (given.to_owned(), family.to_owned());
        assert_eq!(parted("Ada Byron"), pair("Ada", "Byron"));
        assert_eq!(parted("Byron, Ada"), pair("Ada", "Byron"));
        assert_eq!(parted("Ada Byron (Contoso)"), pair("Ada", "Byron"));
        assert_eq!(parted("\"Anne Isabella Byron\""), pair("Anne Isabella", "Byron"));
        assert_eq!(parted("Ada"), pair("", "Ada"));
        assert_eq!(parted("Julie MARCHAND"), pair("Julie", "MARCHAND"));
        assert_eq!(parted("EL AMRANI Nadia"), pair("Nadia", "EL AMRANI"));
        assert_eq!(parted("ADA BYRON"), pair("ADA", "BYRON"));
        assert_eq!(parted("Pierre Le Goff"), pair("Pierre", "Le Goff"));
        assert_eq!(parted("Jean-Baptiste de la Tour"), pair("Jean-Baptiste", "de la Tour"));
        assert_eq!(parted("Ben King"), pair("Ben", "King"));
        assert_eq!(parted("Chidi Okafor, MBA"), pair("Chidi", "Okafor"));
        assert_eq!(parted("Okafor, Chidi, MBA"), pair("Chidi", "Okafor"));
        assert_eq!(parted("Robert J. Smith III"), pair("Robert J.", "Smith"));
        assert_eq!(parted("Dr. Ada Byron"), pair("Ada", "Byron"));
    }

    #[test]
    fn a_name_that_is_the_address_is_none() {
        let person = Address::new(Some("Ada@contoso.example"), "ada@contoso.example").unwrap();
        assert_eq!(person.name, None);
        assert_eq!(person.shown(), "ada@contoso.example");
    }

    proptest! {
        #[test]
        fn what_is_normalised_stays_so(text in "\\PC{0,60}(@\\PC{0,60})?") {
            if let Some(once) = normalised(&text) {
                prop_assert_eq!(normalised(&once), Some(once.clone()));
                prop_assert!(!domain_of(&once).is_empty());
            }
        }
    }
}
