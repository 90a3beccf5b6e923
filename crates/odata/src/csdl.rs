//! Metadata documents (CSDL 4.0 and 4.01), written as XML ([`Document::to_xml`]) or JSON ([`Document::to_json`]).
//!
//! Types of properties and parameters are names as they stand in the document: `Edm.String`, `Collection(self.X)`.

mod json;
mod xml;

/// A document with its one schema.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// `4.0` or `4.01`.
    pub version: &'static str,
    /// Other documents: their URL, and the namespaces in them with their aliases.
    pub references: Vec<Reference>,
    /// `Microsoft.Dynamics.CRM`.
    pub namespace: String,
    /// `mscrm`.
    pub alias: Option<String>,
    /// Enumerations.
    pub enums: Vec<EnumType>,
    /// Entity and complex types.
    pub types: Vec<StructuredType>,
    /// Actions and functions.
    pub operations: Vec<Operation>,
    /// Name and content of the container.
    pub container: Option<Container>,
}

/// Another document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reference {
    /// Its URL.
    pub uri: String,
    /// Namespaces and their aliases.
    pub include: Vec<(String, Option<String>)>,
}

/// An enumeration.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EnumType {
    /// Its name.
    pub name: String,
    /// Members may be joined.
    pub flags: bool,
    /// `Edm.Int32` unless said otherwise.
    pub underlying: Option<String>,
    /// Names and values.
    pub members: Vec<(String, i64)>,
}

/// An entity type or a complex type.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "the standard has these four")]
pub struct StructuredType {
    /// Its name.
    pub name: String,
    /// Complex, else entity.
    pub complex: bool,
    /// Qualified name of the type it is based on.
    pub base: Option<String>,
    /// There are no instances.
    pub is_abstract: bool,
    /// There may be more properties than are declared.
    pub open: bool,
    /// Has a media stream.
    pub has_stream: bool,
    /// Names of the key properties; none for derived and complex types.
    pub key: Vec<String>,
    /// Properties.
    pub properties: Vec<Property>,
    /// Navigation properties.
    pub navigation: Vec<NavigationProperty>,
    /// Further keys: names of properties each (`Org.OData.Core.V1.AlternateKeys`).
    pub alternate_keys: Vec<Vec<String>>,
    /// What is said about the type.
    pub annotations: Vec<Annotation>,
}

/// What a value may be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facets {
    /// Never null; parameters and properties may be unless this is set.
    pub required: bool,
    /// Characters or bytes at most.
    pub max_length: Option<u32>,
    /// Digits, or places of seconds.
    pub precision: Option<u32>,
    /// Places behind the point, or `variable`.
    pub scale: Option<Scale>,
    /// ASCII only.
    pub ascii: bool,
    /// Value if none is given.
    pub default: Option<String>,
}

/// Places behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// So many.
    Fixed(u32),
    /// As many as there are.
    Variable,
}

/// A property.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// `Edm.String`, `Collection(…)`.
    pub type_name: String,
    /// What its value may be.
    pub facets: Facets,
    /// What is said about it.
    pub annotations: Vec<Annotation>,
}

/// A navigation property.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NavigationProperty {
    /// Its name.
    pub name: String,
    /// `self.account`, `Collection(self.contact)`.
    pub type_name: String,
    /// There is always one; for single ones only.
    pub required: bool,
    /// The way back.
    pub partner: Option<String>,
    /// The rows live in this one.
    pub contains: bool,
    /// Property here, property there.
    pub constraints: Vec<(String, String)>,
    /// `Cascade`, `None`, `SetNull`, `SetDefault`.
    pub on_delete: Option<String>,
    /// What is said about it.
    pub annotations: Vec<Annotation>,
}

/// An action or a function; several of one name are its overloads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// Function, else action.
    pub function: bool,
    /// The first parameter is what stands before it in the URL.
    pub bound: bool,
    /// More may stand behind it in a URL; functions only.
    pub composable: bool,
    /// Path to the set of what it returns.
    pub entity_set_path: Option<String>,
    /// Parameters in their order.
    pub parameters: Vec<Property>,
    /// What it returns.
    pub returns: Option<Returns>,
}

/// What an operation returns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Returns {
    /// `Edm.String`, `Collection(…)`.
    pub type_name: String,
    /// What its value may be.
    pub facets: Facets,
}

/// The container.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Sets and singletons.
    pub sets: Vec<EntitySet>,
    /// What may be called at the root: name of the import, qualified name of the operation, and the set of what
    /// comes out.
    pub imports: Vec<Import>,
}

/// A set or a singleton.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EntitySet {
    /// Its name.
    pub name: String,
    /// Qualified name of its type.
    pub type_name: String,
    /// One thing, else many.
    pub singleton: bool,
    /// Not in the service document.
    pub hidden: bool,
    /// Navigation path, and the set it leads to.
    pub bindings: Vec<(String, String)>,
    /// What is said about it.
    pub annotations: Vec<Annotation>,
}

/// An operation at the root.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Import {
    /// Its name.
    pub name: String,
    /// Function, else action.
    pub function: bool,
    /// Qualified name of the operation.
    pub operation: String,
    /// The set of what comes out.
    pub entity_set: Option<String>,
}

/// Something that is said about something.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// `Org.OData.Core.V1.Description`.
    pub term: String,
    /// Which of several.
    pub qualifier: Option<String>,
    /// What is said.
    pub value: AnnotationValue,
}

/// What an annotation says.
#[derive(Debug, Clone, PartialEq)]
pub enum AnnotationValue {
    /// A text.
    String(String),
    /// Yes or no.
    Bool(bool),
    /// A number.
    Int(i64),
    /// Members of an enumeration, by their qualified names.
    Enum(Vec<String>),
    /// A path to a property.
    Path(String),
    /// Several.
    Collection(Vec<Self>),
    /// Properties and their values.
    Record(Vec<(String, Self)>),
    /// The same, of a type that is named.
    Typed(&'static str, Vec<(String, Self)>),
}

/// The term for further keys.
const ALTERNATE_KEYS: &str = "Org.OData.Core.V1.AlternateKeys";

impl StructuredType {
    /// What is said about the type, with its further keys.
    fn all_annotations(&self) -> Vec<Annotation> {
        let mut all = self.annotations.clone();
        if !self.alternate_keys.is_empty() {
            let reference = |name: &String| {
                AnnotationValue::Record(vec![
                    ("Alias".to_owned(), AnnotationValue::String(name.clone())),
                    ("Name".to_owned(), AnnotationValue::Path(name.clone())),
                ])
            };
            let key = |names: &Vec<String>| {
                let references = names.iter().map(reference).collect();
                AnnotationValue::Record(vec![(
                    "Key".to_owned(),
                    AnnotationValue::Collection(references),
                )])
            };
            let value = AnnotationValue::Collection(self.alternate_keys.iter().map(key).collect());
            all.push(Annotation { term: ALTERNATE_KEYS.to_owned(), qualifier: None, value });
        }
        all
    }
}

#[cfg(test)]
mod tests;
