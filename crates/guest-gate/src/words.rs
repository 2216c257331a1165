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
