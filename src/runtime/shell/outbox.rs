//! The outbox: the jobs that wait for a worker. A newer question of a kind cancels the one before.

use std::cell::RefCell;
use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::cancel::{Cancel, NewestTask};
use crate::tui::questions::timing::Ticket;

/// A job for a worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Job<Q, D> {
    /// A question: only the newest of its kind is answered.
    Ask(Ticket, Q),
    /// A deed: each one is carried out.
    Do(D),
}

/// A job on its way to a worker.
#[derive(Clone, Debug)]
pub struct SentJob<Q, D> {
    pub job: Job<Q, D>,
    /// Cancels a question once a newer one of its kind was asked, or nobody waits for answers any more. A deed is never
    /// cancelled.
    pub cancel: Cancel,
}

/// The end of an outbox at which jobs are handed in. After it is dropped, questions are cancelled and deeds still carried
/// out.
#[derive(Debug)]
pub struct JobSender<Q, D> {
    jobs: Sender<SentJob<Q, D>>,
    newest: RefCell<HashMap<Discriminant<Q>, NewestTask>>,
    n_sent: Arc<AtomicU64>,
}

/// The jobs that wait for a worker, in order of arrival.
#[derive(Debug)]
pub struct Outbox<Q, D> {
    jobs: Receiver<SentJob<Q, D>>,
    waiting: Vec<SentJob<Q, D>>,
    n_received: u64,
    n_sent: Arc<AtomicU64>,
}

/// The result of waiting for a job.
#[derive(Debug)]
pub enum Wait<Q, D> {
    /// This job is next.
    Job(SentJob<Q, D>),
    /// The deadline has passed.
    TimedOut,
    /// The sender is gone.
    Closed,
}

/// An empty outbox, and its sender. The channel between them has no limit, because the loop must not wait for a worker:
/// a worker takes in everything that was sent, and keeps the newest question of each kind.
pub fn outbox<Q, D>() -> (JobSender<Q, D>, Outbox<Q, D>) {
    let (sender, jobs) = channel();
    let n_sent = Arc::new(AtomicU64::new(0));
    let outbox = Outbox { jobs, waiting: Vec::new(), n_received: 0, n_sent: Arc::clone(&n_sent) };
    (JobSender { jobs: sender, newest: RefCell::default(), n_sent }, outbox)
}

impl<Q, D> JobSender<Q, D> {
    /// Hands in a job. A question cancels the one of its kind that was asked before.
    ///
    /// # Errors
    /// The worker has ended.
    pub fn send(&self, job: Job<Q, D>) -> Result<()> {
        let cancel = match &job {
            Job::Ask(_, question) => {
                self.newest.borrow_mut().entry(discriminant(question)).or_default().replace()
            }
            Job::Do(_) => Cancel::never(),
        };
        self.jobs.send(SentJob { job, cancel }).ok().context("a worker has ended before the screen")?;
        self.n_sent.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl<Q, D> Drop for JobSender<Q, D> {
    fn drop(&mut self) {
        self.newest.borrow().values().for_each(NewestTask::cancel);
    }
}

impl<Q, D> Outbox<Q, D> {
    /// Waits for the next job, at most until the deadline if there is one.
    pub fn wait(&mut self, until: Option<Instant>) -> Wait<Q, D> {
        loop {
            self.take_in();
            if !self.waiting.is_empty() {
                return Wait::Job(self.waiting.remove(0));
            }
            let received = match until {
                Some(until) => self.jobs.recv_timeout(until.saturating_duration_since(Instant::now())),
                None => self.jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match received {
                Ok(job) => self.put(job),
                Err(RecvTimeoutError::Timeout) => return Wait::TimedOut,
                Err(RecvTimeoutError::Disconnected) => return Wait::Closed,
            }
        }
    }

    /// A look from any thread at whether another job waits.
    pub fn alarm(&mut self) -> impl Fn() -> bool + Send + Sync + use<Q, D> {
        self.take_in();
        let (is_waiting, n_received) = (!self.waiting.is_empty(), self.n_received);
        let n_sent = Arc::clone(&self.n_sent);
        move || is_waiting || n_sent.load(Ordering::Relaxed) > n_received
    }

    /// Puts back a question that has been answered in part: it continues after the other waiting jobs.
    pub fn put_back(&mut self, job: SentJob<Q, D>) {
        self.waiting.push(job);
    }

    /// Takes in the jobs that were sent, and drops the cancelled ones.
    fn take_in(&mut self) {
        while let Ok(job) = self.jobs.try_recv() {
            self.put(job);
        }
        self.waiting.retain(|waiting| !waiting.cancel.is_cancelled());
    }

    fn put(&mut self, job: SentJob<Q, D>) {
        self.n_received += 1;
        self.waiting.push(job);
    }
}

impl<Q, D> Iterator for Outbox<Q, D> {
    type Item = Job<Q, D>;

    /// Waits for the next job; `None` when the sender is gone.
    fn next(&mut self) -> Option<Self::Item> {
        match self.wait(None) {
            Wait::Job(SentJob { job, .. }) => Some(job),
            Wait::TimedOut | Wait::Closed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn consonant(ticket: Ticket, letter: char) -> LetterJob {
        Job::Ask(ticket, Letter::Consonant(letter))
    }

    #[test]
    fn a_newer_question_takes_the_place_of_the_waiting_one_and_nothing_else_is_lost() {
        let (sender, mut outbox) = outbox();
        for job in [vowel(1, 'a'), Job::Do("x"), consonant(1, 'b'), vowel(2, 'e'), Job::Do("x")] {
            sender.send(job).unwrap();
        }
        let done: Vec<LetterJob> = outbox.by_ref().take(4).collect();
        assert_eq!(done, [Job::Do("x"), consonant(1, 'b'), vowel(2, 'e'), Job::Do("x")]);
        sender.send(consonant(2, 'c')).unwrap();
        sender.send(Job::Do("y")).unwrap();
        drop(sender);
        assert_eq!(
            outbox.collect::<Vec<_>>(),
            [Job::Do("y")],
            "nobody waits for answers, and deeds are done"
        );
    }

    #[test]
    fn a_wait_with_a_deadline_ends_there_and_any_ends_with_the_sender() {
        let (sender, mut outbox) = outbox::<Letter, &str>();
        let past = Some(Instant::now());
        assert!(matches!(outbox.wait(past), Wait::TimedOut));
        sender.send(vowel(1, 'a')).unwrap();
        assert!(matches!(outbox.wait(past), Wait::Job(SentJob { job: Job::Ask(1, Letter::Vowel('a')), .. })));
        drop(sender);
        assert!(matches!(outbox.wait(past), Wait::Closed));
        assert!(matches!(outbox.wait(None), Wait::Closed));
    }

    #[test]
    fn a_question_under_way_is_cancelled_by_a_newer_one_of_its_kind_and_by_the_end() {
        let (sender, mut outbox) = outbox::<Letter, &str>();
        let next = |outbox: &mut Outbox<Letter, &'static str>| match outbox.wait(None) {
            Wait::Job(job) => job,
            end => panic!("{end:?}"),
        };
        sender.send(vowel(1, 'a')).unwrap();
        let first = next(&mut outbox);
        let alarm = outbox.alarm();
        assert!(!alarm());
        sender.send(consonant(1, 'b')).unwrap();
        sender.send(Job::Do("x")).unwrap();
        assert!(alarm() && !first.cancel.is_cancelled());
        sender.send(vowel(2, 'e')).unwrap();
        assert!(first.cancel.is_cancelled());
        outbox.put_back(first);
        let second = next(&mut outbox);
        assert_eq!(second.job, consonant(1, 'b'));
        let third = next(&mut outbox);
        assert_eq!(third.job, Job::Do("x"));
        drop(sender);
        assert!(second.cancel.is_cancelled() && !third.cancel.is_cancelled());
        assert!(matches!(outbox.wait(None), Wait::Closed));
    }
}
