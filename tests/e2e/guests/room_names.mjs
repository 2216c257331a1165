// The guest page's spelling of the names on standard input, one a line.

import { createInterface } from 'node:readline';
import { canonical } from '../page/room.mjs';

for await (const typed of createInterface({ input: process.stdin })) console.log(canonical(typed));
