//! The end of a webhook: `DELETE` on the address that the subscription answered (connector-format
//! §9.1, step 4).

use openapi::{Method, Operation, Package};
use serde_json::{Map, Value};

use crate::{
    address::{Absolute, Base},
    build::{self, ACCEPT},
    call::{Call, Options, Plan},
    connection::Connection,
    draft::{Draft, Segment},
    encode, follow,
    headers::Source,
    policy::{self, Kind},
    problem::{Problem, Reason, Result},
};

/// A subscription to end.
#[derive(Debug, Clone, Copy)]
pub struct Subscription<'s> {
    /// The trigger's operation.
    pub operation_id: &'s str,
    /// What it was subscribed with.
    pub inputs: &'s Map<String, Value>,
    /// The address that the service gave ([`crate::Outcome::subscription`]).
    pub location: &'s str,
}

impl<'p> Call<'p> {
    /// Prepares the call that ends a webhook's subscription.
    ///
    /// On the connector's own origin it carries the connection's credentials; below the connector's
    /// base the policies of the matching `DELETE` operation apply. Elsewhere it carries nothing.
    ///
    /// # Errors
    /// As [`Call::new`].
    pub fn unsubscribe(
        package: &'p Package<'p>,
        subscription: Subscription<'_>,
        connection: &Connection,
        options: Options,
    ) -> Result<Self> {
        let Subscription { operation_id, inputs, location } = subscription;
        let limits = options.limits;
        let bare = Options { limits, ..Options::default() };
        let own = match Self::new(package, operation_id, connection, inputs, options) {
            Ok(call) => call.draft.base.text(),
            Err(_) => String::new(),
        };
        let plan = Plan::new(package, operation_id, connection, bare.clone())?;
        let absolute = Absolute::parse(location)
            .ok_or_else(|| Problem::new(Reason::AddressInvalid, "Location"))?;
        let mut blank = Draft {
            method: "DELETE".to_owned(),
            declared_method: "DELETE".to_owned(),
            ..Draft::default()
        };
        blank.headers.set("Accept", ACCEPT, Source::Operation);
        let mut blank = follow::at(&blank, location)?;
        if let Some((operation, base, segments)) = matching(package, &plan, &absolute) {
            let id = operation.id.clone().into_owned();
            if let [only] = operation.produces.as_slice() {
                blank.headers.set("Accept", only.trim(), Source::Operation);
            }
            let below = absolute.path.strip_prefix(base.path.as_str());
            below.unwrap_or(&absolute.path).clone_into(&mut blank.path);
            blank.base = base;
            blank.segments = segments;
            let mut plan = Plan::new(package, &id, connection, bare)?;
            plan.ends = true;
            return Self::start(plan, blank);
        }
        let mut plan = plan;
        plan.ends = true;
        let same = Absolute::parse(&own).is_some_and(|own| own.origin == absolute.origin);
        blank.foreign = !same;
        // no operation of the definition: only what governs every operation applies
        let everywhere = package.properties.policies().into_iter();
        let everywhere = everywhere.filter(|policy| policy.operations.is_empty());
        plan.policies = policy::policies(everywhere)?;
        plan.policies
            .retain(|policy| matches!(policy.kind, Kind::Header { .. } | Kind::Query { .. }));
        Self::start(plan, blank)
    }
}

/// The `DELETE` operation whose path fits an address, with its base and path parameters. Of several
/// the one with the most literal text.
fn matching<'p>(
    package: &'p Package<'p>,
    plan: &Plan<'p>,
    address: &Absolute,
) -> Option<(Operation<'p>, Base, Vec<Segment>)> {
    let mut best: Option<(usize, Operation<'p>, Base, Vec<Segment>)> = None;
    for operation in package.operations() {
        if operation.method != Method::Delete {
            continue;
        }
        let Some(base) = base_of(package, plan, &operation) else { continue };
        let same = Absolute::parse(&base.text()).is_some_and(|base| base.origin == address.origin);
        let Some(path) = address.path.strip_prefix(base.path.as_str()).filter(|_| same) else {
            continue;
        };
        let Some((literal, segments)) = fit(operation.path, path) else { continue };
        if best.as_ref().is_none_or(|(known, ..)| literal > *known) {
            best = Some((literal, operation, base, segments));
        }
    }
    best.map(|(_, operation, base, segments)| (operation, base, segments))
}

/// The base that an operation's requests have under this connection.
fn base_of<'p>(
    package: &'p Package<'p>,
    plan: &Plan<'p>,
    operation: &Operation<'p>,
) -> Option<Base> {
    let mut draft = Draft::default();
    build::set_base(operation, &plan.values, &mut draft);
    let mut hosts = policy::policies(package.policies_of(&operation.id)).ok()?;
    hosts.retain(|policy| matches!(policy.kind, Kind::Host(_)));
    for host in &hosts {
        policy::apply(host, &mut draft, &plan.values).ok()?;
    }
    draft.base_problem.is_none().then_some(draft.base)
}

/// Whether a path fits a template, segment by segment; the length of the literal text, and what the
/// placeholders stand for.
fn fit(template: &str, path: &str) -> Option<(usize, Vec<Segment>)> {
    let (mut names, mut values) =
        (template.trim_end_matches('/').split('/'), path.trim_end_matches('/').split('/'));
    let mut segments = Vec::new();
    let mut literal = 0;
    loop {
        let (name, value) = match (names.next(), values.next()) {
            (None, None) => return Some((literal, segments)),
            (Some(name), Some(value)) => (name, value),
            _ => return None,
        };
        let Some((front, rest)) = name.split_once('{') else {
            if encode::decode(name) != encode::decode(value) {
                return None;
            }
            literal += name.len();
            continue;
        };
        let (name, back) = rest.split_once('}')?;
        let value = value.strip_prefix(front)?.strip_suffix(back)?;
        if value.is_empty() || back.contains('{') {
            return None;
        }
        literal += front.len() + back.len();
        segments.push(Segment {
            name: name.to_owned(),
            plain: encode::decode(value),
            encoded: value.to_owned(),
        });
    }
}
