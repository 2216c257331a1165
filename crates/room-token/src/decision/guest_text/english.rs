use super::Texts;

pub(super) const TEXTS: Texts = Texts {
    token_missing: "This meeting needs an invitation link. Please ask the organiser for yours.",
    malformed: "This link is damaged. Please copy all of it from your invitation and open it again.",
    unusable: "This server cannot use this link. Please ask the organiser for a new one.",
    unknown_key: "This link was signed with a key that this server does not know. Please ask the organiser for a new one.",
    bad_signature: "This link is not genuine, or was changed on its way. Please ask the organiser for a new one.",
    other_server: "This link is for another server. Please check the address in your invitation.",
    lifetime_too_long: "This link is valid for longer than this server allows. Please ask the organiser for a new one.",
    too_early: "This meeting is not open yet. Please come back when it starts, with the same link.",
    join_closed: "It is too late to join this meeting for the first time. Please ask the organiser.",
    name_refused: "Rooms of this name are not allowed on this server. Please choose another name.",
    not_open_yet: "The host has not opened this meeting yet. Please try again in a moment, with the same link.",
    out_of_scope: "This link asks for more than its issuer may give. Please ask the organiser for a new one.",
    outside_window: "This meeting is not open now. Please come back at its next time, with the same link.",
    revoked: "This link was withdrawn. Please ask the organiser for a new one.",
    room_full: "This meeting is full. Please try again when somebody has left.",
    seats_taken: "This link is in use by somebody else. Please ask the organiser for one of your own.",
    expired: "This link has expired. Please ask the organiser for a new one.",
    wrong_room: "This link is for another room. Please check the address in your invitation.",
    out_of_order: "This server cannot check invitations at the moment. Please try again later, and tell its administrator.",
};
