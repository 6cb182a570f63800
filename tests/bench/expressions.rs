//! The speed of expressions, compared with reading the same field of the same JSON alone.

use std::hint::black_box;
use std::time::{Duration, Instant};

use foldback::domain::expression::compiled::Expression;
use foldback::domain::expression::computed::{Computed, WhyUnknown};
use foldback::domain::expression::scope::{Availability, EvaluationScope, NamedValues};
use foldback::domain::json;
use foldback::domain::number::Number;

/// Rounds in which each is measured, in turn with the others; medians are reported.
const N_ROUNDS: usize = 7;

/// Events in a round.
const N_EVENTS: u64 = 200_000;

/// A state of two fields, as a fold keeps it.
struct Account {
    balance: Number,
    status: &'static str,
}

impl NamedValues for Account {
    fn at(&self, path: &[Box<str>]) -> Result<Computed<'_>, WhyUnknown> {
        match path {
            [field] if **field == *"balance" => Ok(Computed::Number(self.balance)),
            [field] if **field == *"status" => Ok(Computed::text(self.status)),
            _ => Err(WhyUnknown::Missing),
        }
    }
}

/// The data of an event, 99 to 104 bytes.
fn data(nth: u64) -> String {
    format!(
        r#"{{"account":"acc-{:06}","amount":{}.{:02},"currency":"EUR","note":"transfer no {nth}","lines":[{{"qty":2}},{{"qty":1}}]}}"#,
        nth % 10_000,
        nth % 1_000,
        nth % 100
    )
}

/// Reads the field alone.
fn read_alone(data: &[String]) {
    for data in data {
        let amount = json::skim::member(data, "amount").unwrap();
        black_box(Number::parse(amount));
    }
}

fn evaluate_all(expression: &Expression, data: &[String]) {
    let account = Account { balance: Number::new(1_250, 2).unwrap(), status: "open" };
    for data in data {
        let scope = EvaluationScope {
            state: Availability::Present(&account),
            data: Some(data),
            ..EvaluationScope::default()
        };
        black_box(expression.evaluate(&scope).is_ok());
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn main() {
    let data: Vec<String> = (0..N_EVENTS).map(data).collect();
    let expressions = [
        "balance + 1",
        "data.amount",
        "balance + data.amount",
        "default(this, 0) + data.amount",
        "status == 'open' && balance + data.amount > 100",
        "data.currency + ' ' + string(data.amount)",
        "data.lines.all(l, l.qty > 0)",
    ]
    .map(|text| (text, Expression::parse(text).unwrap()));
    let mut took = vec![Vec::new(); expressions.len() + 1];
    for _ in 0..N_ROUNDS {
        let began = Instant::now();
        read_alone(&data);
        took[0].push(began.elapsed());
        for ((_, expression), took) in expressions.iter().zip(&mut took[1..]) {
            let began = Instant::now();
            evaluate_all(expression, &data);
            took.push(began.elapsed());
        }
    }
    let medians: Vec<Duration> = took.into_iter().map(median).collect();
    let names = ["reading data.amount alone"].into_iter().chain(expressions.iter().map(|(text, _)| *text));
    println!("{N_EVENTS} events, medians of {N_ROUNDS}:");
    for (name, median) in names.zip(&medians) {
        let rate = u128::from(N_EVENTS) * 1_000_000 / median.as_micros().max(1);
        let ratio = medians[0].as_secs_f64() / median.as_secs_f64();
        println!("{name:50} {rate:>10} a second, {ratio:.2} of reading the field alone");
    }
}
