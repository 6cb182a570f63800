//! The sources, parsed: their items, and the files that they name.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::sources::sources;

/// A file of `src` without its tests.
pub(crate) struct Parsed {
    /// As in `domain/event.rs`.
    pub(crate) path: String,
    pub(crate) items: Vec<syn::Item>,
}

impl Parsed {
    /// Its module's path: `domain`, `event`.
    pub(crate) fn module(&self) -> Vec<String> {
        let path = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        path.split('/').filter(|part| !["lib", "main"].contains(part)).map(str::to_owned).collect()
    }

    /// The modules that it declares and that have files of their own.
    fn children(&self) -> BTreeSet<String> {
        let child = |item: &syn::Item| match item {
            syn::Item::Mod(child) => Some(child.ident.to_string()),
            _ => None,
        };
        self.items.iter().filter_map(child).collect()
    }

    /// The paths into this crate that it names, from the crate's top: `domain`, `event`, `StreamName`.
    pub(crate) fn named_paths(&self) -> BTreeSet<Vec<String>> {
        let mut names = Names::default();
        self.items.iter().for_each(|item| names.visit_item(item));
        let (own, children) = (self.module(), self.children());
        names.paths.iter().filter_map(|path| from_the_top(path, &own, &children, &names.imports)).collect()
    }
}

/// All files of `src`, without what is compiled for tests only.
pub(crate) fn parsed() -> Vec<Parsed> {
    let mut files: Vec<Parsed> = Vec::new();
    let mut tests: Vec<String> = Vec::new();
    for source in sources() {
        let file =
            syn::parse_file(&source.text).unwrap_or_else(|error| panic!("src/{}: {error}", source.path));
        let (of_tests, items): (Vec<_>, Vec<_>) = file.items.into_iter().partition(is_for_tests);
        let folder = source.path.strip_suffix(".rs").unwrap_or_default();
        let folder = if folder == "lib" { String::new() } else { format!("{folder}/") };
        for item in of_tests {
            if let syn::Item::Mod(module) = item {
                tests.push(format!("{folder}{}", module.ident));
            }
        }
        files.push(Parsed { path: source.path, items });
    }
    let is_test = |file: &Parsed| {
        tests.iter().any(|test| file.path.strip_prefix(test).is_some_and(|rest| rest.starts_with(['.', '/'])))
    };
    files.retain(|file| !is_test(file));
    files
}

fn is_for_tests(item: &syn::Item) -> bool {
    let attributes = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        _ => return false,
    };
    let is_test = |attribute: &syn::Attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|of| of.is_ident("test"))
    };
    attributes.iter().any(is_test)
}

/// The paths that a file names, and the imports behind single-word names.
#[derive(Default)]
struct Names {
    paths: BTreeSet<Vec<String>>,
    imports: BTreeMap<String, Vec<String>>,
}

impl Names {
    fn import(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.import(&path.tree, &with(&path.ident)),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before)),
            syn::UseTree::Name(name) if name.ident == "self" => {
                self.imported(before.last().cloned(), before.to_vec());
            }
            syn::UseTree::Name(name) => self.imported(Some(name.ident.to_string()), with(&name.ident)),
            syn::UseTree::Rename(name) => self.imported(Some(name.rename.to_string()), with(&name.ident)),
            syn::UseTree::Glob(_) => self.imported(None, before.to_vec()),
        }
    }

    fn imported(&mut self, name: Option<String>, path: Vec<String>) {
        self.imports.extend(name.map(|name| (name, path.clone())));
        self.paths.insert(path);
    }

    /// The paths in the arguments of a macro, which have a grammar of their own.
    fn in_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut n_colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => n_colons += 1,
                TokenTree::Ident(name) => {
                    if n_colons != 2 {
                        self.end(&mut path);
                    }
                    n_colons = 0;
                    path.push(name.to_string());
                }
                TokenTree::Group(group) => {
                    self.end(&mut path);
                    self.in_tokens(group.stream());
                }
                _ => self.end(&mut path),
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.paths.insert(std::mem::take(path));
        }
        path.clear();
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.import(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, of: &'ast syn::Macro) {
        self.in_tokens(of.tokens.clone());
    }

    /// `pub(super)` limits visibility and names nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

/// The path from the crate's top, if it leads into this crate.
fn from_the_top(
    path: &[String],
    own: &[String],
    children: &BTreeSet<String>,
    imports: &BTreeMap<String, Vec<String>>,
) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some([own, rest].concat()).filter(|_| !rest.is_empty()),
        "super" => {
            let n_up = path.iter().take_while(|part| *part == "super").count();
            Some([own.get(..own.len().checked_sub(n_up)?)?, path.get(n_up..)?].concat())
        }
        name if children.contains(name) => Some([own, path].concat()),
        name => {
            let import = imports.get(name).filter(|import| import.first() != Some(first))?;
            from_the_top(&[import, rest].concat(), own, children, &BTreeMap::new())
        }
    }
}
