//! Lists of links as rows of a form: read from its fields, moved by its buttons, and turned into links when saved.

use super::links::{Link, NavigationLink};
use crate::views::LinkRow;

/// Rows that a form may hold; beyond them nothing is read.
const ROWS_AT_MOST: usize = 40;
/// Empty rows that wait at the end of a list.
const SPARE_ROWS: usize = 1;

/// A button beside a row: the list it belongs to, what it does, and to which row.
pub struct Press<'a> {
    pub list: &'a str,
    act: &'a str,
    row: usize,
}

impl<'a> Press<'a> {
    /// Reads `list.act.row`.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (list, act, row) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { list, act, row: row.parse().ok()? })
    }

    /// Does to the rows what the button says.
    pub fn apply(&self, rows: &mut Vec<LinkRow>) {
        let row = self.row;
        match self.act {
            "up" if (1..rows.len()).contains(&row) => rows.swap(row, row - 1),
            "down" if row + 1 < rows.len() => rows.swap(row, row + 1),
            "remove" if row < rows.len() => drop(rows.remove(row)),
            "add" if rows.len() < ROWS_AT_MOST => rows.push(LinkRow::default()),
            _ => {}
        }
    }
}

/// The rows of the list that the fields `{list}.{row}.{label|url|below}` hold.
pub fn read(fields: &[(String, String)], list: &str) -> Vec<LinkRow> {
    let mut rows = Vec::new();
    for (name, value) in fields {
        let Some((row, part)) = name.strip_prefix(list).and_then(|rest| rest.strip_prefix('.')?.split_once('.')) else {
            continue;
        };
        let Some(row) = row.parse().ok().filter(|row| *row < ROWS_AT_MOST) else { continue };
        if rows.len() <= row {
            rows.resize(row + 1, LinkRow::default());
        }
        match part {
            "label" => rows[row].label.clone_from(value),
            "url" => rows[row].url.clone_from(value),
            "below" => rows[row].is_below = true,
            _ => {}
        }
    }
    rows
}

/// The rows with empty ones at the end, into which more can be typed.
pub fn with_spare(mut rows: Vec<LinkRow>) -> Vec<LinkRow> {
    let spare = rows.iter().rev().take_while(|row| row.is_empty()).count();
    let missing = SPARE_ROWS.saturating_sub(spare).min(ROWS_AT_MOST.saturating_sub(rows.len()));
    rows.extend((0..missing).map(|_| LinkRow::default()));
    rows
}

pub fn of_links(links: &[Link]) -> Vec<LinkRow> {
    links.iter().map(|link| row(&link.label, &link.url, false)).collect()
}

pub fn of_navigation(links: &[NavigationLink]) -> Vec<LinkRow> {
    let mut rows = Vec::new();
    for link in links {
        rows.push(row(&link.label, &link.url, false));
        rows.extend(link.children.iter().map(|child| row(&child.label, &child.url, true)));
    }
    rows
}

fn row(label: &str, url: &str, is_below: bool) -> LinkRow {
    LinkRow { label: label.to_owned(), url: url.to_owned(), is_below }
}

/// Rows into which nothing was typed are no links.
pub fn to_links(rows: &[LinkRow]) -> Vec<Link> {
    rows.iter().filter(|row| !row.is_empty()).map(link).collect()
}

/// The first row stands beneath nothing, whatever it says.
pub fn to_navigation(rows: &[LinkRow]) -> Vec<NavigationLink> {
    let mut links: Vec<NavigationLink> = Vec::new();
    for row in rows.iter().filter(|row| !row.is_empty()) {
        let Link { label, url } = link(row);
        match links.last_mut() {
            Some(above) if row.is_below => above.children.push(Link { label, url }),
            _ => links.push(NavigationLink { label, url, children: Vec::new() }),
        }
    }
    links
}

fn link(row: &LinkRow) -> Link {
    Link { label: row.label.trim().to_owned(), url: row.url.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn rows_are_read_moved_and_nested() {
        let fields = fields(&[
            ("title", "x"),
            ("menu.0.label", "About"),
            ("menu.0.url", "/about"),
            ("menu.1.label", " Team "),
            ("menu.1.url", "/team"),
            ("menu.1.below", "true"),
            ("menu.2.label", ""),
            ("menu.999.label", "far away"),
        ]);
        let mut rows = read(&fields, "menu");
        assert_eq!(rows.len(), 3);
        let links = to_navigation(&rows);
        assert_eq!((links.len(), links[0].children[0].label.as_str()), (1, "Team"));
        assert_eq!(of_navigation(&links)[1], row("Team", "/team", true));
        Press::parse("menu.up.1").unwrap().apply(&mut rows);
        assert_eq!(to_navigation(&rows).iter().map(|link| link.label.as_str()).collect::<Vec<_>>(), ["Team", "About"]);
        for nothing in ["menu.up.0", "menu.down.2", "menu.remove.9", "menu.sing.1"] {
            Press::parse(nothing).unwrap().apply(&mut rows);
        }
        assert_eq!(rows.len(), 3);
        Press::parse("menu.remove.0").unwrap().apply(&mut rows);
        assert_eq!(to_links(&rows).len(), 1);
        assert_eq!(with_spare(with_spare(rows)).len(), 2);
        assert!(Press::parse("menu.up").is_none() && Press::parse("menu.up.x").is_none());
    }
}
