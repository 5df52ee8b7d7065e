use super::*;

fn html(old: &str, new: &str) -> String {
    compare(old, new).into_iter().map(|block| block.html).collect()
}

#[test]
fn words_are_marked_where_they_changed() {
    assert_eq!(
        html("<p>The quick fox &amp; dog</p>", "<p>The slow fox &amp; dog</p>"),
        "<p>The <del>quick</del><ins>slow</ins> fox &amp; dog</p>"
    );
    assert_eq!(compare_text("A < B", "A > B").html, "A <del>&lt;</del><ins>&gt;</ins> B");
    assert_eq!(html("<p>你好世界</p>", "<p>你好天界</p>"), "<p>你好<del>世</del><ins>天</ins>界</p>");
}

#[test]
fn a_word_made_bold_or_linked_is_a_change() {
    assert_eq!(
        html("<p>one two</p>", "<p>one <strong>two</strong></p>"),
        "<p>one <del>two</del><ins><strong>two</strong></ins></p>"
    );
}

#[test]
fn lists_and_tables_stay_lists_and_tables() {
    assert_eq!(
        html("<ul><li>one</li><li>two</li><li>three</li></ul>", "<ul><li>one</li><li>three</li></ul>"),
        "<ul><li>one</li><li><del>two</del></li><li>three</li></ul>"
    );
    assert_eq!(
        html(
            "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
            "<table><tbody><tr><td>a</td><td>c</td></tr></tbody></table>"
        ),
        "<table><tbody><tr><td>a</td><td><del>b</del></td><td><ins>c</ins></td></tr></tbody></table>"
    );
}

#[test]
fn blocks_are_added_removed_and_found_again() {
    let kinds = |old: &str, new: &str| compare(old, new).into_iter().map(|block| block.kind).collect::<Vec<_>>();
    let old = "<h2>Title</h2>\n<p>First words of it</p>\n<p>Last words</p>";
    assert_eq!(kinds(old, old), [Kind::Same, Kind::Same, Kind::Same]);
    assert_eq!(
        kinds(old, "<h2>Title</h2><p>New thing</p><p>First words of all</p><p>Last words</p>"),
        [Kind::Same, Kind::Added, Kind::Changed, Kind::Same]
    );
    assert_eq!(kinds(old, "<h2>Title</h2><p>Last words</p>"), [Kind::Same, Kind::Removed, Kind::Same]);
    assert!(kinds("", "").is_empty());
}

#[test]
fn one_change_is_taken_back_alone() {
    let old = "<p>One old</p>\n<p>Two old</p>\n<p>Gone</p>";
    let new = "<p>One new</p>\n<p>Two new</p>\n<hr>";
    let changes = compare(old, new).iter().filter(|block| block.kind != Kind::Same).count();
    assert_eq!(changes, 4, "two changed, one removed, one added");
    assert_eq!(with_change_undone(old, new, 0).unwrap(), "<p>One old</p>\n<p>Two new</p>\n<hr>");
    assert_eq!(with_change_undone(old, new, 2).unwrap(), "<p>One new</p>\n<p>Two new</p>\n<p>Gone</p><hr>");
    assert_eq!(with_change_undone(old, new, 3).unwrap(), "<p>One new</p>\n<p>Two new</p>\n");
    assert_eq!(with_change_undone(old, new, 4), None);
}

#[test]
fn the_result_is_as_harmless_and_well_formed_as_what_went_in() {
    let nasty = [
        "<script>alert(1)</script><p>a</p>",
        "<p title=\"a > b\">x <img src=\"/a.png\" alt=\"&quot;><script>\"> y</p>",
        "text alone <em>and more</em><p>then</p>tail",
        "<blockquote><p>a</p><ul><li>b<ul><li>c</li></ul></li></ul></blockquote>",
        "<figure><img src=\"/b.png\" alt=\"b\"><figcaption>c</figcaption></figure><hr>",
        "<pre><code class=\"language-rust\">fn main() {\n    a &lt; b\n}</code></pre>",
        "",
    ];
    for old in nasty {
        for new in nasty {
            let result = html(old, new);
            assert_eq!(CleanHtml::from_untrusted(&result).as_str(), result, "from {old} to {new}");
        }
    }
}

#[test]
fn deep_nesting_and_long_texts_come_to_an_end() {
    let deep = "<div>".repeat(5_000) + "x" + &"</div>".repeat(5_000);
    assert!(html(&deep, "<p>y</p>").contains("<ins>y</ins>"));
    let long = |word: &str| (0..20_000).map(|number| format!("<p>{word} {number}</p>")).collect::<String>();
    assert_eq!(compare(&long("a"), &long("b")).len(), 20_000);
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    fn body() -> impl Strategy<Value = String> {
        let inline = prop_oneof!["[a-c ]{0,8}", Just("<em>a b</em>".to_owned()), Just("<br>".to_owned())];
        let line = prop::collection::vec(inline, 0..4).prop_map(|parts| parts.concat());
        let block =
            (prop_oneof![Just("p"), Just("h2"), Just("li"), Just("blockquote")], line).prop_map(|(name, line)| {
                match name {
                    "li" => format!("<ul><li>{line}</li><li>c</li></ul>"),
                    name => format!("<{name}>{line}</{name}>"),
                }
            });
        prop::collection::vec(block, 0..6).prop_map(|blocks| blocks.concat())
    }

    proptest! {
        #[test]
        fn undoing_every_change_gives_the_old_body_back(old in body(), new in body()) {
            let (old, new) = (CleanHtml::from_untrusted(&old).into_string(), CleanHtml::from_untrusted(&new).into_string());
            let changes = compare(&old, &new).iter().filter(|block| block.kind != Kind::Same).count();
            prop_assert_eq!(with_change_undone(&old, &new, changes), None);
            let mut body = new;
            // Each undone change leaves one less, so there is always a first one until none is left.
            for _ in 0..200 {
                match with_change_undone(&old, &body, 0) {
                    Some(next) => body = next,
                    None => break,
                }
            }
            prop_assert_eq!(body.trim(), old.trim());
        }

        #[test]
        fn the_markup_stays_valid(old in body(), new in body()) {
            let result = html(&old, &new);
            prop_assert_eq!(CleanHtml::from_untrusted(&result).into_string(), result);
        }
    }
}
