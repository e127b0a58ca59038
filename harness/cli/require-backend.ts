// Whether what is to compute is there, before anything is written.
import { InputError } from '../contracts/input-error.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import { describeBackend, useBackend } from '../tensor/index.ts';
import { probeDevices } from './probe-devices.ts';
import type { Place } from './run-context.ts';

/** Starts a backend. @throws InputError where it is not there, or does not compute on the device */
export async function requireBackend(backend: BackendName, device: Device | undefined): Promise<Place> {
  if (device === undefined || device === 'cpu') {
    useBackend(backend, { threads: 1, device });
    return describeBackend();
  }
  const [probe] = await probeDevices([{ backend, device, threads: 1 }]);
  if (probe?.works) return probe;
  throw new InputError(probe?.reason ?? `the device ${device} is not there`);
}
