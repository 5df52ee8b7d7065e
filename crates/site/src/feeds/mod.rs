//! Feeds: the newest items for programs that read on somebody's behalf.

mod json;
mod rss;

use jiff::Timestamp;

use crate::html::SafeHtml;
pub use json::json_feed;
pub use rss::rss;

/// How many items a feed carries; readers keep what they have seen.
pub const ITEMS_PER_FEED: usize = 20;

/// What both kinds of feed are made from. All addresses are absolute.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// The site's name.
    pub title: String,
    /// One sentence about the site.
    pub description: String,
    /// The front page, or the list this feed follows.
    pub home_url: String,
    /// Where the RSS form of this feed is served.
    pub rss_url: String,
    /// Where the JSON form of this feed is served.
    pub json_url: String,
    /// Language tag, such as `en` or `pt-BR`.
    pub language: String,
    /// Absolute address of the site's logo.
    pub logo: Option<String>,
    /// When anything in the feed last changed.
    pub updated_at: Option<Timestamp>,
    /// Newest first.
    pub items: Vec<FeedItem>,
}

/// One item of a feed.
#[derive(Clone, Debug, Default)]
pub struct FeedItem {
    /// The content item's id: it outlives a changed slug or domain, so nobody reads an item twice.
    pub id: String,
    /// The absolute, canonical address.
    pub url: String,
    /// The title; may be empty.
    pub title: String,
    /// Name of the author.
    pub author: Option<String>,
    /// Absolute address of the author's page.
    pub author_url: Option<String>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// The excerpt, as plain text.
    pub summary: Option<String>,
    /// The body with absolute addresses: [`crate::body::absolute`] makes them so.
    pub content: SafeHtml,
    /// Names of category and tags.
    pub topics: Vec<String>,
    /// Absolute address of the featured image.
    pub image: Option<String>,
    /// Language tag of the item when it is not the site's.
    pub language: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(super) fn sample(text: &str) -> Feed {
        Feed {
            title: text.to_owned(),
            description: text.to_owned(),
            home_url: "https://a.example/".to_owned(),
            rss_url: "https://a.example/feed.xml".to_owned(),
            json_url: "https://a.example/feed.json".to_owned(),
            language: "en".to_owned(),
            items: vec![FeedItem {
                id: "0198".to_owned(),
                url: "https://a.example/hello".to_owned(),
                title: text.to_owned(),
                author: Some(text.to_owned()),
                published_at: Some("2026-03-04T05:06:07Z".parse().unwrap()),
                summary: Some(text.to_owned()),
                content: SafeHtml::already_sanitized(text),
                topics: vec![text.to_owned()],
                ..FeedItem::default()
            }],
            ..Feed::default()
        }
    }

    proptest! {
        #[test]
        fn any_text_leaves_both_feeds_well_formed(text in any::<String>()) {
            let feed = sample(&text);
            prop_assert!(crate::xml::tests::well_formed(&rss(&feed)));
            let json: serde_json::Value = serde_json::from_str(&json_feed(&feed)).unwrap();
            prop_assert_eq!(json["items"][0]["id"].as_str(), Some("0198"));
        }
    }
}
