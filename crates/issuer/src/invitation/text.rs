//! The meeting in a few lines, as somebody pastes them into a mail.

use super::{Invitation, Times};

impl Invitation<'_> {
    /// What the meeting is called, when it is, and the link.
    pub fn text(&self) -> String {
        let title = &self.title;
        let when = match self.times {
            Times::Once { opens, ends } => {
                format!(
                    "The room is open from {} until {}.",
                    self.clocks.moment(opens),
                    self.clocks.moment(ends)
                )
            }
            Times::Series(series, plan) => {
                let first = plan.meetings().next();
                let first = first.map(|meeting| meeting.local).unwrap_or_default();
                let (count, zone) = (plan.count(), series.words().zone);
                format!("The first of {count} meetings is on {first} ({zone}).")
            }
        };
        format!(
            "{title}\n\n{when}\nCome in with this link, which is meant for you alone:\n\n{}\n",
            self.link()
        )
    }

    /// What is clicked; nothing, once it was taken back.
    pub fn link(&self) -> &str {
        self.link.unwrap_or_default()
    }
}
