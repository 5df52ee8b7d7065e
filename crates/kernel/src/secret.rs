//! Secrets: making them, hashing them, and signing with the program's own key.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use ring::aead;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Bytes of randomness in a token: 256 bits.
const TOKEN_BYTES: usize = 32;

/// A fresh random token, safe in addresses and cookies.
pub fn token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; TOKEN_BYTES]>())
}

/// `count` random bytes as hexadecimal digits.
pub fn hex_digits(count: usize) -> String {
    hex::encode((0..count).map(|_| rand::random::<u8>()).collect::<Vec<u8>>())
}

/// What the database keeps of a token. Tokens are random, so a plain hash cannot be searched backwards.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// SHA-256 of any bytes, as hexadecimal digits.
pub fn digest_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The program's own key, from which each purpose derives its signatures.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// Takes any text of at least 32 characters.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.chars().count() >= 32).then(|| Self(Sha256::digest(text.as_bytes()).into()))
    }

    /// Signs `message` for one purpose, so that a signature made for another is worth nothing.
    pub fn sign(&self, purpose: &str, message: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            unreachable!("HMAC takes keys of any length");
        };
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(message.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// Encrypts what must be read again later, such as a key to somebody else's service. It opens for its purpose alone.
    ///
    /// The result is a fresh nonce, the ciphertext and its tag (AES-256-GCM).
    pub fn seal(&self, purpose: &str, secret: &[u8]) -> crate::Result<Vec<u8>> {
        let nonce: [u8; aead::NONCE_LEN] = rand::random();
        let mut sealed = secret.to_vec();
        let bound = aead::Aad::from(purpose.as_bytes());
        let key = self.sealing_key(purpose)?;
        key.seal_in_place_append_tag(aead::Nonce::assume_unique_for_key(nonce), bound, &mut sealed)
            .map_err(|_| crate::Error::internal("a secret could not be encrypted"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Reads what [`seal`](Self::seal) made. Fails when the program's key is another than then.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> crate::Result<Vec<u8>> {
        let failed = || crate::Error::internal("a kept secret cannot be read: CONTENTPILOT_SECRET_KEY has changed");
        let (nonce, rest) = sealed.split_first_chunk::<{ aead::NONCE_LEN }>().ok_or_else(failed)?;
        let mut secret = rest.to_vec();
        let bound = aead::Aad::from(purpose.as_bytes());
        let nonce = aead::Nonce::assume_unique_for_key(*nonce);
        let length = self.sealing_key(purpose)?.open_in_place(nonce, bound, &mut secret).map_err(|_| failed())?.len();
        secret.truncate(length);
        Ok(secret)
    }

    fn sealing_key(&self, purpose: &str) -> crate::Result<aead::LessSafeKey> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(crate::Error::internal)?;
        mac.update(b"seal\0");
        mac.update(purpose.as_bytes());
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, &mac.finalize().into_bytes());
        key.map(aead::LessSafeKey::new).map_err(|_| crate::Error::internal("no key for secrets could be derived"))
    }

    pub fn verifies(&self, purpose: &str, message: &str, signature: &str) -> bool {
        self.sign(purpose, message).as_bytes().ct_eq(signature.as_bytes()).into()
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_purpose_and_message_alone() {
        let key = SecretKey::from_text(&"k".repeat(32)).unwrap();
        let signature = key.sign("preview", "item");
        assert!(key.verifies("preview", "item", &signature));
        assert!(!key.verifies("unsubscribe", "item", &signature));
        assert!(!key.verifies("preview", "other", &signature));
        assert!(SecretKey::from_text("short").is_none());
    }

    #[test]
    fn a_sealed_secret_opens_for_its_purpose_and_key_alone() {
        let key = SecretKey::from_text(&"k".repeat(32)).unwrap();
        let sealed = key.seal("webhook", b"hunter2").unwrap();
        assert_eq!(key.open("webhook", &sealed).unwrap(), b"hunter2");
        assert!(!sealed.windows(7).any(|part| part == b"hunter2"));
        assert_ne!(sealed, key.seal("webhook", b"hunter2").unwrap());
        assert!(key.open("social", &sealed).is_err() && key.open("webhook", &sealed[..20]).is_err());
        assert!(SecretKey::from_text(&"x".repeat(32)).unwrap().open("webhook", &sealed).is_err());
    }
}
