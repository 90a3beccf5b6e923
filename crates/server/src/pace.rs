//! A body that must not drip.

use std::{
    future::Future as _,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::BoxError;
use bytes::{Buf, Bytes};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use crate::Settings;

/// Fails once nothing came for too long, or when the whole comes too slowly.
#[derive(Debug)]
pub(crate) struct Paced {
    body: Incoming,
    idle: Duration,
    least: u64,
    started: Option<Instant>,
    received: u64,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    pub(crate) fn new(body: Incoming, settings: &Settings) -> Self {
        Self {
            body,
            idle: settings.body_idle_timeout(),
            least: settings.min_body_bytes_per_sec,
            started: None,
            received: 0,
            waiting: None,
        }
    }

    fn drips(&self) -> bool {
        let Some(started) = self.started else { return false };
        let took = started.elapsed();
        took > GRACE && self.received < took.as_secs().saturating_mul(self.least)
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.waiting = None;
                let bytes = frame.data_ref().map_or(0, Buf::remaining);
                self.received += bytes as u64;
                if self.drips() {
                    return Poll::Ready(Some(Err(too_slow())));
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                self.started.get_or_insert_with(Instant::now);
                let idle = self.idle;
                let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(idle)));
                match waiting.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(Some(Err(too_slow()))),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn too_slow() -> BoxError {
    io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly").into()
}

/// How long a body may be as slow as it likes, within the idle limit.
const GRACE: Duration = Duration::from_secs(15);
