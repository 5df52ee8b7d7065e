//! The editor's form: as it is sent, and as it is shown.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::api::Patch;
use kernel::{Error, Result};
use serde::Deserialize;

use crate::items::draft::RawItem;
use crate::items::local_time::{self, LocalTime};
use crate::items::model::{ContentType, Item};
use crate::previews::PreviewRequest;
use crate::reviews::{ReviewAnswer, ReviewRequest};
use crate::seo;
use crate::taxonomy::tags::draft::without_commas;
use crate::views::EditorForm;

/// What the editor's form shows of a published item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The item itself: what is saved is public at once.
    Item,
    /// The draft changes, which wait.
    Changes,
}

/// What the editor's form sends: every field a text, so that nothing typed can fail to be read. A field that was not sent
/// leaves what is stored as it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EditorInput {
    title: Option<String>,
    slug: Option<String>,
    content: Option<String>,
    excerpt: Option<String>,
    r#type: Option<String>,
    category_id: Option<String>,
    tags: Option<String>,
    meta_title: Option<String>,
    meta_description: Option<String>,
    keywords: Option<String>,
    canonical_url: Option<String>,
    featured_image: Option<String>,
    gallery: Option<String>,
    video_url: Option<String>,
    audio_url: Option<String>,
    featured: Option<String>,
    comments_enabled: Option<String>,
    /// Sent by forms that have the box, since a box that is not ticked is not sent at all.
    comments_enabled_shown: Option<String>,
    language: Option<String>,
    version: Option<String>,
    scheduled_for: Option<String>,
    expires_at: Option<String>,
    /// What the field held when the page was made: a time that nobody touched stays exact to the second.
    expires_at_was: Option<String>,
    author_id: Option<String>,
    assignee_id: Option<String>,
    note: Option<String>,
    then: Option<String>,
    expires_in_hours: Option<String>,
    /// `changes` where the form showed the draft changes of a published item.
    of: Option<String>,
    /// The published item's version that the writer of changes saw.
    live_version: Option<String>,
    /// The release to put it into.
    release_id: String,
    /// `out` when it is to be taken out of the one that it waits in.
    release: String,
}

impl EditorInput {
    /// The input's values; times are read in the organization's zone.
    pub fn to_raw(&self, zone: &TimeZone) -> Result<RawItem> {
        let text = |text: &Option<String>| text.clone().map_or(Patch::Keep, Patch::Set);
        let named = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
        let content_type = named(&self.r#type).map(|name| name.parse::<ContentType>()).transpose()?;
        let split = |tags: &String| tags.split(',').map(|tag| tag.trim().to_owned()).collect();
        Ok(RawItem {
            title: text(&self.title),
            slug: text(&self.slug),
            content: text(&self.content),
            excerpt: text(&self.excerpt),
            r#type: content_type.map_or(Patch::Keep, Patch::Set),
            category_id: text(&self.category_id),
            tags: self.tags.as_ref().map_or(Patch::Keep, |tags| Patch::Set(split(tags))),
            meta_title: text(&self.meta_title),
            meta_description: text(&self.meta_description),
            keywords: self.keywords.as_deref().map_or(Patch::Keep, |typed| Patch::Set(seo::pages::keywords(typed))),
            canonical_url: text(&self.canonical_url),
            featured_image: text(&self.featured_image),
            gallery: self.gallery.as_ref().map_or(Patch::Keep, |typed| Patch::Set(lines(typed))),
            video_url: text(&self.video_url),
            audio_url: text(&self.audio_url),
            comments_enabled: match self.comments_enabled_shown {
                Some(_) => Patch::Set(self.comments_enabled.as_deref() == Some("true")),
                None => Patch::Keep,
            },
            // A box that is not ticked is not sent at all.
            featured: if self.is_form() { Patch::Set(self.featured.as_deref() == Some("true")) } else { Patch::Keep },
            language: named(&self.language).map_or(Patch::Keep, Patch::Set),
            author_id: named(&self.author_id).map_or(Patch::Keep, Patch::Set),
            expires_at: self.expiry(zone)?,
            ..RawItem::default()
        })
    }

    fn expiry(&self, zone: &TimeZone) -> Result<Patch<Timestamp>> {
        match self.expires_at.as_deref().map(str::trim) {
            None => Ok(Patch::Keep),
            unchanged if unchanged == self.expires_at_was.as_deref() => Ok(Patch::Keep),
            Some("") => Ok(Patch::Clear),
            Some(text) => local_time::read(text, zone).map(|time| Patch::Set(time.at)).ok_or_else(|| {
                Error::invalid(
                    "expires_at",
                    "not_a_time",
                    "Enter a date and a time, like 2026-03-01T09:00, or nothing.",
                )
            }),
        }
    }

    /// The time to publish at.
    pub fn publication(&self, zone: &TimeZone) -> Result<LocalTime> {
        let text = self.scheduled_for.as_deref().unwrap_or_default();
        local_time::read(text, zone).ok_or_else(|| {
            let words = "Choose the date and the time when it is to be published.";
            Error::invalid("scheduled_for", "not_a_time", words)
        })
    }

    pub fn review_request(&self) -> ReviewRequest {
        ReviewRequest { assignee_id: self.assignee_id.clone(), note: self.note.clone() }
    }

    pub fn review_answer(&self) -> ReviewAnswer {
        ReviewAnswer { note: self.note.clone() }
    }

    /// How long a preview link is to work.
    pub fn preview_request(&self) -> PreviewRequest {
        let hours = self.expires_in_hours.as_deref().map(|hours| hours.trim().parse().unwrap_or_default());
        PreviewRequest { expires_in_hours: hours, expires_at: None }
    }

    /// Which of the two the form showed.
    pub fn subject(&self) -> Subject {
        if self.of.as_deref() == Some("changes") { Subject::Changes } else { Subject::Item }
    }

    /// The versions that the writer of draft changes saw: of the changes, and of the item itself.
    pub fn versions_seen(&self) -> (Option<i32>, Option<i32>) {
        match self.subject() {
            Subject::Changes => (self.version(), self.live_version.as_deref().and_then(|version| version.parse().ok())),
            // Begun from the form of the item itself, they are the first ones.
            Subject::Item => (Some(0), self.version()),
        }
    }

    /// What is to happen once a new item is saved: `publish`, `schedule` or nothing.
    pub fn then(&self) -> &str {
        self.then.as_deref().unwrap_or_default()
    }

    /// The release to put it into; none when it is to be taken out.
    pub fn release(&self) -> Option<&str> {
        (self.release != "out").then_some(self.release_id.as_str())
    }

    /// Whether this is the editor's form, and not a bare request to make a move.
    pub fn is_form(&self) -> bool {
        self.title.is_some() || self.content.is_some()
    }

    pub fn version(&self) -> Option<i32> {
        self.version.as_deref()?.parse().ok()
    }

    pub fn into_form(self) -> EditorForm {
        EditorForm {
            featured: self.featured.as_deref() == Some("true"),
            comments_enabled: self.comments_enabled_shown.is_none() || self.comments_enabled.as_deref() == Some("true"),
            featured_image: self.featured_image.unwrap_or_default(),
            gallery: self.gallery.unwrap_or_default(),
            video_url: self.video_url.unwrap_or_default(),
            audio_url: self.audio_url.unwrap_or_default(),
            title: self.title.unwrap_or_default(),
            slug: self.slug.unwrap_or_default(),
            content: self.content.unwrap_or_default(),
            excerpt: self.excerpt.unwrap_or_default(),
            content_type: self.r#type.unwrap_or_default(),
            category_id: self.category_id.unwrap_or_default(),
            tags: self.tags.unwrap_or_default(),
            meta_title: self.meta_title.unwrap_or_default(),
            meta_description: self.meta_description.unwrap_or_default(),
            keywords: self.keywords.unwrap_or_default(),
            canonical_url: self.canonical_url.unwrap_or_default(),
            language: self.language.unwrap_or_default(),
            version: self.version.unwrap_or_default(),
            scheduled_for: self.scheduled_for.unwrap_or_default(),
            expires_at: self.expires_at.unwrap_or_default(),
            expires_at_was: self.expires_at_was.unwrap_or_default(),
            author_id: self.author_id.unwrap_or_default(),
            assignee_id: self.assignee_id.unwrap_or_default(),
            note: self.note.unwrap_or_default(),
        }
    }
}

fn lines(typed: &str) -> Vec<String> {
    typed.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// The form of a stored item.
pub fn form_of(item: &Item, zone: &TimeZone) -> EditorForm {
    let time = |at: Option<Timestamp>| at.map(|at| local_time::shown(at, zone)).unwrap_or_default();
    EditorForm {
        title: item.title.clone(),
        slug: item.slug.clone(),
        content: item.body().to_owned(),
        excerpt: item.excerpt.clone().unwrap_or_default(),
        content_type: item.r#type.as_str().to_owned(),
        category_id: item.category_id.clone().unwrap_or_default(),
        tags: item.tags.iter().map(|tag| without_commas(&tag.name)).collect::<Vec<_>>().join(", "),
        meta_title: item.meta_title.clone().unwrap_or_default(),
        meta_description: item.meta_description.clone().unwrap_or_default(),
        keywords: item.keywords.join(", "),
        canonical_url: item.canonical_url.clone().unwrap_or_default(),
        featured_image: item.featured_image.clone().unwrap_or_default(),
        gallery: item.gallery.join("\n"),
        video_url: item.video_url.clone().unwrap_or_default(),
        audio_url: item.audio_url.clone().unwrap_or_default(),
        featured: item.featured,
        comments_enabled: item.comments_enabled,
        language: item.language.clone(),
        version: item.version.to_string(),
        scheduled_for: time(item.scheduled_for),
        expires_at: time(item.expires_at),
        expires_at_was: time(item.expires_at),
        author_id: item.author_id.clone(),
        assignee_id: String::new(),
        note: String::new(),
    }
}
