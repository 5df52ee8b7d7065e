//! Addresses of the old site in bodies, where Ghost writes a placeholder for its own.

use url::Url;

use super::post::PLACEHOLDER;

/// First parts of paths under which no posts are.
const NOT_POSTS: [&str; 6] = ["content", "tag", "author", "ghost", "rss", "p"];

/// Where an address of the old site leads from now on; none of another site's.
///
/// A post is a neighbour here, under the slug it had. Files stay on the old site, where that is known.
pub(super) fn moved(address: &str, site: Option<&Url>) -> Option<String> {
    let site = site.map(|site| site.as_str().trim_end_matches('/'));
    let path = address.strip_prefix(PLACEHOLDER).or_else(|| address.strip_prefix(site?))?;
    if !(path.is_empty() || path.starts_with(['/', '?', '#'])) {
        return None;
    }
    let (plain, rest) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
    let mut parts = plain.split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next()) {
        (Some(slug), None) if !NOT_POSTS.contains(&slug) && !slug.contains('.') => {
            let fragment = rest.find('#').map_or("", |at| &rest[at..]);
            Some(format!("{slug}{fragment}"))
        }
        _ => Some(format!("{}{}", site.unwrap_or_default(), if path.is_empty() { "/" } else { path })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_neighbours_and_files_stay() {
        let site = Url::parse("https://old.example/blog").expect("an address");
        for (address, with_site, without) in [
            ("__GHOST_URL__/hello/#a", Some("hello#a"), Some("hello#a")),
            (
                "__GHOST_URL__/content/images/a.png",
                Some("https://old.example/blog/content/images/a.png"),
                Some("/content/images/a.png"),
            ),
            ("__GHOST_URL__/tag/news/", Some("https://old.example/blog/tag/news/"), Some("/tag/news/")),
            ("https://old.example/blog/hello/", Some("hello"), None),
            ("https://old.example/blogger/", None, None),
            ("https://other.example/hello/", None, None),
        ] {
            assert_eq!(moved(address, Some(&site)).as_deref(), with_site, "{address}");
            assert_eq!(moved(address, None).as_deref(), without, "{address}");
        }
    }
}
