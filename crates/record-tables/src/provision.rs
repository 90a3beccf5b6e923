//! Making what is inside an environment: tables, then the rows that every environment begins with.
//!
//! The work is cut into slices. Each runs in a transaction of its own, notes how far it came, and can be begun again
//! after a crash: a slice is done whole or not at all. Nodes that do it at the same time take turns.

mod plan;

use std::sync::Arc;

use db::{Error, Result, Tx, Value as Cell};
use jiff::Timestamp;
use kernel::EnvironmentId;
use tables::{
    Fixed, Model, RowRef, Table, Value, View, ViewKind,
    baseline::{Baseline, Depth, Set, privilege_id, privilege_name, verbs_of},
};
use uuid::Uuid;

use self::plan::Plan;
use crate::{currencies, ddl, form, names, registry, registry::Registered, rows, rows::Draft};

/// Where to make what.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The environment.
    pub environment: EnvironmentId,
    /// What the organisation and the root unit are called.
    pub name: String,
    /// The sets of tables, the core among them.
    pub sets: Vec<Set>,
    /// The language that the organisation begins with, by its number (`languagecode`).
    pub language: u16,
    /// The currency that it counts in (ISO 4217).
    pub currency: String,
}

/// Whether everything that is wanted stands.
pub fn is_complete(registered: &Registered, sets: &[Set]) -> bool {
    sets.iter().all(|set| registered.sets.of(set.name()) >= slices(*set))
        && form::is_current(registered)
}

/// Does the next slice of what is missing; whether there was one.
///
/// # Errors
/// Any of [`db::Error`].
pub fn advance(tx: &Tx<'_>, wanted: &Wanted, now: Timestamp) -> Result<bool> {
    registry::begin(tx, wanted.environment, now)?;
    let Some(registered) = registry::draw(tx, wanted.environment, 1)? else { return Ok(false) };
    let missing = |set: &&Set| registered.sets.of(set.name()) < slices(**set);
    let Some(set) = wanted.sets.iter().find(missing).copied() else {
        if form::is_current(&registered) {
            return Ok(false);
        }
        form::advance(tx, &registered, now)?;
        return Ok(true);
    };
    let done = registered.sets.of(set.name());
    let mut sets: Vec<Set> =
        Set::ALL.into_iter().filter(|one| registered.sets.of(one.name()) > 0).collect();
    if !sets.contains(&set) {
        sets.push(set);
    }
    let model = Baseline::of(&sets).model(registered.model_version);
    let slice = Slice { tx, wanted, registered: &registered, model: &model, set, now };
    slice.run(usize::try_from(done).unwrap_or_default())?;
    let begins = set == Set::Core && done == 0;
    let before = registered.sets.clone();
    let before = if begins { form::begin(before) } else { before };
    let progress = before.with(set.name(), done + 1);
    registry::progress(tx, wanted.environment, &progress)?;
    if done + 1 >= slices(set) {
        registry::model_moved(tx, wanted.environment)?;
        registry::access_moved(tx, wanted.environment)?;
    }
    Ok(true)
}

/// How many slices a set takes.
fn slices(set: Set) -> i64 {
    let [tables, privileges, grants] = Plan::of(set).parts();
    i64::try_from(tables + 1 + privileges + grants).unwrap_or(i64::MAX)
}

/// One row of the table of privileges.
#[derive(Debug, Clone)]
pub struct Privilege {
    /// `prvReadAccount`.
    pub name: String,
    /// Its bit among the access rights.
    pub right: i64,
    /// Whether roles hold it at a depth below the organisation.
    pub has_depth: bool,
}

/// The privileges of a table.
pub fn privileges_of(model: &Model, table: &Table) -> Vec<Privilege> {
    let has_depth =
        matches!(table.ownership, tables::Ownership::User | tables::Ownership::BusinessUnit);
    verbs_of(table)
        .iter()
        .map(|verb| Privilege {
            name: privilege_name(model, table, *verb),
            right: i64::from(verb.mask()),
            has_depth,
        })
        .collect()
}

/// Writes rows of privileges that are not there yet.
///
/// # Errors
/// Any of [`db::Error`].
pub fn write_privileges(
    tx: &Tx<'_>,
    model: &Model,
    number: i64,
    stamp: (Timestamp, i64),
    all: &[Privilege],
) -> Result<()> {
    let Some(table) = model.table("privilege") else { return Ok(()) };
    let rows: Vec<Vec<Cell<'_>>> = all
        .iter()
        .map(|one| {
            let mut draft = Draft::new(table, privilege_id(&one.name), stamp.0, stamp.1)
                .text("name", one.name.as_str())
                .with("accessright", Value::Whole(one.right));
            for column in ["canbebasic", "canbelocal", "canbedeep"] {
                draft.set(column, Value::Boolean(one.has_depth));
            }
            draft.set("canbeglobal", Value::Boolean(true));
            draft.parameters()
        })
        .collect();
    let sql = rows::insert_sql(number, table) + " ON CONFLICT DO NOTHING";
    tx.execute_many(&sql, &rows)?;
    Ok(())
}

/// Writes the rows of views (`savedquery`), in place of those that there are.
///
/// # Errors
/// Any of [`db::Error`].
pub fn write_views(
    tx: &Tx<'_>,
    model: &Model,
    number: i64,
    stamp: (Timestamp, i64),
    views: &[&View],
) -> Result<()> {
    let Some(table) = model.table("savedquery") else { return Ok(()) };
    for view in views {
        delete_view(tx, number, view.id)?;
        Draft::new(table, view.id, stamp.0, stamp.1)
            .text("name", view.labels.text(tables::ENGLISH))
            .text("returnedtypecode", view.table.as_str())
            .text("fetchxml", view.fetch.as_str())
            .text("layoutxml", layout(model, view))
            .with("querytype", Value::Whole(view.kind.code().into()))
            .with("isdefault", Value::Boolean(view.default))
            .with("iscustom", Value::Boolean(view.custom))
            .with("isquickfindquery", Value::Boolean(view.kind == ViewKind::QuickFind))
            .insert(tx, number)?;
    }
    Ok(())
}

/// Deletes the row of a view.
///
/// # Errors
/// Any of [`db::Error`].
pub fn delete_view(tx: &Tx<'_>, number: i64, view: Uuid) -> Result<u64> {
    let sql = format!("DELETE FROM {} WHERE savedqueryid = $1", names::table(number, "savedquery"));
    tx.execute(&sql, &[view.into()])
}

/// The columns of a view as clients know them.
fn layout(model: &Model, view: &View) -> String {
    let cell = |column: &tables::ViewColumn| {
        format!("<cell name=\"{}\" width=\"{}\"/>", column.name, column.width)
    };
    let cells: String = view.columns.iter().map(cell).collect::<Vec<_>>().concat();
    let (code, key) =
        model.table(&view.table).map_or((0, ""), |table| (table.code, table.primary_id.as_str()));
    format!(
        "<grid name=\"resultset\" object=\"{code}\" jump=\"{key}\" select=\"1\" icon=\"1\" preview=\"1\">\
         <row name=\"result\" id=\"{key}\">{cells}</row></grid>"
    )
}

/// Gives privileges to a role; those that it has keep their depth.
///
/// # Errors
/// Any of [`db::Error`].
pub fn write_grants(
    tx: &Tx<'_>,
    model: &Model,
    number: i64,
    grants: &[(Uuid, Uuid, Depth)],
) -> Result<()> {
    let Some(table) = model.table("roleprivileges") else { return Ok(()) };
    let rows: Vec<Vec<Cell<'_>>> = grants
        .iter()
        .map(|(role, privilege, depth)| {
            let id = names::derived(*role, &privilege.to_string());
            Draft::new(table, id, Timestamp::UNIX_EPOCH, 0)
                .with("roleid", Value::Guid(*role))
                .with("privilegeid", Value::Guid(*privilege))
                .with("privilegedepthmask", Value::Whole(i64::from(depth.mask())))
                .parameters()
        })
        .collect();
    let sql = rows::insert_sql(number, table) + " ON CONFLICT DO NOTHING";
    tx.execute_many(&sql, &rows)?;
    Ok(())
}

struct Slice<'a> {
    tx: &'a Tx<'a>,
    wanted: &'a Wanted,
    registered: &'a Registered,
    model: &'a Model,
    set: Set,
    now: Timestamp,
}

impl Slice<'_> {
    fn run(&self, at: usize) -> Result<()> {
        let plan = Plan::of(self.set);
        let [tables, privileges, _] = plan.parts();
        if let Some(skipped) = at.checked_sub(tables + 1 + privileges) {
            let some = plan.grants.chunks(ROWS).nth(skipped).unwrap_or_default();
            return write_grants(self.tx, self.model, self.registered.number, some);
        }
        if let Some(skipped) = at.checked_sub(tables + 1) {
            let some = plan.privileges.chunks(ROWS).nth(skipped).unwrap_or_default();
            let stamp = (self.now, self.registered.position);
            return write_privileges(self.tx, self.model, self.registered.number, stamp, some);
        }
        if at == tables {
            return self.first_rows();
        }
        self.tables(at)
    }

    fn tables(&self, at: usize) -> Result<()> {
        let (dialect, number) = (self.tx.dialect(), self.registered.number);
        if at == 0 && self.set == Set::Core {
            for sql in ddl::create_sides(dialect, number) {
                self.tx.execute(&sql, &[])?;
            }
        }
        for table in Plan::of(self.set).tables.chunks(TABLES).nth(at).unwrap_or_default() {
            for sql in ddl::create_table(dialect, number, table) {
                self.tx.execute(&sql, &[])?;
            }
        }
        Ok(())
    }

    /// The rows without which nobody can write any: organisation, unit, currency, the system's user, roles.
    fn first_rows(&self) -> Result<()> {
        if self.set == Set::Core {
            self.core_rows()?;
        } else {
            self.name_tables()?;
        }
        let own = &Plan::of(self.set).tables;
        let is_own = |view: &&Arc<View>| own.iter().any(|table| table.logical == view.table);
        let views: Vec<&View> =
            self.model.views().iter().filter(is_own).map(|view| &**view).collect();
        let stamp = (self.now, self.registered.position);
        write_views(self.tx, self.model, self.registered.number, stamp, &views)?;
        let roles = self.table("role")?;
        let units = self.table("businessunit")?;
        for role in &Baseline::of(&[Set::Core, self.set]).roles {
            if rows::exists(self.tx, self.registered.number, roles, role.id)? {
                continue;
            }
            self.draft(roles, role.id)
                .text("name", role.name.as_str())
                .text("description", role.description.text(tables::ENGLISH))
                .with("parentrootroleid", Value::Row(RowRef { code: roles.code, id: role.id }))
                .refer("businessunitid", units, self.registered.root_unit)
                .insert(self.tx, self.registered.number)?;
        }
        Ok(())
    }

    /// References that led to one table and may lead to several from now on say to which they lead.
    fn name_tables(&self) -> Result<()> {
        let before: Vec<Set> =
            Set::ALL.into_iter().filter(|set| self.registered.sets.of(set.name()) > 0).collect();
        let before: Vec<Set> = before.into_iter().filter(|set| *set != self.set).collect();
        let old = Baseline::of(&before).model(self.registered.model_version);
        for table in old.tables().iter().filter(|table| !table.is_union()) {
            let Some(now) = self.model.table(&table.logical) else { continue };
            for column in table.columns() {
                let grows = !column.kind.is_polymorphic()
                    && now.column(&column.logical).is_some_and(|now| now.kind.is_polymorphic());
                let targets = column.kind.targets();
                let Some(target) = targets.first().and_then(|name| old.table(name)) else {
                    continue;
                };
                if grows {
                    let on = names::table(self.registered.number, &table.logical);
                    let (name, second) =
                        (names::column(&column.logical), names::type_column(&column.logical));
                    let sql = format!(
                        "UPDATE {on} SET {second} = $1 WHERE {name} IS NOT NULL AND {second} IS NULL"
                    );
                    self.tx.execute(&sql, &[i64::from(target.code).into()])?;
                }
            }
        }
        Ok(())
    }

    fn core_rows(&self) -> Result<()> {
        let environment = self.wanted.environment.uuid();
        let (number, root) = (self.registered.number, self.registered.root_unit);
        let currency = names::derived(environment, "transactioncurrency");
        let base = currencies::find(&self.wanted.currency);
        let (money, units) = (self.table("transactioncurrency")?, self.table("businessunit")?);
        self.draft(money, currency)
            .text("currencyname", base.name)
            .text("isocurrencycode", base.code)
            .text("currencysymbol", base.symbol)
            .with("currencyprecision", Value::Whole(base.digits))
            .with("exchangerate", one(money, "exchangerate"))
            .insert(self.tx, number)?;
        self.draft(units, root).text("name", self.wanted.name.as_str()).insert(self.tx, number)?;
        self.draft(self.table("organization")?, self.registered.organization)
            .text("name", self.wanted.name.as_str())
            .with("languagecode", Value::Whole(self.wanted.language.into()))
            .refer("basecurrencyid", money, currency)
            .insert(self.tx, number)?;
        let system = self.table("systemuser")?;
        self.draft(system, system_user(self.wanted.environment))
            .text("fullname", "SYSTEM")
            .text("lastname", "SYSTEM")
            .text("domainname", "SYSTEM")
            .refer("businessunitid", units, root)
            .insert(self.tx, number)?;
        if let (Some(publishers), Some(solutions)) =
            (self.model.table("publisher"), self.model.table("solution"))
        {
            let publisher = names::derived(environment, "publisher");
            self.draft(publishers, publisher)
                .text("uniquename", "DefaultPublisher")
                .text("friendlyname", "Default Publisher")
                .text("customizationprefix", "new")
                .with("customizationoptionvalueprefix", Value::Whole(10_000))
                .insert(self.tx, number)?;
            self.draft(solutions, names::derived(environment, "solution"))
                .text("uniquename", "Default")
                .text("friendlyname", "Default Solution")
                .text("version", "1.0")
                .refer("publisherid", publishers, publisher)
                .insert(self.tx, number)?;
        }
        Ok(())
    }

    fn draft<'t>(&self, table: &'t Table, id: Uuid) -> Draft<'t> {
        Draft::new(table, id, self.now, self.registered.position)
    }

    fn table(&self, logical: &str) -> Result<&Arc<Table>> {
        let missing = Error::Inconsistent { column: 0, expected: "a table of the baseline" };
        self.model.table(logical).ok_or(missing)
    }
}

/// The user that the hub itself writes as.
pub fn system_user(environment: EnvironmentId) -> Uuid {
    names::derived(environment.uuid(), "systemuser")
}

/// The number one, as a column holds it.
fn one(table: &Table, column: &str) -> Value {
    match table.column(column).map(|column| &column.kind) {
        Some(tables::ColumnKind::Decimal { precision, .. }) => {
            Value::Fixed(Fixed::new(10_i64.saturating_pow((*precision).into()), *precision))
        }
        Some(tables::ColumnKind::Double { .. }) => Value::Double(1.0),
        _ => Value::Null,
    }
}

/// Tables that one slice makes: a table with its indexes takes about a millisecond.
const TABLES: usize = 2;
/// Rows that one slice writes.
const ROWS: usize = 250;
