//! The query part: system query options, parameter aliases, custom options.

use super::{
    apply::Transformation,
    expr::{Expr, Path},
};

/// All options of a query, or those in the parentheses of `$expand` and `$select`.
///
/// An option that was not there is `None`; an option never stands twice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueryOptions {
    /// `$select`.
    pub select: Option<Vec<SelectItem>>,
    /// `$expand`.
    pub expand: Option<Vec<ExpandItem>>,
    /// `$filter`.
    pub filter: Option<Expr>,
    /// `$orderby`.
    pub orderby: Option<Vec<OrderBy>>,
    /// `$top`.
    pub top: Option<u64>,
    /// `$skip`.
    pub skip: Option<u64>,
    /// `$count`.
    pub count: Option<bool>,
    /// `$search`.
    pub search: Option<Search>,
    /// `$apply`.
    pub apply: Option<Vec<Transformation>>,
    /// `$compute`.
    pub compute: Option<Vec<Compute>>,
    /// `$levels`, inside `$expand` only.
    pub levels: Option<Levels>,
    /// `$index`.
    pub index: Option<i64>,
    /// `$skiptoken`, decoded, otherwise as it came.
    pub skiptoken: Option<String>,
    /// `$deltatoken`, decoded, otherwise as it came.
    pub deltatoken: Option<String>,
    /// `$format`.
    pub format: Option<String>,
    /// `$id`.
    pub id: Option<String>,
    /// `$schemaversion`.
    pub schemaversion: Option<String>,
    /// `$at`, `$from`, `$to`, `$toInclusive` (OData Extension for Temporal Data).
    pub temporal: Temporal,
    /// `@name=value`, in their order, names without `@`.
    pub aliases: Vec<(String, Expr)>,
    /// Everything else, decoded: `fetchXml`, `savedQuery`, `tag` …; a name alone has no value.
    ///
    /// `name=value` for a parameter of a function (OData 4.01 §5.3) is here too, as text.
    pub custom: Vec<(String, Option<String>)>,
}

impl QueryOptions {
    /// The value of a custom option; names in any case.
    pub fn custom_value(&self, name: &str) -> Option<&str> {
        let found = self.custom.iter().find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some(found.1.as_deref().unwrap_or_default())
    }

    /// `fetchXml`: a query in FetchXML (Dataverse Web API).
    pub fn fetch_xml(&self) -> Option<&str> {
        self.custom_value("fetchXml")
    }

    /// `savedQuery`: the id of a view of everybody (Dataverse Web API).
    pub fn saved_query(&self) -> Option<&str> {
        self.custom_value("savedQuery")
    }

    /// `userQuery`: the id of a view of one user (Dataverse Web API).
    pub fn user_query(&self) -> Option<&str> {
        self.custom_value("userQuery")
    }

    /// `sql`: a query in SQL (Dataverse Web API, preview).
    pub fn sql(&self) -> Option<&str> {
        self.custom_value("sql")
    }

    /// The value of a parameter alias; the name without `@`.
    pub fn alias(&self, name: &str) -> Option<&Expr> {
        self.aliases.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }
}

/// One item of `$select`.
#[derive(Debug, Clone, PartialEq)]
pub enum SelectItem {
    /// `*`.
    All,
    /// `Namespace.*`: all its operations.
    AllOperations(String),
    /// A column, or something on the way to one.
    Path(SelectPath),
}

impl SelectItem {
    /// The name, if it is nothing but one: a column.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Path(SelectPath { segments, parameters: None, options: None }) => {
                match segments.as_slice() {
                    [name] => Some(name),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// A selected path.
#[derive(Debug, Clone, PartialEq)]
pub struct SelectPath {
    /// Names, qualified names, `@Namespace.Term`; `$ref` behind a single navigation (Dataverse).
    pub segments: Vec<String>,
    /// `Namespace.Function(p1,p2)`: the names that choose an overload.
    pub parameters: Option<Vec<String>>,
    /// `Addresses($filter=…;$top=…)`.
    pub options: Option<Box<QueryOptions>>,
}

/// One item of `$expand`.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpandItem {
    /// What is expanded.
    pub target: ExpandTarget,
    /// Rows, references or the number of rows.
    pub kind: ExpandKind,
    /// What stands in parentheses; all `None` without them.
    pub options: Box<QueryOptions>,
}

/// What `$expand` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpandTarget {
    /// `*`: all navigation properties.
    All,
    /// `$value`: the media stream.
    MediaStream,
    /// Names, type casts (known by their dot) and annotations; the last plain name is the navigation property,
    /// `*` for all of a complex property.
    Path(Vec<String>),
}

impl ExpandTarget {
    /// The name, if it is nothing but one: a navigation property.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Path(names) => match names.as_slice() {
                [name] => Some(name),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What comes of an expanded navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpandKind {
    /// The rows.
    Rows,
    /// `/$ref`: references only.
    References,
    /// `/$count`: how many.
    Count,
}

/// One item of `$orderby`.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderBy {
    /// What is sorted by.
    pub by: Expr,
    /// `desc`.
    pub descending: bool,
}

impl OrderBy {
    /// The path, if it sorts by nothing but one.
    pub fn path(&self) -> Option<&Path> {
        match &self.by {
            Expr::Path(path) => Some(path),
            _ => None,
        }
    }
}

/// One item of `$compute`.
#[derive(Debug, Clone, PartialEq)]
pub struct Compute {
    /// The expression.
    pub value: Expr,
    /// `as …`.
    pub alias: String,
}

/// `$levels`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Levels {
    /// A number of levels.
    Count(u64),
    /// `max`.
    Max,
}

/// `$search`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// One word.
    Word(String),
    /// `"several words"`.
    Phrase(String),
    /// `NOT …`.
    Not(Box<Self>),
    /// Two or more, with `AND` or nothing between them.
    And(Vec<Self>),
    /// Two or more, with `OR` between them.
    Or(Vec<Self>),
}

/// Options of the OData Extension for Temporal Data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Temporal {
    /// `$at`.
    pub at: Option<Instant>,
    /// `$from`.
    pub from: Option<Instant>,
    /// `$to`.
    pub to: Option<Instant>,
    /// `$toInclusive`.
    pub to_inclusive: Option<Instant>,
}

/// A point of application time.
#[derive(Debug, Clone, PartialEq)]
pub enum Instant {
    /// `min`.
    Min,
    /// `max`.
    Max,
    /// An expression.
    Expr(Expr),
}
