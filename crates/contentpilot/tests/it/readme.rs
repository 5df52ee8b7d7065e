//! The README's table of settings is the program's own.

use kernel::config::SETTINGS;

#[test]
fn the_table_of_settings_is_complete_and_true() {
    let readme = include_str!("../../../../README.md");
    for setting in &SETTINGS {
        let default = if setting.default.is_empty() { String::new() } else { format!("`{}`", setting.default) };
        let row = format!("| `{}` | `{}` | {default} | {} |", setting.variable, setting.key, setting.purpose);
        assert!(readme.contains(&row), "README.md lacks this row:\n{row}");
    }
    let rows = readme.lines().filter(|line| line.starts_with("| `DATABASE") || line.starts_with("| `CONTENTPILOT_"));
    let others = SETTINGS.iter().filter(|setting| !setting.variable.starts_with("DATABASE"));
    let others = others.filter(|setting| !setting.variable.starts_with("CONTENTPILOT_")).count();
    assert_eq!(rows.count() + others, SETTINGS.len(), "README.md names settings that do not exist");
}
