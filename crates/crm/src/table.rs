//! What tables look like to a seller.

/// A table among those that a seller may work with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// Its name in the CRM.
    pub name: String,
    /// What people call one of its records.
    pub label: String,
    /// What people call several.
    pub plural: String,
}

/// A table as a seller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name in the CRM.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// The field with the id.
    pub id_field: String,
    /// The field that names a record.
    pub name_field: Option<String>,
    /// The fields that the seller may see.
    pub fields: Vec<Field>,
}

impl Table {
    /// A field by its name, case ignored.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }
}

/// A field as a seller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in the CRM.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether a form asks for it and does not go on without.
    pub required: bool,
    /// Whether the seller may set it at creation.
    pub createable: bool,
    /// Whether the seller may change it.
    pub updateable: bool,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// The id of the record, or one that leads nowhere.
    Id,
    /// A text of at most so many characters, where there is a limit.
    Text(Option<u64>),
    /// A whole number.
    Whole,
    /// A number with a fraction.
    Number,
    /// An amount of money.
    Money,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// An instant.
    Instant,
    /// One entry of a choice.
    Choice(Vec<Choice>),
    /// Several entries of a choice.
    Choices(Vec<Choice>),
    /// A record of one of these tables.
    Row(Vec<String>),
    /// What the port does not carry, by the CRM's own word for it.
    Other(String),
}

/// An entry of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What people read.
    pub label: String,
}
