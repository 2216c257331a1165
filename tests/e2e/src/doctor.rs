//! The doctor: `roompass doctor`.

use std::process::Command;

use serde_json::Value;

use crate::artifacts;

/// What `roompass doctor` said about an installation.
#[derive(Clone, Debug)]
pub struct Doctor {
    /// Its exit status.
    pub status: Option<i32>,
    /// What it printed on standard output and standard error.
    pub said: String,
    /// Its report.
    pub report: Value,
}

impl Doctor {
    /// Has an installation looked at.
    ///
    /// # Panics
    /// When the command prints no report.
    pub fn examine(arguments: &[&str]) -> Self {
        let mut roompass = Command::new(artifacts::roompass());
        roompass.args(["doctor", "--json"]).args(arguments);
        let output = roompass.output().expect("roompass can be started");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = text(&output.stdout) + &text(&output.stderr);
        let report = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("no report ({error}) but: {said}"));
        Self {
            status: output.status.code(),
            said,
            report,
        }
    }

    /// The codes of its findings, the worst first.
    pub fn codes(&self) -> Vec<&str> {
        self.of_each("findings", "code")
    }

    /// The checks that had this result.
    pub fn checks(&self, result: &str) -> Vec<&str> {
        let checks = self.report.get("checks").and_then(Value::as_array);
        let those = checks
            .into_iter()
            .flatten()
            .filter(|check| check.get("result").and_then(Value::as_str) == Some(result));
        those
            .filter_map(|check| check.get("check")?.as_str())
            .collect()
    }

    /// Where a finding was made.
    ///
    /// # Panics
    /// When there is no such finding.
    pub fn places(&self, code: &str) -> Vec<&str> {
        let findings = self.report.get("findings").and_then(Value::as_array);
        let mut findings = findings.into_iter().flatten();
        let finding =
            findings.find(|finding| finding.get("code").and_then(Value::as_str) == Some(code));
        let finding = finding.unwrap_or_else(|| panic!("no {code} in {}", self.said));
        let places = finding.get("places").and_then(Value::as_array);
        places
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    fn of_each(&self, list: &str, member: &str) -> Vec<&str> {
        let list = self.report.get(list).and_then(Value::as_array);
        let members = list.into_iter().flatten();
        members
            .filter_map(|one| one.get(member)?.as_str())
            .collect()
    }
}
