//! A file of hundreds of megabytes is read in the memory of its largest item.

// What is no test function but only serves one may fail as a test does.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{self, Read};
use std::sync::atomic::{AtomicUsize, Ordering};

use importers::wordpress::{MAX_BODY_BYTES, Record, WxrReader};

/// Counts what is allocated now and what was at most.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Makes an export as it is read: a beginning, then one part again and again.
struct Endless {
    beginning: &'static [u8],
    part: Vec<u8>,
    at: usize,
    left: usize,
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if !self.beginning.is_empty() {
            return self.beginning.read(into);
        }
        let from = &self.part[self.at..];
        let count = from.len().min(into.len()).min(self.left);
        into[..count].copy_from_slice(&from[..count]);
        self.left -= count;
        self.at = (self.at + count) % self.part.len();
        Ok(count)
    }
}

const MEGABYTE: usize = 1024 * 1024;

/// Reads it all and gives the number of posts, the longest body and how much memory was used at most.
fn measure(beginning: &'static [u8], part: &str, megabytes: usize) -> (usize, usize, usize) {
    // A short part is repeated, so that each read gives as much as a file would.
    let part = part.repeat(MEGABYTE / 16 / part.len() + 1).into_bytes();
    let stream = Endless { beginning, part, at: 0, left: megabytes * MEGABYTE };
    let before = NOW.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let (mut posts, mut longest) = (0, 0);
    for record in WxrReader::new(stream).unwrap() {
        if let Record::Post(post) = record.unwrap() {
            posts += 1;
            longest = longest.max(post.body.html.len());
        }
    }
    (posts, longest, PEAK.load(Ordering::Relaxed) - before)
}

// One test, because the count is of the whole process.
#[test]
fn memory_is_bounded_by_the_largest_item() {
    let item = |kind: &str, lines: usize| {
        let body = "<p>Some words in a paragraph.</p>\n\n".repeat(lines);
        format!(
            "<item><wp:post_id>1</wp:post_id><wp:post_type>{kind}</wp:post_type><content:encoded><![CDATA[{body}]]></content:encoded></item>\n"
        )
    };
    let (posts, longest, peak) = measure(b"<rss><channel>", &item("post", 3_000), 6);
    assert!(posts > 50, "{posts}");
    assert!(peak < 12 * longest + MEGABYTE, "{peak} bytes for bodies of {longest}");

    // Revisions are read and not cleaned, which takes long in a build without optimisation.
    let (_, _, peak) = measure(b"<rss><channel>", &item("revision", 30_000), 300);
    assert!(peak < 6 * MEGABYTE, "{peak} bytes for items of one megabyte");

    for (beginning, part) in [
        // One body, text or attribute without end.
        (&b"<rss><channel><item><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type><content:encoded><![CDATA["[..], "word word word "),
        (&b"<rss><channel><item><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type><content:encoded>"[..], "word <b>word</b> "),
        (&b"<rss><channel><item><category nicename=\""[..], "word "),
        // Comments and custom fields without end.
        (&b"<rss><channel><item>"[..], "<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_content>word word word word word word word word</wp:comment_content></wp:comment>"),
        (&b"<rss><channel><item>"[..], "<wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key><wp:meta_value>word word word word word word word</wp:meta_value></wp:postmeta>"),
    ] {
        let (_, longest, peak) = measure(beginning, part, 20);
        assert!(longest <= MAX_BODY_BYTES + 100);
        assert!(peak < 10 * MAX_BODY_BYTES, "{peak} bytes for endless {part:?}");
    }
}
