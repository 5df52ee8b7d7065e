use super::*;
use crate::returns::{Bounce, News};

/// A sample with this mark in it, with the line ends of the wire.
macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("samples/", $name, ".eml")).replace("MARK", "email-1_0123456789").replace('\n', "\r\n")
    };
}

fn news(mail: &str) -> Option<News> {
    read(mail.as_bytes(), None).told.map(|told| told.news)
}

#[test]
fn reports_of_well_known_servers_are_read() {
    for (name, mail, expected) in [
        ("postfix", sample!("postfix-unknown"), Some(News::Bounced(Bounce::Hard))),
        ("delayed", sample!("postfix-delayed"), None),
        ("exchange", sample!("exchange-quota"), Some(News::Bounced(Bounce::FullMailbox))),
        ("gmail", sample!("gmail-policy"), Some(News::Bounced(Bounce::Policy))),
        ("sendmail", sample!("sendmail-vague"), Some(News::Bounced(Bounce::Hard))),
        ("expired", sample!("expired"), Some(News::Bounced(Bounce::Soft))),
        ("qmail", sample!("qmail"), Some(News::Bounced(Bounce::Hard))),
        ("exim", sample!("exim-text"), Some(News::Bounced(Bounce::FullMailbox))),
        ("absence", sample!("absence"), None),
        ("complaint", sample!("complaint"), Some(News::Complained)),
        ("headers", sample!("complaint-headers"), Some(News::Complained)),
        ("not spam", sample!("not-spam"), None),
    ] {
        assert_eq!(news(&mail), expected, "{name}");
    }
}

#[test]
fn an_answer_of_a_person_is_no_bounce() {
    assert_eq!(read(sample!("answer").as_bytes(), Some("ada@receiver.example")).told, None);
    assert!(read(sample!("qmail").as_bytes(), Some("MAILER-DAEMON@list.receiver.example")).told.is_some());
}

#[test]
fn the_words_of_the_server_are_kept() {
    let told = read(sample!("postfix-unknown").as_bytes(), None).told.unwrap();
    let expected =
        "550 5.1.1 <ada@receiver.example>: Recipient address rejected: User unknown in virtual mailbox table";
    assert_eq!(told.words, expected);
    assert!(read(sample!("qmail").as_bytes(), None).told.unwrap().words.starts_with("Remote host said: 550 5.1.1"));
}

#[test]
fn the_mark_is_found_wherever_a_copy_of_our_message_is() {
    for (name, mail) in [
        ("headers", sample!("postfix-unknown")),
        ("whole", sample!("exchange-quota")),
        ("text", sample!("qmail")),
        ("complaint", sample!("complaint")),
        ("original sender", sample!("complaint-headers")),
    ] {
        let marks = read(mail.as_bytes(), None).marks;
        assert!(marks.iter().any(|mark| mark.contains("email-1_0123456789")), "{name}: {marks:?}");
    }
}

#[test]
fn a_delivered_report_and_an_unknown_kind_of_complaint_are_told_as_such() {
    let delivered = sample!("postfix-unknown").replace("Action: failed", "Action: delivered").replace("5.1.1", "2.0.0");
    assert_eq!(news(&delivered), Some(News::Delivered));
    let relayed = sample!("postfix-unknown").replace("Action: failed", "Action: relayed");
    assert_eq!(news(&relayed), None);
    let left = sample!("complaint").replace("Feedback-Type: abuse", "Feedback-Type: opt-out");
    assert_eq!(news(&left), Some(News::Unsubscribed));
    let other = sample!("complaint").replace("Feedback-Type: abuse", "Feedback-Type: something-new");
    assert_eq!(news(&other), Some(News::Complained));
}

#[test]
fn a_mail_cut_short_tells_what_came_before() {
    let mail = sample!("postfix-unknown");
    let end = mail.find("Content-Description: Undelivered").unwrap();
    assert_eq!(news(&mail[..end]), Some(News::Bounced(Bounce::Hard)));
}

#[test]
fn deeply_nested_mails_are_read_to_a_bound() {
    let mut mail = String::new();
    for _ in 0..2000 {
        mail.push_str("Content-Type: message/rfc822\r\n\r\n");
    }
    mail.push_str("Subject: x\r\n\r\nx");
    assert_eq!(news(&mail), None);
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..2000)) {
        let _ = read(&bytes, None);
    }

    #[test]
    fn any_change_of_a_report_is_read(at in 0..2500_usize, with in "\\PC{0,20}|\r\n|--|\u{0}") {
        let mut mail = sample!("postfix-unknown");
        let at = (0..=at.min(mail.len())).rev().find(|at| mail.is_char_boundary(*at)).unwrap_or(0);
        mail.insert_str(at, &with);
        let _ = read(mail.as_bytes(), None);
    }
}
