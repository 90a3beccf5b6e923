//! French promises and requests.

use super::{Claim, Clue};

/// What a French sentence claims.
pub(super) fn claim(clue: &Clue<'_>) -> Option<Claim> {
    if crate::lexicon::about_the_call(crate::Lang::French)
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
        let before = at.checked_sub(1).map_or("", |before| clue.word(before));
        if matches!(before, "si" | "quand" | "lorsque" | "parce" | "pourquoi" | "comment") {
            continue;
        }
        if let Some(claim) = at_place(clue, at) {
            return Some(claim);
        }
    }
    None
}

/// The claim that begins at a word.
fn at_place(clue: &Clue<'_>, at: usize) -> Option<Claim> {
    let is = |phrase: &[&str]| {
        phrase.iter().enumerate().all(|(index, word)| clue.word(at + index) == *word)
    };
    for (phrases, claim) in [(MINE, Claim::Mine), (YOURS, Claim::Yours), (OURS, Claim::Ours)] {
        for phrase in phrases {
            if is(phrase) && infinitive(clue, at + phrase.len()) {
                return Some(claim);
            }
        }
    }
    for phrase in CHARGE {
        if is(phrase) {
            return Some(Claim::Mine);
        }
    }
    // « J’enverrai », « je vous transmets », « nous préparerons », « vous enverrez »
    let subject = clue.word(at);
    let inverted = clue.is_question;
    match subject {
        "je" | "j" if !inverted => conjugated(clue, at + 1, "ai", true).then_some(Claim::Mine),
        "nous" => conjugated(clue, at + 1, "ons", false).then_some(Claim::Ours),
        "on" => conjugated(clue, at + 1, "a", false).then_some(Claim::Ours),
        "tu" => conjugated(clue, at + 1, "as", false).then_some(Claim::Yours),
        "vous" => conjugated(clue, at + 1, "ez", false).then_some(Claim::Yours),
        _ => imperative(clue, at).or_else(|| named(clue, at)),
    }
}

/// Somebody by name: « Sophie va envoyer », « Sophie enverra », « Sophie s’en occupe ».
fn named(clue: &Clue<'_>, at: usize) -> Option<Claim> {
    let name = clue.person(at)?;
    for skip in [1, 2] {
        let is = |phrase: &[&str]| {
            phrase.iter().enumerate().all(|(index, word)| clue.word(at + skip + index) == *word)
        };
        for phrase in THEIRS {
            if is(phrase) && infinitive(clue, at + skip + phrase.len()) {
                return Some(Claim::Theirs(name));
            }
        }
        if is(&["se", "charge"])
            || is(&["s", "occupe"])
            || is(&["s", "en", "occupe"])
            || is(&["s", "en", "charge"])
        {
            return Some(Claim::Theirs(name));
        }
        if conjugated(clue, at + skip, "a", false) {
            return Some(Claim::Theirs(name));
        }
    }
    None
}

/// « Envoyez-moi le contrat » at the beginning of a sentence.
fn imperative(clue: &Clue<'_>, at: usize) -> Option<Claim> {
    if at > 1 || (at == 1 && clue.person(0).is_none()) {
        return None;
    }
    let stem = clue.word(at).strip_suffix("ez")?;
    let verb = format!("{stem}er");
    (clue.is_task(&verb) && (clue.is_concrete() || clue.word(at + 1) == "moi"))
        .then_some(Claim::Yours)
}

/// Whether an infinitive of a task follows; pronouns between do not count.
fn infinitive(clue: &Clue<'_>, from: usize) -> bool {
    let mut at = from;
    while SMALL.contains(&clue.word(at)) && at < from + 4 {
        at += 1;
    }
    let verb = clue.word(at);
    clue.is_task(verb) && strong(clue, verb)
}

/// Whether a verb of a task follows in the future of that person, or, where `present` allows, in the first person of now.
fn conjugated(clue: &Clue<'_>, from: usize, ending: &str, present: bool) -> bool {
    let mut at = from;
    while matches!(
        clue.word(at),
        "vous"
            | "te"
            | "t"
            | "le"
            | "la"
            | "les"
            | "l"
            | "lui"
            | "leur"
            | "nous"
            | "m"
            | "me"
            | "y"
            | "en"
    ) && at < from + 3
    {
        at += 1;
    }
    let word = clue.word(at);
    if let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.ends_with('r'))
        && let Some(verb) = of_future(clue, stem)
    {
        return strong(clue, &verb);
    }
    // « je vous envoie »: now, but meant as a promise when it goes to somebody or has a day
    if present && (at > from || clue.due.is_some()) {
        let verb =
            PRESENT.iter().find(|(form, _)| *form == word).map(|(_, verb)| (*verb).to_owned());
        let verb = verb.or_else(|| word.ends_with('e').then(|| format!("{word}r")));
        return verb.is_some_and(|verb| clue.is_task(&verb) && strong(clue, &verb));
    }
    false
}

/// The infinitive of a future's stem.
fn of_future(clue: &Clue<'_>, stem: &str) -> Option<String> {
    if let Some((_, verb)) = IRREGULAR.iter().find(|(form, _)| *form == stem) {
        return Some((*verb).to_owned());
    }
    if clue.is_task(stem) {
        return Some(stem.to_owned());
    }
    let other = format!("{stem}e");
    clue.is_task(&other).then_some(other)
}

fn strong(clue: &Clue<'_>, verb: &str) -> bool {
    !WEAK.contains(&verb) || clue.is_concrete()
}

const MINE: &[&[&str]] = &[
    &["je", "vais"],
    &["je", "dois"],
    &["je", "peux"],
    &["je", "me", "propose", "de"],
    &["je", "m", "engage", "a"],
    &["je", "pourrai"],
    &["je", "tacherai", "de"],
    &["laissez", "moi"],
    &["il", "faut", "que", "je"],
];
const YOURS: &[&[&str]] = &[
    &["peux", "tu"],
    &["pouvez", "vous"],
    &["pourrais", "tu"],
    &["pourriez", "vous"],
    &["tu", "peux"],
    &["vous", "pouvez"],
    &["tu", "pourrais"],
    &["vous", "pourriez"],
    &["merci", "de"],
    &["n", "oubliez", "pas", "de"],
    &["n", "oublie", "pas", "de"],
    &["n", "oubliez", "pas", "d"],
    &["tu", "dois"],
    &["vous", "devez"],
    &["tu", "vas"],
    &["vous", "allez"],
    &["veux", "tu"],
    &["voulez", "vous"],
    &["je", "vous", "demande", "de"],
    &["je", "te", "demande", "de"],
    &["je", "vous", "laisse"],
    &["je", "te", "laisse"],
    &["je", "compte", "sur", "vous", "pour"],
    &["je", "compte", "sur", "toi", "pour"],
    &["pensez", "a"],
    &["pense", "a"],
    &["veuillez"],
];
const OURS: &[&[&str]] = &[
    &["on", "va"],
    &["nous", "allons"],
    &["il", "faut"],
    &["on", "doit"],
    &["nous", "devons"],
    &["il", "faudra"],
    &["on", "devra"],
    &["nous", "devrons"],
    &["on", "devrait"],
    &["il", "faudrait"],
    &["il", "reste", "a"],
    &["reste", "a"],
    &["on", "peut"],
    &["la", "prochaine", "etape", "est", "de"],
];
const THEIRS: &[&[&str]] = &[
    &["va"],
    &["doit"],
    &["devra"],
    &["devrait"],
    &["peux", "tu"],
    &["pouvez", "vous"],
    &["tu", "peux"],
    &["pourrais", "tu"],
    &["pourriez", "vous"],
    &["vous", "pouvez"],
    &["se", "charge", "de"],
    &["s", "occupe", "de"],
    &["s", "engage", "a"],
    &["tu", "vas"],
    &["merci", "de"],
    &["il", "faudrait"],
    &["est", "charge", "de"],
    &["est", "chargee", "de"],
];
const CHARGE: &[&[&str]] = &[
    &["je", "m", "occupe", "de"],
    &["je", "m", "occupe", "du"],
    &["je", "m", "occupe", "des"],
    &["je", "me", "charge", "de"],
    &["je", "me", "charge", "du"],
    &["je", "me", "charge", "des"],
    &["je", "m", "occuperai", "de"],
    &["je", "m", "occuperai", "du"],
];
const SMALL: [&str; 29] = [
    "te",
    "t",
    "vous",
    "le",
    "la",
    "les",
    "l",
    "lui",
    "leur",
    "nous",
    "me",
    "m",
    "y",
    "en",
    "d",
    "de",
    "aussi",
    "donc",
    "ensuite",
    "juste",
    "bien",
    "vite",
    "plutot",
    "s",
    "se",
    "a",
    "quand",
    "toi",
    "egalement",
];
const TAKING: [&str; 8] = [
    " je m en occupe ",
    " je m en charge ",
    " je le fais ",
    " je le ferai ",
    " je vais le faire ",
    " c est note je ",
    " je prends ",
    " comptez sur moi ",
];
const LABELS: [&str; 5] =
    [" action ", " a faire ", " prochaine etape ", " point d action ", " todo "];
const IRREGULAR: [(&str, &str); 12] = [
    ("enverr", "envoyer"),
    ("renverr", "renvoyer"),
    ("rappeller", "rappeler"),
    ("appeller", "appeler"),
    ("fer", "faire"),
    ("reverr", "revoir"),
    ("reviendr", "revenir"),
    ("obtiendr", "obtenir"),
    ("previendr", "prevenir"),
    ("paier", "payer"),
    ("acheter", "acheter"),
    ("conviendr", "convenir"),
];
const PRESENT: [(&str, &str); 14] = [
    ("envoie", "envoyer"),
    ("renvoie", "renvoyer"),
    ("transmets", "transmettre"),
    ("mets", "mettre"),
    ("fais", "faire"),
    ("reviens", "revenir"),
    ("rappelle", "rappeler"),
    ("appelle", "appeler"),
    ("soumets", "soumettre"),
    ("finis", "finir"),
    ("ecris", "ecrire"),
    ("fournis", "fournir"),
    ("previens", "prevenir"),
    ("inscris", "inscrire"),
];
/// Verbs that mean a task only when something concrete stands by them.
const WEAK: [&str; 32] = [
    "avancer",
    "changer",
    "chercher",
    "commander",
    "comparer",
    "comprendre",
    "donner",
    "echanger",
    "expliquer",
    "faire",
    "fermer",
    "finir",
    "lancer",
    "mettre",
    "montrer",
    "noter",
    "ouvrir",
    "parler",
    "payer",
    "poser",
    "prendre",
    "presenter",
    "produire",
    "proposer",
    "regarder",
    "regler",
    "rendre",
    "repondre",
    "reprendre",
    "revenir",
    "travailler",
    "trouver",
];
