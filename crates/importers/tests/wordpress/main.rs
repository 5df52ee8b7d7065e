//! The WordPress importer's reading half, through its public door.

// What is no test function but only serves one may fail as a test does.
#![allow(clippy::expect_used)]

mod records;
mod robustness;
mod unit_test_data;

use importers::wordpress::{Attachment, Post, Record, Skipped, Summary, WxrReader};

/// A document with these elements in its channel.
fn document(channel: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- generator=\"WordPress/6.5\" -->\n<rss version=\"2.0\"><channel>\
        <title>Site</title><link>https://old.example</link><language>de-DE</language><wp:wxr_version>1.2</wp:wxr_version>\
        <wp:base_blog_url>https://old.example/blog</wp:base_blog_url>{channel}</channel></rss>"
    )
}

/// A post with this number and these elements.
fn item(number: u64, elements: &str) -> String {
    format!(
        "<item><wp:post_id>{number}</wp:post_id><wp:post_type>post</wp:post_type><wp:status>publish</wp:status>{elements}</item>"
    )
}

#[track_caller]
fn read_all(bytes: &[u8]) -> (Vec<Record>, Summary) {
    let mut reader = WxrReader::new(bytes).expect("a reader");
    let records = reader.by_ref().collect::<Result<_, _>>().expect("records");
    (records, reader.summary())
}

#[track_caller]
fn read(bytes: &[u8]) -> Vec<Record> {
    read_all(bytes).0
}

fn posts(records: Vec<Record>) -> Vec<Post> {
    records.into_iter().filter_map(|record| if let Record::Post(post) = record { Some(*post) } else { None }).collect()
}

fn attachments(records: &[Record]) -> Vec<&Attachment> {
    records
        .iter()
        .filter_map(|record| if let Record::Attachment(file) = record { Some(file.as_ref()) } else { None })
        .collect()
}

fn skipped(records: &[Record]) -> Vec<&Skipped> {
    records
        .iter()
        .filter_map(|record| if let Record::Skipped(skipped) = record { Some(skipped) } else { None })
        .collect()
}

/// The only post of a document.
#[track_caller]
fn only_post(elements: &str) -> Post {
    let mut posts = posts(read(document(&item(7, elements)).as_bytes()));
    assert_eq!(posts.len(), 1);
    posts.remove(0)
}
