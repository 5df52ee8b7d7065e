//! From what was sent to what it changes: each field checked, and all that is wrong told at once.

use kernel::Result;
use kernel::api::Patch;
use kernel::validate::{self, Lines, Problems};

use super::{BODY_LARGEST, Draft, EXCERPT_LONGEST, RawItem, SlugWish, TAGS_MOST, TITLE_LONGEST};
use crate::html::{self, CleanHtml};
use crate::items::model::ContentType;
use crate::taxonomy::tags::draft::refuse_comma;

const COMMENT_LONGEST: usize = 500;
const TAG_LONGEST: usize = 100;
const KEYWORDS_MOST: usize = 30;
const KEYWORD_LONGEST: usize = 100;
const GALLERY_MOST: usize = 200;
const ADDRESS_LONGEST: usize = 2048;

impl Draft {
    /// This draft with what was sent in it.
    pub(crate) fn changed_by(mut self, raw: RawItem, mut problems: Problems) -> Result<Self> {
        self.take_texts(&raw, &mut problems);
        self.take_addresses(&raw, &mut problems);
        self.take_lists(&raw, &mut problems);
        match raw.r#type {
            Patch::Keep => {}
            Patch::Clear => self.content_type = ContentType::default(),
            Patch::Set(kind) => self.content_type = kind,
        }
        set(&mut self.expires_at, raw.expires_at);
        self.is_autosave = raw.autosave;
        self.featured = value_or(raw.featured, self.featured, false);
        self.comments_enabled = value_or(raw.comments_enabled, self.comments_enabled, true);
        set(&mut self.category_id, nonempty(raw.category_id));
        if let Patch::Set(author) = nonempty(raw.author_id) {
            self.author_id = author;
        }
        problems.finish(self)
    }

    fn take_texts(&mut self, raw: &RawItem, problems: &mut Problems) {
        match &raw.title {
            Patch::Keep => {}
            Patch::Clear => self.title = problems.required("title", "The title", "", TITLE_LONGEST),
            Patch::Set(title) => self.title = problems.required("title", "The title", title, TITLE_LONGEST),
        }
        match &raw.slug {
            Patch::Keep => {}
            Patch::Set(slug) if !slug.trim().is_empty() => {
                self.slug = SlugWish::Typed(validate::slug(problems, "slug", slug));
            }
            Patch::Clear | Patch::Set(_) => self.slug = SlugWish::FromTitle,
        }
        let mut text = |target: &mut Option<String>,
                        field: &str,
                        label: &str,
                        patch: &Patch<String>,
                        longest: usize| match patch {
            Patch::Keep => {}
            Patch::Clear => *target = None,
            Patch::Set(text) => {
                let text = problems.text(field, label, text, longest, Lines::Many);
                *target = (!text.is_empty()).then_some(text);
            }
        };
        text(&mut self.excerpt, "excerpt", "The excerpt", &raw.excerpt, EXCERPT_LONGEST);
        text(&mut self.comment, "comment", "The comment", &raw.comment, COMMENT_LONGEST);
        text(&mut self.meta_title, "meta_title", "The title for search engines", &raw.meta_title, 200);
        text(
            &mut self.meta_description,
            "meta_description",
            "The description for search engines",
            &raw.meta_description,
            500,
        );
        match &raw.content {
            Patch::Keep => {}
            Patch::Clear => self.set_content(CleanHtml::default()),
            Patch::Set(html) => self.take_body(html, problems),
        }
        match &raw.language {
            Patch::Keep => {}
            Patch::Set(language) if !language.trim().is_empty() => self.language = language_tag(problems, language),
            Patch::Clear | Patch::Set(_) => "en".clone_into(&mut self.language),
        }
    }

    fn take_body(&mut self, html: &str, problems: &mut Problems) {
        if html.len() > BODY_LARGEST {
            problems.add(
                "content",
                "too_long",
                "The body has more than 2 MB of HTML. Split it, or move pictures to the media library.",
            );
        } else if html.contains('\0') {
            problems.add("content", "control_characters", "The body holds invisible control characters. Remove them.");
        } else {
            self.set_content(CleanHtml::from_untrusted(html));
        }
    }

    fn set_content(&mut self, content: CleanHtml) {
        self.word_count = html::word_count(content.as_str());
        self.content = content;
    }

    fn take_addresses(&mut self, raw: &RawItem, problems: &mut Problems) {
        let fields = [
            (&mut self.canonical_url, &raw.canonical_url, "canonical_url", "The canonical address"),
            (&mut self.featured_image, &raw.featured_image, "featured_image", "The address of the featured image"),
            (&mut self.video_url, &raw.video_url, "video_url", "The address of the video"),
            (&mut self.audio_url, &raw.audio_url, "audio_url", "The address of the audio"),
        ];
        for (target, patch, field, label) in fields {
            match patch {
                Patch::Keep => {}
                Patch::Clear => *target = None,
                Patch::Set(text) => *target = address(problems, field, label, text),
            }
        }
        if self.canonical_url.as_ref().is_some_and(|address| !address.starts_with("http")) {
            problems.add(
                "canonical_url",
                "not_an_address",
                "The canonical address must be whole, beginning with https://.",
            );
        }
    }

    fn take_lists(&mut self, raw: &RawItem, problems: &mut Problems) {
        let mut list = |patch: &Patch<Vec<String>>, field: &str, most: usize, longest: usize| match patch {
            Patch::Keep => None,
            Patch::Clear => Some(Vec::new()),
            Patch::Set(texts) => Some(words(problems, field, texts, (most, longest))),
        };
        if let Some(keywords) = list(&raw.keywords, "keywords", KEYWORDS_MOST, KEYWORD_LONGEST) {
            self.keywords = keywords;
        }
        if let Some(gallery) = list(&raw.gallery, "gallery", GALLERY_MOST, ADDRESS_LONGEST) {
            self.gallery = gallery;
        }
        if let Some(tags) = list(&raw.tags, "tags", TAGS_MOST, TAG_LONGEST) {
            self.tags = Some(tags);
        }
        if self.gallery.iter().any(|address| !html::is_harmless_address(address)) {
            problems.add("gallery", "not_an_address", "Every picture of the gallery needs a web address or a path.");
        }
        self.tags.iter().flatten().for_each(|tag| refuse_comma(problems, "tags", tag));
        if self.tags.iter().flatten().any(|tag| validate::slug_from(tag).is_empty()) {
            problems.add("tags", "not_a_tag", "A tag needs at least one letter or digit.");
        }
    }
}

fn set<T>(target: &mut Option<T>, patch: Patch<T>) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => *target = None,
        Patch::Set(value) => *target = Some(value),
    }
}

fn value_or<T>(patch: Patch<T>, stored: T, default: T) -> T {
    match patch {
        Patch::Keep => stored,
        Patch::Clear => default,
        Patch::Set(value) => value,
    }
}

fn nonempty(patch: Patch<String>) -> Patch<String> {
    match patch {
        Patch::Set(text) if text.trim().is_empty() => Patch::Clear,
        patch => patch,
    }
}

/// Trimmed texts without empty ones and repetitions.
fn words(problems: &mut Problems, field: &str, texts: &[String], (most, longest): (usize, usize)) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        let text = problems.text(field, "Each entry", text, longest, Lines::One);
        if !text.is_empty() && !kept.contains(&text) {
            kept.push(text);
        }
    }
    if kept.len() > most {
        problems.add(field, "too_many", format!("These are {} entries; keep at most {most}.", kept.len()));
    }
    kept
}

fn address(problems: &mut Problems, field: &str, label: &str, text: &str) -> Option<String> {
    let address = problems.text(field, label, text, ADDRESS_LONGEST, Lines::One);
    if !html::is_harmless_address(&address) || address.contains(char::is_whitespace) {
        problems.add(field, "not_an_address", format!("{label} must be a web address or a path, without spaces."));
    }
    (!address.is_empty()).then_some(address)
}

fn language_tag(problems: &mut Problems, text: &str) -> String {
    validate::language_tag(text).unwrap_or_else(|| {
        problems.add("language", "not_a_language", "A language is written as a tag like en, de or pt-BR.");
        text.trim().to_owned()
    })
}
