//! The server that another program runs on a data directory, for commands beside it.

use std::fs;
use std::path::Path;

use crate::{DATABASE, cluster, postmaster};

/// A URL for the superuser's connection to the server that another program runs here; `None` when none is ready.
///
/// That program may stop its server at any time.
pub fn running(data_dir: &Path) -> Option<String> {
    let pg = data_dir.join("pg").canonicalize().ok()?;
    if !postmaster::read(&pg)?.is_ready {
        return None;
    }
    let text = fs::read_to_string(pg.join("postmaster.pid")).ok()?;
    let sockets = text.lines().nth(4).filter(|line| !line.is_empty())?;
    Some(format!("postgresql://{DATABASE}@{}/{DATABASE}", cluster::percent_encoded(Path::new(sockets))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_ready_server_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(running(folder.path()), None);
        fs::create_dir(folder.path().join("pg")).unwrap();
        let file = folder.path().join("pg/postmaster.pid");
        fs::write(&file, "4711\n/data/pg\n1700000000\n5432\n/data/a b\n\n  123 456\nready   \n").unwrap();
        assert_eq!(running(folder.path()).as_deref(), Some("postgresql://contentpilot@%2Fdata%2Fa%20b/contentpilot"));
        fs::write(&file, "4711\n/data/pg\n1700000000\n5432\n/data/a b\n\n  123 456\nstarting\n").unwrap();
        assert_eq!(running(folder.path()), None);
    }
}
