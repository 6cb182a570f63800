//! The last reports of the projector, so that only changes are reported.

use crate::read_model::engine::location::Location;
use crate::read_model::engine::orders;
use crate::read_model::rows::steering::ProjectorStatus;
use crate::runtime::projector::messages::ProjectorReport;

/// The last reports, to the screen and to other processes.
#[derive(Debug, Default)]
pub(super) struct LastReports {
    to_screen: Option<ProjectorReport>,
    to_others: Option<ProjectorStatus>,
}

impl LastReports {
    /// Makes the next report to the screen count as news, even if it is equal.
    pub(super) fn forget_screen(&mut self) {
        self.to_screen = None;
    }

    /// Reports to the screen, at once.
    pub(super) fn screen(&mut self, report: ProjectorReport, report_to: &mut impl FnMut(ProjectorReport)) {
        if self.to_screen.as_ref() != Some(&report) {
            report_to(report.clone());
            self.to_screen = Some(report);
        }
    }

    /// Reports to other processes: at each beat, and at once after orders and failures.
    pub(super) fn others(&mut self, location: &Location, status: &ProjectorStatus, is_beat: bool) {
        let published = self.to_others.as_ref();
        let is_urgent = published
            .is_none_or(|published| published.pace != status.pace || published.failure != status.failure);
        if published != Some(status) && (is_beat || is_urgent) {
            // If that fails, they still see the checkpoint move.
            drop(orders::publish(location, status));
            self.to_others = Some(status.clone());
        }
    }
}
