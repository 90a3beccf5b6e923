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
    // what goes to many, or comes from a machine, says nothing about this sale
    if source.sentences.iter().any(|sentence| is_bulk(&words::line(&sentence.text))) {
        return Vec::new();
    }
    for sentence in &source.sentences {
        let line = words::line(&sentence.text);
        // What is asked, denied or only supposed is no news.
        if sentence.text.trim_end().ends_with('?') {
            continue;
        }
        let score = strength(&line, amounts(source.lang));
        if score > 0
            && !refused(&line)
            && !is_past(&line)
            && let Some(sum) = telling(&sentence.text, source.lang)
        {
            let change = Change::Amount { cents: sum.cents, currency: sum.currency };
            better(&mut amount, score, change, sentence);
        }
        let score = strength(&line, closes(source.lang));
        if score > 0
            && !refused(&line)
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

/// The sum that holds: of a change the new one, of a whole the part that is named, else the largest. What something costs
/// each month or for each person is no value of an opportunity.
fn telling(text: &str, lang: Lang) -> Option<money::Sum> {
    let before = |sum: &money::Sum| words::line(text.get(..sum.start).unwrap_or_default());
    let ends = |line: &str, phrases: &[&str]| phrases.iter().any(|phrase| line.ends_with(phrase));
    let mut sums = money::large(text, lang);
    sums.retain(|sum| {
        let behind = words::line(text.get(sum.end..).unwrap_or_default());
        !ends(&before(sum), OLD) && !EACH.iter().any(|phrase| behind.starts_with(phrase))
    });
    for pair in sums.windows(2) {
        let [old, new] = pair else { continue };
        let between = words::line(text.get(old.end..new.start).unwrap_or_default());
        let is_change = ends(&before(old), &[" from ", " de "])
            && ends(&between, &[" to ", " a "])
            && between.split_whitespace().count() <= 4;
        if is_change
            || ends(&between, &[" of which ", " dont ", " of which about ", " of which around "])
        {
            return Some(new.clone());
        }
    }
    sums.into_iter().max_by_key(|sum| sum.cents)
}

/// What stands before a sum that holds no more.
const OLD: &[&str] = &[
    " instead of ",
    " rather than ",
    " down from ",
    " up from ",
    " au lieu de ",
    " plutot que ",
    " contre ",
    " versus ",
    " vs ",
];

/// What stands behind a sum for one of many.
const EACH: &[&str] = &[
    " per month",
    " a month ",
    " monthly ",
    " per user",
    " per seat",
    " per licence",
    " per license",
    " per day",
    " a day ",
    " par mois ",
    " mensuel",
    " par utilisateur",
    " par poste ",
    " par licence",
    " par jour ",
    " ht par mois ",
    " ttc par mois ",
    " ht mois ",
    " mois ",
];

/// Whether a line tells that nothing comes of it.
fn refused(line: &str) -> bool {
    let line = line.replace(" not including ", " without ");
    [
        " not ",
        " don t ",
        " didn t ",
        " haven t ",
        " hasn t ",
        " won t ",
        " can t ",
        " cannot ",
        " isn t ",
        " wasn t ",
        " don't ",
        " didn't ",
        " haven't ",
        " hasn't ",
        " won't ",
        " can't ",
        " isn't ",
        " wasn't ",
        " frozen ",
        " cancelled ",
        " canceled ",
        " on hold ",
        " no budget ",
        " no longer ",
        " pas ",
        " plus de budget ",
        " gele ",
        " gelee ",
        " geles ",
        " annule ",
        " annulee ",
        " suspendu ",
        " suspendue ",
        " aucun budget ",
        " ne plus ",
    ]
    .iter()
    .any(|word| line.contains(word))
}

/// Whether a line tells of money that is gone already.
pub(crate) fn is_past(line: &str) -> bool {
    [
        " spent ",
        " paid ",
        " was invoiced ",
        " invoice ",
        " refunded ",
        " shipped ",
        " raised ",
        " raises ",
        " avons depense ",
        " a depense ",
        " ete paye ",
        " ete payee ",
        " ete reglee ",
        " reglee ",
        " facture ",
        " ete expediee ",
        " ete expedie ",
        " rembourse ",
        " remboursee ",
        " leve ",
    ]
    .iter()
    .any(|word| line.contains(word))
}

/// Whether a line stands in what is sent to many or by a machine.
fn is_bulk(line: &str) -> bool {
    [
        " unsubscribe ",
        " manage preferences ",
        " view in browser ",
        " do not reply ",
        " sent automatically ",
        " automated message ",
        " se desabonner ",
        " se desinscrire ",
        " desabonnement ",
        " ne pas repondre ",
        " ne pas y repondre ",
        " envoye automatiquement ",
        " message automatique ",
    ]
    .iter()
    .any(|phrase| line.contains(phrase))
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
                " signed off ",
                " signs off ",
                " earmarked ",
                " contract ",
                " our maximum ",
                " up to ",
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
            &[
                " valide ",
                " alloue ",
                " montant ",
                " total ",
                " affaire ",
                " contrat ",
                " signe ",
                " signons ",
                " maximum ",
                " maximale ",
                " plafond ",
            ],
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
                " countersign ",
                " purchase order ",
            ],
            &[
                " decision ",
                " decide ",
                " place the order ",
                " place an order ",
                " order by ",
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
                " commander ",
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
