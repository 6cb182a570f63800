//! The time to draw: after a short wait for the answer to the last key, and at most 60 frames a second.

use std::time::{Duration, Instant};

/// The shortest time between two frames: 60 per second look like movement; more would cost and show nothing.
pub const FRAME: Duration = Duration::from_millis(16);

/// How long a frame waits for its answer: with this, it still appears before the next one would.
pub const ANSWER_WAIT: Duration = Duration::from_millis(12);

/// When frames were drawn, and who waits for the next one.
#[derive(Clone, Copy, Debug)]
pub struct Frames {
    /// The time of the last frame.
    drawn: Option<Instant>,
    /// The time of the last frame for which the user waited.
    drawn_for_person: Option<Instant>,
    /// The time of the oldest change that is not drawn yet.
    news: Option<Instant>,
    /// The time of the oldest key whose result the user waits for.
    person: Option<Instant>,
}

impl Frames {
    /// Nothing has been drawn, and the user waits for the first frame.
    pub fn new(now: Instant) -> Self {
        Self { drawn: None, drawn_for_person: None, news: None, person: Some(now) }
    }

    /// Records a change, caused by the user or not.
    pub fn heard(&mut self, now: Instant, is_by_person: bool) {
        self.news.get_or_insert(now);
        if is_by_person {
            self.person.get_or_insert(now);
        }
    }

    /// When the next frame has to be drawn, if nothing else happens; `None` if there is nothing new. `is_answered` says
    /// whether what the user waits for has arrived. Changes that nobody waits for do not delay an answer that somebody
    /// waits for.
    pub fn due(&self, is_answered: bool) -> Option<Instant> {
        let news = self.news?;
        let (from, last) = match self.person {
            Some(_) if is_answered => (news, self.drawn_for_person),
            Some(person) => (person + ANSWER_WAIT, self.drawn_for_person),
            None => (news, self.drawn),
        };
        Some(last.map_or(from, |last| from.max(last + FRAME)))
    }

    /// Records that a frame was drawn. If it lacks what the user waits for, the waiting goes on.
    pub fn drew(&mut self, now: Instant, is_answered: bool) {
        if self.person.is_some() {
            self.drawn_for_person = Some(now);
        }
        self.person = self.person.filter(|_| !is_answered).map(|_| now);
        (self.drawn, self.news) = (Some(now), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An occurrence at a time, in milliseconds.
    #[derive(Clone, Copy)]
    enum Happens {
        Key,
        Answer,
        News,
    }

    /// The times of the frames in milliseconds, each with whether it had the answer.
    fn frames(happens: &[(u64, Happens)]) -> Vec<(u64, bool)> {
        let begin = Instant::now();
        let mut frames = Frames::new(begin);
        frames.drew(begin, true);
        let mut is_answered = true;
        let mut drawn = Vec::new();
        let at = |millis: u64| begin + Duration::from_millis(millis);
        for now in 0..=1_000 {
            for (_, what) in happens.iter().filter(|(when, _)| *when == now) {
                is_answered = match what {
                    Happens::Key => false,
                    Happens::Answer => true,
                    Happens::News => is_answered,
                };
                frames.heard(at(now), matches!(what, Happens::Key));
            }
            if frames.due(is_answered).is_some_and(|due| due <= at(now)) {
                frames.drew(at(now), is_answered);
                drawn.push((now, is_answered));
            }
        }
        drawn
    }

    #[test]
    fn a_frame_waits_for_its_answer_but_not_for_long() {
        use Happens::{Answer, Key, News};
        assert_eq!(frames(&[]), []);
        assert_eq!(frames(&[(100, Key), (103, Answer)]), [(103, true)]);
        assert_eq!(frames(&[(100, Key), (140, Answer)]), [(112, false), (140, true)]);
        // Changes without a key wait for their turn, and do not delay a key.
        assert_eq!(frames(&[(100, News), (105, News), (118, News)]), [(100, true), (116, true), (132, true)]);
        assert_eq!(frames(&[(100, News), (101, Key), (103, Answer)]), [(100, true), (103, true)]);
        assert_eq!(frames(&[(100, Key), (103, Answer), (104, News)]), [(103, true), (119, true)]);
    }

    #[test]
    fn under_a_flood_of_keys_frames_come_at_their_rate_whether_or_not_there_are_answers() {
        let keys = (0..1_000).map(|at| (at, Happens::Key));
        let late = frames(&keys.clone().collect::<Vec<_>>());
        assert_eq!((late.len(), late[1].0 - late[0].0), (62, 16));
        let answered: Vec<_> = keys.flat_map(|key| [key, (key.0, Happens::Answer)]).collect();
        let in_time = frames(&answered);
        assert_eq!(in_time.len(), 62);
        assert!(in_time.iter().all(|(_, is_answered)| *is_answered));
    }
}
