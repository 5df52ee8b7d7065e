//! What an item shows beside its text: a film or a sound above it, a gallery below it.

use content::embeds;
use content::html::is_harmless_address;
use content::items::model::Item;

use crate::html::{SafeHtml, escape};

/// Ends of the names of files that browsers play themselves.
const FILMS: [&str; 5] = ["mp4", "m4v", "webm", "ogv", "mov"];
const SOUNDS: [&str; 8] = ["mp3", "m4a", "aac", "ogg", "oga", "opus", "wav", "flac"];

/// The addresses of what stands around a text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around<'item> {
    pub video: Option<&'item str>,
    pub audio: Option<&'item str>,
    pub gallery: &'item [String],
}

impl<'item> Around<'item> {
    /// What an item has around its text.
    pub fn of(item: &'item Item) -> Self {
        Self { video: item.video_url.as_deref(), audio: item.audio_url.as_deref(), gallery: &item.gallery }
    }

    /// A sanitized body with them, in the markup that bodies have, so that pages and feeds treat them as they treat those.
    pub fn with_body(&self, body: &str) -> SafeHtml {
        if self.video.is_none() && self.audio.is_none() && self.gallery.is_empty() {
            return SafeHtml::already_sanitized(body);
        }
        let film = self.video.map(|address| clip(address, "video", &FILMS));
        let sound = self.audio.map(|address| clip(address, "audio", &SOUNDS));
        let parts = [film, sound, Some(body.to_owned()), self.pictures()];
        SafeHtml::already_sanitized(parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }

    fn pictures(&self) -> Option<String> {
        let addresses = self.gallery.iter().filter(|address| is_harmless_address(address));
        let figures: String =
            addresses.map(|address| format!(r#"<figure><img src="{}"></figure>"#, escape(address))).collect();
        (!figures.is_empty()).then(|| format!(r#"<div class="gallery">{figures}</div>"#))
    }
}

/// A file has an element that plays it; everything else is a link, which gets its player where its site has one.
fn clip(address: &str, element: &str, endings: &[&str]) -> String {
    if !is_harmless_address(address) {
        return String::new();
    }
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_file = address.starts_with('/') || endings.contains(&ending.as_str());
    let shown = escape(address);
    if is_file && embeds::player(address).is_none() {
        return format!(r#"<figure><{element} src="{shown}" controls preload="metadata"></{element}></figure>"#);
    }
    format!(r#"<figure class="embed"><a href="{shown}" rel="noopener">{shown}</a></figure>"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_played_sites_are_linked_and_what_is_harmful_is_left_out() {
        let gallery = ["/media/a.jpg".to_owned(), "javascript:alert(1)".to_owned()];
        let around = Around {
            video: Some("https://a.example/x.mp4?a=1&b=2"),
            audio: Some("https://open.spotify.com/episode/4rOo"),
            gallery: &gallery,
        };
        let html = around.with_body("<p>Text</p>");
        let parts: Vec<&str> = html.as_str().split('\n').collect();
        assert_eq!(
            parts,
            [
                r#"<figure><video src="https://a.example/x.mp4?a=1&amp;b=2" controls preload="metadata"></video></figure>"#,
                r#"<figure class="embed"><a href="https://open.spotify.com/episode/4rOo" rel="noopener">https://open.spotify.com/episode/4rOo</a></figure>"#,
                "<p>Text</p>",
                r#"<div class="gallery"><figure><img src="/media/a.jpg"></figure></div>"#,
            ]
        );
        assert_eq!(Around::default().with_body("<p>Text</p>").as_str(), "<p>Text</p>");
    }
}
