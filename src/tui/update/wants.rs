//! Requests: the questions that the panes need, asked when they change.

use ratatui::layout::Rect;

use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::rows::AsOf;
use crate::tui::effect::Effect;
use crate::tui::layout::{Panes, account_rows, event_rows, inside, layout};
use crate::tui::model::account_list::Choice;
use crate::tui::model::prompt::{CommandLine, reading};
use crate::tui::model::ruler::{Axis, Ruler};
use crate::tui::model::{Mode, Model, QueryForm, Selection};
use crate::tui::questions::accounts::{AccountsQuestion, Around};
use crate::tui::questions::chart::ChartQuestion;
use crate::tui::questions::comparison::CompareQuestion;
use crate::tui::questions::flows::FlowsQuestion;
use crate::tui::questions::look::LookQuestion;
use crate::tui::questions::money::MoneyQuestion;
use crate::tui::questions::statement::StatementQuestion;
use crate::tui::questions::survey::SurveyQuestion;
use crate::tui::update::{finding, typing};

/// Asks for everything that the screen would show now and has not been asked for yet.
pub(super) fn wants(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(panes) = layout(model) else { return };
    want_look(model, &panes, effects);
    want_active_time(model, effects);
    want_survey(model, &panes, effects);
    want_late(model, effects);
    want_not_understood(model, effects);
    want_chart(model, effects);
    want_query_view(model, &panes, effects);
    want_overlay(model, effects);
    finding::want_appended(model, effects);
}

fn want_look(model: &mut Model, panes: &Panes, effects: &mut Vec<Effect>) {
    // A window that is full on either side stays full when the playhead comes near an end of the log.
    let room = event_rows(panes);
    let playhead = model.playhead.position;
    let question = LookQuestion {
        playhead,
        head_in_sight: model.head.position.min(playhead.plus(room as u64)),
        pinned: match &model.selection {
            Selection::Pinned(name) => Some(name.clone()),
            Selection::OfPlayhead => None,
        },
        from: model.fold_from,
        n_before: room,
        n_after: room,
    };
    effects.extend(model.look.want(question).map(|(ticket, question)| Effect::Look(ticket, question)));
}

fn want_active_time(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.ruler.axis == Axis::ActiveTime {
        let wanted = model.active_time.want_after_answer(model.head.position);
        effects.extend(wanted.map(|(ticket, head)| Effect::FindIdle(ticket, head)));
    }
}

fn want_survey(model: &mut Model, panes: &Panes, effects: &mut Vec<Effect>) {
    let n_columns = panes.ruler_rows.line.width;
    let ruler = Ruler::of(model, n_columns);
    let nearest = ruler.column_of(model.playhead).unwrap_or(n_columns.saturating_sub(1));
    let head_in_sight =
        if ruler.column_of(model.head).is_some() { model.head.position } else { GlobalPosition::START };
    let stream = model.selected().cloned();
    let is_projected = model.read_side.checkpoint.position >= model.head.position;
    let question = SurveyQuestion { ruler, n_columns, stream, is_projected, head_in_sight, nearest };
    let with_its_nearest =
        |asked: &SurveyQuestion| SurveyQuestion { nearest: asked.nearest, ..question.clone() };
    let wanted = model.survey.want_unless(question.clone(), |asked| *asked == with_its_nearest(asked));
    effects.extend(wanted.map(|(ticket, question)| Effect::Survey(ticket, question)));
}

fn want_late(model: &mut Model, effects: &mut Vec<Effect>) {
    let wanted = model.by_time.want(model.playhead.position, model.head.position);
    effects.extend(wanted.map(|(ticket, question)| Effect::CountLate(ticket, question)));
}

fn want_not_understood(model: &mut Model, effects: &mut Vec<Effect>) {
    let wanted = model.not_understood.want_after_answer(model.read_side.checkpoint.position);
    effects.extend(wanted.map(|(ticket, checkpoint)| Effect::CountNotUnderstood(ticket, checkpoint)));
}

fn want_chart(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(stream) = model.selected().cloned() else { return };
    let question = ChartQuestion { stream, head: model.head.position };
    effects.extend(model.chart.want(question).map(|(ticket, question)| Effect::Chart(ticket, question)));
}

fn want_query_view(model: &mut Model, panes: &Panes, effects: &mut Vec<Effect>) {
    let Some(pane) = panes.query else { return };
    if want_picture(model, pane, effects) {
        return;
    }
    let as_of = model.query_as_of();
    // What is behind the checkpoint does not change when that moves.
    let checkpoint = match as_of {
        AsOf::Position(position) if position < model.read_side.checkpoint.position => GlobalPosition::START,
        AsOf::Position(_) | AsOf::Checkpoint => model.read_side.checkpoint.position,
    };
    if let (QueryForm::Statement { line }, Some(account)) = (model.query_form, model.selected().cloned()) {
        // A screenful on either side: there is something to see while the next window is being read.
        let n_rows = usize::from(inside(pane).height);
        let (n_newer, n_lines) = (line.saturating_sub(n_rows), n_rows.saturating_mul(3));
        let question = StatementQuestion { account, n_newer, n_lines, as_of, checkpoint };
        let (account, as_of) = (question.account.clone(), question.as_of);
        let is_same = |asked: &StatementQuestion| asked.account == account && asked.as_of == as_of;
        let wanted = model.statement.want_if_other(question, is_same);
        effects.extend(wanted.map(|(ticket, question)| Effect::Statement(ticket, question)));
    }
    let around = match (model.account_list.choice, model.selected()) {
        (Some(Choice::Last), _) => Around::Last,
        (Some(Choice::First), _) | (_, None) => Around::First,
        (Some(Choice::Listed) | None, Some(name)) => Around::Account(name.clone()),
    };
    let filter = model.account_list.filter.clone();
    let question = AccountsQuestion {
        around,
        filter,
        n_rows: account_rows(panes),
        as_of,
        playhead: model.playhead.position,
        checkpoint,
    };
    let asked_now = question.clone();
    let is_same = |asked: &AccountsQuestion| {
        (&asked.around, &asked.filter, asked.as_of) == (&asked_now.around, &asked_now.filter, asked_now.as_of)
    };
    let wanted = model.accounts.want_if_other(question, is_same);
    effects.extend(wanted.map(|(ticket, question)| Effect::Accounts(ticket, question)));
    let is_list = model.query_form == QueryForm::Accounts || model.selected().is_none();
    // A statement says of its own account only by how much its row differs.
    let in_sight = |account: &StreamName| is_list || model.selected() == Some(account);
    let accounts = model.account_rows().iter().map(|row| row.account.clone());
    let accounts: Vec<_> = accounts.filter(in_sight).collect();
    if accounts.is_empty() {
        return;
    }
    let shown = model.accounts.answer().map(|accounts| (accounts.as_of, accounts.read_by.clone()));
    let (rows_at, read_by) = shown.unwrap_or_default();
    let question = CompareQuestion { playhead: model.playhead.position, rows_at, read_by, accounts };
    let playhead = question.playhead;
    let wanted = model.comparison.want_if_other(question, |asked| asked.playhead == playhead);
    effects.extend(wanted.map(|(ticket, question)| Effect::Compare(ticket, question)));
}

/// What the query view's picture needs to know, if it is one. Its checkpoint may move faster than it can be drawn.
fn want_picture(model: &mut Model, pane: Rect, effects: &mut Vec<Effect>) -> bool {
    let checkpoint = model.read_side.checkpoint.position;
    let wanted = match model.query_form {
        QueryForm::Accounts | QueryForm::Statement { .. } => return false,
        QueryForm::Flows => {
            let wanted = model.flows.want_after_answer(FlowsQuestion { checkpoint });
            wanted.map(|(ticket, question)| Effect::Flows(ticket, question))
        }
        QueryForm::Money => {
            // Two for each column: a cell of the line is two dots wide.
            let n_points = usize::from(inside(pane).width) * 2;
            let playhead = model.playhead.position;
            let wanted = model.money.want_after_answer(MoneyQuestion { checkpoint, playhead, n_points });
            wanted.map(|(ticket, question)| Effect::Money(ticket, question))
        }
    };
    effects.extend(wanted);
    true
}

fn want_overlay(model: &mut Model, effects: &mut Vec<Effect>) {
    let playhead = model.playhead.position;
    match model.over_panes_mut() {
        Mode::Inspect(inspector) => {
            let wanted = inspector.event.want(playhead);
            effects.extend(wanted.map(|(ticket, at)| Effect::Inspect(ticket, at)));
        }
        Mode::Console(_) => {
            let (as_of, reached) = (model.query_as_of(), model.query_position());
            let checkpoint = model.read_side.checkpoint.position;
            let wanted = model.console.want(as_of, reached, checkpoint);
            effects.extend(wanted.map(|(ticket, question)| Effect::Ask(ticket, question)));
        }
        Mode::Browse
        | Mode::Copy
        | Mode::Help { .. }
        | Mode::Command(_)
        | Mode::Find(_)
        | Mode::Filter(_) => {}
    }
    want_for_prompt(model, effects);
}

/// What the line that is being typed needs to know.
fn want_for_prompt(model: &mut Model, effects: &mut Vec<Effect>) {
    let head = model.head.position;
    match &mut model.mode {
        Mode::Command(prompt) => {
            match reading(prompt.text()) {
                // The head is part of the question: what a command would do depends on what has happened.
                CommandLine::Command(Ok(command)) => {
                    let wanted = prompt.preview.want((command, head));
                    effects.extend(wanted.map(|(ticket, (command, _))| Effect::Preview(ticket, command)));
                }
                _ => prompt.preview.clear(),
            }
            if let Some(prefix) = typing::account_prefix(prompt) {
                effects
                    .extend(prompt.names.want(prefix).map(|(ticket, prefix)| Effect::Names(ticket, prefix)));
            }
        }
        Mode::Find(prompt) => {
            if let Some(prefix) = finding::account_prefix(prompt) {
                effects
                    .extend(prompt.names.want(prefix).map(|(ticket, prefix)| Effect::Names(ticket, prefix)));
            }
        }
        Mode::Browse
        | Mode::Inspect(_)
        | Mode::Console(_)
        | Mode::Filter(_)
        | Mode::Copy
        | Mode::Help { .. } => {}
    }
}
