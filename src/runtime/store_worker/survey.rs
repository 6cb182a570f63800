//! What the columns of the ruler hold.

use anyhow::Result;

use crate::domain::event::{GlobalPosition, StreamName, StreamPosition, Timestamp};
use crate::store::EventReader;
use crate::tui::effect::SurveyQuestion;
use crate::tui::model::answers::{Survey, SurveyColumn};
use crate::tui::model::ruler::RulerPlace;

/// Asks the log about the edges of each column, never about what lies between them; `None` where `goes_on` said that
/// nobody waits for it any more.
///
/// # Errors
/// The store's own.
pub(super) fn survey(
    store: &dyn EventReader,
    question: &SurveyQuestion,
    goes_on: &mut dyn FnMut() -> bool,
) -> Result<Option<Survey>> {
    let ruler = question.ruler;
    let stream = question.stream.as_ref();
    let mut columns = Vec::with_capacity(usize::from(question.n_columns));
    let mut before = edge(store, ruler.before(), stream)?;
    for column in 0..question.n_columns {
        if !goes_on() {
            return Ok(None);
        }
        let last = edge(store, ruler.last_in(column), stream)?;
        let micros = match (before.clock, last.clock) {
            (Some(from), Some(to)) => to.as_microsecond().saturating_sub(from.as_microsecond()),
            _ => 0,
        };
        columns.push(SurveyColumn {
            n_events: last.position.since(before.position),
            micros: u64::try_from(micros).unwrap_or(0),
            n_of_account: last.version.since(before.version),
        });
        before = last;
    }
    Ok(Some(Survey { columns }))
}

/// What stands at the right edge of a column.
struct Edge {
    position: GlobalPosition,
    clock: Option<Timestamp>,
    version: StreamPosition,
}

fn edge(store: &dyn EventReader, place: RulerPlace, stream: Option<&StreamName>) -> Result<Edge> {
    let position = match place {
        RulerPlace::Position(position) => position,
        RulerPlace::Time(time) => store.position_at(time)?,
    };
    let version = match stream {
        Some(stream) => store.version_at(stream, position)?,
        None => StreamPosition::START,
    };
    Ok(Edge { position, clock: store.clock_at(position)?, version })
}
