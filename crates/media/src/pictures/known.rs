//! Pictures of the library whose addresses stand in a text, with all that a page needs to show them well.

use std::collections::HashMap;

use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::can_be_varied;
use super::encode::Format;
use super::variants::{self, Look, Variant};
use crate::posters;
use crate::uses::tokens_in;

/// A picture of the library.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// Its address with the revision it has now.
    pub url: String,
    pub mime: String,
    /// Width and height as it is shown.
    pub size: Option<(u32, u32)>,
    pub is_animated: bool,
    pub alt: Option<String>,
    pub placeholder: Option<String>,
}

/// What a page shows of a film before it plays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Poster {
    /// Its address with the revision that the film has now.
    pub url: String,
    /// Width and height of the film.
    pub size: Option<(u32, u32)>,
}

/// Pictures, and stills of films, by their token.
#[derive(Debug, Clone, Default)]
pub struct Known {
    organization: String,
    pictures: HashMap<String, Picture>,
    posters: HashMap<String, Poster>,
}

/// Looks up the pictures whose addresses stand in these texts. Private ones are left out: no page may show them.
pub async fn known(tx: &Tenant, texts: &[&str]) -> Result<Known> {
    let organization = tx.organization().as_str();
    let tokens: Vec<String> = texts.iter().flat_map(|text| tokens_in(text, organization)).collect();
    let mut known = Known { organization: organization.to_owned(), ..Known::default() };
    if tokens.is_empty() {
        return Ok(known);
    }
    let sql = "SELECT token, file_url, mime_type, width, height, is_animated, alt, placeholder FROM media_assets
               WHERE organization_id = $1 AND token = ANY ($2) AND deleted_at IS NULL AND NOT is_private
                 AND (mime_type LIKE 'image/%' OR (mime_type LIKE 'video/%' AND has_poster))";
    for row in tx.rows(sql, &[&organization, &tokens]).await? {
        let side = |name: &str| row.get::<_, Option<i32>>(name).and_then(|side| u32::try_from(side).ok());
        let size = side("width").zip(side("height")).filter(|(width, height)| *width > 0 && *height > 0);
        let (url, mime): (String, String) = (row.get("file_url"), row.get("mime_type"));
        if !mime.starts_with("image/") {
            known.posters.insert(row.get("token"), Poster { url: variants::beside(&url, posters::NAME), size });
            continue;
        }
        let picture = Picture {
            url,
            mime,
            size,
            is_animated: row.get("is_animated"),
            alt: row.get("alt"),
            placeholder: row.get("placeholder"),
        };
        known.pictures.insert(row.get("token"), picture);
    }
    Ok(known)
}

impl Known {
    /// Only for tests of what uses it.
    #[doc(hidden)]
    pub fn of(organization: &str, pictures: impl IntoIterator<Item = (String, Picture)>) -> Self {
        Self {
            organization: organization.to_owned(),
            pictures: pictures.into_iter().collect(),
            posters: HashMap::new(),
        }
    }

    /// The same, with the still of one film.
    #[doc(hidden)]
    pub fn with_poster(mut self, token: &str, poster: Poster) -> Self {
        self.posters.insert(token.to_owned(), poster);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.pictures.is_empty() && self.posters.is_empty()
    }

    /// The still of the film at an address, whose own address then begins as this one does.
    pub fn poster_at(&self, address: &str) -> Option<Poster> {
        let token = tokens_in(address, &self.organization).into_iter().next()?;
        let poster = self.posters.get(&token)?;
        Some(Poster { url: format!("{}{}", host_of(address), poster.url), size: poster.size })
    }

    /// The picture at an address, whose own address then begins as this one does: with the host, if one is named.
    pub fn at(&self, address: &str) -> Option<Picture> {
        let token = tokens_in(address, &self.organization).into_iter().next()?;
        let picture = self.pictures.get(&token)?;
        Some(Picture { url: format!("{}{}", host_of(address), picture.url), ..picture.clone() })
    }
}

fn host_of(address: &str) -> &str {
    address.find("/media/").map_or("", |end| &address[..end])
}

impl Picture {
    /// The address and size of a variant; none when there are none of this picture.
    pub fn variant(&self, look: Look, format: Format) -> Option<(String, (u32, u32))> {
        let size = self.size.filter(|_| can_be_varied(&self.mime, self.is_animated))?;
        Some((variants::beside(&self.url, &Variant::new(look, format).name()), look.size(size)))
    }

    /// Addresses and widths in WebP, the smallest first.
    pub fn in_webp(&self) -> Vec<(String, u32)> {
        self.offered(|look| self.variant(look, Format::Webp))
    }

    /// Addresses and widths for whoever does not know WebP; the picture itself is the largest.
    pub fn in_fallback(&self) -> Vec<(String, u32)> {
        let format = variants::fallback(&self.mime);
        self.offered(|look| match look {
            Look::Whole => Some((self.url.clone(), self.size?)),
            look => self.variant(look, format),
        })
    }

    fn offered(&self, address: impl Fn(Look) -> Option<(String, (u32, u32))>) -> Vec<(String, u32)> {
        let Some(size) = self.size else { return Vec::new() };
        let all = variants::offered(size).filter_map(|look| address(look).map(|(url, (width, _))| (url, width)));
        let all: Vec<_> = all.collect();
        // A single one is no choice.
        if all.len() > 1 { all } else { Vec::new() }
    }

    /// What networks show of a page with this picture.
    pub fn social(&self) -> Option<(String, (u32, u32))> {
        self.variant(Look::Social, Format::Jpeg)
    }

    pub fn square(&self) -> Option<(String, (u32, u32))> {
        self.variant(Look::Square, Format::Webp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boat() -> Picture {
        Picture {
            url: "/media/org-a/token/boat.jpg?v=3".into(),
            mime: "image/jpeg".into(),
            size: Some((1200, 800)),
            ..Picture::default()
        }
    }

    #[test]
    fn addresses_carry_the_revision_and_the_host_they_were_found_at() {
        let known = Known::of("org-a", [("token".to_owned(), boat())]);
        let found = known.at("https://cdn.example/media/org-a/token/boat.jpg?v=1").unwrap();
        assert_eq!(found.url, "https://cdn.example/media/org-a/token/boat.jpg?v=3");
        let webp: Vec<String> = found.in_webp().into_iter().map(|(url, width)| format!("{url} {width}")).collect();
        assert_eq!(webp[0], "https://cdn.example/media/org-a/token/w160.webp?v=3 160");
        assert_eq!(webp[3], "https://cdn.example/media/org-a/token/whole.webp?v=3 1200");
        assert_eq!(found.in_fallback()[3], (found.url.clone(), 1200));
        assert_eq!(found.social().unwrap().1, (1200, 630));
        assert!(known.at("/media/org-b/token/boat.jpg").is_none() && known.at("/media/org-a/other/x.jpg").is_none());
    }

    #[test]
    fn what_cannot_be_made_smaller_is_offered_as_it_is() {
        let moving = Picture { is_animated: true, mime: "image/gif".into(), ..boat() };
        let drawing = Picture { mime: "image/svg+xml".into(), ..boat() };
        for picture in [moving, drawing, Picture { size: None, ..boat() }] {
            assert!(picture.in_webp().is_empty() && picture.social().is_none());
        }
    }
}
