//! Changes of a text, by place.

/// The bytes from `start` up to `end` become `text`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Edit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) text: String,
}

/// The text with all of them made. Those at one place come in the order in which they are given.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.start);
    let (mut changed, mut at) = (String::new(), 0);
    for edit in sorted {
        changed.push_str(text.get(at..edit.start).unwrap_or_default());
        changed.push_str(&edit.text);
        at = edit.end.max(at);
    }
    changed + text.get(at..).unwrap_or_default()
}
