//! A token opens a door, so no message repeats one, whatever a person typed where.

/// What a token or its place in a link begins with; `eyJ` is `{"` in base64.
const MARKS: [&str; 3] = ["eyJ", "jwt=", "token="];

/// The text with `…` for every token in it.
pub(crate) fn tokens(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((start, mark)) = first_mark(rest) {
        let (before, token) = rest.split_at(start);
        shown.push_str(before);
        shown.push_str(if mark == "eyJ" { "" } else { mark });
        shown.push('…');
        let token = token.strip_prefix(mark).unwrap_or(token);
        rest = token.trim_start_matches(is_of_a_token);
    }
    shown + rest
}

fn first_mark(text: &str) -> Option<(usize, &'static str)> {
    let found = MARKS
        .iter()
        .filter_map(|mark| Some((text.find(mark)?, *mark)));
    found.min_by_key(|(start, _)| *start)
}

fn is_of_a_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.%+/=".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_is_left() {
        for (text, shown) in [
            ("nothing here", "nothing here"),
            ("'eyJh.eyJp.s-_g' found", "'…' found"),
            ("https://m/r?jwt=eyJh.eyJp.sig&x=1", "https://m/r?jwt=…&x=1"),
            (
                "https://m/r#jwt=%22eyJh.eyJp.sig%22 and",
                "https://m/r#jwt=… and",
            ),
            (
                "ws://m/x?room=r&token=gar%20bage'",
                "ws://m/x?room=r&token=…'",
            ),
            ("eyJa eyJb", "… …"),
        ] {
            assert_eq!(tokens(text), shown);
        }
    }
}
