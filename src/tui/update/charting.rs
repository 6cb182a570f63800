//! The choice of the field that the chart draws.

use crate::domain::shape::FieldSpec;
use crate::domain::state::State;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::key_name;
use crate::tui::layout::layout;
use crate::tui::model::Model;
use crate::tui::model::focus::Pane;
use crate::tui::model::notice::Tone;

/// Chooses the next field of the selected state that has a number at the playhead; makes the state visible if it is not.
pub(super) fn next_field(model: &mut Model) {
    let state = model.look.answer().and_then(|look| look.state.as_ref());
    let fields = state.map_or_else(Vec::new, |state| numeric_fields(&state.trace.state));
    let place_of = |name: &String| fields.iter().position(|spec| spec.name == *name);
    let drawn = model.chart.answer().and_then(|chart| chart.field.as_ref());
    let place = model.charted_field.as_ref().and_then(place_of).or(drawn.and_then(place_of));
    let next = place.and_then(|place| fields.get(place + 1)).or(fields.first());
    let Some(FieldSpec { name, label, .. }) = next else {
        return model.notify(Tone::Plain, "no field of this state has a number: there is nothing to draw");
    };
    let text = match fields.len() {
        1 => format!("{label} is the only field with a number"),
        _ => format!("the chart draws {label}; {} draws the next field", key_name(KeyAction::ChartField)),
    };
    model.charted_field = Some(name.clone().into_owned());
    model.notify(Tone::Plain, text);
    if layout(model).is_some_and(|panes| panes.state.is_none()) {
        model.focus = Pane::State;
    }
}

/// The fields that have a number, in the order of the screen.
fn numeric_fields(state: &State) -> Vec<FieldSpec> {
    let fields = state.shape().ids().zip(state.shape().fields.iter());
    let numeric = fields.filter(|(field, _)| state.field(*field).as_number().is_some());
    numeric.map(|(_, spec)| spec.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::Bank;
    use crate::tui::model::size::Size;

    #[test]
    fn the_chart_goes_through_the_fields_that_have_a_number_and_becomes_visible() {
        let bank = Bank::little();
        let mut model = bank.screen(60, 15);
        let mut drawn = Vec::new();
        for _ in 0..3 {
            bank.press(&mut model, "c");
            let said = model.notice.as_ref().map(|notice| notice.text.clone());
            drawn.push((model.chart.answer().and_then(|chart| chart.field.clone()), said));
        }
        let is = |field: &str, label: &str| {
            (Some(field.to_owned()), Some(format!("the chart draws {label}; c draws the next field")))
        };
        let [balance, overdraft] = [is("balance", "balance"), is("overdraft_limit", "overdraft")];
        assert_eq!(drawn, [overdraft.clone(), balance, overdraft]);
        assert_eq!((model.focus, model.size), (Pane::State, Size { width: 60, height: 15 }));
    }

    #[test]
    fn before_the_first_event_there_is_nothing_to_draw() {
        let bank = Bank::of(&[]);
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "c");
        assert!(model.notice.unwrap().text.contains("there is nothing to draw"));
        assert_eq!(model.charted_field, None);
    }
}
