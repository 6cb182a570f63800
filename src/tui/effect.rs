//! Effects: what the screen wants done.

use crate::domain::aggregates::account::command::Command;
use crate::domain::event::{GlobalPosition, StreamName, Timestamp};
use crate::domain::mapping::MappingDigests;
use crate::domain::moment::Moment;
use crate::read_model::rows::AsOf;
use crate::read_model::rows::steering::Order;
use crate::replay::at::At;
use crate::replay::reconstruct::FoldFrom;
use crate::replay::search::Search;
use crate::tui::model::ruler::Ruler;

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

/// What stands around the playhead, and what is the selected account's state there?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookQuestion {
    /// The playhead.
    pub playhead: GlobalPosition,
    /// The head, as far as it is in sight: a newer one may bring more rows.
    pub head_in_sight: GlobalPosition,
    /// The account that was chosen; `None` takes that of the last event up to the playhead.
    pub pinned: Option<StreamName>,
    /// Where the fold of the state begins.
    pub from: FoldFrom,
    /// How many events to show up to the playhead.
    pub n_before: usize,
    /// How many to show after it.
    pub n_after: usize,
}

/// What do the columns of the ruler hold?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyQuestion {
    /// The ruler as it is laid out.
    pub ruler: Ruler,
    /// How many columns it has.
    pub n_columns: u16,
    /// The account whose events are marked.
    pub stream: Option<StreamName>,
    /// Whether all of the log has been projected: by then the read model keeps all snapshots that it will.
    pub is_projected: bool,
    /// The head, where the ruler reaches up to it: newer events may fall into its last columns.
    pub head_in_sight: GlobalPosition,
    /// The column to begin with: the playhead's. Where that moves, nothing new is asked.
    pub nearest: u16,
}

/// How many events after the place of a time have times of their own that are no later?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateQuestion {
    /// The time.
    pub time: Timestamp,
    /// The position that stands for it.
    pub after: GlobalPosition,
    /// The head: newer events may be late too.
    pub head: GlobalPosition,
}

/// How did the balance of an account go?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartQuestion {
    /// The account.
    pub stream: StreamName,
    /// Up to where: the head.
    pub head: GlobalPosition,
}

/// Which accounts does the query view show?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountsQuestion {
    /// Which of them to keep in sight.
    pub around: Around,
    /// Only accounts whose name or owner has this text in it, in capitals or small letters; empty = all.
    pub filter: String,
    /// How many rows there is room for.
    pub n_rows: usize,
    /// The position as of which they are shown.
    pub as_of: AsOf,
    /// The totals are compared with those as of this position.
    pub playhead: GlobalPosition,
    /// The checkpoint that is shown: a newer one may have other rows.
    pub checkpoint: GlobalPosition,
}

/// An account to keep in sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Around {
    /// The first one.
    First,
    /// The last one.
    Last,
    /// The one of this name, or the place where it would be.
    Account(StreamName),
}

/// What does the write side have for these accounts?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompareQuestion {
    /// At this position.
    pub playhead: GlobalPosition,
    /// And at this one, as of which the query view shows them.
    pub rows_at: GlobalPosition,
    /// By which mappings the rows were read.
    pub read_by: MappingDigests,
    /// Which accounts.
    pub accounts: Vec<StreamName>,
}

/// What is the statement of an account?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementQuestion {
    /// The account.
    pub account: StreamName,
    /// How many of its newest lines are passed over.
    pub n_newer: usize,
    /// How many lines are read then.
    pub n_lines: usize,
    /// The position as of which it is shown.
    pub as_of: AsOf,
    /// The checkpoint that is shown.
    pub checkpoint: GlobalPosition,
}

/// What came in and went out by day?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowsQuestion {
    /// The checkpoint that is shown.
    pub checkpoint: GlobalPosition,
}

/// What was there in each currency over the log?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyQuestion {
    /// The checkpoint that is shown.
    pub checkpoint: GlobalPosition,
    /// The position of which it is said what there was, too.
    pub playhead: GlobalPosition,
    /// How many samples of the log a line is drawn from.
    pub n_points: usize,
}

/// Where are the events that are looked for?
#[derive(Clone, Debug, PartialEq)]
pub struct FindQuestion {
    /// What is looked for.
    pub search: Search,
    /// The hits nearest to this position, on either side, are told first.
    pub around: GlobalPosition,
    /// Only events after this position.
    pub after: GlobalPosition,
    /// And up to this one.
    pub head: GlobalPosition,
}

/// Where is the next event that is looked for?
#[derive(Clone, Debug, PartialEq)]
pub struct FindNextQuestion {
    /// What is looked for.
    pub search: Search,
    /// Search beyond this position.
    pub from: GlobalPosition,
    /// Towards the head, or back.
    pub is_forward: bool,
}

/// What does the read model say to this?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlQuestion {
    /// The question, as a person wrote it.
    pub sql: String,
    /// As of which position.
    pub as_of: AsOf,
}

/// A place whose position only the store knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// As a person wrote it.
    At(At),
    /// The last position whose clock is no later, but within these bounds.
    Time {
        /// The time.
        time: Timestamp,
        /// The lowest position that will do.
        least: GlobalPosition,
        /// The highest position that will do.
        most: GlobalPosition,
    },
    /// The first event of an account: there is one if there is such an account. The playhead does not go there.
    Account(StreamName),
    /// The event of an account that is so many of its events on from a position, or back.
    OfAccount {
        /// The account.
        stream: StreamName,
        /// From where.
        from: GlobalPosition,
        /// How many of its events on; negative goes back.
        by: i64,
    },
}

/// An answer to [`Effect::Locate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// The last event at or before the place.
    pub moment: Moment,
    /// The time as of which this is the position, where the place was given by one.
    pub of_time: Option<Timestamp>,
}
