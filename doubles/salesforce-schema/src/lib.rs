//! What objects and fields the stand-in of Salesforce has, and what ids its rows have.
//!
//! ```
//! let schema = doubles_salesforce_schema::Schema::baseline();
//! let account = schema.object("account").unwrap();
//! assert_eq!(account.field("EXTERNAL_ID__C").unwrap().length, 255);
//! ```
#![expect(missing_docs, reason = "members are those of a describe; what needs words has them")]

mod activities;
mod build;
mod content;
pub mod id;
mod people;
mod sales;
mod setup;

use build::Builder;

/// Objects whose permissions are told row by row (`ObjectPermissions`, `FieldPermissions`).
pub const GOVERNED: &[&str] = &["Account", "Contact", "Lead", "Opportunity"];

/// The kind of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Id,
    Text,
    TextArea,
    Reference,
    Picklist {
        restricted: bool,
    },
    MultiPicklist,
    Boolean,
    Int,
    Double,
    Currency,
    Percent,
    Date,
    DateTime,
    Email,
    Phone,
    Url,
    Base64,
    /// Made of the fields that begin with the name up to `Address`.
    Address,
}

impl Kind {
    /// As describes name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text => "string",
            Self::TextArea => "textarea",
            Self::Reference => "reference",
            Self::Picklist { .. } => "picklist",
            Self::MultiPicklist => "multipicklist",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Double => "double",
            Self::Currency => "currency",
            Self::Percent => "percent",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Base64 => "base64",
            Self::Address => "address",
        }
    }

    /// The type of the SOAP interface, which describes carry along.
    pub const fn soap(self) -> &'static str {
        match self {
            Self::Id | Self::Reference => "tns:ID",
            Self::Boolean => "xsd:boolean",
            Self::Int => "xsd:int",
            Self::Double | Self::Currency | Self::Percent => "xsd:double",
            Self::Date => "xsd:date",
            Self::DateTime => "xsd:dateTime",
            Self::Base64 => "xsd:base64Binary",
            Self::Address => "urn:address",
            _ => "xsd:string",
        }
    }

    pub const fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Double | Self::Currency | Self::Percent)
    }

    pub const fn is_id(self) -> bool {
        matches!(self, Self::Id | Self::Reference)
    }

    pub const fn is_text(self) -> bool {
        matches!(
            self,
            Self::Text
                | Self::TextArea
                | Self::Picklist { .. }
                | Self::MultiPicklist
                | Self::Email
                | Self::Phone
                | Self::Url
        )
    }
}

/// A field.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "a describe has as many")]
pub struct Field {
    pub name: String,
    pub label: String,
    pub kind: Kind,
    pub length: usize,
    pub precision: usize,
    pub scale: usize,
    pub required: bool,
    pub create: bool,
    pub update: bool,
    pub defaulted: bool,
    pub unique: bool,
    pub external: bool,
    pub is_name: bool,
    pub filterable: bool,
    pub values: &'static [&'static str],
    /// What is taken when nothing is given.
    pub default: Option<&'static str>,
    /// The objects a reference may lead to.
    pub to: Vec<&'static str>,
    /// `Account` for `AccountId`.
    pub relationship: Option<String>,
    /// What the parent calls its rows: `Contacts`.
    pub children: Option<&'static str>,
    /// Whether rows go with their parent.
    pub cascade: bool,
}

impl Field {
    pub fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    /// Whether who sees it is said by field permissions: neither what a row cannot be without, nor who owns it, nor what it
    /// is called by.
    pub fn is_governed(&self) -> bool {
        (self.create || self.update)
            && !self.required
            && !self.is_name
            && !self.defaulted
            && !matches!(self.kind, Kind::Address | Kind::Base64 | Kind::Id)
            && !["OwnerId", "FirstName", "LastName", "Salutation"].contains(&self.name.as_str())
    }

    /// Long texts are stored apart from their rows and cannot be asked for.
    pub const fn is_long(&self) -> bool {
        matches!(self.kind, Kind::TextArea) && self.length > 255
    }
}

/// Who sees rows of others (the organisation-wide default).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    Private,
    Read,
    ReadWrite,
}

/// An object.
#[derive(Debug, Clone)]
pub struct Object {
    pub name: &'static str,
    pub label: &'static str,
    pub plural: &'static str,
    pub prefix: &'static str,
    pub sharing: Sharing,
    /// Whether the interface may create, change and delete rows.
    pub writable: bool,
    pub searchable: bool,
    pub fields: Vec<Field>,
}

impl Object {
    /// A field by its name, case ignored.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The field behind a relationship of parents, case ignored.
    pub fn parent(&self, relationship: &str) -> Option<&Field> {
        let is = |field: &&Field| {
            field.relationship.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(relationship))
        };
        self.fields.iter().find(is)
    }

    /// Whether a name is one of an external id.
    pub fn external(&self, name: &str) -> bool {
        self.field(name).is_some_and(|field| field.external)
    }

    /// The field that names a row.
    pub fn name_field(&self) -> &str {
        self.fields.iter().find(|field| field.is_name).map_or("Id", |field| field.name.as_str())
    }
}

/// All objects.
#[derive(Debug, Clone)]
pub struct Schema {
    objects: Vec<Object>,
}

impl Schema {
    /// The objects every organisation here has.
    pub fn baseline() -> Self {
        let mut objects = sales::objects();
        objects.extend(activities::objects());
        objects.extend(people::objects());
        objects.extend(content::objects());
        objects.extend(setup::objects());
        Self { objects }
    }

    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter()
    }

    /// An object by its name, case ignored.
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.name.eq_ignore_ascii_case(name))
    }

    /// The object that an id belongs to.
    pub fn of_id(&self, id: &str) -> Option<&Object> {
        self.objects.iter().find(|object| id.starts_with(object.prefix))
    }

    /// The objects and fields that lead to an object under a name for its rows.
    pub fn children<'a>(
        &'a self,
        parent: &'a str,
    ) -> impl Iterator<Item = (&'a Object, &'a Field)> {
        let fields = |object: &'a Object| object.fields.iter().map(move |field| (object, field));
        self.objects.iter().flat_map(fields).filter(move |(_, field)| field.to.contains(&parent))
    }

    /// The rows that a parent calls by a name.
    pub fn child(&self, parent: &str, name: &str) -> Option<(&Object, &Field)> {
        let parent = self.object(parent)?.name;
        let named =
            |field: &Field| field.children.is_some_and(|own| own.eq_ignore_ascii_case(name));
        self.objects.iter().find_map(|object| {
            let found = object.fields.iter().find(|f| f.to.contains(&parent) && named(f));
            found.map(|field| (object, field))
        })
    }
}
