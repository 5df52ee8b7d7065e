//! What is looked at of an email in blocks before it is sent.

use kernel::Result;
use kernel::access::Caller;

use super::blocks::{Block, Composition};
use super::surroundings::{self, Surroundings};
use crate::sending::compose::checks::{Findings, Level};
use crate::sending::emails::Email;

const FIELD: &str = "composition";

/// Looks at an email's blocks; of one that is written by hand there is nothing to look at.
pub(crate) async fn of(caller: &Caller, email: &Email, findings: &mut Findings) -> Result<()> {
    let Some(composition) = &email.composition else { return Ok(()) };
    let around = surroundings::gather(&caller.tx, &caller.app, composition).await?;
    look_at(composition, &around, findings);
    Ok(())
}

fn look_at(composition: &Composition, around: &Surroundings, findings: &mut Findings) {
    if composition.blocks.is_empty() {
        let words = "There are no blocks yet. Add the first one in the composer.";
        findings.add(Level::Error, "blocks_missing", FIELD, words);
    }
    let lost = lost_articles(composition, around);
    if lost.is_empty() && !composition.articles().is_empty() {
        let words = match composition.articles().len() {
            1 => "One article, and it is published.".to_owned(),
            many => format!("{many} articles, all published."),
        };
        findings.add(Level::Good, "articles", FIELD, words);
    }
    for (code, words) in lost {
        findings.add(Level::Error, code, FIELD, words);
    }
    pictures(composition, around, findings);
    for (_, block) in composition.all() {
        if let Block::Button(button) = block
            && !button.label.is_empty()
            && button.href.is_empty()
        {
            let words = format!("The button “{}” leads nowhere. Write its address, or take it out.", button.label);
            findings.add(Level::Error, "button_without_link", FIELD, words);
        }
    }
    if composition.style.postal_address.is_none() {
        let words = "There is no postal address at the end. Several countries ask for one in advertising; write it under “Look of the email”.";
        findings.add(Level::Warning, "postal_address_missing", FIELD, words);
    }
}

/// Articles whose readers would find nothing, or that were never chosen: a code and words for each.
pub(super) fn lost_articles(composition: &Composition, around: &Surroundings) -> Vec<(&'static str, String)> {
    let mut lost: Vec<(&'static str, String)> = Vec::new();
    for (_, block) in composition.all() {
        let Block::Article(article) = block else { continue };
        let found = match around.articles.get(&article.content_id) {
            _ if article.content_id.is_empty() => {
                ("article_missing", "A card shows no article yet. Choose one, or take the card out.".to_owned())
            }
            None => ("article_lost", "An article of this email was deleted. Take its card out.".to_owned()),
            Some(card) if !card.is_public => {
                let words = format!(
                    "“{}” is not published, so its link leads nowhere. Publish it, or take it out.",
                    card.title
                );
                ("article_unpublished", words)
            }
            Some(_) => continue,
        };
        if !lost.contains(&found) {
            lost.push(found);
        }
    }
    lost
}

fn pictures(composition: &Composition, around: &Surroundings, findings: &mut Findings) {
    let (mut empty, mut mute, mut modern) = (0, 0, 0);
    for (_, block) in composition.all() {
        let Block::Image(image) = block else { continue };
        if image.src.is_empty() {
            empty += 1;
            continue;
        }
        let shown = around.picture(&image.src);
        mute += usize::from(!image.is_decoration && image.alt.is_empty() && shown.alt.is_none());
        modern += usize::from(shown.is_modern);
    }
    if empty > 0 {
        let words = format!(
            "{empty} of the picture blocks have no picture, and are left out. Choose one, or delete the block."
        );
        findings.add(Level::Warning, "picture_missing", FIELD, words);
    }
    if mute > 0 {
        let words = format!(
            "{mute} of the pictures have no description. Many people see mails without pictures: say what is on them, or that they are decoration."
        );
        findings.add(Level::Warning, "alt_missing", FIELD, words);
    }
    if modern > 0 {
        let words = format!(
            "{modern} of the pictures are WebP, AVIF or SVG, which Outlook does not show. Use JPEG, PNG or GIF."
        );
        findings.add(Level::Warning, "picture_format", FIELD, words);
    }
}
