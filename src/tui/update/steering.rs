//! Steering the read side: orders to the projector, and the clock of the query view.

use crate::domain::counted::counted;
use crate::read_model::rows::steering::Order;
use crate::tui::effect::{Deed, Effect};
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::key_name;
use crate::tui::model::Model;
use crate::tui::model::focus::QueryClock;
use crate::tui::model::notice::Tone;
use crate::tui::update::prompts;

/// Gives an order. The screen shows the new pace at once: the projector may take a moment, and the next key builds on
/// it.
fn steer(model: &mut Model, order: Order, effects: &mut Vec<Effect>) {
    let pace = &mut model.read_side.status.pace;
    *pace = pace.after(order);
    effects.push(Effect::Do(Deed::Steer(order)));
}

/// Holds or releases the projector.
pub(super) fn hold(model: &mut Model, effects: &mut Vec<Effect>) {
    let is_held = model.read_side.status.pace.is_held;
    steer(model, if is_held { Order::Release } else { Order::Hold }, effects);
}

/// Makes the projector take a number of events, and then holds it.
pub(super) fn step(model: &mut Model, n_events: i64, effects: &mut Vec<Effect>) {
    if !model.read_side.status.pace.is_held {
        let n = counted(n_events.unsigned_abs(), "event");
        let text = format!(
            "the projector takes {n} and is held from then on: {} releases it",
            key_name(KeyAction::Hold)
        );
        model.notify(Tone::Plain, text);
    }
    steer(model, Order::Step(n_events.unsigned_abs()), effects);
}

/// Slows the projector down by one of its speeds.
pub(super) fn slower(model: &mut Model, effects: &mut Vec<Effect>) {
    steer(model, Order::Speed(model.read_side.status.pace.slower()), effects);
}

/// Lets the projector go faster by one of its speeds.
pub(super) fn faster(model: &mut Model, effects: &mut Vec<Effect>) {
    steer(model, Order::Speed(model.read_side.status.pace.faster()), effects);
}

/// Makes the projector retry the failed event.
pub(super) fn retry(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.read_side.status.failure.is_none() {
        return model.notify(Tone::Plain, "nothing has failed: the projector continues by itself");
    }
    steer(model, Order::Retry, effects);
}

/// Opens the prompt with the command that skips the failed event: nothing is skipped by a single key.
pub(super) fn propose_skip(model: &mut Model) {
    let failed = model.read_side.status.failure.as_ref().and_then(|failure| failure.event.as_ref());
    let Some(position) = failed.map(|event| event.position) else {
        return model.notify(Tone::Plain, "no event has failed: there is nothing to skip");
    };
    prompts::open_command(model, &format!("skip {position}"));
}

/// Gives a typed order.
pub(super) fn order(model: &mut Model, order: Order, effects: &mut Vec<Effect>) {
    match order {
        Order::Retry => return retry(model, effects),
        Order::Skip(position) if !model.has_failed_at(position) => {
            let text = format!("the event at {position} is not one that could not be projected");
            return model.notify(Tone::Bad, text);
        }
        Order::Skip(_) | Order::Hold | Order::Release | Order::Step(_) | Order::Speed(_) => {}
    }
    steer(model, order, effects);
}

/// Switches the query view to its other clock.
pub(super) fn turn_clock(model: &mut Model) {
    model.query_clock = match model.query_clock {
        QueryClock::Checkpoint => QueryClock::Playhead,
        QueryClock::Playhead => QueryClock::Checkpoint,
    };
}
