use serde_json::json;

use super::*;

#[allow(clippy::needless_pass_by_value, reason = "rules are written in place")]
fn read(value: serde_json::Value) -> Rule {
    parse("rule", &value).unwrap()
}

#[allow(clippy::needless_pass_by_value, reason = "rules are written in place")]
fn refused_at(value: serde_json::Value) -> String {
    match parse("rule", &value) {
        Err(kernel::Error::Invalid(errors)) => errors[0].field.clone(),
        other => panic!("{value} gave {other:?}"),
    }
}

#[test]
fn rules_read_like_sentences() {
    let rule = read(json!({ "and": [
        { "or": [{ "tag": "VIP" }, { "field": "company", "begins_with": "Harbor" }] },
        { "email": "opened", "days": 30 },
        { "not": { "email": "clicked", "id": "mail-1" } },
        { "field": "created_at", "since": "2026-01-05" },
        { "field": "fields.shoe_size", "greater_than": 40 },
    ] }));
    assert_eq!(
        rule.to_string(),
        "(tagged “vip” or company begins with “Harbor”) and opened any email in the last 30 days and did not click in the \
         email mail-1 and added since 5 Jan 2026 and shoe size is greater than 40"
    );
}

#[test]
fn visits_are_told_by_the_address_that_was_typed() {
    let rule = read(json!({ "not": { "visited": "HTTPS://Sea.example/Boats", "days": 30 } }));
    assert_eq!(rule.to_string(), "did not visit “sea.example/boats” from an email in the last 30 days");
}

#[test]
fn nothing_typed_stands_in_the_statement() {
    let evil = "x' OR true; DROP TABLE app.contacts --";
    let rule = read(json!({ "and": [
        { "field": "name", "contains": evil }, { "tag": evil }, { "not": { "field": "fields.size", "is": evil } },
    ] }));
    let mut sql = Sql::new();
    let text =
        rule.condition(&mut sql, &AsOf { now: jiff::Timestamp::UNIX_EPOCH, zone: jiff::tz::TimeZone::UTC }).unwrap();
    assert!(!text.to_lowercase().contains("drop"), "{text}");
    assert_eq!(sql.params().len(), 4);
}

#[test]
fn mistakes_are_told_where_they_are() {
    assert_eq!(refused_at(json!([])), "rule");
    assert_eq!(refused_at(json!({ "all": false })), "rule");
    assert_eq!(refused_at(json!({ "and": [] })), "rule.and");
    assert_eq!(refused_at(json!({ "and": [{ "tag": "a" }, { "tag": "" }] })), "rule.and[1].tag");
    assert_eq!(refused_at(json!({ "field": "password", "is": "x" })), "rule.field");
    assert_eq!(refused_at(json!({ "field": "fields.a'b", "is": "x" })), "rule.field");
    assert_eq!(refused_at(json!({ "field": "status", "is": "happy" })), "rule.is");
    assert_eq!(refused_at(json!({ "field": "name", "before": "2026-01-01" })), "rule.before");
    assert_eq!(refused_at(json!({ "field": "created_at", "before": "soon" })), "rule.before");
    assert_eq!(refused_at(json!({ "email": "opened", "days": 0 })), "rule.days");
    assert_eq!(refused_at(json!({ "visited": "/pricing" })), "rule.visited");
    assert_eq!(refused_at(json!({ "visited": "sea.example", "days": 0 })), "rule.days");
    assert_eq!(refused_at(json!({ "visited": "sea.example", "id": "e1" })), "rule.id");
    assert_eq!(
        refused_at(json!({ "not": { "not": { "not": { "not": { "not": { "tag": "a" } } } } } })),
        "rule.not.not.not.not.not"
    );
    let many: Vec<_> = (0..51).map(|number| json!({ "tag": format!("t{number}") })).collect();
    assert_eq!(refused_at(json!({ "or": many })), "rule.or");
    let half: Vec<_> = (0..26).map(|number| json!({ "tag": format!("t{number}") })).collect();
    assert_eq!(refused_at(json!({ "or": [{ "and": half }, { "and": half }] })), "rule");
}

proptest::proptest! {
    #[test]
    fn no_json_makes_it_panic(text in "\\PC{0,60}") {
        let _ = parse("rule", &json!({ "field": text, "is": text }));
        let _ = parse("rule", &json!({ "and": [{ "tag": text }, { "email": text }] }));
    }
}
