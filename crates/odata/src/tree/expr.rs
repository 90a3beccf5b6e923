//! Expressions: `$filter`, `$orderby`, `$compute`, parameters, keys.

use crate::value::{Date, DateTimeOffset, Decimal, Duration, Guid, TimeOfDay};

/// A common expression.
///
/// A tree that was read is at most [`DEPTH`](crate::limits::DEPTH) high; `and` and `or` hold all
/// their operands side by side, so that long chains aren't deep.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A value that is written out.
    Literal(Literal),
    /// A member: property, navigation, lambda variable, bound function, `$it`, `@alias` …
    Path(Path),
    /// `not …` or `-…`.
    Unary(UnaryOp, Box<Self>),
    /// A comparison or arithmetic; `in` and `has` too.
    Binary(BinaryOp, Box<Self>, Box<Self>),
    /// Two or more operands of `and`.
    And(Vec<Self>),
    /// Two or more operands of `or`.
    Or(Vec<Self>),
    /// A built-in function of the standard.
    Method(Method, Vec<Self>),
    /// `cast(…)`.
    Cast(Option<Box<Self>>, String),
    /// `isof(…)`.
    IsOf(Option<Box<Self>>, String),
    /// `case(condition:value,…)`.
    Case(Vec<(Self, Self)>),
    /// `(a,b,c)` at the right of `in`.
    List(Vec<Self>),
    /// A JSON array, as value of a parameter: `["1","2"]`.
    Array(Vec<Self>),
    /// A JSON object, as value of a parameter: `{"@odata.id":"accounts(…)"}`.
    Object(Vec<(String, Self)>),
}

impl Expr {
    /// The string, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Literal(Literal::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The name of the parameter alias (without `@`), if this is nothing but one.
    pub fn as_alias(&self) -> Option<&str> {
        match self {
            Self::Path(Path { root: Root::Alias(name), segments }) if segments.is_empty() => {
                Some(name)
            }
            _ => None,
        }
    }
}

/// A value that is written out.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number without point and exponent that fits 64 bits.
    Integer(i64),
    /// Any other number, exactly as written.
    Decimal(Decimal),
    /// `NaN`.
    NaN,
    /// `INF`, or `-INF` if true.
    Infinity(bool),
    /// `'…'`, with doubled quotes made single.
    String(String),
    /// A bare GUID.
    Guid(Guid),
    /// `2026-01-31`.
    Date(Date),
    /// `2026-01-31T10:00:00Z`.
    DateTimeOffset(DateTimeOffset),
    /// `10:00:00`.
    TimeOfDay(TimeOfDay),
    /// `duration'PT1H'`.
    Duration(Duration),
    /// `Namespace.Type'Member,Member'`.
    Enum {
        /// Qualified name of the type.
        type_name: String,
        /// Members by name or number.
        members: Vec<String>,
    },
    /// `binary'…'`, decoded.
    Binary(Vec<u8>),
    /// `geography'…'`, `geometry'…'`: checked by its grammar, text without the quotes.
    Spatial {
        /// On the round earth.
        geography: bool,
        /// `SRID=…;Point(…)`.
        text: String,
    },
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `not`.
    Not,
    /// `-`.
    Negate,
}

/// Operators with two operands, but `and` and `or`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `eq`.
    Eq,
    /// `ne`.
    Ne,
    /// `lt`.
    Lt,
    /// `le`.
    Le,
    /// `gt`.
    Gt,
    /// `ge`.
    Ge,
    /// `has`: the right side is an enumeration literal.
    Has,
    /// `in`: the right side is an [`Expr::List`] or a collection.
    In,
    /// `add`.
    Add,
    /// `sub`.
    Sub,
    /// `mul`.
    Mul,
    /// `div`.
    Div,
    /// `divby`.
    DivBy,
    /// `mod`.
    Mod,
}

impl BinaryOp {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Lt => "lt",
            Self::Le => "le",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Has => "has",
            Self::In => "in",
            Self::Add => "add",
            Self::Sub => "sub",
            Self::Mul => "mul",
            Self::Div => "div",
            Self::DivBy => "divby",
            Self::Mod => "mod",
        }
    }

    /// How tightly it binds (OData URL Conventions 4.01 §5.1.1.17); `or` is 1, `and` 2, `not` and `-` 7.
    pub(crate) const fn binding(self) -> u8 {
        match self {
            Self::Eq | Self::Ne => 3,
            Self::Lt | Self::Le | Self::Gt | Self::Ge => 4,
            Self::Add | Self::Sub => 5,
            Self::Mul | Self::Div | Self::DivBy | Self::Mod => 6,
            Self::Has | Self::In => 8,
        }
    }
}

macro_rules! methods {
    ($($variant:ident $text:literal $least:literal $most:literal,)*) => {
        /// The built-in functions of the standard.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "they are called as the standard calls them")]
        pub enum Method { $($variant,)* }

        impl Method {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Fewest and most arguments.
            pub const fn arity(self) -> (usize, usize) {
                match self { $(Self::$variant => ($least, $most),)* }
            }
        }
    };
}

methods! {
    Concat "concat" 2 2,
    Contains "contains" 2 2,
    EndsWith "endswith" 2 2,
    IndexOf "indexof" 2 2,
    Length "length" 1 1,
    MatchesPattern "matchesPattern" 2 2,
    StartsWith "startswith" 2 2,
    Substring "substring" 2 3,
    ToLower "tolower" 1 1,
    ToUpper "toupper" 1 1,
    Trim "trim" 1 1,
    Year "year" 1 1,
    Month "month" 1 1,
    Day "day" 1 1,
    Hour "hour" 1 1,
    Minute "minute" 1 1,
    Second "second" 1 1,
    FractionalSeconds "fractionalseconds" 1 1,
    TotalSeconds "totalseconds" 1 1,
    Date "date" 1 1,
    Time "time" 1 1,
    TotalOffsetMinutes "totaloffsetminutes" 1 1,
    MinDateTime "mindatetime" 0 0,
    MaxDateTime "maxdatetime" 0 0,
    Now "now" 0 0,
    Round "round" 1 1,
    Floor "floor" 1 1,
    Ceiling "ceiling" 1 1,
    GeoDistance "geo.distance" 2 2,
    GeoLength "geo.length" 1 1,
    GeoIntersects "geo.intersects" 2 2,
    HasSubset "hassubset" 2 2,
    HasSubsequence "hassubsequence" 2 2,
    IsDefined "isdefined" 1 1,
}

impl Method {
    /// The function of this name; the standard takes any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|method| method.as_str().eq_ignore_ascii_case(name))
    }
}

/// A member path.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Where it begins.
    pub root: Root,
    /// Its steps; empty only if the root says it all (`$it`, `@alias`).
    pub segments: Vec<Segment>,
}

impl Path {
    /// A path of plain names: `primarycontactid/fullname`.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let segments = names.into_iter().map(|name| Segment::Name(name.to_owned())).collect();
        Self { root: Root::Member, segments }
    }

    /// The names, if it is made of plain names only and begins at the row: `primarycontactid/fullname`.
    pub fn names(&self) -> Option<Vec<&str>> {
        if self.root != Root::Member {
            return None;
        }
        let segments = self.segments.iter();
        segments
            .map(
                |segment| {
                    if let Segment::Name(name) = segment { Some(name.as_str()) } else { None }
                },
            )
            .collect()
    }

    /// The name, if it is nothing but one: a column.
    pub fn name(&self) -> Option<&str> {
        match (&self.root, self.segments.as_slice()) {
            (Root::Member, [Segment::Name(name)]) => Some(name),
            _ => None,
        }
    }
}

/// Where a member path begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// At the row, or at a lambda variable: the first segment says which.
    Member,
    /// `$it`.
    It,
    /// `$this`.
    This,
    /// `$these`, in aggregations.
    These,
    /// `$root`: the first segment is an entity set, a singleton or a function.
    Root,
    /// `@name`.
    Alias(String),
}

/// A step of a member path or of a resource path.
#[derive(Debug, Clone, PartialEq)]
pub enum Segment {
    /// A name, qualified or not: property, navigation property, entity set, type cast, operation
    /// without parentheses. A type cast is known by its dot: see [`Segment::is_qualified`].
    Name(String),
    /// A name with parentheses: key or parameters, only the model tells which.
    /// `accounts(…)`, `Microsoft.Dynamics.CRM.In(PropertyName='c',PropertyValues=["1"])`, `WhoAmI()`.
    Call(String, Arguments),
    /// Further parentheses behind a call: a key in its result.
    Key(Arguments),
    /// `@Namespace.Term#Qualifier`.
    Annotation(String, Option<String>),
    /// `$count`.
    Count,
    /// `$count($filter=…;$search=…)`.
    CountOf(Box<super::options::QueryOptions>),
    /// `$ref`; in resource paths only.
    Ref,
    /// `$value`; in resource paths only.
    Value,
    /// `$each`; in resource paths only.
    Each,
    /// `$query`; in resource paths only.
    Query,
    /// `$filter(…)`.
    Filter(Box<Expr>),
    /// `any(…)`: without a lambda, whether there is one at all.
    Any(Option<Lambda>),
    /// `all(…)`.
    All(Lambda),
    /// `aggregate(…)`, in aggregations.
    Aggregate(Box<super::apply::Aggregate>),
    /// `$1`: the resource that an earlier request of the change set made; first segment of a resource path only.
    ContentId(String),
    /// Text that is no name: a key as segment, an index. In resource paths only.
    Text(String),
}

impl Segment {
    /// The name before parentheses, if it has one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) | Self::Call(name, _) => Some(name),
            _ => None,
        }
    }

    /// Whether the name has a namespace: then it is a type cast or an operation, never a property.
    pub fn is_qualified(&self) -> bool {
        self.name().is_some_and(|name| name.contains('.'))
    }
}

/// What stands in parentheses behind a name.
#[derive(Debug, Clone, PartialEq)]
pub enum Arguments {
    /// One value without a name: a simple key.
    Value(Box<Expr>),
    /// Names and values: an alternate or compound key, or parameters. Empty for `()`.
    Named(Vec<(String, Expr)>),
}

impl Arguments {
    /// The value of the parameter or key column of this name (case-sensitive).
    pub fn value(&self, name: &str) -> Option<&Expr> {
        match self {
            Self::Value(_) => None,
            Self::Named(list) => {
                list.iter().find(|(other, _)| other == name).map(|(_, value)| value)
            }
        }
    }
}

/// `variable: condition`.
#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    /// The name of the variable.
    pub variable: String,
    /// The condition.
    pub condition: Box<Expr>,
}
