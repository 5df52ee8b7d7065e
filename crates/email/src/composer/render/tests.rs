use std::collections::HashMap;

use content::items::cards::Card;
use serde_json::json;

use super::*;
use crate::composer::check;
use crate::composer::starts::{self, Filling};
use crate::sending::compose::merge::{Kind, Name, Template};
use kernel::validate::Problems;

fn around() -> Surroundings {
    let card = |id: &str, is_public: bool| {
        let card = Card {
            id: id.into(),
            title: "Tides & <moons>".into(),
            slug: "tides".into(),
            summary: "Why the sea {{comes}} back.".into(),
            featured_image: Some("https://e.org/sea.jpg".into()),
            is_public,
        };
        (id.to_owned(), card)
    };
    Surroundings {
        organization_name: "Harbor".into(),
        language: "en".into(),
        public_url: "https://cp.example".into(),
        site_url: "https://cp.example/s/harbor".into(),
        articles: HashMap::from([card("tides", true), card("draft", false)]),
        ..Surroundings::default()
    }
}

fn rendered(value: &serde_json::Value) -> Rendered {
    let mut problems = Problems::new();
    let composition = check::parse("composition", value, &mut problems).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    render(&composition, &around(), "Hello {{first_name}} & you").unwrap()
}

#[test]
fn the_document_is_one_that_mail_programs_show() {
    let html = rendered(&json!({ "style": { "postal_address": "Quay 1\nHarbor" }, "blocks": [
        { "type": "heading", "text": "Hi {{first_name|there}}", "level": 1 },
        { "type": "text", "html": "<p>See <a href=\"https://e.org\">this</a></p>" },
        { "type": "button", "label": "Go", "href": "https://e.org/go?a=1&b=2" },
    ] }))
    .html;
    for part in [
        "<html lang=\"en\"",
        "<meta name=\"color-scheme\" content=\"light dark\">",
        "@media (prefers-color-scheme:dark)",
        "[data-ogsc] .cp-words div",
        "max-width:600px",
        "role=\"presentation\"",
        "<!--[if mso",
        "<title>Hello {{first_name}} &amp; you</title>",
        "<h1 style=\"margin:0;",
        "Hi {{first_name|there}}</h1>",
        "href=\"https://e.org/go?a=1&amp;b=2\"",
        "color:#1f5fd0;text-decoration:underline\">this</a>",
        "href=\"{{unsubscribe_url}}\"",
        "href=\"{{preferences_url}}\"",
        "Quay 1, Harbor",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert_eq!((html.matches("<title>").count(), html.matches("<body").count(), html.contains("@@")), (1, 1, false));
    assert!(!html.contains("fonts.googleapis") && !html.contains("<script") && !html.contains("position:fixed"));
    assert!(html.len() < 20_000, "{}", html.len());
}

#[test]
fn words_never_become_markup_wherever_they_stand() {
    let evil = "\"><script>alert(1)</script><mj-raw>{{x|\"<img src=x onerror=1>\"}}</mj-text>@@0@@<!--";
    let html = rendered(&json!({ "style": { "postal_address": evil }, "blocks": [
        { "type": "heading", "text": evil },
        { "type": "text", "html": evil },
        { "type": "image", "src": "https://e.org/a.png?\"><script>", "alt": evil },
        { "type": "button", "label": evil, "href": "https://e.org/?\"onclick=\"x" },
        { "type": "columns", "columns": [[{ "type": "heading", "text": evil }], [{ "type": "text", "html": evil }]] },
    ] }))
    .html;
    let lower = html.to_ascii_lowercase();
    for part in ["<script", "<img src=x", "<mj-", "onclick=\"x", "alt=\"\">&lt;"] {
        assert!(!lower.contains(part), "{part}: {html}");
    }
    assert!(lower.ends_with("</html>"), "{html}");
}

#[test]
fn articles_show_what_is_published_and_nothing_else() {
    let article =
        |id: &str, layout: &str| json!({ "type": "article", "content_id": id, "layout": layout, "label": "Read on" });
    let Rendered { html, plain_text } = rendered(&json!({ "blocks": [
        article("tides", "stacked"), article("tides", "beside"), article("draft", "stacked"), article("gone", "beside"),
        { "type": "columns", "columns": [[article("tides", "beside")], [article("draft", "stacked")]] },
    ] }));
    assert_eq!(html.matches("Tides &amp; &lt;moons&gt;</a>").count(), 3, "{html}");
    assert!(
        html.contains("href=\"https://cp.example/s/harbor/tides\"") && html.contains("src=\"https://e.org/sea.jpg\"")
    );
    // An article's own braces are nobody's merge tag.
    for text in [&html, &plain_text] {
        assert!(!text.contains("{{comes}}") && text.contains("{\u{200b}{comes}}"));
    }
    assert_eq!(plain_text.matches("Read on ( https://cp.example/s/harbor/tides )").count(), 3, "{plain_text}");
}

#[test]
fn plain_text_says_all_that_the_html_says() {
    let plain = rendered(&json!({ "blocks": [
        { "type": "heading", "text": "What is new", "level": 1 },
        { "type": "text", "html": "<p>Hello {{first_name|Tom &amp; co}},</p><ul><li>one</li><li><a href=\"/media/o/t/a.pdf\">two</a></li></ul>" },
        { "type": "divider" },
        { "type": "image", "src": "https://e.org/a.png", "alt": "A boat" },
        { "type": "image", "src": "https://e.org/b.png", "is_decoration": true },
        { "type": "columns", "columns": [[{ "type": "button", "label": "Go", "href": "https://e.org" }], [{ "type": "spacer" }]] },
    ] }))
    .plain_text;
    let expected = "Harbor\n\nWHAT IS NEW\n\nHello {{first_name|Tom & co}},\n\n- one\n- two ( https://cp.example/media/o/t/a.pdf )\n\n\
                    ----------------------------------------\n\n[A boat]\n\nGo ( https://e.org )\n\n\
                    ----------------------------------------\nYou get this email from {{organization_name}}.\n\
                    Unsubscribe: {{unsubscribe_url}}\nChange what you get: {{preferences_url}}\n";
    assert_eq!(plain, expected);
}

#[test]
fn templates_of_the_house_render_with_tags_that_are_known_and_stay_small() {
    let filling = Filling { site_url: "https://cp.example/s/harbor".into(), articles: vec!["tides".into()] };
    for start in starts::ALL {
        let composition = starts::composition(start.id, &filling).unwrap();
        let rendered = render(&composition, &around(), "Hello").unwrap();
        let html = Template::parse(&rendered.html, Kind::Html).unwrap();
        assert!(html.has(&Name::UnsubscribeUrl), "{}", start.id);
        assert!(html.tags().all(|tag| tag.fallback.is_some() || tag.name.is_always_there()), "{}", start.id);
        assert!(Template::parse(&rendered.plain_text, Kind::Plain).is_ok(), "{}", start.id);
        assert!(rendered.html.len() < 40_000, "{}: {}", start.id, rendered.html.len());
    }
}

#[test]
fn the_most_that_one_may_write_stays_below_what_gmail_cuts_off_by_blocks_alone() {
    let blocks: Vec<_> =
        (0..40).map(|_| json!({ "type": "article", "content_id": "tides", "layout": "stacked" })).collect();
    let size = rendered(&json!({ "blocks": blocks[..30] })).html.len();
    assert!(size < 102_400, "{size}");
}

proptest::proptest! {
    #[test]
    fn nothing_written_breaks_the_document(words in "\\PC{0,80}", html in "(<|>|p|b|a href=|\"|&|;|\\{\\{|\\}\\}|name|\\||@@|-->|<!--| ){0,30}") {
        let rendered = rendered(&json!({ "blocks": [
            { "type": "heading", "text": words }, { "type": "text", "html": html }, { "type": "image", "src": "https://e.org/a", "alt": words },
        ] }));
        proptest::prop_assert!(rendered.html.ends_with("</html>"));
        proptest::prop_assert_eq!(rendered.html.matches("<body").count(), 1);
        proptest::prop_assert_eq!(rendered.html.matches("{{unsubscribe_url}}").count(), 1);
    }
}
