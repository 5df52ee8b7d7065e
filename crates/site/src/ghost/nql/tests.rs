use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

fn test(property: &str, negated: bool, comparison: Comparison) -> Filter {
    Filter::Test(Test { property: property.to_owned(), negated, comparison })
}

fn is(property: &str, value: &str) -> Filter {
    test(property, false, Comparison::Among(vec![Value::Text(value.to_owned())]))
}

#[test]
fn and_binds_tighter_than_or_and_parentheses_tighter_still() {
    assert_eq!(parse("tag:a"), Ok(is("tag", "a")));
    assert_eq!(
        parse("tag:a+tag:b, tag:c"),
        Ok(Filter::Any(vec![Filter::All(vec![is("tag", "a"), is("tag", "b")]), is("tag", "c")]))
    );
    assert_eq!(
        parse(" tag:a + (tag:b , tag:c) "),
        Ok(Filter::All(vec![is("tag", "a"), Filter::Any(vec![is("tag", "b"), is("tag", "c")])]))
    );
}

#[test]
fn every_operator_is_read() {
    let text = |text: &str| Value::Text(text.to_owned());
    let like = |place, words: &str| Comparison::Like(place, words.to_owned());
    let ordered = |ordering| Comparison::Ordered(ordering, text("5"));
    for (written, negated, comparison) in [
        ("x:5", false, Comparison::Among(vec![text("5")])),
        ("x:-5", true, Comparison::Among(vec![text("5")])),
        ("x:>5", false, ordered(Ordering::Greater)),
        ("x:>=5", false, ordered(Ordering::GreaterOrEqual)),
        ("x:<5", false, ordered(Ordering::Less)),
        ("x:<=5", false, ordered(Ordering::LessOrEqual)),
        ("x:[a, 'b c',null]", false, Comparison::Among(vec![text("a"), text("b c"), Value::Null])),
        ("x:-[a,true]", true, Comparison::Among(vec![text("a"), Value::Flag(true)])),
        ("x:~'it\\'s'", false, like(Place::Anywhere, "it's")),
        ("x:~^in", false, like(Place::Start, "in")),
        ("x:-~$out", true, like(Place::End, "out")),
        ("x:-NULL", true, Comparison::Among(vec![Value::Null])),
        ("x:False", false, Comparison::Among(vec![Value::Flag(false)])),
        ("x:nullify", false, Comparison::Among(vec![text("nullify")])),
        ("x:2024-01-31T10:00:00Z", false, Comparison::Among(vec![text("2024-01-31T10:00:00Z")])),
        ("x:a\\+b", false, Comparison::Among(vec![text("a+b")])),
        ("x:'2024-01-31 10:00:00'", false, Comparison::Among(vec![text("2024-01-31 10:00:00")])),
    ] {
        assert_eq!(parse(written), Ok(test("x", negated, comparison)), "{written}");
    }
}

#[test]
fn a_relative_date_may_hold_a_plus() {
    let now: Timestamp = "2026-03-31T12:00:00Z".parse().unwrap();
    for (written, expected) in [
        ("now-30d", Some("2026-03-01T12:00:00Z")),
        ("now+2h", Some("2026-03-31T14:00:00Z")),
        ("now-1M", Some("2026-02-28T12:00:00Z")),
        ("now-15m", Some("2026-03-31T11:45:00Z")),
        ("now-9999y", None),
        ("now-9223372036854775807s", None),
    ] {
        let Ok(Filter::All(parts)) = parse(&format!("published_at:>{written}+featured:true")) else {
            panic!("{written}")
        };
        let Filter::Test(Test { comparison: Comparison::Ordered(_, Value::Relative(relative)), .. }) = &parts[0] else {
            panic!("{written}: {parts:?}")
        };
        assert_eq!(relative.from(now), expected.map(|text| text.parse().unwrap()), "{written}");
    }
    assert_eq!(parse("x:nowhere"), Ok(is("x", "nowhere")));
    assert_eq!(parse("x:now-here"), Ok(is("x", "now-here")));
}

#[test]
fn moments_are_read_as_utc_unless_they_say_otherwise() {
    for (written, expected) in [
        ("2024-01-31", Some("2024-01-31T00:00:00Z")),
        ("2024-01-31 10:30:00", Some("2024-01-31T10:30:00Z")),
        ("2024-01-31T10:30:00.000+02:00", Some("2024-01-31T08:30:00Z")),
        ("yesterday", None),
        ("-000400-01-01", None),
    ] {
        assert_eq!(moment(written), expected.map(|text| text.parse().unwrap()), "{written}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for broken in [
        "",
        "tag",
        "tag:",
        ":a",
        "tag:a+",
        "tag:a,",
        "(tag:a",
        "tag:a)",
        "tag:[a",
        "tag:[]",
        "tag:'a",
        "tag:\"a\"",
        "tag:a tag:b",
        "tag:--a",
        "tag:->5",
        "9tag:a",
        "tag :a",
        "tag:a;DROP TABLE x",
        "tag:~",
        "tag:>[a]",
    ] {
        assert!(parse(broken).is_err(), "{broken}");
    }
    assert_eq!(parse("tag:a)").unwrap_err(), "Unexpected ')' at character 6: expected +, a comma or the end.");
    assert!(parse(&"a:b+".repeat(2000)).unwrap_err().contains("longer"));
    assert!(parse(&"(".repeat(100)).unwrap_err().contains("deeper"));
}

proptest! {
    #[test]
    fn anything_is_read_or_refused(text in "\\PC{0,60}") {
        let _ = parse(&text);
    }

    #[test]
    fn anything_like_a_filter_is_read_or_refused(text in r"([a-z_.]{1,4}:|[-+,()\[\]<>=~^$'\\ é]|now[-+]|[0-9]{1,22}|[dwMy]|true|null){0,40}") {
        if let Ok(Filter::Test(Test { comparison: Comparison::Ordered(_, Value::Relative(relative)), .. })) = parse(&text) {
            let _ = relative.from(Timestamp::UNIX_EPOCH);
        }
    }

    #[test]
    fn a_quoted_text_comes_back(text in "[^\\\\]{0,40}") {
        let written = format!("x:'{}'", text.replace('\'', "\\'").replace('"', "\\\""));
        prop_assert_eq!(parse(&written), Ok(is("x", &text)));
    }
}
