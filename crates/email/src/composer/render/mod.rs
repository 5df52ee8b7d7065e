//! From a composition to what is sent: MJML, whose words and addresses are put in afterwards, then HTML; and plain text.
//!
//! No word that somebody wrote passes the parser of MJML. Slots stand for them until the tables are made.

mod head;
mod html;
pub mod plain;
mod slots;

use kernel::{Error, Result};

use super::blocks::{Composition, Header, Typeface};
use super::colour::{self, Colour};
use super::surroundings::Surroundings;
use slots::Slots;

/// The width of an email, in pixels: what every mail program has room for.
pub const WIDTH: u32 = 600;
/// On either side of the text.
const MARGIN: u32 = 24;
const ACCENT: Colour = [0x1f, 0x5f, 0xd0];

/// What grounds and words look like where nobody asked for dark, and where somebody did. Neither is all black or white
/// on the ground, for programs that turn colours around leave such as they are.
const LIGHT: Palette =
    Palette { ground: "#f4f4f5", paper: [255; 3], words: "#1b1b1f", muted: "#5c5c66", line: "#dcdce0" };
const DARK: Palette =
    Palette { ground: "#151517", paper: [0x20, 0x20, 0x24], words: "#ececf0", muted: "#a9a9b4", line: "#3c3c44" };

struct Palette {
    ground: &'static str,
    paper: Colour,
    words: &'static str,
    muted: &'static str,
    line: &'static str,
}

/// What a composition becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub html: String,
    pub plain_text: String,
}

/// How this email looks, once all is known.
struct Theme {
    fonts: &'static str,
    accent: String,
    on_accent: String,
    link: String,
    dark_link: String,
}

impl Theme {
    fn of(composition: &Composition, around: &Surroundings) -> Self {
        let chosen = composition.style.accent.as_deref().or(around.accent.as_deref());
        let accent = chosen.and_then(colour::parse).unwrap_or(ACCENT);
        let written = colour::written;
        Self {
            fonts: match composition.style.typeface {
                Typeface::Sans => "Helvetica Neue, Helvetica, Arial, sans-serif",
                Typeface::Serif => "Georgia, Times New Roman, serif",
            },
            accent: written(accent),
            on_accent: written(colour::words_on(accent)),
            link: written(colour::readable_on(accent, LIGHT.paper)),
            dark_link: written(colour::readable_on(accent, DARK.paper)),
        }
    }
}

/// Renders a composition. `title` is what a browser calls the message.
pub fn render(composition: &Composition, around: &Surroundings, title: &str) -> Result<Rendered> {
    let theme = Theme::of(composition, around);
    let mut slots = Slots::default();
    let body = html::body(composition, around, &theme, &mut slots);
    let language = language(&around.language);
    let mjml = format!(
        "<mjml lang=\"{language}\">{}<mj-body width=\"{WIDTH}px\" background-color=\"{}\" css-class=\"cp-ground\">{body}</mj-body></mjml>",
        head::head(&theme),
        LIGHT.ground,
    );
    let parsed = mrml::parse(&mjml).map_err(Error::internal)?;
    let html = parsed.element.render(&mrml::prelude::render::RenderOptions::default()).map_err(Error::internal)?;
    let html = slots.fill(&head::completed(&html, title));
    Ok(Rendered { html, plain_text: plain::of(composition, around) })
}

/// The tag of a language, if it can be one.
fn language(tag: &str) -> &str {
    let is_tag = !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_tag { tag } else { "en" }
}

/// The logo, where the email shows one.
fn logo<'a>(composition: &Composition, around: &'a Surroundings) -> Option<&'a str> {
    around.logo.as_deref().filter(|logo| composition.style.header == Header::Logo && !logo.trim().is_empty())
}

#[cfg(test)]
mod tests;
