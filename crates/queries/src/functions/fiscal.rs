//! Fiscal years and periods: a year is called by the year it begins in, and has four periods of three months.
//!
//! When it begins is a setting of the organisation; the name and the periods are the usual ones, and our own choice.

use jiff::{ToSpan as _, civil::Date};

use super::{Bound, Operand, count, out_of_range};
use crate::{Error, Result, query::Condition};

/// One of the fiscal operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fiscal {
    /// So many years from this one.
    Year(i64),
    /// So many periods from this one.
    Period(i64),
    LastYears,
    NextYears,
    LastPeriods,
    NextPeriods,
    InYear,
    InPeriod,
    InPeriodAndYear,
    InOrAfter,
    InOrBefore,
}

impl Fiscal {
    /// The operator of this name without `FiscalYear`s and the like around it, as functions are called.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "ThisFiscalYear" => Self::Year(0),
            "LastFiscalYear" => Self::Year(-1),
            "NextFiscalYear" => Self::Year(1),
            "ThisFiscalPeriod" => Self::Period(0),
            "LastFiscalPeriod" => Self::Period(-1),
            "NextFiscalPeriod" => Self::Period(1),
            "LastXFiscalYears" => Self::LastYears,
            "NextXFiscalYears" => Self::NextYears,
            "LastXFiscalPeriods" => Self::LastPeriods,
            "NextXFiscalPeriods" => Self::NextPeriods,
            "InFiscalYear" => Self::InYear,
            "InFiscalPeriod" => Self::InPeriod,
            "InFiscalPeriodAndYear" => Self::InPeriodAndYear,
            "InOrAfterFiscalPeriodAndYear" => Self::InOrAfter,
            "InOrBeforeFiscalPeriodAndYear" => Self::InOrBefore,
            _ => return None,
        })
    }
}

impl Operand<'_> {
    /// The condition of a fiscal operator. Periods are counted through all years: those of year 0 are 0 to 3.
    pub(super) fn fiscal(&self, which: Fiscal, name: &str, values: &[&str]) -> Result<Condition> {
        let one = || match values {
            [one] => Ok(*one),
            _ => Err(Error::invalid(format!("The operator '{name}' takes one value."))),
        };
        let now = self.period_of(self.today()).ok_or_else(|| out_of_range(name))?;
        let year = now.div_euclid(PERIODS);
        let years = |from: i64, until: i64| (Some(from * PERIODS), Some(until * PERIODS));
        let (from, until) = match which {
            Fiscal::Year(away) => years(year + away, year + away + 1),
            Fiscal::Period(away) => (Some(now + away), Some(now + away + 1)),
            Fiscal::LastYears => years(year - count(one()?, name)?, year),
            Fiscal::NextYears => years(year + 1, year + 1 + count(one()?, name)?),
            Fiscal::LastPeriods => (Some(now - count(one()?, name)?), Some(now)),
            Fiscal::NextPeriods => (Some(now + 1), Some(now + 1 + count(one()?, name)?)),
            Fiscal::InYear => {
                let year = number(one()?, name, YEARS)?;
                years(year, year + 1)
            }
            Fiscal::InPeriod => {
                let period = number(one()?, name, (1, PERIODS))? - 1;
                let (first, last) = KNOWN;
                let of = |year: i64| {
                    let from = year * PERIODS + period;
                    self.periods((Some(from), Some(from + 1)), name)
                };
                let all: Result<Vec<Condition>> = (first..=last).map(of).collect();
                return Ok(Condition::Any(all?));
            }
            Fiscal::InPeriodAndYear | Fiscal::InOrAfter | Fiscal::InOrBefore => {
                let [period, year] = values else {
                    return Err(Error::invalid(format!("The operator '{name}' takes two values.")));
                };
                let period = number(period, name, (1, PERIODS))? - 1;
                let from = number(year, name, YEARS)? * PERIODS + period;
                match which {
                    Fiscal::InOrAfter => (Some(from), None),
                    Fiscal::InOrBefore => (None, Some(from + 1)),
                    _ => (Some(from), Some(from + 1)),
                }
            }
        };
        self.periods((from, until), name)
    }

    /// From the beginning of a period until that of another one.
    fn periods(&self, (from, until): (Option<i64>, Option<i64>), name: &str) -> Result<Condition> {
        let begin = |period: Option<i64>| {
            let begin = |period| self.begin(period).ok_or_else(|| out_of_range(name));
            period.map(begin).transpose()
        };
        let until = begin(until)?.map(|until| (Bound::Day(until), false));
        self.range(begin(from)?.map(Bound::Day), until, name)
    }

    /// The first day of a period.
    fn begin(&self, period: i64) -> Option<Date> {
        let (month, day) = self.caller.moment.fiscal_start;
        let year = i16::try_from(period.div_euclid(PERIODS)).ok()?;
        let first = Date::new(year, month, 1).ok()?;
        let first = first.checked_add((period.rem_euclid(PERIODS) * MONTHS).months()).ok()?;
        first.checked_add(i64::from(day.clamp(1, 31).min(first.days_in_month()) - 1).days()).ok()
    }

    /// The period that a day is in.
    fn period_of(&self, day: Date) -> Option<i64> {
        let mut period = (i64::from(day.year()) - 1) * PERIODS;
        while self.begin(period + 1)? <= day {
            period += 1;
        }
        Some(period)
    }
}

fn number(text: &str, name: &str, (least, most): (i64, i64)) -> Result<i64> {
    match text.trim().parse::<i64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(Error::invalid(format!(
            "The operator '{name}' takes whole numbers from {least} to {most} here."
        ))),
    }
}

/// Periods of a year.
const PERIODS: i64 = 4;
/// Months of a period.
const MONTHS: i64 = 3;
/// Years that can be asked for (Dataverse: 1970 to 2100 or so; our own choice).
const YEARS: (i64, i64) = (1900, 2200);
/// Years among which a period of any year is looked for; our own choice.
const KNOWN: (i64, i64) = (1980, 2079);
