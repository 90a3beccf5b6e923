//! A local certificate authority, made with the `openssl` command.

use std::{path::Path, process::Command};

fn run(openssl: &Path, folder: &Path, arguments: &[&str]) {
    let output = Command::new(openssl).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const NEW_KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/// Makes `ca.pem` and its key.
pub(crate) fn create(openssl: &Path, folder: &Path) {
    let request = ["req", "-x509", "-days", "2", "-subj", "/CN=Test authority"];
    let files = ["-keyout", "ca.key", "-out", "ca.pem"];
    let uses = [
        "-addext",
        "basicConstraints=critical,CA:TRUE",
        "-addext",
        "keyUsage=critical,keyCertSign",
    ];
    run(openssl, folder, &[&request[..], &files[..], &NEW_KEY[..], &uses[..]].concat());
}

/// Makes `tls.pem` and `tls.key` for the loopback address, signed by the authority.
pub(crate) fn issue(openssl: &Path, folder: &Path) {
    let request =
        ["req", "-new", "-subj", "/CN=liaison.test", "-keyout", "tls.key", "-out", "tls.csr"];
    run(openssl, folder, &[&request[..], &NEW_KEY[..]].concat());
    let names = "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n\
        extendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid\n";
    std::fs::write(folder.join("ext"), names).unwrap();
    let sign =
        ["x509", "-req", "-days", "1", "-in", "tls.csr", "-CA", "ca.pem", "-CAkey", "ca.key"];
    let files = ["-CAcreateserial", "-extfile", "ext", "-out", "tls.pem"];
    run(openssl, folder, &[&sign[..], &files[..]].concat());
}

/// The certificate that a server shows, as PEM.
pub(crate) fn shown_by(openssl: &Path, folder: &Path, address: &str) -> String {
    let output = Command::new(openssl)
        .args(["s_client", "-connect", address, "-CAfile", "ca.pem", "-verify_return_error"])
        .current_dir(folder)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, rest) =
        said.split_once("-----BEGIN CERTIFICATE-----").unwrap_or_else(|| panic!("{said}"));
    rest.split("-----END").next().unwrap().trim().to_owned()
}
