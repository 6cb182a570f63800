//! Places in history: where a look arrives, in a log without gaps and in one with gaps.

use foldback::cancel::Cancel;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName};
use foldback::domain::moment::Moment;
use foldback::read_model::engine::location::Location;
use foldback::replay::at::At;
use foldback::replay::reconstruct::FoldFrom;
use foldback::runtime::log_worker::connection::LogConnection;
use foldback::runtime::log_worker::seeker::Seeker;
use foldback::runtime::log_worker::{LogJob, LogWorker};
use foldback::runtime::shell::outbox::Job;
use foldback::store::Direction;
use foldback::store::log::Log;
use foldback::store::sqlite::SqliteStore;
use foldback::tui::key::Key;
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::ruler::{Ruler, RulerPlace};
use foldback::tui::questions::look::{Arrival, Look, LookQuestion};
use foldback::tui::questions::place::{Along, Anchor, Place, Walk};
use foldback::tui::questions::{Answer, LogQuestion};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::bank::Bank;
use crate::gapped::GappedLog;
use crate::support::{cases, sample_store};

/// A log with all of its events.
struct Walked {
    worker: LogWorker,
    events: Vec<RecordedEvent>,
    _folder: TempDir,
}

impl Walked {
    fn of_bank(has_gaps: bool) -> Self {
        let folder = TempDir::new().unwrap();
        let store =
            SqliteStore::open_read_only(&sample_store(folder.path(), "bank"), &Aggregates::bank()).unwrap();
        let log: Box<dyn Log> =
            if has_gaps { Box::new(GappedLog::of(&store)) } else { Box::new(store.log()) };
        let reader = log.reader().unwrap();
        let events = reader.read_all(GlobalPosition::new(1), Direction::Forward, usize::MAX).unwrap();
        let location = Location::of(log.identity()).unwrap();
        let worker = LogWorker::new(LogConnection::Reading(reader), Seeker::new(&location)).unwrap();
        Self { worker, events, _folder: folder }
    }

    fn look(&mut self, at: Place) -> Look {
        match self.worker.answer(look_at(at), &Cancel::never()) {
            Some(Message::Answered(1, Answer::Look(look))) => *look,
            other => panic!("{other:?}"),
        }
    }

    fn position(&self, n_up_to: usize) -> GlobalPosition {
        n_up_to.checked_sub(1).map_or(GlobalPosition::START, |nth| self.events[nth].position)
    }

    fn moment(&self, n_up_to: usize) -> Moment {
        let clock = n_up_to.checked_sub(1).and_then(|nth| self.events[nth].clock);
        Moment { position: self.position(n_up_to), clock }
    }

    fn n_up_to(&self, place: RulerPlace) -> usize {
        self.events.partition_point(|event| match place {
            RulerPlace::Position(position) => event.position <= position,
            RulerPlace::Time(time) => event.clock.is_none_or(|clock| clock <= time),
        })
    }

    /// The number of events up to the end of a walk, by a look at every event.
    fn walk(&self, from: usize, Walk { along, by }: &Walk) -> usize {
        let further = |by: i64| {
            let there = i64::try_from(from).unwrap() + by;
            usize::try_from(there.max(0)).unwrap().min(self.events.len())
        };
        match along {
            Along::Events => further(*by),
            Along::Stream(stream) => {
                let own = (1..=self.events.len()).filter(|n| self.events[n - 1].stream == *stream);
                let mut way: Vec<usize> =
                    own.filter(|n| if *by > 0 { *n > from } else { *n < from }).collect();
                if *by < 0 {
                    way.reverse();
                }
                way.truncate(usize::try_from(by.unsigned_abs()).unwrap());
                way.last().copied().unwrap_or(from)
            }
            Along::Ruler(ruler) => {
                let column = self.n_up_to(ruler.columns_from(self.moment(from), *by));
                let nearest = further(by.signum());
                if *by < 0 { column.min(nearest) } else { column.max(nearest) }
            }
        }
    }

    fn ruler(&self, keys: &str) -> Ruler {
        let mut model: Model = Bank::open().model();
        model.head = self.moment(self.events.len());
        model.playhead = self.moment(self.events.len() / 2);
        for key in keys.chars() {
            foldback::tui::update::update(&mut model, Message::Key(Key::char(key)));
        }
        Ruler::of(&model, 100)
    }
}

fn look_at(at: Place) -> LogJob {
    let question = LookQuestion {
        at,
        head_in_sight: GlobalPosition::START,
        pinned: None,
        from: FoldFrom::Snapshot,
        n_before: 2,
        n_after: 2,
    };
    Job::Ask(1, LogQuestion::Look(question))
}

fn along(log: &Walked, which: usize, stream: &StreamName) -> Along {
    match which {
        0 => Along::Events,
        1 => Along::Stream(stream.clone()),
        nth => Along::Ruler(log.ruler(["", "t", "tt", "zz", "tz"][nth - 2])),
    }
}

proptest! {
    #![proptest_config(cases(24))]
    #[test]
    fn a_look_arrives_where_a_walk_over_all_events_ends(
        has_gaps in any::<bool>(),
        from in 0_u64..2_000,
        of in any::<prop::sample::Index>(),
        walks in prop::collection::vec((0_usize..7, prop_oneof![-30_i64..0, 1_i64..30]), 0..5),
    ) {
        let mut log = Walked::of_bank(has_gaps);
        let stream = log.events[of.index(log.events.len())].stream.clone();
        let from = RulerPlace::Position(GlobalPosition::new(from));
        let RulerPlace::Position(position) = from else { unreachable!() };
        let (mut place, mut n_up_to) = (Place::position(position), log.n_up_to(from));
        for (which, by) in walks {
            let walk = Walk { along: along(&log, which, &stream), by };
            n_up_to = log.walk(n_up_to, &walk);
            place.walks.push(walk);
        }
        let look = log.look(place);
        let moment = log.moment(n_up_to);
        prop_assert_eq!((look.playhead, look.clock), (moment.position, moment.clock));
        let rows: Vec<_> = look.events.iter().map(|row| row.position).collect();
        let all: Vec<_> = log.events.iter().map(|event| event.position).collect();
        prop_assert_eq!(rows, all[n_up_to.saturating_sub(2)..(n_up_to + 2).min(all.len())].to_vec());
    }
}

#[test]
fn a_place_that_a_person_writes_is_one_round_trip_and_says_which_time_it_was_found_by() {
    for has_gaps in [false, true] {
        let mut log = Walked::of_bank(has_gaps);
        let n = log.events.len();
        let time = log.events[n / 2].clock.unwrap();
        let up_to_time = log.n_up_to(RulerPlace::Time(time));
        for (at, n_up_to, of_time) in [
            (At::Head, n, None),
            (At::Share(0), 0, None),
            (At::Share(1_000_000), n, None),
            (At::Position(log.position(7).plus(u64::from(has_gaps))), 7, None),
            (At::Time(time), up_to_time, Some(time)),
        ] {
            let look = log.look(Place::at(at));
            assert_eq!((look.playhead, look.of_time), (log.position(n_up_to), of_time), "{at:?}");
            let back = Place { from: Anchor::At(at), walks: vec![Walk { along: Along::Events, by: -1 }] };
            let look = log.look(back);
            let before = log.position(n_up_to.saturating_sub(1));
            assert_eq!((look.playhead, look.of_time), (before, None), "{at:?}");
        }
    }
}

#[test]
fn a_look_that_takes_longer_arrives_first_and_is_then_one_at_that_position() {
    for has_gaps in [false, true] {
        let mut log = Walked::of_bank(has_gaps);
        let back = Walk { along: Along::Events, by: -3 };
        let mut job = look_at(Place { from: Anchor::At(At::Head), walks: vec![back] });
        let there = log.moment(log.events.len() - 3);
        let arrival = Answer::Arrival(Arrival { there, of_time: None });
        assert_eq!(log.worker.arrive(&mut job), Some(Message::Answered(1, arrival)));
        assert_eq!(job, look_at(Place::position(there.position)));
        assert_eq!(log.worker.arrive(&mut job), None, "it has arrived");
    }
}
