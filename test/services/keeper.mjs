// Runs a server for as long as the process that asked for it lives, however that one ends: a server left behind would
// hold its ports, its memory and its folder.
//
//   node keeper.mjs FOLDER COMMAND [ARGUMENT...]      (with an IPC channel; a message is a signal for the server)
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const [folder, command, ...args] = process.argv.slice(2);
const server = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
let orphaned = false;

server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
server.on('exit', (code) => {
  if (orphaned) rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 1);
});
process.on('message', (signal) => server.kill(signal));
process.on('disconnect', () => {
  orphaned = true;
  server.kill('SIGKILL');
});
