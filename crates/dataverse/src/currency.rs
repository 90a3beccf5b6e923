//! How amounts of money are shown: the currencies of the environment.

use std::collections::HashMap;

use queries::{Paging, Query};
use tables::format::Currency;
use uuid::Uuid;

use crate::{call::Call, fault::Fault};

/// Symbols and digits by currency.
#[derive(Debug, Default)]
pub(crate) struct Currencies(HashMap<Uuid, (String, Option<u8>)>);

impl Currencies {
    /// Those of the environment, where display texts are asked for at all.
    pub(crate) async fn of_call(call: &Call<'_>) -> Result<Self, Fault> {
        if !call.preferences.annotations.formatted() {
            return Ok(Self::default());
        }
        let Some(table) = call.model().table("transactioncurrency") else {
            return Ok(Self::default());
        };
        let Ok(query) = Query::of(table).select(["currencysymbol", "currencyprecision"]) else {
            return Ok(Self::default());
        };
        // who may not read currencies reads bare amounts
        let Ok(found) =
            call.session.query(&query, &Paging { size: MOST, after: None, skip: 0 }).await
        else {
            return Ok(Self::default());
        };
        let mut all = HashMap::new();
        let shown = &found.plan.shown;
        let (Some(key), [symbol, precision]) = (shown.key, shown.properties.as_slice()) else {
            return Ok(Self::default());
        };
        for row in &found.rows {
            let broken = |error: db::Error| Fault::internal(error.to_string());
            let text: Option<String> = row.get(symbol.cell).map_err(broken)?;
            let digits: Option<i64> = row.get(precision.cell).map_err(broken)?;
            let digits = digits.and_then(|digits| u8::try_from(digits).ok());
            all.insert(row.get(key).map_err(broken)?, (text.unwrap_or_default(), digits));
        }
        Ok(Self(all))
    }

    /// The currency of a row; where there is but one, it is everybody's.
    pub(crate) fn of(&self, id: Option<Uuid>) -> Option<Currency<'_>> {
        let found = match id {
            Some(id) => self.0.get(&id),
            None if self.0.len() == 1 => self.0.values().next(),
            None => None,
        };
        found.map(|(symbol, precision)| Currency { symbol, precision: *precision })
    }
}

/// Currencies that are looked at; there are 180 in the world.
const MOST: u32 = 500;
