//! Small steps over the XML writer that every document here shares.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

pub(crate) type Sheet = Writer<Vec<u8>>;

/// Writes a whole document. Writing into memory cannot fail, so an error would mean an empty document and is not passed on.
pub(crate) fn document(write: impl FnOnce(&mut Sheet) -> io::Result<()>) -> String {
    let mut sheet = Writer::new(Vec::new());
    let outcome =
        sheet.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None))).and_then(|()| write(&mut sheet));
    match outcome {
        Ok(()) => String::from_utf8(sheet.into_inner()).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// Writes `<name>text</name>` with the text escaped.
pub(crate) fn element(sheet: &mut Sheet, name: &str, text: &str) -> io::Result<()> {
    let clean = legal(text);
    sheet.create_element(name).write_text_content(BytesText::new(&clean))?;
    Ok(())
}

/// Drops what XML 1.0 (section 2.2) allows in no document, escaped or not: most control characters and two non-characters.
pub(crate) fn legal(text: &str) -> String {
    text.chars()
        .filter(|character| match character {
            '\t' | '\n' | '\r' => true,
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => false,
            _ => true,
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use quick_xml::Reader;

    /// Whether a strict reader gets to the end, every entity is known and no forbidden character is left.
    pub(crate) fn well_formed(xml: &str) -> bool {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = true;
        let mut depth = 0_i32;
        loop {
            match reader.read_event() {
                Ok(Event::Start(start)) => {
                    depth += 1;
                    if start.attributes().any(|attribute| attribute.is_err()) {
                        return false;
                    }
                }
                Ok(Event::End(_)) => depth -= 1,
                Ok(Event::GeneralRef(reference)) => {
                    let known = ["amp", "lt", "gt", "quot", "apos"];
                    if !known.iter().any(|name| **name == *reference) && !reference.is_char_ref() {
                        return false;
                    }
                }
                Ok(Event::Eof) => return depth == 0 && !xml.is_empty() && legal(xml) == xml,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }

    #[test]
    fn forbidden_characters_are_dropped_and_the_rest_is_escaped() {
        let xml = document(|sheet| element(sheet, "t", "a\u{0}b\u{b}\u{ffff} <&> \"']]>\u{1f600}"));
        assert!(well_formed(&xml), "{xml}");
        assert!(xml.contains("<t>ab &lt;&amp;&gt; "), "{xml}");
    }
}
