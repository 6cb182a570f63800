//! The columns of the query view, with widths that hold still while scrubbing.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::money::Currency;
use crate::domain::shape::{FieldId, FieldSpec, Shape, Weight};
use crate::read_model::rows::StreamRow;
use crate::tui::model::Model;
use crate::tui::model::focus::Pane;
use crate::tui::model::seen::SeenInLog;
use crate::tui::text::{fit, left, right, span, width};
use crate::tui::theme::{NOT_UNDERSTOOD, SELECTED_ROW, Theme};
use crate::tui::widgets::differences::{Difference, Differences, Quantity};
use crate::tui::widgets::names::{ShortNames, shortened, shortened_to_ends};
use crate::tui::widgets::pane::has_focus;

/// The fewest and the most cells of a stream's name.
const NAME_CELLS: (usize, usize) = (7, 24);

/// Subject and measure get this much before the name gets more than its least, and two thirds of the rest.
const FIELD_CELLS: usize = 24;

/// With less than this the subject is left out: a name of a few letters beside an amount of `-17,427.15 EUR`.
const FIELD_CELLS_MIN: usize = 20;

/// Cells of a measure if there is no room for a subject.
const MEASURE_CELLS: usize = 14;

/// The most cells of any other column.
const OTHER_CELLS_MAX: usize = 12;

/// The mark of the selected row, the gap after the name, and the mark after the measure.
const FRAME_CELLS: usize = 3;

/// The part of the room that a name may take beside fields of which none is the measure.
const NAME_PART: usize = 4;

/// The cells of such a field that are enough to read something, and the most.
const SHARED_CELLS: (usize, usize) = (7, 24);

/// The gap before another column, and the mark after it.
const OTHER_FRAME_CELLS: usize = 2;

/// The widths of the columns. They depend on everything shown so far instead of the visible rows, so that nothing moves
/// sideways while one scrolls through history. Subject and measure share a field: the subject on the left gets what the
/// measure of its row leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowColumns<'a> {
    name: usize,
    /// Subject and measure, with a cell between them for the mark of a differing subject.
    field: usize,
    subject: Option<&'a FieldSpec>,
    measure: Option<&'a FieldSpec>,
    /// The other columns, each with its width.
    others: Vec<(&'a FieldSpec, usize)>,
    /// The currency of all measures; `None` if each row shows its own.
    currency: Option<Currency>,
    /// Whether there is a cell for the mark of rows that leave events out: if any stream of the log needs it.
    has_flags: bool,
}

impl<'a> RowColumns<'a> {
    pub(super) fn of(model: &'a Model, has_flags: bool, room: usize) -> Self {
        let columns: &Shape = &model.presentation.first.columns;
        let columns = if columns.fields.is_empty() { model.seen.open_columns() } else { columns };
        Self::between(columns, &model.seen, has_flags, room)
    }

    fn between(shape: &'a Shape, seen: &SeenInLog, has_flags: bool, room: usize) -> Self {
        let roles = shape.roles();
        let spec = |field: FieldId| shape.spec(field);
        let other = |spec: &'a FieldSpec| {
            let cells = seen.value_cells(&spec.name).min(OTHER_CELLS_MAX).max(width(&spec.label));
            (spec, cells)
        };
        let currency = seen.only_currency();
        if roles.measure.is_none() {
            let fields = roles.subject.into_iter().chain(roles.others).filter_map(spec);
            return Self { currency, has_flags, ..Self::side_by_side(fields, seen, has_flags, room) };
        }
        let mut others: Vec<_> = roles.others.into_iter().filter_map(spec).map(other).collect();
        let free = |others: &[(&FieldSpec, usize)]| {
            let others: usize = others.iter().map(|(_, cells)| cells + OTHER_FRAME_CELLS).sum();
            room.saturating_sub(FRAME_CELLS + usize::from(has_flags) + others)
        };
        let (least, most) = NAME_CELLS;
        while others.len() > 1 && free(&others) < least + FIELD_CELLS_MIN {
            others.pop();
        }
        let shared = free(&others);
        let wanted = seen.name_cells().min(shared.saturating_sub(FIELD_CELLS_MIN));
        let share = least + shared.saturating_sub(least + FIELD_CELLS) / 3;
        let name = share.max(wanted).min(most).min(shared);
        let is_shown = |subject: &&FieldSpec| seen.value_cells(&subject.name) > 0;
        let subject = roles.subject.and_then(spec).filter(is_shown);
        let subject = subject.filter(|_| shared - name >= FIELD_CELLS_MIN);
        let measure = roles.measure.and_then(spec);
        let of_measure = if measure.is_some() { MEASURE_CELLS } else { 0 };
        let name = if subject.is_some() { name } else { shared.saturating_sub(of_measure).min(most) };
        Self { name, field: shared - name, subject, measure, others, currency, has_flags }
    }

    /// The columns of fields of which none is the measure. As many as have room stand beside the name, each with the cells
    /// that its values need, as far as there are so many.
    fn side_by_side(
        fields: impl Iterator<Item = &'a FieldSpec>,
        seen: &SeenInLog,
        has_flags: bool,
        room: usize,
    ) -> Self {
        let (least, most) = NAME_CELLS;
        let name = seen.name_cells().min(room / NAME_PART).clamp(least, most);
        let mut left = room.saturating_sub(FRAME_CELLS + usize::from(has_flags) + name);
        let wanted = |spec: &'a FieldSpec| {
            let cells = seen.value_cells(&spec.name).max(width(&spec.label)).min(SHARED_CELLS.1);
            (spec, cells)
        };
        // A part of the name says nothing new.
        let (repeating, telling): (Vec<_>, Vec<_>) =
            fields.map(wanted).partition(|(spec, _)| seen.repeats_name(&spec.name));
        let mut shown = Vec::new();
        for (spec, wanted) in telling.into_iter().chain(repeating) {
            let cells = wanted.min(SHARED_CELLS.0);
            if let Some(rest) = left.checked_sub(cells + OTHER_FRAME_CELLS) {
                shown.push((spec, cells, wanted));
                left = rest;
            }
        }
        while left > 0 && shown.iter().any(|(_, cells, wanted)| cells < wanted) {
            for (_, cells, _) in shown.iter_mut().filter(|(_, cells, wanted)| cells < wanted).take(left) {
                *cells += 1;
                left -= 1;
            }
        }
        let others = shown.into_iter().map(|(spec, cells, _)| (spec, cells)).collect();
        Self { name, field: 0, subject: None, measure: None, others, currency: None, has_flags }
    }

    /// The names of the rows, short where they are too long.
    pub(super) fn names(&self, rows: &[StreamRow]) -> ShortNames {
        let names = rows.iter().map(|row| row.stream.as_str());
        // Beside a measure a name always keeps its end.
        let names = names.filter(|_| self.measure.is_none());
        shortened_to_ends(names, self.name)
    }

    pub(super) fn heading(&self, model: &Model, theme: &Theme) -> Vec<Span<'static>> {
        let measure = match (self.measure, self.currency) {
            (Some(measure), Some(currency)) => format!("{} {currency}", measure.label),
            (Some(measure), None) => measure.label.clone().into_owned(),
            (None, _) => String::new(),
        };
        let name = left(&model.presentation.noun().singular, self.name);
        let subject = self.subject.map_or("", |subject| subject.label.as_ref());
        let measure = right(&measure, self.field.saturating_sub(width(subject)));
        let mut heading = format!(" {name} {subject}{measure}");
        for (other, cells) in &self.others {
            heading += "  ";
            let labels = self.others.iter().map(|(spec, _)| spec.label.as_ref());
            heading += &left(&shortened(labels, *cells).of(&other.label), *cells);
        }
        vec![span(heading, theme.dim)]
    }

    /// The measure of a row, without its currency if that is in the heading.
    fn measure_of(&self, row: &StreamRow) -> String {
        let Some((measure, cell)) = self.measure.and_then(|spec| Some((spec, value_of(row, spec)?))) else {
            return String::new();
        };
        let text = match self.currency {
            Some(_) => measure.written(&cell.value, cell.currency),
            None => measure.written_whole(&cell.value, cell.currency),
        };
        text.unwrap_or_else(|| EMPTY.to_owned())
    }

    pub(super) fn row(
        &self,
        model: &Model,
        row: &StreamRow,
        names: &ShortNames,
        theme: &Theme,
    ) -> Vec<Span<'static>> {
        let is_selected = model.selected() == Some(&row.stream);
        let base = match (is_selected, has_focus(model, Pane::Query)) {
            (true, true) => theme.cursor,
            (true, false) => theme.selected.patch(theme.strong),
            (false, _) => theme.text,
        };
        let is_plain = !(is_selected && has_focus(model, Pane::Query));
        let on = |style: Style| if is_plain { base.patch(style) } else { base };
        let differences = Differences::of(model, row);
        // A difference of what has no column is marked after the last one.
        let last = self.others.last().map(|(spec, _)| *spec).or(self.measure).or(self.subject);
        let mark = |spec: Option<&FieldSpec>| {
            let of_field = spec.and_then(|spec| row.columns.shape().find(&spec.name));
            let difference = match of_field {
                _ if differences.is_otherwise && spec.is_some() && spec == last => Difference::Defect,
                Some(field) => differences.of_field(field),
                None => Difference::None,
            };
            let (glyph, style) = difference.mark(theme);
            span(glyph, on(style))
        };
        let measure = fit(&self.measure_of(row), self.field);
        let room = self.field - width(&measure);
        let subject = self.subject.map_or_else(String::new, |spec| text_of(row, spec));
        let subject = fit(&subject, room.saturating_sub(1));
        let between = room.saturating_sub(width(&subject) + 1);
        let is_negative = row.measured().is_some_and(|(measure, _)| measure < 0);
        let mut spans = vec![
            span(if is_selected { SELECTED_ROW } else { " " }, theme.playhead),
            span(left(&names.of(row.stream.as_str()), self.name) + " ", base),
            span(subject, base),
        ];
        if room > 0 {
            spans.push(mark(self.subject));
        }
        spans.extend([
            span(" ".repeat(between), base),
            span(measure, if is_negative { on(theme.loss) } else { base }),
            mark(self.measure),
        ]);
        for (spec, cells) in &self.others {
            let style = match value_of(row, spec).map_or(Weight::Faint, |cell| spec.weight(&cell.value)) {
                Weight::Usual => base,
                Weight::Notable => on(theme.strong),
                Weight::Faint => on(theme.dim),
            };
            spans.extend([span(" ", base), span(left(&text_of(row, spec), *cells), style), mark(Some(spec))]);
        }
        if self.has_flags && row.n_not_understood > 0 {
            spans.push(span(NOT_UNDERSTOOD, on(theme.differs)));
        }
        spans
    }
}

/// Stands for an empty value.
const EMPTY: &str = "–";

/// The value of a row in a column; `None` if the row has no such column.
fn value_of<'a>(row: &'a StreamRow, column: &FieldSpec) -> Option<Quantity<'a>> {
    Some(Quantity::of_row(row, row.columns.shape().find(&column.name)?))
}

/// The value of a row in a column, as text; nothing if the row has no such column.
fn text_of(row: &StreamRow, column: &FieldSpec) -> String {
    let Some(cell) = value_of(row, column) else { return String::new() };
    column.written_whole(&cell.value, cell.currency).unwrap_or_else(|| EMPTY.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::account::state::{ACCOUNT_SHAPE, AccountState};
    use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
    use crate::domain::state::State;
    use crate::tui::fixture::{Bank, picture};
    use crate::tui::questions::listing::Listing;
    use crate::tui::widgets::query_view::draw;

    /// The widths of account, and of owner and balance, after an account of this name and owner was shown.
    fn widths<const N: usize>(name: &str, owner: Option<&str>, rooms: [usize; N]) -> [(usize, usize); N] {
        let row = StreamRow {
            stream: StreamName::new(name).unwrap(),
            columns: State::Account(AccountState { owner: owner.map(str::to_owned), ..AccountState::NONE })
                .document(),
            version: StreamPosition::default(),
            position: GlobalPosition::START,
            n_not_understood: 0,
        };
        let mut seen = SeenInLog::default();
        seen.see_listing(&Listing { rows: vec![row], ..Listing::default() });
        rooms.map(|room| {
            let columns = RowColumns::between(&ACCOUNT_SHAPE, &seen, false, room);
            (columns.name, columns.field)
        })
    }

    #[test]
    fn accounts_get_a_third_of_spare_room() {
        assert_eq!(
            widths("acc-01", Some("Ada"), [8, 33, 38, 40, 58, 200]),
            [(0, 0), (8, 14), (7, 20), (7, 22), (12, 35), (24, 165)]
        );
    }

    #[test]
    fn names_have_the_cells_that_they_need_before_owners_and_all_of_them_where_there_is_no_owner() {
        assert_eq!(widths("acc-0712", Some("Ada"), [38, 40, 58]), [(7, 20), (8, 21), (12, 35)]);
        assert_eq!(widths("account-2146", Some("Ada"), [40]), [(9, 20)]);
        assert_eq!(widths("account-2146", None, [40, 200]), [(15, 14), (24, 165)]);
    }

    #[test]
    fn nothing_moves_sideways_while_one_goes_through_history() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "ag");
        let mut rows = Vec::new();
        for _ in 0..=10 {
            let drawn = picture(60, 12, |area, buf| draw(&model, &Theme::plain(), area, buf));
            rows.extend(drawn.lines().filter(|line| line.contains("acc-")).map(str::to_owned));
            bank.press(&mut model, ".");
        }
        let places = |of: &str| -> Vec<usize> {
            let at = |row: &String| row.find(of).map(|at| width(row.get(..at).unwrap_or("")));
            let mut places: Vec<usize> = rows.iter().filter_map(at).collect();
            places.sort_unstable();
            places.dedup();
            places
        };
        assert_eq!(rows.len(), 33);
        let [account, owner, status] = ["acc-", "Ada", "open"].map(places);
        assert_eq!((account, owner, status), (vec![2], vec![15], vec![51]), "{rows:#?}");
        assert_eq!((places(" EUR").len(), places(" JPY").len()), (1, 1), "{rows:#?}");
    }
}
