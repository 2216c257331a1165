//! An argument that may come from standard input instead.

use std::io::Read;

use crate::failure::Failure;

/// What was typed; `-` reads it from standard input, where no list of processes shows it.
pub(crate) fn read(argument: &str) -> Result<String, Failure> {
    if argument != "-" {
        return Ok(argument.trim().to_owned());
    }
    let mut text = String::new();
    std::io::stdin()
        .take(1 << 16)
        .read_to_string(&mut text)
        .map_err(|e| {
            Failure::new(
                format!("cannot read standard input: {e}"),
                "send the link as text",
            )
        })?;
    Ok(text.trim().to_owned())
}
