//! Questions of the screen: a new one is a change in few files.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};

use super::sources::check;
use super::syntax::{Parsed, parsed};

/// How many files name a question, its own files aside.
const FILES_MAX: usize = 4;

/// The rooms of the workers: a file in one that finds the answer to a question is the question's own.
const WORKERS: [&str; 3] = ["runtime/log_worker/", "runtime/rows_worker/", "runtime/finder/"];

/// The enums of the questions that the workers of log and rows answer. The others have a thread each, which the shell names.
const ENUMS: [&str; 2] = ["LogQuestion", "RowsQuestion"];

/// The names of the types that are questions: a field of one variant each.
#[derive(Default)]
struct Questions(BTreeMap<String, String>);

impl<'ast> Visit<'ast> for Questions {
    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        if !ENUMS.contains(&item.ident.to_string().as_str()) {
            return;
        }
        for variant in &item.variants {
            let Some(syn::Type::Path(of)) = variant.fields.iter().next().map(|field| &field.ty) else {
                continue;
            };
            let Some(name) = of.path.segments.last().map(|segment| segment.ident.to_string()) else {
                continue;
            };
            // A place is part of several questions.
            if name.ends_with("Question") {
                self.0.insert(name, format!("{}::{}", item.ident, variant.ident));
            }
        }
    }
}

/// The last two names of each path in a file, and the last one.
#[derive(Default)]
struct Named(BTreeSet<String>);

impl<'ast> Visit<'ast> for Named {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let n = names.len();
        self.0.extend(names.last().cloned());
        self.0.extend(names.get(n.saturating_sub(2)..).map(|last| last.join("::")));
        visit::visit_path(self, path);
    }

    fn visit_use_name(&mut self, name: &'ast syn::UseName) {
        self.0.insert(name.ident.to_string());
    }
}

/// The files that name each question, by its type or its variant, but for its own: the file in which its type is, and those
/// that find its answer.
fn files_of(files: &[Parsed]) -> BTreeMap<String, BTreeSet<String>> {
    let mut questions = Questions::default();
    files.iter().flat_map(|file| &file.items).for_each(|item| questions.visit_item(item));
    let mut found: BTreeMap<String, BTreeSet<String>> =
        questions.0.keys().map(|name| (name.clone(), BTreeSet::new())).collect();
    for file in files {
        let mut named = Named::default();
        file.items.iter().for_each(|item| named.visit_item(item));
        for (name, variant) in &questions.0 {
            let has_its_type = file.items.iter().any(|item| match item {
                syn::Item::Struct(item) => item.ident == name,
                syn::Item::Enum(item) => item.ident == name,
                _ => false,
            });
            let is_its_own = has_its_type || WORKERS.iter().any(|room| file.path.starts_with(room));
            if !is_its_own && (named.0.contains(name) || named.0.contains(variant)) {
                found.entry(name.clone()).or_default().insert(file.path.clone());
            }
        }
    }
    found
}

#[test]
fn a_question_of_the_screen_is_named_in_few_files_beside_its_own() {
    let found = files_of(&parsed());
    assert!(found.len() > 10, "{found:?}");
    let is_wide = |(_, files): &(&String, &BTreeSet<String>)| files.len() > FILES_MAX;
    let wide: Vec<String> =
        found.iter().filter(is_wide).map(|(name, files)| format!("{name}: {files:?}")).collect();
    check(&format!("questions that more than {FILES_MAX} files name beside their own"), &wide);
}

#[test]
fn the_check_of_questions_sees_who_names_one() {
    let file = |path: &str, text: &str| Parsed {
        path: path.to_owned(),
        items: syn::parse_file(text).unwrap().items,
    };
    let files = [
        file("questions.rs", "enum LogQuestion { Look(LookQuestion), Place(Place) }"),
        file("look.rs", "struct LookQuestion; fn f(q: &LookQuestion) {}"),
        file("a.rs", "use crate::look::LookQuestion;"),
        file("runtime/log_worker/look.rs", "use crate::look::LookQuestion;"),
        file("b.rs", "fn g(q: Q) { match q { crate::questions::LogQuestion::Look(_) => {} } }"),
        file("c.rs", "fn h(q: LogQuestion) {}"),
    ];
    let expected = ["a.rs", "b.rs", "questions.rs"].map(str::to_owned);
    assert_eq!(files_of(&files), BTreeMap::from([("LookQuestion".to_owned(), BTreeSet::from(expected))]));
}

/// The fields of the screen's model that are slots of questions.
#[derive(Default)]
struct Slots(BTreeSet<String>);

impl<'ast> Visit<'ast> for Slots {
    fn visit_field(&mut self, field: &'ast syn::Field) {
        let syn::Type::Path(of) = &field.ty else { return };
        if of.path.segments.last().is_some_and(|segment| segment.ident == "Slot") {
            self.0.extend(field.ident.as_ref().map(ToString::to_string));
        }
    }
}

/// The fields and methods that a file names.
#[derive(Default)]
struct Members(BTreeSet<String>);

impl<'ast> Visit<'ast> for Members {
    fn visit_member(&mut self, member: &'ast syn::Member) {
        if let syn::Member::Named(name) = member {
            self.0.insert(name.to_string());
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.0.insert(call.method.to_string().trim_end_matches("_mut").to_owned());
        visit::visit_expr_method_call(self, call);
    }
}

#[test]
fn every_slot_of_the_model_is_among_those_that_are_asked_again() {
    let (mut slots, mut visited) = (Slots::default(), Members::default());
    for file in parsed().iter().filter(|file| file.path.starts_with("tui/model")) {
        file.items.iter().for_each(|item| slots.visit_item(item));
        let methods = file.items.iter().filter_map(|item| match item {
            syn::Item::Impl(item) => Some(&item.items),
            _ => None,
        });
        for method in methods.flatten() {
            if let syn::ImplItem::Fn(method) = method
                && method.sig.ident == "slots_mut"
            {
                visited.visit_impl_item_fn(method);
            }
        }
    }
    assert!(slots.0.contains("look") && slots.0.contains("preview") && visited.0.contains("preview"));
    let missing: Vec<String> = slots.0.difference(&visited.0).cloned().collect();
    check("slots that `Model::slots_mut` forgets", &missing);
}
