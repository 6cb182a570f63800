//! Logs in every form: compressed, through pipes, and files that are not logs.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::desk::{Desk, Left};

/// A deposit of 1.00 for `a`, and one of 2.00 for `b`.
const LOG: &str = "{\"stream\":\"a\",\"type\":\"Deposited\",\"data\":{\"amount\":100}}\n\
                   {\"stream\":\"b\",\"type\":\"Deposited\",\"data\":{\"amount\":200}}\n";

/// The output of `state` for it.
const STATES: &str = "a  v1        open    100  -\nb  v1        open    200  -\n";

pub fn gz(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

pub fn zst(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 3).unwrap()
}

impl Desk {
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
    }

    /// Runs a verb with these bytes as its standard input.
    fn run_piped(&self, words: &[&str], stdin: &[u8]) -> Left {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that needs no more input may have ended already.
        _ = child.stdin.take().unwrap().write_all(stdin);
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Left { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

#[track_caller]
fn says(left: &Left, code: i32, out: &str, err: &str) {
    assert_eq!((left.code, left.out.as_str(), left.err.as_str()), (code, out, err));
}

#[test]
fn a_compressed_log_is_read_whatever_its_name_and_bytes_after_it_are_reported() {
    let desk = Desk::new();
    let (first, second) = LOG.split_once('\n').unwrap();
    let behind = |n, name: &str| {
        format!("{name}: {n} bytes after its compressed data are not part of it and are left out\n")
    };
    for (name, bytes, err) in [
        ("a.jsonl.gz", gz(LOG), String::new()),
        ("b", [gz(&format!("{first}\n")), gz(second)].concat(), String::new()),
        ("c.gz", [gz(LOG), vec![0; 40]].concat(), String::new()),
        ("d.gz", [gz(LOG), b"garbage".to_vec()].concat(), behind(7, "d.gz")),
        ("e.jsonl.zst", zst(LOG), String::new()),
        ("f", [zst(&format!("{first}\n")), zst(second)].concat(), String::new()),
        ("g.zst", [zst(LOG), b"xyz".to_vec()].concat(), behind(3, "g.zst")),
        ("h.jsonl", [b"\xef\xbb\xbf", LOG.as_bytes()].concat(), String::new()),
    ] {
        desk.write(name, &bytes);
        // Each time, not only at the first import.
        for _again in 0..2 {
            says(&desk.run(&["state", name]), 0, STATES, &err);
        }
        let from_pipe = err.replace(&format!("{name}:"), "standard input:");
        says(&desk.run_piped(&["state", "-"], &bytes), 0, STATES, &from_pipe);
    }
}

#[test]
fn a_file_of_another_kind_is_named_with_the_command_that_reads_it() {
    let desk = Desk::new();
    let mut tar = vec![0; 1024];
    tar[..5].copy_from_slice(b"a.log");
    tar[257..262].copy_from_slice(b"ustar");
    for (name, bytes, what) in [
        ("a.bz2", b"BZh91AY&SY".to_vec(), "it is compressed with bzip2; this reads it: `bzip2 -dc "),
        ("a.xz", b"\xfd7zXZ\0".to_vec(), "it is compressed with xz; this reads it: `xz -dc "),
        (
            "a.zip",
            b"PK\x03\x04".to_vec(),
            "it is a zip archive; the log is a file in it; this reads it: `unzip -p ",
        ),
        (
            "a.7z",
            b"7z\xbc\xaf\x27\x1c".to_vec(),
            "it is a 7z archive; the log is a file in it; this reads it: `7z x -so ",
        ),
        ("a.lz4", b"\x04\x22\x4d\x18".to_vec(), "it is compressed with lz4; this reads it: `lz4 -dc "),
        ("a.tar", tar.clone(), "it is a tar archive; the log is a file in it; this reads it: `tar -xOf "),
        (
            "a.tgz",
            gz(std::str::from_utf8(&tar).unwrap()),
            "it is a tar archive; the log is a file in it; this reads it: `tar -xOf ",
        ),
        ("a.parquet", b"PAR1".to_vec(), "it is a Parquet file; this reads it: `duckdb -jsonlines "),
        ("a.pdf", b"%PDF-1.7".to_vec(), "it is a PDF document; "),
    ] {
        desk.write(name, bytes);
        for verb in ["state", "verify", "export"] {
            let left = desk.run(&[verb, name]);
            assert_eq!((left.code, left.out.as_str()), (1, ""), "{left:?}");
            assert!(left.err.contains(&format!("{name} cannot be read: {what}")), "{left:?}");
            assert_eq!(left.err.lines().count(), 1, "{left:?}");
        }
    }
}

/// The command in a sentence about a file that is not a log.
fn command_in(sentence: &str) -> String {
    let (_, rest) = sentence.split_once('`').unwrap();
    let (command, _) = rest.rsplit_once(" | foldback").unwrap();
    command.to_owned()
}

#[test]
fn the_command_that_is_named_makes_a_log_that_is_read() {
    let desk = Desk::new();
    let utf32: Vec<u8> = LOG.chars().flat_map(|letter| u32::from(letter).to_be_bytes()).collect();
    desk.write("a log.jsonl", [b"\0\0\xfe\xff", &utf32[..]].concat());
    if Command::new("iconv").arg("--version").output().is_err() {
        println!("skipped: there is no iconv here");
        return;
    }
    let command = command_in(&desk.run(&["state", "a log.jsonl"]).err);
    let text = Command::new("sh").args(["-c", &command]).output().unwrap().stdout;
    says(&desk.run_piped(&["state", "-"], &text), 0, STATES, "");
}

#[test]
fn a_log_in_utf16_is_read_like_any_other() {
    let desk = Desk::new();
    let little: Vec<u8> = LOG.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = LOG.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (name, bytes) in [
        ("a.jsonl", [b"\xff\xfe", &little[..]].concat()),
        ("b.jsonl", [b"\xfe\xff", &big[..]].concat()),
        ("c", little.clone()),
        ("d.log", big.clone()),
    ] {
        desk.write(name, &bytes);
        says(&desk.run(&["state", name]), 0, STATES, "");
        says(&desk.run_piped(&["state", "-"], &bytes), 0, STATES, "");
    }
    // Half a pair in the first line.
    let at = LOG.find("amount").unwrap();
    let mut broken = [b"\xff\xfe", &little[..]].concat();
    broken.splice(2 + 2 * at..2 + 2 * at, [0x3d, 0xd8]);
    desk.write("e.jsonl", broken);
    let left = desk.run(&["state", "e.jsonl"]);
    assert!(left.err.starts_with("e.jsonl, line 1: it is not UTF-8 (after "), "{left:?}");
    assert_eq!(left.out, "b  v1        open    200  -\n");
    let table: Vec<u8> =
        "\u{feff}stream\ttype\tčas\r\na\tT\t1\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    desk.write("excel.txt", table);
    let left = desk.run(&["events", "excel.txt", "--json"]);
    assert!(left.out.contains(r#""data":{"stream":"a","type":"T","čas":1}"#), "{left:?}");
}

#[test]
fn an_event_without_data_is_kept_and_shown_with_null() {
    let desk = Desk::new();
    desk.write("log.jsonl", LOG.to_owned() + "{\"stream\":\"a\",\"type\":\"Seen\"}\n");
    let events = desk.run(&["events", "log.jsonl", "--stream", "a"]);
    let lines = "       1  -  a v1  Deposited  {\"amount\":100}\n       3  -  a v2  Seen  null\n";
    says(&events, 0, lines, "");
    let exported = desk.run(&["export", "log.jsonl", "--stream", "a"]).out;
    assert!(exported.ends_with("{\"stream\":\"a\",\"type\":\"Seen\",\"data\":null}\n"), "{exported}");
}

#[test]
fn every_verb_reads_a_log_from_a_pipe_and_leaves_no_store() {
    let desk = Desk::new();
    for (words, out) in [
        (&["state", "-"][..], STATES),
        (&["state", "/dev/stdin"], STATES),
        (
            &["events", "-", "--type", "deposited", "--stream", "b"],
            "       2  -  b v1  Deposited  {\"amount\":200}\n",
        ),
        (&["export", "-"], LOG),
        (&["query", "-", "SELECT count(*) AS n FROM transactions"], "n\n2\n"),
    ] {
        let left = desk.run_piped(words, LOG.as_bytes());
        assert_eq!((left.code, left.out.trim_start()), (0, out.trim_start()), "{words:?}: {left:?}");
    }
    assert!(desk.run_piped(&["receipt", "-"], LOG.as_bytes()).out.starts_with("foldback-receipt 1 store "));
    assert!(desk.run_piped(&["verify", "-"], LOG.as_bytes()).out.contains("verified to 2"));
    assert!(desk.run_piped(&["print", "-"], LOG.as_bytes()).out.contains("standard input, a log, read only"));
    assert_eq!(desk.run_piped(&["rebuild", "-"], LOG.as_bytes()).code, 0);
    let refused = desk.run_piped(&["do", "-", "deposit a 1"], LOG.as_bytes());
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("- is a log, which takes no commands"), "{refused:?}");
    let both = desk.run_piped(&["query", "-", "-"], LOG.as_bytes());
    says(&both, 2, "", "foldback: the log and the question cannot both come from standard input\n");
    assert_eq!(std::fs::read_dir(desk.0.path().join("cache/private")).unwrap().count(), 0);
}

#[test]
fn a_named_pipe_an_empty_one_and_one_that_ends_within_a_line_are_read() {
    let desk = Desk::new();
    let pipe = desk.0.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (whole, cut) = (LOG.to_owned(), LOG[..LOG.len() - 9].to_owned());
    let write = |text: String, pipe: &Path| {
        let pipe = pipe.to_owned();
        std::thread::spawn(move || std::fs::write(pipe, text).unwrap())
    };
    let writing = write(whole, &pipe);
    says(&desk.run(&["state", "pipe"]), 0, STATES, "");
    writing.join().unwrap();
    let writing = write(cut, &pipe);
    let first = STATES.lines().next().unwrap().to_owned() + "\n";
    let left = desk.run(&["state", "pipe"]);
    assert_eq!((left.code, left.out), (0, first));
    assert!(left.err.ends_with("pipe, line 2: the log ends in the middle of it\n"), "{}", left.err);
    writing.join().unwrap();
    says(&desk.run_piped(&["state", "-"], b""), 0, "", "");
}

#[test]
fn a_device_a_socket_and_a_folder_are_not_logs() {
    let desk = Desk::new();
    let socket = desk.0.path().join("socket");
    let _listens = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for (name, why) in [
        ("/dev/zero", "foldback: /dev/zero is a device, not a log: its end may never come\n"),
        ("socket", "foldback: socket is a socket, not a log\n"),
        (".", "foldback: . is a directory; name the store's file in it\n"),
    ] {
        says(&desk.run(&["state", name]), 1, "", why);
    }
}
