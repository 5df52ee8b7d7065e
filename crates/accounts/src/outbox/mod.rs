//! The development outbox: mails that were kept because no SMTP server is configured.
//!
//! A link in a mail lets its reader in as whoever it was sent to, so the outbox is as narrow as it can be while it
//! still lets one person try everything on their own machine:
//!
//! - It exists only while no SMTP server is configured, and only for the organization's owners. To admins an
//!   invitation of a new owner would be a way to become one.
//! - A mail to a person, such as a password reset, belongs to no organization. It is shown only while the program
//!   listens on the loopback and is known by a loopback address (a proxy's public one has to be configured for links
//!   to work), and only if the person belongs to this organization and no other and does not run the platform: they
//!   have nothing that its owner has not got already.

pub mod pages;
mod store;

use kernel::config::Settings;

/// Whether mails to persons may be shown: nobody but somebody at this very machine reaches the program.
fn shows_personal(settings: &Settings) -> bool {
    let host = url::Url::parse(&settings.public_url).ok().and_then(|url| match url.host()? {
        url::Host::Domain(name) => Some(name == "localhost"),
        url::Host::Ipv4(address) => Some(address.is_loopback()),
        url::Host::Ipv6(address) => Some(address.is_loopback()),
    });
    settings.smtp_url.is_none()
        && settings.listen.ip().is_loopback()
        && settings.trusted_proxies.is_empty()
        && host == Some(true)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn shown_with(pairs: &[(&str, &str)]) -> bool {
        let environment = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        shows_personal(&Settings::from_sources(environment, Path::new("no-such-file.toml")).unwrap())
    }

    #[test]
    fn resets_are_shown_on_ones_own_machine_alone() {
        assert!(shown_with(&[]));
        assert!(shown_with(&[("CONTENTPILOT_PUBLIC_URL", "http://localhost:8080")]));
        assert!(!shown_with(&[("CONTENTPILOT_LISTEN", "0.0.0.0:8080")]));
        assert!(!shown_with(&[("CONTENTPILOT_PUBLIC_URL", "https://cms.example.org")]));
        assert!(!shown_with(&[("CONTENTPILOT_PUBLIC_URL", "https://127.0.0.1.example.org")]));
        assert!(!shown_with(&[("CONTENTPILOT_TRUSTED_PROXIES", "127.0.0.1")]));
        assert!(!shown_with(&[("SMTP_URL", "smtp://mail.example.org")]));
    }
}
