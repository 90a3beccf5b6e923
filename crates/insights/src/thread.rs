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
    let bodies: Vec<&str> = mails.iter().map(|mail| own_words_of(mail.body, mail.from)).collect();
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
        let introduces = introduces(&lower);
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

/// Whether a line in small letters says who wrote what is quoted below, in English, French or a neighbour's language.
fn introduces(lower: &str) -> bool {
    let Some(sentence) = lower.strip_suffix(':') else { return false };
    let sentence = sentence.trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let has = |begin: &str, verb: &str| sentence.starts_with(begin) && sentence.ends_with(verb);
    let is_dated = sentence.chars().any(|c| c.is_ascii_digit());
    has("on ", " wrote")
        || has("le ", " a écrit")
        || is_dated
            && (has("el ", " escribió")
                || has("il ", " ha scritto")
                || has("em ", " escreveu")
                || sentence.starts_with("am ") && sentence.contains(" schrieb ")
                || sentence.starts_with("op ") && sentence.contains(" schreef "))
}

/// The same without the signature below a closing formula, the sender's name or what companies and devices put at the end.
pub fn own_words_of<'b>(body: &'b str, from: &str) -> &'b str {
    let own = own_words(body);
    let from = from.split(['<', '(']).next().unwrap_or_default();
    let name = words::line(from);
    let name: Vec<&str> = name.split_whitespace().collect();
    let mut ends: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in own.split_inclusive('\n') {
        let begin = at;
        at += line.len();
        let behind = own.get(at..).unwrap_or_default();
        if is_footer(line.trim()) {
            ends.push(begin);
            break;
        }
        let has_begun = !own.get(..begin).unwrap_or_default().trim().is_empty();
        if has_begun && (closes(line, &name) || is_name(line, &name)) && is_signature(behind) {
            ends.push(begin);
        }
    }
    let end = ends.first().copied().unwrap_or(own.len());
    own.get(..end).unwrap_or_default().trim_end()
}

/// Whether a line is a closing formula, alone or with the sender's name behind it.
fn closes(line: &str, name: &[&str]) -> bool {
    let plain = words::line(line);
    let plain = plain.trim();
    let formula = CLOSINGS.iter().filter(|formula| {
        plain.strip_prefix(**formula).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    let Some(longest) = formula.max_by_key(|formula| formula.len()) else { return false };
    let rest: Vec<&str> =
        plain.get(longest.len()..).unwrap_or_default().split_whitespace().collect();
    rest.is_empty()
        || (rest.len() <= 3
            && rest.iter().any(|word| name.contains(word) || CLOSINGS.contains(word)))
        || line.contains('/') && rest.len() <= 4
        || line.contains('|') && rest.iter().any(|word| name.contains(word))
}

/// Whether a line begins with the sender's name, whole or the first of it alone.
fn is_name(line: &str, name: &[&str]) -> bool {
    let plain = words::line(line.split(['|', ',', '–', '(']).next().unwrap_or_default());
    let words: Vec<&str> = plain.split_whitespace().collect();
    let all = name.len() > 1 && name.iter().all(|part| words.contains(part));
    let alone = words.len() == 1 && words.iter().all(|word| name.contains(word));
    words.len() <= name.len() + 3 && (all || alone)
}

/// Whether what stands behind a closing is no text that goes on: its first lines are short and no sentences.
fn is_signature(behind: &str) -> bool {
    let mut lines = behind.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.by_ref().take(2).all(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let last = words.last().map_or(0, |word| word.chars().count());
        let ends = line.ends_with(['?', '!']) || line.ends_with('.') && last > 5;
        is_footer(line) || (words.len() <= 12 && !(ends && words.len() > 3))
    })
}

/// Whether a line is what companies and devices put at the end.
fn is_footer(line: &str) -> bool {
    let plain = words::line(line);
    FOOTERS.iter().any(|begin| plain.get(1..).is_some_and(|plain| plain.starts_with(begin)))
}

/// Formulas at the end of mails, as [`words::line`] writes words.
const CLOSINGS: &[&str] = &[
    "best",
    "best regards",
    "kind regards",
    "kindest regards",
    "warm regards",
    "with best regards",
    "with kind regards",
    "regards",
    "many thanks",
    "thanks",
    "thank you",
    "thanks again",
    "thanks and regards",
    "cheers",
    "sincerely",
    "yours sincerely",
    "yours truly",
    "yours faithfully",
    "all the best",
    "best wishes",
    "br",
    "rgds",
    "kr",
    "talk soon",
    "cordialement",
    "bien cordialement",
    "tres cordialement",
    "sincerement",
    "bien a vous",
    "bien a toi",
    "salutations",
    "meilleures salutations",
    "sinceres salutations",
    "cordiales salutations",
    "amicalement",
    "amities",
    "bonne journee",
    "bonne fin de journee",
    "belle journee",
    "excellente journee",
    "tres bonne journee",
    "bon week end",
    "bonne reception",
    "a bientot",
    "a tres vite",
    "au plaisir",
    "merci",
    "merci d avance",
    "merci beaucoup",
    "cdt",
    "cdlt",
    "respectueusement",
    "salutations distinguees",
    "mit freundlichen grussen",
    "mit freundlichen grußen",
    "freundliche grusse",
    "freundliche gruße",
    "viele gruße",
    "beste gruße",
    "mfg",
    "saludos",
    "saludos cordiales",
    "un saludo",
    "atentamente",
    "cordiali saluti",
    "distinti saluti",
    "met vriendelijke groet",
    "atenciosamente",
];

/// How footers begin, as [`words::line`] writes words.
const FOOTERS: &[&str] = &[
    "confidentiality ",
    "confidential ",
    "disclaimer ",
    "this e mail ",
    "this email ",
    "this message is ",
    "this message and ",
    "this message may ",
    "the information in this ",
    "the information contained ",
    "the content of this ",
    "sent from my ",
    "get outlook for ",
    "please consider the environment ",
    "think before you print ",
    "ce message et ",
    "ce message est ",
    "ce message peut ",
    "ce message contient ",
    "cet e mail ",
    "ce courriel ",
    "ce mail est ",
    "les informations contenues ",
    "pensez a l environnement ",
    "pensons a l environnement ",
    "envoye de mon ",
    "envoye depuis ",
    "obtenez outlook ",
    "obtenir outlook ",
    "unsubscribe ",
    "registered in england ",
    "diese e mail ",
    "avant d imprimer ",
];

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
        let is_told = updates::is_past(&line);
        let has_sum = !is_told && !money::find(&sentence.text, source.lang).is_empty();
        note(&mut out.budget, has(budget) || has_sum);
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

const HEADS: [&str; 9] = ["from:", "de :", "de:", "de\u{a0}:", "to:", "à :", "von:", "da:", "van:"];
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
