//! Signing messages (DKIM, RFC 6376): rsa-sha256, relaxed for headers and body alike.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use kernel::{Error, Result};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use sha2::{Digest, Sha256};

use super::compose::message::{Headers, fold};

/// Headers that are signed when they are there. `From` stands twice, so that nobody can add another beside it.
const SIGNED: [&str; 13] = [
    "From",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
];

/// A key that signs for one domain.
pub struct Signer {
    domain: String,
    selector: String,
    key: RsaKeyPair,
    random: SystemRandom,
}

impl Signer {
    /// Takes a private key in PKCS#1 DER.
    pub fn new(domain: &str, selector: &str, private_key: &[u8]) -> Result<Self> {
        let key = RsaKeyPair::from_der(private_key)
            .map_err(|error| Error::internal(format!("a key for signing mails cannot be read: {error}")))?;
        Ok(Self { domain: domain.to_owned(), selector: selector.to_owned(), key, random: SystemRandom::new() })
    }

    /// The value of `DKIM-Signature` for this message.
    pub fn sign(&self, headers: &Headers, body: &str, now: Timestamp) -> Result<String> {
        let body_hash = BASE64_STANDARD.encode(Sha256::digest(relaxed_body(body).as_bytes()));
        let (mut names, mut signed) = (Vec::new(), String::new());
        let mut used: Vec<&str> = Vec::new();
        for name in SIGNED {
            let has_more = headers.iter().filter(|(known, _)| *known == name).count()
                > used.iter().filter(|known| **known == name).count();
            if has_more {
                if let Some((_, value)) = headers.iter().find(|(known, _)| *known == name) {
                    signed.push_str(&relaxed_header(name, value));
                    signed.push_str("\r\n");
                }
                used.push(name);
                names.push(name);
            } else if used.contains(&name) {
                // Signed once more as one that is not there: another would break the signature.
                names.push(name);
            }
        }
        let value = format!(
            "v=1; a=rsa-sha256; c=relaxed/relaxed; d={}; s={}; t={}; h={}; bh={body_hash}; b=",
            self.domain,
            self.selector,
            now.as_second(),
            names.join(":"),
        );
        signed.push_str(&relaxed_header("DKIM-Signature", &value));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &self.random, signed.as_bytes(), &mut signature)
            .map_err(|_| Error::internal("a mail could not be signed"))?;
        let encoded = BASE64_STANDARD.encode(signature);
        // Broken where lines may be folded: white space in b= counts for nothing.
        let parts: Vec<&str> =
            encoded.as_bytes().chunks(70).filter_map(|part| std::str::from_utf8(part).ok()).collect();
        Ok(format!("{value}{}", parts.join(" ")))
    }
}

/// The message with its signature as the first header.
pub fn signed_message(signature: &str, message: &[u8]) -> Vec<u8> {
    let mut header = String::with_capacity(700);
    fold(&mut header, "DKIM-Signature", signature);
    let mut whole = header.into_bytes();
    whole.extend_from_slice(message);
    whole
}

/// Name in lower case, runs of white space as one space, none around the value (RFC 6376, 3.4.2).
fn relaxed_header(name: &str, value: &str) -> String {
    let value: Vec<&str> = value.split_ascii_whitespace().collect();
    format!("{}:{}", name.to_ascii_lowercase(), value.join(" "))
}

/// No white space at the ends of lines, runs of it as one space, no empty lines at the end (RFC 6376, 3.4.4).
fn relaxed_body(body: &str) -> String {
    let mut relaxed = String::with_capacity(body.len());
    for line in body.split_terminator("\r\n") {
        let mut was_space = false;
        let start = relaxed.len();
        for one in line.chars() {
            let is_space = matches!(one, ' ' | '\t');
            if is_space && !was_space {
                relaxed.push(' ');
            } else if !is_space {
                relaxed.push(one);
            }
            was_space = is_space;
        }
        if relaxed.len() > start && relaxed.ends_with(' ') {
            relaxed.pop();
        }
        relaxed.push_str("\r\n");
    }
    while relaxed.ends_with("\r\n\r\n") {
        relaxed.truncate(relaxed.len() - 2);
    }
    if relaxed == "\r\n" { String::new() } else { relaxed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_forms_are_those_of_the_standard() {
        // RFC 6376, 3.4.5.
        assert_eq!(relaxed_header("A", " X"), "a:X");
        assert_eq!(relaxed_header("B ", " Y\t\r\n\tZ  ").replace("b :", "b:"), "b:Y Z");
        assert_eq!(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        assert_eq!(relaxed_body(""), "");
        assert_eq!(relaxed_body("\r\n\r\n"), "");
    }
}
