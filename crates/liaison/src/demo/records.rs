//! The records of the demo: what sellers of outdoor gear have in their CRM.

use identity::tenants::Tenant;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use records::{Associate, Entry, Link, LinkTo, Operation, Reference, RowKey, Session};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tables::{
    RowRef,
    baseline::{Baseline, Depth, Set, Verb, privilege_id, privilege_name},
};
use uuid::Uuid;

use super::{SignedIn, business};
use crate::{
    exit::{Failure, Result},
    hub::Hub,
};

/// Somebody who may not create accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Limited {
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) token: String,
    pub(crate) systemuserid: String,
}

/// The address of the environment.
pub(super) fn address(base: &str) -> String {
    format!("{base}/environments/{}", utf8_percent_encode(business::ENVIRONMENT, NON_ALPHANUMERIC))
}

/// Makes sample rows, and gives people their roles.
pub(super) async fn prepare(
    hub: &Hub,
    tenant: &Tenant,
    (admin, seller, limited): (&SignedIn, &SignedIn, SignedIn),
) -> Result<Limited> {
    let environment = business::sales_environment(hub, tenant).await?;
    let session = hub.records.session_in(&admin.scope, environment).await.map_err(failed)?;
    // everybody gets a row on the first visit
    let of_seller = hub.records.session_in(&seller.scope, environment).await.map_err(failed)?;
    let of_limited = hub.records.session_in(&limited.scope, environment).await.map_err(failed)?;
    if session.total("account").await.map_err(failed)? == 0 {
        // first the roles: who may not read a table owns no row of it
        give(&session, of_seller.user(), role("Salesperson")).await?;
        give(&session, of_limited.user(), reader(&session).await?).await?;
        let session = hub.records.session_in(&admin.scope, environment).await.map_err(failed)?;
        fill(&session, of_seller.user()).await?;
    }
    let account = limited.account;
    Ok(Limited {
        user: account.user,
        password: account.password,
        token: account.token,
        systemuserid: of_limited.user().to_string(),
    })
}

/// A role of those that environments start with.
fn role(name: &str) -> Option<Uuid> {
    let baseline = Baseline::of(&Set::ALL);
    baseline.roles.iter().find(|role| role.name == name).map(|role| role.id)
}

/// A role that reads what is the holder's or shared with them.
async fn reader(session: &Session) -> Result<Option<Uuid>> {
    let entry = Entry::of("role")
        .text("name", "Account Reader")
        .link("businessunitid", LinkTo::Row(Reference::id("businessunit", session.root_unit())));
    let made = session
        .run(vec![Operation::Create(entry)])
        .await
        .map_err(|failure| failed(failure.error))?;
    let Some(role) = made.first().map(|made| made.id) else { return Ok(None) };
    let mut privileges = Vec::new();
    for (table, depth) in [
        ("account", Depth::User),
        ("systemuser", Depth::Organisation),
        ("businessunit", Depth::Organisation),
        ("organization", Depth::Organisation),
        ("transactioncurrency", Depth::Organisation),
    ] {
        let Some(table) = session.model().table(table) else { continue };
        privileges.push((privilege_id(&privilege_name(session.model(), table, Verb::Read)), depth));
    }
    session.add_privileges(role, privileges).await.map_err(failed)?;
    Ok(Some(role))
}

async fn give(session: &Session, user: Uuid, role: Option<Uuid>) -> Result {
    let Some(role) = role else { return Ok(()) };
    let link = Associate {
        from: Reference::id("systemuser", user),
        navigation: "systemuserroles_association".to_owned(),
        to: Reference::id("role", role),
    };
    session.run(vec![Operation::Associate(link)]).await.map_err(|failure| failed(failure.error))?;
    Ok(())
}

async fn fill(session: &Session, seller: Uuid) -> Result {
    let mut operations = Vec::new();
    let owner = session.model().table("systemuser").map(|table| table.code);
    let owner = owner.map(|code| tables::Value::Row(RowRef { code, id: seller }));
    // what belongs to the seller's accounts is the seller's, all else the administrator's
    let own = |entry: Entry, account: usize| match &owner {
        Some(owner) if OF_SELLER.contains(&account) => entry.with("ownerid", owner.clone()),
        _ => entry,
    };
    for (place, (name, number, city, country, industry, employees, revenue)) in
        ACCOUNTS.into_iter().enumerate()
    {
        let values = json!({
            "name": name, "accountnumber": number, "address1_city": city, "address1_country": country,
            "industrycode": industry, "numberofemployees": employees, "revenue": revenue,
            "telephone1": format!("+41 44 555 {employees:04}"),
            "websiteurl": format!("https://{}.example", number.to_lowercase()),
        });
        operations.push(Operation::Create(own(entry(session, "account", &values), place)));
    }
    for (place, (first, last, title, account)) in CONTACTS.iter().enumerate() {
        let mut contact = entry(
            session,
            "contact",
            &json!({
                "firstname": first, "lastname": last, "jobtitle": title,
                "emailaddress1": format!("{}@{}.example", first.to_lowercase(), number_of(*account).to_lowercase()),
                "mobilephone": format!("+41 79 555 {:02} {:02}", place + 10, account + 20),
            }),
        );
        contact.links.push(to_result("parentcustomerid_account", *account));
        operations.push(Operation::Create(own(contact, *account)));
    }
    for (name, account, value, closes, step) in OPPORTUNITIES {
        let stage = STAGES.iter().position(|stage| *stage == step).unwrap_or_default();
        let chance = [20, 45, 65, 90].get(stage).copied().unwrap_or(100);
        let mut values = json!({
            "name": name, "estimatedvalue": value, "estimatedclosedate": closes, "stepname": step,
            "salesstage": stage, "closeprobability": chance, "opportunityratingcode": 1 + (stage + 1) % 3,
        });
        let closed = match step {
            "Won" => Some((1, 3)),
            "Lost" => Some((2, 5)),
            _ => None,
        };
        if let (Some((state, status)), Some(values)) = (closed, values.as_object_mut()) {
            values.insert("statecode".to_owned(), state.into());
            values.insert("statuscode".to_owned(), status.into());
            values.insert("salesstage".to_owned(), 3.into());
            values.insert("actualvalue".to_owned(), if state == 1 { value } else { 0.0 }.into());
            values.insert("actualclosedate".to_owned(), closes.into());
        }
        let mut opportunity = entry(session, "opportunity", &values);
        opportunity.links.push(to_result("customerid_account", account));
        opportunity.links.push(to_result("parentaccountid", account));
        operations.push(Operation::Create(own(opportunity, account)));
    }
    for (subject, account, due) in TASKS {
        let mut task = entry(session, "task", &json!({ "subject": subject, "scheduledend": due }));
        task.links.push(to_result("regardingobjectid_account_task", account));
        operations.push(Operation::Create(own(task, account)));
    }
    for (first, last, company, subject, quality) in LEADS {
        operations.push(Operation::Create(entry(session, "lead", &json!({
            "firstname": first, "lastname": last, "companyname": company, "subject": subject,
            "leadqualitycode": quality, "leadsourcecode": 8,
            "emailaddress1": format!("{}@{}.example", first.to_lowercase(), company.to_lowercase().replace(' ', "-")),
        }))));
    }
    for (title, account, priority) in CASES {
        let values = json!({ "title": title, "prioritycode": priority, "caseorigincode": 2 });
        let mut case = entry(session, "incident", &values);
        case.links.push(to_result("customerid_account", account));
        operations.push(Operation::Create(own(case, account)));
    }
    around(session, &mut operations, &own);
    session.run(operations).await.map_err(|failure| failed(failure.error))?;
    Ok(())
}

/// What happened around a few opportunities: calls, meetings, mails and notes, in the languages of those who wrote them.
fn around(session: &Session, operations: &mut Vec<Operation>, own: &dyn Fn(Entry, usize) -> Entry) {
    for (kind, opportunity, subject, text, when) in AROUND {
        let mut values = json!({ "subject": subject, "description": text, "notetext": text });
        if let (Some(when), Some(values)) = (when, values.as_object_mut()) {
            values.insert("scheduledstart".to_owned(), when.into());
            values.insert("scheduledend".to_owned(), when.into());
        }
        let done = [("phonecall", 2), ("email", 3)].iter().find(|(one, _)| *one == kind);
        if let (Some((_, status)), Some(values)) = (done, values.as_object_mut()) {
            values.insert("statecode".to_owned(), 1.into());
            values.insert("statuscode".to_owned(), (*status).into());
        }
        let mut entry = entry(session, kind, &values);
        let navigation = match kind {
            "annotation" => "objectid_opportunity".to_owned(),
            other => format!("regardingobjectid_opportunity_{other}"),
        };
        let place = ACCOUNTS.len() + CONTACTS.len() + opportunity;
        entry.links.push(to_row(&navigation, "opportunity", place));
        let account = OPPORTUNITIES.get(opportunity).map_or(usize::MAX, |one| one.1);
        operations.push(Operation::Create(own(entry, account)));
    }
}

fn number_of(account: usize) -> &'static str {
    ACCOUNTS.get(account).map_or("alpenglow", |account| account.1)
}

/// A link to one of the accounts.
fn to_result(navigation: &str, place: usize) -> Link {
    to_row(navigation, "account", place)
}

/// A link to a row that was made before in the same run, by its place there.
fn to_row(navigation: &str, table: &str, place: usize) -> Link {
    let row = Reference { table: table.to_owned(), key: RowKey::Result(place) };
    Link { navigation: navigation.to_owned(), to: LinkTo::Row(row) }
}

/// A row of JSON values; what the table does not take is left out.
fn entry(session: &Session, table: &str, values: &Value) -> Entry {
    let mut entry = Entry::of(table);
    let Some(table) = session.model().table(table) else { return entry };
    for (name, value) in values.as_object().into_iter().flatten() {
        let column = table.column(name);
        let read = column
            .and_then(|column| tables::Value::parse(session.model(), table, column, value).ok());
        entry.values.extend(read.map(|value| (name.clone(), value)));
    }
    entry
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn failed(error: records::Error) -> Failure {
    Failure::coded(&error)
}

/// Name, number, city, country, industry, people, revenue; all invented.
const ACCOUNTS: [(&str, &str, &str, &str, i32, i32, f64); 12] = [
    ("Sommet Sports", "SOMMET", "Chamonix", "France", 7, 48, 6_200_000.0),
    ("Bergwerk Ausrüstung", "BERGWERK", "Innsbruck", "Austria", 7, 120, 14_500_000.0),
    ("Nordlys Expeditions", "NORDLYS", "Tromsø", "Norway", 6, 35, 3_900_000.0),
    ("Valle Aktiv", "VALLE", "Chur", "Switzerland", 7, 22, 2_150_000.0),
    ("Pyrénées Aventure", "PYRENEES", "Pau", "France", 6, 64, 5_480_000.0),
    ("Kletterhalle Nordwand", "NORDWAND", "Zürich", "Switzerland", 6, 41, 4_020_000.0),
    ("Dolomiti Rifugi", "DOLOMITI", "Bolzano", "Italy", 6, 210, 18_700_000.0),
    ("Highland Outfitters", "HIGHLAND", "Inverness", "United Kingdom", 7, 77, 8_310_000.0),
    ("Sierra Trail Co-op", "SIERRA", "Granada", "Spain", 7, 58, 4_760_000.0),
    ("Tatry Sklep Górski", "TATRY", "Zakopane", "Poland", 7, 30, 1_980_000.0),
    ("Fjällräven Hütten", "HUETTEN", "Kiruna", "Sweden", 6, 18, 1_240_000.0),
    ("Lac & Montagne", "LACMONT", "Annecy", "France", 7, 95, 9_900_000.0),
];

/// Places of the accounts that the seller looks after, with their contacts, opportunities and what happened around them.
const OF_SELLER: [usize; 2] = [1, 11];

/// First name, last name, title, place of the account.
const CONTACTS: [(&str, &str, &str, usize); 18] = [
    ("Élodie", "Martin", "Buyer", 0),
    ("Lucas", "Girard", "Store manager", 0),
    ("Katharina", "Huber", "Head of purchasing", 1),
    ("Florian", "Egger", "Warehouse lead", 1),
    ("Ingrid", "Solberg", "Expedition leader", 2),
    ("Reto", "Caduff", "Owner", 3),
    ("Manon", "Laborde", "Buyer", 4),
    ("Thomas", "Etcheverry", "Guide", 4),
    ("Selina", "Baumann", "Managing director", 5),
    ("Giulia", "Ferrari", "Procurement", 6),
    ("Matteo", "Plank", "Hut warden", 6),
    ("Fiona", "MacLeod", "Buyer", 7),
    ("Callum", "Fraser", "Finance", 7),
    ("Lucía", "Moreno", "Chair", 8),
    ("Piotr", "Nowak", "Owner", 9),
    ("Astrid", "Lindgren", "Host", 10),
    ("Claire", "Fontaine", "Category manager", 11),
    ("Hugo", "Perrin", "Buyer", 11),
];

/// Name, place of the account, value, closing date, stage.
const OPPORTUNITIES: [(&str, usize, f64, &str, &str); 16] = [
    ("Winter range 2027", 0, 84_000.0, "2027-01-29", "Propose"),
    ("Avalanche sets for 14 branches", 1, 132_500.0, "2026-12-18", "Develop"),
    ("Polar tents", 2, 61_200.0, "2027-03-05", "Qualify"),
    ("Rental helmets", 3, 9_800.0, "2026-12-04", "Close"),
    ("Via ferrata kits", 4, 27_400.0, "2027-02-12", "Develop"),
    ("Ropes, yearly contract", 5, 44_000.0, "2027-01-08", "Propose"),
    ("Hut blankets", 6, 158_000.0, "2027-04-30", "Qualify"),
    ("Rainwear pilot", 7, 18_650.0, "2026-12-11", "Propose"),
    ("Trail poles", 8, 12_300.0, "2027-01-22", "Develop"),
    ("Opening order", 9, 7_450.0, "2026-12-09", "Close"),
    ("Stoves and fuel", 10, 5_900.0, "2027-02-26", "Qualify"),
    ("Summer range 2027", 11, 96_300.0, "2027-03-19", "Propose"),
    ("Sacs de montagne, réassort", 0, 21_700.0, "2026-10-16", "Won"),
    ("Crampons for the guide school", 4, 15_900.0, "2026-10-30", "Won"),
    ("Lampes frontales", 11, 8_640.0, "2026-11-13", "Won"),
    ("Fleece jackets", 7, 33_200.0, "2026-11-06", "Lost"),
];

/// The stages of a sale, in their order.
const STAGES: [&str; 4] = ["Qualify", "Develop", "Propose", "Close"];

/// First name, last name, company, subject, rating.
const LEADS: [(&str, &str, &str, &str, i32); 6] = [
    ("Margaux", "Lefèvre", "Refuge du Lac", "Équipement de trois refuges", 1),
    ("Jonas", "Keller", "Alpenschule Bern", "Rental ropes for courses", 2),
    ("Anouk", "Besson", "Ski Club Morzine", "Vestes pour les moniteurs", 1),
    ("Erik", "Dahl", "Fjord Trek", "Tents for guided tours", 3),
    ("Chiara", "Rossi", "Rifugio Stella", "Blankets and stoves", 2),
    ("Owen", "Price", "Eryri Guides", "Helmets, 40 pieces", 2),
];

/// Title, place of the account, priority.
const CASES: [(&str, usize, i32); 4] = [
    ("Two tents arrived without poles", 2, 1),
    ("Facture en double pour octobre", 0, 2),
    ("Wrong size of via ferrata kits", 4, 2),
    ("Question about washing the blankets", 6, 3),
];

/// Kind, place of the opportunity, subject, text, when.
const AROUND: [(&str, usize, &str, &str, Option<&str>); 10] = [
    (
        "annotation",
        0,
        "Ce qui compte pour eux",
        "Livraison avant le 15 novembre, étiquettes en français, et un seul interlocuteur.",
        None,
    ),
    (
        "phonecall",
        0,
        "Call with Élodie about quantities",
        "She wants 20 % more jackets than last year and fewer trousers.",
        Some("2026-11-17T09:30:00Z"),
    ),
    (
        "email",
        0,
        "Offre gamme hiver 2027",
        "Bonjour Élodie, voici notre offre comme convenu. Les prix valent jusqu’au 15 décembre.",
        Some("2026-11-18T08:10:00Z"),
    ),
    (
        "appointment",
        0,
        "Présentation de la gamme à Chamonix",
        "Apporter les échantillons de gants.",
        Some("2026-12-03T09:00:00Z"),
    ),
    (
        "task",
        0,
        "Check stock of jackets",
        "For 480 pieces in four sizes.",
        Some("2026-11-20T16:00:00Z"),
    ),
    (
        "annotation",
        1,
        "Who decides",
        "Katharina decides, Florian has to agree because of the storage room.",
        None,
    ),
    ("task", 1, "Price for 14 sets", "With shovel and probe.", Some("2026-12-01T10:00:00Z")),
    (
        "phonecall",
        5,
        "Selina: contract is with their lawyer",
        "She expects an answer next week.",
        Some("2026-11-19T14:00:00Z"),
    ),
    (
        "annotation",
        11,
        "Rendez-vous de printemps",
        "Claire veut voir les couleurs avant de fixer les quantités.",
        None,
    ),
    (
        "email",
        11,
        "Couleurs de l’été 2027",
        "Bonjour Claire, le nuancier est en pièce jointe.",
        None,
    ),
];

/// Subject, place of the account, due.
const TASKS: [(&str, usize, &str); 5] = [
    ("Send the offer for the winter range", 0, "2026-12-01T09:00:00Z"),
    ("Call about delivery dates", 1, "2026-12-02T13:30:00Z"),
    ("Prepare the samples", 4, "2026-12-03T08:00:00Z"),
    ("Ask for the signed contract", 5, "2026-12-07T10:00:00Z"),
    ("Visit the warehouse", 6, "2026-12-10T12:00:00Z"),
];
