//! Times and durations, the state before the event, and history: rules 4, 8 and 10.

use foldback::domain::expression::compiled::Expression;
use foldback::domain::expression::history::ConditionTally;
use foldback::domain::expression::scope::{Availability, EvaluationScope, JsonFields};

use super::scene::{check, scope, value_in};

#[test]
fn times_compare_with_texts_in_rfc_3339() {
    check(&[
        ("time", "\"2024-03-14T12:00:01Z\""),
        ("time > data.at", "true"),
        ("data.at < time", "true"),
        ("time == '2024-03-14T13:00:01+01:00'", "true"),
        ("time >= '2024-03-14'", "true"),
        ("time < '2024-03-14'", "false"),
        ("time < 'yesterday'", "?"),
        ("time == 5", "?"),
        ("time - timestamp(data.at)", "\"1s\""),
        ("time - data.at", "?"),
        ("timestamp('2024-03-14') + duration('1d12h')", "\"2024-03-15T12:00:00Z\""),
        ("timestamp(1700000000.5)", "\"2023-11-14T22:13:20.5Z\""),
        ("timestamp(1e30)", "?"),
        ("timestamp('9999-12-30T00:00:00Z') + duration('100d')", "?"),
    ]);
}

#[test]
fn durations_are_added_and_compared() {
    check(&[
        ("duration('90m') == duration('1h30m')", "true"),
        ("duration('1h') - duration('90m')", "\"-1800s\""),
        ("-duration('1h')", "\"-3600s\""),
        ("duration('1.5s')", "\"1.5s\""),
        ("duration('7d') > duration('1h')", "true"),
        ("duration('1h') < 5", "?"),
        ("string(duration('2m'))", "\"120s\""),
    ]);
}

#[test]
fn a_part_of_a_time_is_in_utc_or_in_a_zone() {
    check(&[
        ("time.getFullYear()", "2024"),
        ("time.getMonth()", "2"),
        ("time.getDate()", "14"),
        ("time.getDayOfMonth()", "13"),
        ("time.getDayOfWeek()", "4"),
        ("time.getDayOfYear()", "73"),
        ("time.getHours()", "12"),
        ("time.getHours('Asia/Tokyo')", "21"),
        ("time.getHours('-08:00')", "4"),
        ("time.getMinutes() + time.getSeconds()", "1"),
        ("timestamp('2024-03-14T12:00:00.250Z').getMilliseconds()", "250"),
        ("time.getHours('Nowhere/Town')", "?"),
        ("data.at.getHours()", "?"),
        ("duration('90m').getHours()", "1"),
        ("duration('90m').getMinutes()", "90"),
        ("duration('1.5s').getMilliseconds()", "1500"),
        ("duration('90m').getMonth()", "?"),
    ]);
}

#[test]
fn changed_compares_with_the_state_before_the_event() {
    check(&[
        ("changed(total)", "true"),
        ("changed(status)", "false"),
        ("changed(limit)", "false"),
        ("changed(owner)", "true"),
        ("changed(nothing)", "false"),
        ("changed(total > 11)", "true"),
        ("changed(total > 1)", "false"),
    ]);
    let first = EvaluationScope { old: Availability::Missing, ..scope() };
    let no_old = EvaluationScope { old: Availability::NotAvailable, ..scope() };
    for (text, at_first, without) in [
        ("changed(status)", "true", None),
        ("changed(nothing)", "false", None),
        ("changed(empty)", "false", None),
        ("has(old.status)", "false", None),
    ] {
        assert_eq!(value_in(text, &first).as_deref(), Ok(at_first), "{text} at the first event");
        assert_eq!(value_in(text, &no_old).ok().as_deref(), without, "{text} without the state before");
    }
    assert!(value_in("old.status", &first).is_err());
}

#[test]
fn a_history_counts_the_events_at_which_a_condition_is_true() {
    let text = "[count(type == 'ItemAdded'), once(data.qty > 2), since(type == 'ItemAdded')]";
    let expression = Expression::parse(text).unwrap();
    assert_eq!(expression.n_counted_conditions(), 3);
    let mut tallies = vec![ConditionTally::default(); 3];
    let state = JsonFields("{}");
    let mut seen = Vec::new();
    for (event_type, data, time) in [
        ("Opened", "{}", Some("2024-03-14T12:00:00Z")),
        ("ItemAdded", r#"{"qty":1}"#, Some("2024-03-14T12:00:10Z")),
        ("ItemAdded", r#"{"qty":3}"#, None),
        ("Closed", r#"{"qty":"many"}"#, Some("2024-03-14T12:01:00Z")),
    ] {
        let mut scope = EvaluationScope {
            state: Availability::Present(&state),
            event_type: Some(event_type),
            data: Some(data),
            time: time.map(|time| time.parse().unwrap()),
            ..EvaluationScope::default()
        };
        expression.count_event(&scope, &mut tallies);
        scope.history = Some(&tallies);
        let values: Vec<String> = ["count(type == 'ItemAdded')", "once(data.qty > 2)"]
            .iter()
            .zip(&tallies)
            .map(|(text, tally)| {
                let tally = [*tally];
                value_in(text, &EvaluationScope { history: Some(&tally), ..scope.clone() }).unwrap()
            })
            .collect();
        let since = EvaluationScope { history: Some(&tallies[2..]), ..scope };
        let since = value_in("since(type == 'ItemAdded')", &since).unwrap_or_else(|_| "?".to_owned());
        seen.push([values, vec![since]].concat().join(" "));
    }
    assert_eq!(seen, ["0 false ?", "1 false \"0s\"", "2 true \"0s\"", "2 true \"50s\""]);
}
