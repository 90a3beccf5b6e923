//! As much of an HTTP client as notifications need.

use std::{
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs as _},
    path::Path,
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};

/// What came back.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// `Content-Type`; empty where there is none.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// A receiver has this long.
const PATIENCE: Duration = Duration::from_secs(10);
const MAX_ANSWER_BYTES: u64 = 1024 * 1024;

/// Posts and reads the answer; redirects are not followed.
///
/// # Errors
/// When the receiver cannot be reached or says nothing in time.
pub fn post(trust: Option<&Path>, address: &str, kind: &str, body: &[u8]) -> io::Result<Answer> {
    let invalid = || io::Error::new(io::ErrorKind::InvalidInput, "no address of the web");
    let (scheme, rest) = address.split_once("://").ok_or_else(invalid)?;
    let cut = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(cut);
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) => (name, port.parse().map_err(|_port| invalid())?),
        None => (host, if scheme == "https" { 443 } else { 80 }),
    };
    let place =
        (name.trim_matches(['[', ']']), port).to_socket_addrs()?.next().ok_or_else(invalid)?;
    let stream = TcpStream::connect_timeout(&place, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\nUser-Agent: Microsoft.Graph.Notifications\r\n\r\n",
        body.len()
    );
    if scheme == "https" {
        let connection = client(trust, name)?;
        talk(StreamOwned::new(connection, stream), &head, body)
    } else {
        talk(stream, &head, body)
    }
}

fn client(trust: Option<&Path>, name: &str) -> io::Result<ClientConnection> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = trust {
        for certificate in CertificateDer::pem_file_iter(file).map_err(io::Error::other)? {
            roots.add(certificate.map_err(io::Error::other)?).map_err(io::Error::other)?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).map_err(io::Error::other)?;
    ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)
}

fn talk(mut stream: impl Read + Write, head: &str, body: &[u8]) -> io::Result<Answer> {
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    stream.flush()?;
    let mut bytes = Vec::new();
    // Many servers end TLS without saying so; what came until then counts.
    if let Err(error) = stream.take(MAX_ANSWER_BYTES).read_to_end(&mut bytes)
        && error.kind() != io::ErrorKind::UnexpectedEof
    {
        return Err(error);
    }
    let cut = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let cut =
        cut.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the answer has no head"))?;
    let head = String::from_utf8_lossy(bytes.get(..cut).unwrap_or_default()).into_owned();
    let rest = bytes.get(cut + 4..).unwrap_or_default();
    let header = |name: &str| {
        head.lines().skip(1).find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let chunked =
        header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    let body = if chunked { unchunk(rest) } else { rest.to_vec() };
    Ok(Answer { status, content_type: header("content-type").unwrap_or_default(), body })
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(cut) = bytes.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(bytes.get(..cut).unwrap_or_default()).ok();
        let size =
            size.and_then(|text| usize::from_str_radix(text.split(';').next()?.trim(), 16).ok());
        let Some(size) = size.filter(|size| *size > 0) else { break };
        let Some(part) = bytes.get(cut + 2..cut + 2 + size) else { break };
        out.extend_from_slice(part);
        bytes = bytes.get(cut + 4 + size..).unwrap_or_default();
    }
    out
}
