//! What a person has read of the app, and the record that they connected with a meeting.

use kernel::{FieldError, Permission, Scope};

use crate::{Error, Result, Shared, TeamsApp, service::person, store};

impl TeamsApp {
    /// Whether the person has not yet read the welcome of this version of the app.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn is_new_to(&self, scope: &Scope, version: &str) -> Result<bool> {
        scope.require(Permission::ProfileRead)?;
        let (user, version) = (person(scope)?, version.to_owned());
        let read = self.0.db.read_one(scope, move |tx| store::has_read(tx, user, &version)).await?;
        Ok(!read)
    }

    /// The person has read it: it is not shown to them again.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn welcomed(&self, scope: &Scope, version: &str) -> Result<()> {
        scope.require(Permission::ProfileRead)?;
        let (user, version, now) = (person(scope)?, version.to_owned(), self.0.clock.now());
        let write = move |tx: &db::Tx<'_>| store::read(tx, user, &version, now);
        self.0.db.write::<_, db::Error, _>(scope, write).await?;
        Ok(())
    }

    /// The record that the person connected with a meeting.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn meeting(&self, scope: &Scope, meeting: &str) -> Result<Option<Shared>> {
        scope.require(Permission::ConnectionUse)?;
        let (user, meeting) = (person(scope)?, meeting.to_owned());
        Ok(self.0.db.read_one(scope, move |tx| store::meeting(tx, user, &meeting)).await?)
    }

    /// Connects a record with a meeting, or no record any more. The record has to be one that the person may read.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Invalid`], [`Error::NoRecord`], [`Error::Crm`],
    /// [`Error::Store`].
    pub async fn set_meeting(
        &self,
        scope: &Scope,
        meeting: &str,
        record: Option<Shared>,
    ) -> Result<()> {
        scope.require(Permission::ConnectionUse)?;
        let user = person(scope)?;
        let meeting = checked(meeting)?;
        if let Some(record) = &record {
            self.view(scope, record).await?.view().ok_or(Error::NoRecord)?;
        }
        let now = self.0.clock.now();
        let write = move |tx: &db::Tx<'_>| match &record {
            Some(record) => {
                store::put_meeting(tx, (user, &meeting), record, now)?;
                store::use_record(tx, user, record, now)
            }
            None => store::delete_meeting(tx, user, &meeting).map(drop),
        };
        self.0.db.write::<_, db::Error, _>(scope, write).await?;
        Ok(())
    }
}

/// What Teams calls a meeting is a text without end; it is kept as it is, within reason.
fn checked(meeting: &str) -> Result<String> {
    let meeting = meeting.trim();
    let odd = meeting.is_empty() || meeting.len() > MAX || meeting.chars().any(char::is_control);
    if odd {
        let detail = format!("a text of 1 to {MAX} characters");
        let fields = vec![FieldError::new("/meeting", "teams_app.meeting", detail)];
        return Err(Error::Invalid { fields });
    }
    Ok(meeting.to_owned())
}

/// Ours.
const MAX: usize = 500;
