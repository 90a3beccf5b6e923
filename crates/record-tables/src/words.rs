//! Words of texts, as searches compare them: lower case, without accents, the same on every engine.

use std::ops::Range;

use db::Dialect;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// A word and where it stands in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it is compared.
    pub text: String,
    /// Its bytes in the text.
    pub at: Range<usize>,
}

/// The words of a text in their order: letters and digits that stand together.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let tail = text.get(rest..)?;
            let start = rest + tail.find(is_part)?;
            let tail = text.get(start..)?;
            let length = tail.find(|c| !is_part(c)).unwrap_or(tail.len());
            rest = start + length;
            let folded = fold(tail.get(..length)?);
            if !folded.is_empty() {
                return Some(Word { text: folded, at: start..rest });
            }
        }
    })
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// A text without case and accents; ligatures are spelled out.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let bare = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    for c in bare {
        match c {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            c if c.is_alphanumeric() => folded.push(c),
            _ => {}
        }
        if folded.len() >= LONGEST {
            break;
        }
    }
    folded
}

/// The text of a document without its tags.
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text.replace("&nbsp;", " ").replace("&amp;", "&")
}

/// Words that stand together in this order; the last may be the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    words: Vec<String>,
    prefix: bool,
}

impl Term {
    /// The term that a text asks for; none when it has no words.
    pub fn of(text: &str, prefix: bool) -> Option<Self> {
        let words: Vec<String> = words(text).take(MOST_WORDS).map(|word| word.text).collect();
        (!words.is_empty()).then_some(Self { words, prefix })
    }

    /// Whether a word of a text is one of these.
    pub fn marks(&self, word: &str) -> bool {
        let last = self.words.last().is_some_and(|last| self.prefix && word.starts_with(last));
        last || self.words.iter().any(|one| one == word)
    }
}

/// What to search for: at least one term of each list, and none of those that are unwanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of each of these at least one.
    pub lists: Vec<Vec<Term>>,
    /// None of these.
    pub unwanted: Vec<Term>,
}

impl Wanted {
    /// Every word of a text; the last one may be the beginning of a word. As people type.
    pub fn typed(text: &str) -> Self {
        let open = text.ends_with(is_part);
        let mut lists: Vec<Vec<Term>> = words(text)
            .take(MOST_WORDS)
            .map(|word| vec![Term { words: vec![word.text], prefix: false }])
            .collect();
        if let Some(last) = lists.last_mut().and_then(|list| list.first_mut()) {
            last.prefix = open;
        }
        Self { lists, unwanted: Vec::new() }
    }

    /// Whether nothing can be found with it.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// Whether a word of a text is one that was searched for.
    pub fn marks(&self, word: &str) -> bool {
        self.lists.iter().flatten().any(|term| term.marks(word))
    }

    /// Whether a word begins with the last one of what was typed.
    pub fn ends_with(&self, word: &str) -> bool {
        let last = self.lists.last().and_then(|list| list.last());
        let last = last.and_then(|term| term.words.last());
        last.is_some_and(|last| word.starts_with(last))
    }

    /// As the engine's language of searches.
    pub fn expression(&self, dialect: Dialect) -> String {
        let (and, or, not) = match dialect {
            Dialect::Sqlite => (" AND ", " OR ", " NOT "),
            Dialect::Postgres => (" & ", " | ", " & !"),
        };
        let list = |terms: &[Term]| {
            let terms: Vec<String> = terms.iter().map(|term| term.expression(dialect)).collect();
            format!("({})", terms.join(or))
        };
        let lists: Vec<String> = self.lists.iter().map(|terms| list(terms)).collect();
        let mut text = lists.join(and);
        if !self.unwanted.is_empty() {
            text = format!("({text}){not}{}", list(&self.unwanted));
        }
        text
    }
}

impl Term {
    fn expression(&self, dialect: Dialect) -> String {
        // words are letters and digits and nothing else, so that nothing needs to be escaped
        match dialect {
            Dialect::Sqlite => {
                let end = if self.prefix { "\" *" } else { "\"" };
                format!("\"{}{end}", self.words.join(" "))
            }
            Dialect::Postgres => {
                let end = if self.prefix { "':*" } else { "'" };
                format!("('{}{end})", self.words.join("' <-> '"))
            }
        }
    }
}

/// The words of a row for the engine: those of its name, and those of its other columns.
pub fn document(dialect: Dialect, title: &str, body: &str) -> [String; 2] {
    let (title, body) = (words(title).take(MOST), words(body).take(MOST));
    match dialect {
        Dialect::Sqlite => {
            let join = |all: &mut dyn Iterator<Item = Word>| {
                let mut text = String::new();
                for word in all {
                    text.push_str(&word.text);
                    text.push(' ');
                }
                text
            };
            [join(&mut { title }), join(&mut { body })]
        }
        Dialect::Postgres => {
            let (mut text, mut place) = (String::new(), 0_usize);
            let mut add = |word: &Word, weight: &str| {
                place += 1;
                text.push('\'');
                text.push_str(&word.text);
                text.push_str("':");
                text.push_str(&place.to_string());
                text.push_str(weight);
                text.push(' ');
            };
            title.for_each(|word| add(&word, "A"));
            body.for_each(|word| add(&word, ""));
            [text, String::new()]
        }
    }
}

/// The longest word, in bytes; our own choice.
const LONGEST: usize = 64;
/// Words of a row that are kept at most; our own choice, below what positions of PostgreSQL reach.
const MOST: usize = 6_000;
/// Words of a search.
const MOST_WORDS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        words(text).map(|word| word.text).collect()
    }

    #[test]
    fn words_have_neither_case_nor_accents() {
        assert_eq!(all("L’Œuvre d'Émile ZOLA"), ["l", "oeuvre", "d", "emile", "zola"]);
        assert_eq!(all("e\u{301}te\u{301} Straße"), ["ete", "strasse"]);
        assert_eq!(all("jean@contoso.com (+33)"), ["jean", "contoso", "com", "33"]);
        assert_eq!(all("\u{301} '\" -- "), Vec::<String>::new());
    }

    #[test]
    fn words_know_where_they_stand() {
        let text = "Société Générale";
        let found: Vec<&str> = words(text).filter_map(|word| text.get(word.at)).collect();
        assert_eq!(found, ["Société", "Générale"]);
    }

    #[test]
    fn expressions_hold_nothing_but_words() {
        let term = |text, prefix| Term::of(text, prefix).unwrap();
        let wanted = Wanted {
            lists: vec![vec![term("a'b\" OR x", true)], vec![term("é", false), term("y", false)]],
            unwanted: vec![term("z*:!", false)],
        };
        assert_eq!(
            wanted.expression(Dialect::Sqlite),
            "((\"a b or x\" *) AND (\"e\" OR \"y\")) NOT (\"z\")"
        );
        assert_eq!(
            wanted.expression(Dialect::Postgres),
            "((('a' <-> 'b' <-> 'or' <-> 'x':*)) & (('e') | ('y'))) & !(('z'))"
        );
        assert!(Wanted::typed("  -- ").is_empty());
        assert!(Wanted::typed("con").marks("contoso"));
        assert!(!Wanted::typed("con ").marks("contoso"));
    }

    #[test]
    fn tags_are_no_words() {
        assert_eq!(
            all(&plain("<p class=\"x\">Bonjour&nbsp;<b>Ada</b></p><br")),
            ["bonjour", "ada"]
        );
    }
}
