//! Why a command could not be carried out, in the words of the person who has to mend it.

use std::fmt;
use std::process::ExitCode;

use clap::error::ErrorKind;

/// What happened and why, and how to fix it. Exit status 2, unless the answer itself is no.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    hint: Option<String>,
    is_answer: bool,
}

impl Failure {
    /// Says all of it.
    pub(crate) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: Some(hint.into()),
            is_answer: false,
        }
    }

    /// For an error whose text says what is wrong and, after the first semicolon, what to do.
    pub(crate) fn because(doing: &str, error: &impl fmt::Display) -> Self {
        let told = Self::told_by(error);
        Self {
            what: format!("{doing}: {}", told.what),
            ..told
        }
    }

    /// The same, for what was understood and refused: exit status 1.
    pub(crate) fn not_done(self) -> Self {
        Self {
            is_answer: true,
            ..self
        }
    }

    /// What the command ends with.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(if self.is_answer { 1 } else { 2 })
    }

    /// The same, for an error that says by itself what it is about.
    fn told_by(error: &impl fmt::Display) -> Self {
        let text = error.to_string();
        let (what, hint) = match text.split_once("; ") {
            Some((what, hint)) => (what.to_owned(), Some(hint.to_owned())),
            None => (text, None),
        };
        Self {
            what,
            hint,
            is_answer: false,
        }
    }

    /// clap's words in our form.
    pub(crate) fn usage(error: &clap::Error) -> Self {
        if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            return Self::new("no command was given", "try `roompass --help`");
        }
        let text = error.to_string();
        let mut what = Vec::new();
        let (mut tip, mut usage) = (None, None);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(words) = line.strip_prefix("tip: ") {
                tip = Some(words.to_owned());
            } else if let Some(line) = line.strip_prefix("Usage: ") {
                usage = Some(format!("usage is `{line}`, more with --help"));
            } else if !line.starts_with("For more information") {
                what.push(line.trim_start_matches("error: "));
            }
        }
        let hint = tip.or(usage).unwrap_or_else(|| "try --help".to_owned());
        Self::new(what.join(" "), hint)
    }

    /// What happened, alone.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }
}

impl Failure {
    /// For a refusal that says all of it: what is wrong and, after the first semicolon, what to do.
    pub(crate) fn told(error: &prosody_config::Refusal) -> Self {
        Self::told_by(error)
    }
}

impl From<issuer::ReceivedLinkError> for Failure {
    fn from(error: issuer::ReceivedLinkError) -> Self {
        Self::told_by(&error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "roompass: error: {}", self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "\nroompass: hint: {hint}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_text_gives_its_own_hint() {
        let failure = Failure::because("room ?", &room_token::RoomName::parse("?").unwrap_err());
        assert_eq!(
            failure.to_string(),
            "roompass: error: room ?: the room name is empty once Jitsi's forbidden characters are gone\n\
             roompass: hint: use letters or digits"
        );
        let plain = Failure::because("here", &"no");
        assert_eq!(plain.to_string(), "roompass: error: here: no");
    }
}
