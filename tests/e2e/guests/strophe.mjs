// A guest on strophe.js, the library under Jitsi's own client, over WebSocket or BOSH.
//
// Does what that client does: logs in without an account, asks the focus for the
// conference, joins when told that it is ready, and says how it went.

import http from 'node:http';
import { $iq, $msg, $pres, Strophe } from 'strophe.js';
import { readPlan, tell, within } from './plan.mjs';
import { NS, affiliationOf, child, children, conditionOf, isOwn, nickOf, refusalIn } from './stanza.mjs';
import { FetchRequest } from './xhr.mjs';

const DEADLINE = 15;
const { AUTHFAIL, CONNFAIL, DISCONNECTED } = Strophe.Status;
const FAILURES = [AUTHFAIL, CONNFAIL, DISCONNECTED];

let gone;
const disconnected = new Promise((resolve) => (gone = resolve));

/** Logs in anonymously; answers the shard that the router chose. */
function connect(connection, plan) {
  let shard = null;
  FetchRequest.onHeaders = (headers) => (shard ??= headers.get('x-jitsi-shard'));
  return new Promise((resolve, reject) => {
    connection.connect(plan.domain, null, (status, condition) => {
      if (status === Strophe.Status.CONNECTED) resolve(shard);
      if (status === DISCONNECTED) gone();
      if (FAILURES.includes(status)) reject(new Error(`no connection: ${condition ?? status}`));
    });
    connection._proto.socket?.on('upgrade', (response) => (shard = response.headers['x-jitsi-shard'] ?? null));
  });
}

/** Sends an IQ; answers its result or error stanza, whichever comes. */
const ask = (connection, what, iq) =>
  within(DEADLINE, what, new Promise((resolve) => connection.sendIQ(iq, resolve, resolve)));

const isError = (answer) => answer.getAttribute('type') === 'error';

/** Jitsi's request that the focus open the conference. */
async function requestConference(connection, plan) {
  const attributes = { xmlns: NS.conference, room: plan.room, 'machine-uid': 'stage' };
  if (plan.token) attributes.token = plan.token;
  const iq = $iq({ type: 'set', to: plan.focus }).c('conference', attributes);
  const answer = await ask(connection, 'conference request', iq);
  if (isError(answer)) return { error: conditionOf(answer) };
  return { ready: child(answer, 'conference')?.getAttribute('ready') === 'true' };
}

/** Joins; resolves once it is clear whether the room keeps us. */
function join(connection, plan) {
  const seen = { outcome: null, occupants: [], affiliation: null };
  return within(DEADLINE, 'join', new Promise((resolve) => {
    connection.addHandler((presence) => {
      if (!presence.getAttribute('from').startsWith(`${plan.room}/`)) return true;
      const refusal = refusalIn(presence);
      if (refusal) {
        resolve({ outcome: 'refused', ...refusal });
        return false;
      }
      if (presence.getAttribute('type') === 'unavailable') return true;
      seen.occupants.push(nickOf(presence));
      if (isOwn(presence)) {
        seen.affiliation = affiliationOf(presence);
        // A refusal may follow our own presence: what the server answers next is behind it.
        settle(connection, plan).then(() => resolve({ ...seen, outcome: 'admitted' }));
      }
      return true;
    }, null, 'presence');
    connection.send($pres({ to: `${plan.room}/${plan.nick}` }).c('x', { xmlns: NS.muc }));
  }));
}

const settle = (connection, plan) =>
  ask(connection, 'ping', $iq({ type: 'get', to: plan.domain }).c('ping', { xmlns: NS.ping }));

/** Submits the room's form, as only its owner may. */
async function configure(connection, plan, options) {
  const iq = $iq({ type: 'set', to: plan.room }).c('query', { xmlns: NS.owner }).c('x', { xmlns: 'jabber:x:data', type: 'submit' });
  const fields = { FORM_TYPE: 'http://jabber.org/protocol/muc#roomconfig', ...options };
  for (const [name, value] of Object.entries(fields)) {
    iq.c('field', { var: name }).c('value').t(value).up().up();
  }
  const answer = await ask(connection, 'owner request', iq);
  return isError(answer) ? conditionOf(answer) : 'result';
}

/** Tries to lock the room with a password. */
const claimOwnership = (connection, plan) =>
  configure(connection, plan, { 'muc#roomconfig_passwordprotectedroom': '1', 'muc#roomconfig_roomsecret': 'locked' });

/** Has the room invite somebody. */
async function invite(connection, plan, who) {
  const message = $msg({ to: plan.room }).c('x', { xmlns: NS.user }).c('invite', { to: who }).c('reason').t('come in');
  connection.send(message);
  await settle(connection, plan);
}

/** The rooms that the room host shows. */
async function listRooms(connection, plan) {
  const host = Strophe.getDomainFromJid(plan.room);
  const answer = await ask(connection, 'room list', $iq({ type: 'get', to: host }).c('query', { xmlns: NS.items }));
  return children(child(answer, 'query'), 'item').map((item) => item.getAttribute('jid'));
}

/** Asks for the conference and joins. */
async function enter(connection, plan) {
  const report = { conferenceReady: null };
  if (plan.focus) {
    const conference = await requestConference(connection, plan);
    if (conference.error) return { ...report, outcome: 'refused', form: 'iq', condition: conference.error };
    report.conferenceReady = conference.ready;
  }
  Object.assign(report, await join(connection, plan));
  if (plan.claimsOwnership) report.ownerRequest = await claimOwnership(connection, plan);
  if (plan.listsRooms) report.rooms = await listRooms(connection, plan);
  return report;
}

async function visit(connection, plan) {
  const shard = await within(DEADLINE, 'login', connect(connection, plan));
  return { shard, jid: connection.jid, ...(await enter(connection, plan)) };
}

/** Leaves the room, unless told to stay, and comes into that one or another, on the same connection. */
async function move(connection, plan, { enter: room = plan.room, stays = false }) {
  if (!stays) {
    connection.send($pres({ to: `${plan.room}/${plan.nick}`, type: 'unavailable' }));
    await settle(connection, plan);
  }
  plan.room = room;
  return enter(connection, plan);
}

/** What the stage asks for later: one line each. */
async function obey(connection, plan, line) {
  if (line === 'again') return move(connection, plan, {});
  const order = JSON.parse(line);
  const report = { outcome: 'admitted' };
  if (order.enter) return move(connection, plan, order);
  if (order.invite) await invite(connection, plan, order.invite);
  if (order.configure) report.ownerRequest = await configure(connection, plan, { [order.configure]: order.value });
  return report;
}

const unreachable = (error) => ({ outcome: 'unreachable', text: error.message });

/** Asks for this language as a browser does, with every request: neither library of ours has a place for it. */
function read(language) {
  FetchRequest.headers['Accept-Language'] = language;
  const { request } = http;
  http.request = (options, ...rest) =>
    request({ ...options, headers: { ...options.headers, 'Accept-Language': language } }, ...rest);
}

const plan = await readPlan();
if (plan.language) read(plan.language);
globalThis.XMLHttpRequest = FetchRequest;
Strophe.setLogLevel(Strophe.LogLevel.FATAL);
const connection = new Strophe.Connection(plan.service);
const report = await visit(connection, plan).catch(unreachable);
await tell(report, (line) => obey(connection, plan, line).catch(unreachable));
if (connection.connected) {
  connection.disconnect();
  await within(DEADLINE, 'goodbye', disconnected);
}
process.exit();
