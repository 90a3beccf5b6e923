//! What the CRMs call what a mail is about. Two vocabularies: that of Dataverse, which the hub's own environments speak
//! too, and that of Salesforce.

use std::sync::Arc;

use crm::{Crm, Error, Table};

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
    pub(crate) opportunity: &'static str,
    /// The account of an opportunity, and its contact where it has one.
    pub(crate) opportunity_of: &'static [&'static str],
    /// What opportunities are shown with: name, amount, close date, stage.
    pub(crate) opportunity_shown: &'static [&'static str],
    /// What tells open opportunities, and how.
    pub(crate) opportunity_open: (&'static str, Open),
    /// What a mail becomes.
    pub(crate) mail: &'static str,
    /// Whether a saved mail may be taken back (sales reference §5.2).
    pub(crate) can_undo: bool,
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
    opportunity: "opportunity",
    opportunity_of: &["parentaccountid", "parentcontactid", "customerid"],
    opportunity_shown: &["name", "estimatedvalue", "estimatedclosedate", "stepname"],
    opportunity_open: ("statecode", Open::Choice("0")),
    mail: "email",
    can_undo: true,
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
    opportunity: "Opportunity",
    opportunity_of: &["AccountId"],
    opportunity_shown: &["Name", "Amount", "CloseDate", "StageName"],
    opportunity_open: ("IsClosed", Open::Boolean(false)),
    mail: "Task",
    can_undo: false,
};

/// The vocabulary of a seller's CRM, with what contacts look like there.
pub(crate) async fn of(crm: &dyn Crm) -> Result<(&'static Names, Arc<Table>), Error> {
    let table = match crm.describe(DATAVERSE.contact).await {
        Err(Error::ObjectHidden { .. }) => crm.describe(SALESFORCE.contact).await?,
        other => other?,
    };
    let is_dataverse = table.field("contactid").is_some() || table.name == DATAVERSE.contact;
    Ok((if is_dataverse { &DATAVERSE } else { &SALESFORCE }, table))
}
