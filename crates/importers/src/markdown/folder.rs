//! Which files of a folder are imported, and under what names.

use std::path::{Path, PathBuf};

use crate::pictures::is_picture;
use crate::report::{Kind, Summary};

/// Endings of Markdown files, in small letters.
const ENDINGS: [&str; 3] = ["md", "markdown", "mdown"];
/// Folders in which programs keep what is theirs.
const NOT_CONTENT: [&str; 4] = ["node_modules", "_site", "public", "resources"];
/// The largest file that is read, in bytes.
const FILE_LARGEST: u64 = 16 * 1024 * 1024;

/// The name under which a folder's files are remembered: its own and its parent's, which stay when a disk is moved.
pub(super) fn source_name(root: &Path) -> String {
    let mut names: Vec<_> = root.components().rev().take(2).map(|name| name.as_os_str().to_string_lossy()).collect();
    names.reverse();
    names.join("/").trim_start_matches('/').to_owned()
}

/// What lies in a folder, as paths relative to it.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Markdown files, sorted.
    pub texts: Vec<String>,
    pub pictures: Vec<String>,
}

/// Finds all Markdown files and pictures. Links are not followed, so nothing outside is read.
pub(super) fn find(root: &Path, summary: &mut Summary) -> Found {
    let (mut waiting, mut found) = (vec![PathBuf::new()], Found::default());
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(root.join(&folder)) else {
            summary.skip(Kind::Items, &folder.to_string_lossy(), "The folder cannot be read.");
            continue;
        };
        for entry in entries.flatten() {
            let (name, path) = (entry.file_name(), folder.join(entry.file_name()));
            let (name, shown) = (name.to_string_lossy(), path.to_string_lossy());
            match entry.file_type() {
                _ if name.starts_with('.') => {}
                Ok(kind) if kind.is_dir() && !NOT_CONTENT.contains(&name.as_ref()) => waiting.push(path),
                Ok(kind) if kind.is_file() && is_markdown(&name) => match path.to_str() {
                    Some(path) => found.texts.push(path.replace('\\', "/")),
                    None => summary.skip(Kind::Items, &shown, "Its name is not UTF-8."),
                },
                Ok(kind) if kind.is_file() && is_picture(&name) => {
                    found.pictures.extend(path.to_str().map(|path| path.replace('\\', "/")));
                }
                Ok(kind) if kind.is_symlink() && is_markdown(&name) => {
                    summary.skip(Kind::Items, &shown, "It is a link to another file; links are not followed.");
                }
                _ => {}
            }
        }
    }
    found.texts.sort();
    found
}

/// Whether a name is one of a Markdown file.
pub(super) fn is_markdown(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

/// The text of a file, or why there is none.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("The file cannot be read: {error}.");
    if std::fs::metadata(path).map_err(unreadable)?.len() > FILE_LARGEST {
        return Err("The file is larger than 16 MB.".into());
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| "The file is not UTF-8. Save it as UTF-8 and import again.")?;
    Ok(text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n").replace('\0', ""))
}

/// A path without `.` and `..`; none where it leaves the folder.
pub(super) fn normalized(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_the_folder() {
        assert_eq!(normalized("posts/./a/../b.md").as_deref(), Some("posts/b.md"));
        assert_eq!(normalized("posts/../../etc/passwd"), None);
        assert_eq!(normalized("/").as_deref(), Some(""));
    }

    #[test]
    fn sources_are_named_after_two_folders() {
        assert_eq!(source_name(Path::new("/home/ann/site/content")), "site/content");
        assert_eq!(source_name(Path::new("/content")), "content");
    }
}
