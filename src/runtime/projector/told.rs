//! The projector's last report, so that only changes are reported.

use crate::read_model::engine::location::Location;
use crate::read_model::engine::orders;
use crate::read_model::rows::steering::ProjectorStatus;
use crate::runtime::projector::ProjectorReport;

/// What was told last.
#[derive(Debug, Default)]
pub(super) struct Told {
    to_screen: Option<ProjectorReport>,
    to_others: Option<ProjectorStatus>,
}

impl Told {
    /// What is reported next is news, even if it is the same.
    pub(super) fn forget_screen(&mut self) {
        self.to_screen = None;
    }

    /// Tells the screen, at once.
    pub(super) fn screen(&mut self, report: ProjectorReport, tell: &mut impl FnMut(ProjectorReport)) {
        if self.to_screen.as_ref() != Some(&report) {
            tell(report.clone());
            self.to_screen = Some(report);
        }
    }

    /// Tells other processes: at the beat, and at once what somebody did to it or what failed.
    pub(super) fn others(&mut self, location: &Location, status: &ProjectorStatus, is_beat: bool) {
        let said = self.to_others.as_ref();
        let is_urgent = said.is_none_or(|said| said.pace != status.pace || said.failure != status.failure);
        if said != Some(status) && (is_beat || is_urgent) {
            // Who cannot be told sees the checkpoint move.
            drop(orders::publish(location, status));
            self.to_others = Some(status.clone());
        }
    }
}
