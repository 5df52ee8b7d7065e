//! The form below an article by which visitors comment.

/// The form with what was typed into it, and what is wrong with that.
#[derive(Clone, Debug, Default)]
pub struct CommentForm {
    /// Where it is sent.
    pub action: String,
    /// The signed moment at which it was given.
    pub stamp: String,
    /// What was typed as name.
    pub name: String,
    /// What was typed as mail address.
    pub email: String,
    /// What was typed as comment.
    pub comment: String,
    /// The comment that is answered.
    pub answered: Option<Answered>,
    /// What is wrong, by field; the empty field is the form as a whole.
    pub errors: Vec<(String, String)>,
    /// What became of the comment that was just sent.
    pub notice: Option<&'static str>,
}

/// The comment that a form answers.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Its id.
    pub id: String,
    /// Who wrote it.
    pub author_name: String,
}

impl CommentForm {
    /// The message for a field, if something is wrong with it.
    pub fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|(name, _)| name == field).map(|(_, message)| message.as_str())
    }

    /// The messages that belong to no field a visitor sees.
    pub fn about_the_form(&self) -> Vec<&str> {
        let is_seen = |name: &str| ["name", "email", "comment"].contains(&name);
        self.errors.iter().filter(|(name, _)| !is_seen(name)).map(|(_, message)| message.as_str()).collect()
    }
}
