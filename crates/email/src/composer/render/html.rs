//! Blocks as MJML.

use super::{LIGHT, MARGIN, Slots, Theme, WIDTH, logo};
use crate::composer::address;
use crate::composer::blocks::{Align, Article, Block, Button, Composition, Header, Heading, Image, Layout};
use crate::composer::surroundings::Surroundings;
use crate::composer::text::{self, Look};

/// Between two columns, in pixels.
const GAP: u32 = 16;
/// What an article's picture takes of a card that has it beside its words, in hundredths.
const BESIDE: u32 = 36;

/// What blocks are written with.
struct Writer<'a> {
    around: &'a Surroundings,
    theme: &'a Theme,
    slots: &'a mut Slots,
}

pub fn body(composition: &Composition, around: &Surroundings, theme: &Theme, slots: &mut Slots) -> String {
    let mut writer = Writer { around, theme, slots };
    let mut body = writer.header(composition);
    let mut run = String::new();
    for block in &composition.blocks {
        let alone = match block {
            Block::Columns(columns) => Some(writer.columns(&columns.columns)),
            Block::Article(article) if article.layout == Layout::Beside => writer.beside(article),
            _ => None,
        };
        match alone {
            Some(section) => {
                body.push_str(&section_of(&std::mem::take(&mut run)));
                body.push_str(&section);
            }
            None => run.push_str(&writer.block(block, WIDTH - 2 * MARGIN)),
        }
    }
    body.push_str(&section_of(&run));
    body.push_str(&spacing(16));
    body.push_str(&writer.footer(composition));
    body
}

/// A section of one column; nothing for no blocks.
fn section_of(blocks: &str) -> String {
    if blocks.is_empty() { String::new() } else { paper(&format!("<mj-column>{blocks}</mj-column>")) }
}

fn paper(columns: &str) -> String {
    let colour = crate::composer::colour::written(LIGHT.paper);
    format!("<mj-section background-color=\"{colour}\" css-class=\"cp-paper\">{columns}</mj-section>")
}

fn spacing(height: u32) -> String {
    paper(&format!("<mj-column><mj-spacer height=\"{height}px\" /></mj-column>"))
}

fn size_of(level: u8) -> (&'static str, &'static str) {
    match level {
        1 => ("28px", "1.25"),
        2 => ("22px", "1.3"),
        _ => ("18px", "1.35"),
    }
}

impl Writer<'_> {
    fn block(&mut self, block: &Block, room: u32) -> String {
        match block {
            Block::Heading(heading) => self.heading(heading),
            Block::Text(text) => self.text(&text.html, text.align),
            Block::Image(image) => self.image(image, room),
            Block::Button(button) => self.button(button),
            Block::Article(article) => self.stacked(article, room),
            // A composition is checked before: there are none within others.
            Block::Columns(_) => String::new(),
            Block::Divider(_) => "<mj-divider css-class=\"cp-line\" />".to_owned(),
            Block::Spacer(spacer) => format!("<mj-spacer height=\"{}px\" />", spacer.height),
        }
    }

    fn heading(&mut self, heading: &Heading) -> String {
        if heading.text.is_empty() {
            return String::new();
        }
        let words = text::escaped(&heading.text);
        self.title(&words, heading.level, heading.align)
    }

    /// A title of words that are HTML already.
    fn title(&mut self, html: &str, level: u8, align: Align) -> String {
        let (size, height) = size_of(level);
        let style = "margin:0;font-size:inherit;font-weight:700;line-height:inherit";
        let slot = self.slots.html(format!("<h{level} style=\"{style}\">{html}</h{level}>"));
        format!(
            "<mj-text css-class=\"cp-words\" font-size=\"{size}\" line-height=\"{height}\" align=\"{}\" padding=\"4px 0 12px\">{slot}</mj-text>",
            align.as_str()
        )
    }

    fn text(&mut self, html: &str, align: Align) -> String {
        if html.is_empty() {
            return String::new();
        }
        let look = Look { link: self.theme.link.clone(), border: LIGHT.line.to_owned() };
        let slot = self.slots.html(text::dressed(html, &look, &self.around.public_url));
        format!("<mj-text css-class=\"cp-words\" align=\"{}\" padding=\"0 0 4px\">{slot}</mj-text>", align.as_str())
    }

    fn image(&mut self, image: &Image, room: u32) -> String {
        if image.src.is_empty() {
            return String::new();
        }
        let shown = self.around.picture(&image.src);
        let wished = room * u32::from(image.width) / 100;
        let width = shown.width.map_or(wished, |own| own.min(wished));
        let alt = if image.is_decoration { "" } else { &image.alt };
        let alt = if alt.is_empty() && !image.is_decoration { shown.alt.as_deref().unwrap_or_default() } else { alt };
        let href = self.link(&image.href);
        self.picture((&shown.src, alt), (width, image.align), &href)
    }

    fn picture(&mut self, (src, alt): (&str, &str), (width, align): (u32, Align), href: &str) -> String {
        let (src, alt) = (self.slots.words(src), self.slots.words(alt));
        format!("<mj-image src=\"{src}\" alt=\"{alt}\" width=\"{width}px\" align=\"{}\"{href} />", align.as_str())
    }

    /// The attribute of a link; nothing while nobody wrote where it leads.
    fn link(&mut self, href: &str) -> String {
        if href.is_empty() {
            return String::new();
        }
        let slot = self.slots.words(&address::absolute(&self.around.public_url, href));
        format!(" href=\"{slot}\"")
    }

    fn button(&mut self, button: &Button) -> String {
        if button.label.is_empty() {
            return String::new();
        }
        let (label, href) = (self.slots.words(&button.label), self.link(&button.href));
        format!("<mj-button align=\"{}\"{href}>{label}</mj-button>", button.align.as_str())
    }

    /// The words of an article's card: its title, what it is about, the way to it.
    fn article_words(&mut self, article: &Article) -> Option<(String, String)> {
        let card = self.around.article(&article.content_id)?.clone();
        let url = self.around.article_url(&card);
        let href = text::escaped(&literal(&url));
        let style = "color:inherit;text-decoration:none";
        let title = format!(
            "<a href=\"{href}\" class=\"cp-title\" style=\"{style}\">{}</a>",
            text::escaped(&literal(&card.title))
        );
        let mut words = self.title(&title, 3, Align::Left);
        if article.has_summary && !card.summary.is_empty() {
            let summary = format!("<p>{}</p>", text::escaped(&literal(&card.summary)));
            words.push_str(&self.text(&summary, Align::Left));
        }
        if !article.label.is_empty() {
            let label = text::escaped(&article.label);
            words.push_str(&self.text(&format!("<p><a href=\"{href}\">{label}</a></p>"), Align::Left));
        }
        Some((words, url))
    }

    fn article_picture(&mut self, article: &Article, room: u32) -> Option<String> {
        let card = self.around.article(&article.content_id)?.clone();
        let src = card.featured_image.as_deref().filter(|src| article.has_image && !src.is_empty())?;
        let shown = self.around.picture(src);
        let href = self.link(&self.around.article_url(&card));
        let width = shown.width.map_or(room, |own| own.min(room));
        let alt = shown.alt.unwrap_or_else(|| card.title.clone());
        Some(self.picture((&literal(&shown.src), &literal(&alt)), (width, Align::Left), &href))
    }

    fn stacked(&mut self, article: &Article, room: u32) -> String {
        let picture = self.article_picture(article, room).unwrap_or_default();
        let words = self.article_words(article).map(|(words, _)| words).unwrap_or_default();
        if words.is_empty() { String::new() } else { format!("{picture}{words}<mj-spacer height=\"8px\" />") }
    }

    /// A section of its own, with the picture beside the words; none where there is no picture.
    fn beside(&mut self, article: &Article) -> Option<String> {
        let room = (WIDTH - 2 * MARGIN) * BESIDE / 100 - GAP;
        let picture = self.article_picture(article, room)?;
        let (words, _) = self.article_words(article)?;
        let rest = 100 - BESIDE;
        Some(paper(&format!(
            "<mj-column width=\"{BESIDE}%\" padding=\"4px {GAP}px 8px 0\">{picture}</mj-column><mj-column width=\"{rest}%\" padding=\"0 0 8px\">{words}</mj-column>"
        )))
    }

    fn columns(&mut self, columns: &[Vec<Block>]) -> String {
        let count = u32::try_from(columns.len()).unwrap_or(1).max(1);
        let room = (WIDTH - 2 * MARGIN) / count - GAP;
        let last = columns.len().saturating_sub(1);
        let mut made = String::new();
        for (place, blocks) in columns.iter().enumerate() {
            let (before, behind) = (if place == 0 { 0 } else { GAP / 2 }, if place == last { 0 } else { GAP / 2 });
            let inner: String = blocks.iter().map(|block| self.block(block, room)).collect();
            made.push_str(&format!("<mj-column padding=\"0 {behind}px 0 {before}px\">{inner}</mj-column>"));
        }
        paper(&made)
    }

    fn header(&mut self, composition: &Composition) -> String {
        let ground =
            "<mj-section padding=\"12px 24px 0\"><mj-column><mj-spacer height=\"4px\" /></mj-column></mj-section>";
        if composition.style.header == Header::Nothing {
            return format!("{ground}{}", spacing(28));
        }
        let inner = match logo(composition, self.around) {
            Some(logo) => {
                let shown = self.around.picture(logo);
                let width = shown.width.map_or(160, |own| own.min(160));
                let href = self.link(&self.around.site_url.clone());
                let name = literal(&self.around.organization_name);
                self.picture((&shown.src, &name), (width, Align::Left), &href)
            }
            None => {
                let name = text::escaped(&literal(&self.around.organization_name));
                let slot = self.slots.html(format!("<strong>{name}</strong>"));
                format!(
                    "<mj-text css-class=\"cp-muted\" color=\"{}\" font-size=\"15px\" padding=\"0 0 12px\">{slot}</mj-text>",
                    LIGHT.muted
                )
            }
        };
        format!("{ground}{}{}", spacing(24), section_of(&inner))
    }

    fn footer(&mut self, composition: &Composition) -> String {
        let style = format!("color:{};text-decoration:underline", LIGHT.muted);
        let mut words = String::from("You get this email from {{organization_name}}.");
        if let Some(postal) = &composition.style.postal_address {
            words.push_str("<br>");
            words.push_str(&text::escaped(&literal(postal)).replace('\n', ", "));
        }
        words.push_str(&format!(
            "<br><a href=\"{{{{unsubscribe_url}}}}\" style=\"{style}\">Unsubscribe</a> &middot; <a href=\"{{{{preferences_url}}}}\" style=\"{style}\">Change what you get</a>"
        ));
        let slot = self.slots.html(words);
        format!(
            "<mj-section padding=\"20px 24px 32px\"><mj-column><mj-text mj-class=\"muted\" css-class=\"cp-muted\" align=\"center\">{slot}</mj-text></mj-column></mj-section>"
        )
    }
}

/// Words that are no template: braces in them are nobody's merge tag.
pub(super) fn literal(words: &str) -> String {
    words.replace("{{", "{\u{200b}{")
}
