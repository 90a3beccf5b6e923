//! TLS to the server, with a proxy that speaks it in front of one that may not.

use std::{
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Command,
    sync::Arc,
    thread,
};

use liaison_db_postgres::{OpenError, Options, PostgresDriver};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::aws_lc_rs};

use crate::{address, postgres};

/// A certificate for `localhost` that only those who are told to trust it do.
fn certificate(folder: &Path) -> bool {
    let (key, cert) = (folder.join("key.pem"), folder.join("cert.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&cert)
        .output();
    made.is_ok_and(|output| output.status.success())
}

/// Answers the server's part of the request for TLS, then carries what is inside to the real server.
fn serve(folder: &Path, server: String) -> u16 {
    let certs = CertificateDer::pem_file_iter(folder.join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certs.map(Result::unwrap).collect(), key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let (config, server) = (Arc::clone(&config), server.clone());
            thread::spawn(move || drop(carry(client, &server, config)));
        }
    });
    port
}

fn carry(mut client: TcpStream, server: &str, config: Arc<ServerConfig>) -> io::Result<()> {
    let mut request = [0; 8];
    client.read_exact(&mut request)?;
    if request != [0, 0, 0, 8, 4, 210, 22, 47] {
        return Err(io::Error::other("an SSLRequest comes first"));
    }
    client.write_all(b"S")?;
    let mut session = StreamOwned::new(ServerConnection::new(config).unwrap(), client);
    let mut server = TcpStream::connect(server)?;
    // One direction after the other is enough: the client waits for each answer.
    session.sock.set_read_timeout(Some(std::time::Duration::from_millis(5)))?;
    server.set_read_timeout(Some(std::time::Duration::from_millis(5)))?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match session.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => server.write_all(&buffer[..read])?,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        match server.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => session.write_all(&buffer[..read])?,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

async fn open(url: String) -> Result<(), OpenError> {
    let mut options = Options::new(url);
    options.connections = 1;
    tokio::task::spawn_blocking(move || PostgresDriver::open(options).map(drop)).await.unwrap()
}

#[tokio::test]
async fn a_server_is_trusted_by_its_certificate_and_its_name() {
    let Some((store, _)) = postgres().await else { return };
    let folder = tempfile::tempdir().unwrap();
    if !certificate(folder.path()) {
        testkit::skip("tls", "openssl");
        return;
    }
    let (server, proxied) = address(store.url().unwrap());
    let port = serve(folder.path(), server);
    let roots = folder.path().join("cert.pem").display().to_string();
    let url = |host: &str, query: &str| {
        format!("{}?{query}", proxied.replace("PROXY", &format!("{host}:{port}")))
    };
    let trusted = format!("sslmode=verify-full&sslrootcert={roots}");
    open(url("localhost", &trusted)).await.unwrap();
    // Another name than the certificate's.
    let misnamed = open(url("127.0.0.1", &trusted)).await;
    assert!(matches!(misnamed, Err(OpenError::Connect(_))), "{misnamed:?}");
    // Nobody told us to trust it.
    let stranger = open(url("localhost", "sslmode=require")).await;
    assert!(matches!(stranger, Err(OpenError::Connect(_) | OpenError::Url(_))), "{stranger:?}");
}

#[tokio::test]
async fn a_server_without_tls_is_refused_when_tls_is_asked_for() {
    let Some((store, _)) = postgres().await else { return };
    let folder = tempfile::tempdir().unwrap();
    if !certificate(folder.path()) {
        testkit::skip("tls", "openssl");
        return;
    }
    // A server that answers N to the request for TLS.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 8];
            drop(client.read_exact(&mut request).and_then(|()| client.write_all(b"N")));
            let mut rest = Vec::new();
            drop(client.read_to_end(&mut rest));
            assert!(rest.is_empty(), "something was said in the clear");
        }
    });
    let (_, proxied) = address(store.url().unwrap());
    let roots = folder.path().join("cert.pem").display().to_string();
    let base = proxied.replace("PROXY", &format!("localhost:{port}"));
    let opened = open(format!("{base}?sslmode=require&sslrootcert={roots}")).await;
    assert!(matches!(opened, Err(OpenError::Connect(_))), "{opened:?}");
}
