//! Tests of the hints at the bottom.

use super::*;
use crate::tui::fixture::{Bank, picture};

#[test]
fn as_many_hints_as_fit_and_the_help_in_any_case() {
    let bank = Bank::little();
    let mut model = bank.screen(80, 24);
    let drawn = |model: &Model, width| picture(width, 1, |area, buf| draw(model, &Theme::plain(), area, buf));
    let mut text = [200, 80, 40, 10].map(|width| drawn(&model, width)).concat();
    bank.press(&mut model, "12");
    text += &drawn(&model, 80);
    for keys in ["<esc>y", "<esc>:", "<esc>?", "<enter>", "<enter>", "<esc><esc><esc><enter>"] {
        bank.press(&mut model, keys);
        text += &drawn(&model, 60);
    }
    let drawn: String = text;
    let expected = r#"
 , . step  < > account  space play  : command  / find  S SQL  tab pane  Enter open  s pin  p hold  a as of  ? help  q quit
 , . step  < > account  space play  : command  / find  S SQL  ? help
 , . step  < > account  ? help
 ? help
 , . step  < > account  space play  : command  / find  S SQL  ? help         12
 e event  s state  p position  Esc back          copy what?
 Enter do it  tab complete  ↑ ↓ history  Esc back
 j k scroll  Enter guide  Esc back  q quit
 j k choose  Enter open  Esc back
 j k scroll  Esc back
 j k scroll  , . previous, next event  y copy  Esc back
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn a_rebuild_says_how_far_it_is_in_the_words_that_fit() {
    let bank = Bank::little();
    let mut model = bank.screen(120, 24);
    bank.press(&mut model, "R");
    let drawn = |model: &Model, width| picture(width, 1, |area, buf| draw(model, &Theme::plain(), area, buf));
    let mut text = [120, 80, 60, 40].map(|width| drawn(&model, width)).concat();
    if let Some(progress) = model.rebuild.as_mut().and_then(|rebuild| rebuild.progress.as_mut()) {
        (progress.phase, progress.seconds_left) = (RebuildPhase::Comparing, Some(1));
    }
    text += &drawn(&model, 120);
    model.rebuild = Some(RunningRebuild { progress: None, is_stopping: false });
    text += &drawn(&model, 60);
    model.rebuild = Some(RunningRebuild { progress: None, is_stopping: true });
    text += &drawn(&model, 60);
    let expected = r#"
 , . step  < > account  space play  : command  ? help   rebuilding 40% · 152,000 events/s · 1 min 5 s left · R stops it
 ? help         rebuilding 40% · 152,000 events/s · 1 min 5 s left · R stops it
 ? help        rebuilding 40% · 1 min 5 s left · R stops it
 ? help     rebuilding 40% · R stops it
 , . step  < > account  space play  ? help           rebuilding, comparing 40% · 152,000 rows/s · 1 s left · R stops it
 , . step  < > account  ? help    rebuilding … · R stops it
 , . step  < > account  ? help       stopping the rebuild …
"#;
    assert_eq!(format!("\n{text}"), expected, "\n{text}");
}

#[test]
fn a_search_shows_hits_and_progress_in_the_words_that_fit() {
    let bank = Bank::little();
    let mut model = bank.screen(120, 24);
    bank.press(&mut model, "/deposited<enter>");
    model.notice = None;
    let drawn = |model: &Model, width| picture(width, 1, |area, buf| draw(model, &Theme::plain(), area, buf));
    let mut text = drawn(&model, 120);
    let (playhead, head) = (model.playhead.position, model.head.position);
    let mut hits = Hits::begun(playhead, head);
    model.find.hits = Some(hits.clone());
    text += &drawn(&model, 80);
    let (per_second, seconds_left) = (Some(2_100_000), Some(3));
    let progress = FindProgress { n_done: 43, n_all: 100, per_second, seconds_left };
    (hits.n_hits, hits.progress) = (1_204, Some(progress));
    model.find.hits = Some(hits.clone());
    text += &[120, 80, 60, 50, 40].map(|width| drawn(&model, width)).concat();
    (hits.state, hits.progress) = (FindState::Stopped, None);
    model.find.hits = Some(hits);
    text += &drawn(&model, 80);
    let expected = r#"
 , . step  < > account  space play  : command  / find  S SQL  tab pane  Enter open  ? help     ◆ deposited · hit 1 of 2
 , . step  < > account  space play  ? help   ◆ deposited · 0 hits · searching …
 , . step  < > account  space play  ? help      ◆ deposited · 1,204 hits · 43% searched · 2,100,000 events/s · 3 s left
 , . step  < > account  ? help          ◆ deposited · 1,204 hits · 43% searched
 , . step  ? help   ◆ deposited · 1,204 hits · 43% searched
 ? help   ◆ deposited · 1,204 hits · 43% searched
 ? help     ◆ 1,204 hits · 43% searched
 , . step  < > account  space play  ? help   ◆ deposited · 1,204 hits · stopped
"#;
    assert_eq!(format!("\n{text}"), expected, "\n{text}");
}

#[test]
fn a_jump_past_the_end_says_which_hit_it_is_too() {
    let bank = Bank::little();
    let mut model = bank.screen(120, 24);
    bank.press(&mut model, "/deposited<enter>");
    let drawn = |width| picture(width, 1, |area, buf| draw(&model, &Theme::plain(), area, buf));
    let drawn = [100, 80, 60].map(drawn).concat();
    let expected = r#"
 · deposited · past the head, on from the beginning                        ◆ deposited · hit 1 of 2
 · deposited · past the head, on from the beginning    ◆ deposited · hit 1 of 2
 · deposited · past the head, on from the beginning
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}

#[test]
fn a_long_notice_covers_the_lines_above() {
    let mut model = Bank::little().screen(60, 24);
    model.notify(Tone::Bad, "refused: acc-2 is frozen: only unfreeze is allowed, and nothing else at all");
    let drawn: String =
        picture(40, 4, |area, buf| draw(&model, &Theme::plain(), Rect { y: 3, height: 1, ..area }, buf));
    let expected = r#"

 ✘ refused: acc-2 is frozen: only
   unfreeze is allowed, and nothing
   else at all
"#;
    assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
}
