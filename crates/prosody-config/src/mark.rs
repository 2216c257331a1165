//! Our own words in somebody's file: each is marked, and can be taken back byte for byte.
//!
//! | what | how it looks |
//! |---|---|
//! | a line of ours | `roompass_kind = "lobby" -- roompass: added 1f2e3d4c` |
//! | an item in a list on one line | `{ "roompass"; --[[roompass: added]] "bosh" }` |
//! | another type | `"muc_roompass" --[[roompass: was "muc"]]` |
//!
//! The eight digits are of the line itself (FNV-1a): a line that somebody changed is not ours any more, and is not taken away.

use crate::edit::Edit;
use crate::lex::{Kind, Token, lex, line_of};

/// Why a mark cannot be taken back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stuck {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it, and what to do.
    pub what: String,
}

const LINE: &str = " -- roompass: added ";
const ITEM: &str = "\"roompass\"; --[[roompass: added]]";
const WORD: &str = "roompass: ";
pub(crate) const DOOR: &str = "\"muc_roompass\"";

/// A line of ours, without its end.
pub(crate) fn line(indent: &str, content: &str) -> String {
    format!("{indent}{content}{LINE}{:08x}", digest(content))
}

/// The item for a list on one line; it stands right after the brace.
pub(crate) fn item() -> String {
    format!(" {ITEM}")
}

/// The door's type in the place of another.
pub(crate) fn replaced(old: &str) -> String {
    let mut level = String::new();
    // The comment must end after the old type, and not within it or with its last bracket.
    while format!("{old}]{level}]").find(&format!("]{level}]")) != Some(old.len()) {
        level.push('=');
    }
    format!("{DOOR} --[{level}[roompass: was {old}]{level}]")
}

/// FNV-1a, 32 bits: it finds a change, and guards against nobody.
fn digest(content: &str) -> u32 {
    content.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// What takes all marks back.
pub(crate) fn undo(text: &str) -> Result<Vec<Edit>, Vec<Stuck>> {
    let tokens = lex(text).map_err(|error| {
        let what = format!("{error}; mend that first");
        vec![Stuck {
            line: error.line,
            what,
        }]
    })?;
    let (mut edits, mut stuck) = (Vec::new(), Vec::new());
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| tokens.get(before));
        match undo_one(text, *token, before.copied()) {
            Ok(edit) => edits.extend(edit),
            Err(what) => stuck.push(Stuck {
                line: line_of(text, token.start),
                what: what.to_owned(),
            }),
        }
    }
    join_last_lines(text, &mut edits);
    if stuck.is_empty() {
        Ok(edits)
    } else {
        Err(stuck)
    }
}

/// Whether there is any mark.
pub(crate) fn is_marked(text: &str) -> bool {
    undo(text).map_or(true, |edits| !edits.is_empty())
}

fn undo_one(text: &str, token: Token, before: Option<Token>) -> Result<Option<Edit>, &'static str> {
    let word = token.of(text);
    if token.kind != Kind::Comment {
        let hidden = token.kind == Kind::Text && word.contains(LINE);
        return if hidden {
            Err("a line of ours is within a string now; take it out by hand")
        } else {
            Ok(None)
        };
    }
    if let Some(inner) = long_comment(word) {
        return match inner.strip_prefix(WORD) {
            Some("added") => undo_item(text, token).map(Some),
            Some(rest) if rest.starts_with("was ") => undo_type(
                text,
                token,
                before,
                rest.strip_prefix("was ").unwrap_or(rest),
            )
            .map(Some),
            Some(_) | None if inner.contains(LINE) || inner.contains("--[[roompass: ") => {
                Err("lines of ours are within a comment now; take the comment away, or the lines")
            }
            Some(_) | None => Ok(None),
        };
    }
    if !word.contains(LINE.trim()) {
        return Ok(None);
    }
    undo_line(text, token).map(Some)
}

fn undo_line(text: &str, token: Token) -> Result<Edit, &'static str> {
    const CHANGED: &str = "this line was changed since it was added; delete it, or the mark at its end if it is to stay";
    let before = text.get(..token.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..token.end).unwrap_or_default();
    let (content, mark) = line.rsplit_once(LINE).ok_or(CHANGED)?;
    let expected = format!("{:08x}", digest(content.trim()));
    if mark.trim_end() != expected {
        return Err(CHANGED);
    }
    let rest = text.get(token.end..).unwrap_or_default();
    let ending = ["\r\n", "\n"].iter().find(|end| rest.starts_with(**end));
    Ok(Edit {
        start,
        end: token.end + ending.map_or(0, |end| end.len()),
        text: String::new(),
    })
}

/// Lines at the end of a text that does not end its last line: there the end of the line before is ours.
fn join_last_lines(text: &str, edits: &mut [Edit]) {
    let mut end = text.len();
    if text.ends_with('\n') {
        return;
    }
    for edit in edits.iter_mut().rev() {
        if edit.end != end || !edit.text.is_empty() {
            return;
        }
        end = edit.start;
        let before = text.get(..edit.start).unwrap_or_default();
        let ending = ["\r\n", "\n"].iter().find(|end| before.ends_with(**end));
        edit.start -= ending.map_or(0, |ending| ending.len());
    }
}

fn undo_item(text: &str, token: Token) -> Result<Edit, &'static str> {
    let before = text.get(..token.end).unwrap_or_default();
    let lead = before.strip_suffix(ITEM);
    let lead = lead.ok_or("the item before this mark is not ours any more; delete the mark")?;
    let start = lead.strip_suffix(' ').unwrap_or(lead).len();
    Ok(Edit {
        start,
        end: token.end,
        text: String::new(),
    })
}

fn undo_type(
    text: &str,
    token: Token,
    before: Option<Token>,
    old: &str,
) -> Result<Edit, &'static str> {
    let is_text =
        lex(old).is_ok_and(|tokens| matches!(tokens.as_slice(), [t] if t.kind == Kind::Text));
    let ours = before.filter(|before| before.of(text) == DOOR && is_text);
    let ours = ours.ok_or("the type before this mark is not ours any more; delete the mark")?;
    Ok(Edit {
        start: ours.start,
        end: token.end,
        text: old.to_owned(),
    })
}

fn long_comment(word: &str) -> Option<&str> {
    let inner = word.strip_prefix("--[")?;
    let level = inner.bytes().take_while(|c| *c == b'=').count();
    let is_long = inner.as_bytes().get(level) == Some(&b'[');
    let inner = inner.get(level + 1..inner.len().checked_sub(level + 2)?)?;
    is_long.then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;

    fn undone(text: &str) -> Result<String, Vec<Stuck>> {
        undo(text).map(|edits| apply(text, &edits))
    }

    #[test]
    fn each_mark_is_taken_back() {
        let line = line("\t", "a = 1");
        let texts = [
            (format!("x\n{line}\ny\n"), "x\ny\n"),
            (format!("x\r\n{line}\r\ny"), "x\r\ny"),
            (format!("x\n{line}"), "x"),
            (format!("x\r\n{line}\r\n{line}"), "x"),
            (format!("x\n\n{line}\n{line}"), "x\n"),
            (format!("{{{} 'a' }}", item()), "{ 'a' }"),
            (format!("C 'a' {}", replaced("\"muc\"")), "C 'a' \"muc\""),
            (
                format!("C 'a' {} {{ }}", replaced("[==[muc]==]")),
                "C 'a' [==[muc]==] { }",
            ),
            (
                format!("C 'a' {} -- b", replaced("[[muc]]")),
                "C 'a' [[muc]] -- b",
            ),
            (format!("{line}\n"), ""),
        ];
        for (text, expected) in texts {
            assert_eq!(undone(&text).as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn what_somebody_changed_is_not_taken_away() {
        let line = line("", "a = 1");
        let texts = [
            line.replace("a = 1", "a = 2"),
            format!("-- {line}"),
            format!("{line} and more"),
            format!("--[[\n{line}\n]]"),
            format!("x = [[\n{line}\n]]"),
            "\"other\"; --[[roompass: added]]".to_owned(),
            "C 'a' \"muc\" --[[roompass: was \"muc\"]]".to_owned(),
            "C 'a' \"muc_roompass\" --[[roompass: was muc]]".to_owned(),
            "\"open".to_owned(),
        ];
        for text in texts {
            let stuck = undone(&text).unwrap_err();
            assert_eq!((stuck.len(), stuck[0].line), (1, 1), "{text}");
        }
    }

    #[test]
    fn a_line_may_be_indented_anew_and_the_rest_changed() {
        let text = format!("x = 5\n      {}\nnew = true\n", line("", "a = 1"));
        assert_eq!(undone(&text).as_deref(), Ok("x = 5\nnew = true\n"));
        assert!(is_marked(&text) && !is_marked("-- roompass is nice\nx = 1"));
    }
}
