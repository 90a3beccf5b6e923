//! A proxy in front of the server that breaks connections at the worst moment.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// What happens to the next COMMIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trap {
    /// It never reaches the server, and both sides see the end of the connection.
    Swallow,
    /// It never reaches the server, which does not learn that the client is gone.
    Strand,
    /// The server commits; its answer never arrives.
    LoseAnswer,
    /// As before, and from then on nobody can connect.
    LoseAnswerAndGo,
}

#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    trap: Mutex<Option<Trap>>,
    refusing: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
    stranded: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    pub(crate) fn start(server: String) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Arc::new(Self {
            address: listener.local_addr().unwrap(),
            trap: Mutex::default(),
            refusing: AtomicBool::new(false),
            open: Mutex::default(),
            stranded: Mutex::default(),
        });
        let accepting = Arc::clone(&proxy);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if accepting.refusing.load(Ordering::SeqCst) {
                    continue;
                }
                let server = TcpStream::connect(&server).unwrap();
                accepting.carry(client, server);
            }
        });
        proxy
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets a trap for the next COMMIT.
    pub(crate) fn set(&self, trap: Trap) {
        *self.trap.lock().unwrap() = Some(trap);
    }

    /// Whether the trap has snapped.
    pub(crate) fn has_snapped(&self) -> bool {
        self.trap.lock().unwrap().is_none()
    }

    /// Breaks every connection.
    pub(crate) fn cut(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// Lets nobody in, or everybody again.
    pub(crate) fn refuse(&self, refusing: bool) {
        self.refusing.store(refusing, Ordering::SeqCst);
    }

    fn carry(self: &Arc<Self>, client: TcpStream, server: TcpStream) {
        let mut open = self.open.lock().unwrap();
        open.push(client.try_clone().unwrap());
        open.push(server.try_clone().unwrap());
        drop(open);
        let mute = Arc::new(AtomicBool::new(false));
        let (from, to, muted) =
            (server.try_clone().unwrap(), client.try_clone().unwrap(), Arc::clone(&mute));
        thread::spawn(move || back(from, to, &muted));
        let proxy = Arc::clone(self);
        thread::spawn(move || proxy.forth(client, server, &mute));
    }

    fn forth(&self, mut client: TcpStream, mut server: TcpStream, mute: &AtomicBool) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = client.read(&mut buffer) {
            let chunk = &buffer[..read];
            let trap = if chunk.starts_with(b"Q") && chunk.ends_with(b"COMMIT\0") {
                self.trap.lock().unwrap().take()
            } else {
                None
            };
            match trap {
                None => {
                    if server.write_all(chunk).is_err() {
                        break;
                    }
                }
                Some(Trap::Swallow) => break,
                Some(Trap::Strand) => {
                    self.stranded.lock().unwrap().push(server.try_clone().unwrap());
                    drop(client.shutdown(Shutdown::Both));
                    return;
                }
                Some(trap) => {
                    if trap == Trap::LoseAnswerAndGo {
                        self.refuse(true);
                    }
                    // The other direction ends the connection when the answer comes.
                    mute.store(true, Ordering::SeqCst);
                    server.write_all(chunk).unwrap();
                }
            }
        }
        drop(client.shutdown(Shutdown::Both));
        drop(server.shutdown(Shutdown::Both));
    }
}

fn back(mut server: TcpStream, mut client: TcpStream, mute: &AtomicBool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = server.read(&mut buffer) {
        if mute.load(Ordering::SeqCst) || client.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    drop(client.shutdown(Shutdown::Both));
}
