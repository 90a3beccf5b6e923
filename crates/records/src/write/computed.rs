//! What the store fills in itself: states, currencies, texts and amounts that follow from others, numbers.

use std::sync::Arc;

use record_tables::names;
use tables::{ColumnKind, Computed, Fixed, MONEY_SCALE, Table, Value};
use uuid::Uuid;

use super::{Work, values::Cells};
use crate::{Error, Result};

impl Work<'_> {
    /// Brings state and status together.
    pub(super) fn settle_state(table: &Table, cells: &mut Cells, is_new: bool) -> Result<()> {
        let (Some(state), Some(status)) = (table.state(), table.status()) else { return Ok(()) };
        let (ColumnKind::State { options: known }, ColumnKind::Status { options: reasons }) =
            (&state.kind, &status.kind)
        else {
            return Ok(());
        };
        let given = (
            cells.is_given(table, &state.logical) && !cells.get(table, &state.logical).is_null(),
            cells.is_given(table, &status.logical) && !cells.get(table, &status.logical).is_null(),
        );
        let whole = |value: &Value| if let Value::Whole(n) = value { Some(*n) } else { None };
        let first = known.first().map(|state| i64::from(state.value));
        let now = whole(cells.get(table, &state.logical)).or(first).unwrap_or_default();
        let chosen = whole(cells.get(table, &status.logical));
        let of_status = chosen.and_then(|chosen| {
            let found = reasons.iter().find(|one| i64::from(one.value) == chosen)?;
            Some(i64::from(found.state))
        });
        let (next, reason) = match given {
            (_, true) => {
                let wrong = Error::Status {
                    table: table.logical.clone(),
                    status: chosen.unwrap_or_default(),
                    state: now,
                };
                let of_status = of_status.ok_or(wrong)?;
                if of_status != now && (given.0 || !is_new) {
                    return Err(Error::Status {
                        table: table.logical.clone(),
                        status: chosen.unwrap_or_default(),
                        state: now,
                    });
                }
                (of_status, chosen)
            }
            (true, false) => {
                let option = known.iter().find(|one| i64::from(one.value) == now);
                (now, option.map(|one| i64::from(one.default_status)))
            }
            (false, false) if is_new => {
                (now, known.first().map(|one| i64::from(one.default_status)))
            }
            (false, false) => return Ok(()),
        };
        cells.set(table, &state.logical, Value::Whole(next));
        if let Some(reason) = reason {
            cells.set(table, &status.logical, Value::Whole(reason));
        }
        Ok(())
    }

    /// The currency of a row with amounts, and its rate.
    pub(super) fn settle_currency(&self, table: &Arc<Table>, cells: &mut Cells) -> Result<()> {
        let Some(rate) = table.column("exchangerate") else { return Ok(()) };
        if table.logical == "transactioncurrency" || table.column("transactioncurrencyid").is_none()
        {
            return Ok(());
        }
        let is_money = |kind: &ColumnKind| matches!(kind, ColumnKind::Money { .. });
        let has_money = table
            .columns()
            .iter()
            .zip(&cells.values)
            .any(|(column, value)| is_money(&column.kind) && !value.is_null());
        let snapshot = self.snapshot();
        let base = snapshot.currency;
        let currency = match cells.get(table, "transactioncurrencyid") {
            Value::Row(row) => row.id,
            _ if has_money => {
                let row = snapshot.reference("transactioncurrency", base);
                cells.set(table, "transactioncurrencyid", row);
                base
            }
            _ => return Ok(()),
        };
        let value = if currency == base {
            match &rate.kind {
                ColumnKind::Decimal { precision, .. } => {
                    Value::Fixed(Fixed::new(power(*precision), *precision))
                }
                _ => Value::Double(1.0),
            }
        } else {
            self.rate(currency)?
        };
        cells.set(table, "exchangerate", value);
        Ok(())
    }

    fn rate(&self, currency: Uuid) -> Result<Value> {
        let table = self.table("transactioncurrency")?;
        let row = self.load(&table, currency)?.ok_or_else(|| Self::missing(&table, currency))?;
        Ok(row.value(&table, "exchangerate").clone())
    }

    /// Texts and amounts that follow from others.
    pub(super) fn compute(table: &Table, cells: &mut Cells) {
        for (at, column) in table.columns().iter().enumerate() {
            let Some(rule) = &column.computed else { continue };
            let value = match rule {
                Computed::Join { columns, separator } => {
                    let texts: Vec<&str> = columns
                        .iter()
                        .filter_map(|name| match cells.get(table, name) {
                            Value::Text(text) if !text.is_empty() => Some(text.as_str()),
                            _ => None,
                        })
                        .collect();
                    if texts.is_empty() { Value::Null } else { Value::Text(texts.join(separator)) }
                }
                Computed::TableName => Value::Text(table.logical.clone()),
                Computed::Size { of } => match cells.get(table, of) {
                    Value::Text(text) => Value::Whole(decoded(text)),
                    _ => Value::Null,
                },
                Computed::Filled { of } => Value::Boolean(!cells.get(table, of).is_null()),
                Computed::Base { of } => {
                    in_base(cells.get(table, of), cells.get(table, "exchangerate"))
                }
            };
            if let Some(cell) = cells.values.get_mut(at) {
                *cell = value;
            }
        }
    }

    /// Draws the numbers of a new row that brings none.
    pub(super) fn number_row(&self, table: &Table, cells: &mut Cells) -> Result<()> {
        for (at, column) in table.columns().iter().enumerate() {
            let Some(form) = &column.auto_number else { continue };
            if cells.values.get(at).is_some_and(|value| !value.is_null()) {
                continue;
            }
            let sql = format!(
                "INSERT INTO {side} (table_name, column_name, next) VALUES ($1, $2, 1000) \
                 ON CONFLICT (table_name, column_name) DO UPDATE SET next = {side}.next + 1 \
                 RETURNING next",
                side = names::side(self.snapshot().number(), "numbers")
            );
            let params = [(&table.logical).into(), (&column.logical).into()];
            let number: i64 =
                self.tx.first(&sql, &params)?.map(|row| row.get(0)).transpose()?.unwrap_or(1000);
            if let Some(cell) = cells.values.get_mut(at) {
                *cell = Value::Text(numbered(form, number));
            }
        }
        Ok(())
    }
}

/// `CAS-{SEQNUM:5}` with a number.
fn numbered(form: &str, number: i64) -> String {
    let mut text = String::with_capacity(form.len());
    let mut rest = form;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((word, behind)) = after.split_once('}') else {
            text.push('{');
            text.push_str(after);
            return text;
        };
        let (name, width) = word.split_once(':').unwrap_or((word, ""));
        if name == "SEQNUM" {
            let width: usize = width.parse().unwrap_or(0);
            let digits = number.to_string();
            text.extend(std::iter::repeat_n('0', width.min(16).saturating_sub(digits.len())));
            text.push_str(&digits);
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// An amount in the base currency: divided by the rate, to the ten-thousandth, half away from zero.
fn in_base(amount: &Value, rate: &Value) -> Value {
    let Value::Fixed(amount) = amount else { return Value::Null };
    let units = match rate {
        Value::Fixed(rate) if rate.units > 0 => {
            let (top, rate) =
                (i128::from(amount.units) * i128::from(power(rate.scale)), i128::from(rate.units));
            let half = if top < 0 { -rate / 2 } else { rate / 2 };
            i64::try_from((top + half) / rate).ok()
        }
        Value::Double(rate) if *rate > 0.0 =>
        {
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                reason = "a rate with a floating point has no more digits"
            )]
            Some((amount.units as f64 / rate).round() as i64)
        }
        _ => None,
    };
    units.map_or(Value::Null, |units| Value::Fixed(Fixed::new(units, MONEY_SCALE)))
}

/// How many bytes a Base64 text stands for, without opening it.
fn decoded(text: &str) -> i64 {
    let digits = text.bytes().filter(|byte| !matches!(byte, b'=' | b'\r' | b'\n')).count();
    i64::try_from(digits / 4 * 3 + digits % 4 * 3 / 4).unwrap_or(i64::MAX)
}

fn power(digits: u8) -> i64 {
    10_i64.saturating_pow(digits.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_put_into_their_form() {
        assert_eq!(numbered("CAS-{SEQNUM:5}-X", 42), "CAS-00042-X");
        assert_eq!(numbered("{SEQNUM:2}", 1234), "1234");
        assert_eq!(numbered("open{", 1), "open{");
    }

    #[test]
    fn a_file_in_a_text_is_as_long_as_its_bytes() {
        for (text, bytes) in
            [("", 0), ("aGVsbG8=", 5), ("aGVsbA==", 4), ("aGVs", 3), ("aGVs\r\nbG8=", 5)]
        {
            assert_eq!(decoded(text), bytes, "{text}");
        }
    }

    #[test]
    fn amounts_are_divided_by_the_rate_and_rounded() {
        let amount = Value::Fixed(Fixed::new(100_0000, 4));
        let rate = Value::Fixed(Fixed::new(3_0000, 4));
        assert_eq!(in_base(&amount, &rate), Value::Fixed(Fixed::new(33_3333, 4)));
        let amount = Value::Fixed(Fixed::new(-5, 4));
        let rate = Value::Fixed(Fixed::new(2, 0));
        assert_eq!(in_base(&amount, &rate), Value::Fixed(Fixed::new(-3, 4)));
        assert_eq!(in_base(&Value::Null, &rate), Value::Null);
    }
}
