use super::Texts;

pub(super) const TEXTS: Texts = Texts {
    token_missing: "Esta reunión requiere un enlace de invitación. Pida el suyo a quien la organiza.",
    malformed: "Este enlace está dañado. Cópielo entero de su invitación y ábralo de nuevo.",
    unusable: "Este servidor no puede usar este enlace. Pida uno nuevo a quien organiza la reunión.",
    unknown_key: "Este enlace está firmado con una clave que este servidor no conoce. Pida uno nuevo a quien organiza la reunión.",
    bad_signature: "Este enlace no es auténtico o ha sido modificado por el camino. Pida uno nuevo a quien organiza la reunión.",
    other_server: "Este enlace es para otro servidor. Compruebe la dirección en su invitación.",
    lifetime_too_long: "Este enlace vale por más tiempo del que permite este servidor. Pida uno nuevo a quien organiza la reunión.",
    too_early: "Esta reunión todavía no está abierta. Vuelva cuando empiece, con el mismo enlace.",
    join_closed: "Es demasiado tarde para entrar por primera vez en esta reunión. Pregunte a quien la organiza.",
    name_refused: "Las salas con este nombre no están permitidas en este servidor. Elija otro nombre.",
    not_open_yet: "El anfitrión todavía no ha abierto esta reunión. Inténtelo de nuevo en un momento, con el mismo enlace.",
    out_of_scope: "Este enlace pide más de lo que su emisor puede dar. Pida uno nuevo a quien organiza la reunión.",
    outside_window: "Esta reunión no está abierta ahora. Vuelva a la próxima sesión, con el mismo enlace.",
    revoked: "Este enlace ha sido retirado. Pida uno nuevo a quien organiza la reunión.",
    room_full: "Esta reunión está completa. Inténtelo de nuevo cuando alguien se haya ido.",
    seats_taken: "Otra persona está usando este enlace. Pida uno propio a quien organiza la reunión.",
    expired: "Este enlace ha caducado. Pida uno nuevo a quien organiza la reunión.",
    wrong_room: "Este enlace es para otra sala. Compruebe la dirección en su invitación.",
    out_of_order: "Este servidor no puede comprobar invitaciones en este momento. Inténtelo más tarde y avise a su administrador.",
};
