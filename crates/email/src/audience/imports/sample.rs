//! What the beginning of a file tells: its encoding, what parts its columns, and its first rows.

use bytes::Bytes;
use encoding_rs::Encoding;
use futures_util::{Stream, StreamExt, stream};
use kernel::Result;

use super::columns::{self, Column};
use super::rows::Rows;
use super::{Outcome, Settings};
use crate::audience::address::Address;
use crate::audience::fields::Field;

/// How much of a file is looked at, in bytes.
pub const LOOKED_AT: usize = 64 * 1024;
/// Rows that are shown of a file.
const SHOWN: usize = 6;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The beginning of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    /// Names of columns, made up where the file has none.
    pub names: Vec<String>,
    /// The first rows, without the names.
    pub rows: Vec<Vec<String>>,
}

/// The first bytes of a file.
pub async fn beginning(mut bytes: impl Stream<Item = Result<Bytes>> + Unpin) -> Result<Bytes> {
    let mut beginning = Vec::new();
    while beginning.len() < LOOKED_AT {
        let Some(piece) = bytes.next().await else { break };
        let piece = piece?;
        let room = (LOOKED_AT - beginning.len()).min(piece.len());
        beginning.extend_from_slice(&piece[..room]);
    }
    Ok(beginning.into())
}

/// Refuses what cannot be read as rows, in words.
pub fn is_text(beginning: &[u8]) -> std::result::Result<(), &'static str> {
    let text = encoding_of(beginning).decode(beginning).0;
    if text.trim().is_empty() {
        return Err("This file is empty. Choose the CSV file that holds your contacts.");
    }
    // No text has these, and every spreadsheet, picture or archive does.
    if text.contains('\0') {
        return Err("This is no CSV file. In a spreadsheet, save it as CSV and choose that file.");
    }
    Ok(())
}

/// Guesses how a file is to be read and what its columns mean.
pub async fn guess(beginning: &Bytes, file_name: &str, known: &[Field]) -> Result<Settings> {
    let encoding = encoding_of(beginning);
    let text = encoding.decode(beginning).0;
    let delimiter = delimiter_of(&text);
    let mut settings = Settings {
        encoding: encoding.name().to_lowercase(),
        delimiter: char::from(delimiter).to_string(),
        header: true,
        status: status_of(file_name),
        ..Settings::default()
    };
    let first = first_rows(beginning, &settings, 1).await?.into_iter().next().unwrap_or_default();
    settings.header = !first.iter().any(|cell| Address::parse(cell).is_some());
    settings.columns = if settings.header { columns::guess(&first, known) } else { guess_by_values(&first) };
    Ok(settings)
}

/// The names of the columns and the first rows.
pub async fn read(beginning: &Bytes, settings: &Settings) -> Result<Sample> {
    let mut rows = first_rows(beginning, settings, SHOWN).await?;
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let names = if settings.header && !rows.is_empty() { rows.remove(0) } else { Vec::new() };
    let named = |place: usize| match names.get(place).map(|name| name.trim()) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => format!("Column {}", place + 1),
    };
    Ok(Sample { names: (0..width).map(named).collect(), rows })
}

async fn first_rows(beginning: &Bytes, settings: &Settings, most: usize) -> Result<Vec<Vec<String>>> {
    let source = stream::iter([Ok(beginning.clone())]);
    let mut rows = Rows::new(source, (&settings.encoding, delimiter(settings)));
    let mut found = Vec::new();
    while found.len() < most {
        let Some(row) = rows.next().await? else { break };
        found.push(row.cells);
    }
    Ok(found)
}

/// What parts the columns.
pub fn delimiter(settings: &Settings) -> u8 {
    settings.delimiter.bytes().next().filter(u8::is_ascii).unwrap_or(b',')
}

/// By the byte order mark, else UTF-8 where it can be that, else what Windows writes.
fn encoding_of(beginning: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(beginning) {
        return encoding;
    }
    match std::str::from_utf8(beginning) {
        Ok(_) => encoding_rs::UTF_8,
        // The look may have ended within a character.
        Err(error) if error.error_len().is_none() => encoding_rs::UTF_8,
        Err(_) => encoding_rs::WINDOWS_1252,
    }
}

/// The delimiter that stands most often in the first line, outside of quotation marks.
fn delimiter_of(text: &str) -> u8 {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut is_quoted = false;
    for byte in line.bytes() {
        if byte == b'"' {
            is_quoted = !is_quoted;
        } else if let Some(place) = DELIMITERS.iter().position(|delimiter| *delimiter == byte).filter(|_| !is_quoted) {
            counts[place] += 1;
        }
    }
    // The first of equals, so that a file of one column has commas.
    let most = counts.iter().max().copied().unwrap_or(0);
    counts.iter().position(|count| *count == most).map_or(b',', |place| DELIMITERS[place])
}

/// Mailchimp and others write a file for each state, named after it.
fn status_of(file_name: &str) -> Outcome {
    let name = file_name.to_lowercase();
    if name.contains("unsubscribed") {
        Outcome::Unsubscribed
    } else if name.contains("cleaned") || name.contains("bounced") {
        Outcome::Bounced
    } else {
        Outcome::Subscribed
    }
}

/// Without names only the address is plain.
fn guess_by_values(row: &[String]) -> Vec<Column> {
    let mut has_email = false;
    let column = |cell: &String| {
        if !has_email && Address::parse(cell).is_some() {
            has_email = true;
            return Column::Email;
        }
        Column::Skip
    };
    row.iter().map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn guessed(bytes: &[u8], name: &str) -> Settings {
        guess(&Bytes::copy_from_slice(bytes), name, &[]).await.unwrap()
    }

    #[tokio::test]
    async fn the_form_of_a_file_is_found_out() {
        let german = guessed(b"E-Mail;Vorname;Gr\xf6\xdfe\na@b.org;Ada;38\n", "liste.csv").await;
        assert_eq!((german.encoding.as_str(), german.delimiter.as_str(), german.header), ("windows-1252", ";", true));
        let words: Vec<String> = german.columns.iter().map(ToString::to_string).collect();
        assert_eq!(words, ["email", "first_name", "new:Größe"]);
        let bare = guessed(b"Ada\ta@b.org\n", "cleaned_members.csv").await;
        assert_eq!((bare.delimiter.as_str(), bare.header, bare.status), ("\t", false, Outcome::Bounced));
        assert_eq!(bare.columns, [Column::Skip, Column::Email]);
        assert_eq!(guessed(b"email\na@b.org\n", "unsubscribed_segment.csv").await.status, Outcome::Unsubscribed);
        assert_eq!(guessed(b"", "x.csv").await.columns, []);
    }

    #[tokio::test]
    async fn the_first_rows_are_shown_under_their_names() {
        let bytes = Bytes::from_static(b"email,\na@b.org,1,2\n");
        let settings = guess(&bytes, "x.csv", &[]).await.unwrap();
        let sample = read(&bytes, &settings).await.unwrap();
        assert_eq!(sample.names, ["email", "Column 2", "Column 3"]);
        assert_eq!(sample.rows, [["a@b.org", "1", "2"]]);
    }
}
