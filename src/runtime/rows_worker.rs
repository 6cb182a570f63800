//! The rows worker: answers the screen's questions to the read model, on a thread with its own connection.
//!
//! Its files:
//!
//! - `asker.rs`: the person's SQL, answered in the background: only the newest question, with cancel
//! - `file_checker.rs`: the check of the read model's file in the background, once after each write
//! - `question.rs`: one SQL question on its own thread, which is abandoned if it does not stop in time

pub mod asker;
pub mod file_checker;
pub mod question;

use std::sync::mpsc::{Receiver, Sender};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};

use crate::read_model::engine::location::Location;
use crate::read_model::questions::query::ReadModel;
use crate::read_model::rows::{AccountPlace, AccountRow};
use crate::runtime::shell::outbox::Outbox;
use crate::tui::effect::Effect;
use crate::tui::layout::event_window;
use crate::tui::message::Message;
use crate::tui::questions::accounts::{Accounts, AccountsQuestion, Around, ComparedTotals};
use crate::tui::questions::money::MoneyQuestion;
use crate::tui::questions::statement::{Statement, StatementQuestion};

/// Answers from the read model.
pub struct QueryWorker {
    read_model: ReadModel,
}

/// Starts a thread that answers what comes through `effects`.
pub fn start(location: &Location, effects: Receiver<Effect>, inbox: Sender<Message>) -> JoinHandle<()> {
    let mut worker = QueryWorker::new(location);
    thread::spawn(move || {
        for effect in Outbox::new(effects) {
            if worker.answer(effect).is_some_and(|message| inbox.send(message).is_err()) {
                return;
            }
        }
    })
}

impl QueryWorker {
    /// Answers from the read model at this place, whether or not there is one yet.
    pub fn new(location: &Location) -> Self {
        Self { read_model: ReadModel::open(location) }
    }

    /// The answer to an effect of the read model's; `None` for any other. An error is a message too.
    pub fn answer(&mut self, effect: Effect) -> Option<Message> {
        let answer = match effect {
            Effect::Accounts(ticket, question) => {
                self.accounts(&question).map(|accounts| Message::AccountsRead(ticket, Box::new(accounts)))
            }
            Effect::Statement(ticket, question) => self.statement(ticket, &question),
            Effect::Flows(ticket, _) => self.flows(ticket),
            Effect::Money(ticket, question) => self.money(ticket, &question),
            Effect::CountNotUnderstood(ticket, _) => self.count_not_understood(ticket),
            _ => return None,
        };
        let told = answer.context("the query view cannot be read");
        Some(told.unwrap_or_else(|error| Message::Failed(format!("{error:#}"))))
    }

    fn accounts(&mut self, question: &AccountsQuestion) -> Result<Accounts> {
        let reading = self.read_model.reading()?.as_of(question.as_of)?;
        let place = match &question.around {
            Around::First => AccountPlace::From(""),
            Around::Account(name) => AccountPlace::From(name.as_str()),
            Around::Last => AccountPlace::End,
        };
        // A page on either side.
        let n_rows = question.n_rows;
        let window = reading.accounts_with(&question.filter, place, n_rows, n_rows + 1)?;
        let as_of = reading.position()?;
        let is_other_moment = question.playhead != as_of;
        let compared_totals = ComparedTotals {
            playhead: question.playhead,
            at_playhead: if is_other_moment { reading.totals_at(question.playhead)? } else { None },
            of_rows: reading.sums_of_rows()?,
        };
        let shown = event_window(window.at, window.rows.len(), n_rows);
        let names = |rows: Option<&[AccountRow]>| {
            rows.unwrap_or_default().iter().map(|row| row.account.clone()).collect::<Vec<_>>()
        };
        Ok(Accounts {
            names_before: names(window.rows.get(..shown.start)),
            names_after: names(window.rows.get(shown.end..)),
            has_before: window.has_before || shown.start > 0,
            has_after: window.has_after || shown.end < window.rows.len(),
            rows: window.rows.get(shown).map(<[_]>::to_vec).unwrap_or_default(),
            filter: question.filter.clone(),
            n_listed: window.n_listed,
            n_accounts: window.n_accounts,
            totals: reading.totals()?,
            compared_totals,
            as_of,
            read_by: reading.mappings()?,
            skipped: reading.skipped()?,
        })
    }

    fn statement(&mut self, ticket: u64, question: &StatementQuestion) -> Result<Message> {
        let StatementQuestion { account, n_newer, n_lines, as_of, .. } = question;
        let lines = self.read_model.reading()?.as_of(*as_of)?.statement(account, *n_newer, *n_lines)?;
        Ok(Message::StatementRead(ticket, Statement { n_newer: *n_newer, lines }))
    }

    fn flows(&mut self, ticket: u64) -> Result<Message> {
        Ok(Message::FlowsRead(ticket, self.read_model.reading()?.flow_series()?))
    }

    fn count_not_understood(&mut self, ticket: u64) -> Result<Message> {
        Ok(Message::NotUnderstoodCounted(ticket, self.read_model.reading()?.n_not_understood()?))
    }

    fn money(&mut self, ticket: u64, question: &MoneyQuestion) -> Result<Message> {
        let money = self.read_model.reading()?.money_series(question.playhead, question.n_points)?;
        Ok(Message::MoneyRead(ticket, money))
    }
}
