//! The server: a thread for each connection.

use std::{
    collections::HashMap,
    fmt,
    io::{self, BufReader, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::{Answer, Fault, Place, Request, Vendor, place::Inner};

/// A server on loopback with any number of places; it ends with the value.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    places: Mutex<HashMap<String, Arc<Inner>>>,
    connections: Mutex<Vec<TcpStream>>,
    stopped: AtomicBool,
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Receiver {
    /// A server without places.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start() -> io::Result<Self> {
        Self::on(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// The same at an address.
    ///
    /// # Errors
    /// When the address is taken.
    pub fn on(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        thread::Builder::new().name("receiver".to_owned()).spawn(move || {
            for stream in listener.incoming() {
                if accepting.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let shared = Arc::clone(&accepting);
                drop(thread::Builder::new().spawn(move || shared.serve(&stream)));
            }
        })?;
        Ok(Self { address, shared })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// A new place of a vendor.
    pub fn place(&self, vendor: Vendor) -> Place {
        let mut places = self.shared.places.lock().unwrap_or_else(PoisonError::into_inner);
        let (path, query) = vendor.path(places.len() + 1);
        let inner = Arc::new(Inner::new(vendor));
        places.insert(path.clone(), Arc::clone(&inner));
        Place { url: format!("http://{}{path}{query}", self.address), inner }
    }
}

impl Drop for Receiver {
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
    fn serve(&self, stream: &TcpStream) {
        stream.set_nodelay(true).ok();
        if let Ok(copy) = stream.try_clone() {
            self.connections.lock().unwrap_or_else(PoisonError::into_inner).push(copy);
        }
        // A connection that breaks is what senders have to live with.
        self.talk(stream).ok();
        stream.shutdown(Shutdown::Both).ok();
    }

    fn talk(&self, mut stream: &TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        while let Some(mut request) = Request::head(&mut reader)? {
            let place = {
                let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
                places.get(&request.path).cloned()
            };
            let Some(place) = place else {
                request.read_body(&mut reader)?;
                write(&mut stream, &Answer::text(404, "no_service"))?;
                continue;
            };
            let fault = place.next_fault();
            if fault == Fault::Reset {
                // What was not read makes the system send a reset.
                return Ok(());
            }
            request.read_body(&mut reader)?;
            let answer = match fault {
                Fault::Status(status) => Answer::text(status, "something failed"),
                Fault::Busy(seconds) => {
                    Answer { retry_after: Some(seconds), ..Answer::text(429, "rate_limited") }
                }
                _ => place.take(request, fault.answers()),
            };
            match fault {
                Fault::Lost => return Ok(()),
                Fault::Stall(time) => {
                    thread::sleep(time);
                    return Ok(());
                }
                Fault::Slow(time) => thread::sleep(time),
                _ => {}
            }
            write(&mut stream, &answer)?;
        }
        Ok(())
    }
}

fn write(stream: &mut &TcpStream, answer: &Answer) -> io::Result<()> {
    let mut head = format!(
        "HTTP/1.1 {} X\r\ncontent-type: {}\r\ncontent-length: {}\r\n",
        answer.status,
        answer.content_type,
        answer.body.len()
    );
    if let Some(seconds) = answer.retry_after {
        head.push_str("retry-after: ");
        head.push_str(&seconds.to_string());
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    head.push_str(&answer.body);
    stream.write_all(head.as_bytes())
}
