//! What a text says about an opportunity: a budget, a day on which it may close, a stage; each with the words that say so.

use jiff::civil::Date;
use serde::Serialize;

use crate::{Lang, Sentence, Source, dates, money, words};

/// A change that a text suggests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// What would change.
    pub change: Change,
    /// The sentence that says so.
    pub quote: Sentence,
}

/// What a suggestion changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "field", content = "value")]
pub enum Change {
    /// The estimated value: Dynamics `estimatedvalue`, Salesforce `Amount`; in hundredths, with the currency that was said.
    Amount {
        /// The amount in hundredths.
        cents: i64,
        /// The currency's code.
        currency: Option<&'static str>,
    },
    /// The estimated close date: Dynamics `estimatedclosedate`, Salesforce `CloseDate`.
    CloseDate(Date),
    /// A stage that the words sound like.
    Stage(Stage),
}

/// The stages of a sale that words give away (those of the sales process that Dynamics begins with, and losing).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// There is a need; nothing more is known.
    Qualify,
    /// Needs and people are being found out.
    Develop,
    /// A proposal is asked for or made.
    Propose,
    /// It is about the signature.
    Close,
    /// They go elsewhere.
    Lost,
}

/// At most one suggestion for each field: the strongest words win, of equal ones the last.
pub fn suggest(source: &Source, base: Date) -> Vec<Suggestion> {
    let mut amount: Option<(u32, Suggestion)> = None;
    let mut close: Option<(u32, Suggestion)> = None;
    let mut stage: Option<(u32, Suggestion)> = None;
    for sentence in &source.sentences {
        let line = words::line(&sentence.text);
        // What is asked, denied or only supposed is no news.
        if sentence.text.trim_end().ends_with('?') {
            continue;
        }
        let score = strength(&line, amounts(source.lang));
        if score > 0
            && let Some(sum) = largest(&sentence.text, source.lang)
        {
            let change = Change::Amount { cents: sum.cents, currency: sum.currency };
            better(&mut amount, score, change, sentence);
        }
        let score = strength(&line, closes(source.lang));
        if score > 0
            && let Some(day) = dates::find(&sentence.text, source.lang, base)
                .into_iter()
                .filter_map(|found| found.means.day())
                .find(|day| *day >= base)
        {
            better(&mut close, score, Change::CloseDate(day), sentence);
        }
        for (at, (hint, phrases)) in stages(source.lang).iter().enumerate() {
            if phrases.iter().any(|phrase| line.contains(phrase)) && !denied(&line) {
                better(
                    &mut stage,
                    u32::try_from(at).unwrap_or(0) + 1,
                    Change::Stage(*hint),
                    sentence,
                );
            }
        }
    }
    [amount, close, stage].into_iter().flatten().map(|(_, suggestion)| suggestion).collect()
}

fn better(best: &mut Option<(u32, Suggestion)>, score: u32, change: Change, sentence: &Sentence) {
    if best.as_ref().is_none_or(|(most, _)| score >= *most) {
        *best = Some((score, Suggestion { change, quote: sentence.clone() }));
    }
}

/// The strongest cue of a line: its place in the list from the end.
fn strength(line: &str, cues: &[&[&str]]) -> u32 {
    let place = cues.iter().position(|group| group.iter().any(|cue| line.contains(cue)));
    place.and_then(|place| u32::try_from(cues.len() - place).ok()).unwrap_or(0)
}

/// The largest sum: of a price and a whole, the whole.
fn largest(text: &str, lang: Lang) -> Option<money::Sum> {
    money::large(text, lang).into_iter().max_by_key(|sum| sum.cents)
}

fn denied(line: &str) -> bool {
    [
        " not ",
        " no ",
        " don't ",
        " didn't ",
        " haven't ",
        " hasn't ",
        " won't ",
        " pas ",
        " ni ",
        " sans ",
    ]
    .iter()
    .any(|word| line.contains(word))
}

const fn amounts(lang: Lang) -> &'static [&'static [&'static str]] {
    match lang {
        Lang::English => &[
            &[" budget "],
            &[
                " approved ",
                " allocated ",
                " set aside ",
                " we can spend ",
                " deal ",
                " total ",
                " contract value ",
                " worth ",
            ],
            &[
                " quote ",
                " proposal ",
                " offer ",
                " price ",
                " invest ",
                " investment ",
                " spend ",
                " amount ",
            ],
        ],
        Lang::French => &[
            &[" budget ", " enveloppe "],
            &[" valide ", " alloue ", " montant ", " total ", " affaire ", " contrat "],
            &[
                " devis ",
                " proposition ",
                " offre ",
                " prix ",
                " investir ",
                " investissement ",
                " depenser ",
            ],
        ],
    }
}

const fn closes(lang: Lang) -> &'static [&'static [&'static str]] {
    match lang {
        Lang::English => &[
            &[
                " sign ",
                " signing ",
                " signed ",
                " signature ",
                " close the deal ",
                " closing ",
                " purchase order ",
            ],
            &[
                " decision ",
                " decide ",
                " place the order ",
                " go ahead ",
                " contract ",
                " po ",
                " green light ",
            ],
        ],
        Lang::French => &[
            &[
                " signer ",
                " signature ",
                " signerons ",
                " signera ",
                " signons ",
                " conclure ",
                " bon de commande ",
                " signe ",
            ],
            &[
                " decision ",
                " decider ",
                " decidera ",
                " commande ",
                " contrat ",
                " feu vert ",
                " trancher ",
            ],
        ],
    }
}

/// Later ones are stronger.
const fn stages(lang: Lang) -> &'static [(Stage, &'static [&'static str])] {
    match lang {
        Lang::English => &[
            (
                Stage::Qualify,
                &[
                    " we are looking for ",
                    " we're looking for ",
                    " just exploring ",
                    " first contact ",
                ],
            ),
            (
                Stage::Develop,
                &[" a demo ", " demonstration ", " requirements ", " proof of concept ", " pilot "],
            ),
            (
                Stage::Propose,
                &[
                    " send us a quote ",
                    " a proposal ",
                    " the proposal ",
                    " your offer ",
                    " the quote ",
                    " pricing ",
                ],
            ),
            (
                Stage::Close,
                &[
                    " ready to sign ",
                    " sign the contract ",
                    " will sign ",
                    " send the contract ",
                    " final approval ",
                    " purchase order ",
                    " go ahead with ",
                    " move forward with you ",
                ],
            ),
            (
                Stage::Lost,
                &[
                    " went with another ",
                    " chosen another ",
                    " chose another ",
                    " decided to go with another ",
                    " decided against ",
                ],
            ),
        ],
        Lang::French => &[
            (
                Stage::Qualify,
                &[
                    " nous cherchons ",
                    " on cherche ",
                    " premier contact ",
                    " nous nous renseignons ",
                ],
            ),
            (
                Stage::Develop,
                &[
                    " demonstration ",
                    " une demo ",
                    " cahier des charges ",
                    " preuve de concept ",
                    " pilote ",
                ],
            ),
            (
                Stage::Propose,
                &[
                    " un devis ",
                    " le devis ",
                    " proposition commerciale ",
                    " votre offre ",
                    " la proposition ",
                    " tarifs ",
                ],
            ),
            (
                Stage::Close,
                &[
                    " pret a signer ",
                    " prets a signer ",
                    " signer le contrat ",
                    " allons signer ",
                    " bon de commande ",
                    " validation finale ",
                    " feu vert ",
                    " signerons ",
                ],
            ),
            (
                Stage::Lost,
                &[
                    " choisi un autre ",
                    " retenu un autre ",
                    " autre fournisseur a ete retenu ",
                    " renonce ",
                    " renoncons ",
                ],
            ),
        ],
    }
}
