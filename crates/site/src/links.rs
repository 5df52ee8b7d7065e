//! The one place that makes the addresses of a public site.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// What RFC 3986 calls unreserved stays readable in a path segment; everything else is encoded.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where a site lives: the server's address and the path its pages begin with.
///
/// Methods that name a page give an address relative to the host (`/s/acme/hello`); [`Site::absolute`] adds the host.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    /// Scheme and host without a slash at the end, such as `https://example.org`.
    pub public_url: String,
    /// `/s/{organization}` on the shared host, empty on the organization's own domain.
    pub base_path: String,
    /// Where the site is to be known, if that is not where it was asked for: scheme and host without a slash at the end.
    pub known_as: Option<String>,
}

impl Site {
    /// A site on the shared host, below `/s/{organization}`.
    pub fn shared(public_url: &str, organization: &str) -> Self {
        Self {
            public_url: without_slash(public_url),
            base_path: format!("/s/{}", segment(organization)),
            known_as: None,
        }
    }

    /// A site that has a domain to itself.
    pub fn own_domain(public_url: &str) -> Self {
        Self { public_url: without_slash(public_url), base_path: String::new(), known_as: None }
    }

    /// The same site, whose pages name another address as theirs: that of its own domain.
    #[must_use]
    pub fn known_as(self, address: Option<String>) -> Self {
        Self { known_as: address.map(|address| without_slash(&address)), ..self }
    }

    /// The front page.
    pub fn home(&self) -> String {
        self.beneath(&["/"])
    }

    /// An article or page.
    pub fn article(&self, slug: &str) -> String {
        self.beneath(&["/", &segment(slug)])
    }

    /// Where an article's comments are sent, and answered.
    pub fn comments(&self, slug: &str) -> String {
        format!("{}/comments", self.article(slug))
    }

    /// Where readers sign up for emails by this form.
    pub fn subscribe(&self, form: &str) -> String {
        self.beneath(&["/subscribe/", &segment(form)])
    }

    /// What is filed under a category.
    pub fn category(&self, slug: &str) -> String {
        self.beneath(&["/category/", &segment(slug)])
    }

    /// What carries a tag.
    pub fn tag(&self, slug: &str) -> String {
        self.beneath(&["/tag/", &segment(slug)])
    }

    /// What a person wrote.
    pub fn author(&self, id: &str) -> String {
        self.beneath(&["/author/", &segment(id)])
    }

    /// The search page without a question.
    pub fn search(&self) -> String {
        self.beneath(&["/search"])
    }

    /// The answers to one question.
    pub fn search_for(&self, question: &str) -> String {
        format!("{}?q={}", self.search(), segment(question))
    }

    /// The RSS feed.
    pub fn feed_rss(&self) -> String {
        self.beneath(&["/feed.xml"])
    }

    /// The JSON feed.
    pub fn feed_json(&self) -> String {
        self.beneath(&["/feed.json"])
    }

    /// The RSS feed of one list: a category, a tag, an author.
    pub fn list_feed_rss(&self, list: &str) -> String {
        format!("{list}/feed.xml")
    }

    /// The JSON feed of one list.
    pub fn list_feed_json(&self, list: &str) -> String {
        format!("{list}/feed.json")
    }

    /// The sitemap, or the index of its parts when the site is large.
    pub fn sitemap(&self) -> String {
        format!("{}/sitemap.xml", self.base_path)
    }

    /// One part of a large site's sitemap, counted from 1.
    pub fn sitemap_part(&self, part: usize) -> String {
        format!("{}?part={part}", self.sitemap())
    }

    /// The rules for crawlers.
    pub fn robots(&self) -> String {
        format!("{}/robots.txt", self.base_path)
    }

    /// The generated stylesheet with the organization's colour; `accent` is `#rrggbb`.
    ///
    /// The colour is part of the address, so the answer never changes and can be kept for a year.
    pub fn accent_stylesheet(&self, accent: &str) -> String {
        format!("{}/accent.css?c={}", self.base_path, segment(accent.trim_start_matches('#')))
    }

    /// An address as an organization typed it for its own site: a path is the site's, wherever the site lives.
    pub fn of_site(&self, address: &str) -> String {
        let is_shared = ["/media/", "/assets/", "/s/"].iter().any(|shared| address.starts_with(shared));
        match address.strip_prefix('/') {
            Some(path) if !path.starts_with('/') && !is_shared => format!("{}{address}", self.base_path),
            _ => address.to_owned(),
        }
    }

    /// The address of one page of a list; the first has no number, so it has one address only.
    pub fn paged(&self, list: &str, page: usize) -> String {
        match (page, list.contains('?')) {
            (0 | 1, _) => list.to_owned(),
            (_, true) => format!("{list}&page={page}"),
            (_, false) => format!("{list}?page={page}"),
        }
    }

    /// The full form of any address this site may contain; one that cannot be resolved comes back unchanged.
    pub fn absolute(&self, address: &str) -> String {
        if address.starts_with('/') && !address.starts_with("//") {
            return match (&self.known_as, self.own_path(address)) {
                (Some(known), Some(path)) => [known, path].concat(),
                _ => [&self.public_url, address].concat(),
            };
        }
        let base = Url::parse(&self.absolute(&self.home()));
        base.and_then(|base| base.join(address)).map_or_else(|_| address.to_owned(), String::from)
    }

    /// A page has dozens of addresses: put together from their parts, without the machinery of formatting.
    fn beneath(&self, parts: &[&str]) -> String {
        std::iter::once(self.base_path.as_str()).chain(parts.iter().copied()).collect()
    }

    /// The path as it is at the top of a domain; none for what is not this site's own, such as files.
    fn own_path<'a>(&self, address: &'a str) -> Option<&'a str> {
        let path = address.strip_prefix(&self.base_path)?;
        (path.starts_with('/') && !path.starts_with("/media/") && !path.starts_with("/assets/")).then_some(path)
    }
}

fn segment(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, SEGMENT).into()
}

fn without_slash(address: &str) -> String {
    address.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_a_shared_site_lies_below_its_organization() {
        let site = Site::shared("https://host.example/", "acme");
        assert_eq!(site.home(), "/s/acme/");
        assert_eq!(site.article("hello-world"), "/s/acme/hello-world");
        assert_eq!(site.category("news"), "/s/acme/category/news");
        assert_eq!(site.tag("rust"), "/s/acme/tag/rust");
        assert_eq!(site.author("u1"), "/s/acme/author/u1");
        assert_eq!(site.feed_rss(), "/s/acme/feed.xml");
        assert_eq!(site.feed_json(), "/s/acme/feed.json");
        assert_eq!(site.sitemap_part(2), "/s/acme/sitemap.xml?part=2");
        assert_eq!(site.robots(), "/s/acme/robots.txt");
        assert_eq!(site.absolute(&site.article("a")), "https://host.example/s/acme/a");
    }

    #[test]
    fn a_typed_path_is_the_sites_own() {
        let site = Site::shared("https://host.example", "acme");
        assert_eq!(site.of_site("/about"), "/s/acme/about");
        assert_eq!(site.of_site("/"), "/s/acme/");
        for kept in ["/s/acme/about", "/media/a.pdf", "https://x.example/a", "mailto:a@b.c", "//x.example"] {
            assert_eq!(site.of_site(kept), kept);
        }
        assert_eq!(Site::own_domain("https://a.example").of_site("/about"), "/about");
    }

    #[test]
    fn an_own_domain_has_no_prefix() {
        let site = Site::own_domain("https://acme.example");
        assert_eq!(site.home(), "/");
        assert_eq!(site.absolute(&site.home()), "https://acme.example/");
        assert_eq!(site.accent_stylesheet("#1d4ed8"), "/accent.css?c=1d4ed8");
    }

    #[test]
    fn a_site_with_a_domain_is_known_by_that_wherever_it_is_read() {
        let known = Some("https://acme.example/".to_owned());
        let site = Site::shared("https://host.example", "acme").known_as(known.clone());
        assert_eq!(site.article("a"), "/s/acme/a", "links stay where the reader is");
        assert_eq!(site.absolute(&site.article("a")), "https://acme.example/a");
        assert_eq!(site.absolute(&site.home()), "https://acme.example/");
        assert_eq!(site.absolute(&site.sitemap_part(2)), "https://acme.example/sitemap.xml?part=2");
        assert_eq!(site.absolute("hello"), "https://acme.example/hello");
        for other in ["/media/a.png", "/s/acmes/a", "/s/acme"] {
            assert_eq!(site.absolute(other), format!("https://host.example{other}"));
        }
        let second = Site::own_domain("https://second.example").known_as(known);
        assert_eq!(second.absolute(&second.article("a")), "https://acme.example/a");
        assert_eq!(second.absolute("/media/a.png"), "https://second.example/media/a.png");
    }

    #[test]
    fn what_is_typed_cannot_leave_its_segment() {
        let site = Site::own_domain("https://acme.example");
        assert_eq!(site.article("../admin?x#y"), "/..%2Fadmin%3Fx%23y");
        assert_eq!(site.search_for("a&b=c d"), "/search?q=a%26b%3Dc%20d");
        assert_eq!(site.tag("日本"), "/tag/%E6%97%A5%E6%9C%AC");
    }

    #[test]
    fn the_first_page_of_a_list_has_one_address() {
        let site = Site::own_domain("https://acme.example");
        assert_eq!(site.paged("/tag/a", 1), "/tag/a");
        assert_eq!(site.paged("/tag/a", 3), "/tag/a?page=3");
        assert_eq!(site.paged("/search?q=a", 2), "/search?q=a&page=2");
    }

    #[test]
    fn absolute_addresses_are_left_alone() {
        let site = Site::shared("https://host.example", "acme");
        assert_eq!(site.absolute("https://cdn.example/a.png"), "https://cdn.example/a.png");
        assert_eq!(site.absolute("//cdn.example/a.png"), "https://cdn.example/a.png");
        assert_eq!(site.absolute("/media/a.png"), "https://host.example/media/a.png");
        assert_eq!(site.absolute("hello"), "https://host.example/s/acme/hello");
    }
}
