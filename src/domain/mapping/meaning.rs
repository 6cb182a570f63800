//! The meaning of another system's event type.

use std::borrow::Cow;

use crate::domain::aggregates::account::fields::{
    Amounts, FieldNotation, Fields, Means, N_FIELDS, ReadEvent,
};
use crate::domain::mapping::envelope::Envelope;
use crate::domain::mapping::paths::Paths;
use crate::domain::money::Currency;
use crate::domain::money::decimal::DecimalMark;

/// The meaning of an event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EventMeaning {
    pub(super) means: Means,
    /// The locations of the fields in the data; one slot per
    /// [`EventField`](crate::domain::aggregates::account::fields::EventField).
    pub(super) paths: Paths,
    pub(super) amounts: Amounts,
    pub(super) decimal_mark: DecimalMark,
}

impl EventMeaning {
    /// Reads an event of this type. Amounts are in the event's own currency, else in `unit`; names of other accounts
    /// are read as the envelope reads streams.
    ///
    /// # Errors
    /// Why it is not understood.
    pub(super) fn read(
        &self,
        data: &str,
        envelope: &Envelope,
        unit: Option<Currency>,
    ) -> Result<ReadEvent, Cow<'static, str>> {
        let mut slots = [None; N_FIELDS];
        self.paths
            .pick(data, &mut slots)
            .map_err(|why| Cow::Owned(format!("its data does not read: {why}")))?;
        let writing = FieldNotation::Mapped {
            stream_prefix: envelope.stream_prefix(),
            amounts: self.amounts,
            decimal_mark: self.decimal_mark,
        };
        Fields { slots, writing }.read(self.means, unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::account::events::AccountEvent;
    use crate::domain::event::StreamName;
    use crate::domain::mapping::Mapping;

    const BANK: &str = r#"
        [envelope]
        stream = "s"
        type = "t"
        data = "d"
        stream_prefix = "acc-"
        [meaning]
        currency = "EUR"
        [meaning.events.Opened]
        means = "AccountOpened"
        owner = "holder.name"
        currency = "holder.currency"
        limit = "line"
        [meaning.events.Out]
        means = "TransferSent"
        amount = "sum"
        to = "peer"
        transfer = "ref"
        note = "ref"
        [meaning.events.In]
        means = "TransferReceived"
        amount = "sum"
        from = "peer"
        [meaning.events.Line]
        means = "OverdraftLimitSet"
        limit = "line"
        [meaning.events.Blocked]
        means = "AccountFrozen"
        reason = "why"
        [meaning.events.Free]
        means = "AccountUnfrozen"
        [meaning.events.Gone]
        means = "AccountClosed"
    "#;

    fn read(event_type: &str, data: &str) -> Result<AccountEvent, String> {
        let mapping = Mapping::parse(BANK).unwrap();
        mapping.read(event_type, data, None).map(|read| read.event).map_err(Cow::into_owned)
    }

    #[test]
    fn every_event_of_ours_can_be_meant() {
        let name = |s| StreamName::new(s).unwrap();
        let kwd = Currency::from_code("KWD");
        let opened = |owner: Option<&str>, currency, overdraft_limit| {
            Ok(AccountEvent::AccountOpened { owner: owner.map(str::to_owned), currency, overdraft_limit })
        };
        let data = r#"{"holder":{"name":"A\u0064a","currency":"kwd"},"line":"1.5"}"#;
        assert_eq!(read("Opened", data), opened(Some("Ada"), kwd, 1500));
        assert_eq!(read("Opened", r#"{"holder":null,"line":1.50}"#), opened(None, None, 150));
        let (to, amount, transfer) = (name("acc-7"), 1205, "9".to_owned());
        let sent = AccountEvent::TransferSent { to, amount, transfer, note: Some("9".to_owned()) };
        assert_eq!(read("Out", r#"{"sum":12.05,"peer":7,"ref":9}"#), Ok(sent));
        let (from, transfer, note) = (name("acc-x"), String::new(), None);
        let received = AccountEvent::TransferReceived { from, amount: 1200, transfer, note };
        assert_eq!(read("In", r#"{"sum":" 12 ","peer":"x"}"#), Ok(received));
        assert_eq!(read("Line", r#"{"line":0}"#), Ok(AccountEvent::OverdraftLimitSet { limit: 0 }));
        let frozen = AccountEvent::AccountFrozen { reason: Some("true".to_owned()) };
        assert_eq!(read("Blocked", r#"{"why":true}"#), Ok(frozen));
        assert_eq!(read("Free", "{}"), Ok(AccountEvent::AccountUnfrozen {}));
        assert_eq!(read("Gone", r#"{"any":[1]}"#), Ok(AccountEvent::AccountClosed {}));
    }

    #[test]
    fn data_that_does_not_fit_says_why() {
        for (event_type, data, why) in [
            ("Line", "{}", "its data has no limit where the mapping says"),
            ("Line", r#"{"line":null}"#, "its data has no limit where the mapping says"),
            ("Line", "[1]", "its data does not read: it is not a JSON object"),
            ("Line", r#"{"line":1,"line":2}"#, "its data does not read: the key \"line\" appears twice"),
            ("Line", r#"{"line":[1]}"#, "its limit [1] is not a number"),
            ("Line", r#"{"line":true}"#, "its limit true is not a number"),
            ("Line", r#"{"line":0.005}"#, "its limit: 3 decimals are too many: EUR has 2"),
            ("Line", r#"{"line":"1e"}"#, "its limit: '1e' is not an amount; write it like 50 or 50.00"),
            (
                "Line",
                r#"{"line":"12,50"}"#,
                "its limit: '12,50' is not an amount: commas separate groups of three digits; write it like 1,250.00 or \
                 12.50, or decimal_mark = \",\" into the mapping",
            ),
            (
                "Line",
                r#"{"line":99999999999999999999}"#,
                "its limit: the amount is larger than an account can count",
            ),
            ("In", r#"{"sum":1}"#, "its data has no from where the mapping says"),
            ("In", r#"{"sum":1,"peer":{}}"#, "its from {} is not a text"),
            (
                "Opened",
                r#"{"holder":{"currency":"euro"}}"#,
                "its currency \"euro\" is not a code of three letters",
            ),
        ] {
            assert_eq!(read(event_type, data), Err(why.to_owned()), "{data}");
        }
    }

    /// A mapping whose only type, `In`, is a deposit of `a`, with these lines under `[meaning]`.
    fn deposits(lines: &str) -> impl Fn(&str) -> Result<i64, String> {
        let event =
            "[meaning.events.In]\nmeans = \"Deposited\"\namount = \"a\"\ncurrency = \"c\"\nnote = \"n\"";
        let mapping = Mapping::parse(&format!("[meaning]\n{lines}\n{event}")).unwrap();
        move |data| match mapping.read("In", data, None).map_err(Cow::into_owned)?.event {
            AccountEvent::Deposited { amount, .. } => Ok(amount),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn minor_units_are_whole_numbers_whatever_the_currency() {
        let read = deposits("currency = \"KWD\"\namounts = \"minor_units\"");
        for (data, amount) in [
            (r#"{"a":-5}"#, -5),
            (r#"{"a":"9223372036854775807"}"#, i64::MAX),
            (r#"{"a":5.0}"#, 5),
            (r#"{"a":"1,250"}"#, 1250),
            (r#"{"a":1.5E3}"#, 1500),
        ] {
            assert_eq!(read(data), Ok(amount), "{data}");
        }
        let why = "its amount: '5.5' is not a whole number of minor units".to_owned();
        assert_eq!(read(r#"{"a":5.5}"#), Err(why));
        assert!(read(r#"{"a":"12,50"}"#).is_err());
    }

    #[test]
    fn a_decimal_comma_is_that_of_texts_and_a_json_number_has_its_point() {
        let read = deposits("currency = \"EUR\"\ndecimal_mark = \",\"");
        for (data, amount) in [
            (r#"{"a":"1.250,00"}"#, 125_000),
            (r#"{"a":"12,50"}"#, 1250),
            (r#"{"a":"1.250"}"#, 125_000),
            (r#"{"a":1.25}"#, 125),
            (r#"{"a":1.250}"#, 125),
        ] {
            assert_eq!(read(data), Ok(amount), "{data}");
        }
        let why = "its amount: '12.50' is not an amount: points separate groups of three digits, as in 1.250,00 or 12,50";
        assert_eq!(read(r#"{"a":"12.50"}"#), Err(why.to_owned()));
    }

    #[test]
    fn an_amount_counts_in_the_currency_that_its_event_is_in() {
        let read = deposits("currency = \"EUR\"");
        for (data, amount) in [
            (r#"{"a":"5","c":"jpy"}"#, 5),
            (r#"{"a":"5","c":"KWD"}"#, 5000),
            (r#"{"a":"5","c":392}"#, 5),
            (r#"{"a":"5","c":""}"#, 500),
            (r#"{"a":"5","c":null}"#, 500),
        ] {
            assert_eq!(read(data), Ok(amount), "{data}");
        }
        for (data, currency) in
            [(r#"{"a":1,"c":{"x":1}}"#, r#"{"x":1}"#), (r#"{"a":1,"c":"Euro"}"#, "\"Euro\"")]
        {
            assert_eq!(read(data), Err(format!("its currency {currency} is not a code of three letters")));
        }
    }

    #[test]
    fn a_text_that_cannot_be_read_is_left_out_and_said() {
        let text = "[meaning.events.In]\nmeans = \"Deposited\"\namount = \"a\"\nnote = \"n\"\n\
                    [meaning.events.Stop]\nmeans = \"AccountFrozen\"\nreason = \"n\"";
        let mapping = Mapping::parse(text).unwrap();
        let deposited = AccountEvent::Deposited { amount: 100, note: None };
        let frozen = AccountEvent::AccountFrozen { reason: None };
        for (event_type, event) in [("In", deposited), ("Stop", frozen)] {
            let word = if event_type == "In" { "note" } else { "reason" };
            for json in [r#""cut \ud83d""#, "{}", "[\"x\"]"] {
                let read = mapping.read(event_type, &format!(r#"{{"a":100,"n":{json}}}"#), None).unwrap();
                let left_out = Some(format!("its {word} {json} cannot be read and is left out"));
                assert_eq!(read, ReadEvent { event: event.clone(), currency: None, left_out });
            }
            let others = r#"{"a":100,"\ud83d":1,"owner":7,"n":null}"#;
            assert_eq!(mapping.read(event_type, others, None).unwrap().left_out, None);
        }
    }
}
