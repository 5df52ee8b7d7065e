use jiff::tz;

use crate::SelectOption;

/// The time zones by their places, and the one in use if it is none of them.
pub fn time_zones(in_use: &str) -> Vec<SelectOption> {
    let is_place = |name: &str| name.contains('/') && !name.starts_with("Etc/") && !name.starts_with("SystemV/");
    let mut names: Vec<String> = tz::db().available().map(|name| name.to_string()).collect();
    names
        .retain(|name| is_place(name) && name.is_ascii() && !name.starts_with("posix/") && !name.starts_with("right/"));
    names.sort_unstable();
    names.insert(0, "UTC".to_owned());
    if !in_use.is_empty() && !names.iter().any(|name| name == in_use) {
        names.push(in_use.to_owned());
    }
    names.into_iter().map(|name| SelectOption::new(name.clone(), name)).collect()
}
