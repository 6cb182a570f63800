//! Amounts in and out per day, as of any position, and the data of charts.

use std::collections::BTreeMap;

use foldback::domain::aggregates::account::events::AccountEvent;
use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::state::{AccountState, Status};
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName};
use foldback::domain::money::Currency;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::limits::Limits;
use foldback::read_model::rows::series::{BarGroup, BarSeries, BarStretch, Day};
use foldback::read_model::rows::{AsOf, Value};
use foldback::store::EventStore;
use proptest::prelude::{prop_assert, prop_assert_eq};
use proptest::proptest;

use crate::logs::{any_log, catch_up, events_of, location_of, project_in_batches, store_of};
use crate::saved;
use crate::support::{TempStore, cases, event, with_time, write};

/// Inflow, outflow, transferred in, transferred out, and the number of events.
type Flows = ([i128; 4], i64);

/// The expected flows of a log, computed event by event.
#[derive(Debug, Default)]
struct Expected {
    states: BTreeMap<StreamName, AccountState>,
    /// By day, as text, and currency; `None` without one.
    flows: BTreeMap<(Option<String>, Option<String>), Flows>,
    /// Balances of accounts that changed to a currency, less those of accounts that changed from it.
    carried: BTreeMap<Option<Currency>, i128>,
}

impl Expected {
    fn take(&mut self, event: &RecordedEvent) {
        let state = self.states.entry(event.stream.clone()).or_default();
        let before = state.clone();
        let Ok(read) = AccountFold::default().understand(state, event) else { return };
        if before.status != Status::None && before.currency != state.currency {
            *self.carried.entry(before.currency).or_default() -= i128::from(before.balance);
            *self.carried.entry(state.currency).or_default() += i128::from(before.balance);
        }
        // A negative deposit takes money out, and so on.
        let (flow, opposite, amount) = match read.event {
            AccountEvent::Deposited { amount, .. } => (0, 1, amount),
            AccountEvent::Withdrawn { amount, .. } => (1, 0, amount),
            AccountEvent::TransferReceived { amount, .. } => (2, 3, amount),
            AccountEvent::TransferSent { amount, .. } => (3, 2, amount),
            _ => return,
        };
        let flow = if amount < 0 { opposite } else { flow };
        let day = event.time.or(event.clock).map(|time| time.strftime("%Y-%m-%d").to_string());
        let currency = state.currency.map(|currency| currency.to_string());
        let flows = self.flows.entry((day, currency)).or_default();
        flows.0[flow] += i128::from(amount).abs();
        flows.1 += 1;
    }

    fn rows(&self) -> Vec<Vec<Value>> {
        let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
        let sum =
            |sum: i128| i64::try_from(sum).map_or_else(|_| Value::Text(sum.to_string()), Value::Integer);
        let row = |((day, currency), (sums, n)): (&(Option<String>, Option<String>), &Flows)| {
            let first = [text(day), text(currency)];
            first.into_iter().chain(sums.map(sum)).chain([Value::Integer(*n)]).collect()
        };
        self.flows.iter().map(row).collect()
    }

    /// The net flow by currency.
    fn net(&self) -> BTreeMap<Option<Currency>, i128> {
        let mut net = BTreeMap::<_, i128>::new();
        for ((_, currency), ([inflow, outflow, to, from], _)) in &self.flows {
            let currency = currency.as_deref().and_then(Currency::from_code);
            *net.entry(currency).or_default() += inflow - outflow + to - from;
        }
        net
    }
}

fn flows(read_model: &mut ReadModel, as_of: AsOf) -> Vec<Vec<Value>> {
    let sql = "SELECT * FROM daily_flows ORDER BY day, currency";
    let table = read_model.table(sql, as_of, 10_000, &Limits::default()).unwrap();
    let columns =
        ["day", "currency", "inflow", "outflow", "transferred_in", "transferred_out", "n_transactions"];
    assert_eq!(table.columns, columns);
    table.rows
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn the_flows_of_each_day_are_the_sums_of_its_events_as_of_any_position(
        log in any_log(40),
        sizes in proptest::collection::vec(0..9_usize, 0..9),
    ) {
        let temp = store_of(&log);
        let location = location_of(&temp);
        let events = events_of(&temp);
        project_in_batches(&location, &events, &sizes);
        let mut read_model = ReadModel::open(&location);
        let mut expected = Expected::default();
        prop_assert_eq!(flows(&mut read_model, AsOf::Position(GlobalPosition::START)), expected.rows());
        for event in &events {
            expected.take(event);
            prop_assert_eq!(flows(&mut read_model, AsOf::Position(event.position)), expected.rows());
        }
        prop_assert_eq!(flows(&mut read_model, AsOf::Checkpoint), expected.rows());
    }

    #[test]
    fn inflows_less_outflows_are_the_balance(log in any_log(80)) {
        let temp = store_of(&log);
        let location = location_of(&temp);
        catch_up(&temp, &location);
        let mut read_model = ReadModel::open(&location);
        let mut expected = Expected::default();
        for event in &events_of(&temp) {
            expected.take(event);
        }
        prop_assert_eq!(flows(&mut read_model, AsOf::Checkpoint), expected.rows());
        // Over all currencies.
        let balances = expected.states.values().map(|state| i128::from(state.balance)).sum::<i128>();
        prop_assert_eq!(expected.net().values().sum::<i128>(), balances);
        // In each of them.
        let reading = read_model.reading().unwrap();
        let mut left = expected.net();
        for (currency, carried) in &expected.carried {
            *left.entry(*currency).or_default() += carried;
        }
        for total in reading.totals().unwrap() {
            prop_assert_eq!(left.remove(&total.unit).unwrap_or(0), total.sum);
        }
        left.retain(|_, left| *left != 0);
        prop_assert_eq!(left, BTreeMap::new());
    }

    #[test]
    fn a_line_of_money_goes_through_the_totals_at_its_positions(
        log in any_log(60),
        at in 0..70_u64,
        n_points in 0..90_usize,
    ) {
        let temp = store_of(&log);
        let location = location_of(&temp);
        let head = catch_up(&temp, &location);
        let mut read_model = ReadModel::open(&location);
        let at = GlobalPosition::new(at);
        let money = saved::money(&read_model.reading().unwrap(), at, n_points);
        prop_assert_eq!((money.checkpoint, money.as_of), (head, at.min(head.position)));
        let mut expected = Expected::default();
        let mut totals = vec![BTreeMap::new()];
        for event in &events_of(&temp) {
            expected.take(event);
            let mut total = BTreeMap::new();
            for state in expected.states.values().filter(|state| state.status != Status::None) {
                let (sum, n) = total.get(&state.currency).copied().unwrap_or((0, 0));
                total.insert(state.currency, (sum + i128::from(state.balance), n + 1));
            }
            totals.push(total);
        }
        for line in &money.groups {
            let then = totals[money.as_of.number() as usize].get(&line.unit);
            let then_there = line.then.as_ref().map(|total| (total.sum, total.n_streams));
            prop_assert_eq!(then_there.filter(|(_, n)| *n > 0), then.copied());
            prop_assert!(line.points.is_sorted_by(|a, b| a.0 < b.0));
            prop_assert!(line.points.len() <= n_points);
            for (position, balance) in &line.points {
                let there = totals[position.number() as usize].get(&line.unit).map_or(0, |(sum, _)| *sum);
                prop_assert_eq!(*balance, there);
            }
            if n_points >= totals.len() {
                let last = line.points.last().map(|(_, balance)| *balance);
                prop_assert_eq!(last, Some(totals.last().unwrap().get(&line.unit).map_or(0, |t| t.0)));
            }
        }
    }
}

/// A bank with these deposits: days after 1970, and amounts.
fn deposits(days: &[(i64, i64)]) -> TempStore {
    let mut temp = TempStore::new();
    for (day, amount) in days {
        let deposit = event("Deposited", &format!(r#"{{"amount":{amount}}}"#));
        temp.store.append(&[write("a", vec![with_time(day * 86_400 + 7, deposit)])]).unwrap();
    }
    temp
}

fn bar_series(temp: &TempStore) -> BarSeries {
    let location = location_of(temp);
    catch_up(temp, &location);
    saved::daily_flows(&ReadModel::open(&location).reading().unwrap())
}

fn stretch(day: i64, inflow: i128) -> BarStretch {
    BarStretch { day: Day(day), up: inflow, down: 0 }
}

#[test]
fn a_picture_gets_single_days_and_stretches_of_them_where_there_are_very_many() {
    let series = |n_days, stretches| {
        let currencies = vec![BarGroup { unit: None, stretches }];
        BarSeries { n_days, groups: currencies, n_more: 0, n_undated: 0 }
    };
    let few = bar_series(&deposits(&[(10, 1), (10, 2), (4_000, 3), (9, 4)]));
    assert_eq!(few, series(1, vec![stretch(9, 4), stretch(10, 3), stretch(4_000, 3)]));
    let many = bar_series(&deposits(&[(0, 1), (1, 2), (2, 3), (8_192, 4), (8_193, 5)]));
    assert_eq!(many, series(3, vec![stretch(0, 6), stretch(8_190, 4), stretch(8_193, 5)]));
    assert_eq!(bar_series(&TempStore::new()), BarSeries { n_days: 1, ..BarSeries::default() });
}

#[test]
fn movements_before_the_first_time_of_the_log_belong_to_no_day() {
    let mut temp = TempStore::new();
    let deposit = || event("Deposited", r#"{"amount":5}"#);
    temp.store.append(&[write("a", vec![deposit(), deposit()])]).unwrap();
    temp.store.append(&[write("a", vec![with_time(86_400, deposit()), deposit()])]).unwrap();
    let series = bar_series(&temp);
    assert_eq!((series.n_undated, &series.groups[0].stretches), (2, &vec![stretch(1, 10)]));
    let row = |day: Value, inflow, n| {
        let zero = Value::Integer(0);
        let sums = [Value::Integer(inflow), zero.clone(), zero.clone(), zero, Value::Integer(n)];
        [day, Value::Null].into_iter().chain(sums).collect::<Vec<_>>()
    };
    let rows = flows(&mut ReadModel::open(&location_of(&temp)), AsOf::Checkpoint);
    assert_eq!(rows, [row(Value::Null, 10, 2), row(Value::Text("1970-01-02".to_owned()), 10, 2)]);
}
