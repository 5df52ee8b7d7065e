//! Rows of an archive on their way into another organization: whose they become, and where their addresses lead.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::manifest::Origin;

/// A row as it stands in an archive.
pub type Row = Map<String, Value>;

/// From the organization an archive was made of to the one that gets it.
pub struct Move {
    /// Parts of addresses that change, and what they become.
    addresses: [(String, String); 2],
    /// Users of the archive, and who stands for them here.
    pub people: HashMap<String, String>,
}

impl Move {
    /// From this origin to the organization of this id and slug.
    pub fn new(origin: &Origin, (id, slug): (&str, &str)) -> Self {
        let addresses = [
            (format!("/media/{}/", origin.id), format!("/media/{id}/")),
            (format!("/s/{}/", origin.slug), format!("/s/{slug}/")),
        ];
        Self { addresses, people: HashMap::new() }
    }

    /// Gives a row the users of this side and lets the addresses in its texts lead to the new organization.
    pub fn apply(&self, row: &mut Row, user_columns: &[String]) {
        for (column, value) in row.iter_mut() {
            if !user_columns.contains(column) {
                self.lead(value);
            } else if let Some(here) = value.as_str().and_then(|id| self.people.get(id)) {
                *value = Value::String(here.clone());
            }
        }
    }

    /// Gives changes that wait the author of this side; one whom nobody stands for is no change.
    pub fn apply_to_changes(&self, row: &mut Row) {
        let Some(Value::Object(fields)) = row.get_mut("fields") else { return };
        let Some(author) = fields.get("author_id") else { return };
        match author.as_str().and_then(|id| self.people.get(id)).cloned() {
            Some(here) => fields.insert("author_id".to_owned(), Value::String(here)),
            None => fields.remove("author_id"),
        };
    }

    fn lead(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                for (from, to) in &self.addresses {
                    if text.contains(from.as_str()) {
                        *text = text.replace(from.as_str(), to);
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.lead(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.lead(value)),
            _ => {}
        }
    }
}

/// Puts rows of which some refer to others of their table into an order in which each comes after the one it refers to.
///
/// Rows are handed on as soon as they may be. What refers to a row that never comes refers to nothing in the end.
#[derive(Default)]
pub struct Parents {
    seen: std::collections::HashSet<String>,
    waiting: HashMap<String, Vec<Row>>,
}

impl Parents {
    /// Takes a row that refers by `column`; those that may be written now are added to `ready`.
    pub fn take(&mut self, row: Row, column: &str, ready: &mut Vec<Row>) {
        let parent = row.get(column).and_then(Value::as_str);
        match parent.filter(|parent| !self.seen.contains(*parent)).map(str::to_owned) {
            Some(parent) => self.waiting.entry(parent).or_default().push(row),
            None => self.hand_on(row, ready),
        }
    }

    fn hand_on(&mut self, row: Row, ready: &mut Vec<Row>) {
        let mut next = vec![row];
        while let Some(row) = next.pop() {
            let id = row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            next.extend(self.waiting.remove(&id).unwrap_or_default());
            self.seen.insert(id);
            ready.push(row);
        }
    }

    /// Adds to `ready` what waited for rows that never came, referring to nothing.
    pub fn rest(&mut self, column: &str, ready: &mut Vec<Row>) {
        for mut row in std::mem::take(&mut self.waiting).into_values().flatten() {
            row.insert(column.to_owned(), Value::Null);
            ready.push(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(value: Value) -> Row {
        let Value::Object(row) = value else { panic!("a row is an object") };
        row
    }

    #[test]
    fn users_and_addresses_become_those_of_the_new_organization() {
        let origin = Origin { id: "old".into(), slug: "harbor".into(), name: String::new() };
        let mut change = Move::new(&origin, ("new", "port"));
        change.people.insert("u1".into(), "u9".into());
        let mut moved = row(json!({
            "author_id": "u1", "title": "u1", "content": "<img src=\"/media/old/t/a.png\"> /s/harbor/tides /s/harbors/x",
            "gallery": ["/media/old/b.png"], "fields": { "a": "/media/older/c" },
        }));
        change.apply(&mut moved, &["author_id".to_owned()]);
        assert_eq!(
            Value::Object(moved),
            json!({
                "author_id": "u9", "title": "u1", "content": "<img src=\"/media/new/t/a.png\"> /s/port/tides /s/harbors/x",
                "gallery": ["/media/new/b.png"], "fields": { "a": "/media/older/c" },
            })
        );
    }

    #[test]
    fn changes_that_wait_name_an_author_of_the_new_organization_or_none() {
        let origin = Origin { id: "old".into(), slug: "harbor".into(), name: String::new() };
        let mut change = Move::new(&origin, ("new", "port"));
        change.people.insert("u1".into(), "u9".into());
        for (before, after) in [
            (json!({ "author_id": "u1", "title": "T" }), json!({ "author_id": "u9", "title": "T" })),
            (json!({ "author_id": "u2", "title": "T" }), json!({ "title": "T" })),
            (json!({ "title": "T" }), json!({ "title": "T" })),
        ] {
            let mut moved = row(json!({ "fields": before }));
            change.apply_to_changes(&mut moved);
            assert_eq!(moved["fields"], after);
        }
    }

    #[test]
    fn each_row_comes_after_the_one_it_refers_to() {
        let (mut parents, mut ready) = (Parents::default(), Vec::new());
        for (id, parent) in [("c", Some("b")), ("b", Some("a")), ("x", Some("nobody")), ("a", None)] {
            parents.take(row(json!({ "id": id, "parent_id": parent })), "parent_id", &mut ready);
        }
        parents.rest("parent_id", &mut ready);
        let order: Vec<_> = ready.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(order, ["a", "b", "c", "x"]);
        assert_eq!(ready[3]["parent_id"], Value::Null);
    }
}
