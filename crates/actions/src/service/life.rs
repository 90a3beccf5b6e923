//! The way of an action: published by its maker, enabled or not by an administrator.

use identity::Role;
use jiff::Timestamp;
use kernel::{ActionId, FieldError, Permission, Scope};

use super::upgrade::put;
use crate::{
    Actions, Error, Result,
    model::{Acknowledgement, Action, Audience, Enabling, State},
};

impl Actions {
    /// Publishes a draft with the connector's version of the moment. It waits for an administrator then:
    /// publishing alone gives nobody anything.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Published`], [`Error::Invalid`], [`Error::Connectors`], where
    /// a data policy bars an operation as well, [`Error::Store`].
    pub async fn publish(&self, scope: &Scope, id: ActionId) -> Result<Action> {
        scope.require(Permission::ConnectorManage)?;
        let action = self.action(scope, id).await?;
        let (version, prepared) = self.prepared(scope, &action).await?;
        self.check_policies(scope, &action).await?;
        let (now, seen) = (self.clock.now(), action.updated_at);
        self.change(scope, id, ("api_action.publish", now), move |_tx, action| {
            if !matches!(action.state, State::Draft | State::Disabled) || action.updated_at != seen
            {
                return Err(Error::Published);
            }
            put(action, version, &prepared);
            action.state = State::Waiting;
            action.published_at = Some(now);
            Ok(())
        })
        .await
    }

    /// Takes an action back into the maker's hands; nobody can use it from then on.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn withdraw(&self, scope: &Scope, id: ActionId) -> Result<Action> {
        scope.require(Permission::ConnectorManage)?;
        let now = self.clock.now();
        self.change(scope, id, ("api_action.withdraw", now), |_tx, action| {
            action.state = State::Draft;
            action.version = None;
            Ok(())
        })
        .await
    }

    /// Enables an action, or changes for whom it is enabled. It takes effect with the next call and the next list.
    /// Requests of those who may use it now are granted with it; of very many the rest in a moment.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::NotPublished`], [`Error::NotAcknowledged`],
    /// [`Error::Changed`], [`Error::Invalid`], [`Error::Connectors`] where a data policy bars it, [`Error::Store`].
    pub async fn enable(&self, scope: &Scope, id: ActionId, how: Enabling) -> Result<Action> {
        scope.require(Permission::ActionManage)?;
        let known = self.action(scope, id).await?;
        acknowledged(how.acknowledged)?;
        self.check(scope, &known, &how).await?;
        let mut then = known;
        grant_access(&mut then, &how);
        self.check_policies(scope, &then).await?;
        let (now, by) = (self.clock.now(), scope.user());
        let changed = self.change(scope, id, ("api_action.enable", now), move |_tx, action| {
            if action.state == State::Draft {
                return Err(Error::NotPublished);
            }
            // what is kept has microseconds
            let seen = how.seen.map(Timestamp::as_microsecond);
            if seen.is_some_and(|seen| seen != action.updated_at.as_microsecond()) {
                return Err(Error::Changed);
            }
            action.state = State::Enabled;
            action.audience.clone_from(&how.audience);
            action.licence = how.licence;
            action.acknowledged = Some((by, now));
            action.decision.clone_from(&how.note);
            grant_access(action, &how);
            Ok(())
        });
        let enabled = changed.await?;
        if self.settle(scope, &enabled, None).await?.is_some() {
            self.unsettled.notify_one();
        }
        Ok(enabled)
    }

    /// Takes an action out of use.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::NotPublished`], [`Error::Invalid`], [`Error::Store`].
    pub async fn disable(&self, scope: &Scope, id: ActionId, note: &str) -> Result<Action> {
        scope.require(Permission::ActionManage)?;
        let mut faults = Vec::new();
        super::text::description("/note", note, &mut faults);
        if !faults.is_empty() {
            return Err(Error::Invalid { fields: faults });
        }
        let (now, note) = (self.clock.now(), note.to_owned());
        self.change(scope, id, ("api_action.disable", now), move |_tx, action| {
            if action.state == State::Draft {
                return Err(Error::NotPublished);
            }
            action.state = State::Disabled;
            action.decision.clone_from(&note);
            Ok(())
        })
        .await
    }

    /// Whether what an administrator names is there.
    async fn check(&self, scope: &Scope, action: &Action, how: &Enabling) -> Result<()> {
        let mut faults = Vec::new();
        super::text::description("/note", &how.note, &mut faults);
        let mut groups = Vec::new();
        named("/audience", &how.audience, &mut groups, &mut faults);
        for (id, access) in &how.operations {
            let at = format!("/operations/{}", id.replace('~', "~0").replace('/', "~1"));
            if action.operation(id).is_none() {
                let said = "the action has no such operation";
                faults.push(FieldError::new(at.clone(), "api_action.operation_unknown", said));
            }
            if let Some(audience) = &access.audience {
                named(&format!("{at}/audience"), audience, &mut groups, &mut faults);
            }
        }
        let licences = match how.licence {
            Some(_) => {
                let system = self.scopes.scope(scope.tenant(), super::JOB);
                self.identity.licences(&system).await?
            }
            None => Vec::new(),
        };
        if how.licence.is_some_and(|id| licences.iter().all(|licence| licence.id != id)) {
            let said = "there is no such licence";
            faults.push(FieldError::new("/licence_id", "api_action.licence_unknown", said));
        }
        let unknown = self
            .db
            .read(scope, move |tx| {
                let mut unknown = Vec::new();
                for (pointer, group) in &groups {
                    if identity::group_name(tx, *group)?.is_none() {
                        unknown.push(pointer.clone());
                    }
                }
                Ok::<_, Error>(unknown)
            })
            .await?;
        faults.extend(unknown.into_iter().map(|pointer| {
            FieldError::new(pointer, "api_action.group_unknown", "there is no such group")
        }));
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid { fields: faults }) }
    }
}

/// The groups of an audience with their places; one that names nobody is a fault.
fn named(
    pointer: &str,
    audience: &Audience,
    all: &mut Vec<(String, kernel::GroupId)>,
    faults: &mut Vec<FieldError>,
) {
    let Audience::Only { groups, roles } = audience else { return };
    if groups.is_empty() && roles.is_empty() {
        let said = "at least one group or role is needed";
        faults.push(FieldError::new(pointer.to_owned(), "api_action.audience_empty", said));
    }
    if groups.len() > MAX_GROUPS || roles.len() > Role::ALL.len() {
        let said = format!("at most {MAX_GROUPS} groups");
        faults.push(FieldError::new(pointer.to_owned(), "api_action.audience_too_large", said));
        return;
    }
    let places = groups.iter().enumerate();
    all.extend(places.map(|(index, group)| (format!("{pointer}/groups/{index}"), *group)));
}

fn acknowledged(given: Acknowledgement) -> Result<()> {
    let notices = [
        ("/acknowledge/third_party_terms", given.third_party_terms, "api_action.terms_unread"),
        ("/acknowledge/data_may_leave", given.data_may_leave, "api_action.leaving_unread"),
    ];
    let said = "the notice must be acknowledged";
    let fields: Vec<FieldError> = notices
        .into_iter()
        .filter(|(_, given, _)| !given)
        .map(|(pointer, _, code)| FieldError::new(pointer, code, said))
        .collect();
    if fields.is_empty() { Ok(()) } else { Err(Error::NotAcknowledged { fields }) }
}

/// Puts what an administrator decides on single operations into an action.
fn grant_access(action: &mut Action, how: &Enabling) {
    for operation in &mut action.operations {
        if let Some(access) = how.operations.get(&operation.id) {
            operation.active = access.active;
            operation.audience.clone_from(&access.audience);
        }
    }
}

/// Most groups of an audience; our own choice.
const MAX_GROUPS: usize = 100;
