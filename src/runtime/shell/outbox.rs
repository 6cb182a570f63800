//! The outbox: effects that wait for a worker, of each kind the newest.

use std::mem::{Discriminant, discriminant};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Instant;

use crate::tui::effect::Effect;

/// What waits for a worker, in the order in which it came.
#[derive(Debug)]
pub struct Outbox {
    receiver: Receiver<Effect>,
    waiting: Vec<Effect>,
}

/// What waiting for an effect has come to.
#[derive(Debug)]
pub enum Waited {
    /// This is to be done.
    For(Effect),
    /// Nothing came in time.
    InVain,
    /// Nobody is left who could want anything.
    ToTheEnd,
}

impl Outbox {
    /// What comes out of this channel.
    pub fn new(receiver: Receiver<Effect>) -> Self {
        Self { receiver, waiting: Vec::new() }
    }

    /// The next effect to be done; waits for one, but where there is a deadline no longer than until then.
    pub fn wait(&mut self, until: Option<Instant>) -> Waited {
        // Whether more can come shows when nothing is waiting any more.
        _ = self.take_in();
        if self.waiting.is_empty() {
            let received = match until {
                Some(until) => self.receiver.recv_timeout(until.saturating_duration_since(Instant::now())),
                None => self.receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match received {
                Ok(effect) => self.put(effect),
                Err(RecvTimeoutError::Timeout) => return Waited::InVain,
                Err(RecvTimeoutError::Disconnected) => return Waited::ToTheEnd,
            }
            _ = self.take_in();
        }
        if self.waiting.is_empty() { Waited::ToTheEnd } else { Waited::For(self.waiting.remove(0)) }
    }

    /// Whether nobody waits for the answer to a question of this kind any more: a newer one has come while it was being
    /// answered, or all who could ask are gone.
    pub fn has_newer(&mut self, kind: Discriminant<Effect>) -> bool {
        self.take_in() == Err(TryRecvError::Disconnected)
            || self.waiting.iter().any(|effect| discriminant(effect) == kind)
    }

    /// Whether anything at all waits.
    pub fn has_waiting(&mut self) -> bool {
        self.take_in() == Err(TryRecvError::Disconnected) || !self.waiting.is_empty()
    }

    /// Takes back a question that has been answered in part: it goes on when what else waits has had its turn.
    pub fn put_back(&mut self, effect: Effect) {
        self.put(effect);
    }

    /// Takes in what has come; says why there is no more.
    fn take_in(&mut self) -> Result<(), TryRecvError> {
        loop {
            let effect = self.receiver.try_recv()?;
            self.put(effect);
        }
    }

    /// A newer question takes the place of the waiting one of its kind; what is to be done is done each time.
    fn put(&mut self, effect: Effect) {
        let kind = discriminant(&effect);
        if effect.is_question() {
            self.waiting.retain(|waiting| discriminant(waiting) != kind);
        }
        self.waiting.push(effect);
    }
}

impl Iterator for Outbox {
    type Item = Effect;

    /// The next effect to be done; waits for one. `None` when nobody is left who could want anything.
    fn next(&mut self) -> Option<Effect> {
        match self.wait(None) {
            Waited::For(effect) => Some(effect),
            Waited::InVain | Waited::ToTheEnd => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn a_newer_question_takes_the_place_of_the_waiting_one_and_nothing_else_is_lost() {
        let (sender, receiver) = channel();
        let outbox = Outbox::new(receiver);
        let sent = [
            Effect::Names(1, "a".to_owned()),
            Effect::Copy("x".to_owned()),
            Effect::Names(2, "ab".to_owned()),
            Effect::Copy("y".to_owned()),
        ];
        for effect in sent.clone() {
            sender.send(effect).unwrap();
        }
        drop(sender);
        let done: Vec<Effect> = outbox.collect();
        let [_, copy_x, names, copy_y] = sent;
        assert_eq!(done, [copy_x, names, copy_y]);
    }

    #[test]
    fn a_wait_with_a_deadline_ends_there_and_any_ends_with_those_who_could_want_something() {
        let (sender, receiver) = channel();
        let mut outbox = Outbox::new(receiver);
        let past = Some(Instant::now());
        assert!(matches!(outbox.wait(past), Waited::InVain));
        sender.send(Effect::Names(1, "a".to_owned())).unwrap();
        assert!(matches!(outbox.wait(past), Waited::For(Effect::Names(1, _))));
        drop(sender);
        assert!(matches!(outbox.wait(past), Waited::ToTheEnd));
        assert!(matches!(outbox.wait(None), Waited::ToTheEnd));
    }

    #[test]
    fn a_question_under_way_learns_of_a_newer_one() {
        let (sender, receiver) = channel();
        let mut outbox = Outbox::new(receiver);
        sender.send(Effect::Names(1, "a".to_owned())).unwrap();
        let first = outbox.next().unwrap();
        assert!(!outbox.has_newer(discriminant(&first)));
        sender.send(Effect::Names(2, "b".to_owned())).unwrap();
        assert!(outbox.has_newer(discriminant(&first)));
    }
}
