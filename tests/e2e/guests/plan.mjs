// How a guest hears what to do and tells what happened: one line of JSON each way.
//
// The plan comes over standard input, since it holds a token and an argument list is
// everybody's to read. The guest stays in the room until that input ends.

import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin });
const ended = new Promise((resolve) => lines.once('close', resolve));

/** The first line of standard input. */
export async function readPlan() {
  const line = await new Promise((resolve) => lines.once('line', resolve));
  return JSON.parse(line);
}

/** Prints what happened, and waits until the stage lets this guest go. */
export async function tell(report) {
  process.stdout.write(`${JSON.stringify(report)}\n`);
  await ended;
}

/** `promise`, unless it takes longer than anything here may take. */
export function within(seconds, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no answer within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
