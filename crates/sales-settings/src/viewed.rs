//! Views of a CRM as the source of forms (sales reference §4.1): fields and their order come from the view, and what its
//! records are the CRM says each time.

use crm::{Crm, RecordRef, Value, ViewRef};
use kernel::{FieldError, Scope};
use uuid::Uuid;

use crate::{
    Error, FormField, Forms, Kept, RecordType, Result, SalesSettings, View, addable,
    forms::MAX_FIELDS,
};

impl SalesSettings {
    /// The views of a table that the caller may use there, by name; none where the CRM tells none.
    ///
    /// # Errors
    /// As [`SalesSettings::administered`].
    pub async fn views(&self, scope: &Scope, system: Uuid, table: &str) -> Result<Vec<crm::View>> {
        let place = self.administered(scope, system).await?;
        let mut all = place.crm.views(table).await?;
        kernel::sort_by_key(&mut all, |view| view.name.to_lowercase());
        Ok(all)
    }

    /// Publishes a record type through another view, or through none. Another view brings its own fields, each of which
    /// may be edited, and no key fields; without one the fields stay as they are.
    ///
    /// # Errors
    /// As [`SalesSettings::publish`].
    pub async fn set_view(
        &self,
        scope: &Scope,
        system: Uuid,
        (table, view): (&str, Option<ViewRef>),
        expected: Option<i64>,
    ) -> Result<Kept<Forms>> {
        let place = self.administered(scope, system).await?;
        let mut forms = self.forms(scope, system).await?.value;
        for (at, one) in forms.types.iter_mut().enumerate() {
            if !one.table.eq_ignore_ascii_case(table) {
                continue;
            }
            match &view {
                None => one.view = None,
                Some(view) => {
                    let view = ViewRef { table: one.table.clone(), ..view.clone() };
                    let same = one.view.as_ref().is_some_and(|own| own.id == view.id.0);
                    let (read, fields) = read(&*place.crm, at, &view).await?;
                    if !same {
                        (one.keys, one.fields) = (Vec::new(), Vec::new());
                    }
                    one.take(read, fields);
                }
            }
        }
        self.publish(scope, system, forms, expected).await
    }

    /// Reads the views of all record types again, or of one: nothing does so by itself. What was set for a field that is
    /// still there stays.
    ///
    /// # Errors
    /// As [`SalesSettings::publish`].
    pub async fn refresh_views(
        &self,
        scope: &Scope,
        system: Uuid,
        table: Option<&str>,
        expected: Option<i64>,
    ) -> Result<Kept<Forms>> {
        let place = self.administered(scope, system).await?;
        let mut forms = self.forms(scope, system).await?.value;
        for (at, one) in forms.types.iter_mut().enumerate() {
            let meant = table.is_none_or(|table| one.table.eq_ignore_ascii_case(table));
            let Some(view) = one.view.as_ref().filter(|_| meant).map(|view| view.at(&one.table))
            else {
                continue;
            };
            let (read, fields) = read(&*place.crm, at, &view).await?;
            one.take(read, fields);
        }
        self.publish(scope, system, forms, expected).await
    }
}

impl RecordType {
    /// Takes a view's fields and order; what was set for a field that stays is kept.
    fn take(&mut self, view: View, names: Vec<String>) {
        let known = std::mem::take(&mut self.fields);
        let own = |name: String| {
            let found = known.iter().find(|field| field.name.eq_ignore_ascii_case(&name));
            found.cloned().unwrap_or_else(|| FormField::named(name))
        };
        self.fields = names.into_iter().map(own).collect();
        let fields = &self.fields;
        self.keys.retain(|key| fields.iter().any(|field| field.name.eq_ignore_ascii_case(key)));
        self.view = Some(view);
    }
}

/// A view as it is now, with those of its fields that forms hold.
async fn read(crm: &dyn Crm, at: usize, view: &ViewRef) -> Result<(View, Vec<String>)> {
    let gone = || {
        let detail = format!("{} has no such view for you", view.table);
        let pointer = format!("/types/{at}/view");
        Error::Invalid {
            fields: vec![FieldError::new(pointer, "sales_forms.view_unknown", detail)],
        }
    };
    let found = match crm.view(view).await {
        Err(crm::Error::NotFound) => return Err(gone()),
        other => other?,
    };
    let table = crm.describe(&view.table).await?;
    let page = crm.listed(&found.at, None).await?;
    let mut names = Vec::new();
    for column in &page.columns {
        let own = table.field(&column.name).filter(|field| addable(field, &table.id_field));
        if let Some(field) = own.filter(|field| !names.contains(&field.name)) {
            names.push(field.name.clone());
        }
    }
    names.truncate(MAX_FIELDS);
    let view = View {
        id: found.at.id.0.clone(),
        name: found.name.chars().take(200).collect(),
        personal: found.at.personal,
        filter: filter(crm, &found.at).await,
    };
    Ok((view, names))
}

/// The FetchXML of a view where views are records of the CRM, as Dynamics 365 has them; empty elsewhere.
async fn filter(crm: &dyn Crm, view: &ViewRef) -> String {
    const FIELD: &str = "fetchxml";
    let table = if view.personal { "userquery" } else { "savedquery" };
    let at = RecordRef::new(table, view.id.0.clone());
    match crm.read(&at, &[FIELD.to_owned()]).await {
        Ok(record) => match record.values.get(FIELD) {
            Some(Value::Text(text)) if text.len() <= MAX_FILTER => text.clone(),
            _ => String::new(),
        },
        Err(_untold) => String::new(),
    }
}

/// The longest query that is kept to be shown (our own choice).
const MAX_FILTER: usize = 64 * 1024;
