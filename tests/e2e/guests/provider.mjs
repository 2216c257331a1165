// A real provider of OpenID Connect (certified by its foundation), with its own login pages.
//
//   node provider.mjs PORT REDIRECT_URI PEOPLE_FILE
//
// The file has the people as JSON, {"ada": {"name": "Ada", "groups": ["it"]}}, and is read anew for each question. Any
// password will do.

import { readFileSync } from 'node:fs';
import Provider from 'oidc-provider';

const [port, redirect, people] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

async function findAccount(_context, id) {
  const person = JSON.parse(readFileSync(people, 'utf8'))[id];
  return person && { accountId: id, claims: () => ({ sub: id, preferred_username: id, ...person }) };
}

const provider = new Provider(issuer, {
  clients: [{ client_id: 'roompass', client_secret: 'a secret: 100% of it', redirect_uris: [redirect] }],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], groups: ['groups'] },
  cookies: { keys: ['a key of a test'] },
  pkce: { required: () => true },
  ttl: { Session: 3600, Grant: 3600, Interaction: 3600, IdToken: 300, AccessToken: 300 },
  findAccount,
});
provider.listen(Number(port), '127.0.0.1');
