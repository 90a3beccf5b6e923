//! A thread of mails: what was said, what is open, what it says about the sale.

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    Lang, Sentence, Source, Unit, actions,
    actions::Action,
    dates, money,
    questions::{self, Asked},
    sentiment::{self, Sentiment},
    summary::{self, Budget},
    updates::{self, Suggestion},
    words,
};

/// One mail, as text.
#[derive(Debug, Clone, Copy)]
pub struct Mail<'a> {
    /// Who sent it.
    pub from: &'a str,
    /// On which day.
    pub sent: Date,
    /// Its text; quoted mails and the signature are left out.
    pub body: &'a str,
    /// Whether the sender is outside of the organisation: only they tell budget, need and time.
    pub is_external: bool,
}

/// What a thread says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Thread {
    /// The language by which it was read.
    pub lang: Lang,
    /// Its summary, in order; places count mails from 0 and bytes of their bodies.
    pub summary: Vec<Sentence>,
    /// What somebody is to do.
    pub actions: Vec<Action>,
    /// What the last mail asks.
    pub open_questions: Vec<Asked>,
    /// Its mood.
    pub sentiment: Sentiment,
    /// What it suggests for the opportunity.
    pub updates: Vec<Suggestion>,
    /// Which of the four that qualify a sale are mentioned.
    pub bant: Bant,
}

/// Budget, authority, need, timing: whether mails from outside mention them, with the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Bant {
    /// What they may spend.
    pub budget: Option<Sentence>,
    /// Who decides.
    pub stakeholders: Option<Sentence>,
    /// What they need.
    pub need: Option<Sentence>,
    /// By when.
    pub timing: Option<Sentence>,
}

/// Summarises mails, oldest first. Dates count from the last mail.
pub fn summarise(mails: &[Mail<'_>], budget: Budget) -> Thread {
    let bodies: Vec<&str> = mails.iter().map(|mail| own_words(mail.body)).collect();
    let units: Vec<Unit<'_>> = mails
        .iter()
        .zip(&bodies)
        .map(|(mail, body)| Unit {
            text: body,
            speaker: Some(mail.from),
            start_ms: None,
            end_ms: None,
        })
        .collect();
    let mut source = Source::of_units(&units, None);
    source.sentences.retain(|sentence| !is_courtesy(&sentence.text));
    let base = mails.last().map_or(Date::ZERO, |mail| mail.sent);
    let last = mails.len().saturating_sub(1);
    let mut latest = source.clone();
    latest.sentences.retain(|sentence| sentence.place.unit == last);
    Thread {
        lang: source.lang,
        summary: summary::summarise(&source, budget),
        actions: actions::find(&source, base),
        open_questions: questions::by_asker(&latest),
        sentiment: sentiment::measure(&source),
        updates: updates::suggest(&source, base),
        bant: bant(&source, mails, base),
    }
}

/// The part of a body that its sender wrote: nothing of the mails it answers, no signature.
///
/// The end is the first line that quotes (`>`), introduces a quote (`On … wrote:`, « Le … a écrit : »), begins the head
/// of a forwarded mail, or is the mark of a signature (`-- `, RFC 3676 §4.3).
pub fn own_words(body: &str) -> &str {
    let mut end = 0;
    for line in body.split_inclusive('\n') {
        let text = line.trim();
        let lower = text.to_lowercase();
        let introduces = (lower.starts_with("on ") && lower.ends_with("wrote:"))
            || (lower.starts_with("le ")
                && (lower.ends_with("a écrit :")
                    || lower.ends_with("a écrit\u{a0}:")
                    || lower.ends_with("a écrit:")));
        let forwards = text.starts_with("-----")
            || text.starts_with("________")
            || HEADS.iter().any(|head| lower.starts_with(head)) && text.contains('@');
        if text.starts_with('>')
            || introduces
            || forwards
            || line.trim_end_matches(['\r', '\n']) == "-- "
            || text == "--"
        {
            break;
        }
        end += line.len();
    }
    body.get(..end).unwrap_or_default().trim_end()
}

/// Greetings and closings say nothing.
fn is_courtesy(text: &str) -> bool {
    let line = words::line(text);
    let count = line.split_whitespace().count();
    count <= 8 && COURTESY.iter().any(|phrase| line.starts_with(phrase))
}

fn bant(source: &Source, mails: &[Mail<'_>], base: Date) -> Bant {
    let mut out = Bant::default();
    for sentence in &source.sentences {
        if !mails.get(sentence.place.unit).is_some_and(|mail| mail.is_external) {
            continue;
        }
        let line = words::line(&sentence.text);
        let has = |cues: &[&str]| cues.iter().any(|cue| line.contains(cue));
        let [budget, people, need, timing] = cues(source.lang);
        let note = |slot: &mut Option<Sentence>, yes: bool| {
            if yes && slot.is_none() {
                *slot = Some(sentence.clone());
            }
        };
        note(&mut out.budget, has(budget) || !money::find(&sentence.text, source.lang).is_empty());
        note(&mut out.stakeholders, has(people));
        note(&mut out.need, has(need));
        let dated = dates::find(&sentence.text, source.lang, base)
            .iter()
            .any(|found| found.means.day().is_some());
        note(&mut out.timing, dated && has(timing));
    }
    out
}

const fn cues(lang: Lang) -> [&'static [&'static str]; 4] {
    match lang {
        Lang::English => [
            &[" budget ", " afford ", " funding "],
            &[
                " our ceo ",
                " our cfo ",
                " our cto ",
                " our director ",
                " the board ",
                " my manager ",
                " decision maker ",
                " procurement ",
                " our legal ",
                " approval ",
                " sign off ",
            ],
            &[
                " we need ",
                " we require ",
                " looking for ",
                " we want ",
                " requirement ",
                " requirements ",
                " our problem ",
                " challenge ",
            ],
            &[
                " by ",
                " before ",
                " until ",
                " start ",
                " launch ",
                " live ",
                " deadline ",
                " decide ",
                " decision ",
                " deliver ",
                " delivery ",
                " in ",
                " on ",
            ],
        ],
        Lang::French => [
            &[" budget ", " enveloppe ", " financement "],
            &[
                " notre directeur ",
                " notre directrice ",
                " la direction ",
                " le comite ",
                " mon responsable ",
                " decideur ",
                " les achats ",
                " service achats ",
                " juridique ",
                " validation ",
            ],
            &[
                " nous avons besoin ",
                " il nous faut ",
                " nous cherchons ",
                " nous souhaitons ",
                " besoin ",
                " besoins ",
                " exigences ",
                " notre probleme ",
            ],
            &[
                " avant ",
                " d ici ",
                " pour ",
                " demarrer ",
                " lancement ",
                " echeance ",
                " decision ",
                " livraison ",
                " en ",
                " le ",
                " debut ",
                " fin ",
            ],
        ],
    }
}

const HEADS: [&str; 6] = ["from:", "de :", "de:", "de\u{a0}:", "to:", "à :"];
const COURTESY: [&str; 28] = [
    " hi ",
    " hello ",
    " dear ",
    " thanks ",
    " thank you ",
    " best ",
    " kind regards ",
    " regards ",
    " sincerely ",
    " cheers ",
    " good morning ",
    " have a ",
    " i hope ",
    " hope you ",
    " bonjour ",
    " bonsoir ",
    " cher ",
    " chere ",
    " merci ",
    " cordialement ",
    " bien cordialement ",
    " bien a vous ",
    " salutations ",
    " bonne journee ",
    " en vous remerciant ",
    " madame ",
    " monsieur ",
    " j espere ",
];
