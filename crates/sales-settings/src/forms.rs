//! Forms and fields (sales reference §4.1): which records sellers work with, and what of them.

use crm::{Field, FieldKind, Table};
use kernel::FieldError;
use serde::{Deserialize, Serialize};

/// Record types of one CRM, fields of one type (reference §4.1).
pub(crate) const MAX_TYPES: usize = 10;
pub(crate) const MAX_FIELDS: usize = 40;
/// Subtitles beside the title.
const MAX_KEYS: usize = 2;

/// Who made the CRM; it decides what things are called and what may not be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Vendor {
    Embedded,
    Dynamics,
    Salesforce,
}

/// The forms of a CRM.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forms {
    /// The record types, in order: a type is related to earlier ones only.
    pub types: Vec<RecordType>,
}

/// A record type, which Salesforce calls an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecordType {
    /// The table, as the CRM names it.
    pub table: String,
    /// How it is related to an earlier type; the three that are there from the beginning need none.
    pub related: Option<Relation>,
    /// The view that fields and order were taken from.
    pub view: Option<View>,
    /// The fields in order; every field of the CRM where there is none.
    pub fields: Vec<FormField>,
    /// Subtitles: what is shown and searched beside the title.
    pub keys: Vec<String>,
    /// Whether records are edited here.
    pub edit: bool,
    /// Whether records are made here.
    pub create_here: bool,
    /// Whether a link leads to where the CRM makes them.
    pub create_in_crm: bool,
}

/// How a type is related to an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// The earlier type.
    pub to: String,
    /// The lookup that says so.
    pub field: String,
    /// Whether the lookup is the earlier type's (N:1), not this one's (1:N).
    #[serde(default)]
    pub theirs: bool,
}

/// A view as it was read; it is not read again by itself. Its records are those that the CRM lists for the seller.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// The view, as the CRM names it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it is one that a person keeps.
    #[serde(default)]
    pub personal: bool,
    /// What it filters by, in the CRM's own language; shown, never run.
    #[serde(default)]
    pub filter: String,
}

/// A field of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FormField {
    /// The field, as the CRM names it.
    pub name: String,
    /// Whether a value is asked for, beyond what the CRM asks for.
    pub required: bool,
    /// Whether sellers may change it here, where the CRM lets them.
    pub editable: bool,
}

impl View {
    /// The view at the CRM; `table` is the type's.
    pub fn at(&self, table: &str) -> crm::ViewRef {
        crm::ViewRef::new(table, self.id.clone(), self.personal)
    }
}

impl FormField {
    /// A field that may be edited.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), required: false, editable: true }
    }
}

impl Forms {
    /// Contact, opportunity and account, in that order; contacts may be edited, nothing else.
    pub fn defaults(vendor: Vendor) -> Self {
        let names: [(&str, &[&str]); 3] = match vendor {
            Vendor::Salesforce => [
                (
                    "Contact",
                    &[
                        "FirstName",
                        "LastName",
                        "Title",
                        "Email",
                        "Phone",
                        "MobilePhone",
                        "AccountId",
                    ],
                ),
                ("Opportunity", &["Name", "AccountId", "Amount", "CloseDate", "StageName"]),
                ("Account", &["Name", "Website", "Phone", "Industry"]),
            ],
            _ => [
                (
                    "contact",
                    &[
                        "firstname",
                        "lastname",
                        "jobtitle",
                        "emailaddress1",
                        "telephone1",
                        "mobilephone",
                        "parentcustomerid",
                    ],
                ),
                (
                    "opportunity",
                    &[
                        "name",
                        "parentaccountid",
                        "estimatedvalue",
                        "estimatedclosedate",
                        "stepname",
                    ],
                ),
                ("account", &["name", "websiteurl", "telephone1", "industrycode"]),
            ],
        };
        let each = names.into_iter().enumerate().map(|(at, (table, fields))| RecordType {
            table: table.to_owned(),
            fields: fields.iter().copied().map(FormField::named).collect(),
            keys: fields.iter().skip(2).take(2).map(|&name| name.to_owned()).collect(),
            edit: at == 0,
            create_here: at == 0,
            create_in_crm: true,
            ..RecordType::default()
        });
        Self { types: each.collect() }
    }

    /// The form of a table, case ignored.
    pub fn of(&self, table: &str) -> Option<&RecordType> {
        self.types.iter().find(|one| one.table.eq_ignore_ascii_case(table))
    }

    /// What a table looks like through its form; as it is where it has none.
    pub fn shape(&self, table: &Table) -> Table {
        self.of(&table.name).map_or_else(|| table.clone(), |form| form.shape(table))
    }

    /// Whether the forms hold together by themselves, before the CRM is asked.
    pub(crate) fn findings(&self) -> Vec<FieldError> {
        let mut all = Vec::new();
        let mut wrong = |pointer: String, code: &'static str, detail: &str| {
            all.push(FieldError::new(pointer, code, detail.to_owned()));
        };
        if self.types.is_empty() || self.types.len() > MAX_TYPES {
            wrong("/types".to_owned(), "sales_forms.types", "1 to 10 record types");
        }
        for (at, one) in self.types.iter().enumerate().take(MAX_TYPES) {
            let here = |rest: &str| format!("/types/{at}{rest}");
            let earlier = self.types.get(..at).unwrap_or_default();
            let same = |other: &RecordType| other.table.eq_ignore_ascii_case(&one.table);
            if one.table.trim().is_empty() || earlier.iter().any(same) {
                wrong(here("/table"), "sales_forms.table", "each table once");
            }
            if BARRED.iter().any(|name| one.table.eq_ignore_ascii_case(name)) {
                wrong(here("/table"), "sales_forms.barred", "a table that is never added");
            }
            let is_known = |to: &str| earlier.iter().any(|one| one.table.eq_ignore_ascii_case(to));
            match &one.related {
                Some(relation) if !is_known(&relation.to) => {
                    wrong(
                        here("/related"),
                        "sales_forms.related",
                        "related to an earlier record type",
                    );
                }
                None if !FIRST.iter().any(|name| one.table.eq_ignore_ascii_case(name)) => {
                    wrong(
                        here("/related"),
                        "sales_forms.related",
                        "related to an earlier record type",
                    );
                }
                _ => {}
            }
            if one.view.is_some() && one.table.eq_ignore_ascii_case("contact") {
                wrong(here("/view"), "sales_forms.view", "contacts have no view");
            }
            if one.fields.len() > MAX_FIELDS {
                wrong(here("/fields"), "sales_forms.fields", "at most 40 fields");
            }
            if one.keys.len() > MAX_KEYS {
                wrong(here("/keys"), "sales_forms.keys", "at most two key fields beside the title");
            }
            for (index, field) in one.fields.iter().enumerate() {
                let before = one.fields.get(..index).unwrap_or_default();
                if before.iter().any(|other| other.name.eq_ignore_ascii_case(&field.name)) {
                    wrong(
                        here(&format!("/fields/{index}")),
                        "sales_forms.field",
                        "each field once",
                    );
                }
            }
        }
        all
    }
}

impl RecordType {
    /// What a seller gets of a table: the fields of the form that the CRM shows the seller, in the form's order. What
    /// the CRM hides stays hidden, what it keeps from being changed stays so, what it asks for is asked for.
    pub fn shape(&self, table: &Table) -> Table {
        let set = |field: &Field, own: Option<&FormField>| {
            let editable = self.edit && own.is_none_or(|own| own.editable);
            Field {
                required: field.required || own.is_some_and(|own| own.required),
                createable: field.createable && self.create_here,
                updateable: field.updateable && editable,
                ..field.clone()
            }
        };
        let mut fields: Vec<Field> = Vec::new();
        for own in &self.fields {
            if let Some(field) = table.field(&own.name) {
                fields.push(set(field, Some(own)));
            }
        }
        if self.fields.is_empty() {
            fields = table.fields.iter().map(|field| set(field, None)).collect();
        }
        for field in &table.fields {
            let there = |name: &str| fields.iter().any(|own| own.name.eq_ignore_ascii_case(name));
            let key = self.keys.iter().any(|key| key.eq_ignore_ascii_case(&field.name));
            let named = table.name_field.as_deref() == Some(field.name.as_str());
            // the identifier and the name hold every page together; a new record cannot do without what the CRM asks for
            let asked = field.required && field.createable;
            if (field.name == table.id_field || named || key || asked) && !there(&field.name) {
                let shown = set(field, None);
                fields.push(Field { updateable: shown.updateable && asked, ..shown });
            }
        }
        Table { fields, ..table.clone() }
    }

    /// Whether the form fits what the CRM says of the table to whoever publishes it.
    pub(crate) fn against(&self, at: usize, table: &Table) -> Vec<FieldError> {
        let mut all = Vec::new();
        for (index, own) in self.fields.iter().enumerate() {
            let pointer = format!("/types/{at}/fields/{index}");
            match table.field(&own.name) {
                None => all.push(FieldError::new(
                    pointer,
                    "sales_forms.field_unknown",
                    format!("{} has no field {}", table.name, own.name),
                )),
                Some(field) if !addable(field, &table.id_field) => all.push(FieldError::new(
                    pointer,
                    "sales_forms.field_barred",
                    format!("{} is of a kind that forms do not hold", own.name),
                )),
                Some(_) => {}
            }
        }
        for (index, key) in self.keys.iter().enumerate() {
            if table.field(key).is_none() {
                let detail = format!("{} has no field {key}", table.name);
                let pointer = format!("/types/{at}/keys/{index}");
                all.push(FieldError::new(pointer, "sales_forms.field_unknown", detail));
            }
        }
        all
    }
}

/// Whether a form may hold a field: no files, no long rich text, nothing with several entries, no identifier (reference
/// §4.1).
pub fn addable(field: &Field, id_field: &str) -> bool {
    field.name != id_field
        && !matches!(field.kind, FieldKind::Id | FieldKind::Choices(_) | FieldKind::Other(_))
}

/// What is there from the beginning, and needs no relation.
const FIRST: [&str; 4] = ["contact", "opportunity", "account", "lead"];
/// What is never added.
const BARRED: [&str; 3] = ["activityparty", "activitypointer", "note"];

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, (required, open): (bool, bool)) -> Field {
        let kind = FieldKind::Text(Some(100));
        let (name, label) = (name.to_owned(), name.to_owned());
        Field { name, label, kind, required, createable: open, updateable: open }
    }

    fn table() -> Table {
        Table {
            name: "contact".to_owned(),
            label: "Contact".to_owned(),
            id_field: "contactid".to_owned(),
            name_field: Some("fullname".to_owned()),
            fields: vec![
                Field { kind: FieldKind::Id, ..field("contactid", (false, false)) },
                field("fullname", (false, false)),
                field("lastname", (true, true)),
                field("jobtitle", (false, true)),
                field("telephone1", (false, false)),
            ],
        }
    }

    #[test]
    fn a_form_takes_away_and_never_gives() {
        let form = RecordType {
            table: "Contact".to_owned(),
            fields: vec![
                FormField { required: true, ..FormField::named("jobtitle") },
                FormField::named("telephone1"),
                FormField::named("salary"),
            ],
            edit: true,
            create_here: true,
            ..RecordType::default()
        };
        let shaped = Forms { types: vec![form] }.shape(&table());
        let names: Vec<&str> = shaped.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["jobtitle", "telephone1", "contactid", "fullname", "lastname"]);
        assert!(shaped.field("jobtitle").unwrap().required);
        assert!(!shaped.field("telephone1").unwrap().updateable, "the CRM's word");
        assert!(shaped.field("salary").is_none(), "what the seller may not see");
        assert!(shaped.field("lastname").unwrap().required, "what the CRM asks for");
    }

    #[test]
    fn what_is_not_edited_here_is_read_only() {
        let form = RecordType { table: "contact".to_owned(), ..RecordType::default() };
        let shaped = form.shape(&table());
        assert_eq!(shaped.fields.len(), 5);
        assert!(shaped.fields.iter().all(|field| !field.updateable && !field.createable));
    }

    #[test]
    fn forms_that_do_not_hold_together_are_told_all_at_once() {
        let named = |table: &str| RecordType { table: table.to_owned(), ..RecordType::default() };
        let mut contact = named("contact");
        contact.view = Some(View { id: "1".to_owned(), name: "All".to_owned(), ..View::default() });
        contact.keys = ["a", "b", "c"].map(str::to_owned).to_vec();
        let relation =
            Relation { to: "account".to_owned(), field: "accountid".to_owned(), theirs: false };
        let quote = RecordType { related: Some(relation), ..named("quote") };
        let forms =
            Forms { types: vec![contact, quote, named("contact"), named("ActivityPointer")] };
        let codes: Vec<&str> = forms.findings().iter().map(|one| one.code).collect();
        assert_eq!(
            codes,
            [
                "sales_forms.view",
                "sales_forms.keys",
                "sales_forms.related",
                "sales_forms.table",
                "sales_forms.barred",
                "sales_forms.related"
            ]
        );
        assert_eq!(Forms::defaults(Vendor::Dynamics).findings(), []);
        assert_eq!(Forms::defaults(Vendor::Salesforce).findings(), []);
    }
}
