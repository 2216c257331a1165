//! The meeting in a few lines, as somebody pastes them into a mail.

use super::{Invitation, Times};
use crate::web::{Place, texts};

impl Invitation<'_> {
    /// What the meeting is called, when it is, and the link.
    pub fn text(&self) -> String {
        let (title, mail) = (&self.title, &texts().mail);
        let when = match self.times {
            Times::Once { opens, ends } => {
                let from = self.clocks.moment(opens);
                let text = mail.open.replace("{from}", &from);
                text.replace("{until}", &self.clocks.moment(ends))
            }
            Times::Series(series, plan) => {
                let zone = series.words().zone;
                let place = Place::parse(&zone).unwrap_or(Place::UTC);
                let first = plan.meetings().next();
                let first = first.map(|meeting| place.hour(meeting.starts));
                let text = mail.first.replace("{count}", &plan.count().to_string());
                let text = text.replace("{first}", &first.unwrap_or_default());
                text.replace("{zone}", &zone)
            }
        };
        format!("{title}\n\n{when}\n{}\n\n{}\n", mail.come_in, self.link())
    }

    /// What is clicked; nothing, once it was taken back.
    pub fn link(&self) -> &str {
        self.link.unwrap_or_default()
    }
}
