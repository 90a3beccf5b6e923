//! One call of an operation, as a machine that says what to send and is told what came.

use openapi::{ConnectionParameter, Operation, Package};
use serde_json::{Map, Value};

use crate::{
    answer::{self, Note, Outcome, Remark},
    auth, build,
    connection::{Connection, Values},
    draft::Draft,
    follow,
    inputs::Inputs,
    limits::Limits,
    message::{Mask, Request, Response},
    policy::{self, Kind, Policy, Section},
    polling::{self, Memory},
    problem::{Problem, Reason, Result},
    trace::{self, Applied},
};

/// What to do next.
#[derive(Debug)]
pub enum Step {
    /// Send this, and tell the answer.
    Send(Request),
    /// Renew the sign-in of the connection, and tell the new token; or give up with [`Call::decline`].
    Renew,
    /// It is over.
    Done(Box<Outcome>),
}

/// What a caller asks for beside the inputs.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Bounds.
    pub limits: Limits,
    /// Where a webhook shall send its events.
    pub callback_url: Option<String>,
    /// How many pages to fetch and join; 0 and 1 fetch the first alone.
    pub pages: usize,
    /// What the last poll of a trigger left.
    pub memory: Option<Memory>,
    /// Whether it is noted what each policy changes ([`Call::applied`]).
    pub trace: bool,
}

/// Shorter values of look-ups are no keys, and masking them would take the digits out of every
/// address. Our choice.
const SHORTEST_SECRET: usize = 4;

/// A call in progress. It sends nothing itself and knows no clock.
///
/// ```text
/// let mut call = Call::new(&package, "GetItems", &connection, &inputs, options)?;
/// loop {
///     match call.step() {
///         Step::Send(request) => call.answer(send(request).await?)?,
///         Step::Renew => call.renewed(refresh().await?)?,
///         Step::Done(outcome) => break outcome,
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Call<'p> {
    plan: Plan<'p>,
    /// The request before authentication and policies.
    blank: Draft,
    /// The request as far as it is.
    pub(crate) draft: Draft,
    waiting: Waiting,
    renewed: bool,
    exchanges: usize,
    pages: Vec<Response>,
    /// What look-ups found.
    found: Vec<String>,
    pub(crate) sent_url: String,
    /// What each policy changed, where that is noted.
    applied: Option<Vec<Applied>>,
}

/// What stays the same for the whole call.
#[derive(Debug)]
pub(crate) struct Plan<'p> {
    pub(crate) operation: Operation<'p>,
    pub(crate) parameters: Vec<ConnectionParameter<'p>>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) values: Values,
    pub(crate) options: Options,
    /// It ends a subscription: its answer fires nothing.
    pub(crate) ends: bool,
}

#[derive(Debug)]
enum Waiting {
    /// For the answer of the look-up that this policy makes.
    Lookup(usize, Request),
    /// For the answer.
    Main(Request),
    /// For a new token.
    Token,
    Done(Option<Box<Outcome>>),
}

impl<'p> Call<'p> {
    /// Prepares a call: checks the inputs and makes the first request.
    ///
    /// `inputs` go by parameter name; `body` is the body; a file is
    /// `{"filename", "content_type", "base64"}`.
    ///
    /// # Errors
    /// Everything that speaks against sending: an operation that cannot run here, inputs that are
    /// missing or do not fit, an address that is none.
    pub fn new(
        package: &'p Package<'p>,
        operation_id: &str,
        connection: &Connection,
        inputs: &Map<String, Value>,
        options: Options,
    ) -> Result<Self> {
        let plan = Plan::new(package, operation_id, connection, options)?;
        let blank = plan.blank(package, inputs)?;
        Self::start(plan, blank)
    }

    pub(crate) fn start(plan: Plan<'p>, blank: Draft) -> Result<Self> {
        let applied = plan.options.trace.then(Vec::new);
        let mut call = Self {
            plan,
            draft: Draft::default(),
            blank,
            waiting: Waiting::Token,
            renewed: false,
            exchanges: 0,
            pages: Vec::new(),
            found: Vec::new(),
            sent_url: String::new(),
            applied,
        };
        call.restart()?;
        Ok(call)
    }

    /// What to do next; the same until it is done.
    pub fn step(&mut self) -> Step {
        match &mut self.waiting {
            Waiting::Lookup(_, request) | Waiting::Main(request) => Step::Send(request.clone()),
            Waiting::Token => Step::Renew,
            Waiting::Done(outcome) => Step::Done(outcome.take().unwrap_or_default()),
        }
    }

    /// Tells the answer to the request that was sent.
    ///
    /// # Errors
    /// When a look-up failed, or a policy cannot be applied after it.
    pub fn answer(&mut self, response: Response) -> Result<()> {
        self.exchanges += 1;
        let rejected = response.status == 401 && self.plan.values.token.is_some();
        match &self.waiting {
            Waiting::Lookup(..) | Waiting::Main(_) if rejected && !self.renewed => {
                self.pages.push(response);
                self.waiting = Waiting::Token;
                Ok(())
            }
            Waiting::Lookup(index, _) => {
                let index = *index;
                if let Some(Policy { kind: Kind::Lookup(lookup), .. }) =
                    self.plan.policies.get(index)
                {
                    let before = self.applied.is_some().then(|| self.draft.clone());
                    self.found.push(policy::take(lookup, &response, &mut self.draft)?);
                    if let Some(before) = before {
                        self.note(index, &before);
                    }
                }
                self.go_on(index + 1)
            }
            Waiting::Main(_) => {
                self.arrived(response);
                Ok(())
            }
            Waiting::Token | Waiting::Done(_) => Ok(()),
        }
    }

    /// Tells the token of the renewed sign-in: everything is sent again, once.
    ///
    /// # Errors
    /// As [`Call::new`].
    pub fn renewed(&mut self, token: String) -> Result<()> {
        if matches!(self.waiting, Waiting::Token) {
            self.renewed = true;
            self.pages.clear();
            self.plan.values.renew(token);
            self.restart()?;
        }
        Ok(())
    }

    /// Says that there is no new token: the refusal is the answer.
    pub fn decline(&mut self) {
        if matches!(self.waiting, Waiting::Token) {
            self.renewed = true;
            let refusal = self.pages.pop().unwrap_or_default();
            self.pages.clear();
            self.arrived(refusal);
        }
    }

    /// Whether the body of the next answer goes to the caller as it comes, so that nobody has to hold it: it is the
    /// answer itself, and no policy, no further page and no trigger needs to look into it.
    pub fn passes_on(&self) -> bool {
        let plan = &self.plan;
        matches!(self.waiting, Waiting::Main(_))
            && plan.pages_wanted() == 1
            && plan.operation.trigger().is_none()
            && !plan.policies.iter().any(|policy| policy.section == Section::Response)
    }

    /// The operation.
    pub fn operation(&self) -> &Operation<'p> {
        &self.plan.operation
    }

    /// Every value that nobody may see, for [`Request::masked`]: those of the connection, and what
    /// look-ups found so far.
    pub fn secrets(&self) -> Vec<String> {
        let found = self.found.iter().filter(|value| value.len() >= SHORTEST_SECRET).cloned();
        self.plan.values.secrets().into_iter().chain(found).collect()
    }

    /// What each policy changed so far, in the order they ran, where [`Options::trace`] asked for it. Policies that had
    /// their turn and changed nothing are among them.
    pub fn applied(&self) -> &[Applied] {
        self.applied.as_deref().unwrap_or_default()
    }

    fn note(&mut self, policy: usize, before: &Draft) {
        let mask = Mask::of(&self.secrets());
        if let Some(applied) = &mut self.applied {
            applied.push(trace::of_request(policy, (before, &self.draft), &mask));
        }
    }

    fn restart(&mut self) -> Result<()> {
        if let Some(applied) = &mut self.applied {
            applied.clear();
        }
        let once_more = self.plan.values.token.is_some() && !self.renewed;
        self.draft = if once_more { self.blank.clone() } else { std::mem::take(&mut self.blank) };
        if !self.draft.foreign {
            let Plan { operation, parameters, values, .. } = &self.plan;
            auth::inject(operation, parameters, values, &mut self.draft);
        }
        self.go_on(0)
    }

    /// Applies the policies from one on; stops where a look-up has to be answered first.
    fn go_on(&mut self, from: usize) -> Result<()> {
        if self.exchanges >= self.plan.options.limits.max_exchanges {
            return Err(Problem::new(Reason::ExchangesTooMany, self.plan.operation.id.as_ref()));
        }
        let limits = self.plan.options.limits;
        let mask = self.applied.is_some().then(|| Mask::of(&self.secrets()));
        for (index, policy) in self.plan.policies.iter().enumerate().skip(from) {
            if policy.section != Section::Request || self.draft.foreign {
                continue;
            }
            let before = mask.is_some().then(|| self.draft.clone());
            let lookup = policy::apply(policy, &mut self.draft, &self.plan.values)?;
            // What a look-up changes is known when it is answered; a polling trigger is set up before.
            if let (Some(before), Some(mask), Some(applied)) = (before, &mask, &mut self.applied)
                && !matches!(policy.kind, Kind::Lookup(_) | Kind::Polling(_))
            {
                applied.push(trace::of_request(index, (&before, &self.draft), mask));
            }
            if let Some(lookup) = lookup {
                self.waiting = Waiting::Lookup(index, lookup.finish(&limits)?);
                return Ok(());
            }
        }
        // the body goes along; what follows this request needs the rest
        let body = std::mem::take(&mut self.draft.body);
        let mut whole = match &self.draft.override_url {
            // the connection may have another host by now, and other keys with it
            Some(link) if follow::is_of(link, &self.draft) => follow::link(&self.draft, link)?,
            Some(_) | None => self.draft.clone(),
        };
        whole.body = body;
        let request = whole.finish(&limits)?;
        self.sent_url.clone_from(&request.url);
        self.waiting = Waiting::Main(request);
        Ok(())
    }

    /// A page came: the next one, or the end.
    fn arrived(&mut self, response: Response) {
        let link = follow::next_link(&self.plan, &response, &self.sent_url);
        self.pages.push(response);
        let more = self.pages.len() < self.plan.pages_wanted()
            && self.exchanges < self.plan.options.limits.max_exchanges;
        let followed = link.as_ref().filter(|link| more && !link.foreign).and_then(|link| {
            let page = follow::page(&self.draft, &link.url).ok()?;
            page.finish(&self.plan.options.limits).ok()
        });
        if let Some(request) = followed {
            self.sent_url.clone_from(&request.url);
            self.waiting = Waiting::Main(request);
            return;
        }
        let pages = std::mem::take(&mut self.pages);
        let mask = self.applied.is_some().then(|| Mask::of(&self.secrets()));
        let noted = mask.as_ref().zip(self.applied.as_mut());
        let mut outcome = answer::outcome(&self.plan, pages, (link, &self.sent_url), noted);
        let unsendable = self.draft.unsendable();
        outcome.notes.extend(unsendable.map(|name| Note::new(Remark::HeaderName, "", name)));
        if self.plan.operation.trigger().is_some() && !self.plan.ends {
            polling::fire(&self.plan, &mut outcome, &self.sent_url);
        }
        self.waiting = Waiting::Done(Some(Box::new(outcome)));
    }
}

impl<'p> Plan<'p> {
    pub(crate) fn new(
        package: &'p Package<'p>,
        operation_id: &str,
        connection: &Connection,
        options: Options,
    ) -> Result<Self> {
        let unknown = || Problem::new(Reason::OperationUnknown, operation_id);
        let operation = package.operation(operation_id).ok_or_else(unknown)?;
        if package.is_scripted(&operation.id) {
            let problem = Problem::new(Reason::OperationScripted, operation_id);
            return Err(problem.at(operation.pointer));
        }
        let policies = policy::policies(package.policies_of(&operation.id))?;
        let (parameters, values) = Values::of_package(package, connection)?;
        Ok(Self { operation, parameters, policies, values, options, ends: false })
    }

    pub(crate) fn blank(
        &self,
        package: &Package<'_>,
        inputs: &Map<String, Value>,
    ) -> Result<Draft> {
        let operation = &self.operation;
        let inputs = Inputs::new(inputs, operation, self.options.callback_url.as_deref());
        let path = polling::backend_path(self, package);
        let mut draft = build::draft(operation, path, &inputs, &self.values)?;
        polling::prepare(self, &mut draft)?;
        Ok(draft)
    }

    /// What makes this a polling trigger with a policy.
    pub(crate) fn polling(&self) -> Option<&policy::Polling> {
        self.policies.iter().find_map(|policy| match &policy.kind {
            Kind::Polling(polling) => Some(polling),
            _ => None,
        })
    }

    /// Whether each element of an answer is an event.
    pub(crate) fn is_batch(&self) -> bool {
        self.operation.trigger() == Some(openapi::Trigger::Batch)
    }

    /// How many pages one answer may consist of.
    fn pages_wanted(&self) -> usize {
        let first_poll = self.polling().is_some()
            && self.options.memory.as_ref().is_none_or(|memory| memory.last.is_none());
        if first_poll { 1 } else { self.options.pages.max(1) }
    }
}
