//! Sitemaps (sitemaps.org protocol 0.9, with Google's image extension and hreflang links).

use std::io;

use jiff::Timestamp;

use crate::xml::{self, Sheet, legal};

/// The protocol's limit for one file; above it the site serves an index of parts.
pub const ENTRIES_PER_SITEMAP: usize = 50_000;

/// One page that search engines may list.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The absolute, canonical address.
    pub url: String,
    /// When the page last changed in a way readers notice.
    pub updated_at: Option<Timestamp>,
    /// Absolute address of the featured image.
    pub image: Option<String>,
    /// The same page in all its languages, itself included: language tag and absolute address.
    pub translations: Vec<(String, String)>,
}

/// How many files `entries` pages need; at least one, since an empty sitemap is still asked for.
pub fn parts(entries: usize) -> usize {
    entries.div_ceil(ENTRIES_PER_SITEMAP).max(1)
}

/// One sitemap. Entries beyond [`ENTRIES_PER_SITEMAP`] are left out: they belong into the next part.
pub fn sitemap(entries: &[Entry]) -> String {
    xml::document(|sheet| {
        sheet
            .create_element("urlset")
            .with_attribute(("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"))
            .with_attribute(("xmlns:image", "http://www.google.com/schemas/sitemap-image/1.1"))
            .with_attribute(("xmlns:xhtml", "http://www.w3.org/1999/xhtml"))
            .write_inner_content(|sheet| {
                entries.iter().take(ENTRIES_PER_SITEMAP).try_for_each(|entry| write_entry(sheet, entry))
            })?;
        Ok(())
    })
}

/// The index of a large site's sitemaps: absolute address and newest change of each part.
pub fn sitemap_index(parts: &[(String, Option<Timestamp>)]) -> String {
    xml::document(|sheet| {
        sheet
            .create_element("sitemapindex")
            .with_attribute(("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"))
            .write_inner_content(|sheet| {
            parts.iter().take(ENTRIES_PER_SITEMAP).try_for_each(|(url, updated_at)| {
                sheet.create_element("sitemap").write_inner_content(|sheet| write_place(sheet, url, *updated_at))?;
                Ok(())
            })
        })?;
        Ok(())
    })
}

fn write_entry(sheet: &mut Sheet, entry: &Entry) -> io::Result<()> {
    sheet.create_element("url").write_inner_content(|sheet| {
        write_place(sheet, &entry.url, entry.updated_at)?;
        for (language, url) in &entry.translations {
            sheet
                .create_element("xhtml:link")
                .with_attribute(("rel", "alternate"))
                .with_attribute(("hreflang", legal(language).as_str()))
                .with_attribute(("href", legal(url).as_str()))
                .write_empty()?;
        }
        if let Some(image) = &entry.image {
            sheet.create_element("image:image").write_inner_content(|sheet| xml::element(sheet, "image:loc", image))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// A `Timestamp` prints as the W3C's date and time format in UTC.
fn write_place(sheet: &mut Sheet, url: &str, updated_at: Option<Timestamp>) -> io::Result<()> {
    xml::element(sheet, "loc", url)?;
    match updated_at {
        Some(instant) => xml::element(sheet, "lastmod", &whole_seconds(instant).to_string()),
        None => Ok(()),
    }
}

fn whole_seconds(instant: Timestamp) -> Timestamp {
    Timestamp::from_second(instant.as_second()).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::tests::well_formed;
    use proptest::prelude::*;

    fn entry(url: &str) -> Entry {
        Entry { url: url.to_owned(), ..Entry::default() }
    }

    #[test]
    fn a_page_is_listed_with_its_change_picture_and_languages() {
        let page = Entry {
            url: "https://a.example/x?a=1&b=2".to_owned(),
            updated_at: Some("2026-03-04T05:06:07.89Z".parse().unwrap()),
            image: Some("https://a.example/i.png".to_owned()),
            translations: vec![("de".to_owned(), "https://a.example/de".to_owned())],
        };
        let xml = sitemap(&[page]);
        assert!(
            xml.contains("<loc>https://a.example/x?a=1&amp;b=2</loc><lastmod>2026-03-04T05:06:07Z</lastmod>"),
            "{xml}"
        );
        assert!(xml.contains(r#"<xhtml:link rel="alternate" hreflang="de" href="https://a.example/de"/>"#), "{xml}");
        assert!(xml.contains("<image:image><image:loc>https://a.example/i.png</image:loc></image:image>"), "{xml}");
    }

    #[test]
    fn large_sites_are_parted_at_the_limit() {
        assert_eq!((parts(0), parts(50_000), parts(50_001)), (1, 1, 2));
        let xml = sitemap(&vec![entry("https://a.example/"); 50_001]);
        assert_eq!(xml.matches("<url>").count(), 50_000);
        let index = sitemap_index(&[("https://a.example/sitemap.xml?part=1".to_owned(), None)]);
        assert!(index.contains("<sitemap><loc>https://a.example/sitemap.xml?part=1</loc></sitemap>"), "{index}");
    }

    proptest! {
        #[test]
        fn any_address_leaves_it_well_formed(url in any::<String>(), language in any::<String>()) {
            let page = Entry { image: Some(url.clone()), translations: vec![(language, url.clone())], ..entry(&url) };
            prop_assert!(well_formed(&sitemap(&[page])));
            prop_assert!(well_formed(&sitemap_index(&[(url, None)])));
        }
    }
}
