//! Imports a folder of Markdown with front matter, as Hugo, Jekyll and Obsidian keep it.
//!
//! ```text
//! [folder] paths → [front_matter] fields → [document] item, [body] HTML → [apply] ledger, links → [pictures] library
//! ```
//!
//! One file is in memory at a time. What a file lacks or spells wrongly is told for that file and stops no other.

mod apply;
mod body;
mod document;
mod folder;
mod front_matter;
mod links;
mod pictures;

use std::path::Path;

use kernel::{App, Error, Result};

use crate::report::Summary;
use crate::writer::{Options, RECORDS_AT_ONCE, Writer};
use apply::Import;
use pictures::Shelf;

pub(crate) use apply::KIND;
pub(crate) use pictures::{HEAD_KIND, place_of};

/// Imports the Markdown files below a folder; `progress` is told how many of how many files were gone through.
pub async fn run(
    app: &App,
    organization_slug: &str,
    folder: &Path,
    options: Options,
    mut progress: impl FnMut(u64, u64),
) -> Result<Summary> {
    let root = folder
        .canonicalize()
        .ok()
        .filter(|path| path.is_dir())
        .ok_or_else(|| Error::Malformed(format!("{} is not a folder that can be read.", folder.display())))?;
    let mut writer = Writer::open(app, organization_slug, "Markdown import", options).await?;
    let source = folder::source_name(&root);
    writer.source.clone_from(&source);
    let mut summary = Summary { source: source.clone(), dry_run: options.dry_run, ..Summary::default() };
    let found = folder::find(&root, &mut summary);
    let mut import = Import { source, summary, shelf: Shelf::new(found.pictures) };

    let (mut done, total) = (0, found.texts.len() as u64);
    for some in found.texts.chunks(RECORDS_AT_ONCE as usize) {
        let caller = writer.begin().await?;
        for path in some {
            import.apply_file(&caller, &root, path).await?;
        }
        writer.end(caller).await?;
        done += some.len() as u64;
        progress(done, total);
    }
    loop {
        let caller = writer.begin().await?;
        let more = import.set_links(&caller).await?;
        writer.end(caller).await?;
        if !more {
            break;
        }
    }
    import.bring_pictures(&mut writer, &root).await?;
    writer.record("import.markdown", &import.summary).await?;
    Ok(import.summary)
}

/// The HTML of a piece of Markdown inside another document, not yet sanitized.
pub(crate) fn to_html(markdown: &str) -> String {
    // With a title of its own no heading is taken out.
    body::render(markdown, Some("")).html
}
