//! Whether the modules and the library lie where Prosody looks for them.

use std::path::{Path, PathBuf};

use prosody_config::{Source, global};

use super::Place;
use super::check::prosodyctl;

/// One file, and where it was found.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) found: Option<PathBuf>,
}

/// The modules and the library.
pub(super) fn parts(place: &Place, sources: &[Source]) -> Vec<Part> {
    let folders = module_folders(place, sources);
    let module = |name: &'static str, stem: &str| Part {
        name,
        found: find(&folders, &[name.to_owned(), format!("{stem}/{name}")]),
    };
    vec![
        module("mod_roompass.lua", "mod_roompass"),
        module("mod_muc_roompass.lua", "mod_muc_roompass"),
        Part {
            name: "roompass_verifier.so",
            found: library(place, sources, &folders),
        },
    ]
}

/// `plugin_paths`, the installer's folder, and what `prosodyctl about` says that Prosody was built with.
fn module_folders(place: &Place, sources: &[Source]) -> Vec<PathBuf> {
    let mut folders = named(place, sources, "plugin_paths");
    folders.extend(named(place, sources, "installer_plugin_path"));
    let about = prosodyctl(place, &["about"]);
    let about = about.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let about = about.unwrap_or_default();
    let lines = about
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with('/'));
    folders.extend(lines.map(|line| PathBuf::from(line.split(" - ").next().unwrap_or(line))));
    folders.push("/usr/lib/prosody/modules".into());
    folders
}

fn named(place: &Place, sources: &[Source], option: &str) -> Vec<PathBuf> {
    let folder = place.config.parent().unwrap_or(Path::new("."));
    let names = global(sources, option).unwrap_or_default();
    names.iter().map(|name| folder.join(name)).collect()
}

fn library(place: &Place, sources: &[Source], modules: &[PathBuf]) -> Option<PathBuf> {
    let named = named(place, sources, "roompass_verifier_path");
    if let Some(path) = named.into_iter().next() {
        return path.exists().then_some(path);
    }
    let mut folders: Vec<PathBuf> = vec![
        "/usr/local/lib/lua/5.4".into(),
        "/usr/lib/lua/5.4".into(),
        "/usr/lib/prosody".into(),
    ];
    let multiarch = std::fs::read_dir("/usr/lib")
        .into_iter()
        .flatten()
        .flatten();
    folders.extend(multiarch.map(|entry| entry.path().join("lua/5.4")));
    folders.extend(modules.iter().map(|folder| folder.join("lib/lua/5.4")));
    find(&folders, &["roompass_verifier.so".to_owned()])
}

fn find(folders: &[PathBuf], names: &[String]) -> Option<PathBuf> {
    let paths = folders
        .iter()
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    paths.into_iter().find(|path| path.is_file())
}
