//! Content lines of a calendar file (RFC 5545 §3.1): folded at 75 octets, ended by CR LF.

/// Lines, one after the other.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

/// Octets of a line without its end.
const MOST_OCTETS: usize = 75;

impl Lines {
    /// Adds `NAME:VALUE`, the value as it stands.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        let mut room = MOST_OCTETS;
        for letter in format!("{name}:{value}").chars() {
            if letter.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = MOST_OCTETS - 1;
            }
            self.0.push(letter);
            room -= letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// Adds a value of the type TEXT (§3.3.11).
    pub(super) fn put_text(&mut self, name: &str, value: &str) {
        self.put(name, &escaped(value));
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// A control character has no place in a TEXT, whatever a title brought along.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for letter in value.chars() {
        match letter {
            '\\' | ';' | ',' => text.extend(['\\', letter]),
            '\n' => text.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_letters() {
        let mut lines = Lines::default();
        lines.put_text("SUMMARY", &"ü€𝄞".repeat(40));
        let text = lines.into_string();
        assert!(text.ends_with("\r\n"));
        let folded: Vec<_> = text.trim_end().split("\r\n").collect();
        assert!(folded.len() > 4);
        assert!(folded.iter().all(|line| line.len() <= MOST_OCTETS));
        assert!(folded.iter().skip(1).all(|line| line.starts_with(' ')));
        let unfolded = text.replace("\r\n ", "");
        assert_eq!(unfolded, format!("SUMMARY:{}\r\n", "ü€𝄞".repeat(40)));
    }

    #[test]
    fn a_text_cannot_become_a_line_of_its_own() {
        let mut lines = Lines::default();
        lines.put_text("SUMMARY", "a;b,c\\d\r\nATTENDEE:mailto:x@y\u{7}");
        assert_eq!(
            lines.into_string(),
            "SUMMARY:a\\;b\\,c\\\\d\\nATTENDEE:mailto:x@y\r\n"
        );
    }
}
