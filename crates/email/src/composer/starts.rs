//! What an email begins with: four templates of the house, one article, or nothing.

use super::blocks::{Align, Article, Block, Button, Columns, Composition, Heading, Image, Spacer, Text};

/// A template of the house.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    pub id: &'static str,
    pub name: &'static str,
    pub description: &'static str,
}

pub const ALL: [Start; 4] = [
    Start { id: "newsletter", name: "Newsletter", description: "A greeting and your newest articles." },
    Start { id: "promotion", name: "Promotion", description: "An offer with a picture, reasons and one button." },
    Start { id: "welcome", name: "Welcome", description: "The first email to somebody who signed up." },
    Start { id: "announcement", name: "Announcement", description: "One piece of news, and where to read more." },
];

/// What a template is filled with.
#[derive(Debug, Clone, Default)]
pub struct Filling {
    pub site_url: String,
    /// Ids of articles, the newest first.
    pub articles: Vec<String>,
}

/// The blocks of a template of the house; none when there is no such template.
pub fn composition(id: &str, filling: &Filling) -> Option<Composition> {
    let blocks = match id {
        "newsletter" => newsletter(filling),
        "promotion" => promotion(filling),
        "welcome" => welcome(filling),
        "announcement" => announcement(filling),
        _ => return None,
    };
    Some(Composition { blocks, ..Composition::default() })
}

/// An email about one article.
pub fn of_article(id: &str) -> Composition {
    let blocks = vec![
        text("<p>Hello {{first_name|there}},</p><p>Here is something new that we think you will like.</p>"),
        card(id),
        text("<p>Until next time,<br>{{organization_name}}</p>"),
    ];
    Composition { blocks, ..Composition::default() }
}

fn newsletter(filling: &Filling) -> Vec<Block> {
    let mut blocks = vec![
        heading("What is new at {{organization_name}}", 1),
        text("<p>Hello {{first_name|there}},</p><p>Here is what we have been working on since the last time.</p>"),
    ];
    match filling.articles.is_empty() {
        true => blocks.push(card("")),
        false => blocks.extend(filling.articles.iter().take(3).map(|id| card(id))),
    }
    blocks.push(Block::Divider(super::blocks::Divider {}));
    blocks.push(text("<p>There is more on our site. Is something on your mind? Simply reply to this email.</p>"));
    blocks.push(button("Visit our site", &filling.site_url, Align::Left));
    blocks
}

fn promotion(filling: &Filling) -> Vec<Block> {
    let reason = |title: &str, words: &str| vec![heading(title, 3), text(&format!("<p>{words}</p>"))];
    vec![
        Block::Image(Image { is_decoration: true, ..Image::default() }),
        centred("20% off, this week only", 1),
        Block::Text(Text {
            html: "<p>Hello {{first_name|there}}, say in two sentences what it is and whom it is for.</p>".into(),
            align: Align::Center,
        }),
        button("Get it now", &filling.site_url, Align::Center),
        Block::Spacer(Spacer::default()),
        Block::Columns(Columns {
            columns: vec![
                reason("The first reason", "What people gain from it, rather than what it can do."),
                reason("The second reason", "A number or the words of a customer say more than praise."),
            ],
        }),
        text("<p>The offer ends on Sunday at midnight.</p>"),
    ]
}

fn welcome(filling: &Filling) -> Vec<Block> {
    let mut blocks = vec![
        heading("Welcome, {{first_name|and thank you}}!", 1),
        text(
            "<p>Good to have you here. From now on you hear from us when there is something worth your time, and not otherwise.</p><p>To begin with:</p><ul><li>Say what you write about, and how often.</li><li>Name the one thing that somebody new should see first.</li><li>Ask a question: replies reach a person.</li></ul>",
        ),
        button("Have a look around", &filling.site_url, Align::Left),
    ];
    if let Some(id) = filling.articles.first() {
        blocks.push(heading("A good place to start", 2));
        blocks.push(card(id));
    }
    blocks.push(text("<p>Warm regards,<br>{{organization_name}}</p>"));
    blocks
}

fn announcement(filling: &Filling) -> Vec<Block> {
    vec![
        heading("We have news", 1),
        text(
            "<p>Hello {{first_name|there}},</p><p>Say the news in the first sentence, as you would to a friend. Then say what changes for the reader, and from when.</p>",
        ),
        text("<blockquote><p>A sentence of somebody who had a part in it.</p></blockquote>"),
        button("Read the whole story", &filling.site_url, Align::Left),
        text("<p>Questions? Simply reply to this email.</p>"),
    ]
}

fn heading(text: &str, level: u8) -> Block {
    Block::Heading(Heading { text: text.to_owned(), level, align: Align::Left })
}

fn centred(text: &str, level: u8) -> Block {
    Block::Heading(Heading { text: text.to_owned(), level, align: Align::Center })
}

fn text(html: &str) -> Block {
    Block::Text(Text { html: html.to_owned(), align: Align::Left })
}

fn button(label: &str, href: &str, align: Align) -> Block {
    Block::Button(Button { label: label.to_owned(), href: href.to_owned(), align })
}

fn card(id: &str) -> Block {
    Block::Article(Article { content_id: id.to_owned(), ..Article::default() })
}

#[cfg(test)]
mod tests {
    use kernel::validate::Problems;

    use super::*;
    use crate::composer::check;

    #[test]
    fn templates_of_the_house_are_what_may_be_stored() {
        let filling = Filling { site_url: "https://e.org/s/harbor".into(), articles: vec!["item".into()] };
        for composition in
            ALL.map(|start| composition(start.id, &filling).unwrap()).into_iter().chain([of_article("item")])
        {
            let mut problems = Problems::new();
            assert_eq!(check::checked(composition.clone(), "composition", &mut problems), composition);
            assert!(problems.is_empty(), "{problems:?}");
        }
        assert!(composition("nonsense", &filling).is_none());
    }
}
