// The entry of `peftbench`.
import { processOutput, watchOutput } from './output.ts';
import { runCommandLine } from './program.ts';
import { services } from './services.ts';

watchOutput();
await runCommandLine(process.argv.slice(2), services, processOutput);
