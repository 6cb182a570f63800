//! Tests of the meaning of foreign events.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::aggregates::account::fields::{ReadEvent, VOCABULARY};
use crate::domain::event::{GlobalPosition, RecordedEvent, SourceId, StreamName, StreamPosition};
use crate::domain::hash::ChainHash;
use crate::domain::mapping::file::BadMapping;
use crate::domain::mapping::{Mapping, Mappings};
use crate::domain::money::Currency;

fn parse(text: &str) -> Result<Mapping, BadMapping> {
    Mapping::parse(text, &VOCABULARY)
}

fn recorded(source: Option<i64>, event_type: &str, data: &str) -> RecordedEvent {
    RecordedEvent {
        position: GlobalPosition::new(1),
        stream: StreamName::new("a").unwrap(),
        version: StreamPosition::new(1),
        id: None,
        event_type: event_type.to_owned(),
        time: None,
        clock: None,
        data: data.to_owned(),
        metadata: None,
        source: source.map(SourceId),
        hash: ChainHash::default(),
    }
}

#[test]
fn an_event_is_read_in_the_words_of_its_own_source() {
    let text = "[meaning]\ncurrency = \"EUR\"\n[meaning.events.In]\nmeans = \"Deposited\"\namount = \"a.b\"";
    let mapping = Arc::new(parse(text).unwrap());
    let mappings = Mappings::new(HashMap::from([(SourceId(7), mapping)]));
    let read = |event| Ok(ReadEvent { event, currency: None, left_out: None });
    let deposited = |amount| read(AccountEvent::Deposited { amount, note: None });
    let eur = Currency::from_code("EUR");
    let foreign = r#"{"a":{"b":"1.50"}}"#;
    assert_eq!(mappings.read_account_event(&recorded(Some(7), "In", foreign), None), (deposited(150), eur));
    let yen = Currency::from_code("JPY");
    let data = r#"{"a":{"b":"2.00"}}"#;
    assert_eq!(mappings.read_account_event(&recorded(Some(7), "In", data), yen), (deposited(2), eur));
    let ours = r#"{"amount":5}"#;
    assert_eq!(mappings.read_account_event(&recorded(None, "Deposited", ours), None), (deposited(5), None));
    assert_eq!(
        mappings.read_account_event(&recorded(Some(8), "Deposited", ours), None),
        (deposited(5), None)
    );
    let not_named = mappings.read_account_event(&recorded(Some(7), "Deposited", ours), None).0;
    assert_eq!(not_named, Err("the mapping names no such event".into()));
}

#[test]
fn the_mapping_that_ships_as_an_example_reads() {
    let mapping = parse(include_str!("../../../../../assets/berka.toml")).unwrap();
    let read = |event_type, data| mapping.read_account_event(event_type, data, None).map(|read| read.event);
    let czk = Currency::from_code("CZK");
    let opened = AccountEvent::AccountOpened { owner: None, currency: None, overdraft_limit: 0 };
    assert_eq!(mapping.currency(), czk);
    assert_eq!(read("AccountOpened", r#"{"district": 55, "frequency": "M"}"#), Ok(opened));
    let data = r#"{"trans_id": 1, "amount": "34700.50", "operation": "cash"}"#;
    let note = Some("cash".to_owned());
    assert_eq!(read("Credited", data), Ok(AccountEvent::Deposited { amount: 3_470_050, note: note.clone() }));
    assert_eq!(read("Debited", data), Ok(AccountEvent::Withdrawn { amount: 3_470_050, note }));
    assert!(read("LoanGranted", data).is_err());
}

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
    let mapping = parse(BANK).unwrap();
    mapping.read_account_event(event_type, data, None).map(|read| read.event).map_err(Cow::into_owned)
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
    let event = "[meaning.events.In]\nmeans = \"Deposited\"\namount = \"a\"\ncurrency = \"c\"\nnote = \"n\"";
    let mapping = parse(&format!("[meaning]\n{lines}\n{event}")).unwrap();
    move |data| match mapping.read_account_event("In", data, None).map_err(Cow::into_owned)?.event {
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
    for (data, currency) in [(r#"{"a":1,"c":{"x":1}}"#, r#"{"x":1}"#), (r#"{"a":1,"c":"Euro"}"#, "\"Euro\"")]
    {
        assert_eq!(read(data), Err(format!("its currency {currency} is not a code of three letters")));
    }
}

#[test]
fn a_text_that_cannot_be_read_is_left_out_and_said() {
    let text = "[meaning.events.In]\nmeans = \"Deposited\"\namount = \"a\"\nnote = \"n\"\n\
                [meaning.events.Stop]\nmeans = \"AccountFrozen\"\nreason = \"n\"";
    let mapping = parse(text).unwrap();
    let deposited = AccountEvent::Deposited { amount: 100, note: None };
    let frozen = AccountEvent::AccountFrozen { reason: None };
    for (event_type, event) in [("In", deposited), ("Stop", frozen)] {
        let word = if event_type == "In" { "note" } else { "reason" };
        for json in [r#""cut \ud83d""#, "{}", "[\"x\"]"] {
            let read =
                mapping.read_account_event(event_type, &format!(r#"{{"a":100,"n":{json}}}"#), None).unwrap();
            let left_out = Some(format!("its {word} {json} cannot be read and is left out"));
            assert_eq!(read, ReadEvent { event: event.clone(), currency: None, left_out });
        }
        let others = r#"{"a":100,"\ud83d":1,"owner":7,"n":null}"#;
        assert_eq!(mapping.read_account_event(event_type, others, None).unwrap().left_out, None);
    }
}
