//! The log of a service: lines on standard error, written by a thread of their own.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use issuer::{Event, Log, LogFormat};

/// Lines that wait to be written. Beyond these they are counted and left out: whoever collects them may hang, or its disk
/// be full, and neither is a reason to issue nothing.
const WAITING: usize = 1024;

/// How long the last lines are waited for at the end.
const PATIENCE: Duration = Duration::from_secs(1);

/// The thread that writes.
pub(crate) struct Lines {
    format: LogFormat,
    post: Arc<Mutex<Option<SyncSender<String>>>>,
    left_out: Arc<AtomicU64>,
    done: Receiver<()>,
}

impl Lines {
    /// Begins.
    pub(crate) fn begin(format: LogFormat) -> Self {
        Self::begin_to(format, io::stderr())
    }

    fn begin_to(format: LogFormat, to: impl Write + Send + 'static) -> Self {
        let (post, lines) = mpsc::sync_channel(WAITING);
        let (tell, done) = mpsc::channel();
        let left_out = Arc::new(AtomicU64::new(0));
        let missing = Arc::clone(&left_out);
        thread::spawn(move || {
            write_all(&lines, &missing, to);
            tell.send(()).ok();
        });
        Self {
            format,
            post: Arc::new(Mutex::new(Some(post))),
            left_out,
            done,
        }
    }

    /// What a service writes to; it never waits.
    pub(crate) fn log(&self) -> Log {
        let (format, post) = (self.format, Arc::clone(&self.post));
        let left_out = Arc::clone(&self.left_out);
        Log::to(move |event: &Event| {
            let Some(line) = format.line(event) else {
                return;
            };
            let post = post.lock().unwrap_or_else(PoisonError::into_inner);
            let sent = post.as_ref().map(|post| post.try_send(line));
            if sent.is_some_and(|sent| sent.is_err()) {
                left_out.fetch_add(1, Ordering::Relaxed);
            }
        })
    }

    /// Writes what is left, unless nobody takes it.
    pub(crate) fn end(self) {
        self.post
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        self.done.recv_timeout(PATIENCE).ok();
    }
}

/// Until nobody sends any more. A line that cannot be written is nobody's loss but the log's.
fn write_all(lines: &Receiver<String>, left_out: &AtomicU64, mut to: impl Write) {
    while let Ok(line) = lines.recv() {
        writeln!(to, "{line}").ok();
        let missing = left_out.swap(0, Ordering::Relaxed);
        if missing > 0 {
            writeln!(to, "roompass: {missing} lines of the log were left out").ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Sender;

    use room_token::Timestamp;

    use super::*;

    /// Takes a line only when it is let.
    struct Slow {
        lines: Sender<String>,
        let_go: Receiver<()>,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.let_go.recv().ok();
            self.lines
                .send(String::from_utf8(bytes.to_vec()).unwrap())
                .ok();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn event(status: u16) -> Event {
        Event {
            at: Timestamp::from_secs(1_767_225_600).unwrap(),
            event: "request",
            method: "GET",
            route: "/".to_owned(),
            status,
            code: None,
            took: Duration::from_millis(1),
        }
    }

    fn written(format: LogFormat, events: usize) -> String {
        let (lines, read) = mpsc::channel();
        let (go, let_go) = mpsc::channel();
        let log = Lines::begin_to(format, Slow { lines, let_go });
        let to = log.log();
        let issuing = thread::spawn(move || {
            // Nobody reads: every call comes back all the same.
            for _ in 0..events {
                to_log(&to);
            }
        });
        issuing.join().unwrap();
        drop(go);
        log.end();
        read.iter().collect()
    }

    fn to_log(log: &Log) {
        log.write(&event(200));
    }

    #[test]
    fn lines_come_out_in_their_format() {
        assert_eq!(written(LogFormat::Text, 1), "roompass: GET / 200, 1 ms\n");
        assert!(written(LogFormat::Json, 2).starts_with(r#"{"at":"2026-01-01T00:00:00Z","#));
        assert_eq!(written(LogFormat::None, 3), "");
    }

    #[test]
    fn nobody_waits_for_a_log_that_nobody_reads() {
        let text = written(LogFormat::Text, 3 * WAITING);
        let there = text.matches("GET / 200").count();
        assert!(text.starts_with("roompass: GET"), "{text}");
        let left_out = text
            .lines()
            .find_map(|line| line.strip_suffix(" lines of the log were left out"))
            .map(|line| line.trim_start_matches("roompass: ").parse::<usize>());
        assert_eq!(there + left_out.unwrap().unwrap(), 3 * WAITING);
        assert!((WAITING..=WAITING + 1).contains(&there), "{there}");
    }
}
