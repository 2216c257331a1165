// Issues links as one would write it with fastify, jose and better-sqlite3: the same claims as ours, and a durable row and
// a chained entry for each before the answer. `node.mjs PORT DATABASE`
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import fastify from 'fastify';
import { SignJWT } from 'jose';

const [, , port, file] = process.argv;
const { privateKey } = generateKeyPairSync('ed25519');
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`CREATE TABLE entries (seq INTEGER PRIMARY KEY, at INT, actor TEXT, action TEXT, subject TEXT, detail TEXT, hash TEXT);
         CREATE TABLE links (seq INTEGER PRIMARY KEY, jti TEXT UNIQUE, kid TEXT, room TEXT, name TEXT, issued_at INT, expires_at INT);
         CREATE INDEX links_by_room ON links (room, seq); CREATE INDEX links_by_end ON links (expires_at)`);
const entry = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)');
const link = db.prepare('INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?)');
let [seq, last] = [0, '0'.repeat(64)];
const record = db.transaction((claims) => {
  const detail = JSON.stringify(claims);
  last = createHash('sha256').update(`${last}${++seq}${claims.iat}link.issue${claims.jti}${detail}`).digest('hex');
  entry.run(seq, claims.iat, 'api', 'link.issue', claims.jti, detail, last);
  link.run(seq, claims.jti, 'kid', claims.room, claims.context.user.name, claims.iat, claims.exp);
});

const body = {
  type: 'object',
  required: ['room'],
  additionalProperties: false,
  properties: { room: { type: 'string', maxLength: 200 }, name: { type: 'string', maxLength: 100 } },
};
const app = fastify();
app.get('/healthz', () => 'ok');
app.post('/api/v1/links', { schema: { body } }, async (request, reply) => {
  const room = encodeURIComponent(request.body.room.normalize('NFKC').trim().toLowerCase());
  const iat = Math.floor(Date.now() / 1000);
  const user = { name: request.body.name ?? '', affiliation: 'member' };
  const claims = { iss: 'roompass', aud: 'jitsi', room, iat, exp: iat + 7200, jti: randomBytes(8).toString('base64url'), context: { user } };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid: 'kid', typ: 'room+jwt' }).sign(privateKey);
  record(claims);
  reply.code(201);
  return { token, link: `https://meet.example.org/${room}?jwt=${token}`, room, token_id: claims.jti, expires_at: claims.exp };
});
await app.listen({ port: Number(port), host: '127.0.0.1' });
