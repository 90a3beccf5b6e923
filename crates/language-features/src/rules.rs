//! The work by rules: sentences of the source, word for word. Nothing leaves the hub, nothing fails.

use futures_util::future::BoxFuture;
use insights::{
    Lang, Sentence, Unit, actions, questions, summary,
    summary::Budget,
    thread::{self, Mail},
    updates,
};

use crate::{Answer, Engine, Feature, Item, Length, Purpose, Reply, Result, Source, Task, Tone};

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
    if source.at_ms.is_some() {
        &source.text
    } else {
        thread::own_words_of(&source.text, &source.from)
    }
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
    let reply = &task.reply;
    let most = match reply.length {
        Length::Short => 1,
        Length::Medium => 4,
        Length::Long => 10,
    };
    let asked: Vec<String> = questions::by_asker(&source)
        .into_iter()
        .flat_map(|asked| asked.questions)
        .take(most)
        .map(|question| format!("> {}\n\n…\n\n", question.text))
        .collect();
    let say = Phrases::of(lang, reply);
    let wish = task.wish.trim();
    let wish = if wish.is_empty() { String::new() } else { format!("{wish}\n\n") };
    let facts: Vec<String> =
        reply.facts.iter().take(8).map(|(label, value)| format!("- {label}: {value}\n")).collect();
    let body = match reply.purpose {
        Purpose::Answer if facts.is_empty() => asked.concat(),
        Purpose::Answer => format!("{}{}\n\n{}\n", asked.concat(), say.middle, facts.concat()),
        Purpose::Proposal if facts.is_empty() => format!("{}\n\n", say.middle),
        Purpose::Proposal => format!("{}\n\n{}\n", say.middle, facts.concat()),
        Purpose::Concern => format!("{}{}\n\n", asked.concat(), say.middle),
        Purpose::Own => String::new(),
    };
    let last = match reply.length {
        Length::Short => String::new(),
        Length::Medium | Length::Long => format!("{}\n\n", say.last),
    };
    format!("{} {name},\n\n{}\n\n{body}{wish}{last}{}\n", say.hello, say.thanks, say.bye)
}

/// What a frame for a reply is made of.
struct Phrases {
    hello: &'static str,
    thanks: &'static str,
    middle: &'static str,
    last: &'static str,
    bye: &'static str,
}

impl Phrases {
    const fn of(lang: Lang, reply: &Reply) -> Self {
        match lang {
            Lang::English => Self {
                hello: match reply.tone {
                    Tone::Friendly => "Hi",
                    Tone::Professional | Tone::Direct => "Hello",
                },
                thanks: match reply.purpose {
                    Purpose::Concern => "Thank you for telling me openly what worries you.",
                    _ => "Thank you for your message.",
                },
                middle: match reply.purpose {
                    Purpose::Concern => {
                        "I take this seriously and will come back to you with an answer."
                    }
                    Purpose::Answer => "This is where we stand:",
                    _ => "This is what I would like to propose:",
                },
                last: match reply.tone {
                    Tone::Professional => "Please tell me if anything is missing.",
                    Tone::Friendly => "Just call me if anything is unclear.",
                    Tone::Direct => "Can you confirm this?",
                },
                bye: match reply.tone {
                    Tone::Friendly => "Kind regards,",
                    Tone::Professional | Tone::Direct => "Best regards,",
                },
            },
            Lang::French => Self {
                hello: "Bonjour",
                thanks: match reply.purpose {
                    Purpose::Concern => "Merci de m’avoir dit franchement ce qui vous préoccupe.",
                    _ => "Merci pour votre message.",
                },
                middle: match reply.purpose {
                    Purpose::Concern => {
                        "Je prends ce point au sérieux et reviens vers vous avec une réponse."
                    }
                    Purpose::Answer => "Voici où nous en sommes\u{a0}:",
                    _ => "Voici ce que je vous propose\u{a0}:",
                },
                last: match reply.tone {
                    Tone::Professional => "Je reste à votre disposition s’il manque un élément.",
                    Tone::Friendly => "N’hésitez pas à m’appeler si un point n’est pas clair.",
                    Tone::Direct => "Pouvez-vous me le confirmer\u{a0}?",
                },
                bye: match reply.tone {
                    Tone::Friendly => "Bien à vous,",
                    Tone::Professional | Tone::Direct => "Cordialement,",
                },
            },
        }
    }
}
