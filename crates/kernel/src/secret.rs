//! Secrets: making them, hashing them, and signing with the program's own key.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
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
}
