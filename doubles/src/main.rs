//! Starts one of the stand-ins: `doubles salesforce --listen 127.0.0.1:8100`.
//!
//! When it listens it prints one line of JSON, and nothing else before it: where it is and with what to sign in. It
//! ends with the process.

use std::{
    fs,
    io::{self, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process, thread,
};

use clap::{Args, Parser, Subcommand};
use doubles_http::{Authority, Tls};

#[derive(Debug, Parser)]
#[command(about = "Stand-ins for services outside, for tests")]
struct Cli {
    #[command(subcommand)]
    service: Service,
}

#[derive(Debug, Subcommand)]
enum Service {
    /// An environment of Dataverse: our own store and Web API, on a database of their own
    Dataverse {
        /// Address to listen on; port 0 takes a free one
        #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
        listen: SocketAddr,
    },
    /// Microsoft Graph and the directory in front of it
    Graph {
        #[command(flatten)]
        place: Place,
        /// Root of all links, for clients that know one root only; its own address unless given
        #[arg(long, value_name = "URL")]
        root: Option<String>,
        /// Authorities that notification addresses may show, as a file of PEM
        #[arg(long, value_name = "FILE")]
        trust: Option<PathBuf>,
    },
    /// A Salesforce organisation
    Salesforce(Place),
}

/// Where a stand-in is.
#[derive(Debug, Args)]
struct Place {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Address of the control, which breaks things on demand; off unless given
    #[arg(long, value_name = "ADDRESS")]
    control: Option<SocketAddr>,
    /// Serve TLS with an authority made for this run, which is written to this folder
    #[arg(long, value_name = "FOLDER")]
    tls: Option<PathBuf>,
    /// Folder for the private key that clients sign with; a temporary one unless given
    #[arg(long, value_name = "FOLDER")]
    keys: Option<PathBuf>,
}

impl Place {
    /// The certificate, and the file of the authority behind it.
    fn tls(&self) -> io::Result<Option<(Tls, PathBuf)>> {
        let Some(folder) = &self.tls else { return Ok(None) };
        fs::create_dir_all(folder)?;
        let authority = Authority::create()?;
        let file = folder.join("authority.pem");
        fs::write(&file, authority.pem())?;
        let address = self.listen.ip().to_string();
        Ok(Some((authority.issue(&["localhost", "127.0.0.1", &address])?, file)))
    }

    fn keys(&self) -> PathBuf {
        let usual = || std::env::temp_dir().join(format!("doubles-{}", process::id()));
        self.keys.clone().unwrap_or_else(usual)
    }
}

fn main() -> io::Result<()> {
    match Cli::parse().service {
        Service::Dataverse { listen } => {
            stay(&doubles_dataverse::Double::start(listen)?.announcement())
        }
        Service::Graph { place, root, trust } => {
            let (tls, authority) = place.tls()?.unzip();
            let (listen, control) = (place.listen, place.control);
            let config = doubles_graph::Config { listen, tls, control, root, trust };
            let double = doubles_graph::Double::start(config)?;
            let mut said = double.announcement();
            announce_file(&mut said, "authority_file", authority.as_deref());
            stay(&said)
        }
        Service::Salesforce(place) => {
            let (tls, authority) = place.tls()?.unzip();
            let config = doubles_salesforce::Config {
                listen: place.listen,
                tls,
                control: place.control,
                keys: place.keys(),
            };
            let double = doubles_salesforce::Double::start(config)?;
            let mut said = double.announcement();
            announce_file(&mut said, "authority_file", authority.as_deref());
            stay(&said)
        }
    }
}

fn announce_file(said: &mut serde_json::Value, name: &str, file: Option<&Path>) {
    if let (Some(members), Some(file)) = (said.as_object_mut(), file) {
        members.insert(name.to_owned(), file.display().to_string().into());
    }
}

/// Says where the stand-in is and keeps the process.
fn stay(said: &serde_json::Value) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "{said}")?;
    out.flush()?;
    loop {
        thread::park();
    }
}
