//! Lua's tokens with their places (Lua 5.4 reference manual, §3.1).

use crate::unreadable::Unreadable;

/// What a token is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Name,
    Number,
    /// A string, short or long, with its quotes.
    Text,
    Symbol,
    /// To the end of the line, or in long brackets; with its dashes.
    Comment,
}

/// A piece of the text, in bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// All tokens in their order, comments too.
pub(crate) fn lex(text: &str) -> Result<Vec<Token>, Unreadable> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip(|c| c.is_ascii_whitespace() || c == b'\x0b');
        let start = lexer.at;
        let Some(first) = lexer.peek(0) else {
            return Ok(tokens);
        };
        let kind = lexer.token(first)?;
        let end = lexer.at;
        tokens.push(Token { kind, start, end });
    }
}

/// The number of the line that byte is on, from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().iter().take(offset);
    1 + before.filter(|byte| **byte == b'\n').count()
}

const SYMBOLS: [&str; 33] = [
    "...", "<<", ">>", "//", "==", "~=", "<=", ">=", "::", "..", "+", "-", "*", "/", "%", "^", "#",
    "&", "~", "|", "<", ">", "=", "(", ")", "{", "}", "[", "]", ";", ":", ",", ".",
];

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek(0).is_some_and(&wanted) {
            self.at += 1;
        }
    }

    fn token(&mut self, first: u8) -> Result<Kind, Unreadable> {
        let is_digit = |c: Option<u8>| c.is_some_and(|c| c.is_ascii_digit());
        if first.is_ascii_alphabetic() || first == b'_' {
            self.skip(|c| c.is_ascii_alphanumeric() || c == b'_');
            Ok(Kind::Name)
        } else if is_digit(Some(first)) || (first == b'.' && is_digit(self.peek(1))) {
            self.number();
            Ok(Kind::Number)
        } else if first == b'"' || first == b'\'' {
            self.short_text(first)?;
            Ok(Kind::Text)
        } else if self.rest().starts_with("--") {
            self.comment()?;
            Ok(Kind::Comment)
        } else if first == b'[' && self.long_level().is_some() {
            self.long()?;
            Ok(Kind::Text)
        } else {
            self.symbol()?;
            Ok(Kind::Symbol)
        }
    }

    fn number(&mut self) {
        while let Some(c) = self.peek(0) {
            let before = self.at.checked_sub(1);
            let before = before.and_then(|at| self.text.as_bytes().get(at));
            let signs = matches!(c, b'+' | b'-')
                && before.is_some_and(|c| matches!(c, b'e' | b'E' | b'p' | b'P'));
            if !(c.is_ascii_alphanumeric() || c == b'.' || signs) {
                return;
            }
            self.at += 1;
        }
    }

    fn short_text(&mut self, quote: u8) -> Result<(), Unreadable> {
        let start = self.at;
        self.at += 1;
        while let Some(c) = self.peek(0) {
            self.at += 1;
            match c {
                b'\\' if self.peek(0) == Some(b'z') => {
                    self.at += 1;
                    self.skip(|c| c.is_ascii_whitespace());
                }
                b'\\' if self.rest().starts_with("\r\n") => self.at += 2,
                b'\\' => self.at += 1,
                b'\n' | b'\r' => break,
                _other if c == quote => return Ok(()),
                _other => {}
            }
        }
        Err(Unreadable::at(self.text, start, "a string is not closed"))
    }

    /// The number of `=` if a long bracket opens here.
    fn long_level(&self) -> Option<usize> {
        let inner = self.rest().strip_prefix('[')?;
        let level = inner.bytes().take_while(|c| *c == b'=').count();
        (inner.as_bytes().get(level) == Some(&b'[')).then_some(level)
    }

    fn long(&mut self) -> Result<(), Unreadable> {
        let level = self.long_level().unwrap_or_default();
        let close = format!("]{}]", "=".repeat(level));
        let opened = level + 2;
        let inner = self.rest().get(opened..).unwrap_or_default();
        let Some(length) = inner.find(&close) else {
            let what = "a string or comment in long brackets is not closed";
            return Err(Unreadable::at(self.text, self.at, what));
        };
        self.at += opened + length + close.len();
        Ok(())
    }

    fn comment(&mut self) -> Result<(), Unreadable> {
        self.at += 2;
        if self.peek(0) == Some(b'[') && self.long_level().is_some() {
            return self.long();
        }
        self.skip(|c| c != b'\n' && c != b'\r');
        Ok(())
    }

    fn symbol(&mut self) -> Result<(), Unreadable> {
        let rest = self.rest();
        match SYMBOLS.iter().find(|symbol| rest.starts_with(*symbol)) {
            Some(symbol) => {
                self.at += symbol.len();
                Ok(())
            }
            None => Err(Unreadable::at(
                self.text,
                self.at,
                "there is a character that Lua does not know",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let tokens = lex(text).unwrap();
        tokens.into_iter().map(|token| token.of(text)).collect()
    }

    #[test]
    fn strings_and_comments_hide_what_is_in_them() {
        let text = "a = 'it\\'s -- no' -- \"b\"\n--[==[ ]] \n ]==] c=[[x\n]=]] .. 0x1p-3";
        let expected = [
            "a",
            "=",
            "'it\\'s -- no'",
            "-- \"b\"",
            "--[==[ ]] \n ]==]",
            "c",
            "=",
            "[[x\n]=]]",
            "..",
            "0x1p-3",
        ];
        assert_eq!(words(text), expected);
    }

    #[test]
    fn what_is_not_closed_is_named_with_its_line() {
        for (text, line) in [("\n\"a\n", 2), ("--[[", 1), ("a\n\n[==[ ]]", 3), ("?", 1)] {
            assert_eq!(lex(text).unwrap_err().line, line, "{text}");
        }
    }
}
