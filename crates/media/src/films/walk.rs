//! A walk through elements that hold elements, over bytes that come in pieces cut anywhere.

/// Elements nested deeper than this are passed over.
const DEEPEST: usize = 16;
/// The largest element that is read whole, in bytes.
const READ_LARGEST: u64 = 4096;

/// The head of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub name: u32,
    /// Bytes of the head itself.
    pub length: usize,
    /// Bytes of the content; none when it lasts until something else begins.
    pub content: Option<u64>,
}

/// What is made of the first bytes of an element.
pub enum Parsed {
    Head(Head),
    /// There are too few.
    More,
    /// No element begins like this.
    Broken,
}

/// What is done with an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Enter,
    Pass,
    /// Its content is read, and stays.
    Read,
    /// It becomes filling, with nothing in it.
    Blank,
}

/// How elements of a kind of file look, and what is to be done with them.
pub trait Grammar {
    fn parse(&self, bytes: &[u8]) -> Parsed;
    /// `within` names the elements around it, the outermost first.
    fn deed(&self, within: &[u32], head: Head) -> Deed;
    /// The head of filling of the same length as this head. May be shorter: what is missing is filled up with zeros.
    fn filling(&self, head: &[u8], content: u64) -> Vec<u8>;
    fn read(&mut self, within: &[u32], name: u32, content: &[u8]);
}

enum State {
    Head,
    Pass(u64),
    Blank(u64),
    Read {
        name: u32,
        left: u64,
    },
    /// The rest is passed on unseen: something there was not understood.
    Rest,
}

/// A walk under way.
pub struct Walk<G> {
    grammar: G,
    state: State,
    /// Names and ends of the elements that were entered.
    within: Vec<(u32, Option<u64>)>,
    /// How many bytes were walked over.
    at: u64,
    /// Of a head, or of an element that is read.
    gathered: Vec<u8>,
}

impl<G: Grammar> Walk<G> {
    pub fn new(grammar: G) -> Self {
        Self { grammar, state: State::Head, within: Vec::new(), at: 0, gathered: Vec::new() }
    }

    /// The next bytes as they are to be kept, without those that wait for more.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Vec<u8> {
        let mut kept = Vec::with_capacity(bytes.len() + self.gathered.len());
        while !bytes.is_empty() {
            let taken = match &mut self.state {
                State::Rest => {
                    kept.extend_from_slice(bytes);
                    bytes.len()
                }
                State::Pass(left) => {
                    let taken = part(bytes, *left);
                    kept.extend_from_slice(&bytes[..taken]);
                    *left -= taken as u64;
                    taken
                }
                State::Blank(left) => {
                    let taken = part(bytes, *left);
                    kept.resize(kept.len() + taken, 0);
                    *left -= taken as u64;
                    taken
                }
                State::Read { left, .. } => {
                    let taken = part(bytes, *left);
                    self.gathered.extend_from_slice(&bytes[..taken]);
                    *left -= taken as u64;
                    taken
                }
                State::Head => {
                    self.gathered.push(bytes[0]);
                    1
                }
            };
            self.at += taken as u64;
            bytes = &bytes[taken..];
            self.advance(&mut kept);
        }
        kept
    }

    /// What is left of the bytes, and the grammar with what it has found.
    pub fn finish(self) -> (Vec<u8>, G) {
        (self.gathered, self.grammar)
    }

    /// Goes on to the next element where the last one ended.
    fn advance(&mut self, kept: &mut Vec<u8>) {
        match self.state {
            State::Pass(0) | State::Blank(0) => self.state = State::Head,
            State::Read { name, left: 0 } => {
                let within: Vec<u32> = self.within.iter().map(|(name, _)| *name).collect();
                self.grammar.read(&within, name, &self.gathered);
                kept.append(&mut self.gathered);
                self.state = State::Head;
            }
            State::Head if !self.gathered.is_empty() => self.begin(kept),
            _ => {}
        }
        if matches!(self.state, State::Head) && self.gathered.is_empty() {
            while self.within.last().is_some_and(|(_, end)| end.is_some_and(|end| self.at >= end)) {
                self.within.pop();
            }
        }
    }

    fn begin(&mut self, kept: &mut Vec<u8>) {
        let head = match self.grammar.parse(&self.gathered) {
            Parsed::More => return,
            Parsed::Broken => {
                kept.append(&mut self.gathered);
                self.state = State::Rest;
                return;
            }
            Parsed::Head(head) => head,
        };
        let within: Vec<u32> = self.within.iter().map(|(name, _)| *name).collect();
        let deed = self.grammar.deed(&within, head);
        self.state = match (deed, head.content) {
            (Deed::Enter, content) if self.within.len() < DEEPEST => {
                self.within.push((head.name, content.map(|content| self.at + content)));
                State::Head
            }
            (Deed::Read, Some(content)) if content <= READ_LARGEST => {
                kept.append(&mut self.gathered);
                State::Read { name: head.name, left: content }
            }
            (Deed::Blank, Some(content)) => {
                let length = self.gathered.len();
                let mut filling = self.grammar.filling(&self.gathered, content);
                filling.resize(length, 0);
                self.gathered = filling;
                State::Blank(content)
            }
            (_, Some(content)) => State::Pass(content),
            (_, None) => State::Rest,
        };
        kept.append(&mut self.gathered);
        // An element without content is over at once.
        match self.state {
            State::Pass(0) | State::Blank(0) | State::Read { left: 0, .. } => self.state = State::Head,
            _ => {}
        }
    }
}

fn part(bytes: &[u8], left: u64) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len())
}
