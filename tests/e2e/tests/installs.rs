//! The packages, installed, upgraded, removed and purged beside Prosody, on each Debian that they are for; with
//! `ROOMPASS_UBUNTU` on Ubuntu 24.04 too.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

use std::path::Path;
use std::{env, fs, thread};

use e2e::{Process, Tree, artifacts, until};
use tempfile::TempDir;

/// Versions that no release has.
const OLD: &str = "0.0.1~test";
const NEW: &str = "0.0.2~test";

/// As an operator beside Jitsi on Debian writes it, with a name of its own for the domain.
const MEETINGS: &str = r#"
http_default_host = "meet.test"
consider_websocket_secure = true
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
roompass_key_set = "/etc/prosody/room.jwks.json"
roompass_exempt_domains = { "auth.meet.test" }

VirtualHost "meet.test"
    authentication = "anonymous"
    modules_enabled = { "websocket"; "roompass" }

VirtualHost "auth.meet.test"
    authentication = "internal_hashed"

Component "conference.meet.test" "muc_roompass"
    restrict_room_creation = false
    muc_room_locking = false
"#;

/// Asks the issuer whether it is well, without a program that a small Debian lacks.
const IS_HEALTHY: &str = "bash -c 'exec 3<>/dev/tcp/127.0.0.1/8480 && printf \"GET /healthz HTTP/1.0\\r\\n\\r\\n\" >&3 \
    && grep -q \"200 OK\" <&3' 2>/dev/null";

const KNOCK: &str = "roompass knock - --no-conference-request --domain meet.test --service-url ws://127.0.0.1:5280/xmpp-websocket";

/// One test, since both are given the same packages.
#[test]
fn the_packages_live_and_go_on_debian_12_and_13() {
    let packages = TempDir::new().unwrap();
    let packages = packages.path();
    let old = put("ROOMPASS_UPGRADE_FROM", OLD, packages);
    let new = put("ROOMPASS_UPGRADE_TO", NEW, packages);
    let versions = [old.as_str(), new.as_str()];
    thread::scope(|scope| {
        let ubuntu = env::var_os("ROOMPASS_UBUNTU").map(|_| "24.04");
        for release in ["12", "13"].into_iter().chain(ubuntu) {
            let thread = thread::Builder::new().name(format!("on {release}"));
            let story = || live_and_go(release, packages, versions);
            thread.spawn_scoped(scope, story).unwrap();
        }
    });
}

/// Puts packages into this folder and gives their version: those of a release, out of the folder that the variable
/// names, or else what was built here.
fn put(variable: &str, version: &str, packages: &Path) -> String {
    let Some(release) = env::var_os(variable) else {
        artifacts::pack(version, packages);
        return version.to_owned();
    };
    let mut versions = Vec::new();
    for entry in fs::read_dir(release).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "deb") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            fs::copy(&path, packages.join(&name)).unwrap();
            versions.push(name.split('_').nth(1).unwrap().to_owned());
        }
    }
    assert_eq!(versions.len(), 2, "{variable} has two packages");
    versions.swap_remove(0)
}

fn live_and_go(release: &str, packages: &Path, [old, new]: [&str; 2]) {
    let tree = Tree::enter(release, packages);
    let before = names(&tree);

    install(&tree, old);
    is_installed(&tree);
    units_are_sound(&tree);
    let issuer = start_issuer(&tree);
    let prosody = start_prosody(&tree);
    door_holds(&tree);

    tree.run("echo '# changed here' >> /etc/roompass/roompass.toml");
    let said = install(&tree, new);
    is_upgraded(&tree, &said, new);
    door_holds(&tree);
    tree.stop("prosody", prosody);
    let prosody = start_prosody(&tree);
    door_holds(&tree);

    tree.stop("prosody", prosody);
    tree.stop("issuer", issuer);
    goes_when_removed(&tree);
    goes_when_purged(&tree, &before);
}

fn install(tree: &Tree, version: &str) -> String {
    tree.run(&format!(
        "dpkg --force-unsafe-io -i /packages/*_{version}_*.deb"
    ))
}

fn is_installed(tree: &Tree) {
    assert!(tree.run("roompass --version").starts_with("roompass "));
    let user = tree.run("getent passwd roompass");
    assert!(
        user.contains(":/var/lib/roompass:") && user.contains("nologin"),
        "{user}"
    );
    let owners = tree.run("stat -c '%a %U:%G' /etc/roompass /etc/roompass/roompass.toml");
    assert_eq!(owners, "750 root:roompass\n640 root:roompass\n");
    for file in [
        "share/man/man1/roompass-serve.1.gz",
        "share/bash-completion/completions/roompass",
        "share/zsh/vendor-completions/_roompass",
        "share/fish/vendor_completions.d/roompass.fish",
        "share/doc/roompass/third-party-licences.txt.gz",
        "share/doc/prosody-roompass/copyright",
    ] {
        tree.run(&format!("test -s /usr/{file}"));
    }
    let wanted = "/etc/systemd/system/multi-user.target.wants";
    tree.run(&format!("test -e {wanted}/roompass.service"));
    // It needs to be told whose keys count.
    tree.run(&format!("test ! -e {wanted}/roompass-gate.service"));
    assert_eq!(tree.run("dpkg --verify roompass prosody-roompass"), "");
}

fn units_are_sound(tree: &Tree) {
    for unit in ["roompass.service", "roompass-gate.service"] {
        let said = tree.run(&format!(
            "systemd-analyze verify --man=no /usr/lib/systemd/system/{unit}"
        ));
        assert!(!said.contains("roompass"), "{said}");
        // The worst is 10; what remains is the network.
        tree.run(&format!(
            "systemd-analyze security --offline=true --threshold=15 --no-pager {unit}"
        ));
    }
}

/// Starts what the unit would start, as the unit's user; then there are keys.
fn start_issuer(tree: &Tree) -> Process {
    tree.run("install -d -o roompass -g roompass -m 700 /var/lib/roompass");
    let line = tree.run("sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/roompass.service");
    let words: Vec<_> = line.split_whitespace().collect();
    let issuer = tree.spawn("issuer", "roompass", &words);
    until("the issuer is well", || tree.succeeds(IS_HEALTHY));
    tree.run("roompass keys export /var/lib/roompass/keys -o /etc/prosody/room.jwks.json");
    issuer
}

fn start_prosody(tree: &Tree) -> Process {
    let write = format!(
        "mkdir -p /etc/prosody/conf.d && cat > /etc/prosody/conf.d/meet.test.cfg.lua <<'END'\n{MEETINGS}END"
    );
    tree.run(&write);
    tree.run(
        "chmod a+r /etc/prosody/room.jwks.json && install -d -o prosody -g prosody /run/prosody",
    );
    let prosody = tree.spawn("prosody", "prosody", &["prosody", "-F"]);
    let check = "prosodyctl shell 'roompass:check()'";
    until("Prosody's doors stand", || tree.succeeds(check));
    prosody
}

/// Who has a link comes in, and nobody else.
fn door_holds(tree: &Tree) {
    let issue =
        "roompass issue weekly-sync --base-url https://meet.test --key /var/lib/roompass/keys";
    tree.run(&format!("{issue} | {KNOCK}"));
    let refused = tree.run(&format!(
        "echo https://meet.test/weekly-sync | {KNOCK}; test $? = 1"
    ));
    assert!(refused.contains("token-missing"), "{refused}");
}

fn is_upgraded(tree: &Tree, said: &str, version: &str) {
    assert!(
        said.contains("a running Prosody goes on with version"),
        "{said}"
    );
    tree.run("grep -q '^# changed here' /etc/roompass/roompass.toml");
    let owner = tree.run("stat -c '%a %U:%G' /etc/roompass/roompass.toml");
    assert_eq!(owner, "640 root:roompass\n");
    let libraries =
        tree.run("cd /usr/lib/*/lua/5.4 && ls roompass_verifier* && readlink roompass_verifier.so");
    let new = format!("roompass_verifier-{version}.so\n");
    assert_eq!(libraries, format!("{new}roompass_verifier.so\n{new}"));
}

fn goes_when_removed(tree: &Tree) {
    let said = tree.run("dpkg -r roompass prosody-roompass");
    assert!(
        said.contains("/etc/prosody/conf.d/meet.test.cfg.lua"),
        "{said}"
    );
    tree.run(
        "test ! -e /usr/bin/roompass && test ! -e /usr/lib/prosody/modules/mod_muc_roompass.lua",
    );
    tree.run("test -e /etc/roompass/roompass.toml && test -e /var/lib/roompass/ledger.db");
}

fn goes_when_purged(tree: &Tree, before: &str) {
    let said = tree.run("dpkg -P roompass prosody-roompass");
    assert!(said.contains("stay in /var/lib/roompass"), "{said}");
    tree.run("test -d /var/lib/roompass/keys && rm -r /var/lib/roompass");
    assert_eq!(names(tree), before);
}

/// Every file whose name speaks of us.
fn names(tree: &Tree) -> String {
    tree.run("find / -xdev -path /packages -prune -o -path /proc -prune -o -iname '*roompass*' -print | sort")
}
