//! The built binary as a child process.

use std::{
    collections::BTreeSet,
    fs::File,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::{Connection, Database, Demo, Item, Page, process, tools};

/// How long a start may take in an unoptimised build on a busy machine.
const START: Duration = Duration::from_mins(1);

/// How long a graceful stop may take.
const STOP: Duration = Duration::from_secs(30);

/// How a server is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Arguments after the fixed ones.
    pub arguments: Vec<String>,
    /// The binary, if not the one that `LIAISON_BIN` names.
    pub binary: Option<PathBuf>,
    /// Whether clients must use TLS: readiness is then seen on the port alone.
    pub tls: bool,
    /// SQLite in the folder, also when `LIAISON_TEST_DATABASE` names a server.
    pub embedded: bool,
}

/// A demo server with a folder and a database of its own, killed when it goes out of scope.
#[derive(Debug)]
pub struct Server {
    child: Option<Child>,
    folder: TempDir,
    database: Option<Arc<Database>>,
    options: Options,
    address: SocketAddr,
    demo: Demo,
    ready_after: Duration,
}

impl Server {
    /// Starts a fresh demo and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn demo() -> Result<Self> {
        Self::with(Options::default())
    }

    /// Starts a fresh demo in a way of one's own.
    ///
    /// # Errors
    /// As [`Self::demo`].
    pub fn with(options: Options) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("liaison-e2e-").tempdir()?;
        let database = if options.embedded { None } else { Database::fresh()?.map(Arc::new) };
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let demo = Demo {
            base_url: String::new(),
            admin: crate::Account {
                user: String::new(),
                password: String::new(),
                token: String::new(),
            },
            seller: crate::Account {
                user: String::new(),
                password: String::new(),
                token: String::new(),
            },
            tenant: String::new(),
            webhooks: Vec::new(),
        };
        let mut server = Self {
            child: None,
            folder,
            database,
            options,
            address,
            demo,
            ready_after: Duration::ZERO,
        };
        server.start()?;
        if !server.options.tls {
            server.settle()?;
        }
        Ok(server)
    }

    /// Starts on what a backup of this server held, in a folder and a database of their own.
    ///
    /// # Errors
    /// When the archive is refused, or the server does not become ready.
    pub fn restored(&self, archive: &Path, key: &Path) -> Result<Self> {
        let mut copy = Self {
            child: None,
            folder: tempfile::Builder::new().prefix("liaison-e2e-").tempdir()?,
            database: match &self.database {
                Some(_) => Database::fresh()?.map(Arc::new),
                None => None,
            },
            options: self.options.clone(),
            address: SocketAddr::from(([127, 0, 0, 1], free_port()?)),
            demo: self.demo.clone(),
            ready_after: Duration::ZERO,
        };
        let key = key.to_string_lossy().into_owned();
        let output = copy.run(&["restore", &archive.to_string_lossy(), "--key", &key])?;
        if !output.status.success() {
            bail!(
                "restore ended with {}: {}",
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        // Passwords and tokens of the demo are in no backup: only their hashes are.
        std::fs::copy(self.data().join("demo.json"), copy.data().join("demo.json"))?;
        copy.start()?;
        Ok(copy)
    }

    /// One more process on this server's database, with a folder of its own that holds the same key. None
    /// on SQLite, which is one process's alone.
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn beside(&self) -> Result<Option<Self>> {
        let Some(database) = &self.database else { return Ok(None) };
        let mut other = Self {
            child: None,
            folder: tempfile::Builder::new().prefix("liaison-e2e-").tempdir()?,
            database: Some(Arc::clone(database)),
            options: self.options.clone(),
            address: SocketAddr::from(([127, 0, 0, 1], free_port()?)),
            demo: self.demo.clone(),
            ready_after: Duration::ZERO,
        };
        std::fs::create_dir(other.data())?;
        // Who has the demo's passwords already makes no new ones.
        for shared in ["seal.key", "demo.json"] {
            std::fs::copy(self.data().join(shared), other.data().join(shared))?;
        }
        other.start()?;
        Ok(Some(other))
    }

    /// Runs a command on this server's folder and database.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(self.binary()?);
        command.arg("--data").arg(self.data()).args(arguments).stdin(Stdio::null());
        if let Some(database) = &self.database {
            command.args(["--database-url", database.url()]);
        }
        Ok(command.output()?)
    }

    fn binary(&self) -> Result<PathBuf> {
        self.options.binary.clone().map_or_else(tools::binary, Ok)
    }

    /// Waits until the cards of a fresh demo stand in their channels.
    fn settle(&self) -> Result<()> {
        let mut connection = self.as_admin()?;
        let channels: BTreeSet<&str> =
            self.demo.webhooks.iter().map(|w| w.channel_id.as_str()).collect();
        for channel in channels {
            let answer = connection.get(&format!("/api/v1/channels/{channel}/webhooks"))?.json()?;
            let hooks = answer.get("items").and_then(Value::as_array).into_iter().flatten();
            let accepted: u64 =
                hooks.filter_map(|h| h.get("totals")?.get("accepted")?.as_u64()).sum();
            let shown = |items: &[Item]| items.iter().filter(|i| i.webhook_id.is_some()).count();
            self.messages_when(channel, |items| shown(items) as u64 >= accepted)?;
        }
        Ok(())
    }

    /// Starts it again on the same folder and port.
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn start(&mut self) -> Result<()> {
        let binary = self.binary()?;
        let log = File::options().create(true).append(true).open(self.log_path())?;
        let mut command = Command::new(&binary);
        command
            .args(["serve", "--demo", "--data"])
            .arg(self.data())
            .args(["--listen", &self.address.to_string()])
            .args(&self.options.arguments)
            // What the disk of whoever runs the tests has left is not what they ask.
            .env("LIAISON__WEBHOOKS__MIN_FREE_PERCENT", "0")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        if let Some(database) = &self.database {
            command.args(["--database-url", database.url()]);
        }
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("starting {}", binary.display()))?;
        self.child = Some(child);
        self.wait_until_ready(started)?;
        self.ready_after = started.elapsed();
        self.demo = Demo::read(&self.data())?;
        Ok(())
    }

    fn wait_until_ready(&mut self, started: Instant) -> Result<()> {
        loop {
            if self.is_ready() {
                return Ok(());
            }
            let ended = self.child.as_mut().map(Child::try_wait).transpose()?.flatten();
            if let Some(status) = ended {
                bail!("the server ended with {status} before it was ready:\n{}", self.log());
            }
            if started.elapsed() > START {
                bail!("the server was not ready after {START:?}:\n{}", self.log());
            }
            sleep(Duration::from_millis(2));
        }
    }

    fn is_ready(&self) -> bool {
        if self.options.tls {
            return self.data().join("demo.json").is_file()
                && std::net::TcpStream::connect(self.address).is_ok();
        }
        Connection::open(self.address)
            .and_then(|mut c| c.get("/readyz"))
            .is_ok_and(|answer| answer.status == 200)
    }

    /// Ends it without a chance to tidy up.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the server does not run")?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// Asks it to stop and waits.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub fn stop(&mut self) -> Result<ExitStatus> {
        let mut child = self.child.take().context("the server does not run")?;
        process::signal("TERM", child.id())?;
        let asked = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if asked.elapsed() > STOP {
                child.kill()?;
                child.wait()?;
                bail!("the server did not stop within {STOP:?}:\n{}", self.log());
            }
            sleep(Duration::from_millis(5));
        }
    }

    /// Starts it again over TLS, with the arguments that name certificate and key.
    ///
    /// # Errors
    /// When it does not stop, or is not ready in time.
    pub fn restart_over_tls(&mut self, arguments: Vec<String>) -> Result<()> {
        self.stop()?;
        self.options.arguments.extend(arguments);
        self.options.tls = true;
        self.start()
    }

    /// A connection without credentials.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn connect(&self) -> Result<Connection> {
        Connection::open(self.address)
    }

    /// A connection with the administrator's token.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn as_admin(&self) -> Result<Connection> {
        Ok(self.connect()?.with_token(&self.demo.admin.token))
    }

    /// All messages of a channel, oldest first, read page by page.
    ///
    /// # Errors
    /// When a page is refused or has not the agreed shape.
    pub fn messages(&self, channel_id: &str) -> Result<Vec<Item>> {
        let mut connection = self.as_admin()?;
        let mut items = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("/api/v1/channels/{channel_id}/messages?limit=200{after}");
            let answer = connection.get(&path)?;
            if answer.status != 200 {
                bail!("listing messages answered {}: {}", answer.status, answer.text());
            }
            let page: Page = serde_json::from_slice(&answer.body).context("a page of messages")?;
            items.extend(page.items);
            match page.next {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(items),
            }
        }
    }

    /// Waits until the channel's list fulfils a condition and returns it.
    ///
    /// # Errors
    /// When it does not within 30 seconds.
    pub fn messages_when(
        &self,
        channel_id: &str,
        done: impl Fn(&[Item]) -> bool,
    ) -> Result<Vec<Item>> {
        let started = Instant::now();
        loop {
            let items = self.messages(channel_id)?;
            if done(&items) {
                return Ok(items);
            }
            if started.elapsed() > Duration::from_secs(30) {
                bail!(
                    "the channel's list did not come to what is expected; it has {} items",
                    items.len()
                );
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What `demo.json` says.
    pub const fn demo_data(&self) -> &Demo {
        &self.demo
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder beside its data, for what a test writes.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address of its PostgreSQL database, if it has one.
    pub fn database_url(&self) -> Option<&str> {
        self.database.as_ref().map(|database| database.url())
    }

    /// Its process id.
    ///
    /// # Errors
    /// When it does not run.
    pub fn pid(&self) -> Result<u32> {
        Ok(self.child.as_ref().context("the server does not run")?.id())
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|c| matches!(c.try_wait(), Ok(None)))
    }

    /// How long the last start took until `/readyz` said 200.
    pub const fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Everything it has printed.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill().ok();
        }
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let tail = lines.get(lines.len().saturating_sub(40)..).unwrap_or_default();
            report(&tail.join("\n"));
        }
    }
}

#[expect(clippy::print_stderr, reason = "a failed test shows what its server said last")]
fn report(tail: &str) {
    eprintln!("── the server's last lines ──\n{tail}");
}

/// A loopback port that is free now.
///
/// # Errors
/// When the system has none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
