//! People who are leads: made out of a mail and matched, where administrators published a form for leads.

use crm::Value;
use liaison_mailbox::{About, Matched, Wanted};
use sales_settings::{FormField, Forms, RecordType, Vendor};

use crate::house::{House, code, mail};

#[tokio::test]
async fn with_a_form_for_leads_somebody_becomes_a_lead_and_is_matched_as_one() {
    let house = House::new().await;
    let sam = house.seller("sam", Some("Salesperson")).await;
    let kept = house.mailbox.keep(&sam, mail("1")).await.unwrap();
    let message = house.mailbox.open(&sam, kept.mail.id).await.unwrap().message;
    let kinds = async || {
        let seen = house.mailbox.people(&sam, &message).await.unwrap();
        seen.kinds.iter().map(|kind| kind.table.clone()).collect::<Vec<_>>()
    };
    assert_eq!(kinds().await, ["contact"], "nobody published anything");
    let mut forms = Forms::defaults(Vendor::Dynamics);
    let fields = ["subject", "firstname", "lastname", "companyname", "emailaddress1"];
    forms.types.push(RecordType {
        table: "lead".to_owned(),
        fields: fields.map(FormField::named).to_vec(),
        create_here: true,
        ..RecordType::default()
    });
    house.publish(forms).await;
    assert_eq!(kinds().await, ["contact", "lead"]);

    let address = "ben@fabrikam.example";
    let filled = house.mailbox.prefill(&sam, &message, (address, "lead")).await.unwrap();
    let held = |name: &str| match filled.values.get(name) {
        Some(Value::Text(text)) => text.as_str(),
        _ => "",
    };
    assert_eq!(held("subject"), "Renewal 1");
    assert_eq!((held("lastname"), held("companyname")), ("King", "Fabrikam Ltd"));
    assert_eq!(held("jobtitle"), "", "not on the form");
    let made = house.mailbox.create_person(&sam, address, ("lead", &filled.values)).await.unwrap();
    assert_eq!(made.table, "lead");
    let seen = house.mailbox.people(&sam, &message).await.unwrap();
    let Matched::One(found) = &seen.people[0].matched else { panic!("{seen:?}") };
    assert!(found.is_lead() && found.at == made, "{found:?}");
    assert!(found.facts.iter().any(|(_, fact)| fact == "Fabrikam Ltd"), "{found:?}");
    assert!(house.mailbox.opportunities(&sam, found).await.unwrap().is_empty());

    // the mail is saved with the lead as a party
    let about = About { table: "lead".to_owned(), id: made.id.0.clone(), name: String::new() };
    let wanted = Wanted { about: Some(about), ..Wanted::default() };
    let save = house.mailbox.save(&sam, kept.mail.id, wanted).await.unwrap();
    assert!(save.done && !save.found);
    let around = house.mailbox.activities(&sam, &made).await.unwrap();
    assert_eq!(around.len(), 1, "{around:?}");
    assert_eq!(around[0].title, "Renewal 1");

    // a lead without what the form asks for is refused, and nobody becomes an account
    let empty = crm::Values::new();
    let refused = house.mailbox.create_person(&sam, address, ("lead", &empty)).await;
    assert_eq!(code(&refused), "crm.record_refused");
    let refused = house.mailbox.create_person(&sam, address, ("account", &empty)).await;
    assert_eq!(code(&refused), "seller_mail.invalid");
}
