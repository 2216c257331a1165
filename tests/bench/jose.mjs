// Times jose on the same token.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../e2e/guests/package.json", import.meta.url));
const { importJWK, jwtVerify } = await import(pathToFileURL(require.resolve("jose")));

const [, , , keySetPath, token, now] = process.argv;
const key = await importJWK(JSON.parse(readFileSync(keySetPath)).keys[0], "EdDSA");
const options = { issuer: "roompass", audience: "jitsi", currentDate: new Date(Number(now) * 1000) };

const calls = 1000;
const start = process.cpuUsage();
for (let i = 0; i < calls; i++) await jwtVerify(token, key, options);
console.log(`jose (Node)\t${process.cpuUsage(start).user / calls}`);
