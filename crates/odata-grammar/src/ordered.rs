//! The machine that takes the first alternative that fits and never comes back to it.

use std::collections::HashMap;

use super::{
    Names, Stop,
    program::{Op, Program, class_at, text_at},
};

/// Instructions of one run (our own choice).
const STEPS: usize = 2_000_000;

/// Remembered results of one run (our own choice); what is beyond is worked out again.
const MEMORY: usize = 400_000;

/// Open rules and alternatives of one run (our own choice).
const STACK: usize = 200_000;

enum Frame {
    /// Where to try next.
    Other(usize, usize),
    /// A rule that is being matched: back to, its number, its start.
    Rule(usize, usize, usize),
}

/// Where a match ends, and how far the machine ever got.
pub(super) struct Outcome {
    pub(super) end: Option<usize>,
    pub(super) furthest: usize,
}

pub(super) fn run(
    program: &Program,
    rule: usize,
    input: (&[char], usize),
    names: &Names,
) -> Result<Outcome, Stop> {
    let (input, start) = input;
    let mut machine = Machine {
        program,
        names,
        input,
        at: start,
        ip: program.entries.get(rule).copied().unwrap_or(usize::MAX),
        stack: vec![Frame::Rule(usize::MAX, rule, start)],
        memory: HashMap::new(),
        furthest: start,
    };
    machine.go()
}

struct Machine<'a> {
    program: &'a Program,
    names: &'a Names,
    input: &'a [char],
    at: usize,
    ip: usize,
    stack: Vec<Frame>,
    memory: HashMap<(usize, usize), Option<usize>>,
    furthest: usize,
}

impl Machine<'_> {
    fn go(&mut self) -> Result<Outcome, Stop> {
        for _ in 0..STEPS {
            let Some(op) = self.program.ops.get(self.ip) else {
                return Ok(Outcome { end: Some(self.at), furthest: self.furthest });
            };
            let on = match op {
                Op::Text(text, any_case) => {
                    text_at(self.input, self.at, text, *any_case) && self.pass(text.len())
                }
                Op::Class(ranges) => class_at(self.input, self.at, ranges) && self.pass(1),
                Op::Split(other) => {
                    self.stack.push(Frame::Other(*other, self.at));
                    self.pass(0)
                }
                Op::Commit(to) => {
                    self.stack.pop();
                    self.ip = *to;
                    true
                }
                Op::Loop(to) => {
                    match self.stack.pop() {
                        // something was matched: once more
                        Some(Frame::Other(other, before)) if before < self.at => {
                            self.stack.push(Frame::Other(other, self.at));
                            self.ip = *to;
                        }
                        _ => self.ip += 1,
                    }
                    true
                }
                Op::Call(rule) => match self.memory.get(&(*rule, self.at)) {
                    Some(Some(end)) => {
                        self.at = *end;
                        self.pass(0)
                    }
                    Some(None) => false,
                    None => {
                        self.stack.push(Frame::Rule(self.ip + 1, *rule, self.at));
                        self.ip = self.program.entries.get(*rule).copied().unwrap_or(usize::MAX);
                        true
                    }
                },
                Op::Return => self.matched(),
            };
            if self.stack.len() > STACK {
                return Err(Stop { furthest: self.furthest });
            }
            if !on && !self.fail() {
                return Ok(Outcome { end: None, furthest: self.furthest });
            }
        }
        Err(Stop { furthest: self.furthest })
    }

    fn pass(&mut self, chars: usize) -> bool {
        self.at += chars;
        self.ip += 1;
        self.furthest = self.furthest.max(self.at);
        true
    }

    /// The rule on top is matched, if the model has that name.
    fn matched(&mut self) -> bool {
        let Some(Frame::Rule(back, rule, start)) = self.stack.pop() else { return false };
        let name = self.program.names.get(rule).map(String::as_str).unwrap_or_default();
        let text = self.input.get(start..self.at).unwrap_or_default();
        let allowed = self.names.allow(name, text);
        self.remember(rule, start, allowed.then_some(self.at));
        if allowed {
            self.ip = back;
        }
        allowed
    }

    fn remember(&mut self, rule: usize, start: usize, result: Option<usize>) {
        let worth = self.program.recursive.get(rule).copied().unwrap_or_default();
        if worth && self.memory.len() < MEMORY {
            self.memory.insert((rule, start), result);
        }
    }

    /// Back to the last alternative; whether there is one.
    fn fail(&mut self) -> bool {
        while let Some(frame) = self.stack.pop() {
            match frame {
                Frame::Other(ip, at) => {
                    (self.ip, self.at) = (ip, at);
                    return true;
                }
                Frame::Rule(_, rule, start) => self.remember(rule, start, None),
            }
        }
        false
    }
}
