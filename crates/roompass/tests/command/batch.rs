//! `roompass batch`: many links from a table.

use std::time::{Duration, Instant};

use crate::shell::Shell;

const BASE: [&str; 4] = ["--key", "room.pem", "--base-url", "https://m.example"];
const LEDGER: [&str; 2] = ["--ledger", "sqlite:ledger.db"];

fn shell(table: &str) -> Shell {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    shell.write("exams.csv", table);
    shell
}

fn entries(shell: &Shell) -> u64 {
    let head = shell.run(&[&["audit", "verify"], &LEDGER[..]].concat());
    head.result().split(':').next().unwrap().parse().unwrap()
}

#[test]
fn a_table_becomes_a_table_of_links_in_the_ledger() {
    let shell = shell("room,name,start\nexam-a,Ada,2099-07-01 09:00\nexam-b,Bob,\n");
    let zone = ["--zone", "Europe/Berlin"];
    let command = [&["batch", "exams.csv"], &BASE[..], &LEDGER, &zone].concat();
    let late = shell.run(&command).error();
    assert!(late.contains("row 2, start: "), "{late}");
    shell.write("exams.csv", "room,name\nexam-a,Ada\nexam-b,Bob\n");
    let table = shell.run(&command).result();
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines.len(), 3, "{table}");
    assert!(lines[0].starts_with("row,room,name,affiliation,"));
    assert!(lines[1].starts_with("2,exam-a,Ada,member,"), "{}", lines[1]);
    assert!(lines[2].contains("https://m.example/exam-b?jwt="));
    assert_eq!(entries(&shell), 2);

    let piped = [&["batch", "-", "-o", "links.csv"], &BASE[..]].concat();
    let said = shell.run_with_input(&piped, "room\nboard\n").result();
    assert_eq!(said, "");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = std::fs::metadata(shell.path("links.csv")).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn nothing_is_issued_unless_every_row_is_right_or_one_says_so() {
    let shell = shell("room,seats\nexam-a,1\n?,0\nexam-b,x\n");
    let command = [&["batch", "exams.csv"], &BASE[..], &LEDGER].concat();
    let error = shell.run(&command).error();
    for words in [
        "row 3, room: ",
        "row 3, seats: ",
        "row 4, seats: ",
        "--skip-wrong",
    ] {
        assert!(error.contains(words), "{words}: {error}");
    }
    assert!(!shell.path("ledger.db").exists(), "nothing was even tried");
    let skipping = [&command[..], &["--skip-wrong"]].concat();
    let table = shell.run(&skipping).result();
    assert_eq!(table.matches("?jwt=").count(), 1, "{table}");
    assert!(table.contains("\n4,,,,,,,,"), "{table}");
    for (table, hint) in [
        ("name\nAda\n", "name one so"),
        ("room\n", "put the names of the columns in the first row"),
        ("room\n?\n", "mend them"),
    ] {
        shell.write("exams.csv", table);
        let error = shell.run(&skipping).error();
        assert!(error.contains(hint), "{hint}: {error}");
    }
    let absent = shell.run(&[&["batch", "absent.csv"], &BASE[..]].concat());
    assert!(absent.error().contains("cannot read absent.csv"));
}

/// Killed while its rows are on their way into the database: none of them is there.
#[test]
fn a_batch_that_is_killed_is_none() {
    let table = "room,name\n".to_owned() + &"exam-a,Somebody with a long name\n".repeat(10_000);
    let shell = shell(&table);
    let first = [&["issue", "board"], &BASE[..], &LEDGER].concat();
    shell.run(&first).result();
    let command = [&["batch", "exams.csv"], &BASE[..], &LEDGER].concat();
    let mut child = shell.command(&command).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    // SQLite's memory holds 2 MB; what is more goes into the file before its end.
    let log = shell.path("ledger.db-wal");
    while std::fs::metadata(&log).map_or(0, |log| log.len()) < 1_000_000 {
        assert!(child.try_wait().unwrap().is_none(), "it has ended");
        assert!(Instant::now() < deadline, "it writes nothing");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let left = entries(&shell);
    assert!(left == 1 || left == 10_001, "{left} entries: half a batch");
    shell.run(&first).result();
    assert_eq!(entries(&shell), left + 1, "and it goes on");
}
