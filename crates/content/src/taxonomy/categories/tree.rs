//! Categories as a tree, in the order in which people see them.

use std::collections::{HashMap, HashSet};

use super::Category;

/// A category with its place in the tree.
#[derive(Debug, Clone)]
pub struct Branch {
    pub category: Category,
    /// How many stand above it.
    pub depth: usize,
    pub is_first: bool,
    pub is_last: bool,
}

/// Brings categories, which come in the order of their siblings, into the order of the tree: each before those below it.
///
/// What a circle in the table or a missing parent would leave out stands at the top.
pub fn in_order(categories: Vec<Category>) -> Vec<Branch> {
    let ids: HashSet<String> = categories.iter().map(|category| category.id.clone()).collect();
    let mut below: HashMap<Option<String>, Vec<Category>> = HashMap::new();
    for category in categories {
        let parent = category.parent_id.clone().filter(|parent| ids.contains(parent));
        below.entry(parent).or_default().push(category);
    }
    let mut ordered = Vec::new();
    place(&mut below, &None, 0, &mut ordered);
    while let Some(parent) = below.keys().next().cloned() {
        place(&mut below, &parent, 0, &mut ordered);
    }
    ordered
}

fn place(
    below: &mut HashMap<Option<String>, Vec<Category>>,
    parent: &Option<String>,
    depth: usize,
    ordered: &mut Vec<Branch>,
) {
    let siblings = below.remove(parent).unwrap_or_default();
    let last = siblings.len().saturating_sub(1);
    for (position, category) in siblings.into_iter().enumerate() {
        let id = category.id.clone();
        ordered.push(Branch { category, depth, is_first: position == 0, is_last: position == last });
        place(below, &Some(id), depth + 1, ordered);
    }
}

/// The ids of a category and of all that stand below it.
pub fn with_descendants(categories: &[Category], id: &str) -> HashSet<String> {
    let mut found = HashSet::from([id.to_owned()]);
    loop {
        let before = found.len();
        for category in categories {
            if category.parent_id.as_ref().is_some_and(|parent| found.contains(parent)) {
                found.insert(category.id.clone());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// Categories by name with their place, for choosing one: those below another are set in.
pub fn choices(categories: Vec<Category>) -> Vec<ui::SelectOption> {
    let label = |branch: &Branch| format!("{}{}", "\u{2003}".repeat(branch.depth), branch.category.name);
    in_order(categories)
        .iter()
        .map(|branch| ui::SelectOption::new(branch.category.id.as_str(), label(branch)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(id: &str, parent: Option<&str>) -> Category {
        Category {
            id: id.into(),
            name: id.into(),
            slug: id.into(),
            description: None,
            color: None,
            is_active: true,
            sort_order: 0,
            meta_title: None,
            meta_description: None,
            parent_id: parent.map(str::to_owned),
            version: 1,
        }
    }

    #[test]
    fn each_comes_before_those_below_it() {
        let all = vec![category("a", None), category("b", None), category("a1", Some("a")), category("a2", Some("a"))];
        let ordered: Vec<_> = in_order(all.clone()).into_iter().map(|one| (one.category.id, one.depth)).collect();
        assert_eq!(ordered, [("a".into(), 0), ("a1".into(), 1), ("a2".into(), 1), ("b".into(), 0)]);
        assert_eq!(with_descendants(&all, "a").len(), 3);
    }

    #[test]
    fn nothing_is_left_out_and_circles_come_to_an_end() {
        let all = vec![category("a", Some("b")), category("b", Some("a")), category("c", Some("gone"))];
        assert_eq!(in_order(all.clone()).len(), 3);
        assert_eq!(with_descendants(&all, "a").len(), 2);
    }
}
