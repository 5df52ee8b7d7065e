//! Finds the server's programs and picks those that fit.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bundle;
use crate::{Error, OLDEST_MAJOR};

/// One installed PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binaries {
    /// The folder that holds `postgres` and `initdb`, with links resolved.
    pub folder: PathBuf,
    /// As the program says it: `15.18`.
    pub version: String,
    pub major: u32,
}

impl Binaries {
    pub fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    pub fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    /// The programs in one folder; the reason in words where there are none.
    fn probe(folder: &Path) -> Result<Binaries, String> {
        let postgres = folder.join("postgres").canonicalize();
        let postgres = postgres.map_err(|error| format!("there is no postgres in {}: {error}", folder.display()))?;
        let folder = postgres.parent().unwrap_or(folder);
        if !folder.join("initdb").is_file() {
            return Err(format!("there is no initdb in {}", folder.display()));
        }
        let output = Command::new(&postgres).arg("--version").current_dir("/").output();
        let output = output.map_err(|error| format!("{} does not run: {error}", postgres.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text.split_whitespace().nth(2).unwrap_or_default().to_owned();
        let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
        match digits.parse() {
            Ok(major) => Ok(Binaries { folder: folder.to_path_buf(), version, major }),
            Err(_) => Err(format!(
                "{} does not tell its version: {}",
                postgres.display(),
                String::from_utf8_lossy(&output.stderr).trim()
            )),
        }
    }
}

/// The programs to use: those of the setting, or the first found that fit.
///
/// `wanted` is the major version an existing cluster was made by; a new one takes any that is new enough.
pub(crate) fn find(setting: Option<&Path>, data_dir: &Path, wanted: Option<(u32, &Path)>) -> Result<Binaries, Error> {
    if let Some(path) = setting {
        let binaries = from_setting(path)?;
        return choose(&[binaries], wanted, &[]);
    }
    let mut found = Vec::new();
    let path = env::var_os("PATH").unwrap_or_default();
    let places = places(Path::new("/"));
    for folder in env::split_paths(&path).chain(places.iter().cloned()) {
        if let Ok(binaries) = Binaries::probe(&folder)
            && !found.contains(&binaries)
        {
            found.push(binaries);
        }
    }
    let package = bundle::package_under(data_dir);
    if let Some(programs) = bundle::programs(&package)? {
        let bundled = Binaries::probe(&programs);
        found.push(bundled.map_err(|reason| Error::BadBinaries { path: programs, reason })?);
    }
    choose(&found, wanted, &[places, vec![package]].concat())
}

/// The setting may name the folder of the programs, the folder above it, or an npm package.
fn from_setting(path: &Path) -> Result<Binaries, Error> {
    let bundled = bundle::programs(path)?;
    let folder = match bundled {
        Some(programs) => programs,
        None if path.join("bin/postgres").is_file() => path.join("bin"),
        None => path.to_path_buf(),
    };
    Binaries::probe(&folder).map_err(|reason| Error::BadBinaries { path: path.to_path_buf(), reason })
}

fn choose(found: &[Binaries], wanted: Option<(u32, &Path)>, looked: &[PathBuf]) -> Result<Binaries, Error> {
    if found.is_empty() {
        return Err(Error::NoBinaries { looked: looked.to_vec() });
    }
    let list = || {
        let each = found.iter().map(|one| format!("{} in {}", one.version, one.folder.display()));
        each.collect::<Vec<_>>().join(", ")
    };
    let recent: Vec<&Binaries> = found.iter().filter(|one| one.major >= OLDEST_MAJOR).collect();
    let Some(first) = recent.first() else {
        return Err(Error::TooOld { found: list() });
    };
    let Some((wanted, path)) = wanted else {
        return Ok((*first).clone());
    };
    let fitting = recent.iter().find(|one| one.major == wanted);
    fitting.map(|one| (*one).clone()).ok_or_else(|| Error::NoFittingBinaries {
        wanted,
        path: path.to_path_buf(),
        found: list(),
    })
}

/// Where distributions and installers put the programs outside PATH, newest version first.
fn places(root: &Path) -> Vec<PathBuf> {
    let mut places = numbered(&root.join("usr/lib/postgresql"), "", "bin");
    places.extend(numbered(&root.join("usr"), "pgsql-", "bin"));
    places.extend(numbered(&root.join("usr/libexec"), "postgresql", ""));
    places.push(root.join("usr/local/pgsql/bin"));
    places.extend(numbered(&root.join("opt/homebrew/opt"), "postgresql@", "bin"));
    places.extend(numbered(&root.join("usr/local/opt"), "postgresql@", "bin"));
    places
}

/// `<folder>/<prefix>N/<below>` for every number N there is, the greatest first.
fn numbered(folder: &Path, prefix: &str, below: &str) -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(prefix)).and_then(|number| number.parse().ok());
        if let Some(number) = number {
            versions.push((number, entry.path().join(below)));
        }
    }
    versions.sort_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn pretend(folder: &Path, version: &str) {
        fs::create_dir_all(folder).unwrap();
        for program in ["postgres", "initdb"] {
            let path = folder.join(program);
            fs::write(&path, format!("#!/bin/sh\necho '{program} (PostgreSQL) {version} (Test)'\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    #[test]
    fn places_outside_path_come_newest_first() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9", "15", "17"] {
            fs::create_dir_all(root.path().join("usr/lib/postgresql").join(version).join("bin")).unwrap();
        }
        let places = places(root.path());
        assert!(places[0].ends_with("17/bin"));
        assert!(places[2].ends_with("9/bin"));
    }

    #[test]
    fn versions_are_read_from_releases_and_betas() {
        let root = tempfile::tempdir().unwrap();
        pretend(&root.path().join("a"), "16.4");
        pretend(&root.path().join("b"), "18beta2");
        assert_eq!(Binaries::probe(&root.path().join("a")).unwrap().major, 16);
        assert_eq!(Binaries::probe(&root.path().join("b")).unwrap().major, 18);
        assert!(Binaries::probe(&root.path().join("c")).is_err());
    }

    #[test]
    fn an_old_server_is_refused_with_its_version() {
        let root = tempfile::tempdir().unwrap();
        pretend(root.path(), "14.11");
        let error = find(Some(root.path()), root.path(), None).unwrap_err().to_string();
        assert!(error.contains("15 or newer") && error.contains("14.11"), "{error}");
    }

    #[test]
    fn the_programs_that_made_the_cluster_are_taken() {
        let one =
            |major: u32| Binaries { folder: PathBuf::from(format!("/{major}")), version: major.to_string(), major };
        let found = vec![one(14), one(17), one(15)];
        let pg = Path::new("/data/pg");
        assert_eq!(choose(&found, None, &[]).unwrap().major, 17);
        assert_eq!(choose(&found, Some((15, pg)), &[]).unwrap().major, 15);
        let error = choose(&found, Some((16, pg)), &[]).unwrap_err().to_string();
        assert!(error.contains("made by PostgreSQL 16") && error.contains("/data/pg"), "{error}");
    }

    #[test]
    fn a_setting_without_programs_is_named() {
        let root = tempfile::tempdir().unwrap();
        let error = find(Some(root.path()), root.path(), None).unwrap_err().to_string();
        assert!(error.contains(&root.path().display().to_string()), "{error}");
        assert!(matches!(choose(&[], None, &[]), Err(Error::NoBinaries { .. })));
    }
}
