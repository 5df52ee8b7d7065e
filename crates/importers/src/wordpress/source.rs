//! A window over the bytes of the file, so that a scan needs only as much memory as the piece it keeps.

use std::io::{self, Read};

use memchr::memmem;

/// How much is asked of the file at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// How a search for the end of a piece came out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// The needle was met and is consumed; what came before it is kept.
    Found,
    /// The allowance was used up before the needle came; what follows is still unread.
    Full,
    /// The file ended first.
    Ended,
}

/// The unread part of the file with a small window of it in memory.
pub(super) struct Source<R> {
    reader: R,
    window: Vec<u8>,
    start: usize,
    ended: bool,
}

impl<R: Read> Source<R> {
    /// A window at the beginning of `reader`.
    pub(super) fn new(reader: R) -> Self {
        Self { reader, window: Vec::new(), start: 0, ended: false }
    }

    /// Shows the next bytes, fewer than `count` only at the end of the file.
    pub(super) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.window.len() - self.start < count && self.fill()? {}
        let end = self.window.len().min(self.start + count);
        Ok(&self.window[self.start..end])
    }

    /// Passes over bytes that were peeked at.
    pub(super) fn skip(&mut self, count: usize) {
        self.start = self.window.len().min(self.start + count);
    }

    /// Makes `bytes` the next to be read.
    pub(super) fn push_back(&mut self, bytes: &[u8]) {
        if self.start >= bytes.len() {
            let from = self.start - bytes.len();
            self.window[from..self.start].copy_from_slice(bytes);
            self.start = from;
        } else {
            self.window.splice(..self.start, bytes.iter().copied());
            self.start = 0;
        }
    }

    /// Moves bytes into `kept` until `needle` comes or `kept` holds `allowed` bytes.
    pub(super) fn take_until(&mut self, needle: &[u8], kept: &mut Vec<u8>, allowed: usize) -> io::Result<Taken> {
        loop {
            let unread = &self.window[self.start..];
            let found = memmem::find(unread, needle);
            // The last bytes may be the beginning of a needle whose rest is not read yet.
            let sure = found.unwrap_or_else(|| unread.len().saturating_sub(needle.len() - 1));
            let room = allowed.saturating_sub(kept.len());
            if sure > room {
                kept.extend_from_slice(&unread[..room]);
                self.start += room;
                return Ok(Taken::Full);
            }
            kept.extend_from_slice(&unread[..sure]);
            self.start += sure;
            if found.is_some() {
                self.start += needle.len();
                return Ok(Taken::Found);
            }
            if !self.fill()? {
                let rest = self.window.len().min(self.start + allowed.saturating_sub(kept.len()));
                kept.extend_from_slice(&self.window[self.start..rest]);
                self.start = self.window.len();
                return Ok(Taken::Ended);
            }
        }
    }

    /// Passes over everything up to and including `needle`; false when the file ends first.
    pub(super) fn skip_until(&mut self, needle: &[u8]) -> io::Result<bool> {
        let mut passed = Vec::new();
        loop {
            passed.clear();
            match self.take_until(needle, &mut passed, CHUNK_BYTES)? {
                Taken::Found => return Ok(true),
                Taken::Ended => return Ok(false),
                Taken::Full => {}
            }
        }
    }

    /// Reads one more chunk; false at the end of the file.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.window.drain(..self.start);
        self.start = 0;
        let before = self.window.len();
        self.window.resize(before + CHUNK_BYTES, 0);
        let outcome = loop {
            match self.reader.read(&mut self.window[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome,
            }
        };
        self.window.truncate(before + *outcome.as_ref().unwrap_or(&0));
        self.ended = !matches!(outcome, Ok(read) if read > 0);
        outcome.map(|read| read > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte a time, so that every needle is split between two reads.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            into[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn a_needle_split_between_reads_is_found() {
        let mut source = Source::new(Drip(b"abc]]]>rest"));
        let mut kept = Vec::new();
        assert_eq!(source.take_until(b"]]>", &mut kept, 100).unwrap(), Taken::Found);
        assert_eq!(kept, b"abc]");
        assert_eq!(source.peek(10).unwrap(), b"rest");
    }

    #[test]
    fn an_allowance_stops_the_search_and_loses_nothing() {
        let mut source = Source::new(Drip(b"abcdef<"));
        let mut kept = Vec::new();
        assert_eq!(source.take_until(b"<", &mut kept, 4).unwrap(), Taken::Full);
        assert_eq!(kept, b"abcd");
        source.push_back(b"abcd");
        assert_eq!(source.peek(9).unwrap(), b"abcdef<");
        assert!(source.skip_until(b"<").unwrap());
        assert!(!source.skip_until(b"<").unwrap());
    }
}
