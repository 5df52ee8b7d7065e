//! A composition in plain text: headings, paragraphs, and addresses behind what leads to them.

use super::html::literal;
use crate::composer::address;
use crate::composer::blocks::{Article, Block, Composition, Header};
use crate::composer::surroundings::Surroundings;
use crate::composer::text::{Look, dressed};
use crate::sending::compose::plain;

const LINE: &str = "----------------------------------------";

pub fn of(composition: &Composition, around: &Surroundings) -> String {
    let mut parts = Vec::new();
    if composition.style.header != Header::Nothing {
        parts.push(literal(&around.organization_name));
    }
    for (_, block) in composition.all() {
        parts.extend(part(block, around).filter(|part| !part.trim().is_empty()));
    }
    let mut end = format!("{LINE}\nYou get this email from {{{{organization_name}}}}.");
    if let Some(postal) = &composition.style.postal_address {
        end.push('\n');
        end.push_str(&literal(postal));
    }
    end.push_str("\nUnsubscribe: {{unsubscribe_url}}\nChange what you get: {{preferences_url}}\n");
    parts.push(end);
    parts.join("\n\n")
}

fn part(block: &Block, around: &Surroundings) -> Option<String> {
    let leading_to = |words: &str, href: &str| {
        let href = address::absolute(&around.public_url, href);
        if href.is_empty() { words.to_owned() } else { format!("{words} ( {href} )") }
    };
    Some(match block {
        Block::Heading(heading) if heading.level == 1 && !heading.text.contains("{{") => heading.text.to_uppercase(),
        Block::Heading(heading) => heading.text.clone(),
        Block::Text(text) => plain::from_html(&dressed(&text.html, &Look::default(), &around.public_url)),
        Block::Image(image) if image.is_decoration || image.src.is_empty() => return None,
        Block::Image(image) => {
            let own = around.picture(&image.src).alt.unwrap_or_default();
            let alt = if image.alt.is_empty() { own } else { image.alt.clone() };
            if alt.is_empty() && image.href.is_empty() {
                return None;
            }
            leading_to(&format!("[{}]", if alt.is_empty() { "Picture" } else { &alt }), &image.href)
        }
        Block::Button(button) if button.label.is_empty() => return None,
        Block::Button(button) => leading_to(&button.label, &button.href),
        Block::Article(article) => card(article, around)?,
        Block::Divider(_) => LINE.to_owned(),
        Block::Columns(_) | Block::Spacer(_) => return None,
    })
}

fn card(article: &Article, around: &Surroundings) -> Option<String> {
    let card = around.article(&article.content_id)?;
    let url = literal(&around.article_url(card));
    let mut lines = vec![literal(&card.title)];
    if article.has_summary && !card.summary.is_empty() {
        lines.push(literal(&card.summary));
    }
    lines.push(if article.label.is_empty() { url } else { format!("{} ( {url} )", article.label) });
    Some(lines.join("\n"))
}
