//! SVG drawings can hold programs and load things from elsewhere. Those with programs are refused, so that nobody wonders
//! why theirs no longer works; from the others everything is taken that is no drawing.

use kernel::{Error, Result};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::checks::damaged;

const LABEL: &str = "SVG drawing";
const NOT_DRAWN: [&str; 6] = ["script", "foreignobject", "iframe", "object", "embed", "handler"];

/// A drawing that is safe to be shown, and its size in pixels where it says one.
pub struct Drawing {
    pub bytes: Vec<u8>,
    pub size: Option<(u32, u32)>,
}

/// Checks and cleans a drawing. Takes long for a large one: not for a thread that others wait for.
pub fn clean(bytes: &[u8]) -> Result<Drawing> {
    let size = read(bytes)?;
    let mut cleaned = Vec::with_capacity(bytes.len());
    let mut filter = svg_hush::Filter::new();
    filter.set_data_url_filter(svg_hush::data_url_filter::allow_standard_images);
    filter.filter(bytes, &mut cleaned).map_err(|_| damaged(LABEL))?;
    Ok(Drawing { bytes: cleaned, size })
}

/// Refuses programs, and gives the size.
fn read(bytes: &[u8]) -> Result<Option<(u32, u32)>> {
    let mut reader = Reader::from_reader(bytes);
    reader.config_mut().check_end_names = true;
    let mut size = None;
    let mut is_first = true;
    loop {
        match reader.read_event().map_err(|_| damaged(LABEL))? {
            Event::Start(tag) | Event::Empty(tag) => {
                if is_first {
                    size = size_of(&tag).or(Some(USUAL_SIZE));
                    is_first = false;
                }
                refuse_program(&tag)?;
            }
            // A list of entities can grow to gigabytes from a few lines.
            Event::DocType(text) if text.to_ascii_uppercase().contains("<!ENTITY") => {
                return Err(program("It defines entities of its own"));
            }
            Event::PI(text) if text.to_ascii_lowercase().starts_with("php") => {
                return Err(program("It holds a program"));
            }
            Event::Eof if is_first => return Err(damaged(LABEL)),
            Event::Eof => return Ok(size),
            _ => {}
        }
    }
}

fn refuse_program(tag: &BytesStart<'_>) -> Result<()> {
    let name = tag.local_name().as_ref().to_ascii_lowercase();
    if NOT_DRAWN.contains(&name.as_str()) {
        return Err(program(&format!("It holds <{name}>")));
    }
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| damaged(LABEL))?;
        let key = attribute.key.local_name().as_ref().to_ascii_lowercase();
        if key.starts_with("on") {
            return Err(program(&format!("It holds {key}")));
        }
        let value: String = attribute.value.chars().filter(|character| !character.is_whitespace()).collect();
        if value.to_ascii_lowercase().starts_with("javascript:") {
            return Err(program("It holds a link that runs a program"));
        }
    }
    Ok(())
}

fn program(what: &str) -> Error {
    let words =
        format!("{what}, which could run in other people's browsers. Remove it from the drawing and send it again.");
    Error::invalid("file", "script", words)
}

/// What browsers take for a drawing that says no size (CSS Images 3, 5.2).
const USUAL_SIZE: (u32, u32) = (300, 150);

/// The width and height that the root says, or else those of its view box.
fn size_of(root: &BytesStart<'_>) -> Option<(u32, u32)> {
    let attribute = |name: &str| {
        let found = root.try_get_attribute(name).ok().flatten()?;
        Some(found.value.into_owned())
    };
    let pixels = |name: &str| attribute(name)?.trim().trim_end_matches("px").parse::<f64>().ok();
    let given = pixels("width").zip(pixels("height"));
    let (width, height) = given.or_else(|| {
        let text = attribute("viewBox")?;
        let numbers: Vec<f64> = text.split([' ', ',']).filter_map(|one| one.trim().parse().ok()).collect();
        (numbers.len() == 4).then(|| (numbers[2], numbers[3]))
    })?;
    let whole = |length: f64| (1.0..1e6).contains(&length).then(|| length.round() as u32);
    whole(width).zip(whole(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(inside: &str) -> String {
        let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 12\">{inside}</svg>");
        match clean(svg.as_bytes()) {
            Ok(drawing) => String::from_utf8(drawing.bytes).unwrap(),
            Err(Error::Invalid(errors)) => errors[0].code.to_owned(),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_drawing_that_says_no_size_has_the_usual_one() {
        let size = |attributes: &str| {
            clean(format!("<svg xmlns='http://www.w3.org/2000/svg' {attributes}/>").as_bytes()).unwrap().size
        };
        assert_eq!(size(""), Some((300, 150)));
        assert_eq!(size("width='100%'"), Some((300, 150)));
        assert_eq!(size("viewBox='0 0 24 12'"), Some((24, 12)));
        assert_eq!(size("width='40px' height='20'"), Some((40, 20)));
    }

    #[test]
    fn programs_are_refused() {
        for inside in [
            "<script>alert(1)</script>",
            "<g><Script href='x.js'/></g>",
            "<rect onload='alert(1)'/>",
            "<a href=' java\nscript:alert(1)'><text>x</text></a>",
            "<foreignObject><p>x</p></foreignObject>",
        ] {
            assert_eq!(verdict(inside), "script", "{inside}");
        }
        let bomb = "<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>";
        assert!(clean(bomb.as_bytes()).is_err());
        assert_eq!(verdict("<rect>"), "damaged");
    }

    #[test]
    fn drawings_keep_their_lines_and_lose_what_loads_from_elsewhere() {
        let cleaned = verdict("<path d=\"M0 0h24\"/><image href=\"https://spy.example.org/x.png\"/>");
        assert!(cleaned.contains("M0 0h24") && !cleaned.contains("spy.example.org"), "{cleaned}");
        let drawing = clean(b"<svg xmlns='http://www.w3.org/2000/svg' width='30px' height='20'/>").unwrap();
        assert_eq!(drawing.size, Some((30, 20)));
    }
}
