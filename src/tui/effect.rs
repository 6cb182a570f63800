//! Effects: what the screen wants done.

use crate::domain::aggregates::account::command::Command;
use crate::domain::event::{GlobalPosition, Timestamp};
use crate::read_model::rows::steering::Order;
use crate::tui::questions::accounts::AccountsQuestion;
use crate::tui::questions::chart::ChartQuestion;
use crate::tui::questions::comparison::CompareQuestion;
use crate::tui::questions::find::{FindNextQuestion, FindQuestion};
use crate::tui::questions::flows::FlowsQuestion;
use crate::tui::questions::late::LateQuestion;
use crate::tui::questions::look::LookQuestion;
use crate::tui::questions::money::MoneyQuestion;
use crate::tui::questions::place::Place;
use crate::tui::questions::sql::SqlQuestion;
use crate::tui::questions::statement::StatementQuestion;
use crate::tui::questions::survey::SurveyQuestion;

/// Something that the screen wants done. A ticket comes back with the answer; where two effects of one kind wait,
/// only the newer is worth doing.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Look around the playhead.
    Look(u64, LookQuestion),
    /// Say what the columns of the ruler hold.
    Survey(u64, SurveyQuestion),
    /// Say which stretches of time up to the head are idle.
    FindIdle(u64, GlobalPosition),
    /// Count the late events that the place of a time leaves out.
    CountLate(u64, LateQuestion),
    /// Say how the selected account's balance went.
    Chart(u64, ChartQuestion),
    /// Read a window of the query view.
    Accounts(u64, AccountsQuestion),
    /// Say what the write side has for these accounts.
    Compare(u64, CompareQuestion),
    /// Read the selected account's statement.
    Statement(u64, StatementQuestion),
    /// Read what came in and went out by day.
    Flows(u64, FlowsQuestion),
    /// Read what there was in each currency over the log.
    Money(u64, MoneyQuestion),
    /// Count the events up to the checkpoint that are not understood.
    CountNotUnderstood(u64, GlobalPosition),
    /// Say what a command would do.
    Preview(u64, Command),
    /// Read account names that begin with this.
    Names(u64, String),
    /// Decide a command and append what it leads to.
    Submit(Command),
    /// Read an event in full.
    Inspect(u64, GlobalPosition),
    /// Say which position that is: the playhead goes there.
    Locate(u64, Place),
    /// Search, and tell every hit; a search under way is not waited for any more.
    Find(u64, FindQuestion),
    /// Find the one next hit.
    FindNext(u64, FindNextQuestion),
    /// Stop searching for both.
    StopFinding,
    /// Answer a question in SQL; the one before it is not waited for any more.
    Ask(u64, SqlQuestion),
    /// Stop answering it.
    StopAsking,
    /// Project what has come to the log.
    Project,
    /// Prove what has come to the log.
    Verify,
    /// Tell the one who projects something.
    Steer(Order),
    /// Make the read model anew, beside the one that is read.
    Rebuild,
    /// Stop rebuilding.
    StopRebuild,
    /// Read an event as JSON, to be copied.
    ReadForCopy(GlobalPosition),
    /// Put a text on the terminal's clipboard.
    Copy(String),
    /// Take the mouse, or let go of it.
    TakeMouse(bool),
    /// Stop reading in the log.
    StopImport,
    /// Draw the whole screen anew: the terminal may have forgotten some of it.
    Redraw,
    /// Open the log from its beginning.
    OpenAgain,
    /// Ask the system to suspend the program with all that the shell has put in front beside it.
    AskToSuspend,
    /// Give the terminal back and stop until the shell continues the program.
    Suspend,
    /// Take the terminal again after a stop.
    Resume,
    /// End, because a part of the program has.
    Crash,
    /// End.
    Quit,
}

impl Effect {
    /// Whether only the newest of its kind is worth answering; the others are things to be done, each of them.
    pub fn is_question(&self) -> bool {
        matches!(
            self,
            Self::Look(..)
                | Self::Survey(..)
                | Self::FindIdle(..)
                | Self::CountLate(..)
                | Self::Chart(..)
                | Self::Accounts(..)
                | Self::Compare(..)
                | Self::Statement(..)
                | Self::Flows(..)
                | Self::Money(..)
                | Self::CountNotUnderstood(..)
                | Self::Preview(..)
                | Self::Names(..)
                | Self::Inspect(..)
                | Self::Locate(..)
                | Self::Find(..)
                | Self::FindNext(..)
                | Self::Ask(..)
        )
    }
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// It is on the disk: the position of its first event, and the new head.
    Appended {
        /// The position of its first event.
        first: GlobalPosition,
        /// The new head.
        head: GlobalPosition,
        /// The clock at the new head.
        clock: Option<Timestamp>,
        /// What went wrong beside that, though the command is done.
        trouble: Option<String>,
    },
    /// A rule refused it.
    Refused(String),
    /// It could not be done.
    Failed(String),
}
