//! Encryption of what comes back (STARTTLS, RFC 3207).
//!
//! Mail servers encrypt to whoever offers it and do not ask who that is (RFC 7435), so a certificate that we sign ourselves, anew
//! at each start, keeps bounces from whoever listens, and nobody has to renew one.

use std::sync::Arc;

use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::TlsAcceptor;

/// What takes encrypted connections under this name; none when no certificate can be made.
pub(super) fn acceptor(name: &str) -> Option<TlsAcceptor> {
    let made = make(name);
    made.inspect_err(|error| tracing::error!(error, "bounces cannot be taken encrypted")).ok()
}

fn make(name: &str) -> Result<TlsAcceptor, String> {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).map_err(|error| error.to_string())?;
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(vec![made.cert.into()], key.into()))
        .map_err(|error| error.to_string())?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
