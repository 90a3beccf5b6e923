//! The wishes of people that an action be enabled, and the queue of administrators.

use kernel::{ActionId, ActionRequestId, Cursor, Limit, Page, Permission, Scope, UserId};

use super::{after, text};
use crate::{
    Actions, Error, Result,
    model::{Decision, Request, RequestState},
    published::Usable,
    store,
};

impl Actions {
    /// Asks that an action be enabled for the caller. Whoever asked already gets the same request back.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::AlreadyEnabled`], [`Error::Invalid`], [`Error::Store`].
    pub async fn request(&self, scope: &Scope, id: ActionId, note: &str) -> Result<Request> {
        scope.require(Permission::ActionUse)?;
        let user = scope.user().ok_or(Error::NotFound { action: id })?;
        let mut faults = Vec::new();
        text::description("/note", note, &mut faults);
        if !faults.is_empty() {
            return Err(Error::Invalid { fields: faults });
        }
        let offered = self.action(scope, id).await?;
        let member = self.member(scope).await?;
        if offered.usable_by(&member) == Usable::Fully {
            return Err(Error::AlreadyEnabled);
        }
        let request = Request {
            id: self.ids.fresh(),
            action: id,
            name: offered.name,
            user,
            note: note.to_owned(),
            state: RequestState::Open,
            answer: String::new(),
            decided: None,
            created_at: self.clock.now(),
        };
        self.db
            .write(scope, move |tx| {
                if let Some(known) = store::open_request(tx, id, user)? {
                    return Ok(known);
                }
                store::lookup(tx, id)?.ok_or(Error::NotFound { action: id })?;
                store::insert_request(tx, &request)?;
                Ok(request.clone())
            })
            .await
    }

    /// Requests, oldest first: administrators see everybody's, others their own.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn requests(
        &self,
        scope: &Scope,
        state: Option<RequestState>,
        limit: Limit,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Request>> {
        scope.require(Permission::ActionUse)?;
        let all = scope.may(Permission::ActionManage);
        let user = scope.user().filter(|_| !all);
        if user.is_none() && !all {
            return Ok(Page { items: Vec::new(), next: None });
        }
        self.list_requests(scope, (state, None, user), limit, cursor).await
    }

    /// Requests on one action, oldest first; for administrators.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn requests_on(
        &self,
        scope: &Scope,
        (id, state): (ActionId, Option<RequestState>),
        limit: Limit,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Request>> {
        scope.require(Permission::ActionManage)?;
        self.list_requests(scope, (state, Some(id), None), limit, cursor).await
    }

    /// What the caller asked for, newest first; at most 500.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn own_requests(&self, scope: &Scope) -> Result<Vec<Request>> {
        scope.require(Permission::ActionUse)?;
        let Some(user) = scope.user() else { return Ok(Vec::new()) };
        Ok(self.db.read_one(scope, move |tx| store::own_requests(tx, user)).await?)
    }

    async fn list_requests(
        &self,
        scope: &Scope,
        of: (Option<RequestState>, Option<ActionId>, Option<UserId>),
        limit: Limit,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Request>> {
        let after = after(cursor)?;
        let read = move |tx: &db::Tx<'_>| store::list_requests(tx, of, after, limit.probe());
        let rows = self.db.read_one(scope, read).await?;
        Ok(Page::cut(rows, limit, |request| Cursor::new(&request.id.to_string())))
    }

    /// Decides on a request. Granting says that the action is enabled for the person, which is looked at: enabling it,
    /// and giving the person its licence, are steps of their own.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::RequestNotFound`], [`Error::RequestDecided`], [`Error::GrantNotEnabled`],
    /// [`Error::GrantUnlicensed`], [`Error::Invalid`], [`Error::Store`].
    pub async fn decide(
        &self,
        scope: &Scope,
        id: ActionRequestId,
        decision: Decision,
        answer: &str,
    ) -> Result<Request> {
        scope.require(Permission::ActionManage)?;
        let mut faults = Vec::new();
        text::description("/answer", answer, &mut faults);
        if !faults.is_empty() {
            return Err(Error::Invalid { fields: faults });
        }
        if decision == Decision::Grant {
            self.check_grant(scope, id).await?;
        }
        let (now, by, answer) = (self.clock.now(), scope.user(), answer.to_owned());
        self.db
            .write(scope, move |tx| {
                let mut request = store::find_request(tx, id)?.ok_or(Error::RequestNotFound)?;
                if request.state != RequestState::Open {
                    return Err(Error::RequestDecided);
                }
                let (state, named) = match decision {
                    Decision::Grant => (RequestState::Granted, "api_action_request.grant"),
                    Decision::Decline => (RequestState::Declined, "api_action_request.decline"),
                };
                request.state = state;
                request.answer.clone_from(&answer);
                request.decided = Some((by, now));
                store::decide(tx, &request)?;
                let change = event_log::Change {
                    action: named,
                    subject: event_log::Subject::new("api_action_request", id),
                    before: None,
                    after: Some(serde_json::json!({
                        "action": request.action, "user": request.user, "answer": request.answer,
                    })),
                    at: now,
                };
                event_log::audit(tx, &change)?;
                Ok(request)
            })
            .await
    }

    /// Whether the person of a request may use the action by now.
    async fn check_grant(&self, scope: &Scope, id: ActionRequestId) -> Result<()> {
        let read = move |tx: &db::Tx<'_>| {
            let request = store::find_request(tx, id)?;
            let action = match &request {
                Some(request) => store::lookup(tx, request.action)?,
                None => None,
            };
            Ok::<_, Error>(request.zip(action))
        };
        let found = self.db.read(scope, read).await?;
        let (request, action) = found.ok_or(Error::RequestNotFound)?;
        if request.state != RequestState::Open {
            return Err(Error::RequestDecided);
        }
        let member = self.member_of(scope.tenant(), request.user).await?;
        match action.usable_by(&member) {
            Usable::Fully => Ok(()),
            Usable::NotEnabled => Err(Error::GrantNotEnabled),
            Usable::Unlicensed => Err(Error::GrantUnlicensed),
        }
    }
}
