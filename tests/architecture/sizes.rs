//! Sizes: a file is about one thing, and a function does one thing, so both are short.

use std::path::Path;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::sources::{check, files_below};

/// The longest file, in lines, with its tests: a longer one has two subjects.
const FILE_LINES_MAX: usize = 400;

/// The longest function, in lines: a longer one does two things.
const FUNCTION_LINES_MAX: usize = 60;

/// The functions of a file that are too long: first line, name, length.
#[derive(Default)]
struct LongFunctions(Vec<(usize, String, usize)>);

impl LongFunctions {
    fn measure(&mut self, signature: &syn::Signature, body: Span) {
        let (first, last) = (signature.span().start().line, body.end().line);
        let n_lines = last + 1 - first;
        if n_lines > FUNCTION_LINES_MAX {
            self.0.push((first, signature.ident.to_string(), n_lines));
        }
    }
}

impl<'ast> Visit<'ast> for LongFunctions {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.measure(&item.sig, item.block.span());
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.measure(&item.sig, item.block.span());
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.measure(&item.sig, item.span());
        visit::visit_trait_item_fn(self, item);
    }
}

fn long_functions(text: &str) -> syn::Result<Vec<(usize, String, usize)>> {
    let mut long = LongFunctions::default();
    long.visit_file(&syn::parse_file(text)?);
    Ok(long.0)
}

#[test]
fn files_and_functions_are_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut long = Vec::new();
    for (path, text) in files_below(&root.join("src")).into_iter().chain(files_below(&root.join("tests"))) {
        let path = path.strip_prefix(root).unwrap().display().to_string();
        // The list of a front page is a table of contents: it is as long as the room is wide.
        let n_lines = text.lines().filter(|line| !line.starts_with("//! - `")).count();
        if n_lines > FILE_LINES_MAX {
            long.push(format!(
                "{path} has {n_lines} lines, and {FILE_LINES_MAX} are the most: make two files of it"
            ));
        }
        for (line, name, n_lines) in long_functions(&text).unwrap_or_else(|error| panic!("{path}: {error}")) {
            long.push(format!(
                "{path}:{line}: {name} has {n_lines} lines, and {FUNCTION_LINES_MAX} are the most: give a part of it a name"
            ));
        }
    }
    check("files and functions that are too long", &long);
}

#[test]
fn the_check_of_functions_sees_long_ones_wherever_they_are() {
    let body = |n: usize| format!("{{\n{}}}", "f();\n".repeat(n - 2));
    let text = |n: usize| {
        let body = body(n);
        format!(
            "fn a() {body}\nimpl A {{ fn b() {body} }}\ntrait C {{ fn c() {body} }}\nmod d {{ fn d() {body} }}"
        )
    };
    assert_eq!(long_functions(&text(FUNCTION_LINES_MAX)).unwrap(), []);
    let n = FUNCTION_LINES_MAX + 1;
    let names: Vec<_> = long_functions(&text(n)).unwrap().into_iter().map(|(_, name, n)| (name, n)).collect();
    assert_eq!(names, ["a", "b", "c", "d"].map(|name| (name.to_owned(), n)));
}
