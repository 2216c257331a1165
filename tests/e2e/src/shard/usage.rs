//! What a running shard uses of the machine.

use std::fs;
use std::time::Duration;

use super::Shard;

impl Shard {
    /// Memory it holds, in KiB (`VmRSS` of proc(5)).
    ///
    /// # Panics
    /// When it does not run.
    pub fn memory_kib(&self) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let size = line.and_then(|rest| rest.split_whitespace().next());
        size.and_then(|kib| kib.parse().ok())
            .expect("proc(5) tells the memory of a process")
    }

    /// Processor time that its threads have used (`schedstat` of the kernel's sched-stats, in nanoseconds).
    ///
    /// # Panics
    /// When it does not run.
    pub fn cpu(&self) -> Duration {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.id()));
        let tasks = tasks.expect("the shard's process can be looked at");
        let stats = tasks.flatten().map(|task| {
            // A thread may just have ended.
            let stat = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
            let nanos = stat.split(' ').next().and_then(|nanos| nanos.parse().ok());
            Duration::from_nanos(nanos.unwrap_or_default())
        });
        stats.sum()
    }

    fn id(&self) -> u32 {
        self.process.as_ref().expect("the shard runs").id()
    }

    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.id()))
            .expect("the shard's process can be looked at")
    }
}
