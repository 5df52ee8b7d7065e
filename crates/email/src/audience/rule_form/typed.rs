//! What was typed for a rule: its rows, and what the buttons among them ask for.

use serde_json::Value;

use super::builder::{Builder, Row};

/// Rows of a form at most; a rule holds no more conditions.
const ROWS_MOST: usize = crate::audience::rule::CONDITIONS_MOST;

/// What one of the form's buttons asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Do {
    #[default]
    Save,
    Add,
    Remove(usize),
    Count,
    /// Begins anew instead of a rule that nests deeper than the form.
    Replace,
}

/// What was typed for a rule.
#[derive(Debug, Clone, Default)]
pub struct TypedRule {
    /// Names the rule that is kept as it is; empty for that of the rows.
    pub kept: String,
    pub builder: Builder,
    pub what: Do,
}

impl TypedRule {
    /// A rule as it is stored: as rows, or kept under a name where it nests deeper than they do.
    pub fn of(rule: &Value, name: &str) -> Self {
        let builder = Builder::of(rule);
        let kept = if builder.is_none() { name.to_owned() } else { String::new() };
        Self { kept, builder: builder.unwrap_or_default(), what: Do::Save }
    }

    /// Reads what was sent. Each row sends its four fields in their order.
    pub fn read(fields: &[(String, String)]) -> Self {
        let mut form = Self::default();
        for (name, value) in fields {
            let (rows, value) = (&mut form.builder.rows, value.clone());
            match name.as_str() {
                "kept" => form.kept = value,
                "join" => form.builder.is_any = value == "or",
                "do" => form.what = what(&value),
                "subject" if rows.len() < ROWS_MOST => rows.push(Row { subject: value, ..Row::default() }),
                "test" => set(rows, |row| row.test = value),
                "value" => set(rows, |row| row.value = value),
                "email" => set(rows, |row| row.email = value),
                _ => {}
            }
        }
        form
    }

    /// Does what a button asks of the rows themselves; `false` when it asks for something else.
    pub fn rearrange(&mut self) -> bool {
        match self.what {
            Do::Add if self.builder.rows.len() < ROWS_MOST => self.builder.rows.push(empty_row()),
            Do::Add => {}
            Do::Remove(place) if place < self.builder.rows.len() => drop(self.builder.rows.remove(place)),
            Do::Remove(_) => {}
            Do::Replace => {
                self.kept.clear();
                self.builder.rows = vec![empty_row()];
            }
            Do::Save | Do::Count => return false,
        }
        true
    }
}

/// What a new row begins with.
pub fn empty_row() -> Row {
    Row { subject: "tag".to_owned(), test: "has".to_owned(), ..Row::default() }
}

fn set(rows: &mut [Row], change: impl FnOnce(&mut Row)) {
    if let Some(row) = rows.last_mut() {
        change(row);
    }
}

fn what(text: &str) -> Do {
    match text {
        "add" => Do::Add,
        "count" => Do::Count,
        "replace" => Do::Replace,
        other => other.strip_prefix("remove-").and_then(|place| place.parse().ok()).map_or(Do::Save, Do::Remove),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn rows_are_read_in_their_order_added_and_taken_away() {
        let sent = |what: &str| {
            vec![
                pair("subject", "tag"),
                pair("test", "has"),
                pair("value", "vip"),
                pair("email", ""),
                pair("subject", "name"),
                pair("test", "is"),
                pair("value", "Ada"),
                pair("do", what),
            ]
        };
        let mut form = TypedRule::read(&sent("add"));
        assert!(form.rearrange());
        assert_eq!((form.builder.rows.len(), form.builder.rows[1].value.as_str()), (3, "Ada"));
        let mut form = TypedRule::read(&sent("remove-0"));
        assert!(form.rearrange());
        assert_eq!((form.builder.rows.len(), form.builder.rows[0].subject.as_str()), (1, "name"));
        assert!(!TypedRule::read(&sent("save")).rearrange());
        let mut form = TypedRule::read(&sent("remove-7"));
        assert!(form.rearrange() && form.builder.rows.len() == 2);
    }
}
