//! Lua's strings (reference manual, §3.1): what one says, and one that says it.

/// What a string token says; none for escapes that no host name or path has (`\u{…}`, bytes beyond ASCII).
pub(crate) fn meaning(token: &str) -> Option<String> {
    if let Some(inner) = long(token) {
        let inner = inner.strip_prefix("\r\n").unwrap_or(inner);
        return Some(inner.strip_prefix('\n').unwrap_or(inner).to_owned());
    }
    let inner = token.get(1..token.len().checked_sub(1)?)?;
    let mut said = String::new();
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        if c == '\\' {
            said.push(escape(&mut rest)?);
        } else {
            said.push(c);
        }
    }
    Some(said)
}

/// A string token that says `text`.
pub(crate) fn quote(text: &str) -> String {
    let mut token = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => token.extend(['\\', c]),
            c if c.is_ascii_control() => token += &numbered(c),
            c => token.push(c),
        }
    }
    token + "\""
}

/// `\ddd`
fn numbered(c: char) -> String {
    format!("\\{:03}", u32::from(c))
}

fn long(token: &str) -> Option<&str> {
    let inner = token.strip_prefix('[')?;
    let level = inner.bytes().take_while(|c| *c == b'=').count();
    inner.get(level + 1..inner.len().checked_sub(level + 2)?)
}

fn escape(rest: &mut std::str::Chars<'_>) -> Option<char> {
    match rest.next()? {
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        c @ ('\\' | '"' | '\'') => Some(c),
        'x' => code(&[rest.next()?, rest.next()?], 16),
        first if first.is_ascii_digit() => {
            let mut digits = vec![first];
            while let Some(c) = rest.clone().next().filter(char::is_ascii_digit)
                && digits.len() < 3
            {
                digits.push(c);
                rest.next();
            }
            code(&digits, 10)
        }
        _other => None,
    }
}

fn code(digits: &[char], radix: u32) -> Option<char> {
    let digits: String = digits.iter().collect();
    let byte = u8::from_str_radix(&digits, radix).ok()?;
    byte.is_ascii().then(|| char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_says_what_lua_reads() {
        for (token, said) in [
            ("\"a.b\"", Some("a.b")),
            ("'it\\'s'", Some("it's")),
            ("[[\nx]]", Some("x")),
            ("[==[a]]b]==]", Some("a]]b")),
            ("\"\\97\\x62\\0999\"", Some("abc9")),
            ("\"\\u{41}\"", None),
            ("\"\\255\"", None),
        ] {
            assert_eq!(meaning(token).as_deref(), said, "{token}");
        }
    }

    #[test]
    fn what_is_quoted_reads_back() {
        for text in ["/etc/a b", "a\"b\\c", "line\nbreak\u{1}7", "straße"] {
            assert_eq!(meaning(&quote(text)).as_deref(), Some(text));
        }
    }
}
