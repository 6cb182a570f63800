//! The architecture of foldback, in five minutes.
//!
//! foldback is a time machine for event-sourced systems, in a terminal: it opens an event store, lets a person issue
//! commands, and has a slider over all of history. At every point it shows the state that you get by folding the events up
//! to there, next to the query view that a CQRS system would serve. `tests/architecture.rs` reads the sources: it fails if
//! an arrow below is broken, or if a file or test that this page names does not exist.
//!
//! # Five ideas
//!
//! **Nothing on the screen costs more than the screen.** No list of all events is held in memory, and no start-up pass
//! reads the log. Each pane asks for what it shows: a window of events, one stream's tail after its nearest snapshot, one
//! figure per column of the ruler. Work on the whole log (projecting, searching, verifying) runs beside the screen,
//! reports progress and can be cancelled.
//!
//! **One ruler.** Every position is on one axis: playhead, head, checkpoint, the selected stream's events and snapshots,
//! hits, faults. One function maps a position or a time to a column, and one maps back. Lag is a distance that one sees.
//!
//! **Facts stay as they came.** The log keeps each event's raw JSON and never changes it. Meaning is given on reading.
//! `evolve` never refuses: it leaves out what it cannot read, and every answer says how much was left out. Only `decide`
//! refuses.
//!
//! **Two sides, really apart.** Commands write to the log and to nothing else. The read model is another database. A
//! projector fills it from a bounded queue, and moves the checkpoint in the same transaction as the rows. It can be late,
//! held, broken or deleted, and the write side does not notice.
//!
//! **The machine knows no bank.** Log, replay, projector, ruler and screen deal in streams, events, fields, values and
//! rows. The bank's accounts are one aggregate in `domain/aggregates`, with projections of their own.
//!
//! # The words
//!
//! One word for one thing, in code, on screens and in the guide.
//!
//! | word | meaning |
//! |---|---|
//! | **event** | a fact of the domain. The terminal sends *inputs*; the screen changes by *messages* |
//! | **stream** | the history of one thing |
//! | **aggregate** | a kind of thing: which streams belong to it, and the fold that gives its state |
//! | **stream position**, **version** | an event's place in its stream, from 1; so also how many events of the stream there are up to it |
//! | **global position** | an event's place in the whole log, from 1 and rising; gaps are allowed |
//! | **time**, **clock** | an event's own time; the clock is the latest time up to a position, so it never goes back. An event earlier than the clock is *late* |
//! | **moment** | a position with its clock |
//! | **log**, **store** | all events in global order; the file that holds them |
//! | **head**, **playhead** | the newest position; the position that the screen shows |
//! | **command** | a request that the domain may refuse. A word of the command line is a *verb*; the screen's wishes are *effects* |
//! | **decide**, **evolve** | how a state and a command give events or a refusal; how a state and an event give a state |
//! | **state** | named fields with values, folded from events. The screen's own data is the *model* |
//! | **survey** | what the ruler shows in each column: how many events, and which marks |
//! | **snapshot** | a state kept at a position, so that a later fold starts there |
//! | **projection**, **projector** | how an event becomes rows; the thread that runs the projections |
//! | **read model**, **query** | the tables; a question to them |
//! | **checkpoint**, **lag** | the position up to which the read model is projected; how far that is behind the head, in events and in time |
//! | **chain**, **link**, **receipt** | hashes, each over an event and the link before; what a store had, kept outside it |
//! | **expected version**, **conflict** | the version that an append counts on; another append came first |
//!
//! # The rooms
//!
//! ```text
//! src/
//!   main.rs           arguments in, exit code out
//!   cancel            the token that stops anything long
//!   domain/           events, states, folds and decisions; the bank is one aggregate of several. Pure
//!   store/            the ports to event stores; our own log in one SQLite file; log files as lines of JSON
//!   replay/           the past at any position: traces, snapshots, differences, search. Pure
//!   sample/           logs to play with. Pure
//!   command_handler   load, fold, decide, append
//!   read_model/       the present, as queries want it, in a database of its own: engine, projections, questions, rows
//!   tui/              the screen as values: model, messages, effects, update, view. Pure
//!   runtime/          threads, channels, clocks and child processes: the loop, and the workers around it
//!   cli/              the command line, a file a verb
//! ```
//!
//! The front page of a room, `foo.rs` beside `foo/`, lists its files. Each line is the first sentence of the file. So this
//! page says which room; its front page says which file.
//!
//! Seven files to read first, in this order: `domain/event.rs`, `domain/fold.rs`,
//! `domain/aggregates/account/decider.rs`, `replay/reconstruct.rs`, `command_handler.rs`, `tui/update.rs`, `runtime.rs`.
//!
//! # The loop
//!
//! ```text
//!   terminal ──▶ keys ──┐                       ┌──▶ log worker  ── a reader of the log
//!   workers ─▶ answers ─┼─▶ inbox ─▶ update ─▶ effects ──▶ rows worker ── the read model
//!   projector ▶ reports ┘     (one)     │       └──▶ projector, finder, verifier
//!                                       ▼
//!                                     model ─▶ view ─▶ frame
//! ```
//!
//! `update` takes a message into the model and gives effects. The loop hands the effects out and never waits for an
//! answer: answers come back as messages. A newer question cancels the one of its kind before. With nothing to do the
//! loop sleeps.
//!
//! # The arrows
//!
//! Downstairs only, and never from the pure side to the worldly one. The pure side knows values and functions: no
//! database, thread, file, clock or terminal.
//!
//! ```text
//!  floor   pure                       touches the world
//!    4                                main · cli
//!    3                                runtime         threads, channels, clocks
//!    2     tui ── rows ─────────────▶ read_model · command_handler
//!    1     replay · sample            store           the ports and their adapters
//!    0     domain · cancel
//! ```
//!
//! `tui` names `read_model::rows`, which are plain values, and nothing else of the read model. Within a room no files name
//! each other in a circle.
//!
//! # What never happens, and the test that guards it
//!
//! 1. The log is only appended to. Looking at the past writes nothing to it, and foreign stores are never written:
//!    `tests/store.rs`, `tests/commands.rs`, `tests/promises.rs`.
//! 2. Any state on the screen equals the fold of the log up to the playhead; snapshots only make it fast:
//!    `src/replay/reconstruct.rs`, `tests/read_model/snapshots.rs`.
//! 3. The read model can be deleted at any time; a rebuild gives the same rows: `tests/read_model.rs`.
//! 4. A checkpoint moves in the same transaction as the rows that it covers: `tests/read_model.rs`.
//! 5. The screen is a function of the model; the model is a fold of messages: `tests/update.rs`.
//! 6. Only the loop changes the model, and the loop never waits for a worker: `tests/architecture.rs`, by which `tui`
//!    has nothing to wait for.
//! 7. Every queue, cache, window and input has a limit, and the limit is a named constant with a reason; beyond it there
//!    is a sentence: `tests/limits.rs`, `src/runtime/shell/outbox.rs`, `src/replay/snapshots.rs`. No bytes end the program:
//!    `tests/fuzz.rs`.
//! 8. No byte of an event reaches the terminal undisplayed: control, bidi and zero-width characters are shown, not
//!    sent: `src/domain/visible.rs`.
//! 9. No event is changed unnoticed, and nothing that was acknowledged is lost unnoticed: each link of the
//!    chain covers all before it, and the receipt beside the store covers what was committed: `tests/store/chain.rs`,
//!    `tests/store/receipt.rs`, `tests/verify.rs`.
//!
//! # Recipes
//!
//! A new file also needs its `mod` and its line on the front page of its room. A test that a recipe names fails until it
//! knows the new thing.
//!
//! - **A key**: an action in `tui/keymap/action.rs`, the key with its help in `tui/keymap/bindings.rs`, what it
//!   does in `tui/update/actions.rs`, and a line in `tests/terminal/keys.rs`. Steps and jumps of the playhead are
//!   in `tui/update/moves.rs`; a walk ends at the first and at the last event by itself. Keys that also work over
//!   the open event are listed in `tui/update/overlay.rs`, moves that also work in the answer of the SQL console
//!   in `PLAYHEAD_MOVES` of `tui/keymap/console.rs`.
//! - **A verb**: its name in `cli/args.rs`, its words in a file of `cli/args/`, a file in `cli/`, a line in `cli.rs`,
//!   in `assets/guide/verbs.md` and in `tests/verbs/output.rs`.
//! - **A question of the screen**: a file in `tui/questions/` with the question, its answer, and its `BASIS`,
//!   which says when it is asked again. Then four files: a variant for the question and one for the answer in
//!   `tui/questions.rs`, with the arms that the compiler asks for; a slot in `tui/model.rs`, also in `slots_mut`;
//!   when to ask and what to do with the answer in `tui/update/requests.rs`; the answer in `runtime/log_worker.rs`
//!   (from the log) or `runtime/rows_worker.rs` (from the read model), or in a file of theirs. For pictures in
//!   tests, `tui/fixture/desks.rs` answers it too.
//! - **A picture of an answer**: a widget in `tui/widgets/`, its place in `tui/layout.rs` and `tui/view.rs`.
//! - **A colour**: `tui/theme.rs` has a style for each meaning: one of the palette's few tones, or only a weight.
//!   `tui/theme/palette.rs` changes only for another tone. A widget uses the style, and the legend is in
//!   `tui/pages/help.rs`.
//! - **A projection**: a Rust file and an SQL file in `read_model/projections/`, and a line in the table of states
//!   that it belongs to, as in `read_model/projections/account/accounts.rs`. Its view is listed in
//!   `assets/guide/sql.md` and `tests/read_model/as_of.rs`; nothing fails without that.
//! - **A column of a table**: the same two files. The projection's version is raised, so that read models are
//!   rebuilt. What its values are (an amount, a stream, a position) is said in `columns` of the Rust file.
//! - **A column of the query view**: a field of the state that is `listed` in
//!   `domain/aggregates/account/state.rs`. For a field that is there, that is all. A new field is added there to
//!   the state, its JSON and its list of fields, and `FOLD_VERSION` is raised in
//!   `domain/aggregates/account/fold.rs`; the new field's columns are in `account_columns`, `accounts` and
//!   `accounts.sql` of `read_model/projections/account`.
//! - **An aggregate**: a file in `domain/aggregates/` with its fold, its words for people, and its decider if it
//!   has commands. The program opens logs with `Aggregates::bank()` in `domain/aggregates.rs`: an entry there, or
//!   a list of its own that `main.rs` names. Its words name its types of events, by which
//!   `domain/aggregates/choice.rs` recognises its logs. Snapshots, rows, screen and verbs take it from there:
//!   `tests/thermostat.rs`, `tests/commands/made_up.rs`, `tests/read_model/aggregates.rs`.
//! - **An event of the bank**: `domain/aggregates/account/events.rs`, and what it does to the state in
//!   `domain/aggregates/account/state.rs`.
//! - **A command of the bank**: its grammar in `domain/aggregates/account/command.rs`, its events in
//!   `domain/aggregates/account/decider.rs`.
//! - **A rule of the bank**: `decide` in `domain/aggregates/account/decider.rs`, its sentence in
//!   `domain/aggregates/account/refusal.rs`, a line in `assets/guide/commands.md`. Generated samples obey it.
//! - **A saved question or picture of the bank**: a value at the end of
//!   `read_model/projections/account/saved_questions.rs`. The console lists a question, `v` and the help name a
//!   picture. `tests/read_model/saved.rs` asks the first one of each kind; a second one needs a test of its own,
//!   and its answer for pictures in tests is in `tui/fixture/pictures.rs`.
//! - **A check of `verify`**: its name in `store/proof/finding.rs`, a line in `assets/guide/proving.md`, and the
//!   checks that `tests/verify/verb.rs` expects. There are four kinds. One that folds or projects is in
//!   `runtime/verify/verifying.rs`. One of links or receipts is in `store/proof/verify.rs`. One of the store's file
//!   goes through the port: a method of `LogProof` in `store/log.rs`, the check in `store/sqlite/proof/`, its turn in
//!   `runtime/verify/verifying.rs`. One of events that come in pairs is given by the fold: `PairCheck` in
//!   `domain/fold.rs`.
//! - **A form of log files**: records are found in `store/jsonl/split.rs`, as objects of JSON whatever the form, and
//!   read in `store/jsonl/line.rs`.
//!   `store/jsonl/formats.rs` recognises files that are no log, and names the command that converts them.
//! - **A source, such as another system's store**: a room in `store/` that implements the port (`Log` and `LogReader`
//!   in `store/log.rs`, `EventReader` in `store.rs`). `cli/open.rs` opens it for the verbs, and `cli/explore.rs` for
//!   the explorer. Their `OpenedLog` and `ExplorerOpening` hold our own store so far; a log file is imported into a
//!   scratch store first.
//! - **A function of expressions**: its name with an example in `domain/expression/function.rs`, what it does in
//!   `domain/expression/calls.rs`, its name in `assets/guide/expressions.md`, and a case in a file of
//!   `tests/expressions/`.
//! - **An adapter**: a program in `assets/adapters/` that speaks the protocol of `runtime/fold_process.rs`, and its test
//!   in `tests/fold_process/`, with the real library that it is for. `.ci/run` installs the library.
//! - **A limit**: a constant with its reason beside the code that keeps it, and a line in a file of `tests/limits/`.
//!
//! After a change to keys, help or screens, `FOLDBACK_BLESS=1 cargo test` rewrites the generated pages and pictures.

// No input may end the program: nothing that can panic on data. Tests and benchmarks may: they end with the first
// thing that is not as they say.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

pub mod cancel;
pub mod cli;
pub mod command_handler;
pub mod domain;
pub mod read_model;
pub mod replay;
pub mod runtime;
pub mod sample;
pub mod store;
pub mod tui;
