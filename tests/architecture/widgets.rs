//! Model and layout do not depend on how the screen is drawn.

use std::collections::BTreeSet;

use super::sources::check;
use super::syntax::{Parsed, parsed};

/// The files that decide what the screen knows and where its panes are, and name a widget.
fn naming_widgets(files: &[Parsed]) -> BTreeSet<String> {
    let decides = |path: &str| {
        ["tui/model", "tui/update", "tui/layout", "tui/questions"].iter().any(|room| path.starts_with(room))
    };
    let is_widget = |path: &Vec<String>| path.starts_with(&["tui".to_owned(), "widgets".to_owned()]);
    let naming = files.iter().filter(|file| decides(&file.path) && file.named_paths().iter().any(is_widget));
    naming.map(|file| file.path.clone()).collect()
}

#[test]
fn neither_model_update_nor_layout_names_a_widget() {
    let naming: Vec<String> = naming_widgets(&parsed()).into_iter().collect();
    check("files that name a widget", &naming);
}

#[test]
fn the_check_of_widgets_sees_who_names_one() {
    let file = |path: &str, text: &str| Parsed {
        path: path.to_owned(),
        items: syn::parse_file(text).unwrap().items,
    };
    let files = [
        file("tui/update/moves.rs", "use crate::tui::widgets::help;"),
        file("tui/layout.rs", "fn f() { crate::tui::widgets::help::g() }"),
        file("tui/update.rs", "use crate::tui::text::wrap;"),
        file("tui/view.rs", "use crate::tui::widgets::help;"),
    ];
    let expected = ["tui/layout.rs", "tui/update/moves.rs"].map(str::to_owned);
    assert_eq!(naming_widgets(&files), BTreeSet::from(expected));
}
