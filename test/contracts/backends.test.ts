// The backends that are always there, held to what every backend owes.
import { useBackend } from '../../harness/tensor/index.ts';
import { backendContract, type Subject } from './backend-suite.ts';

const onnx: Subject = { name: 'onnx on cpu', use: () => useBackend('onnx', { threads: 2 }) };
const cpu: Subject = { name: 'cpu of tfjs', use: () => useBackend('cpu', { threads: 1 }) };

backendContract(cpu);
backendContract(onnx, cpu);
