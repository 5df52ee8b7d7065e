//! The parameters of a request. Those that Ghost does not know are ignored, as Ghost does.

use std::collections::HashMap;

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::nql::{self, Filter};
use super::refusal::{Refusal, Refused};

/// How many a list has when nothing is said.
const LIMIT_USUAL: i64 = 15;
/// How many a list has at most; more, and `all`, is taken for this (Ghost since version 6).
const LIMIT_MOST: i64 = 100;
/// Beyond this nothing has pages.
const PAGE_LAST: i64 = 1_000_000;
/// How many columns an order takes at most.
const ORDERS_MOST: usize = 10;

/// The parameters as they were written, read further where they are needed.
#[derive(Debug, Default)]
pub struct Options {
    pub key: Option<String>,
    include: Vec<String>,
    fields: Option<Vec<String>>,
    values: HashMap<String, String>,
}

/// One column of an order.
#[derive(Debug, PartialEq, Eq)]
pub struct Order {
    pub property: String,
    pub descending: bool,
}

/// In which forms a body is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formats {
    pub html: bool,
    pub plaintext: bool,
}

impl Options {
    pub fn parse(query: &str) -> Self {
        let mut values = HashMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            values.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
        Self {
            key: values.remove("key"),
            include: values.remove("include").map(|text| list(&text)).unwrap_or_default(),
            fields: values.remove("fields").filter(|text| !text.trim().is_empty()).map(|text| list(&text)),
            values,
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// Whether `include` names this.
    pub fn includes(&self, name: &str) -> bool {
        self.include.iter().any(|one| one == name)
    }

    /// Whether a field is part of the answer; `usual` is whether it would be without `fields`.
    pub fn wants(&self, name: &str, usual: bool) -> bool {
        self.fields.as_ref().map_or(usual, |fields| fields.iter().any(|one| one == name))
    }

    /// Leaves of an object what was asked for: the named fields, and what `include` added.
    pub fn select(&self, mut object: Map<String, Value>, included: &[&str]) -> Value {
        if self.fields.is_some() {
            object.retain(|name, _| self.wants(name, true) || included.contains(&name.as_str()));
        }
        Value::Object(object)
    }

    /// `filter`, read as NQL; none when it is left out.
    pub fn filter(&self) -> Refused<Option<Filter>> {
        self.value("filter").map(nql::parse).transpose().map_err(Refusal::Filter)
    }

    /// `limit`, as a number of rows.
    pub fn limit(&self) -> Refused<i64> {
        match self.value("limit") {
            None => Ok(LIMIT_USUAL),
            Some("all") => Ok(LIMIT_MOST),
            Some(text) => {
                Ok(whole(text).ok_or_else(|| unreadable("limit", "a whole number from 1, or all"))?.min(LIMIT_MOST))
            }
        }
    }

    /// `page`, from 1.
    pub fn page(&self) -> Refused<i64> {
        match self.value("page") {
            None => Ok(1),
            Some(text) => Ok(whole(text).ok_or_else(|| unreadable("page", "a whole number from 1"))?.min(PAGE_LAST)),
        }
    }

    /// The order asked for: `title asc, published_at desc`. What cannot be read is left out.
    pub fn order(&self) -> Vec<Order> {
        let parts = self.value("order").unwrap_or_default().split(',').take(ORDERS_MOST);
        let order = |part: &str| {
            let mut words = part.split_whitespace();
            let property = words.next()?.to_ascii_lowercase();
            let descending = match words.next().map(str::to_ascii_lowercase).as_deref() {
                None | Some("asc") => false,
                Some("desc") => true,
                Some(_) => return None,
            };
            Some(Order { property, descending })
        };
        parts.filter_map(order).collect()
    }

    /// Ghost's own source formats are never given out, and asking for them is no error.
    pub fn formats(&self) -> Refused<Formats> {
        let mut formats = Formats { html: false, plaintext: false };
        for format in list(self.value("formats").unwrap_or("html")) {
            match format.as_str() {
                "html" => formats.html = true,
                "plaintext" => formats.plaintext = true,
                "mobiledoc" | "lexical" => {}
                _ => return Err(unreadable("formats", "html, plaintext, or both with a comma between")),
            }
        }
        if self.fields.is_some() {
            formats.html = self.wants("html", false) || (self.value("formats").is_some() && formats.html);
            formats.plaintext |= self.wants("plaintext", false);
        }
        Ok(formats)
    }
}

fn unreadable(name: &'static str, expected: &str) -> Refusal {
    Refusal::Parameter(name, format!("{name} has to be {expected}."))
}

fn whole(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Only its length can keep a row of digits from being a number, and then it is more than any limit.
    digits.then(|| text.parse().unwrap_or(i64::MAX)).filter(|number| *number > 0)
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|one| one.trim().to_ascii_lowercase()).filter(|one| !one.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_capped_and_nonsense_is_refused() {
        let limit = |text: &str| Options::parse(text).limit().ok();
        assert_eq!(limit(""), Some(15));
        assert_eq!(limit("limit=all"), Some(100));
        assert_eq!(limit("limit=5000"), Some(100));
        assert_eq!(limit("limit=99999999999999999999999"), Some(100));
        assert_eq!(limit("limit=3"), Some(3));
        for wrong in ["limit=0", "limit=-1", "limit=x", "limit=1.5", "limit=%2B1"] {
            assert_eq!(limit(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_order_may_have_several_columns() {
        let order = Options::parse("order=title+ASC,published_at%20desc,%20broken%20thing").order();
        let named: Vec<_> = order.iter().map(|one| (one.property.as_str(), one.descending)).collect();
        assert_eq!(named, [("title", false), ("published_at", true)]);
    }

    #[test]
    fn bodies_come_as_asked() {
        let formats = |text: &str| Options::parse(text).formats().ok().map(|formats| (formats.html, formats.plaintext));
        assert_eq!(formats(""), Some((true, false)));
        assert_eq!(formats("formats=html,plaintext"), Some((true, true)));
        assert_eq!(formats("formats=plaintext,lexical"), Some((false, true)));
        assert_eq!(formats("fields=title"), Some((false, false)));
        assert_eq!(formats("fields=title,html,plaintext"), Some((true, true)));
        assert_eq!(formats("fields=title&formats=plaintext"), Some((false, true)));
        assert_eq!(formats("formats=pdf"), None);
    }
}
