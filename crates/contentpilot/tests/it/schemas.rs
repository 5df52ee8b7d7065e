//! The API's document names each type once: of two types with one name, one is described as the other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file of a crate's source.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The names that a file gives to types of the document: `as = Name` where that stands, else the type's own.
fn schema_names(text: &str) -> Vec<String> {
    let (mut names, mut is_schema, mut other) = (Vec::new(), false, None);
    for line in text.lines().map(str::trim) {
        let word =
            |text: &str| text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned();
        if line.starts_with("#[derive(") {
            (is_schema, other) = (line.contains("ToSchema"), None);
        } else if let Some((_, rest)) = line.split_once("schema(as = ") {
            other = Some(word(rest));
        } else if let Some((_, rest)) = line.split_once("struct ").or_else(|| line.split_once("enum "))
            && is_schema
            && !line.starts_with("//")
        {
            names.push(other.take().unwrap_or_else(|| word(rest)));
            is_schema = false;
        }
    }
    names
}

#[test]
fn no_two_types_have_one_name_in_the_document() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for entry in fs::read_dir(crates).unwrap() {
        let source = entry.unwrap().path().join("src");
        if source.is_dir() {
            sources(&source, &mut files);
        }
    }
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in &files {
        for name in schema_names(&fs::read_to_string(file).unwrap()) {
            let place = file.strip_prefix(crates).unwrap().display().to_string();
            places.entry(name).or_default().push(place);
        }
    }
    assert!(places.len() > 100, "the types were not found: {}", places.len());
    places.retain(|_, places| places.len() > 1);
    assert!(places.is_empty(), "Give one of each a name of its own with #[schema(as = …)]: {places:#?}");
}

#[test]
fn names_are_read_as_they_are_written() {
    let text = "#[derive(Debug, ToSchema)]\n#[serde(x)]\npub struct One {\n}\n#[derive(Debug)]\nenum Two {}\n\
                #[derive(ToSchema)]\n#[schema(as = Four)]\n/// A struct of three\npub(crate) enum Three {}\n";
    assert_eq!(schema_names(text), ["One", "Four"]);
}
