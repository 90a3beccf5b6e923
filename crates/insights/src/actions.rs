//! Who will do what by when: promises, requests and tasks, in English and French.

use jiff::civil::Date;
use serde::Serialize;

use crate::{Lang, Sentence, Source, dates, lexicon, names, words};

mod english;
mod french;

/// Something that somebody is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Action {
    /// The sentence that says so.
    #[serde(flatten)]
    pub sentence: Sentence,
    /// Who is to do it; nothing where it was left open.
    pub owner: Option<String>,
    /// The day it is due.
    pub due: Option<Date>,
    /// Whether somebody took it.
    pub state: State,
}

/// Whether somebody took an action (the words of the published schema).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Its owner said so.
    Committed,
    /// Somebody else did, or nobody in particular.
    Suggested,
}

/// What a sentence says of an action.
pub(crate) enum Claim {
    /// The speaker takes it.
    Mine,
    /// The speaker asks whoever listens.
    Yours,
    /// All of them.
    Ours,
    /// Somebody who is named.
    Theirs(String),
    /// What was asked before is taken.
    Taken,
}

/// The actions of a source, in order; relative dates count from `base`, the day of the meeting.
pub fn find(source: &Source, base: Date) -> Vec<Action> {
    let mut out: Vec<(usize, Action)> = Vec::new();
    for (at, sentence) in source.sentences.iter().enumerate() {
        if out.len() >= MAX_ACTIONS {
            break;
        }
        let clue = Clue::of(sentence, source, base);
        let claim = match source.lang {
            Lang::English => english::claim(&clue),
            Lang::French => french::claim(&clue),
        };
        let Some(claim) = claim else { continue };
        if let Claim::Taken = claim {
            take(&mut out, at, sentence);
            continue;
        }
        let (owner, state) = match claim {
            Claim::Mine => (sentence.speaker.clone(), State::Committed),
            Claim::Yours => (clue.called().or_else(|| listener(source, at)), State::Suggested),
            Claim::Theirs(name) => (Some(name), State::Suggested),
            Claim::Ours | Claim::Taken => (None, State::Suggested),
        };
        let due = clue.due.or_else(|| due_after(source, at, base));
        let action = Action { sentence: sentence.clone(), owner, due, state };
        if !out.iter().any(|(_, known)| is_same(known, &action)) {
            out.push((at, action));
        }
    }
    out.into_iter().map(|(_, action)| action).collect()
}

/// What rules look at in a sentence.
pub(crate) struct Clue<'a> {
    pub(crate) source: &'a Source,
    pub(crate) folded: Vec<String>,
    pub(crate) line: String,
    pub(crate) due: Option<Date>,
    pub(crate) is_question: bool,
}

impl<'a> Clue<'a> {
    fn of(sentence: &Sentence, source: &'a Source, base: Date) -> Self {
        let folded: Vec<String> =
            words::words(&sentence.text).iter().map(|word| words::fold(word.text)).collect();
        let due = dates::find(&sentence.text, source.lang, base)
            .into_iter()
            .find_map(|found| found.means.day().filter(|day| *day >= base));
        let is_question = sentence.text.trim_end().ends_with('?');
        Self { source, line: words::line(&sentence.text), folded, due, is_question }
    }

    pub(crate) fn word(&self, at: usize) -> &str {
        self.folded.get(at).map_or("", String::as_str)
    }

    /// Whether the sentence speaks of things that leave a meeting with somebody.
    pub(crate) fn is_concrete(&self) -> bool {
        self.due.is_some() || self.folded.iter().any(|word| THINGS.contains(&word.as_str()))
    }

    /// The person that a word names: a participant by first name, or a known first name.
    pub(crate) fn person(&self, at: usize) -> Option<String> {
        let word = self.word(at);
        if word.len() < 2 {
            return None;
        }
        let mut found = self.source.speakers.iter().filter(|name| {
            words::words(name).first().is_some_and(|first| words::fold(first.text) == word)
        });
        match (found.next(), found.next()) {
            (Some(name), None) => Some(name.clone()),
            _ if names::is_first_name(word) => {
                let mut letters = word.chars();
                let first = letters.next()?.to_uppercase();
                Some(first.chain(letters).collect())
            }
            _ => None,
        }
    }

    /// Whoever is called by name at the beginning or the end.
    fn called(&self) -> Option<String> {
        let last = self.folded.len().checked_sub(1)?;
        [0, last, 1, 2].into_iter().find_map(|at| self.person(at))
    }

    pub(crate) fn is_task(&self, word: &str) -> bool {
        lexicon::is_task_verb(self.source.lang, word)
    }
}

/// What was asked shortly before is taken by whoever speaks.
fn take(out: &mut [(usize, Action)], at: usize, sentence: &Sentence) {
    let Some((asked, action)) = out.last_mut() else { return };
    let free = action.owner.is_none() || action.owner == sentence.speaker;
    if at - *asked <= 4 && free && action.sentence.speaker != sentence.speaker {
        action.owner.clone_from(&sentence.speaker);
        action.state = State::Committed;
    }
}

/// Who listens: the other one of two, or whoever answers next.
fn listener(source: &Source, at: usize) -> Option<String> {
    let speaker = source.sentences.get(at)?.speaker.as_ref()?;
    if let [a, b] = source.speakers.as_slice() {
        return Some(if a == speaker { b.clone() } else { a.clone() });
    }
    let next = source.sentences.get(at + 1..).unwrap_or_default().iter().take(3);
    next.filter_map(|sentence| sentence.speaker.as_ref()).find(|name| *name != speaker).cloned()
}

/// The day in a short sentence behind (`By Friday.`), of anybody.
fn due_after(source: &Source, at: usize, base: Date) -> Option<Date> {
    let next = source.sentences.get(at + 1)?;
    if next.text.split_whitespace().count() > 6 {
        return None;
    }
    dates::find(&next.text, source.lang, base)
        .into_iter()
        .find_map(|found| found.means.day().filter(|day| *day >= base))
}

/// Whether two sentences of one owner name the same task.
fn is_same(a: &Action, b: &Action) -> bool {
    if a.owner != b.owner {
        return false;
    }
    let (first, second) = (words::line(&a.sentence.text), words::line(&b.sentence.text));
    let count = first.split_whitespace().count().max(second.split_whitespace().count());
    let common =
        first.split_whitespace().filter(|word| second.contains(&format!(" {word} "))).count();
    common * 10 >= count * 8
}

/// The most actions of one source.
pub const MAX_ACTIONS: usize = 100;

/// Things that are sent, written and booked, folded, of both languages.
const THINGS: [&str; 82] = [
    "agenda",
    "agreement",
    "budget",
    "contract",
    "copy",
    "customer",
    "data",
    "deck",
    "demo",
    "document",
    "documentation",
    "documents",
    "draft",
    "email",
    "estimate",
    "feedback",
    "figures",
    "file",
    "invitation",
    "invite",
    "invoice",
    "legal",
    "link",
    "list",
    "manager",
    "minutes",
    "notes",
    "numbers",
    "offer",
    "offline",
    "order",
    "pilot",
    "plan",
    "presentation",
    "pricing",
    "procurement",
    "proposal",
    "prototype",
    "quote",
    "reference",
    "report",
    "schedule",
    "slides",
    "spec",
    "specification",
    "summary",
    "team",
    "template",
    "ticket",
    "tomorrow",
    "workshop",
    "compte",
    "rendu",
    "contrat",
    "courriel",
    "devis",
    "direction",
    "document",
    "documents",
    "donnees",
    "dossier",
    "equipe",
    "facture",
    "fichier",
    "juridique",
    "liste",
    "mail",
    "maquette",
    "note",
    "offre",
    "piece",
    "planning",
    "point",
    "presentation",
    "proposition",
    "rapport",
    "reunion",
    "rendez",
    "support",
    "tableau",
    "tarifs",
    "atelier",
];
