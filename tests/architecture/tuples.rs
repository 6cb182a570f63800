//! No function has a tuple for a parameter: values that go together are a type with a name.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};

use super::sources::check;
use super::syntax::parsed;

/// The functions with a parameter that is a tuple. (Those of closures are what an iterator or a map gives.)
#[derive(Default)]
struct TupleParameters(BTreeSet<String>);

impl<'ast> Visit<'ast> for TupleParameters {
    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        let is_tuple = |input: &syn::FnArg| match input {
            syn::FnArg::Typed(typed) => matches!(*typed.ty, syn::Type::Tuple(_)),
            syn::FnArg::Receiver(_) => false,
        };
        if signature.inputs.iter().any(is_tuple) {
            self.0.insert(signature.ident.to_string());
        }
        visit::visit_signature(self, signature);
    }
}

fn of_items(items: &[syn::Item]) -> BTreeSet<String> {
    let mut tuples = TupleParameters::default();
    items.iter().for_each(|item| tuples.visit_item(item));
    tuples.0
}

#[test]
fn no_parameter_is_a_tuple() {
    let files = parsed();
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| of_items(&file.items).into_iter().map(|name| format!("{} {name}", file.path)))
        .collect();
    check("functions with a tuple for a parameter (values that go together are a type)", &found);
}

#[test]
fn the_check_of_tuples_sees_functions_wherever_they_are() {
    let text = "fn a((x, y): (u8, u8)) {} impl S { fn b(&self, at: (u8, u8)) {} fn c(&self, at: &(u8, u8)) {} } \
                trait T { fn d(&self, (x, y): (u8, u8)); } fn e() { fn f(at: (u8,)) {} let g = |(x, y)| x; }";
    let found = of_items(&syn::parse_file(text).unwrap().items);
    assert_eq!(found, ["a", "b", "d", "f"].map(str::to_owned).into());
}
