//! Every picture that a page names is in the sprite: one that is not shows nothing, and nobody is told.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where pictures are named by a word in quotes right behind this.
const NAMED_BEHIND: [&str; 3] = ["icon(\"", "icon: \"", "list::empty(\""];

/// Functions whose only texts are names of pictures.
const TELLING: &str = "fn icon(";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_wanted = |kind: &str| path.extension().is_some_and(|extension| extension == kind);
        if path.is_dir() && !path.ends_with("tests") {
            files(&path, found);
        } else if is_wanted("rs") || is_wanted("html") || is_wanted("ts") {
            found.push(path);
        }
    }
}

/// The names in the list that the sprite is built from.
fn sprite() -> BTreeSet<String> {
    let source = fs::read_to_string(root().join("crates/ui/build/assets.mjs")).unwrap();
    let lists = source.split("ICONS = `").skip(1).filter_map(|rest| rest.split('`').next());
    lists.flat_map(str::split_whitespace).filter(|word| !word.contains('$')).map(str::to_owned).collect()
}

/// The text up to the next quotation mark, if it can be the name of a picture.
fn name(text: &str) -> Option<&str> {
    let name = text.split(['"', '\'']).next()?;
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (!name.is_empty() && name.bytes().all(is_name)).then_some(name)
}

/// The names in a source, each with where it stands.
fn named(source: &str) -> BTreeSet<String> {
    let behind = NAMED_BEHIND.iter().flat_map(|mark| source.split(mark).skip(1).filter_map(name));
    // Of a function that chooses among pictures everything in quotes behind an arrow.
    let told = source.split(TELLING).skip(1).flat_map(|rest| {
        let body = rest.split("\n    }\n").next().unwrap_or_default();
        body.split("=> \"").skip(1).filter_map(name)
    });
    behind.chain(told).map(str::to_owned).collect()
}

#[test]
fn every_picture_that_is_named_is_in_the_sprite() {
    let mut sources = Vec::new();
    for folder in ["crates", "islands"] {
        files(&root().join(folder), &mut sources);
    }
    let (sprite, mut missing, mut count) = (sprite(), BTreeSet::new(), 0);
    for path in sources.iter().filter(|path| !path.components().any(|part| part.as_os_str() == "node_modules")) {
        for name in named(&fs::read_to_string(path).unwrap()) {
            count += 1;
            if !sprite.contains(&name) {
                missing.insert(format!("{name} in {}", path.display()));
            }
        }
    }
    assert!(count > 100, "the sources are not read: {count} names");
    assert!(missing.is_empty(), "these are missing in crates/ui/build/assets.mjs: {missing:#?}");
}

#[test]
fn names_are_found_wherever_they_are_written() {
    let source = "{{ ui::icon(\"eye\") }} {% call list::empty(\"search\", \"Nothing\") %} icon: \"mail\",\n\
                  fn icon(self) -> &'static str {\n        match self {\n            A => \"film\",\n        }\n    }\n";
    let found: Vec<String> = named(source).into_iter().collect();
    assert_eq!(found, ["eye", "film", "mail", "search"]);
    assert!(named("self.icon(\"Not A Name\")").is_empty());
}
