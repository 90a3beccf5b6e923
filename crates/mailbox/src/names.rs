//! What the CRMs call what a mail is about. Two vocabularies: that of Dataverse, which the hub's own environments speak
//! too, and that of Salesforce.

use std::sync::Arc;

use crm::{Crm, Error, Table, Value};

/// What one kind of CRM calls things.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Names {
    /// Contacts.
    pub(crate) contact: &'static str,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) full_name: &'static str,
    pub(crate) job_title: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) mobile: &'static str,
    /// The account of a contact.
    pub(crate) account: &'static str,
    /// Where addresses stand, the first for a new contact.
    pub(crate) emails: &'static [&'static str],
    /// People who are no contacts yet, and what they are shown with: name, position, company, telephone.
    pub(crate) lead: &'static str,
    pub(crate) lead_shown: [&'static str; 4],
    /// What tells leads that are still leads, and how.
    pub(crate) lead_open: (&'static str, Open),
    pub(crate) opportunity: &'static str,
    /// The account of an opportunity, and its contact where it has one.
    pub(crate) opportunity_of: &'static [&'static str],
    /// What opportunities are shown with: name, amount, close date, stage.
    pub(crate) opportunity_shown: &'static [&'static str],
    /// The field with the currency of an opportunity.
    pub(crate) opportunity_currency: &'static str,
    /// Currencies: their table, the field with the code, that with the rate.
    pub(crate) currency: (&'static str, &'static str, &'static str),
    /// What tells open opportunities, and how.
    pub(crate) opportunity_open: (&'static str, Open),
    /// What a mail may become, the best first.
    pub(crate) mails: &'static [&'static str],
    /// Notes: their table, the field with the record, title, text.
    pub(crate) note: [&'static str; 4],
    /// What a file at it becomes.
    pub(crate) file: &'static str,
}

/// How an open opportunity is told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Open {
    /// An entry of a choice.
    Choice(&'static str),
    /// A yes or no.
    Boolean(bool),
}

static DATAVERSE: Names = Names {
    contact: "contact",
    first_name: "firstname",
    last_name: "lastname",
    full_name: "fullname",
    job_title: "jobtitle",
    phone: "telephone1",
    mobile: "mobilephone",
    account: "parentcustomerid",
    emails: &["emailaddress1", "emailaddress2", "emailaddress3"],
    lead: "lead",
    lead_shown: ["fullname", "jobtitle", "companyname", "telephone1"],
    lead_open: ("statecode", Open::Choice("0")),
    opportunity: "opportunity",
    opportunity_of: &["parentaccountid", "parentcontactid", "customerid"],
    opportunity_shown: &["name", "estimatedvalue", "estimatedclosedate", "stepname"],
    opportunity_currency: "transactioncurrencyid",
    currency: ("transactioncurrency", "isocurrencycode", "exchangerate"),
    opportunity_open: ("statecode", Open::Choice("0")),
    mails: &["email"],
    note: ["annotation", "objectid", "subject", "notetext"],
    file: "activitymimeattachment",
};

static SALESFORCE: Names = Names {
    contact: "Contact",
    first_name: "FirstName",
    last_name: "LastName",
    full_name: "Name",
    job_title: "Title",
    phone: "Phone",
    mobile: "MobilePhone",
    account: "AccountId",
    emails: &["Email"],
    lead: "Lead",
    lead_shown: ["Name", "Title", "Company", "Phone"],
    lead_open: ("IsConverted", Open::Boolean(false)),
    opportunity: "Opportunity",
    opportunity_of: &["AccountId"],
    opportunity_shown: &["Name", "Amount", "CloseDate", "StageName"],
    opportunity_currency: "CurrencyIsoCode",
    currency: ("CurrencyType", "IsoCode", "ConversionRate"),
    opportunity_open: ("IsClosed", Open::Boolean(false)),
    mails: &["EmailMessage", "Task"],
    note: ["Note", "ParentId", "Title", "Body"],
    file: "ContentVersion",
};

impl Open {
    /// The value that a query asks for.
    pub(crate) fn value(&self) -> Value {
        match self {
            Self::Choice(value) => Value::Choice((*value).to_owned()),
            Self::Boolean(value) => Value::Boolean(*value),
        }
    }
}

/// The vocabulary of a seller's CRM, with what contacts look like there.
pub(crate) async fn of(crm: &dyn Crm) -> Result<(&'static Names, Arc<Table>), Error> {
    let table = match crm.describe(DATAVERSE.contact).await {
        Err(Error::ObjectHidden { .. }) => crm.describe(SALESFORCE.contact).await?,
        other => other?,
    };
    let is_dataverse = table.field("contactid").is_some() || table.name == DATAVERSE.contact;
    Ok((if is_dataverse { &DATAVERSE } else { &SALESFORCE }, table))
}
