//! What a finding means and what to change, out of `docs/doctor.md`: one text for the document and the command.

use super::code::Code;
use super::plan::Hosts;

const DOCUMENT: &str = include_str!("../../../../docs/doctor.md");

/// A section of the document, with this installation's names in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Advice {
    /// What is the matter.
    pub(crate) what: String,
    /// Why it matters.
    pub(crate) why: String,
    /// What to change: words, and lines that begin with four spaces.
    pub(crate) change: String,
}

impl Advice {
    /// Of this finding, at that host if it is about one.
    pub(crate) fn about(code: Code, hosts: &Hosts, host: Option<&str>) -> Self {
        let mut advice = Self::of(code);
        for text in [&mut advice.what, &mut advice.why, &mut advice.change] {
            *text = named(text, hosts, host);
        }
        advice
    }

    fn of(code: Code) -> Self {
        let heading = format!("\n### `{}`\n", code.as_str());
        let section = DOCUMENT.split_once(&heading).map_or("", |(_, rest)| rest);
        let section = section.split("\n##").next().unwrap_or_default();
        let (what, rest) = section.split_once("\nWhy: ").unwrap_or_default();
        let (why, change) = rest.split_once("\nChange: ").unwrap_or_default();
        Self {
            what: prose(what),
            why: begun(&prose(why)),
            change: begun(&with_code(change)),
        }
    }
}

/// The names that the document uses, and the ones of this installation.
fn named(text: &str, hosts: &Hosts, host: Option<&str>) -> String {
    let of_finding = [
        "lobby.meet.example.org",
        "breakout.meet.example.org",
        "internal.auth.meet.example.org",
        "rooms.meet.example.org",
    ];
    let of_finding = host
        .into_iter()
        .flat_map(|host| of_finding.map(|name| (name, host)));
    let known = [
        ("conference.meet.example.org", hosts.muc.as_str()),
        ("meet.example.org", hosts.domain.as_str()),
    ];
    // Through a letter that is in no name, or a domain that has the document's in it would be replaced twice.
    let names: Vec<_> = of_finding.chain(known).collect();
    let marked = names
        .iter()
        .zip(0_u32..)
        .fold(text.to_owned(), |text, ((name, _), number)| {
            text.replace(name, &format!("\u{0}{number}\u{0}"))
        });
    names
        .iter()
        .zip(0_u32..)
        .fold(marked, |text, ((_, own), number)| {
            text.replace(&format!("\u{0}{number}\u{0}"), own)
        })
}

/// With a capital letter, as a sentence that stands alone.
fn begun(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// One line, without Markdown's marks.
fn prose(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").replace('`', "")
}

/// Paragraphs on a line each; what stands in a code block keeps its lines, four spaces in.
fn with_code(text: &str) -> String {
    let mut lines = Vec::new();
    for (number, part) in text.split("```").enumerate() {
        if number % 2 == 1 {
            let code = part.lines().skip(1).map(|line| format!("    {line}"));
            lines.extend(code.map(|line| line.trim_end().to_owned()));
            continue;
        }
        let paragraphs = part.split("\n\n").map(prose);
        lines.extend(paragraphs.filter(|paragraph| !paragraph.is_empty()));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_section_and_every_section_its_code() {
        for code in Code::ALL {
            let Advice { what, why, change } = Advice::of(*code);
            for (name, text) in [("what", what), ("why", why), ("change", change)] {
                assert!(text.len() > 15, "{}: no {name}: {text:?}", code.as_str());
            }
        }
        let headings = DOCUMENT.lines().filter_map(|line| {
            let rest = line.strip_prefix("### `")?;
            rest.strip_suffix('`')
        });
        let mut headings: Vec<_> = headings.collect();
        let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        headings.sort_unstable();
        codes.sort_unstable();
        assert_eq!(headings, codes);
    }

    #[test]
    fn the_lines_to_change_have_this_installations_names() {
        let hosts = Hosts {
            domain: "jitsi.meet.example.org.invalid".to_owned(),
            muc: "muc.x".to_owned(),
            focus: "focus.x".to_owned(),
            focus_user: "focus@x".to_owned(),
            unguarded: Vec::new(),
        };
        let advice = Advice::about(Code::LobbyUnguarded, &hosts, Some("hall.x"));
        assert!(
            advice
                .change
                .contains("    Component \"hall.x\" \"muc_roompass\"\n"),
            "{}",
            advice.change
        );
        assert!(advice.change.contains("    roompass_main_muc = \"muc.x\""));
        let client = Advice::about(Code::ClientModuleMissing, &hosts, None);
        let line = "    VirtualHost \"jitsi.meet.example.org.invalid\"\n";
        assert!(client.change.contains(line), "{}", client.change);
    }
}
