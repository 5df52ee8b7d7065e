use anyhow::Context;
use tokio_postgres_rustls::MakeRustlsConnect;

/// TLS for connections whose address asks for it (`sslmode=require`), trusting the public certificate authorities.
pub fn connector() -> anyhow::Result<MakeRustlsConnect> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("TLS could not be set up")?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
