//! Where a campaign stands, and the moves that lead from there.

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a campaign stands (`"CampaignStatus"` in the database).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = CampaignStatus)]
pub enum Status {
    Draft,
    Planning,
    Active,
    Paused,
    Completed,
    Cancelled,
}

impl Status {
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Planning, Self::Active, Self::Paused, Self::Completed, Self::Cancelled];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Planning => "PLANNING",
            Self::Active => "ACTIVE",
            Self::Paused => "PAUSED",
            Self::Completed => "COMPLETED",
            Self::Cancelled => "CANCELLED",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// The moves that are possible from here, each with where it leads.
    pub fn moves(self) -> impl Iterator<Item = (Move, Self)> {
        Move::ALL.into_iter().filter_map(move |step| Some((step, step.leads_from(self)?)))
    }

    /// Where this move leads; [`Error::Conflict`], naming those that are possible, when it cannot be made from here.
    pub fn after(self, step: Move) -> Result<Self> {
        step.leads_from(self).ok_or_else(|| self.refusal(&format!("it cannot {}", step.infinitive())))
    }

    /// The move that leads to this status; [`Error::Conflict`], naming those that are possible, when none does.
    pub fn way_to(self, to: Self) -> Result<Move> {
        let step = self.moves().find(|(_, leads_to)| *leads_to == to);
        step.map(|(step, _)| step).ok_or_else(|| self.refusal(&format!("it cannot become {}", to.as_str())))
    }

    fn refusal(self, what: &str) -> Error {
        let moves: Vec<String> =
            self.moves().map(|(step, to)| format!("{} ({})", step.as_str(), to.as_str())).collect();
        Error::Conflict(format!("This campaign is {}, so {what}. Possible now: {}.", self.as_str(), moves.join(", ")))
    }
}

/// A move from one status to another, named as in the API's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Plan,
    Start,
    Pause,
    Resume,
    Complete,
    /// A plan is a draft again.
    Revise,
    /// What was completed runs on; what was cancelled is a draft again.
    Reopen,
    Cancel,
}

impl Move {
    pub const ALL: [Self; 8] =
        [Self::Plan, Self::Start, Self::Pause, Self::Resume, Self::Complete, Self::Revise, Self::Reopen, Self::Cancel];

    /// The one table of legal moves.
    fn leads_from(self, status: Status) -> Option<Status> {
        use Status::{Active, Cancelled, Completed, Draft, Paused, Planning};
        match (self, status) {
            (Self::Plan, Draft) => Some(Planning),
            (Self::Start, Draft | Planning) | (Self::Resume, Paused) | (Self::Reopen, Completed) => Some(Active),
            (Self::Pause, Active) => Some(Paused),
            (Self::Complete, Active | Paused) => Some(Completed),
            (Self::Revise, Planning) | (Self::Reopen, Cancelled) => Some(Draft),
            (Self::Cancel, Draft | Planning | Active | Paused) => Some(Cancelled),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Complete => "complete",
            Self::Revise => "revise",
            Self::Reopen => "reopen",
            Self::Cancel => "cancel",
        }
    }

    /// On a button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Plan => "Plan",
            Self::Start => "Start",
            Self::Pause => "Pause",
            Self::Resume => "Resume",
            Self::Complete => "Complete",
            Self::Revise => "Back to draft",
            Self::Reopen => "Reopen",
            Self::Cancel => "Cancel",
        }
    }

    fn infinitive(self) -> &'static str {
        match self {
            Self::Plan => "be planned",
            Self::Start => "be started",
            Self::Pause => "be paused",
            Self::Resume => "be resumed",
            Self::Complete => "be completed",
            Self::Revise => "become a draft again",
            Self::Reopen => "be reopened",
            Self::Cancel => "be cancelled",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_these_moves_are_legal() {
        use Status::{Active, Cancelled, Completed, Draft, Paused, Planning};
        let legal = [
            (Draft, vec![Planning, Active, Cancelled]),
            (Planning, vec![Active, Draft, Cancelled]),
            (Active, vec![Paused, Completed, Cancelled]),
            (Paused, vec![Active, Completed, Cancelled]),
            (Completed, vec![Active]),
            (Cancelled, vec![Draft]),
        ];
        for (from, expected) in legal {
            let found: Vec<Status> = from.moves().map(|(_, to)| to).collect();
            assert_eq!(found, expected, "{from:?}");
            for to in Status::ALL {
                assert_eq!(from.way_to(to).is_ok(), expected.contains(&to), "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_refused_move_names_those_that_are_possible() {
        let Err(Error::Conflict(words)) = Status::Draft.after(Move::Complete) else { panic!("it was made") };
        assert_eq!(
            words,
            "This campaign is DRAFT, so it cannot be completed. Possible now: plan (PLANNING), start (ACTIVE), cancel (CANCELLED)."
        );
        let Err(Error::Conflict(words)) = Status::Completed.way_to(Status::Draft) else { panic!("it was made") };
        assert_eq!(words, "This campaign is COMPLETED, so it cannot become DRAFT. Possible now: reopen (ACTIVE).");
    }

    #[test]
    fn names_come_back() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
