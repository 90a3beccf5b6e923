//! TLS on the same listener, with certificates that are read again when their files change.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::Error;

/// Where the certificate chain and its key are, both in PEM form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificates {
    /// The chain, the hub's own certificate first.
    pub chain: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// TLS with the present certificate.
#[derive(Debug)]
pub struct Tls {
    files: Certificates,
    present: Mutex<Present>,
}

#[derive(Debug)]
struct Present {
    config: Arc<ServerConfig>,
    stamps: Stamps,
}

/// When each file last changed; equal stamps mean that nothing is to be read.
type Stamps = [Option<(SystemTime, u64)>; 2];

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// [`Error::Pem`] and [`Error::Tls`].
    pub fn read(files: Certificates) -> Result<Self, Error> {
        let stamps = stamps(&files);
        let config = config(&files)?;
        Ok(Self { files, present: Mutex::new(Present { config, stamps }) })
    }

    /// An acceptor with the present certificate.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&present.config))
    }

    /// How a connection for mail begins TLS with the present certificate.
    pub fn for_mail(self: &Arc<Self>) -> workspace::mail::Upgrade {
        let tls = Arc::clone(self);
        Arc::new(move |stream| {
            let acceptor = tls.acceptor();
            Box::pin(async move {
                let stream = acceptor.accept(stream).await?;
                Ok(Box::new(stream) as Box<dyn workspace::mail::Duplex>)
            })
        })
    }

    /// Reads the files again when they changed; files that cannot be used leave the present certificate.
    pub fn refresh(&self) {
        let now = stamps(&self.files);
        {
            let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
            if present.stamps == now {
                return;
            }
            present.stamps = now;
        }
        match config(&self.files) {
            Ok(config) => {
                self.present.lock().unwrap_or_else(PoisonError::into_inner).config = config;
                tracing::info!("the TLS certificate was read again");
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(%error, cause, "the new TLS certificate cannot be used: the old one stays");
            }
        }
    }

    /// Looks at the files every few seconds; a worker.
    pub async fn watch(self: Arc<Self>, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
            let tls = Arc::clone(&self);
            if let Err(error) = tokio::task::spawn_blocking(move || tls.refresh()).await {
                tracing::error!(%error, "looking at the TLS certificate failed");
            }
        }
    }
}

fn config(files: &Certificates) -> Result<Arc<ServerConfig>, Error> {
    let unreadable = |what, path: &Path| {
        let path = path.to_owned();
        move |source| Error::Pem { what, path, source }
    };
    let chain = CertificateDer::pem_file_iter(&files.chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unreadable("certificate", &files.chain))?;
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(unreadable("private key", &files.key))?;
    let unusable = |source| Error::Tls { path: files.chain.clone(), source };
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn stamps(files: &Certificates) -> Stamps {
    let stamp = |path: &Path| {
        let about = fs::metadata(path).ok()?;
        Some((about.modified().ok()?, about.len()))
    };
    [stamp(&files.chain), stamp(&files.key)]
}

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str) -> Certificates {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let files = Certificates { chain: folder.join("cert.pem"), key: folder.join("key.pem") };
        fs::write(&files.chain, made.cert.pem()).unwrap();
        fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        files
    }

    fn present(tls: &Tls) -> Arc<ServerConfig> {
        Arc::clone(&tls.present.lock().unwrap().config)
    }

    #[test]
    fn changed_files_are_read_again_and_bad_ones_leave_the_old_certificate() {
        let folder = tempfile::tempdir().unwrap();
        let files = write(folder.path(), "one.example.org");
        let tls = Tls::read(files.clone()).unwrap();
        let first = present(&tls);
        tls.refresh();
        assert!(Arc::ptr_eq(&first, &present(&tls)), "nothing changed");
        fs::write(&files.chain, "not a certificate").unwrap();
        tls.refresh();
        assert!(Arc::ptr_eq(&first, &present(&tls)), "a bad file leaves the old one");
        write(folder.path(), "a-longer-name.example.org");
        tls.refresh();
        assert!(!Arc::ptr_eq(&first, &present(&tls)), "a good one is taken");
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let files = write(folder.path(), "one.example.org");
        let other = rcgen::generate_simple_self_signed(vec!["two.example.org".to_owned()]).unwrap();
        fs::write(&files.key, other.signing_key.serialize_pem()).unwrap();
        assert!(matches!(Tls::read(files.clone()), Err(Error::Tls { .. })));
        fs::write(&files.key, "").unwrap();
        assert!(matches!(Tls::read(files), Err(Error::Pem { what: "private key", .. })));
    }
}
