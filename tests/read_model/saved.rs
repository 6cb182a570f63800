//! The answers to the saved questions of the bank, as the screen asks for them.

use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, StreamName};
use foldback::read_model::presentation_of;
use foldback::read_model::questions::query::ReadTransaction;
use foldback::read_model::rows::saved::Draw;
use foldback::read_model::rows::series::{BarSeries, LineSeries};
use foldback::read_model::rows::stream_table::StreamTableRow;

/// Up to `n` lines of an account's statement, oldest first, without the newest `n_newer`.
pub fn statement(
    reading: &ReadTransaction<'_>,
    account: &StreamName,
    n_newer: usize,
    n: usize,
) -> Vec<StreamTableRow> {
    let questions = presentation_of(&Aggregates::bank()).questions;
    let table = |draw: &Draw| if let Draw::StreamTable(table) = draw { Some(table.clone()) } else { None };
    let (question, table) = questions.iter().find_map(|q| Some((q, table(&q.draw)?))).unwrap();
    let window = reading.stream_table(question, &table, account, n_newer, n).unwrap();
    assert_eq!(window.n_newer, n_newer);
    window.rows
}

/// The money in and out by day.
pub fn daily_flows(reading: &ReadTransaction<'_>) -> BarSeries {
    let questions = presentation_of(&Aggregates::bank()).questions;
    let look = |draw: &Draw| if let Draw::Bars(look) = draw { Some(look.clone()) } else { None };
    let (question, look) = questions.iter().find_map(|q| Some((q, look(&q.draw)?))).unwrap();
    reading.bar_series(question, &look).unwrap()
}

/// The money over the log.
pub fn money(reading: &ReadTransaction<'_>, at: GlobalPosition, n_points: usize) -> LineSeries {
    let questions = presentation_of(&Aggregates::bank()).questions;
    let look = |draw: &Draw| if let Draw::Line(look) = draw { Some(look.clone()) } else { None };
    let (question, look) = questions.iter().find_map(|q| Some((q, look(&q.draw)?))).unwrap();
    reading.line_series(question, &look, at, n_points).unwrap()
}
