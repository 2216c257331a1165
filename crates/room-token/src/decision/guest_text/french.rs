use super::Texts;

pub(super) const TEXTS: Texts = Texts {
    token_missing: "Cette réunion demande un lien d’invitation. Demandez le vôtre à l’organisateur.",
    malformed: "Ce lien est abîmé. Copiez-le en entier depuis votre invitation et ouvrez-le de nouveau.",
    unusable: "Ce serveur ne peut pas utiliser ce lien. Demandez-en un nouveau à l’organisateur.",
    unknown_key: "Ce lien est signé avec une clé que ce serveur ne connaît pas. Demandez-en un nouveau à l’organisateur.",
    bad_signature: "Ce lien n’est pas authentique, ou a été modifié en chemin. Demandez-en un nouveau à l’organisateur.",
    other_server: "Ce lien est fait pour un autre serveur. Vérifiez l’adresse dans votre invitation.",
    lifetime_too_long: "Ce lien est valable plus longtemps que ce serveur ne le permet. Demandez-en un nouveau à l’organisateur.",
    too_early: "Cette réunion n’est pas encore ouverte. Revenez à l’heure du début, avec le même lien.",
    join_closed: "Il est trop tard pour rejoindre cette réunion pour la première fois. Adressez-vous à l’organisateur.",
    name_refused: "Les salles de ce nom ne sont pas permises sur ce serveur. Choisissez un autre nom.",
    not_open_yet: "L’hôte n’a pas encore ouvert cette réunion. Réessayez dans un instant, avec le même lien.",
    out_of_scope: "Ce lien demande plus que son émetteur ne peut donner. Demandez-en un nouveau à l’organisateur.",
    outside_window: "Cette réunion n’est pas ouverte maintenant. Revenez à la prochaine séance, avec le même lien.",
    revoked: "Ce lien a été retiré. Demandez-en un nouveau à l’organisateur.",
    room_full: "Cette réunion est complète. Réessayez quand quelqu’un sera parti.",
    seats_taken: "Ce lien est utilisé par quelqu’un d’autre. Demandez le vôtre à l’organisateur.",
    expired: "Ce lien a expiré. Demandez-en un nouveau à l’organisateur.",
    wrong_room: "Ce lien est fait pour une autre salle. Vérifiez l’adresse dans votre invitation.",
    out_of_order: "Ce serveur ne peut pas vérifier les invitations en ce moment. Réessayez plus tard, et prévenez son administrateur.",
};
