//! Read models behind the head: the reason, and the message about it.

use crate::domain::event::GlobalPosition;
use crate::read_model::rows::Failure;
use crate::read_model::rows::steering::{ProjectorStatus, process_words};
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::key_name;

/// Why the read model may be behind the head of the log when it is queried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LagReason {
    /// The caller asked not to project first.
    Stale,
    /// Another process runs the projector, with this status. It need not be at the head.
    HeldBy(ProjectorStatus),
    /// An event could not be projected.
    Failed(Failure),
}

impl LagReason {
    /// The sentence for a question about a position that the read model has not reached, with what to do.
    pub fn refusal(&self, checkpoint: GlobalPosition, asked: GlobalPosition) -> String {
        let (why, remedy) = self.why();
        format!(
            "the read model is projected up to {checkpoint}, and not yet up to {asked}: {why}; {remedy}, or use \
             --at {checkpoint}"
        )
    }

    /// The sentence that says how old an answer about the present is, `n_behind` events before the head; `None` if it is not
    /// old.
    pub fn notice(&self, checkpoint: GlobalPosition, head: GlobalPosition, n_behind: u64) -> Option<String> {
        let events = if n_behind == 1 { "event" } else { "events" };
        let (why, _) = self.why();
        (n_behind > 0)
            .then(|| format!("as of {checkpoint}, {n_behind} {events} behind the head ({head}): {why}"))
    }

    /// The sentence for rows of an older mapping.
    pub fn older_mapping(&self) -> String {
        let (why, remedy) = self.why();
        format!("the rows were projected with an older mapping: {why}; {remedy}")
    }

    /// The reason for the lag, and what can be done about it.
    fn why(&self) -> (String, String) {
        let [retry, skip, hold] = [KeyAction::Retry, KeyAction::Skip, KeyAction::Hold].map(key_name);
        match self {
            Self::Stale => {
                ("new events were not projected first (--stale)".to_owned(), "ask without --stale".to_owned())
            }
            Self::HeldBy(ProjectorStatus { process, pace, failure, .. }) => {
                let process = process_words(*process);
                match failure {
                    Some(failure) => (
                        format!("{process} runs the projector, which has stopped: {failure}"),
                        format!("try it again there ({retry}), or skip it ({skip})"),
                    ),
                    None if pace.is_held => (
                        format!("{process} holds the projector"),
                        format!("resume it there ({hold}), or quit it"),
                    ),
                    None => (
                        format!("{process} runs the projector and makes no progress"),
                        "wait for it, or quit it".to_owned(),
                    ),
                }
            }
            Self::Failed(failure) => {
                (failure.to_string(), format!("try it again or skip it in the explorer ({retry}, {skip})"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_model::rows::steering::Pace;

    #[test]
    fn the_message_names_the_positions_the_projector_and_what_to_do() {
        let at = GlobalPosition::new;
        let by = |process, pace| {
            LagReason::HeldBy(ProjectorStatus { process, pace, ..ProjectorStatus::default() })
        };
        let held = Pace { is_held: true, per_second: None };
        assert_eq!(
            by(Some(42), Pace::default()).refusal(at(400), at(407)),
            "the read model is projected up to 400, and not yet up to 407: process 42 runs the projector and makes no \
             progress; wait for it, or quit it, or use --at 400"
        );
        assert_eq!(
            by(None, held).notice(at(400), at(407), 7).unwrap(),
            "as of 400, 7 events behind the head (407): another process holds the projector"
        );
        let failure = Failure { event: None, why: "it is odd".to_owned() };
        assert_eq!(
            LagReason::Failed(failure).notice(at(400), at(407), 7).unwrap(),
            "as of 400, 7 events behind the head (407): it is odd"
        );
        assert_eq!(
            LagReason::Stale.notice(at(406), at(407), 1).unwrap(),
            "as of 406, 1 event behind the head (407): new events were not projected first (--stale)"
        );
        assert_eq!(LagReason::Stale.notice(at(407), at(407), 0), None);
        assert_eq!(
            by(Some(42), held).older_mapping(),
            "the rows were projected with an older mapping: process 42 holds the projector; resume it there (p), or quit it"
        );
    }
}
