use std::collections::{HashMap, HashSet};

use content::translations::PublicVariant;

use crate::head::Translation;
use crate::links::Site;

/// What search engines look for when no variant is in the reader's language.
const DEFAULT: &str = "x-default";

/// All languages of one page, itself included; empty where it has no other.
///
/// Each page of a group gives the same list, as search engines believe only links that are returned. Of two variants in
/// one language the older one counts, and the younger names nothing.
pub fn of_page(links: &Site, site_language: &str, variants: &[PublicVariant], slug: &str) -> Vec<Translation> {
    let mut seen = HashSet::new();
    let mut kept: Vec<&PublicVariant> =
        variants.iter().filter(|variant| seen.insert(variant.language.to_ascii_lowercase())).collect();
    if kept.len() < 2 || !kept.iter().any(|variant| variant.slug == slug) {
        return Vec::new();
    }
    let is_sites = |variant: &&&PublicVariant| primary(&variant.language) == primary(site_language);
    let default = kept.iter().find(is_sites).or(kept.first()).map(|variant| variant.slug.clone());
    kept.sort_by(|one, other| one.language.cmp(&other.language));
    let link = |language: &str, slug: &str| Translation {
        language: language.to_owned(),
        url: links.absolute(&links.article(slug)),
    };
    let mut all: Vec<Translation> = kept.iter().map(|variant| link(&variant.language, &variant.slug)).collect();
    all.extend(default.map(|slug| link(DEFAULT, &slug)));
    all
}

/// The variants of every page that has some, by the page's slug.
pub fn of_site(
    links: &Site,
    site_language: &str,
    variants: &[PublicVariant],
) -> HashMap<String, Vec<(String, String)>> {
    let groups = variants.chunk_by(|one, other| one.group_id == other.group_id);
    groups
        .flat_map(|group| group.iter().map(move |variant| (variant, group)))
        .map(|(variant, group)| {
            let all = of_page(links, site_language, group, &variant.slug);
            let pairs = all.into_iter().map(|translation| (translation.language, translation.url)).collect();
            (variant.slug.clone(), pairs)
        })
        .collect()
}

fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant(group: &str, slug: &str, language: &str) -> PublicVariant {
        PublicVariant { group_id: group.to_owned(), slug: slug.to_owned(), language: language.to_owned() }
    }

    fn languages(all: &[Translation]) -> Vec<&str> {
        all.iter().map(|translation| translation.language.as_str()).collect()
    }

    #[test]
    fn every_variant_names_all_and_itself_and_a_default() {
        let links = Site::own_domain("https://a.example");
        let variants = [variant("g", "gezeiten", "de"), variant("g", "tides", "en-GB"), variant("g", "marees", "fr")];
        let first = of_page(&links, "en", &variants, "gezeiten");
        assert_eq!(languages(&first), ["de", "en-GB", "fr", "x-default"]);
        assert_eq!(
            (first[0].url.as_str(), first[3].url.as_str()),
            ("https://a.example/gezeiten", "https://a.example/tides")
        );
        assert_eq!(first, of_page(&links, "en", &variants, "tides"), "links are returned");
        let elsewhere = of_page(&links, "sv", &variants, "tides");
        assert_eq!(elsewhere[3].url, "https://a.example/gezeiten", "the oldest where the site's language has none");
    }

    #[test]
    fn one_alone_and_a_second_of_a_language_name_nothing() {
        let links = Site::own_domain("https://a.example");
        assert_eq!(of_page(&links, "en", &[variant("g", "tides", "en")], "tides"), []);
        let twice = [variant("g", "tides", "en"), variant("g", "gezeiten", "de"), variant("g", "ebbe", "DE")];
        assert_eq!(of_page(&links, "en", &twice, "ebbe"), []);
        assert_eq!(languages(&of_page(&links, "en", &twice, "tides")), ["de", "en", "x-default"]);
    }

    #[test]
    fn groups_are_kept_apart() {
        let links = Site::own_domain("https://a.example");
        let all = [variant("a", "a-en", "en"), variant("a", "a-de", "de"), variant("b", "b-en", "en")];
        let found = of_site(&links, "en", &all);
        assert_eq!(found["a-en"].len(), 3);
        assert_eq!(found["b-en"], []);
    }
}
