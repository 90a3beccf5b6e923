//! `$apply` (OData Extension for Data Aggregation 4.0).

use super::{
    expr::{Expr, Segment},
    options::{Compute, OrderBy, Search},
};

/// One transformation; they run in their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Transformation {
    /// `aggregate(…)`.
    Aggregate(Vec<Aggregate>),
    /// `groupby((…),…)`.
    GroupBy {
        /// What makes the groups.
        by: Vec<Grouping>,
        /// What is done with each group; empty if there is only the list (distinct values).
        then: Vec<Self>,
    },
    /// `filter(…)`.
    Filter(Expr),
    /// `search(…)`.
    Search(Search),
    /// `orderby(…)`.
    OrderBy(Vec<OrderBy>),
    /// `top(n)`.
    Top(u64),
    /// `skip(n)`.
    Skip(u64),
    /// `compute(…)`.
    Compute(Vec<Compute>),
    /// `concat(…,…)`: two or more sequences.
    Concat(Vec<Vec<Self>>),
    /// `identity`.
    Identity,
    /// `topcount(n,expr)` and its five sisters.
    Ranked {
        /// Which of the six.
        kind: Ranked,
        /// First argument: count, sum or percentage.
        amount: Expr,
        /// Second argument.
        by: Expr,
    },
    /// `nest(… as a,…)`.
    Nest(Vec<Nested>),
    /// `addnested(path,… as a,…)`.
    AddNested {
        /// Names and type casts.
        path: Vec<String>,
        /// Sequences and their aliases.
        nested: Vec<Nested>,
    },
    /// `join(…)`, `outerjoin(…)`.
    Join {
        /// Also rows without a partner.
        outer: bool,
        /// Names and type casts of the collection.
        path: Vec<String>,
        /// `as …`.
        alias: String,
        /// What is done with the pairs.
        then: Vec<Self>,
    },
    /// `ancestors(…)`, `descendants(…)`.
    Relatives {
        /// Descendants, else ancestors.
        descendants: bool,
        /// The hierarchy.
        hierarchy: Hierarchy,
        /// Where to begin.
        start: Vec<Self>,
        /// Up to this distance.
        distance: Option<u64>,
        /// `keep start`.
        keep_start: bool,
    },
    /// `traverse(…)`.
    Traverse {
        /// The hierarchy.
        hierarchy: Hierarchy,
        /// `postorder`, else `preorder`.
        postorder: bool,
        /// Which nodes.
        start: Vec<Self>,
        /// Order of siblings.
        orderby: Vec<OrderBy>,
    },
    /// `Namespace.Function(…)`: a segment of kind [`Segment::Call`].
    Custom(Segment),
}

/// The transformations that rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are called as the standard calls them")]
pub enum Ranked {
    TopCount,
    TopPercent,
    TopSum,
    BottomCount,
    BottomPercent,
    BottomSum,
}

impl Ranked {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::TopCount,
        Self::TopPercent,
        Self::TopSum,
        Self::BottomCount,
        Self::BottomPercent,
        Self::BottomSum,
    ];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TopCount => "topcount",
            Self::TopPercent => "toppercent",
            Self::TopSum => "topsum",
            Self::BottomCount => "bottomcount",
            Self::BottomPercent => "bottompercent",
            Self::BottomSum => "bottomsum",
        }
    }
}

/// One aggregation.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// What is aggregated.
    pub of: AggregateOf,
    /// `with …`: `sum`, `min`, `max`, `average`, `countdistinct` or a qualified name; none for counts and custom aggregates.
    pub method: Option<String>,
    /// `from … with …`, in their order.
    pub from: Vec<From>,
    /// `as …`; always there but for custom aggregates and in expressions.
    pub alias: Option<String>,
}

/// What is aggregated.
#[derive(Debug, Clone, PartialEq)]
pub enum AggregateOf {
    /// `$count`: the rows.
    Count,
    /// An expression, a path, a path to `$count`, a custom aggregate.
    Expr(Expr),
}

/// `from … with …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct From {
    /// Grouping properties, each as names and type casts.
    pub properties: Vec<Vec<String>>,
    /// The method.
    pub method: Option<String>,
}

/// What makes groups.
#[derive(Debug, Clone, PartialEq)]
pub enum Grouping {
    /// A path of single-valued steps: names and type casts.
    Path(Vec<String>),
    /// `rollup(a,b,…)`.
    Rollup(Vec<Vec<String>>),
    /// `rollup(Hierarchy)`.
    RollupHierarchy(String),
    /// `rolluprecursive(…)`.
    RollupRecursive {
        /// The hierarchy.
        hierarchy: Hierarchy,
        /// Which nodes.
        start: Vec<Transformation>,
    },
}

/// A recursive hierarchy: `$root/Sets,Qualifier,Path`.
#[derive(Debug, Clone, PartialEq)]
pub struct Hierarchy {
    /// The nodes: a path with [`Root::Root`](super::expr::Root::Root).
    pub nodes: Expr,
    /// The qualifier of its annotation.
    pub qualifier: String,
    /// The path to the node's identifier.
    pub path: Vec<String>,
}

/// A sequence of transformations with a name for its result.
#[derive(Debug, Clone, PartialEq)]
pub struct Nested {
    /// The transformations.
    pub then: Vec<Transformation>,
    /// `as …`.
    pub alias: String,
}
