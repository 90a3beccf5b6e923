//! One step: some rows in one transaction, with what is counted and found.

use std::{collections::HashMap, sync::Arc};

use db::Tx;
use kernel::{Coded as _, Kind};
use records::{Change, Condition, Entry, Operation, Outcome, RowKey, Update};
use tables::{Column, Required, Table, Value};
use uuid::Uuid;

use super::{Halt, Job};
use crate::{
    Finding, RowProblem, Transfer,
    convert::{Draft, shortened},
    model::State,
    plan::{Duplicates, Mode, Plan},
    resolve::{self, key_of, value_of},
    store::{self, Step},
};

/// What the rows of a step become.
struct Work {
    operations: Vec<Operation>,
    /// For each operation the draft that it is of.
    of: Vec<usize>,
    skipped: u64,
    findings: Vec<Finding>,
}

impl Transfer {
    /// Takes a step. A row with a mistake is left out, and the others are taken without it.
    pub(super) async fn slice(
        &self,
        job: &Job<'_>,
        table: &Table,
        (first, mut drafts): (u64, Vec<Draft>),
    ) -> Result<(), Halt> {
        let plan = &job.import.plan;
        let by_values = !plan.matching.is_empty()
            && (plan.mode != Mode::Create || plan.duplicates != Duplicates::Allow);
        let matched = if by_values {
            resolve::matches(&job.session, table, &plan.matching, &mut drafts).await?
        } else {
            vec![None; drafts.len()]
        };
        let rows = u64::try_from(drafts.len()).unwrap_or_default();
        let asked = asked_for(plan, table, (first, &drafts));
        let mut refused: Vec<Finding> = Vec::new();
        let mut alive: Vec<bool> = drafts.iter().map(|draft| draft.findings.is_empty()).collect();
        loop {
            let work = plan_rows(job, table, (&drafts, &matched, &alive));
            let mut findings: Vec<Finding> =
                drafts.iter().flat_map(|draft| draft.findings.iter().cloned()).collect();
            findings.extend(work.findings);
            findings.extend(refused.iter().cloned());
            findings.extend(asked.iter().cloned());
            let operations = u64::try_from(work.operations.len()).unwrap_or_default();
            let step = Step {
                first,
                rows,
                skipped: work.skipped,
                failed: rows - work.skipped - operations,
                findings,
                ..Step::default()
            };
            match self.take(job, step, work.operations).await? {
                None => return Ok(()),
                Some((at, finding)) => {
                    let Some(draft) = work.of.get(at).copied() else { return Err(Halt::Stopped) };
                    let number = drafts.get(draft).map_or(0, |draft| draft.number);
                    refused.push(Finding { row: number, ..finding });
                    if let Some(alive) = alive.get_mut(draft) {
                        *alive = false;
                    }
                }
            }
        }
    }

    /// Runs the operations of a step, with the step itself; the operation that cannot be done, if there is one.
    async fn take(
        &self,
        job: &Job<'_>,
        step: Step,
        operations: Vec<Operation>,
    ) -> Result<Option<(usize, Finding)>, Halt> {
        let (id, node, until) = (job.import.id, self.node, self.lease());
        let is_check = job.import.state == State::Checking;
        let step = Arc::new(step);
        let count = operations.len();
        let makes = operations.iter().filter(|one| matches!(one, Operation::Create(_))).count();
        let held = Arc::clone(&step);
        let then = move |tx: &Tx<'_>, outcomes: &[Outcome]| {
            if is_check {
                // everything was tried: nothing of it stays
                return Err(ended());
            }
            let mut step = (*held).clone();
            for outcome in outcomes {
                if outcome.change == Change::Created {
                    step.made.push(outcome.id);
                    step.created += 1;
                } else {
                    step.updated += 1;
                }
            }
            let at = (State::Running, node, until);
            if store::advance(tx, id, at, &step)? { Ok(()) } else { Err(ended()) }
        };
        let Err(failure) = job.session.run_then(operations, Arc::new(then)).await else {
            return Ok(None);
        };
        if failure.index == usize::MAX {
            if !matches!(&failure.error, records::Error::Refused { message, .. } if message == ENDED)
            {
                return Err(failure.error.into());
            }
            if !is_check {
                return Err(Halt::Stopped);
            }
            let mut step = (*step).clone();
            step.created = u64::try_from(makes).unwrap_or_default();
            step.updated = u64::try_from(count - makes).unwrap_or_default();
            let at = (State::Checking, node, until);
            let advance = move |tx: &Tx<'_>| store::advance(tx, id, at, &step);
            return if self.db.write(&job.root, advance).await? {
                Ok(None)
            } else {
                Err(Halt::Stopped)
            };
        }
        if is_final(&failure.error) {
            return Err(failure.error.into());
        }
        Ok(Some((failure.index, finding(&failure.error))))
    }
}

/// What forms insist on and nothing stands in: the rows are taken all the same, and people are told. A column that the
/// file does not have is told once.
fn asked_for(plan: &Plan, table: &Table, (first, drafts): (u64, &[Draft])) -> Vec<Finding> {
    let insists = |column: &&Column| {
        column.required == Required::Application && column.for_create && column.computed.is_none()
    };
    let mut all = Vec::new();
    for column in table.columns().iter().filter(insists) {
        let name = &column.logical;
        if !plan.columns.iter().flatten().any(|one| one == name) {
            if first == 0 && plan.mode != Mode::Update {
                all.push(Finding::new(0, name, RowProblem::Empty, ""));
            }
            continue;
        }
        let is_empty = |draft: &&Draft| {
            let value = value_of(draft, name);
            draft.findings.is_empty() && value.map_or(plan.mode == Mode::Create, Value::is_null)
        };
        let rows = drafts.iter().filter(is_empty);
        all.extend(rows.map(|draft| Finding::new(draft.number, name, RowProblem::Empty, "")));
    }
    all
}

/// Whether no other row would fare better.
pub(super) fn is_final(error: &records::Error) -> bool {
    use records::Error;
    matches!(
        error,
        Error::Privilege { .. }
            | Error::Denied(_)
            | Error::NoEnvironment { .. }
            | Error::AdministrationMode
            | Error::TableUnknown { .. }
            | Error::ColumnUnknown { .. }
            | Error::NotWritable { .. }
            | Error::Identity(_)
            | Error::Stale
    ) || matches!(error, Error::Store(_))
        || matches!(error.code().kind(), Kind::Unavailable)
}

/// A refusal as what is wrong with a row.
pub(super) fn finding(error: &records::Error) -> Finding {
    use records::Error;
    let column = match error {
        Error::Value(error) => error.column.to_string(),
        Error::Required { column, .. }
        | Error::ReadOnly { column, .. }
        | Error::ColumnSecured { column, .. } => column.clone(),
        Error::DuplicateKey { columns, .. } => columns.clone(),
        _ => String::new(),
    };
    // the code says it in the reader's language; what a rule of somebody's own says is known to nobody else
    let detail = match error {
        Error::Refused { message, .. } => shortened(message),
        _ => String::new(),
    };
    Finding { row: 0, column, code: error.code().name().to_owned(), detail }
}

/// The sign that a transaction is not to stay.
fn ended() -> records::Error {
    records::Error::Refused { code: "0x80040216", message: ENDED.to_owned() }
}

/// What the rows that are left become, in their order.
fn plan_rows(
    job: &Job<'_>,
    table: &Table,
    (drafts, matched, alive): (&[Draft], &[Option<Uuid>], &[bool]),
) -> Work {
    let plan = &job.import.plan;
    let mut work =
        Work { operations: Vec::new(), of: Vec::new(), skipped: 0, findings: Vec::new() };
    // rows that this step makes, by what tells them apart: the place of their operation
    let mut seen: HashMap<String, Option<usize>> = HashMap::new();
    for (at, draft) in drafts.iter().enumerate() {
        if alive.get(at) != Some(&true) {
            continue;
        }
        let there = matched.get(at).copied().flatten();
        let key = (!plan.matching.is_empty()).then(|| {
            let null = &Value::Null;
            let values = plan.matching.iter().map(|name| value_of(draft, name).unwrap_or(null));
            let values: Vec<&Value> = values.collect();
            (!values.iter().any(|value| value.is_null())).then(|| key_of(values.into_iter()))
        });
        let key = key.flatten();
        let before = key.as_ref().and_then(|key| seen.get(key)).copied();
        let mut fault = |problem: RowProblem| {
            let detail = plan.matching.join(", ");
            work.findings.push(Finding::new(draft.number, "", problem, &detail));
        };
        let condition = draft.version.map_or(Condition::None, Condition::Version);
        let operation = match plan.mode {
            Mode::Create => {
                let known = there.is_some() || before.is_some();
                match plan.duplicates {
                    Duplicates::Skip if known => {
                        work.skipped += 1;
                        continue;
                    }
                    Duplicates::Refuse if known => {
                        fault(RowProblem::Duplicate);
                        continue;
                    }
                    _ => create(job, table, draft),
                }
            }
            Mode::Update => {
                let Some(id) = draft.id.or(there) else {
                    fault(RowProblem::RowMissing);
                    continue;
                };
                change(table, draft, (RowKey::Id(id), condition))
            }
            Mode::Upsert => match (draft.id, there, before) {
                (Some(id), ..) => {
                    let update =
                        Update { key: RowKey::Id(id), entry: entry(table, draft), condition };
                    Operation::Upsert(update)
                }
                (None, Some(id), _) => change(table, draft, (RowKey::Id(id), condition)),
                (None, None, Some(Some(of))) => {
                    change(table, draft, (RowKey::Result(of), Condition::None))
                }
                (None, None, _) => create(job, table, draft),
            },
        };
        if let Some(key) = key {
            seen.entry(key).or_insert(Some(work.operations.len()));
        }
        work.operations.push(operation);
        work.of.push(at);
    }
    work
}

fn entry(table: &Table, draft: &Draft) -> Entry {
    Entry { table: table.logical.clone(), values: draft.values.clone(), links: Vec::new() }
}

fn change(table: &Table, draft: &Draft, (key, condition): (RowKey, Condition)) -> Operation {
    Operation::Update(Update { key, entry: entry(table, draft), condition })
}

/// A new row: what is empty gets what the table says.
fn create(job: &Job<'_>, table: &Table, draft: &Draft) -> Operation {
    let filled = draft.values.iter().filter(|(_, value)| !value.is_null());
    let mut values: Vec<(String, Value)> = filled.cloned().collect();
    values.extend(job.also.iter().cloned());
    if let Some(id) = draft.id {
        values.push((table.primary_id.clone(), Value::Guid(id)));
    }
    Operation::Create(Entry { table: table.logical.clone(), values, links: Vec::new() })
}

/// What [`ended`] says.
const ENDED: &str = "the step does not stay";
