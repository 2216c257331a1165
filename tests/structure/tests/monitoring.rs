//! The files for Prometheus and Grafana: what they ask for is measured, their alerts fire when they should.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

const FOLDER: &str = "packaging/monitoring";

fn text(file: &str) -> String {
    structure::text(&Path::new(FOLDER).join(file)).unwrap()
}

/// Everything in `text` that is spelled as a metric of ours.
fn metrics(text: &str) -> BTreeSet<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c| !is_word(c))
        .filter(|word| word.starts_with("prosody_mod_"))
        .map(str::to_owned)
        .collect()
}

/// Every question of the dashboard.
fn questions() -> Vec<String> {
    let dashboard: serde_json::Value = serde_json::from_str(&text("dashboard.json")).unwrap();
    let panels = dashboard.get("panels").unwrap().as_array().unwrap();
    panels
        .iter()
        .flat_map(|panel| panel.get("targets").unwrap().as_array().unwrap())
        .map(|target| target.get("expr").unwrap().as_str().unwrap().to_owned())
        .collect()
}

fn promtool(words: &[&str]) {
    let mut promtool = Command::new("promtool");
    promtool
        .args(words)
        .current_dir(structure::root().join(FOLDER));
    // From Debian's package prometheus.
    let output = promtool.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{words:?}: {said}");
}

#[test]
fn every_metric_they_ask_for_is_documented() {
    let documented = metrics(&structure::text("docs/metrics.md".as_ref()).unwrap());
    let asked = metrics(
        &[
            text("alerts.yml"),
            text("alerts.test.yml"),
            text("dashboard.json"),
        ]
        .concat(),
    );
    assert!(asked.len() > 8, "{asked:?}");
    for name in asked {
        // What a histogram hands out of itself.
        let base = ["_bucket", "_count", "_sum"]
            .iter()
            .find_map(|end| name.strip_suffix(end));
        assert!(
            documented.contains(base.unwrap_or(&name)),
            "{name} is not in docs/metrics.md"
        );
    }
}

#[test]
fn every_code_they_ask_for_exists() {
    let reasons = structure::text("docs/deny-reasons.md".as_ref()).unwrap();
    let mut checked = 0;
    for part in text("alerts.yml").split("code=").skip(1) {
        let codes = part.trim_start_matches('~').split('"').nth(1).unwrap();
        for code in codes.split('|').filter(|code| *code != "link") {
            assert!(
                reasons.contains(&format!("| `{code}` |")),
                "{code} is no code"
            );
            checked += 1;
        }
    }
    assert!(checked >= 6, "only {checked} codes");
}

#[test]
fn every_alert_is_seen_to_fire_and_to_hold_still() {
    promtool(&["check", "config", "prometheus.yml"]);
    promtool(&["test", "rules", "alerts.test.yml"]);
    let (rules, tests) = (text("alerts.yml"), text("alerts.test.yml"));
    let alerts: Vec<_> = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "))
        .collect();
    assert!(alerts.len() > 8, "{alerts:?}");
    for alert in alerts {
        let fires = format!("alertname: {alert}\n        exp_alerts:\n          - exp_labels:");
        assert!(tests.contains(&fires), "{alert} is never seen to fire");
        let still = format!("alertname: {alert}, exp_alerts: []");
        assert!(
            tests.contains(&still),
            "{alert} is never seen to hold still"
        );
    }
}

#[test]
fn prometheus_understands_every_question_of_the_dashboard() {
    let questions = questions();
    assert!(questions.len() > 12, "{questions:?}");
    let quoted = questions
        .iter()
        .map(|question| serde_json::to_string(question).unwrap());
    let records = quoted.map(|question| format!("  - record: question\n    expr: {question}\n"));
    let rules = format!(
        "groups:\n- name: dashboard\n  rules:\n{}",
        records.collect::<String>()
    );
    let file: PathBuf = env::temp_dir().join(format!("roompass-dashboard-{}.yml", process::id()));
    fs::write(&file, rules).unwrap();
    promtool(&["check", "rules", file.to_str().unwrap()]);
    fs::remove_file(file).unwrap();
}
