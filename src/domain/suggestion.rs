//! Suggestions: the known word that was probably meant by an unknown one.

/// The least likeness of a suggestion, between 0 and 1: the likeness from which on clap suggests an argument.
const LIKENESS_MIN: f64 = 0.7;

/// The known word that is most like this one; `None` if none is like it.
pub fn suggestion<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let word = word.to_lowercase();
    let like = |other: &'w str| (strsim::jaro(&word, &other.to_lowercase()), other);
    let likely = known.into_iter().map(like).filter(|(likeness, _)| *likeness > LIKENESS_MIN);
    likely.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_like_a_known_one_suggests_it() {
        let known = ["amount", "owner", "currency"];
        assert_eq!(suggestion("amuont", known), Some("amount"));
        assert_eq!(suggestion("AMOUNT", known), Some("amount"));
        assert_eq!(suggestion("curency", known), Some("currency"));
        assert_eq!(suggestion("xyz", known), None);
    }
}
