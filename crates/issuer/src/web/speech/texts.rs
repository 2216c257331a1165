//! Every text that is translated, part by part. `{}` is what comes in.

use room_token::Language;

use super::{english, french, german, spanish};

/// One language's texts.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) frame: FrameTexts,
    pub(crate) sign_in: SignInTexts,
    pub(crate) form: FormTexts,
    pub(crate) preview: PreviewTexts,
    pub(crate) mail: MailTexts,
    pub(crate) more: MoreTexts,
    pub(crate) result: ResultTexts,
    pub(crate) today: TodayTexts,
    pub(super) times: TimeTexts,
}

/// Around every page.
#[derive(Debug)]
pub(crate) struct FrameTexts {
    pub(crate) issue: &'static str,
    pub(crate) today: &'static str,
    pub(crate) calendar: &'static str,
    pub(crate) links: &'static str,
    pub(crate) take_back: &'static str,
    pub(crate) people: &'static str,
    pub(crate) keys: &'static str,
    pub(crate) audit: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) signed_with: &'static str,
    pub(crate) key_set: &'static str,
    pub(crate) where_you_are: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) copy_by_hand: &'static str,
}

/// Before somebody is in.
#[derive(Debug)]
pub(crate) struct SignInTexts {
    pub(crate) title: &'static str,
    pub(crate) login: &'static str,
    pub(crate) passphrase: &'static str,
    pub(crate) language: &'static str,
    pub(crate) browsers_language: &'static str,
}

/// The form, so far as everybody sees it.
#[derive(Debug)]
pub(crate) struct FormTexts {
    pub(crate) title: &'static str,
    pub(crate) not_yet: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) many: &'static str,
    pub(crate) optional: &'static str,
    pub(crate) room: &'static str,
    pub(crate) room_hint: &'static str,
    pub(crate) suggest: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_hint: &'static str,
    pub(crate) comes_as: &'static str,
    pub(crate) guest: &'static str,
    pub(crate) moderator: &'static str,
    pub(crate) with_guest: &'static str,
    pub(crate) meeting_title: &'static str,
    pub(crate) meeting_title_hint: &'static str,
    pub(crate) meets: &'static str,
    pub(crate) once: &'static str,
    pub(crate) weekly: &'static str,
    pub(crate) daily: &'static str,
    pub(crate) open_for: &'static str,
    /// 1 and 2 hours, a day, a week, 30 days.
    pub(crate) spans: [&'static str; 5],
    /// The rest of today, tomorrow from nine to ten, the rest of the week.
    pub(crate) days: [&'static str; 3],
    pub(crate) from_until: &'static str,
    pub(crate) starts: &'static str,
    pub(crate) empty_now: &'static str,
    pub(crate) ends: &'static str,
    pub(crate) on: &'static str,
    /// From Monday on.
    pub(crate) weekdays: [&'static str; 7],
    pub(crate) begins_at: &'static str,
    pub(crate) minutes: &'static str,
    pub(crate) every: &'static str,
    pub(crate) every_hint: &'static str,
    pub(crate) first_day: &'static str,
    pub(crate) empty_today: &'static str,
    pub(crate) last_day: &'static str,
    pub(crate) which_links: &'static str,
    pub(crate) one_for_all: &'static str,
    pub(crate) one_for_each: &'static str,
    pub(crate) series_hint: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) zone_hint: &'static str,
    pub(crate) issue: &'static str,
    pub(crate) issue_anyway: &'static str,
    pub(crate) look: &'static str,
    pub(crate) taken: &'static str,
    pub(crate) taken_why: &'static str,
    pub(crate) taken_what_now: &'static str,
    pub(crate) taken_preview: &'static str,
    pub(crate) until: &'static str,
    pub(crate) issued_by: &'static str,
    pub(crate) leads_to: &'static str,
}

/// What the form would make.
#[derive(Debug)]
pub(crate) struct PreviewTexts {
    pub(crate) for_jitsi: &'static str,
    pub(crate) from_now: &'static str,
    /// `{from}`, `{until}`.
    pub(crate) from_until: &'static str,
    pub(crate) early: &'static str,
    pub(crate) grace: &'static str,
    pub(crate) one_meeting: &'static str,
    /// `{count}`, `{first}`, `{last}`.
    pub(crate) one_link: &'static str,
    pub(crate) link_each: &'static str,
}

/// What goes into a mail.
#[derive(Debug)]
pub(crate) struct MailTexts {
    /// `{from}`, `{until}`.
    pub(crate) open: &'static str,
    /// `{count}`, `{first}`, `{zone}`.
    pub(crate) first: &'static str,
    pub(crate) come_in: &'static str,
}

/// What the form has under *More*.
#[derive(Debug)]
pub(crate) struct MoreTexts {
    pub(crate) title: &'static str,
    pub(crate) what: &'static str,
    pub(crate) early: &'static str,
    pub(crate) early_hint: &'static str,
    pub(crate) grace: &'static str,
    pub(crate) grace_hint: &'static str,
    pub(crate) join_by: &'static str,
    pub(crate) join_by_hint: &'static str,
    pub(crate) seats: &'static str,
    pub(crate) seats_hint: &'static str,
    pub(crate) occupants: &'static str,
    pub(crate) occupants_hint: &'static str,
    pub(crate) features: &'static str,
    pub(crate) features_hint: &'static str,
    /// In the order of the form.
    pub(crate) switches: [&'static str; 7],
    pub(crate) as_usual: &'static str,
    pub(crate) on: &'static str,
    pub(crate) off: &'static str,
    pub(crate) person_id: &'static str,
    pub(crate) email: &'static str,
    pub(crate) avatar: &'static str,
    pub(crate) person_hint: &'static str,
}

/// An issued link.
#[derive(Debug)]
pub(crate) struct ResultTexts {
    pub(crate) ready: &'static str,
    pub(crate) moderators_ready: &'static str,
    pub(crate) one_click: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) open: &'static str,
    pub(crate) handouts: &'static str,
    pub(crate) for_camera: &'static str,
    pub(crate) calendar_file: &'static str,
    pub(crate) code_image: &'static str,
    pub(crate) print: &'static str,
    pub(crate) for_mail: &'static str,
    pub(crate) room: &'static str,
    pub(crate) spelled: &'static str,
    pub(crate) who: &'static str,
    pub(crate) anybody: &'static str,
    /// `{}` is whoever it is for.
    pub(crate) as_guest: &'static str,
    pub(crate) as_moderator: &'static str,
    pub(crate) meeting: &'static str,
    pub(crate) meetings: &'static str,
    pub(crate) and_more: &'static str,
    pub(crate) times_in: &'static str,
    pub(crate) opens: &'static str,
    pub(crate) first_join: &'static str,
    pub(crate) people: &'static str,
    pub(crate) seats: &'static str,
    pub(crate) occupants: &'static str,
    pub(crate) features: &'static str,
    pub(crate) valid_until: &'static str,
    pub(crate) in_logs: &'static str,
    pub(crate) send_it: &'static str,
    pub(crate) only_now: &'static str,
    pub(crate) kept_nowhere: &'static str,
    pub(crate) another: &'static str,
}

/// What is open now, and later today.
#[derive(Debug)]
pub(crate) struct TodayTexts {
    pub(crate) title: &'static str,
    pub(crate) show: &'static str,
    pub(crate) usage: &'static str,
    pub(crate) open_now: &'static str,
    pub(crate) none_open: &'static str,
    pub(crate) later: &'static str,
    pub(crate) none_later: &'static str,
}

/// Dates and spans.
#[derive(Debug)]
pub(crate) struct TimeTexts {
    pub(super) months: [&'static str; 12],
    pub(super) short_months: [&'static str; 12],
    /// From Monday on.
    pub(super) weekdays: [&'static str; 7],
    /// `{weekday}`, `{day}`, `{month}`, `{year}`.
    pub(super) date: &'static str,
    /// The same with `{month}` short and no weekday.
    pub(super) short_date: &'static str,
    /// `{}` is a span, in the case that this asks for.
    pub(super) in_so_long: &'static str,
    pub(super) for_so_long: &'static str,
    pub(super) now: &'static str,
    pub(super) and: &'static str,
    /// Day, hour, minute, each one and many; then as `in_so_long` has them.
    pub(super) units: [[&'static str; 2]; 3],
    pub(super) units_in: [[&'static str; 2]; 3],
}

impl Texts {
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::TEXTS,
            Language::French => &french::TEXTS,
            Language::German => &german::TEXTS,
            Language::Spanish => &spanish::TEXTS,
        }
    }
}
