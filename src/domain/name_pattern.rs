//! Patterns of names, of streams and of event types: `*` is any run of characters.

use std::borrow::Cow;
use std::fmt;

/// A pattern such as `cart-*`, `*.ItemAdded` or `ItemAdded`. Only `*` has a meaning: a name cannot be asked for one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NamePattern(Cow<'static, str>);

impl Default for NamePattern {
    fn default() -> Self {
        Self::ANY
    }
}

impl NamePattern {
    /// The pattern that every name matches.
    pub const ANY: Self = Self(Cow::Borrowed("*"));

    /// The pattern with this text.
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self(text.into())
    }

    /// The pattern of all names that begin with a prefix.
    pub fn of_prefix(prefix: &str) -> Self {
        Self(format!("{prefix}*").into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The prefix, if the pattern says nothing else about names; the empty one if every name matches.
    pub fn prefix(&self) -> Option<&str> {
        self.0.strip_suffix('*').filter(|prefix| !prefix.contains('*'))
    }

    /// Whether only one name matches.
    pub fn is_name(&self) -> bool {
        !self.0.contains('*')
    }

    /// Whether the name matches.
    pub fn matches(&self, name: &str) -> bool {
        if let Some(prefix) = self.prefix() {
            return name.starts_with(prefix);
        }
        let Some((first, rest)) = self.0.split_once('*') else { return *self.0 == *name };
        let Some(name) = name.strip_prefix(first) else { return false };
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        let Some(mut name) = name.strip_suffix(last) else { return false };
        // The leftmost place of each part leaves the most for those after it.
        middle.split('*').all(|part| {
            let found = name.split_once(part);
            found.inspect(|(_, after)| name = after).is_some()
        })
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether a name matches, by trying every length for each star.
    fn matches_slowly(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern, name) {
            ([b'*', rest @ ..], name) => (0..=name.len()).any(|n| matches_slowly(rest, &name[n..])),
            ([a, pattern @ ..], [b, name @ ..]) => a == b && matches_slowly(pattern, name),
            (pattern, name) => pattern.is_empty() && name.is_empty(),
        }
    }

    proptest! {
        #[test]
        fn a_name_matches_if_some_length_for_each_star_fits(pattern in "[ab*]{0,8}", name in "[ab]{0,8}") {
            let is_match = NamePattern::new(pattern.clone()).matches(&name);
            prop_assert_eq!(is_match, matches_slowly(pattern.as_bytes(), name.as_bytes()));
        }
    }

    #[test]
    fn a_pattern_knows_whether_it_is_a_prefix_or_a_name() {
        let of = |text: &'static str| NamePattern::new(text);
        let prefixes =
            ["*", "cart-*", "*-cart", "cart", "a*b*"].map(|text| of(text).prefix().map(str::to_owned));
        assert_eq!(prefixes, [Some(String::new()), Some("cart-".to_owned()), None, None, None]);
        assert_eq!(["cart", "cart*"].map(|text| of(text).is_name()), [true, false]);
    }
}
