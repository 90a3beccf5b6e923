//! Who and what was named: people, organisations, products, sums, dates and times.
//!
//! People are the participants and whoever a title or a known first name gives away; organisations are those tracked and
//! those whose name or context says so; what has a capital and is neither is listed as other.

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    Lang, Sentence, Source, dates, money, names, stops,
    tracked::{self, Mentioned, Tracked},
    words::{self, Word},
};

/// What was named in a source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Mentions {
    /// People, most often named first.
    pub people: Vec<Mentioned>,
    /// Organisations that nobody tracks.
    pub organisations: Vec<Mentioned>,
    /// Tracked competitors.
    pub competitors: Vec<Mentioned>,
    /// Products, tracked or by rule.
    pub products: Vec<Mentioned>,
    /// Sums of money as they were said.
    pub money: Vec<Mentioned>,
    /// Days, weeks and months as they were said.
    pub dates: Vec<Mentioned>,
    /// Times of day as they were said.
    pub times: Vec<Mentioned>,
    /// Other names.
    pub others: Vec<Mentioned>,
}

/// Finds what was named; relative dates count from `base`.
pub fn find(source: &Source, tracked: &Tracked, base: Date) -> Mentions {
    let mut out = Mentions {
        competitors: tracked::find(source, &tracked.competitors),
        products: tracked::find(source, &tracked.products),
        ..Mentions::default()
    };
    let known: Vec<String> =
        tracked.competitors.iter().chain(&tracked.products).map(|term| words::line(term)).collect();
    let inside = middle_capitals(source);
    for sentence in &source.sentences {
        let sums = money::find(&sentence.text, source.lang);
        for sum in &sums {
            note(&mut out.money, &sentence.text, sum.start, sum.end, sentence);
        }
        for found in dates::find(&sentence.text, source.lang, base) {
            let list = if found.means.day().is_some() { &mut out.dates } else { &mut out.times };
            note(list, &sentence.text, found.start, found.end, sentence);
        }
        for run in runs(&sentence.text, source.lang, &inside) {
            let line = words::line(run.text);
            // the name of a currency is part of its sum
            let is_money = sums.iter().any(|sum| {
                sentence.text.get(sum.start..sum.end).is_some_and(|text| text.contains(run.text))
            });
            if is_money || known.iter().any(|term| line.contains(term.as_str())) {
                continue;
            }
            match run.kind(source) {
                Kind::Person => add(&mut out.people, &full_name(run.text, source), sentence),
                Kind::Organisation => add(&mut out.organisations, run.text, sentence),
                Kind::Product => add(&mut out.products, run.text, sentence),
                Kind::Other => add(&mut out.others, run.text, sentence),
            }
        }
    }
    settle(&mut out);
    out
}

/// A run of words with capitals.
struct Run<'a> {
    text: &'a str,
    words: Vec<&'a str>,
    /// The folded word before it.
    before: String,
    /// The folded word behind it.
    behind: String,
}

#[derive(Clone, Copy)]
enum Kind {
    Person,
    Organisation,
    Product,
    Other,
}

impl Run<'_> {
    fn kind(&self, source: &Source) -> Kind {
        let folded: Vec<String> = self.words.iter().map(|word| words::fold(word)).collect();
        let first = folded.first().map_or("", String::as_str);
        let last = folded.last().map_or("", |word| word.strip_suffix("'s").unwrap_or(word));
        let before = self.before.as_str();
        if names::TITLES.contains(&before)
            || (before == "m" && source.lang == Lang::French)
            || names::TITLES.contains(&first)
        {
            return Kind::Person;
        }
        if self.words.len() == 2 && ROLES.contains(&before) && !names::is_organisation(last) {
            return Kind::Person;
        }
        if self.words.len() > 1 && names::is_organisation(last)
            || (self.words.len() > 1 && names::is_organisation(first))
        {
            return Kind::Organisation;
        }
        if participant(self.text, source).is_some() {
            return Kind::Person;
        }
        let bare = first.strip_suffix("'s").unwrap_or(first);
        if names::is_first_name(bare) && self.words.len() <= 3 {
            return Kind::Person;
        }
        let numbered = self.words.iter().any(|word| word.chars().any(|c| c.is_ascii_digit()));
        if (self.words.len() > 1 && (names::is_product(last) || numbered))
            || PRODUCT_CONTEXT.contains(&self.behind.as_str())
        {
            return Kind::Product;
        }
        let acronym = self.words.len() == 1
            && self.text.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
        let context: &[&str] = match source.lang {
            Lang::English => &[
                "at",
                "for",
                "from",
                "with",
                "by",
                "versus",
                "vs",
                "against",
                "competitor",
                "customer",
                "client",
                "company",
                "vendor",
                "chose",
                "like",
            ],
            Lang::French => &[
                "chez",
                "par",
                "contre",
                "avec",
                "societe",
                "entreprise",
                "client",
                "concurrent",
                "fournisseur",
                "choisi",
                "comme",
                "groupe",
            ],
        };
        if !acronym && context.contains(&before) {
            return Kind::Organisation;
        }
        Kind::Other
    }
}

/// Folded words that stand with a capital inside of sentences: their capital at a beginning is no accident.
fn middle_capitals(source: &Source) -> std::collections::BTreeSet<String> {
    let mut out = std::collections::BTreeSet::new();
    for sentence in &source.sentences {
        for word in words::words(&sentence.text).iter().skip(1).filter(|word| word.is_capital()) {
            out.insert(words::fold(word.text));
        }
    }
    out
}

/// The runs of capitals of a sentence.
fn runs<'a>(
    text: &'a str,
    lang: Lang,
    inside: &std::collections::BTreeSet<String>,
) -> Vec<Run<'a>> {
    let all = words::words(text);
    // A sentence in capitals tells nothing.
    if all.len() > 3 && all.iter().all(Word::is_capital) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(word) = all.get(at) {
        if !begins(word, at == 0 || after_end(text, word), lang, inside) {
            at += 1;
            continue;
        }
        let from = at;
        let mut to = at;
        while let Some(next) = all.get(to + 1) {
            let gap =
                all.get(to).and_then(|word| text.get(word.end()..next.start)).unwrap_or_default();
            let joined = matches!(gap, " " | "-" | "\u{a0}" | " & " | "'" | "’");
            let digit = next.text.starts_with(|c: char| c.is_ascii_digit())
                && next.text.len() <= 4
                && gap == " ";
            let particle =
                matches!(
                    next.text,
                    "de" | "du" | "des" | "von" | "van" | "la" | "le" | "of" | "et"
                ) && all.get(to + 2).is_some_and(|after| begins(after, false, lang, inside))
                    && to > from
                    && gap == " "
                    && !matches!(next.text, "de" | "of" | "et");
            if joined && (digit || begins(next, false, lang, inside)) {
                to += 1;
            } else if particle {
                to += 2;
            } else {
                break;
            }
        }
        if let (Some(first), Some(last)) = (all.get(from), all.get(to)) {
            let end = last.end() - last.text.len()
                + last.text.trim_end_matches("'s").trim_end_matches("’s").len();
            let folded = |place: Option<usize>| {
                place
                    .and_then(|place| all.get(place))
                    .map(|word| words::fold(word.text))
                    .unwrap_or_default()
            };
            out.push(Run {
                text: text.get(first.start..end).unwrap_or_default(),
                words: all
                    .get(from..=to)
                    .unwrap_or_default()
                    .iter()
                    .map(|word| word.text)
                    .collect(),
                before: folded(from.checked_sub(1)),
                behind: folded(Some(to + 1)),
            });
        }
        at = to + 1;
    }
    out
}

/// Whether a word may belong to a name.
fn begins(
    word: &Word<'_>,
    first: bool,
    lang: Lang,
    inside: &std::collections::BTreeSet<String>,
) -> bool {
    let folded = words::fold(word.text);
    let bare = folded.strip_suffix("'s").unwrap_or(&folded);
    word.is_capital()
        && word.text.chars().count() > 1
        && !stops::is_stop(lang, bare)
        && (!folded.contains('\'') || folded.ends_with("'s"))
        && !dates::is_calendar(bare)
        && !NO_NAMES.contains(&bare)
        && (!first
            || names::is_first_name(bare)
            || (inside.contains(&folded) && !stops::is_stop(lang, bare)))
}

/// Whether a word follows a mark that ends or opens a sentence.
fn after_end(text: &str, word: &Word<'_>) -> bool {
    let before = text.get(..word.start).unwrap_or_default().trim_end();
    before.ends_with(['.', '?', '!', ':', '…', '"', '“', '«', '-', '–', '•'])
}

/// The participant that a name means: by the whole name or by a first name that only one has.
fn participant<'a>(name: &str, source: &'a Source) -> Option<&'a str> {
    let line = words::line(name);
    let mut found = source.speakers.iter().filter(|speaker| {
        let whole = words::line(speaker);
        whole.contains(line.as_str())
    });
    let first = found.next()?;
    found.next().is_none().then_some(first.as_str())
}

fn full_name(name: &str, source: &Source) -> String {
    participant(name, source).map_or_else(|| name.to_owned(), str::to_owned)
}

fn note(list: &mut Vec<Mentioned>, text: &str, start: usize, end: usize, sentence: &Sentence) {
    if let Some(said) = text.get(start..end) {
        add(list, said, sentence);
    }
}

fn add(list: &mut Vec<Mentioned>, name: &str, sentence: &Sentence) {
    let folded = words::fold(name);
    let place = list.iter().position(|known| words::fold(&known.text) == folded);
    let place = place.or_else(|| {
        (list.len() < MAX_NAMES).then(|| {
            list.push(Mentioned::new(name));
            list.len() - 1
        })
    });
    if let Some(found) = place.and_then(|place| list.get_mut(place)) {
        found.at(sentence.place);
    }
}

/// A name that is one kind in one sentence is not another in the next; part of a person's name is that person.
fn settle(out: &mut Mentions) {
    let people: Vec<String> = out.people.iter().map(|person| words::line(&person.text)).collect();
    let organisations: Vec<String> =
        out.organisations.iter().map(|found| words::line(&found.text)).collect();
    let products: Vec<String> = out.products.iter().map(|found| words::line(&found.text)).collect();
    out.organisations.retain(|found| {
        !people.iter().any(|name| name.contains(words::line(&found.text).as_str()))
    });
    out.others.retain(|found| {
        let line = words::line(&found.text);
        ![&people, &organisations, &products]
            .iter()
            .any(|list| list.iter().any(|name| name.contains(line.as_str())))
    });
    // `Ada` is `Ada Byron` when no other Ada is there.
    let whole: Vec<String> = out.people.iter().map(|person| person.text.clone()).collect();
    let mut merged: Vec<Mentioned> = Vec::new();
    for person in std::mem::take(&mut out.people) {
        let line = words::line(&person.text);
        let mut longer = whole.iter().filter(|name| {
            name.len() > person.text.len() && words::line(name).contains(line.as_str())
        });
        let name = match (longer.next(), longer.next()) {
            (Some(only), None) => only.clone(),
            _ => person.text.clone(),
        };
        match merged.iter_mut().find(|known| known.text == name) {
            Some(known) => {
                known.count += person.count;
                known.places.extend(person.places);
                known.places.sort_by_key(|place| (place.unit, place.start));
                known.places.truncate(tracked::MAX_PLACES);
            }
            None => merged.push(Mentioned { text: name, ..person }),
        }
    }
    out.people = merged;
    for list in [&mut out.people, &mut out.organisations, &mut out.products, &mut out.others] {
        list.sort_by_key(|found| std::cmp::Reverse(found.count));
    }
}

/// The most names of one kind.
pub const MAX_NAMES: usize = 100;

/// Whoever follows them is a person.
const ROLES: [&str; 18] = [
    "ceo",
    "cfo",
    "cto",
    "director",
    "manager",
    "colleague",
    "engineer",
    "boss",
    "lawyer",
    "assistant",
    "directeur",
    "directrice",
    "responsable",
    "collegue",
    "ingenieur",
    "assistante",
    "comptable",
    "president",
];

const PRODUCT_CONTEXT: [&str; 12] = [
    "module",
    "product",
    "edition",
    "licence",
    "license",
    "licenses",
    "licences",
    "platform",
    "plan",
    "connector",
    "app",
    "plateforme",
];

/// Words with a capital that name neither persons nor things that matter here.
const NO_NAMES: [&str; 34] = [
    "english",
    "french",
    "german",
    "spanish",
    "european",
    "american",
    "british",
    "internet",
    "ok",
    "okay",
    "pm",
    "am",
    "hi",
    "hello",
    "dear",
    "bonjour",
    "cordialement",
    "regards",
    "best",
    "sincerely",
    "god",
    "ceo",
    "cto",
    "cfo",
    "pdf",
    "faq",
    "asap",
    "fyi",
    "tv",
    "it",
    "hr",
    "rh",
    "please",
    "email",
];
