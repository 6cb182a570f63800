//! The questions that are asked again, because something failed or because the source of their answers has changed.

use crate::tui::model::Model;
use crate::tui::questions::timing::Basis;

impl Model {
    /// Asks questions again after a failure, once per key.
    pub fn ask_again_after_failure(&mut self) {
        if std::mem::take(&mut self.has_failed) {
            for slot in self.slots_mut().into_iter().filter(|slot| slot.is_retried()) {
                slot.ask_again();
            }
        }
    }

    /// Asks again for what is made from a source that has changed: folds when the log has another mapping, rows when a
    /// rebuild has replaced them.
    pub fn ask_again(&mut self, changed: Basis) {
        for slot in self.slots_mut().into_iter().filter(|slot| slot.basis() == changed) {
            slot.ask_again();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tui::effect::Effect;
    use crate::tui::fixture::Bank;
    use crate::tui::message::Message;
    use crate::tui::questions::Question;
    use crate::tui::update::update;

    /// The variants of the questions among the effects.
    fn asked(effects: &[Effect]) -> Vec<String> {
        let name = |effect: &Effect| match effect {
            Effect::Ask(_, Question::Log(question)) => Some(format!("{question:?}")),
            Effect::Ask(_, question) => Some(format!("{question:?}")),
            _ => None,
        };
        let names = effects.iter().filter_map(name);
        names.map(|name| name.split('(').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn another_mapping_asks_again_for_all_that_is_folded() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        // The event below the prompt is folded as well.
        bank.press(&mut model, ":goto 7<enter><enter>:deposit acc-1 5");
        let effects = update(&mut model, Message::MappingsChanged);
        assert_eq!(asked(&effects), ["Look", "Chart", "Comparison", "Inspection", "Preview"]);
    }

    #[test]
    fn after_a_failure_all_is_asked_again_but_what_a_person_asks() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "SSELECT 1<enter>");
        update(&mut model, Message::Failed("the disk is full".to_owned()));
        model.ask_again_after_failure();
        let retried = model.slots_mut().into_iter().filter(|slot| slot.is_retried()).count();
        assert!(model.console.answer.question().is_some() && model.look.question().is_none());
        assert_eq!(retried, model.slots_mut().len() - 2);
    }
}
