//! Plain text made of HTML, for mail programs that show no other and for people who prefer it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use lol_html::html_content::{Element, EndTag};
use lol_html::{EndTagHandler, RewriteStrSettings, doc_text, element, rewrite_str};

/// Elements that begin a paragraph of their own.
const BLOCKS: &str =
    "p, div, table, tr, h1, h2, h3, h4, h5, h6, ul, ol, blockquote, pre, hr, section, article, header, footer";
/// Stands for the end of a line while white space of the source, which means nothing, is taken away.
const LINE_END: &str = "\u{1}";
const NEVER_SHOWN: &str = "head, style, script, title, template";

/// The words of an HTML text: blocks as paragraphs, points with a dash, links followed by where they lead.
pub fn from_html(html: &str) -> String {
    let gathered = Rc::new(RefCell::new(String::new()));
    let hidden = Rc::new(Cell::new(0_usize));
    let push = |text: &str| gathered.borrow_mut().push_str(text);
    let begin = |text: &'static str| {
        move |_: &mut Element<'_, '_>| {
            push(text);
            Ok(())
        }
    };
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!(NEVER_SHOWN, |element| {
            hide(element, &hidden);
            Ok(())
        }))
        .append_element_content_handler(element!(BLOCKS, begin("\n\n")))
        .append_element_content_handler(element!("br", begin(LINE_END)))
        .append_element_content_handler(element!("li", begin("\u{1}- ")))
        .append_element_content_handler(element!("a[href]", |link| {
            follow_with_address(link, &gathered);
            Ok(())
        }))
        .append_document_content_handler(doc_text!(|text| {
            if hidden.get() == 0 {
                let text = html_escape::decode_html_entities(text.as_str()).replace(['\n', '\r', '\t'], " ");
                push(&text.replace('\u{a0}', " "));
            }
            Ok(())
        }));
    // An HTML that cannot be followed leaves what was gathered of it.
    let _ = rewrite_str(html, settings);
    let text = gathered.borrow().replace(LINE_END, "\n");
    tidy(&text)
}

/// Counts an element whose text is not shown, until it ends.
fn hide(element: &mut Element<'_, '_>, hidden: &Rc<Cell<usize>>) {
    let Some(ends) = element.end_tag_handlers() else { return };
    hidden.set(hidden.get() + 1);
    let hidden = hidden.clone();
    let end: EndTagHandler<'static> = Box::new(move |_: &mut EndTag<'_>| {
        hidden.set(hidden.get().saturating_sub(1));
        Ok(())
    });
    ends.push(end);
}

/// Writes where a link leads behind its words, unless they say it already.
fn follow_with_address(link: &mut Element<'_, '_>, gathered: &Rc<RefCell<String>>) {
    let href = html_escape::decode_html_entities(&link.get_attribute("href").unwrap_or_default()).into_owned();
    let (gathered, start) = (gathered.clone(), gathered.borrow().len());
    let Some(ends) = link.end_tag_handlers() else { return };
    let end: EndTagHandler<'static> = Box::new(move |_: &mut EndTag<'_>| {
        let mut gathered = gathered.borrow_mut();
        let shown = gathered.get(start..).unwrap_or_default().trim().to_owned();
        if !href.starts_with('#') && shown != href {
            gathered.push_str(&if shown.is_empty() { href.clone() } else { format!(" ( {href} )") });
        }
        Ok(())
    });
    ends.push(end);
}

/// Single spaces, no spaces at the ends of lines, and one empty line between paragraphs.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty_lines = 2;
    for line in text.lines() {
        let line = line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        empty_lines = 0;
        tidied.push_str(&line);
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_paragraphs_points_and_addresses() {
        let html = "<html><head><title>T</title><style>p{}</style></head><body><h1>News &amp; more</h1>\n<p>Hello   {{first_name|there}},<br>see \
                    <a href=\"https://e.org/?a=1&amp;b=2\">our site</a>.</p><ul><li>one</li><li>two</li></ul><p><a href=\"{{unsubscribe_url}}\">Leave</a></p></body></html>";
        assert_eq!(
            from_html(html),
            "News & more\n\nHello {{first_name|there}},\nsee our site ( https://e.org/?a=1&b=2 ).\n\n- one\n- two\n\nLeave ( {{unsubscribe_url}} )"
        );
        assert_eq!(from_html(""), "");
    }
}
