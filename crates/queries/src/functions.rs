//! The operators that know the caller, the clock and trees: `Microsoft.Dynamics.CRM` functions and
//! the operators of FetchXML of the same meaning.

use std::sync::Arc;

use db::Value;
use jiff::{Span, Timestamp, ToSpan as _, civil::Date};
use tables::{ColumnKind, Model, Relationship, Table};
use uuid::Uuid;

use crate::{
    Error, Result,
    access::Access,
    physical::{CellType, is_date},
    query::{Comparison, Condition, Field, Hierarchy, Moment, Query},
    values::{Given, Op, compare, edm, midnight, one_of, read},
};

mod fiscal;

pub(crate) use fiscal::Fiscal;

/// For whom and when a query is read.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The caller's rights, teams and business unit.
    pub access: &'a Access,
    /// Now, and where.
    pub moment: &'a Moment,
    /// Whether display names of lookups are wanted.
    pub names: bool,
}

/// One of these operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    In,
    NotIn,
    Between,
    NotBetween,
    ContainValues,
    DoesNotContainValues,
    On,
    NotOn,
    OnOrAfter,
    OnOrBefore,
    Relative(When),
    Fiscal(Fiscal),
    Last(Unit),
    Next(Unit),
    Older(Unit),
    User,
    NotUser,
    Unit,
    NotUnit,
    Teams,
    UserOrTeams,
    UserOrHierarchy,
    UserOrHierarchyAndTeams,
    Language,
    Contains,
    Tree { under: bool, itself: bool, not: bool },
}

/// A stretch of days that today decides on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Days { from: i64, until: i64 },
    Week(i64),
    Month(i64),
    Year(i64),
    LastSeven,
    NextSeven,
}

/// What times are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

impl Call {
    /// The function `Microsoft.Dynamics.CRM.`*name*; `None` for those that are not offered.
    pub(crate) fn of_function(name: &str) -> Option<Self> {
        if let Some(fiscal) = Fiscal::of(name) {
            return Some(Self::Fiscal(fiscal));
        }
        if let Some(rest) = name.strip_prefix("LastX") {
            return unit(rest).map(Self::Last);
        }
        if let Some(rest) = name.strip_prefix("NextX") {
            return unit(rest).map(Self::Next);
        }
        if let Some(rest) = name.strip_prefix("OlderThanX") {
            return unit(rest).map(Self::Older);
        }
        Some(match name {
            "In" => Self::In,
            "NotIn" => Self::NotIn,
            "Between" => Self::Between,
            "NotBetween" => Self::NotBetween,
            "ContainValues" => Self::ContainValues,
            "DoesNotContainValues" => Self::DoesNotContainValues,
            "On" => Self::On,
            "NotOn" => Self::NotOn,
            "OnOrAfter" => Self::OnOrAfter,
            "OnOrBefore" => Self::OnOrBefore,
            "EqualUserId" => Self::User,
            "NotEqualUserId" => Self::NotUser,
            "EqualBusinessId" => Self::Unit,
            "NotEqualBusinessId" => Self::NotUnit,
            "EqualUserTeams" => Self::Teams,
            "EqualUserOrUserTeams" => Self::UserOrTeams,
            "EqualUserOrUserHierarchy" => Self::UserOrHierarchy,
            "EqualUserOrUserHierarchyAndTeams" => Self::UserOrHierarchyAndTeams,
            "EqualUserLanguage" => Self::Language,
            "Contains" => Self::Contains,
            "Above" => Self::Tree { under: false, itself: false, not: false },
            "AboveOrEqual" => Self::Tree { under: false, itself: true, not: false },
            "Under" => Self::Tree { under: true, itself: false, not: false },
            "UnderOrEqual" => Self::Tree { under: true, itself: true, not: false },
            "NotUnder" => Self::Tree { under: true, itself: false, not: true },
            other => Self::Relative(When::of(other)?),
        })
    }

    /// The operator of FetchXML; `None` for those that are not offered.
    pub(crate) fn of_operator(name: &str) -> Option<Self> {
        if name.contains("fiscal") {
            return Fiscal::of(&camel(name)).map(Self::Fiscal);
        }
        let counted = |prefix: &str| {
            let rest = name.strip_prefix(prefix)?;
            let (first, others) = rest.split_at_checked(1)?;
            unit(&format!("{}{others}", first.to_ascii_uppercase()))
        };
        if let Some(unit) = counted("last-x-") {
            return Some(Self::Last(unit));
        }
        if let Some(unit) = counted("next-x-") {
            return Some(Self::Next(unit));
        }
        if let Some(unit) = counted("olderthan-x-") {
            return Some(Self::Older(unit));
        }
        Some(match name {
            "in" => Self::In,
            "not-in" => Self::NotIn,
            "between" => Self::Between,
            "not-between" => Self::NotBetween,
            "contain-values" => Self::ContainValues,
            "not-contain-values" => Self::DoesNotContainValues,
            "on" => Self::On,
            "not-on" => Self::NotOn,
            "on-or-after" => Self::OnOrAfter,
            "on-or-before" => Self::OnOrBefore,
            "eq-userid" => Self::User,
            "ne-userid" => Self::NotUser,
            "eq-businessid" => Self::Unit,
            "ne-businessid" => Self::NotUnit,
            "eq-userteams" => Self::Teams,
            "eq-useroruserteams" => Self::UserOrTeams,
            "eq-useroruserhierarchy" => Self::UserOrHierarchy,
            "eq-useroruserhierarchyandteams" => Self::UserOrHierarchyAndTeams,
            "eq-userlanguage" => Self::Language,
            "above" => Self::Tree { under: false, itself: false, not: false },
            "eq-or-above" => Self::Tree { under: false, itself: true, not: false },
            "under" => Self::Tree { under: true, itself: false, not: false },
            "eq-or-under" => Self::Tree { under: true, itself: true, not: false },
            "not-under" => Self::Tree { under: true, itself: false, not: true },
            "last-seven-days" => Self::Relative(When::LastSeven),
            "next-seven-days" => Self::Relative(When::NextSeven),
            other => Self::Relative(When::of(&camel(other))?),
        })
    }
}

/// `this-fiscal-year` as `ThisFiscalYear`.
fn camel(name: &str) -> String {
    name.split('-')
        .filter_map(|part| part.split_at_checked(1))
        .flat_map(|(first, rest)| [first.to_ascii_uppercase(), rest.to_owned()])
        .collect()
}

fn unit(name: &str) -> Option<Unit> {
    Some(match name {
        "Minutes" => Unit::Minutes,
        "Hours" => Unit::Hours,
        "Days" => Unit::Days,
        "Weeks" => Unit::Weeks,
        "Months" => Unit::Months,
        "Years" => Unit::Years,
        _ => return None,
    })
}

impl When {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "Today" => Self::Days { from: 0, until: 1 },
            "Yesterday" => Self::Days { from: -1, until: 0 },
            "Tomorrow" => Self::Days { from: 1, until: 2 },
            "ThisWeek" => Self::Week(0),
            "LastWeek" => Self::Week(-1),
            "NextWeek" => Self::Week(1),
            "ThisMonth" => Self::Month(0),
            "LastMonth" => Self::Month(-1),
            "NextMonth" => Self::Month(1),
            "ThisYear" => Self::Year(0),
            "LastYear" => Self::Year(-1),
            "NextYear" => Self::Year(1),
            "Last7Days" => Self::LastSeven,
            "Next7Days" => Self::NextSeven,
            _ => return None,
        })
    }
}

/// Where a stretch of time begins or ends.
#[derive(Debug, Clone, Copy)]
enum Bound {
    /// The beginning of a day of the caller.
    Day(Date),
    /// An instant.
    At(Timestamp),
}

/// A field and its column, for one of the operators.
pub(crate) struct Operand<'q> {
    pub(crate) query: &'q Query,
    pub(crate) model: &'q Model,
    pub(crate) caller: &'q Caller<'q>,
    pub(crate) field: Field,
}

impl Operand<'_> {
    /// The condition of an operator with these values.
    pub(crate) fn apply(&self, call: Call, name: &str, values: &[&str]) -> Result<Condition> {
        let (field, access) = (self.field, self.caller.access);
        let one = || match values {
            [one] => Ok(*one),
            _ => Err(Error::invalid(format!("The operator '{name}' takes one value."))),
        };
        let ids = |ids: Vec<Uuid>| {
            self.expects(CellType::Id, name)?;
            let values: Vec<_> = ids.into_iter().map(Value::Uuid).collect();
            Ok(if values.is_empty() { Condition::never() } else { Condition::In(field, values) })
        };
        match call {
            Call::In => self.list(values),
            Call::NotIn => Ok(self.list(values)?.negated()),
            Call::Between => self.between(name, values),
            Call::NotBetween => Ok(self.between(name, values)?.negated()),
            Call::ContainValues => self.contains(name, values),
            Call::DoesNotContainValues => Ok(self.contains(name, values)?.negated()),
            Call::On => self.day(one()?, name, (true, true)),
            Call::NotOn => Ok(self.day(one()?, name, (true, true))?.negated()),
            Call::OnOrAfter => self.day(one()?, name, (true, false)),
            Call::OnOrBefore => self.day(one()?, name, (false, true)),
            Call::Relative(when) => {
                self.expects(CellType::Instant, name)?;
                let (from, until) = self.relative(when).ok_or_else(|| out_of_range(name))?;
                self.range(Some(from), Some((until, false)), name)
            }
            Call::Fiscal(which) => self.fiscal(which, name, values),
            Call::Last(unit) => self.ago(unit, count(one()?, name)?, name),
            Call::Next(unit) => self.ahead(unit, count(one()?, name)?, name),
            Call::Older(unit) => self.older(unit, count(one()?, name)?, name),
            Call::User => ids(vec![access.user]),
            Call::NotUser => Ok(ids(vec![access.user])?.negated()),
            Call::Unit => ids(vec![access.unit]),
            Call::NotUnit => Ok(ids(vec![access.unit])?.negated()),
            Call::Teams => ids(access.teams.clone()),
            Call::UserOrTeams => ids(access.principals().collect()),
            Call::UserOrHierarchy => {
                ids(access.subordinates.iter().copied().chain([access.user]).collect())
            }
            Call::UserOrHierarchyAndTeams => {
                ids(access.subordinates.iter().copied().chain(access.principals()).collect())
            }
            Call::Language => {
                self.expects(CellType::Int, name)?;
                let language = Value::Int(self.caller.moment.language.into());
                Ok(Condition::Compare(field, Comparison::Equal, language))
            }
            Call::Contains => {
                self.expects(CellType::Text, name)?;
                let text = one()?;
                if text.contains('\0') {
                    return Ok(Condition::never());
                }
                Ok(Condition::Like(field, format!("%{text}%")))
            }
            Call::Tree { under, itself, not } => {
                let condition = self.tree(one()?, name, (under, itself))?;
                Ok(if not { condition.negated() } else { condition })
            }
        }
    }

    fn expects(&self, kind: CellType, name: &str) -> Result<()> {
        let column = self.query.column(self.field)?;
        if CellType::of(&column.kind) == kind {
            return Ok(());
        }
        Err(Error::invalid(format!(
            "The operator '{name}' does not apply to the column '{}' of type '{}'.",
            column.logical,
            edm(&column.kind)
        )))
    }

    fn given<'v>(&self, text: &'v str) -> Result<Given<'v>> {
        read(self.query.column(self.field)?, text, self.caller.moment)
    }

    fn list(&self, values: &[&str]) -> Result<Condition> {
        let given: Result<Vec<_>> = values.iter().map(|value| self.given(value)).collect();
        one_of(self.field, self.query.column(self.field)?, &given?)
    }

    fn between(&self, name: &str, values: &[&str]) -> Result<Condition> {
        let [from, until] = values else {
            return Err(Error::invalid(format!("The operator '{name}' takes two values.")));
        };
        let column = self.query.column(self.field)?;
        let from = compare(self.field, column, Op::GreaterOrEqual, &self.given(from)?)?;
        let until = compare(self.field, column, Op::LessOrEqual, &self.given(until)?)?;
        Ok(Condition::All(vec![from, until]))
    }

    fn contains(&self, name: &str, values: &[&str]) -> Result<Condition> {
        let column = self.query.column(self.field)?;
        if !matches!(column.kind, ColumnKind::Choices { .. }) {
            return Err(Error::invalid(format!(
                "The operator '{name}' does not apply to the column '{}'.",
                column.logical
            )));
        }
        if values.len() > crate::limits::VALUES {
            return Err(Error::Limit { of: "values in a list", most: crate::limits::VALUES });
        }
        let number = |text: &&str| {
            let wrong = |_| Error::Literal { literal: (*text).to_owned(), expected: "Edm.Int32" };
            text.trim().parse::<i32>().map_err(wrong)
        };
        let values: Result<Vec<_>> = values.iter().map(number).collect();
        Ok(Condition::ContainsAny(self.field, values?))
    }

    /// The day of a value, from its beginning, until its end, or both.
    fn day(&self, text: &str, name: &str, (from, until): (bool, bool)) -> Result<Condition> {
        self.expects(CellType::Instant, name)?;
        let date = match self.given(text)? {
            Given::Date(date) => date,
            Given::Instant(at) => at.to_zoned(self.caller.moment.zone.clone()).date(),
            _ => return Err(Error::Malformed),
        };
        let next = date.tomorrow().ok().ok_or_else(|| out_of_range(name))?;
        let from = from.then_some(Bound::Day(date));
        self.range(from, until.then_some((Bound::Day(next), false)), name)
    }

    fn today(&self) -> Date {
        self.caller.moment.now.to_zoned(self.caller.moment.zone.clone()).date()
    }

    fn relative(&self, when: When) -> Option<(Bound, Bound)> {
        let today = self.today();
        let day = |days: i64| today.checked_add(days.days()).ok();
        let days =
            |from: Option<Date>, until: Option<Date>| Some((Bound::Day(from?), Bound::Day(until?)));
        match when {
            When::Days { from, until } => days(day(from), day(until)),
            When::Week(weeks) => {
                let since = today.weekday().since(self.caller.moment.week_start);
                let start = day(weeks * 7 - i64::from(since))?;
                days(Some(start), start.checked_add(7.days()).ok())
            }
            When::Month(months) => {
                let start = today.first_of_month().checked_add(months.months()).ok()?;
                days(Some(start), start.checked_add(1.month()).ok())
            }
            When::Year(years) => {
                let start = today.first_of_year().checked_add(years.years()).ok()?;
                days(Some(start), start.checked_add(1.year()).ok())
            }
            When::LastSeven => days(day(-7), day(1)),
            When::NextSeven => days(day(1), day(8)),
        }
    }

    /// From so long ago until now; days and more from the beginning of the day.
    fn ago(&self, unit: Unit, count: i64, name: &str) -> Result<Condition> {
        let from = self.shifted(unit, -count).ok_or_else(|| out_of_range(name))?;
        self.range(Some(from), Some((Bound::At(self.caller.moment.now), true)), name)
    }

    /// From now until so far ahead; days and more until the end of the day.
    fn ahead(&self, unit: Unit, count: i64, name: &str) -> Result<Condition> {
        let until = match self.shifted(unit, count) {
            Some(Bound::Day(date)) => date.tomorrow().ok().map(Bound::Day),
            other => other,
        };
        let until = until.ok_or_else(|| out_of_range(name))?;
        self.range(Some(Bound::At(self.caller.moment.now)), Some((until, false)), name)
    }

    fn older(&self, unit: Unit, count: i64, name: &str) -> Result<Condition> {
        let until = self.shifted(unit, -count).ok_or_else(|| out_of_range(name))?;
        self.range(None, Some((until, false)), name)
    }

    fn shifted(&self, unit: Unit, count: i64) -> Option<Bound> {
        let span = match unit {
            Unit::Minutes => Span::new().try_minutes(count),
            Unit::Hours => Span::new().try_hours(count),
            Unit::Days => Span::new().try_days(count),
            Unit::Weeks => Span::new().try_weeks(count),
            Unit::Months => Span::new().try_months(count),
            Unit::Years => Span::new().try_years(count),
        };
        let span = span.ok()?;
        if matches!(unit, Unit::Minutes | Unit::Hours) {
            return self.caller.moment.now.checked_add(span).ok().map(Bound::At);
        }
        self.today().checked_add(span).ok().map(Bound::Day)
    }

    /// Between two bounds; the upper one belongs to it if that is said.
    fn range(
        &self,
        from: Option<Bound>,
        until: Option<(Bound, bool)>,
        name: &str,
    ) -> Result<Condition> {
        self.expects(CellType::Instant, name)?;
        let date_only = is_date(&self.query.column(self.field)?.kind);
        let zone = &self.caller.moment.zone;
        let place = |bound: Bound| -> Option<Timestamp> {
            match bound {
                Bound::Day(date) if date_only => midnight(date),
                Bound::Day(date) => zone.to_timestamp(date.into()).ok(),
                Bound::At(at) if date_only => midnight(at.to_zoned(zone.clone()).date()),
                Bound::At(at) => Some(at),
            }
        };
        let mut all = Vec::with_capacity(2);
        if let Some(bound) = from {
            let at = place(bound).ok_or_else(|| out_of_range(name))?;
            let value = Value::Instant(at);
            all.push(Condition::Compare(self.field, Comparison::GreaterOrEqual, value));
        }
        if let Some((bound, included)) = until {
            let at = place(bound).ok_or_else(|| out_of_range(name))?;
            // A day that the bound lies in counts as a whole where cells are days.
            let whole = date_only && matches!(bound, Bound::At(_));
            let comparison =
                if included || whole { Comparison::LessOrEqual } else { Comparison::Less };
            all.push(Condition::Compare(self.field, comparison, Value::Instant(at)));
        }
        Ok(Condition::All(all))
    }

    fn tree(&self, text: &str, name: &str, (under, itself): (bool, bool)) -> Result<Condition> {
        self.expects(CellType::Id, name)?;
        let column = self.query.column(self.field)?;
        let wrong = |_| Error::Literal { literal: text.to_owned(), expected: "Edm.Guid" };
        let of = Uuid::try_parse(text.trim()).map_err(wrong)?;
        let own = &self.query.source(self.field.source)?.table;
        let table: Option<&Arc<Table>> = match column.kind.targets().as_slice() {
            [target] => self.model.table(target),
            _ if matches!(column.kind, ColumnKind::Key) => Some(own),
            _ => None,
        };
        let found = table.and_then(|table| Some((table, parent(self.model, table)?)));
        let Some((table, parent)) = found else {
            return Err(Error::invalid(format!(
                "The operator '{name}' does not apply to the column '{}': it has no hierarchy.",
                column.logical
            )));
        };
        let (field, table) = (self.field, Arc::clone(table));
        Ok(Condition::Hierarchy(Hierarchy { field, table, parent, of, under, itself }))
    }
}

/// The lookup that makes a table a hierarchy.
fn parent(model: &Model, table: &Table) -> Option<usize> {
    let mut own = model.relationships().iter().filter_map(|one| match &**one {
        Relationship::OneToMany(one)
            if one.referencing == table.logical && one.referenced == table.logical =>
        {
            Some(one)
        }
        _ => None,
    });
    let marked = own.clone().find(|one| one.hierarchical);
    let one = marked.or_else(|| own.find(|one| one.referencing_column.starts_with("parent")))?;
    let position = table.position(&one.referencing_column)?;
    let plain = matches!(
        &table.columns().get(position)?.kind,
        ColumnKind::Lookup { targets } if targets.len() == 1
    );
    plain.then_some(position)
}

fn count(text: &str, name: &str) -> Result<i64> {
    let wrong = || Error::invalid(format!("The operator '{name}' takes a whole number above 0."));
    match text.trim().parse::<i64>() {
        Ok(count) if (1..=MOST).contains(&count) => Ok(count),
        _ => Err(wrong()),
    }
}

fn out_of_range(name: &str) -> Error {
    Error::invalid(format!("The operator '{name}' leads out of the calendar."))
}

/// Far more than any calendar has; keeps sums within bounds.
const MOST: i64 = 1_000_000_000;
