//! The difference of two texts as `diff -u` shows it.

/// Lines around a change.
const CONTEXT: usize = 3;

#[derive(Clone, Copy)]
enum Line<'t> {
    Same(&'t str),
    Gone(&'t str),
    New(&'t str),
}

/// A unified diff with three lines of context; empty for equal texts.
pub fn diff(name: &str, old: &str, new: &str) -> String {
    let lines = compare(old, new);
    let hunks = hunks(&lines);
    let mut told = String::new();
    if !hunks.is_empty() {
        told = format!("--- {name}\n+++ {name}\n");
    }
    for (from, to) in hunks {
        told.push_str(&header(&lines, from, to));
        let hunk = lines.get(from..to).unwrap_or_default();
        told.extend(hunk.iter().map(|line| show(*line)));
    }
    told
}

fn show(line: Line<'_>) -> String {
    let (sign, text) = match line {
        Line::Same(text) => (' ', text),
        Line::Gone(text) => ('-', text),
        Line::New(text) => ('+', text),
    };
    let end = if text.ends_with('\n') {
        ""
    } else {
        "\n\\ No newline at end of file\n"
    };
    format!("{sign}{text}{end}")
}

/// Where each runs of changes begins and ends, with its context.
fn hunks(lines: &[Line<'_>]) -> Vec<(usize, usize)> {
    let mut hunks: Vec<(usize, usize)> = Vec::new();
    let changed = |line: &&(usize, &Line<'_>)| !matches!(line.1, Line::Same(_));
    let numbered: Vec<_> = lines.iter().enumerate().collect();
    for (at, _) in numbered.iter().filter(changed) {
        let (from, to) = (
            at.saturating_sub(CONTEXT),
            (at + 1 + CONTEXT).min(lines.len()),
        );
        match hunks.last_mut() {
            Some(last) if from <= last.1 => last.1 = to,
            Some(_) | None => hunks.push((from, to)),
        }
    }
    hunks
}

fn header(lines: &[Line<'_>], from: usize, to: usize) -> String {
    let count = |lines: &[Line<'_>], new: bool| {
        let counts = |line: &&Line<'_>| match line {
            Line::Same(_) => true,
            Line::Gone(_) => !new,
            Line::New(_) => new,
        };
        lines.iter().filter(counts).count()
    };
    let before = lines.get(..from).unwrap_or_default();
    let hunk = lines.get(from..to).unwrap_or_default();
    let range = |new: bool| {
        let length = count(hunk, new);
        let start = count(before, new) + usize::from(length > 0);
        format!("{start},{length}")
    };
    format!("@@ -{} +{} @@\n", range(false), range(true))
}

/// Longest common subsequence, with what begins and ends alike taken off before.
fn compare<'t>(old: &'t str, new: &'t str) -> Vec<Line<'t>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (
        old.split_inclusive('\n').collect(),
        new.split_inclusive('\n').collect(),
    );
    let pairs = old.iter().zip(&new);
    let head = pairs.take_while(|(a, b)| a == b).count();
    let rest = |lines: &[&'t str]| lines.get(head..).unwrap_or_default().to_vec();
    let (old_rest, new_rest) = (rest(&old), rest(&new));
    let pairs = old_rest.iter().rev().zip(new_rest.iter().rev());
    let tail = pairs.take_while(|(a, b)| a == b).count();
    let middle = |lines: &[&'t str]| {
        let end = lines.len().saturating_sub(tail);
        lines.get(..end).unwrap_or_default().to_vec()
    };
    let mut lines: Vec<Line<'t>> = old.iter().take(head).map(|line| Line::Same(line)).collect();
    lines.extend(subsequence(&middle(&old_rest), &middle(&new_rest)));
    let tail = old_rest.len().saturating_sub(tail);
    let tail = old_rest.iter().skip(tail);
    lines.extend(tail.map(|line| Line::Same(line)));
    lines
}

fn subsequence<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    let width = new.len() + 1;
    let mut common = vec![0_usize; (old.len() + 1) * width];
    let at = |common: &[usize], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let best = if a == b {
                at(&common, i + 1, j + 1) + 1
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(cell) = common.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                lines.push(Line::Same(a));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || at(&common, i + 1, j) >= at(&common, i, j + 1) => {
                lines.push(Line::Gone(a));
                i += 1;
            }
            (_, Some(b)) => {
                lines.push(Line::New(b));
                j += 1;
            }
            (Some(_) | None, None) => return lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_as_diff_u_does() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12";
        let new = "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n13\n";
        let expected = "--- a\n+++ a\n@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n@@ -9,4 +10,4 @@\n 9\n 10\n 11\n-12\n\
                        \\ No newline at end of file\n+13\n";
        assert_eq!(diff("a", old, new), expected);
        assert_eq!(diff("a", old, old), "");
        assert_eq!(diff("a", "", "x\n"), "--- a\n+++ a\n@@ -0,0 +1,1 @@\n+x\n");
    }
}
