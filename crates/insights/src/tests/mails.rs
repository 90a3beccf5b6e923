//! What sellers' mails say: sums and days that hold, and nothing of signatures and footers.

use jiff::civil::{Date, date};

use crate::{
    Source, Unit,
    summary::Budget,
    thread::{self, Mail},
    updates::{self, Change},
};

/// A Monday.
const DAY: Date = date(2026, 11, 23);

fn suggested(text: &str) -> (Option<(i64, Option<&'static str>)>, Option<Date>) {
    let unit = Unit { text, speaker: Some("Ada"), ..Unit::default() };
    let found = updates::suggest(&Source::of_units(&[unit], None), DAY);
    let mut out = (None, None);
    for one in found {
        match one.change {
            Change::Amount { cents, currency } => out.0 = Some((cents / 100, currency)),
            Change::CloseDate(day) => out.1 = Some(day),
            Change::Stage(_) => {}
        }
    }
    out
}

#[test]
fn the_sum_that_holds_is_suggested() {
    for (text, amount) in [
        ("Le montant du contrat est passé de 120 000 € à 95 000 €.", Some((95_000, Some("EUR")))),
        (
            "We have to lower the total from $80,000 to $60,000 for this phase.",
            Some((60_000, Some("USD"))),
        ),
        (
            "Our total budget is USD 1.5M, of which about $400K is for this project.",
            Some((400_000, Some("USD"))),
        ),
        (
            "The board approved £45,000 instead of £60,000 for the project.",
            Some((45_000, Some("GBP"))),
        ),
        ("We have EUR 50.000 set aside for this project next year.", Some((50_000, Some("EUR")))),
        ("Our budget is CHF 120'000.– for all of it, as you know.", Some((120_000, Some("CHF")))),
        ("The offer is fine, our maximum is € 9.900,- for everything.", Some((9_900, Some("EUR")))),
        ("The price of your offer is $4,500 per month, which is fine for us.", None),
        ("We are not ready, the budget of EUR 50,000 was frozen this week.", None),
        ("Le budget de 50 000 € a été annulé par la direction hier.", None),
        ("The invoice for the contract of €4,320.00 was paid last week.", None),
        ("Fabrikam signs a deal worth $5M. Click here to unsubscribe from this list.", None),
        ("Votre commande d’un montant de 2 129,90 € est prête. Merci de ne pas y répondre.", None),
    ] {
        assert_eq!(suggested(text).0, amount, "{text}");
    }
}

#[test]
fn a_numbered_day_is_not_the_next_of_its_name() {
    for (text, day) in [
        ("The committee takes its decision on Tuesday, December 8.", Some(date(2026, 12, 8))),
        (
            "The committee takes its decision on Tuesday the 8th of December.",
            Some(date(2026, 12, 8)),
        ),
        ("The committee takes its decision on Tuesday 8 December 2026.", Some(date(2026, 12, 8))),
        ("The committee takes its decision on Tuesday.", Some(date(2026, 11, 24))),
        ("The signature is planned for mid-December at the latest.", Some(date(2026, 12, 15))),
        ("La signature du contrat est prévue mi-décembre par le comité.", Some(date(2026, 12, 15))),
        ("Nous attendons votre contrat pour décision sous huitaine.", Some(date(2026, 11, 30))),
        ("Nous devons commander au plus tard fin février de toute façon.", Some(date(2027, 2, 28))),
        ("We can't sign the contract before March 15 this time.", None),
    ] {
        assert_eq!(suggested(text).1, day, "{text}");
    }
}

#[test]
fn signatures_and_footers_are_no_summary() {
    for (from, body, own) in [
        (
            "Ada Byron <ada@x.example>",
            "Hello Ben,\n\nThe board approved it.\n\nThanks,\nAda\n\nAda Byron, MBA\nVP, Procurement\n200 Harbor Blvd, Oakland\n\nCONFIDENTIALITY NOTICE: This e-mail is confidential.",
            "Hello Ben,\n\nThe board approved it.",
        ),
        (
            "Jean de la Tour",
            "Bonjour,\n\nLe comité a validé.\n\nJean de la Tour\nAdjoint au directeur\nVille de Tours\n02 47 00 00 00",
            "Bonjour,\n\nLe comité a validé.",
        ),
        (
            "Grace Lee",
            "Total is now $58,750.\nBest regards, Grace Lee | Alpine Ski House | 555-0100",
            "Total is now $58,750.",
        ),
        (
            "Léa",
            "Il nous faut une réponse.\n\nBelle journée\n\nLéa\nDSI adjointe",
            "Il nous faut une réponse.",
        ),
        (
            "Hans",
            "No budget.\n\nMit freundlichen Grüßen / Best regards\n\ni.A. Hans\nLeiter Einkauf",
            "No budget.",
        ),
        (
            "Ada",
            "Fine.\n\nAm Mo., 2. März 2026 um 10:00 schrieb Ben King <b@x.example>:\n> Hallo",
            "Fine.",
        ),
        ("Ada", "Fine.\nSent from my iPhone", "Fine."),
        // what goes on behind thanks is no signature
        (
            "Ada",
            "Thanks!\n\nWe will sign the contract on Friday and pay 30,000 euros.",
            "Thanks!\n\nWe will sign the contract on Friday and pay 30,000 euros.",
        ),
        (
            "Ada",
            "Merci\n\nPouvez-vous nous envoyer le devis cette semaine ?",
            "Merci\n\nPouvez-vous nous envoyer le devis cette semaine ?",
        ),
    ] {
        assert_eq!(thread::own_words_of(body, from), own, "{body}");
        let mail = Mail { from, sent: DAY, body, is_external: true };
        let found = thread::summarise(&[mail], Budget::CARD);
        for sentence in &found.summary {
            assert!(own.contains(sentence.text.trim()), "{}", sentence.text);
        }
    }
}
