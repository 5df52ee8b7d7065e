/// What `card.html` needs: the one card of setup, sign-in, invitation and reset.
#[derive(Clone, Debug, Default)]
pub struct Card {
    /// Heading of the card and title of the page.
    pub title: String,
    /// One or two plain sentences under the heading; nothing is shown when empty.
    pub lead: String,
    /// A message carried over from the page before.
    pub flash: Option<crate::Flash>,
}

impl Card {
    /// A card without a message.
    pub fn new(title: impl Into<String>, lead: impl Into<String>) -> Self {
        Self { title: title.into(), lead: lead.into(), flash: None }
    }

    /// The same card with a message above its form.
    #[must_use]
    pub fn flash(mut self, flash: Option<crate::Flash>) -> Self {
        self.flash = flash;
        self
    }
}
