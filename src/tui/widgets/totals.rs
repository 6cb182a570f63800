//! The totals below the list, each with its comparison.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::domain::aggregates::words::Noun;
use crate::domain::event::GlobalPosition;
use crate::domain::money::{Currency, grouped, with_code};
use crate::read_model::rows::series::GroupTotal;
use crate::tui::model::Model;
use crate::tui::questions::listing::Listing;
use crate::tui::text::{count, line_width, right, signed, span, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::differences::Difference;
use crate::tui::widgets::pane::put;

/// A total, and the total that it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MarkedTotal {
    total: GroupTotal,
    pub(super) mark: Difference,
    /// For a defect the sum of the rows, otherwise the total as of the playhead; `None` without a mark.
    other: Option<GroupTotal>,
}

/// The totals of the query view, with marks if the screen is at this playhead. A missing total is listed as 0. Unknown
/// comparisons have no mark: the rows may be too many to be added up, or the read model may not have reached the
/// playhead.
pub(super) fn marked(listing: &Listing, playhead: GlobalPosition) -> Vec<MarkedTotal> {
    let compared = &listing.compared_totals;
    let of_rows = compared.of_rows.as_deref();
    let at_playhead = compared.at_playhead.as_deref().filter(|_| compared.playhead == playhead);
    let mut totals = listing.totals.clone();
    for other in of_rows.into_iter().chain(at_playhead).flatten() {
        if totals.iter().all(|total| total.unit != other.unit) {
            totals.push(nothing(other.unit));
        }
    }
    let other = |rows: Option<&[GroupTotal]>, total: &GroupTotal| {
        let of_currency = rows?.iter().find(|row| row.unit == total.unit);
        Some(of_currency.cloned().unwrap_or_else(|| nothing(total.unit))).filter(|other| other != total)
    };
    let marked = |total: GroupTotal| {
        let (mark, other) = match (other(of_rows, &total), other(at_playhead, &total)) {
            (Some(of_rows), _) => (Difference::Defect, Some(of_rows)),
            (None, Some(at_playhead)) => (Difference::OtherMoment, Some(at_playhead)),
            (None, None) => (Difference::None, None),
        };
        MarkedTotal { total, mark, other }
    };
    totals.into_iter().map(marked).collect()
}

/// The totals on the screen.
pub(super) fn on_screen(model: &Model) -> Vec<MarkedTotal> {
    model.listing.answer().map_or_else(Vec::new, |listing| marked(listing, model.playhead.position))
}

fn nothing(currency: Option<Currency>) -> GroupTotal {
    GroupTotal { unit: currency, sum: 0, n_streams: 0 }
}

impl MarkedTotal {
    /// The text after the sum and its mark in several lengths, the longest first.
    fn forms(&self, playhead: GlobalPosition, stream: &Noun) -> Vec<String> {
        let GroupTotal { unit, sum, n_streams } = self.total;
        let streams = format!("· {}", stream.counted(n_streams));
        let Some(other) = &self.other else { return vec![streams] };
        let whose = match self.mark {
            Difference::Defect => "by its rows".to_owned(),
            _ => format!("at {}", count(playhead.number())),
        };
        let (value, difference) = if sum == other.sum {
            let n_more = i128::from(n_streams) - i128::from(other.n_streams);
            (stream.counted(other.n_streams), format!("{} {}", signed(n_more, None), stream.plural))
        } else {
            let value = grouped(other.sum, unit);
            match sum.checked_sub(other.sum) {
                Some(difference) => (value, signed(difference, unit)),
                None => return vec![format!("{value} {whose}"), streams],
            }
        };
        vec![
            format!("{streams} · {value} {whose}, difference {difference}"),
            format!("{streams} · {value} {whose}, {difference}"),
            format!("{value} {whose}, {difference}"),
            format!("difference {difference}"),
            format!("by {difference}"),
            streams,
        ]
    }
}

/// Draws the sums, under a rule with the given text if there is room for one.
pub(super) fn draw(
    model: &Model,
    mut beginning: Vec<Span<'static>>,
    theme: &Theme,
    area: Rect,
    buf: &mut Buffer,
) {
    let totals = on_screen(model);
    if totals.is_empty() || area.height == 0 {
        return;
    }
    let has_rule = area.height > 1;
    if has_rule {
        if !beginning.is_empty() {
            beginning.insert(0, span(" ", theme.text));
        }
        let room = usize::from(area.width).saturating_sub(line_width(&beginning));
        let gap = usize::from(!beginning.is_empty()).min(room);
        beginning.push(span(" ".repeat(gap) + &"─".repeat(room - gap), theme.border));
        put(beginning, area, 0, buf);
    }
    let n_lines = usize::from(area.height) - usize::from(has_rule);
    let sum = |total: &MarkedTotal| with_code(total.total.sum, total.total.unit);
    let widest = totals.iter().take(n_lines).map(|total| width(&sum(total))).max().unwrap_or(0);
    let has_marks = totals.iter().take(n_lines).any(|total| total.mark != Difference::None);
    for (at, total) in totals.iter().take(n_lines).enumerate() {
        let mut line = vec![span(" Σ ", theme.dim), span(right(&sum(total), widest), theme.strong)];
        if has_marks {
            let (glyph, style) = total.mark.mark(theme);
            line.push(span(glyph, style));
        }
        line.push(span(" ", theme.dim));
        let room = usize::from(area.width).saturating_sub(line_width(&line));
        let more = if at + 1 == n_lines { more(totals.get(n_lines..), room, theme) } else { Vec::new() };
        let room = room.saturating_sub(line_width(&more));
        let forms = total.forms(model.playhead.position, model.presentation.noun());
        // Where no form fits, the number of further totals is said rather than anything of this one.
        let words = forms.iter().find(|words| width(words) <= room);
        line.push(span(words.cloned().unwrap_or_default(), theme.dim));
        line.extend(more);
        put(line, area, at + usize::from(has_rule), buf);
    }
}

/// The number of totals without a line, with the most serious of their marks; shorter if there is less room.
fn more(hidden: Option<&[MarkedTotal]>, room: usize, theme: &Theme) -> Vec<Span<'static>> {
    let Some(hidden) = hidden.filter(|hidden| !hidden.is_empty()) else { return Vec::new() };
    let n = hidden.len();
    let [long, brief] = [format!("  +{n} more"), format!("+{n}")];
    // With a mark after it.
    let mut line = vec![span(if width(&long) < room { long } else { brief }, theme.dim)];
    let has = |mark: &Difference| hidden.iter().any(|total| total.mark == *mark);
    let gravest = [Difference::Defect, Difference::OtherMoment].into_iter().find(has);
    line.extend(gravest.map(|mark| {
        let (glyph, style) = mark.mark(theme);
        span(glyph, style)
    }));
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};
    use crate::tui::questions::listing::ComparedTotals;
    use crate::tui::widgets::query_view::tests::drawn_after;

    fn total(code: &str, balance: i128, n_accounts: u64) -> GroupTotal {
        GroupTotal { unit: Currency::from_code(code), sum: balance, n_streams: n_accounts }
    }

    /// The marks of totals compared with these, at the playhead 7.
    fn marks(
        totals: &[GroupTotal],
        at_playhead: Option<&[GroupTotal]>,
        of_rows: Option<&[GroupTotal]>,
    ) -> Vec<(Option<Currency>, Difference)> {
        let [at_playhead, of_rows] = [at_playhead, of_rows].map(|rows| rows.map(<[_]>::to_vec));
        let playhead = GlobalPosition::new(7);
        let compared_totals = ComparedTotals { playhead, at_playhead, of_rows };
        let listing = Listing { totals: totals.to_vec(), compared_totals, ..Listing::default() };
        marked(&listing, playhead).into_iter().map(|total| (total.total.unit, total.mark)).collect()
    }

    #[test]
    fn a_total_is_marked_only_for_known_differences() {
        let [eur, usd] = ["EUR", "USD"].map(Currency::from_code);
        let (shown, less) = ([total("EUR", 900, 2)], [total("EUR", 700, 2)]);
        let fewer = [total("EUR", 900, 1)];
        assert_eq!(marks(&shown, None, None), [(eur, Difference::None)]);
        assert_eq!(marks(&shown, Some(&shown), Some(&shown)), [(eur, Difference::None)]);
        assert_eq!(marks(&shown, Some(&less), Some(&shown)), [(eur, Difference::OtherMoment)]);
        assert_eq!(marks(&shown, Some(&fewer), None), [(eur, Difference::OtherMoment)]);
        assert_eq!(marks(&shown, Some(&[]), None), [(eur, Difference::OtherMoment)]);
        assert_eq!(marks(&shown, Some(&shown), Some(&less)), [(eur, Difference::Defect)]);
        let both = [total("EUR", 900, 2), total("USD", 5, 1)];
        let expected = [(eur, Difference::None), (usd, Difference::Defect)];
        assert_eq!(marks(&shown, None, Some(&both)), expected, "a total is missing");
    }

    #[test]
    fn a_comparison_with_another_playhead_marks_nothing() {
        let compared_totals =
            ComparedTotals { playhead: GlobalPosition::new(7), at_playhead: Some(Vec::new()), of_rows: None };
        let listing = Listing { totals: vec![total("EUR", 900, 2)], compared_totals, ..Listing::default() };
        let marked = marked(&listing, GlobalPosition::new(8));
        assert_eq!(marked.iter().map(|total| total.mark).collect::<Vec<_>>(), [Difference::None]);
    }

    #[test]
    fn a_figure_of_a_total_is_said_whole_or_not_at_all() {
        let of = |balance, n_accounts, mark, other: GroupTotal| {
            MarkedTotal { total: total("EUR", balance, n_accounts), mark, other: Some(other) }.forms(
                GlobalPosition::new(1_204),
                &Noun { singular: "account".into(), plural: "accounts".into() },
            )
        };
        let lag = of(10_925_062, 10, Difference::OtherMoment, total("EUR", 8_634_653, 9));
        let expected = [
            "· 10 accounts · 86,346.53 at 1,204, difference +22,904.09",
            "· 10 accounts · 86,346.53 at 1,204, +22,904.09",
            "86,346.53 at 1,204, +22,904.09",
            "difference +22,904.09",
            "by +22,904.09",
            "· 10 accounts",
        ];
        assert_eq!(lag, expected);
        let fewer = of(100, 1, Difference::Defect, total("EUR", 100, 3));
        assert_eq!(fewer.first().unwrap(), "· 1 account · 3 accounts by its rows, difference -2 accounts");
        let most = of(i128::MAX, 1, Difference::Defect, total("EUR", -1, 1));
        assert_eq!(most, ["-0.01 by its rows", "· 1 account"]);
    }

    #[test]
    fn totals_of_another_moment_say_by_how_much_they_differ() {
        let drawn = drawn_after(&Bank::little(), "hhhhhh", (60, 16));
        let expected = r#"
╭─ Query view now, at 10 · lag 0 ──────────────────────────╮
│ projector here · idle                                    │
│ account      owner                      balance  status  │
│ acc-1        Ada Lovelace          1,150.00 EUR≠ open    │
│▌acc-2        李小龍                 -250.00 EUR≠ frozen≠?│
│ acc-3        Grace Hopper≠              900 JPY≠ open  ≠ │
│                                                          │
│                                                          │
│                                                          │
│                                                          │
│                                                          │
│                                                          │
│ ≠ balance: state 0.00, row -250.00, difference -250.00 ──│
│ Σ 900.00 EUR≠ · 2 accounts · 1,200.00 at 4, -300.00      │
│ Σ    900 JPY≠ · 1 account · 0 at 4, difference +900      │
╰ ≠ differs at 4 ────────────────────────────────── 2 of 3 ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_total_without_a_line_has_its_mark_after_their_number() {
        let drawn = drawn_after(&Bank::little(), "hhhhhh", (44, 8));
        let expected = r#"
╭─ Query view now, at 10 · lag 0 ──────────╮
│ account owner           balance  status  │
│ acc-1   Ada Lovel… 1,150.00 EUR≠ open    │
│▌acc-2   李小龍      -250.00 EUR≠ frozen≠?│
│ acc-3   Grace Hopper≠   900 JPY≠ open  ≠ │
│                                          │
│ Σ 900.00 EUR≠ by -300.00  +1 more≠       │
╰ ≠ balance: state 0.00, -250.00 ── 2 of 3 ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_total_that_is_not_the_sum_of_its_rows_is_a_defect() {
        let drawn = drawn_after(&Bank::little().with_wrong_balance_of("acc-1"), "a", (60, 16));
        let expected = r#"
╭─ Query view as of 10 · lag 0 ────────────────────────────╮
│ projector here · idle                                    │
│ account      owner                      balance  status  │
│ acc-1        Ada Lovelace          1,150.01 EUR✗ open    │
│▌acc-2        李小龍                 -250.00 EUR  frozen ?│
│ acc-3        Grace Hopper               900 JPY  open    │
│                                                          │
│                                                          │
│                                                          │
│                                                          │
│                                                          │
│                                                          │
│──────────────────────────────────────────────────────────│
│ Σ 900.00 EUR✗ · 2 accounts · 900.01 by its rows, -0.01   │
│ Σ    900 JPY  · 1 account                                │
╰ ✗ differs at 10: a projection's defect ────────── 2 of 3 ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn further_totals_are_counted_however_little_room_there_is() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        let mut listing = model.listing.answer().cloned().unwrap();
        let of = |code| total(code, 123_456_789_012, 1_234_567);
        listing.totals = ["EUR", "JPY", "USD", "CHF"].map(of).to_vec();
        listing.compared_totals = ComparedTotals::default();
        model.listing.settle(listing);
        for width in 27..60 {
            for height in [3, 1] {
                let drawn =
                    picture(width, height, |area, buf| draw(&model, Vec::new(), &Theme::plain(), area, buf));
                let n = if height == 3 { 2 } else { 3 };
                let last = drawn.trim_end();
                assert!(
                    last.ends_with(&format!("+{n} more")) || last.ends_with(&format!("+{n}")),
                    "{width}\n{drawn}"
                );
            }
        }
    }

    #[test]
    fn totals_that_the_read_model_has_not_come_to_are_not_marked() {
        let drawn = drawn_after(&Bank::little().projected_to(4), "", (60, 16));
        assert!(drawn.contains("│ Σ 1,200.00 EUR · 2 accounts  "), "\n{drawn}");
    }
}
