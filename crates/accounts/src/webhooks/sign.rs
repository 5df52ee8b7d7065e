//! Secrets and signatures of Standard Webhooks 1.0.0.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use kernel::secret::SecretKey;
use kernel::{Error, Result};
use sha2::Sha256;

/// What a secret is sealed for.
const PURPOSE: &str = "webhook endpoint";
const PREFIX: &str = "whsec_";
/// Within the 24 to 64 bytes that the standard asks for.
const SECRET_BYTES: usize = 32;

/// A fresh secret: as its owner sees it once, and as the database keeps it.
pub fn new_secret(key: &SecretKey) -> Result<(String, Vec<u8>)> {
    let secret: [u8; SECRET_BYTES] = rand::random();
    Ok((format!("{PREFIX}{}", BASE64_STANDARD.encode(secret)), key.seal(PURPOSE, &secret)?))
}

/// The header `webhook-signature`: one signature for each sealed secret.
pub fn signatures(key: &SecretKey, secrets: &[Vec<u8>], (id, at): (&str, Timestamp), body: &str) -> Result<String> {
    let signed = format!("{id}.{}.{body}", at.as_second());
    let one = |sealed: &Vec<u8>| {
        let secret = key.open(PURPOSE, sealed)?;
        Ok::<_, Error>(format!("v1,{}", BASE64_STANDARD.encode(digest(&secret, &signed)?)))
    };
    Ok(secrets.iter().map(one).collect::<Result<Vec<_>>>()?.join(" "))
}

fn digest(secret: &[u8], signed: &str) -> Result<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(Error::internal)?;
    mac.update(signed.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard's own libraries.
    #[test]
    fn a_signature_is_the_one_that_the_standard_publishes() {
        let secret = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
        let expected = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(BASE64_STANDARD.encode(digest(&secret, signed).unwrap()), expected);
    }

    #[test]
    fn two_secrets_give_two_signatures() {
        let key = SecretKey::from_text(&"k".repeat(32)).unwrap();
        let ((shown, one), (_, two)) = (new_secret(&key).unwrap(), new_secret(&key).unwrap());
        assert!(shown.starts_with(PREFIX) && shown.len() == 50, "{shown}");
        let both = signatures(&key, &[one, two], ("msg_1", Timestamp::UNIX_EPOCH), "{}").unwrap();
        assert_eq!(both.split(' ').filter(|part| part.starts_with("v1,")).count(), 2);
    }
}
