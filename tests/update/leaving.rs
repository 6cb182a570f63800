//! Closing what is open, level by level, and quitting.

use foldback::tui::effect::{Deed, Effect};
use foldback::tui::key::{Key, KeyCode};
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::focus::{Pane, Selection};
use foldback::tui::model::mode::{Mode, OpenGuide};
use foldback::tui::model::query_form::QueryForm;
use foldback::tui::update::update;

use crate::walk::{STATEMENT, deeds, key, name, press, screen, walk};

#[test]
fn escape_closes_open_parts_and_never_drops_the_chosen_account() {
    let mut model = screen();
    walk(&mut model, ",");
    for opened in ["s", "v", "vv", "z", "?", "/rent", ":deposit", "y", "5"] {
        press(&mut model, opened);
        for _ in 0..4 {
            key(&mut model, KeyCode::Esc);
        }
        assert_eq!(model.selection, Selection::Pinned(name("acc-1")), "{opened}");
        let is_closed = matches!(model.mode, Mode::Browse) && model.query_form == QueryForm::Rows;
        assert!(is_closed && model.ruler.zoomed.is_none(), "{opened}");
    }
}

#[test]
fn escape_goes_one_level_up_and_never_out() {
    let mut model = screen();
    walk(&mut model, ",");
    press(&mut model, "sz");
    model.focus = Pane::Query;
    key(&mut model, KeyCode::Enter);
    assert_eq!(model.query_form, QueryForm::Saved { nth: STATEMENT, line: 0 });
    press(&mut model, "?");
    let state = |model: &Model| {
        let is_help = matches!(model.mode, Mode::Help { .. });
        (is_help, model.query_form, model.ruler.zoomed.is_some(), model.selection.clone())
    };
    let (open, pinned) = (QueryForm::Saved { nth: STATEMENT, line: 0 }, Selection::Pinned(name("acc-1")));
    for expected in [
        (false, open, true, pinned.clone()),
        (false, QueryForm::Rows, true, pinned.clone()),
        (false, QueryForm::Rows, false, pinned.clone()),
        // Pressing it once too often does not unpin the account.
        (false, QueryForm::Rows, false, pinned.clone()),
        (false, QueryForm::Rows, false, pinned),
    ] {
        assert_eq!(deeds(key(&mut model, KeyCode::Esc)), []);
        assert_eq!(state(&model), expected);
    }
}

#[test]
fn escape_leads_from_a_page_of_the_guide_to_the_list_to_the_help_and_out() {
    let mut model = screen();
    for keys in ["?j", "Gk", "j"] {
        press(&mut model, keys);
        if keys != "j" {
            key(&mut model, KeyCode::Enter);
        }
    }
    let mut levels = vec![level(&model)];
    for _ in 0..3 {
        key(&mut model, KeyCode::Esc);
        levels.push(level(&model));
    }
    // The last page but one.
    let nth = foldback::cli::guide::topics().count() - 2;
    let expected =
        [format!("page {nth} at line 1"), format!("list at {nth}"), "help at line 1".into(), "panes".into()];
    assert_eq!(levels, expected);
}

/// What is open, and where in it.
fn level(model: &Model) -> String {
    match &model.mode {
        Mode::Guide(OpenGuide { chosen, page_scroll: Some(line), .. }) => {
            format!("page {chosen} at line {line}")
        }
        Mode::Guide(OpenGuide { chosen, page_scroll: None, .. }) => format!("list at {chosen}"),
        Mode::Help { scroll } => format!("help at line {scroll}"),
        Mode::Browse => "panes".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn ctrl_c_ends_it_from_anywhere() {
    for keys in ["", ":deposit", "/x", "?", "y"] {
        let mut model = screen();
        press(&mut model, keys);
        let effects = update(&mut model, Message::Key(Key::ctrl('c')));
        assert_eq!(deeds(effects), [Effect::Do(Deed::Quit)], "after {keys:?}");
    }
}
