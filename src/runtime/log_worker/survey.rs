//! The survey: what each column of the ruler holds, nearest to the playhead first.

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::event::{GlobalPosition, StreamName, StreamPosition, Timestamp};
use crate::domain::moment::Moment;
use crate::read_model::engine::snapshots::KeptSnapshots;
use crate::replay::snapshots::SNAPSHOT_SPACING_EVENTS;
use crate::runtime::log_worker::narrowed_search::NarrowedSearch;
use crate::store::EventReader;
use crate::tui::model::ruler::{Ruler, RulerPlace};
use crate::tui::questions::survey::{ColumnEvents, ColumnMarks, Survey, SurveyColumn, SurveyQuestion};

/// The most events of a stream whose positions are read, about a millisecond of work: they answer for every ruler.
/// For a busier stream the edges of the columns are searched.
const PLACES_READ_MAX: usize = 4_096;

/// Results that stay valid: the edges of the columns for one ruler, and the positions of one stream's events. It reads
/// the log at the edges of the columns, never in between.
#[derive(Debug, Default)]
pub(super) struct Surveyor {
    edges: Option<Edges>,
    of_stream: Option<StreamPlaces>,
    clocks: NarrowedSearch,
}

/// The edges of the columns of a ruler.
#[derive(Debug)]
struct Edges {
    ruler: Ruler,
    /// The head when they were read.
    head: GlobalPosition,
    /// The moment before the first column, and the one at the right edge of each.
    edges: Vec<Option<ColumnEdge>>,
}

/// The state of the log at an edge.
#[derive(Clone, Copy, Debug)]
struct ColumnEdge {
    moment: Moment,
    /// The number of events up to there.
    n_events: u64,
}

/// The positions of a stream's events.
#[derive(Debug)]
struct StreamPlaces {
    stream: StreamName,
    places: ColumnPlaces,
}

#[derive(Debug)]
enum ColumnPlaces {
    /// All of them, rising.
    All(Vec<GlobalPosition>),
    /// Those that were read.
    Some(NarrowedSearch),
}

impl Surveyor {
    /// The answer, as far as it was known at a cancel; another call continues.
    ///
    /// # Errors
    /// The store's own.
    pub(super) fn survey(
        &mut self,
        store: &dyn EventReader,
        kept: &mut KeptSnapshots,
        question: &SurveyQuestion,
        cancel: &Cancel,
    ) -> Result<Survey> {
        let SurveyQuestion { ruler, n_columns, stream, nearest, .. } = question;
        let head = store.head()?;
        let n_edges = usize::from(*n_columns) + 1;
        self.edges.take_if(|edges| edges.ruler != *ruler || edges.edges.len() != n_edges);
        self.of_stream.take_if(|of_stream| Some(&of_stream.stream) != stream.as_ref());
        let mut edges = match self.edges.take() {
            Some(known) => known.with_head(head),
            None => Edges { ruler: ruler.clone(), head, edges: vec![None; n_edges] },
        };
        let mut of_stream = match (self.of_stream.take(), stream) {
            (None, Some(stream)) => Some(StreamPlaces::of(store, stream)?),
            (mut known, _) => {
                if let Some(of_stream) = &mut known {
                    of_stream.read_on(store)?;
                }
                known
            }
        };
        let n_of_stream = match &of_stream {
            Some(of_stream) => of_stream.n_events(store, head)?,
            None => 0,
        };
        let mut columns = vec![SurveyColumn::default(); usize::from(*n_columns)];
        for column in outwards(*nearest, *n_columns) {
            if cancel.is_cancelled() {
                break;
            }
            let Some(found) = columns.get_mut(usize::from(column)) else { continue };
            let from = self.edge(store, &mut edges, column, head)?;
            let to = self.edge(store, &mut edges, column + 1, head)?;
            found.events = Some(events_between(from, to));
            if let Some(of_stream) = &mut of_stream {
                let before = of_stream.version_at(store, from.moment.position, n_of_stream)?;
                let version = of_stream.version_at(store, to.moment.position, n_of_stream)?;
                let n_events = version.saturating_sub(before);
                // A shorter stream has no snapshot.
                let has_snapshot = n_events > 0
                    && n_of_stream >= SNAPSHOT_SPACING_EVENTS
                    && kept.has_between(
                        &of_stream.stream,
                        StreamPosition::new(before),
                        StreamPosition::new(version),
                    );
                found.marks = Some(ColumnMarks { n_events, has_snapshot });
            }
        }
        (self.edges, self.of_stream) = (Some(edges), of_stream);
        Ok(Survey { ruler: ruler.clone(), stream: stream.clone(), columns })
    }

    /// The moment at an edge, read unless it is known.
    fn edge(
        &mut self,
        store: &dyn EventReader,
        known: &mut Edges,
        nth: u16,
        head: GlobalPosition,
    ) -> Result<ColumnEdge> {
        if let Some(Some(edge)) = known.edges.get(usize::from(nth)) {
            return Ok(*edge);
        }
        let place =
            nth.checked_sub(1).map_or_else(|| known.ruler.before(), |column| known.ruler.last_in(column));
        let position = match place {
            RulerPlace::Position(position) => position,
            RulerPlace::Time(time) => self.position_at(store, time, head)?,
        };
        let edge = ColumnEdge {
            moment: Moment { position, clock: store.clock_at(position)? },
            n_events: store.count(GlobalPosition::START, position)?,
        };
        if let Some(slot) = known.edges.get_mut(usize::from(nth)) {
            *slot = Some(edge);
        }
        Ok(edge)
    }

    /// Like [`EventReader::position_at`], narrowed by known clocks.
    fn position_at(
        &mut self,
        store: &dyn EventReader,
        time: Timestamp,
        head: GlobalPosition,
    ) -> Result<GlobalPosition> {
        // An event without a clock counts as earlier than all times.
        let clock = |position: u64| -> Result<i64> {
            let clock = store.clock_at(GlobalPosition::new(position))?;
            Ok(clock.map_or(i64::MIN, |clock| clock.as_microsecond()))
        };
        let found = self.clocks.last_not_after(time.as_microsecond(), head.number(), clock)?;
        Ok(GlobalPosition::new(found))
    }
}

impl Edges {
    /// Adapts to a new head: a moment at the old head may have moved along, if the newer events are no later.
    fn with_head(mut self, head: GlobalPosition) -> Self {
        if head != self.head {
            for edge in &mut self.edges {
                edge.take_if(|edge| edge.moment.position >= self.head);
            }
            self.head = head;
        }
        self
    }
}

impl StreamPlaces {
    fn of(store: &dyn EventReader, stream: &StreamName) -> Result<Self> {
        let mut of_stream = Self { stream: stream.clone(), places: ColumnPlaces::All(Vec::new()) };
        of_stream.read_on(store)?;
        Ok(of_stream)
    }

    /// Reads the positions that are not known yet; if there are too many, they are searched instead.
    fn read_on(&mut self, store: &dyn EventReader) -> Result<()> {
        let ColumnPlaces::All(known) = &mut self.places else { return Ok(()) };
        let next = StreamPosition::new(known.len() as u64 + 1);
        let limit = PLACES_READ_MAX + 1 - known.len().min(PLACES_READ_MAX);
        known.extend(store.places(&self.stream, next, limit)?);
        if known.len() > PLACES_READ_MAX {
            self.places = ColumnPlaces::Some(NarrowedSearch::default());
        }
        Ok(())
    }

    /// Number of the stream's events by now.
    fn n_events(&self, store: &dyn EventReader, head: GlobalPosition) -> Result<u64> {
        match &self.places {
            ColumnPlaces::All(known) => Ok(known.len() as u64),
            ColumnPlaces::Some(_) => Ok(store.version_at(&self.stream, head)?.number()),
        }
    }

    /// Number of its events up to a position, of `n_events` in all.
    fn version_at(&mut self, store: &dyn EventReader, at: GlobalPosition, n_events: u64) -> Result<u64> {
        let stream = &self.stream;
        match &mut self.places {
            ColumnPlaces::All(known) => Ok(known.partition_point(|position| *position <= at) as u64),
            ColumnPlaces::Some(known) => known.last_not_after(to_signed(at), n_events, |version| {
                let places = store.places(stream, StreamPosition::new(version), 1)?;
                Ok(places.first().map_or(i64::MAX, |position| to_signed(*position)))
            }),
        }
    }
}

fn to_signed(position: GlobalPosition) -> i64 {
    i64::try_from(position.number()).unwrap_or(i64::MAX)
}

fn events_between(from: ColumnEdge, to: ColumnEdge) -> ColumnEvents {
    let micros = match (from.moment.clock, to.moment.clock) {
        (Some(from), Some(to)) => to.as_microsecond().saturating_sub(from.as_microsecond()),
        _ => 0,
    };
    ColumnEvents {
        n_events: to.n_events.saturating_sub(from.n_events),
        micros: u64::try_from(micros).unwrap_or(0),
    }
}

/// All columns, in order of distance from the given one.
fn outwards(nearest: u16, n_columns: u16) -> impl Iterator<Item = u16> {
    let nearest = nearest.min(n_columns.saturating_sub(1));
    (0..n_columns).flat_map(move |distance| {
        let right = nearest.checked_add(distance).filter(|column| *column < n_columns);
        let left = nearest.checked_sub(distance).filter(|_| distance > 0);
        right.into_iter().chain(left)
    })
}

#[cfg(test)]
mod tests {
    use super::outwards;

    #[test]
    fn columns_are_taken_from_the_playhead_outwards_each_once() {
        assert_eq!(outwards(1, 5).collect::<Vec<_>>(), [1, 2, 0, 3, 4]);
        assert_eq!(outwards(9, 3).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(outwards(0, 1).collect::<Vec<_>>(), [0]);
        assert_eq!(outwards(0, 0).count(), 0);
    }
}
