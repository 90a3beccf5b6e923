//! The two languages, and which of them a text is in.

use crate::{stops, words};

/// A language that is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lang {
    /// English.
    #[default]
    English,
    /// French.
    French,
}

impl Lang {
    /// The language of a tag (`fr-CA`).
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" | "eng" => Some(Self::English),
            "fr" | "fra" | "fre" => Some(Self::French),
            _ => None,
        }
    }

    /// Its tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }
}

/// The language of a text, by its small words; nothing where it is neither English nor French, or too short to tell.
///
/// Small words make up a third of what people write; in another language the few that look the same stay below the
/// bounds (measured on our own texts in seven languages).
pub fn detect(text: &str) -> Option<Lang> {
    let (mut english, mut french, mut all, mut foreign) = (0_usize, 0_usize, 0_usize, 0_usize);
    for word in words::words(text).into_iter().take(LOOKED_AT) {
        let folded = words::fold(word.text);
        all += 1;
        foreign += usize::from(OTHERS.contains(&folded.as_str()));
        // Words of both languages say nothing.
        match (stops::telling(Lang::English, &folded), stops::telling(Lang::French, &folded)) {
            (true, false) => english += 1,
            (false, true) => french += 1,
            _ => {}
        }
    }
    let (lang, most, other) = if english >= french {
        (Lang::English, english, french)
    } else {
        (Lang::French, french, english)
    };
    (most >= 2 && most * 8 >= all && most >= (other + foreign) * 2).then_some(lang)
}

/// How many words are looked at.
const LOOKED_AT: usize = 2_000;

/// Small words of neighbours: German, Spanish, Italian, Portuguese, Dutch. None is one of English or French.
const OTHERS: [&str; 62] = [
    "der", "und", "ist", "wir", "sie", "ich", "nicht", "ein", "eine", "auf", "mit", "fur", "sich",
    "auch", "wird", "el", "los", "las", "y", "para", "con", "por", "una", "del", "como", "pero",
    "esta", "usted", "muy", "nosotros", "ciao", "che", "di", "per", "sono", "gli", "della",
    "questo", "anche", "piu", "loro", "poi", "os", "um", "uma", "com", "nao", "voce", "isso",
    "entao", "het", "een", "zijn", "wij", "niet", "dat", "voor", "ook", "maar", "naar", "nel",
    "dem",
];
