//! Signatures as people write them.

use super::*;
use proptest::prelude::*;

fn ada() -> Address {
    Address::new(Some("Ada Byron"), "ada.byron@contoso.example").unwrap()
}

#[test]
fn a_signature_behind_dashes_is_read() {
    let text = "Yes, please send it.\n\n-- \nAda Byron\nChief Financial Officer\nContoso Ltd\nTel: +44 20 7946 0958 | Mobile: +44 7700 900123\nFax +44 20 7946 0959\n12 High Street, London\nwww.contoso.example\nada.b@other.example";
    let found = find(text, Some(&ada())).unwrap();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        found,
        Signature {
            name: some("Ada Byron"),
            given_name: some("Ada"),
            family_name: some("Byron"),
            job_title: some("Chief Financial Officer"),
            company: some("Contoso Ltd"),
            phone: some("+44 20 7946 0958"),
            mobile: some("+44 7700 900123"),
            fax: some("+44 20 7946 0959"),
            email: some("ada.b@other.example"),
            address: some("12 High Street, London"),
            site: some("https://www.contoso.example"),
        }
    );
}

#[test]
fn a_french_signature_behind_a_formula_is_read() {
    let text = "Bonjour,\n\nC’est d’accord.\n\nBien cordialement,\n\nHélène de La Tour\nResponsable achats\nGroupe Fabrikam\n3 rue de la Paix\n75002 Paris\nTél. : 01 42 68 53 00 – Port. : 06 12 34 56 78";
    let sender = Address::new(Some("Hélène de La Tour"), "h.latour@fabrikam.example").unwrap();
    let found = find(text, Some(&sender)).unwrap();
    assert_eq!(found.name.as_deref(), Some("Hélène de La Tour"));
    assert_eq!(found.job_title.as_deref(), Some("Responsable achats"));
    assert_eq!(found.company.as_deref(), Some("Groupe Fabrikam"));
    assert_eq!(found.phone.as_deref(), Some("01 42 68 53 00"));
    assert_eq!(found.mobile.as_deref(), Some("06 12 34 56 78"));
    assert_eq!(found.address.as_deref(), Some("3 rue de la Paix, 75002 Paris"));
}

#[test]
fn what_stands_on_one_line_is_parted() {
    let text = "Thanks,\nAda Byron | CFO at Contoso | +1 (555) 010-9999";
    let found = find(text, Some(&ada())).unwrap();
    assert_eq!(found.name.as_deref(), Some("Ada Byron"));
    assert_eq!(found.job_title.as_deref(), Some("CFO"));
    assert_eq!(found.company.as_deref(), Some("Contoso"));
    assert_eq!(found.phone.as_deref(), Some("+1 (555) 010-9999"));
}

#[test]
fn the_senders_name_near_the_end_begins_a_signature() {
    let text = "Can we talk tomorrow?\n\nAda Byron\nCFO\nT 020 7946 0958";
    let found = find(text, Some(&ada())).unwrap();
    assert_eq!(found.job_title.as_deref(), Some("CFO"));
    assert_eq!(found.phone.as_deref(), Some("020 7946 0958"));
    assert!(found.says_something());
}

#[test]
fn a_mail_without_a_signature_has_none() {
    for text in [
        "",
        "Yes.",
        "Thank you for your offer of 12 000 000 pieces, we meet at 10:00 on 2026-03-02.",
    ] {
        assert_eq!(find(text, Some(&ada())), None, "{text}");
    }
    assert_eq!(find("Hello Ben", None), None);
}

#[test]
fn numbers_that_are_no_telephones_are_left() {
    for text in ["12 000 000", "2026-03-02", "VAT FR40303265045", "1234567", "10:00-11:00"] {
        assert_eq!(phones(text), [], "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_is_written_what_is_found_stood_there(text in "(\\PC{0,20}|\\n|-- \\n|Regards,\\n|Ada Byron\\n|Tel: |\\+44 20 7946 0958|www\\.|@){0,30}") {
        if let Some(found) = find(&text, Some(&ada())) {
            for field in [&found.job_title, &found.company].into_iter().flatten() {
                prop_assert!(!field.is_empty() && field.chars().count() <= 200);
            }
        }
    }
}

#[test]
fn signatures_of_many_shapes_are_read() {
    let read = |name: &str, address: &str, text: &str| {
        let found = find(text, Address::new(Some(name), address).as_ref()).unwrap_or_default();
        [found.job_title, found.company, found.phone, found.mobile]
    };
    let is = |found: [Option<String>; 4], wanted: [&str; 4], text: &str| {
        let wanted = wanted.map(|text| (!text.is_empty()).then(|| text.to_owned()));
        assert_eq!(found, wanted, "{text}");
    };
    for (name, address, text, wanted) in [
        (
            "Okafor, Chidi",
            "chidi.okafor@northwind.example",
            "Could you call?\n\nThanks,\nChidi\n\nChidi Okafor, MBA\nVP, Procurement & Vendor Management\nNorthwind Logistics, Inc.\no: (510) 555-0142  c: (510) 555-0199\n\nCONFIDENTIALITY NOTICE: call +1 510 555 0100.",
            [
                "VP, Procurement & Vendor Management",
                "Northwind Logistics, Inc.",
                "(510) 555-0142",
                "(510) 555-0199",
            ],
        ),
        (
            "Hans Müller",
            "hans.mueller@kessel.example",
            "no budget.\n\nMit freundlichen Grüßen / Best regards\n\ni.A. Hans Müller\nLeiter Einkauf\n\nKessel Anlagenbau GmbH & Co. KG\nTel.: +49 711 555 01-23\nMobil: +49 170 5550123",
            [
                "Leiter Einkauf",
                "Kessel Anlagenbau GmbH & Co. KG",
                "+49 711 555 01-23",
                "+49 170 5550123",
            ],
        ),
        (
            "Marc Dubois",
            "marc.dubois@dubois-conseil.example",
            "La décision sera prise en comité.\n\nMarc Dubois\nGérant\nDubois Conseil\n06 11 22 33 44",
            ["Gérant", "Dubois Conseil", "", "06 11 22 33 44"],
        ),
        (
            "Olivia Chen",
            "olivia.chen@adatum.example",
            "Maria approves.\n\nOlivia Chen (she/her)\nSenior Manager, IT Sourcing\nAdatum Corporation\nRegistered in England No. 01234567\nDirect +1-425-555-0111",
            // what stands below the registration is not looked at
            ["Senior Manager, IT Sourcing", "Adatum Corporation", "", ""],
        ),
        (
            "Fatou Diallo",
            "fatou@baobab.example",
            "Merci,\nFatou Diallo\nDirectrice Générale Adjointe\nBaobab Services\nTel : (+221) 33 800 00 00",
            ["Directrice Générale Adjointe", "Baobab Services", "(+221) 33 800 00 00", ""],
        ),
        (
            "Grace Lee",
            "grace.lee@alpine.example",
            "See you.\nBest regards, Grace Lee | Buyer | Alpine Ski House | +1 206 555 0100",
            ["Buyer", "Alpine Ski House", "+1 206 555 0100", ""],
        ),
        (
            "Noah Weber",
            "noah.weber@helvetia.example",
            "Grüezi\n\nFreundliche Grüsse\nNoah Weber\nLeiter Vertrieb\nHelvetia Werke AG, Bahnhofstrasse 1, CH-8001 Zürich\n+41 44 555 01 23",
            ["Leiter Vertrieb", "Helvetia Werke AG", "+41 44 555 01 23", ""],
        ),
        (
            "Jean-Baptiste de la Tour",
            "jb@tours.example",
            "Je vous prie d’agréer l’expression de mes salutations distinguées.\n\nJean-Baptiste de la Tour\nAdjoint au directeur\nVille de Tours\nHôtel de Ville, 1-3 rue des Minimes, 37000 TOURS\nTél. 02 47 00 00 00",
            ["Adjoint au directeur", "Ville de Tours", "02 47 00 00 00", ""],
        ),
    ] {
        is(read(name, address, text), wanted, text);
    }
}

#[test]
fn a_site_is_that_of_the_company() {
    let sender = Address::new(Some("Elena Petrova"), "elena@proseware.example").unwrap();
    let found =
        |lines: &str| find(&format!("Hi\n-- \nElena Petrova\n{lines}"), Some(&sender)).unwrap();
    let site = |lines: &str| found(lines).site;
    assert_eq!(
        site("https://www.linkedin.com/in/elena\nhttps://www.proseware.example").as_deref(),
        Some("https://www.proseware.example")
    );
    assert_eq!(site("proseware.example").as_deref(), Some("https://proseware.example"));
    assert_eq!(site("other.example"), None);
}
