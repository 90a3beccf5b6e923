//! Ending a sale, a case, a quote or an order, and qualifying a lead: what callers ask for as one step.

use queries::Query;
use tables::{ColumnKind, Model, Table, Value};
use uuid::Uuid;

use crate::{
    Condition, Entry, Error, LinkTo, Operation, Outcome, Reference, Result, RowKey, Rows, Session,
    Update,
    write::{Closing, complete},
};

/// A row to end.
#[derive(Debug, Clone)]
pub struct Close {
    /// The table of the row: `opportunity`, `incident`, `quote`, `salesorder`.
    pub table: &'static str,
    /// The state that it is to have.
    pub state: i64,
    /// The reason for it; none or -1 for the usual one of the state.
    pub status: Option<i64>,
    /// The activity that says so; its lookup names the row.
    pub activity: Entry,
}

/// What becomes of a lead.
#[derive(Debug, Clone, Default)]
pub struct Qualify {
    /// Make an account of it, unless it has one.
    pub account: bool,
    /// Make a contact of it, unless it has one.
    pub contact: bool,
    /// Make an opportunity of it.
    pub opportunity: bool,
    /// The reason; none or -1 for the usual one.
    pub status: Option<i64>,
    /// The currency of the opportunity.
    pub currency: Option<Reference>,
    /// The account or contact of the opportunity.
    pub customer: Option<Reference>,
    /// The campaign of the opportunity.
    pub campaign: Option<Reference>,
}

impl Session {
    /// Ends a row with the activity that says so, as one change.
    ///
    /// # Errors
    /// [`Error::Status`] when the reason is none of the state, [`Error::Refused`] when the row has ended already or
    /// the activity names none, and what [`Session::run`] answers.
    pub async fn close(&self, close: Close) -> Result<()> {
        let Close { table, state, status, mut activity } = close;
        let unknown = || Error::TableUnknown { table: table.to_owned() };
        let closing = Closing::of(table).ok_or_else(unknown)?;
        let of = self.snapshot.table(table)?;
        let kind = self.snapshot.table(closing.activity)?;
        let row =
            named(self.model(), &activity, closing.lookup).ok_or_else(|| Error::Required {
                table: closing.activity.to_owned(),
                column: closing.lookup.to_owned(),
            })?;
        if row.table != of.logical && !matches!(row.key, RowKey::Result(_)) {
            return Err(Error::RowMissing { table: table.to_owned(), key: row.table });
        }
        complete(kind, &mut activity);
        let subject = kind.primary_name.as_deref().unwrap_or_default();
        if activity.values.iter().all(|(name, _)| name != subject) {
            let text = kind.labels.text(tables::ENGLISH).to_owned();
            activity.values.push((subject.to_owned(), Value::Text(text)));
        }
        let mut entry = Entry::of(table);
        entry.values = reason(of, state, status)?;
        let update = Update { key: row.key, entry, condition: Condition::Present };
        let operations = vec![Operation::Create(activity), Operation::Update(update)];
        self.run(operations).await.map_err(|failure| failure.error)?;
        Ok(())
    }

    /// Makes of a lead what is asked for, as one change: account, contact and opportunity take what they share with
    /// it, and refer to each other. What was made, in this order.
    ///
    /// # Errors
    /// [`Error::RowMissing`], [`Error::Refused`] when the lead is not open, [`Error::VersionMismatch`] when somebody
    /// changed it meanwhile, and what [`Session::run`] answers.
    pub async fn qualify(&self, lead: Uuid, wanted: &Qualify) -> Result<Vec<Outcome>> {
        let table = self.snapshot.table("lead")?;
        let missing = || Error::RowMissing { table: "lead".to_owned(), key: lead.to_string() };
        let query = Query::of(table).select_all();
        let found = self.read("lead", &RowKey::Id(lead), &query).await?.ok_or_else(missing)?;
        let found = Found { table, values: values(&found, table)? };
        let state = table.state().map(|state| found.value(&state.logical).clone());
        if state.is_some_and(|state| state != Value::Whole(0)) {
            let message = crate::error::LEAD_CLOSED.to_owned();
            return Err(Error::Refused { code: "0x80040265", message });
        }
        let mut steps = Steps { session: self, lead: &found, operations: Vec::new() };
        let (account, contact) = steps.parties(wanted);
        let mut sale = None;
        if wanted.opportunity {
            let parties = (account.as_ref(), contact.as_ref());
            sale = steps.sale(Reference::id("lead", lead), parties, wanted);
        }
        let mut entry = Entry::of("lead");
        entry.values = reason(table, QUALIFIED, wanted.status)?;
        let links = [
            ("parentaccountid", account),
            ("parentcontactid", contact),
            ("qualifyingopportunityid", sale),
        ];
        for (column, row) in links {
            let Some((target, row)) = row else { continue };
            if let Some(navigation) = navigation(self.model(), "lead", (column, target)) {
                entry = entry.link(navigation, LinkTo::Row(row));
            }
        }
        let version = match found.value("versionnumber") {
            Value::Whole(version) => Condition::Version(*version),
            _ => Condition::Present,
        };
        let update = Update { key: RowKey::Id(lead), entry, condition: version };
        let mut operations = steps.operations;
        operations.push(Operation::Update(update));
        let mut made = self.run(operations).await.map_err(|failure| failure.error)?;
        made.pop();
        Ok(made)
    }
}

/// The row that an entry refers to by a column.
fn named(model: &Model, entry: &Entry, column: &str) -> Option<Reference> {
    let by_value = entry.values.iter().find(|(name, _)| name == column);
    if let Some((_, Value::Row(row))) = by_value {
        let table = model.table_by_code(row.code)?;
        return Some(Reference::id(table.logical.clone(), row.id));
    }
    let mut all = model.navigations_of_column(&entry.table, column);
    all.find_map(|navigation| {
        let link = entry.links.iter().find(|link| link.navigation == navigation.name)?;
        if let LinkTo::Row(row) = &link.to { Some(row.clone()) } else { None }
    })
}

/// A state and its reason as values of an entry.
fn reason(table: &Table, state: i64, status: Option<i64>) -> Result<Vec<(String, Value)>> {
    let (Some(of_state), Some(of_status)) = (table.state(), table.status()) else {
        return Ok(Vec::new());
    };
    let mut values = vec![(of_state.logical.clone(), Value::Whole(state))];
    if let Some(status) = status.filter(|status| *status != -1) {
        let fits = matches!(&of_status.kind, ColumnKind::Status { options }
            if options.iter().any(|one| i64::from(one.value) == status && i64::from(one.state) == state));
        if !fits {
            return Err(Error::Status { table: table.logical.clone(), status, state });
        }
        values.push((of_status.logical.clone(), Value::Whole(status)));
    }
    Ok(values)
}

/// The single navigation property of a lookup to a table.
fn navigation(model: &Model, table: &str, (column, target): (&str, &str)) -> Option<String> {
    let mut all = model.navigations_of_column(table, column);
    all.find(|navigation| navigation.target == target).map(|navigation| navigation.name.clone())
}

/// The values of the first row, one for each column of its table.
fn values(rows: &Rows, table: &Table) -> Result<Vec<Value>> {
    let Some(row) = rows.rows.first() else { return Ok(Vec::new()) };
    let properties = &rows.plan.shown.properties;
    let one = |column: &tables::Column| {
        let is_it = |property: &&queries::Property| {
            property.column().is_some_and(|one| one.logical == column.logical)
        };
        properties.iter().find(is_it).map_or(Ok(Value::Null), |property| property.value(row))
    };
    Ok(table.columns().iter().map(one).collect::<db::Result<_>>()?)
}

/// A lead as the caller sees it.
struct Found<'a> {
    table: &'a Table,
    values: Vec<Value>,
}

impl Found<'_> {
    fn value(&self, column: &str) -> &Value {
        self.table.position(column).and_then(|at| self.values.get(at)).unwrap_or(&Value::Null)
    }

    fn text(&self, column: &str) -> Option<&str> {
        match self.value(column) {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }
}

/// A row to refer to, and its table.
type Party = (&'static str, Reference);

/// What a qualified lead becomes.
struct Steps<'a> {
    session: &'a Session,
    lead: &'a Found<'a>,
    operations: Vec<Operation>,
}

impl Steps<'_> {
    /// The account and the contact: those that the lead has, else those that are made.
    fn parties(&mut self, wanted: &Qualify) -> (Option<Party>, Option<Party>) {
        let known = |column: &str, table: &'static str| match self.lead.value(column) {
            Value::Row(row) => Some((table, Reference::id(table, row.id))),
            _ => None,
        };
        let (mut account, mut contact) =
            (known("parentaccountid", "account"), known("parentcontactid", "contact"));
        if account.is_none()
            && wanted.account
            && let Some(name) = self.lead.text("companyname")
        {
            account = self.make("account", &[("name", name)], &[]);
        }
        if contact.is_none() && wanted.contact {
            let link = account.as_ref().map(|party| ("parentcustomerid", party.clone()));
            contact = self.make("contact", &[], link.as_slice());
        }
        (account, contact)
    }

    /// The opportunity.
    fn sale(
        &mut self,
        lead: Reference,
        (account, contact): (Option<&Party>, Option<&Party>),
        wanted: &Qualify,
    ) -> Option<Party> {
        let mut links = vec![("originatingleadid", ("lead", lead))];
        let chosen = wanted.customer.as_ref().and_then(|row| match &*row.table {
            "account" => Some(("account", row.clone())),
            "contact" => Some(("contact", row.clone())),
            _ => None,
        });
        if let Some(customer) = chosen.as_ref().or(account).or(contact) {
            links.push(("customerid", customer.clone()));
        }
        for (column, party) in [("parentaccountid", account), ("parentcontactid", contact)] {
            if let Some(party) = party {
                links.push((column, party.clone()));
            }
        }
        if let Some(campaign) = &wanted.campaign {
            links.push(("campaignid", ("campaign", campaign.clone())));
        }
        if let Some(currency) = &wanted.currency {
            links.push(("transactioncurrencyid", ("transactioncurrency", currency.clone())));
        }
        let topic = self.lead.text("subject").or_else(|| self.lead.text("fullname"));
        self.make("opportunity", &[("name", topic.unwrap_or_default())], &links)
    }

    /// Makes a row of another table out of the columns that both have.
    fn make(
        &mut self,
        table: &'static str,
        texts: &[(&str, &str)],
        links: &[(&str, Party)],
    ) -> Option<Party> {
        let (session, lead) = (self.session, self.lead);
        let of = session.model().table(table)?;
        let mut entry = Entry::of(table);
        let linked = |name: &str| links.iter().any(|(column, _)| *column == name);
        for column in of.columns() {
            let own = lead.table.column(&column.logical);
            let same = own.is_some_and(|own| {
                std::mem::discriminant(&own.kind) == std::mem::discriminant(&column.kind)
                    && (!matches!(own.kind, ColumnKind::Choice { .. }) || own.kind == column.kind)
            });
            let taken = column.for_create
                && column.computed.is_none()
                && column.of.is_none()
                && column.logical != of.primary_id
                && !NOT_TAKEN.contains(&&*column.logical)
                && (!column.kind.is_reference() || column.logical == "transactioncurrencyid")
                && !linked(&column.logical)
                && session.access().creates(of, column);
            let value = lead.value(&column.logical);
            if same && taken && !value.is_null() {
                entry.values.push((column.logical.clone(), value.clone()));
            }
        }
        for (name, text) in texts {
            entry.values.retain(|(known, _)| known != name);
            entry.values.push(((*name).to_owned(), Value::Text((*text).to_owned())));
        }
        for (column, (target, row)) in links {
            if let Some(navigation) = navigation(session.model(), table, (column, target)) {
                entry = entry.link(navigation, LinkTo::Row(row.clone()));
            }
        }
        self.operations.push(Operation::Create(entry));
        let key = RowKey::Result(self.operations.len() - 1);
        Some((table, Reference { table: String::new(), key }))
    }
}

/// The state of a qualified lead.
const QUALIFIED: i64 = 1;

/// What rows of different tables have under the same name and do not share.
const NOT_TAKEN: [&str; 7] = [
    "statecode",
    "statuscode",
    "ownerid",
    "overriddencreatedon",
    "importsequencenumber",
    "address1_addressid",
    "entityimage",
];
