//! Whether the program serves one person at their own machine, or others too.

use kernel::config::Settings;

/// Whether nobody but somebody at this very machine reaches the program.
///
/// A proxy in front listens elsewhere and connects through the loopback, so the loopback alone proves nothing: the
/// program must also be known by a loopback address. Behind a proxy the public one has to be set for links to work.
pub fn is_served(settings: &Settings) -> bool {
    let host = url::Url::parse(&settings.public_url).ok().and_then(|url| match url.host()? {
        url::Host::Domain(name) => Some(name == "localhost"),
        url::Host::Ipv4(address) => Some(address.is_loopback()),
        url::Host::Ipv6(address) => Some(address.is_loopback()),
    });
    settings.listen.ip().is_loopback() && settings.trusted_proxies.is_empty() && host == Some(true)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn is_served_with(pairs: &[(&str, &str)]) -> bool {
        let environment = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        is_served(&Settings::from_sources(environment, Path::new("no-such-file.toml")).unwrap())
    }

    #[test]
    fn only_the_loopback_under_its_own_name_is_ones_own_machine() {
        assert!(is_served_with(&[]));
        assert!(is_served_with(&[("CONTENTPILOT_PUBLIC_URL", "http://localhost:8080")]));
        assert!(!is_served_with(&[("CONTENTPILOT_LISTEN", "0.0.0.0:8080")]));
        assert!(!is_served_with(&[("CONTENTPILOT_PUBLIC_URL", "https://cms.example.org")]));
        assert!(!is_served_with(&[("CONTENTPILOT_PUBLIC_URL", "https://127.0.0.1.example.org")]));
        assert!(!is_served_with(&[("CONTENTPILOT_TRUSTED_PROXIES", "127.0.0.1")]));
    }
}
