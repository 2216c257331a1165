//! The commands of the documents, run or at least read.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::Shell;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The lines of a document's shell blocks that run `roompass`, without comments.
fn lines(document: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(document)).unwrap();
    let blocks = text.split("```").skip(1).step_by(2);
    let lines =
        blocks.filter(|block| block.trim_start().starts_with("sh\n") || block.starts_with("sh\n"));
    let lines: Vec<_> = lines
        .flat_map(str::lines)
        .map(str::trim)
        .map(str::to_owned)
        .collect();
    let without_comment = |line: &String| {
        line.split(" #")
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    lines
        .iter()
        .map(without_comment)
        .filter(|line| line.starts_with("roompass ") || line.starts_with("export "))
        .collect()
}

/// Runs a line as a person would type it; the settings of earlier lines count.
fn type_in(shell: &Shell, settings: &str, line: &str) -> (i32, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_roompass")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-c", &format!("{settings}\n{line}")])
        .current_dir(shell.path("."))
        .env("PATH", path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), said.into_owned())
}

#[test]
fn the_tour_of_the_readme_goes_as_it_says() {
    let shell = Shell::new();
    let (settings, commands): (Vec<_>, Vec<_>) = lines("README.md")
        .into_iter()
        .partition(|line| line.starts_with("export "));
    let commands: Vec<_> = commands
        .iter()
        .filter(|line| *line != "roompass serve")
        .collect();
    assert!(commands.len() >= 6, "{commands:?}");
    for line in commands {
        let (status, said) = type_in(&shell, &settings.join("\n"), line);
        let expected = i32::from(line.contains("--at 2031"));
        assert_eq!(status, expected, "{line}: {said}");
    }
}

#[test]
fn every_command_line_of_the_documents_is_one() {
    let mut read = 0;
    for document in [
        "README.md",
        "docs/doctor.md",
        "docs/drills.md",
        "docs/issuer.md",
        "docs/many-shards.md",
        "docs/operations.md",
        "docs/other-issuers.md",
        "keys/README.md",
        "lua/README.md",
    ] {
        for line in lines(document)
            .iter()
            .filter(|line| line.starts_with("roompass "))
        {
            let shell = Shell::new();
            // A folder without files: what is wrong then is a file, never the command line.
            let bounded = line.replace("roompass serve", "timeout 5 roompass serve");
            let settings =
                "export ROOMPASS_KEY=a.pem ROOMPASS_BASE_URL=https://m.example; touch link";
            let (_, said) = type_in(&shell, settings, &bounded);
            assert!(!said.contains("usage is"), "{document}: {line}: {said}");
            assert!(
                !said.contains("unexpected argument"),
                "{document}: {line}: {said}"
            );
            read += 1;
        }
    }
    assert!(read > 10, "only {read} command lines were found");
}
