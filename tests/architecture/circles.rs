//! There are no circles of files within a room: of two files, at most one names the other, directly or through others.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::check;
use super::syntax::{Parsed, parsed};

/// The files of one room, each with those that it names.
type Graph = BTreeMap<String, BTreeSet<String>>;

fn graph(files: &[Parsed]) -> Graph {
    let by_module: BTreeMap<Vec<String>, &str> =
        files.iter().map(|file| (file.module(), file.path.as_str())).collect();
    let file_of = |path: &[String]| -> Option<String> {
        let longest = (1..=path.len()).rev().find_map(|n| by_module.get(path.get(..n)?));
        longest.map(|file| (*file).to_owned())
    };
    let named = |file: &Parsed| -> BTreeSet<String> {
        let own = file.module();
        let in_the_room = |path: &Vec<String>| path.first() == own.first();
        let paths = file.named_paths();
        paths
            .iter()
            .filter(|path| in_the_room(path))
            .filter_map(|path| file_of(path))
            .filter(|other| *other != file.path)
            .collect()
    };
    files.iter().map(|file| (file.path.clone(), named(file))).collect()
}

/// The files that can be reached from one.
fn reach<'a>(graph: &'a Graph, from: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(file) = next.pop() {
        let named = graph.get(file).into_iter().flatten();
        next.extend(named.map(String::as_str).filter(|other| reached.insert(*other)));
    }
    reached
}

/// The circles: sets of files that all reach each other.
fn circles(graph: &Graph) -> BTreeSet<BTreeSet<&str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        graph.keys().map(|file| (file.as_str(), reach(graph, file))).collect();
    let circle = |file: &str| -> BTreeSet<&str> {
        let there = reached.get(file).into_iter().flatten();
        there.filter(|other| reached.get(*other).is_some_and(|back| back.contains(file))).copied().collect()
    };
    graph.keys().map(|file| circle(file)).filter(|circle| !circle.is_empty()).collect()
}

#[test]
fn within_a_room_no_files_name_each_other_in_a_circle() {
    let graph = graph(&parsed());
    let circles = circles(&graph);
    check(
        "these arrows make a circle; move what both files need to a file that names neither",
        &arrows(&graph, &circles),
    );
}

/// The arrows of all circles.
fn arrows(graph: &Graph, circles: &BTreeSet<BTreeSet<&str>>) -> Vec<String> {
    let mut all = Vec::new();
    for circle in circles {
        for file in circle {
            let named =
                graph.get(*file).into_iter().flatten().filter(|other| circle.contains(other.as_str()));
            all.extend(named.map(|other| format!("{file} -> {other}")));
        }
    }
    all
}

#[test]
fn the_check_of_circles_sees_them() {
    let file = |path: &str, text: &str| Parsed {
        path: path.to_owned(),
        items: syn::parse_file(text).unwrap().items,
    };
    let files = [
        file("a.rs", "mod b; mod c; mod d; mod e;"),
        file("a/b.rs", "use crate::a::{c::f, x::y}; fn g() { f() }"),
        file("a/c.rs", "use super::d; fn f() -> u8 { d::E }"),
        file("a/d.rs", "fn h() { assert_eq!(1, super::b::g()); }"),
        file("a/e.rs", "pub(super) fn i() { crate::a::b::g(); crate::z::j() }"),
        file("z.rs", "fn j() { crate::a::e::i() }"),
    ];
    assert_eq!(circles(&graph(&files)), BTreeSet::from([BTreeSet::from(["a/b.rs", "a/c.rs", "a/d.rs"])]));
    let files = [file("a.rs", "mod b; use b::C; struct D;"), file("a/b.rs", "struct C(super::D);")];
    assert_eq!(circles(&graph(&files)), BTreeSet::from([BTreeSet::from(["a.rs", "a/b.rs"])]));
}
