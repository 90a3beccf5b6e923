//! The rules of the OData grammar by name: does a text match one of them?
//!
//! This is the grammar as published, for URLs, headers and literals, with all rules of the OData 4.01 ABNF and of
//! its extensions for aggregation and temporal data. It answers yes or no; trees come from `odata`.
//!
//! Which names an entity set, a property or a function may have is for a model to say. With its [`Names`] the
//! first alternative that fits is taken, as the published grammar is meant. Without, every name may be anything,
//! and all ways through the rules are tried.
//!
//! ```
//! use liaison_odata_grammar::{Verdict, check};
//!
//! assert_eq!(check("filter", "$filter=name eq 'Contoso'", None), Verdict::Match);
//! assert_eq!(check("noSuchRule", "", None), Verdict::UnknownRule);
//! ```
//!
//! A pure language: no input, no output, no clock.

mod free;
mod notation;
mod ordered;
mod program;
mod rules;

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use self::program::Program;

/// Bytes of a text (Dataverse Web API: 64 KiB for a URL inside a `$batch` part).
pub const TEXT_BYTES: usize = 64 * 1024;

/// Names of a model, by the rule that may match them; rules without an entry match any name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(HashMap<String, HashSet<String>>);

impl Names {
    /// None yet: every name may be anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on this rule matches these texts only.
    pub fn insert(&mut self, rule: impl Into<String>, texts: impl IntoIterator<Item = String>) {
        self.0.insert(rule.into(), texts.into_iter().collect());
    }

    fn allow(&self, rule: &str, text: &[char]) -> bool {
        self.0.is_empty()
            || self.0.get(rule).is_none_or(|texts| texts.contains(&text.iter().collect::<String>()))
    }
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole text matches.
    Match,
    /// It does not: up to this byte something of it did.
    NoMatch(usize),
    /// There is no such rule.
    UnknownRule,
    /// Too long, or too tangled, to be decided; up to this byte it went well.
    Undecided(usize),
}

/// Given up.
struct Stop {
    furthest: usize,
}

/// Whether `text` as a whole matches the rule; rule names in any case.
///
/// `names` are those of a model; `None` if there is none.
pub fn check(rule: &str, text: &str, names: Option<&Names>) -> Verdict {
    let program = program();
    let Some(rule) = program.rule(rule) else { return Verdict::UnknownRule };
    if text.len() > TEXT_BYTES {
        return Verdict::Undecided(TEXT_BYTES);
    }
    let input: Vec<char> = text.chars().collect();
    let byte = |chars: usize| input.iter().take(chars).map(|c| c.len_utf8()).sum();
    let none = Names::default();
    let ordered = ordered::run(program, rule, (&input, 0), names.unwrap_or(&none));
    let matched = match (&ordered, names) {
        (Ok(outcome), Some(_)) => Ok(outcome.end == Some(input.len())),
        (Err(stop), Some(_)) => Err(stop.furthest),
        (_, None) => free::run(program, rule, &input).map_err(|stop| stop.furthest),
    };
    let furthest = ordered.map_or_else(|stop| stop.furthest, |outcome| outcome.furthest);
    match matched {
        Ok(true) => Verdict::Match,
        Ok(false) => Verdict::NoMatch(byte(furthest)),
        Err(furthest) => Verdict::Undecided(byte(furthest)),
    }
}

/// The names of all rules.
pub fn rules() -> impl Iterator<Item = &'static str> {
    program().names.iter().map(String::as_str)
}

fn program() -> &'static Program {
    static PROGRAM: OnceLock<Program> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let rules: Option<Vec<_>> = rules::ALL.iter().map(|text| notation::read(text)).collect();
        let rules: Vec<_> = rules.unwrap_or_default().into_iter().flatten().collect();
        Program::new(&rules).unwrap_or_default()
    })
}

/// Whether this is a spatial value with its reference system.
pub fn spatial(text: &str) -> bool {
    let kinds = [
        "Point",
        "LineString",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "Collection",
    ];
    kinds.iter().any(|kind| {
        check(&format!("full{kind}Literal"), text, Some(&Names::default())) == Verdict::Match
    })
}

#[cfg(test)]
mod tests;
