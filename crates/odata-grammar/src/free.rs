//! The machine that tries every way through the rules at once: for names that no model tells apart.
//!
//! Identifiers and blanks alone are taken as long as they are, and what is clearly something else (`$ref`, a
//! qualified name, a call) is no key that stands as a segment.

use std::collections::{HashMap, HashSet};

use super::{
    Names, Stop, ordered,
    program::{Op, Program, class_at, text_at},
};

/// States of one run (our own choice).
const STATES: usize = 400_000;

/// Rules that are taken as long as they are.
const TOKENS: [&str; 3] = ["odataIdentifier", "RWS", "BWS"];

/// A rule that is being matched from one place: who waits for it, and where it was seen to end.
#[derive(Default)]
struct Waiting {
    what: (usize, usize),
    callers: Vec<(usize, usize)>,
    ends: Vec<usize>,
}

/// Whether the rule matches all of the input.
pub(super) fn run(program: &Program, rule: usize, input: &[char]) -> Result<bool, Stop> {
    let entry = |rule: usize| program.entries.get(rule).copied().unwrap_or(usize::MAX);
    let tokens: Vec<_> = TOKENS.iter().filter_map(|name| program.rule(name)).collect();
    let names = Names::default();
    let key_segment = program.rule("keyPathLiteral");
    let mut waiting = vec![Waiting { what: (rule, 0), ..Waiting::default() }];
    let mut places = HashMap::from([((rule, 0), 0_usize)]);
    let mut seen = HashSet::new();
    let mut open = vec![(entry(rule), 0_usize, 0_usize)];
    let mut furthest = 0;
    while let Some((ip, place, at)) = open.pop() {
        if !seen.insert((ip, place, at)) {
            continue;
        }
        if seen.len() > STATES {
            return Err(Stop { furthest });
        }
        furthest = furthest.max(at);
        match program.ops.get(ip) {
            Some(Op::Text(text, any_case)) => {
                let found = text_at(input, at, text, *any_case);
                open.extend(found.then_some((ip + 1, place, at + text.len())));
            }
            Some(Op::Class(ranges)) => {
                open.extend(class_at(input, at, ranges).then_some((ip + 1, place, at + 1)));
            }
            Some(Op::Split(other)) => {
                open.push((*other, place, at));
                open.push((ip + 1, place, at));
            }
            Some(Op::Commit(to)) => open.push((*to, place, at)),
            Some(Op::Loop(to)) => open.push((to - 1, place, at)),
            Some(Op::Call(called)) if tokens.contains(called) => {
                let outcome = ordered::run(program, *called, (input, at), &names)?;
                open.extend(outcome.end.map(|end| (ip + 1, place, end)));
            }
            Some(Op::Call(called)) => {
                let next = waiting.len();
                let inner = *places.entry((*called, at)).or_insert(next);
                if inner == next {
                    waiting.push(Waiting { what: (*called, at), ..Waiting::default() });
                    open.push((entry(*called), inner, at));
                }
                if let Some(rule) = waiting.get_mut(inner) {
                    rule.callers.push((ip + 1, place));
                    open.extend(rule.ends.iter().map(|end| (ip + 1, place, *end)));
                }
            }
            Some(Op::Return) if place == 0 && at == input.len() => return Ok(true),
            Some(Op::Return) => {
                if let Some(rule) = waiting.get_mut(place) {
                    let (which, start) = rule.what;
                    let text = input.get(start..at).unwrap_or_default();
                    if Some(which) == key_segment
                        && text.iter().any(|c| matches!(c, '$' | '.' | '('))
                    {
                        continue;
                    }
                    rule.ends.push(at);
                    open.extend(rule.callers.iter().map(|(back, caller)| (*back, *caller, at)));
                }
            }
            None => {}
        }
    }
    Ok(false)
}
