use importers::wordpress::{WxrReader, clean, plain_text, resolve_galleries, rewrite_links};
use proptest::prelude::*;

use super::{document, item};

/// Pieces of which broken documents and bodies are made.
const PARTS: &[&str] = &[
    "<item>",
    "</item>",
    "<wp:comment>",
    "</wp:comment>",
    "<content:encoded>",
    "</content:encoded>",
    "<![CDATA[",
    "]]>",
    "<title>",
    "</title>",
    "<wp:post_id>7</wp:post_id>",
    "<wp:post_type>post</wp:post_type>",
    "<!--",
    "-->",
    "<!-- wp:group -->",
    "<!-- /wp:group -->",
    "<!-- wp:x /-->",
    "[caption]",
    "[/caption]",
    "[[gallery]]",
    "[gallery ids=\"1,2\"]",
    "[embed]",
    "[/embed]",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<pre>",
    "</pre>",
    "<li>",
    "<img src=\"x\">",
    "\n",
    "\n\n",
    "https://e.org/",
    " ",
    "é",
    "\u{FDD0}",
    "0",
    "&amp;",
    "&#0;",
    "<",
    ">",
    "\"",
    "'",
    "[",
    "]",
    "<!DOCTYPE a [",
    "</channel>",
    "<category domain=\"category\" nicename=\"é\">",
    "=",
];

fn jumble() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PARTS), 0..60).prop_map(|parts| parts.concat())
}

fn drain(bytes: &[u8]) -> usize {
    WxrReader::new(bytes).map_or(0, |reader| reader.take_while(Result::is_ok).count())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        drain(&bytes);
    }

    #[test]
    fn any_jumble_is_read_without_panic(text in jumble()) {
        drain(document(&text).as_bytes());
        drain(document(&item(1, &text)).as_bytes());
    }

    #[test]
    fn any_body_is_cleaned_without_panic(text in jumble(), free in any::<String>()) {
        for content in [&text, &free] {
            let body = clean(content);
            resolve_galleries(&body.html, |_| Vec::new());
            rewrite_links(&body.html, |_| Some("/x".into()));
            plain_text(content);
        }
    }

    #[test]
    fn words_survive_cleaning(words in prop::collection::vec("[a-zé漢]{1,8}", 1..30), breaks in prop::collection::vec(prop::sample::select(&[" ", "\n", "\n\n", " <b>x</b> ", "<br>", "<!--more-->"][..]), 30)) {
        let text: String = words.iter().zip(&breaks).map(|(word, space)| format!("{word}{space}")).collect();
        let seen = plain_text(&clean(&text).html);
        for word in &words {
            prop_assert!(seen.contains(word.as_str()), "{word} of {text:?} is not in {seen:?}");
        }
    }
}

#[test]
fn a_document_cut_anywhere_is_read_without_panic() {
    let whole = document(
        &[
            item(1, "<title><![CDATA[é &amp; 漢]]></title><content:encoded><![CDATA[[caption]<img src=\"a\"> b[/caption]\n\n<!-- wp:x -->é<!-- /wp:x -->]]></content:encoded>"),
            item(2, "<category domain=\"post_tag\" nicename=\"a\">A</category><wp:comment><wp:comment_id>1</wp:comment_id></wp:comment>"),
        ]
        .concat(),
    );
    let records = drain(whole.as_bytes());
    for end in 0..whole.len() {
        assert!(drain(&whole.as_bytes()[..end]) <= records);
    }
}
