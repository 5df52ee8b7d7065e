//! Films and sounds: how long and how large they are, told while they flow by, and what they say of people blanked out.
//!
//! A file stays as long as it was and everything in it where it was: what is taken out is overwritten, so that no table in the
//! file has to be corrected, and no more than one small piece is in memory.

mod mp4;
mod sounds;
mod walk;
mod webm;

use walk::Walk;

pub use sounds::duration as duration_of_sound;

/// What a film says of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Facts {
    /// In seconds.
    pub duration: Option<f64>,
    /// Width and height as it is shown.
    pub size: Option<(u32, u32)>,
}

impl Facts {
    /// Whole seconds, for what lasts at all at least one.
    pub fn seconds(&self) -> Option<i32> {
        let seconds = self.duration.filter(|seconds| seconds.is_finite() && (0.0..=1e8).contains(seconds))?;
        Some((seconds.round() as i32).max(i32::from(seconds > 0.0)))
    }
}

/// Looks at a file while it flows by.
pub enum Watcher {
    Mp4(Walk<mp4::Mp4>),
    Webm(Walk<webm::Webm>),
    /// Of another type.
    Nothing,
}

impl Watcher {
    /// For a file of this type. Words in sounds (title, artist) are meant for those who listen, and stay.
    pub fn new(mime: &str) -> Self {
        match mime {
            "video/mp4" | "video/quicktime" => Self::Mp4(Walk::new(mp4::Mp4::of_film())),
            "audio/mp4" => Self::Mp4(Walk::new(mp4::Mp4::of_sound())),
            "video/webm" => Self::Webm(Walk::new(webm::Webm::default())),
            _ => Self::Nothing,
        }
    }

    /// The next bytes as they are to be kept; some may be given only with those that follow.
    pub fn feed(&mut self, bytes: bytes::Bytes) -> bytes::Bytes {
        match self {
            Self::Mp4(walk) => walk.feed(&bytes).into(),
            Self::Webm(walk) => walk.feed(&bytes).into(),
            Self::Nothing => bytes,
        }
    }

    /// What is still to be kept at the end, and what was learned.
    pub fn finish(self) -> (bytes::Bytes, Facts) {
        match self {
            Self::Mp4(walk) => {
                let (rest, grammar) = walk.finish();
                (rest.into(), grammar.facts())
            }
            Self::Webm(walk) => {
                let (rest, grammar) = walk.finish();
                (rest.into(), grammar.facts())
            }
            Self::Nothing => (bytes::Bytes::new(), Facts::default()),
        }
    }
}

#[cfg(test)]
mod tests;
