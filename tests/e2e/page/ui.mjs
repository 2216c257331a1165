// What the person sees. Everything goes in as text, never as markup.

const at = (id) => document.getElementById(id);

export function title(room) {
  at('room').textContent = room;
  document.title = room;
}

export const state = (text) => (at('state').textContent = text);

export const shard = (name) => (at('shard').textContent = name ?? 'unknown');

export function refused(reason, code) {
  at('reason').textContent = reason;
  at('code').textContent = code;
  at('refusal').hidden = false;
  at('meeting').hidden = true;
  state('Not in the meeting');
}

export function entered() {
  at('meeting').hidden = false;
  state('In the meeting');
}

export function people(occupants) {
  // Prosody tells them in no particular order.
  const sorted = [...occupants].sort((a, b) => a.name.localeCompare(b.name));
  const items = sorted.map((occupant) => {
    const item = document.createElement('li');
    item.textContent = occupant.name;
    item.className = occupant.affiliation;
    return item;
  });
  at('people').replaceChildren(...items);
}

export function line(name, text) {
  const item = document.createElement('li');
  const who = document.createElement('b');
  who.textContent = `${name} `;
  item.append(who, text);
  at('lines').append(item);
}

export function onLine(send) {
  at('chat').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = at('line').value.trim();
    if (text) send(text);
    at('line').value = '';
  });
}
