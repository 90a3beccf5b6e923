//! Which rows a caller reaches, as a condition of every table that a statement names.

use tables::{Relationship, Table};

use super::{Context, Writer, writer::Conjunction};
use crate::access::{Reach, Verb, owner_column, unit_column};

/// Whether the caller reaches any row at all.
pub(crate) fn may_reach(context: &Context<'_>, table: &Table, verb: Verb) -> bool {
    table.intersect || *context.access.reach(table, verb) != Reach::Nothing
}

/// Adds the condition that the caller has a right on the row of `alias`; nothing where every row is reached.
///
/// Owners, business units and shares are asked for side by side, each through its own index: the cost grows with
/// what the caller reaches, not with the table.
pub(crate) fn guard(
    writer: &mut Writer,
    context: &Context<'_>,
    (table, alias): (&Table, &str),
    verb: Verb,
    conjunction: &mut Conjunction,
) {
    if table.is_union() {
        return; // each member has its own, where it is read
    }
    if table.intersect {
        return ends(writer, context, (table, alias), verb, conjunction);
    }
    let access = context.access;
    let units = match access.reach(table, verb) {
        Reach::All => return,
        Reach::Nothing => {
            conjunction.next(writer);
            writer.push("FALSE");
            return;
        }
        Reach::Own => None,
        Reach::Units(units) => Some(units),
    };
    conjunction.next(writer);
    writer.push("(");
    let mut alternative = Conjunction::after("");
    let mut or = |writer: &mut Writer| {
        alternative.next_or(writer);
        writer.push(alias);
        writer.push(".");
    };
    if let Some(owner) = owner_column(table) {
        or(writer);
        writer.name(owner);
        writer.push(" ");
        writer.ids(access.owners(verb));
    }
    if let (Some(units), Some(unit)) = (units, unit_column(table)) {
        or(writer);
        writer.name(unit);
        writer.push(" ");
        writer.ids(units.iter().copied());
    }
    or(writer);
    writer.name(&table.primary_id);
    let (before, after) = match context.dialect {
        db::Dialect::Sqlite => (" IN (SELECT", ")"),
        db::Dialect::Postgres => (" = ANY(ARRAY(SELECT", "))"),
    };
    writer.push(before);
    writer.push(" s.row_id FROM ");
    writer.shares(context.number);
    writer.push(" AS s WHERE s.principal_id ");
    writer.ids(access.principals());
    writer.push(" AND s.table_code = ");
    writer.number(table.code.into());
    writer.push(" AND (s.mask & ");
    writer.number(verb.mask());
    writer.push(") <> 0");
    writer.push(after);
    writer.push(")");
}

/// A row of an intersect table is there for those who may see both its ends.
fn ends(
    writer: &mut Writer,
    context: &Context<'_>,
    (table, alias): (&Table, &str),
    verb: Verb,
    conjunction: &mut Conjunction,
) {
    let many = context.model.relationships().iter().find_map(|one| match &**one {
        Relationship::ManyToMany(many) if many.intersect == table.logical => Some(many),
        _ => None,
    });
    let Some(many) = many else {
        if !context.access.administrator {
            conjunction.next(writer);
            writer.push("FALSE");
        }
        return;
    };
    for end in [&many.first, &many.second] {
        let Some(target) = context.model.table(&end.table) else { continue };
        match context.access.reach(target, verb) {
            Reach::All => continue,
            _ if target.is_union() || target.intersect => continue,
            _ => {}
        }
        conjunction.next(writer);
        writer.push("EXISTS (SELECT 1 FROM ");
        writer.table(context.number, &target.logical);
        writer.push(" AS e WHERE e.");
        writer.name(&target.primary_id);
        writer.push(" = ");
        writer.push(alias);
        writer.push(".");
        writer.name(&end.column);
        guard(writer, context, (target, "e"), verb, &mut Conjunction::further());
        writer.push(")");
    }
}
