//! The outbox: the jobs that wait for a worker, of questions of one kind only the newest.

use std::mem::{Discriminant, discriminant};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Instant;

use crate::tui::questions::timing::Ticket;

/// A job for a worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Job<Q, D> {
    /// A question: only the newest of its kind is answered.
    Ask(Ticket, Q),
    /// A deed: each one is carried out.
    Do(D),
}

impl<Q, D> Job<Q, D> {
    /// The kind of the question; `None` for a deed.
    pub fn kind(&self) -> Option<Discriminant<Q>> {
        match self {
            Self::Ask(_, question) => Some(discriminant(question)),
            Self::Do(_) => None,
        }
    }
}

/// The jobs that wait for a worker, in order of arrival.
#[derive(Debug)]
pub struct Outbox<Q, D> {
    receiver: Receiver<Job<Q, D>>,
    waiting: Vec<Job<Q, D>>,
}

/// The result of waiting for a job.
#[derive(Debug)]
pub enum Wait<Q, D> {
    /// This job is next.
    Job(Job<Q, D>),
    /// The deadline has passed.
    TimedOut,
    /// All senders are gone.
    Closed,
}

impl<Q, D> Outbox<Q, D> {
    /// The jobs from this channel.
    pub fn new(receiver: Receiver<Job<Q, D>>) -> Self {
        Self { receiver, waiting: Vec::new() }
    }

    /// Waits for the next job, at most until the deadline if there is one.
    pub fn wait(&mut self, until: Option<Instant>) -> Wait<Q, D> {
        // Whether all senders are gone shows when nothing is waiting any more.
        _ = self.take_in();
        if self.waiting.is_empty() {
            let received = match until {
                Some(until) => self.receiver.recv_timeout(until.saturating_duration_since(Instant::now())),
                None => self.receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match received {
                Ok(job) => self.put(job),
                Err(RecvTimeoutError::Timeout) => return Wait::TimedOut,
                Err(RecvTimeoutError::Disconnected) => return Wait::Closed,
            }
            _ = self.take_in();
        }
        if self.waiting.is_empty() { Wait::Closed } else { Wait::Job(self.waiting.remove(0)) }
    }

    /// Whether nobody waits for the answer to a question of this kind any more: a newer one has come while it was being
    /// answered, or all senders are gone.
    pub fn has_newer(&mut self, kind: Option<Discriminant<Q>>) -> bool {
        self.take_in() == Err(TryRecvError::Disconnected)
            || kind.is_some() && self.waiting.iter().any(|job| job.kind() == kind)
    }

    /// Whether anything waits.
    pub fn has_waiting(&mut self) -> bool {
        self.take_in() == Err(TryRecvError::Disconnected) || !self.waiting.is_empty()
    }

    /// Puts back a question that has been answered in part: it continues after the other waiting jobs.
    pub fn put_back(&mut self, job: Job<Q, D>) {
        self.put(job);
    }

    /// Receives new effects; returns why there are no more.
    fn take_in(&mut self) -> Result<(), TryRecvError> {
        loop {
            let job = self.receiver.try_recv()?;
            self.put(job);
        }
    }

    /// A newer question replaces the waiting one of its kind.
    fn put(&mut self, job: Job<Q, D>) {
        let kind = job.kind();
        if kind.is_some() {
            self.waiting.retain(|waiting| waiting.kind() != kind);
        }
        self.waiting.push(job);
    }
}

impl<Q, D> Iterator for Outbox<Q, D> {
    type Item = Job<Q, D>;

    /// Waits for the next job; `None` when all senders are gone.
    fn next(&mut self) -> Option<Job<Q, D>> {
        match self.wait(None) {
            Wait::Job(job) => Some(job),
            Wait::TimedOut | Wait::Closed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    /// A question of one of two kinds.
    #[derive(Clone, Debug, PartialEq)]
    enum Letter {
        Vowel(char),
        Consonant(char),
    }

    type LetterJob = Job<Letter, &'static str>;

    fn vowel(ticket: Ticket, letter: char) -> LetterJob {
        Job::Ask(ticket, Letter::Vowel(letter))
    }

    #[test]
    fn a_newer_question_takes_the_place_of_the_waiting_one_and_nothing_else_is_lost() {
        let (sender, receiver) = channel();
        let outbox = Outbox::new(receiver);
        let consonant = Job::Ask(1, Letter::Consonant('b'));
        for job in [vowel(1, 'a'), Job::Do("x"), consonant.clone(), vowel(2, 'e'), Job::Do("x")] {
            sender.send(job).unwrap();
        }
        drop(sender);
        let done: Vec<LetterJob> = outbox.collect();
        assert_eq!(done, [Job::Do("x"), consonant, vowel(2, 'e'), Job::Do("x")]);
    }

    #[test]
    fn a_wait_with_a_deadline_ends_there_and_any_ends_with_the_last_sender() {
        let (sender, receiver) = channel();
        let mut outbox: Outbox<Letter, &str> = Outbox::new(receiver);
        let past = Some(Instant::now());
        assert!(matches!(outbox.wait(past), Wait::TimedOut));
        sender.send(vowel(1, 'a')).unwrap();
        assert!(matches!(outbox.wait(past), Wait::Job(Job::Ask(1, Letter::Vowel('a')))));
        drop(sender);
        assert!(matches!(outbox.wait(past), Wait::Closed));
        assert!(matches!(outbox.wait(None), Wait::Closed));
    }

    #[test]
    fn a_question_under_way_learns_of_a_newer_one_of_its_kind() {
        let (sender, receiver) = channel();
        let mut outbox: Outbox<Letter, &str> = Outbox::new(receiver);
        sender.send(vowel(1, 'a')).unwrap();
        let first = outbox.next().unwrap();
        sender.send(Job::Ask(1, Letter::Consonant('b'))).unwrap();
        sender.send(Job::Do("x")).unwrap();
        assert!(!outbox.has_newer(first.kind()));
        sender.send(vowel(2, 'e')).unwrap();
        assert!(outbox.has_newer(first.kind()));
    }
}
