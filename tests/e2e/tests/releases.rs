//! A release is refused unless everything is in order, and whoever gets it can check it with what every system has.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::artifacts;
use tempfile::TempDir;

/// What `docs/releases.md` tells others to run, in the folder of a release.
const CHECK: &str = "ssh-keygen -Y verify -f allowed_signers -I roompass-release -n roompass-release \
    -s SHA256SUMS.sig < SHA256SUMS && sha256sum --check --strict SHA256SUMS";

#[test]
fn a_release_is_made_signed_and_checked() {
    let project = Project::new();
    project.refuses("", "no key was named");
    project.refuses("--key nowhere", "there is no nowhere");
    project.run("ssh-keygen -q -t ecdsa -N '' -f ../other");
    project.refuses("--key ../other", "../other is no Ed25519 key");
    project.run("ssh-keygen -q -t ed25519 -N '' -f ../release");
    project.refuses("--key ../release", "the tags of this commit are: none");
    project.run("git tag v$(cat ../version)");
    project.refuses("--key ../release", "CHANGELOG.md says nothing of");
    project.run("sed -i \"s/^## Unreleased/## $(cat ../version)/\" CHANGELOG.md");
    project.refuses("--key ../release", "the tree has changes");
    project.run("git commit -qam 'change the heading'");
    project.refuses("--key ../release", "the tags of this commit are: none");
    project.run("git tag -f v$(cat ../version)");
    project.run("echo 1.0.0 > packaging/rust-version");
    project.refuses("--key ../release", "packaging/rust-version says 1.0.0");
    project.run("git checkout -q packaging/rust-version");

    project.releases();
    project.refuses("--key ../release", "is there already");
    project.is_whole();
    project.is_checked();
}

/// The project as it lies here, in a repository of its own.
struct Project {
    folder: TempDir,
    built: PathBuf,
}

impl Project {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let sources = folder.path().join("sources");
        fs::create_dir(&sources).unwrap();
        let built = artifacts::sources(&sources);
        let project = Self { folder, built };
        project.run(
            "git init -q . && git config user.name tester && git config user.email tester@roompass.invalid && \
             git add . && git commit -qm 'have it all' && \
             sed -n '/^.workspace.package/,/^version/s/^version = \"\\(.*\\)\"/\\1/p' Cargo.toml > ../version",
        );
        project
    }

    fn sources(&self) -> PathBuf {
        self.folder.path().join("sources")
    }

    fn run(&self, script: &str) -> String {
        let (succeeded, said) = shell(&self.sources(), script);
        assert!(succeeded, "{script}: {said}");
        said
    }

    fn release(&self, options: &str) -> (bool, String) {
        let built = self.built.display();
        let script = format!("packaging/release.sh --built {built} {options}");
        shell(&self.sources(), &script)
    }

    fn refuses(&self, options: &str, why: &str) {
        let (succeeded, said) = self.release(options);
        assert!(!succeeded && said.contains(why), "{options}: {said}");
        assert!(said.contains("release: hint: "), "{said}");
    }

    fn releases(&self) {
        let (succeeded, said) = self.release("--key ../release");
        assert!(succeeded, "{said}");
        // The folder and nothing half-made beside it.
        let left = self.run("ls -A target | grep release");
        assert_eq!(left, self.run("echo release-$(cat ../version)"));
    }

    fn is_whole(&self) {
        let names = self.run("cd target/release-* && cut -c67- SHA256SUMS");
        let version = self.run("cat ../version").trim().to_owned();
        let arch = self.run("dpkg --print-architecture").trim().to_owned();
        let expected = [
            format!("prosody-roompass_{version}_{arch}.deb"),
            format!("roompass_{version}_{arch}.deb"),
            format!("roompass-{version}-linux-{arch}.tar.gz"),
            format!(
                "prosody-roompass-{version}-1.linux-{}.rock",
                env::consts::ARCH
            ),
            "prosody-verifier.cdx.json".to_owned(),
            "roompass.cdx.json".to_owned(),
            "NOTES.md".to_owned(),
        ];
        for name in &expected {
            assert!(names.lines().any(|line| line == name), "{name}: {names}");
        }
        let there = self.run("ls target/release-* | grep -v '^SHA256SUMS' | wc -l");
        assert_eq!(there.trim(), expected.len().to_string(), "{names}");
        assert!(
            self.run("cat target/release-*/NOTES.md")
                .contains("### Added")
        );
        let inside = self.run("tar -tzf target/release-*/roompass-*.tar.gz");
        for file in [
            "bin/roompass",
            "lib/roompass_verifier.so",
            "third-party-licences.txt",
            "lua/mod_roompass.lua",
        ] {
            assert!(inside.contains(&format!("/{file}\n")), "{file}: {inside}");
        }
    }

    fn is_checked(&self) {
        let signer = "printf 'roompass-release %s\n' \"$(cut -d' ' -f1,2 ../release.pub)\"";
        self.run(&format!(
            "cd target/release-* && (cd ../.. && {signer}) > allowed_signers"
        ));
        self.run(&format!("cd target/release-* && {CHECK}"));
        for change in [
            "echo >> NOTES.md",
            "sed -i 's/NOTES/OTHER/' SHA256SUMS",
            "sed 's/^/roompass-release /' ../other.pub > allowed_signers",
        ] {
            let script = format!(
                "cp -r target/release-* ../changed && cd ../changed && {change} && {CHECK}"
            );
            let (succeeded, said) = shell(&self.sources(), &script);
            assert!(!succeeded, "{change}: {said}");
            fs::remove_dir_all(self.folder.path().join("changed")).unwrap();
        }
    }
}

/// Whether a script succeeded, and all that it said.
fn shell(folder: &Path, script: &str) -> (bool, String) {
    let mut shell = Command::new("bash");
    shell.args(["-c", &format!("exec 2>&1; set -e; {script}")]);
    let output = shell
        .current_dir(folder)
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success(), said)
}
