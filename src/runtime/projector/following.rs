//! Following another process that projects: its progress and its status.

use anyhow::Result;

use crate::domain::moment::Moment;
use crate::read_model::engine::location::Location;
use crate::read_model::engine::orders;
use crate::read_model::questions::query::ReadModel;
use crate::read_model::rows::steering::{Pace, ProjectorStatus};

/// The changes since the last look at the read model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ObservedChanges {
    /// Whether another generation is current.
    pub(super) is_replaced: bool,
    /// The projector's pace, if it has changed.
    pub(super) new_pace: Option<Pace>,
}

/// The known state of another process's projector.
#[derive(Debug)]
pub(super) struct Following {
    read_model: ReadModel,
    /// The data version at the last look: while it is the same, nobody has written.
    version: Option<(i64, i64)>,
    /// The checkpoint of the read model.
    pub(super) checkpoint: Moment,
    /// The projector's status.
    pub(super) status: ProjectorStatus,
    /// The pace that it published last.
    published_pace: Option<Pace>,
}

impl Following {
    /// Nothing is known yet.
    pub(super) fn new(location: &Location) -> Self {
        Self {
            read_model: ReadModel::open(location),
            version: None,
            checkpoint: Moment::default(),
            status: ProjectorStatus::default(),
            published_pace: None,
        }
    }

    /// Reads the status and the progress of the process that projects.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub(super) fn look(&mut self, location: &Location, process: Option<u32>) -> Result<ObservedChanges> {
        let version = self.read_model.data_version()?;
        let is_other = self.version.is_some_and(|(generation, _)| generation != version.0);
        if self.version != Some(version) {
            self.checkpoint = self.read_model.reading()?.checkpoint()?;
            self.version = Some(version);
        }
        let published = orders::status_of(location, process)?;
        let new_pace = published
            .as_ref()
            .map(|published| published.pace)
            .filter(|pace| Some(*pace) != self.published_pace);
        self.published_pace = new_pace.or(self.published_pace);
        self.status = ProjectorStatus { process, ..published.unwrap_or_default() };
        Ok(ObservedChanges { is_replaced: is_other, new_pace })
    }
}
