//! What only a page says; the reason itself comes from the core's catalogue.

mod english;
mod french;
mod german;
mod spanish;

use room_token::Language;

/// One language's words. `{}` is a number, in those that count.
#[derive(Debug)]
pub(crate) struct Words {
    /// Before the name of the room.
    pub(crate) room: &'static str,
    pub(crate) early: &'static str,
    pub(crate) ended: &'static str,
    pub(crate) withdrawn: &'static str,
    pub(crate) elsewhere: &'static str,
    pub(crate) invitation: &'static str,
    pub(crate) damaged: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) later: &'static str,
    pub(crate) opens: &'static str,
    pub(crate) your_time: &'static str,
    pub(crate) goes_in: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) go_there: &'static str,
    pub(crate) paste: &'static str,
    pub(crate) open: &'static str,
    pub(crate) not_a_link: &'static str,
    pub(crate) cut_after: &'static str,
    pub(crate) stray_at: &'static str,
    pub(crate) extra: &'static str,
    pub(crate) clock: &'static str,
    pub(crate) organiser: &'static str,
    pub(crate) for_support: &'static str,
    pub(crate) away: &'static str,
    pub(crate) away_text: &'static str,
    pub(crate) tries_again: &'static str,
    pub(crate) invite: &'static str,
    pub(crate) invite_text: &'static str,
    pub(crate) guest_name: &'static str,
    pub(crate) how_long: &'static str,
    pub(crate) as_mine: &'static str,
    pub(crate) one_hour: &'static str,
    pub(crate) hours: &'static str,
    pub(crate) one_day: &'static str,
    pub(crate) how_many: &'static str,
    pub(crate) make_link: &'static str,
    pub(crate) invites_not: &'static str,
    pub(crate) invites_not_text: &'static str,
    pub(crate) ready: &'static str,
    pub(crate) ready_text: &'static str,
    pub(crate) good_until: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) another: &'static str,
    pub(crate) wrong_name: &'static str,
    pub(crate) wrong_time: &'static str,
    pub(crate) wrong_seats: &'static str,
    pub(crate) wrong_link: &'static str,
    pub(crate) later_text: &'static str,
    pub(crate) renewed: &'static str,
    pub(crate) renewed_text: &'static str,
    pub(crate) go_in: &'static str,
}

impl Words {
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::WORDS,
            Language::French => &french::WORDS,
            Language::German => &german::WORDS,
            Language::Spanish => &spanish::WORDS,
        }
    }
}
