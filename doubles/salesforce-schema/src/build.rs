//! How the objects are written down.

use super::{Field, Kind, Object, Sharing};

/// An object in the making; what a method says is about the field that came last.
pub(crate) struct Builder(Object);

impl Builder {
    pub(crate) fn new(name: &'static str, prefix: &'static str) -> Self {
        let fields = Vec::new();
        let object = Object {
            name,
            label: name,
            plural: name,
            prefix,
            sharing: Sharing::ReadWrite,
            writable: true,
            searchable: false,
            fields,
        };
        Self(object).field("Id", Kind::Id).length(18).fixed()
    }

    pub(crate) fn called(mut self, label: &'static str, plural: &'static str) -> Self {
        self.0.label = label;
        self.0.plural = plural;
        self
    }

    pub(crate) const fn sharing(mut self, sharing: Sharing) -> Self {
        self.0.sharing = sharing;
        self
    }

    pub(crate) const fn read_only(mut self) -> Self {
        self.0.writable = false;
        self
    }

    pub(crate) const fn searchable(mut self) -> Self {
        self.0.searchable = true;
        self
    }

    pub(crate) fn field(mut self, name: &str, kind: Kind) -> Self {
        let (length, precision, scale) = match kind {
            Kind::Int => (0, 8, 0),
            Kind::Double | Kind::Currency => (0, 18, 2),
            Kind::Percent => (0, 3, 0),
            Kind::Id | Kind::Reference => (18, 0, 0),
            Kind::Email => (80, 0, 0),
            Kind::Phone => (40, 0, 0),
            Kind::Picklist { .. } | Kind::Url => (255, 0, 0),
            Kind::MultiPicklist => (4099, 0, 0),
            Kind::TextArea => (32_000, 0, 0),
            _ => (0, 0, 0),
        };
        self.0.fields.push(Field {
            name: name.to_owned(),
            label: label(name),
            kind,
            length,
            precision,
            scale,
            required: false,
            create: true,
            update: true,
            defaulted: false,
            unique: false,
            external: false,
            is_name: false,
            filterable: !matches!(kind, Kind::Base64 | Kind::Address),
            values: &[],
            default: None,
            to: Vec::new(),
            relationship: None,
            children: None,
            cascade: false,
        });
        self
    }

    fn last(mut self, change: impl FnOnce(&mut Field)) -> Self {
        if let Some(field) = self.0.fields.last_mut() {
            change(field);
        }
        self
    }

    pub(crate) fn length(self, length: usize) -> Self {
        self.last(|field| field.length = length)
    }

    pub(crate) fn text(self, name: &str, length: usize) -> Self {
        self.field(name, Kind::Text).length(length)
    }

    pub(crate) fn picklist(self, name: &str, values: &'static [&'static str]) -> Self {
        self.field(name, Kind::Picklist { restricted: false }).last(|field| field.values = values)
    }

    /// A picklist that takes nothing else.
    pub(crate) fn strict(self, name: &str, values: &'static [&'static str]) -> Self {
        self.field(name, Kind::Picklist { restricted: true }).last(|field| field.values = values)
    }

    pub(crate) fn default(self, value: &'static str) -> Self {
        self.last(|field| {
            field.default = Some(value);
            field.defaulted = true;
        })
    }

    pub(crate) fn boolean(self, name: &str) -> Self {
        self.field(name, Kind::Boolean).default("false").required()
    }

    pub(crate) fn required(self) -> Self {
        self.last(|field| field.required = true)
    }

    pub(crate) fn name(self) -> Self {
        self.last(|field| field.is_name = true)
    }

    /// Neither created nor changed by clients.
    pub(crate) fn fixed(self) -> Self {
        self.last(|field| {
            field.create = false;
            field.update = false;
            field.defaulted = true;
        })
    }

    /// Set at creation only.
    pub(crate) fn once(self) -> Self {
        self.last(|field| field.update = false)
    }

    /// `AccountId` leads to `Account`, which calls its rows `children`.
    pub(crate) fn reference(
        self,
        name: &str,
        to: &[&'static str],
        children: Option<&'static str>,
    ) -> Self {
        let relationship = name.strip_suffix("Id").unwrap_or(name).to_owned();
        self.field(name, Kind::Reference).last(|field| {
            field.to = to.to_vec();
            field.relationship = Some(relationship);
            field.children = children;
        })
    }

    pub(crate) fn cascades(self) -> Self {
        self.last(|field| field.cascade = true)
    }

    /// A text that finds rows, unique or not.
    pub(crate) fn external(self, name: &str, unique: bool) -> Self {
        self.text(name, 255).last(|field| {
            field.external = true;
            field.unique = unique;
        })
    }

    /// Street to country, and all of it as one.
    pub(crate) fn address(self, prefix: &str) -> Self {
        self.field(&format!("{prefix}Street"), Kind::TextArea)
            .length(255)
            .text(&format!("{prefix}City"), 40)
            .text(&format!("{prefix}State"), 80)
            .text(&format!("{prefix}PostalCode"), 20)
            .text(&format!("{prefix}Country"), 80)
            .field(&format!("{prefix}Latitude"), Kind::Double)
            .field(&format!("{prefix}Longitude"), Kind::Double)
            .field(&format!("{prefix}Address"), Kind::Address)
            .fixed()
    }

    pub(crate) fn owned(self) -> Self {
        self.reference("OwnerId", &["User"], None).required().last(|field| field.defaulted = true)
    }

    /// The fields that every row has.
    pub(crate) fn build(self) -> Object {
        self.boolean("IsDeleted")
            .fixed()
            .field("CreatedDate", Kind::DateTime)
            .required()
            .fixed()
            .reference("CreatedById", &["User"], None)
            .required()
            .fixed()
            .field("LastModifiedDate", Kind::DateTime)
            .required()
            .fixed()
            .reference("LastModifiedById", &["User"], None)
            .required()
            .fixed()
            .field("SystemModstamp", Kind::DateTime)
            .required()
            .fixed()
            .0
    }
}

/// `AnnualRevenue` is "Annual Revenue".
fn label(name: &str) -> String {
    let bare = name.strip_suffix("__c").unwrap_or(name).replace('_', " ");
    let mut label = String::new();
    let mut before = ' ';
    for letter in bare.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            label.push(' ');
        }
        label.push(letter);
        before = letter;
    }
    label.strip_suffix(" Id").map(|stem| format!("{stem} ID")).unwrap_or(label)
}
