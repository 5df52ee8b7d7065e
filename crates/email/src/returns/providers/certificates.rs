//! Certificates that Amazon SNS signs with: fetched from Amazon alone, and kept for a while.

use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kernel::App;
use kernel::outgoing::{Limits, Request};
use moka::sync::Cache;
use url::Url;
use x509_cert::Certificate;
use x509_cert::der::Decode;

/// Certificates kept, and for how long. A region has one, and changes it once a year.
const KEPT_MOST: u64 = 100;
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Public keys (PKCS #1) by the addresses of their certificates.
static KEYS: LazyLock<Cache<String, Vec<u8>>> =
    LazyLock::new(|| Cache::builder().max_capacity(KEPT_MOST).time_to_live(KEPT_FOR).build());

/// Whether this is an address of Amazon SNS, and by https: nobody else may say with which key a message is signed, or have us
/// look at an address.
pub fn is_of_amazon(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let region = host
        .strip_prefix("sns.")
        .and_then(|rest| rest.strip_suffix(".amazonaws.com").or_else(|| rest.strip_suffix(".amazonaws.com.cn")));
    let is_region = |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_alphanumeric() || one == b'-');
    url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && region.is_some_and(is_region)
}

/// The public key of the certificate at this address.
pub async fn public_key(app: &App, address: &str) -> Result<Vec<u8>, String> {
    let url = Url::parse(address).ok().filter(is_of_amazon).filter(|url| url.path().ends_with(".pem"));
    let url = url.ok_or_else(|| "The address of its certificate is none of Amazon's.".to_owned())?;
    if let Some(known) = KEYS.get(url.as_str()) {
        return Ok(known);
    }
    let reply =
        app.outgoing.send(Request::get(url.clone()), Limits::SMALL).await.map_err(|failure| failure.to_string())?;
    if !reply.status.is_success() || reply.is_cut {
        return Err(format!("Amazon answered {} instead of a certificate.", reply.status));
    }
    keep(&url, &String::from_utf8_lossy(&reply.body)).ok_or_else(|| "What Amazon sent is no certificate.".to_owned())
}

/// Keeps a certificate (PEM) as the one at this address, and gives its public key.
pub fn keep(url: &Url, pem: &str) -> Option<Vec<u8>> {
    let inside = pem.split_once("-----BEGIN CERTIFICATE-----")?.1.split_once("-----END CERTIFICATE-----")?.0;
    let text: String = inside.chars().filter(|one| !one.is_whitespace()).collect();
    let certificate = Certificate::from_der(&BASE64_STANDARD.decode(text).ok()?).ok()?;
    let key = certificate.tbs_certificate.subject_public_key_info.subject_public_key.as_bytes()?.to_vec();
    KEYS.insert(url.to_string(), key.clone());
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_amazon_are_asked() {
        let is = |text: &str| is_of_amazon(&Url::parse(text).unwrap());
        assert!(is("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"));
        assert!(is("https://sns.cn-north-1.amazonaws.com.cn/x.pem"));
        for wrong in [
            "http://sns.eu-west-1.amazonaws.com/x.pem",
            "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
            "https://user@sns.eu-west-1.amazonaws.com/x.pem",
            "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
            "https://evil.sns.eu-west-1.amazonaws.com/x.pem",
            "https://sns..amazonaws.com/x.pem",
            "https://s3.amazonaws.com/sns.eu-west-1.amazonaws.com/x.pem",
            "https://amazonaws.com/x.pem",
        ] {
            assert!(!is(wrong), "{wrong}");
        }
    }
}
