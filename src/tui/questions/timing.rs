//! When a question is asked that follows another of its kind.

/// The number of a question, which comes back with its answer.
pub type Ticket = u64;

/// A question of which only the newest is worth an answer.
pub trait PaneQuestion: Clone + PartialEq {
    /// When this question is asked, where `before`, another one of its kind, was asked last.
    fn timing(&self, before: &Self) -> Timing {
        _ = before;
        Timing::AtOnce
    }
}

/// When a question is asked that differs from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// Now: an answer to the one before would be of no use.
    AtOnce,
    /// Once the one before is answered: its answer is worth showing. A question that changes faster than it is answered would
    /// otherwise never be answered.
    AfterAnswer,
    /// Never: it differs only in how to go about the answer.
    Never,
}

impl Timing {
    /// [`Timing::AfterAnswer`] for questions that are the same for a person, who cannot see in what they differ.
    pub fn of_same(is_same_for_person: bool) -> Self {
        if is_same_for_person { Self::AfterAnswer } else { Self::AtOnce }
    }
}
