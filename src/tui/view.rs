//! The model, drawn.

use ratatui::Frame;

use crate::tui::layout::layout_in;
use crate::tui::model::{Model, Size};
use crate::tui::theme::Theme;
use crate::tui::widgets::{event_list, header, ruler, state, too_small};

/// Draws the model. What is drawn depends on the model and on nothing else, and costs no more than its cells.
pub fn view(model: &Model, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let size = Size { width: model.size.width.min(area.width), height: model.size.height.min(area.height) };
    let Some(panes) = layout_in(model, size) else {
        too_small::draw(theme, area, frame.buffer_mut());
        return;
    };
    let buf = frame.buffer_mut();
    header::draw(model, theme, panes.header, buf);
    if let Some(area) = panes.events {
        event_list::draw(model, theme, area, buf);
    }
    if let Some(area) = panes.state {
        state::draw(model, theme, area, buf);
    }
    ruler::draw(model, theme, &panes, buf);
}
