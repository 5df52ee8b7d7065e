//! Who may know whom: the manifests hold to the list in ARCHITECTURE.md.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Each crate with those of ours that it may know.
const ARROWS: [(&str, &[&str]); 14] = [
    ("kernel", &[]),
    ("embedded-postgres", &[]),
    ("ui", &["kernel"]),
    ("accounts", &["kernel", "ui"]),
    ("content", &["kernel", "ui", "media", "analytics"]),
    ("site", &["kernel", "media", "content", "analytics"]),
    ("importers", &["kernel", "ui", "accounts", "media", "content", "email"]),
    ("testkit", &["kernel", "embedded-postgres"]),
    (
        "contentpilot",
        &[
            "kernel",
            "embedded-postgres",
            "ui",
            "accounts",
            "content",
            "site",
            "importers",
            "media",
            "analytics",
            "campaigns",
            "email",
            "find",
            "planning",
        ],
    ),
    ("media", &["kernel", "ui"]),
    ("campaigns", &["kernel", "ui", "content", "analytics"]),
    ("email", &["kernel", "ui", "media", "content", "campaigns", "analytics"]),
    ("find", &["kernel", "ui", "media", "content", "campaigns", "email"]),
    ("planning", &["kernel", "ui", "content", "campaigns", "email"]),
];

fn manifests() -> BTreeMap<String, toml::Table> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut manifests = BTreeMap::new();
    for entry in fs::read_dir(crates).unwrap() {
        let entry = entry.unwrap();
        if let Ok(text) = fs::read_to_string(entry.path().join("Cargo.toml")) {
            manifests.insert(entry.file_name().into_string().unwrap(), text.parse().unwrap());
        }
    }
    manifests
}

fn ours<'a>(manifests: &'a BTreeMap<String, toml::Table>, name: &str, section: &str) -> Vec<&'a str> {
    let known = manifests[name].get(section).and_then(toml::Value::as_table);
    let names = known.into_iter().flatten().map(|(name, _)| name.as_str());
    names.filter(|dependency| manifests.contains_key(*dependency)).collect()
}

#[test]
fn every_crate_knows_only_those_it_may() {
    let manifests = manifests();
    for name in manifests.keys() {
        let (_, allowed) = ARROWS.iter().find(|(one, _)| one == name).unwrap_or_else(|| panic!("no arrows for {name}"));
        for dependency in ours(&manifests, name, "dependencies") {
            assert!(allowed.contains(&dependency), "{name} may not know {dependency}");
        }
    }
}

#[test]
fn nobody_ships_what_tests_stand_on() {
    let manifests = manifests();
    for (name, allowed) in ARROWS.iter().filter(|(name, _)| manifests.contains_key(*name)) {
        assert!(!ours(&manifests, name, "dependencies").contains(&"testkit"), "{name} ships testkit");
        for dependency in ours(&manifests, name, "dev-dependencies") {
            let may = allowed.contains(&dependency) || ["testkit", "embedded-postgres"].contains(&dependency);
            assert!(may, "{name} may not know {dependency}, in its tests either");
        }
    }
}
