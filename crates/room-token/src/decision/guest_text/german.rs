use super::Texts;

pub(super) const TEXTS: Texts = Texts {
    token_missing: "Für dieses Treffen brauchen Sie einen Einladungslink. Bitten Sie die Gastgeber um Ihren.",
    malformed: "Dieser Link ist beschädigt. Bitte kopieren Sie ihn vollständig aus Ihrer Einladung und öffnen Sie ihn noch einmal.",
    unusable: "Dieser Server kann mit diesem Link nichts anfangen. Bitten Sie die Gastgeber um einen neuen.",
    unknown_key: "Dieser Link ist mit einem Schlüssel unterschrieben, den dieser Server nicht kennt. Bitten Sie die Gastgeber um einen neuen.",
    bad_signature: "Dieser Link ist nicht echt oder wurde unterwegs verändert. Bitten Sie die Gastgeber um einen neuen.",
    other_server: "Dieser Link gehört zu einem anderen Server. Bitte prüfen Sie die Adresse in Ihrer Einladung.",
    lifetime_too_long: "Dieser Link gilt länger, als dieser Server erlaubt. Bitten Sie die Gastgeber um einen neuen.",
    too_early: "Dieses Treffen ist noch nicht geöffnet. Bitte kommen Sie zum Beginn mit demselben Link wieder.",
    join_closed: "Es ist zu spät, um diesem Treffen zum ersten Mal beizutreten. Bitte fragen Sie die Gastgeber.",
    name_refused: "Räume mit diesem Namen sind auf diesem Server nicht erlaubt. Bitte wählen Sie einen anderen Namen.",
    not_open_yet: "Dieses Treffen wurde noch nicht eröffnet. Bitte versuchen Sie es gleich noch einmal mit demselben Link.",
    out_of_scope: "Dieser Link verlangt mehr, als sein Aussteller vergeben darf. Bitten Sie die Gastgeber um einen neuen.",
    outside_window: "Dieses Treffen ist gerade nicht geöffnet. Bitte kommen Sie zum nächsten Termin mit demselben Link wieder.",
    revoked: "Dieser Link wurde zurückgezogen. Bitten Sie die Gastgeber um einen neuen.",
    room_full: "Dieses Treffen ist voll. Bitte versuchen Sie es wieder, wenn jemand gegangen ist.",
    seats_taken: "Dieser Link wird gerade von jemand anderem benutzt. Bitten Sie die Gastgeber um einen eigenen.",
    expired: "Dieser Link ist abgelaufen. Bitten Sie die Gastgeber um einen neuen.",
    wrong_room: "Dieser Link gehört zu einem anderen Raum. Bitte prüfen Sie die Adresse in Ihrer Einladung.",
    out_of_order: "Dieser Server kann Einladungen im Moment nicht prüfen. Bitte versuchen Sie es später noch einmal und sagen Sie der Administration Bescheid.",
};
