// What npm's jose makes of our tokens.
//
// Reads {keySet, audience, issuer, tokens}; prints for each token its claims, or null if
// jose does not verify it.

import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { webcrypto } from 'node:crypto';
import { text } from 'node:stream/consumers';

// Node 18, which Debian 12 has, keeps it in a module only.
globalThis.crypto ??= webcrypto;

const question = JSON.parse(await text(process.stdin));
const keys = createLocalJWKSet(question.keySet);
const expectations = {
  algorithms: ['EdDSA', 'Ed25519'],
  audience: question.audience,
  issuer: question.issuer,
  requiredClaims: ['iss', 'aud', 'iat', 'exp'],
};

async function claimsOf(token) {
  try {
    return (await jwtVerify(token, keys, expectations)).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

console.log(JSON.stringify(await Promise.all(question.tokens.map(claimsOf))));
