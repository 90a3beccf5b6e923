//! What a closure answers, once somebody waits for it.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use kernel::Scope;
use tokio::sync::oneshot;

use crate::{
    Consistency, Error, Result,
    driver::{Done, Errand, Work},
    engine::Engine,
};

/// The answer of a closure that runs in a transaction. The closure is handed to the engine when this is first waited
/// for; from then on it runs whether or not anybody still waits.
#[must_use = "the closure runs when its answer is awaited"]
pub struct Answer<'a, T, E> {
    asking: Asking<'a>,
    answers: PhantomData<fn() -> (T, E)>,
}

impl<'a, T, E> Answer<'a, T, E> {
    pub(crate) fn new(engine: &'a Engine, scope: &Scope, way: Way, work: Box<dyn Work>) -> Self {
        let step = Step::Asked { scope: scope.clone(), way, work };
        Self { asking: Asking { engine, step }, answers: PhantomData }
    }
}

impl<T: 'static, E: From<Error> + 'static> Future for Answer<'_, T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Poll::Ready(done) = self.asking.poll(context) else { return Poll::Pending };
        let kept = done.map(|mut work| {
            let kept = work.kept().downcast_mut::<Option<Result<T, E>>>();
            kept.and_then(Option::take).unwrap_or_else(|| Err(Error::Closed.into()))
        });
        Poll::Ready(kept.unwrap_or_else(|error| Err(error.into())))
    }
}

impl<T, E> fmt::Debug for Answer<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("engine", &self.asking.engine).finish_non_exhaustive()
    }
}

/// Which way a closure goes to the engine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    Read { snapshot: bool },
    Glance,
    Write(Consistency),
}

/// All of [`Answer`] that does not depend on what is answered.
struct Asking<'a> {
    engine: &'a Engine,
    step: Step,
}

enum Step {
    Asked { scope: Scope, way: Way, work: Box<dyn Work> },
    Waiting(oneshot::Receiver<Done>),
    Over,
}

impl Asking<'_> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Done> {
        let mut receiver = match std::mem::replace(&mut self.step, Step::Over) {
            Step::Asked { scope, way, work } => self.hand_over(scope, way, work),
            Step::Waiting(receiver) => receiver,
            Step::Over => return Poll::Ready(Err(Error::Closed)),
        };
        if let Ok(done) = receiver.try_recv() {
            return Poll::Ready(done);
        }
        let waker = self.engine.waker(context.waker());
        match Pin::new(&mut receiver).poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(done) => Poll::Ready(done.unwrap_or(Err(Error::Closed))),
            Poll::Pending => {
                self.step = Step::Waiting(receiver);
                Poll::Pending
            }
        }
    }

    fn hand_over(&self, scope: Scope, way: Way, work: Box<dyn Work>) -> oneshot::Receiver<Done> {
        let (sender, receiver) = oneshot::channel();
        let job = Errand::job(scope, work, sender);
        match way {
            Way::Read { snapshot } => self.engine.driver.read(job, snapshot),
            Way::Glance => self.engine.driver.glance(job),
            Way::Write(consistency) => self.engine.driver.write(job, consistency),
        }
        receiver
    }
}
