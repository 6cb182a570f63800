//! The moments at which a question is asked: after another of its kind, and again.

/// The number of a question, which comes back with its answer.
pub type Ticket = u64;

/// A question that a newer one of its kind replaces: only the newest has to be answered.
pub trait PaneQuestion: Clone + PartialEq {
    /// The source of its answers. The question is asked again when that changes.
    const BASIS: Basis;

    /// Whether it is asked again, with the next key, after anything has failed. A person asks the others, and can ask
    /// them again.
    const IS_RETRIED: bool = true;

    /// When to ask this question, if `before`, another one of its kind, was asked last.
    fn timing(&self, before: &Self) -> Timing {
        _ = before;
        Timing::AtOnce
    }
}

/// The source of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Events as they are in the log, which never change.
    Events,
    /// States and meanings of events, which another mapping changes.
    Folds,
    /// Rows of the read model, which a rebuild changes.
    Rows,
}

/// When to ask a question that differs from the previous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// Now: an answer to the previous one would be useless.
    AtOnce,
    /// After the answer to the previous one, which is still useful. Otherwise a question that changes faster than it is
    /// answered would never be answered.
    AfterAnswer,
    /// Never: it differs only in how to compute the answer.
    Never,
}

impl Timing {
    /// [`Timing::AfterAnswer`] for a question that differs only in what the user cannot see.
    pub fn of_same(is_same_for_person: bool) -> Self {
        if is_same_for_person { Self::AfterAnswer } else { Self::AtOnce }
    }
}
