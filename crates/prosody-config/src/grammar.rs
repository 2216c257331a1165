//! Lua's statements with their places (Lua 5.4 reference manual, §9).
//!
//! Nothing is run. A configuration is a list of statements; the two kinds that say something to us are kept apart, and
//! of all others only where they begin and end.

use crate::expression;
use crate::lex::{Kind, Token, lex};
use crate::unreadable::Unreadable;

/// A run of tokens, by their indices: from `first` up to and without `end`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Span {
    pub(crate) first: usize,
    pub(crate) end: usize,
}

/// A table constructor, by the index of its opening brace.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) open: usize,
    pub(crate) close: usize,
    pub(crate) fields: Vec<Field>,
}

/// One field of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// The token of its name, if it has a plain one.
    pub(crate) key: Option<usize>,
    /// `[…] = …`
    pub(crate) computed: bool,
    pub(crate) value: Span,
}

/// What a statement of the outermost level does.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// `NAME = value`
    Assign { name: usize, value: Span },
    /// `NAME "a" "b" { … }`: each argument's tokens, without parentheses.
    Call { name: usize, arguments: Vec<Span> },
    /// Anything else.
    Other,
}

/// A statement of the outermost level.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) span: Span,
    pub(crate) act: Act,
}

/// A text taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    /// Without comments.
    pub(crate) tokens: Vec<Token>,
    pub(crate) comments: Vec<Token>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) tables: Vec<Shape>,
}

impl Chunk {
    /// Reads a whole file.
    pub(crate) fn read(text: &str) -> Result<Self, Unreadable> {
        if text.contains("{{") && text.contains(".Env.") {
            return Err(Unreadable::template());
        }
        let (comments, tokens): (Vec<Token>, Vec<Token>) = lex(text)?
            .into_iter()
            .partition(|token| token.kind == Kind::Comment);
        let mut parser = Parser {
            text,
            tokens: &tokens,
            at: 0,
            depth: 0,
            tables: Vec::new(),
        };
        let mut statements = Vec::new();
        while parser.peek().is_some() {
            let first = parser.at;
            let act = parser.statement()?;
            let end = parser.at;
            statements.push(Statement {
                span: Span { first, end },
                act,
            });
        }
        let tables = parser.tables;
        Ok(Self {
            tokens,
            comments,
            statements,
            tables,
        })
    }
}

/// Blocks, tables and calls inside one another; Lua's own limit is 200 (`LUAI_MAXCCALLS`).
const DEEPEST: usize = 150;

pub(crate) struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    pub(crate) at: usize,
    depth: usize,
    pub(crate) tables: Vec<Shape>,
}

impl<'t> Parser<'t> {
    pub(crate) fn peek(&self) -> Option<&'t str> {
        self.word(self.at)
    }

    pub(crate) fn peek_next(&self) -> Option<&'t str> {
        self.word(self.at + 1)
    }

    fn word(&self, index: usize) -> Option<&'t str> {
        let token = self.tokens.get(index)?;
        self.text.get(token.start..token.end)
    }

    pub(crate) fn kind(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    pub(crate) fn is(&self, words: &[&str]) -> bool {
        let quoted = self.kind() == Some(Kind::Text);
        self.peek()
            .is_some_and(|word| !quoted && words.contains(&word))
    }

    pub(crate) fn accept(&mut self, word: &str) -> bool {
        let is_there = self.is(&[word]);
        self.at += usize::from(is_there);
        is_there
    }

    pub(crate) fn expect(&mut self, word: &str) -> Result<(), Unreadable> {
        if self.accept(word) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("`{word}`")))
        }
    }

    pub(crate) fn unexpected(&self, wanted: &str) -> Unreadable {
        let offset = self.tokens.get(self.at);
        let offset = offset.map_or(self.text.len(), |token| token.start);
        let found = self.peek().map_or("the end of the file", |word| {
            word.lines().next().unwrap_or(word)
        });
        Unreadable::at(
            self.text,
            offset,
            format!("{wanted} is expected, and not {found}"),
        )
    }

    pub(crate) fn name(&mut self) -> Result<usize, Unreadable> {
        let at = self.at;
        if self.kind() != Some(Kind::Name) || self.is(&KEYWORDS) {
            return Err(self.unexpected("a name"));
        }
        self.at += 1;
        Ok(at)
    }

    /// Goes one level down, but not without end.
    pub(crate) fn nested<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, Unreadable>,
    ) -> Result<T, Unreadable> {
        if self.depth >= DEEPEST {
            return Err(self.unexpected("something less deeply nested"));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn statement(&mut self) -> Result<Act, Unreadable> {
        if self.is(&KEYWORDS) || self.is(&[";", "::"]) {
            self.nested(Self::other_statement)?;
            return Ok(Act::Other);
        }
        let first = self.at;
        let target = expression::suffixed(self)?;
        let assignable = matches!(target, expression::Suffixed::NoCall);
        if assignable && self.is(&["=", ","]) {
            let plain = self.at == first + 1;
            while self.accept(",") {
                expression::suffixed(self)?;
            }
            let single = self.is(&["="]) && plain && self.at == first + 1;
            self.expect("=")?;
            let values = expression::list(self)?;
            return Ok(match values.as_slice() {
                [value] if single => Act::Assign {
                    name: first,
                    value: *value,
                },
                [] | [_] | [_, _, ..] => Act::Other,
            });
        }
        match target {
            expression::Suffixed::Calls(arguments) => Ok(Act::Call {
                name: first,
                arguments,
            }),
            expression::Suffixed::EndsInCall => Ok(Act::Other),
            expression::Suffixed::NoCall => Err(self.unexpected("`=` or an argument")),
        }
    }

    fn other_statement(&mut self) -> Result<(), Unreadable> {
        let word = self.peek().unwrap_or_default();
        self.at += 1;
        match word {
            ";" | "break" => Ok(()),
            "::" => self.name().and_then(|_| self.expect("::")),
            "goto" => self.name().map(drop),
            "do" => self.block("end"),
            "while" => self.condition("do").and_then(|()| self.block("end")),
            "repeat" => {
                self.block("until")?;
                expression::expression(self)
            }
            "if" => self.branches(),
            "for" => self.for_loop(),
            "function" => self.function(),
            "local" => self.local(),
            "return" => self.result(),
            _keyword => {
                self.at -= 1;
                Err(self.unexpected("a statement"))
            }
        }
    }

    fn condition(&mut self, then: &str) -> Result<(), Unreadable> {
        expression::expression(self)?;
        self.expect(then)
    }

    /// Statements up to one of the words that end a block, which is left.
    fn statements(&mut self) -> Result<(), Unreadable> {
        while self.peek().is_some() && !self.is(&["end", "else", "elseif", "until"]) {
            self.statement()?;
        }
        Ok(())
    }

    pub(crate) fn block(&mut self, end: &str) -> Result<(), Unreadable> {
        self.nested(Self::statements)?;
        self.expect(end)
    }

    fn branches(&mut self) -> Result<(), Unreadable> {
        self.condition("then")?;
        loop {
            self.nested(Self::statements)?;
            if self.accept("elseif") {
                self.condition("then")?;
            } else if !self.accept("else") {
                return self.expect("end");
            }
        }
    }

    fn for_loop(&mut self) -> Result<(), Unreadable> {
        self.name()?;
        while self.accept(",") {
            self.name()?;
        }
        if !self.accept("=") {
            self.expect("in")?;
        }
        expression::list(self)?;
        self.expect("do")?;
        self.block("end")
    }

    fn function(&mut self) -> Result<(), Unreadable> {
        self.name()?;
        while self.accept(".") || self.accept(":") {
            self.name()?;
        }
        expression::function_body(self)
    }

    fn local(&mut self) -> Result<(), Unreadable> {
        if self.accept("function") {
            self.name()?;
            return expression::function_body(self);
        }
        loop {
            self.name()?;
            if self.accept("<") {
                self.name()?;
                self.expect(">")?;
            }
            if !self.accept(",") {
                break;
            }
        }
        if self.accept("=") {
            expression::list(self)?;
        }
        Ok(())
    }

    fn result(&mut self) -> Result<(), Unreadable> {
        if self.peek().is_some() && !self.is(&["end", "else", "elseif", "until", ";"]) {
            expression::list(self)?;
        }
        self.accept(";");
        Ok(())
    }
}

pub(crate) const KEYWORDS: [&str; 22] = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
    "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
];
