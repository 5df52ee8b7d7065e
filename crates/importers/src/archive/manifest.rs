use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The form of archives that this program writes, and the only one it reads.
pub const FORMAT: &str = "contentpilot-archive/1";

/// What an archive says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    /// Tells this archive from every other.
    pub id: String,
    pub made_at: Timestamp,
    pub organization: Origin,
    /// Rows of each table, and files under `media`.
    pub counts: BTreeMap<String, u64>,
}

/// The organization that an archive was made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Origin {
    pub id: String,
    pub slug: String,
    pub name: String,
}

/// Somebody who is named in an archive.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Person {
    pub id: String,
    pub email: String,
    #[serde(default)]
    pub name: String,
}

/// The first thing somebody reads who opens an archive.
pub const README: &str = "\
This archive holds everything of one organization in ContentPilot, in open formats.

manifest.json        when and of what it was made, and how much is in it
data/users.jsonl     the people whom the other files name by their ids
data/TABLE.jsonl     one JSON object a line, with the names of the table's columns
media/...            the files of the media library

Texts are UTF-8, bodies of content are HTML, times are ISO 8601. Addresses of files in
texts begin with /media/ORGANIZATION/ and go on like the paths below media/ here.

There are no passwords, keys or other secrets in it. To bring it back:

    contentpilot import archive FILE.zip --org SLUG
";
