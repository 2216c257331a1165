//! Lua's expressions: where each ends. Precedence changes no place, so it is not looked at.

use crate::grammar::{Field, KEYWORDS, Parser, Shape, Span};
use crate::lex::Kind;
use crate::unreadable::Unreadable;

/// A name or a parenthesis, and what is done with it.
#[derive(Debug)]
pub(crate) enum Suffixed {
    /// A plain name that is called, and what comes back again: `Component "a" "muc"`.
    Calls(Vec<Span>),
    /// Another call.
    EndsInCall,
    /// Something that could be assigned to.
    NoCall,
}

const BINARY: [&str; 21] = [
    "+", "-", "*", "/", "//", "^", "%", "&", "~", "|", ">>", "<<", "..", "<", "<=", ">", ">=",
    "==", "~=", "and", "or",
];

pub(crate) fn expression(parser: &mut Parser<'_>) -> Result<(), Unreadable> {
    parser.nested(|parser| {
        operand(parser)?;
        while parser.is(&BINARY) {
            parser.at += 1;
            operand(parser)?;
        }
        Ok(())
    })
}

/// Expressions with commas between them.
pub(crate) fn list(parser: &mut Parser<'_>) -> Result<Vec<Span>, Unreadable> {
    let mut spans = Vec::new();
    loop {
        let first = parser.at;
        expression(parser)?;
        let end = parser.at;
        spans.push(Span { first, end });
        if !parser.accept(",") {
            return Ok(spans);
        }
    }
}

fn operand(parser: &mut Parser<'_>) -> Result<(), Unreadable> {
    while parser.is(&["not", "#", "-", "~"]) {
        parser.at += 1;
    }
    let is_literal = matches!(parser.kind(), Some(Kind::Number | Kind::Text))
        || parser.is(&["nil", "true", "false", "..."]);
    if is_literal {
        parser.at += 1;
        Ok(())
    } else if parser.is(&["{"]) {
        table(parser)
    } else if parser.accept("function") {
        function_body(parser)
    } else {
        suffixed(parser).map(drop)
    }
}

/// A name or parenthesis with its fields, indices and calls.
pub(crate) fn suffixed(parser: &mut Parser<'_>) -> Result<Suffixed, Unreadable> {
    let is_name = !parser.is(&["("]);
    if is_name {
        parser.name()?;
    } else {
        parser.at += 1;
        expression(parser)?;
        parser.expect(")")?;
    }
    let (mut calls, mut only_calls, mut ends_in_call) = (Vec::new(), is_name, false);
    loop {
        let (is_field, is_method) = (parser.accept("."), parser.accept(":"));
        if is_field || is_method {
            parser.name()?;
            only_calls = false;
            ends_in_call = false;
        } else if parser.accept("[") {
            expression(parser)?;
            parser.expect("]")?;
            only_calls = false;
            ends_in_call = false;
        }
        if let Some(argument) = call(parser)? {
            calls.push(argument);
            ends_in_call = true;
        } else if is_method {
            return Err(parser.unexpected("an argument"));
        } else if !parser.is(&[".", ":", "["]) {
            break;
        }
    }
    Ok(match (ends_in_call, only_calls) {
        (true, true) => Suffixed::Calls(calls),
        (true, false) => Suffixed::EndsInCall,
        (false, _) => Suffixed::NoCall,
    })
}

/// The tokens of an argument, if one comes next.
fn call(parser: &mut Parser<'_>) -> Result<Option<Span>, Unreadable> {
    let first = parser.at;
    if parser.kind() == Some(Kind::Text) {
        parser.at += 1;
    } else if parser.is(&["{"]) {
        parser.nested(table)?;
    } else if parser.accept("(") {
        if !parser.is(&[")"]) {
            list(parser)?;
        }
        let end = parser.at;
        parser.expect(")")?;
        let first = first + 1;
        return Ok(Some(Span { first, end }));
    } else {
        return Ok(None);
    }
    let end = parser.at;
    Ok(Some(Span { first, end }))
}

fn table(parser: &mut Parser<'_>) -> Result<(), Unreadable> {
    let open = parser.at;
    parser.expect("{")?;
    let mut fields = Vec::new();
    while !parser.is(&["}"]) {
        fields.push(field(parser)?);
        if !parser.accept(",") && !parser.accept(";") {
            break;
        }
    }
    let close = parser.at;
    parser.expect("}")?;
    parser.tables.push(Shape {
        open,
        close,
        fields,
    });
    Ok(())
}

fn field(parser: &mut Parser<'_>) -> Result<Field, Unreadable> {
    let is_named = parser.kind() == Some(Kind::Name) && parser.peek_next() == Some("=");
    let computed = parser.accept("[");
    let mut key = None;
    if computed {
        expression(parser)?;
        parser.expect("]")?;
        parser.expect("=")?;
    } else if is_named && !parser.is(&KEYWORDS) {
        key = Some(parser.name()?);
        parser.expect("=")?;
    }
    let first = parser.at;
    expression(parser)?;
    let end = parser.at;
    let value = Span { first, end };
    Ok(Field {
        key,
        computed,
        value,
    })
}

pub(crate) fn function_body(parser: &mut Parser<'_>) -> Result<(), Unreadable> {
    parser.expect("(")?;
    while !parser.is(&[")"]) {
        if !parser.accept("...") {
            parser.name()?;
        }
        if !parser.accept(",") {
            break;
        }
    }
    parser.expect(")")?;
    parser.block("end")
}
