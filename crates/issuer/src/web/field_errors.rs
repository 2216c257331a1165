//! What is wrong with a form.

use super::words::sentence;

/// What is wrong, field by field, in whole sentences.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct FieldErrors(Vec<(&'static str, String)>);

impl FieldErrors {
    /// The sentence for this field.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(at, _)| *at == field)
            .map(|(_, text)| text.as_str())
    }

    /// Whether this is the first field to mend, where the cursor should be.
    pub(crate) fn first_is(&self, field: &str) -> bool {
        self.0.first().is_some_and(|(at, _)| *at == field)
    }

    /// Whether anything is wrong.
    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// What is wrong with a field, in a sentence already.
    pub(crate) fn keep_sentence(&mut self, field: &'static str, sentence: String) {
        self.0.push((field, sentence));
    }

    /// The value, or a note of what is wrong.
    pub(crate) fn keep<T>(&mut self, field: &'static str, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(text) => {
                self.0.push((field, sentence(&text)));
                None
            }
        }
    }
}
