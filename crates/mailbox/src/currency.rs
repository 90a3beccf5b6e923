//! In which currency an amount of the CRM is, and what a sum of a mail is worth there: by the CRM's own rates.

use crm::{Query, Record, Value};

use crate::{Result, people::Spoken};

/// The currency of a record, and what others are worth.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Purse {
    /// The code of the record's own currency, where the CRM says it.
    own: Option<String>,
    /// How much of each currency one piece of the CRM's base currency is.
    rates: Vec<(String, f64)>,
}

/// What a sum is in the currency of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Worth {
    /// The same: it is said in that currency, or in none.
    Same,
    /// So many hundredths, after the CRM's rate.
    Converted(i64),
    /// The CRM does not say in which currency its amounts are.
    Unknown,
    /// The CRM has no rate between the two.
    NoRate(String),
}

impl Purse {
    pub(crate) fn new(own: Option<String>, rates: Vec<(String, f64)>) -> Self {
        Self { own, rates }
    }

    /// What a sum in hundredths is worth.
    pub(crate) fn worth(&self, cents: i64, said: Option<&str>) -> Worth {
        let Some(said) = said else { return Worth::Same };
        let Some(own) = &self.own else { return Worth::Unknown };
        if own.eq_ignore_ascii_case(said) {
            return Worth::Same;
        }
        let rate = |code: &str| {
            let found = self.rates.iter().find(|(known, _)| known.eq_ignore_ascii_case(code));
            found.map(|(_, rate)| *rate).filter(|rate| rate.is_finite() && *rate > 0.0)
        };
        let (Some(from), Some(to)) = (rate(said), rate(own)) else {
            return Worth::NoRate(own.clone());
        };
        // hundredths of at most 15 digits are exact
        let converted = format!("{cents}").parse::<f64>().unwrap_or(f64::NAN) / from * to;
        match format!("{:.0}", converted.round()).parse() {
            Ok(cents) => Worth::Converted(cents),
            Err(_odd) => Worth::NoRate(own.clone()),
        }
    }

    /// The record's own currency.
    pub(crate) fn own(&self) -> Option<&str> {
        self.own.as_deref()
    }
}

impl Spoken {
    /// The currency of an opportunity, and the CRM's rates.
    pub(crate) async fn purse(&self, record: &Record) -> Result<Purse> {
        let (table, code, rate) = self.names.currency;
        let mut all: Vec<(String, String, f64)> = Vec::new();
        let query = Query::of(table, &[code, rate]).size(crm::MAX_PAGE);
        match self.crm.query(&query).await {
            Ok(page) => {
                for one in page.records {
                    let text = match one.values.get(code) {
                        Some(Value::Text(text) | Value::Choice(text)) => text.clone(),
                        _ => continue,
                    };
                    let number = match one.values.get(rate) {
                        Some(Value::Number(number)) => *number,
                        Some(Value::Whole(1)) => 1.0,
                        _ => continue,
                    };
                    all.push((one.at.id.0, text, number));
                }
            }
            // an organisation with one currency has no list of them
            Err(crm::Error::ObjectHidden { .. } | crm::Error::FieldHidden { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let own = match record.values.get(self.names.opportunity_currency) {
            Some(Value::Row(at)) => {
                let own = all.iter().find(|(id, ..)| id.eq_ignore_ascii_case(&at.id.0));
                own.map(|(_, code, _)| code.clone())
            }
            Some(Value::Choice(code) | Value::Text(code)) if !code.is_empty() => Some(code.clone()),
            // one currency alone is that of every record
            _ => all.first().filter(|_| all.len() == 1).map(|(_, code, _)| code.clone()),
        };
        Ok(Purse::new(own, all.into_iter().map(|(_, code, rate)| (code, rate)).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_converted_by_the_rates_of_the_crm_or_not_at_all() {
        let rates = vec![("USD".to_owned(), 1.0), ("EUR".to_owned(), 0.8), ("GBP".to_owned(), 0.0)];
        let purse = Purse::new(Some("USD".to_owned()), rates.clone());
        assert_eq!(purse.worth(5_000_000, None), Worth::Same);
        assert_eq!(purse.worth(5_000_000, Some("usd")), Worth::Same);
        assert_eq!(purse.worth(5_000_000, Some("EUR")), Worth::Converted(6_250_000));
        assert_eq!(purse.worth(1, Some("GBP")), Worth::NoRate("USD".to_owned()));
        assert_eq!(purse.worth(1, Some("CHF")), Worth::NoRate("USD".to_owned()));
        assert_eq!(Purse::new(None, rates).worth(1, Some("EUR")), Worth::Unknown);
    }
}
