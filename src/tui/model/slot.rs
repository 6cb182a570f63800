//! Slots: a question that the screen has asked, and the last answer to it.

/// The question that was asked last, and the newest answer. Questions are compared by value: an equal one is not asked
/// again, and an answer to an older one is dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot<Q, A> {
    ticket: u64,
    question: Option<Q>,
    answer: Option<A>,
    is_settled: bool,
}

impl<Q, A> Default for Slot<Q, A> {
    fn default() -> Self {
        Self { ticket: 0, question: None, answer: None, is_settled: false }
    }
}

impl<Q: Clone + PartialEq, A> Slot<Q, A> {
    /// A slot of something that is opened repeatedly; `nth` counts the times. An answer that was requested at an
    /// earlier time is not taken for one of this time.
    pub fn of_opening(nth: u64) -> Self {
        Self { ticket: nth << 32, ..Self::default() }
    }

    /// Requests the answer to this question. Gives the ticket to ask it with, unless it has been asked already.
    pub fn want(&mut self, question: Q) -> Option<(u64, Q)> {
        if self.question.as_ref() == Some(&question) {
            return None;
        }
        self.ticket += 1;
        self.is_settled = false;
        self.question = Some(question.clone());
        Some((self.ticket, question))
    }

    /// [`Slot::want`], unless the last question differs only in what the user cannot see, such as how to compute the
    /// answer.
    pub fn want_unless(&mut self, question: Q, is_same: impl FnOnce(&Q) -> bool) -> Option<(u64, Q)> {
        if self.question.as_ref().is_some_and(is_same) { None } else { self.want(question) }
    }

    /// [`Slot::want`], unless an answer is awaited. If the question changes faster than it is answered, each answer is
    /// used, and the newest question is asked after it.
    pub fn want_after_answer(&mut self, question: Q) -> Option<(u64, Q)> {
        let is_under_way = self.question.is_some() && !self.is_settled;
        if is_under_way { None } else { self.want(question) }
    }

    /// [`Slot::want`], unless an answer is awaited and the new question differs only in what the user cannot see (the
    /// checkpoint, say). Otherwise a busy log would make every answer stale.
    pub fn want_if_other(&mut self, question: Q, is_same: impl FnOnce(&Q) -> bool) -> Option<(u64, Q)> {
        if self.question.as_ref().is_some_and(is_same) {
            self.want_after_answer(question)
        } else {
            self.want(question)
        }
    }

    /// Takes an answer; `false` if it was dropped because it answers an older question.
    pub fn receive(&mut self, ticket: u64, answer: A) -> bool {
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

    /// Makes the next [`Slot::want`] ask even an equal question; the answer stays until then.
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
    pub fn answer_to(&mut self, ticket: u64) -> Option<&mut A> {
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

    /// The question asked last.
    pub fn question(&self) -> Option<&Q> {
        self.question.as_ref()
    }

    /// Whether the newest answer is to the newest question.
    pub fn is_settled(&self) -> bool {
        self.is_settled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_asked_once_and_only_its_own_answer_is_taken() {
        let mut slot: Slot<&str, i32> = Slot::default();
        assert_eq!(slot.want("a"), Some((1, "a")));
        assert_eq!(slot.want("a"), None);
        assert_eq!(slot.want("b"), Some((2, "b")));
        assert!(!slot.receive(1, 10));
        assert_eq!((slot.answer(), slot.is_settled()), (None, false));
        assert!(slot.receive(2, 20));
        assert_eq!((slot.answer(), slot.is_settled()), (Some(&20), true));
        assert_eq!(slot.want("c"), Some((3, "c")));
        assert_eq!((slot.answer(), slot.is_settled()), (Some(&20), false));
    }

    #[test]
    fn a_question_that_changes_all_the_time_waits_for_the_answer_before() {
        let mut slot: Slot<u32, u32> = Slot::default();
        assert_eq!(slot.want_after_answer(1), Some((1, 1)));
        assert_eq!([2, 3].map(|question| slot.want_after_answer(question)), [None, None]);
        assert!(slot.receive(1, 10));
        assert_eq!(slot.answer(), Some(&10));
        assert_eq!(slot.want_after_answer(4), Some((2, 4)));
        // A failed question does not block the next one.
        slot.ask_again();
        assert_eq!(slot.want_after_answer(4), Some((3, 4)));
    }

    #[test]
    fn what_is_opened_again_takes_no_answer_of_the_last_time() {
        let mut slot: Slot<&str, i32> = Slot::of_opening(1);
        let (ticket, _) = slot.want("a").unwrap();
        let mut slot: Slot<&str, i32> = Slot::of_opening(2);
        slot.want("b");
        assert!(!slot.receive(ticket, 10));
    }

    #[test]
    fn an_answer_can_come_in_parts_until_it_is_settled_otherwise() {
        let mut slot: Slot<&str, Vec<i32>> = Slot::default();
        slot.want("a");
        assert_eq!(slot.answer_to(1), None);
        slot.receive(1, vec![10]);
        slot.answer_to(1).unwrap().push(11);
        let answer = slot.take().unwrap();
        slot.settle(answer);
        assert_eq!(slot.answer_to(1), None);
        assert_eq!((slot.answer(), slot.is_settled()), (Some(&vec![10, 11]), true));
    }

    #[test]
    fn what_was_cleared_takes_no_late_answer() {
        let mut slot: Slot<&str, i32> = Slot::default();
        slot.want("a");
        slot.clear();
        assert!(!slot.receive(1, 10));
        assert_eq!(slot.want("a"), Some((3, "a")));
    }
}
