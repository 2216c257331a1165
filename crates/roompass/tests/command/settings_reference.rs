//! `docs/settings.md` is what the program itself says of its settings.

use std::fs;
use std::path::Path;

use crate::shell::Shell;

const HEAD: &str = "# Settings of the issuer

Out of the program itself; a test holds this page to it (`ROOMPASS_UPDATE=1` writes it anew). A flag counts more than `ROOMPASS_…` in the environment, and
that more than the file. Prosody's options are in [lua/README.md](../lua/README.md#options).
";

/// The page as it should be.
fn page() -> String {
    let shell = Shell::new();
    let state = shell.path("state");
    let ended = shell.run(&["admin", "invite", "--state", state.to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{ended:?}");
    let file = fs::read_to_string(state.join("roompass.toml")).unwrap();
    let help = |command: &str| {
        let said = shell.run(&[command, "--help"]).stdout;
        let lines: Vec<_> = said.lines().map(str::trim_end).collect();
        lines.join("\n")
    };
    format!(
        "{HEAD}\n## The file\n\n`roompass.toml`, as a first start writes it:\n\n```toml\n{}\n```\n\n\
         ## Flags and environment\n\n```text\n{}\n```\n\n## The page before the call\n\n```text\n{}\n```\n",
        file.trim_end(),
        help("serve").trim_end(),
        help("gate").trim_end(),
    )
}

#[test]
fn the_settings_are_documented_as_they_are() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/settings.md");
    let page = page();
    if std::env::var_os("ROOMPASS_UPDATE").is_some() {
        fs::write(&file, &page).unwrap();
    }
    let there = fs::read_to_string(&file).unwrap();
    assert_eq!(
        there, page,
        "docs/settings.md is old: ROOMPASS_UPDATE=1 cargo nextest run -p roompass -E 'test(settings_are_documented)'"
    );
}
