//! The rows of a CSV file, one after the other, while its bytes arrive.

use bytes::Bytes;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use encoding_rs::{CoderResult, Decoder, Encoding};
use futures_util::{Stream, StreamExt};
use kernel::{Error, Result};

/// The longest row, in bytes. A longer one is a quotation mark that nothing closes.
const ROW_LONGEST: usize = 1024 * 1024;
const COLUMNS_MOST: usize = 500;
/// Bytes that are decoded at a time.
const DECODED_AT_ONCE: usize = 32 * 1024;

/// One row: its number as spreadsheets show it, counted from 1 with the names of the columns, and its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub number: i64,
    pub cells: Vec<String>,
}

/// Reads rows from bytes as they come; no more than one row and a few pieces of the file are in memory.
pub struct Rows<S> {
    source: S,
    decoder: Decoder,
    parser: Reader,
    /// Bytes that were not decoded yet.
    bytes: Bytes,
    is_source_done: bool,
    is_decoder_done: bool,
    /// Text that was not parsed yet, from `at` on.
    text: String,
    at: usize,
    output: Vec<u8>,
    ends: Vec<usize>,
    /// Rows given so far.
    given: i64,
}

impl<S: Stream<Item = Result<Bytes>> + Unpin> Rows<S> {
    /// `encoding` is a label of the WHATWG Encoding Standard; a byte order mark outweighs it.
    pub fn new(source: S, (encoding, delimiter): (&str, u8)) -> Self {
        let encoding = Encoding::for_label(encoding.as_bytes()).unwrap_or(encoding_rs::UTF_8);
        Self {
            source,
            decoder: encoding.new_decoder(),
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            bytes: Bytes::new(),
            is_source_done: false,
            is_decoder_done: false,
            text: String::new(),
            at: 0,
            output: vec![0; 4096],
            ends: vec![0; 64],
            given: 0,
        }
    }

    /// The next row; none behind the last one. Empty lines are no rows.
    pub async fn next(&mut self) -> Result<Option<Row>> {
        let (mut written, mut cells) = (0, 0);
        let number = self.given + 1;
        loop {
            if self.at == self.text.len() && !self.is_decoder_done {
                self.decode().await?;
                continue;
            }
            let input = &self.text.as_bytes()[self.at..];
            let (result, read, wrote, ended) =
                self.parser.read_record(input, &mut self.output[written..], &mut self.ends[cells..]);
            self.at += read;
            written += wrote;
            cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => grow(&mut self.output, ROW_LONGEST, number)?,
                ReadRecordResult::OutputEndsFull => grow(&mut self.ends, COLUMNS_MOST, number)?,
                ReadRecordResult::Record => {
                    self.given = number;
                    return Ok(Some(Row { number, cells: self.cells(cells) }));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn cells(&self, count: usize) -> Vec<String> {
        let mut start = 0;
        let cell = |end: &usize| {
            let cell = String::from_utf8_lossy(&self.output[start..*end]).into_owned();
            start = *end;
            cell
        };
        self.ends[..count].iter().map(cell).collect()
    }

    /// Decodes some more bytes, for which it waits.
    async fn decode(&mut self) -> Result<()> {
        while self.bytes.is_empty() && !self.is_source_done {
            match self.source.next().await {
                Some(bytes) => self.bytes = bytes?,
                None => self.is_source_done = true,
            }
        }
        let piece = self.bytes.split_to(self.bytes.len().min(DECODED_AT_ONCE));
        let is_last = self.is_source_done && self.bytes.is_empty();
        self.text.clear();
        self.at = 0;
        let room = self.decoder.max_utf8_buffer_length(piece.len()).unwrap_or(DECODED_AT_ONCE * 4);
        self.text.reserve(room);
        let (outcome, _, _) = self.decoder.decode_to_string(&piece, &mut self.text, is_last);
        if outcome == CoderResult::OutputFull {
            return Err(Error::internal("a piece of a file did not fit where it was decoded"));
        }
        self.is_decoder_done = is_last;
        Ok(())
    }
}

fn grow<T: Clone + Default>(buffer: &mut Vec<T>, most: usize, number: i64) -> Result<()> {
    if buffer.len() >= most {
        let words = format!(
            "Row {number} is longer than a row can be. Look for a quotation mark that nothing closes, or choose another character between the columns."
        );
        return Err(Error::invalid("file", "too_long", words));
    }
    let length = (buffer.len() * 2).min(most);
    buffer.resize(length, T::default());
    Ok(())
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    async fn read(pieces: &[&[u8]], how: (&str, u8)) -> Result<Vec<(i64, Vec<String>)>> {
        let pieces: Vec<Result<Bytes>> = pieces.iter().map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let mut rows = Rows::new(stream::iter(pieces), how);
        let mut found = Vec::new();
        while let Some(row) = rows.next().await? {
            found.push((row.number, row.cells));
        }
        Ok(found)
    }

    #[tokio::test]
    async fn rows_are_read_however_the_bytes_are_cut() {
        let text = "a,b\r\n\"1\n2\",ü\n\nlast,\"q\"\"q\"".as_bytes();
        let whole = read(&[text], ("utf-8", b',')).await.unwrap();
        let cells: Vec<Vec<&str>> = whole.iter().map(|(_, cells)| cells.iter().map(String::as_str).collect()).collect();
        assert_eq!(cells, [vec!["a", "b"], vec!["1\n2", "ü"], vec!["last", "q\"q"]]);
        for cut in 0..text.len() {
            let (one, two) = text.split_at(cut);
            assert_eq!(read(&[one, two], ("utf-8", b',')).await.unwrap(), whole, "{cut}");
        }
    }

    #[tokio::test]
    async fn encodings_and_delimiters_are_followed() {
        let latin = read(&[b"a;\xfc\n"], ("windows-1252", b';')).await.unwrap();
        assert_eq!(latin[0].1, ["a", "ü"]);
        let wide: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("a\tü\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(read(&[&wide], ("utf-8", b'\t')).await.unwrap()[0].1, ["a", "ü"]);
        assert!(read(&[], ("utf-8", b',')).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_quotation_that_never_ends_is_told() {
        let mut text = b"a,b\n\"".to_vec();
        text.extend(vec![b'x'; 2 * ROW_LONGEST]);
        assert!(matches!(read(&[&text], ("utf-8", b',')).await, Err(Error::Invalid(_))));
    }
}
