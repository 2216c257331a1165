// A guest whose connection breaks: raw RFC 7395 and XEP-0198, nothing between us and the wire.
//
// Joins with a token. Told to, it loses the socket without a word, comes back as the same
// session over a URL that has no token any more, or another, and joins the room again.

import { DOMParser } from '@xmldom/xmldom';
import WebSocket from 'ws';
import { readPlan, tell, within } from './plan.mjs';
import { NS, affiliationOf, child, conditionOf, isOwn, nickOf, refusalIn } from './stanza.mjs';

const DEADLINE = 15;
const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing';
const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
const SM = 'urn:xmpp:sm:3';

/** A WebSocket on which one waits for the stanza one wants. */
class Wire {
  #socket;
  #unread = [];
  #wanted = null;
  /** How many stanzas came since stream management began. */
  handled = 0;

  static open(url) {
    const wire = new Wire();
    wire.#socket = new WebSocket(url, 'xmpp');
    wire.#socket.on('message', (data) => wire.#take(String(data)));
    const opened = new Promise((resolve, reject) => {
      wire.#socket.once('open', () => resolve(wire));
      wire.#socket.once('error', reject);
    });
    return within(DEADLINE, 'connection', opened);
  }

  send(xml) {
    this.#socket.send(xml);
  }

  /** Breaks the connection: no close frame, no `<close/>`. */
  tear() {
    this.#socket.terminate();
  }

  /** The next element that `accepts` likes; those before it are dropped. */
  next(what, accepts) {
    const found = new Promise((resolve) => {
      this.#wanted = (element) => accepts(element) && (resolve(element), true);
      this.#offer();
    });
    return within(DEADLINE, what, found);
  }

  #take(xml) {
    const element = new DOMParser().parseFromString(xml, 'text/xml').documentElement;
    if (['iq', 'message', 'presence'].includes(element.localName)) this.handled += 1;
    if (element.localName === 'r') this.send(`<a xmlns='${SM}' h='${this.handled}'/>`);
    this.#unread.push(element);
    this.#offer();
  }

  #offer() {
    while (this.#wanted && this.#unread.length > 0) {
      if (this.#wanted(this.#unread.shift())) this.#wanted = null;
    }
  }
}

const named = (name) => (element) => element.localName === name;

/** Opens a stream and logs in anonymously; ready to bind or to resume. */
async function login(url, domain) {
  const wire = await Wire.open(url);
  const open = `<open xmlns='${FRAMING}' to='${domain}' version='1.0'/>`;
  wire.send(open);
  await wire.next('stream features', named('features'));
  wire.send(`<auth xmlns='${SASL}' mechanism='ANONYMOUS'/>`);
  await wire.next('login', named('success'));
  wire.send(open);
  await wire.next('stream features', named('features'));
  return wire;
}

/** Sends an IQ of type `type` and answers what comes back. */
async function ask(wire, type, to, payload) {
  const id = `q${Math.random().toString(36).slice(2)}`;
  wire.send(`<iq xmlns='jabber:client' type='${type}' id='${id}'${to ? ` to='${to}'` : ''}>${payload}</iq>`);
  return wire.next(`answer to ${id}`, (element) => element.localName === 'iq' && element.getAttribute('id') === id);
}

/** Binds and switches stream management on; answers the id to resume by. */
async function begin(wire) {
  await ask(wire, 'set', null, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
  wire.send(`<enable xmlns='${SM}' resume='true'/>`);
  const enabled = await wire.next('stream management', named('enabled'));
  wire.handled = 0;
  return enabled.getAttribute('id');
}

async function enter(wire, plan, token) {
  const tokenAttribute = token ? ` token='${token}'` : '';
  const request = `<conference xmlns='${NS.conference}' room='${plan.room}' machine-uid='stage'${tokenAttribute}/>`;
  const conference = await ask(wire, 'set', plan.focus, request);
  if (conference.getAttribute('type') === 'error') return { outcome: 'refused', form: 'iq', condition: conditionOf(conference) };
  wire.send(`<presence xmlns='jabber:client' to='${plan.room}/${plan.nick}'><x xmlns='${NS.muc}'/></presence>`);
  const occupants = [];
  let refusal;
  const own = await wire.next('join', (element) => {
    if (element.localName !== 'presence') return false;
    refusal = refusalIn(element);
    occupants.push(nickOf(element));
    return refusal || isOwn(element);
  });
  if (refusal) return { outcome: 'refused', ...refusal };
  return settle(wire, plan, { outcome: 'admitted', occupants, affiliation: affiliationOf(own) });
}

/** Our own presence may be followed by a refusal; the server's next answer is behind it. */
async function settle(wire, plan, report) {
  let refusal;
  const id = `p${Math.random().toString(36).slice(2)}`;
  wire.send(`<iq xmlns='jabber:client' type='get' id='${id}' to='${plan.domain}'><ping xmlns='${NS.ping}'/></iq>`);
  await wire.next('ping', (element) => {
    if (element.localName === 'presence') refusal ??= refusalIn(element);
    return element.getAttribute('id') === id;
  });
  return refusal ? { outcome: 'refused', ...refusal } : report;
}

/** Leaves the room, if it is in there, and comes in again; without a token, as a connection that was taken up again may be. */
async function again(wire, plan) {
  wire.send(`<presence xmlns='jabber:client' to='${plan.room}/${plan.nick}' type='unavailable'/>`);
  await settle(wire, plan, null);
  return enter(wire, plan, null);
}

/** A new connection, whose URL has this token or none, as the same session. */
async function resume(plan, previd, handled, token) {
  const query = new URL(plan.service);
  query.searchParams.delete('token');
  if (token) query.searchParams.set('token', token);
  query.searchParams.set('previd', previd);
  const wire = await login(query.href, plan.domain);
  wire.handled = handled;
  wire.send(`<resume xmlns='${SM}' previd='${previd}' h='${handled}'/>`);
  const answer = await wire.next('resumption', (element) => ['resumed', 'failed'].includes(element.localName));
  return { wire, resumed: answer.localName === 'resumed' };
}

const plan = await readPlan();
const unreachable = (error) => ({ outcome: 'unreachable', text: error.message });
let wire;
let previd;

async function visit() {
  wire = await login(plan.service, plan.domain);
  previd = await begin(wire);
  return enter(wire, plan, plan.token);
}

/** What the stage asks for later: one line each. */
async function obey(line) {
  if (line === 'again') return again(wire, plan);
  if (line === 'tear') {
    wire.tear();
    return { outcome: 'unreachable' };
  }
  const next = await resume(plan, previd, wire.handled, JSON.parse(line).resume);
  wire = next.wire;
  return { outcome: next.resumed ? 'admitted' : 'unreachable', resumed: next.resumed };
}

await tell(await visit().catch(unreachable), (line) => obey(line).catch(unreachable));
process.exit();
