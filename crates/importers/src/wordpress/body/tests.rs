use super::super::{GalleryImage, resolve_galleries};
use super::*;

fn html(content: &str) -> String {
    clean(content).html
}

/// Compares without the line ends between blocks, which mean nothing.
#[track_caller]
fn becomes(content: &str, expected: &str) {
    let flat = html(content).replace(">\n<", "><");
    assert_eq!(flat, expected, "{content:?}");
}

#[test]
fn blank_lines_make_paragraphs_and_line_ends_make_breaks() {
    becomes("one\n\ntwo", "<p>one</p><p>two</p>");
    becomes("one\r\ntwo\r\n \r\n\r\nthree", "<p>one<br>\ntwo</p><p>three</p>");
    becomes("one<br />\ntwo", "<p>one<br />\ntwo</p>");
    becomes(
        "<strong>a</strong> <em>b</em>\n<a href=\"/x\">c</a>",
        "<p><strong>a</strong> <em>b</em><br><a href=\"/x\">c</a></p>",
    );
    becomes("  \n\n ", "");
}

#[test]
fn blocks_end_paragraphs_and_are_not_wrapped() {
    becomes("one\n<h2>head</h2>\ntwo", "<p>one</p><h2>head</h2><p>two</p>");
    becomes(
        "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>",
        "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>",
    );
    becomes("<table>\n<tr>\n<td>a</td>\n</tr>\n</table>", "<table><tr><td>a</td></tr></table>");
    becomes("<blockquote>wise</blockquote>", "<blockquote><p>wise</p></blockquote>");
    becomes("<blockquote>a\n\nb</blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>");
    becomes("<div>a</div>", "<div>a</div>");
    becomes("<div>a\n\nb</div>", "<div><p>a</p><p>b</p></div>");
    becomes("a<hr />b", "<p>a</p><hr /><p>b</p>");
}

#[test]
fn paragraphs_that_are_marked_up_stay() {
    becomes("<p>one</p>\n\n<p>two</p>", "<p>one</p><p>two</p>");
    becomes("<p>one\n\ntwo</p>", "<p>one</p><p>two</p>");
    becomes("<p>one<div>two</div></p>", "<p>one</p><div>two</div>");
    becomes("</div>text</p>", "<p>text</p>");
}

#[test]
fn preformatted_text_stays_as_it_is() {
    becomes("a\n<pre>one\n\n  two</pre>\nb", "<p>a</p><pre>one\n\n  two</pre><p>b</p>");
    becomes("<script>a\n\nb</script>", "<script>a\n\nb</script>");
    assert_eq!(html("<pre>\nhttps://example.com/\n</pre>"), "<pre>\nhttps://example.com/\n</pre>");
}

#[test]
fn comments_go_and_page_breaks_become_lines() {
    becomes("one\n\n<!--more-->\n\ntwo", "<p>one</p><p>two</p>");
    becomes("one<!--more Go on-->two", "<p>one</p><p>two</p>");
    becomes("one\n\n<!--nextpage-->\n\ntwo", "<p>one</p><hr><p>two</p>");
    becomes("one <!-- secret --> two", "<p>one  two</p>");
}

#[test]
fn blocks_lose_their_comments_and_keep_their_markup() {
    let content = "<!-- wp:paragraph {\"align\":\"left\"} -->\n<p>one</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:group -->\n<div><!-- wp:heading -->\n\
        <h2>two</h2>\n<!-- /wp:heading --></div>\n<!-- /wp:group -->\n<!-- wp:nextpage -->\n<!--nextpage-->\n<!-- /wp:nextpage -->\nthree\n\nfour";
    becomes(content, "<p>one</p><div><h2>two</h2></div><hr><p>three</p><p>four</p>");
}

#[test]
fn blocks_made_by_the_server_are_reported() {
    let body = clean(
        "<!-- wp:latest-posts {\"postsToShow\":3} /--><!-- wp:spacer /--><!-- wp:maker/chart /--><!-- wp:latest-posts /-->",
    );
    assert_eq!(
        (body.html.as_str(), body.not_carried),
        ("", vec!["block latest-posts".to_owned(), "block maker/chart".to_owned()])
    );
}

#[test]
fn an_embed_block_becomes_an_embed() {
    let content = "<!-- wp:embed {\"url\":\"https://youtu.be/x\"} -->\n<figure class=\"wp-block-embed\"><div class=\"wp-block-embed__wrapper\">\n\
        https://youtu.be/x?a=1&amp;b=2\n</div></figure>\n<!-- /wp:embed -->";
    let one_line = html(content).split_whitespace().collect::<String>();
    let embed = "<figureclass=\"embedwp-block-embed\"><ahref=\"https://youtu.be/x?a=1&amp;b=2\">https://youtu.be/x?a=1&amp;b=2</a></figure>";
    assert_eq!(one_line, embed);
}

#[test]
fn addresses_alone_on_a_line_become_links() {
    becomes("https://example.com/a", "<p><a href=\"https://example.com/a\">https://example.com/a</a></p>");
    becomes("see https://example.com/a", "<p>see https://example.com/a</p>");
    becomes(
        "<b>see</b> text\n\nhttps://e.org/\n\nmore",
        "<p><b>see</b> text</p><p><a href=\"https://e.org/\">https://e.org/</a></p><p>more</p>",
    );
    becomes("<a href=\"/\">https://e.org/</a>", "<p><a href=\"/\">https://e.org/</a></p>");
    becomes("<b>at</b> https://e.org/", "<p><b>at</b> https://e.org/</p>");
    becomes("javascript:alert(1)", "<p>javascript:alert(1)</p>");
}

#[test]
fn addresses_alone_on_a_line_that_have_a_player_become_embeds() {
    let embed = "<figure class=\"embed\"><a href=\"https://youtu.be/x\">https://youtu.be/x</a></figure>";
    becomes("https://youtu.be/x", embed);
    becomes("before\n\nhttps://youtu.be/x\n\nafter", &format!("<p>before</p>{embed}<p>after</p>"));
    becomes("see https://youtu.be/x", "<p>see https://youtu.be/x</p>");
    becomes("<!-- wp:paragraph --><p>https://youtu.be/x</p><!-- /wp:paragraph -->", embed);
    becomes("<p class=\"has-text-align-center\">https://youtu.be/x</p>", embed);
    // A figure would end what these stand in.
    let link = "<a href=\"https://youtu.be/x\">https://youtu.be/x</a>";
    becomes("<p>Watch:<br>https://youtu.be/x</p>", &format!("<p>Watch:<br>{link}</p>"));
    becomes("<h2>https://youtu.be/x</h2>", &format!("<h2>{link}</h2>"));
    becomes("<p>before</p><ul><li>https://youtu.be/x</li></ul>", &format!("<p>before</p><ul><li>{embed}</li></ul>"));
}

#[test]
fn captions_become_figures() {
    let picture = "<a href=\"/a\"><img src=\"/a.jpg\" alt=\"x\" /></a>";
    let figure = format!("<figure class=\"alignleft\">{picture}<figcaption>By <em>me</em></figcaption></figure>");
    becomes(
        &format!(
            "[caption id=\"attachment_1\" align=\"alignleft\" width=\"3\"]{picture} By <em>me</em>[/caption]\n\ntext"
        ),
        &format!("{figure}<p>text</p>"),
    );
    becomes(
        &format!("before\n[caption align=\"alignleft\" caption=\"By <em>me</em>\"]{picture}[/caption]"),
        &format!("<p>before</p>{figure}"),
    );
    becomes("[caption]only words[/caption]", "<p>only words</p>");
    becomes("[caption id=\"x\"]never closed", "<p>never closed</p>");
}

#[test]
fn galleries_are_placeholders_until_the_attachments_are_known() {
    let body = clean("a\n\n[gallery ids=\"3, 1\" columns=\"2\"]\n\n[gallery exclude='7']");
    assert_eq!(body.galleries, [Gallery::Listed(vec![3, 1]), Gallery::AttachedExcept(vec![7])]);
    let resolved = resolve_galleries(&body.html, |gallery| match gallery {
        Gallery::Listed(ids) => ids
            .iter()
            .map(|id| GalleryImage {
                url: format!("/{id}.jpg"),
                alt: "a\"b".into(),
                caption: if *id == 1 { "<one>".into() } else { String::new() },
            })
            .collect(),
        Gallery::AttachedExcept(_) => Vec::new(),
    });
    let expected = "<p>a</p><figure class=\"gallery\"><figure><img src=\"/3.jpg\" alt=\"a&quot;b\"></figure>\
        <figure><img src=\"/1.jpg\" alt=\"a&quot;b\"><figcaption>&lt;one&gt;</figcaption></figure></figure>";
    assert_eq!(resolved.replace(">\n<", "><").trim(), expected);
}

#[test]
fn media_shortcodes_become_players_and_links() {
    let embed = "<figure class=\"embed\"><a href=\"https://youtu.be/x\">https://youtu.be/x</a></figure>";
    becomes("[embed]https://youtu.be/x[/embed]", embed);
    becomes("[embed width=\"1\"]https://e.org/v[/embed]", "<p><a href=\"https://e.org/v\">https://e.org/v</a></p>");
    becomes(
        "[audio https://e.org/a.mp3]",
        "<figure><audio controls src=\"https://e.org/a.mp3\"><a href=\"https://e.org/a.mp3\">https://e.org/a.mp3</a></audio></figure>",
    );
    becomes(
        "[video mp4='https://e.org/a.mp4'][/video]",
        "<figure><video controls src=\"https://e.org/a.mp4\"><a href=\"https://e.org/a.mp4\">https://e.org/a.mp4</a></video></figure>",
    );
    for written in
        ["[youtube https://youtu.be/x]", "[youtube=https://youtu.be/x]", "[youtube url=\"https://youtu.be/x\"/]"]
    {
        becomes(written, embed);
    }
    becomes("[vimeo 123]", &embed.replace("youtu.be/x", "vimeo.com/123"));
    becomes("[video src=\"javascript:alert(1)\"]", "");
    becomes(
        "[code language=\"php\"]\nif (a &lt; b && c > d) [x]\n\n[/code]",
        "<pre><code class=\"language-php\">if (a &lt; b &amp;&amp; c &gt; d) [x]</code></pre>",
    );
}

#[test]
fn only_what_wordpress_would_execute_is_removed() {
    becomes("so it said [sic] and [1] and [simple boat]", "<p>so it said [sic] and [1] and [simple boat]</p>");
    becomes("[vc_row width=\"1/2\"][vc_column]kept[/vc_column][/vc_row]", "<p>kept</p>");
    becomes("<a href=\"#\" title=\"[gallery]\">x</a>", "<p><a href=\"#\" title=\"[gallery]\">x</a></p>");
    becomes("[galleries] [gallery", "<p>[galleries] [gallery</p>");
    let body = clean("[contact-form-7 id=\"1\" title=\"a\"][contact-form-7 id=\"2\"]");
    assert_eq!((body.html.as_str(), body.not_carried), ("", vec!["shortcode contact-form-7".to_owned()]));
}

#[test]
fn escaped_shortcodes_are_shown() {
    becomes("write [[gallery ids=\"1\"]] here", "<p>write [gallery ids=\"1\"] here</p>");
    becomes("[[caption]a[/caption]] b", "<p>[caption]a[/caption] b</p>");
    becomes("a [[wiki link]]", "<p>a [[wiki link]]</p>");
}

#[test]
fn what_looks_like_a_mark_of_the_stash_is_removed() {
    becomes(
        "a \u{FDD0}0\u{FDD0} [audio https://e.org/a.mp3]b",
        "<p>a 0</p><figure><audio controls src=\"https://e.org/a.mp3\"><a href=\"https://e.org/a.mp3\">https://e.org/a.mp3</a></audio></figure><p>b</p>",
    );
}

#[test]
fn text_of_any_script_stays() {
    becomes("Ελληνικά שלום عربي 漢字 👩‍👩‍👧\n\n&nbsp;é", "<p>Ελληνικά שלום عربي 漢字 👩‍👩‍👧</p><p>&nbsp;é</p>");
}

#[test]
fn hostile_repetition_is_cleaned_in_bounds() {
    for unit in [
        "<a ",
        "<!--",
        "[caption]",
        "[[caption]",
        "[gallery ",
        "<p>",
        "<a \"",
        "</div>",
        "<div>",
        "\n\n<b>",
        "[",
        "<!-- wp:a -->",
        "<!-- wp:a",
    ] {
        let content = unit.repeat(20_000);
        assert!(clean(&content).html.len() <= content.len() * 3 + 100_000, "{unit}");
    }
}
