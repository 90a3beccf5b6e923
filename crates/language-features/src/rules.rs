//! The work by rules: sentences of the source, word for word. Nothing leaves the hub, nothing fails.

use futures_util::future::BoxFuture;
use insights::{
    Lang, Sentence, Unit, actions, questions, summary,
    summary::Budget,
    thread::{self, Mail},
    updates,
};

use crate::{Answer, Engine, Feature, Item, Result, Source, Task};

/// The hub's own rules.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rules;

impl Engine for Rules {
    fn run<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<Answer>> {
        Box::pin(async move { Ok(run(task)) })
    }
}

fn run(task: &Task) -> Answer {
    let items = match task.feature {
        Feature::Draft => return Answer { draft: draft(task), ..Answer::default() },
        Feature::Thread => {
            thread(task).summary.into_iter().map(|sentence| item(task, sentence)).collect()
        }
        Feature::Meeting => {
            let source = read(task);
            let found = summary::summarise(&source, Budget { sentences: 12, words: 300 });
            found.into_iter().map(|sentence| item(task, sentence)).collect()
        }
        Feature::Actions => {
            let found = actions::find(&read(task), task.date);
            let told = |action: actions::Action| Item {
                owner: action.owner,
                due: action.due,
                ..item(task, action.sentence)
            };
            found.into_iter().map(told).collect()
        }
        Feature::Updates => {
            let found = updates::suggest(&read(task), task.date);
            let told = |one: updates::Suggestion| Item {
                change: Some(one.change),
                ..item(task, one.quote)
            };
            found.into_iter().map(told).collect()
        }
    };
    Answer { items, ..Answer::default() }
}

/// Sentences of all pieces. Of mails only what their sender wrote counts.
pub(crate) fn read(task: &Task) -> insights::Source {
    let units: Vec<Unit<'_>> = task
        .sources
        .iter()
        .map(|source| Unit {
            text: own(source),
            speaker: (!source.from.is_empty()).then_some(source.from.as_str()),
            start_ms: source.at_ms,
            end_ms: source.at_ms,
        })
        .collect();
    insights::Source::of_units(&units, task.language.as_deref().and_then(Lang::of_tag))
}

fn own(source: &Source) -> &str {
    if source.at_ms.is_some() { &source.text } else { thread::own_words(&source.text) }
}

fn thread(task: &Task) -> thread::Thread {
    let mails: Vec<Mail<'_>> = task
        .sources
        .iter()
        .map(|source| Mail {
            from: &source.from,
            sent: source.day.unwrap_or(task.date),
            body: &source.text,
            is_external: source.is_external,
        })
        .collect();
    thread::summarise(&mails, Budget::CARD)
}

fn item(task: &Task, sentence: Sentence) -> Item {
    let place = sentence.place;
    let from = task.sources.get(place.unit).map(|source| source.from.clone()).unwrap_or_default();
    Item {
        quote: sentence.text.clone(),
        text: sentence.text,
        source: place.unit,
        start: place.start,
        from,
        at_ms: place.at_ms,
        owner: None,
        due: None,
        change: None,
    }
}

/// A frame for a reply: the questions of the last mail, each to be answered, and what was asked for.
fn draft(task: &Task) -> String {
    let Some(last) = task.sources.last() else { return String::new() };
    let alone = Task { sources: vec![last.clone()], ..task.clone() };
    let source = read(&alone);
    let lang = task.language.as_deref().and_then(Lang::of_tag).unwrap_or(source.lang);
    let name = last.from.split(['<', '@']).next().unwrap_or_default().trim();
    let asked: Vec<String> = questions::by_asker(&source)
        .into_iter()
        .flat_map(|asked| asked.questions)
        .map(|question| format!("> {}\n\n…\n\n", question.text))
        .collect();
    let (hello, thanks, bye) = match lang {
        Lang::English => ("Hello", "Thank you for your message.", "Best regards,"),
        Lang::French => ("Bonjour", "Merci pour votre message.", "Cordialement,"),
    };
    let wish = task.wish.trim();
    let wish = if wish.is_empty() { String::new() } else { format!("{wish}\n\n") };
    format!("{hello} {name},\n\n{thanks}\n\n{}{wish}{bye}\n", asked.concat())
}
