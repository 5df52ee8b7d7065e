//! What an email shows that does not stand in its composition: the organization, its articles, its pictures.

use std::collections::HashMap;

use content::items::cards::{self, Card};
use kernel::db::{Statements, Tenant};
use kernel::organization::{SiteSettings, site_settings};
use kernel::{App, Error, Result};
use media::pictures::known::{Known, known};
use media::pictures::variants::Look;
use media::pictures::{Format, Picture};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::address;
use super::blocks::Composition;

/// What RFC 3986 leaves as it is within a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Twice the width of an email, for screens of fine grain.
const PICTURE_WIDEST: u32 = 1200;
const PICTURE_SMALLER: u32 = 960;

/// Everything that rendering needs from elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    pub organization_name: String,
    pub language: String,
    pub accent: Option<String>,
    pub logo: Option<String>,
    /// This server's address, without a slash at its end.
    pub public_url: String,
    pub site_url: String,
    pub articles: HashMap<String, Card>,
    pub pictures: Known,
}

/// Reads what a composition needs, in a fixed number of statements.
pub async fn gather(tx: &Tenant, app: &App, composition: &Composition) -> Result<Surroundings> {
    let settings = site_settings(tx).await?;
    let sql = "SELECT slug, name FROM organizations WHERE id = $1";
    let organization = tx.row(sql, &[&tx.organization().as_str()]).await?.ok_or(Error::NotFound)?;
    let articles: HashMap<String, Card> =
        cards::of(tx, &composition.articles()).await?.into_iter().map(|card| (card.id.clone(), card)).collect();
    let mut addresses = composition.pictures();
    addresses.extend(articles.values().filter_map(|card| card.featured_image.as_deref()));
    addresses.extend(settings.logo_url.as_deref());
    let pictures = known(tx, &addresses).await?;
    let public_url = app.settings.public_url.trim_end_matches('/').to_owned();
    Ok(Surroundings {
        organization_name: organization.get("name"),
        language: settings.language.clone(),
        accent: settings.accent_color.clone(),
        logo: settings.logo_url.clone(),
        site_url: site_url(app, &settings, organization.get("slug")),
        public_url,
        articles,
        pictures,
    })
}

/// Where the organization's site is known to be.
fn site_url(app: &App, settings: &SiteSettings, slug: &str) -> String {
    let public_url = app.settings.public_url.trim_end_matches('/');
    let own = settings.domain.as_deref().and_then(|domain| {
        let mut url = url::Url::parse(public_url).ok()?;
        url.set_host(Some(domain)).ok()?;
        Some(url.as_str().trim_end_matches('/').to_owned())
    });
    own.unwrap_or_else(|| format!("{public_url}/s/{slug}"))
}

/// A picture as an email shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub src: String,
    /// Its width in pixels, where it is known.
    pub width: Option<u32>,
    pub alt: Option<String>,
    /// Whether mail programs of the older kind cannot show it.
    pub is_modern: bool,
}

impl Surroundings {
    /// A published article.
    pub fn article(&self, id: &str) -> Option<&Card> {
        self.articles.get(id).filter(|card| card.is_public)
    }

    pub fn article_url(&self, card: &Card) -> String {
        format!("{}/{}", self.site_url, utf8_percent_encode(&card.slug, SEGMENT))
    }

    /// A picture by its address: one of the library in a size for mails and in a format that all mail programs know.
    pub fn picture(&self, src: &str) -> Shown {
        let known = self.pictures.at(src);
        let small = known.as_ref().and_then(smaller);
        let (src, width) = match (small, &known) {
            (Some((url, width)), _) => (url, Some(width)),
            (None, Some(picture)) => (picture.url.clone(), picture.size.map(|(width, _)| width)),
            (None, None) => (src.to_owned(), None),
        };
        let path = src.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let is_modern = [".webp", ".avif", ".svg"].iter().any(|ending| path.ends_with(ending));
        let alt = known.and_then(|picture| picture.alt).filter(|alt| !alt.trim().is_empty());
        Shown { src: address::absolute(&self.public_url, &src), width, alt, is_modern }
    }
}

/// The address and width of what is sent instead of a picture; none where the picture itself is small and known to all.
fn smaller(picture: &Picture) -> Option<(String, u32)> {
    let (width, _) = picture.size?;
    let is_old = matches!(picture.mime.as_str(), "image/jpeg" | "image/png" | "image/gif");
    if is_old && width <= PICTURE_WIDEST {
        return None;
    }
    let format = if matches!(picture.mime.as_str(), "image/png" | "image/gif") { Format::Png } else { Format::Jpeg };
    let look = Look::Width(if width > PICTURE_WIDEST { 1600 } else { PICTURE_SMALLER });
    picture.variant(look, format).map(|(url, (width, _))| (url, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(mime: &str, size: (u32, u32)) -> Surroundings {
        let url = "/media/org-a/token/boat.file?v=2".to_owned();
        let picture = Picture { url, mime: mime.into(), size: Some(size), ..Picture::default() };
        Surroundings {
            public_url: "https://cp.example".into(),
            pictures: Known::of("org-a", [("token".to_owned(), picture)]),
            ..Surroundings::default()
        }
    }

    #[test]
    fn pictures_come_whole_small_and_in_a_format_that_all_know() {
        let shown = |mime: &str, size| with(mime, size).picture("/media/org-a/token/boat.file").src;
        assert_eq!(shown("image/jpeg", (1000, 500)), "https://cp.example/media/org-a/token/boat.file?v=2");
        assert_eq!(shown("image/jpeg", (4000, 500)), "https://cp.example/media/org-a/token/w1600.jpg?v=2");
        assert_eq!(shown("image/png", (4000, 500)), "https://cp.example/media/org-a/token/w1600.png?v=2");
        assert_eq!(shown("image/webp", (600, 500)), "https://cp.example/media/org-a/token/w960.jpg?v=2");
        let elsewhere = Surroundings::default().picture("https://e.org/a.WEBP?x=1");
        assert!(elsewhere.is_modern && elsewhere.src == "https://e.org/a.WEBP?x=1" && elsewhere.width.is_none());
    }
}
