//! One place: what it took, what it refused, what goes wrong with it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use crate::{Answer, Fault, Plan, Request, Vendor};

/// A message that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// When.
    pub at: Instant,
    /// `webhook-id` or `requestId`: what tells repeats.
    pub id: Option<String>,
    /// The body.
    pub body: Vec<u8>,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whether the sender heard of it.
    pub answered: bool,
}

/// A request that was refused for what it was.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The status of the answer.
    pub status: u16,
    /// The answer.
    pub answer: String,
    /// The body of the request.
    pub body: Vec<u8>,
}

/// A place that tests send to.
#[derive(Debug, Clone)]
pub struct Place {
    pub(crate) url: String,
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    vendor: Vendor,
    plan: Mutex<Plan>,
    secret: Mutex<Option<Vec<u8>>>,
    requests: AtomicU64,
    books: Mutex<Books>,
    /// Keep nothing of bodies but this.
    digest: Mutex<Option<Digest>>,
}

/// What is kept of a body.
pub type Digest = fn(&[u8]) -> u64;

#[derive(Debug, Default)]
struct Books {
    taken: Vec<Taken>,
    digests: Vec<u64>,
    refused: Vec<Refusal>,
    known: HashMap<String, usize>,
}

impl Inner {
    pub(crate) fn new(vendor: Vendor) -> Self {
        Self {
            vendor,
            plan: Mutex::new(Plan::good()),
            secret: Mutex::default(),
            requests: AtomicU64::new(0),
            books: Mutex::default(),
            digest: Mutex::default(),
        }
    }

    /// The fault of the next request.
    pub(crate) fn next_fault(&self) -> Fault {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        lock(&self.plan).fault(number)
    }

    /// Judges a request whose fault lets it through, and books it.
    pub(crate) fn take(&self, request: Request, answered: bool) -> Answer {
        let digest = *lock(&self.digest);
        if let Some(digest) = digest {
            let value = digest(&request.body);
            lock(&self.books).digests.push(value);
            return self.vendor.success();
        }
        let secret = lock(&self.secret).clone();
        let answer = self.vendor.judge(&request, secret.as_deref());
        let mut books = lock(&self.books);
        if answer.status >= 300 {
            let status = answer.status;
            let refusal = Refusal { status, answer: answer.body.clone(), body: request.body };
            books.refused.push(refusal);
            return answer;
        }
        let id = request.header("webhook-id").or_else(|| request.parameter("requestId"));
        let id = id.map(ToOwned::to_owned);
        // Published of Google Chat alone: a requestId that is known makes no second message.
        if self.vendor == Vendor::GoogleChat
            && let Some(id) = &id
        {
            let next = books.taken.len();
            if *books.known.entry(id.clone()).or_insert(next) != next {
                return answer;
            }
        }
        let Request { headers, body, .. } = request;
        books.taken.push(Taken { at: Instant::now(), id, body, headers, answered });
        answer
    }
}

impl Place {
    /// The address to send to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What goes wrong from now on; requests are counted anew.
    pub fn set_plan(&self, plan: Plan) {
        *lock(&self.inner.plan) = plan;
        self.inner.requests.store(0, Ordering::Relaxed);
    }

    /// Requires signatures of Standard Webhooks made with this secret, `whsec_…`.
    pub fn require_signature(&self, secret: &str) {
        *lock(&self.inner.secret) = crate::vendors::secret(secret);
    }

    /// Keeps nothing of each message but what `digest` makes of its body; for measures.
    pub fn count_only(&self, digest: Digest) {
        *lock(&self.inner.digest) = Some(digest);
    }

    /// What [`Place::count_only`] kept, in the order in which it came.
    pub fn digests(&self) -> Vec<u64> {
        lock(&self.inner.books).digests.clone()
    }

    /// How many messages [`Place::count_only`] counted.
    pub fn counted(&self) -> usize {
        lock(&self.inner.books).digests.len()
    }

    /// What it took, in the order in which it came.
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.inner.books).taken.clone()
    }

    /// How many it took.
    pub fn taken_count(&self) -> usize {
        lock(&self.inner.books).taken.len()
    }

    /// What it refused for what it was.
    pub fn refused(&self) -> Vec<Refusal> {
        lock(&self.inner.books).refused.clone()
    }

    /// Requests since the last plan, whatever became of them.
    pub fn requests(&self) -> u64 {
        self.inner.requests.load(Ordering::Relaxed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
