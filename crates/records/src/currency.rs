//! How amounts of money are shown: the currencies of the environment.

use std::collections::HashMap;

use queries::{Paging, Query};
use tables::format::Currency;
use uuid::Uuid;

use crate::{Result, Session};

/// Symbols and digits by currency.
#[derive(Debug, Default)]
pub struct Currencies(HashMap<Uuid, (String, Option<u8>)>);

impl Currencies {
    /// The currency of a row; where there is but one, it is everybody's.
    pub fn of(&self, id: Option<Uuid>) -> Option<Currency<'_>> {
        let found = match id {
            Some(id) => self.0.get(&id),
            None if self.0.len() == 1 => self.0.values().next(),
            None => None,
        };
        found.map(|(symbol, precision)| Currency { symbol, precision: *precision })
    }
}

impl Session {
    /// The currencies of the environment; who may not read them reads bare amounts.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn currencies(&self) -> Result<Currencies> {
        let Some(table) = self.model().table("transactioncurrency") else {
            return Ok(Currencies::default());
        };
        let Ok(query) = Query::of(table).select(["currencysymbol", "currencyprecision"]) else {
            return Ok(Currencies::default());
        };
        let Ok(found) = self.query(&query, &Paging::first(MOST)).await else {
            return Ok(Currencies::default());
        };
        let mut all = HashMap::new();
        let shown = &found.plan.shown;
        let (Some(key), [symbol, precision]) = (shown.key, shown.properties.as_slice()) else {
            return Ok(Currencies::default());
        };
        for row in &found.rows {
            let text: Option<String> = row.get(symbol.cell)?;
            let digits: Option<i64> = row.get(precision.cell)?;
            let digits = digits.and_then(|digits| u8::try_from(digits).ok());
            all.insert(row.get(key)?, (text.unwrap_or_default(), digits));
        }
        Ok(Currencies(all))
    }
}

/// Currencies that are looked at; there are 180 in the world.
const MOST: u32 = 500;
