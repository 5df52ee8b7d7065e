//! RSS 2.0 with the Atom, Dublin Core, content and media namespaces that readers expect.

use std::io;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::{Feed, FeedItem, ITEMS_PER_FEED};
use crate::html::escape;
use crate::xml::{self, Sheet, legal};

/// Minutes a reader may wait before it asks again.
const MINUTES_TO_LIVE: &str = "60";

/// The feed as RSS 2.0, to be served as `application/rss+xml; charset=utf-8`.
pub fn rss(feed: &Feed) -> String {
    xml::document(|sheet| {
        sheet
            .create_element("rss")
            .with_attribute(("version", "2.0"))
            .with_attribute(("xmlns:atom", "http://www.w3.org/2005/Atom"))
            .with_attribute(("xmlns:content", "http://purl.org/rss/1.0/modules/content/"))
            .with_attribute(("xmlns:dc", "http://purl.org/dc/elements/1.1/"))
            .with_attribute(("xmlns:media", "http://search.yahoo.com/mrss/"))
            .write_inner_content(|sheet| {
                sheet.create_element("channel").write_inner_content(|sheet| write_channel(sheet, feed))?;
                Ok(())
            })?;
        Ok(())
    })
}

fn write_channel(sheet: &mut Sheet, feed: &Feed) -> io::Result<()> {
    xml::element(sheet, "title", &feed.title)?;
    xml::element(sheet, "link", &feed.home_url)?;
    xml::element(sheet, "description", &feed.description)?;
    xml::element(sheet, "language", &feed.language)?;
    write_date(sheet, "lastBuildDate", feed.updated_at)?;
    xml::element(sheet, "ttl", MINUTES_TO_LIVE)?;
    write_own_address(sheet, &feed.rss_url)?;
    if let Some(logo) = &feed.logo {
        sheet.create_element("image").write_inner_content(|sheet| {
            xml::element(sheet, "url", logo)?;
            xml::element(sheet, "title", &feed.title)?;
            xml::element(sheet, "link", &feed.home_url)
        })?;
    }
    feed.items.iter().take(ITEMS_PER_FEED).try_for_each(|item| {
        sheet.create_element("item").write_inner_content(|sheet| write_item(sheet, item))?;
        Ok(())
    })
}

fn write_item(sheet: &mut Sheet, item: &FeedItem) -> io::Result<()> {
    if !item.title.trim().is_empty() {
        xml::element(sheet, "title", &item.title)?;
    }
    xml::element(sheet, "link", &item.url)?;
    sheet
        .create_element("guid")
        .with_attribute(("isPermaLink", "false"))
        .write_text_content(quick_xml::events::BytesText::new(&legal(&item.id)))?;
    write_date(sheet, "pubDate", item.published_at)?;
    if let Some(author) = &item.author {
        xml::element(sheet, "dc:creator", author)?;
    }
    item.topics.iter().try_for_each(|topic| xml::element(sheet, "category", topic))?;
    // An item needs a title or a description, so one without either still gets an empty description. Readers take it for HTML
    // (RSS 2.0, "description"), so text is told apart from markup once more.
    xml::element(sheet, "description", &escape(item.summary.as_deref().unwrap_or_default()))?;
    if !item.content.is_empty() {
        xml::element(sheet, "content:encoded", item.content.as_str())?;
    }
    if let Some(image) = &item.image {
        sheet
            .create_element("media:content")
            .with_attribute(("url", legal(image).as_str()))
            .with_attribute(("medium", "image"))
            .write_empty()?;
    }
    Ok(())
}

fn write_own_address(sheet: &mut Sheet, address: &str) -> io::Result<()> {
    sheet
        .create_element("atom:link")
        .with_attribute(("href", legal(address).as_str()))
        .with_attribute(("rel", "self"))
        .with_attribute(("type", "application/rss+xml"))
        .write_empty()?;
    Ok(())
}

/// RFC 822 knows four-digit years only, so a date it cannot say is left out.
fn write_date(sheet: &mut Sheet, name: &str, instant: Option<Timestamp>) -> io::Result<()> {
    let printed =
        instant.and_then(|instant| rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&instant).ok());
    match printed {
        Some(date) => xml::element(sheet, name, &date),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn an_item_has_a_lasting_id_a_date_and_its_whole_text() {
        let xml = rss(&sample("Fish & <b>chips</b>"));
        for part in [
            r#"<guid isPermaLink="false">0198</guid>"#,
            "<pubDate>Wed, 04 Mar 2026 05:06:07 GMT</pubDate>",
            "<dc:creator>Fish &amp; &lt;b&gt;chips&lt;/b&gt;</dc:creator>",
            "<description>Fish &amp;amp; &amp;lt;b&amp;gt;chips&amp;lt;/b&amp;gt;</description>",
            "<content:encoded>Fish &amp; &lt;b&gt;chips&lt;/b&gt;</content:encoded>",
            r#"<atom:link href="https://a.example/feed.xml" rel="self" type="application/rss+xml"/>"#,
        ] {
            assert!(xml.contains(part), "{part} is missing in {xml}");
        }
    }

    #[test]
    fn the_feed_stays_short() {
        let mut feed = sample("x");
        feed.items = vec![feed.items[0].clone(); ITEMS_PER_FEED + 5];
        assert_eq!(rss(&feed).matches("<item>").count(), ITEMS_PER_FEED);
    }
}
