//! Requests: the questions of the panes, asked when they change, and their answers, taken in.

use std::sync::Arc;

use ratatui::layout::Rect;

use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::rows::AsOf;
use crate::read_model::rows::saved::CellKind;
use crate::tui::effect::Effect;
use crate::tui::layout::{Panes, event_rows, inside, layout, listing_rows};
use crate::tui::model::Model;
use crate::tui::model::focus::Selection;
use crate::tui::model::mode::Mode;
use crate::tui::model::prompt::{CommandLine, reading};
use crate::tui::model::query_form::{QueryForm, ShownForm};
use crate::tui::model::ruler::{Axis, Ruler};
use crate::tui::model::stream_list::Choice;
use crate::tui::questions::chart::ChartQuestion;
use crate::tui::questions::comparison::CompareQuestion;
use crate::tui::questions::idle::IdleQuestion;
use crate::tui::questions::inspection::InspectionQuestion;
use crate::tui::questions::listing::{Around, ListingQuestion};
use crate::tui::questions::look::{Arrival, Look, LookQuestion};
use crate::tui::questions::names::NamesQuestion;
use crate::tui::questions::not_understood::NotUnderstoodQuestion;
use crate::tui::questions::place::Place;
use crate::tui::questions::preview::PreviewQuestion;
use crate::tui::questions::saved::{SavedAnswer, SavedPart, SavedRequest, SavedRows};
use crate::tui::questions::survey::SurveyQuestion;
use crate::tui::questions::timing::Ticket;
use crate::tui::questions::{Answer, LogQuestion, Question, RowsQuestion};
use crate::tui::update::{completion, console, finding, moves, stream_list};

/// Asks for everything that the screen would show now and has not been asked for yet.
pub(super) fn ask(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(panes) = layout(model) else { return };
    ask_look(model, &panes, effects);
    ask_active_time(model, effects);
    ask_survey(model, &panes, effects);
    ask_late(model, effects);
    ask_not_understood(model, effects);
    ask_chart(model, effects);
    ask_query_view(model, &panes, effects);
    ask_overlay(model, effects);
    finding::ask_for_appended(model, effects);
}

fn to_log<Q>(asked: Option<(Ticket, Q)>, of: fn(Q) -> LogQuestion) -> Option<Effect> {
    asked.map(|(ticket, question)| Effect::Ask(ticket, Question::Log(of(question))))
}

fn to_rows<Q>(asked: Option<(Ticket, Q)>, of: fn(Q) -> RowsQuestion) -> Option<Effect> {
    asked.map(|(ticket, question)| Effect::Ask(ticket, Question::Rows(of(question))))
}

fn ask_look(model: &mut Model, panes: &Panes, effects: &mut Vec<Effect>) {
    // The window is full on either side, so that it stays full when the playhead comes near an end of the log.
    let room = event_rows(panes);
    let question = LookQuestion {
        at: model.heading.clone().unwrap_or_else(|| Place::position(model.playhead.position)),
        head_in_sight: if is_full_after(model, room) { GlobalPosition::START } else { model.head.position },
        pinned: match &model.selection {
            Selection::Pinned(name) => Some(name.clone()),
            Selection::OfPlayhead => None,
        },
        from: model.fold_from,
        n_before: room,
        n_after: room,
    };
    effects.extend(to_log(model.look.ask(question), LogQuestion::Look));
}

/// Whether the window is full after the playhead, so that a newer head brings no more rows.
fn is_full_after(model: &Model, room: usize) -> bool {
    let look = model.look.answer().filter(|look| look.playhead == model.playhead.position);
    model.look.is_settled() && model.heading.is_none() && look.is_some_and(|look| look.n_after() >= room)
}

fn ask_active_time(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.ruler.axis == Axis::ActiveTime {
        let question = IdleQuestion { head: model.head.position };
        effects.extend(to_log(model.active_time.ask(question), LogQuestion::Idle));
    }
}

fn ask_survey(model: &mut Model, panes: &Panes, effects: &mut Vec<Effect>) {
    let n_columns = panes.ruler_rows.line.width;
    let ruler = Ruler::of(model, n_columns);
    let nearest = ruler.column_of(model.playhead).unwrap_or(n_columns.saturating_sub(1));
    let head_in_sight =
        if ruler.column_of(model.head).is_some() { model.head.position } else { GlobalPosition::START };
    let stream = model.selected().cloned();
    let is_projected = model.read_side.checkpoint.position >= model.head.position;
    let question = SurveyQuestion { ruler, n_columns, stream, is_projected, head_in_sight, nearest };
    effects.extend(to_log(model.survey.ask(question), LogQuestion::Survey));
}

fn ask_late(model: &mut Model, effects: &mut Vec<Effect>) {
    let asked = model.by_time.ask(model.playhead.position, model.head.position);
    effects.extend(to_log(asked, LogQuestion::Late));
}

fn ask_not_understood(model: &mut Model, effects: &mut Vec<Effect>) {
    let question = NotUnderstoodQuestion { checkpoint: model.read_side.checkpoint.position };
    effects.extend(to_rows(model.not_understood.ask(question), RowsQuestion::NotUnderstood));
}

fn ask_chart(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(stream) = model.selected().cloned() else { return };
    let field = model.charted_field.clone();
    let question = ChartQuestion { stream, field, head: model.head.position };
    effects.extend(to_log(model.chart.ask(question), LogQuestion::Chart));
}

fn ask_query_view(model: &mut Model, panes: &Panes, effects: &mut Vec<Effect>) {
    let Some(pane) = panes.query else { return };
    if ask_picture(model, pane, effects) {
        return;
    }
    let as_of = model.query_as_of();
    // Rows as of a position before the checkpoint do not change when the checkpoint moves.
    let checkpoint = match as_of {
        AsOf::Position(position) if position < model.read_side.checkpoint.position => GlobalPosition::START,
        AsOf::Position(_) | AsOf::Checkpoint => model.read_side.checkpoint.position,
    };
    if let (ShownForm::Table(question, _, line), Some(stream)) = (model.shown_form(), model.selected()) {
        // A screenful on either side, so that there is something to show while the next window is being read.
        let height = usize::from(inside(pane).height);
        let (n_newer, n_rows) = (line.saturating_sub(height), height.saturating_mul(3));
        let part = SavedPart::Window { stream: stream.clone(), n_newer, n_rows, as_of };
        let request = SavedRequest { question: Arc::clone(question), part, checkpoint };
        effects.extend(to_rows(model.saved.ask(request), RowsQuestion::Saved));
    }
    let around = match (model.stream_list.choice, model.selected()) {
        (Some(Choice::Last), _) => Around::Last,
        (Some(Choice::First), _) | (_, None) => Around::First,
        (Some(Choice::Listed) | None, Some(name)) => Around::Stream(name.clone()),
    };
    let filter = model.stream_list.filter.clone();
    let question = ListingQuestion {
        around,
        filter,
        n_rows: listing_rows(panes),
        as_of,
        playhead: model.playhead.position,
        checkpoint,
    };
    effects.extend(to_rows(model.listing.ask(question), RowsQuestion::Listing));
    let is_list = model.query_form == QueryForm::Rows || model.selected().is_none();
    // A table shows the differences of its own stream only.
    let in_sight = |stream: &StreamName| is_list || model.selected() == Some(stream);
    let streams = model.listed_rows().iter().map(|row| row.stream.clone());
    let streams: Vec<_> = streams.filter(in_sight).collect();
    if streams.is_empty() {
        return;
    }
    let shown = model.listing.answer().map(|listing| (listing.as_of, listing.read_by.clone()));
    let (rows_at, read_by) = shown.unwrap_or_default();
    let question = CompareQuestion { playhead: model.playhead.position, rows_at, read_by, streams };
    effects.extend(to_log(model.comparison.ask(question), LogQuestion::Comparison));
}

/// Asks for the data of the query view's chart, if there is one.
fn ask_picture(model: &mut Model, pane: Rect, effects: &mut Vec<Effect>) -> bool {
    let (question, part) = match model.shown_form() {
        ShownForm::Rows | ShownForm::Table(..) => return false,
        ShownForm::Bars(question, _) => (question, SavedPart::Bars),
        ShownForm::Line(question) => {
            // Two per column: a cell of the line is two dots wide.
            let n_points = usize::from(inside(pane).width) * 2;
            (question, SavedPart::Samples { playhead: model.playhead.position, n_points })
        }
    };
    let checkpoint = model.read_side.checkpoint.position;
    let request = SavedRequest { question: Arc::clone(question), part, checkpoint };
    effects.extend(to_rows(model.saved.ask(request), RowsQuestion::Saved));
    true
}

fn ask_overlay(model: &mut Model, effects: &mut Vec<Effect>) {
    let playhead = model.playhead.position;
    match model.over_panes_mut() {
        Mode::Inspect(inspector) => {
            let question = InspectionQuestion { at: playhead };
            effects.extend(to_log(inspector.event.ask(question), LogQuestion::Inspection));
        }
        Mode::Console(_) => {
            let (as_of, reached) = (model.query_as_of(), model.query_position());
            let checkpoint = model.read_side.checkpoint.position;
            let asked = model.console.question(as_of, reached, checkpoint);
            effects.extend(asked.map(|(ticket, question)| Effect::Ask(ticket, Question::Sql(question))));
        }
        Mode::Browse
        | Mode::Copy
        | Mode::Help { .. }
        | Mode::Guide(_)
        | Mode::Command(_)
        | Mode::Find(_)
        | Mode::Filter(_) => {}
    }
    ask_for_prompt(model, effects);
}

/// Asks for what the line that is being typed needs.
fn ask_for_prompt(model: &mut Model, effects: &mut Vec<Effect>) {
    let head = model.head.position;
    let commands = &model.presentation.commands;
    match &mut model.mode {
        Mode::Command(prompt) => {
            match reading(prompt.text(), commands) {
                CommandLine::Command(Ok(command)) => {
                    let question = PreviewQuestion { command, head };
                    effects.extend(to_log(prompt.preview.ask(question), LogQuestion::Preview));
                }
                _ => prompt.preview.clear(),
            }
            if let Some(prefix) = completion::stream_prefix(prompt, commands) {
                effects.extend(to_log(prompt.names.ask(NamesQuestion { prefix }), LogQuestion::Names));
            }
        }
        Mode::Find(prompt) => {
            if let Some(prefix) = completion::stream_prefix_in_search(prompt) {
                effects.extend(to_log(prompt.names.ask(NamesQuestion { prefix }), LogQuestion::Names));
            }
        }
        Mode::Browse
        | Mode::Inspect(_)
        | Mode::Console(_)
        | Mode::Filter(_)
        | Mode::Copy
        | Mode::Help { .. }
        | Mode::Guide(_) => {}
    }
}

/// Takes an answer into the model; one to an older question is dropped.
pub(super) fn receive(model: &mut Model, ticket: Ticket, answer: Answer, effects: &mut Vec<Effect>) {
    match answer {
        Answer::Look(look) => receive_look(model, ticket, *look),
        Answer::Arrival(arrival) => arrive(model, ticket, arrival),
        Answer::Survey(survey) => drop(model.survey.receive(ticket, *survey)),
        Answer::Idle(active) => moves::take_active_time(model, ticket, &active),
        Answer::Late(n_late) => model.by_time.receive(ticket, n_late),
        Answer::Chart(chart) => drop(model.chart.receive(ticket, *chart)),
        Answer::Comparison(comparison) => drop(model.comparison.receive(ticket, comparison)),
        Answer::Listing(listing) => {
            model.seen.see_listing(&listing);
            if model.listing.receive(ticket, *listing) {
                stream_list::choose(model);
            }
        }
        Answer::Saved(answer) => receive_saved(model, ticket, *answer),
        Answer::NotUnderstood(n) => drop(model.not_understood.receive(ticket, n)),
        Answer::Preview(preview) => {
            if let Mode::Command(prompt) = &mut model.mode {
                prompt.preview.receive(ticket, preview);
            }
        }
        Answer::Names(names) => completion::names_read(model, ticket, names),
        Answer::Inspection(event) => {
            if let Mode::Inspect(inspector) = model.over_panes_mut() {
                inspector.event.receive(ticket, *event);
            }
        }
        Answer::Existence(is_there) => moves::select_named(model, ticket, is_there),
        Answer::Hits(hits) => finding::hits_came(model, ticket, *hits, effects),
        Answer::NextHit(found) => finding::found_next(model, ticket, found),
        Answer::NoSearch(why) => finding::failed(model, ticket, why),
        Answer::SqlBeginning(beginning) => console::answered(model, ticket, *beginning),
        Answer::SqlRows(rows) => console::rows_came(model, ticket, rows),
        Answer::SqlEnd(end) => console::ended(model, ticket, end),
    }
}

/// A table that is now shorter than its scroll position (it is as of an earlier position) is scrolled back to its
/// beginning.
fn receive_saved(model: &mut Model, ticket: Ticket, answer: SavedAnswer) {
    let SavedAnswer { question, shown: SavedRows::Table(table) } = &answer else {
        model.saved.receive(ticket, answer);
        return;
    };
    model.seen.see_types(table.texts(question, CellKind::EventType));
    let (n_newer, n_known) = (table.n_newer, table.n_known());
    let is_past_its_end = table.rows.is_empty() && n_newer > 0;
    let n_asked = model.saved.question().map_or(0, SavedRequest::n_rows);
    let is_whole = n_known - n_newer < n_asked;
    if !model.saved.receive(ticket, answer) {
        return;
    }
    if let QueryForm::Saved { line, .. } = &mut model.query_form {
        if is_past_its_end {
            *line = 0;
        } else if is_whole {
            *line = (*line).min(n_known.saturating_sub(1));
        }
    }
}

fn receive_look(model: &mut Model, ticket: Ticket, look: Look) {
    model.seen.see_types(look.events.iter().map(|event| event.event_type.as_str()));
    let (arrival, n_after) = (look.arrival(), look.n_after());
    if !model.look.receive(ticket, look) {
        return;
    }
    if let Some(question) = model.look.question_of(ticket)
        && n_after >= question.n_after
    {
        question.head_in_sight = GlobalPosition::START;
    }
    arrive(model, ticket, arrival);
}

/// Moves the playhead to the place that was found for the newest look.
fn arrive(model: &mut Model, ticket: Ticket, arrival: Arrival) {
    let Some(question) = model.look.question_of(ticket) else { return };
    // The answer holds for the position that was found as well, which is not asked for again.
    let asked = std::mem::replace(&mut question.at, Place::position(arrival.there.position));
    moves::arrive(model, &asked, arrival);
}
