// The entry of `peftbench`.
import { processOutput } from './output.ts';
import { runCommandLine } from './program.ts';
import { services } from './services.ts';

await runCommandLine(process.argv.slice(2), services, processOutput);
