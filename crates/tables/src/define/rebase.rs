//! Stored definitions over a baseline that has grown: another set was installed, or the program is
//! newer than the definition.

use std::collections::HashSet;

use crate::{Column, ColumnKind, Table};

/// A table of the baseline as an environment changed it, with what the baseline has by now and the
/// stored definition lacks: columns, tables that lookups refer to, statuses, keys. `None` where it
/// lacks nothing. What the environment changed stays as it is: nothing of the baseline can be removed
/// in an environment, so what is missing is new.
pub fn rebased(saved: &Table, base: &Table) -> Option<Table> {
    let mut table = saved.clone();
    let mut grown = false;
    grown |= extend(&mut table.union_of, &base.union_of);
    for key in &base.keys {
        if table.key(&key.logical).is_none() {
            table.keys.push(key.clone());
            grown = true;
        }
    }
    let mut known: HashSet<String> =
        saved.columns().iter().map(|column| column.logical.clone()).collect();
    grown |= table.change_columns(|columns| {
        let mut grown = false;
        for column in columns.iter_mut() {
            if let Some(base) = base.column(&column.logical).filter(|base| base.id == column.id) {
                grown |= widened(column, base);
            }
        }
        for column in base.columns() {
            if known.insert(column.logical.clone()) {
                columns.push(column.clone());
                grown = true;
            }
        }
        grown
    });
    grown.then_some(table)
}

fn extend<T: Clone + PartialEq>(list: &mut Vec<T>, with: &[T]) -> bool {
    let before = list.len();
    for one in with {
        if !list.contains(one) {
            list.push(one.clone());
        }
    }
    list.len() > before
}

fn widened(column: &mut Column, base: &Column) -> bool {
    match (&mut column.kind, &base.kind) {
        (ColumnKind::Lookup { targets }, ColumnKind::Lookup { targets: base }) => {
            extend(targets, base)
        }
        (ColumnKind::Status { options }, ColumnKind::Status { options: base }) => {
            let before = options.len();
            for one in base {
                if !options.iter().any(|option| option.value == one.value) {
                    options.push(one.clone());
                }
            }
            options.len() > before
        }
        (ColumnKind::State { options }, ColumnKind::State { options: base }) => {
            let before = options.len();
            for one in base {
                if !options.iter().any(|option| option.value == one.value) {
                    options.push(one.clone());
                }
            }
            options.len() > before
        }
        (ColumnKind::Text { max, .. }, ColumnKind::Text { max: base, .. })
        | (ColumnKind::Memo { max, .. }, ColumnKind::Memo { max: base, .. }) => {
            let grows = *base > *max;
            *max = (*max).max(*base);
            grows
        }
        _ => false,
    }
}
