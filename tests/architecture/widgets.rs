//! Model, layout and pages do not depend on how the screen is drawn.

use std::collections::BTreeSet;

use super::sources::{check, sources};
use super::syntax::{Parsed, parsed};

/// The files that decide what the screen knows and where its panes are, and name a widget.
fn naming_widgets(files: &[Parsed]) -> BTreeSet<String> {
    let is_widget = |path: &Vec<String>| path.starts_with(&["tui", "widgets"].map(str::to_owned));
    let naming = files.iter().filter(|file| decides(&file.path) && file.named_paths().iter().any(is_widget));
    naming.map(|file| file.path.clone()).collect()
}

/// Whether a file decides what the screen knows and where it is.
fn decides(path: &str) -> bool {
    let rooms = ["tui/model", "tui/update", "tui/layout", "tui/questions", "tui/pages"];
    rooms.iter().any(|room| path.starts_with(room))
}

/// The files among these that name the theme. The glyphs that are defined beside it are text.
fn naming_the_theme(files: &[Parsed]) -> BTreeSet<String> {
    let is_theme = |path: &Vec<String>| {
        let [tui, theme, name, ..] = path.as_slice() else { return false };
        let is_glyph = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        tui == "tui" && theme == "theme" && !is_glyph
    };
    let naming = files.iter().filter(|file| decides(&file.path) && file.named_paths().iter().any(is_theme));
    naming.map(|file| file.path.clone()).collect()
}

/// Whether a text names anything of ratatui but areas.
fn names_style(text: &str) -> bool {
    text.match_indices("ratatui::").any(|(at, name)| !text[at + name.len()..].starts_with("layout"))
}

#[test]
fn neither_model_update_nor_layout_names_a_widget() {
    let naming: Vec<String> = naming_widgets(&parsed()).into_iter().collect();
    check("files that name a widget", &naming);
}

#[test]
fn neither_model_update_layout_nor_pages_name_a_style() {
    let naming: Vec<String> = naming_the_theme(&parsed()).into_iter().collect();
    check("files that name the theme", &naming);
    let styled = sources().into_iter().filter(|file| decides(&file.path) && names_style(&file.text));
    let styled: Vec<String> = styled.map(|file| file.path).collect();
    check("files that name a style of ratatui", &styled);
}

#[test]
fn the_check_of_styles_sees_who_names_one() {
    let file = |path: &str, text: &str| Parsed {
        path: path.to_owned(),
        items: syn::parse_file(text).unwrap().items,
    };
    let files = [
        file("tui/update/overlay.rs", "use crate::tui::theme::Theme;"),
        file("tui/pages/help.rs", "use crate::tui::theme::{BROKEN, HEAD};"),
        file("tui/model.rs", "fn f() { crate::tui::theme::Theme::plain() }"),
        file("tui/widgets/help.rs", "use crate::tui::theme::Theme;"),
    ];
    let expected = ["tui/model.rs", "tui/update/overlay.rs"].map(str::to_owned);
    assert_eq!(naming_the_theme(&files), BTreeSet::from(expected));
    assert!(names_style("use ratatui::text::Span;") && names_style("use ratatui::{style::Style};"));
    assert!(!names_style("use ratatui::layout::Rect;"));
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
