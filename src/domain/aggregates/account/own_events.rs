//! Events of an account in our own JSON, read.

use std::borrow::Cow;

use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::aggregates::account::fields::{
    EventField, FieldNotation, Fields, Means, N_FIELDS, ReadEvent,
};
use crate::domain::json::{Unreadable, each_member, is_object};

impl AccountEvent {
    /// Reads an event of our own log from its type and data. Fields that such an event does not have are ignored. A
    /// field that appears twice is ambiguous, so the event is not read.
    ///
    /// # Errors
    /// Why the event is not understood: its type is unknown, its data is not an object, or a required field is missing
    /// or cannot be read.
    pub fn from_json(event_type: &str, json: &str) -> Result<ReadEvent, Cow<'static, str>> {
        let means = Means::of_type(event_type).ok_or("an account knows no such event")?;
        if !is_object(json) {
            return Err("its data is not an object".into());
        }
        let mut slots = [None; N_FIELDS];
        each_member(json, |key, value| {
            let field = key.and_then(|key| field_named(means, key));
            match field.and_then(|field| slots.get_mut(field as usize)) {
                Some(Some(_)) => Err(Unreadable::Twice(key.unwrap_or_default().to_owned())),
                Some(empty) => {
                    *empty = Some(value);
                    Ok(())
                }
                None => Ok(()),
            }
        })
        .map_err(|why| Cow::Owned(format!("its data does not read: {why}")))?;
        Fields { slots, writing: FieldNotation::Ours }.read(means, None)
    }
}

/// The field with this key, if such an event has it.
fn field_named(means: Means, key: &str) -> Option<EventField> {
    let field = match key {
        "amount" => EventField::Amount,
        "note" => EventField::Note,
        "to" => EventField::To,
        "from" => EventField::From,
        "transfer" => EventField::Transfer,
        "owner" => EventField::Owner,
        "currency" => EventField::Currency,
        "reason" => EventField::Reason,
        "limit" if means == Means::OverdraftLimitSet => EventField::Limit,
        "overdraft_limit" if means == Means::AccountOpened => EventField::Limit,
        _ => return None,
    };
    means.has(field).then_some(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::account::events::KNOWN_TYPES;
    use crate::domain::event::StreamName;
    use crate::domain::money::Currency;

    #[test]
    fn every_event_reads_back_as_it_was_written() {
        let name = |s| StreamName::new(s).unwrap();
        let note = Some("rent \"May\"".to_owned());
        let (amount, transfer) = (i64::MAX, "t-1".to_owned());
        let all = [
            AccountEvent::AccountOpened {
                owner: Some("Ada \u{202e}Lovelace".to_owned()),
                currency: Currency::from_code("KWD"),
                overdraft_limit: 5,
            },
            AccountEvent::AccountOpened { owner: None, currency: None, overdraft_limit: 0 },
            AccountEvent::Deposited { amount, note: None },
            AccountEvent::Withdrawn { amount, note: note.clone() },
            AccountEvent::TransferSent {
                to: name("b"),
                amount,
                transfer: transfer.clone(),
                note: note.clone(),
            },
            AccountEvent::TransferReceived { from: name("a"), amount, transfer, note },
            AccountEvent::OverdraftLimitSet { limit: 0 },
            AccountEvent::AccountFrozen { reason: Some("asked for".to_owned()) },
            AccountEvent::AccountUnfrozen {},
            AccountEvent::AccountClosed {},
        ];
        for event in all {
            let currency = match &event {
                AccountEvent::AccountOpened { currency, .. } => *currency,
                _ => None,
            };
            let read = AccountEvent::from_json(event.type_name(), &event.to_json());
            assert_eq!(read, Ok(ReadEvent { event, currency, left_out: None }));
        }
    }

    #[test]
    fn the_seeds_own_words_read_as_ours() {
        let read = |t| AccountEvent::from_json(t, r#"{"amount": 100}"#).map(|read| read.event);
        assert_eq!(read("deposit"), Ok(AccountEvent::Deposited { amount: 100, note: None }));
        assert_eq!(read("withdraw"), Ok(AccountEvent::Withdrawn { amount: 100, note: None }));
    }

    #[test]
    fn data_of_another_shape_says_why_it_has_no_meaning() {
        let why = |t, d| AccountEvent::from_json(t, d).unwrap_err().into_owned();
        assert_eq!(why("LoanGranted", "{}"), "an account knows no such event");
        assert_eq!(why("TransferSent", r#"{"amount":1}"#), "its data does not say to whom");
        for (data, says) in [
            ("{}", "its data has no amount"),
            (r#"{"Amount":1}"#, "its data has no amount"),
            (r#"{"amount":null}"#, "its data has no amount"),
            (r#"{"amount":1.5}"#, "its amount: '1.5' is not a whole number of minor units"),
            (r#"{"amount":[1]}"#, "its amount [1] is not a number"),
            (r#"{"amount":1,"amount":2}"#, "its data does not read: the key \"amount\" appears twice"),
            (
                r#"{"amount":99999999999999999999}"#,
                "its amount: the amount is larger than an account can count",
            ),
            (r#"{"amount":1e999999999}"#, "its amount: the amount is larger than an account can count"),
        ] {
            assert_eq!(why("Deposited", data), says, "{data}");
        }
        assert!(why("Deposited", "{").starts_with("its data does not read: it is not JSON: "));
    }

    #[test]
    fn only_an_object_is_data() {
        for data in ["null", "7", "\"x\"", "[]", "[null,null,null,null,100]", r#"["Ada","EUR"]"#] {
            for event_type in KNOWN_TYPES {
                let why = AccountEvent::from_json(event_type, data);
                assert_eq!(why, Err("its data is not an object".into()), "{event_type} {data}");
            }
        }
    }

    #[test]
    fn an_amount_is_read_exactly_however_it_is_written() {
        for json in ["100", "100.0", "1.0e2", "1e2", "1E+2", "\"100\"", "\" 100 \"", "1000e-1"] {
            let read = AccountEvent::from_json("Deposited", &format!(r#"{{"amount":{json}}}"#));
            assert_eq!(
                read.map(|read| read.event),
                Ok(AccountEvent::Deposited { amount: 100, note: None }),
                "{json}"
            );
        }
    }

    #[test]
    fn an_amount_with_decimals_is_not_taken_for_minor_units() {
        for text in ["12.00", "12.0", "1,250.00", "0.5"] {
            let read = AccountEvent::from_json("Deposited", &format!(r#"{{"amount":"{text}"}}"#));
            assert_eq!(
                read,
                Err(format!("its amount: '{text}' is not a whole number of minor units").into())
            );
        }
        let read = AccountEvent::from_json("OverdraftLimitSet", r#"{"limit":50.01}"#);
        assert_eq!(read, Err("its limit: '50.01' is not a whole number of minor units".into()));
    }

    #[test]
    fn fields_that_an_event_of_its_type_does_not_have_are_not_read() {
        let any = [
            "\"from\":{\"iban\":\"X1\"}",
            "\"note\":null",
            "\"owner\":7",
            "\"limit\":\"none\"",
            "\"overdraft_limit\":1.5",
            "\"reason\":[\"x\"]",
            "\"reason\":1,\"reason\":2",
            "\"\\ud83d\":1",
        ];
        for other in any {
            let read = AccountEvent::from_json("Deposited", &format!(r#"{{{other},"amount":100}}"#));
            let event = AccountEvent::Deposited { amount: 100, note: None };
            assert_eq!(read, Ok(ReadEvent { event, currency: None, left_out: None }), "{other}");
        }
    }

    #[test]
    fn a_text_that_cannot_be_read_is_left_out_and_said() {
        let deposited = AccountEvent::Deposited { amount: 100, note: None };
        let sent = AccountEvent::TransferSent {
            to: StreamName::new("b").unwrap(),
            amount: 100,
            transfer: String::new(),
            note: None,
        };
        let opened = AccountEvent::AccountOpened { owner: None, currency: None, overdraft_limit: 5 };
        for (event, field, word) in [
            (deposited, r#""amount":100,"note""#, "note"),
            (sent, r#""amount":100,"to":"b","transfer""#, "transfer"),
            (opened, r#""overdraft_limit":5,"owner""#, "owner"),
            (AccountEvent::AccountFrozen { reason: None }, "\"reason\"", "reason"),
        ] {
            for json in ["5", "true", "{\"code\":7}", "[\"x\"]", r#""cut emoji \ud83d""#] {
                let read = AccountEvent::from_json(event.type_name(), &format!("{{{field}:{json}}}"));
                let left_out = Some(format!("its {word} {json} cannot be read and is left out"));
                assert_eq!(
                    read,
                    Ok(ReadEvent { event: event.clone(), currency: None, left_out }),
                    "{field} {json}"
                );
            }
        }
    }
}
