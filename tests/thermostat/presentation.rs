//! The presentation of several aggregates: one entry for each, the first one in the lead.

use foldback::read_model::presentation_of;
use foldback::read_model::rows::presentation::PresentedAggregate;

use super::*;

fn both(is_bank_first: bool) -> Aggregates {
    let (bank, house) = (Aggregates::bank(), aggregates());
    let (first, other) = if is_bank_first { (&bank, &house) } else { (&house, &bank) };
    let other = Aggregate { streams: NamePattern::of_prefix("other-"), ..other.first().clone() };
    Aggregates::new(first.first().clone(), vec![other])
}

#[test]
fn every_aggregate_has_an_entry_with_its_words_and_those_of_its_table() {
    let presentation = presentation_of(&both(true));
    let thermostat = PresentedAggregate {
        streams: NamePattern::of_prefix("other-"),
        words: AggregateWords::of("thermostat"),
        columns: Thermostat::new().0,
        filtered_by: "name or a listed text".into(),
        tables: "documents".into(),
    };
    assert_eq!(presentation.others, [thermostat]);
    assert_eq!(presentation.first, presentation_of(&Aggregates::bank()).first);
    let noun = |name| presentation.noun_of(name).with_article();
    assert_eq!([noun("acc-1"), noun("other-1"), noun("other")], ["an account", "a thermostat", "an account"]);
}

#[test]
fn the_first_aggregate_leads_and_the_questions_of_all_are_offered() {
    let text = "{a stream} of {streams}, by {filtered_by}, in {table}";
    let worded = |is_bank_first| presentation_of(&both(is_bank_first)).worded(text).into_owned();
    assert_eq!(worded(true), "an account of accounts, by name or owner, in accounts");
    assert_eq!(worded(false), "a thermostat of thermostats, by name or a listed text, in documents");
    let bank = presentation_of(&Aggregates::bank());
    for is_bank_first in [true, false] {
        let both = presentation_of(&both(is_bank_first));
        assert_eq!((both.questions, both.event_types), (bank.questions.clone(), bank.event_types.clone()));
    }
}
