//! The custom fields of an item that mean something here.

use super::record::Seo;
use super::text::{filled, plain_text, slug};

/// How many former slugs of an item are kept, and how long each may be; WordPress allows 200 characters.
const MAX_OLD_SLUGS: usize = 100;
const MAX_SLUG_BYTES: usize = 2_400;

/// What an item's custom fields said.
#[derive(Default)]
pub(super) struct Meta {
    pub(super) featured_image_id: Option<u64>,
    pub(super) alt: String,
    pub(super) seo: Seo,
    pub(super) old_slugs: Vec<String>,
    pub(super) ignored: usize,
}

impl Meta {
    /// Notes a custom field; WordPress' own bookkeeping is passed over, what is unknown is counted.
    pub(super) fn take(&mut self, key: &str, value: &str) {
        let seo = &mut self.seo;
        match key {
            "_thumbnail_id" => self.featured_image_id = value.parse().ok().filter(|id| *id > 0),
            "_wp_attachment_image_alt" => value.clone_into(&mut self.alt),
            "_wp_old_slug" if self.old_slugs.len() < MAX_OLD_SLUGS && value.len() <= MAX_SLUG_BYTES => {
                self.old_slugs.extend(filled(&slug(value)));
            }
            "_yoast_wpseo_title" | "rank_math_title" => fill(&mut seo.title, written(value)),
            "_yoast_wpseo_metadesc" | "rank_math_description" => fill(&mut seo.description, written(value)),
            "_yoast_wpseo_canonical" | "rank_math_canonical_url" => fill(&mut seo.canonical_url, filled(value)),
            // Rank Math keeps several keywords with commas between them, the main one first.
            "_yoast_wpseo_focuskw" | "rank_math_focus_keyword" => {
                fill(&mut seo.focus_keyword, filled(value.split(',').next().unwrap_or_default()));
            }
            "_yoast_wpseo_meta-robots-noindex" => seo.no_index |= value == "1",
            "rank_math_robots" => seo.no_index |= value.contains("noindex"),
            _ if is_bookkeeping(key) => {}
            _ => self.ignored += 1,
        }
    }
}

fn fill(field: &mut Option<String>, value: Option<String>) {
    if field.is_none() {
        *field = value;
    }
}

/// A text somebody wrote. Templates such as `%%title%% %%sep%%` are not texts.
fn written(value: &str) -> Option<String> {
    let parts: Vec<&str> = value.split('%').collect();
    let is_variable =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_template = parts.len() > 2 && parts[1..parts.len() - 1].iter().any(is_variable);
    filled(&plain_text(value)).filter(|_| !is_template)
}

fn is_bookkeeping(key: &str) -> bool {
    matches!(
        key,
        "_edit_last" | "_edit_lock" | "_encloseme" | "_pingme" | "_wp_attached_file" | "_wp_attachment_metadata"
    ) || key.starts_with("_oembed_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_seo_plugins_are_read_and_templates_are_not() {
        let mut meta = Meta::default();
        meta.take("_yoast_wpseo_title", "%%title%% %%page%% %%sep%% %%sitename%%");
        meta.take("rank_math_title", "Save 50% today, 100% sure &amp; safe");
        meta.take("rank_math_description", "%excerpt%");
        meta.take("rank_math_focus_keyword", "tea, green tea");
        meta.take("rank_math_robots", "a:1:{i:0;s:7:\"noindex\";}");
        meta.take("_yoast_wpseo_canonical", "https://example.com/a");
        let seo = Seo {
            title: Some("Save 50% today, 100% sure & safe".into()),
            description: None,
            focus_keyword: Some("tea".into()),
            canonical_url: Some("https://example.com/a".into()),
            no_index: true,
        };
        assert_eq!(meta.seo, seo);
    }

    #[test]
    fn unknown_fields_are_counted_and_bookkeeping_is_not() {
        let mut meta = Meta::default();
        for (key, value) in [
            ("_thumbnail_id", "42"),
            ("price", "9"),
            ("_edit_last", "1"),
            ("_oembed_abc", "x"),
            ("_wp_old_slug", "%c3%a9t%c3%a9"),
        ] {
            meta.take(key, value);
        }
        assert_eq!((meta.featured_image_id, meta.ignored, meta.old_slugs), (Some(42), 1, vec!["été".to_owned()]));
    }
}
