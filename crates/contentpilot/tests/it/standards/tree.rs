//! XML as a small tree, read by a strict reader: names that were not declared and entities that nobody knows end the test.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

#[derive(Debug, Default)]
pub struct Element {
    /// As `{namespace}local`; the local name alone outside of every namespace.
    pub name: String,
    pub attributes: HashMap<String, String>,
    pub children: Vec<Element>,
    pub text: String,
}

impl Element {
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Element> + use<'a> {
        let name = name.to_owned();
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The one child of this name.
    pub fn one<'a>(&'a self, name: &str) -> &'a Element {
        let found: Vec<_> = self.all(name).collect();
        assert_eq!(found.len(), 1, "{name} stands {} times in {}", found.len(), self.name);
        found[0]
    }

    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

type Spaces = Vec<HashMap<String, String>>;

pub fn parse(xml: &str) -> Element {
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"), "{}", &xml[..60.min(xml.len())]);
    let mut reader = Reader::from_str(xml);
    let (mut open, mut spaces) = (vec![Element::default()], Spaces::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => open.push(begin(&tag, &mut spaces)),
            Event::Empty(tag) => {
                let element = begin(&tag, &mut spaces);
                spaces.pop();
                open.last_mut().unwrap().children.push(element);
            }
            Event::End(_) => {
                let element = open.pop().unwrap();
                spaces.pop();
                open.last_mut().unwrap().children.push(element);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
            Event::GeneralRef(name) => {
                let raw = format!("&{};", &*name);
                open.last_mut().unwrap().text.push_str(&unescape(&raw).unwrap());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open.len(), 1);
    open.pop().unwrap().children.pop().unwrap()
}

fn begin(tag: &BytesStart<'_>, spaces: &mut Spaces) -> Element {
    let raw: Vec<(String, String)> = tag
        .attributes()
        .map(|attribute| {
            let attribute = attribute.unwrap();
            let key: &str = attribute.key.as_ref();
            (key.to_owned(), unescape(&attribute.value).unwrap().into_owned())
        })
        .collect();
    let declared = raw.iter().filter_map(|(name, value)| {
        let prefix = if name == "xmlns" { "" } else { name.strip_prefix("xmlns:")? };
        Some((prefix.to_owned(), value.clone()))
    });
    spaces.push(declared.collect());
    let name = expand(tag.name().as_ref(), spaces, true);
    let attributes = raw.iter().filter(|(name, _)| !name.starts_with("xmlns"));
    let attributes = attributes.map(|(name, value)| (expand(name, spaces, false), value.clone())).collect();
    Element { name, attributes, ..Element::default() }
}

fn expand(name: &str, spaces: &Spaces, is_element: bool) -> String {
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    let space = spaces.iter().rev().find_map(|declared| declared.get(prefix));
    match (space, prefix) {
        (Some(space), "") if is_element => format!("{{{space}}}{local}"),
        (_, "") => local.to_owned(),
        (Some(space), _) => format!("{{{space}}}{local}"),
        (None, _) => panic!("the prefix of {name} is not declared"),
    }
}
