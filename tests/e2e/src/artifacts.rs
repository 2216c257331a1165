//! What was built, and what lies beside it: every path the stage needs.
//!
//! Cargo does not let a package depend on a cdylib or on another package's binary, so
//! they are built here, once a process. `make test` has built them before it runs many
//! processes, and says so with `ROOMPASS_BUILT=1`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const PACKAGES: [&str; 3] = ["panicking-verifier", "prosody-verifier", "roompass"];

/// The verifier that Prosody loads.
pub fn verifier() -> PathBuf {
    built("libroompass_verifier.so")
}

/// A verifier that panics whenever it is asked.
pub fn panicking_verifier() -> PathBuf {
    built("libpanicking_verifier.so")
}

/// The `roompass` command.
pub fn roompass() -> PathBuf {
    built("roompass")
}

/// The Prosody modules.
pub fn lua() -> PathBuf {
    existing(workspace().join("lua"))
}

/// The Prosody modules that only the stage has.
pub fn stage_modules() -> PathBuf {
    existing(package().join("prosody"))
}

/// nginx's lines for an operator.
pub fn snippets() -> PathBuf {
    existing(workspace().join("packaging/nginx"))
}

/// The overlay for docker-jitsi-meet.
pub fn compose() -> PathBuf {
    existing(workspace().join("packaging/container/compose.yaml"))
}

/// Packs what was built into packages of this version, in this folder.
///
/// # Panics
/// When that fails.
pub fn pack(version: &str, out: &Path) {
    roompass();
    let mut build = Command::new(existing(workspace().join("packaging/build.sh")));
    build.arg("--built").arg(output_folder());
    build.arg("--out").arg(out).args(["--version", version]);
    let output = build.output().expect("packaging/build.sh can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
}

/// Copies every file under version control, as it is now, into this folder, and gives what was built.
///
/// # Panics
/// When that fails.
pub fn sources(folder: &Path) -> PathBuf {
    let script = "git ls-files -z --cached --others --exclude-standard \
        | while read -rd '' file; do [ ! -e \"$file\" ] || printf '%s\\0' \"$file\"; done \
        | tar --null -T - -c | tar -C \"$1\" -x";
    let mut copy = Command::new("bash");
    copy.args(["-ec", script, "bash"]).arg(folder);
    let status = copy.current_dir(workspace()).status();
    assert!(status.expect("there is bash").success(), "the sources");
    roompass();
    output_folder()
}

/// Packs what was built into a rock of this version, alone on a server for luarocks in this folder.
///
/// # Panics
/// When that fails.
pub fn rock(version: &str, folder: &Path) {
    let mut pack = Command::new(existing(workspace().join("packaging/rock.py")));
    let arch = format!("linux-{}", env::consts::ARCH);
    pack.arg(verifier()).args([version, arch.as_str()]);
    let status = pack.arg(folder).current_dir(workspace()).status();
    assert!(status.expect("there is python3").success(), "rock.py");
}

/// The program that makes a Debian in a folder.
pub fn trees() -> PathBuf {
    existing(workspace().join("tests/trees.sh"))
}

/// The files of the demo's guest page.
pub fn page() -> PathBuf {
    existing(package().join("page"))
}

/// The library that shows a program another time.
///
/// # Panics
/// When it is not installed.
pub fn faketime() -> PathBuf {
    let folders = fs::read_dir("/usr/lib")
        .expect("there is /usr/lib")
        .flatten();
    let mut libraries = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    libraries
        .find(|library| library.exists())
        .expect("libfaketime is installed")
}

/// A guest's program.
///
/// # Panics
/// When a guest needs npm packages and they are not there.
pub fn guest(program: &str) -> PathBuf {
    let folder = package().join("guests");
    let needs_npm = Path::new(program)
        .extension()
        .is_some_and(|ending| ending == "mjs");
    assert!(
        !needs_npm || folder.join("node_modules").is_dir(),
        "the guests' npm packages are missing; run `npm ci` in {}",
        folder.display()
    );
    existing(folder.join(program))
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn workspace() -> &'static Path {
    package()
        .ancestors()
        .nth(2)
        .expect("the package lies two folders below the workspace")
}

fn built(file: &str) -> PathBuf {
    static BUILD: OnceLock<()> = OnceLock::new();
    if env::var_os("ROOMPASS_BUILT").is_none() {
        BUILD.get_or_init(build);
    }
    existing(output_folder().join(file))
}

/// The folder of our own profile, such as `target/debug`.
fn output_folder() -> PathBuf {
    let program = env::current_exe().expect("a process knows its program");
    program
        .ancestors()
        .skip(1)
        .find(|folder| !folder.ends_with("deps") && !folder.ends_with("examples"))
        .expect("a program lies in a folder")
        .to_owned()
}

fn build() {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg("build").current_dir(workspace());
    if output_folder().ends_with("release") {
        cargo.arg("--release");
    }
    for package in PACKAGES {
        cargo.args(["--package", package]);
    }
    let status = cargo.status().expect("cargo can be started");
    assert!(status.success(), "cannot build {PACKAGES:?}: {status}");
}

fn existing(path: PathBuf) -> PathBuf {
    assert!(
        path.exists(),
        "{} is missing; build it with `cargo build{}`",
        path.display(),
        PACKAGES.map(|package| format!(" -p {package}")).concat()
    );
    path
}
