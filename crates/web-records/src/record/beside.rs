//! What a record holds and its form does not ask for: what the store fills in, and what is secured.

use tables::{Column, ColumnKind};

use crate::{filter::SILENT, form::Form, found::Found, shown::Cell};

/// One line beside a form.
#[derive(Debug)]
pub(crate) struct Beside {
    pub(crate) name: String,
    pub(crate) cell: Cell,
    /// Why it cannot be changed, where there is a reason to say.
    pub(crate) why: Option<String>,
}

/// What stands beside a form.
pub(super) fn beside(form: &Form<'_>, found: &Found) -> Vec<Beside> {
    let access = form.place.session.access();
    let typed = form.columns();
    let mut all = Vec::new();
    for column in form.table.columns() {
        let known = typed.iter().any(|one| one.logical == column.logical);
        if known || !is_told(form, column) {
            continue;
        }
        let secured = |key: &str| Some(form.frame.say(&format!("web-records.{key}")));
        if column.secured && !access.reads(form.table, column) {
            let cell = Cell { text: "••••".to_owned(), ..Cell::default() };
            let why = secured("secured-unreadable");
            all.push(Beside { name: form.place.label(column), cell, why });
            continue;
        }
        let cell = found.cell(form, &column.logical);
        if cell.text.is_empty() {
            continue;
        }
        let closed = column.secured && !access.writes(form.table, column);
        let why = if closed { secured("secured-unwritable") } else { None };
        all.push(Beside { name: form.place.label(column), cell, why });
    }
    all
}

fn is_told(form: &Form<'_>, column: &Column) -> bool {
    let kind = matches!(
        column.kind,
        ColumnKind::Key
            | ColumnKind::Guid
            | ColumnKind::Version
            | ColumnKind::State { .. }
            | ColumnKind::Status { .. }
            | ColumnKind::Owner
            | ColumnKind::File { .. }
            | ColumnKind::Image { .. }
    );
    !kind
        && column.for_read
        && column.of.is_none()
        && !SILENT.contains(&&*column.logical)
        && !UNTOLD.contains(&&*column.logical)
        && !column.logical.ends_with("_base")
        && Some(&column.logical) != form.table.primary_name.as_ref()
}

/// What programs write into rows.
const UNTOLD: [&str; 6] = [
    "documentbody",
    "activitytypecode",
    "isregularactivity",
    "address1_addressid",
    "langid",
    "stepid",
];
