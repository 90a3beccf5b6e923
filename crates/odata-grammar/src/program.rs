//! Rules as instructions for two machines.

use std::collections::HashMap;

use super::notation::{AnyCase, Node, Rule};

/// One instruction. `Split`, `Commit` and `Loop` hold where to go.
#[derive(Debug)]
pub(super) enum Op {
    /// This text.
    Text(Vec<char>, AnyCase),
    /// One character of these.
    Class(Vec<(char, char)>),
    /// Go on; if that fails, there.
    Split(usize),
    /// Forget the last `Split`, go there.
    Commit(usize),
    /// The last `Split` is tried from here once more; the body begins there.
    Loop(usize),
    /// Match this rule.
    Call(usize),
    /// The rule is matched.
    Return,
}

/// All rules.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) ops: Vec<Op>,
    pub(super) names: Vec<String>,
    pub(super) entries: Vec<usize>,
    /// Rules worth remembering: those that come back to themselves.
    pub(super) recursive: Vec<bool>,
    by_name: HashMap<String, usize>,
}

impl Program {
    /// `None` if a rule names one that does not exist.
    pub(super) fn new(rules: &[Rule<'_>]) -> Option<Self> {
        let mut program = Self::default();
        for (index, rule) in rules.iter().enumerate() {
            program.names.push(rule.name.to_owned());
            program.by_name.insert(rule.name.to_ascii_lowercase(), index);
        }
        for rule in rules {
            program.entries.push(program.ops.len());
            program.emit(&rule.body)?;
            program.ops.push(Op::Return);
        }
        program.find_recursive();
        Some(program)
    }

    /// A rule by its name, in any case.
    pub(super) fn rule(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name.to_ascii_lowercase()).copied()
    }

    fn emit(&mut self, node: &Node<'_>) -> Option<()> {
        match node {
            Node::Text(text, any_case) => self.ops.push(Op::Text(text.clone(), *any_case)),
            Node::Class(ranges) => self.ops.push(Op::Class(ranges.clone())),
            Node::Rule(name) => {
                let rule = self.rule(name)?;
                self.ops.push(Op::Call(rule));
            }
            Node::Sequence(items) => {
                for item in items {
                    self.emit(item)?;
                }
            }
            Node::Choice(alternatives) => self.choice(alternatives)?,
            Node::Repeat(item, least, most) => self.repeat(item, *least, *most)?,
        }
        Some(())
    }

    fn choice(&mut self, alternatives: &[Node<'_>]) -> Option<()> {
        let (last, others) = alternatives.split_last()?;
        let mut commits = Vec::new();
        for alternative in others {
            let split = self.hole(Op::Split(0));
            self.emit(alternative)?;
            commits.push(self.hole(Op::Commit(0)));
            self.fill(split, Op::Split(self.ops.len()));
        }
        self.emit(last)?;
        let end = self.ops.len();
        for commit in commits {
            self.fill(commit, Op::Commit(end));
        }
        Some(())
    }

    fn repeat(&mut self, item: &Node<'_>, least: u32, most: Option<u32>) -> Option<()> {
        for _ in 0..least {
            self.emit(item)?;
        }
        let Some(most) = most else {
            let split = self.hole(Op::Split(0));
            self.emit(item)?;
            self.ops.push(Op::Loop(split + 1));
            self.fill(split, Op::Split(self.ops.len()));
            return Some(());
        };
        let mut splits = Vec::new();
        for _ in least..most {
            splits.push(self.hole(Op::Split(0)));
            self.emit(item)?;
            let next = self.ops.len() + 1;
            self.ops.push(Op::Commit(next));
        }
        let end = self.ops.len();
        for split in splits {
            self.fill(split, Op::Split(end));
        }
        Some(())
    }

    fn hole(&mut self, op: Op) -> usize {
        self.ops.push(op);
        self.ops.len() - 1
    }

    fn fill(&mut self, at: usize, with: Op) {
        if let Some(op) = self.ops.get_mut(at) {
            *op = with;
        }
    }

    fn calls(&self, rule: usize) -> impl Iterator<Item = usize> {
        let start = self.entries.get(rule).copied().unwrap_or_default();
        let ops = self.ops.iter().skip(start).take_while(|op| !matches!(op, Op::Return));
        ops.filter_map(|op| if let Op::Call(rule) = op { Some(*rule) } else { None })
    }

    fn find_recursive(&mut self) {
        let mut recursive = Vec::new();
        for rule in 0..self.names.len() {
            let mut seen = vec![false; self.names.len()];
            let mut open: Vec<_> = self.calls(rule).collect();
            while let Some(next) = open.pop() {
                if let Some(seen) = seen.get_mut(next)
                    && !std::mem::replace(seen, true)
                {
                    open.extend(self.calls(next));
                }
            }
            recursive.push(seen.get(rule).copied().unwrap_or_default());
        }
        self.recursive = recursive;
    }
}

/// Whether this text stands at a place.
pub(super) fn text_at(input: &[char], at: usize, text: &[char], any_case: AnyCase) -> bool {
    let Some(found) = input.get(at..at + text.len()) else { return false };
    if any_case {
        found.iter().zip(text).all(|(a, b)| a.eq_ignore_ascii_case(b))
    } else {
        found == text
    }
}

/// Whether one of these characters stands at a place.
pub(super) fn class_at(input: &[char], at: usize, ranges: &[(char, char)]) -> bool {
    input.get(at).is_some_and(|c| ranges.iter().any(|(first, last)| (first..=last).contains(&c)))
}
