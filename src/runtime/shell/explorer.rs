//! The explorer: a log, a screen, and the threads between them.

use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use anyhow::{Context, Result, bail};

use crate::domain::event::GlobalPosition;
use crate::read_model;
use crate::read_model::engine::generation::RebuildReason;
use crate::read_model::engine::location::Location;
use crate::read_model::questions::query::ReadModel;
use crate::read_model::rows::presentation::Presentation;
use crate::runtime::command_time::is_sample;
use crate::runtime::finder::Finder;
use crate::runtime::importer::{Importer, LogToRead};
use crate::runtime::log_worker;
use crate::runtime::log_worker::LogDeed;
use crate::runtime::log_worker::connection::LogConnection;
use crate::runtime::log_worker::seeker::Seeker;
use crate::runtime::position::reach;
use crate::runtime::projector::ProjectorThreads;
use crate::runtime::projector::messages::{ProjectorControl, ProjectorReport, ReleasePace};
use crate::runtime::projector::rebuilder::Rebuilder;
use crate::runtime::rows_worker;
use crate::runtime::rows_worker::RowsWorker;
use crate::runtime::rows_worker::asker::Asker;
use crate::runtime::rows_worker::file_checker::FileChecker;
use crate::runtime::shell::input;
use crate::runtime::shell::outbox::{Job, JobSender, outbox};
use crate::runtime::shell::signals;
use crate::runtime::shell::terminal::Screen;
use crate::runtime::verify::verifier::Verifier;
use crate::runtime::watcher::head_moved;
use crate::runtime::{LoopStep, run, watcher};
use crate::store::EventReader;
use crate::store::log::{Log, LogReader};
use crate::tui::effect::{Deed, Effect, TerminalEffect};
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::model::notice::Tone;
use crate::tui::model::store::OpenStore;
use crate::tui::questions::timing::Ticket;
use crate::tui::questions::{Desk, LogQuestion, Question, RowsQuestion};
use crate::tui::theme::Theme;

/// The log that the explorer opens, with its circumstances.
pub struct ExplorerOpening {
    pub log: Arc<dyn Log>,
    /// The log's description in the header.
    pub store: OpenStore,
    /// The first notice.
    pub notice: Option<String>,
    /// A log that is imported while it is being explored.
    pub import: Option<LogToRead>,
    /// The position of the event on which projecting fails on purpose.
    pub fail_at: Option<GlobalPosition>,
}

/// Runs the explorer until the user or the system ends it. `open` opens the log, and is called again after a log has
/// been replaced.
///
/// # Errors
/// The store cannot be opened, or the terminal cannot be used; a part of the program has panicked.
pub fn explore(mut open: impl FnMut() -> Result<ExplorerOpening>, theme: Theme) -> Result<()> {
    // The channel is unbounded: nobody may wait for the loop, or the loop could not wait for them when it ends. Each
    // sender has a limit of its own: a worker sends one answer per question, or a limited number of parts; imports and
    // searches report a few times a second; terminal and user send what a person does.
    let (to_inbox, inbox) = channel();
    // Errors of the store are reported before the terminal is taken.
    let mut stage = Stage::set(open()?, &to_inbox)?;
    let to_loop = to_inbox.clone();
    // The loop may have ended already.
    let on_panic = move || drop(to_loop.send(Message::Crashed));
    // This comes before the terminal is taken, so that it is given back however the program ends.
    signals::start(to_inbox.clone())?;
    let screen = RefCell::new(Screen::take(theme, on_panic)?);
    input::start(to_inbox.clone());
    while stage.play(&screen, &inbox, &to_inbox)? == LoopStep::OpenAgain {
        // Messages of the previous threads are about another store.
        let from_outside: Vec<_> = inbox.try_iter().filter(Message::is_from_outside).collect();
        stage = Stage::set(open()?, &to_inbox)?;
        for message in from_outside {
            to_inbox.send(message).context("the inbox is closed")?;
        }
    }
    Ok(())
}

/// An open store with the threads that answer from it.
struct Stage {
    store: OpenStore,
    presentation: Presentation,
    notice: Option<String>,
    workers: Workers,
    importer: Option<Importer>,
    watching: Sender<()>,
    watcher: JoinHandle<()>,
}

impl Stage {
    fn set(opening: ExplorerOpening, to_inbox: &Sender<Message>) -> Result<Self> {
        let interactive = LogConnection::to(&*opening.log)?;
        let watched = opening.log.reader()?;
        // The first frame shows the head already.
        to_inbox
            .send(head_moved(&*interactive, interactive.head()?, None)?)
            .context("the inbox is closed")?;
        to_inbox.send(left_out(&*interactive)?).context("the inbox is closed")?;
        let presentation = read_model::presentation_of(&interactive.aggregates()?);
        let notice = opening.notice.clone().or(already_projected(&opening)?);
        let workers = Workers::start(interactive, &opening, to_inbox)?;
        let importer = opening.import.map(|log| Importer::start(log, to_inbox.clone()));
        // Nothing is ever sent: the channel is closed to end the thread.
        let (watching, stop) = channel();
        let watcher = watcher::start(watched, stop, to_inbox.clone());
        Ok(Self { store: opening.store, presentation, notice, workers, importer, watching, watcher })
    }

    /// Runs the loop; afterwards everything is closed.
    fn play(
        self,
        screen: &RefCell<Screen>,
        inbox: &Receiver<Message>,
        to_inbox: &Sender<Message>,
    ) -> Result<LoopStep> {
        let Self { store, presentation, notice, workers, importer, watching, watcher } = self;
        let mut model = Model::new(store, presentation, screen.borrow().size()?);
        if let Some(notice) = notice {
            model.notify(Tone::Plain, notice);
        }
        let draw = |model: &Model| screen.borrow_mut().draw(model);
        let hand_out = |effect| match effect {
            Effect::Ask(ticket, question) => workers.ask(ticket, question).map(|()| LoopStep::GoOn),
            Effect::Do(deed) => workers.perform(deed, importer.as_ref()),
            Effect::Terminal(effect) => have_done(screen, to_inbox, effect).map(|()| LoopStep::GoOn),
        };
        let end = run(&mut model, inbox, draw, hand_out);
        if !matches!(end, Ok((LoopStep::OpenAgain, _))) {
            // The shell does not wait for a batch that is still being written.
            screen.borrow_mut().leave();
        }
        drop(watching);
        if let Some(importer) = importer {
            importer.stop_and_wait();
        }
        drop(watcher.join());
        workers.stop();
        end.map(|(next, _)| next)
    }
}

/// Carries out an effect on the terminal.
fn have_done(screen: &RefCell<Screen>, to_inbox: &Sender<Message>, effect: TerminalEffect) -> Result<()> {
    match effect {
        TerminalEffect::Copy(text) => screen.borrow_mut().copy(&text),
        TerminalEffect::TakeMouse(is_ours) => screen.borrow_mut().take_mouse(is_ours),
        TerminalEffect::Redraw => screen.borrow_mut().redraw_whole(),
        TerminalEffect::AskToSuspend => screen.borrow().ask_to_suspend(),
        TerminalEffect::Suspend => screen.borrow_mut().suspend(),
        TerminalEffect::Resume => resume(screen, to_inbox),
    }
}

/// Takes the terminal again. Its size may have changed: the system reports that only to the process in the foreground.
fn resume(screen: &RefCell<Screen>, to_inbox: &Sender<Message>) -> Result<()> {
    if screen.borrow_mut().resume()? {
        let size = screen.borrow().size()?;
        to_inbox.send(Message::Resized(size)).context("the inbox is closed")?;
    }
    Ok(())
}

/// The lines left out of the logs that the store was made from.
///
/// # Errors
/// Errors of the store.
pub fn left_out(store: &dyn LogReader) -> Result<Message> {
    Ok(Message::LeftOut(Box::new(store.left_out()?), Vec::new()))
}

/// A note that the event on which projecting is to fail is projected already, if so.
fn already_projected(opening: &ExplorerOpening) -> Result<Option<String>> {
    let Some(fail_at) = opening.fail_at else { return Ok(None) };
    let location = Location::of(opening.log.identity())?;
    let checkpoint = ReadModel::open(&location).reading()?.checkpoint()?.position;
    let text = format!(
        "the event at {fail_at} was projected before: --fail-at has an effect only when the read model is rebuilt (delete {})",
        location.folder().display()
    );
    Ok((fail_at <= checkpoint).then_some(text))
}

/// The threads that carry out effects.
struct Workers {
    interactive: Worker<LogQuestion, LogDeed>,
    background: Worker<LogQuestion, LogDeed>,
    rows: Worker<RowsQuestion, Infallible>,
    asker: Asker,
    finder: Finder,
    file_checker: FileChecker,
    rebuilder: Rebuilder,
    /// `None` for a log without a proof.
    verifier: Option<Verifier>,
    projector: ProjectorThreads,
}

/// A thread, and its outbox. It ends when the outbox is closed.
struct Worker<Q, D> {
    jobs: JobSender<Q, D>,
    thread: JoinHandle<()>,
}

impl<Q, D> Worker<Q, D> {
    /// Waits until its connections are closed.
    fn stop(self) {
        drop(self.jobs);
        drop(self.thread.join());
    }
}

impl Workers {
    fn start(interactive: LogConnection, opening: &ExplorerOpening, inbox: &Sender<Message>) -> Result<Self> {
        let location = Location::of(opening.log.identity())?;
        let log = || Arc::clone(&opening.log);
        // In the sample, catching up is slow enough to watch; in any other log it is fast.
        let release_pace =
            if is_sample(&*interactive)? { ReleasePace::Watchable } else { ReleasePace::AtOnce };
        let (to_interactive, interactive_jobs) = outbox();
        let interactive =
            log_worker::start(interactive, Seeker::new(&location), interactive_jobs, inbox.clone());
        // A question with a long fold does not delay a seek: it has a thread and a connection of its own.
        let (to_background, background_jobs) = outbox();
        let background = LogConnection::Reading(opening.log.reader()?);
        let background =
            log_worker::start(background, Seeker::new(&location), background_jobs, inbox.clone());
        let (to_rows, rows_jobs) = outbox();
        let rows = RowsWorker::new(&location);
        let rows = rows_worker::start(rows, rows_jobs, inbox.clone());
        let file_checker = FileChecker::start(&location, inbox.clone());
        let begin_to_check = file_checker.beginning();
        let (to_inbox, counted) = (inbox.clone(), opening.log.reader()?);
        let report = move |report| {
            if matches!(report, ProjectorReport::Status { .. }) {
                begin_to_check();
            }
            // When the program is ending, there is no receiver.
            drop(message_of(report, &*counted).map(|message| to_inbox.send(message)));
        };
        let projector = ProjectorThreads::start(log(), &location, opening.fail_at, release_pace, report)
            .context("could not start the projector")?;
        let asker = Asker::start(&location, inbox.clone());
        let finder = Finder::new(log(), inbox.clone());
        let rebuilder = Rebuilder::new(log(), &location, inbox.clone());
        let has_proof = opening.log.abilities().has_proof;
        let verifier = has_proof.then(|| Verifier::start(log(), inbox.clone()));
        Ok(Self {
            interactive: Worker { jobs: to_interactive, thread: interactive },
            background: Worker { jobs: to_background, thread: background },
            rows: Worker { jobs: to_rows, thread: rows },
            asker,
            finder,
            file_checker,
            rebuilder,
            verifier,
            projector,
        })
    }

    /// Ends them all. The one that writes to the store closes it last: then SQLite moves its write-ahead log into the
    /// one file and removes it.
    fn stop(self) {
        self.asker.stop_and_wait();
        self.finder.stop_and_wait();
        self.file_checker.stop_and_wait();
        self.rebuilder.stop_and_wait();
        self.verifier.into_iter().for_each(Verifier::stop_and_wait);
        drop(self.projector);
        self.rows.stop();
        self.background.stop();
        self.interactive.stop();
    }

    fn ask(&self, ticket: Ticket, question: Question) -> Result<()> {
        match question {
            Question::Log(question) => match question.desk() {
                Desk::Interactive => self.interactive.jobs.send(Job::Ask(ticket, question)),
                Desk::Background => self.background.jobs.send(Job::Ask(ticket, question)),
            },
            Question::Rows(question) => self.rows.jobs.send(Job::Ask(ticket, question)),
            Question::Sql(question) => self.asker.ask(ticket, question),
            Question::Find(question) => {
                self.finder.find(ticket, question);
                Ok(())
            }
            Question::NextHit(question) => {
                self.finder.find_next(ticket, question);
                Ok(())
            }
        }
    }

    fn perform(&self, deed: Deed, importer: Option<&Importer>) -> Result<LoopStep> {
        match deed {
            Deed::Submit(command) => self.interactive.jobs.send(Job::Do(LogDeed::Submit(command)))?,
            Deed::ReadForCopy(place) => {
                self.interactive.jobs.send(Job::Do(LogDeed::ReadForCopy(place)))?;
            }
            Deed::StopFinding => self.finder.stop(),
            Deed::StopAsking => self.asker.stop(),
            Deed::Project => self.projector.send(ProjectorControl::HeadMoved),
            Deed::Verify => self.verifier.iter().for_each(Verifier::head_moved),
            Deed::Steer(order) => self.projector.send(ProjectorControl::Order(order)),
            Deed::Rebuild => self.rebuilder.begin(),
            Deed::StopRebuild => self.rebuilder.stop(),
            Deed::StopImport => importer.into_iter().for_each(Importer::stop),
            Deed::OpenAgain => return Ok(LoopStep::OpenAgain),
            Deed::Crash => {
                bail!("a part of foldback has ended by a panic, which is a bug; its message is above")
            }
            Deed::Quit => return Ok(LoopStep::End),
        }
        Ok(LoopStep::GoOn)
    }
}

/// The message to the screen; `None` for a store that gets its first read model, which is not news.
fn message_of(report: ProjectorReport, log: &dyn EventReader) -> Option<Message> {
    Some(match report {
        ProjectorReport::Status { checkpoint, status, is_here } => {
            let projected = |checkpoint| Message::Projected {
                checkpoint,
                status: Box::new(status),
                is_followed: !is_here,
            };
            let failed =
                |error| Message::Failed(format!("could not see how far the query view is: {error:#}"));
            reach(log, checkpoint).map_or_else(failed, projected)
        }
        ProjectorReport::Replaced => Message::ReadModelReplaced,
        ProjectorReport::OrderUndelivered(why) => Message::Failed(why),
        ProjectorReport::Restarted(RebuildReason::Missing) => return None,
        ProjectorReport::Restarted(why) => Message::ReadModelBegun(why.to_string()),
    })
}
