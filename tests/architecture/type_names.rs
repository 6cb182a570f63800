//! No two types share a name, so that a name says which type is meant.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};

use super::sources::check;
use super::syntax::{Parsed, parsed};

/// The names of the types defined in a file, including private ones and those within functions.
#[derive(Default)]
struct TypeNames(Vec<String>);

impl<'ast> Visit<'ast> for TypeNames {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.0.push(item.ident.to_string());
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.0.push(item.ident.to_string());
    }

    fn visit_item_union(&mut self, item: &'ast syn::ItemUnion) {
        self.0.push(item.ident.to_string());
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.0.push(item.ident.to_string());
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.0.push(item.ident.to_string());
        visit::visit_item_trait(self, item);
    }
}

/// The names that several types have, each with the files that define one.
fn shared_names(parsed: &[Parsed]) -> BTreeMap<String, Vec<String>> {
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in parsed {
        let mut names = TypeNames::default();
        file.items.iter().for_each(|item| names.visit_item(item));
        for name in names.0 {
            files.entry(name).or_default().push(file.path.clone());
        }
    }
    files.retain(|_, files| files.len() > 1);
    files
}

#[test]
fn no_two_types_share_a_name() {
    let shared: Vec<String> =
        shared_names(&parsed()).iter().map(|(name, files)| format!("{name}: {}", files.join(", "))).collect();
    check("names that several types have; call each after what it is alone", &shared);
}

#[test]
fn the_check_of_names_sees_types_wherever_they_are() {
    let file = |path: &str, text: &str| Parsed {
        path: path.to_owned(),
        items: syn::parse_file(text).unwrap().items,
    };
    let files = [
        file("a.rs", "struct A; enum B {} impl Iterator for A { type Item = u8; } fn f() { struct C; }"),
        file("b.rs", "trait A {} impl Iterator for D { type Item = u8; } mod g { type C = u8; }"),
    ];
    let both = vec!["a.rs".to_owned(), "b.rs".to_owned()];
    assert_eq!(
        shared_names(&files),
        BTreeMap::from([("A".to_owned(), both.clone()), ("C".to_owned(), both)])
    );
}
