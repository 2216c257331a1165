//! Configuration files with words to fill in.

/// `template` with every `@NAME@` replaced.
///
/// # Panics
/// When a name is missing from the template, so that neither side can drift.
pub(crate) fn fill(template: &str, words: &[(&str, String)]) -> String {
    words
        .iter()
        .fold(template.to_owned(), |text, (name, value)| {
            let placeholder = format!("@{name}@");
            assert!(
                text.contains(&placeholder),
                "the template does not ask for {placeholder}"
            );
            text.replace(&placeholder, value)
        })
}
