// How a guest hears what to do and tells what happened: one line of JSON each way.
//
// The plan comes over standard input, since it holds a token and an argument list is
// everybody's to read. The guest stays in the room until that input ends; each further
// line asks it to come in again.

import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin });
const ended = new Promise((resolve) => lines.once('close', resolve));

/** The first line of standard input. */
export async function readPlan() {
  const line = await new Promise((resolve) => lines.once('line', resolve));
  return JSON.parse(line);
}

const print = (report) => process.stdout.write(`${JSON.stringify(report)}\n`);

/** Prints what happened, and waits until the stage lets this guest go. Until then, prints what `again` answers to each further line. */
export async function tell(report, again) {
  if (again) lines.on('line', async (line) => print(await again(line)));
  print(report);
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
