//! One connection: plain or TLS, its limits and its end.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    net::SocketAddr,
    panic::AssertUnwindSafe,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body};
use edge::{Metrics, Peer};
use futures_util::{FutureExt as _, future::BoxFuture};
use http::{Request, Response, StatusCode};
use hyper::{
    body::Incoming,
    rt::Executor,
    server::conn::{http1, http2},
    service::{Service, service_fn},
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

use crate::{Settings, Tls, accept::no_delay, io::Patient, pace::Paced, prompt::Prompt};

/// What every connection needs.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) router: Router,
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) settings: Settings,
    pub(crate) metrics: Arc<Metrics>,
    /// End after the request that is being answered.
    pub(crate) stop: CancellationToken,
    /// End now.
    pub(crate) cut: CancellationToken,
    /// The tasks of HTTP/2 streams.
    pub(crate) streams: TaskTracker,
}

impl Door {
    /// Serves a connection to its end.
    pub(crate) async fn welcome(&self, stream: TcpStream, address: SocketAddr) {
        self.metrics.connections.inc();
        no_delay(&stream);
        tokio::select! {
            () = self.serve(stream, address) => {}
            () = self.cut.cancelled() => {}
        }
        self.metrics.connections.dec();
    }

    async fn serve(&self, stream: TcpStream, address: SocketAddr) {
        let Some(tls) = &self.tls else {
            return self.http1(Box::new(stream), Peer { address, tls: false }).await;
        };
        match tokio::time::timeout(HANDSHAKE, speaks_tls(&stream)).await {
            Ok(true) => {}
            Ok(false) => return self.hint(stream).await,
            Err(_slow) => return self.refuse(),
        }
        let handshake = tls.acceptor().accept(stream);
        let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, handshake).await else {
            return self.refuse();
        };
        let peer = Peer { address, tls: true };
        if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
            self.http2(Box::new(stream), peer).await;
        } else {
            self.http1(Box::new(stream), peer).await;
        }
    }

    async fn http1(&self, stream: Box<dyn Stream>, peer: Peer) {
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(self.settings.head_timeout())
            .max_buf_size(self.settings.max_head_bytes.max(8192));
        let io = TokioIo::new(Patient::new(stream, self.settings.write_timeout()));
        let mut connection = builder.serve_connection(io, self.service(peer));
        let mut stopping = false;
        let prompt = Prompt::default();
        let ended = loop {
            let ended = tokio::select! {
                ended = poll_fn(|cx| prompt.poll(cx, |cx| connection.poll_without_shutdown(cx))) => Some(ended),
                () = self.stop.cancelled(), if !stopping => None,
            };
            if let Some(ended) = ended {
                break ended;
            }
            stopping = true;
            Pin::new(&mut connection).graceful_shutdown();
        };
        let timed_out = ended.as_ref().is_err_and(hyper::Error::is_timeout);
        self.ended(ended);
        if !timed_out {
            linger(connection.into_parts().io.into_inner()).await;
        }
    }

    async fn http2(&self, stream: Box<dyn Stream>, peer: Peer) {
        let executor = Tracked(self.streams.clone(), self.cut.clone());
        let head = u32::try_from(self.settings.max_head_bytes).unwrap_or(u32::MAX);
        let mut builder = http2::Builder::new(executor);
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(head)
            .keep_alive_interval(Some(PING))
            .keep_alive_timeout(HANDSHAKE);
        let io = TokioIo::new(Patient::new(stream, self.settings.write_timeout()));
        let mut connection = pin!(builder.serve_connection(io, self.service(peer)));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        self.ended(ended);
    }

    fn service(
        &self,
        peer: Peer,
    ) -> impl Service<
        Request<Incoming>,
        Response = Response<Body>,
        Error = Infallible,
        Future = Answered,
    > + use<> {
        let router = self.router.clone();
        let settings = self.settings.clone();
        service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(|body| Body::new(Paced::new(body, &settings)));
            request.extensions_mut().insert(peer);
            let answered = AssertUnwindSafe(router.clone().oneshot(request)).catch_unwind();
            Box::pin(async move {
                // Webhook addresses have no layer of their own that catches.
                answered.await.unwrap_or_else(|_panic| {
                    let mut failed = Response::new(Body::empty());
                    *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                    Ok(failed)
                })
            }) as Answered
        })
    }

    fn refuse(&self) {
        self.metrics.refused_connections.inc();
    }

    fn ended(&self, ended: hyper::Result<()>) {
        if let Err(error) = ended {
            if error.is_timeout() {
                self.refuse();
            }
            // Callers that go away are no failure of ours.
            tracing::debug!(%error, "a connection ended early");
        }
    }

    /// Tells a plain HTTP caller that TLS is spoken here.
    async fn hint(&self, mut stream: TcpStream) {
        self.refuse();
        let answer = async {
            stream.write_all(HINT.as_bytes()).await?;
            stream.shutdown().await?;
            // Read what was sent, within bounds, so that the answer is not lost to a reset.
            let mut rest = [0_u8; 1024];
            for _ in 0..64 {
                stream.readable().await?;
                match stream.try_read(&mut rest) {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        };
        if let Ok(Err(error)) = tokio::time::timeout(Duration::from_secs(2), answer).await {
            tracing::debug!(%error, "the hint at HTTPS did not arrive");
        }
    }
}

/// Closes our side, then reads what the caller still sends, for a moment: an answer to a body that was not
/// read to its end (413) would be lost to a reset otherwise.
async fn linger(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let rest = async {
        stream.shutdown().await?;
        let mut waste = vec![0_u8; 16 * 1024];
        let mut left = LINGER_BYTES;
        while left > 0 {
            match stream.read(&mut waste).await? {
                0 => break,
                count => left = left.saturating_sub(count),
            }
        }
        Ok::<_, std::io::Error>(())
    };
    if let Ok(Err(error)) = tokio::time::timeout(LINGER, rest).await {
        tracing::debug!(%error, "the caller was gone before the end");
    }
}

/// Whether the first byte opens a TLS handshake (RFC 8446 §5.1: content type 22).
async fn speaks_tls(stream: &TcpStream) -> bool {
    let mut first = [0_u8; 1];
    match stream.peek(&mut first).await {
        Ok(1) => first == [22],
        // Nothing comes: the handshake will say so.
        _ => true,
    }
}

/// Plain or TLS; behind a pointer, so that hyper is compiled once for both.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// An answer on its way.
type Answered = BoxFuture<'static, Result<Response<Body>, Infallible>>;

/// Runs the streams of an HTTP/2 connection where the stop can see them.
#[derive(Debug, Clone)]
struct Tracked(TaskTracker, CancellationToken);

impl<F> Executor<F> for Tracked
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let cut = self.1.clone();
        let running: BoxFuture<'static, ()> =
            Box::pin(async move { drop(cut.run_until_cancelled_owned(stream).await) });
        self.0.spawn(running);
    }
}

/// How long the TLS handshake may take, and how long an HTTP/2 ping may stay without answer.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How often an idle HTTP/2 connection is asked whether it lives.
const PING: Duration = Duration::from_secs(30);

/// How long, and how much, is read after the last answer.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 32 << 20;

/// How many requests one HTTP/2 connection may have open.
const STREAMS: u32 = 128;

const HINT: &str = "HTTP/1.1 400 Bad Request\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 70\r\n\
    Connection: close\r\n\r\n\
    This address speaks HTTPS only: start the address with https:// please";
