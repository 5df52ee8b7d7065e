//! Which providers there are.

/// A provider whose reports are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = EmailProviderKind)]
pub enum Kind {
    Ses,
    Mailgun,
    Postmark,
    Sendgrid,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Ses, Self::Mailgun, Self::Postmark, Self::Sendgrid];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ses => "ses",
            Self::Mailgun => "mailgun",
            Self::Postmark => "postmark",
            Self::Sendgrid => "sendgrid",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Ses => "Amazon SES",
            Self::Mailgun => "Mailgun",
            Self::Postmark => "Postmark",
            Self::Sendgrid => "SendGrid",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What to do over there, in words.
    pub fn instructions(self) -> &'static str {
        match self {
            Self::Ses => {
                "In Amazon SNS, subscribe this address (HTTPS) to the topic that your SES identity or configuration set sends \
                 bounces, complaints and deliveries to. The subscription is confirmed by itself."
            }
            Self::Mailgun => {
                "Under Sending, Webhooks, set this address for delivered messages, permanent failures, spam complaints and \
                 unsubscribes."
            }
            Self::Postmark => {
                "In the message stream, under Webhooks, add this address for delivery, bounce, spam complaint and subscription \
                 change. The user name and password are part of it."
            }
            Self::Sendgrid => {
                "Under Settings, Mail Settings, Event Webhook, add this address for delivered, bounced, dropped, spam reports \
                 and unsubscribes, with the signature switched on."
            }
        }
    }

    /// The headers by which it gives the mark of a message back with each report.
    pub fn headers(self, mark: &str) -> Vec<(&'static str, String)> {
        match self {
            Self::Ses => vec![("X-SES-MESSAGE-TAGS", format!("{}={mark}", super::MARK))],
            Self::Mailgun => vec![("X-Mailgun-Variables", format!("{{\"{}\": \"{mark}\"}}", super::MARK))],
            Self::Postmark => {
                // Without the second it would put a Message-ID of its own on each attempt.
                vec![("X-PM-Metadata-contentpilot", mark.to_owned()), ("X-PM-KeepID", "true".to_owned())]
            }
            Self::Sendgrid => {
                vec![("X-SMTPAPI", format!("{{\"unique_args\": {{\"{}\": \"{mark}\"}}}}", super::MARK))]
            }
        }
    }
}
