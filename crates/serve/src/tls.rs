//! Encryption by rustls, where a certificate is configured.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::ServeError;
use crate::config::TlsConfig;

/// What shakes hands with a client.
///
/// # Errors
/// Files that cannot be read, are not PEM, or do not belong together.
pub fn acceptor(config: &TlsConfig) -> Result<TlsAcceptor, ServeError> {
    let bad = |path: &Path, message: String| ServeError::File {
        path: path.into(),
        message,
    };
    let path = &config.certificate;
    let certificates: Vec<CertificateDer> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| bad(path, format!("expected certificates in PEM: {error}")))?;
    if certificates.is_empty() {
        let message = "expected certificates in PEM (\"-----BEGIN CERTIFICATE-----\"), found none";
        return Err(bad(path, message.into()));
    }
    let path = &config.key;
    let key = PrivateKeyDer::from_pem_file(path)
        .map_err(|error| bad(path, format!("expected a private key in PEM: {error}")))?;
    let mut server = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ServeError::Config(format!("tls: {error}")))?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|error| {
            bad(
                path,
                format!("the key and the certificate do not fit: {error}"),
            )
        })?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(server)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio_rustls::TlsConnector;
    use tokio_rustls::rustls::pki_types::ServerName;
    use tokio_rustls::rustls::{ClientConfig, RootCertStore};

    /// A certificate of localhost, its key, and where both are.
    fn files(folder: &Path) -> (CertificateDer<'static>, TlsConfig) {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let write = |name: &str, text: String| -> PathBuf {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let config = TlsConfig {
            certificate: write("server.pem", cert.pem()),
            key: write("server.key", signing_key.serialize_pem()),
        };
        (cert.der().clone(), config)
    }

    #[test]
    fn hands_are_shaken_with_who_trusts_the_certificate() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, config) = files(folder.path());
        let acceptor = acceptor(&config).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(certificate).unwrap();
        let client = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = TlsConnector::from(Arc::new(client));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (ours, theirs) = duplex(1 << 14);
            let server = tokio::spawn(async move {
                let mut stream = acceptor.accept(theirs).await.unwrap();
                stream.write_all(b"hello").await.unwrap();
                stream.shutdown().await.unwrap();
            });
            let name = ServerName::try_from("localhost").unwrap();
            let mut stream = connector.connect(name, ours).await.unwrap();
            let mut said = String::new();
            stream.read_to_string(&mut said).await.unwrap();
            assert_eq!(said, "hello");
            server.await.unwrap();
        });
    }

    #[test]
    fn what_is_no_certificate_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let (_, config) = files(folder.path());
        let message = |config: TlsConfig| acceptor(&config).err().unwrap().to_string();
        let swapped = TlsConfig {
            certificate: config.key.clone(),
            key: config.key.clone(),
        };
        assert!(message(swapped).contains("server.key: expected certificates in PEM"));
        let swapped = TlsConfig {
            certificate: config.certificate.clone(),
            key: config.certificate.clone(),
        };
        assert!(message(swapped).contains("server.pem: expected a private key in PEM"));
        let other = tempfile::tempdir().unwrap();
        let (_, of_another) = files(other.path());
        let mixed = TlsConfig {
            key: of_another.key,
            ..config
        };
        assert!(message(mixed).contains("do not fit"));
    }
}
