//! Where a line of ours may stand without changing what its neighbours mean.

use crate::file::File;
use crate::grammar::Statement;

/// The beginning of a line, or the end of a text whose last line has no end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Gap {
    pub(crate) at: usize,
    pub(crate) unended: bool,
}

/// The first line that begins after `from` and before `limit`, outside every token and statement.
pub(crate) fn line_after(file: &File, from: usize, limit: usize) -> Option<Gap> {
    let mut at = from;
    loop {
        let rest = file.text.get(at..)?;
        let Some(length) = rest.find('\n') else {
            // The last line of all; it has no end if there is anything on it.
            let unended = !file.text.is_empty();
            let at = file.text.len();
            return is_free(file, at).then_some(Gap { at, unended });
        };
        at += length + 1;
        if at > limit {
            return None;
        }
        if is_free(file, at) {
            return Some(Gap { at, unended: false });
        }
    }
}

/// The line on which `start` is, if nothing stands before it there, and above the comment that belongs to it;
/// else the top of the text.
pub(crate) fn line_before(file: &File, start: usize) -> Gap {
    let top = Gap {
        at: 0,
        unended: false,
    };
    let before = file.text.get(..start).unwrap_or_default();
    let mut at = before.rfind('\n').map_or(0, |end| end + 1);
    if !before.get(at..).is_some_and(|lead| lead.trim().is_empty()) || !is_free(file, at) {
        return top;
    }
    while let Some(above) = comment_line_above(file, at) {
        at = above;
    }
    Gap { at, unended: false }
}

/// Where the line above begins, if it is a comment and nothing else.
fn comment_line_above(file: &File, at: usize) -> Option<usize> {
    let before = file.text.get(..at.checked_sub(1)?)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.get(start..)?;
    let first = start + (line.len() - line.trim_start().len());
    let mut comments = file.chunk.comments.iter();
    let whole =
        comments.any(|c| c.start == first && c.end >= start + line.trim_end().len() && c.end <= at);
    (whole && is_free(file, start)).then_some(start)
}

fn is_free(file: &File, at: usize) -> bool {
    let mut tokens = file.chunk.tokens.iter().chain(&file.chunk.comments);
    let in_statement = |statement: &Statement| {
        let (start, end) = file.bytes(statement.span);
        start < at && at < end
    };
    !tokens.any(|token| token.start < at && at < token.end)
        && !file.chunk.statements.iter().any(in_statement)
}

/// The blanks with which the line of a place begins.
pub(crate) fn indent_at(text: &str, offset: usize) -> &str {
    let before = text.get(..offset).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..).unwrap_or_default();
    let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..blank).unwrap_or_default()
}

/// How lines end here.
pub(crate) fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}
