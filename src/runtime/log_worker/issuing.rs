//! Commands from the screen: preview and execution.

use anyhow::{Context, Result};

use crate::command_handler::{self, CommandContext, HandleError};
use crate::domain::aggregates::Aggregates;
use crate::domain::command::Command;
use crate::domain::decider::Refusal;
use crate::domain::moment::Moment;
use crate::replay::not_understood::NotUnderstoodOf;
use crate::runtime::command_time::time_of_command;
use crate::runtime::log_worker::connection::LogConnection;
use crate::runtime::log_worker::seeker::Seeker;
use crate::runtime::position::reach;
use crate::store::clock;
use crate::store::folded_log::FoldedLog;
use crate::tui::effect::CommandOutcome;
use crate::tui::questions::preview::Preview;

/// The context of a command: the log, its mappings, and the snapshots that make folding short.
pub(super) struct Issuing<'w> {
    pub(super) store: &'w mut LogConnection,
    pub(super) aggregates: &'w Aggregates,
    pub(super) seeker: &'w mut Seeker,
}

impl Issuing<'_> {
    /// The effect that the command would have.
    pub(super) fn preview(&mut self, command: &Command) -> Result<Preview> {
        let participants = self
            .seeker
            .participants(FoldedLog { log: &**self.store, aggregates: self.aggregates }, command)?;
        let left_out = participants.not_understood();
        let changes = match command_handler::preview(self.aggregates, command, None, &participants) {
            Ok(changes) => changes,
            Err(HandleError::Refused(refusal)) => return Ok(Preview::Refused(refused(&refusal, &left_out))),
            Err(error) => {
                return Err(anyhow::Error::new(error)).context("could not see what the command would do");
            }
        };
        Ok(Preview::Accepted { changes, left_out })
    }

    /// Carries the command out and reports the outcome.
    pub(super) fn submit(&mut self, command: &Command) -> CommandOutcome {
        let now = match time_of_command(&**self.store) {
            Ok(now) => now,
            Err(error) => return CommandOutcome::Failed(format!("{command}: {error:#}")),
        };
        let context = CommandContext { id: clock::new_id(), now, expected: None };
        let participants = match self
            .seeker
            .participants(FoldedLog { log: &**self.store, aggregates: self.aggregates }, command)
        {
            Ok(participants) => participants,
            Err(error) => return CommandOutcome::Failed(format!("{command}: {error:#}")),
        };
        let Some(writer) = self.store.writer() else {
            return CommandOutcome::Failed(format!("{command}: this log takes no commands"));
        };
        let left_out = participants.not_understood();
        let handled = match command_handler::handle(writer, self.aggregates, command, &context, participants)
        {
            Ok(handled) => handled,
            Err(HandleError::Refused(refusal)) => {
                return CommandOutcome::Refused(refused(&refusal, &left_out));
            }
            Err(error) => return CommandOutcome::Failed(format!("{command}: {error}")),
        };
        let first = handled.events.first().map_or(handled.head, |event| event.position);
        let trouble = writer.take_receipt_trouble().map(|trouble| format!("{trouble:#}"));
        let head = writer
            .clock_at(handled.head)
            .and_then(|clock| reach(&*writer, Moment { position: handled.head, clock }));
        match head {
            Ok(head) => CommandOutcome::Appended { first, head, trouble },
            Err(error) => CommandOutcome::Failed(format!(
                "{command}: it is done, and its events are on the disk, but the log cannot be read now: {error:#}"
            )),
        }
    }
}

/// The refusal of a command, with a note if the decision rests on states that leave events out.
fn refused(refusal: &Refusal, left_out: &NotUnderstoodOf) -> String {
    if left_out.is_empty() {
        refusal.to_string()
    } else {
        format!("{refusal} (without {left_out}, not understood)")
    }
}
