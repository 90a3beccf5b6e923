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
