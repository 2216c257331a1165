//! The image's steps and the door's settings for docker-jitsi-meet and Kubernetes, played on Debian 13 without an engine.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of a test may panic as it does"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use e2e::{Process, Tree, artifacts, until};
use tempfile::TempDir;

const FILES: &str = "packaging/container";
/// What somebody's `.env` says.
const DOT_ENV: [(&str, &str); 2] = [("PUBLIC_URL", "https://meet.test"), ("CONFIG", "/config")];

/// In the shape that the image of docker-jitsi-meet gives to its configuration, with the variables' places.
const MEETINGS: &str = r#"
plugin_paths = { "/prosody-plugins-custom" }
consider_websocket_secure = true
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
http_default_host = "meet.jitsi"
@GLOBAL_CONFIG@
data_path = "/var/lib/prosody/data"
modules_enabled = { "admin_shell"; "disco"; "saslauth"; "websocket" }

VirtualHost "meet.jitsi"
    authentication = "anonymous"
    modules_enabled = { @XMPP_MODULES@ }

VirtualHost "auth.meet.jitsi"
    authentication = "internal_hashed"

Component "internal-muc.meet.jitsi" "muc"
    modules_enabled = { @XMPP_INTERNAL_MUC_MODULES@ }

Component "muc.meet.jitsi" "muc"
    restrict_room_creation = false
    muc_room_locking = false
    modules_enabled = { @XMPP_MUC_MODULES@ }

Component "lobby.meet.jitsi" "muc"
    modules_enabled = { @XMPP_LOBBY_MUC_MODULES@ }

Component "breakout.meet.jitsi" "muc"
    modules_enabled = { @XMPP_BREAKOUT_MUC_MODULES@ }
"#;

const KNOCK: &str = "roompass knock - --no-conference-request --domain meet.jitsi --muc muc.meet.jitsi --service-url ws://127.0.0.1:5280/xmpp-websocket";

#[test]
fn the_image_runs_as_nobody_and_the_door_holds_in_others_containers() {
    let context = build_context();
    let context = context.path();
    let image = read(context, "Containerfile");
    let steps = last_stage(&image);
    let tree = Tree::enter("13", context);
    let environment = build(&tree, &steps);
    let issuer = start(&tree, &steps, &environment);
    for (file, issuer) in [
        ("compose.yaml", "http://roompass:8480"),
        ("helm-values.yaml", "https://links.example.org"),
    ] {
        install_door(&tree);
        let prosody = start_prosody(&tree, &read(context, file), issuer);
        door_holds(&tree);
        tree.stop("prosody", prosody);
    }
    tree.stop("issuer", issuer);
}

#[test]
fn what_an_operator_had_in_dot_env_stays() {
    let sources = TempDir::new().unwrap();
    artifacts::sources(sources.path());
    let compose = read(sources.path(), "compose.yaml");
    let own = [
        ("XMPP_MUC_MODULES", "one,two"),
        ("GLOBAL_CONFIG", "own = 1"),
    ];
    assert_eq!(
        value(&compose, "XMPP_MUC_MODULES", &own),
        "one,two,muc_roompass"
    );
    let settings = value(&compose, "GLOBAL_CONFIG", &own);
    assert!(
        settings.starts_with(r"own = 1\nroompass_key_set = "),
        "{settings}"
    );
}

/// The sources, and under `build` what the first stage would have built.
fn build_context() -> TempDir {
    let folder = TempDir::new().unwrap();
    artifacts::sources(folder.path());
    let out = folder.path().join("build/roompass/target/release");
    fs::create_dir_all(&out).unwrap();
    for file in [artifacts::roompass(), artifacts::verifier()] {
        let mut strip = Command::new("strip");
        strip
            .arg("-o")
            .arg(out.join(file.file_name().unwrap()))
            .arg(file);
        assert!(strip.status().unwrap().success());
    }
    let certificates = folder.path().join("build/etc/ssl/certs");
    fs::create_dir_all(&certificates).unwrap();
    fs::write(certificates.join("ca-certificates.crt"), "").unwrap();
    folder
}

fn read(context: &Path, file: &str) -> String {
    fs::read_to_string(context.join(FILES).join(file)).unwrap()
}

/// Instructions and what they say, from the last `FROM` on.
fn last_stage(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\\\n", " ");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let steps: Vec<_> = lines
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, rest)| (name.to_owned(), rest.trim().to_owned()))
        .collect();
    let from = steps.iter().rposition(|(name, _)| name == "FROM").unwrap();
    steps[from..].to_vec()
}

fn step<'a>(steps: &'a [(String, String)], name: &str) -> &'a str {
    let found: Vec<_> = steps.iter().filter(|(it, _)| it == name).collect();
    assert_eq!(found.len(), 1, "{name}");
    &found[0].1
}

/// Does what makes the image, and gives its environment.
fn build(tree: &Tree, steps: &[(String, String)]) -> String {
    let mut environment = String::new();
    for (name, rest) in steps {
        match name.as_str() {
            "COPY" => copy(tree, rest),
            "RUN" => drop(tree.run(rest)),
            "ENV" => environment.push_str(rest),
            "FROM" => assert!(rest.contains("/debian:trixie"), "{rest}"),
            "LABEL" | "USER" | "VOLUME" | "EXPOSE" | "HEALTHCHECK" | "ENTRYPOINT" | "CMD" => {}
            other => panic!("teach this test {other}"),
        }
    }
    environment
}

fn copy(tree: &Tree, rest: &str) {
    let (from, rest) = match rest.strip_prefix("--from=build ") {
        Some(rest) => ("/packages/build", rest),
        None => ("/packages/", rest),
    };
    let (source, target) = rest.split_once(' ').unwrap();
    let folder = target.rsplit_once('/').unwrap().0;
    tree.run(&format!("mkdir -p {folder} && cp {from}{source} {target}"));
}

/// As an engine would, by what the image and the compose file say: nobody, without capabilities, on a read-only root.
fn start(tree: &Tree, steps: &[(String, String)], environment: &str) -> Process {
    let compose = fs::read_to_string(artifacts::compose()).unwrap();
    let url = value(&compose, "ROOMPASS_PUBLIC_URL", &DOT_ENV);
    let words = [step(steps, "ENTRYPOINT"), step(steps, "CMD")]
        .map(words)
        .concat();
    let volume = words_of(step(steps, "VOLUME"));
    let (uid, gid) = step(steps, "USER").split_once(':').unwrap();
    let script = format!(
        "mount --make-rprivate / && mount --bind {volume} {volume} && mount -o remount,bind,ro / && \
         exec setpriv --reuid={uid} --regid={gid} --clear-groups --no-new-privs --bounding-set=-all \
         env -i PATH=/usr/bin:/bin {environment} ROOMPASS_PUBLIC_URL={url} {}",
        words.join(" ")
    );
    let issuer = tree.spawn(
        "issuer",
        "root",
        &["unshare", "--mount", "sh", "-c", &script],
    );
    let health = step(steps, "HEALTHCHECK").split_once("CMD ").unwrap().1;
    let health = words_quoted(health);
    until("the image is well", || tree.succeeds(&health));
    let status = tree.run("cat /proc/$(cat /run/issuer.pid)/status");
    assert!(
        status.contains(&format!("Uid:\t{uid}\t{uid}\t{uid}\t{uid}\n")),
        "{status}"
    );
    assert!(status.contains("CapBnd:\t0000000000000000\n"), "{status}");
    issuer
}

fn words(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap()
}

fn words_of(json: &str) -> String {
    words(json).join(" ")
}

fn words_quoted(json: &str) -> String {
    let quoted = words(json)
        .into_iter()
        .map(|word| format!("'{}'", word.replace('\'', r"'\''")));
    quoted.collect::<Vec<_>>().join(" ")
}

/// Twice: the second time takes nothing out of the hands of a Prosody that runs.
fn install_door(tree: &Tree) {
    tree.run("install -d -o 1000 -g 1000 /prosody-plugins-custom");
    let inode = "stat -c %i /prosody-plugins-custom/roompass_verifier.so";
    tree.run("install-door /prosody-plugins-custom");
    let first = tree.run(inode);
    tree.run("install-door /prosody-plugins-custom");
    assert_ne!(tree.run(inode), first);
    assert_eq!(
        tree.run("find /prosody-plugins-custom -name '.*' | wc -l"),
        "0\n"
    );
    assert!(!tree.succeeds("install-door /nowhere"));
}

/// `issuer` is its address in the file, which leads nowhere here.
fn start_prosody(tree: &Tree, file: &str, issuer: &str) -> Process {
    let mut config = MEETINGS.to_owned();
    for name in [
        "XMPP_MODULES",
        "XMPP_MUC_MODULES",
        "XMPP_LOBBY_MUC_MODULES",
        "XMPP_BREAKOUT_MUC_MODULES",
        "XMPP_INTERNAL_MUC_MODULES",
    ] {
        let modules = format!("\"{}\"", value(file, name, &DOT_ENV).replace(',', "\"; \""));
        config = config.replace(&format!("@{name}@"), &modules);
    }
    let mut settings = value(file, "GLOBAL_CONFIG", &DOT_ENV).replace("\\n", "\n");
    assert!(settings.contains(issuer), "{settings}");
    settings = settings.replace(issuer, "http://127.0.0.1:8480");
    config = config.replace("@GLOBAL_CONFIG@", &settings);
    tree.run(&format!(
        "cat > /etc/prosody/prosody.cfg.lua <<'END'\n{config}END"
    ));
    tree.run("install -d -o prosody -g prosody /run/prosody /var/lib/prosody/data");
    let prosody = tree.spawn("prosody", "prosody", &["prosody", "-F"]);
    until("Prosody's doors stand", || {
        tree.succeeds("prosodyctl shell 'roompass:check()'")
    });
    prosody
}

/// Who has a link comes in, and nobody else.
fn door_holds(tree: &Tree) {
    // As the image's user, whose the folder of keys is: what root writes there the issuer cannot read.
    let issue = "setpriv --reuid=10001 --regid=10001 --clear-groups \
        roompass issue weekly-sync --base-url https://meet.test --key /var/lib/roompass/keys";
    tree.run(&format!("{issue} | {KNOCK}"));
    let refused = tree.run(&format!(
        "echo https://meet.test/weekly-sync | {KNOCK}; test $? = 1"
    ));
    assert!(refused.contains("token-missing"), "{refused}");
}

/// What a variable of a service is, as compose works it out.
fn value(file: &str, name: &str, environment: &[(&str, &str)]) -> String {
    let key = format!("{name}: ");
    let mut found = file
        .lines()
        .filter_map(|line| line.trim().strip_prefix(&key));
    let raw = found.next().unwrap_or_else(|| panic!("{name} has no line"));
    expand(raw.trim_matches('\''), environment)
}

/// `${A:-else}`, `${A:+then}` and `${A:?why}`, one in another.
fn expand(text: &str, environment: &[(&str, &str)]) -> String {
    let Some(start) = text.find("${") else {
        return text.to_owned();
    };
    let end = start + closing(&text[start..]);
    let (name, rest) = text[start + 2..end]
        .split_once(':')
        .unwrap_or((&text[start + 2..end], ""));
    let is = environment
        .iter()
        .find(|(it, _)| *it == name)
        .map(|(_, is)| *is);
    let value = match (rest.split_at_checked(1), is) {
        (Some(("-", other)), None) | (Some(("+", other)), Some(_)) => expand(other, environment),
        (Some(("+", _)) | None, None) => String::new(),
        (Some(("?", why)), None) => panic!("{why}"),
        (_, Some(is)) => is.to_owned(),
        (other, None) => panic!("{other:?}"),
    };
    format!(
        "{}{value}{}",
        &text[..start],
        expand(&text[end + 1..], environment)
    )
}

/// Where the brace closes with which `text` begins, after its dollar.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    let at = text.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '{') - i32::from(*c == '}');
        *c == '}' && depth == 0
    });
    at.unwrap().0
}
