//! Listening for mail and keeping it.

use std::{fmt, io, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use db::Tx;
use file_store::Incoming;
use identity::SystemScopes;
use kernel::{MailId, Scope, TeamId};
use smtp::{Ended, Limits, Mailroom, Safety, Verdict};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Direction, MAILS_TOPIC, Mail, MailState, read, senders, store};
use crate::{Result, Workspace, teams};

/// A connection in both directions.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Duplex for S {}

/// An encrypted connection on its way.
pub type Upgrading = Pin<Box<dyn Future<Output = io::Result<Box<dyn Duplex>>> + Send>>;

/// Begins TLS on a connection, as a server.
pub type Upgrade = Arc<dyn Fn(TcpStream) -> Upgrading + Send + Sync>;

/// What the reception of mail stands on.
#[derive(Clone)]
pub struct Door {
    /// The mailboxes.
    pub workspace: Arc<Workspace>,
    /// For whom mail is kept.
    pub system: SystemScopes,
    /// How TLS begins, where the hub has a certificate.
    pub upgrade: Option<Upgrade>,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("tls", &self.upgrade.is_some()).finish_non_exhaustive()
    }
}

impl Door {
    /// Listens where the settings say; `None` when they say nowhere.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub async fn bind(&self) -> io::Result<Option<Receiver>> {
        let Some(address) = self.workspace.settings.mail.listen else { return Ok(None) };
        Ok(Some(Receiver { listener: TcpListener::bind(address).await?, door: self.clone() }))
    }

    /// One sender's visit.
    async fn visit(&self, stream: TcpStream, limits: &Limits) -> io::Result<()> {
        let mut desk = Desk::new(Arc::clone(&self.workspace), self.system.clone());
        let safety = match (&self.upgrade, self.workspace.settings.mail.require_tls) {
            (None, _) => Safety::Never,
            (Some(_), false) => Safety::Offered,
            (Some(_), true) => Safety::Required,
        };
        let mut stream = BufStream::new(stream);
        let ended = smtp::serve(&mut stream, &mut desk, limits, safety).await?;
        let (Ended::Upgrade, Some(upgrade)) = (ended, &self.upgrade) else { return Ok(()) };
        // What came too early, before TLS, goes with the buffer (RFC 3207 §4.2).
        let handshake = tokio::time::timeout(limits.idle, upgrade(stream.into_inner())).await;
        let stream = BufStream::new(handshake??);
        smtp::serve(stream, &mut desk, limits, Safety::On).await.map(drop)
    }
}

/// A bound listener for mail; run it once.
#[derive(Debug)]
pub struct Receiver {
    listener: TcpListener,
    door: Door,
}

impl Receiver {
    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop`, then lets those who are connected finish, for a short while.
    pub async fn run(self, stop: CancellationToken) {
        let settings = &self.door.workspace.settings.mail;
        let slots =
            Arc::new(Semaphore::new(usize::try_from(settings.max_connections).unwrap_or(1)));
        let limits = Limits {
            host: settings.domain.clone(),
            max_bytes: settings.max_mail_bytes,
            idle: IDLE,
        };
        let tracker = TaskTracker::new();
        loop {
            let slot = tokio::select! {
                () = stop.cancelled() => break,
                slot = Arc::clone(&slots).acquire_owned() => slot,
            };
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = self.listener.accept() => accepted,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(error = %error, "a mail connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            if !senders::is_near(&settings.accept_networks, peer.ip()) {
                tracing::debug!(%peer, "mail is not taken from there");
                let mut stream = stream;
                // Whether it hears it or not.
                drop(stream.write_all(b"554 5.7.1 mail is not taken from there\r\n").await);
                continue;
            }
            let (door, limits, stop) = (self.door.clone(), limits.clone(), stop.clone());
            tracker.spawn(async move {
                let _slot = slot;
                tokio::select! {
                    ended = door.visit(stream, &limits) => if let Err(error) = ended {
                        tracing::debug!(%peer, error = %error, "a mail connection broke");
                    },
                    () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => {}
                }
            });
        }
        tracker.close();
        tracker.wait().await;
    }
}

/// Takes the mails of one connection.
struct Desk {
    workspace: Arc<Workspace>,
    system: SystemScopes,
    scope: Option<Scope>,
    teams: Vec<(TeamId, String)>,
    incoming: Option<Incoming>,
    /// Whether the envelope names no sender.
    notice: bool,
}

impl Desk {
    const fn new(workspace: Arc<Workspace>, system: SystemScopes) -> Self {
        Self { workspace, system, scope: None, teams: Vec::new(), incoming: None, notice: false }
    }

    /// The team of an address, and a scope in its tenant.
    async fn find(&self, address: &str) -> Result<Option<(Scope, TeamId)>, identity::Error> {
        let Some((name, domain)) = address.rsplit_once('@') else { return Ok(None) };
        if !domain.eq_ignore_ascii_case(&self.workspace.settings.mail.domain) {
            return Ok(None);
        }
        let name = name.to_ascii_lowercase();
        for tenant in self.system.tenants().await? {
            let scope = self.system.scope(tenant.id, JOB);
            let name = name.clone();
            let find = move |tx: &Tx<'_>| teams::store::find_by_mail_name(tx, &name);
            let team: db::Result<_> = self.workspace.db.read_one(&scope, find).await;
            if let Some(team) = team? {
                return Ok(Some((scope, team)));
            }
        }
        Ok(None)
    }

    async fn keep(&mut self) -> Result<Verdict> {
        let (Some(scope), Some(incoming)) = (self.scope.clone(), self.incoming.take()) else {
            return Ok(Verdict::No);
        };
        let kept = incoming.keep().await?;
        let files = &self.workspace.files;
        let raw = files.read_all(scope.tenant(), kept.sha256, kept.size).await?;
        let summary = read::summary(raw).await;
        let shown = summary.sender.rsplit('<').next().unwrap_or_default().trim_end_matches('>');
        let welcome = senders::is_welcome(&self.workspace.settings.mail.accept_senders, shown);
        // A notice about mail shows the server that wrote it.
        if summary.hops > MAX_HOPS || !(welcome || self.notice) {
            return Ok(Verdict::No);
        }
        let now = self.workspace.clock.now();
        let recipients: Vec<String> =
            self.teams.iter().map(|(_, address)| address.clone()).collect();
        let mails: Vec<Mail> = self
            .teams
            .iter()
            .map(|(team, _)| Mail {
                id: self.workspace.ids.fresh::<MailId>(),
                team: *team,
                position: 0,
                direction: Direction::In,
                state: MailState::Received,
                sender: summary.sender.clone(),
                recipients: recipients.clone(),
                subject: summary.subject.clone(),
                preview: summary.preview.clone(),
                attachments: summary.attachments,
                message_id: summary.message_id.clone(),
                size: i64::try_from(kept.size).unwrap_or(i64::MAX),
                created_at: now,
                created_by: None,
                attempts: 0,
                failure: None,
                sha256: kept.sha256,
            })
            .collect();
        let insert = move |tx: &Tx<'_>| -> db::Result<()> {
            for mail in &mails {
                let position = event_log::draw(tx, MAILS_TOPIC, mail.team.uuid())?;
                store::insert(tx, &Mail { position, ..mail.clone() }, None)?;
            }
            Ok(())
        };
        self.workspace.db.write(&scope, insert).await?;
        drop(kept);
        Ok(Verdict::Yes)
    }
}

impl Mailroom for Desk {
    fn sender(&mut self, address: &str) -> Verdict {
        self.notice = address.is_empty();
        let welcome = senders::is_welcome(&self.workspace.settings.mail.accept_senders, address);
        if welcome { Verdict::Yes } else { Verdict::No }
    }

    async fn recipient(&mut self, address: &str) -> Verdict {
        match self.find(address).await {
            Ok(None) => Verdict::Unknown,
            Ok(Some((scope, team))) => {
                let other = self.scope.as_ref().is_some_and(|own| own.tenant() != scope.tenant());
                if other {
                    return Verdict::Apart;
                }
                self.scope = Some(scope);
                if self.teams.iter().all(|(known, _)| *known != team) {
                    self.teams.push((team, address.to_owned()));
                }
                Verdict::Yes
            }
            Err(error) => {
                tracing::error!(error = %error, "the recipient of a mail could not be looked up");
                Verdict::Later
            }
        }
    }

    async fn piece(&mut self, bytes: Bytes) -> io::Result<bool> {
        let Some(scope) = &self.scope else { return Ok(false) };
        let incoming = match &mut self.incoming {
            Some(incoming) => incoming,
            none => {
                let limit = self.workspace.settings.mail.max_mail_bytes;
                none.insert(self.workspace.files.begin(scope.tenant(), limit).await?)
            }
        };
        incoming.write(&bytes).await
    }

    async fn accept(&mut self) -> Verdict {
        match self.keep().await {
            Ok(verdict) => verdict,
            Err(error) => {
                tracing::error!(error = %error, "a mail could not be kept");
                Verdict::Later
            }
        }
    }

    fn reset(&mut self) {
        (self.scope, self.incoming) = (None, None);
        self.teams.clear();
    }
}

/// The job's name in the audit.
const JOB: &str = "mail";
/// RFC 5321 §4.5.3.2.7 asks for five minutes; a hub that is written to by neighbours needs less.
const IDLE: Duration = Duration::from_mins(1);
/// How long a connected sender may go on once the hub stops.
const GRACE: Duration = Duration::from_secs(5);
/// RFC 5321 §6.3: more is a loop.
const MAX_HOPS: usize = 100;
