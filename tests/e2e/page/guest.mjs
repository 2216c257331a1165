// A guest as Jitsi's page is one: token and room out of the address, anonymous login, conference request, join.

import { canonical, readable } from './room.mjs';
import * as ui from './ui.mjs';

// The browser build exports one object, with everything in it.
const { Strophe, $iq, $msg, $pres } = globalThis.Strophe.Strophe ? globalThis.Strophe : globalThis;
const DOMAIN = location.hostname;
const NS = {
  focus: 'http://jitsi.org/protocol/focus',
  muc: 'http://jabber.org/protocol/muc',
  nick: 'http://jabber.org/protocol/nick',
  ping: 'urn:xmpp:ping',
};

const path = location.pathname.split('/').pop();
const token = inFragment() ?? new URLSearchParams(location.search).get('jwt') ?? '';
const roomJid = `${canonical(path)}@conference.${DOMAIN}`;
// As in Jitsi: the nick only tells occupants apart, what people read is a name beside it.
const nick = crypto.randomUUID().slice(0, 8);
const name = nameInToken() ?? 'A guest';
const occupants = new Map();
let settled = false;

/** As Jitsi's client: the fragment first, and as JSON. */
function inFragment() {
  try {
    return JSON.parse(decodeURIComponent(location.hash.match(/[#&]jwt=([^&]*)/)[1]));
  } catch {
    return null;
  }
}

/** Whose link it is, for display only: the server checks, we do not. */
function nameInToken() {
  try {
    const payload = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)).context.user.name || null;
  } catch {
    return null;
  }
}

function serviceUrl() {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const query = new URLSearchParams({ room: readable(path) });
  if (token) query.set('token', token);
  return `${scheme}://${location.host}/xmpp-websocket?${query}`;
}

async function showShard() {
  const answer = await fetch(`/http-bind?${new URLSearchParams({ room: readable(path) })}`);
  ui.shard(answer.headers.get('x-jitsi-shard'));
}

function settle(show) {
  if (settled) return;
  settled = true;
  show();
}

function onPresence(presence) {
  const from = presence.getAttribute('from') ?? '';
  if (Strophe.getBareJidFromJid(from) !== roomJid) return true;
  const reason = presence.querySelector('destroy > reason, error > text');
  if (presence.querySelector('destroy, error')) {
    const code = presence.querySelector('refused')?.getAttribute('code') ?? 'unknown';
    settle(() => ui.refused(reason?.textContent ?? 'The server gave no reason.', code));
    return true;
  }
  const who = Strophe.getResourceFromJid(from);
  if (presence.getAttribute('type') === 'unavailable') occupants.delete(who);
  else occupants.set(who, occupant(presence, who));
  ui.people(occupants.values());
  if (presence.querySelector('status[code="110"]')) afterThis(() => settle(ui.entered));
  return true;
}

const occupant = (presence, who) => ({
  name: presence.querySelector('nick')?.textContent || who,
  affiliation: presence.querySelector('x > item')?.getAttribute('affiliation') ?? 'none',
});

/** A refusal follows a presence that looks like entry; what the server answers now comes after it. */
function afterThis(then) {
  connection.sendIQ($iq({ type: 'get', to: DOMAIN }).c('ping', { xmlns: NS.ping }), then, then);
}

function onMessage(message) {
  const body = message.querySelector('body');
  const who = Strophe.getResourceFromJid(message.getAttribute('from'));
  if (body && who) ui.line(occupants.get(who)?.name ?? who, body.textContent);
  return true;
}

function requestConference(then) {
  const attributes = { xmlns: NS.focus, room: roomJid, 'machine-uid': crypto.randomUUID() };
  if (token) attributes.token = token;
  const iq = $iq({ type: 'set', to: `focus.${DOMAIN}` }).c('conference', attributes);
  connection.sendIQ(iq, then, () => ui.state('The conference could not be made ready. Please reload the page.'));
}

function join() {
  connection.addHandler(onPresence, null, 'presence');
  connection.addHandler(onMessage, null, 'message', 'groupchat');
  const presence = $pres({ to: `${roomJid}/${nick}` }).c('x', { xmlns: NS.muc }).up();
  connection.send(presence.c('nick', { xmlns: NS.nick }).t(name));
}

function onStatus(status) {
  if (status === Strophe.Status.CONNECTED) requestConference(join);
  if (status === Strophe.Status.CONNFAIL) ui.state('The server cannot be reached. Please try again later.');
  if (status === Strophe.Status.DISCONNECTED && !settled) ui.state('The connection was lost. Please reload the page.');
}

const connection = new Strophe.Connection(serviceUrl());
ui.title(readable(path) || 'Meeting');
ui.onLine((text) => connection.send($msg({ to: roomJid, type: 'groupchat' }).c('body').t(text)));
if (path) {
  connection.connect(DOMAIN, null, onStatus);
  showShard().catch(() => ui.shard(null));
} else {
  ui.refused('This is the front door. Please open the link of a meeting.', 'no-room');
}
