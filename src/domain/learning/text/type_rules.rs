//! The patterns of types in a domain file: each type has a rule of its own, and the order keeps them apart.

use std::collections::HashSet;

use crate::domain::learning::learned_log::LearnedType;

/// A type of events with the pattern of its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TypeRule<'t> {
    pub(super) of_type: &'t LearnedType,
    /// `None` if no pattern takes the events of this type only.
    pub(super) pattern: Option<String>,
}

/// The types in the order of their first events. One whose pattern is the short name of another comes after that: the first
/// rule that takes an event counts. In a pattern, a comma separates two types and a star is any text; a type with one of
/// them is named by its short name.
pub(super) fn rules_in_order(types: &[LearnedType]) -> Vec<TypeRule<'_>> {
    let short_names: Vec<&str> = types.iter().map(|one| short_name(&one.event_type)).collect();
    let n_with = |name: &str| short_names.iter().filter(|short| **short == name).count();
    let mut taken = HashSet::new();
    let mut rules = Vec::new();
    for of_type in types {
        let name = of_type.event_type.as_str();
        let short = short_name(name);
        let pattern = match (is_plain(name), is_plain(short) && n_with(short) == 1) {
            (true, _) => Some(name),
            (false, true) => Some(short),
            (false, false) => None,
        };
        let pattern = pattern.filter(|pattern| taken.insert(*pattern)).map(str::to_owned);
        rules.push(TypeRule { of_type, pattern });
    }
    let is_short = |rule: &TypeRule<'_>| {
        let pattern = rule.pattern.as_deref();
        let others = types.iter().filter(|other| other.event_type != rule.of_type.event_type);
        others.into_iter().any(|other| Some(short_name(&other.event_type)) == pattern)
    };
    rules.sort_by_key(is_short);
    rules
}

/// Whether a name is a pattern that says the same.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains([',', '*']) && name.trim() == name
}

/// A type without its prefix and without the name of a .NET assembly, as rules recognise it.
fn short_name(event_type: &str) -> &str {
    let name = event_type.split_once(',').map_or(event_type, |(name, _)| name);
    name.rsplit(['.', ':', '/', '+', '\\']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::GlobalPosition;

    #[test]
    fn each_type_has_a_pattern_of_its_own_in_an_order_that_keeps_them_apart() {
        let names = [
            "Opened",
            "shop.Opened",
            "Shop.Added, Shop",
            "Shop.AddedTwice, Shop",
            "a.X, A",
            "b.X, B",
            "*",
            " Y",
        ];
        let types: Vec<LearnedType> = names
            .iter()
            .map(|name| LearnedType {
                event_type: (*name).to_owned(),
                n_events: 1,
                first: GlobalPosition::new(1),
                last: GlobalPosition::new(1),
                example: String::new(),
                fields: Vec::new(),
            })
            .collect();
        let rules = rules_in_order(&types);
        let rules: Vec<_> =
            rules.iter().map(|rule| (rule.of_type.event_type.as_str(), rule.pattern.as_deref())).collect();
        let expected = [
            ("shop.Opened", Some("shop.Opened")),
            ("Shop.Added, Shop", Some("Added")),
            ("Shop.AddedTwice, Shop", Some("AddedTwice")),
            ("a.X, A", None),
            ("b.X, B", None),
            ("*", None),
            (" Y", None),
            ("Opened", Some("Opened")),
        ];
        assert_eq!(rules, expected);
    }
}
