//! The server that takes our messages, as the setting names it.

use anyhow::{Context, bail};
use percent_encoding::percent_decode_str;
use url::Url;

/// Whether and how a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    None,
    /// STARTTLS when the server offers it.
    Opportunistic,
    /// STARTTLS, or no message.
    Required,
    /// From the first byte.
    Whole,
}

/// Where messages are handed over.
#[derive(Clone, PartialEq, Eq)]
pub struct Relay {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) encryption: Encryption,
    pub(super) credentials: Option<(String, String)>,
    /// What we call ourselves.
    pub(super) hello: String,
}

impl Relay {
    /// Reads `smtps://user:password@host`, `smtp://host:587?tls=required` and the like, as the setting SMTP_URL has it.
    pub fn parse(address: &str) -> anyhow::Result<Self> {
        let url = Url::parse(address).context("it is no address")?;
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let (encryption, port) = match (url.scheme(), tls.as_deref()) {
            ("smtps", _) => (Encryption::Whole, 465),
            ("smtp", Some("required")) => (Encryption::Required, 587),
            ("smtp", Some("opportunistic")) => (Encryption::Opportunistic, 587),
            ("smtp", None) => (Encryption::None, 25),
            _ => bail!("it must begin with smtp:// or smtps://"),
        };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
        let credentials = match url.password() {
            Some(password) => Some((decoded(url.username())?, decoded(password)?)),
            None => None,
        };
        let hello = url.path().trim_matches('/');
        Ok(Self {
            host: url.host_str().context("it names no host")?.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            encryption,
            credentials,
            hello: if hello.is_empty() { "localhost".to_owned() } else { hello.to_owned() },
        })
    }

    /// Calls itself by this name, unless the setting says another.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        if self.hello == "localhost" && !name.is_empty() {
            self.hello = name.to_owned();
        }
        self
    }
}

/// Never with the password.
impl std::fmt::Debug for Relay {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_says_where_and_how() {
        let relay = Relay::parse("smtps://me%40x.org:p%3Ass@mail.example.org").unwrap();
        assert_eq!((relay.port, relay.encryption), (465, Encryption::Whole));
        assert_eq!(relay.credentials, Some(("me@x.org".into(), "p:ss".into())));
        let relay = Relay::parse("smtp://127.0.0.1:2525").unwrap().named("news.example.org");
        assert_eq!((relay.port, relay.encryption, relay.hello.as_str()), (2525, Encryption::None, "news.example.org"));
        assert_eq!(Relay::parse("smtp://mail?tls=required").unwrap().port, 587);
        assert!(Relay::parse("http://mail").is_err());
        assert!(!format!("{:?}", Relay::parse("smtp://u:secret@mail").unwrap()).contains("secret"));
    }
}
