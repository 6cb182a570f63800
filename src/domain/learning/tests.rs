//! Tests of learning: a planted running total is found with its signs and its contradictions, and nothing else is.

use proptest::prelude::*;

use super::*;
use crate::domain::aggregates::grouping::groups_of;
use crate::domain::event::StreamPosition;
use crate::domain::hash::ChainHash;
use crate::domain::learning::learned_total::{LearnedTotal, TermSign};

/// An event of a made-up log: stream, type and data.
type Made = (String, String, String);

fn recorded(position: u64, made: &Made) -> RecordedEvent {
    RecordedEvent {
        position: GlobalPosition::new(position),
        stream: StreamName::new(&made.0).unwrap(),
        version: StreamPosition::new(1),
        id: None,
        event_type: made.1.clone(),
        time: None,
        clock: None,
        data: made.2.clone(),
        metadata: None,
        source: None,
        hash: ChainHash([0; 32]),
    }
}

fn learn(log: &[Made]) -> LearnedLog {
    let mut learner = Learner::new(groups_of(log.iter().map(|made| (made.0.as_str(), made.1.as_str()))));
    for (nth, made) in log.iter().enumerate() {
        learner.take(&recorded(nth as u64 + 1, made));
    }
    learner.learned()
}

fn made(stream: &str, event_type: &str, data: &str) -> Made {
    (stream.to_owned(), event_type.to_owned(), data.to_owned())
}

/// The totals of a log with one aggregate.
fn totals(log: &[Made]) -> Vec<LearnedTotal> {
    let mut aggregates = learn(log).aggregates;
    assert_eq!(aggregates.len(), 1);
    aggregates.remove(0).totals
}

/// A total with its terms, as text: `balance = +In.amount 12/12 -Out.amount 8/8`.
fn formula(total: &LearnedTotal) -> String {
    let mut text = format!("{} =", total.keys.join("."));
    for term in &total.terms {
        let sign = match &term.sign {
            TermSign::Plus => "+".to_owned(),
            TermSign::Minus => "-".to_owned(),
            TermSign::ByText { keys, plus, minus, n_unproved } => {
                format!("[{} {plus:?} {minus:?} {n_unproved}]", keys.join("."))
            }
        };
        let (of, amount) = (&term.event_type, term.amount.join("."));
        text += &format!(" {sign}{of}.{amount} {}/{}", term.n_agreeing, term.n_changes);
    }
    text
}

fn formulas(log: &[Made]) -> Vec<String> {
    totals(log).iter().map(formula).collect()
}

/// A wallet into which and out of which different amounts go, with the total after each.
fn wallet(n_events: i64) -> Vec<Made> {
    let mut total = 0;
    let event = |nth: i64| {
        let amount = 10 + nth * 7 % 23;
        let (event_type, change) = if nth % 3 == 2 { ("Out", -amount) } else { ("In", amount) };
        total += change;
        made("w-1", event_type, &format!(r#"{{"amount":{amount},"total":{total},"note":"x"}}"#))
    };
    (0..n_events).map(event).collect()
}

#[test]
fn ten_changes_prove_a_total_and_nine_do_not() {
    assert_eq!(formulas(&wallet(11)), ["total = +In.amount 7/7 -Out.amount 3/3"]);
    assert_eq!(formulas(&wallet(10)), [""; 0]);
    let total = totals(&wallet(31)).remove(0);
    assert_eq!((total.n_changes, total.n_right, total.n_first, total.first_unexplained.n), (30, 30, 1, 0));
}

#[test]
fn nineteen_in_twenty_changes_prove_a_total_and_the_others_are_contradictions() {
    let mut log = wallet(41);
    for (place, is_proved) in [(7, true), (31, false)] {
        // The total of one event is wrong, so the change to it and the change from it are.
        let at = place - 1;
        log[at] = made("w-1", "In", r#"{"amount":11,"total":9999,"note":"x"}"#);
        let found = totals(&log);
        assert_eq!(found.len(), usize::from(is_proved), "{found:?}");
        if is_proved {
            let positions: Vec<u64> = found[0].contradictions.first.iter().map(|at| at.number()).collect();
            assert_eq!((found[0].n_right, found[0].contradictions.n, positions), (38, 2, vec![7, 8]));
        }
    }
}

#[test]
fn a_sign_may_depend_on_a_text() {
    let mut total = 0;
    let event = |nth: i64| {
        let amount = 3 + nth * 5 % 17;
        let kind = ["credit", "debit", "refund"][usize::try_from(nth % 3).unwrap()];
        total += if kind == "debit" { -amount } else { amount };
        let data = format!(
            r#"{{"id":"t{nth}","kind":"{kind}","branch":"b{}","amount":"{amount}.00","total":{total}}}"#,
            nth % 2
        );
        made("acc-1", "Booked", &data)
    };
    let log: Vec<Made> = (0..60).map(event).collect();
    assert_eq!(formulas(&log), [r#"total = [kind ["credit", "refund"] ["debit"] 0]Booked.amount 59/59"#]);
}

#[test]
fn sums_of_floating_point_agree_and_sums_of_decimals_have_to_be_exact() {
    let log = |error: f64| {
        let mut total = 0.0;
        let event = |nth: u32| {
            let amount = f64::from(nth * 37 % 101 + 1) / 10.0;
            total += amount;
            made(
                "a-1",
                "In",
                &format!(r#"{{"amount":{amount},"total":{}}}"#, total + error * f64::from(nth % 2)),
            )
        };
        (0..40).map(event).collect::<Vec<Made>>()
    };
    assert!(log(0.0).iter().any(|(_, _, data)| data.contains("00000000")), "some are inexact");
    assert_eq!(formulas(&log(0.0)), ["total = +In.amount 39/39"]);
    assert_eq!(formulas(&log(0.25)), [""; 0]);
}

#[test]
fn coincidences_prove_nothing() {
    let log = |data: &dyn Fn(i64) -> String| {
        (0..60).map(|nth| made("a-1", "Seen", &data(nth))).collect::<Vec<Made>>()
    };
    for (what, log) in [
        ("a constant", log(&|_| r#"{"total":5,"amount":0}"#.to_owned())),
        ("a version", log(&|nth| format!(r#"{{"version":{nth},"step":1}}"#))),
        ("a switch", log(&|nth| format!(r#"{{"level":{},"size":7}}"#, nth % 2 * 7))),
        ("equal fields", log(&|nth| format!(r#"{{"a":{0},"b":{0}}}"#, nth * nth % 31))),
        ("every second one zero", log(&|nth| format!(r#"{{"total":{0},"amount":{0}}}"#, nth % 2 * nth))),
        ("ids", log(&|nth| format!(r#"{{"id":{},"ref":{}}}"#, 1000 + nth, nth * 31 % 57))),
    ] {
        assert_eq!(formulas(&log), [""; 0], "{what}");
    }
    // One event of each stream has no change to explain.
    let single =
        (0..60).map(|nth| made(&format!("a-{nth}"), "In", &format!(r#"{{"total":{nth},"amount":{nth}}}"#)));
    assert_eq!(formulas(&single.collect::<Vec<_>>()), [""; 0]);
}

#[test]
fn events_that_state_a_total_or_leave_it_are_no_part_of_the_sum() {
    let mut log = wallet(40);
    let total: serde_json::Value = serde_json::from_str(&log[39].2).unwrap();
    let total = total["total"].as_i64().unwrap();
    log.push(made("w-1", "Renamed", &format!(r#"{{"total":{total},"length":9}}"#)));
    log.push(made("w-1", "Adjusted", r#"{"total":1000}"#));
    log.push(made("w-1", "Closed", r#"{"amount":77}"#));
    let found = totals(&log).remove(0);
    assert_eq!(formula(&found), "total = +In.amount 26/26 -Out.amount 13/13");
    assert_eq!((found.unmoved.as_slice(), found.n_changes), (&["Renamed".to_owned()][..], 40));
    assert_eq!((found.stated[0].event_type.as_str(), found.stated[0].n_events), ("Adjusted", 1));
}

#[test]
fn a_first_total_that_a_start_at_zero_does_not_explain_is_reported() {
    let log: Vec<Made> = wallet(40).split_off(5);
    let found = totals(&log).remove(0);
    assert_eq!((found.n_first, found.first_unexplained.n, found.starts_at_zero()), (1, 1, false));
}

#[test]
fn beyond_the_limit_of_streams_totals_are_not_followed_and_sums_are_complete() {
    let mut log = wallet(30);
    log.push(made("w-2", "In", r#"{"amount":1000,"total":1000}"#));
    let mut learner = Learner::following(1, groups_of([("w-1", "In")]));
    for (nth, made) in log.iter().enumerate() {
        learner.take(&recorded(nth as u64 + 1, made));
    }
    let learned = learner.learned();
    assert_eq!((learned.n_events, learned.n_streams, learned.not_learned.n_not_followed), (31, 1, 1));
    let of_in = &learned.aggregates[0].types[0];
    let amounts = log
        .iter()
        .filter(|made| made.1 == "In")
        .map(|made| serde_json::from_str::<serde_json::Value>(&made.2).unwrap()["amount"].as_i64().unwrap());
    assert_eq!(of_in.fields[0].sum, Some(amounts.sum::<i64>().into()));
    assert_eq!(learned.not_learned.words().len(), 1);
}

/// A log in which `balance` is the running total of `amount`, with the sign of each type; one in a hundred totals is wrong.
fn planted(signs: &[bool], steps: &[(usize, usize, u32)], n_decimals: u32) -> (Vec<Made>, u64) {
    let mut totals = [(0_i64, 0_i64, false); 3];
    let mut n_right = 0;
    let unit = 10_i64.pow(n_decimals);
    let shown = |figure: i64| {
        let sign = if figure < 0 { "-" } else { "" };
        let (whole, part) = (figure.abs() / unit, figure.abs() % unit);
        if n_decimals == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{part:0>0$}", n_decimals as usize)
        }
    };
    let event = |(of, stream, amount): &(usize, usize, u32)| {
        let amount = i64::from(*amount);
        let change = if signs[*of] { amount } else { -amount };
        let (exact, written, is_known) = &mut totals[*stream];
        *exact += change;
        let error = if amount % 97 == 7 { 5 * unit } else { 0 };
        let before = std::mem::replace(written, *exact + error);
        n_right += u64::from(*is_known && *written - before == change);
        *is_known = true;
        let data = format!(
            r#"{{"serial":{},"amount":{},"who":"w{}","balance":"{}"}}"#,
            amount * 7919 % 1009,
            shown(amount),
            amount % 5,
            shown(*written)
        );
        made(&format!("acc-{stream}"), &format!("T{of}"), &data)
    };
    (steps.iter().map(event).collect(), n_right)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_planted_total_is_found_with_the_sign_of_each_type_and_its_contradictions(
        signs in prop::collection::vec(any::<bool>(), 3),
        steps in prop::collection::vec((0..3_usize, 0..3_usize, 1..100_000_u32), 150..400),
        n_decimals in 0..4_u32,
    ) {
        let (log, n_right) = planted(&signs, &steps, n_decimals);
        let found = totals(&log);
        let total = found.iter().find(|total| total.keys == ["balance"]);
        let n_changes = log.len() as u64 - 3;
        if n_right * 100 >= n_changes * 96 {
            prop_assert!(total.is_some(), "{n_right} of {n_changes}");
        }
        let Some(total) = total else { return Ok(()) };
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(total.n_changes, n_changes);
        prop_assert_eq!(total.n_right, n_right);
        prop_assert_eq!(total.contradictions.n, n_changes - n_right - total.n_rounded);
        for term in &total.terms {
            let of = term.event_type[1..].parse::<usize>().unwrap();
            prop_assert_eq!(&term.sign, if signs[of] { &TermSign::Plus } else { &TermSign::Minus });
            prop_assert_eq!(&term.amount, &["amount"]);
        }
    }

    #[test]
    fn random_numbers_prove_nothing(
        rows in prop::collection::vec((0..3_usize, 0..4_usize, prop::array::uniform4(0..6_i64), 0..2_usize), 30..300),
        are_small in any::<bool>(),
    ) {
        let factor = if are_small { 1 } else { 977 };
        let event = |(of, stream, [a, b, c, d], kind): &(usize, usize, [i64; 4], usize)| {
            let (a, b, c, d) = (a * factor, b * factor + 1, c - 3, d * 10);
            let data = format!(r#"{{"a":{a},"b":"{b}","c":{c},"in":{{"d":{d}}},"kind":"k{kind}"}}"#);
            made(&format!("s-{stream}"), &format!("T{of}"), &data)
        };
        let log: Vec<Made> = rows.iter().map(event).collect();
        prop_assert_eq!(formulas(&log), [""; 0]);
    }
}
