//! What is asked of a list: columns, words, conditions, order, page.

use crm::{Comparison, Cursor, Direction, Field, FieldKind, Filter, Query, Record, Table, Value};
use kernel::FieldError;

use super::{refused, value::from_text};
use crate::Result;

/// Conditions of one list (our own choice).
pub const MAX_CONDITIONS: usize = 10;
/// Columns of one list (our own choice).
const MAX_COLUMNS: usize = 20;
/// Columns that are shown unless others are asked for, the name among them.
pub(super) const COLUMNS: usize = 6;

/// What is asked of a list.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Words, as the CRM's own search finds them.
    pub search: String,
    /// Columns; those that people look at first where there are none.
    pub columns: Vec<String>,
    /// All of them hold.
    pub conditions: Vec<Condition>,
    /// The order; by name without.
    pub sort: Option<Sort>,
    /// Records of a page.
    pub size: u32,
    /// Behind this place.
    pub after: Option<Cursor>,
}

/// What a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The field.
    pub field: String,
    /// The later first.
    pub descending: bool,
}

impl Sort {
    /// `name` or `-name`.
    pub fn read(text: &str) -> Option<Self> {
        let (field, descending) = match text.strip_prefix('-') {
            Some(field) => (field, true),
            None => (text, false),
        };
        (!field.is_empty()).then(|| Self { field: field.to_owned(), descending })
    }

    /// As [`Sort::read`] takes it.
    pub fn text(&self) -> String {
        if self.descending { format!("-{}", self.field) } else { self.field.clone() }
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The records.
    pub records: Vec<Record>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// The columns, the name first.
    pub columns: Vec<String>,
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Operator {
    Contains,
    StartsWith,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Empty,
    Filled,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 10] = [
        Self::Contains,
        Self::StartsWith,
        Self::Equal,
        Self::NotEqual,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Empty,
        Self::Filled,
    ];

    /// Its name in addresses and REST.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contains => "contains",
            Self::StartsWith => "starts",
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Greater => "gt",
            Self::GreaterOrEqual => "ge",
            Self::Less => "lt",
            Self::LessOrEqual => "le",
            Self::Empty => "empty",
            Self::Filled => "filled",
        }
    }

    /// Whether it compares with a value.
    pub const fn has_value(self) -> bool {
        !matches!(self, Self::Empty | Self::Filled)
    }

    /// The operators for a kind of field, the likeliest first.
    pub const fn of(kind: &FieldKind) -> &'static [Self] {
        match kind {
            // a long text is no condition in Salesforce (SOQL, long text areas)
            FieldKind::Text(Some(1001..))
            | FieldKind::Id
            | FieldKind::Choices(_)
            | FieldKind::Other(_) => &[],
            FieldKind::Text(_) => &[
                Self::Contains,
                Self::StartsWith,
                Self::Equal,
                Self::NotEqual,
                Self::Filled,
                Self::Empty,
            ],
            FieldKind::Whole | FieldKind::Number | FieldKind::Money => &[
                Self::Equal,
                Self::NotEqual,
                Self::Greater,
                Self::GreaterOrEqual,
                Self::Less,
                Self::LessOrEqual,
                Self::Filled,
                Self::Empty,
            ],
            FieldKind::Date => {
                &[Self::GreaterOrEqual, Self::LessOrEqual, Self::Equal, Self::Filled, Self::Empty]
            }
            FieldKind::Instant => &[Self::GreaterOrEqual, Self::Less, Self::Filled, Self::Empty],
            FieldKind::Choice(_) => &[Self::Equal, Self::NotEqual, Self::Filled, Self::Empty],
            FieldKind::Row(_) => &[Self::Equal, Self::Filled, Self::Empty],
            FieldKind::Boolean => &[Self::Equal],
        }
    }
}

/// A condition on a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what, as [`from_text`] takes it.
    pub value: String,
}

impl Condition {
    /// `field:operator` or `field:operator:value`.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ':');
        let field = parts.next().filter(|field| !field.is_empty())?.to_owned();
        let word = parts.next()?;
        let operator = Operator::ALL.into_iter().find(|one| one.as_str() == word)?;
        let value = parts.next().unwrap_or_default().to_owned();
        Some(Self { field, operator, value })
    }

    /// As [`Condition::read`] takes it.
    pub fn text(&self) -> String {
        if self.operator.has_value() {
            format!("{}:{}:{}", self.field, self.operator.as_str(), self.value)
        } else {
            format!("{}:{}", self.field, self.operator.as_str())
        }
    }

    /// The port's filter; nothing where the operator or the value does not fit the field.
    fn filter(&self, field: &Field) -> Option<Filter> {
        if !Operator::of(&field.kind).contains(&self.operator) {
            return None;
        }
        let name = || field.name.clone();
        let value = || {
            let value = from_text(field, &self.value)?;
            (value != Value::Null).then_some(value)
        };
        let so = |comparison| Some(Filter::compare(name(), comparison, value()?));
        match self.operator {
            Operator::Contains => Some(Filter::Contains(name(), filled(&self.value)?)),
            Operator::StartsWith => Some(Filter::StartsWith(name(), filled(&self.value)?)),
            Operator::Equal => so(Comparison::Equal),
            Operator::NotEqual => so(Comparison::NotEqual),
            Operator::Greater => so(Comparison::Greater),
            Operator::GreaterOrEqual => so(Comparison::GreaterOrEqual),
            Operator::Less => so(Comparison::Less),
            Operator::LessOrEqual => so(Comparison::LessOrEqual),
            Operator::Empty => Some(Filter::Empty(name())),
            Operator::Filled => Some(Filter::compare(name(), Comparison::NotEqual, Value::Null)),
        }
    }
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

impl Asked {
    /// The port's query.
    pub(super) fn query(&self, table: &Table) -> Result<Query> {
        let columns = self.shown(table);
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut query = Query::of(&table.name, &columns).size(self.size.max(1));
        query.after.clone_from(&self.after);
        let mut findings = Vec::new();
        let mut all = Vec::new();
        if self.conditions.len() > MAX_CONDITIONS {
            let limit = i64::try_from(MAX_CONDITIONS).unwrap_or(i64::MAX);
            let finding = FieldError::new("/filter", TOO_MANY, "too many conditions");
            findings.push(finding.with_limit(limit));
        }
        for condition in self.conditions.iter().take(MAX_CONDITIONS) {
            let field = table.field(&condition.field);
            if let Some(filter) = field.and_then(|field| condition.filter(field)) {
                all.push(filter);
                continue;
            }
            let said = format!("{} does not fit its field", condition.text());
            findings.push(FieldError::new("/filter", NO_CONDITION, said));
        }
        if !all.is_empty() {
            query = query.filter(Filter::All(all));
        }
        let by_name = || {
            let name = table.name_field.clone()?;
            Some(Sort { field: name, descending: false })
        };
        if let Some(sort) = self.sort.clone().or_else(by_name) {
            let way = if sort.descending { Direction::Descending } else { Direction::Ascending };
            let field = table.field(&sort.field).filter(|field| is_sorted(field));
            if let Some(field) = field {
                query = query.order_by(&field.name, way);
            } else if self.sort.is_some() {
                let said = format!("lists are not sorted by {}", sort.field);
                findings.push(FieldError::new("/sort", NO_SORT, said));
            }
        }
        if findings.is_empty() { Ok(query) } else { Err(refused(findings)) }
    }

    /// The columns of the list: the name, then those that were asked for, else those that people look at first.
    pub fn shown(&self, table: &Table) -> Vec<String> {
        let mut shown: Vec<String> = table.name_field.iter().cloned().collect();
        let known = self.columns.iter().filter_map(|name| table.field(name));
        let asked: Vec<&Field> = known.filter(|field| is_column(field)).collect();
        let wanted: Vec<String> = if asked.is_empty() {
            let first = FIRST.iter().filter_map(|name| table.field(name));
            // an account's own id is called as what leads to an account elsewhere
            let first = first.filter(|field| is_column(field) && field.kind != FieldKind::Id);
            first.map(|field| field.name.clone()).collect()
        } else {
            asked.into_iter().map(|field| field.name.clone()).collect()
        };
        let most = if self.columns.is_empty() { COLUMNS } else { MAX_COLUMNS };
        for name in wanted {
            if shown.len() < most && !shown.contains(&name) {
                shown.push(name);
            }
        }
        // a table that nobody has thought of shows what people fill in
        let is_typed =
            |field: &&Field| field.updateable && is_column(field) && field.kind != FieldKind::Id;
        let typed = table.fields.iter().filter(is_typed);
        for field in typed {
            if shown.len() >= 4 || !self.columns.is_empty() {
                break;
            }
            if !shown.contains(&field.name) {
                shown.push(field.name.clone());
            }
        }
        shown
    }
}

/// Whether a field can be a column.
const fn is_column(field: &Field) -> bool {
    !matches!(field.kind, FieldKind::Other(_))
}

/// Whether lists are sorted by a field: long texts and several entries have no order in any CRM.
const fn is_sorted(field: &Field) -> bool {
    match field.kind {
        FieldKind::Text(Some(max)) => max <= 1000,
        FieldKind::Text(None) | FieldKind::Choices(_) | FieldKind::Other(_) => false,
        _ => true,
    }
}

/// What people look at first in a list, as Dynamics 365 and Salesforce call it.
const FIRST: [&str; 33] = [
    "parentaccountid",
    "parentcustomerid",
    "customerid",
    "accountid",
    "companyname",
    "company",
    "regardingobjectid",
    "whatid",
    "whoid",
    "jobtitle",
    "title",
    "estimatedvalue",
    "amount",
    "totalamount",
    "revenue",
    "annualrevenue",
    "stagename",
    "salesstage",
    "estimatedclosedate",
    "closedate",
    "emailaddress1",
    "email",
    "telephone1",
    "phone",
    "mobilephone",
    "scheduledend",
    "activitydate",
    "prioritycode",
    "priority",
    "status",
    "statuscode",
    "industry",
    "ownerid",
];

/// A condition that the field does not take.
const NO_CONDITION: &str = "crm_record.no_condition";
/// More conditions than there may be.
const TOO_MANY: &str = "crm_record.too_many_conditions";
/// A field that lists are not sorted by.
const NO_SORT: &str = "crm_record.no_sort";

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let field = |name: &str, kind: FieldKind| Field {
            name: name.to_owned(),
            label: name.to_owned(),
            kind,
            required: false,
            createable: true,
            updateable: true,
        };
        Table {
            name: "Opportunity".to_owned(),
            label: "Opportunity".to_owned(),
            id_field: "Id".to_owned(),
            name_field: Some("Name".to_owned()),
            fields: vec![
                field("Id", FieldKind::Id),
                field("Name", FieldKind::Text(Some(120))),
                field("Amount", FieldKind::Money),
                field("Description", FieldKind::Text(Some(32_000))),
                field("AccountId", FieldKind::Row(vec!["Account".to_owned()])),
                field("Photo", FieldKind::Other("base64".to_owned())),
            ],
        }
    }

    #[test]
    fn a_condition_reads_what_it_wrote() {
        for text in ["Name:contains:a:b", "Amount:ge:10", "AccountId:empty"] {
            assert_eq!(Condition::read(text).unwrap().text(), text);
        }
        for odd in ["", "Name", "Name:like:x", ":eq:1"] {
            assert_eq!(Condition::read(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_list_shows_the_name_and_what_people_look_at_first() {
        let asked = Asked { size: 50, ..Asked::default() };
        assert_eq!(asked.shown(&table()), ["Name", "AccountId", "Amount", "Description"]);
        let own = Asked { columns: vec!["amount".to_owned(), "photo".to_owned()], ..asked };
        assert_eq!(own.shown(&table()), ["Name", "Amount"]);
    }

    #[test]
    fn what_does_not_fit_is_named_and_nothing_is_asked() {
        let conditions =
            ["Amount:ge:many", "Amount:contains:1", "Nothing:eq:1", "AccountId:eq:001"];
        let conditions = conditions.map(|text| Condition::read(text).unwrap()).to_vec();
        let sort = Sort::read("-Description");
        let asked = Asked { conditions, sort, size: 50, ..Asked::default() };
        let error = asked.query(&table()).unwrap_err();
        let crate::Error::Crm(crm::Error::Refused { findings, .. }) = error else {
            panic!("{error:?}")
        };
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [NO_CONDITION, NO_CONDITION, NO_CONDITION, NO_SORT]);
    }
}
