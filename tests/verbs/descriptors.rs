//! Limits of open files that are too low for a verb.

use crate::desk::Desk;

#[test]
fn too_few_files_that_may_be_open_are_named_as_the_cause() {
    let desk = Desk::with_bank();
    std::fs::write(desk.0.path().join("bank.jsonl"), desk.run(&["export", "bank.db"]).out).unwrap();
    let verbs: [&[&str]; 7] = [
        &["query", "bank.db", "SELECT 1"],
        &["rebuild", "bank.db"],
        &["verify", "bank.db"],
        &["state", "bank.db", "acc-01"],
        &["do", "bank.db", "deposit acc-01 1"],
        &["import", "bank.db", "bank.jsonl"],
        &["new", "new.db", "--sample", "bank"],
    ];
    for words in verbs {
        let mut n_failed = 0;
        for limit in 4..=14 {
            let _ = std::fs::remove_dir_all(desk.0.path().join("bank.read"));
            let _ = std::fs::remove_file(desk.0.path().join("new.db"));
            let mut command = desk.shell(&format!("ulimit -n {limit}; exec \"$0\" \"$@\""), words);
            let output = command.output().unwrap();
            let err = String::from_utf8(output.stderr).unwrap();
            if output.status.success() {
                continue;
            }
            n_failed += 1;
            let said = format!(
                "foldback: too many files are open: this process may have {limit} at once; allow more (ulimit -n), and try again"
            );
            assert_eq!(
                (output.status.code(), err.lines().last()),
                (Some(1), Some(&*said)),
                "{words:?}: {err}"
            );
        }
        assert!(n_failed > 0, "{words:?} needs no files");
    }
}
