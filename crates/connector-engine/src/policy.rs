//! Policy templates: what they say, and what each does to a request or an answer.

pub(crate) mod body;
mod convert;
mod read;
mod request;
mod route;
#[cfg(test)]
mod tests;

use crate::{
    expression::{Path, Place, Template},
    headers::Exists,
};

pub(crate) use read::policies;
pub(crate) use request::{apply, take};
pub(crate) use route::expand;

/// When a policy acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Before the call.
    Request,
    /// After an answer of success.
    Response,
    /// After any other answer.
    Failure,
}

/// One policy that governs the operation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Policy {
    pub(crate) section: Section,
    pub(crate) kind: Kind,
}

/// What a policy does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// `dynamichosturl`: another base.
    Host(Template),
    /// `setheader`
    Header { name: String, value: Template, exists: Exists },
    /// `setqueryparameter`
    Query { name: String, value: Template, exists: Exists },
    /// `routerequesttoendpoint`: another path and perhaps another method.
    Route { path: Template, method: Option<String> },
    /// `setproperty`
    Property { parent: Place, property: Path, value: Template },
    /// `convertarraytoobject` and its relatives, `stringreplace`, `encodepropertyvalue`.
    Convert(Conversion),
    /// `moveproperties`
    Move(Movement),
    /// `setvaluefromurl`
    Lookup(Lookup),
    /// `updatenextlink`: the property that holds the link.
    NextLink(Path),
    /// `setconnectionstatustounauthenticated`
    SignInNeeded(u16),
    /// `pollingtrigger`
    Polling(Polling),
}

/// A policy that computes a property from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conversion {
    pub(crate) parent: Place,
    pub(crate) property: Option<Path>,
    pub(crate) target: Place,
    pub(crate) change: Change,
}

/// How one value becomes another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A list of objects becomes an object by one of their properties.
    ToObject { key: Path, retain: bool },
    /// An object becomes a list of names and values.
    ToList { key: String, value: String },
    /// Text becomes a list of objects of one property.
    Split { delimiters: String, property: String },
    /// All occurrences of a text are replaced.
    Replace { from: String, to: String },
    /// Everything but unreserved characters is percent-encoded.
    Encode,
}

/// `moveproperties`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Movement {
    pub(crate) from: Place,
    pub(crate) from_property: Option<Path>,
    pub(crate) to: Place,
    pub(crate) to_property: Option<Path>,
    pub(crate) children_only: bool,
}

/// A request before the request, whose answer fills a header or a query parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lookup {
    pub(crate) url: Template,
    pub(crate) method: String,
    pub(crate) path: Place,
    pub(crate) target: Slot,
}

/// Where a look-up's value goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Slot {
    Header(String),
    Query(String),
}

/// What makes an operation a polling trigger.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Polling {
    /// Query parameters, in order.
    pub(crate) config: Vec<(String, Template)>,
    /// Where the events are.
    pub(crate) data: Place,
    /// The property that leads to more of them.
    pub(crate) next_link: Path,
}
