//! Reads an export of Ghost: `{"meta", "data": {table: [rows]}}`, often inside `{"db": [...]}`.
//!
//! Rows come one at a time. Versions write numbers for ids and truths; so a row is a map that is asked leniently.

use std::io::Read;

use kernel::{Error, Result};
use serde_json::{Map, Value};
use struson::reader::{JsonReader, JsonStreamReader, ReaderError, ValueType};

use crate::dates::moment;

/// A row of a table.
#[derive(Debug, Default)]
pub(super) struct Row(pub Map<String, Value>);

impl Row {
    /// A text or number that is not empty.
    pub fn text(&self, column: &str) -> Option<String> {
        let text = match self.0.get(column)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.trim().is_empty()).then_some(text)
    }

    /// Whether a column says yes, which exports write as `1` or `true`.
    pub fn truth(&self, column: &str) -> bool {
        match self.0.get(column) {
            Some(Value::Bool(truth)) => *truth,
            Some(Value::Number(number)) => number.as_u64() == Some(1),
            _ => false,
        }
    }

    /// A column as a number; 0 where it is none.
    pub fn number(&self, column: &str) -> i64 {
        self.0.get(column).and_then(Value::as_i64).unwrap_or(0)
    }

    /// A moment; the first versions wrote milliseconds since 1970.
    pub fn moment(&self, column: &str) -> Option<jiff::Timestamp> {
        match self.0.get(column)? {
            Value::String(text) => moment(text),
            Value::Number(number) => jiff::Timestamp::from_millisecond(number.as_i64()?).ok(),
            _ => None,
        }
    }
}

/// Hands every row of the wanted tables to `take`, until that says no; the rest is passed over.
pub(super) fn read(source: impl Read, wanted: &[&str], mut take: impl FnMut(&str, Row) -> bool) -> Result<()> {
    let mut reader = JsonStreamReader::new(source);
    let mut found = false;
    let mut tables = Tables { wanted, take: &mut take, found: &mut found };
    top(&mut reader, &mut tables).map_err(|problem| in_words(&problem))?;
    if !found {
        return Err(not_ghost());
    }
    Ok(())
}

struct Tables<'a> {
    wanted: &'a [&'a str],
    take: &'a mut dyn FnMut(&str, Row) -> bool,
    found: &'a mut bool,
}

fn top<R: Read>(reader: &mut JsonStreamReader<R>, tables: &mut Tables<'_>) -> Outcome {
    if reader.peek()? != ValueType::Object {
        return Ok(true);
    }
    reader.begin_object()?;
    while reader.has_next()? {
        let name = reader.next_name_owned()?;
        let go_on = match (name.as_str(), reader.peek()?) {
            ("db", ValueType::Array) => {
                reader.begin_array()?;
                let mut go_on = true;
                while go_on && reader.has_next()? {
                    go_on = top(reader, tables)?;
                }
                if go_on {
                    reader.end_array()?;
                }
                go_on
            }
            ("data", ValueType::Object) => data(reader, tables)?,
            _ => {
                reader.skip_value()?;
                true
            }
        };
        if !go_on {
            return Ok(false);
        }
    }
    reader.end_object()?;
    Ok(true)
}

fn data<R: Read>(reader: &mut JsonStreamReader<R>, tables: &mut Tables<'_>) -> Outcome {
    reader.begin_object()?;
    while reader.has_next()? {
        let name = reader.next_name_owned()?;
        *tables.found |= name == "posts";
        if !tables.wanted.contains(&name.as_str()) || reader.peek()? != ValueType::Array {
            reader.skip_value()?;
            continue;
        }
        reader.begin_array()?;
        while reader.has_next()? {
            let row: Value = reader.deserialize_next().map_err(Problem::Row)?;
            if let Value::Object(row) = row
                && !(tables.take)(&name, Row(row))
            {
                return Ok(false);
            }
        }
        reader.end_array()?;
    }
    reader.end_object()?;
    Ok(true)
}

/// Whether to go on, or what is wrong with the file.
type Outcome = std::result::Result<bool, Problem>;

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Reader(#[from] ReaderError),
    #[error(transparent)]
    Row(struson::serde::DeserializerError),
}

fn in_words(problem: &Problem) -> Error {
    Error::Malformed(format!("The export is not whole JSON: {problem}. Export again from Ghost and import that file."))
}

fn not_ghost() -> Error {
    Error::Malformed("This is not an export of Ghost: it has no posts. Use the JSON file of Settings → Export.".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(json: &str) -> Result<Vec<String>> {
        let mut titles = Vec::new();
        read(json.as_bytes(), &["posts"], |_, row| {
            titles.extend(row.text("title"));
            true
        })?;
        Ok(titles)
    }

    #[test]
    fn both_wrappings_are_read() {
        let export =
            r#"{"meta": {"version": "5"}, "data": {"users": [1], "posts": [{"title": "A"}, {"title": 2}], "x": null}}"#;
        assert_eq!(titles(export).expect("it is read"), ["A", "2"]);
        assert_eq!(titles(&format!("{{\"db\": [{export}]}}")).expect("it is read"), ["A", "2"]);
    }

    #[test]
    fn what_is_no_export_is_told() {
        for (json, words) in
            [("[]", "not an export"), ("{}", "not an export"), ("{\"data\": {\"posts\": [", "not whole")]
        {
            let error = titles(json).expect_err("it is refused").to_string();
            assert!(error.contains(words), "{json}: {error}");
        }
    }
}
