use super::*;

fn field(xml: &str) -> (String, Option<String>) {
    let mut scanner = Scanner::new(xml.as_bytes());
    let tag = scanner.next_tag().unwrap().expect("a tag");
    let text = scanner.field(&tag, 1000).unwrap();
    (text, scanner.next_tag().unwrap().map(|tag| tag.name))
}

#[test]
fn a_field_is_read_to_its_own_end() {
    assert_eq!(field("<t>a &amp; b &#233;</t><n>").0, "a & b é");
    assert_eq!(field("<t>\n<![CDATA[a &amp; <b>]]>\n</t>").0, "a &amp; <b>");
    assert_eq!(field("<t><![CDATA[a]]]]><![CDATA[>b]]></t>").0, "a]]>b");
    assert_eq!(field("<t>one <p>two</p> three</t>").0, "one <p>two</p> three");
    assert_eq!(field("<t/><n>"), (String::new(), Some("n".into())));
}

#[test]
fn a_cdata_section_that_ends_too_early_keeps_its_text() {
    assert_eq!(
        field("<t><![CDATA[if (a[b[0]]>1) <i>&amp;</i>]]></t><n>"),
        ("if (a[b[0]]>1) <i>&amp;</i>".into(), Some("n".into()))
    );
}

#[test]
fn a_cdata_section_that_never_ends_costs_no_other_field() {
    assert_eq!(field("<t><![CDATA[text</t><n><![CDATA[next]]></n>"), ("text".into(), Some("n".into())));
    assert_eq!(field("<t><![CDATA[text</t><n>"), ("text".into(), Some("n".into())));
}

#[test]
fn a_field_without_an_end_stops_at_the_next_thing() {
    assert_eq!(field("<t>text<wp:status>x</wp:status>"), ("text".into(), Some("wp:status".into())));
}

#[test]
fn an_allowance_bounds_a_text() {
    for xml in ["<t>abcdefgh</t><n>", "<t><![CDATA[abcdefgh]]></t><n>", "<t>ab<i>cdefgh</t><n>"] {
        let mut scanner = Scanner::new(xml.as_bytes());
        let tag = scanner.next_tag().unwrap().expect("a tag");
        assert_eq!(scanner.field(&tag, 4).unwrap().len(), 4, "{xml}");
        assert_eq!(scanner.mended.truncated, 1, "{xml}");
        assert_eq!(scanner.next_tag().unwrap().map(|tag| tag.name).as_deref(), Some("n"), "{xml}");
    }
}

#[test]
fn entities_of_the_document_are_not_expanded() {
    let xml = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><t>&b;</t>";
    assert_eq!(field(xml).0, "&b;");
}

#[test]
fn control_characters_and_broken_bytes_do_not_pass() {
    let mut scanner = Scanner::new(&b"<t>a\x00\x08b&#0;&#11;\xFFc</t>"[..]);
    let tag = scanner.next_tag().unwrap().expect("a tag");
    assert_eq!(scanner.field(&tag, 100).unwrap(), "ab\u{FFFD}c");
    assert_eq!(scanner.mended.replaced, 1);
}

#[test]
fn attributes_are_read_in_both_quotes() {
    let mut scanner = Scanner::new(&b"<category domain='category' nicename=\"a&amp;b\">"[..]);
    let tag = scanner.next_tag().unwrap().expect("a tag");
    assert_eq!(tag.attribute("domain").as_deref(), Some("category"));
    assert_eq!(tag.attribute("nicename").as_deref(), Some("a&b"));
    assert_eq!(tag.attribute("other"), None);
}
