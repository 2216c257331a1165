//! The same as people read it.

use super::super::code::Gravity;
use super::checks::{Checked, Result};
use super::{Report, Told};

/// As wide as a terminal usually is, and no wider than one reads.
const WIDTH: usize = 100;
/// Where the text of a line begins.
const INDENT: usize = 11;

pub(super) fn of(report: &Report) -> String {
    let mut text = headline(report) + "\n\n";
    for check in &report.checks {
        text = text + &of_check(check) + "\n";
    }
    for told in &report.findings {
        text = text + "\n" + &of_finding(told);
    }
    text
}

fn headline(report: &Report) -> String {
    let count = |gravity: Gravity| {
        let of = report.findings.iter();
        of.filter(|told| told.finding.code.gravity() == gravity)
            .count()
    };
    let parts = [
        (
            count(Gravity::Open),
            "leaves a door open",
            "leave a door open",
        ),
        (count(Gravity::Shut), "keeps guests out", "keep guests out"),
        (count(Gravity::Advice), "is advice", "are advice"),
    ];
    let parts = parts.iter().filter(|(number, ..)| *number > 0);
    let parts: Vec<_> = parts
        .map(|(number, one, many)| format!("{number} {}", if *number == 1 { one } else { many }))
        .collect();
    match report.findings.len() {
        0 => format!("{}: nothing to mend", report.url),
        1 => format!(
            "{}: 1 finding, which {}",
            report.url,
            parts.concat().trim_start_matches("1 ")
        ),
        all => format!("{}: {all} findings: {}", report.url, parts.join(", ")),
    }
}

fn of_check(check: &Checked) -> String {
    let (sign, word) = match check.result {
        Result::Passed => ('✔', "passed"),
        Result::Failed => ('✘', "failed"),
        Result::LeftOut => ('·', "left out"),
    };
    let line = format!(
        "  {sign} {word:<9} {:<13} {}",
        check.check.as_str(),
        check.seen
    );
    line.trim_end().to_owned()
}

fn of_finding(told: &Told) -> String {
    let Told { finding, advice } = told;
    let sign = match finding.code.gravity() {
        Gravity::Open | Gravity::Shut => '✘',
        Gravity::Advice => '·',
    };
    let mut text = format!(
        "{sign} {}: {}\n",
        finding.code.as_str(),
        finding.places.join(", ")
    );
    let docs = told.docs();
    for (label, words) in [
        ("seen", &finding.seen),
        ("what", &advice.what),
        ("why", &advice.why),
        ("change", &advice.change),
        ("docs", &docs),
    ] {
        text += &labelled(label, words);
    }
    text
}

/// The label, and the words beside it, broken where they are too long; what begins with spaces is never broken.
fn labelled(label: &str, words: &str) -> String {
    let mut lines = Vec::new();
    for line in words.lines() {
        if line.starts_with(' ') {
            lines.push(line.to_owned());
        } else {
            lines.extend(wrapped(line));
        }
    }
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        let label = if number == 0 { label } else { "" };
        let line = format!("  {label:<width$}{line}", width = INDENT - 2);
        text = text + line.trim_end() + "\n";
    }
    text
}

fn wrapped(line: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in line.split(' ') {
        match lines.last_mut() {
            Some(last) if last.chars().count() + word.chars().count() + 1 + INDENT <= WIDTH => {
                *last = format!("{last} {word}");
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_and_lines_to_copy_are_not() {
        let words = "word ".repeat(30);
        let code = format!("    {}", "x".repeat(120));
        let text = labelled("change", &format!("{}\n{code}", words.trim_end()));
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("  change   word word"));
        assert!(lines[1].starts_with("           word"));
        assert_eq!(lines[2], format!("           {code}"));
        assert!(lines[..2].iter().all(|line| line.len() <= WIDTH));
    }
}
