//! The violations that are still allowed: lists that may only get shorter.

use std::collections::BTreeSet;
use std::path::Path;

/// Fails if there is a violation that is not in the list, or an entry without a violation. With `FOLDBACK_BLESS=1` the
/// list is written, unless it would get longer.
pub(crate) fn check_against(list: &str, found: &BTreeSet<String>, what_to_do: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/architecture").join(list);
    let text = std::fs::read_to_string(&path).unwrap();
    let allowed: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    if std::env::var_os("FOLDBACK_BLESS").is_some() && found.len() <= allowed.len() {
        let lines: String = found.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, lines).unwrap();
        return;
    }
    let wrong: Vec<String> = found.difference(&allowed).map(|line| format!("{line}: {what_to_do}")).collect();
    super::sources::check("new breaks of a rule", &wrong);
    let mended: Vec<String> = allowed.difference(found).cloned().collect();
    super::sources::check(
        &format!(
            "mended: take these out of tests/architecture/{list} (or run this test with FOLDBACK_BLESS=1)"
        ),
        &mended,
    );
}
