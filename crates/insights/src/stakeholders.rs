//! Whether a text names people who decide: the fourth of what a sale turns on, beside budget, need and timing (sales
//! reference §5.3).

use crate::{Sentence, Source, words};

/// The first sentence that says who decides or has to agree. Few words, and strong ones: a title in a signature is none.
pub fn find(source: &Source) -> Option<&Sentence> {
    source.sentences.iter().find(|sentence| {
        let line = words::line(&sentence.text);
        let says = |all: &[&str]| all.iter().any(|phrase| line.contains(phrase));
        says(SURE) || (says(WHO) && says(DECIDE))
    })
}

/// Words that say it by themselves.
const SURE: &[&str] = &[
    " decision maker",
    " decision-maker",
    " stakeholder",
    " budget holder",
    " steering committee ",
    " buying committee ",
    " has the final say ",
    " have the final say ",
    " decideur",
    " decideuse",
    " parties prenantes ",
    " partie prenante ",
    " comite de direction ",
    " comite de pilotage ",
    " comite d' investissement ",
    " comite d'investissement ",
];

/// People who may decide.
const WHO: &[&str] = &[
    " ceo ",
    " cfo ",
    " cio ",
    " cto ",
    " coo ",
    " ciso ",
    " board ",
    " director ",
    " directors ",
    " my manager ",
    " my boss ",
    " our management ",
    " vp ",
    " head of ",
    " procurement ",
    " purchasing ",
    " legal ",
    " legal team ",
    " committee ",
    " dg ",
    " daf ",
    " dsi ",
    " directeur ",
    " directrice ",
    " direction ",
    " ma responsable ",
    " mon responsable ",
    " mon chef ",
    " ma cheffe ",
    " service achats ",
    " service juridique ",
    " les achats ",
    " conseil d' administration ",
    " conseil d'administration ",
];

/// What they do about it.
const DECIDE: &[&str] = &[
    " decide ",
    " decides ",
    " decision ",
    " approve ",
    " approves ",
    " approved ",
    " approval ",
    " sign off ",
    " signs off ",
    " sign-off ",
    " has to sign ",
    " must sign ",
    " agree ",
    " agrees ",
    " review ",
    " reviews ",
    " convince ",
    " convinced ",
    " green light ",
    " involved ",
    " validate ",
    " decider ",
    " trancher ",
    " tranche ",
    " approuver ",
    " approuve ",
    " approbation ",
    " accord ",
    " valider ",
    " valide ",
    " validation ",
    " convaincre ",
    " feu vert ",
    " arbitrer ",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unit;

    fn says(text: &str) -> bool {
        let unit = Unit { text, ..Unit::default() };
        find(&Source::of_units(&[unit], None)).is_some()
    }

    #[test]
    fn who_decides_is_found_and_who_only_signs_the_mail_is_not() {
        for text in [
            "Our CFO has to approve anything above 20,000.",
            "Please copy the decision makers.",
            "The board decides on Tuesday.",
            "Legal will review the contract first.",
            "Notre directeur financier doit valider le devis.",
            "Il faut l’accord du service achats.",
            "Le comité de direction se réunit mardi.",
        ] {
            assert!(says(text), "{text}");
        }
        for text in [
            "Regards,\nBen King\nHead of Purchasing",
            "I decided to take the train.",
            "Cordialement,\nAda Byron\nDirectrice des achats",
            "Je suis d’accord.",
            "We agree on Tuesday at ten.",
        ] {
            assert!(!says(text), "{text}");
        }
    }
}
