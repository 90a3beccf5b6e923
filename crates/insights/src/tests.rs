//! What the rules find; `quality.rs` measures how much of it.

use std::fmt::Write as _;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::{
    Lang, Source, Unit,
    actions::{self, State},
    dates::{self, Means},
    detect, meeting, mentions, money, parts, questions, sentences,
    sentiment::{self, Mood, Trend},
    summary::{self, Budget},
    thread::{self, Mail},
    tracked::{self, Tracked},
    updates::{self, Change, Stage},
};

mod mails;
mod quality;

fn split(text: &str, lang: Lang) -> Vec<&str> {
    sentences::split(text, lang).map(|range| text.get(range).unwrap()).collect()
}

fn source(turns: &[(&'static str, &str)]) -> Source {
    let units: Vec<Unit<'_>> = turns
        .iter()
        .map(|(speaker, text)| Unit { text, speaker: Some(speaker), ..Unit::default() })
        .collect();
    Source::of_units(&units, None)
}

#[test]
fn english_abbreviations_numbers_and_quotes_do_not_end_sentences() {
    let cases: [(&str, &[&str]); 10] = [
        (
            "Dr. Smith met Mr. J. Doe at 3.30 p.m. on Monday. It went well.",
            &["Dr. Smith met Mr. J. Doe at 3.30 p.m. on Monday.", "It went well."],
        ),
        (
            "We use e.g. scanners, printers, etc. in Lyon. Fine.",
            &["We use e.g. scanners, printers, etc. in Lyon.", "Fine."],
        ),
        ("It costs $3.5 million. Really? Yes!", &["It costs $3.5 million.", "Really?", "Yes!"]),
        ("She said \"It works.\" Then she left.", &["She said \"It works.\"", "Then she left."]),
        ("Wait... what is it? No idea", &["Wait... what is it?", "No idea"]),
        ("1. Send the offer. 2. Call Ada.", &["1. Send the offer.", "2. Call Ada."]),
        ("Contoso Inc. The rest follows.", &["Contoso Inc.", "The rest follows."]),
        ("So do I. He knows.", &["So do I.", "He knows."]),
        ("See fig. 3 and no. 4 for more. Ok.", &["See fig. 3 and no. 4 for more.", "Ok."]),
        (
            "Version 2.1.3 is out. See https://example.com/a.b for it.",
            &["Version 2.1.3 is out.", "See https://example.com/a.b for it."],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(split(text, Lang::English), expected, "{text}");
    }
}

#[test]
fn french_spaces_guillemets_and_abbreviations_do_not_end_sentences() {
    let cases: [(&str, &[&str]); 6] = [
        (
            "Est-ce prêt\u{a0}? Oui\u{202f}! Alors M. Dupont signe.",
            &["Est-ce prêt\u{a0}?", "Oui\u{202f}!", "Alors M. Dupont signe."],
        ),
        ("«\u{a0}Oui.\u{a0}» dit-il. Il part.", &["«\u{a0}Oui.\u{a0}» dit-il.", "Il part."]),
        (
            "Mme Roy et MM. Petit et Lenoir, etc. sont là. Bien.",
            &["Mme Roy et MM. Petit et Lenoir, etc. sont là.", "Bien."],
        ),
        (
            "Le n° 4 coûte 1.500,50 € env. par mois. Merci.",
            &["Le n° 4 coûte 1.500,50 € env. par mois.", "Merci."],
        ),
        ("Ah ! oui, c’est vrai. D’accord", &["Ah ! oui, c’est vrai.", "D’accord"]),
        ("Points :\n- le devis\n- la date", &["Points :", "- le devis", "- la date"]),
    ];
    for (text, expected) in cases {
        assert_eq!(split(text, Lang::French), expected, "{text}");
    }
}

#[test]
fn a_language_is_found_or_nothing_is_said() {
    assert_eq!(
        detect("We will send you the contract as soon as it is ready."),
        Some(Lang::English)
    );
    assert_eq!(detect("Nous vous enverrons le contrat dès qu’il sera prêt."), Some(Lang::French));
    for other in [
        "Wir schicken Ihnen den Vertrag, sobald er fertig ist, und melden uns dann.",
        "Le enviaremos el contrato en cuanto esté listo para que usted lo firme.",
        "Enviaremos o contrato assim que estiver pronto, e depois falamos com a equipa.",
        "Invieremo il contratto appena sarà pronto e poi ci sentiamo con loro.",
        "We sturen u het contract zodra het klaar is en nemen dan contact op.",
        "契約書ができ次第お送りします。",
        "",
        "42 17",
    ] {
        assert_eq!(detect(other), None, "{other}");
    }
}

#[test]
fn dates_are_resolved_against_the_day_of_the_meeting() {
    let wednesday = date(2026, 3, 4);
    let english: [(&str, Date); 20] = [
        ("I'll send it tomorrow.", date(2026, 3, 5)),
        ("by Friday", date(2026, 3, 6)),
        ("on Wednesday", date(2026, 3, 11)),
        ("next Friday", date(2026, 3, 13)),
        ("next week", date(2026, 3, 13)),
        ("by the end of the week", date(2026, 3, 6)),
        ("by end of month", date(2026, 3, 31)),
        ("end of next month", date(2026, 4, 30)),
        ("in two weeks", date(2026, 3, 18)),
        ("within 10 days", date(2026, 3, 14)),
        ("on March 15", date(2026, 3, 15)),
        ("March 15th, 2027", date(2027, 3, 15)),
        ("15 March", date(2026, 3, 15)),
        ("the 2nd of February", date(2027, 2, 2)),
        ("3/15/2026", date(2026, 3, 15)),
        ("2026-12-01", date(2026, 12, 1)),
        ("by the 20th", date(2026, 3, 20)),
        ("end of Q2", date(2026, 6, 30)),
        ("by EOD", date(2026, 3, 4)),
        ("the day after tomorrow", date(2026, 3, 6)),
    ];
    for (text, expected) in english {
        let days: Vec<_> = dates::find(text, Lang::English, wednesday)
            .into_iter()
            .filter_map(|found| found.means.day())
            .collect();
        assert_eq!(days, [expected], "{text}");
    }
    let french: [(&str, Date); 18] = [
        ("demain matin", date(2026, 3, 5)),
        ("d’ici vendredi", date(2026, 3, 6)),
        ("vendredi prochain", date(2026, 3, 6)),
        ("la semaine prochaine", date(2026, 3, 13)),
        ("fin de semaine", date(2026, 3, 6)),
        ("d’ici la fin du mois", date(2026, 3, 31)),
        ("fin du mois prochain", date(2026, 4, 30)),
        ("dans quinze jours", date(2026, 3, 18)),
        ("dans trois semaines", date(2026, 3, 25)),
        ("le 15 mars", date(2026, 3, 15)),
        ("le 1er avril 2027", date(2027, 4, 1)),
        ("le 15/03/2026", date(2026, 3, 15)),
        ("avant le 20", date(2026, 3, 20)),
        ("après-demain", date(2026, 3, 6)),
        ("aujourd’hui", date(2026, 3, 4)),
        ("fin juin", date(2026, 6, 30)),
        ("lundi 9 mars", date(2026, 3, 9)),
        ("le mois prochain", date(2026, 4, 30)),
    ];
    for (text, expected) in french {
        let days: Vec<_> = dates::find(text, Lang::French, wednesday)
            .into_iter()
            .filter_map(|found| found.means.day())
            .collect();
        assert_eq!(days, [expected], "{text}");
    }
}

#[test]
fn times_of_day_are_found_and_words_like_them_are_not() {
    let times = |text: &str, lang| -> Vec<Means> {
        dates::find(text, lang, date(2026, 3, 4)).into_iter().map(|found| found.means).collect()
    };
    for (text, hour, minute) in [
        ("at 3 pm", 15, 0),
        ("at 3:30pm", 15, 30),
        ("10:30", 10, 30),
        ("11 a.m.", 11, 0),
        ("at noon", 12, 0),
    ] {
        assert_eq!(times(text, Lang::English), [Means::Time(hour, minute)], "{text}");
    }
    for (text, hour, minute) in
        [("à 14 h", 14, 0), ("15h30", 15, 30), ("à 9 heures", 9, 0), ("à midi", 12, 0)]
    {
        assert_eq!(times(text, Lang::French), [Means::Time(hour, minute)], "{text}");
    }
    for text in ["we may march on", "it takes 3 hours", "version 2.5", "I sat there"] {
        assert_eq!(times(text, Lang::English), [], "{text}");
    }
}

#[test]
fn sums_are_read_in_digits_and_words() {
    let cases = [
        ("$50,000", Lang::English, 5_000_000, "USD"),
        ("about 50k dollars", Lang::English, 5_000_000, "USD"),
        ("€1.2 million", Lang::English, 120_000_000, "EUR"),
        ("1,200.50 euros", Lang::English, 120_050, "EUR"),
        ("two hundred and fifty thousand dollars", Lang::English, 25_000_000, "USD"),
        ("£70k", Lang::English, 7_000_000, "GBP"),
        ("50 000 €", Lang::French, 5_000_000, "EUR"),
        ("50\u{202f}000\u{a0}€", Lang::French, 5_000_000, "EUR"),
        ("1,5 million d’euros", Lang::French, 150_000_000, "EUR"),
        ("8 k€", Lang::French, 800_000, "EUR"),
        ("quatre-vingt-dix mille euros", Lang::French, 9_000_000, "EUR"),
        ("1.500,50 €", Lang::French, 150_050, "EUR"),
    ];
    for (text, lang, cents, currency) in cases {
        let found = money::find(text, lang);
        assert_eq!(
            found.iter().map(|sum| (sum.cents, sum.currency)).collect::<Vec<_>>(),
            [(cents, Some(currency))],
            "{text}"
        );
        assert!(text.get(found[0].start..found[0].end).is_some());
    }
    assert_eq!(money::find("40 percent of 300 people, version 2", Lang::English), []);
}

#[test]
fn promises_and_requests_have_owners_and_days() {
    let source = source(&[
        ("Ada Byron", "I'll send the contract by Friday. Bob, can you call the customer tomorrow?"),
        (
            "Bob Hope",
            "Sure, I'll do that. I will be there. If you can send it, fine. Let me share my screen.",
        ),
        ("Ada Byron", "Can you hear me? We need to schedule the workshop next week."),
    ]);
    let found = actions::find(&source, date(2026, 3, 4));
    let short: Vec<_> = found.iter().map(|a| (a.owner.as_deref(), a.due, a.state)).collect();
    assert_eq!(
        short,
        [
            (Some("Ada Byron"), Some(date(2026, 3, 6)), State::Committed),
            (Some("Bob Hope"), Some(date(2026, 3, 5)), State::Committed),
            (None, Some(date(2026, 3, 13)), State::Suggested),
        ],
        "{found:#?}"
    );
}

#[test]
fn questions_are_grouped_by_asker_and_talk_about_the_call_is_none() {
    let source = source(&[
        ("Ada", "Can you hear me? What does the premium plan cost?"),
        ("Bob", "It costs ten euros. Right? When do you want to start?"),
        ("Ada", "Who decides about the budget?"),
    ]);
    let asked = questions::by_asker(&source);
    let short: Vec<_> =
        asked.iter().map(|a| (a.asker.as_deref().unwrap(), a.questions.len())).collect();
    assert_eq!(short, [("Ada", 2), ("Bob", 1)]);
}

#[test]
fn the_mood_turns_with_a_negation() {
    assert_eq!(sentiment::of_sentence("This is great, we love it.", Lang::English), Mood::Positive);
    assert_eq!(sentiment::of_sentence("This is not good at all.", Lang::English), Mood::Negative);
    assert_eq!(sentiment::of_sentence("Ce n’est pas un problème.", Lang::French), Mood::Positive);
    assert_eq!(
        sentiment::of_sentence("C’est trop cher et très lent.", Lang::French),
        Mood::Negative
    );
    assert_eq!(sentiment::of_sentence("Is it a problem?", Lang::English), Mood::Neutral);
    let worse = source(&[
        ("A", "Great. Excellent. We love it."),
        ("B", "Yes. Fine with me. So it is."),
        ("A", "It is terrible. We are angry. It failed."),
    ]);
    let measured = sentiment::measure(&worse);
    assert_eq!((measured.trend, measured.speakers[0].1.negative), (Trend::Falling, 3));
}

#[test]
fn tracked_words_are_found_whole_and_in_any_case() {
    let source = source(&[(
        "A",
        "Contoso is cheaper. CONTOSO’s contoso! Contosoft is another. The prices of contosos.",
    )]);
    let found = tracked::find(&source, &["contoso".to_owned(), "absent".to_owned(), String::new()]);
    assert_eq!((found.len(), found[0].count), (1, 4));
}

#[test]
fn updates_carry_the_words_that_say_so() {
    let said = source(&[(
        "Ada",
        "Our budget is 40k. The first offer was $90,000. Is the budget 50k? We want to sign before June 30. Please send the contract.",
    )]);
    let found = updates::suggest(&said, date(2026, 3, 4));
    let changes: Vec<_> = found.iter().map(|found| found.change).collect();
    assert_eq!(
        changes,
        [
            Change::Amount { cents: 4_000_000, currency: None },
            Change::CloseDate(date(2026, 6, 30)),
            Change::Stage(Stage::Close)
        ]
    );
    assert_eq!(found[0].quote.text, "Our budget is 40k.");
}

#[test]
fn a_thread_is_read_without_quotes_signatures_and_greetings() {
    let mails = [
        Mail {
            from: "ada@northwind.example",
            sent: date(2026, 3, 2),
            is_external: true,
            body: "Hello Bob,\n\nWe need a solution for 200 drivers before the end of June. Our budget is 45,000 euros and our CFO decides.\n\nBest regards,\nAda\n-- \nNorthwind Inc.\nPlease print less.",
        },
        Mail {
            from: "bob@here.example",
            sent: date(2026, 3, 3),
            is_external: false,
            body: "Dear Ada,\nI will send you a proposal by Thursday. Which depots are included?\n\nOn Mon, Mar 2, 2026 Ada wrote:\n> We need a solution",
        },
    ];
    let read = thread::summarise(&mails, Budget::CARD);
    assert!(
        read.summary.iter().all(|s| !s.text.contains("print less") && !s.text.contains('>')),
        "{:?}",
        read.summary
    );
    assert_eq!(read.actions.len(), 1);
    assert_eq!(
        (read.actions[0].owner.as_deref(), read.actions[0].due),
        (Some("bob@here.example"), Some(date(2026, 3, 5)))
    );
    assert_eq!(read.open_questions[0].questions[0].text, "Which depots are included?");
    assert!(
        read.bant.budget.is_some()
            && read.bant.need.is_some()
            && read.bant.stakeholders.is_some()
            && read.bant.timing.is_some()
    );
}

#[test]
fn every_sentence_of_a_report_stands_at_its_place() {
    let text = include_str!("../../../fixtures/insights/development/en-pilot.txt");
    let transcript = transcripts::parse(text.as_bytes()).unwrap();
    let options = meeting::Options {
        date: date(2026, 3, 4),
        tracked: Tracked { competitors: vec!["Contoso".to_owned()], ..Tracked::default() },
        budget: Budget::CARD,
    };
    let report = meeting::report(&transcript, &options);
    assert!(!report.summary.is_empty() && !report.parts.is_empty());
    let all = report
        .summary
        .iter()
        .chain(report.actions.iter().map(|a| &a.sentence))
        .chain(report.parts.iter().flat_map(|p| &p.highlights));
    for sentence in all {
        let cue = &transcript.cues[sentence.place.unit].text;
        assert!(
            cue.get(sentence.place.start..)
                .unwrap()
                .starts_with(sentence.text.split(' ').next().unwrap()),
            "{sentence:?}"
        );
        assert_eq!(transcript.cues[sentence.place.unit].speaker, sentence.speaker);
    }
    assert_eq!(report.mentions.competitors[0].count, 2);
}

#[test]
fn a_sentence_goes_on_over_the_cues_of_one_voice() {
    let transcript = transcripts::parse(b"WEBVTT\n\n0:0:0.0 --> 0:0:2.0\n<v Ada>I will send the</v>\n\n0:0:2.0 --> 0:0:4.0\n<v Ada>offer on Friday. Good.</v>").unwrap();
    let source = Source::of_transcript(&transcript);
    assert_eq!(source.sentences[0].text, "I will send the offer on Friday.");
    let place = source.sentences[0].place;
    assert_eq!((place.unit, place.last_unit, place.end, place.at_ms), (0, 1, 16, Some(0)));
    assert!(source.sentences[1].place.at_ms > Some(2_000));
}

#[test]
fn a_change_of_matter_begins_a_part() {
    let mut text = String::new();
    for round in 0..70 {
        let matter = if round < 35 {
            "The invoice and the payment of the supplier need accounting"
        } else {
            "Drivers load the truck at the depot before the route starts"
        };
        let _infallible = write!(text, "{matter} number {round}. ");
    }
    let units =
        [Unit { text: &text, speaker: Some("Ada"), start_ms: Some(0), end_ms: Some(600_000) }];
    let source = Source::of_units(&units, None);
    // Seventy sentences are one part; twice as many are two.
    assert_eq!(parts::parts(&source).len(), 1);
    let long = text.replace(". ", " today. We said so before lunch. ");
    let source = Source::of_units(
        &[Unit { text: &long, speaker: Some("Ada"), start_ms: Some(0), end_ms: Some(600_000) }],
        None,
    );
    let found = parts::parts(&source);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].range.1.abs_diff(70) <= 4, "{:?}", found[0].range);
}

#[test]
fn hostile_text_ends_quickly() {
    let hostile = [
        "a".repeat(300_000),
        "a ".repeat(100_000),
        ". ".repeat(100_000),
        "?!".repeat(100_000),
        "«".repeat(50_000),
        "I'll send it tomorrow. ".repeat(10_000),
        "Bob Hope, ".repeat(20_000),
        "1,".repeat(50_000),
        "two hundred ".repeat(20_000),
        "' ' ".repeat(50_000),
        "9999999999999999999999 million billion euros ".repeat(2_000),
        "\u{a0}» ".repeat(30_000),
    ];
    for text in &hostile {
        let source =
            Source::of_units(&[Unit { text, speaker: Some("Bob Hope"), ..Unit::default() }], None);
        assert!(source.sentences.len() <= crate::MAX_SENTENCES);
        summary::summarise(&source, Budget::CARD);
        actions::find(&source, date(2026, 3, 4));
        mentions::find(&source, &Tracked::default(), date(9999, 12, 31));
        updates::suggest(&source, date(-9999, 1, 1));
    }
}

#[test]
fn the_currency_of_a_sum_is_no_name_of_its_own() {
    let text = "Nous restons sur 85 000 EUR pour Nordwind.";
    let unit = Unit { text, speaker: Some("Claire"), ..Unit::default() };
    let source = Source::of_units(&[unit], Some(Lang::French));
    let found = mentions::find(&source, &Tracked::default(), date(2026, 3, 4));
    assert_eq!(found.money.len(), 1, "{found:?}");
    let named = |all: &[tracked::Mentioned]| all.iter().any(|one| one.text.contains("EUR"));
    assert!(!named(&found.others) && !named(&found.organisations), "{found:?}");
}

proptest! {
    #[test]
    fn sentences_are_in_order_and_lose_no_word(text in "([a-zA-Zé0-9.?! «»\u{a0}\n,;:'\"…-]{0,40}){0,8}") {
        for lang in [Lang::English, Lang::French] {
            let ranges: Vec<_> = sentences::split(&text, lang).collect();
            prop_assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start));
            let kept: usize = ranges.iter().map(|range| text.get(range.clone()).unwrap().chars().filter(|c| c.is_alphanumeric()).count()).sum();
            prop_assert_eq!(kept, text.chars().filter(|c| c.is_alphanumeric()).count());
        }
    }

    #[test]
    fn any_text_is_read_by_every_rule(text in "\\PC{0,200}", words in "((I'll|je|vais|send|envoyer|Bob|\\$|€|[0-9]{1,5}|next|Friday|le|mars|end|of|,|\\.|\\?|h|:|/) ?){0,30}") {
        for text in [&text, &words] {
            for lang in [Lang::English, Lang::French] {
                let day = date(2026, 2, 28);
                for found in dates::find(text, lang, day) {
                    prop_assert!(text.get(found.start..found.end).is_some());
                }
                for sum in money::find(text, lang) {
                    prop_assert!(text.get(sum.start..sum.end).is_some());
                }
            }
            let source = Source::of_units(&[Unit { text, speaker: Some("Bob"), ..Unit::default() }], Some(Lang::French));
            for sentence in summary::summarise(&source, Budget::CARD) {
                prop_assert_eq!(text.get(sentence.place.start..sentence.place.end), Some(sentence.text.as_str()));
            }
            mentions::find(&source, &Tracked::default(), date(2026, 2, 28));
            actions::find(&source, date(2026, 2, 28));
        }
    }
}
