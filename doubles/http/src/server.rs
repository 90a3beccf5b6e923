//! The server: a thread for each connection.

use std::{
    fmt,
    io::{self, BufRead as _, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use rustls::{ServerConnection, StreamOwned};

use crate::{Request, Response, Tls, request::Wire};

type Handler = dyn Fn(Request) -> Response + Send + Sync;

/// A server; it ends with the value.
pub struct Server {
    address: SocketAddr,
    secure: bool,
    shared: Arc<Shared>,
}

struct Shared {
    handler: Box<Handler>,
    tls: Option<Tls>,
    connections: Mutex<Vec<TcpStream>>,
    stopped: AtomicBool,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Server {
    /// Listens when it returns. Handlers run on many threads at a time.
    ///
    /// # Errors
    /// When the address is taken.
    pub fn start(
        address: SocketAddr,
        tls: Option<Tls>,
        handler: impl Fn(Request) -> Response + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let secure = tls.is_some();
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
            tls,
            connections: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::Builder::new().name("accept".to_owned()).spawn(move || {
            for stream in listener.incoming() {
                if accepting.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let shared = Arc::clone(&accepting);
                drop(thread::Builder::new().spawn(move || shared.serve(stream)));
            }
        })?;
        Ok(Self { address, secure, shared })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as an address of the web, without a slash at its end.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
        let connections = self.shared.connections.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in connections.iter() {
            stream.shutdown(Shutdown::Both).ok();
        }
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream) {
        stream.set_nodelay(true).ok();
        let Ok(copy) = stream.try_clone() else { return };
        self.remember(&copy);
        // A connection that breaks is the client's affair.
        self.talk(stream).ok();
        copy.shutdown(Shutdown::Both).ok();
    }

    fn remember(&self, stream: &TcpStream) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.retain(|old| old.peer_addr().is_ok());
        connections.extend(stream.try_clone());
    }

    fn talk(&self, stream: TcpStream) -> io::Result<()> {
        let mut stream = BufReader::new(match &self.tls {
            Some(tls) => Stream::Tls(Box::new(tls.accept(stream)?)),
            None => Stream::Plain(stream),
        });
        while !stream.fill_buf()?.is_empty() {
            let request = match Request::read(&mut stream) {
                Ok(Some(request)) => request,
                Ok(None) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    return Response::text(400, &error.to_string()).write(stream.wire(), false);
                }
                Err(error) => return Err(error),
            };
            let last =
                request.header("connection").is_some_and(|c| c.eq_ignore_ascii_case("close"));
            let headless = request.method == "HEAD";
            let request = Request { secure: self.tls.is_some(), ..request };
            (self.handler)(request).write(stream.wire(), headless)?;
            if last {
                return Ok(());
            }
        }
        Ok(())
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Tls(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(from),
            Self::Tls(stream) => stream.write(from),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

impl Wire for BufReader<Stream> {
    fn wire(&mut self) -> &mut dyn Write {
        self.get_mut()
    }
}
