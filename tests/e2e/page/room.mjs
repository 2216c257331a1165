// Room names, by Jitsi's rule. The same table of names binds this, Rust and Lua: tests/vectors/room-names.tsv.

const STRIPPED = /[:?#[\]@!$&'()*+,;=></"]/g;

/** The decoded form: what a person reads, and what `?room=` carries. */
export function readable(path) {
  const kept = path.replace(STRIPPED, '');
  return decoded(kept).normalize('NFKC').toLowerCase();
}

/** The canonical form: the localpart of the room's address. */
export const canonical = (path) => encodeURIComponent(readable(path)).toLowerCase();

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
