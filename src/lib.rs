//! The map of the house.
//!
//! foldback is a time machine for event-sourced systems, in a terminal: it opens an event store, lets a person issue
//! commands, and has a slider over all of history. This page says where everything is, what may name what, and what
//! never happens; `tests/architecture.rs` reads the sources and fails where they differ.
//!
//! # The tree
//!
//! ```text
//! src/
//!   main.rs                      arguments in, exit code out
//!   lib.rs                       the map of the house
//!   domain.rs                    facts and decisions: what happened, what it adds up to, what may be asked. Pure
//!   domain/
//!     account.rs                 the decider: a bank account decides and evolves
//!     account/
//!       events.rs                what can happen to an account, and how it stands in a log as JSON
//!       fields.rs                the fields of an event's data: amounts and names are read exactly, and a text that only explains may be left out
//!       refusal.rs               why a command is refused: the rule, and the figures
//!     caseless.rs                texts compared without regard to case, in every script
//!     chain.rs                   the chain: every event carries a hash of what it says, of where it stands, and of everything before it
//!     command.rs                 what may be asked of an account, and how a person writes it
//!     counted.rs                 numbers of things, in words
//!     event.rs                   what happened, in which stream, at which position
//!     fold.rs                    how events become state
//!     json.rs                    JSON as the text that it came as: the members of an object, and the text or number that a value is
//!     left_out.rs                the lines of a log that are not in its store, counted by why
//!     mapping.rs                 other systems' events, read as ours
//!     mapping/
//!       envelope.rs              where the parts of an event stand in one line of a log, and the event that a line holds
//!       file.rs                  the text of a mapping file, checked key by key
//!       meaning.rs               what one event type of another system means for an account
//!       paths.rs                 where values stand in a JSON object: dotted paths, looked up all at once in one pass over the text
//!     money.rs                   minor units and currencies
//!     money/
//!       decimal.rs               an amount as people and other systems write it, read exactly: digits in groups of three, decimals, an exponent
//!       shown.rs                 the text that shows an amount, read back: amounts in an answer are sorted as numbers
//!     provenance.rs              what an event says about the command that it came from
//!     time_bounds.rs             bounds on the times of events, for a stretch of history that a person gives by dates
//!     uuids.rs                   UUIDs as systems write them: with hyphens or without, in braces, as a URN, in either case
//!     visible.rs                 text from outside, with everything that a terminal obeys or hides made visible
//!   store.rs                     the port to an event store
//!   store/
//!     clock.rs                   the machine's clock, whatever it says, and the ids that are made by it
//!     export.rs                  writing a log out: every event as a line of JSON, with the mappings that say what it means
//!     import.rs                  reading a log into a store: what is there already is known again, and reading goes on where it stopped
//!     import/
//!       beginning.rs             opening a log and reading its beginning, on a thread that belongs to nobody: a pipe that says nothing can be left
//!       chunk.rs                 a piece of a log with the events in it: where in the piece their texts stand, so that nothing is copied on the way
//!       intake.rs                the store's half of an import: from the lines of a log to committed events
//!       pipeline.rs              reading a log and parsing it, on threads of their own, while what was parsed before is being written
//!       places.rs                which events of a log a store has already
//!       reader.rs                the records of a log in blocks, with how far each block takes the reading
//!       report.rs                what an import did, and what is to be said about it
//!       rotation.rs              following a log whose file is renamed, removed or cut: what has become of the file, and how reading goes over to the next
//!       run.rs                   what an import has done so far, and what it says about it
//!     in_pieces.rs               a long stretch of a log in pieces, worked at on every core, with the results taken in order
//!     jsonl.rs                   logs as lines of JSON, in and out
//!     jsonl/
//!       fingerprint.rs           what a log is known by: a running hash of its records, whatever the file looks like around them
//!       formats.rs               files that are not logs of JSON: what each is, by how it begins, and the command that makes a log of it
//!       input.rs                 where the bytes of a log come from: a file or a stream, packed or not
//!       line.rs                  the event, or the mapping, that a record of a log holds
//!       packed.rs                logs that are packed with gzip or zstd, unpacked as they are read
//!       split.rs                 the text of a log, split into records: lines, or the elements of an array
//!       write.rs                 an event as a line of ours
//!     read_ahead.rs              reading the log ahead on one thread while another takes what was read, in bounded memory
//!     receipt.rs                 a receipt: what a store had when it was given, in one line that anybody can keep
//!     scratch.rs                 stores in the cache folder: of a log that is opened directly, and of a sample
//!     sqlite.rs                  our own log in one SQLite file
//!     sqlite/
//!       append.rs                appending what commands decided: all of it on the disk, or nothing
//!       beside.rs                the files beside a store: SQLite's write-ahead log and its index, which come and go with those who have it open
//!       bulk.rs                  faster for a while: commits that are together on the disk at the end, instead of each by itself
//!       checked.rs               stretches of the log, read without trust: every row is checked against its link in the chain
//!       error.rs                 what an error of SQLite means for a person, and what to do about it
//!       id_filter.rs             which ids are surely not in the log: a filter in memory that spares looking ids up which come in no order
//!       identity.rs             whether the file that is open still is the one at its path: what is written to another one nobody finds again
//!       ids.rs                   the ids of events: which are there, and where, in a table of their own that a batch fills in the order of its keys
//!       import.rs                importing: many events at once, each known by where it came from, together with how far its log was read
//!       import/
//!         batch.rs               events of a log on their way into the store: each is new, was there, or is refused
//!       insert.rs                inserting many rows into a table, some dozens with each statement
//!       integrity.rs             the tables beside the events, and SQLite's file as a whole: whether they are as the events say
//!       late.rs                  late events: those whose own time is earlier than the clock at their position
//!       left_out.rs              the lines of imported logs that are not in the log, counted by reason
//!       leftover.rs              what the making of a store leaves that was killed: a file that is empty, or that SQLite is going to empty
//!       links.rs                 the links of the chain as the tables have them: at which one it stands, and the hash of each
//!       open.rs                  making and opening a store, with nothing changed when it is not one
//!       open_error.rs            why a file was not opened as a store, in one sentence
//!       read.rs                  questions to the log: each reads as many rows as it answers, found by key
//!       receipt_file.rs          the receipt beside a store: what it has had, kept outside of it, so that a loss of its newest events shows
//!       rows.rs                  rows of the store's tables, as the values that they keep
//!       scan.rs                  going along the log fast: the columns by which events are found, as they lie in SQLite's pages, row by row
//!       sources.rs               what the log was imported from: how far it was read, how it is understood, and where its events went
//!       streams.rs               streams by name: their numbers, their versions, and those of them that are being written to
//!       tables.rs                whether the tables of a file are those that a store has, so that no question means something else in it
//!       turns.rs                 taking turns: how long to wait for those who write, and how they are let in
//!       write.rs                writing to the log: what has to hold before anything is added, and what is written down once it is committed
//!     verify.rs                  whether a store is as it promises: what is looked at, and what is found
//!     verify/
//!       chain.rs                 the chain, gone along link by link: what each stretch of it gave, put together in order
//!   sample.rs                    logs to play with: the bundled ones, and made-up banks of any size. Pure
//!   sample/
//!     bank.rs                    a made-up bank: its accounts, and what the decider makes of the customers' wishes
//!     bank/
//!       wishes.rs                what the customers of a made-up bank wish
//!     calendar.rs                when a made-up bank is busy: by day, hardly at night, little on weekends
//!     prng.rs                    chance that falls the same everywhere: SplitMix64
//!     words.rs                   the words of a made-up bank: who has accounts there, and what they pay for
//!   replay.rs                    the past, at any position; pure planning
//!   replay/
//!     at.rs                      a place in history as a person writes it
//!     diff.rs                    what one event changed
//!     everyone.rs                the states of all accounts at once, by one pass over the log
//!     not_understood.rs          the events that states leave out because they are not understood, by account and in words
//!     legs.rs                    the legs of transfers: each that a command made belongs to another one
//!     matcher.rs                 whether an event is one that is looked for
//!     playback.rs                the playhead's own movement: whether it plays, and its speed
//!     search.rs                  what is looked for in a log, as a person writes it
//!     snapshots.rs               states worth keeping, so that every seek is short
//!   command_handler.rs           load, fold, decide, append
//!   read_model.rs                the present, as queries want it, in a database of its own
//!   read_model/
//!     accounts.rs                the accounts as they are, and since when they are whose
//!     as_of.rs                   the position as of which views answer, as functions in SQL
//!     batch.rs                   a batch of events becomes rows, and the checkpoint moves, in one transaction
//!     catch_up.rs                projecting up to the head while one waits, for verbs
//!     compare.rs                 how the rows of two generations differ, table by table, read side by side
//!     daily_flows.rs             what came and went on each day, by currency
//!     differences.rs             what differs between two generations, as plain values and in words
//!     documentation.rs           what the tables and views of the read model mean: the statements that make them, each with the comment in front of it
//!     file_check.rs              whether a generation's file is whole: SQLite's own check of its pages and indexes, done once after each time that it was written
//!     generation.rs              one generation of a read model: a SQLite file with the rows of all projections
//!     known.rs                   the accounts that the latest batches touched, as their rows have them: what is known need not be read again
//!     layout.rs                  the tables and views of a generation: how they are made, and whether a file has them as they are made
//!     live.rs                    the live generation as it is compared with a new one: read as of one checkpoint, and checked as a file
//!     location.rs                where a store's read model is: its folder, the pointer to the current generation, the lock of the one who projects
//!     memory.rs                  waiting until a question has given back the memory that it took
//!     not_understood.rs          the events that were not understood, or only in part, each with its reason, and how many there are up to any position
//!     orders.rs                  orders to the one who projects, and what it says of itself: two files beside the generations, for every process
//!     projector.rs               the one who projects: applies batches to the current generation, and begins a new one where that is none to go on with
//!     query.rs                   the read model as those see it who ask: a read-only connection that follows the pointer
//!     questions.rs               the questions that screens and verbs ask
//!     rebuild.rs                 building the next generation beside the current one; what it would change is said before it takes its place
//!     rows.rs                    what queries answer, as plain values
//!     rows/
//!       steering.rs              how the one who projects stands, and what it can be told, as plain values
//!     skipped.rs                 the events that a person let the projector skip, recorded where everybody sees them
//!     snapshots.rs               states that the read model keeps so that every seek is short: each is sealed, and one whose seal does not hold is none
//!     series.rs                  the questions that pictures ask: what came and went by day, and what there was over time
//!     sql.rs                     a person's own questions in SQL, answered safely: on a connection of their own that can only read, within a deadline
//!     sql/
//!       confined.rs              a connection that does nothing but answer one question, and can do nothing else
//!       minor_units.rs           which columns of an answer are amounts in minor units
//!       temp_space.rs            how much room a question's temporary files take, which SQLite makes for what it sorts and keeps in between
//!     subscription.rs            reads the log on from a checkpoint, in batches, each with the fold that reads its events
//!     sum.rs                     a sum of amounts as SQLite keeps it: an integer where that holds it, otherwise exact decimal text
//!     traces.rs                  a trace in columns: an account's state and how it came to be, as rows of accounts and snapshots both have it
//!     totals.rs                  what all accounts of a currency hold together
//!     transactions.rs            what happened, event by event, with the account's values after it
//!     transfers.rs               transfers with both their legs, or with the one that there is
//!   tui.rs                       the screen, as values; pure
//!   tui/
//!     effect.rs                  the things the screen may want done
//!     fixture.rs                 a little bank to draw: a log in memory, and the answers that the screen would get about it
//!     fixture/
//!       pictures.rs              what the query view's pictures would be told about the little bank
//!       read_side.rs             what the little bank's read side answers: accounts, statements, questions in SQL
//!     keymap.rs                  which key means which action, and the help made from it
//!     keymap/
//!       bindings.rs              the keys, each with what it does: the table that keymap, help, hints and README are made of
//!     layout.rs                  where each pane is
//!     message.rs                 everything that can happen to the screen
//!     model.rs                   everything the screen knows
//!     model/
//!       account_list.rs          the query view's list of accounts: which of them it has, and which is to be selected once that is known
//!       active_time.rs           time without its idle stretches: the one function from a time to a number that leaves them out, and the one back
//!       answers.rs               what the store and the read model answer to the screen's questions, as plain values
//!       by_time.rs               the time by which the playhead was placed, and how many late events that place leaves out
//!       console.rs               the SQL console: the question that is being written, the one that was asked, and its answer so far
//!       hits.rs                  what a search has found so far, and which part of the log it has not looked at yet
//!       import.rs                a log that is being read in, as far as the screen hears of it
//!       lead.rs                  where a row of an answer in SQL leads: to an event, or to an account
//!       over_panes.rs            what lies over the panes: the inspector, and whatever is open under a prompt
//!       places.rs                the places looked at: back and forth among them
//!       prompt.rs                a line that is being typed: its text, history, completion and preview
//!       read_side.rs             the read side, as the screen last heard of it
//!       rebuild.rs               a rebuild of the read model, as far as the screen hears of it
//!       results.rs               the answer to a question in SQL as far as it has come, and which of its rows and columns one looks at
//!       ruler.rs                 the one function from a position or time to a column of the ruler, and the one back
//!       saved.rs                 the questions in SQL that come with foldback
//!       seen.rs                  what has been seen of the log so far, so that texts stay as they are while one goes through it
//!       slot.rs                  a question that the screen has asked, and the last answer to it
//!       verification.rs          how far the log has been proved whole since it was opened, and the first thing in it that is not
//!     script.rs                  keys as a script writes them
//!     theme.rs                   colours and glyphs
//!     theme/
//!       palette.rs               the colours of a theme: as many as the terminal has, readable on its background
//!     update.rs                  what the model becomes, and what it wants done
//!     update/
//!       account_list.rs          what keys do in the query view's list of accounts: going along it, and the text by which it is filtered
//!       browse.rs                what keys do while nothing is being typed
//!       burst.rs                 keys that came in one burst: lines that were pasted, or the keys of a script
//!       console.rs               what keys do in the SQL console
//!       console/
//!         editor.rs              what keys do while a question in SQL is being written
//!         results.rs             what keys do while the answer to a question in SQL is looked at
//!       finding.rs               what a search does to the screen: begun, gone on with, stopped, and its hits gone along
//!       mouse.rs                 what the mouse does
//!       moves.rs                 how the playhead gets from one place to another
//!       rebuild.rs               what a rebuild of the read model does to the screen: begun, stopped, ended
//!       steering.rs              how the read side is steered: the projector's orders, and the clock by which the query view is read
//!       typing.rs                what keys do while a line is being typed
//!       verifying.rs             what is proved of the log, and the first thing in it that is not as it should be: told, and gone to
//!       wants.rs                 what the panes need to know, asked for when it is not what was asked last
//!     view.rs                    the model, drawn
//!     widgets.rs                 the parts of the screen, a file a pane
//!     widgets/
//!       by_how_much.rs           by how much the selected account's row differs from the state, field by field
//!       chart.rs                 the selected account's balance over its events, as steps
//!       console.rs               the SQL console: a question in SQL, and under it its answer or the saved questions
//!       console/
//!         editor.rs              the question that is being written: its lines, wrapped, around the cursor
//!         status.rs              what the frame around an answer says: how many rows it has, how long it took, and as of which position it is
//!         table.rs               the rows of an answer as a table, as wide as what is in sight needs
//!       density.rs               the bars over the ruler: how fast events came, or how many there are
//!       differences.rs           where the query view has a value otherwise than the state: because it shows another moment, or by a defect
//!       event_list.rs            the events around the playhead
//!       event_list/
//!         columns.rs             the columns of the event list: as wide as the pane allows, whatever events stand in them
//!       flows.rs                 daily flows: what came in and went out by day, as bars up and down from a line
//!       flows/
//!         bars.rs                bars of one currency over days: up for what came in, down for what went out
//!       header.rs                the line at the top: what is open, and where in its history the screen stands
//!       help.rs                  the help: the keys from the keymap, the marks on the screen, and what one is looking at
//!       hints.rs                 the line at the bottom: which keys there are now, or what there is to tell
//!       inspector.rs             the inspector: an event in full
//!       json.rs                  raw JSON laid out in lines, every number, name, duplicate and escape as it came
//!       money.rs                 money by currency: what the accounts of each hold together, over the log, as steps
//!       names.rs                 names of event types in little room: shortened to the parts in which they differ
//!       overlay.rs               lines that are laid over the panes and scroll
//!       pane.rs                  the frame around a pane, and lines put into it
//!       projector_line.rs        the line in the query view that says who projects, how fast, and what waits
//!       plot.rs                  a line over the log that goes in steps, laid out over cells of braille, with the playhead marked
//!       prompt.rs                the line that is being typed, with completion and what the command would do
//!       query_view.rs            the query view: the accounts as the read model has them, and where that differs from the state
//!       query_view/
//!         columns.rs             the columns of the query view's accounts: as wide as the pane allows and the names that were in sight need
//!         filter.rs              what the query view's title says of the text by which its accounts are filtered
//!       ruler.rs                 the ruler: density, the selected account's events, and playhead, checkpoint and head on one line
//!       state.rs                 the selected account's state at the playhead: its fields, what changed, and what last set each
//!       statement.rs             the query view's other form: the selected account's statement, its newest line first
//!       text.rs                  the one boundary that text from outside crosses before it is measured, cut and drawn
//!       too_small.rs             what is said on a screen that is too small for anything else
//!       totals.rs                the totals below the accounts, with what each is compared with and by how much it differs
//!   runtime.rs                   the only place with threads, channels and clocks: the loop
//!   runtime/
//!     asker.rs                   a person's questions in SQL, answered beside the screen: one at a time, the newest, with a way to stop
//!     catching_up.rs             projecting up to the head for a verb, or waiting for the one who does
//!     command_time.rs            the time of a command's events: the machine's, but in the sample bank time goes on from its last event
//!     drawing.rs                 frames on their way to the terminal, with the sixteen colours in the codes that every terminal knows
//!     explorer.rs                the explorer: a store, a screen, and the threads between them
//!     file_checker.rs            checking the read model's file beside the screen, once, when it was written since the last check
//!     finder.rs                  searching the log beside the screen, from both sides of the playhead at once, with progress and a way to stop
//!     finder/
//!       sides.rs                 a search from both sides of a place, until the sides meet: what has been found, and what is left in between
//!     frames.rs                  when a frame is drawn: with the answer that a person waits for if that comes in time, and no more often than is seen
//!     headless.rs                the explorer without a terminal: every effect is answered before the next key
//!     importer.rs                reading a log into its scratch store while it is being looked at
//!     input.rs                   what the terminal sends, as messages
//!     late.rs                    how many late events an answer by time leaves out
//!     outbox.rs                  the effects that wait for a worker: of one kind, the newest
//!     position.rs                which position a place in history is, in a store
//!     projector.rs               the projector's threads: they take events from the bounded queue into the read model, or follow another process
//!     projector/
//!       following.rs             following another process that projects: how far it is, and what it says of itself
//!       pace.rs                  how many events the projector may take now, and how many a second it takes
//!       role.rs                  the role of a process for a read model: it projects, or follows the process that does
//!       thread.rs                the thread that projects: takes from the queue, obeys, stops at what fails, and tells how it stands
//!       told.rs                  what the projector has told of itself, so that only news is told
//!     query_worker.rs            what the screen asks of the read model, answered on a thread with a connection of its own
//!     rebuilder.rs               rebuilding the read model beside the screen, with progress, rate and a way to stop
//!     question.rs                a question in SQL on a thread of its own, which is left to itself where it does not stop in time
//!     searching.rs               one search through a store: which part of the log it covers, and its hits in a piece of that
//!     seeker.rs                  seeking the state of an account: from the nearest snapshot on, in memory or in the read model, or from the first event
//!     signals.rs                 what the system says to the program
//!     store_worker.rs            what the screen asks of the log, answered on a thread with a connection of its own
//!     store_worker/
//!       chart.rs                 the balance of an account over all its events, folded as far as it has been asked for
//!       comparing.rs             what the write side has for accounts that the query view shows, folded by the log's newest mappings
//!       currencies.rs            the currency that an account counts in at an event, for the amounts in the event list
//!       idle.rs                  the longest stretches of a log's time without an event, found by halving: never by reading the log
//!       issuing.rs               commands that a person issues: what one would do, and doing it
//!       late.rs                  counting the late events that the place of a time leaves out, beside the screen, and remembering which there are
//!       located.rs               which position a place is
//!       rising.rs                a rising row of numbers that is searched again and again: what was read of it narrows the next search
//!       survey.rs                what the columns of the ruler hold, found out column by column, those nearest to the playhead first
//!     subscription.rs            the subscription's thread: reads the log on from a checkpoint and hands it to the projector through a bounded queue
//!     terminal.rs                taking the terminal, and giving it back as it was, however the program ends
//!     verifier.rs              proving the log link by link beside the screen, from its first event on, and then as it grows
//!     verifying.rs               verifying a store as a whole: the log and what finds its events, the receipts, and what is derived from the log
//!     watcher.rs                 notices what other processes append: one cheap question, four times a second
//!     whole_fold.rs              folding the whole log up to a position: one thread reads, another folds
//!   cli.rs                       the command line: one verb for every answer that the explorer gives
//!   cli/
//!     args.rs                    the words of the command line, and their help
//!     descriptors.rs             too few files that a process may have open, as the cause of an error that says something else
//!     disk.rs                    what to do about a disk that keeps the read model from being read or written
//!     do_command.rs              a command: done, refused, or only looked at
//!     events.rs                  events, one a line
//!     explore.rs                 the explorer, on the bundled bank, on a store, or on a log
//!     export.rs                  a store's events on stdout, as lines of JSON
//!     import.rs                  making a store, and adding the events of logs to it
//!     open.rs                    what a path names: a store, or a log that is read into a scratch store first
//!     output.rs                  what verbs write to stdout: JSON as scripts rely on it, text as a person reads it
//!     print.rs                   a screen as text, without a terminal
//!     query.rs                   questions to the read model, in SQL
//!     query/
//!       behind.rs                why the read model is not at the head, and what is said about that
//!       csv.rs                   an answer as CSV, for other programs
//!       form.rs                  the forms that an answer to a question can have
//!       lines.rs                 an answer as lines of JSON, for scripts
//!       schema.rs                what there is to ask: the views and tables, and what they mean
//!       table.rs                 an answer as a table, for people
//!     rebuild.rs                 the read model, from nothing
//!     receipt.rs                 a receipt for what a store has now, to be kept elsewhere
//!     sample.rs                  a sample log on stdout
//!     state.rs                   the state of an account, reconstructed at any position
//!     states.rs                  the states of all accounts at a position, folded from the log itself
//!     verify.rs                  whether everything is as the store promises: what holds, and the first thing that does not
//! ```
//!
//! # The arrows
//!
//! Downstairs only, and never from the pure side to the worldly one. What is pure knows values and functions: no
//! database, thread, file, clock or terminal.
//!
//! ```text
//!  floor   pure                       touches the world
//!    4                                main · cli
//!    3                                runtime         threads, channels, clocks
//!    2     tui ── rows, lag ────────▶ read_model · command_handler
//!    1     replay · sample            store           the port and its adapters
//!    0     domain
//! ```
//!
//! `tui` names `read_model::rows`, which are plain values, and nothing else of the read model.
//!
//! # What never happens, and the test that guards it
//!
//! 1. The log is only appended to. Looking at the past writes nothing to it, and foreign stores are never written:
//!    `tests/store.rs`, `tests/commands.rs`, `tests/promises.rs`.
//! 2. Any state on the screen equals the fold of the log up to the playhead; snapshots only make it fast:
//!    `src/replay.rs`, `tests/read_model/snapshots.rs`.
//! 3. The read model can be deleted at any time; a rebuild gives the same rows: `tests/read_model.rs`.
//! 4. A checkpoint moves in the same transaction as the rows it vouches for: `tests/read_model.rs`.
//! 5. The screen is a function of the model; the model is a fold of messages: `tests/update.rs`.
//! 6. Only the loop changes the model, and the loop never waits for a worker: `tests/architecture.rs`, by which `tui`
//!    has nothing to wait for.
//! 7. Every queue, cache, window and input has a limit, and the limit is a named constant with a reason; beyond it there
//!    is a sentence: `tests/limits.rs`, `src/runtime/outbox.rs`, `src/replay/snapshots.rs`. No bytes end the program:
//!    `tests/fuzz.rs`.
//! 8. No byte of an event reaches the terminal undisplayed: control, bidi and zero-width characters are shown, not
//!    sent: `src/domain/visible.rs`.
//! 9. What stands in the log is not changed unnoticed, and nothing that was acknowledged is lost unnoticed: each link of the
//!    chain vouches for all before it, and the receipt beside the store for what was committed: `tests/store/chain.rs`,
//!    `tests/store/receipt.rs`, `tests/verify.rs`.

pub mod cli;
pub mod command_handler;
pub mod domain;
pub mod read_model;
pub mod replay;
pub mod runtime;
pub mod sample;
pub mod store;
pub mod tui;
