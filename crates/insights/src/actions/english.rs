//! English promises and requests.

use super::{Claim, Clue};

/// What an English sentence claims.
pub(super) fn claim(clue: &Clue<'_>) -> Option<Claim> {
    if crate::lexicon::about_the_call(crate::Lang::English)
        .iter()
        .any(|phrase| clue.line.contains(phrase))
    {
        return None;
    }
    if TAKING.iter().any(|phrase| clue.line.contains(phrase))
        && clue.folded.len() <= 9
        && clue.due.is_none()
    {
        return Some(Claim::Taken);
    }
    if LABELS.iter().any(|label| clue.line.starts_with(label)) {
        let person = (0..clue.folded.len()).find_map(|at| clue.person(at));
        return Some(person.map_or(Claim::Ours, Claim::Theirs));
    }
    if clue.folded.len() < 3 {
        return None;
    }
    for at in 0..clue.folded.len() {
        let Some((claim, length, sure)) = trigger(clue, at) else { continue };
        let Some((verb, place)) = verb(clue, at + length) else { continue };
        if !clue.is_task(verb) || NOT_NOW.iter().any(|phrase| clue.line.contains(phrase)) {
            continue;
        }
        // Talk about what is being done now has the same words.
        if (!sure || WEAK.contains(&verb)) && !clue.is_concrete() {
            continue;
        }
        // `if you can send it`, `when I get it`: no promise
        let before = at.checked_sub(1).map_or("", |before| clue.word(before));
        if matches!(
            before,
            "if" | "when" | "because" | "that" | "what" | "how" | "where" | "unless" | "not"
        ) {
            continue;
        }
        // `can you get it cheaper?` asks what can be, not for a deed; so does a verb with nothing behind it
        if place + 1 >= clue.folded.len() && clue.due.is_none() {
            continue;
        }
        return Some(claim);
    }
    None
}

/// A phrase that opens a claim, how many words it has, and whether it is one without anything concrete.
fn trigger(clue: &Clue<'_>, at: usize) -> Option<(Claim, usize, bool)> {
    let is = |phrase: &[&str]| {
        phrase.iter().enumerate().all(|(index, word)| clue.word(at + index) == *word)
    };
    for phrase in MINE {
        if is(phrase) {
            return Some((
                Claim::Mine,
                phrase.len(),
                !matches!(phrase.last(), Some(&("can" | "me" | "could"))),
            ));
        }
    }
    for phrase in YOURS {
        if is(phrase) {
            return Some((
                Claim::Yours,
                phrase.len(),
                phrase.len() > 1 || clue.word(at) == "please",
            ));
        }
    }
    // `let's talk about it` opens a matter
    if is(&["let's"])
        && !matches!(clue.word(at + 1), "talk" | "discuss" | "look" | "start" | "see" | "take")
    {
        return Some((Claim::Ours, 1, false));
    }
    for phrase in OURS {
        if is(phrase) {
            return Some((Claim::Ours, phrase.len(), false));
        }
    }
    let name = clue.person(at)?;
    // `Ada Byron will`: the surname stands between
    for skip in [1, 2] {
        for phrase in THEIRS {
            if phrase.iter().enumerate().all(|(index, word)| clue.word(at + skip + index) == *word)
            {
                return Some((
                    Claim::Theirs(name),
                    skip + phrase.len(),
                    skip == 1 && *phrase != ["to"],
                ));
            }
        }
        let short = clue.word(at).strip_suffix("'ll");
        if short.is_some() {
            return None;
        }
    }
    None
}

/// The verb behind a trigger; small words between do not count.
fn verb<'a>(clue: &'a Clue<'_>, from: usize) -> Option<(&'a str, usize)> {
    let mut at = from;
    while FILLERS.contains(&clue.word(at)) && at < from + 4 {
        at += 1;
    }
    let word = clue.word(at);
    (!word.is_empty()).then_some((word, at))
}

const MINE: &[&[&str]] = &[
    &["i'll"],
    &["i", "will"],
    &["i'm", "going", "to"],
    &["i", "am", "going", "to"],
    &["i'm", "gonna"],
    &["i", "can"],
    &["let", "me"],
    &["i", "need", "to"],
    &["i", "have", "to"],
    &["i", "should"],
    &["i", "must"],
    &["i", "promise", "to"],
    &["i", "could"],
    &["my", "action", "is", "to"],
];
const YOURS: &[&[&str]] = &[
    &["can", "you"],
    &["could", "you"],
    &["would", "you"],
    &["will", "you"],
    &["please"],
    &["i", "need", "you", "to"],
    &["i'd", "like", "you", "to"],
    &["i", "want", "you", "to"],
    &["you", "should"],
    &["you", "need", "to"],
    &["you'll"],
    &["you", "will"],
    &["you", "have", "to"],
    &["would", "you", "mind"],
    &["make", "sure", "you"],
    &["make", "sure", "to"],
    &["don't", "forget", "to"],
    &["remember", "to"],
];
const OURS: &[&[&str]] = &[
    &["we'll"],
    &["we", "will"],
    &["we", "need", "to"],
    &["we", "should"],
    &["we", "have", "to"],
    &["we", "must"],
    &["we", "are", "going", "to"],
    &["we're", "going", "to"],
    &["somebody", "should"],
    &["someone", "should"],
    &["somebody", "needs", "to"],
    &["someone", "needs", "to"],
    &["next", "step", "is", "to"],
    &["the", "plan", "is", "to"],
];
const THEIRS: &[&[&str]] = &[
    &["will"],
    &["is", "going", "to"],
    &["should"],
    &["needs", "to"],
    &["has", "to"],
    &["can", "you"],
    &["could", "you"],
    &["would", "you"],
    &["will", "you"],
    &["please"],
    &["to"],
    &["must"],
    &["you", "should"],
    &["i", "need", "you", "to"],
];
const FILLERS: [&str; 26] = [
    "also",
    "just",
    "then",
    "definitely",
    "probably",
    "quickly",
    "personally",
    "try",
    "to",
    "and",
    "go",
    "ahead",
    "please",
    "maybe",
    "certainly",
    "really",
    "actually",
    "be",
    "able",
    "sure",
    "make",
    "first",
    "immediately",
    "still",
    "all",
    "now",
];
const TAKING: [&str; 12] = [
    " i'll do that ",
    " i will do that ",
    " i'll take care of ",
    " i will take care of ",
    " will do ",
    " i'll take that ",
    " i'll handle it ",
    " i'll handle that ",
    " i can do that ",
    " i'm on it ",
    " leave it with me ",
    " i'll do it ",
];
const LABELS: [&str; 7] = [
    " action item ",
    " action items ",
    " action point ",
    " to do ",
    " todo ",
    " next step ",
    " follow up action ",
];
/// What is done at once, in the meeting.
const NOT_NOW: [&str; 12] = [
    " right now ",
    " go first ",
    " go next ",
    " start with ",
    " begin with ",
    " my screen ",
    " walk you through ",
    " get started ",
    " move on ",
    " put it this way ",
    " give you an example ",
    " say something ",
];
/// Verbs that mean a task only when something concrete stands by them.
const WEAK: [&str; 50] = [
    "add", "analyse", "ask", "bring", "build", "buy", "call", "change", "come", "compare",
    "design", "discuss", "expand", "explore", "figure", "find", "finish", "get", "give", "handle",
    "help", "include", "keep", "learn", "let", "look", "make", "map", "measure", "meet", "mention",
    "move", "open", "pay", "produce", "pull", "push", "put", "read", "run", "set", "show", "sort",
    "speak", "start", "take", "talk", "tell", "try", "work",
];
