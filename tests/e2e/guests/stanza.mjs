// What the stanzas of a room say, read the same way by every guest in this folder.

export const NS = {
  conference: 'http://jitsi.org/protocol/focus',
  items: 'http://jabber.org/protocol/disco#items',
  muc: 'http://jabber.org/protocol/muc',
  owner: 'http://jabber.org/protocol/muc#owner',
  ping: 'urn:xmpp:ping',
  refused: 'urn:roompass:0',
  user: 'http://jabber.org/protocol/muc#user',
};

const elements = (parent) => Array.from(parent?.childNodes ?? []).filter((node) => node.nodeType === 1);

/** The first child element of that name. */
export const child = (parent, name) => elements(parent).find((element) => element.localName === name);

/** All child elements of that name. */
export const children = (parent, name) => elements(parent).filter((element) => element.localName === name);

const statusCodes = (x) => children(x, 'status').map((status) => status.getAttribute('code'));

/** The muc#user part of a presence. */
const userPart = (presence) => children(presence, 'x').find((x) => x.getAttribute('xmlns') === NS.user);

/** The name after the slash. */
export const nickOf = (presence) => presence.getAttribute('from').split('/')[1];

/** Is this presence about ourselves (status 110)? */
export const isOwn = (presence) => statusCodes(userPart(presence)).includes('110');

/** The affiliation a presence shows. */
export const affiliationOf = (presence) => child(userPart(presence), 'item')?.getAttribute('affiliation');

/** The name of an error's condition, such as `not-allowed`. */
export const conditionOf = (stanza) =>
  elements(child(stanza, 'error')).find((element) => !['text', 'refused'].includes(element.localName))?.localName;

const refusedCode = (parent) => child(parent, 'refused')?.getAttribute('code') ?? null;

/** What a refusal tells its reader, or nothing if this presence is no refusal. */
export function refusalIn(presence) {
  if (presence.getAttribute('type') === 'error') {
    const error = child(presence, 'error');
    return {
      form: 'error',
      condition: conditionOf(presence),
      text: child(error, 'text')?.textContent ?? null,
      code: refusedCode(error),
      hasRoomPart: children(presence, 'x').some((x) => x.getAttribute('xmlns') === NS.muc),
      lobby: child(error, 'lobbyroom')?.textContent ?? null,
      asksForLogin: Boolean(child(error, 'authentication-required')),
    };
  }
  const destroy = presence.getAttribute('type') === 'unavailable' && child(userPart(presence), 'destroy');
  if (!destroy) return undefined;
  return { form: 'destroy', text: child(destroy, 'reason')?.textContent ?? null, code: refusedCode(destroy) };
}
