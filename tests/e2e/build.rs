//! Lists the stories for `tests/on_prosody_13`, so that whoever adds a story adds it there too.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

/// Stories about something else than a shard, or about many at once, which are played once.
const ELSEWHERE: [&str; 8] = [
    "administrates",
    "demo",
    "doctor_faults",
    "installs",
    "issuers",
    "releases",
    "second_opinion",
    "signs_in",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=tests");
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("tests");
    let mut modules = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_story = path.extension().is_some_and(|ending| ending == "rs");
        if is_story && !ELSEWHERE.contains(&name.as_ref()) {
            let path = path.display();
            modules.push(format!(
                "#[path = \"{path}\"]
mod {name};
"
            ));
        }
    }
    modules.sort();
    let list = Path::new(&env::var("OUT_DIR")?).join("stories.rs");
    fs::write(list, modules.concat())?;
    Ok(())
}
