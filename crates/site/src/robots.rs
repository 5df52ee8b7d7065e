//! What crawlers are asked to do (RFC 9309). It is a request: drafts are kept away by permission, not by this file.

use crate::links::Site;

/// Whom the organization lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crawlers {
    /// Everybody.
    All,
    /// Everybody but those that collect text to train models.
    NoTraining,
    /// Nobody, for a site that is not ready.
    None,
}

/// Crawlers whose operators say that they collect text for training.
const TRAINING: [&str; 6] = ["Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot", "Google-Extended", "GPTBot"];

/// The text of `robots.txt`.
pub fn robots(site: &Site, crawlers: Crawlers) -> String {
    if crawlers == Crawlers::None {
        return "User-agent: *\nDisallow: /\n".to_owned();
    }
    let mut text = format!("User-agent: *\nDisallow: {}\n", site.search());
    if crawlers == Crawlers::NoTraining {
        text.push('\n');
        for name in TRAINING {
            text.push_str(&format!("User-agent: {name}\n"));
        }
        text.push_str("Disallow: /\n");
    }
    text.push_str(&format!("\nSitemap: {}\n", site.absolute(&site.sitemap())));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sitemap_is_named_in_full_and_search_pages_are_left_out() {
        let site = Site::shared("https://host.example", "acme");
        let expected = "User-agent: *\nDisallow: /s/acme/search\n\nSitemap: https://host.example/s/acme/sitemap.xml\n";
        assert_eq!(robots(&site, Crawlers::All), expected);
    }

    #[test]
    fn training_crawlers_form_a_group_of_their_own() {
        let text = robots(&Site::own_domain("https://a.example"), Crawlers::NoTraining);
        assert!(text.contains("User-agent: GPTBot\nDisallow: /\n"), "{text}");
        assert!(text.starts_with("User-agent: *\nDisallow: /search\n\n"), "{text}");
    }

    #[test]
    fn a_hidden_site_closes_everything() {
        assert_eq!(robots(&Site::own_domain("https://a.example"), Crawlers::None), "User-agent: *\nDisallow: /\n");
    }
}
