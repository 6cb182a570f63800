//! The verb `verify`: each check of a store with its result, and the first fault.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use serde::Serialize;

use crate::cancel::Cancelled;
use crate::cli::args::check::Verify;
use crate::cli::exit::ExitCode;
use crate::cli::open::{OpenedLog, for_looking};
use crate::cli::output::Output;
use crate::cli::progress::{ProgressUnit, begin_counting, progress_bar};
use crate::domain::aggregates::Aggregates;
use crate::runtime::shell::signals::cancelled;
use crate::runtime::verify::verifying::{
    ChainExtent, CheckProgress, VerificationReport, VerifyRequest, verify,
};
use crate::store::proof::finding::{Check, Fault, Finding, Outcome};
use crate::store::proof::receipt::{BadReceipt, Receipt};
use crate::store::sqlite::file::open_error::{OpenError, Problem};

/// The longest file of receipts that is read, in bytes: one receipt for each hour of eight years.
pub const RECEIPTS_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Verifies a store. A file too damaged to be opened is a finding.
///
/// # Errors
/// There is no such store, a receipt cannot be read, or the check was cancelled.
pub fn run(args: &Verify, aggregates: &Aggregates) -> Result<ExitCode> {
    let mut receipts = Vec::new();
    for path in &args.receipts {
        receipts.append(&mut receipts_in(path)?);
    }
    let mut report = VerifyReport::new(args.json);
    let opened = match for_looking(&args.target.store, args.target.map.as_deref(), aggregates) {
        Ok(opened) => opened,
        Err(error) => match damage(&error) {
            Some(found) => {
                let fault = Fault::outside("a store that can be opened", found);
                report.found(Finding { check: Check::File, outcome: Outcome::Fails(fault) })?;
                return report.end(None, None);
            }
            None => return Err(error),
        },
    };
    let OpenedLog { store, .. } = &opened;
    let cancel = cancelled(ExitCode::Error as u8)?;
    let request = VerifyRequest { only_links: args.links, receipts, cancel };
    let mut wrote = Ok(());
    let proved = verify(&store.log(), &request, &mut |verifying| match verifying {
        VerificationReport::Progress(progress) => report.progress(progress),
        VerificationReport::Found(finding) => {
            if wrote.is_ok() {
                wrote = report.found(finding);
            }
        }
    });
    report.bar.finish_and_clear();
    wrote?;
    match proved? {
        Ok(proved) => report.end(Some(&proved), store.n_lines_left_out().ok()),
        Err(Cancelled) => bail!("cancelled; the checks not listed above did not run"),
    }
}

/// The receipts in a file, one per line, each with its name. Lines that begin with # are comments.
fn receipts_in(path: &Path) -> Result<Vec<(String, Result<Receipt, BadReceipt>)>> {
    let shown = path.display().to_string();
    let mut text = Vec::new();
    let read = File::open(path).and_then(|file| file.take(RECEIPTS_BYTES_MAX + 1).read_to_end(&mut text));
    read.with_context(|| format!("the receipt {shown} cannot be read"))?;
    if text.len() as u64 > RECEIPTS_BYTES_MAX {
        bail!("{shown} is longer than {} MiB, the limit for a file of receipts", RECEIPTS_BYTES_MAX >> 20);
    }
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<(usize, &str)> = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .collect();
    if lines.is_empty() {
        bail!("{shown} contains no receipt");
    }
    let named = |(n, line): &(usize, &str)| {
        let name = if lines.len() == 1 { shown.clone() } else { format!("{shown}, line {n}") };
        (name, Receipt::parse(line))
    };
    Ok(lines.iter().map(named).collect())
}

/// The damage that kept a file from being opened; `None` for any other reason.
fn damage(error: &anyhow::Error) -> Option<String> {
    let error = error.downcast_ref::<OpenError>()?;
    let is_other_version = matches!(error.problem, Problem::Newer { .. } | Problem::Older { .. });
    (error.problem.is_content() && !is_other_version).then(|| error.to_string())
}

/// Reports the findings: line by line for a person, all at once for a script.
struct VerifyReport {
    out: Output,
    is_json: bool,
    bar: ProgressBar,
    findings: Vec<Finding>,
}

impl VerifyReport {
    fn new(is_json: bool) -> Self {
        let bar = progress_bar("", ProgressUnit::Items);
        Self { out: Output::stdout(), is_json, bar, findings: Vec::new() }
    }

    fn progress(&mut self, CheckProgress { check, n, n_all }: CheckProgress) {
        if self.bar.message() != check.name() {
            self.bar.reset();
            self.bar.set_message(check.name());
            begin_counting(&self.bar, if n_all == 0 { ProgressUnit::Nothing } else { ProgressUnit::Items });
        }
        self.bar.set_length(n_all);
        self.bar.set_position(n);
    }

    fn found(&mut self, finding: Finding) -> Result<()> {
        if !self.is_json {
            let text = line(&finding);
            let out = &mut self.out;
            // A difference of rows has lines of its own.
            let mut lines = text.lines();
            self.bar.suspend(|| lines.try_for_each(|line| out.text(line)).and_then(|()| out.flush()))?;
        }
        self.findings.push(finding);
        Ok(())
    }

    fn end(mut self, proved: Option<&ChainExtent>, n_lines_left_out: Option<u64>) -> Result<ExitCode> {
        let is_whole = self.findings.iter().all(|finding| finding.fault().is_none());
        if self.is_json {
            self.out.json_of(&Report { n_lines_left_out, ..Report::of(is_whole, &self.findings, proved) })?;
        } else if let Some(ChainExtent { place, hash, vouched, n_not_understood, n_partly_understood }) =
            proved
        {
            let up_to = place.position;
            self.out.text(&if is_whole {
                format!("verified to {up_to}, with the hash {hash}")
            } else {
                format!("damaged; the chain is verified to {up_to}, with the hash {hash}")
            })?;
            match vouched {
                Some(vouched) if vouched == place => {}
                Some(vouched) => self.out.text(&format!("no receipt covers the events after {vouched}"))?,
                None => self
                    .out
                    .text("not covered by a receipt: a rewritten history or a lost end would go unnoticed")?,
            }
            if let Some(n @ 1..) = n_not_understood {
                let events = if *n == 1 { "event is" } else { "events are" };
                self.out.text(&format!("{n} {events} not understood: states and rows leave them out"))?;
            }
            if let Some(n @ 1..) = n_partly_understood {
                let events = if *n == 1 { "event is" } else { "events are" };
                self.out.text(&format!("{n} {events} understood in part: a part is left out"))?;
            }
        }
        self.out.finish()?;
        Ok(if is_whole { ExitCode::Done } else { ExitCode::Found })
    }
}

/// A finding on one line.
fn line(finding: &Finding) -> String {
    let name = finding.check.name();
    match &finding.outcome {
        Outcome::Holds(what) => format!("✔ {name:<10}  {what}"),
        Outcome::Fails(fault) => format!("✘ {name:<10}  {fault}"),
        Outcome::Unknown(why) => format!("· {name:<10}  not checked: {why}"),
    }
}

/// The whole result, in the JSON form that scripts rely on.
#[derive(Serialize)]
struct Report<'a> {
    whole: bool,
    position: Option<u64>,
    hash: Option<String>,
    vouched: Option<u64>,
    n_not_understood: Option<u64>,
    n_partly_understood: Option<u64>,
    n_lines_left_out: Option<u64>,
    checks: Vec<FindingJson<'a>>,
}

/// One of the checks, in that form.
#[derive(Serialize)]
struct FindingJson<'a> {
    check: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<&'a str>,
}

impl<'a> Report<'a> {
    fn of(whole: bool, findings: &'a [Finding], proved: Option<&ChainExtent>) -> Self {
        let checks = findings.iter().map(FindingJson::of).collect();
        let position = proved.map(|proved| proved.place.position.number());
        let vouched = proved.and_then(|proved| proved.vouched).map(|vouched| vouched.position.number());
        let hash = proved.map(|proved| proved.hash.to_string());
        let n_not_understood = proved.and_then(|proved| proved.n_not_understood);
        let n_partly_understood = proved.and_then(|proved| proved.n_partly_understood);
        Self {
            whole,
            position,
            hash,
            vouched,
            n_not_understood,
            n_partly_understood,
            n_lines_left_out: None,
            checks,
        }
    }
}

impl<'a> FindingJson<'a> {
    fn of(finding: &'a Finding) -> Self {
        let none = Self {
            check: finding.check.name(),
            outcome: "holds",
            what: None,
            position: None,
            expected: None,
            found: None,
        };
        match &finding.outcome {
            Outcome::Holds(what) => Self { what: Some(what), ..none },
            Outcome::Unknown(why) => Self { outcome: "unknown", what: Some(why), ..none },
            Outcome::Fails(Fault { position, expected, found }) => Self {
                outcome: "fails",
                position: position.map(|position| position.number()),
                expected: Some(expected),
                found: Some(found),
                ..none
            },
        }
    }
}
