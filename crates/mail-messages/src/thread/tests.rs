//! Threads as clients write them.

use super::*;
use proptest::prelude::*;

fn of(text: &str) -> Vec<(Option<String>, String)> {
    split(text).into_iter().map(|piece| (piece.by, piece.text)).collect()
}

fn pair(by: &str, text: &str) -> (Option<String>, String) {
    ((!by.is_empty()).then(|| by.to_owned()), text.to_owned())
}

#[test]
fn outlook_parts_with_a_head_of_fields() {
    let english = "Fine with me.\n\nAda\n\n________________________________\nFrom: Ben King <ben@fabrikam.example>\nSent: Monday, March 2, 2026 10:00 AM\nTo: Ada Byron\nCc: Cy <cy@x.example>;\n Di <di@x.example>\nSubject: Offer\n\nShall we renew?";
    assert_eq!(
        of(english),
        [
            pair("", "Fine with me.\n\nAda"),
            pair("Ben King <ben@fabrikam.example>", "Shall we renew?")
        ]
    );
    let french = "D’accord.\n\n-----Message d’origine-----\nDe : Ben King <ben@fabrikam.example>\nEnvoyé : lundi 2 mars 2026 10:00\nÀ : Ada Byron\nObjet : Offre\n\nOn renouvelle ?";
    let pieces = split(french);
    assert_eq!(pieces.len(), 2);
    assert_eq!(pieces[0].text, "D’accord.");
    assert_eq!(pieces[1].by.as_deref(), Some("Ben King <ben@fabrikam.example>"));
    assert_eq!(pieces[1].at.as_deref(), Some("lundi 2 mars 2026 10:00"));
    assert_eq!(pieces[1].text, "On renouvelle ?");
}

#[test]
fn gmail_and_apple_mail_part_with_a_sentence() {
    let text = "Yes.\n\nOn Mon, Mar 2, 2026 at 10:00 AM Ben King <ben@fabrikam.example>\nwrote:\n\n> Shall we?\n>\n> Le 1 mars 2026 à 09:00, Ada Byron <ada@contoso.example> a écrit\u{a0}:\n>\n>> Bonjour\n>> Ben";
    let pieces = split(text);
    let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
    assert_eq!(texts, ["Yes.", "Shall we?", "Bonjour\nBen"]);
    assert_eq!(pieces[1].by.as_deref(), Some("Ben King <ben@fabrikam.example>"));
    assert_eq!(pieces[1].at.as_deref(), Some("Mon, Mar 2, 2026 at 10:00 AM"));
    assert_eq!(pieces[2].by.as_deref(), Some("Ada Byron <ada@contoso.example>"));
    assert_eq!(pieces[2].depth, 2);
}

#[test]
fn heads_of_neighbouring_languages_are_known() {
    for (head, by) in [
        (
            "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Ben King <ben@x.example>:",
            "Ben King <ben@x.example>",
        ),
        ("Op ma 2 mrt 2026 om 10:00 schreef Ben King <ben@x.example>:", "Ben King <ben@x.example>"),
        (
            "El lun, 2 mar 2026 a las 10:00, Ben King (<ben@x.example>) escribió:",
            "Ben King (<ben@x.example>)",
        ),
        (
            "Il giorno lun 2 mar 2026 alle ore 10:00 Ben King <ben@x.example> ha scritto:",
            "Ben King <ben@x.example>",
        ),
        (
            "Em seg., 2 de mar. de 2026 às 10:00, Ben King <ben@x.example> escreveu:",
            "Ben King <ben@x.example>",
        ),
        (
            "Von: Ben King <ben@x.example>\nGesendet: Montag, 2. März 2026 10:00\nAn: Ada\nBetreff: Angebot\n",
            "Ben King <ben@x.example>",
        ),
        (
            "De: Ben King <ben@x.example>\nEnviado el: lunes, 2 de marzo de 2026 10:00\nPara: Ada\nAsunto: Oferta\n",
            "Ben King <ben@x.example>",
        ),
        (
            "________________________________\nDa: Ben King <ben@x.example>\nInviato: lunedì 2 marzo 2026 10:00\nA: Ada\nOggetto: Offerta\n",
            "Ben King <ben@x.example>",
        ),
    ] {
        let text = format!("Ja.\n\n{head}\n> Hallo\n> Ben");
        assert_eq!(of(&text), [pair("", "Ja."), pair(by, "Hallo\nBen")], "{head}");
    }
    let plain = "Am Montag um 10 schrieb ich ihm.\nEr will 10 Lizenzen.";
    assert_eq!(of(plain), [pair("", plain)]);
}

#[test]
fn forwarded_messages_are_parted() {
    let gmail = "See below.\n\n---------- Forwarded message ---------\nFrom: Ben <ben@x.example>\nDate: Mon, Mar 2, 2026 at 10:00\nSubject: Offer\nTo: Ada <ada@x.example>\n\nHello";
    assert_eq!(of(gmail), [pair("", "See below."), pair("Ben <ben@x.example>", "Hello")]);
    let apple = "Voir ci-dessous.\n\nDébut du message réexpédié :\n\nDe: Ben <ben@x.example>\nObjet: Offre\nDate: 2 mars 2026 à 10:00:00\nÀ: Ada\n\nBonjour";
    assert_eq!(of(apple), [pair("", "Voir ci-dessous."), pair("Ben <ben@x.example>", "Bonjour")]);
}

#[test]
fn a_sentence_that_only_looks_like_a_head_stays() {
    for text in [
        "On Monday we met and he wrote it down.\nGood.",
        "Le 2 mars nous avons écrit au client.\nVoilà",
        "From: here on it is easy",
        "____________\nA table of sums",
    ] {
        assert_eq!(split(text).len(), 1, "{text}");
    }
}

#[test]
fn answers_between_quoted_lines_stay_together() {
    let text = "> Shall we renew?\n\nYes.\n\n> For how long?\n\nTwo years.";
    assert_eq!(split(text).len(), 1);
    let below = "Yes.\n\n> Shall we renew?\n> Regards";
    assert_eq!(of(below), [pair("", "Yes."), pair("", "Shall we renew?\nRegards")]);
}

proptest! {
    #[test]
    fn nothing_that_was_written_is_said_twice(text in "(a|b|> |\\n|On 1:00 x wrote:\\n|From: x\\nSent: y\\nTo: z\\n|-----Original Message-----\\n|\\PC){0,60}") {
        let pieces = split(&text);
        prop_assert!(!pieces.is_empty());
        let total: usize = pieces.iter().map(|piece| piece.text.len()).sum();
        prop_assert!(total <= text.len());
        for (depth, piece) in pieces.iter().enumerate() {
            prop_assert_eq!(piece.depth, depth);
        }
    }
}
