/** Runs the Meta emulator as a process of its own, so that it outlives a gateway that is killed. */
import { createEmulator } from '@chatgate/meta-emulator';

const [portText = '0', stateFile = ''] = process.argv.slice(2);
const port = Number(portText);

const emulator = createEmulator({
  clock: { now: Date.now },
  host: '127.0.0.1',
  port,
  publicUrl: `http://127.0.0.1:${port}`,
  dialogUrl: `http://localhost:${port}`,
  stateFile,
});

let isStopping = false;
function stop(): void {
  if (!isStopping) {
    isStopping = true;
    void emulator.stop().then(() => process.exit(0));
  }
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

await emulator.start();
