//! Questions, by who asked them.

use serde::Serialize;

use crate::{Sentence, Source, words};

/// The questions of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// Who asked; nothing for whoever the source does not name.
    pub asker: Option<String>,
    /// What, in order.
    pub questions: Vec<Sentence>,
}

/// The questions of a source, grouped by asker in the order of their first question.
///
/// Tags (`right?`, `you know?`, « d’accord ? ») and questions about the call itself are left out.
pub fn by_asker(source: &Source) -> Vec<Asked> {
    let mut out: Vec<Asked> = Vec::new();
    let mut count = 0;
    for sentence in &source.sentences {
        if count >= MAX_QUESTIONS || !is_asked(sentence, source) {
            continue;
        }
        count += 1;
        match out.iter_mut().find(|asked| asked.asker == sentence.speaker) {
            Some(asked) => asked.questions.push(sentence.clone()),
            None => out
                .push(Asked { asker: sentence.speaker.clone(), questions: vec![sentence.clone()] }),
        }
    }
    out
}

fn is_asked(sentence: &Sentence, source: &Source) -> bool {
    if !transcripts::talk::is_question(&sentence.text) {
        return false;
    }
    let line = words::line(&sentence.text);
    let count = line.split_whitespace().count();
    if crate::lexicon::about_the_call(source.lang).iter().any(|phrase| line.contains(phrase)) {
        return false;
    }
    let says = line
        .split_whitespace()
        .filter(|word| crate::rank::says_something(source.lang, word))
        .count();
    count >= 3 && says >= 1
}

/// The most questions that are kept.
pub const MAX_QUESTIONS: usize = 200;
