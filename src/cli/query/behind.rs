//! Why the read model is not at the head, and what is said about that.

use crate::domain::event::GlobalPosition;

/// Why the read model may be behind the head of the log when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// It was not to be projected first.
    Stale,
    /// Another process projects, by its id where that is known, and need not be at the head.
    HeldBy(Option<u32>),
}

impl Behind {
    /// The one who asked for a position is told that the read model is not that far, and what to do.
    pub fn refusal(self, checkpoint: GlobalPosition, asked: GlobalPosition) -> String {
        let (why, remedy) = self.why();
        format!(
            "the read model is projected up to {checkpoint}, and {asked} is asked for: {why}; {remedy}, or ask \
             --at {checkpoint}"
        )
    }

    /// The one who asked for the present is told how old the answer is; nothing where it is not.
    pub fn notice(self, checkpoint: GlobalPosition, head: GlobalPosition) -> Option<String> {
        let n_behind = head.since(checkpoint);
        let events = if n_behind == 1 { "event" } else { "events" };
        let (why, _) = self.why();
        (n_behind > 0)
            .then(|| format!("as of {checkpoint}, {n_behind} {events} behind the head ({head}): {why}"))
    }

    /// Why it is not further, and what can be done about it.
    fn why(self) -> (String, &'static str) {
        match self {
            Self::Stale => ("it was not projected first (--stale)".to_owned(), "ask without --stale"),
            Self::HeldBy(process) => {
                let process = process.map_or("another process".to_owned(), |id| format!("process {id}"));
                let why = format!("{process} has the projector, and has not come further");
                (why, "let it go on there, or quit it")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_names_the_positions_who_projects_and_what_to_do() {
        let at = GlobalPosition::new;
        assert_eq!(
            Behind::HeldBy(Some(42)).refusal(at(400), at(407)),
            "the read model is projected up to 400, and 407 is asked for: process 42 has the projector, and has not come \
             further; let it go on there, or quit it, or ask --at 400"
        );
        assert_eq!(
            Behind::HeldBy(None).notice(at(400), at(407)).unwrap(),
            "as of 400, 7 events behind the head (407): another process has the projector, and has not come further"
        );
        assert_eq!(
            Behind::Stale.notice(at(406), at(407)).unwrap(),
            "as of 406, 1 event behind the head (407): it was not projected first (--stale)"
        );
        assert_eq!(Behind::Stale.notice(at(407), at(407)), None);
    }
}
