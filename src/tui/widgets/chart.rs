//! The chart: a field of the selected stream's state over its events, as steps.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::counted::counted;
use crate::domain::money::grouped;
use crate::domain::number::Number;
use crate::tui::model::Model;
use crate::tui::questions::chart::{Chart, ChartValue};
use crate::tui::text::{count, fit, span, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::pane::{below, put};
use crate::tui::widgets::plot::{Plot, StepLabels, Steps};

/// The greatest height of a chart, as a percentage of its width: in a higher one, steps look like cliffs.
const HEIGHT_PERCENT_MAX: u16 = 45;

/// With at least this many rows the chart has a heading and a footing.
const FRAMED_ROWS: u16 = 7;

/// The greatest amount that is drawn, in the unit of the chart: two of them can be subtracted.
const DRAWN_MAX: u128 = 10_u128.pow(36);

/// The greatest height of a chart of that width.
pub(super) fn rows_max(width: u16) -> u16 {
    width.min(1_000) * HEIGHT_PERCENT_MAX / 100
}

/// The selected stream's chart.
pub(super) fn of_selected(model: &Model) -> Option<&Chart> {
    model.chart.answer().filter(|chart| Some(&chart.stream) == model.selected())
}

/// Draws the selected stream's chart, if there is one.
pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let Some(chart) = of_selected(model) else { return };
    let mut drawn = chart.points.iter().filter(|(_, value)| *value != ChartValue::Nothing);
    let Some((first, _)) = drawn.next() else { return };
    let height = area.height.min(rows_max(area.width).max(FRAMED_ROWS));
    let has_footing = height >= FRAMED_ROWS;
    // The measure of an aggregate is the figure that one expects; any other field is named whatever the room.
    let has_heading = has_footing || !chart.is_measure || n_not_numbers(chart) > 0;
    let (above, under) = (u16::from(has_heading), u16::from(has_footing));
    let steps = steps(chart, first.number(), model);
    let label_cells = steps.label_cells(area.width);
    let plot = Plot::of(steps, area.width, height.saturating_sub(above + under), label_cells);
    if has_heading {
        put(vec![span(heading(chart, usize::from(area.width)), theme.dim)], area, 0, buf);
    }
    plot.draw(theme, below(area, usize::from(above)), buf);
    if has_footing {
        put(plot.footing(theme), area, usize::from(height - 1), buf);
    }
}

/// The name of the field, its unit, and what the line leaves out.
fn heading(chart: &Chart, room: usize) -> String {
    let unit = chart.currency.map_or_else(String::new, |currency| format!(" · {currency}"));
    // Between two points the field may have been higher or lower than the line.
    let every =
        if chart.every > 1 { format!(" · per {} events", count(chart.every)) } else { String::new() };
    let [gaps, brief_gaps] = match n_not_numbers(chart) {
        0 => [String::new(), String::new()],
        n => [format!(" · {} not a number", counted(n, "point")), format!(" · {} not a number", count(n))],
    };
    let label = &chart.label;
    let forms = [
        format!("{label} over the log{unit}{every}{gaps}"),
        format!("{label}{unit}{every}{gaps}"),
        format!("{label}{unit}{every}{brief_gaps}"),
    ];
    let shortest = forms.last().cloned().unwrap_or_default();
    let form = forms.into_iter().find(|form| width(form) <= room);
    form.unwrap_or_else(|| {
        // The name gives way, what is left out does not.
        let rest = shortest.get(label.len()..).unwrap_or_default();
        let label = fit(label, room.saturating_sub(width(rest)));
        fit(&format!("{label}{rest}"), room)
    })
}

fn n_not_numbers(chart: &Chart) -> u64 {
    chart.points.iter().filter(|(_, value)| *value == ChartValue::NotANumber).count() as u64
}

fn steps(chart: &Chart, from: u64, model: &Model) -> Steps {
    let last = chart.points.last().map_or(0, |(at, _)| at.number());
    let to = model.head.position.number().max(last).max(from);
    let numbers = chart.points.iter().filter_map(|(_, value)| value.number());
    let written = |number: Number| match (chart.currency, number.whole()) {
        (Some(currency), Some(minor_units)) => grouped(minor_units, Some(currency)),
        _ => number.grouped(),
    };
    let decimals = drawn_decimals(numbers.clone());
    let drawn = |value: &ChartValue| value.number().and_then(|number| number.shifted(decimals));
    Steps {
        points: chart.points.iter().map(|(at, value)| (at.number(), drawn(value))).collect(),
        labels: StepLabels::of(numbers, Number::ZERO, written),
        from,
        to,
        known_to: to,
        playhead: model.playhead.position.number(),
    }
}

/// The decimals of the unit in which the numbers are drawn: all that they have, unless the greatest has no room for so
/// many.
fn drawn_decimals(numbers: impl Iterator<Item = Number> + Clone) -> i32 {
    let (least, greatest) = (numbers.clone().min(), numbers.clone().max());
    let fits = |number: Option<Number>, decimals: i32| {
        let Some(number) = number else { return true };
        number.shifted(decimals).is_some_and(|drawn| drawn.unsigned_abs() <= DRAWN_MAX)
    };
    let mut decimals = i32::try_from(numbers.map(Number::n_decimals).max().unwrap_or(0)).unwrap_or(0);
    while !(fits(least, decimals) && fits(greatest, decimals)) {
        decimals -= 1;
    }
    decimals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::GlobalPosition;
    use crate::tui::fixture::{Bank, picture};

    #[test]
    fn a_measure_goes_in_steps_and_below_zero() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "h");
        let drawn: String = picture(44, 8, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
balance over the log · EUR
   0.00 ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⡇┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┊┈┈┈┈┈
                  ⡇                   ┊
                  ⡇                   ┊
                  ⡇                   ┊
                  ⡇                   ●⣀⣀⣀⣀⣀
-300.00           ⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣸
        @3                               @10
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    /// A chart of these values, which come with the events from the first on.
    fn chart(model: &Model, label: &str, values: &[&str]) -> Chart {
        let value = |text: &&str| match *text {
            "" => ChartValue::Nothing,
            text => Number::parse(text).map_or(ChartValue::NotANumber, ChartValue::Number),
        };
        Chart {
            stream: model.selected().unwrap().clone(),
            field: Some(label.to_owned()),
            label: label.to_owned(),
            is_measure: false,
            currency: None,
            points: (1..).map(GlobalPosition::new).zip(values.iter().map(value)).collect(),
            every: 1,
        }
    }

    fn drawn_of(label: &str, values: &[&str], width: u16, height: u16) -> String {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "h");
        let chart = chart(&model, label, values);
        model.chart.settle(chart);
        picture(width, height, |area, buf| draw(&model, &Theme::plain(), area, buf))
    }

    #[test]
    fn fractions_are_drawn_exactly_and_what_is_not_a_number_is_a_gap_that_is_counted() {
        let values = ["", "12.50", "1e3", "n/a", "", "-7.25", "0.125", "1249.999", "none", "3"];
        let drawn = drawn_of("price", &values, 50, 8);
        let expected = r#"
price over the log · 2 points not a number
1,249.999                              ⢸⠉⠉⠉⠉⠉
               ⡖⠒⠒⠒⠒⠂                  ⢸    ┊
               ⡇                       ⢸    ┊
               ⡇                       ⢸    ┊
               ⡇                       ⢸    ┊
    -7.25 ⣀⣀⣀⣀⣀⡇┈┈┈┈┈┈┈┈┈┈┈┈┈┈⣀⣀⣀⣀⣀⣀⣀⣀⣀⣸┈┈┈┈┊┈┈┈┈⢀
          @2                                   @10
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_field_that_is_not_the_measure_is_named_in_the_lowest_chart_too() {
        let drawn = drawn_of("shipping.address.floor", &["1", "x", "3", "2", "2", "9"], 24, 3);
        let expected = r#"
shippi… · 1 not a number
9             ⡏⠉⠉⠉⠉⠉⠉●⠉⠉
0 ⠤⠤⠤  ⠒⠒⠒⠒⠒⠒⠒⠃      ┊
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn numbers_of_every_size_are_drawn() {
        for values in
            [["1e300", "1e-300", "-1e300"], ["1e28", "0.0000000000000000000000000001", "-3"], ["0", "0", "0"]]
        {
            let drawn = drawn_of("n", &values, 60, 7);
            assert!(drawn.starts_with("n over the log\n"), "\n{drawn}");
        }
    }
}
