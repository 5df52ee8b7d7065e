//! What crawlers are asked to do (RFC 9309). It is a request: drafts are kept away by permission, not by this file.

use crate::links::Site;

/// Whom the organization lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crawlers {
    /// Those of search engines, to list what they find.
    pub search: bool,
    /// Those that collect text to train models.
    pub training: bool,
}

/// Crawlers whose operators say that they collect text for training.
const TRAINING: [&str; 6] = ["Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot", "Google-Extended", "GPTBot"];

/// The text of `robots.txt`.
///
/// Search engines are let in even where they may list nothing: only pages that they read can tell them so (`noindex`), and
/// an address that they may not read is listed by its links alone.
pub fn robots(site: &Site, crawlers: Crawlers) -> String {
    let mut text =
        format!("User-agent: *\nDisallow: {}\n", if crawlers.search { site.search() } else { String::new() });
    if !crawlers.training {
        text.push('\n');
        for name in TRAINING {
            text.push_str(&format!("User-agent: {name}\n"));
        }
        text.push_str(&format!("Disallow: {}\n", site.home()));
    }
    if crawlers.search {
        text.push_str(&format!("\nSitemap: {}\n", site.absolute(&site.sitemap())));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sitemap_is_named_in_full_and_search_pages_are_left_out() {
        let site = Site::shared("https://host.example", "acme");
        let expected = "User-agent: *\nDisallow: /s/acme/search\n\nSitemap: https://host.example/s/acme/sitemap.xml\n";
        assert_eq!(robots(&site, Crawlers { search: true, training: true }), expected);
    }

    #[test]
    fn training_crawlers_form_a_group_of_their_own() {
        let text = robots(&Site::own_domain("https://a.example"), Crawlers { search: true, training: false });
        assert!(text.contains("User-agent: GPTBot\nDisallow: /\n"), "{text}");
        assert!(text.starts_with("User-agent: *\nDisallow: /search\n\n"), "{text}");
    }

    #[test]
    fn a_site_that_is_not_listed_is_still_read_so_that_it_can_say_so() {
        let text = robots(&Site::own_domain("https://a.example"), Crawlers { search: false, training: true });
        assert_eq!(text, "User-agent: *\nDisallow: \n");
    }
}
