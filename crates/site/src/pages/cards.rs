use content::html;
use content::items::model::Item;
use kernel::letters;
use media::pictures::Known;

use crate::html::SafeHtml;
use crate::views::{ArticleCard, Byline, Hit, Image, Term};

/// Characters of a body around the words found.
const SNIPPET_CHARACTERS: usize = 220;
/// Marks that no text holds, around each word found.
const MARKS: (char, char) = ('\u{e000}', '\u{e001}');

/// An item as lists show it; `known` holds its picture.
pub fn card(item: &Item, known: &Known) -> ArticleCard {
    ArticleCard {
        slug: item.slug.clone(),
        title: item.title.clone(),
        excerpt: item.excerpt.clone(),
        image: image(item, known),
        author: byline(item),
        published_at: item.published_at,
        reading_minutes: minutes(item),
        category: item
            .public_category()
            .map(|category| Term { name: category.name.clone(), slug: category.slug.clone() }),
        featured: item.featured,
    }
}

/// The featured picture, with what the library knows of it.
pub fn image(item: &Item, known: &Known) -> Option<Image> {
    item.featured_image.as_deref().map(|url| Image::known(known, url, ""))
}

/// Who wrote it; none where the name is empty.
pub fn byline(item: &Item) -> Option<Byline> {
    (!item.author.name.is_empty()).then(|| Byline { id: item.author.id.clone(), name: item.author.name.clone() })
}

/// Minutes that reading takes.
pub fn minutes(item: &Item) -> u32 {
    u32::try_from(html::reading_minutes(item.word_count)).unwrap_or(0)
}

/// An item as an answer to a search, with the words found marked in a piece of its text.
pub fn hit(item: &Item, question: &str, known: &Known) -> Hit {
    let text = html::plain_text(item.body());
    let words: Vec<String> = question
        .split(|character: char| !character.is_alphanumeric())
        .map(letters::plain)
        .filter(|word| !word.is_empty())
        .collect();
    let mut card = card(item, known);
    // A page of its own kind names neither author nor day, here as there.
    if super::items::is_page(item) {
        (card.author, card.published_at, card.reading_minutes) = (None, None, 0);
    }
    Hit { card, excerpt: SafeHtml::from_marked(&snippet(&text, &words), MARKS.0, MARKS.1) }
}

fn snippet(text: &str, words: &[String]) -> String {
    let is_found = |token: &str| {
        let token = letters::plain(token.trim_start_matches(|character: char| !character.is_alphanumeric()));
        words.iter().any(|word| token.starts_with(word.as_str()))
    };
    let tokens: Vec<&str> = text.split(' ').collect();
    let first = tokens.iter().position(|token| is_found(token)).unwrap_or(0);
    let start = first.saturating_sub(8);
    let mut piece = if start > 0 { "… ".to_owned() } else { String::new() };
    for token in &tokens[start..] {
        if piece.chars().count() > SNIPPET_CHARACTERS {
            piece.push('…');
            break;
        }
        let shown: String = token.chars().filter(|character| ![MARKS.0, MARKS.1].contains(character)).collect();
        if is_found(token) {
            piece.extend([MARKS.0]);
            piece.push_str(&shown);
            piece.extend([MARKS.1, ' ']);
        } else {
            piece.push_str(&shown);
            piece.push(' ');
        }
    }
    piece.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_begins_before_the_first_word_found_and_marks_it() {
        let text = format!("{}the Anchors hold. {}", "filler ".repeat(50), "more ".repeat(100));
        let piece = snippet(&text, &["anchor".to_owned()]);
        assert!(piece.starts_with("… ") && piece.ends_with('…'), "{piece}");
        assert!(piece.contains("\u{e000}Anchors\u{e001}"), "{piece}");
        assert_eq!(snippet("short text", &[]), "short text");
        assert_eq!(snippet("a Café, open", &["cafe".to_owned()]), "a \u{e000}Café,\u{e001} open");
    }
}
