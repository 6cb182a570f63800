//! Slots: a question that the screen has asked, and the last answer to it.

use crate::tui::questions::timing::{Basis, PaneQuestion, Ticket, Timing};

/// The question that was asked last, and the newest answer. Questions are compared by value: an equal one is not asked
/// again, and an answer to an older one is dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot<Q, A> {
    ticket: Ticket,
    question: Option<Q>,
    answer: Option<A>,
    is_settled: bool,
}

impl<Q, A> Default for Slot<Q, A> {
    fn default() -> Self {
        Self { ticket: 0, question: None, answer: None, is_settled: false }
    }
}

impl<Q: PaneQuestion, A> Slot<Q, A> {
    /// A slot of something that is opened repeatedly; `nth` counts the times. An answer that was requested at an
    /// earlier time is not taken for one of this time.
    pub fn of_opening(nth: u64) -> Self {
        Self { ticket: nth << 32, ..Self::default() }
    }

    /// The ticket and the question to ask; `None` if it was asked already, or its time has not come: see
    /// [`PaneQuestion::timing`].
    pub fn ask(&mut self, question: Q) -> Option<(Ticket, Q)> {
        match &self.question {
            Some(before) if *before == question => return None,
            Some(before) => match question.timing(before) {
                Timing::AtOnce => {}
                Timing::AfterAnswer if self.is_settled => {}
                Timing::AfterAnswer | Timing::Never => return None,
            },
            None => {}
        }
        self.ticket += 1;
        self.is_settled = false;
        self.question = Some(question.clone());
        Some((self.ticket, question))
    }

    /// Takes an answer; `false` if it was dropped because it answers an older question.
    pub fn receive(&mut self, ticket: Ticket, answer: A) -> bool {
        if ticket != self.ticket {
            return false;
        }
        self.answer = Some(answer);
        self.is_settled = true;
        true
    }

    /// Forgets question and answer.
    pub fn clear(&mut self) {
        self.ticket += 1;
        (self.question, self.answer, self.is_settled) = (None, None, false);
    }

    /// Makes the next [`Slot::ask`] ask even an equal question; the answer stays until then.
    pub fn ask_again(&mut self) {
        self.question = None;
    }

    /// The newest answer, which may be to an older question.
    pub fn answer(&self) -> Option<&A> {
        self.answer.as_ref()
    }

    /// The newest answer, mutable.
    pub fn answer_mut(&mut self) -> Option<&mut A> {
        self.answer.as_mut()
    }

    /// The answer with this ticket, to add to it; `None` if it belongs to an older question or has not begun.
    pub fn answer_to(&mut self, ticket: Ticket) -> Option<&mut A> {
        self.answer.as_mut().filter(|_| ticket == self.ticket && self.is_settled)
    }

    /// Removes the answer and returns it.
    pub fn take(&mut self) -> Option<A> {
        self.answer.take()
    }

    /// Sets the answer, whatever may still arrive.
    pub fn settle(&mut self, answer: A) {
        self.ticket += 1;
        (self.answer, self.is_settled) = (Some(answer), true);
    }

    /// The question with this ticket, to be replaced by an equal one for which its answer holds; `None` if a newer one was
    /// asked.
    pub fn question_of(&mut self, ticket: Ticket) -> Option<&mut Q> {
        self.question.as_mut().filter(|_| ticket == self.ticket)
    }

    /// The question asked last.
    pub fn question(&self) -> Option<&Q> {
        self.question.as_ref()
    }

    /// Whether the newest answer is to the newest question.
    pub fn is_settled(&self) -> bool {
        self.is_settled
    }
}

/// Any slot, as far as it is asked again.
pub trait Reasked {
    /// The source of its answers.
    fn basis(&self) -> Basis;

    /// Whether it is asked again after a failure.
    fn is_retried(&self) -> bool;

    /// See [`Slot::ask_again`].
    fn ask_again(&mut self);
}

impl<Q: PaneQuestion, A> Reasked for Slot<Q, A> {
    fn basis(&self) -> Basis {
        Q::BASIS
    }

    fn is_retried(&self) -> bool {
        Q::IS_RETRIED
    }

    fn ask_again(&mut self) {
        Self::ask_again(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl PaneQuestion for &str {
        const BASIS: Basis = Basis::Events;
    }

    impl PaneQuestion for u32 {
        const BASIS: Basis = Basis::Events;

        fn timing(&self, before: &Self) -> Timing {
            if self.is_multiple_of(10) && before.is_multiple_of(10) {
                Timing::Never
            } else {
                Timing::AfterAnswer
            }
        }
    }

    #[test]
    fn a_question_is_asked_once_and_only_its_own_answer_is_taken() {
        let mut slot: Slot<&str, i32> = Slot::default();
        assert_eq!(slot.ask("a"), Some((1, "a")));
        assert_eq!(slot.ask("a"), None);
        assert_eq!(slot.ask("b"), Some((2, "b")));
        assert!(!slot.receive(1, 10));
        assert_eq!((slot.answer(), slot.is_settled()), (None, false));
        assert!(slot.receive(2, 20));
        assert_eq!((slot.answer(), slot.is_settled()), (Some(&20), true));
        assert_eq!(slot.ask("c"), Some((3, "c")));
        assert_eq!((slot.answer(), slot.is_settled()), (Some(&20), false));
    }

    #[test]
    fn a_question_that_changes_all_the_time_waits_for_the_answer_before() {
        let mut slot: Slot<u32, u32> = Slot::default();
        assert_eq!(slot.ask(1), Some((1, 1)));
        assert_eq!([2, 3].map(|question| slot.ask(question)), [None, None]);
        assert!(slot.receive(1, 10));
        assert_eq!(slot.answer(), Some(&10));
        assert_eq!(slot.ask(4), Some((2, 4)));
        // A failed question does not block the next one.
        slot.ask_again();
        assert_eq!(slot.ask(4), Some((3, 4)));
    }

    #[test]
    fn a_question_that_differs_only_in_how_to_go_about_it_is_not_asked() {
        let mut slot: Slot<u32, u32> = Slot::default();
        assert_eq!(slot.ask(10), Some((1, 10)));
        assert!(slot.receive(1, 5));
        assert_eq!((slot.ask(20), slot.is_settled()), (None, true));
        slot.ask_again();
        assert_eq!(slot.ask(20), Some((2, 20)));
    }

    #[test]
    fn a_reopened_slot_takes_no_answer_of_the_last_time() {
        let mut slot: Slot<&str, i32> = Slot::of_opening(1);
        let (ticket, _) = slot.ask("a").unwrap();
        let mut slot: Slot<&str, i32> = Slot::of_opening(2);
        slot.ask("b");
        assert!(!slot.receive(ticket, 10));
    }

    #[test]
    fn an_answer_can_come_in_parts_until_it_is_settled_otherwise() {
        let mut slot: Slot<&str, Vec<i32>> = Slot::default();
        slot.ask("a");
        assert_eq!(slot.answer_to(1), None);
        slot.receive(1, vec![10]);
        slot.answer_to(1).unwrap().push(11);
        let answer = slot.take().unwrap();
        slot.settle(answer);
        assert_eq!(slot.answer_to(1), None);
        assert_eq!((slot.answer(), slot.is_settled()), (Some(&vec![10, 11]), true));
    }

    #[test]
    fn a_cleared_slot_takes_no_late_answer() {
        let mut slot: Slot<&str, i32> = Slot::default();
        slot.ask("a");
        slot.clear();
        assert!(!slot.receive(1, 10));
        assert_eq!(slot.ask("a"), Some((3, "a")));
    }
}
