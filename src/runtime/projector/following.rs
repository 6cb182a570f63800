//! Following another process that projects: how far it is, and what it says of itself.

use anyhow::Result;

use crate::read_model::location::Location;
use crate::read_model::orders;
use crate::read_model::query::ReadModel;
use crate::read_model::rows::Checkpoint;
use crate::read_model::rows::steering::ProjectorStatus;

/// What a look at the read model found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looked {
    /// The generation that was there before.
    Same,
    /// Another one.
    Replaced,
}

/// What is known of the one who projects.
#[derive(Debug)]
pub(super) struct Following {
    read_model: ReadModel,
    /// What the read model's connection said when it was last looked at: as long as that is the same, nobody has written.
    version: Option<(i64, i64)>,
    /// How far the read model has been projected.
    pub(super) checkpoint: Checkpoint,
    /// How the one who projects stands.
    pub(super) status: ProjectorStatus,
}

impl Following {
    /// Nothing is known yet.
    pub(super) fn new(location: &Location) -> Self {
        Self {
            read_model: ReadModel::open(location),
            version: None,
            checkpoint: Checkpoint::default(),
            status: ProjectorStatus::default(),
        }
    }

    /// Looks how far the process is that projects, and how it stands; says whether it is still the same generation.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub(super) fn look(&mut self, location: &Location, process: Option<u32>) -> Result<Looked> {
        let version = self.read_model.data_version()?;
        let is_other = self.version.is_some_and(|(generation, _)| generation != version.0);
        if self.version != Some(version) {
            self.checkpoint = self.read_model.reading()?.checkpoint()?;
            self.version = Some(version);
        }
        // What an earlier one has left there says nothing of this one.
        let said = orders::status(location)?.filter(|said| said.process == process);
        self.status = ProjectorStatus { process, ..said.unwrap_or_default() };
        Ok(if is_other { Looked::Replaced } else { Looked::Same })
    }
}
