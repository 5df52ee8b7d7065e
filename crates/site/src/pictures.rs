//! The library's pictures in a body: how large they are, at which widths there are more of them, in which formats.

use lol_html::html_content::{ContentType, Element};
use media::pictures::{Known, Picture};
use url::Url;

use crate::body::{Outcome, decoded, default_attribute, encoded};
use crate::views::srcset;

/// How wide a picture in a text is shown. Browsers that can measure do, for pictures that load late.
const SIZES: &str = "auto, (min-width: 46rem) 44rem, 100vw";
/// The same for readers that show it they alone know how.
const SIZES_ELSEWHERE: &str = "(min-width: 46rem) 44rem, 100vw";
/// Marks a picture that somebody has given a choice already.
const HAS_CHOICE: &str = "data-has-choice";

/// Marks a picture within a `picture` element, for [`for_page`] to leave it as it is.
pub fn leave_alone(picture: &mut Element<'_, '_>) -> Outcome {
    picture.set_attribute(HAS_CHOICE, "")?;
    Ok(())
}

/// Gives a picture on a page its present address, its size and a choice of widths, the best of them in WebP.
pub fn for_page(picture: &mut Element<'_, '_>, known: &Known) -> Outcome {
    let has_choice = picture.has_attribute(HAS_CHOICE) || picture.has_attribute("srcset");
    picture.remove_attribute(HAS_CHOICE);
    let Some(found) = dress(picture, known)? else { return Ok(()) };
    if has_choice {
        return Ok(());
    }
    if let Some(fallback) = srcset(&found.in_fallback()) {
        picture.set_attribute("srcset", &encoded(&fallback))?;
        picture.set_attribute("sizes", SIZES)?;
    }
    if let Some(webp) = srcset(&found.in_webp()) {
        let source = format!(r#"<picture><source type="image/webp" srcset="{}" sizes="{SIZES}">"#, encoded(&webp));
        picture.before(&source, ContentType::Html);
        picture.after("</picture>", ContentType::Html);
    }
    Ok(())
}

/// The same for a feed, in formats that every reader knows and with whole addresses.
pub fn for_feed(picture: &mut Element<'_, '_>, known: &Known, base: &Url) -> Outcome {
    let has_choice = picture.has_attribute("srcset");
    let Some(found) = dress(picture, known)? else { return Ok(()) };
    let whole = |(url, width): (String, u32)| Some((base.join(&url).ok()?.to_string(), width));
    let widths: Vec<_> = found.in_fallback().into_iter().filter_map(whole).collect();
    if let Some(widths) = srcset(&widths).filter(|_| !has_choice) {
        picture.set_attribute("srcset", &encoded(&widths))?;
        picture.set_attribute("sizes", SIZES_ELSEWHERE)?;
    }
    Ok(())
}

/// Gives a film of the library its still and its room on the page, where the writer chose none.
pub fn film(clip: &mut Element<'_, '_>, known: &Known) -> Outcome {
    let Some(poster) = clip.get_attribute("src").and_then(|source| known.poster_at(&decoded(&source))) else {
        return Ok(());
    };
    default_attribute(clip, "poster", &encoded(&poster.url))?;
    if let (Some((width, height)), false) = (poster.size, clip.has_attribute("width") || clip.has_attribute("height")) {
        clip.set_attribute("width", &width.to_string())?;
        clip.set_attribute("height", &height.to_string())?;
    }
    Ok(())
}

/// What both want: the address of the present revision, words, and room on the page before the picture is there.
fn dress(
    picture: &mut Element<'_, '_>,
    known: &Known,
) -> Result<Option<Picture>, Box<dyn std::error::Error + Send + Sync>> {
    let Some(found) = picture.get_attribute("src").and_then(|source| known.at(&decoded(&source))) else {
        return Ok(None);
    };
    picture.set_attribute("src", &encoded(&found.url))?;
    // Empty words are the writer's: the picture only decorates there.
    if let Some(alt) = &found.alt {
        default_attribute(picture, "alt", &crate::html::escape(alt))?;
    }
    if let Some((width, height)) = found.size {
        let pixels = |name: &str| picture.get_attribute(name).and_then(|text| text.trim().parse::<u32>().ok());
        let scaled = |side: u32, one: u32, other: u32| {
            u64::from(side).saturating_mul(u64::from(other)).checked_div(u64::from(one)).unwrap_or(0)
        };
        match (pixels("width"), pixels("height")) {
            (None, None) => {
                picture.set_attribute("width", &width.to_string())?;
                picture.set_attribute("height", &height.to_string())?;
            }
            (Some(given), None) => picture.set_attribute("height", &scaled(given, width, height).to_string())?,
            (None, Some(given)) => picture.set_attribute("width", &scaled(given, height, width).to_string())?,
            (Some(_), Some(_)) => {}
        }
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body;
    use crate::html::SafeHtml;
    use media::pictures::Poster;

    fn known() -> Known {
        let boat = Picture {
            url: "/media/org/token/boat.jpg?v=2".into(),
            mime: "image/jpeg".into(),
            size: Some((1000, 500)),
            alt: Some("A \"red\" boat".into()),
            ..Picture::default()
        };
        Known::of("org", [("token".to_owned(), boat)])
    }

    fn page(html: &str) -> String {
        body::for_page(&SafeHtml::already_sanitized(html), &known()).as_str().to_owned()
    }

    #[test]
    fn a_film_shows_its_still_unless_the_writer_chose_a_picture() {
        let poster = Poster { url: "/media/org/film/poster.jpg?v=1".into(), size: Some((640, 360)) };
        let known = known().with_poster("film", poster);
        let page = |html: &str| body::for_page(&SafeHtml::already_sanitized(html), &known).as_str().to_owned();
        assert_eq!(
            page(r#"<video src="/media/org/film/trip.mp4?v=1" controls=""></video>"#),
            r#"<video src="/media/org/film/trip.mp4?v=1" controls="" poster="/media/org/film/poster.jpg?v=1" width="640" height="360"></video>"#
        );
        let chosen = r#"<video src="/media/org/film/trip.mp4" controls="" poster="/a.jpg" width="64"></video>"#;
        assert_eq!(page(chosen), chosen);
        let other = r#"<video src="/media/org/other/trip.mp4" controls=""></video>"#;
        assert_eq!(page(other), other);
    }

    #[test]
    fn a_page_offers_every_width_and_reserves_room() {
        let html = page(r#"<p><img src="/media/org/token/boat.jpg?v=1" alt=""></p>"#);
        for part in [
            r#"<p><picture><source type="image/webp" srcset="/media/org/token/w160.webp?v=2 160w, /media/org/token/w480.webp?v=2 480w, /media/org/token/w960.webp?v=2 960w, /media/org/token/whole.webp?v=2 1000w" sizes="auto, "#,
            r#"<img src="/media/org/token/boat.jpg?v=2" alt="" width="1000" height="500" srcset="/media/org/token/w160.jpg?v=2 160w, "#,
            "</picture></p>",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(page(r#"<img src="/media/org/token/boat.jpg">"#).contains(r#"alt="A &quot;red&quot; boat""#), "{html}");
        let narrow = page(r#"<img src="/media/org/token/boat.jpg" width="300">"#);
        assert!(narrow.contains(r#"width="300""#) && narrow.contains(r#"height="150""#), "{narrow}");
    }

    #[test]
    fn what_somebody_chose_stays_and_strangers_are_left_alone() {
        let own = r#"<picture><source srcset="/a.webp"><img src="/media/org/token/boat.jpg" alt="x"></picture>"#;
        assert!(!page(own).contains("w480") && page(own).contains(r#"height="500""#), "{}", page(own));
        assert!(!page(own).contains("data-"), "{}", page(own));
        let other = r#"<img src="/media/other/token/boat.jpg" alt="x" loading="lazy" decoding="async">"#;
        assert_eq!(page(other), other);
    }

    #[test]
    fn a_feed_offers_whole_addresses_in_formats_that_all_know() {
        let html = SafeHtml::already_sanitized(r#"<img src="/media/org/token/boat.jpg?v=1">"#);
        let html = body::absolute(&html, "https://host.example/s/acme/hello", &known());
        let html = html.as_str();
        assert!(html.contains(r#"src="https://host.example/media/org/token/boat.jpg?v=2""#), "{html}");
        assert!(html.contains("https://host.example/media/org/token/w480.jpg?v=2 480w, "), "{html}");
        assert!(html.contains(r#"width="1000" height="500""#) && !html.contains("webp"), "{html}");
    }
}
